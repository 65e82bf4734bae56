"""Series and differences as JSON and as tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from circularity.analysis.history import Change, Difference, Point, Value
from circularity.graph.view import View
from circularity.views.jsonform import amount, number
from circularity.views.tables import Table
from circularity.words import money, percent, plural

SHOWN = 40
_BARS = 40


def value_json(value: Value, unit: str) -> str | int | float | None:
    if value is None:
        return None
    if unit == "money":
        return amount(Decimal(value))
    return int(value) if unit == "count" else number(float(value))


def value_text(value: Value, unit: str, currency: str) -> str:
    if value is None:
        return "–"
    if unit == "money":
        return money(Decimal(value), currency)
    if unit == "number":
        return f"{float(value):.2f}"
    return f"{value:,}" if unit == "count" else percent(float(value))


def point_json(point: Point, unit: str) -> dict[str, Any]:
    return {"as_of": point.as_of, "value": value_json(point.value, unit)}


def series_table(view: View, name: str, unit: str, points: list[Point], style: str = "text") -> Table:
    """One row a day, with a bar: people look before they read. As CSV the plain values."""
    if style == "csv":
        return Table(("as_of", name), [(point.as_of, _plain(point.value, unit)) for point in points])
    most = max((float(point.value) for point in points if point.value is not None), default=0.0)
    rows = [
        (
            point.as_of,
            value_text(point.value, unit, view.legs.currency),
            "█" * round(_BARS * float(point.value) / most) if most and point.value else "",
        )
        for point in points
    ]
    notes = (
        ("–: not identified, or no bound: amounts that count are undisclosed.",)
        if any(p.value is None for p in points)
        else ()
    )
    return Table(("as of", ">" + name, ""), rows, f"{name}, as it was known on each day", notes)


def change_json(change: Change) -> dict[str, Any]:
    return {
        "leg": change.leg,
        "what": change.what,
        "before": amount(change.before),
        "after": amount(change.after),
        "status_before": change.status_before,
        "status_after": change.status_after,
    }


def difference_json(found: Difference, before: str, after: str) -> dict[str, Any]:
    return {
        "before": before,
        "after": after,
        "changes": [change_json(change) for change in found.changes],
        "headline": {
            name: {"unit": unit, "before": value_json(old, unit), "after": value_json(new, unit)}
            for name, unit, old, new in found.headline
        },
    }


def _plain(value: Value, unit: str) -> str:
    found = value_json(value, unit)
    return "" if found is None else str(found)


def changes_table(found: Difference) -> Table:
    """Every change as a row of plain values, for CSV."""
    rows = [
        (c.leg, c.what, amount(c.before) or "", amount(c.after) or "", c.status_before or "", c.status_after or "")
        for c in found.changes
    ]
    return Table(("leg", "what", "before", "after", "status_before", "status_after"), rows)


def difference_tables(view: View, found: Difference, before: str, after: str) -> list[Table]:
    currency = view.legs.currency
    numbers = [
        (name, value_text(old, unit, currency), value_text(new, unit, currency))
        for name, unit, old, new in found.headline
    ]
    told = (
        "roundtrip_priced: the likely round trip on priced legs alone; where amounts on the way are undisclosed the true one is not identified.",
    )
    notes = told if any(name.startswith("roundtrip_priced:") for name, *_ in found.headline) else ()
    head = Table(("measure", f">{before}", f">{after}"), numbers, "What it did to the numbers", notes)
    rows = [
        (
            change.what, change.leg, money(change.before, currency, "–"), money(change.after, currency, "–"),
            change.status_before or "–", change.status_after or "–",
        )
        for change in found.changes[:SHOWN]
    ]  # fmt: skip
    more = len(found.changes) - len(rows)
    left = (f"{plural(more, 'more change')} in --format json.",) if more > 0 else ()
    heads = ("what", "leg", ">before", ">after", "status before", "status after")
    return [head, Table(heads, rows, plural(len(found.changes), "change") + " of legs, largest first", left)]
