"""Bounded and dated cycles against networkx and against plain enumeration."""

from __future__ import annotations

import random
from itertools import pairwise, permutations
from math import prod

import networkx as nx
import pytest

from circularity.kernels import engine


@pytest.fixture(params=["plain", "compiled"], autouse=True)
def form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every test runs on both forms of the kernels: they must give the same."""
    monkeypatch.setattr(engine, "PLAIN_STEPS", -1.0 if request.param == "compiled" else float("inf"))
    return str(request.param)


def arcs_of(heads: list[list[int]]) -> tuple[list[int], list[int]]:
    pairs = [(tail, head) for tail, row in enumerate(heads) for head in row]
    return [tail for tail, _ in pairs], [head for _, head in pairs]


def simple_cycles(heads: list[list[int]], max_length: int, through: int | None = None) -> list[tuple[int, ...]]:
    return list(engine.iterate_routes(*arcs_of(heads), len(heads), max_length, through))


def random_heads(dice: random.Random, size: int, density: float) -> list[list[int]]:
    return [[head for head in range(size) if head != tail and dice.random() < density] for tail in range(size)]


def smallest_first(cycle: list[int]) -> tuple[int, ...]:
    start = cycle.index(min(cycle))
    return tuple(cycle[start:] + cycle[:start])


def by_networkx(heads: list[list[int]], max_length: int) -> set[tuple[int, ...]]:
    graph = nx.DiGraph((tail, head) for tail, row in enumerate(heads) for head in row)
    return {smallest_first(cycle) for cycle in nx.simple_cycles(graph, length_bound=max_length)}


@pytest.mark.parametrize("seed", range(300))
def test_every_cycle_once_as_networkx_finds_them(seed: int) -> None:
    dice = random.Random(seed)
    heads = random_heads(dice, dice.randint(2, 9), dice.choice((0.15, 0.3, 0.5)))
    bound = dice.randint(2, 7)
    found = list(simple_cycles(heads, bound))
    assert len(found) == len(set(found))
    assert set(found) == by_networkx(heads, bound)


@pytest.mark.parametrize("seed", range(100))
def test_through_a_vertex_keeps_exactly_the_cycles_that_visit_it(seed: int) -> None:
    dice = random.Random(seed)
    heads = random_heads(dice, 8, 0.35)
    found = list(simple_cycles(heads, 5, through=3))
    assert len(found) == len(set(found))
    assert set(found) == {cycle for cycle in by_networkx(heads, 5) if 3 in cycle}


def test_the_random_graphs_hold_many_cycles_of_every_length() -> None:
    lengths: set[int] = set()
    for seed in range(300):
        dice = random.Random(seed)
        heads = random_heads(dice, dice.randint(2, 9), dice.choice((0.15, 0.3, 0.5)))
        lengths |= {len(cycle) for cycle in simple_cycles(heads, dice.randint(2, 7))}
    assert lengths == {2, 3, 4, 5, 6, 7}


def test_a_cycle_begins_at_its_smallest_vertex() -> None:
    heads = [[1, 2], [0, 2], [0, 1]]
    assert sorted(simple_cycles(heads, 3)) == [(0, 1), (0, 1, 2), (0, 2), (0, 2, 1), (1, 2)]


@pytest.mark.parametrize("seed", range(60))
def test_counting_is_listing_with_parallel_arcs_multiplied(seed: int) -> None:
    dice = random.Random(seed)
    size, bound = dice.randint(2, 9), dice.randint(2, 8)
    arcs = [tuple(dice.sample(range(size), 2)) for _ in range(dice.randint(1, 30))]
    tails, heads = [arc[0] for arc in arcs], [arc[1] for arc in arcs]
    routes = list(engine.iterate_routes(tails, heads, size, bound))
    ways = [prod(arcs.count(hop) for hop in zip(c, c[1:] + c[:1], strict=True)) for c in routes]
    assert engine.count_routes(tails, heads, size, bound, by_arc=False) == len(routes)
    assert engine.count_routes(tails, heads, size, bound, by_arc=True) == sum(ways)


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("through", [None, 3])
def test_threads_share_a_count(threads: int, through: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "THREADS", threads)
    heads = random_heads(random.Random(11), 14, 0.4)
    counts = [engine.count_routes(*arcs_of(heads), 14, bound, by_arc=True, through=through) for bound in range(2, 7)]
    found = [len(cycle) for cycle in by_networkx(heads, 6) if through is None or through in cycle]
    assert counts == [sum(length <= bound for length in found) for bound in range(2, 7)]
    assert counts[-1] > 1000


def test_a_count_beyond_64_bits_is_exact() -> None:
    ring = 8
    tails = [vertex for vertex in range(ring) for _ in range(1000)]
    heads = [(vertex + 1) % ring for vertex in tails]
    assert engine.count_routes(tails, heads, ring, ring, by_arc=True) == 1000**ring


def test_both_forms_list_in_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    heads = random_heads(random.Random(5), 12, 0.4)
    mine = simple_cycles(heads, 6)
    monkeypatch.setattr(engine, "PLAIN_STEPS", float("inf"))
    assert mine == simple_cycles(heads, 6)
    assert len(mine) > 500


@pytest.mark.parametrize("heads", [[], [[]], [[], []], [[0]], [[1], []]])
def test_graphs_without_a_cycle_of_two_or_more(heads: list[list[int]]) -> None:
    assert list(simple_cycles(heads, 6)) == []


Arc = tuple[int, int, int, int]
"""tail, head, time, group"""


def naive(arcs: list[Arc], max_length: int, window: int | None, ties: bool) -> set[tuple[int, ...]]:
    """Every ordered choice of arcs that closes, visits nobody twice and goes forward in time."""

    def follows(one: int, other: int) -> bool:
        (_, _, first, group), (_, _, second, same) = arcs[one], arcs[other]
        return first < second or (ties and first == second and group == same and one < other)

    found = set()
    for length in range(2, max_length + 1):
        for walk in permutations(range(len(arcs)), length):
            joined = all(arcs[one][1] == arcs[other][0] for one, other in zip(walk, walk[1:] + walk[:1], strict=True))
            if not joined or len({arcs[arc][0] for arc in walk}) < length:
                continue
            in_window = window is None or arcs[walk[-1]][2] - arcs[walk[0]][2] <= window
            if in_window and all(follows(one, other) for one, other in pairwise(walk)):
                found.add(walk)
    return found


@pytest.mark.parametrize("seed", range(150))
@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("patience", [0, 1, 2, 64])
def test_dated_cycles_as_plain_enumeration_finds_them(
    seed: int, ties: bool, patience: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "PATIENCE", patience)
    dice = random.Random(seed)
    arcs = sorted(
        ((*dice.sample(range(4), 2), dice.randint(0, 6), dice.randint(0, 2)) for _ in range(9)), key=lambda arc: arc[2]
    )
    window, bound = dice.choice((None, 0, 1, 2, 4, 6)), dice.randint(2, 4)
    columns = [list(column) for column in zip(*arcs, strict=True)]
    found = list(engine.iterate_timed(engine.Timed(*columns, size=4), bound, window, ties))
    assert len(found) == len(set(found))
    assert set(found) == naive(arcs, bound, window, ties)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("ties", [False, True])
def test_shorter_ways_find_the_same_dated_cycles_in_larger_graphs(
    seed: int, ties: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(seed)
    size = dice.randint(5, 30)
    ends = [(int(size * dice.random() ** 2.5), int(size * dice.random() ** 2.5)) for _ in range(200)]
    arcs = sorted(
        ((tail, head, dice.randint(0, 60), dice.randint(0, 4)) for tail, head in ends if tail != head),
        key=lambda arc: arc[2],
    )
    columns = [list(column) for column in zip(*arcs, strict=True)]
    bound, window = dice.randint(2, 6), dice.randint(3, 9)
    found = []
    for patience in (10**9, 0, 1, 4, 20):
        monkeypatch.setattr(engine, "PATIENCE", patience)
        found.append(set(engine.iterate_timed(engine.Timed(*columns, size=size), bound, window, ties)))
    assert len(found[0]) > 3
    assert all(other == found[0] for other in found)


def hub(customers: int) -> tuple[list[list[int]], int]:
    """One party that all others pay and are paid by, at random times."""
    dice = random.Random(customers)
    ends = [pair for other in range(1, customers + 1) for pair in ((0, other), (other, 0))]
    times = sorted(dice.sample(range(100 * customers), len(ends)))
    dice.shuffle(ends)
    return [[tail for tail, _ in ends], [head for _, head in ends], times, [0] * len(ends)], customers + 1


def test_a_hub_is_not_read_through_for_each_of_its_legs(form: str) -> None:
    customers = 100_000 if form == "compiled" else 2_000
    columns, size = hub(customers)
    times = columns[2]
    reads = [Reads(column) for column in columns]
    window = 10 * customers
    given = columns if form == "compiled" else reads
    found = list(engine.iterate_timed(engine.Timed(*given, size=size), 6, window, ties=False))
    count = sum(column.count for column in reads)
    place = {pair: arc for arc, pair in enumerate(zip(*columns[:2], strict=True))}
    pairs = [sorted((place[0, other], place[other, 0])) for other in range(1, size)]
    assert sorted(found) == sorted((a, b) for a, b in pairs if times[b] - times[a] <= window)
    assert len(found) > customers / 20
    if form == "plain":
        assert 0 < count < 60 * customers, "a tenth of the square of the hub would be 200 for each"


class Reads(list[int]):
    """Numbers that count how often they are read."""

    count = 0

    def __getitem__(self, at: int) -> int:  # type: ignore[override]
        self.count += 1
        return super().__getitem__(at)


def test_the_dated_samples_hold_cycles_with_and_without_ties() -> None:
    strict = tied = 0
    for seed in range(150):
        dice = random.Random(seed)
        arcs = sorted(
            ((*dice.sample(range(4), 2), dice.randint(0, 6), dice.randint(0, 2)) for _ in range(9)),
            key=lambda arc: arc[2],
        )
        strict += len(naive(arcs, 3, None, ties=False))
        tied += len(naive(arcs, 3, None, ties=True))
    assert 100 < strict < tied
