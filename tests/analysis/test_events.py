"""Legs as dated events: the order inside a day, stretches, schedules."""

from __future__ import annotations

from datetime import date

import pytest

from circularity.analysis.events import events_of
from circularity.graph.lens import Lens
from circularity.graph.toys import build
from circularity.graph.view import month_ends, view_dataset
from circularity.model.deals import When
from tests.datasets import account, dataset, leg

DAY = "2025-03-01"


def ordered(order: str) -> list[str]:
    """Kinds in the order of one day's events."""
    view = build(
        (DAY, "a", "OUTSIDE", "external", 1),
        (DAY, "a", "b", "purchase", 1),
        (f"{DAY}T09:00:00", "b", "a", "loan", 1),
        (DAY, "OUTSIDE", "a", "external", 1),
        (f"{DAY}T08:00:00", "b", "a", "payment", 1),
        ("2025-02-28", "b", "a", "interest", 1),
        ("", "b", "a", "dividend", 1),
    )
    found, undated = events_of(view, view.pooled, order)  # type: ignore[arg-type]
    assert [view.legs.kind[row] for row in undated] == ["dividend"]
    words = {True: "in", False: "out"}
    return [view.legs.kind[e.row] if e.row >= 0 else words[e.payer < 0] for e in found]


def test_a_day_is_money_in_then_legs_by_time_and_as_listed_then_money_out() -> None:
    assert ordered("listed") == ["interest", "in", "purchase", "payment", "loan", "out"]


def test_the_two_sensitivity_orders() -> None:
    assert ordered("financing-first") == ["interest", "in", "loan", "purchase", "payment", "out"]
    assert ordered("purchases-first") == ["interest", "in", "purchase", "payment", "loan", "out"]


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2025-01-15", "2025-03-10", ["2025-01-31", "2025-02-28", "2025-03-10"]),
        ("2024-02-01", "2024-02-29", ["2024-02-29"]),
        ("2025-12-31", "2026-01-31", ["2025-12-31", "2026-01-31"]),
        ("2025-06-10", "2025-06-10", ["2025-06-10"]),
    ],
)
def test_month_ends(first: str, last: str, days: list[str]) -> None:
    found = month_ends(date.fromisoformat(first), date.fromisoformat(last))
    assert [day.isoformat() for day in found] == days


def moved(when: dict[str, object], amount: str = "10") -> tuple[list[tuple[str, int | None]], int]:
    data = dataset(leg("x", "a>b", "cloud_purchase", f"committed 2025-01-01 {amount}", when=When.model_validate(when)))
    view = view_dataset(data, Lens())
    found, undated = events_of(view, view.pooled)
    return [(event.moment, event.amount) for event in found], len(undated)


def test_an_even_stretch_is_month_end_slices_with_the_remainder_in_the_last() -> None:
    assert moved({"from": "2025-01-15", "to": "2025-03-10"}) == (
        [("2025-01-31", 3), ("2025-02-28", 3), ("2025-03-10", 4)], 0,
    )  # fmt: skip
    assert moved({"from": "2025-01-15", "to": "2025-02-10"}, "up to 9") == (
        [("2025-01-31", None), ("2025-02-10", None)], 0,
    )  # fmt: skip


def test_a_schedule_moves_its_shares_and_keeps_the_remainder() -> None:
    dated = [{"date": "2025-01-10", "share": "0.33"}, {"date": "2025-02-10", "share": "0.67"}]
    assert moved({"schedule": dated}) == ([("2025-01-10", 3), ("2025-02-10", 7)], 0)


def test_a_milestone_without_a_day_is_undated() -> None:
    assert moved({"schedule": [{"milestone": "first gigawatt", "share": "1"}]}) == ([], 1)


def test_account_flows_are_month_end_slices_of_their_period() -> None:
    data = dataset(
        leg("x", "a>b", "loan", "paid 2025-02-10 1"),
        accounts=(account("a", "2025-01-01", "2025-03-31", outside_funding="100", outside_spending="7"),),
    )
    view = view_dataset(data, Lens())
    found, _ = events_of(view, view.pooled)
    assert [(event.moment, event.amount, event.payer < 0) for event in found] == [
        ("2025-01-31", 33, True), ("2025-01-31", 2, False), ("2025-02-10", 1, False), ("2025-02-28", 33, True), ("2025-02-28", 2, False),
        ("2025-03-31", 34, True), ("2025-03-31", 3, False),
    ]  # fmt: skip
