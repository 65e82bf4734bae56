"""Money as it moves around one focal party: what funds, what earns, and every payment between.

Earmarked money does not mix. Each leg that an earmark leaves or reaches pays through a party of its
own that keeps nothing: what is pinned goes from there straight to the leg it is meant for, the rest
to the payee's pool. All measures then trace these payments like any others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from circularity.analysis.events import Order, timeline
from circularity.graph.view import View, in_window
from circularity.kernels.tracing import FUNDING, OTHER_RETURN, PLAIN, REVENUE, Events
from circularity.model import kinds
from circularity.model.kinds import FLOWS, IN_KIND_SUFFIX, KINDS, RENT_BACK
from circularity.model.legs import Bounds, Outside

Scope = Literal["financing", "all", "every"]
SCOPES = ("financing", "all", "every")


@dataclass(frozen=True, slots=True)
class Pin:
    """An earmark: a share of one item's money goes to another item first."""

    source: int
    target: int
    share: Decimal


@dataclass(frozen=True, slots=True)
class Split:
    """An item, or a part of it, that pays through a party of its own: positions of its payments.

    `entry` is what the payer's pool gives, `pins` are what is passed on to earmarked items with the
    share that is meant for each, `exit` is what the payee's pool gets.
    """

    item: int
    share: float
    entry: int
    pins: tuple[tuple[int, Pin], ...]
    exit: int


@dataclass(frozen=True, slots=True)
class Moves:
    """Payments as events, in order where they are dated.

    `item` is what an event is of: a leg's row, or `~k` for outside row k; `share` is the part of
    the item that it is. Events of `splits` say more there.
    """

    events: Events
    item: Sequence[int]
    share: Sequence[float]
    splits: tuple[Split, ...] = ()
    ordered: bool = False
    undated: tuple[int, ...] = ()

    @property
    def alone(self) -> frozenset[int]:
        """The parties of single legs, beyond those of the graph: they keep nothing."""
        return frozenset(self.events.payer[split.exit] for split in self.splits)


class Case:
    """One focal party under one view. Amounts are table units. Without `earmarks` all money mixes."""

    def __init__(
        self, view: View, focal: int, scope: Scope = "financing", order: Order = "listed", earmarks: bool = True
    ) -> None:
        self.view, self.legs, self.focal, self.scope, self.order = view, view.legs, focal, scope, order
        self.earmarks = earmarks
        funding, revenue = _roles(scope)
        legs = self.legs
        self.funding = [
            r for r in view.anytime if legs.payer[r] == focal and legs.kind[r] in funding and self.by_then(legs.date[r])
        ]
        self.revenue = [row for row in view.measured if legs.payee[row] == focal and legs.kind[row] in revenue]

    def by_then(self, date: str | None) -> bool:
        """Whether something happened by the end of the lens's window, or at no known time."""
        until = self.view.lens.until
        return not until or (date or "")[:10] <= until

    @cached_property
    def items(self) -> list[int]:
        """Everything that moves cash: rows of legs, and outside rows as `~k`."""
        legs = self.legs
        rows = [row for row in self.view.pooled if self.by_then(legs.date[row])]
        return rows + [~number for number, item in enumerate(legs.outside) if self.by_then(item.date)]

    @cached_property
    def in_kind(self) -> list[int]:
        """Sales that an in-kind investment is paid with: they come back by their own definition."""
        legs = self.legs
        paired = {legs.id[row] + IN_KIND_SUFFIX for row in self.funding if KINDS[legs.kind[row]].imputed}
        return [row for row in self.revenue if legs.id[row] in paired]

    def total(self, rows: Iterable[int]) -> int:
        return sum(self.legs.amount[row] or 0 for row in rows)

    def outside(self, item: int) -> Outside:
        return self.legs.outside[~item]

    def ends(self, item: int) -> tuple[int, int]:
        """Payer and payee; -1 is the outside."""
        if item >= 0:
            return self.legs.payer[item], self.legs.payee[item]
        row = self.outside(item)
        return (-1, row.party) if row.inward else (row.party, -1)

    def amount(self, item: int) -> int | None:
        return self.legs.amount[item] if item >= 0 else self.outside(item).amount

    def bounds(self, item: int) -> Bounds:
        """As stated; where nothing is from above, as the whole that holds it allows."""
        if item < 0:
            return self.outside(item).bounds
        low, point, high = self.legs.bounds(item)
        return low, point, self.view.ceilings.get(item) if high is None and point is None else high

    @cached_property
    def pins(self) -> list[Pin]:
        """The earmarks that bind: from money a party receives to money it pays, both priced.

        Money back at the focal is taken out, so none leads through it; none closes a ring.
        """
        facts = self.view.facts
        if facts is None or not self.earmarks:
            return []
        names = {self.name(item): item for item in self.items}
        found: list[Pin] = []
        for name, source in names.items():
            leg = facts.leg_index.get(name)
            for link in leg.links if leg else ():
                target = names.get(link.leg)
                if link.type != "earmarked_for" or target is None:
                    continue
                party = self.ends(source)[1]
                meets = party == self.ends(target)[0] and party not in (-1, self.focal)
                priced = self.amount(source) is not None and self.amount(target) is not None
                if meets and priced and not _leads(found, target, source):
                    found.append(Pin(source, target, Decimal(1) if link.share is None else link.share))
        return found

    def at(self, amounts: Mapping[int, int | None], earmarks: bool = True) -> Case:
        """The same with other amounts of some items."""
        return Case(priced(self.view, amounts), self.focal, self.scope, self.order, earmarks)

    def name(self, item: int) -> str:
        return self.legs.id[item] if item >= 0 else self.outside(item).leg

    def pooled(self) -> Moves:
        """Every payment once, whatever its date; earmarked money before what it is meant for, the earlier first."""
        items = sorted(self.items, key=self._turn) if self.pins else self.items
        return self._moves(items, [self.amount(item) for item in items], [1.0] * len(items), None)

    def dated(self) -> Moves:
        """Every payment that has a date, in order."""
        rows = [item for item in self.items if item >= 0]
        line = timeline(self.view, rows, self.order)
        moves = self._moves(line.item, line.amount, line.share, line.moment)
        return replace(moves, ordered=True, undated=line.undated)

    def _turn(self, item: int) -> tuple[int, str, bool]:
        date = self.legs.date[item] if item >= 0 else self.outside(item).date
        return self._depth(item), date or "9999", item >= 0

    def _depth(self, item: int) -> int:
        return 1 + max((self._depth(pin.source) for pin in self.pins if pin.target == item), default=0)

    def _moves(
        self, items: list[int], amounts: list[int | None], shares: list[float], moments: list[str] | None
    ) -> Moves:
        roles = self._item_roles(items, moments)
        payers, payees = [], []
        for item in items:
            payer, payee = self.ends(item)
            payers.append(payer)
            payees.append(payee)
        size = len(self.legs.parties)
        if not self.pins:
            return Moves(Events(size, self.focal, payers, payees, amounts, roles), items, shares)
        pinned = _Pinned(self.pins, size, items, amounts)
        for payer, payee, amount, role, item, share in zip(
            payers, payees, amounts, roles, items, shares, strict=True
        ):  # fmt: skip
            pinned.add(payer, payee, amount, role, item, share)
        return pinned.moves(self.focal)

    def _item_roles(self, items: list[int], moments: list[str] | None) -> list[int]:
        legs, focal = self.legs, self.focal
        role = dict.fromkeys(self.funding, FUNDING) | dict.fromkeys(self.revenue, REVENUE)
        for item in items:
            if item >= 0 and legs.payee[item] == focal:
                role.setdefault(item, OTHER_RETURN)
        found = [role.get(item, PLAIN) for item in items]
        if moments and self.view.lens.since:
            for at, kind in enumerate(found):
                if kind == REVENUE and not in_window(moments[at], self.view.lens):
                    found[at] = OTHER_RETURN
        return found


def priced(view: View, amounts: Mapping[int, int | None], exact: bool = False) -> View:
    """The view with other amounts of some rows of legs, and of outside rows as `~k`; ranges stay.

    With `exact` the amounts have no range.
    """
    legs = view.legs
    outside = list(legs.outside)
    columns: dict[str, Any] = {name: list(getattr(legs, name)) for name in _AMOUNTS[: None if exact else 1]}
    for item, amount in amounts.items():
        if item < 0:
            outside[~item] = replace(outside[~item], **dict.fromkeys(columns, amount))
        else:
            for column in columns.values():
                column[item] = amount
    return replace(view, legs=replace(legs, outside=tuple(outside), **columns))


_AMOUNTS = ("amount", "low", "point", "high")


def _roles(scope: Scope) -> tuple[frozenset[str], frozenset[str]]:
    if scope == "every":
        return FLOWS, FLOWS
    return (kinds.FUNDING | RENT_BACK if scope == "all" else kinds.FUNDING), kinds.REVENUE


def _leads(pins: list[Pin], start: int, end: int) -> bool:
    """Whether earmarks lead from one item to another."""
    return start == end or any(_leads(pins, pin.target, end) for pin in pins if pin.source == start)


class _Pinned:
    """Payments, with those that earmarks leave or reach taken apart.

    A payment uses first what is pinned to its item. No more is pinned than the item still has to
    pay, so that nothing pinned is left over.
    """

    def __init__(self, pins: list[Pin], size: int, items: list[int], amounts: list[int | None]) -> None:
        through = sorted({end for pin in pins for end in (pin.source, pin.target)})
        self.party = {item: size + number for number, item in enumerate(through)}
        self.leaving = {item: [pin for pin in pins if pin.source == item] for item in through}
        self.waiting = dict.fromkeys(through, 0)
        """What is pinned to an item and not yet paid."""
        self.ahead = dict.fromkeys(through, 0)
        """What an item still has to pay."""
        for item, amount in zip(items, amounts, strict=True):
            if item in self.ahead:
                self.ahead[item] += amount or 0
        self.payments: list[tuple[int, int, int | None, int, int, float]] = []
        self.splits: list[Split] = []

    def add(self, payer: int, payee: int, amount: int | None, role: int, item: int, share: float) -> None:
        if item not in self.party or amount is None:
            self._pay(payer, payee, amount, role, item, share)
            return
        own = self.party[item]
        self.ahead[item] -= amount
        ready = min(self.waiting[item], amount)
        self.waiting[item] -= ready
        entry = self._pay(payer, own, amount - ready, role if role == FUNDING else PLAIN, item, share)
        pins: list[tuple[int, Pin]] = []
        left = amount
        for pin in self.leaving[item]:
            room = self.ahead[pin.target] - self.waiting[pin.target]
            part = min(int(amount * pin.share), left, room)
            self.waiting[pin.target] += part
            left -= part
            pins.append((self._pay(own, self.party[pin.target], part, PLAIN, item, share), pin))
        leaving = self._pay(own, payee, left, PLAIN if role == FUNDING else role, item, share)
        self.splits.append(Split(item, share, entry, tuple(pins), leaving))

    def _pay(self, payer: int, payee: int, amount: int | None, role: int, item: int, share: float) -> int:
        self.payments.append((payer, payee, amount, role, item, share))
        return len(self.payments) - 1

    def moves(self, focal: int) -> Moves:
        payer, payee, amount, role, item, share = map(list, zip(*self.payments, strict=True))
        events = Events(max(self.party.values()) + 1, focal, payer, payee, amount, role)
        return Moves(events, item, share, tuple(self.splits))
