"""Graphs to measure on: heavy-tailed, from a seed, the same everywhere."""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from pathlib import Path

START = date(2025, 1, 1)


def pairs(parties: int, count: int, seed: int = 1) -> list[tuple[int, int]]:
    """Distinct ordered pairs whose ends are drawn with a heavy tail: party 0 is the largest hub."""
    dice = random.Random(seed)
    found: dict[tuple[int, int], None] = {}
    while len(found) < count:
        tail, head = _party(dice, parties), _party(dice, parties)
        if tail != head:
            found[tail, head] = None
    return list(found)


def _party(dice: random.Random, parties: int) -> int:
    return int(parties * dice.random() ** 2.2)


def ledger(path: Path, parties: int, legs: int, seed: int = 1) -> None:
    """A year of payments as a CSV ledger; written once."""
    if path.exists():
        return
    dice = random.Random(seed)
    draft = path.with_suffix(".draft")
    with draft.open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(("id", "date", "payer", "payee", "kind", "amount"))
        for number in range(legs):
            tail = _party(dice, parties)
            head = _party(dice, parties)
            day = START + timedelta(days=dice.randrange(365))
            cents = dice.randint(100, 1_000_000)
            payee = head if head != tail else (head + 1) % parties
            rows.writerow((number, day.isoformat(), f"p{tail}", f"p{payee}", "payment", f"{cents / 100:.2f}"))
    draft.replace(path)
