"""Amounts as ranges: how far they can move the round trip, and how far they typically do."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from decimal import Decimal
from math import inf, sqrt

from circularity.analysis.events import Order
from circularity.analysis.moves import Case, Moves, Pin, Scope
from circularity.errors import UsageError
from circularity.graph.view import View
from circularity.kernels import pools, tracing
from circularity.kernels.programs import Program, Terms, solver_installed
from circularity.model.legs import Bounds
from circularity.problems import Problem

PROGRAM_UP_TO = 60_000
"""Payments up to which the linear programs are worth their time."""

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_TRIES = 20
"""Draws tried for each that is wanted, before those that overdraw are booked."""

Range = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Outer:
    """The bounds over all amounts inside their ranges, in table units, and as shares of revenue.

    None: no bound, or not known; then `problems` says why.
    """

    lo: Decimal | None = None
    hi: Decimal | None = None
    share_lo: float | None = None
    share_hi: float | None = None
    problems: tuple[Problem, ...] = ()


def range_of(bounds: Bounds) -> Range:
    """From what to what an amount can be: a missing bound is no limit, a point alone is exact."""
    low, point, high = bounds
    if low is None and high is None and point is not None:
        return point, point
    return low or 0, high


def has_ranges(case: Case) -> bool:
    """Whether any amount that takes part is not exactly known."""
    legs = case.legs
    plain = legs.low.count(None) == legs.high.count(None) == len(legs) and None not in legs.point
    items = [item for item in case.items if item < 0] if plain else [*case.items, *case.revenue]
    return any(low != high for low, high in (range_of(case.bounds(item)) for item in items))


def outer(case: Case, moves: Moves, complete: frozenset[int], exact: tuple[int | None, int | None]) -> Outer:
    """What could better priced records show, at the least and at the most?

    Amounts become variables inside their ranges; all that bounds the coloured money stays linear in
    them, so lo* and hi* are two linear programs, and the shares of revenue two more. Where no party
    is complete, hi rises with every amount and is the largest flow at the upper ends, and only goods
    for shares are forced. Where no amount has a range, the bounds are `exact`.

    An earmark binds in full where its target can hold it at every amount inside the ranges; else it
    may bind in part, and the bounds are the wider for it.

    Args:
        moves: `case.pooled()`, or `case.dated()` for the bounds in order of time.
        complete: parties whose balances bind, those of single legs apart.
        exact: (lo, hi) of the amounts as they are, in table units.

    Source: MEASURES §3; Charnes and Cooper 1962.
    """
    if not has_ranges(case):
        revenue = case.total(case.revenue)
        lo, hi = (None if value is None else Decimal(value) for value in exact)
        shares = [float(value / revenue) if value is not None and revenue else None for value in (lo, hi)]
        return Outer(lo, hi, shares[0], shares[1])
    ranges = {item: range_of(case.bounds(item)) for item in (*case.items, *case.revenue)}
    solvable = solver_installed() and len(moves.item) <= PROGRAM_UP_TO
    found = _by_programs(case, moves, complete, ranges) if solvable else Outer()
    if not complete and not moves.splits:
        goods = sum(ranges[row][0] for row in case.in_kind)
        return replace(found, lo=Decimal(goods), hi=_at_upper_ends(case, moves, ranges))
    if solvable:
        return found
    if solver_installed():
        note = Problem(
            "too-large",
            f"the outer lower bound is left out beyond {PROGRAM_UP_TO:,} payments",
            action="narrow the ledger",
        )
    else:
        note = Problem("needs-extra", "the outer lower bound needs a solver: pip install 'circularity[fast]'")
    return Outer(hi=_at_upper_ends(case, moves, ranges), problems=(note,))


def _at_upper_ends(case: Case, moves: Moves, ranges: dict[int, Range]) -> Decimal | None:
    """The largest flow with every amount at its upper end, nobody complete and nothing earmarked."""
    upper = case.at({item: high for item, (_, high) in ranges.items()}, earmarks=False)
    hi = tracing.possible(upper.dated().events, frozenset()) if moves.ordered else pools.possible(upper.pooled().events)
    goods = [ranges[row][1] for row in case.in_kind]
    known = [high for high in goods if high is not None]
    return None if hi is None or len(known) < len(goods) else Decimal(hi + sum(known))


def _by_programs(case: Case, moves: Moves, complete: frozenset[int], ranges: dict[int, Range]) -> Outer:
    """The four programs. A complete party that cannot balance whatever the amounts are binds nothing."""
    able = complete - _never_balanced(case, ranges)
    for bound in (able, frozenset[int]()):
        book = _Book(moves, bound, ranges)
        back, revenue = book.back, {book.item(row): 1.0 for row in case.revenue}
        for row in case.in_kind:
            _add(back, {book.item(row): 1.0})
        least = book.program.extreme(back, most=False)
        if least is not None:
            break
    most = book.program.extreme(back, most=True)
    shares = [book.program.ratio(back, revenue, most=end) if revenue else None for end in (False, True)]
    notes: tuple[Problem, ...] = ()
    if bound != complete:
        names = sorted(case.view.label(party) for party in complete - bound)
        named = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        notes = (Problem("overdrawn", f"no amounts inside their ranges give these enough to pay with: {named}"),)
    return Outer(least, most if most is not None and most.is_finite() else None, shares[0], shares[1], notes)


def _never_balanced(case: Case, ranges: dict[int, Range]) -> set[int]:
    """Parties that pay more at the least than they receive at the most."""
    least: dict[int, float] = {}
    for item in case.items:
        payer, payee = case.ends(item)
        low, high = ranges[item]
        least[payer] = least.get(payer, 0) - low
        least[payee] = least.get(payee, 0) + (inf if high is None else high)
    return {party for party, most in least.items() if most < 0}


class _Book:
    """Payments as a linear program: amounts, their coloured parts, and what every party then holds.

    A party holds at least the colour it holds, and a complete one no less money than that: checked
    before each inflow that follows a payment, and at the end; undated, at the end alone. (Between
    two inflows the last check implies those before it.)
    """

    def __init__(self, moves: Moves, complete: frozenset[int], ranges: dict[int, Range]) -> None:
        self.moves, self.ranges = moves, ranges
        self.program = Program()
        self.complete = complete | moves.alone
        self.items: dict[int, int] = {}
        self.back: Terms = {}
        """Coloured money in the focal's revenue."""
        size = moves.events.parties
        self.colour: list[Terms] = [{} for _ in range(size)]
        self.holds: list[Terms] = [{} for _ in range(size)]
        self.spent = [False] * size
        amounts = self._amounts()
        for at, amount in enumerate(amounts):
            self._pay(at, amount)
        for party in range(size):
            self._check(party)
        for party in moves.alone:
            self.program.zero(self.holds[party])

    def item(self, item: int) -> int:
        """The variable of an item's whole amount."""
        if item not in self.items:
            self.items[item] = self.program.variable(*self.ranges[item])
        return self.items[item]

    def _amounts(self) -> list[Terms]:
        """The amount of each payment: a part of its item's, or of a split one's what the split allows."""
        moves, program = self.moves, self.program
        amounts: list[Terms] = [{self.item(item): share} for item, share in zip(moves.item, moves.share, strict=True)]
        fitting = _fitting(moves, self.ranges)
        for split in moves.splits:
            whole = amounts[split.entry]
            leaving = [split.exit, *(at for at, _ in split.pins)]
            for at in (split.entry, *leaving):
                amounts[at] = {program.variable(): 1.0}
            program.at_least_zero(_less(whole, amounts[split.entry]))
            program.zero(_less(whole, *(amounts[at] for at in leaving)))
            for at, pin in split.pins:
                share = {variable: factor * float(pin.share) for variable, factor in whole.items()}
                (program.zero if pin in fitting else program.at_least_zero)(_less(share, amounts[at]))
        return amounts

    def _pay(self, at: int, amount: Terms) -> None:
        events = self.moves.events
        payer, payee, role = events.payer[at], events.payee[at], events.role[at]
        part: Terms = amount if role == tracing.FUNDING else {}
        if payer >= 0:
            if payer != events.focal and (self.colour[payer] or not self.moves.ordered):
                part = {self.program.variable(): 1.0}
                self.program.at_least_zero(_less(amount, part))
            self._move(payer, part, amount, -1)
            self.spent[payer] = True
        if role == tracing.REVENUE:
            _add(self.back, part)
        if payee >= 0:
            if self.moves.ordered and self.spent[payee]:
                self._check(payee)
                self.spent[payee] = False
            self._move(payee, part, amount, 1)

    def _move(self, party: int, part: Terms, amount: Terms, sign: int) -> None:
        if party != self.moves.events.focal:
            _add(self.colour[party], part, sign)
        if party in self.complete:
            _add(self.holds[party], amount, sign)

    def _check(self, party: int) -> None:
        """0 <= coloured <= held; both go on as one variable each."""
        for column in (self.colour, self.holds):
            if column[party]:
                value = {self.program.variable(): 1.0}
                self.program.zero(_less(column[party], value))
                column[party] = value
        if party in self.complete:
            self.program.at_least_zero(_less(self.holds[party], self.colour[party]))


def _fitting(moves: Moves, ranges: dict[int, Range]) -> set[Pin]:
    """Earmarks that their targets can hold in full whatever the amounts are: by what they pay after the last of it."""
    wanted: dict[int, Decimal] = {}
    given: dict[int, Decimal] = {}
    last: dict[int, int] = {}
    pins = {pin for split in moves.splits for _, pin in split.pins}
    for split in moves.splits:
        for at, pin in split.pins:
            last[pin.target] = at
    for pin in pins:
        high = ranges[pin.source][1]
        wanted[pin.target] = wanted.get(pin.target, Decimal(0)) + (
            Decimal("Infinity") if high is None else high * pin.share
        )
        given[pin.source] = given.get(pin.source, Decimal(0)) + pin.share
    room = dict.fromkeys(wanted, 0.0)
    for split in moves.splits:
        if split.item in room and split.entry > last[split.item]:
            room[split.item] += split.share * ranges[split.item][0]
    return {pin for pin in pins if wanted[pin.target] <= room[pin.target] and given[pin.source] <= 1}


def _add(target: Terms, terms: Terms, factor: float = 1.0) -> None:
    for variable, value in terms.items():
        target[variable] = target.get(variable, 0.0) + factor * value


def _less(whole: Terms, *parts: Terms) -> Terms:
    rest = dict(whole)
    for part in parts:
        _add(rest, part, -1.0)
    return rest


@dataclass(frozen=True, slots=True)
class Spread:
    """The likely round trip over amounts drawn inside their ranges. Whole units of the currency.

    `rejected` draws overdrew a complete party; `booked` ones did too and count all the same, with
    unknown inflow. `undrawn` are legs without an upper bound or a point: they count as the lens
    counts them. Quantiles are None where nothing is drawn.
    """

    draws: int
    seed: int
    drawn: int
    rejected: int
    booked: int
    undrawn: tuple[str, ...]
    mean: Decimal | None
    quantiles: tuple[tuple[float, Decimal], ...]


def likely_spread(
    view: View, party: str, scope: Scope = "financing", order: Order = "listed", draws: int = 200, seed: int = 1
) -> Spread:
    """How far do the ranges of the amounts move the likely round trip?

    Each deal draws one number u between 0 and 1; each of its amounts is then the u-quantile of a
    triangle over low, point and high (even where there is no point; a missing low is 0, a missing
    high the point), so that a deal's amounts move together. mid of each draw is dated where all
    funding and revenue has dates, else undated, on priced legs. A draw in which a complete party
    pays more than it receives is rejected.

    Args:
        draws, seed: of the sampler; the same seed gives the same result everywhere.

    Returns:
        Quantiles of 5, 25, 50, 75 and 95 %, rounded to table units; `drawn` counts the amounts
        that have a range.

    Cost: one sparse linear system (or one pass over the payments) a draw. Source: MEASURES §3.

    >>> from circularity.graph.toys import vendor_loop
    >>> likely_spread(vendor_loop(), "vendor").drawn
    0
    """
    if draws < 1:
        raise UsageError(f"--draws is 1 or more, not {draws}")
    case = Case(view, view.party(party), scope, order)
    deals = _deals(case)
    triangles = {item: shape for item in deals if (shape := _triangle(case.bounds(item)))}
    undrawn = tuple(
        case.name(item) or "an account"
        for item in deals
        if item not in triangles and None in range_of(case.bounds(item))
    )
    if not triangles:
        return Spread(draws, seed, 0, 0, 0, undrawn, None, ())
    names = sorted({deals[item] for item in triangles})
    moves = case.dated()
    ordered = bool(moves.item) and not {*moves.undated} & {*case.funding, *case.revenue}
    bound = view.complete - _missing(moves if ordered else case.pooled()).keys()
    dice = random.Random(seed)
    found: list[int] = []
    rejected = booked = 0
    while len(found) < draws:
        level = {name: dice.random() for name in names}
        drawn = case.at({item: _quantile(triangle, level[deals[item]]) for item, triangle in triangles.items()})
        moves = drawn.dated() if ordered else drawn.pooled()
        if bound & _missing(moves).keys():
            if rejected < _TRIES * draws:
                rejected += 1
                continue
            booked += 1
        back = tracing.likely(moves.events) if ordered else pools.likely(moves.events)
        found.append(round(back) + drawn.total(drawn.in_kind))
    found.sort()
    money = view.legs.money
    levels = tuple((level, money(found[round(level * (draws - 1))])) for level in QUANTILES)
    return Spread(draws, seed, len(triangles), rejected, booked, undrawn, money(sum(found) // draws), levels)


def _missing(moves: Moves) -> dict[int, int]:
    """Unknown inflow by party."""
    return tracing.balances(moves.events)[2] if moves.ordered else pools.shortfalls(moves.events)


def _deals(case: Case) -> dict[int, str]:
    """Every item that takes part, with the deal whose amounts move together; lines of accounts by party."""
    facts = case.view.facts
    deal_of = {leg.id: deal.id for deal, leg in facts.legs()} if facts else {}
    found: dict[int, str] = {}
    for item in (*case.items, *case.in_kind):
        if item >= 0:
            found[item] = case.legs.deal[item]
        else:
            row = case.outside(item)
            found[item] = deal_of.get(row.leg, f"{'from' if row.inward else 'to'} outside {row.party} {row.row}")
    return found


Triangle = tuple[int, int | None, int]


def _triangle(bounds: Bounds) -> Triangle | None:
    """Low, point and high of what can be drawn; None where the amount is exact, or has no upper end."""
    low, point, high = bounds
    top = point if high is None else high
    if top is None or range_of(bounds)[0] == range_of(bounds)[1]:
        return None
    return low or 0, point, top


def _quantile(triangle: Triangle, level: float) -> int:
    low, point, high = triangle
    if point is None:
        return low + round(level * (high - low))
    left, right, whole = point - low, high - point, high - low
    if not whole:
        return low
    if level * whole <= left:
        return low + round(sqrt(level * whole * left))
    return high - round(sqrt((1 - level) * whole * right))
