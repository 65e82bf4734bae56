"""Coloured money through a list of events, in order: who holds how much of it, by each rule.

An event moves `amount` from `payer` to `payee`; -1 is the outside. The colour starts in events of
role FUNDING, which are wholly coloured, and ends when it reaches the focal party. Other payments of
the focal are clean. A payer that holds less than it pays gets the rest as unknown clean money
immediately before.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cached_property

from circularity.kernels.flow import FlowNetwork
from circularity.kernels.linear import DIGITS, Number

PLAIN, FUNDING, REVENUE, OTHER_RETURN = range(4)
"""Roles: neither; focal's funding; its revenue; any other money to it."""

_EXACT_UP_TO = 200_000
_SOURCE, _SINK, NOWHERE = 0, 1, -1
Lot = tuple[int, bool]


@dataclass(frozen=True)
class Events:
    """Columns of equal length, in order of time. An amount of None is unknown."""

    parties: int
    focal: int
    payer: Sequence[int]
    payee: Sequence[int]
    amount: Sequence[int | None]
    role: Sequence[int]

    def __len__(self) -> int:
        return len(self.payer)

    @cached_property
    def balances(self) -> tuple[list[int], list[int], dict[int, int]]:
        held = [0] * self.parties
        after = [0] * len(self)
        missing: dict[int, int] = {}
        for at, (payer, payee, amount) in enumerate(zip(self.payer, self.payee, self.amount, strict=True)):
            size = amount or 0
            if payer >= 0:
                if held[payer] < size:
                    missing[payer] = missing.get(payer, 0) + size - held[payer]
                    held[payer] = size
                held[payer] -= size
                after[at] = held[payer]
            if payee >= 0:
                held[payee] += size
        return after, held, missing

    @cached_property
    def totals(self) -> tuple[list[int], list[int]]:
        """What each party received and paid, whatever the order."""
        received, paid = [0] * self.parties, [0] * self.parties
        for payer, payee, amount in zip(self.payer, self.payee, self.amount, strict=True):
            if amount:
                if payer >= 0:
                    paid[payer] += amount
                if payee >= 0:
                    received[payee] += amount
        return received, paid


def balances(events: Events) -> tuple[list[int], list[int], dict[int, int]]:
    """Balance of each event's payer after it, balances at the end, and unknown inflow by party."""
    return events.balances


def pro_rata(events: Events) -> list[Decimal] | list[float]:
    """Coloured part of each event when every payment carries its payer's current mix.

    Decimals of `DIGITS` digits; floating point beyond `_EXACT_UP_TO` events.
    """
    with localcontext() as context:
        context.prec = DIGITS
        return _mixed(events, Decimal(0)) if len(events) <= _EXACT_UP_TO else _mixed(events, 0.0)


def likely(events: Events) -> float:
    """Coloured revenue under `pro_rata`, in floating point: for many draws."""
    return sum(part for part, role in zip(_mixed(events, 0.0), events.role, strict=True) if role == REVENUE)


def _mixed(events: Events, nothing: Number) -> list[Number]:
    held = [0] * events.parties
    coloured = [nothing] * events.parties
    parts = [nothing] * len(events)
    for at in range(len(events)):
        payer, payee, size = events.payer[at], events.payee[at], events.amount[at] or 0
        part = nothing
        if events.role[at] == FUNDING:
            part = nothing + size
        elif payer >= 0 and payer != events.focal and size and coloured[payer]:
            part = coloured[payer] * size / max(held[payer], size)
            coloured[payer] -= part
        if payer >= 0:
            held[payer] = max(held[payer], size) - size
        if payee >= 0:
            held[payee] += size
            if part and payee != events.focal:
                coloured[payee] += part
        parts[at] = part
    return parts


def first_coloured(events: Events) -> int:
    """Coloured revenue when coloured money leaves first (greedy)."""
    coloured = [0] * events.parties
    back = 0
    for at in range(len(events)):
        payer, payee, size = events.payer[at], events.payee[at], events.amount[at] or 0
        part = size if events.role[at] == FUNDING else 0
        if not part and payer >= 0 and payer != events.focal:
            part = min(coloured[payer], size)
            coloured[payer] -= part
        if payee >= 0 and payee != events.focal:
            coloured[payee] += part
        elif events.role[at] == REVENUE:
            back += part
    return back


def by_lots(events: Events, last_in_first_out: bool) -> int:
    """Coloured revenue when money leaves in lots: first in first out, or last in first out.

    Lots arrive in the order in which they leave; unknown clean money leaves last. Neighbours of one
    colour are one lot.
    """
    purses: list[deque[Lot]] = [deque() for _ in range(events.parties)]
    back = 0
    for at in range(len(events)):
        payer, payee, size = events.payer[at], events.payee[at], events.amount[at] or 0
        if events.role[at] == FUNDING:
            lots = [(size, True)]
        elif payer < 0 or payer == events.focal:
            lots = [(size, False)]
        else:
            lots = _take(purses[payer], size, last_in_first_out)
        if payee >= 0 and payee != events.focal:
            for lot in lots:
                _put(purses[payee], lot)
        elif events.role[at] == REVENUE:
            back += sum(lot for lot, tinted in lots if tinted)
    return back


def _put(purse: deque[Lot] | list[Lot], lot: Lot) -> None:
    if purse and purse[-1][1] == lot[1]:
        lot = (purse.pop()[0] + lot[0], lot[1])
    if lot[0]:
        purse.append(lot)


def _take(purse: deque[Lot], size: int, last: bool) -> list[Lot]:
    taken: list[Lot] = []
    while size and purse:
        lot, tinted = purse.pop() if last else purse.popleft()
        part = min(lot, size)
        _put(taken, (part, tinted))
        size -= part
        if lot > part:
            rest = (lot - part, tinted)
            if last:
                purse.append(rest)
            else:
                purse.appendleft(rest)
    _put(taken, (size, False))
    return taken


def touched(events: Events) -> int:
    """Revenue from parties that coloured money ever touched before (poison)."""
    tainted: set[int] = set()
    back = 0
    for at in range(len(events)):
        payer, payee, size = events.payer[at], events.payee[at], events.amount[at] or 0
        dirty = events.role[at] == FUNDING or payer in tainted
        if not dirty or not size:
            continue
        if payee >= 0 and payee != events.focal:
            tainted.add(payee)
        elif events.role[at] == REVENUE:
            back += size
    return back


def possible(events: Events, complete: frozenset[int]) -> int | None:
    """Largest coloured revenue of any rule (hi); None where unknown amounts leave no bound."""
    return _expanded(events, complete, REVENUE).maximum(_SOURCE, _SINK)


def forced(events: Events, complete: frozenset[int]) -> int:
    """Smallest coloured revenue of any rule (lo): funding that finds no other place."""
    if not complete:
        return 0
    elsewhere = _expanded(events, complete, OTHER_RETURN).maximum(_SOURCE, _SINK)
    funded = sum(a or 0 for a, role in zip(events.amount, events.role, strict=True) if role == FUNDING)
    return 0 if elsewhere is None else funded - elsewhere


def _expanded(events: Events, complete: frozenset[int], ends: int) -> FlowNetwork:
    """The network in time, as far as the funding reaches and the end is in reach: a node for each
    party from an inflow on to its last payment before the next.

    Arcs carry payments (as much as was paid) and what is held over to the next node (as much as was
    held, by a complete party; without limit by another: only the last limit before an inflow binds).
    Coloured money enters at FUNDING and leaves at the role `ends`. Where that is OTHER_RETURN, it
    also leaves by payments to outside, stays with a complete party at the end, and with any other
    party at once.
    """
    after, held, _ = balances(events)
    network = FlowNetwork(2)
    elsewhere = ends == OTHER_RETURN
    node = [NOWHERE] * events.parties
    kept = [NOWHERE] * events.parties
    """What a party held after its latest payment from its present node; NOWHERE: none yet."""

    def arrive(party: int, reached: bool) -> int:
        """The node at which an inflow reaches a party. Only a complete one minds what is not coloured."""
        here, known = node[party], party in complete
        if elsewhere and not known:
            return _SINK
        if here == NOWHERE and reached:
            node[party] = network.node()
        elif kept[party] != NOWHERE and (reached or known):
            node[party] = network.node()
            network.add(here, node[party], kept[party] if known else None)
            kept[party] = NOWHERE
        return node[party]

    latest = [len(events)] * events.parties if elsewhere else _latest(events)
    columns = (events.payer, events.payee, events.amount, events.role, after)
    for at, (payer, payee, amount, role, left) in enumerate(zip(*columns, strict=True)):
        funding = role == FUNDING
        if amount == 0 or (funding and amount is None and elsewhere):
            continue
        start = _SOURCE if funding else NOWHERE if payer < 0 or payer == events.focal else node[payer]
        if payee >= 0 and payee != events.focal:
            reached = start != NOWHERE and latest[payee] > at
            if reached or node[payee] != NOWHERE:
                end = arrive(payee, reached)
                if reached:
                    network.add(start, end, amount)
        elif start != NOWHERE and (role == ends or (elsewhere and payee < 0)):
            network.add(start, _SINK, amount)
        if start >= 0 and not funding:
            kept[payer] = left
    if elsewhere:
        for party in range(events.parties):
            if node[party] != NOWHERE:
                network.add(node[party], _SINK, held[party])
    return network


def _latest(events: Events) -> list[int]:
    """For each party the last of its payments that can still lead to the focal's revenue; -1: none."""
    latest = [-1] * events.parties
    for at in range(len(events) - 1, -1, -1):
        payer, payee = events.payer[at], events.payee[at]
        if payer >= 0 and latest[payer] < 0 and events.amount[at] != 0 and payer != events.focal:
            useful = payee >= 0 and payee != events.focal and latest[payee] > at
            if useful or events.role[at] == REVENUE:
                latest[payer] = at
    return latest
