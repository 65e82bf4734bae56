"""Sparse linear systems of the kind that pools of money make: diagonally dominant, few entries a row."""

from __future__ import annotations

from decimal import Decimal, localcontext
from operator import mul

DIGITS = 60


def solve(rows: list[dict[int, Decimal]], right: list[Decimal]) -> list[Decimal]:
    """Solve A x = b by elimination in order of fewest entries, to `DIGITS` digits.

    No pivoting: the matrix must be weakly diagonally dominant, as `I - M` of a flow is. Where it is
    singular, in a closed part that nothing leaves, the unknown that is left free is taken as 0.
    Arguments are left as they were.
    """
    with localcontext() as context:
        context.prec = DIGITS
        work = [dict(row) for row in rows]
        value = list(right)
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
            pivot_row, diagonal = work[pivot], work[pivot][pivot]
            for target in sorted(columns[pivot] & left):
                row = work[target]
                entry = row.pop(pivot)
                if not diagonal:
                    continue
                factor = entry / diagonal
                value[target] -= factor * value[pivot]
                for column, entry in pivot_row.items():
                    if column != pivot:
                        row[column] = row.get(column, Decimal(0)) - factor * entry
                        columns[column].add(target)
        solution = [Decimal(0)] * len(work)
        for pivot in reversed(order):
            row = work[pivot]
            rest = sum((entry * solution[column] for column, entry in row.items() if column != pivot), Decimal(0))
            solution[pivot] = (value[pivot] - rest) / row[pivot] if row[pivot] else Decimal(0)
        return solution


def relax(
    rows: list[dict[int, float]], right: list[float], tolerance: float = 1e-13, rounds: int = 10_000
) -> list[float]:
    """The same by Gauss-Seidel sweeps in floating point, for systems too large to eliminate."""
    solution = [0.0] * len(rows)
    for _ in range(rounds):
        change = 0.0
        for number, row in enumerate(rows):
            rest = right[number]
            for column, entry in row.items():
                if column != number:
                    rest -= entry * solution[column]
            new = rest / row[number]
            change = max(change, abs(new - solution[number]))
            solution[number] = new
        if change < tolerance:
            break
    return solution


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
