"""Measures by as-of date, and what changed between two views."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from circularity.analysis.history import (
    HEADLINE,
    MEASURES,
    PARTY_MEASURES,
    Change,
    difference,
    measure_by_name,
    series,
    step_ends,
)
from circularity.analysis.system import measure_all
from circularity.errors import UsageError
from circularity.graph.lens import Lens
from circularity.graph.view import View, view_dataset
from circularity.views.changes import value_json
from circularity.views.system import system_json
from tests.datasets import dataset, leg

DATA = dataset(
    leg("loan", "v>c", "loan", "announced 2025-01-10 20", "committed 2025-03-10 10", "paid 2025-06-10 10"),
    leg("buy", "c>v", "purchase", "committed 2025-02-10 8"),
    leg("old", "c>v", "licence", "committed 2025-01-10 5", "superseded 2025-05-10"),
    leg("quiet", "v>c", "equity_cash", "announced 2025-04-10", "committed 2025-07-10 3"),
    leg("stake", "v>c", "stake", "paid 2025-06-10"),
)
"""A loan promised high and paid at half; a purchase; a licence that was replaced; a price that came late."""


def at(day: str, **lens: Any) -> View:
    return view_dataset(DATA, Lens(as_of=day, **lens))


def test_a_series_is_what_was_known_on_each_day() -> None:
    days = ["2025-01-31", "2025-02-28", "2025-03-31", "2025-05-31", "2025-07-31"]
    found = {
        name: [point.value for point in series(at, name, days)]
        for name in ("gross", "legs", "unpriced", "cycles", "max_circulation")
    }
    assert found["gross"] == [25, 33, 23, 18, 21]
    assert found["legs"] == [2, 3, 3, 3, 3]
    assert found["unpriced"] == [0, 0, 0, 1, 0]
    assert found["cycles"] == [1, 1, 1, 1, 1]
    assert found["max_circulation"] == [10, 26, 20, 16, 16]
    assert [point.as_of for point in series(at, "gross", days)] == days


def test_the_round_trip_of_a_party_over_time() -> None:
    """The likely value on priced legs: the customer pays with the loan, and with money of unknown origin beyond it."""
    days = ["2025-01-31", "2025-02-28", "2025-05-31"]
    assert [point.value for point in series(at, "roundtrip_priced:v", days)] == [5, 13, 8]
    assert [point.value for point in series(at, "roundtrip:v", days)] == [5, 13, None], "then a price is not known yet"
    assert [point.value for point in series(at, "roundtrip:c", days)] == [0, 0, 0]


def test_before_anything_was_known() -> None:
    found = {name: series(at, name, ["2024-12-31"])[0].value for name in MEASURES}
    units = {name: unit for name, (unit, _) in MEASURES.items()}
    assert found == {name: 0 if unit in ("money", "count") else None for name, unit in units.items()}


def test_every_measure_under_the_name_that_measure_gives_it() -> None:
    view = at("2025-07-31")
    printed = system_json(measure_all(view))
    flat = {**printed, **printed["hodge"], **printed["finn"], **printed["reciprocity"]}
    flat["legs"], flat["unpriced"] = flat["legs_count"], flat["unpriced_count"]
    found = {name: value_json(function(view), unit) for name, (unit, function) in MEASURES.items() if name != "cycles"}
    assert found == {name: flat[name] for name in found}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("net_position:v", [-15, -5]),  # lends 20 and gets 5; lends 10, invests 3 and gets 8
        ("keystone_circulation_loss:v", [10, 16]),
        ("roundtrip_lo:v", [0, 0]),
        ("roundtrip_hi:v", [5, 8]),
        ("roundtrip_hi:c", [0, 0]),
    ],
)
def test_measures_of_a_party(name: str, values: list[int]) -> None:
    assert [point.value for point in series(at, name, ["2025-01-31", "2025-07-31"])] == values


def test_a_difference_shows_the_round_trip_of_the_vendors() -> None:
    found = difference(at("2025-01-31"), at("2025-07-31"))
    assert {name: (before, after) for name, _, before, after in found.headline if ":" in name} == {
        "roundtrip_priced:v": (5, 8)
    }


def test_units() -> None:
    assert {name: unit for name, (unit, _) in HEADLINE.items()} == {
        "gross": "money", "max_circulation": "money", "circularity_max": "share", "circularity_bff": "share", "cycles": "count",
        "legs": "count", "unpriced": "count",
    }  # fmt: skip
    assert {measure_by_name(f"{name}:v")[0] for name in PARTY_MEASURES} == {"money"}
    with pytest.raises(UsageError, match="gross"):
        measure_by_name("gros")
    with pytest.raises(UsageError, match="not a party"):
        series(at, "roundtrip:nobody", ["2025-01-31"])


@pytest.mark.parametrize(
    ("step", "days"),
    [
        ("month", ["2024-11-30", "2024-12-31", "2025-01-31", "2025-02-15"]),
        ("quarter", ["2024-12-31", "2025-02-15"]),
        ("year", ["2024-12-31", "2025-02-15"]),
    ],
)
def test_steps_end_with_their_period_and_the_last_with_the_last_day(step: str, days: list[str]) -> None:
    assert step_ends(date(2024, 11, 20), date(2025, 2, 15), step) == days


def test_steps_at_the_edges() -> None:
    day = date(2024, 2, 29)
    assert step_ends(day, day, "month") == ["2024-02-29"]
    assert step_ends(date(2025, 1, 1), date(2025, 3, 31), "quarter") == ["2025-03-31"]
    with pytest.raises(UsageError, match="month"):
        step_ends(day, day, "mont")


def test_what_changed_between_two_days() -> None:
    found = difference(at("2025-01-31"), at("2025-07-31"))
    assert found.changes == (
        Change("loan", "cut", Decimal(20), Decimal(10), "announced", "paid"),
        Change("buy", "new", None, Decimal(8), None, "committed"),
        Change("old", "replaced", Decimal(5), None, "committed", "superseded"),
        Change("quiet", "new", None, Decimal(3), None, "committed"),
        Change("stake", "new", None, None, None, "paid"),
    )
    assert [(name, before, after) for name, _, before, after in found.headline if name in ("gross", "legs", "max_circulation")] == [
        ("gross", 25, 21), ("max_circulation", 10, 16), ("legs", 2, 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("2025-03-31", "2025-06-30", {"loan": "paid", "old": "replaced", "quiet": "new", "stake": "new"}),
        ("2025-06-30", "2025-07-31", {"quiet": "priced"}),
        ("2025-07-31", "2025-06-30", {"quiet": "unpriced"}),
        ("2025-02-28", "2025-01-31", {"buy": "gone"}),
        ("2025-07-31", "2025-08-31", {}),
    ],
)
def test_what_happened_to_a_leg(before: str, after: str, changes: dict[str, str]) -> None:
    assert {change.leg: change.what for change in difference(at(before), at(after)).changes} == changes


def test_a_higher_status_at_the_same_amount_is_an_advance() -> None:
    data = dataset(leg("x", "a>b", "loan", "announced 2025-01-10 7", "committed 2025-02-10 7"))
    views = [view_dataset(data, Lens(as_of=day)) for day in ("2025-01-31", "2025-02-28")]
    assert [change.what for change in difference(*views).changes] == ["advanced"]
    assert [change.what for change in difference(*reversed(views)).changes] == ["set back"]


def test_filters_of_the_lens_choose_which_changes_are_seen() -> None:
    found = difference(at("2025-01-31", kinds=("purchase",)), at("2025-07-31", kinds=("purchase",)))
    assert [change.leg for change in found.changes] == ["buy"]
