"""Figures of a party in a period."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from circularity.model.accounts import FIGURES, Account

PERIOD = {"from": "2024-01-01", "to": "2024-12-31"}
FIGURE = {"source": "filing", "states": "it says so", "amount": "-3bn"}


def account(**changes: Any) -> Account:
    return Account.model_validate({"party": "maker", "period": PERIOD, **changes})


def test_figures_may_be_negative_and_come_in_their_order() -> None:
    found = account(cash=FIGURE, net_income=FIGURE).figures()
    assert [name for name, _ in found] == ["net_income", "cash"]
    assert [figure.amount and figure.amount.point for _, figure in found] == [-3_000_000_000] * 2


@pytest.mark.parametrize("several", [1, 3])
def test_concentration_is_one_figure_or_several(several: int) -> None:
    one = {"source": "filing", "states": "one customer is 20 %", "percent": "20", "of": "revenue"}
    found = account(customer_concentration=one if several == 1 else [one] * several)
    assert [name for name, _ in found.figures()] == ["customer_concentration"] * several


def test_a_wrong_figure_of_several_is_one_error() -> None:
    with pytest.raises(ValidationError) as caught:
        account(customer_concentration={"source": "filing", "states": "one customer", "percent": "120"})
    assert [error["type"] for error in caught.value.errors()] == ["bad-percent"]


def test_a_period_runs_forward() -> None:
    assert account(period={"from": "2024-12-31", "to": "2024-12-31"}).period.to.year == 2024
    with pytest.raises(ValidationError) as caught:
        account(period={"from": "2024-12-31", "to": "2024-01-01"})
    assert [error["type"] for error in caught.value.errors()] == ["date-order"]


def test_every_figure_is_a_field() -> None:
    fields = set(Account.model_fields) - {"party", "period", "complete", "note"}
    assert set(FIGURES) == fields
