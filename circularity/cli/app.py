"""`circularity VERB`: the verbs, put together."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from circularity import __version__
from circularity.cli.verbs import (
    check,
    claims,
    cycles,
    cypher,
    explain,
    export,
    listing,
    measure,
    neo4j,
    pages,
    roundtrip,
    significance,
    time,
)

app = typer.Typer(
    name="circularity",
    help="See how much of the money comes back to whoever paid it out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"circularity {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """See how much of the money comes back to whoever paid it out."""


for room in (
    check,
    listing,
    cycles,
    roundtrip,
    measure,
    significance,
    time,
    explain,
    claims,
    pages,
    export,
    cypher,
    neo4j,
):
    room.register(app)


def run() -> None:
    """Entry point of the console script."""
    if hasattr(sys.stderr, "reconfigure"):
        sys.stderr.reconfigure(errors="backslashreplace")
    app()
