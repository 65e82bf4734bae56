"""What a leg's history is worth on a day, at a floor."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circularity.model.amounts import UNDISCLOSED, Amount
from circularity.model.status import ENDED, FLOORS, STATUSES, Event, rank, standing
from tests.properties import same_every_time

OWN = Amount(Decimal(50), Decimal(50), Decimal(50))
START = date(2025, 1, 1)


def event(status: str, day: int, amount: str | None = None) -> Event:
    raw = {"status": status, "date": START + timedelta(days=day), "source": "s", "states": "it says so"}
    return Event.model_validate(raw if amount is None else {**raw, "amount": amount})


def worth(
    history: list[Event], floor: str, day: int | None = None, own: Amount = OWN
) -> tuple[str, Decimal | None] | None:
    found = standing(tuple(history), own, None if day is None else START + timedelta(days=day), floor)
    return found and (found[0].status, found[1].point)


def test_tables() -> None:
    assert STATUSES[:5] == FLOORS == ("rumoured", "announced", "committed", "partly_paid", "paid")
    assert frozenset(STATUSES[5:]) == ENDED == {"cancelled", "superseded", "expired"}
    assert [rank(floor) for floor in FLOORS] == [0, 1, 2, 3, 4]


PROMISE = [event("announced", 0, "100"), event("committed", 10, "60"), event("partly_paid", 20, "15")]
"""Announced at 100, signed at 60, 15 of it paid."""


@pytest.mark.parametrize(
    ("floor", "day", "expected"),
    [
        ("rumoured", 0, ("announced", 100)),
        ("committed", 0, None),
        ("rumoured", 10, ("committed", 60)),
        ("committed", 19, ("committed", 60)),
        ("rumoured", 20, ("partly_paid", 60)),
        ("committed", 20, ("partly_paid", 60)),
        ("partly_paid", 20, ("partly_paid", 15)),
        ("paid", 20, None),
        ("rumoured", -1, None),
        ("committed", None, ("partly_paid", 60)),
    ],
)
def test_a_promise_partly_paid(floor: str, day: int | None, expected: tuple[str, int] | None) -> None:
    """Below partly_paid the promise counts, from there on only what was paid; the two are never added."""
    assert worth(PROMISE, floor, day) == expected


def test_paid_in_full_counts_what_was_paid() -> None:
    history = [*PROMISE, event("paid", 30, "58")]
    assert [worth(history, floor) for floor in FLOORS] == [("paid", 58)] * 5


def test_parts_paid_are_so_far_not_each() -> None:
    history = [event("committed", 0), event("partly_paid", 5, "10"), event("partly_paid", 9, "25")]
    assert worth(history, "partly_paid") == ("partly_paid", 25)
    assert worth(history, "partly_paid", 8) == ("partly_paid", 10)
    assert worth(history, "committed") == ("partly_paid", 50)


def test_partly_paid_without_a_promise_stands_for_its_own_amount() -> None:
    history = [event("partly_paid", 0, "15")]
    assert worth(history, "rumoured") == ("partly_paid", 50)
    assert worth(history, "partly_paid") == ("partly_paid", 15)
    assert worth(history, "rumoured", own=UNDISCLOSED) == ("partly_paid", 15)


def test_undisclosed_is_a_stated_amount() -> None:
    """An event that says undisclosed does not fall back on the leg's own amount."""
    assert worth([event("paid", 0, "undisclosed")], "rumoured") == ("paid", None)
    assert worth([event("paid", 0)], "rumoured") == ("paid", 50)


@pytest.mark.parametrize("end", sorted(ENDED))
def test_an_ended_leg_counts_until_that_day(end: str) -> None:
    history = [event("committed", 0), event(end, 10)]
    assert worth(history, "rumoured", 9) == ("committed", 50)
    assert worth(history, "rumoured", 10) is None
    assert worth(history, "rumoured") is None


def test_no_history_never_counts() -> None:
    assert worth([], "rumoured") is None


amounts = st.none() | st.sampled_from(["undisclosed", "5", "up to 9", "at least 2", "1..3", "40"])
histories = st.lists(st.builds(event, st.sampled_from(STATUSES), st.integers(0, 40), amounts), max_size=6).map(tuple)
days = st.none() | st.integers(-1, 41).map(lambda day: START + timedelta(days=day))


@same_every_time
@given(histories, days)
def test_what_counts_at_a_floor_counts_at_every_lower_one(history: tuple[Event, ...], day: date | None) -> None:
    counts = [standing(history, OWN, day, floor) is not None for floor in FLOORS]
    assert counts == sorted(counts, reverse=True)


@same_every_time
@given(histories, days, st.sampled_from(FLOORS))
def test_an_ended_leg_never_counts(history: tuple[Event, ...], day: date | None, floor: str) -> None:
    known = [item for item in history if day is None or item.date <= day]
    found = standing(history, OWN, day, floor)
    if any(item.status in ENDED for item in known) or not known:
        assert found is None
    elif found:
        top, _ = found
        assert top in known
        assert rank(top.status) == max(rank(item.status) for item in known) >= rank(floor)


@same_every_time
@given(histories, days, st.sampled_from(FLOORS))
def test_the_amount_is_one_that_was_stated(history: tuple[Event, ...], day: date | None, floor: str) -> None:
    """Nothing is added up, and nothing said later than the as-of day is known."""
    found = standing(history, OWN, day, floor)
    known = [item for item in history if day is None or item.date <= day]
    if found:
        assert found[1] in [OWN, *(item.amount for item in known)]
        assert found == standing(tuple(known), OWN, None, floor)


@same_every_time
@given(histories, st.sampled_from(FLOORS))
def test_the_order_of_the_items_does_not_matter(history: tuple[Event, ...], floor: str) -> None:
    """Where no two items share a day."""
    apart = {item.date: item for item in history}
    one, other = (standing(tuple(items), OWN, None, floor) for items in (apart.values(), reversed(apart.values())))
    assert one == other


@same_every_time
@given(histories)
def test_at_floor_partly_paid_only_what_was_paid_counts(history: tuple[Event, ...]) -> None:
    found = standing(history, OWN, None, "partly_paid")
    if found:
        top, amount = found
        assert top.status in ("partly_paid", "paid")
        assert amount == (OWN if top.amount is None else top.amount)
