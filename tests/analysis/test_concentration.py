"""Concentration by hand."""

from __future__ import annotations

import pytest

from circularity.analysis.concentration import Concentration, concentration
from circularity.graph.toys import build


def test_by_hand() -> None:
    """v sells 60 to a (in two legs), 30 to b, 10 to c and something to d."""
    view = build(
        ("", "a", "v", "purchase", 40), ("", "b", "v", "purchase", 30), ("", "a", "v", "licence", 20),
        ("", "c", "v", "service", 10), ("", "d", "v", "purchase", None),
    )  # fmt: skip
    found = concentration(view, view.flows)
    assert found.total == 100
    assert found.shares == (("a", 0.6), ("b", 0.3), ("c", 0.1))
    assert found.hhi == pytest.approx(0.46)
    assert found.top1 == pytest.approx(0.6)
    assert found.top2 == pytest.approx(0.9)
    assert found.unpriced == ("5",)


def test_by_payee() -> None:
    view = build(("", "a", "v", "purchase", 1), ("", "a", "w", "purchase", 3))
    assert concentration(view, view.flows, by_payer=False).shares == (("w", 0.75), ("v", 0.25))
    assert concentration(view, view.flows).shares == (("a", 1.0),)


def test_equal_shares_stand_in_order_of_id() -> None:
    view = build(("", "b", "v", "purchase", 5), ("", "a", "v", "purchase", 5))
    assert concentration(view, view.flows).shares == (("a", 0.5), ("b", 0.5))


def test_of_nothing() -> None:
    view = build(("", "a", "v", "purchase", None), ("", "b", "v", "purchase", 0))
    found = concentration(view, view.flows)
    assert found == Concentration(view.legs.money(0), (), None, None, None, ("1",))
