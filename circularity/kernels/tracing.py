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

from circularity.kernels.flow import FlowNetwork
from circularity.kernels.linear import DIGITS

PLAIN, FUNDING, REVENUE, OTHER_RETURN = range(4)
"""Roles: neither; focal's funding; its revenue; any other money to it."""


@dataclass(frozen=True, slots=True)
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


def balances(events: Events) -> tuple[list[int], list[int], dict[int, int]]:
    """Balance of each event's payer after it, balances at the end, and unknown inflow by party."""
    held = [0] * events.parties
    after = [0] * len(events)
    missing: dict[int, int] = {}
    for at, (payer, payee, amount) in enumerate(zip(events.payer, events.payee, events.amount, strict=True)):
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


def pro_rata(events: Events) -> list[Decimal]:
    """Coloured part of each event when every payment carries its payer's current mix."""
    held = [0] * events.parties
    coloured = [Decimal(0)] * events.parties
    parts = [Decimal(0)] * len(events)
    with localcontext() as context:
        context.prec = DIGITS
        for at in range(len(events)):
            payer, payee, size = events.payer[at], events.payee[at], events.amount[at] or 0
            part = Decimal(0)
            if events.role[at] == FUNDING:
                part = Decimal(size)
            elif payer >= 0 and payer != events.focal and size:
                part = coloured[payer] * size / max(held[payer], size)
                coloured[payer] -= part
            if payer >= 0:
                held[payer] = max(held[payer], size) - size
            if payee >= 0:
                held[payee] += size
                if payee != events.focal:
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

    Lots arrive in the order in which they leave; unknown clean money leaves last.
    """
    purses: list[deque[tuple[int, bool]]] = [deque() for _ in range(events.parties)]
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
            purses[payee].extend(lots)
        elif events.role[at] == REVENUE:
            back += sum(lot for lot, tinted in lots if tinted)
    return back


def _take(purse: deque[tuple[int, bool]], size: int, last: bool) -> list[tuple[int, bool]]:
    taken: list[tuple[int, bool]] = []
    while size and purse:
        lot, tinted = purse.pop() if last else purse.popleft()
        part = min(lot, size)
        taken.append((part, tinted))
        size -= part
        if lot > part:
            rest = (lot - part, tinted)
            if last:
                purse.append(rest)
            else:
                purse.appendleft(rest)
    if size:
        taken.append((size, False))
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
    after, _, _ = balances(events)
    network, _, source, sink = _expanded(events, complete, after, REVENUE)
    return network.maximum(source, sink)


def forced(events: Events, complete: frozenset[int]) -> int:
    """Smallest coloured revenue of any rule (lo): funding that finds no other place."""
    after, held, _ = balances(events)
    network, last, source, sink = _expanded(events, complete, after, OTHER_RETURN)
    for party, node in last.items():
        network.add(node, sink, held[party] if party in complete else None)
    elsewhere = network.maximum(source, sink)
    funded = sum(a or 0 for a, role in zip(events.amount, events.role, strict=True) if role == FUNDING)
    return 0 if elsewhere is None else funded - elsewhere


def _expanded(
    events: Events, complete: frozenset[int], after: list[int], ends: int
) -> tuple[FlowNetwork, dict[int, int], int, int]:
    """The network in time: a node for each party between two of its payments.

    Arcs carry payments (as much as was paid) and what is held over them (as much as was held, by a
    complete party; without limit by another). Coloured money enters at FUNDING and leaves at the
    role `ends` and, where that is OTHER_RETURN, by payments to outside.
    """
    network = FlowNetwork(2)
    source, sink = 0, 1
    now: dict[int, int] = {}

    def node(party: int) -> int:
        if party not in now:
            now[party] = network.node()
        return now[party]

    keep_known = ends == REVENUE
    for at in range(len(events)):
        payer, payee, amount, role = events.payer[at], events.payee[at], events.amount[at], events.role[at]
        if amount == 0 or (role == FUNDING and amount is None and not keep_known):
            continue
        if role == FUNDING:
            if payee != events.focal:
                network.add(source, node(payee), amount)
            continue
        if payer < 0 or payer == events.focal or payer not in now:
            continue
        before = now[payer]
        if payee == events.focal:
            if role == ends:
                network.add(before, sink, amount)
        elif payee >= 0:
            network.add(before, node(payee), amount)
        elif not keep_known:
            network.add(before, sink, amount)
        now[payer] = network.node()
        network.add(before, now[payer], after[at] if payer in complete else None)
    return network, now, source, sink
