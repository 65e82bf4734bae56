"""A ledger file → the leg table and every problem found on the way. Columns from the start.

    id,date,payer,payee,kind,amount[,amount_low,amount_high,currency,cash,status,deal,note]

Blank kind: `payment`. Blank amount: undisclosed. Blank status: `paid`. Blank date: undated.
Money from or to outside: payer or payee `OUTSIDE` and kind `external`. Bad rows are problems; the
good rows are kept.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from importlib.util import find_spec
from itertools import islice
from operator import eq
from pathlib import Path
from typing import BinaryIO

from circularity.errors import MissingExtra, UsageError, WorldError
from circularity.io.collector import no_collections
from circularity.io.plainrows import Layout, PlainRows, Row
from circularity.model.kinds import IN_KIND_RETURN, IN_KIND_SUFFIX, KINDS
from circularity.model.legs import LegTable, Outside
from circularity.model.status import STATUSES
from circularity.problems import Place, Problem, sort_problems
from circularity.words import near, plural

REQUIRED = ("id", "date", "payer", "payee", "kind", "amount")
OPTIONAL = ("amount_low", "amount_high", "currency", "cash", "status", "deal", "note")
OUTSIDE = "OUTSIDE"
MAX_LINE = 1 << 20
_CHUNK = 1 << 22
_HEAD = 1 << 14
_MANY = 1 << 20
"""Bytes of a block from which numpy is worth its import."""
_PLAIN = re.compile(r"[0-9]{1,30}(?:\.[0-9]{1,18})?")
_PLAINLY = "write digits alone, at most 30 before the point and 18 after it, such as 1250000.50; leave it blank where it is undisclosed"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-2][0-9]:[0-5][0-9]:[0-5][0-9])?")
_OTHER_MARKS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_BATCH = 512
_PLAIN_KINDS = {k.id: k.id for k in KINDS.values() if not k.imputed and k.id != "external"} | {"": "payment"}
_PAIRED = frozenset(kind.id for kind in KINDS.values() if kind.imputed)
_CASH = {"": None, "true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger's legs and outside rows, with the content hash of its file."""

    name: str
    sha256: str
    table: LegTable


def load_ledger(path: str | Path) -> tuple[Ledger, list[Problem]]:
    """Read a CSV or Parquet ledger; `-` reads CSV from standard input."""
    if str(path) == "-":
        return _read(sys.stdin.buffer, "-", "-")
    file = Path(path)
    if not file.is_file():
        raise UsageError(f"{path} is not a file")
    if file.suffix == ".parquet":
        return _read_parquet(file)
    try:
        with file.open("rb") as stream:
            return _read(stream, file.name, file.stem)
    except PermissionError as error:
        raise WorldError(f"{path} cannot be read: {error.strerror}") from None


def _read(stream: BinaryIO, shown: str, name: str) -> tuple[Ledger, list[Problem]]:
    digest = hashlib.sha256()
    builder = _Builder(shown)
    with no_collections():
        builder.take_blocks(_blocks(stream, digest.update, builder.problem))
        table = builder.table()
    return Ledger(name, digest.hexdigest(), table), sort_problems(builder.problems)


Report = Callable[[str, str, int], None]
"""Takes a problem's code, its message and its line."""


Block = tuple[int, bytes]
"""Whole lines, and the number of the first."""


def _blocks(stream: BinaryIO, digest: Callable[[bytes], None], report: Report) -> Iterator[Block]:
    """A file in blocks of whole lines, so that no line is ever held without end.

    The first is short: it holds the header. A line that is too long is left out.
    """
    number = 0
    rest = b""
    skipping = False
    while True:
        chunk = stream.read(_CHUNK)
        digest(chunk)
        data = rest + chunk
        cut = data.rfind(b"\n") + 1 if chunk else len(data)
        whole, rest = data[:cut], data[cut:]
        if skipping and cut:
            whole = whole[whole.find(b"\n") :] if b"\n" in whole else b""
            skipping = False
        head = whole.find(b"\n", _HEAD) + 1 if number == 0 else 0
        for block in (whole[:head], whole[head:]):
            if block:
                yield number + 1, block
                number += block.count(b"\n")
        if len(rest) > MAX_LINE:
            if not skipping:
                report("line-too-long", f"the line has more than {MAX_LINE >> 20} MiB", number + 1)
            skipping, rest = True, b""
        if not chunk:
            return


class _Lines:
    """Lines of a block, and of those after it where a cell goes on beyond its end.

    Bytes that are not UTF-8 come through as surrogates, so that only their rows are lost; `doubtful`
    says that there are some, `quoted` that there are apostrophes. `between` says that no row is begun.
    """

    def __init__(self, block: Block, more: Iterator[Block]) -> None:
        self.more = more
        self.doubtful = self.quoted = False
        self.between = True
        self.lines = self.text(block)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self.lines, None)
        if line is None:
            if self.between:
                raise StopIteration
            self.lines = self.text(next(self.more))
            line = next(self.lines)
        self.between = False
        return line

    def text(self, block: Block) -> Iterator[str]:
        number, data = block
        form = "utf-8-sig" if number == 1 else "utf-8"
        try:
            text = data.decode(form)
        except UnicodeDecodeError:
            self.doubtful = True
            text = data.decode(form, "surrogateescape")
        self.doubtful = self.doubtful or "\0" in text
        self.quoted = self.quoted or "'" in text
        return io.StringIO(text, newline="\n")


_NO_TEXT = re.compile("[\0\udc80-\udcff]")
"""A NUL, the mark of UTF-16 or of no text at all, or a byte that is not UTF-8."""


_GUARDED = re.compile(r"'\s*[=+\-@\t\r]")
"""A cell that an export kept from being a spreadsheet's formula; the apostrophe is not part of it."""


def _rows(block: Block, more: Iterator[Block], report: Report) -> Iterator[Row]:
    """The rows of a block, each with the line it begins on. What is no row is reported, and reading goes on."""
    first, _ = block
    lines = _Lines(block, more)
    rows = csv.reader(lines, strict=True)
    at = first
    while True:
        try:
            for row in rows:
                lines.between = True
                if lines.doubtful and any(map(_NO_TEXT.search, row)):
                    report("encoding", "the row has bytes that are not UTF-8 text", at)
                    if at == 1:
                        raise _NoText
                elif lines.quoted:
                    yield at, [cell[1:] if _GUARDED.match(cell) else cell for cell in row]
                else:
                    yield at, row
                at = first + rows.line_num
            return
        except csv.Error as error:
            lines.between = True
            if "field limit" in str(error):
                report("line-too-long", "a cell does not end: is a quote left open?", at)
            else:
                report("row-shape", str(error), at)
            at = first + rows.line_num


class _NoText(Exception):
    """The first row is no text, and so is the file."""


@dataclass(slots=True)
class _Builder:
    """Columns that grow, row by row."""

    shown: str
    problems: list[Problem] = field(default_factory=list)
    parties: dict[str, None] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    leg_ids: list[str] = field(default_factory=list)
    deal: list[str] = field(default_factory=list)
    payer: list[str] = field(default_factory=list)
    payee: list[str] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    amount: list[str] = field(default_factory=list)
    low: list[str] = field(default_factory=list)
    high: list[str] = field(default_factory=list)
    cash: list[bool] = field(default_factory=list)
    status: list[str] = field(default_factory=list)
    date: list[str | None] = field(default_factory=list)
    outside: list[tuple[str, bool, tuple[str, str, str], str | None, str, int]] = field(default_factory=list)
    currency: str = ""
    undated: int = 0
    unpriced: int = 0
    days: set[str] = field(default_factory=set)
    hints: dict[str, str] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """Of the columns; none before the header, or where it does not do."""
    plain: PlainRows | None = None

    def take_blocks(self, blocks: Iterator[Block]) -> None:
        """Read a CSV: the plain rows of large blocks as arrays, all others with care."""
        for block in blocks:
            odd = self.take_plain(*block)
            rows = _rows(block, blocks, self.problem) if odd is None else iter(odd)
            try:
                if not self.names and not self.take_header(rows):
                    continue
                self.take_rows(rows)
            except _NoText:
                return
            if not self.names:
                return
        if not self.names and not self.problems:
            self.problem("file-empty", "the ledger is empty", 0)

    def take_plain(self, first: int, data: bytes) -> list[Row] | None:
        """Take the plain rows of a block; gives the odd ones, None for all of them."""
        if not self.names:
            return None
        if self.plain is None:
            if len(data) < _MANY or find_spec("numpy") is None:
                return None
            holds: dict[str, Callable[[str], bool]] = {
                "payer": _is_name, "date": lambda day: not day or self.is_date(day), "kind": _PLAIN_KINDS.__contains__,
                "currency": lambda word: not word or (bool(self.currency) and word.upper() == self.currency),
                "cash": lambda word: word.lower() in _CASH, "status": lambda word: not word or word in STATUSES,
                "deal": lambda word: word == word.strip(),
            }  # fmt: skip
            layout = Layout(self.names, ("amount_low", "amount_high"), holds, _PLAIN_KINDS, _CASH)
            self.plain = PlainRows(layout, self.ids, self.repeated)
        return self.plain.take(data, first)

    def take_header(self, rows: Iterator[Row]) -> bool:
        """Whether the header is among the rows. Names the columns, unless it lacks some."""
        line, header = next((row for row in rows if any(row[1])), (0, []))
        if not header:
            return False
        names = [name.strip().lower() for name in header]
        missing = [name for name in REQUIRED if name not in names]
        if missing:
            other = next((mark for mark in _OTHER_MARKS if mark in "".join(header)), None)
            hint = f"; the header is separated by {_OTHER_MARKS[other]}, not by commas" if other else ""
            self.problem("missing-column", f"missing column: {', '.join(missing)}{hint}", line)
            return True
        for name in names:
            if name not in REQUIRED + OPTIONAL:
                self.problem(
                    "unknown-column", f"column '{name[:60]}' is not read{near(name, REQUIRED + OPTIONAL)}", line
                )
            elif names.count(name) > 1:
                self.problem("duplicate-key", f"column '{name}' stands twice", line)
                return True
        self.names = names
        return True

    def take_rows(self, rows: Iterator[Row]) -> None:
        """Take rows below the header."""
        if not self.names:
            return
        where = [self.names.index(name) if name in self.names else None for name in REQUIRED + OPTIONAL]
        width = len(self.names)
        for line, row in self.unusual(rows):
            if len(row) != width:
                if row:
                    self.problem("row-shape", f"{plural(len(row), 'cell')} where the header has {width}", line)
                continue
            self.row(line, [row[at].strip() if at is not None else "" for at in where])

    def unusual(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Take batches of plain payments column by column; give on the rows of all others."""
        while batch := list(islice(rows, _BATCH)):
            lines, cells = zip(*batch, strict=True)
            if not self.takes(lines, cells, self.names):
                yield from batch

    def takes(self, lines: Sequence[int], rows: Sequence[list[str]], names: list[str]) -> bool:
        """Whether a batch is plain throughout, and so was taken.

        Plain: every row has an id of its own, two parties, a known kind without a second leg, a day
        or none, a number or nothing, and no more. Most ledgers have little else; their columns are
        checked as wholes, each distinct day and name once.
        """
        if set(map(len, rows)) != {len(names)}:
            return False
        column = dict(zip(names, zip(*rows, strict=True), strict=True))
        ids, days, payers, payees, kinds, amounts = (column[name] for name in REQUIRED)
        if any(any(column[name]) for name in OPTIONAL if name in column and name != "note"):
            return False
        distinct = set(ids)
        if (
            len(distinct) < len(ids)
            or not self.ids.keys().isdisjoint(distinct)
            or not set(kinds) <= _PLAIN_KINDS.keys()
        ):
            return False
        strangers = {*payers, *payees}.difference(self.parties)
        if not all(name.strip() == name != OUTSIDE and name for name in (*strangers, *ids)):
            return False
        if any(map(eq, payers, payees)) or not all(map(_PLAIN.fullmatch, filter(None, amounts))):
            return False
        if not all(map(self.is_date, set(days) - self.days - {""})):
            return False
        self.ids.update(zip(ids, lines, strict=True))
        self.parties.update(dict.fromkeys(strangers))
        self.undated += days.count("")
        self.unpriced += amounts.count("")
        self.lines += lines
        self.leg_ids += ids
        self.deal += ids
        self.payer += payers
        self.payee += payees
        self.kind += map(_PLAIN_KINDS.__getitem__, kinds)
        self.amount += amounts
        self.low += [""] * len(ids)
        self.high += [""] * len(ids)
        self.cash += [KINDS[_PLAIN_KINDS[kind]].cash for kind in kinds]
        self.status += ["paid"] * len(ids)
        self.date += [day or None for day in days]
        return True

    def row(self, line: int, cells: list[str]) -> None:
        key, date, payer, payee, kind, amount, low, high, currency, cash, status, deal, _ = cells
        kind, status = kind or "payment", status or "paid"
        if not key or not payer or not payee:
            self.problem("missing-key", "id, payer and payee may not be blank", line)
        elif kind not in KINDS:
            self.problem("unknown-kind", f"'{kind[:60]}' is not a kind{self.near_kind(kind)}", line)
        elif status not in STATUSES:
            self.problem("bad-value", f"'{status[:60]}' is not a status{near(status, STATUSES)}", line)
        elif (kind == "external") != (OUTSIDE in (payer, payee)):
            self.problem("outside-external", f"row {key[:60]} has one without the other", line)
        elif cash.lower() not in _CASH:
            self.problem("bad-value", f"cash is true or false, not '{cash[:60]}'", line)
        elif date and not self.is_date(date):
            self.problem("bad-date", f"'{date[:60]}' is not YYYY-MM-DD or YYYY-MM-DDThh:mm:ss", line)
        elif not self.amounts_hold(line, amount, low, high) or not self.one_currency(line, currency.upper()):
            pass
        elif key in self.ids or (kind in _PAIRED and key + IN_KIND_SUFFIX in self.ids):
            self.repeated(key, line, self.ids.get(key) or self.ids[key + IN_KIND_SUFFIX])
        elif payer == payee:
            self.ids[key] = line
            self.problem("self-payment", f"row {key[:60]}: payer and payee are both '{payer[:60]}'", line)
        else:
            self.add(
                line, key, date or None, payer, payee, kind, (amount, low, high), _CASH[cash.lower()], status, deal
            )

    def add(
        self, line: int, key: str, date: str | None, payer: str, payee: str, kind: str,
        amounts: tuple[str, str, str], cash: bool | None, status: str, deal: str,
    ) -> None:  # fmt: skip
        amount, low, high = amounts
        if date is None:
            self.undated += 1
        if not amount and not (low or high):
            self.unpriced += 1
        self.ids[key] = line
        if kind == "external":
            inward = payer == OUTSIDE
            self.outside.append((self.party(payee if inward else payer), inward, amounts, date, status, line))
            return
        row = KINDS[kind]
        self.append(
            line,
            key,
            deal or key,
            self.party(payer),
            self.party(payee),
            kind,
            amounts,
            row.cash if cash is None else cash,
            status,
            date,
        )
        if row.imputed:
            self.ids[key + IN_KIND_SUFFIX] = line
            self.append(
                line,
                key + IN_KIND_SUFFIX,
                deal or key,
                self.payee[-1],
                self.payer[-1],
                IN_KIND_RETURN,
                amounts,
                False,
                status,
                date,
            )
            self.cash[-2] = False

    def append(
        self,
        line: int,
        key: str,
        deal: str,
        payer: str,
        payee: str,
        kind: str,
        amounts: tuple[str, str, str],
        cash: bool,
        status: str,
        date: str | None,
    ) -> None:
        self.lines.append(line)
        self.leg_ids.append(key)
        self.deal.append(deal)
        self.payer.append(payer)
        self.payee.append(payee)
        self.kind.append(kind)
        self.amount.append(amounts[0])
        self.low.append(amounts[1])
        self.high.append(amounts[2])
        self.cash.append(cash)
        self.status.append(status)
        self.date.append(date)

    def repeated(self, key: str, line: int, used: int) -> None:
        self.problem("duplicate-id", f"id '{key[:60]}' is already used in line {used}", line)

    def party(self, name: str) -> str:
        self.parties[name] = None
        return name

    def near_kind(self, kind: str) -> str:
        """The near kinds of a wrong one, looked up once: a column may be wrong from top to bottom."""
        if kind not in self.hints:
            self.hints[kind] = near(kind, KINDS) if len(self.hints) < 1000 else ""
        return self.hints[kind]

    def is_date(self, text: str) -> bool:
        if not _DATE.fullmatch(text):
            return False
        try:
            datetime.fromisoformat(text)
        except ValueError:
            return False
        self.days.add(text)
        return True

    def amounts_hold(self, line: int, amount: str, low: str, high: str) -> bool:
        for text in (amount, low, high):
            if text and not _PLAIN.fullmatch(text):
                self.problem("bad-amount", f"'{text[:60]}' is not a plain number of 0 or more", line, _PLAINLY)
                return False
        if low or high:
            known = [Decimal(text) for text in (low, amount, high) if text]
            if known != sorted(known):
                self.problem("amount-order", f"low {low or '–'}, point {amount or '–'}, high {high or '–'}", line)
                return False
        return True

    def one_currency(self, line: int, currency: str) -> bool:
        if currency and not self.currency:
            self.currency = currency
        if currency and currency != self.currency:
            self.problem("second-currency", f"'{currency[:12]}' after '{self.currency}'", line)
            return False
        return True

    def table(self) -> LegTable:
        """Freeze the columns: parties sorted by id, amounts as integers of one scale."""
        plain = self.plain.finish() if self.plain and self.plain.rows else None
        bounds = [amounts for _, _, amounts, _, _, _ in self.outside]
        decimals = _decimals(self.amount, self.low, self.high, *bounds)
        if plain:
            self.parties.update(dict.fromkeys(plain.parties()))
            self.undated += plain.undated
            self.unpriced += plain.unpriced
            decimals = max(decimals, plain.decimals)
        self.summarise()
        order = sorted(self.parties)
        at = {name: number for number, name in enumerate(order)}
        units = _units(decimals)
        point = [units(text) for text in self.amount]
        table = LegTable(
            parties=tuple(order), currency=self.currency or "USD", scale=decimals,
            id=self.leg_ids, deal=self.deal,
            payer=[at[name] for name in self.payer], payee=[at[name] for name in self.payee],
            kind=self.kind, amount=point, point=point,
            low=_bounds(units, self.low), high=_bounds(units, self.high),
            cash=self.cash, status=self.status, date=self.date, tier=[None] * len(self.deal),
            outside=tuple(
                Outside(at[party], inward, units(amount), date, status, line, units(low), units(amount), units(high))
                for party, inward, (amount, low, high), date, status, line in self.outside
            ),
        )  # fmt: skip
        return plain.join(table, self.lines) if plain else table

    def summarise(self) -> None:
        if self.undated:
            self.problem("undated-rows", f"{plural(self.undated, 'row')} without a date", 0)
        if self.unpriced:
            self.problem("unpriced-rows", f"{plural(self.unpriced, 'row')} without an amount", 0)
        for first, name in _similar(sorted(self.parties)):
            self.problem("similar-names", f"'{first[:60]}' and '{name[:60]}' are kept as two parties", 0)

    def problem(self, code: str, message: str, line: int, action: str | None = None) -> None:
        self.problems.append(Problem(code, message, Place(self.shown, line), action))


def _similar(names: list[str]) -> Iterator[tuple[str, str]]:
    """Names that differ from an earlier one only in case, spacing or punctuation."""
    bare = _BESIDE_WORDS.sub("", "\n".join(names)).casefold().split("\n")  # at once: there may be a million
    if len(bare) != len(names):
        bare = [re.sub(r"[\W_]+", "", name).casefold() for name in names]
    folded: dict[str, str] = {}
    for name, letters in zip(names, bare, strict=True):
        first = folded.setdefault(letters or name, name)
        if first != name:
            yield first, name


_BESIDE_WORDS = re.compile(r"[^\w\n]+|_+")


def _is_name(text: str) -> bool:
    """Whether a cell names a party and nothing else."""
    return text.strip() == text != OUTSIDE and bool(text)


def _decimals(*columns: Sequence[str]) -> int:
    """The most digits after a point."""
    return max((len(text) - text.index(".") - 1 for column in columns for text in column if "." in text), default=0)


def _units(decimals: int) -> Callable[[str], int | None]:
    """Text of a plain number → integer units."""

    def units(text: str) -> int | None:
        if not text:
            return None
        whole, _, part = text.partition(".")
        return int(whole + part.ljust(decimals, "0"))

    return units


def _bounds(units: Callable[[str], int | None], texts: list[str]) -> list[int | None]:
    return [units(text) for text in texts] if any(texts) else [None] * len(texts)


def _read_parquet(file: Path) -> tuple[Ledger, list[Problem]]:
    """The same columns in Parquet. There a problem's line is the number of the row, from 1."""
    try:
        import pyarrow
        import pyarrow.parquet as parquet
    except ImportError:
        raise MissingExtra("parquet", "reading a Parquet ledger") from None
    builder = _Builder(file.name)
    try:
        table = parquet.read_table(file)
        names = list(table.column_names)
        columns = [[_text(value) for value in column.to_pylist()] for column in table.columns]
        rows = enumerate([names, *map(list, zip(*columns, strict=True))])
        if builder.take_header(rows):
            builder.take_rows(rows)
        else:
            builder.problem("file-empty", "the ledger is empty", 0)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        builder.problem("parquet-syntax", str(error).split("\n")[0][:200], 0)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return Ledger(file.stem, digest, builder.table()), sort_problems(builder.problems)


def _text(value: object) -> str:
    """A cell as a CSV ledger would hold it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        if not value.is_finite():
            return "" if value.is_nan() else str(value)
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value).lower() if isinstance(value, bool) else str(value)
