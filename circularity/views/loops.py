"""Loops as JSON and as a table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from circularity.analysis.cycles import Cycle, Cycles, Search
from circularity.analysis.steps import Loop
from circularity.graph.view import View
from circularity.views.jsonform import amount
from circularity.views.tables import Table, short
from circularity.words import money, plural

SHOWN = 25
_AT_ONCE = 1000
"""Lines that are written at once."""


def cycle_json(cycle: Cycle, by_party: bool) -> dict[str, Any]:
    """Legs and kinds aligned to the hops: an id a hop, or a list of ids by party."""

    def aligned(hops: tuple[tuple[str, ...], ...]) -> list[Any]:
        return [list(hop) for hop in hops] if by_party else [hop[0] for hop in hops]

    return {
        "parties": list(cycle.parties),
        "legs": aligned(cycle.legs),
        "bottleneck": amount(cycle.bottleneck),
        "priced": cycle.priced,
        "dated": cycle.dated,
        "days": cycle.days,
        "kinds": aligned(cycle.kinds),
        "shape": cycle.shape,
        "weakest_tier": cycle.weakest_tier,
    }


def cycle_lines(search: Search) -> Iterator[str]:
    """The loops as lines of JSON, many lines at a time, each the same as `cycle_json` has it."""
    loops, line = iter(search.in_order()), _Lines(search).line
    while lines := "".join(map(line, islice(loops, _AT_ONCE))):
        yield lines


class _Lines:
    """Writes loops by the millions: what a leg or an amount reads like is put together once."""

    def __init__(self, search: Search) -> None:
        self.steps, self.timed = search.steps, search.wanted.timed
        self._words: dict[int, tuple[str, str, str]] = {}
        self._amounts: dict[int, str] = {}

    def line(self, loop: Loop) -> str:
        steps, grade = loop
        words = self._words
        try:
            parties, legs, kinds = zip(*[words[step] for step in steps], strict=True)
        except KeyError:
            parties, legs, kinds = zip(*[words.get(step) or self._of(step) for step in steps], strict=True)
        days, shape, tier = self.steps.told(steps, self.timed)
        if (worth := self._amounts.get(grade)) is None:
            worth = self._amounts[grade] = _quoted(amount(self.steps.bottleneck(grade)))
        priced = "true" if worth != "null" or self.steps.is_priced(loop) else "false"
        dated = "false" if days is None else "true"
        return (
            f'{{"parties": [{", ".join(parties)}], "legs": [{", ".join(legs)}], "bottleneck": {worth}, '
            f'"priced": {priced}, "dated": {dated}, "days": {"null" if days is None else days}, '
            f'"kinds": [{", ".join(kinds)}], "shape": "{shape}", '
            f'"weakest_tier": {"null" if tier is None else _quoted(tier)}}}\n'
        )

    def _of(self, step: int) -> tuple[str, str, str]:
        """Payer, legs and kinds of a step."""
        table, rows = self.steps.legs, self.steps.rows[step]
        legs, kinds = (
            _aligned([column[row] for row in rows], self.steps.by_party) for column in (table.id, table.kind)
        )
        found = self._words[step] = _quoted(table.parties[self.steps.tails[step]]), legs, kinds
        return found


def _aligned(words: list[str], by_party: bool) -> str:
    return _quoted(words if by_party else words[0])


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def cycle_table(view: View, found: Cycles, style: str = "text") -> Table:
    """One row a loop. Text shows the first; the other formats show all."""
    currency = view.legs.currency
    shown = found.cycles[:SHOWN] if style == "text" and found.filter.top is None else found.cycles
    rows = [
        (
            _amount(cycle, currency, style), route(view, cycle, style), cycle.shape, " › ".join(", ".join(dict.fromkeys(hop)) for hop in cycle.kinds),
            "–" if cycle.days is None else str(cycle.days), cycle.weakest_tier or "–", " ".join(leg for hop in cycle.legs for leg in hop),
        )
        for cycle in shown
    ]  # fmt: skip
    over = "parties" if found.filter.by_party else "legs"
    title = f"{plural(found.count, 'loop')} over {over}, at most {found.filter.max_length} hops"
    notes = []
    if found.truncated:
        notes.append(f"The search stopped at {plural(found.count, 'loop')}: there are more.")
    if len(shown) < found.count and not found.filter.count_only:
        notes.append(f"{len(shown):,} of {found.count:,} shown, largest first; --top N shows N, --format csv all.")
    if found.cycles:
        notes.append("Bottleneck: the most one trip around can move. Loops share legs: never add bottlenecks.")
    if any(cycle.bottleneck is None and cycle.at_least for cycle in shown):
        notes.append("≥: by its priced legs; others of the same hops are undisclosed.")
    return Table((">bottleneck", "loop", "shape", "kinds", ">days", "evidence", "legs"), rows, title, tuple(notes))


def _amount(cycle: Cycle, currency: str, style: str) -> str:
    if style == "csv":
        return amount(cycle.bottleneck) or ""
    return bottleneck_text(cycle, currency)


def bottleneck_text(cycle: Cycle, currency: str) -> str:
    """The bottleneck; where a leg is unpriced, what the priced ones make sure of."""
    if cycle.bottleneck is None and cycle.at_least:
        return f"≥ {money(cycle.at_least, currency)}"
    return money(cycle.bottleneck, currency, "no flow" if cycle.priced else "unpriced")


def route(view: View, cycle: Cycle, style: str = "text") -> str:
    """`NVIDIA → OpenAI → NVIDIA`; in text, long names are shortened."""
    names = [view.parties[p].name if p in view.parties else p for p in cycle.parties]
    names = [short(name) for name in names] if style == "text" else names
    return " → ".join([*names, names[0]])
