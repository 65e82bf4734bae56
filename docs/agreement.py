"""Two readers coded the same deals apart from each other: how far do they agree, field by field?

    python docs/agreement.py

The second reader saw ids, titles and parties only (graphs/ai/second-reader.csv). Where the two still
differ, graphs/ai/settled.csv says why the graph stays as it is; a difference that it does not name is
listed and makes the exit code 1. `docs/data.md` holds the figures.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from circularity.load import open_graph
from circularity.model.deals import Leg
from circularity.model.status import STATUSES
from circularity.resources import bundled

CLOSE = Decimal("0.05")
DAYS = 31
FIELDS = ("kind", "status", "date", "amount")


def rows(name: str) -> list[dict[str, str]]:
    with (bundled("graphs") / "ai" / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def bounds(leg: Leg) -> set[Decimal]:
    """Every amount that the first reader gives a leg in any status."""
    amounts = [event.amount for event in leg.history if event.amount] + [leg.amount]
    return {bound for amount in amounts for bound in amount if bound is not None}


def compare(leg: Leg, row: Mapping[str, str]) -> dict[str, bool | None]:
    """Whether the two agree, by field; None where neither found an amount."""
    last = max(leg.history, key=lambda event: (event.date, STATUSES.index(event.status)))
    second = [Decimal(row[key]) for key in ("amount_low", "amount_point", "amount_high") if row[key]]
    first = bounds(leg)
    return {
        "kind": row["kind"] == leg.kind,
        "status": row["status"] == last.status,
        "date": abs((date.fromisoformat(row["status_date"]) - last.date).days) <= DAYS,
        "amount": any(abs(a - b) <= b * CLOSE for a in second for b in first) if first or second else None,
    }


def compared() -> Iterator[tuple[Leg, dict[str, str], dict[str, bool | None]]]:
    """The legs that both readers coded."""
    legs = open_graph("ai").facts.leg_index
    for row in rows("second-reader.csv"):
        if row["kind"] and row["leg"] in legs:
            yield legs[row["leg"]], row, compare(legs[row["leg"]], row)


def unsettled() -> list[tuple[str, str]]:
    """Differences without a reason."""
    reasons = {(row["leg"], row["field"]) for row in rows("settled.csv") if row["reason"]}
    return [
        (leg.id, field) for leg, _, same in compared() for field in FIELDS
        if same[field] is False and (leg.id, field) not in reasons
    ]  # fmt: skip


def tally() -> Counter[str]:
    """How often they agree."""
    count: Counter[str] = Counter()
    count["legs of the second reader"] = len(rows("second-reader.csv"))
    for leg, row, same in compared():
        count["coded by both"] += 1
        count.update(f"same {field}" for field in FIELDS[:3] if same[field])
        known = any(row[key] for key in ("amount_low", "amount_point", "amount_high"))
        if known and bounds(leg):
            count["both found an amount"] += 1
            count["amounts within 5 %"] += bool(same["amount"])
        else:
            count["neither found an amount" if same["amount"] is None else "only one found an amount"] += 1
    return count


def main() -> int:
    for name, number in tally().items():
        print(f"{name:36} {number:4}")
    open_ones = unsettled()
    for leg_id, field in open_ones:
        print(f"not settled: {leg_id} {field}")
    return 1 if open_ones else 0


if __name__ == "__main__":
    sys.exit(main())
