"""Loops in order, from bands cut by counting, against sorting all of them."""

from __future__ import annotations

import random
from itertools import islice, product

import networkx as nx
import pytest

from circularity.kernels import engine, ordered
from circularity.kernels.ordered import Arcs, Falling


@pytest.fixture(params=["plain", "compiled"], autouse=True)
def form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(engine, "PLAIN_STEPS", -1.0 if request.param == "compiled" else float("inf"))
    return str(request.param)


def arcs_of(seed: int) -> Arcs:
    """Parallel arcs, arcs to oneself, few grades; the key turns the listing around."""
    dice = random.Random(seed)
    ends = [(dice.randrange(5), dice.randrange(5)) for _ in range(30)]
    last = dice.randint(2, 9)
    grades = [dice.randint(0, last) for _ in ends]
    return Arcs([a for a, _ in ends], [b for _, b in ends], grades, last, 5, lambda arc: -arc)


def naive(arcs: Arcs, max_length: int) -> list[tuple[list[int], int]]:
    pairs: dict[tuple[int, int], list[int]] = {}
    for arc, pair in enumerate(zip(arcs.tails, arcs.heads, strict=True)):
        pairs.setdefault(pair, []).append(arc)
    found = []
    for cycle in nx.simple_cycles(nx.DiGraph(pair for pair in pairs if pair[0] != pair[1]), length_bound=max_length):
        turn = cycle.index(min(cycle))
        walk = cycle[turn:] + cycle[:turn]
        for choice in product(*(pairs[hop] for hop in zip(walk, walk[1:] + walk[:1], strict=True))):
            grade = max(arcs.grades[arc] for arc in choice) or arcs.last
            found.append((grade, len(walk), walk, [arcs.key(arc) for arc in choice], list(choice)))
    return [(choice, grade) for grade, *_, choice in sorted(found)]


@pytest.mark.parametrize("band", [1, 7, 10**6])
@pytest.mark.parametrize("seed", range(12))
def test_bands_make_up_what_sorting_makes(seed: int, band: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordered, "BAND", band)
    monkeypatch.setattr(ordered, "_PLAIN_BAND", band)
    arcs = arcs_of(seed)
    for bound in (2, 4):
        falling, expected = Falling(arcs, bound), naive(arcs, bound)
        assert [(list(loop), grade) for loop, grade in falling] == expected
        assert falling.count() == len(expected) > 3
        through = [one for one in expected if 3 in {arcs.tails[arc] for arc in one[0]}]
        assert [(list(loop), grade) for loop, grade in Falling(arcs, bound, through=3)] == through


def test_the_first_few_are_found_without_the_others() -> None:
    many = 3000
    tails = [0] * many + [1] * many
    grades = [1 + number % many for number in range(2 * many)]
    falling = Falling(Arcs(tails, [1 - tail for tail in tails], grades, many + 1, 2, lambda arc: arc), 6)
    assert [(list(loop), grade) for loop, grade in islice(falling, 4)] == [
        ([0, many], 1), ([0, many + 1], 2), ([1, many], 2), ([1, many + 1], 2)
    ]  # fmt: skip
    assert falling.count() == many**2
