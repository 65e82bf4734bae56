"""How much of a vendor's revenue is its own financing coming back: at least, likely, at most?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import Literal

from circularity.analysis.concentration import concentration
from circularity.analysis.events import ORDERS, Event, Order, events_of
from circularity.errors import UsageError
from circularity.graph.view import View, in_window
from circularity.kernels import tracing
from circularity.kernels.flow import FlowNetwork
from circularity.kernels.linear import DIGITS, relax, solve
from circularity.model.kinds import FLOWS, FUNDING, IN_KIND_SUFFIX, KINDS, RENT_BACK, REVENUE
from circularity.problems import Problem

Scope = Literal["financing", "all", "every"]
Role = Literal["funding", "revenue", "return_other"]
SCOPES = ("financing", "all", "every")
_ELIMINATE_UP_TO = 400


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
    """(lo, hi) over every amount inside its range, undated."""
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

    so 0 <= lo <= mid <= hi. The dated form (None where no leg has a date) plays the events in order:
    what a party holds after each of its payments bounds how much colour it can keep, and nothing
    comes back before it went out. It leaves undated legs out and lists them. `share` is of the
    dated form where all funding and revenue has dates, else of the undated.

    Scope `financing`: F are the kinds that fund; `all` adds the focal's own
    rent-back; `every`: all legs out against all legs in. In-kind pairs add their amount to F, R and
    all three bounds, and are in no balance.

    Undisclosed: in no sum; in hi an unpriced leg has no limit (hi is None where that leaves no
    bound); in lo its receiver is not complete; mid is None if one lies between F and R, and the
    problem `not-identified` says so. A party that pays more than it received gets the difference as
    unknown clean inflow.

    Args:
        view: legs under a lens; `view.complete` are parties whose sources of funds are all known.
        party: id, name, ticker or alias of the focal.
        scope: which legs are funding and revenue.
        order: of the legs inside a day: as listed, financing first, or purchases first.

    Cost: two maximum flows and one sparse linear system. Source: MEASURES §3.

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
    return _Tracer(view, view.party(party), scope, order).result()


class _Tracer:
    """One focal party under one view. Amounts are table units until `result`."""

    def __init__(self, view: View, focal: int, scope: Scope, order: Order) -> None:
        self.view, self.legs, self.focal, self.scope, self.order = view, view.legs, focal, scope, order
        funding, revenue = _roles(scope)
        legs, until = self.legs, view.lens.until
        known = [row for row in view.anytime if not until or (legs.date[row] or "")[:10] <= until]
        self.funding = [r for r in known if legs.payer[r] == focal and legs.kind[r] in funding]
        self.revenue = [r for r in view.measured if legs.payee[r] == focal and legs.kind[r] in revenue]
        self.pool = [row for row in view.pooled if not until or (legs.date[row] or "")[:10] <= until]
        self.received, self.paid = self._totals()
        parties = range(len(legs.parties))
        self.missing = {p: self.paid[p] - self.received[p] for p in parties if self.paid[p] > self.received[p]}
        self.complete = view.complete - set(self.missing)

    def _totals(self) -> tuple[list[int], list[int]]:
        legs, size = self.legs, len(self.legs.parties)
        received, paid = [0] * size, [0] * size
        for row in self.pool:
            amount = legs.amount[row] or 0
            paid[legs.payer[row]] += amount
            received[legs.payee[row]] += amount
        for item in legs.outside:
            if not self.view.lens.until or (item.date or "")[:10] <= self.view.lens.until:
                (received if item.inward else paid)[item.party] += item.amount or 0
        return received, paid

    def result(self) -> RoundTrip:
        legs = self.legs
        priced, unknown = self.shares()
        shares = None if unknown else priced
        problems = [self.not_identified(unknown)] if unknown else []
        in_kind = self.total(self.in_kind())
        unlimited = self.flow_to_revenue(legs.amount)
        static = Bounds(
            lo=legs.money(self.forced() + in_kind),
            mid=None if shares is None else self.money(self.coloured(shares)) + legs.money(in_kind),
            hi=None if unlimited is None else legs.money(unlimited + in_kind),
        )
        revenue = self.total(self.revenue)
        dated, undated, missing, traced = self.dated(in_kind, identified=shares is not None)
        all_dated = dated is not None and not undated & {*self.funding, *self.revenue}
        missing = self.missing if dated is None else missing
        headline = Bounds(dated.lo, dated.mid, dated.hi) if dated and all_dated else static
        reported, same_period = _reported(self.view, legs.parties[self.focal])
        customers = concentration(self.view, self.revenue)
        over = [p for p in sorted(self.missing) if p in self.view.complete]
        problems += [
            Problem(
                "overdrawn", f"{self.view.label(p)} pays {legs.money(self.missing[p])} more than it is known to have"
            )
            for p in over
        ]
        return RoundTrip(
            focal=legs.parties[self.focal],
            scope=self.scope,
            funding=legs.money(self.total(self.funding)),
            revenue=legs.money(revenue),
            static=static,
            mid_priced=self.money(self.coloured(priced)) + legs.money(in_kind),
            outer=self.outer(),
            dated=dated,
            undated=tuple(legs.id[row] for row in sorted(undated)),
            share=_share(headline, legs.money(revenue)),
            unknown_inflow={legs.parties[p]: legs.money(value) for p, value in sorted(missing.items())},
            unpriced=tuple(legs.id[row] for row in self.funding + self.revenue if legs.amount[row] is None),
            customer_hhi=customers.hhi,
            legs=tuple(self.traced(shares, traced if all_dated else None)),
            complete=tuple(legs.parties[p] for p in sorted(self.complete)),
            reported_revenue=reported,
            reported_share=_share(headline, reported.amount) if reported and same_period else None,
            problems=tuple(problems),
        )

    def dated(
        self, in_kind: int, identified: bool
    ) -> tuple[Dated | None, set[int], dict[int, int], dict[int, Decimal]]:
        """The dated form; rows without a date; unknown inflow; coloured part by row."""
        legs, until = self.legs, self.view.lens.until
        found, undated = events_of(self.view, self.pool, self.order)
        listed = [event for event in found if not until or event.moment[:10] <= until]
        if not any(event.row >= 0 for event in listed):
            return None, set(undated), {}, {}
        funding, revenue = set(self.funding), set(self.revenue)

        def role(event: Event) -> int:
            if event.row in funding:
                return tracing.FUNDING
            if event.payee != self.focal or event.payer < 0:
                return tracing.PLAIN
            counts = event.row in revenue and in_window(event.moment, self.view.lens)
            return tracing.REVENUE if counts else tracing.OTHER_RETURN

        events = tracing.Events(
            parties=len(legs.parties), focal=self.focal, payer=[e.payer for e in listed],
            payee=[e.payee for e in listed], amount=[e.amount for e in listed], role=[role(e) for e in listed],
        )  # fmt: skip
        _, _, missing = tracing.balances(events)
        complete = self.view.complete - set(missing)
        parts = tracing.pro_rata(events)
        by_row: dict[int, Decimal] = {}
        for event, kind, part in zip(listed, events.role, parts, strict=True):
            if kind != tracing.PLAIN:
                by_row[event.row] = by_row.get(event.row, Decimal(0)) + part
        mid = sum((part for part, kind in zip(parts, events.role, strict=True) if kind == tracing.REVENUE), Decimal(0))
        hi = tracing.possible(events, complete)

        def money(units: int) -> Decimal:
            return legs.money(units + in_kind)

        known = identified or all(amount is not None for amount in events.amount)
        dated = Dated(
            lo=money(tracing.forced(events, complete)),
            mid=self.money(mid) + legs.money(in_kind) if known else None,
            hi=None if hi is None else money(hi),
            fifo=money(tracing.by_lots(events, last_in_first_out=False)) if known else None,
            lifo=money(tracing.by_lots(events, last_in_first_out=True)) if known else None,
            greedy=money(tracing.first_coloured(events)) if known else None,
            poison=money(tracing.touched(events)) if known else None,
        )
        return dated, set(undated), missing, by_row

    def total(self, rows: list[int]) -> int:
        return sum(self.legs.amount[row] or 0 for row in rows)

    def money(self, units: Decimal) -> Decimal:
        return units.scaleb(-self.legs.scale)

    def in_kind(self) -> list[int]:
        """Sales that an in-kind investment is paid with: they come back by their own definition."""
        legs = self.legs
        paired = {legs.id[row] + IN_KIND_SUFFIX for row in self.funding if KINDS[legs.kind[row]].imputed}
        return [row for row in self.revenue if legs.id[row] in paired]

    def flow_to_revenue(self, amounts: Sequence[int | None]) -> int | None:
        """hi without in-kind: the largest flow from funding to revenue within some amounts."""
        network, source, sink = self.network(amounts)
        for row in self.revenue:
            if self.legs.cash[row]:
                network.add(self.legs.payer[row], sink, amounts[row])
        return network.maximum(source, sink)

    def outer(self) -> tuple[Decimal | None, Decimal | None]:
        """The bounds over every amount inside its own range: what a better priced record could show.

        hi rises with every amount, so it stands at the upper ends. lo is not monotone where parties
        are complete: it is then not given; where none is, only in-kind is forced.
        """
        legs = self.legs
        upper = [_upper(*bounds) for bounds in zip(legs.low, legs.point, legs.high, strict=True)]
        lower = [low if low is not None else point for low, point in zip(legs.low, legs.point, strict=True)]
        in_kind = self.in_kind()
        hi = self.flow_to_revenue(upper)
        goods = [upper[row] for row in in_kind]
        known = [amount for amount in goods if amount is not None]
        lo = None if self.complete else legs.money(sum(lower[row] or 0 for row in in_kind))
        return lo, None if hi is None or len(known) < len(goods) else legs.money(hi + sum(known))

    def forced(self) -> int:
        """lo without in-kind: funding that finds no other place than revenue."""
        legs, focal = self.legs, self.focal
        network, source, sink = self.network(legs.amount, priced_only=True)
        revenue = set(self.revenue)
        for row in self.pool:
            if legs.payee[row] == focal and row not in revenue and legs.payer[row] != focal:
                network.add(legs.payer[row], sink, legs.amount[row])
        for party in range(len(legs.parties)):
            if party == focal:
                continue
            if party in self.complete:
                kept = self.received[party] - self.paid[party]
                network.add(party, sink, kept + self.paid_outside(party))
            else:
                network.add(party, sink, None)
        elsewhere = network.maximum(source, sink)
        funded = sum(legs.amount[row] or 0 for row in self.funding if legs.cash[row])
        return 0 if elsewhere is None else funded - elsewhere

    def paid_outside(self, party: int) -> int:
        until = self.view.lens.until
        return sum(
            item.amount or 0
            for item in self.legs.outside
            if item.party == party and not item.inward and (not until or (item.date or "")[:10] <= until)
        )

    def network(self, amounts: Sequence[int | None], priced_only: bool = False) -> tuple[FlowNetwork, int, int]:
        """Source → funded parties → … by legs that neither leave nor enter the focal."""
        legs, size = self.legs, len(self.legs.parties)
        network = FlowNetwork(size + 2)
        source, sink = size, size + 1
        for row in self.funding:
            if legs.cash[row] and (amounts[row] is not None or not priced_only):
                network.add(source, legs.payee[row], amounts[row])
        for row in self.pool:
            if self.focal not in (legs.payer[row], legs.payee[row]):
                network.add(legs.payer[row], legs.payee[row], amounts[row])
        return network, source, sink

    def not_identified(self, unknown: list[str]) -> Problem:
        named = ", ".join(unknown[:5]) + (f" and {len(unknown) - 5} more" if len(unknown) > 5 else "")
        focal = self.view.label(self.focal)
        return Problem("not-identified", f"between the funding and the revenue of {focal} amounts are unknown: {named}")

    def shares(self) -> tuple[dict[int, Decimal], list[str]]:
        """Pro-rata coloured share of each party's pool, and the legs on the way that have no amount."""
        legs, focal = self.legs, self.focal
        funding = [row for row in self.funding if legs.cash[row]]
        returns = [row for row in self.revenue if legs.cash[row]]
        inner = [row for row in self.pool if focal not in (legs.payer[row], legs.payee[row])]
        after = _reach({legs.payee[row] for row in funding}, [(legs.payer[r], legs.payee[r]) for r in inner])
        before = _reach({legs.payer[row] for row in returns}, [(legs.payee[r], legs.payer[r]) for r in inner])
        between = sorted(after & before)
        at = {party: number for number, party in enumerate(between)}
        route = [row for row in inner if legs.payer[row] in at and legs.payee[row] in at]
        route += [row for row in funding if legs.payee[row] in at]
        route += [row for row in returns if legs.payer[row] in at]
        unknown = sorted(legs.id[row] for row in route if legs.amount[row] is None)
        rows: list[dict[int, Decimal]] = [{number: Decimal(1)} for number in range(len(between))]
        right = [Decimal(0)] * len(between)
        with localcontext() as context:
            context.prec = DIGITS
            pools = {p: Decimal(self.received[p] + self.missing.get(p, 0)) for p in between}
            for row in route:
                payer, payee, amount = legs.payer[row], legs.payee[row], legs.amount[row] or 0
                if payee == focal or not pools[payee]:
                    continue
                part = Decimal(amount) / pools[payee]
                if payer == focal:
                    right[at[payee]] += part
                else:
                    rows[at[payee]][at[payer]] = rows[at[payee]].get(at[payer], Decimal(0)) - part
        return dict(zip(between, _solved(rows, right), strict=True)), unknown

    def coloured(self, shares: dict[int, Decimal]) -> Decimal:
        """mid without in-kind."""
        legs = self.legs
        with localcontext() as context:
            context.prec = DIGITS
            return sum(
                ((legs.amount[r] or 0) * shares.get(legs.payer[r], Decimal(0)) for r in self.revenue if legs.cash[r]),
                Decimal(0),
            )

    def traced(self, shares: dict[int, Decimal] | None, by_row: dict[int, Decimal] | None) -> list[TracedLeg]:
        """The legs behind the number: funding, revenue, and what else comes back.

        Their coloured part is the dated one where `by_row` has it, else the undated.
        """
        legs, focal = self.legs, self.focal
        revenue, in_kind = set(self.revenue), set(self.in_kind())
        other = [row for row in self.pool if legs.payee[row] == focal and row not in revenue]
        found: list[TracedLeg] = []
        roles: list[tuple[Role, list[int]]] = [
            ("funding", self.funding), ("revenue", self.revenue), ("return_other", other),
        ]  # fmt: skip
        for role, rows in roles:
            for row in rows:
                units = legs.amount[row]
                if units is None or (shares is None and role != "funding"):
                    coloured = None
                elif role == "funding" or row in in_kind:
                    coloured = legs.money(units)
                elif not legs.cash[row]:
                    coloured = Decimal(0)
                elif by_row is not None:
                    coloured = self.money(by_row.get(row, Decimal(0)))
                else:
                    coloured = self.money(units * (shares or {}).get(legs.payer[row], Decimal(0)))
                amount = None if units is None else legs.money(units)
                found.append(TracedLeg(legs.id[row], role, amount, coloured))
        return found


def _roles(scope: Scope) -> tuple[frozenset[str], frozenset[str]]:
    if scope == "every":
        return FLOWS, FLOWS
    return (FUNDING | RENT_BACK if scope == "all" else FUNDING), REVENUE


def _upper(low: int | None, point: int | None, high: int | None) -> int | None:
    """The most an amount can be: its upper bound, or a point that stands without a range."""
    return point if high is None and low is None else high


def _reach(start: set[int], arcs: list[tuple[int, int]]) -> set[int]:
    heads: dict[int, list[int]] = {}
    for tail, head in arcs:
        heads.setdefault(tail, []).append(head)
    seen, stack = set(start), list(start)
    while stack:
        for head in heads.get(stack.pop(), ()):
            if head not in seen:
                seen.add(head)
                stack.append(head)
    return seen


def _solved(rows: list[dict[int, Decimal]], right: list[Decimal]) -> list[Decimal]:
    if len(rows) <= _ELIMINATE_UP_TO:
        return solve(rows, right)
    found = relax([{c: float(v) for c, v in row.items()} for row in rows], [float(value) for value in right])
    return [Decimal(value) for value in found]


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


def _share(bounds: Bounds, revenue: Decimal) -> dict[str, float | None]:
    values = {"lo": bounds.lo, "mid": bounds.mid, "hi": bounds.hi}
    return {key: float(value / revenue) if value is not None and revenue else None for key, value in values.items()}
