"""The networkx view of a graph, and what networkx solves for us."""

from __future__ import annotations

from decimal import Decimal

import networkx as nx
import pytest

from circularity.graph.lens import Lens
from circularity.graph.networks import largest_circulation, strong_parts, to_networkx, weak_parts
from circularity.graph.toys import build
from circularity.graph.view import view_dataset
from tests.datasets import dataset, leg
from tests.ledgers import Dice


def test_parallel_legs_stay_apart_under_their_ids() -> None:
    view = build(("2025-01-01", "a", "b", "loan", 5), ("", "a", "b", "loan", None), ("", "b", "a", "stake", 7))
    graph = to_networkx(view)
    assert isinstance(graph, nx.MultiDiGraph)
    assert list(graph.edges(keys=True)) == [("a", "b", "1"), ("a", "b", "2"), ("b", "a", "3")]
    assert graph.edges["a", "b", "1"] == {
        "deal": "1", "kind": "loan", "amount": Decimal(5), "cash": True, "status": "paid", "date": "2025-01-01", "tier": None,
    }  # fmt: skip
    assert graph.edges["a", "b", "2"]["amount"] is None
    assert list(to_networkx(view, flows_only=True).edges(keys=True)) == [("a", "b", "1"), ("a", "b", "2")]


def test_nodes_carry_name_and_kind_and_an_investment_in_goods_is_its_pair() -> None:
    graph = to_networkx(view_dataset(dataset(leg("x", "v>c", "in_kind", "paid 2025-01-01 5")), Lens()))
    assert dict(graph.nodes(data=True)) == {
        "c": {"name": "C", "kind": "unclassified"},
        "v": {"name": "V", "kind": "unclassified"},
    }
    assert [(a, b, key, facts["cash"]) for a, b, key, facts in graph.edges(keys=True, data=True)] == [
        ("c", "v", "x/purchase", False), ("v", "c", "x", False),
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(30))
def test_parts(seed: int) -> None:
    dice = Dice(seed)
    pairs = {tuple(dice.sample(range(8), 2)): 1 for _ in range(9)}
    graph = nx.DiGraph(list(pairs))
    strong = {frozenset(part) for part in nx.strongly_connected_components(graph) if len(part) > 1}
    weak = {frozenset(part) for part in nx.weakly_connected_components(graph)}
    for found, expected in ((strong_parts(pairs), strong), (weak_parts(pairs), weak)):  # type: ignore[arg-type]
        assert {frozenset(part) for part in found} == expected
        assert found == sorted(found)
        assert all(part == sorted(part) for part in found)


def test_the_largest_circulation_of_no_loop_is_nothing() -> None:
    assert largest_circulation({}) == largest_circulation({(0, 1): 5, (1, 2): 5}) == 0
