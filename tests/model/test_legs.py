"""Money to integer units and back, exactly."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from circularity.model.legs import LegTable, scale_of
from tests.properties import same_every_time

amounts = st.decimals(min_value=0, max_value=10**30 - 1, places=18, allow_nan=False)


def table(scale: int) -> LegTable:
    return LegTable(parties=(), currency="USD", scale=scale)


@same_every_time
@given(st.lists(amounts, min_size=1, max_size=5))
def test_units_and_money_are_inverse(values: list[Decimal]) -> None:
    legs = table(scale_of(values))
    assert [legs.money(legs.units(value)) for value in values] == values


@same_every_time
@given(st.integers(min_value=0, max_value=10**55), st.integers(min_value=0, max_value=18))
def test_money_and_units_are_inverse(units: int, scale: int) -> None:
    legs = table(scale)
    assert legs.units(legs.money(units)) == units


@same_every_time
@given(st.lists(amounts, min_size=1, max_size=5))
def test_scale_is_the_least_that_is_exact(values: list[Decimal]) -> None:
    """One place less would cut a digit off some amount."""
    scale = scale_of(values)
    shorter = table(scale - 1)
    assert scale == 0 or any(shorter.money(shorter.units(value)) != value for value in values)


def test_scale_of_nothing_and_of_whole_numbers() -> None:
    assert scale_of([]) == 0
    assert scale_of([Decimal(10**9), Decimal("1E+9"), Decimal("5.00")]) == 0
    assert scale_of([Decimal("0.25"), Decimal(7)]) == 2


def test_units_are_what_money_holds_in_whole() -> None:
    assert table(2).units(Decimal("1.239")) == 123


def test_take_keeps_columns_together() -> None:
    legs = LegTable(
        parties=("a", "b"), currency="USD", scale=0, id=["x", "y"], deal=["d", "e"], payer=[0, 1], payee=[1, 0],
        kind=["loan", "purchase"], amount=[1, None], low=[1, None], point=[1, None], high=[1, None], cash=[True, False],
        status=["paid", "committed"], date=["2025-01-01", None], tier=[None, "press"],
    )  # fmt: skip
    back = legs.take([1, 0])
    assert back.id == ["y", "x"]
    assert back.amount == [None, 1]
    assert back.tier == ["press", None]
    assert back.take([1, 0]) == legs
