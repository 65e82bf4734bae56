"""The dated status history of a leg, and what it is worth on a given day.

    rumoured < announced < committed < partly_paid < paid        cancelled · superseded · expired end it

Announced, committed and paid are views of one leg and are never added together.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args

from pydantic import Field

from circularity.model.amounts import UNDISCLOSED, Amount, AmountField
from circularity.model.base import Day
from circularity.model.evidence import Statement

Floor = Literal["rumoured", "announced", "committed", "partly_paid", "paid"]
Status = Literal[Floor, "cancelled", "superseded", "expired"]
STATUSES: tuple[str, ...] = get_args(Status)
FLOORS: tuple[str, ...] = get_args(Floor)
"""Statuses in rising order; a lens names one of them as its floor."""
ENDED = frozenset(STATUSES) - frozenset(FLOORS)
_PAID_FROM = FLOORS.index("partly_paid")


class Event(Statement):
    """The day a leg reached a status, by which source, and the leg's amount in that status."""

    status: Status = Field(description="reached on that day")
    date: Day = Field(description="the day; see precision")
    precision: Literal["day", "month", "quarter", "year"] = Field(
        default="day", description="how well the day is known; the date is then the last day of that span"
    )
    amount: AmountField | None = Field(
        default=None, description="of partly_paid: what was paid so far; left out: the leg's own amount"
    )


def rank(status: str) -> int:
    """Position in the rising order; an ended status has none."""
    return FLOORS.index(status)


def standing(history: tuple[Event, ...], own: Amount, as_of: date | None, floor: str) -> tuple[Event, Amount] | None:
    """The event that counts under a lens and the amount it gives; None where the leg does not count.

    The highest status reached by `as_of` counts if it is at or above the floor. A leg partly paid
    still stands for its whole promise, of which the paid part is one view; at a floor of
    partly_paid or paid only what was paid counts.
    """
    reached = [event for event in history if as_of is None or event.date <= as_of]
    if not reached or any(event.status in ENDED for event in reached):
        return None
    top = max(reached, key=lambda event: (rank(event.status), event.date))
    if rank(top.status) < rank(floor):
        return None
    if top.status == "partly_paid" and rank(floor) < _PAID_FROM:
        promises = [event for event in reached if rank(event.status) < _PAID_FROM]
        if promises:
            promise = max(promises, key=lambda event: (rank(event.status), event.date))
            return top, _amount(promise, own)
        if own.known:
            return top, own
    return top, _amount(top, own)


def stands_at(history: tuple[Event, ...], as_of: date | None) -> str | None:
    """The status that a leg has on a day: how it ended, else the highest it reached; None before the first."""
    reached = [event for event in history if as_of is None or event.date <= as_of]
    ended = [event.status for event in reached if event.status in ENDED]
    return ended[-1] if ended else max((event.status for event in reached), key=rank, default=None)


def _amount(event: Event, own: Amount) -> Amount:
    return own if event.amount is None else event.amount


__all__ = ["ENDED", "FLOORS", "STATUSES", "UNDISCLOSED", "Event", "Status", "rank", "standing", "stands_at"]
