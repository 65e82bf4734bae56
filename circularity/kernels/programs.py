"""Linear programs over amounts, solved by HiGHS: the one file that speaks to `highspy` (extra [fast])."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from importlib.util import find_spec
from math import inf, log10
from typing import Any

Terms = dict[int, float]
"""A linear expression: factor by variable."""

_DIGITS = 13
"""Digits of a result beside the largest amount: HiGHS works in double precision."""


def solver_installed() -> bool:
    """Whether HiGHS is there; imports nothing."""
    return find_spec("highspy") is not None


@dataclass(slots=True)
class Program:
    """Variables between bounds, and rows that are 0, or at least 0.

    All that has a size stands in the bounds of variables, so one factor brings a program of any
    currency to numbers that the solver is accurate with (it fails from about 2^50).
    """

    low: list[int] = field(default_factory=list)
    high: list[int | None] = field(default_factory=list)
    rows: list[tuple[Terms, bool]] = field(default_factory=list)

    def variable(self, low: int = 0, high: int | None = None) -> int:
        """Add a variable; None: without a limit. The result names it."""
        self.low.append(low)
        self.high.append(high)
        return len(self.low) - 1

    def zero(self, terms: Terms) -> None:
        """Add a row that must be 0."""
        self.rows.append((terms, True))

    def at_least_zero(self, terms: Terms) -> None:
        """Add a row that must be 0 or more."""
        self.rows.append((terms, False))

    def extreme(self, goal: Terms, most: bool) -> Decimal | None:
        """The least, or the most, of an expression; infinite without a bound, None if nothing fits."""
        digits = self._digits()
        unit = 10.0 ** (digits - 6)
        lower = [low / unit for low in self.low]
        upper = [inf if high is None else high / unit for high in self.high]
        found = _solve(goal, lower, upper, self.rows, [], most)
        return None if found is None else Decimal(str(round(found / 1e6, _DIGITS))).scaleb(digits)

    def ratio(self, top: Terms, bottom: Terms, most: bool) -> float | None:
        """The least, or the most, of one expression over another; None where the other is never more than 0.

        Something must fit the program. A limit that no amounts reach counts.

        One program: every variable is divided by the value of the lower expression, which is then 1.
        Source: Charnes and Cooper 1962.
        """
        unit = 10.0 ** self._digits()
        size = len(self.low)
        rows = list(self.rows)
        for at, (low, high) in enumerate(zip(self.low, self.high, strict=True)):
            if low:
                rows.append(({at: 1.0, size: -low / unit}, False))
            if high is not None:
                rows.append(({at: -1.0, size: high / unit}, False))
        found = _solve(top, [0.0] * (size + 1), [inf] * (size + 1), rows, [(bottom, 1.0)], most)
        return None if found is None else round(found, _DIGITS)

    def _digits(self) -> int:
        """The size of the largest amount, as a power of ten."""
        largest = max((abs(bound) for bound in (*self.low, *self.high) if bound), default=1)
        return round(log10(largest))


def _solve(
    goal: Terms, lower: list[float], upper: list[float], rows: list[tuple[Terms, bool]], fixed: list[tuple[Terms, float]],
    most: bool,
) -> float | None:  # fmt: skip
    """The optimum; infinite without a bound, None if nothing fits."""
    import highspy
    import numpy as np

    given: list[tuple[Terms, float, float]] = [(terms, 0.0, 0.0 if zero else inf) for terms, zero in rows]
    given += [(terms, value, value) for terms, value in fixed]
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(lower), len(given)
    model.col_lower_, model.col_upper_ = np.array(lower), np.array(upper)
    model.row_lower_, model.row_upper_ = np.array([g[1] for g in given]), np.array([g[2] for g in given])
    model.col_cost_ = np.array([goal.get(at, 0.0) for at in range(len(lower))])
    model.sense_ = highspy.ObjSense.kMaximize if most else highspy.ObjSense.kMinimize
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *(len(terms) for terms, _, _ in given)])
    model.a_matrix_.index_ = np.array([at for terms, _, _ in given for at in terms], np.int32)
    model.a_matrix_.value_ = np.array([factor for terms, _, _ in given for factor in terms.values()], np.float64)
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in _OPTIONS.items():
        solver.setOptionValue(option, value)
    solver.passModel(model)
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kUnboundedOrInfeasible:
        solver.setOptionValue("presolve", "off")
        solver.run()
        status = solver.getModelStatus()
    if status in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty):
        return float(solver.getInfo().objective_function_value)
    if status == highspy.HighsModelStatus.kUnbounded:
        return inf if most else -inf
    if status == highspy.HighsModelStatus.kInfeasible:
        return None
    raise ArithmeticError(f"the linear program ended as {status}")


_OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "solver": "simplex",
    "threads": 1,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
}
"""One thread and no clock: the same answer every time."""
