"""Two readers coded the same deals apart from each other: how far do they agree, field by field?

    python docs/agreement.py

The second reader saw ids, titles and parties only (graphs/ai/second-reader.csv). `docs/data.md` holds
the figures and how differences were settled.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from decimal import Decimal

from circularity.load import open_graph
from circularity.model.deals import Leg
from circularity.model.status import STATUSES
from circularity.resources import bundled

CLOSE = Decimal("0.05")
DAYS = 31


def bounds(leg: Leg) -> set[Decimal]:
    """Every amount that the first reader gives a leg in any status."""
    amounts = [event.amount for event in leg.history if event.amount] + [leg.amount]
    return {bound for amount in amounts for bound in amount if bound is not None}


def main() -> None:
    graph = open_graph("ai")
    legs = graph.facts.leg_index
    count: Counter[str] = Counter()
    with (bundled("graphs") / "ai" / "second-reader.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        leg = legs.get(row["leg"])
        if leg is None or not row["kind"]:
            count["not found by the second reader"] += 1
            continue
        last = max(leg.history, key=lambda event: (event.date, STATUSES.index(event.status)))
        second = [Decimal(row[key]) for key in ("amount_low", "amount_point", "amount_high") if row[key]]
        first = bounds(leg)
        count["coded by both"] += 1
        count["same kind"] += row["kind"] == leg.kind
        count["same status today"] += row["status"] == last.status
        count[f"status dated within {DAYS} days"] += (
            abs((date.fromisoformat(row["status_date"]) - last.date).days) <= DAYS
        )
        count["both without an amount"] += not first and not second
        count["only one found an amount"] += bool(first) != bool(second)
        if first and second:
            count["both found an amount"] += 1
            count["amounts within 5 %"] += any(abs(a - b) <= b * CLOSE for a in second for b in first)
    for name, number in count.items():
        print(f"{name:36} {number:4}")


if __name__ == "__main__":
    main()
