"""`explain VERB [PARTY]`: which legs carry the number?"""

from __future__ import annotations

from typing import Annotated

import typer

from circularity.cli.answer import Answer
from circularity.cli.options import Call, reading_verb
from circularity.errors import UsageError
from circularity.words import near

EXPLAINED = ("roundtrip", "measure", "cycles")


def register(app: typer.Typer) -> None:
    @reading_verb(app, "explain", "circularity explain roundtrip amazon", lists=False)
    def explain(
        call: Call,
        verb: Annotated[str, typer.Argument(metavar="VERB", help="roundtrip, measure or cycles.")],
        focal: Annotated[str | None, typer.Argument(metavar="PARTY", help="For roundtrip and cycles.")] = None,
        max_length: Annotated[int, typer.Option(help="Most hops of a route.", metavar="K")] = 4,
        scope: Annotated[
            str, typer.Option(help="Of a round trip: financing, all (with its rent-back), every.", metavar="S")
        ] = "financing",
        order: Annotated[
            str, typer.Option(help="Inside a day: listed, financing-first, purchases-first.", metavar="O")
        ] = "listed",
        draws: Annotated[int, typer.Option(help="Draws of the amounts inside their ranges.", metavar="N")] = 200,
        seed: Annotated[int, typer.Option(help="Start of the sampler.", metavar="N")] = 1,
    ) -> Answer:
        """Say which legs and routes are behind a number, and what would narrow it."""
        from circularity.views import reasons

        if verb == "roundtrip":
            from circularity.analysis.explain import explain_round_trip

            if focal is None:
                raise UsageError("explain roundtrip needs a party: circularity explain roundtrip nvidia")
            found = explain_round_trip(call.view, focal, max_length, scope, order, draws, seed)  # type: ignore[arg-type]
            return Answer(reasons.trip_json(found), reasons.trip_tables(call.view, found), found.problems)
        if verb == "measure":
            from circularity.analysis.explain import explain_measure

            carriers = explain_measure(call.view)
            return Answer(reasons.carriers_json(carriers), [reasons.carriers_table(call.view, carriers)])
        if verb == "cycles":
            from circularity.analysis.explain import explain_cycles

            legs = explain_cycles(call.view, focal, max_length)
            return Answer(reasons.legs_json(legs), [reasons.legs_table(call.view, legs)])
        raise UsageError(f"'{verb[:60]}' is not one of {', '.join(EXPLAINED)}{near(verb, EXPLAINED)}")
