"""Findings as JSON, to the letter of the interface: amounts are decimal strings, shares are numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any

_SIX = Decimal("0.000001")


def amount(value: Decimal | None) -> str | None:
    """Plain notation, rounded half-even to 6 decimals, trailing zeros dropped."""
    if value is None:
        return None
    with localcontext() as context:
        context.prec = 60
        text = f"{value.quantize(_SIX, rounding=ROUND_HALF_EVEN):f}"
    text = text.rstrip("0").rstrip(".")
    return "0" if text in ("", "-0", "-") else text


def amounts(values: Mapping[str, Decimal]) -> dict[str, str | None]:
    return {key: amount(value) for key, value in values.items()}


def number(value: float | None) -> float | int | None:
    """A share, ratio or level, rounded to 9 decimals."""
    if value is None:
        return None
    rounded = round(value, 9)
    return int(rounded) if rounded == int(rounded) else rounded


def numbers(values: Mapping[str, float | None]) -> dict[str, float | int | None]:
    return {key: number(value) for key, value in values.items()}


def dump(value: Any) -> str:
    """One JSON document, in UTF-8 text, ending in a line break."""
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def dump_lines(values: Iterable[Any]) -> str:
    """One JSON document a line."""
    return "".join(json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n" for value in values)
