"""What a dataset says about itself, and its index of legs."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from circularity.io.dataset import load_dataset
from circularity.model.dataset import Defaults, Description
from tests.test_problems import SAMPLES

ABOUT = {
    "name": "x", "version": "1", "title": "X", "scope": "s", "inclusion": "i", "as_of": "2025-01-01", "licence": "CC0",
}  # fmt: skip


def test_defaults_are_those_of_a_ledger() -> None:
    assert Description.model_validate(ABOUT).lens == Defaults(status="rumoured", amount="point", complete="none")


@pytest.mark.parametrize(
    "changes",
    [
        {"lens": {"status": "signed"}},
        {"lens": {"status": "cancelled"}},
        {"lens": {"amount": "middle"}},
        {"expectations": [{"what": "deelz", "at_most": "3"}]},
        {"expectations": [{"what": "deals", "at_least": "-3"}]},
        {"expectations": [{"what": "deals", "status": "paid"}]},
        {"expectations": [{"what": "parties", "sum_at_least": "1bn"}]},
        {"expectations": [{"what": "parties", "tier": "filing"}]},
        {"expectations": [{"what": "legs", "status": "bound"}]},
        {"expectations": [{"what": "legs", "sum_at_least": "much"}]},
        {"currency": "dollars"},
        {"name": "Not An Id"},
    ],
)
def test_descriptions_refuse(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Description.model_validate({**ABOUT, **changes})


@pytest.mark.parametrize(
    ("complete", "strangers"),
    [("all", []), ("none", []), ("stated", []), ("a,b", []), ("a,c,d", ["c", "d"]), ("", [""])],
)
def test_strangers_among_the_complete(complete: str, strangers: list[str]) -> None:
    assert Defaults(complete=complete).strangers({"a", "b"}) == strangers


def test_legs_by_id_and_with_the_history_of_their_deal() -> None:
    data, problems = load_dataset(SAMPLES / "base")
    assert problems == []
    assert list(data.leg_index) == [leg.id for _, leg in data.legs()]
    (deal,) = data.deals.values()
    assert all(leg.history == deal.history for leg in deal.legs)
