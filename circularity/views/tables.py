"""Tables that a person likes to read, and the same as CSV and Markdown."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from textwrap import wrap

from circularity.words import safe_cell


@dataclass(frozen=True, slots=True)
class Table:
    """Column heads and rows of text.

    A head with `>` in front is of numbers, to the right; with `~`, of names, which text shortens.
    Where `wrap` is set, text breaks a long cell over lines rather than cutting it.
    """

    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    title: str = ""
    notes: tuple[str, ...] = field(default=())
    wrap: bool = False


def to_csv(table: Table) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([plain_head(head) for head in table.heads])
    writer.writerows([safe_cell(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def to_markdown(table: Table) -> str:
    lines = [f"**{escaped(table.title)}**", ""] if table.title else []
    lines.append("| " + " | ".join(escaped(plain_head(head)) for head in table.heads) + " |")
    lines.append("|" + "|".join(" ---: " if head.startswith(">") else " --- " for head in table.heads) + "|")
    lines += ["| " + " | ".join(escaped(cell) for cell in row) + " |" for row in table.rows]
    lines += ["", *(escaped(note) + "  " for note in table.notes)] if table.notes else []
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Markdown and HTML signs as themselves."""
    return re.sub(r"([\\`*_\[\]<>|#&])", r"\\\1", one_line(text))


NAME = 40
"""Cells of a name in a text table: longer ones are shortened, so that one name does not make a table unreadable."""
_CELL = 400
_LEAST = 12


def to_text(table: Table, width: int = 0) -> str:
    """Columns of equal width; text columns are cut, the widest first, to fit `width` (0: as they are)."""
    rows = [tuple(one_line(cell) for cell in row) for row in table.rows]
    heads = tuple(one_line(plain_head(head)) for head in table.heads)
    widths = [max(_width(row[at]) for row in (heads, *rows)) for at in range(len(heads))]
    right = [head.startswith(">") for head in table.heads]
    for at, head in enumerate(table.heads):
        widths[at] = min(widths[at], max(NAME, _width(heads[at])) if head.startswith("~") else _CELL)
    if width:
        widths = _fitted(widths, right, width, last_first=not table.wrap)
    notes = [one_line(note) for note in table.notes]
    lines = [one_line(table.title), *([""] if rows or notes else [])] if table.title else []
    if rows:
        lines.append(_line(heads, widths, right))
        lines.append("  ".join("─" * size for size in widths))
        for row in rows:
            lines += _wrapped(row, widths, right) if table.wrap else [_line(row, widths, right)]
    lines += ["", *notes] if notes and rows else notes
    return "\n".join(line.rstrip() for line in lines) + "\n"


def plain_head(head: str) -> str:
    """A column's head without the sign of its layout."""
    return head[1:] if head[:1] in (">", "~") else head


def _fitted(widths: list[int], right: list[bool], width: int, last_first: bool) -> list[int]:
    """Cut columns of text to fit: the last one first where it is told so, then the widest, evenly.

    The last column holds ids that the other formats give in full; numbers are never cut.
    """
    fitted = list(widths)
    while sum(fitted) + 2 * (len(fitted) - 1) > width:
        text = [at for at, size in enumerate(fitted) if not right[at] and size > _LEAST]
        if not text:
            break
        final = last_first and text[-1] == len(fitted) - 1
        fitted[text[-1] if final else max(text, key=fitted.__getitem__)] -= 1
    return fitted


def _line(cells: tuple[str, ...], widths: list[int], right: list[bool]) -> str:
    return "  ".join(_padded(cell, size, end) for cell, size, end in zip(cells, widths, right, strict=True))


def _wrapped(cells: tuple[str, ...], widths: list[int], right: list[bool]) -> list[str]:
    """One row over as many lines as its longest cell needs."""
    broken = [wrap(cell, size) or [""] for cell, size in zip(cells, widths, strict=True)]
    return [_line(line, widths, right) for line in zip_longest(*broken, fillvalue="")]


def _padded(text: str, size: int, right: bool) -> str:
    text = short(text, size)
    space = " " * (size - _width(text))
    return space + text if right else text + space


def short(text: str, size: int = NAME) -> str:
    """Text that takes at most `size` cells."""
    if _width(text) <= size:
        return text
    kept = text[:size]
    while _width(kept) > size - 1:
        kept = kept[:-1]
    return kept + "…"


def one_line(text: str) -> str:
    """Text without line breaks, control signs and marks that turn the writing direction."""
    return "".join(" " if char in "\n\r\t" else "�" if _hidden(char) else char for char in text)


def _hidden(char: str) -> bool:
    return unicodedata.category(char) in ("Cf", "Cc", "Zl", "Zp")


def _width(text: str) -> int:
    """Cells on a terminal: wide signs take two, marks on a letter none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
