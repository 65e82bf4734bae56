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
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from circularity.errors import MissingExtra, UsageError
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
_PLAIN = re.compile(r"\d{1,30}(?:\.\d{1,18})?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2})?")
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
    with file.open("rb") as stream:
        return _read(stream, file.name, file.stem)


class _Stop(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def _read(stream: BinaryIO, shown: str, name: str) -> tuple[Ledger, list[Problem]]:
    digest = hashlib.sha256()
    rows = csv.reader(_lines(stream, shown, digest.update), strict=True)

    def numbered() -> Iterator[tuple[int, list[str]]]:
        try:
            for row in rows:
                yield rows.line_num, row
        except csv.Error as error:
            code = "line-too-long" if "field limit" in str(error) else "row-shape"
            raise _Stop(Problem(code, str(error), Place(shown, rows.line_num))) from None

    builder = _Builder(shown)
    try:
        builder.take(numbered())
    except _Stop as stop:
        builder.problems.append(stop.problem)
    return Ledger(name, digest.hexdigest(), builder.table()), sort_problems(builder.problems)


def _lines(stream: BinaryIO, shown: str, digest: Callable[[bytes], None]) -> Iterator[str]:
    """Lines of text, in chunks of whole lines, so that no line is ever held without end."""
    number = 0
    rest = b""
    first = True
    while True:
        chunk = stream.read(_CHUNK)
        digest(chunk)
        data = rest + chunk
        cut = data.rfind(b"\n") + 1 if chunk else len(data)
        whole, rest = data[:cut], data[cut:]
        if len(rest) > MAX_LINE:
            at = number + whole.count(b"\n") + 1
            raise _Stop(Problem("line-too-long", f"the line has more than {MAX_LINE >> 20} MiB", Place(shown, at)))
        try:
            text = whole.decode("utf-8-sig" if first else "utf-8")
        except UnicodeDecodeError as error:
            at = number + whole.count(b"\n", 0, error.start) + 1
            raise _Stop(
                Problem("encoding", f"byte {error.start + 1} of the line is not UTF-8", Place(shown, at))
            ) from None
        first = False
        number += whole.count(b"\n")
        yield from io.StringIO(text, newline="\n")
        if not chunk:
            return


@dataclass(slots=True)
class _Builder:
    """Columns that grow, row by row."""

    shown: str
    problems: list[Problem] = field(default_factory=list)
    parties: dict[str, int] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    leg_ids: list[str] = field(default_factory=list)
    deal: list[str] = field(default_factory=list)
    payer: list[int] = field(default_factory=list)
    payee: list[int] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    amount: list[str] = field(default_factory=list)
    low: list[str] = field(default_factory=list)
    high: list[str] = field(default_factory=list)
    cash: list[bool] = field(default_factory=list)
    status: list[str] = field(default_factory=list)
    date: list[str | None] = field(default_factory=list)
    outside: list[tuple[int, bool, str, str | None, str, int]] = field(default_factory=list)
    currency: str = ""
    undated: int = 0
    unpriced: int = 0
    decimals: int = 0

    def take(self, rows: Iterator[tuple[int, list[str]]]) -> None:
        line, header = next(rows, (0, []))
        names = [name.strip().lower() for name in header]
        if not any(names):
            self.problem("file-empty", "the ledger is empty", line)
            return
        missing = [name for name in REQUIRED if name not in names]
        if missing:
            self.problem("missing-column", f"missing column: {', '.join(missing)}", line)
            return
        for name in names:
            if name not in REQUIRED + OPTIONAL:
                self.problem(
                    "unknown-column", f"column '{name[:60]}' is not read{near(name, REQUIRED + OPTIONAL)}", line
                )
            elif names.count(name) > 1:
                self.problem("duplicate-key", f"column '{name}' stands twice", line)
                return
        where = [names.index(name) if name in names else None for name in REQUIRED + OPTIONAL]
        width = len(names)
        for line, row in rows:
            if len(row) != width:
                if row:
                    self.problem("row-shape", f"{plural(len(row), 'cell')} where the header has {width}", line)
                continue
            self.row(line, [row[at].strip() if at is not None else "" for at in where])

    def row(self, line: int, cells: list[str]) -> None:
        key, date, payer, payee, kind, amount, low, high, currency, cash, status, deal, _ = cells
        kind, status = kind or "payment", status or "paid"
        if not key or not payer or not payee:
            self.problem("missing-key", "id, payer and payee may not be blank", line)
        elif kind not in KINDS:
            self.problem("unknown-kind", f"'{kind[:60]}' is not a kind{near(kind, KINDS)}", line)
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
        elif key in self.ids:
            self.problem("duplicate-id", f"id '{key[:60]}' is already used in line {self.ids[key]}", line)
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
        for text in amounts:
            dot = text.find(".")
            if dot >= 0 and len(text) - dot - 1 > self.decimals:
                self.decimals = len(text) - dot - 1
        if date is None:
            self.undated += 1
        if not amount and not (low or high):
            self.unpriced += 1
        self.ids[key] = line
        if kind == "external":
            inward = payer == OUTSIDE
            self.outside.append((self.party(payee if inward else payer), inward, amount, date, status, line))
            return
        row = KINDS[kind]
        self.append(
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
        key: str,
        deal: str,
        payer: int,
        payee: int,
        kind: str,
        amounts: tuple[str, str, str],
        cash: bool,
        status: str,
        date: str | None,
    ) -> None:
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

    def party(self, name: str) -> int:
        return self.parties.setdefault(name, len(self.parties))

    def is_date(self, text: str) -> bool:
        if not _DATE.fullmatch(text):
            return False
        try:
            datetime.fromisoformat(text)
        except ValueError:
            return False
        return True

    def amounts_hold(self, line: int, amount: str, low: str, high: str) -> bool:
        for text in (amount, low, high):
            if text and not _PLAIN.fullmatch(text):
                self.problem("bad-amount", f"'{text[:60]}' is not a plain number of 0 or more", line)
                return False
        if low or high:
            known = [float(text) for text in (low, amount, high) if text]
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
        self.summarise()
        order = sorted(self.parties)
        at = [0] * len(order)
        for new, name in enumerate(order):
            at[self.parties[name]] = new
        units = _units(self.decimals)
        point = [units(text) for text in self.amount]
        return LegTable(
            parties=tuple(order), currency=self.currency or "USD", scale=self.decimals,
            id=self.leg_ids, deal=self.deal,
            payer=[at[number] for number in self.payer], payee=[at[number] for number in self.payee],
            kind=self.kind, amount=point, point=point,
            low=[units(text) for text in self.low], high=[units(text) for text in self.high],
            cash=self.cash, status=self.status, date=self.date, tier=[None] * len(self.deal),
            outside=tuple(
                Outside(at[party], inward, units(text), date, status, line)
                for party, inward, text, date, status, line in self.outside
            ),
        )  # fmt: skip

    def summarise(self) -> None:
        if self.undated:
            self.problem("undated-rows", f"{plural(self.undated, 'row')} without a date", 0)
        if self.unpriced:
            self.problem("unpriced-rows", f"{plural(self.unpriced, 'row')} without an amount", 0)
        folded: dict[str, str] = {}
        for name in sorted(self.parties):
            first = folded.setdefault(re.sub(r"[\W_]+", "", name).casefold() or name, name)
            if first != name:
                self.problem("similar-names", f"'{first[:60]}' and '{name[:60]}' are kept as two parties", 0)

    def problem(self, code: str, message: str, line: int) -> None:
        self.problems.append(Problem(code, message, Place(self.shown, line)))


def _units(decimals: int) -> Callable[[str], int | None]:
    """Text of a plain number → integer units, memoised by text: amounts repeat."""
    known: dict[str, int | None] = {"": None}

    def units(text: str) -> int | None:
        if text not in known:
            whole, _, part = text.partition(".")
            known[text] = int(whole + part.ljust(decimals, "0"))
        return known[text]

    return units


def _read_parquet(file: Path) -> tuple[Ledger, list[Problem]]:
    try:
        import pyarrow.parquet as parquet
    except ImportError:
        raise MissingExtra("parquet", "reading a Parquet ledger") from None
    table = parquet.read_table(file)
    names = list(table.column_names)
    columns = [[_text(value) for value in table.column(name).to_pylist()] for name in names]

    def rows() -> Iterator[tuple[int, list[str]]]:
        yield 0, names
        yield from enumerate((list(cells) for cells in zip(*columns, strict=True)), 1)

    builder = _Builder(file.name)
    builder.take(rows())
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return Ledger(file.stem, digest, builder.table()), sort_problems(builder.problems)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float):
        return "" if value != value else format(value, "f").rstrip("0").rstrip(".")
    return str(value).lower() if isinstance(value, bool) else str(value)
