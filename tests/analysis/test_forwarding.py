"""Balanced flow forwarding: published values and the properties that the paper proves."""

from __future__ import annotations

import networkx as nx
import pytest

from circularity.analysis.circulation import circulation
from circularity.analysis.forwarding import balanced_forwarding
from circularity.graph.toys import build, triangle
from circularity.graph.view import View
from tests.ledgers import Dice, sums


def ones(*pairs: str) -> View:
    return build(*(("", *pair.split("-"), "payment", 1) for pair in pairs))


def test_homs_dones_and_others() -> None:
    """arXiv 2506.12546, example_CDFD.ipynb: BFF = maximal = 0.6."""
    assert balanced_forwarding(ones("1-2", "2-4", "1-3", "3-4", "4-1")).circularity == pytest.approx(0.6, abs=1e-12)


def test_the_example_that_tells_it_from_the_maximum() -> None:
    """MEASURES §0: legs 1-2, 2-1, 2-3, 3-1 all 1: BFF 0.625, maximum 0.75."""
    view = ones("1-2", "2-1", "2-3", "3-1")
    assert balanced_forwarding(view).circularity == pytest.approx(0.625, abs=1e-12)
    assert circulation(view).circularity_max == 0.75


def test_a_ring_circulates_its_smallest_leg() -> None:
    found = balanced_forwarding(triangle())  # 5, 10, 20
    assert float(found.circular) == 15
    assert {party: float(value) for party, value in found.through.items()} == {"a": 5, "b": 5, "c": 5}


def test_a_chain_has_none_and_an_empty_graph_no_share() -> None:
    assert balanced_forwarding(ones("a-b", "b-c")).circularity == 0
    assert balanced_forwarding(build()).circularity is None


def by_reference(view: View) -> tuple[float, dict[tuple[str, str], float]]:
    """The paper's recipe again, by a power iteration of numpy's eigenvectors: (circularity, circular part)."""
    import numpy as np

    left = {pair: float(amount) for pair, amount in sums(view).items()}
    gross, circular = sum(left.values()), dict.fromkeys(left, 0.0)
    while True:
        graph = nx.DiGraph(list(left))
        parts = [sorted(part) for part in nx.strongly_connected_components(graph) if len(part) > 1]
        if not parts:
            return (sum(circular.values()) / gross if gross else 0.0), circular
        for part in parts:
            inside = {pair: amount for pair, amount in left.items() if set(pair) <= set(part)}
            out = {party: sum(a for (payer, _), a in inside.items() if payer == party) for party in part}
            step = np.array([[inside.get((a, b), 0.0) / out[a] for b in part] for a in part])
            size = len(part)
            equations = np.vstack([step.T - np.eye(size), np.ones(size)])
            share = np.linalg.lstsq(equations, np.array([0.0] * size + [1.0]), rcond=None)[0]
            ratio = {party: out[party] / weight for party, weight in zip(part, share, strict=True)}
            least = min(ratio.values())
            weight_of = dict(zip(part, share, strict=True))
            for (payer, payee), amount in inside.items():
                moved = least * weight_of[payer] * amount / out[payer]
                circular[payer, payee] += moved
                if ratio[payer] <= least * (1 + 1e-9):
                    del left[payer, payee]
                else:
                    left[payer, payee] = amount - moved


@pytest.mark.parametrize("seed", range(100))
def test_against_the_recipe_written_a_second_time(seed: int) -> None:
    dice = Dice(seed)
    view = build(*dice.graph(dice.randint(2, 8), dice.randint(2, 30)))
    expected, circular = by_reference(view)
    found = balanced_forwarding(view)
    assert found.circularity == pytest.approx(expected, abs=1e-9)
    for party, value in found.through.items():
        leaving = sum(amount for (payer, _), amount in circular.items() if payer == party)
        entering = sum(amount for (_, payee), amount in circular.items() if payee == party)
        assert leaving == pytest.approx(entering, abs=1e-7)  # divergence-free
        assert float(value) == pytest.approx(leaving, abs=2e-6)


@pytest.mark.parametrize("seed", range(100))
def test_the_circular_part_is_within_the_amounts_and_leaves_no_loop(seed: int) -> None:
    dice = Dice(seed)
    view = build(*dice.graph(dice.randint(2, 8), dice.randint(2, 30)))
    _, circular = by_reference(view)
    pairs = {pair: float(amount) for pair, amount in sums(view).items()}
    assert all(-1e-9 <= circular[pair] <= amount + 1e-9 for pair, amount in pairs.items())
    rest = [pair for pair, amount in pairs.items() if amount - circular[pair] > 1e-7]
    assert nx.is_directed_acyclic_graph(nx.DiGraph(rest))


@pytest.mark.parametrize("seed", range(100, 200))
def test_it_is_never_above_the_maximum_and_nothing_only_where_there_is_no_loop(seed: int) -> None:
    dice = Dice(seed)
    view = build(*dice.graph(dice.randint(2, 8), dice.randint(2, 30)))
    most = circulation(view).circularity_max or 0.0
    found = balanced_forwarding(view).circularity or 0.0
    assert found <= most + 1e-12
    assert (found > 0) == (most > 0)


def test_amounts_of_very_different_size() -> None:
    view = build(
        ("", "a", "b", "payment", 10**15), ("", "b", "a", "payment", 1), ("", "b", "c", "payment", 10**15),
        ("", "c", "a", "payment", 10**15),
    )  # fmt: skip
    found = balanced_forwarding(view)
    assert found.circularity == pytest.approx(1, abs=1e-9)
    assert found.circularity <= (circulation(view).circularity_max or 0) + 1e-12
