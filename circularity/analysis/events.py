"""Legs as dated events: what moved when, in the one order that every dated measure uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from circularity.graph.view import View, month_ends, slices
from circularity.model.deals import When
from circularity.model.kinds import FUNDING, IN_KIND_SUFFIX, REVENUE

Order = Literal["listed", "financing-first", "purchases-first"]
ORDERS = ("listed", "financing-first", "purchases-first")


@dataclass(frozen=True, slots=True)
class Timeline:
    """Payments in order of time, as columns.

    `item` is what a payment is of: a leg's row, or below 0 an outside row, `~k` for row k. `share`
    is the part of the item's amount that it is.
    """

    moment: list[str]
    item: list[int]
    amount: list[int | None]
    share: list[float]
    undated: tuple[int, ...]
    """Rows of legs that have no date, or an instalment without one: so much is in no payment."""


def timeline(view: View, rows: Iterable[int], order: Order = "listed") -> Timeline:
    """What moves when? Some legs and all outside rows as payments, up to the end of the lens's window.

    Inside a day: outside money in, then legs as listed (by time, then position), then outside money
    out. `order` puts financing, or purchases, first among the legs of a day. An even stretch is
    month-end slices, the remainder in the last; a milestone without a day is undated.

    >>> from circularity.graph.toys import vendor_loop
    >>> view = vendor_loop()
    >>> [(day, item) for day, item in zip(*(getattr(timeline(view, view.pooled), n) for n in ("moment", "item")))]
    [('2025-01-01', -1), ('2025-01-02', 0), ('2025-01-03', 1)]
    """
    kinds, last = view.legs.kind, view.lens.until or "9999-12-31"
    keys: list[str] = []
    moments: list[str] = []
    items: list[int] = []
    amounts: list[int | None] = []
    shares: list[float] = []
    undated: list[int] = []

    def add(moment: str, turn: str, item: int, amount: int | None, share: float) -> None:
        if moment[:10] <= last:
            keys.append(moment[:10] + turn + moment)
            moments.append(moment)
            items.append(item)
            amounts.append(amount)
            shares.append(share)

    for row in rows:
        turn = _turn(kinds[row], order)
        dated = 0.0
        for moment, amount, share in _slices(view, row):
            add(moment, turn, row, amount, share)
            dated += share
        if dated < 1 - 1e-9:
            undated.append(row)
    for number, item in enumerate(view.legs.outside):
        if item.date is not None:
            add(item.date, "0" if item.inward else "3", ~number, item.amount, 1.0)
    places = sorted(range(len(keys)), key=keys.__getitem__)
    return Timeline(
        [moments[at] for at in places], [items[at] for at in places], [amounts[at] for at in places],
        [shares[at] for at in places], tuple(undated),
    )  # fmt: skip


def _turn(kind: str, order: Order) -> str:
    """Whose turn it is inside a day, after outside money in (0) and before outside money out (3)."""
    if order == "financing-first":
        return "1" if kind in FUNDING else "2"
    if order == "purchases-first":
        return "1" if kind in REVENUE else "2"
    return "1"


def _slices(view: View, row: int) -> Iterator[tuple[str, int | None, float]]:
    """The days on which a leg moves money, how much of it, and which part of the whole that is."""
    legs = view.legs
    amount = legs.amount[row]
    leg = view.facts.leg_index.get(legs.id[row].removesuffix(IN_KIND_SUFFIX)) if view.facts else None
    when = leg.when if leg else None
    if when is None or when.on is not None:
        day = legs.date[row]
        if day:
            yield day, amount, 1.0
    elif when.schedule:
        yield from _scheduled(when, amount)
    elif when.from_ and when.to:
        ends = month_ends(when.from_, when.to)
        for end, part in zip(ends, slices(amount, len(ends)), strict=True):
            yield end, part, 1 / len(ends)


def _scheduled(when: When, amount: int | None) -> Iterator[tuple[str, int | None, float]]:
    """Dated instalments; the last takes the remainder where every one of them has a day."""
    dated = [item for item in when.schedule if item.date]
    left = amount
    for number, item in enumerate(dated, 1):
        whole = len(dated) == len(when.schedule) and number == len(dated)
        part = None if amount is None else left if whole else int(amount * item.share)
        if left is not None and part is not None:
            left -= part
        yield (item.date or date.min).isoformat(), part, float(item.share)
