"""Sparse linear systems of the kind that pools of money make: diagonally dominant, few entries a row."""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from decimal import Decimal, localcontext
from operator import mul
from typing import TypeVar

from circularity.kernels.compiling import compiled, fast_installed
from circularity.kernels.engine import PLAIN_STEPS

DIGITS = 60
Number = TypeVar("Number", Decimal, float)
_LARGE = PLAIN_STEPS / 5
"""Entries from which the compiled form is worth its start."""


def solve(rows: list[dict[int, Number]], right: list[Number]) -> list[Number]:
    """Solve A x = b by elimination in order of fewest entries; Decimals to `DIGITS` digits.

    No pivoting: the matrix must be weakly diagonally dominant, as `I - M` of a flow is. Where it is
    singular, in a closed part that nothing leaves, the unknown that is left free is taken as 0.
    Arguments are left as they were.
    """
    solved = solve_many(rows, [{0: value} for value in right])
    return [row[0] for row in solved]


def solve_many(rows: list[dict[int, Number]], right: list[dict[int, Number]]) -> list[dict[int, Number]]:
    """The same for several right sides at once, each a column of `right`."""
    with localcontext() as context:
        context.prec = DIGITS
        work = [dict(row) for row in rows]
        value = [dict(row) for row in right]
        columns: list[set[int]] = [set() for _ in work]
        for number, row in enumerate(work):
            for column in row:
                columns[column].add(number)
        left = set(range(len(work)))
        order: list[int] = []
        while left:
            pivot = min(left, key=lambda n: (len(work[n]) * len(columns[n]), n))
            left.remove(pivot)
            order.append(pivot)
            diagonal = work[pivot][pivot]
            others = {column: entry for column, entry in work[pivot].items() if column != pivot}
            for target in sorted(columns[pivot] & left):
                entry = work[target].pop(pivot)
                if not diagonal:
                    continue
                factor = entry / diagonal
                _subtract(work[target], others, factor)
                _subtract(value[target], value[pivot], factor)
                for column in others:
                    columns[column].add(target)
        for pivot in reversed(order):
            diagonal = work[pivot].pop(pivot)
            for column, entry in work[pivot].items():
                _subtract(value[pivot], value[column], entry)
            value[pivot] = {side: rest / diagonal if diagonal else 0 * rest for side, rest in value[pivot].items()}
        return value


def _subtract(target: dict[int, Number], source: dict[int, Number], factor: Number) -> None:
    for column, entry in source.items():
        change = factor * entry
        target[column] = target[column] - change if column in target else -change


def relax(
    rows: list[dict[int, float]], right: list[float], tolerance: float = 1e-13, rounds: int = 10_000
) -> list[float]:
    """The same by Gauss-Seidel sweeps in floating point, for systems too large to eliminate."""
    starts, columns, entries, diagonal = [0], [], [], []
    for number, row in enumerate(rows):
        diagonal.append(row[number])
        others = [column for column in row if column != number]
        columns += others
        entries += [row[column] for column in others]
        starts.append(len(columns))
    solution = [0.0] * len(rows)
    if len(entries) > _LARGE and fast_installed():
        import numpy as np

        given = [np.array(column, np.int64) for column in (starts, columns)]
        given += [np.array(column, np.float64) for column in (entries, diagonal, right, solution)]
        compiled(sweep)(*given, tolerance, rounds)
        return [float(value) for value in given[-1]]
    sweep(starts, columns, entries, diagonal, right, solution, tolerance, rounds)
    return solution


def sweep(
    starts: Sequence[int],
    columns: Sequence[int],
    entries: Sequence[float],
    diagonal: Sequence[float],
    right: Sequence[float],
    solution: MutableSequence[float],
    tolerance: float,
    rounds: int,
) -> None:
    """Gauss-Seidel on rows of a matrix, its diagonal apart, until no value changes by more than `tolerance`."""
    for _ in range(rounds):
        change = 0.0
        for row in range(len(right)):
            rest = right[row]
            for place in range(starts[row], starts[row + 1]):
                rest -= entries[place] * solution[columns[place]]
            new = rest / diagonal[row]
            change = max(change, abs(new - solution[row]))
            solution[row] = new
        if change < tolerance:
            return


def descend(rows: list[dict[int, float]], right: list[float], tolerance: float = 1e-13) -> list[float]:
    """The same by conjugate gradients, for symmetric positive definite systems of any size.

    Scaled by the diagonal. Unlike sweeps, the rounds it needs do not grow with the square of the
    graph's diameter. Source: Hestenes and Stiefel 1952.
    """
    size = len(rows)
    solution, rest = [0.0] * size, list(right)
    scaled = [rest[at] / rows[at][at] for at in range(size)]
    step = list(scaled)
    left = sum(map(mul, rest, scaled))
    goal = left * tolerance * tolerance
    for _ in range(10 * size):
        if left <= goal:
            break
        moved = [sum(entry * step[column] for column, entry in row.items()) for row in rows]
        length = left / sum(map(mul, step, moved))
        solution = [value + length * along for value, along in zip(solution, step, strict=True)]
        rest = [value - length * along for value, along in zip(rest, moved, strict=True)]
        scaled = [rest[at] / rows[at][at] for at in range(size)]
        before, left = left, sum(map(mul, rest, scaled))
        step = [value + left / before * along for value, along in zip(scaled, step, strict=True)]
    return solution


def stationary(rates: list[dict[int, float]]) -> list[float]:
    """Stationary distribution of an irreducible walk, by elimination without subtraction.

    `rates[i][j]` is the weight of the step i → j. Source: Grassmann, Taksar, Heyman 1985; no
    cancellation, so every entry is right to machine precision relative to itself.
    """
    size = len(rates)
    step = [[0.0] * size for _ in range(size)]
    for tail, rate in enumerate(rates):
        leaving = sum(rate.values())
        for head, amount in rate.items():
            step[tail][head] = amount / leaving
    for last in range(size - 1, 0, -1):
        leaving = sum(step[last][:last])
        for tail in range(last):
            step[tail][last] /= leaving
        for tail in range(last):
            factor = step[tail][last]
            if factor:
                row, final = step[tail], step[last]
                for head in range(last):
                    row[head] += factor * final[head]
    weight = [1.0] + [0.0] * (size - 1)
    for node in range(1, size):
        weight[node] = sum(weight[tail] * step[tail][node] for tail in range(node))
    total = sum(weight)
    return [value / total for value in weight]
