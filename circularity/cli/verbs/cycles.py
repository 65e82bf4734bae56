"""`circularity cycles`: which loops does the money run in?"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from circularity.cli.answer import Answer
from circularity.cli.options import Call, decimal, reading_verb
from circularity.errors import LimitReached, UsageError
from circularity.problems import Problem
from circularity.words import plural


def register(app: typer.Typer) -> None:
    @reading_verb(app, "cycles", "circularity cycles --through nvidia --max-length 3 --top 5")
    def cycles(
        call: Call,
        through: Annotated[str | None, typer.Option(help="Only loops through this party.", metavar="PARTY")] = None,
        max_length: Annotated[int, typer.Option(help="Most hops of a loop.", metavar="K")] = 6,
        by: Annotated[
            str, typer.Option(help="leg: parallel legs make different loops; party: one loop.", metavar="leg|party")
        ] = "leg",
        dated: Annotated[
            bool, typer.Option("--dated", help="Only loops whose legs follow each other in time.")
        ] = False,
        ties: Annotated[bool, typer.Option("--ties", help="Dated; legs of one deal may share a day.")] = False,
        window: Annotated[
            int | None, typer.Option(help="Dated; from first to last leg at most this long.", metavar="DAYS")
        ] = None,
        sequence: Annotated[
            str | None, typer.Option(help="Kinds or families of the hops in order, one each.", metavar="K1,K2")
        ] = None,
        decay: Annotated[
            str | None, typer.Option(help="Each hop moves at least (1 - X) of the one before.", metavar="X")
        ] = None,
        tier: Annotated[
            str | None, typer.Option(help="Every leg's evidence is at least this strong.", metavar="T")
        ] = None,
        top: Annotated[int | None, typer.Option(help="Show only the N largest.", metavar="N")] = None,
        limit: Annotated[int | None, typer.Option(help="Stop the search after N loops.", metavar="N")] = None,
        count: Annotated[bool, typer.Option("--count", help="Only count.")] = False,
        strict: Annotated[bool, typer.Option("--strict", help="A limit that was hit is exit 3.")] = False,
    ) -> Answer:
        """List the loops that money runs in, largest first."""
        from circularity.analysis.cycles import CycleFilter, Search, find_cycles
        from circularity.views import loops

        if by not in ("leg", "party"):
            raise UsageError(f"--by '{by[:60]}' is leg or party")
        wanted = CycleFilter(
            through=through, max_length=max_length, by_party=by == "party", dated=dated, ties=ties, window=window,
            sequence=tuple(sequence.split(",")) if sequence else (),
            decay=None if decay is None else decimal("decay", decay),
            tier=tier, top=top, limit=limit, count_only=count,
        )  # fmt: skip

        def say(line: str) -> None:
            typer.echo(line, err=True)

        if call.format == "jsonl" and limit is None and not count:
            return Answer(None, lines=loops.cycle_lines(Search(call.view, wanted, say)))
        shown = wanted
        if call.format == "text" and top is None:
            shown = replace(wanted, top=loops.SHOWN)
        found = replace(find_cycles(call.view, shown, say), filter=wanted)
        if found.truncated and strict:
            raise LimitReached(f"the search stopped at its limit of {plural(limit or 0, 'loop')}")
        problems = (
            (Problem("truncated", f"the search stopped after {plural(found.count, 'loop')}"),)
            if found.truncated
            else ()
        )
        items = [loops.cycle_json(cycle, wanted.by_party) for cycle in found.cycles]
        result = {"cycles": items, "truncated": found.truncated, "count": found.count}
        return Answer(result, [loops.cycle_table(call.view, found, call.format)], problems, items)
