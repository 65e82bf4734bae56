"""`circularity export`: the graph in other programs' formats."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from circularity.cli.answer import Answer
from circularity.cli.options import Call, reading_verb
from circularity.errors import UsageError
from circularity.words import near

if TYPE_CHECKING:
    from circularity.graph.view import View

FORMATS = ("csv", "json", "jsonl", "parquet", "xlsx", "graphml", "gexf", "cypher", "neo4j-csv")


def register(app: typer.Typer) -> None:
    @reading_verb(app, "export", "circularity export --format csv -o ledger.csv", own_format=True)
    def export(
        call: Call,
        output: Annotated[
            Path,
            typer.Option("-o", "--output", metavar="PATH", help="The file (neo4j-csv, --package: folder) to write."),
        ],
        format: Annotated[str, typer.Option("--format", metavar="F", help=" | ".join(FORMATS))] = "csv",
        package: Annotated[
            bool, typer.Option("--package", help="Write every fact as a data package: CSV, Parquet, JSON, schemas.")
        ] = False,
    ) -> Answer:
        """Write the legs under the lens for another program, or all facts as a data package."""
        from circularity.files import write_folder, write_whole

        if format not in FORMATS:
            raise UsageError(f"--format '{format[:60]}' is not one of {', '.join(FORMATS)}{near(format, FORMATS)}")
        if package:
            from circularity.views.package import package_files

            if format != "csv":
                raise UsageError(f"--package writes CSV, Parquet and JSON together: leave --format {format} out")
            files = package_files(call.view)
            write_folder(output, files)
            return Answer(None, text=f"Wrote {len(files)} files of a data package to {output}\n")
        files = _files(call.view, format)
        if len(files) == 1 and "" in files:
            write_whole(output, files[""])
        else:
            write_folder(output, files)
        return Answer(None, text=f"Wrote {len(call.view.measured)} legs to {output}\n")


def _files(view: View, style: str) -> dict[str, bytes]:
    """Contents by name: what fills a database comes from the stores, the rest from the views."""
    from circularity.stores.files import STYLES, store_files
    from circularity.views.exports import export_files

    return store_files(view, style) if style in STYLES else export_files(view, style)
