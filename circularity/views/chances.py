"""Tests of significance as JSON and as a table."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from circularity.analysis.significance import Significance, Test
from circularity.graph.view import View
from circularity.views.jsonform import amount, number
from circularity.views.tables import Table
from circularity.words import money


def chance_json(found: Significance) -> dict[str, Any]:
    return {
        "null": found.null.name,
        "keeps": found.null.keeps,
        "shuffles": found.null.shuffles,
        "draws": found.draws,
        "seed": found.seed,
        "legs": found.legs,
        "tests": [
            {
                "statistic": test.statistic,
                "observed": _figure(test, test.observed, whole=True),
                "mean": _figure(test, test.mean),
                "low": _figure(test, test.low, whole=True),
                "high": _figure(test, test.high, whole=True),
                "effect": _figure(test, test.effect),
                "p": number(test.p),
            }
            for test in found.tests
        ],
        "warning": found.warning,
    }


def _figure(test: Test, value: Decimal, whole: bool = False) -> str | int | float | None:
    """Dollars as a decimal string; a count as an integer, and means of it as a number."""
    if test.statistic.startswith("dollars"):
        return amount(value)
    return int(value) if whole else number(float(value))


def chance_table(view: View, found: Significance) -> Table:
    rows = []
    for test in found.tests:
        dollars = test.statistic.startswith("dollars")

        def shown(value: Any, as_money: bool = dollars) -> str:
            return money(value, view.legs.currency) if as_money else f"{value:.1f}".removesuffix(".0")

        span = f"{shown(test.low)} to {shown(test.high)}"
        rows.append((test.statistic, shown(test.observed), shown(test.mean), span, shown(test.effect), f"{test.p:.4f}"))
    notes = (
        f"Null '{found.null.name}': keeps {found.null.keeps}; shuffles {found.null.shuffles}.",
        f"{found.draws} draws, seed {found.seed}, {found.legs} priced funding and revenue legs; p = (1 + k) / (1 + n).",
        found.warning,
    )
    heads = ("statistic", ">observed", ">mean of draws", ">95 % of draws", ">effect", ">p")
    return Table(heads, rows, "More than chance?", notes)
