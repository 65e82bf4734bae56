"""Facts ↔ bytes: a table for each sort of value, so that thousands of facts are built in a few loops.

Only what facts are made of can be packed: plain values, decimals, days, tuples, dicts, and the
classes named here. Unpacking builds these and nothing else. It does not check them: that was done
when they were read, so bytes may come only from where nobody else writes (`io.cache`).
"""

from __future__ import annotations

import marshal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from itertools import accumulate, repeat
from operator import setitem
from typing import Any

from circularity.model.amounts import Amount
from circularity.model.base import Fact
from circularity.problems import Place, Problem

_PLAIN, _POSITIONS, _SAME = range(3)
Column = tuple[int, Any]
"""Cells; or positions of values in the tables before; or one value that all rows have."""


def pack(value: Any) -> bytes:
    """Bytes of a value. TypeError where it holds what no fact is made of."""
    packer = _Packer()
    if packer.add(value) == 0 and _is_plain(value):
        packer.put(_key(value), 0, "plain", [value])
    return marshal.dumps(packer.in_order())


def unpack(data: bytes) -> Any:
    """The value that was packed."""
    built: list[Any] = []
    at = built.__getitem__
    classes = _classes()
    for kind, count, columns in marshal.loads(data):
        if kind == "tuple":
            built += [tuple(map(at, positions)) for positions in columns]
        else:
            read = [(sort, map(at, cells) if sort == _POSITIONS else cells) for sort, cells in columns]
            built += _build(kind, count, read, classes)
    return built[-1]


def _build(kind: str, count: int, columns: list[Column], classes: Mapping[str, type[Any]]) -> Iterable[Any]:
    """Values of one kind from what they are made of."""
    made = classes.get(kind, object)
    if issubclass(made, Fact):
        return _facts(made, count, columns)
    parts = [repeat(cells, count) if sort == _SAME else cells for sort, cells in columns]
    if kind in _LEAVES:
        return map(_LEAVES[kind][1], *parts)
    if kind == "dict":
        return [dict(zip(keys, values, strict=True)) for keys, values in zip(*parts, strict=True)]
    if made is Amount:
        return map(made._make, zip(*parts, strict=True))
    return _filled(classes[kind], count, zip([field.name for field in fields(made)], parts, strict=True))


def _facts(made: type[Fact], count: int, columns: list[Column]) -> list[Any]:
    """Models without validation: each takes its fields, and the set of those that were given."""
    (sort, given), *others = columns
    names = list(made.model_fields)
    base = dict.fromkeys(names)
    base.update((name, cells) for name, (varies, cells) in zip(names, others, strict=True) if varies == _SAME)
    values = [base.copy() for _ in repeat(None, count)]
    for name, (varies, cells) in zip(names, others, strict=True):
        if varies != _SAME:
            _exhaust(map(setitem, values, repeat(name), cells))
    sets = _Sets()
    given = map(sets.__getitem__, repeat(given, count) if sort == _SAME else given)
    return _filled(made, count, zip(_SLOTS, (values, given, repeat(None), repeat(None)), strict=True))


_SLOTS = ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
"""What a model consists of."""


def _filled(made: type[Any], count: int, slots: Iterable[tuple[str, Iterable[Any]]]) -> list[Any]:
    """New things, their slots filled one after the other."""
    found = list(map(object.__new__, repeat(made, count)))
    for name, cells in slots:
        _exhaust(map(object.__setattr__, found, repeat(name), cells))
    return found


def _exhaust(calls: Iterator[Any]) -> None:
    """Make calls for what they do, without a loop of our own."""
    deque(calls, maxlen=0)


class _Sets(dict[tuple[str, ...], set[str]]):
    """One set for equal names."""

    def __missing__(self, names: tuple[str, ...]) -> set[str]:
        found = self[names] = set(names)
        return found


_LEAVES: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "plain": (lambda value: value, lambda value: value),
    "Decimal": (str, Decimal),
    "date": (date.toordinal, date.fromordinal),
}
"""Values without parts, and how each is written and read."""


def _classes() -> dict[str, type[Any]]:
    """The classes that a value may have: facts, amounts, places and problems."""
    found: dict[str, type[Any]] = {made.__name__: made for made in (Amount, Place, Problem)}
    waiting: list[type[Any]] = [Fact]
    while waiting:
        made = waiting.pop()
        found[made.__name__] = made
        waiting += made.__subclasses__()
    return found


_ATOMS = frozenset({str, int, bool, type(None)})


def _is_plain(value: Any) -> bool:
    """Whether a value is one that bytes hold as it is."""
    made = type(value)
    return made in _ATOMS or (made is tuple and all(map(_is_plain, value)))


def _key(value: Any) -> Any:
    """Equal leaves are one value; so is, of all others, only the very same one."""
    made = type(value)
    if made is str:
        return value
    if made in _ATOMS:
        return made, value
    if made is Decimal or made is date or (made is tuple and _is_plain(value)):
        return made, repr(value)
    return id(value)


Table = tuple[str, int, list[Any]]
"""A kind, the number of its rows, and its columns; of tuples, the positions of each."""


class _Packer:
    """Sorts what a value is made of into tables, parts before wholes."""

    def __init__(self) -> None:
        self.classes = _classes()
        self.seen: dict[Any, tuple[int, str, int]] = {}
        """Where a value stands: its height above the leaves, its kind, its row in the table of both."""
        self.tables: dict[tuple[int, str], list[list[Any]]] = {}
        self.kept: list[Any] = []
        self.words: dict[str, str] = {}

    def add(self, value: Any) -> int:
        """The height of a value, which is in its table then. Plain values wait until a table needs them."""
        if _is_plain(value):
            return 0
        key = _key(value)
        if key not in self.seen:
            kind, parts = self.parts(value)
            inner = (self.add(part) for part in parts if type(part) not in _ATOMS)
            height = 0 if kind in _LEAVES else 1 + max(inner, default=0)
            self.put(key, height, kind, parts)
            self.kept.append(value)  # its key may be its address
        return self.seen[key][0]

    def put(self, key: Any, height: int, kind: str, parts: list[Any]) -> None:
        rows = self.tables.setdefault((height, kind), [])
        self.seen[key] = height, kind, len(rows)
        rows.append(parts)

    def parts(self, value: Any) -> tuple[str, list[Any]]:
        """The kind of a value and what it is made of."""
        made = type(value)
        kind = made.__name__
        if kind in _LEAVES:
            return kind, [_LEAVES[kind][0](value)]
        if made is tuple:
            return kind, list(value)
        if made is dict:
            return kind, [tuple(value), tuple(value.values())]
        if self.classes.get(kind) is not made:
            raise TypeError(f"no fact is made of {kind}")
        if isinstance(value, Fact):
            return kind, [tuple(sorted(value.model_fields_set)), *(value.__dict__[name] for name in made.model_fields)]
        return kind, list(value) if isinstance(value, tuple) else [
            getattr(value, field.name) for field in fields(value)
        ]

    def in_order(self) -> list[Table]:
        """The tables, each after those that it refers to."""
        columns = {table: _columns(table[1], rows) for table, rows in self.tables.items()}
        for part in [part for every in columns.values() for refer, cells in every if refer for part in cells]:
            if _is_plain(part) and _key(part) not in self.seen:
                self.put(_key(part), 0, "plain", [part])
        if (0, "plain") in self.tables:
            columns[0, "plain"] = _columns("plain", self.tables[0, "plain"])
        order = sorted(self.tables)
        sizes = accumulate((len(self.tables[table]) for table in order), initial=0)
        first = dict(zip(order, sizes, strict=False))
        places = {key: first[height, kind] + row for key, (height, kind, row) in self.seen.items()}

        def position(part: Any) -> int:
            return places[_key(part)]

        found: list[Table] = []
        for table in order:
            count = len(self.tables[table])
            if table[1] == "tuple":
                found.append(("tuple", count, [[position(part) for part in row] for row in self.tables[table]]))
            else:
                found.append((table[1], count, [self.column(*each, position) for each in columns[table]]))
        return found

    def column(self, refers: bool, cells: Sequence[Any], position: Callable[[Any], int]) -> Column:
        """A column as it is written."""
        if refers:
            return _POSITIONS, list(map(position, cells))
        first = cells[0]
        if all(cell is first or (type(cell) is type(first) is str and cell == first) for cell in cells):
            return _SAME, first
        return _PLAIN, list(map(self.shared, cells))

    def shared(self, value: Any) -> Any:
        """One object for equal words: it is written once."""
        return self.words.setdefault(value, value) if type(value) is str else value


def _columns(kind: str, rows: list[list[Any]]) -> list[tuple[bool, Sequence[Any]]]:
    """Columns of rows of one length, and whether they refer to other tables; of tuples, the rows."""
    if kind == "tuple":
        return [(True, row) for row in rows]
    return [(not all(map(_is_plain, cells)), cells) for cells in zip(*rows, strict=True)]
