"""`circularity cypher`: a Cypher question without a server."""

from __future__ import annotations

from typing import Annotated

import typer

from circularity.cli.answer import Answer
from circularity.cli.options import Call, reading_verb
from circularity.views.tables import Table


def register(app: typer.Typer) -> None:
    @reading_verb(app, "cypher", "circularity cypher two-party-loops")
    def cypher(
        call: Call,
        file: Annotated[
            str | None, typer.Argument(metavar="FILE", help="A .cypher file or the name of a bundled question.")
        ] = None,
        query: Annotated[str | None, typer.Option("-e", metavar="QUERY", help="A query instead of a file.")] = None,
        parameters: Annotated[list[str], typer.Option("-P", metavar="name=value", help="A parameter (repeats).")] = [],  # noqa: B006
    ) -> Answer:
        """Ask the graph a Cypher question on the embedded engine."""
        from circularity.stores.embedded import EmbeddedStore
        from circularity.stores.queries import question

        asked = question(file, query, parameters)
        with EmbeddedStore(call.view) as store:
            columns, rows = store.query(asked.text, asked.parameters)
        return rows_answer(columns, rows)


def rows_answer(columns: list[str], rows: list[list[object]], schema: str | None = None) -> Answer:
    """Columns and rows as an answer."""
    import json

    def cell(value: object) -> str:
        return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)

    table = Table(tuple(columns), [tuple(cell(value) for value in row) for row in rows])
    result = {"columns": columns, "rows": rows}
    return Answer(result, [table], items=[dict(zip(columns, row, strict=True)) for row in rows], schema=schema)
