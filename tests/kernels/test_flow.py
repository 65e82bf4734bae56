"""Maximum flow against networkx, on integers of any size."""

from __future__ import annotations

import random

import networkx as nx
import pytest

from circularity.kernels import flow
from circularity.kernels.flow import FlowNetwork

Arc = tuple[int, int, int | None]


def network(nodes: int, arcs: list[Arc]) -> FlowNetwork:
    built = FlowNetwork(nodes)
    for tail, head, capacity in arcs:
        built.add(tail, head, capacity)
    return built


def by_networkx(arcs: list[Arc], source: int, sink: int) -> int | None:
    graph = nx.DiGraph()
    graph.add_nodes_from((source, sink))
    for tail, head, capacity in arcs:
        if tail == head:
            continue
        known = graph.edges[tail, head].get("capacity") if graph.has_edge(tail, head) else 0
        if capacity is None or known is None:
            graph.add_edge(tail, head)
            graph.edges[tail, head].pop("capacity", None)
        else:
            graph.add_edge(tail, head, capacity=known + capacity)
    try:
        return nx.maximum_flow_value(graph, source, sink)
    except nx.NetworkXUnbounded:
        return None


@pytest.mark.parametrize("seed", range(300))
def test_the_value_is_that_of_networkx(seed: int) -> None:
    dice = random.Random(seed)
    nodes = dice.randint(2, 9)
    unlimited = dice.choice((0.0, 0.0, 0.2))
    arcs: list[Arc] = [
        (dice.randrange(nodes), dice.randrange(nodes), None if dice.random() < unlimited else dice.randint(0, 15))
        for _ in range(dice.randint(0, 25))
    ]
    assert network(nodes, arcs).maximum(0, nodes - 1) == by_networkx(arcs, 0, nodes - 1)


@pytest.mark.parametrize("seed", range(50))
def test_the_flow_keeps_capacities_and_leaves_nothing_between(seed: int) -> None:
    dice = random.Random(seed)
    arcs: list[Arc] = [(*dice.sample(range(8), 2), dice.randint(0, 15)) for _ in range(25)]
    built = FlowNetwork(8)
    names = [built.add(*arc) for arc in arcs]
    total = built.maximum(0, 7)
    net = [0] * 8
    for name, (tail, head, capacity) in zip(names, arcs, strict=True):
        assert capacity is not None
        assert 0 <= built.flow(name) <= capacity
        net[tail] -= built.flow(name)
        net[head] += built.flow(name)
    assert net[1:7] == [0] * 6
    assert net[7] == -net[0] == total


def test_amounts_beyond_floating_point_stay_exact() -> None:
    arcs: list[Arc] = [(0, 1, 10**40 + 1), (1, 2, 10**40 + 3), (0, 2, 1)]
    assert network(3, arcs).maximum(0, 2) == 10**40 + 2


def test_an_unlimited_route_has_no_bound_and_an_unlimited_arc_on_a_limited_one_has() -> None:
    assert network(3, [(0, 1, None), (1, 2, None)]).maximum(0, 2) is None
    assert network(3, [(0, 1, None), (1, 2, 7)]).maximum(0, 2) == 7


def test_no_route_no_flow() -> None:
    assert network(3, [(1, 0, 5), (2, 1, 5)]).maximum(0, 2) == 0


def test_a_long_chain_needs_no_recursion() -> None:
    arcs: list[Arc] = [(at, at + 1, 3) for at in range(20_000)]
    assert network(20_001, arcs).maximum(0, 20_000) == 3


def test_nodes_can_be_added() -> None:
    built = FlowNetwork(2)
    between = built.node()
    built.add(0, between, 4)
    built.add(between, 1, 9)
    assert (between, built.maximum(0, 1)) == (2, 4)


@pytest.mark.parametrize("seed", range(60))
def test_the_compiled_form_gives_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(seed)
    arcs: list[Arc] = [
        (dice.randrange(8), dice.randrange(8), None if dice.random() < 0.1 else dice.randint(0, 15)) for _ in range(25)
    ]
    plain = network(8, arcs).maximum(0, 7)
    monkeypatch.setattr(flow, "_LARGE", 0)
    assert network(8, arcs).maximum(0, 7) == plain


def test_sums_that_do_not_fit_64_bits_are_not_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "_LARGE", 0)
    assert network(3, [(0, 1, 2**62), (1, 2, 2**62 - 1)]).maximum(0, 2) == 2**62 - 1


@pytest.mark.parametrize("last", [10**9, 10_000, 0])
def test_a_chain_that_money_enters_everywhere_is_walked_once(last: int) -> None:
    """2 enters at each node, 1 leaves there, the rest goes on to the end: routes of up to 30,000 hops."""
    built = FlowNetwork(2)
    length = 30_000
    nodes = [built.node() for _ in range(length)]
    for at, node in enumerate(nodes):
        built.add(0, node, 2)
        built.add(node, 1, 1)
        if at:
            built.add(nodes[at - 1], node, None)
    built.add(nodes[-1], 1, last)
    assert built.maximum(0, 1) == length + min(length, last)
