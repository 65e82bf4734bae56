"""Sorting outside memory gives what sorting inside gives."""

from __future__ import annotations

import random

import pytest

from circularity.kernels import runs


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 20, 95])
def test_rows_come_in_order_whether_they_fill_no_run_or_many(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "RUN", 10)
    monkeypatch.setattr(runs, "_READ", 3)
    dice = random.Random(count)
    rows = [[dice.randint(-3, 3), dice.randint(-(2**62), 2**62), dice.randint(0, 1)] for _ in range(count)]
    assert list(runs.sorted_rows(iter(rows), 3)) == sorted(rows)


def test_only_a_run_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "RUN", 10)
    found = runs.sorted_rows(([number] for number in range(100, 0, -1)), 1)
    assert next(found) == [1]
    assert [row[0] for row in found] == list(range(2, 101))
