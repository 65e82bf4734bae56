"""`circularity export`: the graph in other programs' formats."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from circularity.cli.answer import Answer
from circularity.cli.options import Call, reading_verb
from circularity.errors import UsageError
from circularity.words import near

FORMATS = ("csv", "json", "jsonl", "parquet", "xlsx", "graphml", "gexf", "cypher", "neo4j-csv")


def register(app: typer.Typer) -> None:
    @reading_verb(app, "export", "circularity export --format csv -o ledger.csv", own_format=True)
    def export(
        call: Call,
        output: Annotated[
            Path, typer.Option("-o", "--output", metavar="PATH", help="The file (neo4j-csv: folder) to write.")
        ],
        format: Annotated[str, typer.Option("--format", metavar="F", help=" | ".join(FORMATS))] = "csv",
    ) -> Answer:
        """Write the legs under the lens for another program."""
        from circularity.files import write_folder, write_whole
        from circularity.views.exports import export_files

        if format not in FORMATS:
            raise UsageError(f"--format '{format[:60]}' is not one of {', '.join(FORMATS)}{near(format, FORMATS)}")
        files = export_files(call.view, format)
        if len(files) == 1 and "" in files:
            write_whole(output, files[""])
        else:
            write_folder(output, files)
        return Answer(None, text=f"Wrote {len(call.view.measured)} legs to {output}\n")
