"""`series` and `diff`: what changed over time, and what did that do to the numbers?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from circularity.cli.answer import Answer
from circularity.cli.options import Call, day, lens_of, reading_verb
from circularity.errors import UsageError

if TYPE_CHECKING:
    from circularity.graph.view import View


def register(app: typer.Typer) -> None:
    @reading_verb(app, "series", "circularity series max_circulation --since 2025-01-01 --step quarter")
    def series(
        call: Call,
        measure: Annotated[
            str,
            typer.Argument(
                metavar="MEASURE",
                help="gross, max_circulation, circularity_bff, FCI, cycles, roundtrip:PARTY, roundtrip_hi:PARTY and more; a wrong name lists all.",
            ),
        ],
        step: Annotated[str, typer.Option(help="month, quarter or year.", metavar="STEP")] = "quarter",
    ) -> Answer:
        """Follow a measure by as-of date; --since and --until bound the dates."""
        from datetime import date

        from circularity.analysis.history import measure_by_name, series, step_ends
        from circularity.views import changes

        unit, _ = measure_by_name(measure)
        since, until = call.flags["since"], call.flags["until"]
        flags = {**call.flags, "since": None, "until": None}
        lens = lens_of(call.graph.default, flags)
        known = sorted(text[:10] for text in call.graph.view(lens, as_of=None).legs.date if text)
        if not known and not since:
            raise UsageError("no leg has a date: name the first day with --since")
        first = date.fromisoformat(day("since", since) if since else known[0])
        last = date.fromisoformat(day("until", until) if until else lens.as_of or known[-1])
        if last < first:
            raise UsageError(f"--until {last} is before --since {first}")
        points = series(lambda moment: call.graph.view(lens, as_of=moment), measure, step_ends(first, last, step))
        call.flags.update(flags)
        shown = call.view
        items = [changes.point_json(point, unit) for point in points]
        result = {"measure": measure, "unit": unit, "series": items}
        return Answer(result, [changes.series_table(shown, measure, unit, points, call.format)], items=items)

    @reading_verb(app, "diff", "circularity diff 2026-01-01 2026-11-20")
    def diff(
        call: Call,
        before: Annotated[str, typer.Argument(metavar="DATE|GRAPH", help="The earlier day, or a graph.")],
        after: Annotated[str, typer.Argument(metavar="DATE|GRAPH", help="The later day, or another graph.")],
    ) -> Answer:
        """Say what changed between two days or two graphs, and what that did to the headline."""
        from circularity.analysis.history import difference
        from circularity.views import changes

        if _is_day(before) and _is_day(after) and day("as-of", after) < day("as-of", before):
            raise UsageError(f"{after} is before {before}: name the earlier day first")
        first = _side(call, before)
        earlier = tuple(call.quiet_problems)
        found = difference(first, _side(call, after))
        items = [changes.change_json(change) for change in found.changes]
        return Answer(
            changes.difference_json(found, before, after),
            [changes.changes_table(found)]
            if call.format == "csv"
            else changes.difference_tables(call.view, found, before, after),
            tuple(problem for problem in earlier if problem not in call.quiet_problems),
            items=items,
        )


def _is_day(word: str) -> bool:
    """Whether a word is meant as a day, not as a graph."""
    return word[:4].isdigit() and word.count("-") == 2 and len(word) <= 10


def _side(call: Call, word: str) -> View:
    """A day of the open graph, or another graph under the same flags, which then names the answer."""
    from circularity.load import open_graph

    if _is_day(word):
        lens = lens_of(call.graph.default, call.flags)
        view: View = call.graph.view(lens, as_of=day("as-of", word))
    else:
        call._graph = open_graph(word)
        view = call._graph.view(lens_of(call._graph.default, call.flags))
        call._view = view
    return view
