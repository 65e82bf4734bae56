"""Tables that a person likes to read, and the same as CSV and Markdown."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

_FORMULA = re.compile(r"^[\s]*[=+\-@\t\r]")
_NUMBER = re.compile(r"^-?\d+(\.\d+)?([eE][-+]?\d+)?$")


@dataclass(frozen=True, slots=True)
class Table:
    """Column heads (`>` in front: numbers, to the right) and rows of text."""

    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    title: str = ""
    notes: tuple[str, ...] = field(default=())


def safe_cell(text: str) -> str:
    """Text that a spreadsheet shows and never runs."""
    return "'" + text if _FORMULA.match(text) and not _NUMBER.match(text) else text


def to_csv(table: Table) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([head.lstrip(">") for head in table.heads])
    writer.writerows([safe_cell(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def to_markdown(table: Table) -> str:
    lines = [f"**{_escaped(table.title)}**", ""] if table.title else []
    lines.append("| " + " | ".join(_escaped(head.lstrip(">")) for head in table.heads) + " |")
    lines.append("|" + "|".join(" ---: " if head.startswith(">") else " --- " for head in table.heads) + "|")
    lines += ["| " + " | ".join(_escaped(cell) for cell in row) + " |" for row in table.rows]
    lines += ["", *(_escaped(note) + "  " for note in table.notes)] if table.notes else []
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    """Markdown and HTML signs as themselves."""
    return re.sub(r"([\\`*_\[\]<>|#&])", r"\\\1", one_line(text))


def to_text(table: Table, width: int = 0) -> str:
    """Columns of equal width; the widest text column is cut to fit `width` (0: never cut)."""
    rows = [tuple(one_line(cell) for cell in row) for row in table.rows]
    heads = tuple(head.lstrip(">") for head in table.heads)
    widths = [max([_width(row[at]) for row in (heads, *rows)]) for at in range(len(heads))]
    over = sum(widths) + 2 * (len(widths) - 1) - width
    if width and over > 0:
        widest = max(range(len(widths)), key=widths.__getitem__)
        widths[widest] = max(20, widths[widest] - over)
    right = [head.startswith(">") for head in table.heads]
    lines = [table.title, ""] if table.title else []
    if rows:
        lines.append(_line(heads, widths, right))
        lines.append("  ".join("─" * size for size in widths))
        lines += [_line(row, widths, right) for row in rows]
    lines += ["", *table.notes] if table.notes and lines else list(table.notes)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _line(cells: tuple[str, ...], widths: list[int], right: list[bool]) -> str:
    return "  ".join(_padded(cell, size, end) for cell, size, end in zip(cells, widths, right, strict=True))


def _padded(text: str, size: int, right: bool) -> str:
    if _width(text) > size:
        while _width(text) > size - 1:
            text = text[:-1]
        text += "…"
    space = " " * (size - _width(text))
    return space + text if right else text + space


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
