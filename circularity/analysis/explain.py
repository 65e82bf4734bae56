"""Which legs carry a number, and which unknown fact would narrow it most?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from circularity.analysis.circulation import circulation, keystones
from circularity.analysis.cycles import CycleFilter, find_cycles
from circularity.analysis.events import Order
from circularity.analysis.moves import Case, Scope, priced
from circularity.analysis.origin import Origins, origin_matrix
from circularity.analysis.ranges import Spread, likely_spread, range_of
from circularity.analysis.roundtrip import RoundTrip, round_trip
from circularity.graph.view import View, view_dataset
from circularity.kernels import pools
from circularity.model.kinds import IN_KIND_SUFFIX
from circularity.problems import Problem

_TRIALS = 40
"""Facts of each sort that are tried, most promising first; each costs one round trip."""
_TRIAL_WORK = 400_000
"""Payments times facts up to which trying them is worth its cost."""
_ROUTES = 20_000
"""Loops looked at for routes; a result that stopped there says so."""
_REMOVAL_WORK = 4_000_000
"""Parties times payments up to which taking out each party is worth its cost."""
_FLOORS = (("paid", "paid"), ("committed", "paid or binding"), ("announced", "all that was announced"))


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
class Scenario:
    """The same question with other legs: the bounds, undated, and the likely value on priced legs."""

    name: str
    legs: int
    funding: Decimal | None
    revenue: Decimal | None
    lo: Decimal | None
    mid_priced: Decimal | None
    hi: Decimal | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A round trip taken apart. Amounts in whole units of the view's currency.

    `routes` largest first; `missing` are facts that would narrow it; `scenarios` the same with and
    without what depends on something, and by status; `spread` what the ranges of amounts do to the
    likely value; `origins` whose money the focal's customers pay with; `keystones` by how much the
    likely value falls without a party, largest first (below 0: it dilutes).
    """

    trip: RoundTrip
    routes: tuple[Route, ...]
    missing: tuple[Missing, ...]
    scenarios: tuple[Scenario, ...]
    spread: Spread
    origins: Origins
    keystones: tuple[tuple[str, Decimal], ...]
    problems: tuple[Problem, ...] = ()


def explain_round_trip(
    view: View, party: str, max_length: int = 4, scope: Scope = "financing", order: Order = "listed",
    draws: int = 200, seed: int = 1,
) -> Explanation:  # fmt: skip
    """By which routes can a party's funding come back, what is that worth, and what would have to be known?

    Routes are loops through the party that leave it by a leg of its funding and come home by a leg
    of its revenue, of at most `max_length` hops; they share legs, so capacities do not add up.
    Missing facts: for each unpriced leg on a route, the outer upper bound if it were nothing; for
    each party on a route, the lower bound if all its sources of funds were known.

    Args:
        scope, order: as in `round_trip`.
        draws, seed: of the amounts inside their ranges; see `likely_spread`.

    Undisclosed amounts: as in `round_trip`; scenarios and keystones are on priced legs. Cost: a
    round trip for each fact and scenario, and a sparse system for each draw and each party.
    Source: MEASURES §1.8, §3.

    >>> from circularity.graph.toys import vendor_loop
    >>> found = explain_round_trip(vendor_loop(), "vendor")
    >>> [(" → ".join(route.parties), int(route.capacity or 0)) for route in found.routes]
    [('vendor → customer → vendor', 10)]
    """
    trip = round_trip(view, party, scope, order)
    notes: list[Problem] = []
    routes = _routes(view, trip, max_length, notes)
    customers = _customers(view, trip)
    return Explanation(
        trip=trip,
        routes=tuple(routes),
        missing=tuple(_missing(view, trip, routes, order, notes)),
        scenarios=tuple(_scenarios(view, trip, order)),
        spread=likely_spread(view, trip.focal, scope, order, draws, seed),
        origins=_origins(view, customers, notes),
        keystones=tuple(_keystones(view, trip, order, notes)),
        problems=(*trip.problems, *notes),
    )


def _routes(view: View, trip: RoundTrip, max_length: int, notes: list[Problem]) -> list[Route]:
    role = {leg.id: leg.role for leg in trip.legs}
    found = find_cycles(view, CycleFilter(through=trip.focal, max_length=max_length, limit=_ROUTES))
    routes = []
    for cycle in found.cycles:
        start = cycle.parties.index(trip.focal)
        legs = tuple(hop[0] for hop in cycle.legs[start:] + cycle.legs[:start])
        if role.get(legs[0]) == "funding" and role.get(legs[-1]) == "revenue":
            routes.append(Route((*cycle.parties[start:], *cycle.parties[:start], trip.focal), legs, cycle.bottleneck))
    if found.truncated:
        words = f"routes were looked for among {_ROUTES:,} loops only"
        notes.append(Problem("truncated", words, action="lower --max-length"))
    return routes


def _missing(view: View, trip: RoundTrip, routes: list[Route], order: Order, notes: list[Problem]) -> list[Missing]:
    rows = {key: row for row, key in enumerate(view.legs.id)}
    amounts = view.legs.amount
    unpriced = dict.fromkeys(rows[leg] for route in routes for leg in route.legs if amounts[rows[leg]] is None)
    between = dict.fromkeys(party for route in routes for party in route.parties[1:-1])
    trials = min(_TRIALS, _TRIAL_WORK // (len(amounts) + 1))
    if trials < min(_TRIALS, max(len(unpriced), len(between))):
        notes.append(_too_large(f"of the facts that would narrow the interval, {trials} of each sort were tried"))
    found = [m for row in list(unpriced)[:trials] if (m := _if_nothing(view, trip, row, order))]
    found += [m for who in list(between)[:trials] if (m := _if_complete(view, trip, who, order))]
    return sorted(found, key=_gain)


def _too_large(words: str) -> Problem:
    return Problem("too-large", words, action="narrow the ledger")


def _origins(view: View, customers: list[str], notes: list[Problem]) -> Origins:
    if not customers:
        return Origins({}, {}, ())
    found = origin_matrix(view, customers)
    if found.left_out:
        notes.append(_too_large(f"whose money it is was left out: {found.left_out:,} parties are on the way"))
    return found


def _if_nothing(view: View, trip: RoundTrip, row: int, order: Order) -> Missing | None:
    """The outer upper bound if an unpriced leg had carried nothing."""
    other = round_trip(priced(view, {row: 0}, exact=True), trip.focal, trip.scope, order)
    before, after = trip.outer[1], other.outer[1]
    return None if before == after else Missing(f"the amount of {view.legs.id[row]}", "at most", before, after)


def _if_complete(view: View, trip: RoundTrip, party: str, order: Order) -> Missing | None:
    """The lower bound if a party's sources and uses of funds were all known as listed."""
    position = view.legs.parties.index(party)
    if position in view.complete:
        return None
    other = round_trip(replace(view, complete=view.complete | {position}), trip.focal, trip.scope, order)
    if other.static.lo == trip.static.lo:
        return None
    return Missing(f"all sources of funds of {view.label(position)}", "at least", trip.static.lo, other.static.lo)


def _gain(fact: Missing) -> tuple[bool, Decimal, str]:
    """Largest move first; a bound that appears where there was none comes before all."""
    if fact.before is None or fact.after is None:
        return fact.before is not None, Decimal(0), fact.fact
    return True, -abs(fact.after - fact.before), fact.fact


def _scenarios(view: View, trip: RoundTrip, order: Order) -> Iterator[Scenario]:
    """Contingent legs at both ends and anywhere between; then by status. Of datasets only."""
    if view.facts is None:
        return
    case = Case(view, view.legs.parties.index(trip.focal), trip.scope, order)
    index = view.facts.leg_index
    legs = [*case.items, *case.funding, *case.revenue]
    depend = sorted(
        {at for at in legs if (leg := index.get(case.name(at).removesuffix(IN_KIND_SUFFIX))) and leg.contingent}
    )
    if depend:
        without = round_trip(priced(view, dict.fromkeys(depend, 0), exact=True), trip.focal, trip.scope, order)
        yield _scenario("every contingent leg in full", trip, len(depend))
        yield _scenario("no contingent leg", without, 0)
        between = round_trip(_optional(view, depend), trip.focal, trip.scope, order)
        yield Scenario(
            "any of them, any amount in its range", len(depend), None, None, between.outer[0], None, between.outer[1]
        )
    for floor, name in _FLOORS:
        other = view_dataset(view.facts, replace(view.lens, status=floor))
        found = round_trip(other, trip.focal, trip.scope, order)
        yield _scenario(name, found, sum(leg.role != "return_other" for leg in found.legs))


def _scenario(name: str, trip: RoundTrip, legs: int) -> Scenario:
    return Scenario(name, legs, trip.funding, trip.revenue, trip.static.lo, trip.mid_priced, trip.static.hi)


def _optional(view: View, items: list[int]) -> View:
    """The view with some amounts that may be anything from nothing on."""
    legs = view.legs
    low, high, outside = list(legs.low), list(legs.high), list(legs.outside)
    for item in items:
        most = range_of(legs.bounds(item) if item >= 0 else outside[~item].bounds)[1]
        if item >= 0:
            low[item], high[item] = 0, most
        else:
            outside[~item] = replace(outside[~item], low=0, high=most)
    return replace(view, legs=replace(legs, low=low, high=high, outside=tuple(outside)))


def _keystones(view: View, trip: RoundTrip, order: Order, notes: list[Problem]) -> list[tuple[str, Decimal]]:
    """K(i) = the likely round trip on priced legs, undated, less the same without party i."""
    case = Case(view, view.legs.parties.index(trip.focal), trip.scope, order)
    near = pools.involved(case.pooled().events) & set(range(len(view.legs.parties)))
    work = len(near) * len(case.items)
    if work > _REMOVAL_WORK:
        notes.append(_too_large(f"what falls without a party was left out: parties × payments are {work:,}"))
        return []
    touching: dict[int, list[int]] = {}
    for item in (*case.items, *case.in_kind):
        for end in case.ends(item):
            touching.setdefault(end, []).append(item)
    whole = _likely(case)
    losses = [(p, whole - _likely(case.at(dict.fromkeys(touching[p], 0)))) for p in sorted(near)]
    ranked = [(view.legs.parties[p], view.legs.money(loss)) for p, loss in losses if loss]
    return sorted(ranked, key=lambda item: (-item[1], item[0]))


def _likely(case: Case) -> int:
    return round(pools.likely(case.pooled().events)) + case.total(case.in_kind)


def _customers(view: View, trip: RoundTrip) -> list[str]:
    """Who pays the focal's revenue, most first."""
    legs = view.legs
    rows = {key: row for row, key in enumerate(legs.id)}
    paid: dict[str, int] = {}
    for leg in trip.legs:
        if leg.role == "revenue":
            payer = legs.parties[legs.payer[rows[leg.id]]]
            paid[payer] = paid.get(payer, 0) + (legs.amount[rows[leg.id]] or 0)
    return sorted(paid, key=lambda key: (-paid[key], key))


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
