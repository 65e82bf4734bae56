"""YAML text → plain values with a line for each, in the strict subset that datasets use.

All scalars stay text (the field decides what it is), so `NO` is a country and `1e3` no surprise.
Anchors, aliases, merge keys and tags are refused: a file cannot grow when it is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from circularity.problems import Place, Problem

MAX_BYTES = 16 * 1024 * 1024
MAX_LINE = 20_000
MAX_DEPTH = 24

_REFUSED = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no YAML file may hold."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file's value, with the lines beside it in a tree of the same shape."""

    file: str
    value: Any
    lines: Lines

    def place(self, *path: str | int) -> Place:
        """Where the value at `path` begins, or its nearest ancestor that is there."""
        spot = self.lines
        for step in path:
            inner = spot.inner.get(step)
            if inner is None:
                break
            spot = inner
        return Place(self.file, spot.line)


class Lines:
    """The line of one value and, by key or index, of the values inside it."""

    __slots__ = ("inner", "line")

    def __init__(self, line: int) -> None:
        self.line = line
        self.inner: dict[str | int, Lines] = {}


def read_bytes(path: Path, shown: str, root: Path) -> tuple[bytes | None, list[Problem]]:
    """The bytes of a file inside `root`, unless it is missing, leads outside, or is too large."""
    here = Place(shown, 0)
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(root.resolve()):
            return None, [Problem("outside-dataset", f"{shown} leads to a file outside the dataset", here)]
        if not real.is_file():
            return None, [Problem("file-missing", f"{shown} is not a file", here)]
        if real.stat().st_size > MAX_BYTES:
            return None, [Problem("file-too-large", f"{shown} has more than {MAX_BYTES >> 20} MiB", here)]
        return real.read_bytes(), []
    except (OSError, RuntimeError) as error:  # Python 3.12 and older: a ring of links is a RuntimeError
        why = getattr(error, "strerror", None) or "its links lead in a ring"
        return None, [Problem("file-missing", f"{shown} cannot be read: {why}", here)]


def parse(data: bytes, shown: str) -> tuple[Document | None, list[Problem]]:
    """Read one document. A file with problems gives those that can be told; None if nothing holds."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [Problem("encoding", f"byte {error.start + 1} is not UTF-8", Place(shown, line))]
    if not text.strip():
        return None, [Problem("file-empty", f"{shown} is empty", Place(shown, 0))]
    longest = max(enumerate(data.split(b"\n"), 1), key=lambda item: len(item[1]))
    if len(longest[1]) > MAX_LINE:
        why = f"the line has {len(longest[1])} bytes"
        return None, [Problem("line-too-long", why, Place(shown, longest[0]), "break the line")]
    import yaml  # not needed where the facts are kept from an earlier time

    builder = _Builder(shown)
    takes = {
        yaml.ScalarEvent: builder.scalar, yaml.MappingStartEvent: builder.mapping, yaml.SequenceStartEvent: builder.sequence,
        yaml.MappingEndEvent: builder.end, yaml.SequenceEndEvent: builder.end, yaml.AliasEvent: builder.alias,
        yaml.DocumentStartEvent: builder.document,
    }  # fmt: skip
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)):
            if take := takes.get(type(event)):
                take(event)
    except _TooDeep as stop:
        return None, [Problem("yaml-depth", f"nested deeper than {MAX_DEPTH}", Place(shown, stop.line))]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = error.problem or error.context or "not YAML"
        return None, [Problem("yaml-syntax", str(why)[:200], Place(shown, mark.line + 1 if mark else 0))]
    except yaml.YAMLError as error:
        return None, [_refused(text, shown) or Problem("yaml-syntax", str(error)[:200], Place(shown, 0))]
    if not builder.documents:
        return None, [Problem("file-empty", f"{shown} holds only comments", Place(shown, 0))]
    return Document(shown, builder.value, builder.lines), builder.problems


def _refused(text: str, shown: str) -> Problem | None:
    """The first character that YAML does not take; a NUL is the mark of UTF-16, or of no text at all."""
    found = _REFUSED.search(text)
    if found is None:
        return None
    code = "encoding" if found[0] == "\0" else "yaml-syntax"
    line = text.count("\n", 0, found.start()) + 1
    return Problem(code, f"the character U+{ord(found[0]):04X} may not stand in a file", Place(shown, line))


class _TooDeep(Exception):
    def __init__(self, line: int) -> None:
        self.line = line


class _Builder:
    """Builds values from parser events in a loop: the parser's own composer recurses in C, where a
    file of a million brackets ends the process."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.problems: list[Problem] = []
        self.documents = 0
        self.value: Any = None
        self.lines = Lines(0)
        self.stack: list[tuple[Any, Lines]] = []
        self.key: list[tuple[str, int] | None] = []

    def scalar(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if event.anchor or (event.tag and event.tag != "!"):
            self.problem("yaml-alias", "anchors and tags are not used here", line)
        self.put(event.value, Lines(line))

    def mapping(self, event: Any) -> None:
        self.begin({}, event)

    def sequence(self, event: Any) -> None:
        self.begin([], event)

    def begin(self, value: Any, event: Any) -> None:
        line = event.start_mark.line + 1
        if event.anchor or event.tag:
            self.problem("yaml-alias", "anchors and tags are not used here", line)
        if len(self.stack) >= MAX_DEPTH:
            raise _TooDeep(line)
        lines = Lines(line)
        self.put(value, lines)
        self.stack.append((value, lines))
        self.key.append(None)

    def end(self, _: Any) -> None:
        self.stack.pop()
        self.key.pop()

    def alias(self, event: Any) -> None:
        line = event.start_mark.line + 1
        self.problem("yaml-alias", f"'*{event.anchor}' repeats an earlier value", line)
        self.put(None, Lines(line))

    def document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self.problem("yaml-shape", "a second document begins", event.start_mark.line + 1)

    def put(self, value: Any, lines: Lines) -> None:
        """Give a value its place in what was begun last."""
        if not self.stack:
            if self.documents == 1:
                self.value, self.lines = value, lines
            return
        into, spots = self.stack[-1]
        if isinstance(into, list):
            spots.inner[len(into)] = lines
            into.append(value)
            return
        waiting = self.key[-1]
        if waiting is None:
            if not isinstance(value, str):
                self.problem("yaml-shape", "a key must be plain text", lines.line)
                value = ""
            self.key[-1] = (value, lines.line)
            return
        self.key[-1] = None
        name, lines.line = waiting
        if name in into:
            self.problem("duplicate-key", f"'{name[:60]}' stands twice", lines.line)
        else:
            into[name] = value
            spots.inner[name] = lines

    def problem(self, code: str, message: str, line: int) -> None:
        self.problems.append(Problem(code, message, Place(self.shown, line)))
