"""What a verb gives back, and how it is printed in each format."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from circularity import __version__
from circularity.errors import UsageError
from circularity.problems import Problem
from circularity.views import jsonform
from circularity.views.tables import Table, escaped, one_line, to_csv, to_markdown, to_text
from circularity.words import near

if TYPE_CHECKING:
    from circularity.graph.view import View

FORMATS = ("text", "json", "jsonl", "csv", "md")


@dataclass(frozen=True, slots=True)
class Answer:
    """A verb's result: JSON for programs, tables for people.

    `items` are the lines of `jsonl`, where a verb lists; `lines`, the same as text that is written as it
    comes, where they may be too many to hold. The first table is the one that csv
    prints; Markdown prints all, and so does text, unless the verb has a `text` of its own.
    """

    result: Any
    tables: Sequence[Table] = ()
    problems: tuple[Problem, ...] = ()
    items: Sequence[Any] | None = None
    text: str | None = None
    schema: str | None = None
    lines: Iterator[str] | None = None


def check_format(name: str) -> str:
    if name not in FORMATS:
        raise UsageError(f"--format '{name[:60]}' is not one of {', '.join(FORMATS)}{near(name, FORMATS)}")
    return name


def envelope(verb: str, view: View | None, answer: Answer, problems: Sequence[Problem]) -> dict[str, Any]:
    """The one object that every JSON answer is."""
    graph = None if view is None else {"name": view.name, "version": view.version or None, "sha256": view.sha256}
    return {
        "schema": f"circularity.{answer.schema or verb}/1",
        "version": __version__,
        "graph": graph,
        "lens": view.lens.as_json() if view else None,
        "result": answer.result,
        "problems": [problem.as_json() for problem in problems],
    }


def render(verb: str, view: View | None, answer: Answer, problems: Sequence[Problem], style: str) -> str:
    """The answer as it goes to stdout."""
    if style == "json":
        return jsonform.dump(envelope(verb, view, answer, problems))
    if style == "jsonl":
        if answer.items is None:
            raise UsageError(f"{verb} lists nothing: --format json, not jsonl")
        return jsonform.dump_lines(answer.items)
    if style == "csv":
        return to_csv(answer.tables[0]) if answer.tables else ""
    lens = _lens_line(view)
    if style == "md":
        parts = [to_markdown(table) for table in answer.tables]
        return "\n".join([*parts, f"{escaped(lens)}\n" if lens else ""])
    width = shutil.get_terminal_size((0, 0)).columns if sys.stdout.isatty() else 0
    parts = [answer.text] if answer.text is not None else [to_text(table, width) for table in answer.tables]
    return "\n".join([*parts, f"{one_line(lens)}\n" if lens else ""])


def _lens_line(view: View | None) -> str:
    if view is None:
        return ""
    version = f" {view.version}" if view.version else ""
    undated = "".join(f" · {problem.message}" for problem in view.problems if problem.code == "undated-rows")
    return f"Lens: {view.name}{version} ({view.sha256[:12]}) · {view.lens}{undated} · circularity {__version__}"
