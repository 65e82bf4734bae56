"""Who stands where: what parties paid and received, whom they fund, who of those buys, who guarantees.

The same answers as the questions in `cypher/queries`, for Python.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from circularity.graph.view import View
from circularity.model.kinds import FLOWS, FUNDING, REVENUE, kinds_of


@dataclass(frozen=True, slots=True)
class Sum:
    """Some legs added up. `amount` is of the priced ones, None where there is none of them."""

    amount: Decimal | None
    legs: tuple[str, ...]
    unpriced: int


@dataclass(frozen=True, slots=True)
class Position:
    """What one party paid and received in cash; `unpriced` legs are in neither."""

    party: str
    paid: Decimal
    received: Decimal
    net: Decimal
    unpriced: int


@dataclass(frozen=True, slots=True)
class Funding:
    """What one party put into another."""

    payer: str
    payee: str
    sum: Sum


@dataclass(frozen=True, slots=True)
class FundedCustomer:
    """A customer that its vendor funds. `returns` is at most what comes back directly."""

    customer: str
    funded: Sum
    bought: Sum
    returns: Decimal | None


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A promise to pay for somebody, and what that party has promised to pay for goods and use."""

    leg: str
    guarantor: str
    supported: str
    amount: Decimal | None
    status: str
    covers: Sum


def positions(view: View) -> list[Position]:
    """What did each party pay and receive, and what is left?

    Formula: `net = received - paid` over the measured flow legs that move cash (with the lens's
    `imputed`, goods for shares too). Undisclosed amounts are counted, and in no sum.

    Returns:
        One row for each party with such a leg, by gross (paid plus received) falling, then id.
        Amounts in whole units of the currency.

    Cost: one pass over the legs.

    >>> from circularity.graph.toys import vendor_loop
    >>> [(p.party, int(p.paid), int(p.received), int(p.net)) for p in positions(vendor_loop())]
    [('customer', 12, 10, -2), ('vendor', 10, 12, 2)]
    """
    legs = view.legs
    sides: dict[int, list[int]] = {}
    for row in view.flows:
        if not legs.cash[row] and not view.lens.imputed:
            continue
        amount = legs.amount[row]
        for side, end in enumerate((legs.payer[row], legs.payee[row])):
            sums = sides.setdefault(end, [0, 0, 0])
            sums[side] += amount or 0
            sums[2] += amount is None
    found = [
        Position(legs.parties[end], legs.money(paid), legs.money(got), legs.money(got - paid), unpriced)
        for end, (paid, got, unpriced) in sides.items()
    ]
    return sorted(found, key=lambda p: (-(p.paid + p.received), p.party))


def funding(view: View) -> list[Funding]:
    """Who funds whom, and by how much?

    Sums the legs of kinds that fund (the kinds table's role) over each pair; parallel legs keep
    their ids. Ordered by amount falling (unpriced last), payer, payee. Amounts in whole units.

    >>> from circularity.graph.toys import vendor_loop
    >>> [(f.payer, f.payee, int(f.sum.amount or 0)) for f in funding(vendor_loop())]
    [('vendor', 'customer', 10)]
    """
    legs = view.legs
    pairs: dict[tuple[int, int], list[int]] = {}
    for row in view.with_kinds(FUNDING):
        pairs.setdefault((legs.payer[row], legs.payee[row]), []).append(row)
    found = [Funding(legs.parties[a], legs.parties[b], total(view, rows)) for (a, b), rows in pairs.items()]
    return sorted(found, key=lambda f: (*_falling(f.sum.amount), f.payer, f.payee))


def funded_customers(view: View, party: str) -> list[FundedCustomer]:
    """Which customers of a vendor does the vendor fund itself?

    Formula: `returns = min(funded, bought)`, the most that can come straight back; what comes back
    by way of others is the round trip's business. None where either side has no priced leg.
    Ordered by returns falling (unknown last), then customer. Amounts in whole units.

    >>> from circularity.graph.toys import vendor_loop
    >>> [(c.customer, int(c.returns or 0)) for c in funded_customers(vendor_loop(), "vendor")]
    [('customer', 10)]
    """
    legs, vendor = view.legs, view.party(party)
    into = [row for row in view.with_kinds(FUNDING) if legs.payer[row] == vendor]
    back = [row for row in view.with_kinds(REVENUE) if legs.payee[row] == vendor]
    found = []
    for number in {legs.payee[row] for row in into} & {legs.payer[row] for row in back}:
        funded = total(view, [row for row in into if legs.payee[row] == number])
        bought = total(view, [row for row in back if legs.payer[row] == number])
        known = None if funded.amount is None or bought.amount is None else min(funded.amount, bought.amount)
        found.append(FundedCustomer(legs.parties[number], funded, bought, known))
    return sorted(found, key=lambda c: (*_falling(c.returns), c.customer))


def guarantees(view: View) -> list[Guarantee]:
    """Who pays if somebody else does not, and for what?

    Lists the legs of credit support, each with the commercial legs that the supported party pays:
    what it has to find the money for. A guarantee is a promise, never a flow. Ordered by amount
    falling (unpriced last), then leg. Amounts in whole units.
    """
    legs = view.legs
    paid = [row for row in view.with_kinds(kinds_of("commercial")) if legs.kind[row] in FLOWS]
    found = []
    for row in view.with_kinds(kinds_of("credit_support")):
        owed = [other for other in paid if legs.payer[other] == legs.payee[row]]
        amount = legs.amount[row]
        promise = Guarantee(
            leg=legs.id[row],
            guarantor=legs.parties[legs.payer[row]],
            supported=legs.parties[legs.payee[row]],
            amount=None if amount is None else legs.money(amount),
            status=legs.status[row],
            covers=total(view, owed),
        )
        found.append(promise)
    return sorted(found, key=lambda g: (*_falling(g.amount), g.leg))


def total(view: View, rows: Iterable[int]) -> Sum:
    """Add up some rows of the leg table."""
    legs = view.legs
    rows = list(rows)
    known = [amount for row in rows if (amount := legs.amount[row]) is not None]
    return Sum(
        amount=legs.money(sum(known)) if known else None,
        legs=tuple(sorted(legs.id[row] for row in rows)),
        unpriced=len(rows) - len(known),
    )


def _falling(amount: Decimal | None) -> tuple[bool, Decimal]:
    return amount is None, -(amount or Decimal(0))
