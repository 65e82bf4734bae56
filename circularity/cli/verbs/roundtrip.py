"""`circularity roundtrip PARTY`: how much of its revenue is its own money coming back?"""

from __future__ import annotations

from typing import Annotated

import typer

from circularity.cli.answer import Answer
from circularity.cli.options import Call, reading_verb


def register(app: typer.Typer) -> None:
    @reading_verb(app, "roundtrip", "circularity roundtrip nvidia", lists=False)
    def roundtrip(
        call: Call,
        focal: Annotated[str, typer.Argument(metavar="PARTY", help="Id, name, ticker or alias of the vendor.")],
        scope: Annotated[
            str, typer.Option(help="financing; all: with its rent-back; every: any leg out and in.", metavar="S")
        ] = "financing",
        order: Annotated[
            str, typer.Option(help="Order inside a day: listed, financing-first, purchases-first.", metavar="O")
        ] = "listed",
    ) -> Answer:
        """Measure how much of a party's revenue is its own money: at least, likely, at most."""
        from circularity.analysis.roundtrip import round_trip
        from circularity.views import trips

        found = round_trip(call.view, focal, scope, order)  # type: ignore[arg-type]
        return Answer(trips.trip_json(found), trips.trip_tables(call.view, found), found.problems)
