"""What an undisclosed part can be at most: the whole that holds it."""

from __future__ import annotations

from decimal import Decimal

from circularity.analysis.roundtrip import round_trip
from circularity.graph.lens import Lens
from circularity.graph.view import view_dataset
from tests.datasets import dataset, leg

ROUND = leg("round", "outside>c", "equity_cash", "paid 2025-01-01 10")
CHEQUE = leg("cheque", "v>c", "equity_cash", "paid 2025-01-01", part_of="round")
FLOOR = leg("floor", "w>c", "equity_cash", "paid 2025-01-01 at least 2", part_of="round")
STATED = leg("stated", "u>c", "equity_cash", "paid 2025-01-01 up to 3", part_of="round")
LONE = leg("lone", "v>c", "loan", "paid 2025-01-01")
BUY = leg("buy", "c>v", "purchase", "paid 2025-02-01 40")


def test_a_part_without_an_upper_end_is_at_most_its_whole() -> None:
    view = view_dataset(dataset(ROUND, CHEQUE, FLOOR, STATED, LONE, BUY), Lens())
    row = {key: number for number, key in enumerate(view.legs.id)}
    assert {key: view.ceilings[row[key]] for key in row if row[key] in view.ceilings} == {
        "cheque": view.legs.units(Decimal(10)), "floor": view.legs.units(Decimal(10)),
    }  # fmt: skip
    assert view.legs.bounds(row["cheque"]) == (None, None, None), "as stated: undisclosed"


def test_the_round_trip_is_bounded_by_it() -> None:
    """Without the round nothing bounds the cheque; with it, no more than 10 can come back."""
    assert round_trip(view_dataset(dataset(CHEQUE, BUY), Lens()), "v").outer == (0, 40)
    found = round_trip(view_dataset(dataset(ROUND, CHEQUE, BUY), Lens()), "v")
    assert found.outer == (0, 10)
    assert (found.static.mid, found.static.hi) == (None, 40), (
        "the stated amounts leave no other bound than the purchase"
    )


def test_a_whole_that_does_not_count_bounds_nothing() -> None:
    later = leg("round", "outside>c", "equity_cash", "announced 2024-01-01 10")
    view = view_dataset(dataset(later, CHEQUE, BUY), Lens(status="paid"))
    assert not view.ceilings
