"""Linear systems against numpy and against exact fractions."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from circularity.kernels.linear import relax, solve, stationary


def leaking(dice: random.Random, size: int) -> list[list[int]]:
    """Weights of payments; the last column is a leak, so that I - M is regular."""
    return [
        [dice.choice((0, 0, dice.randint(1, 9))) if column != row else 0 for column in range(size)]
        + [dice.randint(1, 4)]
        for row in range(size)
    ]


def system(weights: list[list[int]]) -> list[dict[int, Decimal]]:
    rows = []
    for at, row in enumerate(weights):
        total = sum(row)
        entries = {column: -Decimal(weight) / total for column, weight in enumerate(row[:-1]) if weight}
        rows.append({**entries, at: Decimal(1)})
    return rows


def dense(rows: list[dict[int, Decimal]]) -> np.ndarray:
    matrix = np.zeros((len(rows), len(rows)))
    for at, row in enumerate(rows):
        for column, entry in row.items():
            matrix[at, column] = float(entry)
    return matrix


@pytest.mark.parametrize("seed", range(60))
def test_elimination_and_sweeps_agree_with_numpy(seed: int) -> None:
    dice = random.Random(seed)
    rows = system(leaking(dice, dice.randint(1, 12)))
    right = [Decimal(dice.randint(-5, 5)) for _ in rows]
    expected = np.linalg.solve(dense(rows), [float(value) for value in right])
    exact = [float(value) for value in solve(rows, right)]
    swept = relax([{c: float(v) for c, v in row.items()} for row in rows], [float(v) for v in right])
    assert exact == pytest.approx(expected, abs=1e-12, rel=1e-12)
    assert swept == pytest.approx(expected, abs=1e-9, rel=1e-9)


def test_arguments_are_left_as_they_were() -> None:
    rows = [{0: Decimal(2), 1: Decimal(-1)}, {0: Decimal(-1), 1: Decimal(2)}]
    right = [Decimal(1), Decimal(0)]
    solve(rows, right)
    assert rows == [{0: Decimal(2), 1: Decimal(-1)}, {0: Decimal(-1), 1: Decimal(2)}]
    assert right == [Decimal(1), Decimal(0)]


def test_elimination_is_right_to_many_digits() -> None:
    # x - y/3 = 1, y - x/7 = 0: x = 21/20, y = 3/20
    x, y = solve([{0: Decimal(1), 1: -Decimal(1) / 3}, {1: Decimal(1), 0: -Decimal(1) / 7}], [Decimal(1), Decimal(0)])
    assert abs(Fraction(x) - Fraction(21, 20)) < Fraction(1, 10**25)
    assert abs(Fraction(y) - Fraction(3, 20)) < Fraction(1, 10**25)


def test_the_free_unknown_of_a_closed_part_is_0() -> None:
    one, part = Decimal(1), Decimal("-0.5")
    ring = {0: {0: one, 1: -one}, 1: {1: one, 0: -one}}  # 0 and 1 pay only each other
    assert solve([ring[0], ring[1]], [Decimal(0)] * 2) == [0, 0]
    assert solve([ring[0], ring[1], {2: one, 0: part}], [Decimal(0), Decimal(0), one]) == [0, 0, 1]


def test_nothing_to_solve() -> None:
    assert solve([], []) == []
    assert relax([], []) == []


@pytest.mark.parametrize("seed", range(60))
def test_the_stationary_walk_stays_as_it_is(seed: int) -> None:
    dice = random.Random(seed)
    size = dice.randint(2, 10)
    rates: list[dict[int, float]] = [{(at + 1) % size: 1.0} for at in range(size)]  # a ring: irreducible
    for at in range(size):
        for _ in range(dice.randint(0, 3)):
            head = dice.randrange(size)
            if head != at:
                rates[at][head] = dice.choice((1e-9, 1.0, 1e6)) * dice.random() + 1e-12
    found = stationary(rates)
    step = np.zeros((size, size))
    for tail, rate in enumerate(rates):
        for head, weight in rate.items():
            step[tail, head] = weight / sum(rate.values())
    assert sum(found) == pytest.approx(1, abs=1e-12)
    assert min(found) > 0
    assert np.array(found) @ step == pytest.approx(found, rel=1e-9, abs=1e-15)


def test_the_stationary_walk_of_a_rare_party_keeps_its_relative_precision() -> None:
    # Party 1 is left for party 2 once in 1e12 steps: pi_2 / pi_1 = 1e-12 to the last digits.
    found = stationary([{1: 1.0}, {0: 1.0, 2: 1e-12}, {0: 1.0}])
    assert found[2] / found[1] == pytest.approx(1e-12 / (1 + 1e-12), rel=1e-12)
