"""What changed over time, and what did it do to the numbers?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from circularity.analysis.circulation import circulation, keystones
from circularity.analysis.cycles import CycleFilter, find_cycles
from circularity.analysis.finn import finn
from circularity.analysis.forwarding import balanced_forwarding
from circularity.analysis.headline import vendors
from circularity.analysis.hodge import hodge
from circularity.analysis.reciprocity import reciprocity
from circularity.analysis.roundtrip import round_trip
from circularity.errors import UsageError
from circularity.graph.view import View
from circularity.model.status import rank
from circularity.words import near

Value = Decimal | float | int | None


def _loops(view: View) -> int:
    return find_cycles(view, CycleFilter(max_length=4, by_party=True, count_only=True)).count


Measure = tuple[str, Callable[[View], Value]]
"""A unit (money, share, count, number) and what computes it."""

HEADLINE: dict[str, Measure] = {
    "gross": ("money", lambda view: circulation(view).gross),
    "max_circulation": ("money", lambda view: circulation(view).max_circulation),
    "circularity_max": ("share", lambda view: circulation(view).circularity_max),
    "circularity_bff": ("share", lambda view: balanced_forwarding(view).circularity),
    "cycles": ("count", _loops),
    "legs": ("count", lambda view: len(view.flows)),
    "unpriced": ("count", lambda view: len(circulation(view).unpriced)),
}
"""What a difference shows for the whole web. Loops are by party, of at most 4 hops."""

MEASURES: dict[str, Measure] = {
    **HEADLINE,
    "compressed_min": ("money", lambda view: circulation(view).compressed_min),
    "excess": ("money", lambda view: circulation(view).excess),
    "bilateral_removed": ("money", lambda view: circulation(view).bilateral_removed),
    "conservative_residual": ("money", lambda view: circulation(view).conservative_residual),
    "F0": ("share", lambda view: hodge(view).F0),
    "gradient_share": ("share", lambda view: hodge(view).gradient_share),
    "bilateral_share": ("share", lambda view: hodge(view).bilateral_share),
    "loop_share": ("share", lambda view: hodge(view).loop_share),
    "FCI": ("share", lambda view: finn(view).FCI),
    "APL": ("number", lambda view: finn(view).APL),
    "r_binary": ("share", lambda view: reciprocity(view).r_binary),
    "r_weighted": ("share", lambda view: reciprocity(view).r_weighted),
}
"""What can be followed over the whole web, under the names that `measure` gives."""

PARTY_MEASURES: dict[str, Callable[[View, str], Value]] = {
    "roundtrip": lambda view, party: round_trip(view, party).static.mid,
    "roundtrip_priced": lambda view, party: round_trip(view, party).mid_priced,
    "roundtrip_lo": lambda view, party: round_trip(view, party).outer[0],
    "roundtrip_hi": lambda view, party: round_trip(view, party).outer[1],
    "net_position": lambda view, party: circulation(view).net_position.get(party, Decimal(0)),
    "keystone_circulation_loss": lambda view, party: keystones(view).get(party, Decimal(0)),
}
"""What can be followed for one party, in money: the round trip's likely value (None: not identified),
the same on priced legs alone, its bounds over the ranges of amounts (None: no bound), and the party's
place in the web."""


def measure_by_name(name: str) -> Measure:
    """A measure's unit and function: a name of `MEASURES`, or of `PARTY_MEASURES` with `:PARTY`."""
    head, colon, word = name.partition(":")
    if colon and head in PARTY_MEASURES:
        function = PARTY_MEASURES[head]
        return "money", lambda view: function(view, view.legs.parties[view.party(word)])
    if name not in MEASURES:
        known = (*MEASURES, *(f"{key}:PARTY" for key in PARTY_MEASURES))
        raise UsageError(f"'{name[:60]}' is not one of {', '.join(known)}{near(name, known)}")
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
    """Name, unit, before, after: the whole web, then the vendors to whom most comes back."""


def difference(before: View, after: View) -> Difference:
    """What was announced, changed, replaced or paid between two views, and what did that do?

    A leg is `new`, `gone` (no longer there), `cancelled`, `replaced` or `expired` (it ended), `paid`,
    `advanced` or `set back` (a higher or lower status), `raised`, `cut`, `priced` or `unpriced` (its
    counted amount). Holdings and support count.
    """
    old, new = _legs(before), _legs(after)
    changes = []
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key), new.get(key)
        what, status = _what(was, now), now[1] if now else None
        if now is None and (ended := _ending(after, key)):
            what, status = _ENDS[ended], ended
        if what:
            amounts = (was[0] if was else None, now[0] if now else None)
            changes.append(Change(key, what, *amounts, was[1] if was else None, status))
    changes.sort(key=lambda c: (-abs((c.after or Decimal(0)) - (c.before or Decimal(0))), c.leg))
    rows = [(name, unit, function(before), function(after)) for name, (unit, function) in HEADLINE.items()]
    return Difference(tuple(changes), (*rows, *_vendors(before, after)))


_ENDS = {"cancelled": "cancelled", "superseded": "replaced", "expired": "expired"}


def _ending(view: View, key: str) -> str | None:
    """The status that ended a leg by the day of the view."""
    leg = view.facts.leg_index.get(key) if view.facts else None
    known = (
        [event for event in leg.history if not view.lens.as_of or event.date.isoformat() <= view.lens.as_of]
        if leg
        else []
    )
    last = max(known, key=lambda event: event.date, default=None)
    return last.status if last and last.status in _ENDS else None


def _vendors(before: View, after: View, most: int = 5) -> list[tuple[str, str, Value, Value]]:
    """Round trips on priced legs of the vendors at the top of either side; None where a side lacks the party."""
    sides = [(view, {trip.focal: trip.mid_priced for trip in vendors(view)[0]}) for view in (before, after)]
    top = sorted({party for _, traced in sides for party in list(traced)[:most]})
    values = {party: [_priced_trip(party, *side) for side in sides] for party in top}
    return [(f"roundtrip_priced:{party}", "money", was, now) for party, (was, now) in values.items()]


def _priced_trip(party: str, view: View, traced: dict[str, Decimal]) -> Value:
    if party in traced:
        return traced[party]
    return round_trip(view, party).mid_priced if party in view.legs.parties else None


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
