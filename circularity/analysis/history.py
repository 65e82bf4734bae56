"""What changed over time, and what did it do to the numbers?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from circularity.analysis.circulation import circulation
from circularity.analysis.cycles import CycleFilter, find_cycles
from circularity.analysis.forwarding import balanced_forwarding
from circularity.analysis.roundtrip import round_trip
from circularity.errors import UsageError
from circularity.graph.view import View
from circularity.model.status import rank
from circularity.words import near

Value = Decimal | float | int | None


def _loops(view: View) -> int:
    return find_cycles(view, CycleFilter(max_length=4, by_party=True, count_only=True)).count


MEASURES: dict[str, tuple[str, Callable[[View], Value]]] = {
    "gross": ("money", lambda view: circulation(view).gross),
    "max_circulation": ("money", lambda view: circulation(view).max_circulation),
    "circularity_max": ("share", lambda view: circulation(view).circularity_max),
    "circularity_bff": ("share", lambda view: balanced_forwarding(view).circularity),
    "cycles": ("count", _loops),
    "legs": ("count", lambda view: len(view.flows)),
    "unpriced": ("count", lambda view: len(circulation(view).unpriced)),
}
"""What can be followed, with its unit; and `roundtrip:PARTY`, the likely value on priced legs.
Loops are by party, of at most 4 hops."""


def measure_by_name(name: str) -> tuple[str, Callable[[View], Value]]:
    """A measure's unit and function."""
    if name.startswith("roundtrip:"):
        party = name.removeprefix("roundtrip:")
        return "money", lambda view: round_trip(view, party).mid_priced
    if name not in MEASURES:
        known = (*MEASURES, "roundtrip:PARTY")
        raise UsageError(f"'{name[:60]}' is not one of {', '.join(known)}{near(name, MEASURES)}")
    return MEASURES[name]


@dataclass(frozen=True, slots=True)
class Point:
    """The value as it was known on a day."""

    as_of: str
    value: Value


def series(at: Callable[[str], View], name: str, days: list[str]) -> list[Point]:
    """How did a measure look on each day, with what was known then?

    `at` gives the view as of a day. See `MEASURES` for names and units.
    """
    _, function = measure_by_name(name)
    return [Point(day, function(at(day))) for day in days]


def step_ends(first: date, last: date, step: str) -> list[str]:
    """The last days of every month, quarter or year between two days, and the last day itself."""
    months = {"month": 1, "quarter": 3, "year": 12}
    if step not in months:
        raise UsageError(f"--step '{step[:60]}' is not one of {', '.join(months)}{near(step, months)}")
    size = months[step]
    index = (first.year * 12 + first.month - 1) // size * size + size
    days: list[str] = []
    while (end := date(index // 12, index % 12 + 1, 1) - timedelta(days=1)) < last:
        days.append(end.isoformat())
        index += size
    return [*days, last.isoformat()]


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one leg. Amounts in whole units; None where unpriced or not there."""

    leg: str
    what: str
    before: Decimal | None
    after: Decimal | None
    status_before: str | None
    status_after: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Changes of legs, largest first, and the headline numbers on both sides."""

    changes: tuple[Change, ...]
    headline: tuple[tuple[str, str, Value, Value], ...]
    """Name, unit, before, after."""


def difference(before: View, after: View) -> Difference:
    """What was announced, changed, replaced or paid between two views, and what did that do?

    A leg is `new`, `gone` (cancelled, superseded, expired or no longer there), `paid`, `advanced` or
    `set back` (a higher or lower status), `raised`, `cut`, `priced` or `unpriced` (its counted
    amount). Holdings and support count.
    """
    old, new = _legs(before), _legs(after)
    changes = []
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key), new.get(key)
        what = _what(was, now)
        if what:
            amounts = (was[0] if was else None, now[0] if now else None)
            changes.append(Change(key, what, *amounts, was[1] if was else None, now[1] if now else None))
    changes.sort(key=lambda c: (-abs((c.after or Decimal(0)) - (c.before or Decimal(0))), c.leg))
    rows = [(name, unit, function(before), function(after)) for name, (unit, function) in MEASURES.items()]
    return Difference(tuple(changes), tuple(rows))


def _legs(view: View) -> dict[str, tuple[Decimal | None, str]]:
    legs = view.legs
    found = {}
    for row in view.measured:
        units = legs.amount[row]
        found[legs.id[row]] = (None if units is None else legs.money(units), legs.status[row])
    return found


def _what(was: tuple[Decimal | None, str] | None, now: tuple[Decimal | None, str] | None) -> str:
    if was is None or now is None:
        return "new" if was is None else "gone"
    if was == now:
        return ""
    if was[0] != now[0]:
        if was[0] is None or now[0] is None:
            return "priced" if was[0] is None else "unpriced"
        return "raised" if now[0] > was[0] else "cut"
    if now[1] == "paid":
        return "paid"
    return "advanced" if rank(now[1]) > rank(was[1]) else "set back"
