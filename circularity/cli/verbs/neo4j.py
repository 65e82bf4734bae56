"""`circularity neo4j load|query|status|serve`: the graph in a real Neo4j."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from circularity.cli.answer import Answer
from circularity.cli.options import Call, FormatOption, reading_verb, run


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Fill, ask and run a Neo4j server.", no_args_is_help=True)
    app.add_typer(group, name="neo4j")

    @reading_verb(group, "neo4j load", "circularity neo4j load --replace")
    def load(
        call: Call,
        replace: Annotated[bool, typer.Option("--replace", help="Remove the graph this tool loaded before.")] = False,
    ) -> Answer:
        """Load the legs under the lens into the server of NEO4J_URI."""
        from circularity.stores.neo4j import Neo4jStore

        with Neo4jStore.from_environment() as store:
            counts = store.load(call.view, replace=replace)
        words = ", ".join(f"{count:,} {what}" for what, count in counts.items())
        return Answer(counts, text=f"Loaded {words}.\n", schema="neo4j-load")

    @group.command("query")
    def query(
        file: Annotated[
            str | None, typer.Argument(metavar="FILE", help="A .cypher file or the name of a bundled question.")
        ] = None,
        text: Annotated[str | None, typer.Option("-e", metavar="QUERY", help="A query instead of a file.")] = None,
        parameters: Annotated[list[str], typer.Option("-P", metavar="name=value", help="A parameter (repeats).")] = [],  # noqa: B006
        format: FormatOption = "text",
    ) -> None:
        """Ask the server of NEO4J_URI a Cypher question.

        Example: circularity neo4j query two-party-loops
        """

        def work() -> Answer:
            from circularity.cli.verbs.cypher import rows_answer
            from circularity.stores.neo4j import Neo4jStore
            from circularity.stores.queries import question

            asked = question(file, text, parameters)
            with Neo4jStore.from_environment() as store:
                columns, rows = store.query(asked.text, asked.parameters)
            return rows_answer(columns, rows, "neo4j-query")

        run("neo4j query", Call("", {}, format), work)

    @group.command("status")
    def status(format: FormatOption = "text") -> None:
        """Say which graph the server of NEO4J_URI holds.

        Example: circularity neo4j status
        """

        def work() -> Answer:
            from circularity.stores.neo4j import Neo4jStore

            with Neo4jStore.from_environment() as store:
                found: dict[str, Any] = store.status()
            lines = [f"{key}: {'–' if value is None else value}" for key, value in found.items()]
            return Answer(found, text="\n".join(lines) + "\n", schema="neo4j-status")

        run("neo4j status", Call("", {}, format), work)

    @reading_verb(group, "neo4j serve", "circularity neo4j serve")
    def serve(call: Call) -> Answer:
        """Start a private Neo4j with Browser, load the graph, stop it on Ctrl-C."""
        from circularity.resources import bundled
        from circularity.stores.neo4j import Neo4jStore
        from circularity.stores.server import serving, wait_for_interrupt

        with serving(progress=_talk) as server:
            with Neo4jStore(server.uri, server.username, server.password) as store:
                counts = store.load(call.view)
            typer.echo(f"Loaded {', '.join(f'{n:,} {what}' for what, n in counts.items())}.", err=True)
            typer.echo(
                f"Browser: {server.browser}\nSign in: bolt address {server.uri}, user {server.username}, password {server.password}"
            )
            typer.echo(f"Colours: drop {bundled('cypher') / 'style.grass'} on the page", err=True)
            typer.echo("Press Ctrl-C to stop; nothing is kept.", err=True)
            wait_for_interrupt(server)
        return Answer(counts, text="", schema="neo4j-serve")


def _talk(text: str) -> None:
    typer.echo(text, err=True)
