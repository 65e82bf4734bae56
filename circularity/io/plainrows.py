"""The plain rows of a large ledger as arrays, a block of lines at a time (extra [fast]).

A ledger of a million legs has little in it that is odd. Here numpy finds its cells, looks at them
and numbers them, so that no cell is an object of its own. Whatever this cannot tell to be plain goes
back, by row or by block, to the careful reader, which alone judges and reports: so both ways give the
same legs and the same problems.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, zip_longest
from typing import Any

from circularity.model.kinds import IN_KIND_SUFFIX, KINDS
from circularity.model.legs import LegTable

Row = tuple[int, list[str]]
"""A row's line and its cells."""

_LONGEST = 64
"""Bytes of the longest cell that is looked at here."""
_LONGEST_LINE = 100_000
"""Far below the limit that the csv module has for one cell."""
_MOST_DIGITS = 18
"""Digits, the point among them, that fit 64 bits."""
_ODD_SHARE = 4
"""A block with more than one odd row in so many is left to the careful reader."""


@dataclass(slots=True)
class Layout:
    """Which columns there are, and what the careful reader knows about words."""

    names: list[str]
    blank: Sequence[str]
    """Columns that are blank in a plain row."""
    holds: Mapping[str, Callable[[str], bool]]
    """Whether a word may stand in a column of a plain row; payees are as payers. Other columns are not read."""
    kinds: Mapping[str, str]
    cash: Mapping[str, bool | None]


@dataclass(slots=True)
class _Rows:
    """Plain rows of one block: their ids, and columns of numbers.

    By name: `line`; `key`, a number for each id, another one for another id of up to eight bytes and
    nearly always beyond; `digits` of the amount and how many of them stand after the point, in
    `places`, -1 where there is no amount; and the number of the word in each column of words.
    """

    ids: list[str]
    columns: dict[str, Any]

    def lines(self) -> list[int]:
        found: list[int] = self.columns["line"].tolist()
        return found

    def without(self, rows: list[int]) -> _Rows:
        """All but some rows."""
        import numpy as np

        gone = set(rows)
        kept = [key for row, key in enumerate(self.ids) if row not in gone]
        return _Rows(kept, {name: np.delete(column, rows) for name, column in self.columns.items()})


@dataclass(slots=True)
class PlainRows:
    """What has been taken so far. `ids` are the careful reader's, with the line of each; `repeated` is
    told of a row whose id was used before: the id, its line, and the line before."""

    layout: Layout
    ids: dict[str, int]
    repeated: Callable[[str, int, int], None]
    rows: list[_Rows] = field(default_factory=list)
    settled: int = 0
    words: dict[str, _Words] = field(default_factory=dict)
    """By column; of payers and payees, `payer`."""

    def __post_init__(self) -> None:
        layout = self.layout
        self.words = {name: _Words(holds) for name, holds in layout.holds.items() if name in layout.names}

    def take(self, data: bytes, first: int) -> list[Row] | None:
        """Take the plain rows of a block of whole lines. Gives the odd ones to read with care; None for all."""
        cells = _cells(data, len(self.layout.names))
        found = None if cells is None else self._apart(cells, first)
        if found is None:
            self.settle()
            return None
        rows, odd = found
        self.rows.append(rows)
        if odd:
            self.settle()
        return odd

    def settle(self) -> None:
        """Make the ids so far known to the careful reader, and drop rows whose id was used before."""
        for number in range(self.settled, len(self.rows)):
            rows = self.rows[number]
            fresh = dict(zip(rows.ids, rows.lines(), strict=True))
            if len(fresh) == len(rows.ids) and self.ids.keys().isdisjoint(fresh):
                self.ids.update(fresh)
                continue
            gone: list[int] = []
            for row, (key, line) in enumerate(zip(rows.ids, rows.lines(), strict=True)):
                if key in self.ids:
                    self.repeated(key, line, self.ids[key])
                    gone.append(row)
                else:
                    self.ids[key] = line
            self.rows[number] = rows.without(gone)
        self.settled = len(self.rows)

    def finish(self) -> Plain:
        """All rows as columns, with no id twice."""
        import numpy as np

        if self.settled or not self._distinct():
            self.settle()
        columns = {name: np.concatenate([rows.columns[name] for rows in self.rows]) for name in self.rows[0].columns}
        ids = list(chain.from_iterable(rows.ids for rows in self.rows))
        self.rows.clear()
        return Plain(self.layout, ids, columns, {name: words.texts for name, words in self.words.items()})

    def _distinct(self) -> bool:
        """Whether all ids are surely distinct: a sort of numbers says so sooner than a table of a million words."""
        import numpy as np

        known = [cell for key in self.ids if len(cell := key.encode()) <= _LONGEST]
        sizes = np.array([len(cell) for cell in known], np.int64)
        text = _Text(b"".join(known))
        keys = np.concatenate(
            [text.keys(np.cumsum(sizes) - sizes, sizes), *(rows.columns["key"] for rows in self.rows)]
        )
        keys.sort()
        return not (keys[1:] == keys[:-1]).any()

    def _apart(self, cells: _Cells, first: int) -> tuple[_Rows, list[Row]] | None:
        """The plain rows, and the odd ones with their lines; None where too many are odd."""
        import numpy as np

        at = {name: number for number, name in enumerate(self.layout.names)}
        key, blank = at["id"], [at[name] for name in self.layout.blank if name in at]
        short = cells.sizes[[key, at["payee"], *(at[name] for name in self.words)]] <= _LONGEST
        plain = short.all(axis=0) & (cells.sizes[blank] == 0).all(axis=0) & cells.tidy(key)
        columns = {"line": first + cells.whole, "key": cells.keys(key)}
        columns["digits"], columns["places"], is_amount = cells.amounts(at["amount"])
        both = cells.numbers([at["payer"], at["payee"]], self.words["payer"])
        words = {"payer": both[: len(plain)], "payee": both[len(plain) :]}
        words |= {name: cells.numbers([at[name]], known) for name, known in self.words.items() if name != "payer"}
        for numbers in words.values():
            plain &= numbers >= 0
        plain &= is_amount & (words["payer"] != words["payee"])
        odd = cells.other_lines(plain)
        if len(odd) * _ODD_SHARE > len(cells.line_ends):
            return None
        ids = cells.words(key, plain)
        if odd:
            again = self._doubles(ids, [row for line in odd if len(row := cells.row(line)) > key], key)
            plain[np.flatnonzero(plain)[again]] = False
            ids = [word for word, twice in zip(ids, again, strict=True) if not twice]
            odd = cells.other_lines(plain)
        rows = _Rows(ids, {name: column[plain] for name, column in (columns | words).items()})
        return rows, [(first + line, cells.row(line)) for line in odd]

    def _doubles(self, ids: list[str], odd: list[list[str]], key: int) -> list[bool]:
        """Which ids an odd row of the block has too, or may give to its second leg: which of them comes
        first is the careful reader's to see."""
        taken = {row[key].strip() for row in odd}
        taken |= {word + IN_KIND_SUFFIX for word in taken}
        return [word in taken for word in ids]


class _Words:
    """Words of a column and their numbers, found by way of a table of keys: no word is looked at twice."""

    def __init__(self, holds: Callable[[str], bool]) -> None:
        self.holds = holds
        self.texts: list[str] = []
        self.known: dict[bytes, int] = {}
        self.keys: Any = None
        self.eights: list[Any] = []
        self.table: Any = None

    def numbers(self, text: _Text, starts: Any, sizes: Any) -> Any:
        """The numbers of cells; -1 for those that do not hold, are too long, or cannot be told apart."""
        import numpy as np

        eights = text.eight_by_eight(starts, sizes)
        keys = _mixed(eights, sizes)
        found = self.look(keys)
        missing = np.flatnonzero(found < 0)
        if len(missing):
            _, firsts, places = np.unique(keys[missing], return_index=True, return_inverse=True)
            firsts = missing[firsts]
            found[missing] = self.learn(text, starts[firsts], sizes[firsts])[places]
        if self.eights and len(eights) + len(self.eights) > 2:  # keys are not the words themselves
            zero = np.uint64(0)
            for ours, theirs in zip_longest(self.eights, eights):
                word = zero if ours is None else ours[found]
                found[word != (zero if theirs is None else theirs)] = -1
        return found

    def look(self, keys: Any) -> Any:
        """Numbers of the keys that the table holds; -1 for others."""
        import numpy as np

        if self.table is None:
            return np.full(len(keys), -1)
        found = self.table[self.slots(keys)].astype(np.int64)
        found[self.keys[found] != keys] = -1
        return found

    def slots(self, keys: Any) -> Any:
        import numpy as np

        return (keys * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(65 - len(self.table).bit_length())

    def learn(self, text: _Text, starts: Any, sizes: Any) -> Any:
        """The numbers of words that the table does not hold: new ones, or those that had to make room."""
        import numpy as np

        found = np.full(len(starts), -1)
        new: list[int] = []
        for place, (start, size) in enumerate(zip(starts.tolist(), sizes.tolist(), strict=True)):
            word = text.data[start : start + size]
            number = self.known.get(word)
            if number is None and size <= _LONGEST and self.holds(shown := word.decode()):
                number = self.known[word] = len(self.texts)
                self.texts.append(shown)
                new.append(place)
            if number is not None:
                found[place] = number
        if new:
            self.grow(text.eight_by_eight(starts[new], sizes[new]), sizes[new])
        return found

    def grow(self, eights: list[Any], sizes: Any) -> None:
        """Add new words, in the order of their numbers."""
        import numpy as np

        before = len(self.texts) - len(sizes)
        for at in range(max(len(eights), len(self.eights))):
            if at == len(self.eights):
                self.eights.append(np.zeros(before, np.uint64))
            more = eights[at] if at < len(eights) else np.zeros(len(sizes), np.uint64)
            self.eights[at] = np.concatenate((self.eights[at], more))
        keys = _mixed(eights, sizes)
        self.keys = keys if self.keys is None else np.concatenate((self.keys, keys))
        first = before
        if self.table is None or len(self.table) < 16 * len(self.keys):
            self.table = np.zeros(1 << (32 * len(self.keys)).bit_length(), np.int32)
            first = 0
        self.table[self.slots(self.keys[first:])] = np.arange(first, len(self.keys))


class _Text:
    """Bytes that can be read at any place as 64-bit numbers."""

    def __init__(self, data: bytes) -> None:
        import numpy as np

        padded = data + bytes(_LONGEST + 16)
        self.data = data
        self.letters: Any = np.frombuffer(padded, np.uint8)
        self.eights: Any = np.ndarray((len(padded) - 7,), np.dtype("<u8"), padded, strides=(1,))

    def eight_by_eight(self, starts: Any, sizes: Any) -> list[Any]:
        """Cells as columns of numbers, eight bytes each, filled up with zeros."""
        import numpy as np

        masks = np.array([(1 << (8 * count)) - 1 for count in range(9)], np.uint64)
        longest = min(max(int(sizes.max(initial=0)), 1), _LONGEST)
        first = self.eights[starts] & masks[np.minimum(sizes, 8)]
        others = (self.eights[starts + at] & masks[np.clip(sizes - at, 0, 8)] for at in range(8, longest, 8))
        return [first, *others]

    def keys(self, starts: Any, sizes: Any) -> Any:
        return _mixed(self.eight_by_eight(starts, sizes), sizes)


def _mixed(eights: list[Any], sizes: Any) -> Any:
    """One number a cell: its bytes, if it has eight at most, whatever else stands in the column."""
    import numpy as np

    found = eights[0]
    for at, eight in enumerate(eights[1:], 1):
        mixed = (found ^ (found >> np.uint64(29))) * np.uint64(0x9E3779B97F4A7C15) + eight
        found = np.where(sizes > 8 * at, mixed, found)
    return found


def _cells(data: bytes, width: int) -> _Cells | None:
    """The cells of a block of whole lines; None where a cell may be other than what stands between commas."""
    if b'"' in data or b"\0" in data:
        return None
    if b"'" in data and (b",'" in data or b"\n'" in data or data.startswith(b"'")):
        return None
    try:
        data.isascii() or data.decode()
    except UnicodeDecodeError:
        return None
    return _Cells.of(data if data.endswith(b"\n") else data + b"\n", width)


@dataclass(slots=True)
class _Cells:
    """Where the cells of a block are: in lines of as many as the header has. `starts` and `sizes` by column."""

    text: _Text
    line_ends: Any
    whole: Any
    """Numbers of these lines."""
    starts: Any
    sizes: Any

    @classmethod
    def of(cls, data: bytes, width: int) -> _Cells | None:
        import numpy as np

        letters = np.frombuffer(data, np.uint8)
        marks = np.flatnonzero((letters == ord(",")) | (letters == ord("\n")))
        closing = np.flatnonzero(letters[marks] == ord("\n"))
        counts = np.diff(closing, prepend=-1)
        line_ends = marks[closing]
        line_starts = np.concatenate(([0], line_ends[:-1] + 1))
        returns = letters[line_ends - 1] == ord("\r")
        if (line_ends - line_starts).max() > _LONGEST_LINE or data.count(b"\r") != returns.sum():
            return None
        good = counts == width
        if not good.all():
            marks = marks[np.repeat(good, counts)]
        ends = np.ascontiguousarray(marks.reshape(-1, width).T)
        starts = np.empty_like(ends)
        starts[0] = line_starts[good]
        starts[1:] = ends[:-1] + 1
        ends[-1] -= returns[good]
        return cls(_Text(data), line_ends, np.flatnonzero(good), starts, ends - starts)

    def row(self, line: int) -> list[str]:
        """The cells of any line; a blank one has none."""
        start = int(self.line_ends[line - 1]) + 1 if line else 0
        text = self.text.data[start : int(self.line_ends[line])].removesuffix(b"\r").decode()
        return text.split(",") if text else []

    def other_lines(self, plain: Any) -> list[int]:
        """Numbers of the lines that are not plain rows."""
        import numpy as np

        other = np.ones(len(self.line_ends), bool)
        other[self.whole[plain]] = False
        found: list[int] = np.flatnonzero(other).tolist()
        return found

    def tidy(self, column: int) -> Any:
        """Whether cells hold something, without white space at either end."""
        starts, sizes, letters = self.starts[column], self.sizes[column], self.text.letters
        first, last = letters[starts], letters[starts + sizes - 1]
        return (sizes > 0) & (first > 32) & (first < 127) & (last > 32) & (last < 127)

    def keys(self, column: int) -> Any:
        return self.text.keys(self.starts[column], self.sizes[column])

    def words(self, column: int, rows: Any) -> list[str]:
        """Cells of some rows as text."""
        import numpy as np

        starts, sizes = self.starts[column][rows], self.sizes[column][rows]
        if not len(starts):
            return []
        steps = np.arange(int(sizes.max()) + 1)
        letters = self.text.letters[starts[:, None] + steps]
        letters[np.arange(len(sizes)), sizes] = ord("\n")
        found: list[str] = letters[steps <= sizes[:, None]].tobytes().decode().split("\n")
        return found[:-1]

    def amounts(self, column: int) -> tuple[Any, Any, Any]:
        """Digits as one number, how many stand after the point, and whether cells are plain numbers or blank."""
        import numpy as np

        starts, sizes, letters = self.starts[column], self.sizes[column], self.text.letters
        digits, places, points = (np.zeros(len(starts), np.int64) for _ in range(3))
        plain = sizes <= _MOST_DIGITS
        for at in range(min(int(sizes.max(initial=0)), _MOST_DIGITS)):
            letter = letters[starts + at]
            inside = at < sizes
            digit = letter - np.uint8(ord("0"))
            is_digit, is_point = inside & (digit < 10), inside & (letter == ord("."))
            plain &= is_digit | is_point | ~inside
            digits = np.where(is_digit, digits * 10 + digit, digits)
            places += is_digit & (points > 0)
            points += is_point
        plain &= (points == 0) | ((points == 1) & (places > 0) & (places < sizes - 1))
        return digits, np.where(sizes == 0, -1, places), plain

    def numbers(self, columns: list[int], words: _Words) -> Any:
        """The numbers of the words in some columns."""
        import numpy as np

        starts, sizes = (np.concatenate([every[column] for column in columns]) for every in (self.starts, self.sizes))
        return words.numbers(self.text, starts, sizes)


@dataclass(slots=True)
class Plain:
    """Plain rows as columns."""

    layout: Layout
    ids: list[str]
    columns: dict[str, Any]
    """As of `_Rows`."""
    words: dict[str, list[str]]
    """By column and number."""

    @property
    def decimals(self) -> int:
        return max(0, int(self.columns["places"].max(initial=0)))

    @property
    def unpriced(self) -> int:
        return int((self.columns["places"] < 0).sum())

    @property
    def undated(self) -> int:
        return int(self.chosen("date", [not day for day in self.words["date"]]).sum())

    def parties(self) -> list[str]:
        """Names that stand in a row."""
        import numpy as np

        names = self.words["payer"]
        used = np.zeros(len(names), bool)
        used[self.columns["payer"]] = used[self.columns["payee"]] = True
        return [names[number] for number in np.flatnonzero(used).tolist()]

    def chosen(self, column: str, values: Sequence[Any]) -> Any:
        """For each row the value that stands for its word."""
        import numpy as np

        return np.array(values, object)[self.columns[column]]

    def cash(self) -> list[bool]:
        """What a row says, else its kind."""
        kinds = self.layout.kinds
        usual: list[bool] = self.chosen("kind", [KINDS[kinds[word]].cash for word in self.words["kind"]]).tolist()
        if "cash" not in self.words:
            return usual
        said = self.chosen("cash", [self.layout.cash[word.lower()] for word in self.words["cash"]]).tolist()
        return [kind if cash is None else cash for cash, kind in zip(said, usual, strict=True)]

    def statuses(self) -> list[str]:
        if "status" not in self.words:
            return ["paid"] * len(self.ids)
        found: list[str] = self.chosen("status", [word or "paid" for word in self.words["status"]]).tolist()
        return found

    def deals(self) -> list[str]:
        if "deal" not in self.words:
            return self.ids
        named = self.chosen("deal", self.words["deal"]).tolist()
        return [deal or key for deal, key in zip(named, self.ids, strict=True)]

    def join(self, legs: LegTable, lines: list[int]) -> LegTable:
        """The table of these rows and of the careful reader's, which stand on `lines`, in the file's order."""
        import numpy as np

        at = {name: number for number, name in enumerate(legs.parties)}
        place = np.array([at.get(name, -1) for name in self.words["payer"]], np.int64)
        line = np.concatenate((np.array(lines, np.int64), self.columns["line"]))
        order = None if (line[1:] >= line[:-1]).all() else np.argsort(line, kind="stable")
        blank = (None,) * len(line)

        def listed(careful: Sequence[Any], plain: Sequence[Any]) -> Sequence[Any]:
            both = (*careful, *plain)  # tuples of words are nothing to the collector, long lists are
            return both if order is None else tuple([both[row] for row in order.tolist()])

        def mostly_blank(careful: Sequence[Any]) -> Sequence[Any]:
            known = any(cell is not None for cell in careful)
            return listed(careful, blank[: len(self.ids)]) if known else blank

        def packed(careful: Sequence[int | None], plain: Any) -> Sequence[int]:
            both = np.concatenate((np.array(careful, np.int64), plain))
            return array("q", (both if order is None else both[order]).tobytes())

        units = self.units(legs.scale)
        fits = not isinstance(units, list) and all(amount is not None and amount < 2**63 for amount in legs.point)
        point = packed(legs.point, units) if fits else listed(legs.point, list(units))
        ids = listed(legs.id, self.ids)
        deals = self.deals()
        kinds = self.chosen("kind", [self.layout.kinds[word] for word in self.words["kind"]]).tolist()
        days = self.chosen("date", [word or None for word in self.words["date"]]).tolist()
        return replace(
            legs, id=ids, deal=ids if deals is self.ids and legs.deal == legs.id else listed(legs.deal, deals),
            payer=packed(legs.payer, place[self.columns["payer"]]), payee=packed(legs.payee, place[self.columns["payee"]]),
            kind=listed(legs.kind, kinds), amount=point, point=point, low=mostly_blank(legs.low), high=mostly_blank(legs.high),
            cash=listed(legs.cash, self.cash()), status=listed(legs.status, self.statuses()), date=listed(legs.date, days),
            tier=blank,
        )  # fmt: skip

    def units(self, scale: int) -> Any:
        """Amounts in units of one scale: an array where each is known and fits 64 bits, else a list."""
        import numpy as np

        digits, places = self.columns["digits"], self.columns["places"]
        known = places >= 0
        shifts = np.where(known, scale - places, 0)
        furthest = int(shifts.max(initial=0))
        if known.all() and int(digits.max(initial=0)) * 10**furthest < 2**63:
            return digits * np.array([10**shift for shift in range(furthest + 1)], np.int64)[shifts]
        found = zip(digits.tolist(), shifts.tolist(), known.tolist(), strict=True)
        return [number * 10**shift if priced else None for number, shift, priced in found]
