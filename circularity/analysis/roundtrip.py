"""How much of a vendor's revenue is its own financing coming back: at least, likely, at most?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import Literal

from circularity.analysis.concentration import concentration
from circularity.analysis.events import ORDERS, Order
from circularity.analysis.moves import SCOPES, Case, Moves, Scope
from circularity.analysis.ranges import outer
from circularity.errors import UsageError
from circularity.graph.view import View
from circularity.kernels import pools, tracing
from circularity.kernels.linear import DIGITS
from circularity.problems import Problem

Role = Literal["funding", "revenue", "return_other"]
_NAMED = 100
"""Parties that overdraw and are named one by one."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Dollars that come back: forced, likely, possible. None: no bound, or not identified."""

    lo: Decimal | None
    mid: Decimal | None
    hi: Decimal | None


@dataclass(frozen=True, slots=True)
class Dated:
    """The bounds with every dollar in its place in time, and what the tracing rules give.

    FIFO, LIFO and greedy lie inside the bounds; poison may not.
    """

    lo: Decimal | None
    mid: Decimal | None
    hi: Decimal | None
    fifo: Decimal | None
    lifo: Decimal | None
    greedy: Decimal | None
    poison: Decimal | None


@dataclass(frozen=True, slots=True)
class TracedLeg:
    """A leg behind the number, with the coloured part of it under pro-rata mixing."""

    id: str
    role: Role
    amount: Decimal | None
    coloured_mid: Decimal | None


@dataclass(frozen=True, slots=True)
class Reported:
    """Revenue as the party reported it."""

    amount: Decimal
    period: str
    url: str


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """The result for one focal party. Amounts in whole units of the view's currency."""

    focal: str
    scope: Scope
    funding: Decimal
    revenue: Decimal
    static: Bounds
    mid_priced: Decimal
    """The undated likely value on priced legs alone: a figure to hold on to where `mid` is None."""
    outer: tuple[Decimal | None, Decimal | None]
    """(lo, hi) over every amount inside its range: dated where every leg has a date, else undated."""
    outer_share: tuple[float | None, float | None]
    """The same of revenue, which has a range too."""
    dated: Dated | None
    undated: tuple[str, ...]
    share: dict[str, float | None]
    unknown_inflow: dict[str, Decimal]
    unpriced: tuple[str, ...]
    customer_hhi: float | None
    legs: tuple[TracedLeg, ...]
    complete: tuple[str, ...]
    reported_revenue: Reported | None
    reported_share: dict[str, float | None] | None
    problems: tuple[Problem, ...] = field(default=())


def round_trip(view: View, party: str, scope: Scope = "financing", order: Order = "listed") -> RoundTrip:
    """How many dollars of a party's revenue are its own funding coming back?

    The focal's funding F is coloured; every other dollar is clean; each leg carries a coloured part
    0 <= f <= amount, and money back at the focal is taken out. RT = coloured money in its revenue
    R. Undated form, over the whole window:

        hi  = largest flow F -> R through leg amounts
        lo  = |F| - largest flow F -> places that are not R: outside payments, balances kept, and
              non-revenue legs to the focal; unlimited at a party that is not complete
        mid = every leg carries its payer's share c_i = (F_i + sum W_ji c_j) / pool_i

    so 0 <= lo <= mid <= hi. The dated form (None where no leg has a date) plays the payments in
    order: what a party holds after its payments bounds how much colour it can keep, and nothing
    comes back before it went out. It leaves undated legs out and lists them. `share` is of the
    dated form where all funding and revenue has dates, else of the undated.

    What happened before the lens's `since` sets the balances with which the window opens: earlier
    funding is coloured, and in `funding`; revenue is that of the window. What happens after its
    `until` is not played.

    Scope `financing`: F are the kinds that fund; `all` adds the focal's own rent-back; `every`: all
    legs out against all legs in. In-kind pairs add their amount to F, R and all bounds, and are in
    no balance. A link `earmarked_for` with a share pins that share of a leg (all of it where none is
    given) to a leg that its payee pays: the pinned money goes there first and does not mix, in every
    bound and rule. It binds as far as the two amounts, and in the dated form the dates, allow.

    Undisclosed: in no sum; in hi an unpriced leg has no limit (hi is None where that leaves no
    bound); in lo its receiver is not complete; mid is None if one lies between F and R, and the
    problem `not-identified` says so. A party that pays more than it received gets the difference as
    unknown clean inflow, immediately before. Amounts with a range: `outer`; see `ranges`.

    Args:
        view: legs under a lens; `view.complete` are parties whose sources of funds are all known.
        party: id, name, ticker or alias of the focal.
        scope: which legs are funding and revenue.
        order: of the legs inside a day: as listed, financing first, or purchases first.

    Returns:
        Amounts in whole units of the view's currency; shares from 0 to 1. lo and hi are exact; mid
        is to `DIGITS` digits, and in floating point beyond 400 parties on the way or 200,000
        payments.

    Cost: four maximum flows, as far as the funding reaches, and one sparse linear system; where a
    complete party and an amount with a range meet, four linear programs. Source: MEASURES §3;
    Anderson, Shumailov and Ahmed 2018; Kosyfaki et al. 2020.

    >>> from circularity.graph.lens import Lens
    >>> from circularity.graph.toys import vendor_loop
    >>> result = round_trip(vendor_loop(Lens(complete="all")), "vendor")
    >>> [float(value or 0) for value in (result.static.lo, result.static.mid, result.static.hi)]
    [7.0, 8.0, 10.0]
    """
    if scope not in SCOPES:
        raise UsageError(f"--scope '{scope}' is not one of {', '.join(SCOPES)}")
    if order not in ORDERS:
        raise UsageError(f"--order '{order}' is not one of {', '.join(ORDERS)}")
    return _Tracer(Case(view, view.party(party), scope, order)).result()


@dataclass(frozen=True, slots=True)
class _Form:
    """One form of the question, undated or dated. Table units, goods for shares included."""

    moves: Moves
    missing: dict[int, int]
    """Unknown inflow by party."""
    complete: frozenset[int]
    lo: int
    hi: int | None
    mid: Decimal
    parts: dict[int, Decimal]
    """Coloured part by leg that funds or returns."""
    unknown: tuple[str, ...]
    """Legs on the way without an amount."""


class _Tracer:
    """Both forms for one focal party, put together."""

    def __init__(self, case: Case) -> None:
        self.case, self.view, self.legs = case, case.view, case.legs
        self.in_kind = case.total(case.in_kind)

    def result(self) -> RoundTrip:
        case, legs = self.case, self.legs
        still = self.undated()
        dated, rules, undated = self.dated(identified=not still.unknown)
        all_dated = dated is not None and not {*undated} & {*case.funding, *case.revenue}
        static = Bounds(
            legs.money(still.lo), self.money(still.mid) if not still.unknown else None, self.bound(still.hi)
        )
        headline = Bounds(rules.lo, rules.mid, rules.hi) if rules and all_dated else static
        missing = still.missing if dated is None else dated.missing
        revenue = legs.money(case.total(case.revenue))
        reported, same_period = _reported(self.view, legs.parties[case.focal])
        whole = dated if dated is not None and not undated else still
        ranged = outer(case, whole.moves, whole.complete, (whole.lo, whole.hi))
        return RoundTrip(
            focal=legs.parties[case.focal],
            scope=case.scope,
            funding=legs.money(case.total(case.funding)),
            revenue=revenue,
            static=static,
            mid_priced=self.money(still.mid),
            outer=(self.quantity(ranged.lo), self.quantity(ranged.hi)),
            outer_share=(ranged.share_lo, ranged.share_hi),
            dated=rules,
            undated=tuple(legs.id[row] for row in undated),
            share=_share(headline, revenue, any(legs.amount[row] is None for row in case.revenue)),
            unknown_inflow={legs.parties[p]: legs.money(value) for p, value in sorted(missing.items())},
            unpriced=tuple(legs.id[row] for row in case.funding + case.revenue if legs.amount[row] is None),
            customer_hhi=concentration(self.view, case.revenue).hhi,
            legs=tuple(self.traced(still, dated if all_dated else None)),
            complete=tuple(legs.parties[p] for p in sorted(still.complete)),
            reported_revenue=reported,
            reported_share=_share(headline, reported.amount) if reported and same_period else None,
            problems=(*self.problems(still, missing), *ranged.problems),
        )

    def undated(self) -> _Form:
        """Everybody mixes all it takes in over the whole window."""
        moves = self.case.pooled()
        events = moves.events
        missing = pools.shortfalls(events)
        complete = self.view.complete - set(missing)
        mix = pools.mix(events)
        with localcontext() as context:
            context.prec = DIGITS
            parts = {
                at: Decimal(events.amount[at] or 0)
                * (1 if role == tracing.FUNDING else mix.shares.get(events.payer[at], 0))
                for at, role in enumerate(events.role)
                if role != tracing.PLAIN
            }
        unknown = sorted(self.legs.id[moves.item[at]] for at in mix.unknown)
        hi = pools.possible(events)
        return self.form(moves, missing, complete, pools.forced(events, complete | moves.alone), hi, parts, unknown)

    def dated(self, identified: bool) -> tuple[_Form | None, Dated | None, tuple[int, ...]]:
        """Payments in order, what the rules of tracing give, and the rows that have no date."""
        moves = self.case.dated()
        events = moves.events
        if not any(item >= 0 for item in moves.item):
            return None, None, moves.undated
        missing = tracing.balances(events)[2]
        complete = self.view.complete - set(missing)
        bound = complete | moves.alone
        mixed: Sequence[Decimal | float] = tracing.pro_rata(events)
        parts = {
            at: Decimal(part)
            for at, (part, role) in enumerate(zip(mixed, events.role, strict=True))
            if role != tracing.PLAIN
        }
        lo, hi = tracing.forced(events, bound), tracing.possible(events, bound)
        form = self.form(moves, missing, complete, lo, hi, parts, ())
        known = identified or all(amount is not None for amount in events.amount)
        rules = [
            tracing.by_lots(events, last_in_first_out=False), tracing.by_lots(events, last_in_first_out=True),
            tracing.first_coloured(events), tracing.touched(events),
        ]  # fmt: skip
        likely = [self.bound(rule + self.in_kind) if known else None for rule in rules]
        mid = self.money(form.mid) if known else None
        return form, Dated(self.legs.money(form.lo), mid, self.bound(form.hi), *likely), moves.undated

    def form(
        self, moves: Moves, missing: dict[int, int], complete: frozenset[int], lo: int, hi: int | None,
        parts: dict[int, Decimal], unknown: list[str] | tuple[str, ...],
    ) -> _Form:  # fmt: skip
        """Goods for shares added to every bound, and parts by leg."""
        by_row: dict[int, Decimal] = {}
        mid = Decimal(self.in_kind)
        with localcontext() as context:
            context.prec = DIGITS
            for at, part in parts.items():
                row = moves.item[at]
                by_row[row] = by_row.get(row, Decimal(0)) + part
                if moves.events.role[at] == tracing.REVENUE:
                    mid += part
        most = None if hi is None else hi + self.in_kind
        return _Form(moves, missing, complete, lo + self.in_kind, most, mid, by_row, tuple(unknown))

    def bound(self, units: int | None) -> Decimal | None:
        return None if units is None else self.legs.money(units)

    def money(self, units: Decimal) -> Decimal:
        return units.scaleb(-self.legs.scale)

    def quantity(self, units: Decimal | None) -> Decimal | None:
        return None if units is None else Decimal(f"{self.money(units):f}")  # never 6.8E+10

    def problems(self, still: _Form, missing: dict[int, int]) -> list[Problem]:
        found: list[Problem] = []
        name, unknown = self.view.label, still.unknown
        if unknown:
            named = ", ".join(unknown[:5]) + (f" and {len(unknown) - 5} more" if len(unknown) > 5 else "")
            words = f"between the funding and the revenue of {name(self.case.focal)} amounts are unknown: {named}"
            found.append(Problem("not-identified", words))
        over = sorted(self.view.complete & {*still.missing, *missing})
        for party in over[:_NAMED]:
            lacks = self.legs.money(missing.get(party, still.missing.get(party, 0)))
            found.append(Problem("overdrawn", f"{name(party)} pays {lacks:f} more than it is known to have"))
        if len(over) > _NAMED:
            found.append(
                Problem("overdrawn", f"{len(over) - _NAMED:,} more parties pay more than they are known to have")
            )
        return found

    def traced(self, still: _Form, dated: _Form | None) -> list[TracedLeg]:
        """The legs behind the number: funding, revenue, and what else comes back.

        Their coloured part is the dated one where there is one, else the undated.
        """
        case, legs = self.case, self.legs
        revenue, in_kind = set(case.revenue), set(case.in_kind)
        parts = still.parts if dated is None else dated.parts
        other = [row for row in case.items if row >= 0 and legs.payee[row] == case.focal and row not in revenue]
        roles: list[tuple[Role, list[int]]] = [
            ("funding", case.funding), ("revenue", case.revenue), ("return_other", other),
        ]  # fmt: skip
        found: list[TracedLeg] = []
        for role, rows in roles:
            for row in rows:
                units = legs.amount[row]
                if units is None or (still.unknown and role != "funding"):
                    coloured = None
                elif role == "funding" or row in in_kind:
                    coloured = legs.money(units)
                else:
                    coloured = self.money(parts.get(row, Decimal(0)))
                found.append(TracedLeg(legs.id[row], role, self.bound(units), coloured))
        return found


def _reported(view: View, party: str) -> tuple[Reported | None, bool]:
    """Reported revenue of the lens's window, else of the last year that was over by the as-of date;
    and whether the two periods are the same."""
    lens, facts = view.lens, view.facts
    found: list[tuple[bool, int, str, Reported]] = []
    for account in facts.accounts if facts else ():
        figure, period = account.revenue, account.period
        if account.party != party or figure is None or figure.amount is None or figure.amount.point is None:
            continue
        first, last = period.from_.isoformat(), period.to.isoformat()
        same = (lens.since, lens.until) == (first, last)
        days = (period.to - period.from_).days
        if same or (days >= 350 and not (lens.as_of and last > lens.as_of)):
            source = facts.sources.get(figure.source) if facts else None
            words = period.label or f"{first} to {last}"
            found.append(
                (same, period.to.toordinal(), words, Reported(figure.amount.point, words, source.url if source else ""))
            )
    if not found:
        return None, False
    best = max(found, key=lambda item: item[:3])
    return best[3], best[0]


def _share(bounds: Bounds, revenue: Decimal, more: bool = False) -> dict[str, float | None]:
    """Bounds as shares of revenue; with `more` of it undisclosed, it can be a lot larger, and no share is above 1."""
    values = {"lo": bounds.lo, "mid": bounds.mid, "hi": bounds.hi}
    found = {key: float(value / revenue) if value is not None and revenue else None for key, value in values.items()}
    if more and found["lo"] is not None:
        found |= {"lo": 0.0, "mid": None}
    if more and found["hi"] is not None:
        found["hi"] = min(1.0, found["hi"])
    return found
