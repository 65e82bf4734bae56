"""Rows for tests: random ledgers, the same ones as CSV text, and the command line run in this process."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from circularity.cli.app import app
from circularity.graph.toys import Row, build
from circularity.graph.view import View

HEAD = "id,date,payer,payee,kind,amount"


def csv_text(rows: Iterable[Sequence[object]], head: str = HEAD) -> str:
    """A ledger as a file holds it; None is a blank cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head.split(","))
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return out.getvalue()


def write(path: Path, rows: Iterable[Sequence[object]], head: str = HEAD) -> Path:
    path.write_text(csv_text(rows, head), encoding="utf-8")
    return path


def run(*arguments: object, stdin: str | bytes | None = None) -> Result:
    """`circularity ARGUMENTS` in this process; stdout and stderr are kept apart."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def answer(*arguments: object, stdin: str | bytes | None = None, code: int = 0) -> dict[str, Any]:
    """The JSON object of a verb that must end in `code`."""
    done = run(*arguments, "--format", "json", stdin=stdin)
    assert done.exit_code == code, (done.exit_code, done.stderr, done.exception)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def result(*arguments: object, stdin: str | bytes | None = None, code: int = 0) -> Any:
    """Its `result`."""
    return answer(*arguments, stdin=stdin, code=code)["result"]


class Dice(random.Random):
    """A seeded source of graphs."""

    def graph(
        self,
        parties: int,
        legs: int,
        kinds: Sequence[str] = ("payment",),
        most: int = 20,
        least: int = 1,
        outside: int = 0,
        days: int = 0,
        unpriced: float = 0.0,
    ) -> list[Row]:
        """Random rows between parties `a`, `b`, …; dated within `days` days where that is not 0."""
        names = [chr(ord("a") + number) for number in range(parties)]
        rows: list[Row] = []
        for _ in range(legs):
            payer, payee = self.sample(names, 2)
            rows.append((self.day(days), payer, payee, self.choice(kinds), self.amount(least, most, unpriced)))
        for _ in range(outside):
            ends = ["OUTSIDE", self.choice(names)]
            if self.random() < 0.4:
                ends.reverse()
            rows.append((self.day(days), ends[0], ends[1], "external", self.randint(1, most)))
        return rows

    def amount(self, least: int, most: int, unpriced: float) -> int | None:
        return None if self.random() < unpriced else self.randint(least, most)

    def day(self, days: int) -> str:
        return f"2025-01-{self.randint(1, days):02d}" if days else ""


def sums(view: View) -> dict[tuple[str, str], Decimal]:
    """W by party ids, priced cash flow legs only: by hand, beside the package's own."""
    legs = view.legs
    found: dict[tuple[str, str], Decimal] = {}
    for row in view.flows:
        amount = legs.amount[row]
        if legs.cash[row] and amount:
            pair = legs.parties[legs.payer[row]], legs.parties[legs.payee[row]]
            found[pair] = found.get(pair, Decimal(0)) + legs.money(amount)
    return found


__all__ = ["HEAD", "Dice", "Row", "answer", "build", "csv_text", "result", "run", "sums", "write"]
