"""Coloured money in pools: each party mixes all it takes in over the whole time, whatever the order.

The same columns of events as in `tracing`, without their order. A party that pays more than it
receives gets the rest as unknown clean money.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext

from circularity.kernels.flow import FlowNetwork
from circularity.kernels.linear import DIGITS, Number, relax, solve
from circularity.kernels.tracing import FUNDING, OTHER_RETURN, PLAIN, REVENUE, Events

_ELIMINATE_UP_TO = 400
"""Parties on the way up to which the mix is solved by elimination, in Decimals."""

Pairs = dict[tuple[int, int], int | None]
"""Summed amounts by (from, to); None: unlimited."""


def shortfalls(events: Events) -> dict[int, int]:
    """Unknown inflow by party: what it paid beyond all it received."""
    received, paid = events.totals
    return {party: out - got for party, (got, out) in enumerate(zip(received, paid, strict=True)) if out > got}


def possible(events: Events) -> int | None:
    """Largest coloured revenue of any mix (hi); None where unknown amounts leave no bound."""
    source, sink = events.parties, events.parties + 1
    pairs: Pairs = {}
    for payer, payee, amount, role in zip(events.payer, events.payee, events.amount, events.role, strict=True):
        if role == FUNDING:
            _add(pairs, source, payee, amount)
        elif role == REVENUE:
            _add(pairs, payer, sink, amount)
        elif payer >= 0 and payee >= 0 and events.focal not in (payer, payee):
            _add(pairs, payer, payee, amount)
    return _network(pairs, events.parties + 2).maximum(source, sink)


def forced(events: Events, complete: frozenset[int]) -> int:
    """Smallest coloured revenue of any mix (lo): funding that finds no other place.

    Other places are payments to outside, what is kept, and other money to the focal; without limit
    at a party that is not complete, where whatever arrives may stay.
    """
    if not complete:
        return 0
    source, sink = events.parties, events.parties + 1
    focal = events.focal
    pairs: Pairs = {}
    funded = 0
    for payer, payee, amount, role in zip(events.payer, events.payee, events.amount, events.role, strict=True):
        end = payee if payee in complete and payee != focal else sink
        if role == FUNDING and amount is not None:
            funded += amount
            _add(pairs, source, end, amount)
        elif role in (PLAIN, OTHER_RETURN) and payer in complete and payer != focal:
            _add(pairs, payer, end, amount)
    for party, (got, out) in enumerate(zip(*events.totals, strict=True)):
        if party in complete and got > out and party != focal:
            _add(pairs, party, sink, got - out)
    elsewhere = _network(pairs, events.parties + 2).maximum(source, sink)
    return 0 if elsewhere is None else funded - elsewhere


def _add(pairs: Pairs, tail: int, head: int, amount: int | None) -> None:
    known = pairs.get((tail, head), 0)
    pairs[tail, head] = None if amount is None or known is None else known + amount


def _network(pairs: Pairs, size: int) -> FlowNetwork:
    network = FlowNetwork(size)
    for (tail, head), amount in pairs.items():
        if amount != 0:
            network.add(tail, head, amount)
    return network


@dataclass(frozen=True, slots=True)
class Mix:
    """The coloured share of the pool of each party between the funding and the revenue.

    `unknown` are the events on the way that have no amount: the shares are those without them.
    """

    shares: dict[int, Decimal]
    unknown: tuple[int, ...]


def mix(events: Events) -> Mix:
    """c_i = (F_i + sum over j of W_ji c_j) / pool_i: everybody pays with the mix of all it took in.

    Decimals of `DIGITS` digits by elimination; floating point by sweeps beyond `_ELIMINATE_UP_TO`
    parties on the way.
    """
    between, route, unknown = _between(events)
    with localcontext() as context:
        context.prec = DIGITS
        if len(between) <= _ELIMINATE_UP_TO:
            found = solve(*_system(events, between, route, Decimal(1)))
        else:
            found = [Decimal(value) for value in relax(*_system(events, between, route, 1.0))]
    return Mix(dict(zip(between, found, strict=True)), unknown)


def likely(events: Events) -> float:
    """Coloured revenue under `mix`, in floating point: for many draws."""
    between, route, _ = _between(events)
    rows, right = _system(events, between, route, 1.0)
    found = solve(rows, right) if len(between) <= _ELIMINATE_UP_TO else relax(rows, right)
    shares = dict(zip(between, found, strict=True))
    revenue = (at for at in route if events.role[at] == REVENUE)
    return float(sum((events.amount[at] or 0) * shares[events.payer[at]] for at in revenue))


def involved(events: Events) -> set[int]:
    """Parties that the mix depends on: those between, and whoever else pays one of them."""
    between = set(_between(events)[0])
    payers = {
        p for p, payee, a in zip(events.payer, events.payee, events.amount, strict=True) if a and payee in between
    }
    return (between | payers) - {-1, events.focal}


def _between(events: Events) -> tuple[list[int], list[int], tuple[int, ...]]:
    """Parties that the funding reaches and that reach the revenue; events among them; unknown ones."""
    focal = events.focal
    inner: list[tuple[int, int]] = []
    funded, earned = set(), set()
    for payer, payee, amount, role in zip(events.payer, events.payee, events.amount, events.role, strict=True):
        if amount == 0:
            continue
        if role == FUNDING:
            funded.add(payee)
        elif role == REVENUE:
            earned.add(payer)
        elif payer >= 0 and payee >= 0 and focal not in (payer, payee):
            inner.append((payer, payee))
    found = _reach(funded, inner) & _reach(earned, ((head, tail) for tail, head in inner))
    route = [
        at
        for at, (payer, payee, role) in enumerate(zip(events.payer, events.payee, events.role, strict=True))
        if (payer in found and (payee in found or role == REVENUE)) or (role == FUNDING and payee in found)
    ]
    return sorted(found), route, tuple(at for at in route if events.amount[at] is None)


def _reach(start: set[int], arcs: Iterable[tuple[int, int]]) -> set[int]:
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


def _system(
    events: Events, between: list[int], route: list[int], one: Number
) -> tuple[list[dict[int, Number]], list[Number]]:
    """I - M and F / pool, for the parties between."""
    received, paid = events.totals
    place = {party: number for number, party in enumerate(between)}
    rows: list[dict[int, Number]] = [{number: one} for number in range(len(between))]
    right = [0 * one for _ in between]
    for at in route:
        payer, payee, amount = events.payer[at], events.payee[at], events.amount[at]
        if not amount or payee == events.focal:
            continue
        part = one * amount / max(received[payee], paid[payee])
        row = place[payee]
        if events.role[at] == FUNDING:
            right[row] += part
        else:
            entry = place[payer]
            rows[row][entry] = rows[row].get(entry, 0 * one) - part
    return rows, right
