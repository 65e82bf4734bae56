"""What figures rest on. The data: `tests/stores/toy`."""

from __future__ import annotations

from pathlib import Path

import pytest

from circularity.analysis.evidence import evidence_of, unpriced_legs, weak_legs
from circularity.errors import UsageError
from circularity.graph.toys import triangle
from circularity.load import open_graph

TOY = open_graph(Path(__file__).parents[1] / "stores" / "toy")


def test_weak_legs() -> None:
    """Six legs rest on the paper, which only relays; the unpriced one comes last."""
    found = weak_legs(TOY.view())
    assert [leg.id for leg in found] == ["chips.1", "lab-cloud.2", "lab-cloud.1", "tenants.1", "tenants.2", "chips.2"]
    assert {leg.tier for leg in found} == {"relayed"}
    assert weak_legs(TOY.view(), ["press"]) == []


def test_unpriced_legs_are_flows() -> None:
    """The stakes and a guarantee have no amount either, and are no flows."""
    assert [leg.id for leg in unpriced_legs(TOY.view())] == ["chips.2", "lab-round.2"]
    assert [leg.id for leg in unpriced_legs(TOY.view(amount="low"))] == ["chips.2", "lab-round.2"]


def test_evidence_of_a_deal() -> None:
    """Announced at the end of 2024, paid a month later; inherited by two legs, said once."""
    said = evidence_of(TOY.view(), "nvidia-coreweave-2023")
    assert [(s.date, s.status, s.states, s.source.tier) for s in said] == [
        ("2024-12-31", "announced", "there will be money", "claim"),
        ("2025-01-31", "paid", "the shares were paid", "filing"),
    ]
    assert len(evidence_of(TOY.view(as_of="2025-01-01"), "nvidia-coreweave-2023")) == 1


def test_what_was_retold_is_relayed() -> None:
    said = evidence_of(TOY.view(), "lab-round")
    assert [(s.status, s.source.tier, s.tier) for s in said] == [
        ("announced", "filing", "relayed"),
        ("paid", "filing", "filing"),
    ]


def test_no_such_deal() -> None:
    with pytest.raises(UsageError, match="did you mean 'stakes'"):
        evidence_of(TOY.view(), "stake")
    with pytest.raises(UsageError):
        evidence_of(triangle(), "1")
