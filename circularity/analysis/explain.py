"""Which legs carry a number, and which unknown fact would narrow it most?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from circularity.analysis.circulation import circulation, keystones
from circularity.analysis.cycles import CycleFilter, find_cycles
from circularity.analysis.roundtrip import RoundTrip, round_trip
from circularity.graph.view import View
from circularity.model.kinds import FUNDING, REVENUE

_TRIALS = 40
"""Facts tried, most promising first; each costs one round trip."""


@dataclass(frozen=True, slots=True)
class Route:
    """A way of dollars from the funding to the revenue: who passes it on, and how much fits."""

    parties: tuple[str, ...]
    legs: tuple[str, ...]
    capacity: Decimal | None


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that is not known, and the bound it would move: from, to."""

    fact: str
    bound: str
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A round trip taken apart: its routes, largest first, and what would narrow it."""

    trip: RoundTrip
    routes: tuple[Route, ...]
    missing: tuple[Missing, ...]


def explain_round_trip(view: View, party: str, max_length: int = 4) -> Explanation:
    """By which routes can a party's funding come back, and what would have to be known?

    Routes are loops through the party that leave it by a funding leg and come home by a revenue
    leg, of at most `max_length` hops; they share legs, so capacities do not add up. Missing facts:
    for each unpriced leg on a route, the outer upper bound if it were nothing; for each party on a route,
    the lower bound if all its sources of funds were known.
    """
    focal = view.legs.parties[view.party(party)]
    trip = round_trip(view, focal)
    routes, unpriced, between = [], {}, {}
    for cycle in find_cycles(view, CycleFilter(through=focal, max_length=max_length)).cycles:
        start = cycle.parties.index(focal)
        legs = tuple(hop[0] for hop in cycle.legs[start:] + cycle.legs[:start])
        kinds = [hop[0] for hop in cycle.kinds[start:] + cycle.kinds[:start]]
        if kinds[0] not in FUNDING or kinds[-1] not in REVENUE:
            continue
        parties = cycle.parties[start:] + cycle.parties[:start]
        routes.append(Route((*parties, focal), legs, cycle.bottleneck))
        between.update(dict.fromkeys(parties[1:]))
        unpriced.update(dict.fromkeys(leg for leg in legs if _amount(view, leg) is None))
    missing = [m for leg in list(unpriced)[:_TRIALS] if (m := _if_nothing(view, trip, leg))]
    missing += [m for who in list(between)[:_TRIALS] if (m := _if_complete(view, trip, who))]
    missing.sort(key=_gain)
    return Explanation(trip, tuple(routes), tuple(missing))


def _amount(view: View, leg: str) -> int | None:
    return view.legs.amount[view.legs.id.index(leg)]


def _if_nothing(view: View, trip: RoundTrip, leg: str) -> Missing | None:
    """The outer upper bound if an unpriced leg had carried nothing."""
    row = view.legs.id.index(leg)
    columns: dict[str, Any] = {name: list(getattr(view.legs, name)) for name in ("amount", "low", "point", "high")}
    for column in columns.values():
        column[row] = 0
    other = round_trip(replace(view, legs=replace(view.legs, **columns)), trip.focal)
    before, after = trip.outer[1], other.outer[1]
    return None if before == after else Missing(f"the amount of {leg}", "at most", before, after)


def _if_complete(view: View, trip: RoundTrip, party: str) -> Missing | None:
    """The lower bound if a party's sources and uses of funds were all known as listed."""
    position = view.legs.parties.index(party)
    if position in view.complete:
        return None
    other = round_trip(replace(view, complete=view.complete | {position}), trip.focal)
    if other.static.lo == trip.static.lo:
        return None
    return Missing(f"all sources of funds of {view.label(position)}", "at least", trip.static.lo, other.static.lo)


def _gain(fact: Missing) -> tuple[bool, Decimal, str]:
    """Largest move first; a bound that appears where there was none comes before all."""
    if fact.before is None or fact.after is None:
        return fact.before is not None, Decimal(0), fact.fact
    return True, -abs(fact.after - fact.before), fact.fact


def explain_measure(view: View) -> list[tuple[str, Decimal, Decimal]]:
    """Who carries the circulation? Party, its keystone loss, and its share of gross, largest first."""
    sums = circulation(view)
    losses = keystones(view)
    ranked = sorted(losses.items(), key=lambda item: (-item[1], item[0]))
    return [(party, loss, loss / sums.gross) for party, loss in ranked if loss]


@dataclass(frozen=True, slots=True)
class LegLoad:
    """A leg and how many of the loops run over it."""

    id: str
    cycles: int
    amount: Decimal | None


def explain_cycles(view: View, through: str | None = None, max_length: int = 4) -> list[LegLoad]:
    """On which legs do the loops hang? Legs by number of loops over them, most first."""
    loads: dict[str, int] = {}
    for cycle in find_cycles(view, CycleFilter(through=through, max_length=max_length)).cycles:
        for hop in cycle.legs:
            loads[hop[0]] = loads.get(hop[0], 0) + 1
    legs = view.legs
    at = {key: row for row, key in enumerate(legs.id)}
    amounts = {key: legs.amount[at[key]] for key in loads}
    ranked = sorted(loads.items(), key=lambda item: (-item[1], item[0]))
    return [
        LegLoad(key, count, None if (units := amounts[key]) is None else legs.money(units)) for key, count in ranked
    ]
