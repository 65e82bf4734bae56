"""Linear programs against scipy, and ratios against what they mean."""

from __future__ import annotations

import random
from decimal import Decimal

import numpy as np
import pytest
from scipy.optimize import linprog

from circularity.kernels.programs import Program, Terms, solver_installed


def test_the_solver_is_there() -> None:
    assert solver_installed()


def sample(seed: int) -> tuple[Program, Terms]:
    dice = random.Random(seed)
    program = Program()
    size = dice.randint(1, 6)
    for _ in range(size):
        low = dice.randint(0, 5)
        program.variable(low, None if dice.random() < 0.1 else low + dice.randint(0, 9))
    for _ in range(dice.randint(0, 6)):
        terms = {at: float(dice.choice((-2, -1, 1, 1, 2))) for at in range(size) if dice.random() < 0.6}
        if dice.random() < 0.2:
            program.zero(terms)
        else:
            program.at_least_zero(terms)
    return program, {at: float(dice.randint(-3, 3)) for at in range(size)}


def by_scipy(program: Program, goal: Terms, sense: int) -> tuple[int, float]:
    size = len(program.low)

    def row(terms: Terms) -> list[float]:
        return [terms.get(at, 0.0) for at in range(size)]

    upper = [row({at: -factor for at, factor in terms.items()}) for terms, zero in program.rows if not zero]
    equal = [row(terms) for terms, zero in program.rows if zero]
    done = linprog(
        [sense * goal.get(at, 0.0) for at in range(size)], A_ub=np.array(upper) if upper else None, b_ub=np.zeros(len(upper)) if upper else None,
        A_eq=np.array(equal) if equal else None, b_eq=np.zeros(len(equal)) if equal else None,
        bounds=list(zip(program.low, program.high, strict=True)), options={"presolve": False},
    )  # fmt: skip
    return done.status, sense * (done.fun or 0.0)


@pytest.mark.parametrize("seed", range(200))
def test_extremes_are_those_of_scipy(seed: int) -> None:
    program, goal = sample(seed)
    for most, sense in ((False, 1), (True, -1)):
        found = program.extreme(goal, most)
        status, expected = by_scipy(program, goal, sense)
        if status == 2:
            assert found is None
        elif status == 3:
            assert found is not None
            assert found.is_infinite()
        else:
            assert status == 0
            assert float(found or 0) == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("seed", range(200))
def test_a_ratio_is_where_the_difference_is_nothing(seed: int) -> None:
    program, top = sample(seed)
    bottom = dict.fromkeys(top, 1.0)
    most_bottom = program.extreme(bottom, True)
    if most_bottom is None:
        return  # nothing fits
    share = program.ratio(top, bottom, True)
    if most_bottom == 0:
        assert share is None
    elif most_bottom.is_finite() and share is not None:
        rest = {at: top[at] - share * bottom[at] for at in top}
        assert float(program.extreme(rest, True) or 0) == pytest.approx(0, abs=1e-6)


def test_amounts_of_any_size_keep_their_digits() -> None:
    for size in (1, 10**6, 10**15, 10**27):
        program = Program()
        paid, part = program.variable(2 * size, 9 * size), program.variable()
        program.at_least_zero({paid: 1.0, part: -1.0})
        assert program.extreme({part: 1.0}, True) == 9 * size
        assert program.extreme({paid: 1.0}, False) == 2 * size
        assert program.ratio({part: 1.0}, {paid: 1.0}, True) == 1
        assert program.extreme({paid: 1.0}, False).__class__ is Decimal


def test_an_expression_of_nothing() -> None:
    assert Program().extreme({}, True) == 0
    assert Program().ratio({}, {}, True) is None
