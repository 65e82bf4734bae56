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
class Event:
    """A payment on a day. `row` is its leg; -1: money from or to outside. -1 as an end: outside."""

    moment: str
    payer: int
    payee: int
    amount: int | None
    row: int


def events_of(view: View, rows: Iterable[int], order: Order = "listed") -> tuple[list[Event], list[int]]:
    """Events of some legs and of all outside rows, in order; and the rows that have no date.

    Inside a day: outside money in, then legs as listed (by time, then position), then outside money
    out. `order` puts financing, or purchases, first among the legs of a day. An even stretch is
    month-end slices, the remainder in the last; a milestone without a day is undated.
    """
    legs = view.legs
    undated: list[int] = []
    keyed: list[tuple[tuple[str, int, int, str, int], Event]] = []
    for row in rows:
        slices = list(_slices(view, row))
        if not slices:
            undated.append(row)
        for moment, amount in slices:
            event = Event(moment, legs.payer[row], legs.payee[row], amount, row)
            keyed.append(((moment[:10], 1, _turn(legs.kind[row], order), moment, row), event))
    for number, item in enumerate(legs.outside):
        if item.date is None:
            continue
        ends = (-1, item.party) if item.inward else (item.party, -1)
        event = Event(item.date, *ends, item.amount, -1)
        keyed.append(((item.date[:10], 0 if item.inward else 2, 0, item.date, number), event))
    keyed.sort(key=lambda pair: pair[0])
    return [event for _, event in keyed], undated


def _turn(kind: str, order: Order) -> int:
    """Whose turn it is among the legs of a day."""
    if order == "financing-first":
        return 0 if kind in FUNDING else 1
    if order == "purchases-first":
        return 0 if kind in REVENUE else 1
    return 0


def _slices(view: View, row: int) -> Iterator[tuple[str, int | None]]:
    """The days on which a leg moves money, and how much of it."""
    legs = view.legs
    amount = legs.amount[row]
    leg = view.facts.leg_index.get(legs.id[row].removesuffix(IN_KIND_SUFFIX)) if view.facts else None
    when = leg.when if leg else None
    if when is None or when.on is not None:
        day = legs.date[row]
        if day:
            yield day, amount
    elif when.schedule:
        yield from _scheduled(when, amount)
    elif when.from_ and when.to:
        ends = [end.isoformat() for end in month_ends(when.from_, when.to)]
        yield from zip(ends, slices(amount, len(ends)), strict=True)


def _scheduled(when: When, amount: int | None) -> Iterator[tuple[str, int | None]]:
    """Dated instalments; the last takes the remainder where every one of them has a day."""
    dated = [item for item in when.schedule if item.date]
    left = amount
    for number, item in enumerate(dated, 1):
        whole = len(dated) == len(when.schedule) and number == len(dated)
        part = None if amount is None else left if whole else int(amount * item.share)
        if left is not None and part is not None:
            left -= part
        yield (item.date or date.min).isoformat(), part
