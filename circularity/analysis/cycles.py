"""Which loops does the money run in?"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice, pairwise
from math import prod

from circularity.errors import UsageError
from circularity.graph.routes import day_number, hops, leg_choices, legs_by_pair, seconds
from circularity.graph.view import View
from circularity.kernels.engine import Say, count_routes, iterate_routes, iterate_timed
from circularity.model.evidence import TIERS, weakest
from circularity.model.kinds import FAMILIES, FLOWS, KINDS, kinds_of
from circularity.model.legs import LegTable
from circularity.words import near


@dataclass(frozen=True, slots=True)
class CycleFilter:
    """What to look for.

    `sequence`: the kinds or families of the legs in walking order, one for each hop. `decay`: each
    hop moves at least (1 - decay) of the hop before it. `tier`: every leg's evidence is at least
    this strong. `window` is in days.
    """

    through: str | None = None
    max_length: int = 6
    by_party: bool = False
    dated: bool = False
    ties: bool = False
    window: int | None = None
    sequence: tuple[str, ...] = ()
    decay: Decimal | None = None
    tier: str | None = None
    top: int | None = None
    limit: int | None = None
    count_only: bool = False

    def __post_init__(self) -> None:
        if self.max_length < 2:
            raise UsageError(f"--max-length is 2 or more, not {self.max_length}")
        for flag, value in (("--window", self.window), ("--top", self.top), ("--limit", self.limit)):
            if value is not None and value < 0:
                raise UsageError(f"{flag} is 0 or more, not {value}")
        if self.decay is not None and not 0 <= self.decay <= 1:
            raise UsageError(f"--decay is a share from 0 to 1, not {self.decay}")
        if self.tier is not None and self.tier not in TIERS:
            raise UsageError(f"--tier '{self.tier[:60]}' is not one of {', '.join(TIERS)}{near(self.tier, TIERS)}")
        for word in self.sequence:
            if word not in KINDS and word not in FAMILIES:
                raise UsageError(f"--sequence '{word[:60]}' is not a kind or family{near(word, (*KINDS, *FAMILIES))}")
        if self.by_party and (self.dated or self.ties or self.window is not None):
            raise UsageError("--by party has no dates: dated cycles are over legs")

    @property
    def timed(self) -> bool:
        return self.dated or self.ties or self.window is not None


@dataclass(frozen=True, slots=True)
class Cycle:
    """One loop. `legs[i]` are the legs of hop i: one of them by leg, all of them by party.

    `bottleneck`, in whole units of the currency, is the smallest hop and so the most that one trip
    around can move; None where a leg is unpriced. Holdings and support never set it. `at_least` is the
    same over priced legs alone, so that the true value is no smaller; None where a hop has none. `days` is the
    shortest walk in date order, by party over one leg of each hop; None where there is none.
    """

    parties: tuple[str, ...]
    legs: tuple[tuple[str, ...], ...]
    kinds: tuple[tuple[str, ...], ...]
    bottleneck: Decimal | None
    priced: bool
    dated: bool
    days: int | None
    shape: str
    weakest_tier: str | None
    at_least: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Cycles:
    """Loops in order of dollars; `count` of all that were found, also where the list is cut."""

    cycles: tuple[Cycle, ...]
    count: int
    truncated: bool
    filter: CycleFilter = field(default=CycleFilter())


def find_cycles(view: View, wanted: CycleFilter | None = None, say: Say | None = None) -> Cycles:
    """Which loops does the money run in, and how much can each carry around?

    A loop visits no party twice. Over legs, parallel legs make different loops; by party, they
    make one, whose hops carry their sum. The bottleneck is `min` over hops of the amount.

    Args:
        view: the legs that count. Unpriced legs are walked; their loops have no bottleneck.
        wanted: bounds and filters.
        say: is told once what would make a large search fast.

    Returns:
        Loops ordered by bottleneck falling (None last), length, parties, legs. Amounts in whole
        units of the view's currency.

    Cost: output-sensitive; the search enters no path that cannot close within the bound.
    Source: simple cycles, Johnson 1975; dated cycles, Kumar and Calders 2018 (2SCENT).

    >>> from circularity.graph.toys import triangle
    >>> [c.parties for c in find_cycles(triangle()).cycles]
    [('a', 'b', 'c')]
    """
    wanted = wanted or CycleFilter()
    rows = _walked(view, wanted)
    through = None if wanted.through is None else view.party(wanted.through)
    if wanted.count_only and not (wanted.timed or wanted.sequence or wanted.decay is not None):
        return _counted(view.legs, rows, wanted, through, say)
    found = _search(view.legs, rows, wanted, through, say)
    limit = wanted.limit
    if wanted.count_only:
        count = sum(1 for _ in (found if limit is None else islice(found, limit + 1)))
        cut = limit is not None and count > limit
        return Cycles((), min(count, limit) if limit is not None and cut else count, cut, wanted)
    kept = list(found if limit is None else islice(found, limit + 1))
    truncated = limit is not None and len(kept) > limit
    described = [_describe(view.legs, cycle, wanted) for cycle in (kept[:limit] if truncated else kept)]
    described.sort(key=_order)
    return Cycles(tuple(described[: wanted.top]), len(described), truncated, wanted)


def _walked(view: View, wanted: CycleFilter) -> list[int]:
    """Rows to walk: measured flows, and the stocks that the lens's families or kinds ask for.

    Families of stocks add to the flows that the other families and kinds leave; alone, to all.
    """
    lens, legs = view.lens, view.legs
    stocks = {kind.id for kind in KINDS.values() if kind.measure == "stock"}
    asked = stocks & set(lens.kinds)
    if "holding" in lens.families:
        asked |= stocks - kinds_of("credit_support")
    if "credit_support" in lens.families:
        asked |= kinds_of("credit_support")
    rows = view.flows
    if lens.families and set(lens.families) <= {"holding", "credit_support"}:
        rows = view.with_kinds(FLOWS & set(lens.kinds) if lens.kinds else FLOWS)
    if asked:
        rows = sorted({*rows, *view.with_kinds(asked)})
    if wanted.tier is not None:
        floor = TIERS.index(wanted.tier)
        rows = [row for row in rows if (tier := legs.tier[row]) is not None and TIERS.index(tier) <= floor]
    return rows


Pairs = dict[tuple[int, int], list[int]]
"""Rows by (payer, payee)."""

Hops = tuple[tuple[int, ...], ...]
"""Rows of each hop of one loop."""


def _search(
    legs: LegTable, rows: list[int], wanted: CycleFilter, through: int | None, say: Say | None
) -> Iterator[Hops]:
    if wanted.timed:
        found = _timed(legs, rows, wanted, through)
    else:
        pairs = legs_by_pair(legs, rows)
        routes = _routes(legs, pairs, wanted, through, say)
        if wanted.by_party:
            found = (tuple(tuple(pairs[hop]) for hop in hops(route)) for route in routes)
        else:
            found = (tuple((row,) for row in choice) for route in routes for choice in leg_choices(route, pairs))
    return (cycle for cycle in found if _passes(legs, cycle, wanted))


def _routes(
    legs: LegTable, pairs: Pairs, wanted: CycleFilter, through: int | None, say: Say | None
) -> Iterator[tuple[int, ...]]:
    """Loops of parties over the pairs that legs join."""
    tails, heads = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return iterate_routes(tails, heads, len(legs.parties), wanted.max_length, through, say)


def _timed(legs: LegTable, rows: list[int], wanted: CycleFilter, through: int | None) -> Iterator[Hops]:
    """Dated loops. Legs are ordered by time, then as listed."""
    dated = sorted((seconds(day), row) for row in rows if (day := legs.date[row]))
    order = [row for _, row in dated]
    groups = [0] * len(order)
    if wanted.ties:
        numbers: dict[str, int] = {}
        groups = [numbers.setdefault(legs.deal[row], len(numbers)) for row in order]
    arcs = iterate_timed(
        [legs.payer[row] for row in order],
        [legs.payee[row] for row in order],
        [time for time, _ in dated],
        groups,
        size=len(legs.parties),
        max_length=wanted.max_length,
        window=None if wanted.window is None else (wanted.window + 1) * 86_400 - 1,
        ties=wanted.ties,
    )
    for cycle in arcs:
        chosen = [order[arc] for arc in cycle]
        if through is not None and all(legs.payer[row] != through for row in chosen):
            continue
        if wanted.window is None or _days(legs, chosen) <= wanted.window:
            yield tuple((row,) for row in chosen)


def _days(legs: LegTable, rows: list[int]) -> int:
    return day_number(legs.date[rows[-1]] or "") - day_number(legs.date[rows[0]] or "")


def _passes(legs: LegTable, cycle: Hops, wanted: CycleFilter) -> bool:
    """Kind sequence and decay, from the first leg of a dated loop, from any start of another."""
    if not wanted.sequence and wanted.decay is None:
        return True
    if wanted.sequence and len(wanted.sequence) != len(cycle):
        return False
    starts = (0,) if wanted.timed else range(len(cycle))
    return any(_fits(legs, cycle[start:] + cycle[:start], wanted) for start in starts)


def _fits(legs: LegTable, cycle: Hops, wanted: CycleFilter) -> bool:
    for word, rows in zip(wanted.sequence, cycle, strict=False):
        if not any(word in (legs.kind[row], KINDS[legs.kind[row]].family) for row in rows):
            return False
    if wanted.decay is not None:
        amounts = [_hop_amount(legs, rows) for rows in cycle]
        for before, after in pairwise(amounts):
            if before is None or after is None or after < before * (1 - wanted.decay):
                return False
    return True


def _hop_amount(legs: LegTable, rows: Iterable[int]) -> int | None:
    """Sum of a hop's legs; None where one is unpriced."""
    amounts = [legs.amount[row] for row in rows]
    return None if None in amounts else sum(amount or 0 for amount in amounts)


def _counted(legs: LegTable, rows: list[int], wanted: CycleFilter, through: int | None, say: Say | None) -> Cycles:
    """Count without walking single legs: a route stands for the product of its parallel legs."""
    if through is None and wanted.limit is None:
        payers, payees = [legs.payer[row] for row in rows], [legs.payee[row] for row in rows]
        by_leg = not wanted.by_party
        return Cycles(
            (), count_routes(payers, payees, len(legs.parties), wanted.max_length, by_leg, say), False, wanted
        )
    pairs = legs_by_pair(legs, rows)
    count = 0
    for route in _routes(legs, pairs, wanted, through, say):
        count += 1 if wanted.by_party else prod(len(pairs[hop]) for hop in hops(route))
        if wanted.limit is not None and count > wanted.limit:
            return Cycles((), wanted.limit, True, wanted)
    return Cycles((), count, False, wanted)


def _describe(legs: LegTable, cycle: Hops, wanted: CycleFilter) -> Cycle:
    kinds = tuple(tuple(legs.kind[row] for row in rows) for rows in cycle)
    flows = [[row for row in rows if legs.kind[row] in FLOWS] for rows in cycle]
    priced = all(legs.amount[row] is not None for rows in cycle for row in rows)
    moved = [sum(legs.amount[row] or 0 for row in rows) for rows in flows if rows]
    walk = [rows[0] for rows in cycle]
    days = _shortest_walk(legs, cycle) if wanted.by_party else _walk_days(legs, walk, wanted.ties)
    tiers = [legs.tier[row] for rows in cycle for row in rows]
    return Cycle(
        parties=tuple(legs.parties[legs.payer[rows[0]]] for rows in cycle),
        legs=tuple(tuple(legs.id[row] for row in rows) for rows in cycle),
        kinds=kinds,
        bottleneck=legs.money(min(moved)) if priced and moved else None,
        priced=priced,
        dated=days is not None,
        days=days,
        shape=shape_of(kinds),
        weakest_tier=None if None in tiers else weakest([tier for tier in tiers if tier]),
        at_least=legs.money(min(moved)) if moved and all(_some_priced(legs, rows) for rows in flows if rows) else None,
    )


def _some_priced(legs: LegTable, rows: Iterable[int]) -> bool:
    return any(legs.amount[row] is not None for row in rows)


def _walk_days(legs: LegTable, rows: list[int], ties: bool) -> int | None:
    """Days of the walk in date order from some start; None where there is none."""
    if any(legs.date[row] is None for row in rows):
        return None
    for start in range(len(rows)):
        walk = rows[start:] + rows[:start]
        if all(_follows(legs, before, after, ties) for before, after in pairwise(walk)):
            return _days(legs, walk)
    return None


def _shortest_walk(legs: LegTable, cycle: Hops) -> int | None:
    """Fewest days of a walk in date order over one leg of each hop, from some start.

    From a given first leg, taking the earliest leg that still follows at each hop ends soonest.
    """
    times = [sorted({seconds(day) for row in rows if (day := legs.date[row])}) for rows in cycle]
    found: list[int] = []
    for start in range(len(cycle)):
        for first in times[start]:
            last = first
            for hop in times[start + 1 :] + times[:start]:
                at = bisect_right(hop, last)
                if at == len(hop):
                    break
                last = hop[at]
            else:
                found.append(last // 86_400 - first // 86_400)
    return min(found, default=None)


def _follows(legs: LegTable, before: int, after: int, ties: bool) -> bool:
    first, second = seconds(legs.date[before] or ""), seconds(legs.date[after] or "")
    return first < second or (ties and first == second and before < after and legs.deal[before] == legs.deal[after])


def _order(cycle: Cycle) -> tuple[bool, Decimal, int, tuple[str, ...], tuple[tuple[str, ...], ...]]:
    worth = cycle.bottleneck
    return worth is None, -(worth or Decimal(0)), len(cycle.parties), cycle.parties, cycle.legs


def shape_of(kinds: tuple[tuple[str, ...], ...]) -> str:
    """The name of a loop's pattern, from the kinds of its hops."""
    flat = [kind for hop in kinds for kind in hop]
    families = [KINDS[kind].family for kind in flat]
    two = len(kinds) == 2
    if "guarantee" in flat:
        return "backstop"
    if "rent_back" in flat:
        return "rent-back"
    if set(families) == {"holding"}:
        return "mutual stakes"
    if "warrant" in flat:
        return "customer warrant"
    if "in_kind" in flat and "commercial" in families:
        return "in-kind investment"
    if "payment" in flat:
        return "payments of unknown purpose"
    if {"repayment", "interest", "dividend"} & set(flat):
        return "debt or equity service"
    if "financing" in families and "commercial" in families:
        return "vendor financing" if two else "pass-through"
    if set(families) == {"financing"}:
        return "mutual financing"
    if set(families) == {"commercial"}:
        return "mutual trade"
    if "holding" in families:
        return "stake and trade" if "commercial" in families else "stake and financing"
    return "mixed"
