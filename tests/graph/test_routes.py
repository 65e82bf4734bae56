"""Routes over legs."""

from __future__ import annotations

import networkx as nx
import pytest

from circularity.graph.routes import day_number, hops, leg_choices, legs_by_pair, seconds, simple_paths, successors
from circularity.graph.toys import build
from tests.ledgers import Dice


def test_pairs_keep_parallel_legs_in_table_order() -> None:
    legs = build(("", "b", "a", "payment", 1), ("", "a", "b", "payment", 2), ("", "b", "a", "payment", 3)).legs
    pairs = legs_by_pair(legs, range(3))
    assert pairs == {(1, 0): [0, 2], (0, 1): [1]}
    assert successors(pairs, 2) == [[1], [0]]
    assert list(leg_choices((0, 1), pairs)) == [(1, 0), (1, 2)]


def test_the_last_hop_closes_on_the_first() -> None:
    assert hops((4, 7, 9)) == [(4, 7), (7, 9), (9, 4)]


@pytest.mark.parametrize("seed", range(60))
def test_simple_paths_as_networkx_finds_them(seed: int) -> None:
    dice = Dice(seed)
    size, bound = dice.randint(2, 7), dice.randint(1, 5)
    pairs = {tuple(dice.sample(range(size), 2)) for _ in range(dice.randint(1, 18))}
    graph = nx.DiGraph(list(pairs))
    graph.add_nodes_from(range(size))
    found = list(simple_paths(successors(pairs, size), 0, size - 1, bound))  # type: ignore[arg-type]
    assert len(found) == len(set(found))
    assert set(found) == {tuple(path) for path in nx.all_simple_paths(graph, 0, size - 1, cutoff=bound)}


def test_times_stand_on_one_axis() -> None:
    assert seconds("2025-01-02") - seconds("2025-01-01T23:59:59") == 1
    assert day_number("2025-03-01T08:00:00") - day_number("2025-02-27") == 2
