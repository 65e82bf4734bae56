"""Ledgers that the tests of the command line read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledgers import csv_text

LOOP = [
    ("o", "2025-01-01", "OUTSIDE", "cust", "external", 5),
    ("1", "2025-01-02", "vendor", "cust", "equity_cash", 10),
    ("2", "2025-01-03", "cust", "vendor", "purchase", 12),
    ("k", "2025-01-05", "vendor", "cust", "in_kind", 4),
    ("s", "2025-01-06", "vendor", "cust", "stake", 100),
]
BAD = [("x", "2025-13-01", "a", "b", "payment", 1), ("y", "", "a", "b", "paymnt", 1)]


@pytest.fixture
def loop(tmp_path: Path) -> Path:
    """vendor → cust → vendor, with goods for shares and a stake beside it."""
    path = tmp_path / "loop.csv"
    path.write_text(csv_text(LOOP), encoding="utf-8")
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """The same with two rows that are wrong."""
    path = tmp_path / "bad.csv"
    path.write_text(csv_text([*LOOP, *BAD]), encoding="utf-8")
    return path
