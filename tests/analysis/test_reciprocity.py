"""Reciprocity by hand and against networkx."""

from __future__ import annotations

import networkx as nx
import pytest

from circularity.analysis.reciprocity import Reciprocity, reciprocity
from circularity.graph.lens import Lens
from circularity.graph.toys import build
from tests.ledgers import Dice, Row, sums


def test_by_hand() -> None:
    """a ⇄ b (10, 4), b → c 6; three parties, six ordered pairs, three of them used, two answered."""
    view = build(("", "a", "b", "payment", 10), ("", "b", "a", "payment", 4), ("", "b", "c", "payment", 6))
    found = reciprocity(view)
    assert found.r_binary == pytest.approx(2 / 3)
    assert found.rho_garlaschelli == pytest.approx((2 / 3 - 1 / 2) / (1 - 1 / 2))
    assert found.r_weighted == pytest.approx((4 + 4) / 20)


def test_every_pair_used_has_no_rho() -> None:
    """MEASURES §0: null at density 1."""
    found = reciprocity(build(("", "a", "b", "payment", 1), ("", "b", "a", "payment", 1)))
    assert found == Reciprocity(1.0, None, 1.0)


def test_parties_that_pay_nobody_lower_the_density() -> None:
    """N counts the parties of the lens: c takes part only in money from outside."""
    rows: list[Row] = [("", "a", "b", "payment", 1), ("", "b", "a", "payment", 1)]
    found = reciprocity(build(*rows, ("", "OUTSIDE", "c", "external", 9)))
    assert found.rho_garlaschelli == pytest.approx(1.0)


@pytest.mark.parametrize("seed", range(60))
def test_against_networkx(seed: int) -> None:
    dice = Dice(seed)
    view = build(*dice.graph(dice.randint(3, 9), dice.randint(2, 25), unpriced=0.2))
    legs = view.legs
    graph = nx.DiGraph((legs.payer[row], legs.payee[row]) for row in range(len(legs)))
    graph.add_nodes_from(range(len(legs.parties)))
    found = reciprocity(view)
    expected = nx.overall_reciprocity(graph)
    density = nx.density(graph)
    assert found.r_binary == pytest.approx(expected)
    if density < 1:
        assert found.rho_garlaschelli == pytest.approx((expected - density) / (1 - density))
    pairs = sums(view)
    if pairs:
        answered = sum(min(w, pairs.get((b, a), 0)) for (a, b), w in pairs.items())
        assert found.r_weighted == pytest.approx(float(answered / sum(pairs.values())))


def test_an_unpriced_leg_makes_a_pair_and_adds_no_money() -> None:
    found = reciprocity(
        build(("", "a", "b", "payment", 10), ("", "b", "a", "payment", None), ("", "b", "c", "payment", 1))
    )
    assert found.r_binary == pytest.approx(2 / 3)
    assert found.r_weighted == 0


def test_nothing_paid() -> None:
    assert reciprocity(build()) == Reciprocity(None, None, None)
    assert reciprocity(build(("", "a", "b", "stake", 5), lens=Lens())) == Reciprocity(None, None, None)
