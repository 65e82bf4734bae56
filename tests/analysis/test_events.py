"""Payments in the one order that every dated measure uses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from circularity.analysis.events import Order, timeline
from circularity.graph.lens import Lens
from circularity.graph.toys import build
from circularity.graph.view import View, month_ends, view_dataset
from circularity.model.deals import Instalment, When
from tests.datasets import account, dataset, leg
from tests.ledgers import Row


def listed(view: View, order: Order = "listed") -> list[tuple[str, int, int | None]]:
    line = timeline(view, view.pooled, order)
    return list(zip(line.moment, line.item, line.amount, strict=True))


SAME_DAY: list[Row] = [
    ("2025-01-02", "a", "OUTSIDE", "external", 1), ("2025-01-02", "a", "b", "payment", 2), ("2025-01-02", "b", "a", "purchase", 3),
    ("2025-01-02", "a", "b", "loan", 4), ("2025-01-02", "OUTSIDE", "a", "external", 5), ("2025-01-01", "a", "b", "payment", 6),
]  # fmt: skip


@pytest.mark.parametrize(
    ("order", "amounts"),
    [("listed", [6, 5, 2, 3, 4, 1]), ("financing-first", [6, 5, 4, 2, 3, 1]), ("purchases-first", [6, 5, 3, 2, 4, 1])],
)
def test_inside_a_day_outside_in_then_legs_then_outside_out(order: Order, amounts: list[int]) -> None:
    assert [amount for _, _, amount in listed(build(*SAME_DAY), order)] == amounts


def test_times_order_legs_inside_a_day_and_a_day_alone_comes_first() -> None:
    rows: list[Row] = [
        ("2025-01-02T10:00:00", "a", "b", "payment", 1), ("2025-01-02T09:00:00", "a", "b", "payment", 2), ("2025-01-02", "a", "b", "payment", 3),
        ("2025-01-02T09:30:00", "OUTSIDE", "a", "external", 4), ("2025-01-02T01:00:00", "a", "OUTSIDE", "external", 5),
    ]  # fmt: skip
    assert [amount for _, _, amount in listed(build(*rows))] == [4, 3, 2, 1, 5]


def test_items_are_rows_of_legs_and_below_0_outside_rows() -> None:
    view = build(
        ("2025-01-01", "OUTSIDE", "a", "external", 5),
        ("2025-01-02", "a", "b", "payment", 2),
        ("2025-01-03", "b", "OUTSIDE", "external", 1),
    )
    assert listed(view) == [("2025-01-01", -1, 5), ("2025-01-02", 0, 2), ("2025-01-03", -2, 1)]


def test_legs_without_a_date_are_listed_apart() -> None:
    view = build(
        ("", "a", "b", "payment", 5), ("2025-01-01", "a", "b", "payment", 2), ("", "OUTSIDE", "a", "external", 9)
    )
    line = timeline(view, view.pooled)
    assert (line.item, line.undated) == ([1], (0,))


def test_the_window_ends_the_list_and_does_not_begin_it() -> None:
    rows: list[Row] = [(f"2025-0{month}-01", "a", "b", "payment", month) for month in range(1, 6)]
    view = build(*rows, lens=Lens(since="2025-02-01", until="2025-04-01"))
    assert [amount for _, _, amount in listed(view)] == [1, 2, 3, 4]


def profile(when: Any, amount: str = "10") -> View:
    return view_dataset(dataset(leg("x", "a>b", "loan", f"paid 2025-01-01 {amount}", when=when)), Lens())


def test_a_stretch_is_month_end_slices_with_the_remainder_in_the_last() -> None:
    view = profile(When.model_validate({"from": date(2025, 1, 15), "to": date(2025, 4, 10)}), "11")
    line = timeline(view, view.pooled)
    assert line.moment == ["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-10"]
    assert line.amount == [2, 2, 2, 5]
    assert line.share == [0.25] * 4


def test_a_schedule_is_its_instalments() -> None:
    plan = [(date(2025, 3, 1), "0.3"), (date(2025, 1, 1), "0.3"), (date(2025, 6, 1), "0.4")]
    view = profile(When(schedule=tuple(Instalment(date=day, share=Decimal(share)) for day, share in plan)), "11")
    line = timeline(view, view.pooled)
    assert line.moment == ["2025-01-01", "2025-03-01", "2025-06-01"]
    assert line.amount == [3, 3, 5]
    assert line.undated == ()


def test_a_milestone_without_a_day_is_undated() -> None:
    view = profile(
        When(
            schedule=(
                Instalment(date=date(2025, 3, 1), share=Decimal("0.3")),
                Instalment(milestone="1 GW", share=Decimal("0.7")),
            )
        )
    )
    line = timeline(view, view.pooled)
    assert (line.moment, line.amount, line.undated) == (["2025-03-01"], [3], (0,))
    never = profile(When(schedule=(Instalment(milestone="1 GW", share=Decimal(1)),)))
    assert timeline(never, never.pooled).item == []


def test_account_flows_are_month_end_slices_of_their_period() -> None:
    data = dataset(
        leg("x", "a>b", "loan", "paid 2025-02-10 1"),
        accounts=(account("a", "2025-01-01", "2025-03-31", outside_funding="100", outside_spending="7"),),
    )
    view = view_dataset(data, Lens())
    line = timeline(view, view.pooled)
    inward = [item < 0 and view.legs.outside[~item].inward for item in line.item]
    assert list(zip(line.moment, line.amount, inward, strict=True)) == [
        ("2025-01-31", 33, True), ("2025-01-31", 2, False), ("2025-02-10", 1, False), ("2025-02-28", 33, True), ("2025-02-28", 2, False),
        ("2025-03-31", 34, True), ("2025-03-31", 3, False),
    ]  # fmt: skip


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
    assert list(found) == days


def test_an_undisclosed_amount_stays_undisclosed_in_every_slice() -> None:
    year = When.model_validate({"from": date(2025, 1, 1), "to": date(2025, 3, 31)})
    view = view_dataset(dataset(leg("x", "a>b", "loan", "paid 2025-01-01", when=year)), Lens())
    assert [amount for _, _, amount in listed(view)] == [None] * 3
