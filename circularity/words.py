"""Words for people: near names, counts, money, cells of a table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal


def near(word: str, known: Iterable[str]) -> str:
    """` (did you mean 'x' or 'y'?)` where something close is known, else nothing."""
    from difflib import get_close_matches  # slow to import, needed only after a mistake

    by_fold = {name.casefold(): name for name in sorted(known)}
    close = get_close_matches(word.casefold()[:200], by_fold, n=3, cutoff=0.6)
    if not close:
        return ""
    return f" (did you mean {' or '.join(repr(by_fold[fold]) for fold in close)}?)"


def plural(count: int, noun: str) -> str:
    """`1 leg`, `2 legs`, `2 parties`."""
    if count == 1:
        return f"1 {noun}"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{count:,} {noun[:-1]}ies"
    return f"{count:,} {noun}s"


_STEPS = ((Decimal(10) ** 12, "tn"), (Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m"), (Decimal(10) ** 3, "k"))
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}


def money(amount: Decimal | None, currency: str = "USD", unknown: str = "undisclosed") -> str:
    """`$6.3bn`: three significant digits, for reading; exact figures are in the other formats."""
    if amount is None:
        return unknown
    sign = "-" if amount < 0 else ""
    size = abs(amount)
    unit = _SIGNS.get(currency, f"{currency} ")
    for step, suffix in _STEPS:
        if size >= step * Decimal("0.9995"):
            return f"{sign}{unit}{_three(size / step)}{suffix}"
    return f"{sign}{unit}{_three(size)}"


def _three(value: Decimal) -> str:
    places = 0 if value >= 100 else 1 if value >= 10 else 2
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float | None) -> str:
    """`12.3 %`, or a dash."""
    return "–" if share is None else f"{share * 100:.1f} %"


_FORMULA = re.compile(r"^[\s]*[=+\-@\t\r]")
_NUMBER = re.compile(r"^-?\d+(\.\d+)?([eE][-+]?\d+)?$")


def safe_cell(text: str) -> str:
    """Text that a spreadsheet shows and never runs; a lone carriage return, which would end the row, is a line break."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "'" + text if _FORMULA.match(text) and not _NUMBER.match(text) else text
