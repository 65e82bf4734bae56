"""A ledger file: the interface's columns, blanks and conventions; bad rows told, good rows kept; memory bounded."""

from __future__ import annotations

import datetime
import io
import os
import sys
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circularity.errors import UsageError
from circularity.io.ledger import MAX_LINE, load_ledger
from circularity.load import open_graph
from circularity.model.kinds import KINDS
from circularity.model.legs import LegTable
from circularity.model.status import FLOORS, STATUSES
from circularity.problems import CODES, Problem
from circularity.views.exports import export_files
from tests.ledgers import HEAD, run, write
from tests.properties import same_every_time

FULL = "id,date,payer,payee,kind,amount,amount_low,amount_high,currency,cash,status,deal,note"
Read = Callable[[str | bytes], tuple[LegTable, list[Problem]]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read text as a ledger."""

    def reading(text: str | bytes) -> tuple[LegTable, list[Problem]]:
        file = tmp_path / "ledger.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        ledger, problems = load_ledger(file)
        return ledger.table, problems

    return reading


def told(problems: list[Problem]) -> list[tuple[str, int]]:
    assert all(problem.place and problem.place.file == "ledger.csv" for problem in problems)
    return [(problem.code, problem.place.line) for problem in problems if problem.place]


# what the interface says


def test_blanks_mean_what_the_interface_says(read: Read) -> None:
    """Kind: payment. Amount: undisclosed. Status: paid. Cash: the kind's. Date: undated. Deal: the row's own."""
    legs, problems = read(f"{HEAD}\nx,,a,b,,\n")
    assert (legs.kind, legs.amount, legs.status, legs.cash, legs.date, legs.deal) == (
        ["payment"], [None], ["paid"], [True], [None], ["x"],
    )  # fmt: skip
    assert told(problems) == [("undated-rows", 0), ("unpriced-rows", 0)]


def test_every_column(read: Read) -> None:
    legs, problems = read(f"{FULL}\nx,2025-03-01T09:30:00,a,b,loan,2.50,1,3.125,eur,no,committed,d,why\n")
    assert problems == []
    assert (legs.currency, legs.scale) == ("EUR", 3)
    assert (legs.amount, legs.low, legs.point, legs.high) == ([2500], [1000], [2500], [3125])
    assert (legs.cash, legs.status, legs.deal, legs.date) == ([False], ["committed"], ["d"], ["2025-03-01T09:30:00"])


def test_columns_in_any_order_and_case(read: Read) -> None:
    legs, problems = read("Amount, PAYEE ,payer,Kind,date,ID\n5,b,a,loan,2025-01-01,x\n")
    assert problems == []
    assert (legs.id, legs.parties, legs.payer, legs.payee) == (["x"], ("a", "b"), [0], [1])


def test_money_from_and_to_outside_is_no_leg(read: Read) -> None:
    legs, problems = read(
        f"{HEAD}\nin,2025-01-01,OUTSIDE,a,external,5\nx,2025-01-02,a,b,,5\nout,2025-01-03,b,OUTSIDE,external,2\n"
    )
    assert problems == []
    assert legs.id == ["x"]
    assert [(legs.parties[item.party], item.inward, item.amount) for item in legs.outside] == [
        ("a", True, 5),
        ("b", False, 2),
    ]


@pytest.mark.parametrize(
    "row", ["x,,OUTSIDE,a,payment,5", "x,,a,OUTSIDE,,5", "x,,a,b,external,5", "x,,outside,a,external,5"]
)
def test_outside_and_external_come_together(read: Read, row: str) -> None:
    legs, problems = read(f"{HEAD}\n{row}\n")
    assert told(problems) == [("outside-external", 2)]
    assert len(legs) == 0


def test_an_investment_in_kind_is_two_legs(read: Read) -> None:
    legs, problems = read(f"{HEAD}\nx,2025-01-01,maker,lab,in_kind,5\n")
    assert problems == []
    assert legs.id == ["x", "x/purchase"]
    assert legs.kind == ["in_kind", "purchase"]
    assert [(legs.parties[a], legs.parties[b]) for a, b in zip(legs.payer, legs.payee, strict=True)] == [
        ("maker", "lab"), ("lab", "maker"),
    ]  # fmt: skip
    assert legs.cash == [False, False]


@pytest.mark.parametrize("rows", [("x/purchase", "x"), ("x", "x/purchase")])
def test_the_second_leg_of_a_pair_takes_its_id(read: Read, rows: tuple[str, str]) -> None:
    lines = {"x": "x,2025-01-01,a,b,in_kind,5", "x/purchase": "x/purchase,2025-01-01,a,b,loan,5"}
    legs, problems = read("\n".join([HEAD, *(lines[row] for row in rows)]))
    assert told(problems) == [("duplicate-id", 3)]
    assert len(set(legs.id)) == len(legs.id)


def test_payer_is_payee(read: Read) -> None:
    legs, problems = read(f"{HEAD}\nx,2025-01-01,a,a,loan,5\ny,2025-01-01,a,b,loan,5\n")
    assert told(problems) == [("self-payment", 2)]
    assert problems[0].severity == "warning"
    assert legs.id == ["y"]


def test_one_currency(read: Read) -> None:
    head = "id,date,payer,payee,kind,amount,currency"
    legs, problems = read(
        f"{head}\n1,2025-01-01,a,b,,5,usd\n2,2025-01-01,a,b,,5,\n3,2025-01-01,a,b,,5,EUR\n4,2025-01-01,a,b,,5,USD\n"
    )
    assert told(problems) == [("second-currency", 4)]
    assert legs.id == ["1", "2", "4"]
    assert legs.currency == "USD"


@pytest.mark.parametrize("other", ["ACME  Corp.", "Acme Corp", "acme-corp", "\u200eAcme Corp."])
def test_names_that_differ_in_nothing_that_matters(read: Read, other: str) -> None:
    legs, problems = read(f"{HEAD}\n1,2025-01-01,Acme Corp.,b,,5\n2,2025-01-01,b,{other},,5\n")
    assert told(problems) == [("similar-names", 0)]
    assert problems[0].severity == "note"
    assert len(legs.parties) == 3


def test_events_keep_their_listed_order(read: Read) -> None:
    legs, _ = read(f"{HEAD}\nb,2025-01-02,x,y,,1\na,2025-01-01,x,y,,1\n")
    assert legs.id == ["b", "a"]


# bad rows

ROWS = {
    "unknown kind": ("x,2025-01-01,a,b,lone,5", "unknown-kind"),
    "negative": ("x,2025-01-01,a,b,loan,-5", "bad-amount"),
    "not a number": ("x,2025-01-01,a,b,loan,NaN", "bad-amount"),
    "infinite": ("x,2025-01-01,a,b,loan,inf", "bad-amount"),
    "a word": ("x,2025-01-01,a,b,loan,five", "bad-amount"),
    "exponent": ("x,2025-01-01,a,b,loan,1e9", "bad-amount"),
    "thousands": ('x,2025-01-01,a,b,loan,"1,000"', "bad-amount"),
    "currency sign": ("x,2025-01-01,a,b,loan,$5", "bad-amount"),
    "other digits": ("x,2025-01-01,a,b,loan,٥", "bad-amount"),
    "31 digits": (f"x,2025-01-01,a,b,loan,{'9' * 31}", "bad-amount"),
    "no such day": ("x,2025-02-30,a,b,loan,5", "bad-date"),
    "no such hour": ("x,2025-02-28T25:00:00,a,b,loan,5", "bad-date"),
    "month first": ("x,02/28/2025,a,b,loan,5", "bad-date"),
    "no leading zero": ("x,2025-2-8,a,b,loan,5", "bad-date"),
    "year nought": ("x,0000-01-01,a,b,loan,5", "bad-date"),
    "no id": (",2025-01-01,a,b,loan,5", "missing-key"),
    "no payer": ("x,2025-01-01,,b,loan,5", "missing-key"),
    "no payee": ("x,2025-01-01,a, ,loan,5", "missing-key"),
    "same id": ("kept,2025-01-01,a,b,loan,5", "duplicate-id"),
    "too few cells": ("x,2025-01-01,a,b,loan", "row-shape"),
    "too many cells": ("x,2025-01-01,a,b,loan,5,6", "row-shape"),
    "text after a quote": ('x,2025-01-01,"a"b,b,loan,5', "row-shape"),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_bad_row_is_told_and_the_others_kept(read: Read, name: str) -> None:
    row, code = ROWS[name]
    legs, problems = read(f"{HEAD}\nkept,2025-01-01,a,b,loan,5\n{row}\nlast,2025-01-01,b,a,,7\n")
    assert told(problems) == [(code, 3)]
    assert problems[0].severity == "error"
    assert (legs.id, legs.amount) == (["kept", "last"], [5, 7])


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ("4,5,6,,,", "amount-order"),
        ("4,,3,,,", "amount-order"),
        (",5,3,,,", "amount-order"),
        ("4,-1,6,,,", "bad-amount"),
        (f"{10**25},{10**25 + 1},,,,", "amount-order"),
        ("4,,,,perhaps,", "bad-value"),
        ("4,,,,,signed", "bad-value"),
    ],
)
def test_bad_optional_cells(read: Read, cells: str, code: str) -> None:
    head = f"{HEAD},amount_low,amount_high,currency,cash,status"
    legs, problems = read(f"{head}\nkept,2025-01-01,a,b,loan,4,3,5,,,\nx,2025-01-01,a,b,loan,{cells}\n")
    assert told(problems) == [(code, 3)]
    assert legs.id == ["kept"]


def test_a_wrong_kind_suggests_the_right_one(read: Read) -> None:
    assert "did you mean 'purchase' or" in read(f"{HEAD}\nx,2025-01-01,a,b,purchse,5\n")[1][0].message


# bad files


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("file-empty", 0)]),
        ("\ufeff", [("file-empty", 0)]),
        ("\n\n\n", [("file-empty", 0)]),
        ("id,date,payer,payee\n1,,a,b\n", [("missing-column", 1)]),
        ("1,2025-01-01,a,b,loan,5\n", [("missing-column", 1)]),
        (f"{HEAD},id\n1,,a,b,,5,2\n", [("duplicate-key", 1)]),
        (f"{HEAD}\n", []),
        (HEAD, []),
    ],
)
def test_heads(read: Read, text: str, expected: list[tuple[str, int]]) -> None:
    legs, problems = read(text)
    assert told(problems) == expected
    assert len(legs) == 0


def test_missing_columns_are_named(read: Read) -> None:
    assert read("id,payer,payee,kind\n")[1][0].message == "missing column: date, amount"


@pytest.mark.parametrize(("mark", "word"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_a_header_with_other_marks_is_told_so(read: Read, mark: str, word: str) -> None:
    found = read(f"{HEAD}\n1,2025-01-01,a,b,loan,5\n".replace(",", mark))[1][0]
    assert (found.code, found.message.endswith(f"; the header is separated by {word}, not by commas")) == (
        "missing-column", True,
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}\r\nx,2025-01-01,a,b,loan,5\r\ny,2025-01-01,b,a,loan,5\r\n",
        f"\ufeff{HEAD}\nx,2025-01-01,a,b,loan,5\ny,2025-01-01,b,a,loan,5",
        f"\n\n{HEAD}\n\nx,2025-01-01,a,b,loan,5\n\n\ny,2025-01-01,b,a,loan,5\n\n",
        f'{HEAD}\n"x","2025-01-01","a","b","loan","5"\ny,2025-01-01,b,a,loan,5\n',
    ],
    ids=["CRLF", "BOM", "blank lines", "quotes"],
)  # fmt: skip
def test_forms_of_text(read: Read, text: str) -> None:
    legs, problems = read(text)
    assert problems == []
    assert (legs.id, legs.parties, legs.amount) == (["x", "y"], ("a", "b"), [5, 5])


def test_quoted_line_breaks_and_the_lines_of_rows_after_them(read: Read) -> None:
    text = f'{HEAD},note\nx,2025-01-01,a,b,loan,5,"one\ntwo\nthree"\ny,2025-01-01,b,a,loan,-5,\n"z\n",2025-01-01,"b ""c"", d",a,loan,5,\n'
    legs, problems = read(text)
    assert told(problems) == [("bad-amount", 5)]
    assert legs.id == ["x", "z"]
    assert legs.parties == ("a", "b", 'b "c", d')


def test_a_quote_left_open(read: Read) -> None:
    """The rest of a short file is one cell that does not end."""
    legs, problems = read(f'{HEAD}\nx,2025-01-01,a,b,loan,5\ny,2025-01-01,"b,a,loan,5\nz,2025-01-01,b,a,loan,5\n')
    assert told(problems) == [("row-shape", 3)]
    assert legs.id == ["x"]


def test_a_quote_left_open_in_a_long_file(read: Read) -> None:
    """Only as much as the largest cell is lost; then reading goes on."""
    rows = [f"{number},2025-01-01,a,b,loan,5" for number in range(20_000)]
    rows[10] = '10,2025-01-01,"a,b,loan,5'
    legs, problems = read("\n".join([HEAD, *rows]))
    assert [code for code, _ in told(problems)] == ["line-too-long"]
    assert told(problems)[0][1] == 12
    assert legs.id[:10] == [str(number) for number in range(10)]
    assert legs.id[-1] == "19999"
    assert len(legs) > 14_000


def test_bytes_that_are_not_utf8_cost_their_row_only(read: Read) -> None:
    good = f"{HEAD}\nx,2025-01-01,café,b,loan,5\n".encode()
    legs, problems = read(good + "y,2025-01-01,naïve,b,loan,5\n".encode("latin-1") + b"z,2025-01-01,b,a,loan,5\n")
    assert told(problems) == [("encoding", 3)]
    assert (legs.id, legs.parties) == (["x", "z"], ("a", "b", "café"))


def test_nul_bytes_cost_their_row_only(read: Read) -> None:
    legs, problems = read(f"{HEAD}\nx,2025-01-01,a\0,b,loan,5\ny,2025-01-01,a,b,loan,5\n")
    assert told(problems) == [("encoding", 2)]
    assert legs.id == ["y"]


@pytest.mark.parametrize("form", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings(read: Read, form: str) -> None:
    legs, problems = read(f"{HEAD}\nx,2025-01-01,a,b,loan,5\ny,2025-01-01,a,b,loan,5\n".encode(form))
    assert told(problems) == [("encoding", 1)]
    assert len(legs) == 0


def test_a_file_that_is_no_text(read: Read) -> None:
    legs, problems = read(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    assert told(problems)[0] == ("encoding", 1)
    assert len(legs) == 0


class Long(io.RawIOBase):
    """A ledger whose third line is `size` bytes long, made as it is read."""

    def __init__(self, size: int) -> None:
        self.parts = [
            f"{HEAD}\nx,2025-01-01,a,b,loan,5\ny,2025-01-01,".encode(),
            size,
            b",b,loan,5\nz,2025-01-01,b,a,loan,7\n",
        ]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while self.parts and not self.parts[0]:
            self.parts.pop(0)
        if not self.parts:
            return 0
        part = self.parts[0]
        if isinstance(part, bytes):
            taken = part[: len(buffer)]
            self.parts[0] = part[len(taken) :]
        else:
            taken = b"x" * min(part, len(buffer))
            self.parts[0] = part - len(taken)
        buffer[: len(taken)] = taken
        return len(taken)


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[io.RawIOBase], None]:
    """Put a stream in the place of standard input."""

    def put(stream: io.RawIOBase) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(stream)))

    return put


def test_a_line_without_end_is_left_out_in_bounded_memory(stdin: Callable[[io.RawIOBase], None]) -> None:
    """64 MiB in one line between good rows: told once, and never held."""
    stdin(Long(64 << 20))
    tracemalloc.start()
    ledger, problems = load_ledger("-")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(problem.code, problem.place and problem.place.line) for problem in problems] == [("line-too-long", 3)]
    assert ledger.table.id == ["x", "z"]
    assert peak < 24 << 20


def test_a_line_just_too_long_and_one_just_not(stdin: Callable[[io.RawIOBase], None]) -> None:
    stdin(Long(100_000))
    ledger, problems = load_ledger("-")
    assert problems == []
    assert ledger.table.id == ["x", "y", "z"]
    stdin(Long(MAX_LINE + 1))
    ledger, problems = load_ledger("-")
    assert [problem.code for problem in problems] == ["line-too-long"]
    assert ledger.table.id == ["x", "z"]


def test_a_sparse_file_of_nothing(tmp_path: Path) -> None:
    """Half a gigabyte of NUL bytes on disk takes none, and ends at once."""
    file = tmp_path / "ledger.csv"
    with file.open("wb") as stream:
        stream.write(f"{HEAD}\nx,2025-01-01,a,b,loan,5\n".encode())
        stream.truncate(256 << 20)
    tracemalloc.start()
    ledger, problems = load_ledger(file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "line-too-long" in [problem.code for problem in problems]
    assert ledger.table.id == ["x"]
    assert peak < 24 << 20


# standard input


def test_a_ledger_on_standard_input() -> None:
    done = run(
        "check", "-g", "-", "--format", "json", stdin=f"{HEAD}\nx,2025-01-01,a,b,loan,5\ny,2025-01-01,a,b,loan,-5\n"
    )
    assert done.exit_code == 1
    assert '"file": "-"' in done.stdout
    assert '"line": 3' in done.stdout


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a file"):
        load_ledger(tmp_path / "none.csv")
    with pytest.raises(UsageError, match="is not a file"):
        load_ledger(tmp_path)


def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(UsageError, match="is not a file"):
        load_ledger(tmp_path / "pipe.csv")


# hostile names

HOSTILE = [
    "</script>", "=cmd()", "@SUM(A1)", "-1+1", "+x", "`id`", "it's", 'say "x"', "a,b", "a;b", "\u202etxt.exe", "\u200b\u200b", "日本",
    "x" * 10_000, "'=already", "outside", "none", "null", "'}) DETACH DELETE n //", "Robert'); DROP TABLE legs;--",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: repr(name[:12]))
def test_hostile_names_are_names(tmp_path: Path, name: str) -> None:
    file = write(
        tmp_path / "ledger.csv",
        [("1", "2025-01-01", name, "b", "loan", 5), (name, "2025-01-02", "b", name, "purchase", 4)],
    )
    graph = open_graph(file)
    assert graph.problems == ()
    wanted = name.removeprefix("'") if name.startswith("'=") else name
    legs = graph.view().legs
    assert legs.id == ["1", wanted]
    assert sorted({"b", wanted}) == list(legs.parties)
    assert legs.amount == [5, 4]


# out and in again

cell = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1, max_size=12).map(
    str.strip
)
names = cell.filter(lambda text: bool(text) and text != "OUTSIDE" and not text.startswith("'"))
money = st.decimals(min_value=0, max_value=10**12, places=6, allow_nan=False).map(lambda value: f"{value:f}")
bounds = st.lists(money, min_size=3, max_size=3).map(lambda three: sorted(three, key=Decimal)) | st.just(["", "", ""])
day = st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)).map(str) | st.just("") | st.datetimes(
    datetime.datetime(1900, 1, 1), datetime.datetime(2100, 1, 1)
).map(lambda time: time.replace(microsecond=0).isoformat())  # fmt: skip
ledger_rows = st.lists(
    st.tuples(
        names, day, names, names, st.sampled_from([kind for kind in KINDS if kind != "external"]), bounds,
        st.sampled_from(["", "true", "false"]), st.sampled_from(FLOORS), st.just("") | names,
    ),
    min_size=1, max_size=8, unique_by=lambda row: row[0],
)  # fmt: skip


def columns(legs: LegTable) -> list[tuple[Any, ...]]:
    """Legs as facts, whatever the positions of their parties and the scale of their units."""
    value = lambda units: None if units is None else legs.money(units)  # noqa: E731
    return [
        (legs.id[n], legs.deal[n], legs.parties[legs.payer[n]], legs.parties[legs.payee[n]], legs.kind[n],
         value(legs.low[n]), value(legs.point[n]), value(legs.high[n]), legs.cash[n], legs.status[n], legs.date[n])
        for n in range(len(legs))
    ]  # fmt: skip


@same_every_time
@given(ledger_rows, st.sampled_from(["csv", "parquet"]))
def test_an_export_reads_back_as_the_same_legs(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, ...]], style: str
) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    head = "id,date,payer,payee,kind,amount_low,amount,amount_high,cash,status,deal,currency"
    first = open_graph(write(folder / "first.csv", [(*row[:5], *row[5], *row[6:], "EUR") for row in rows], head))
    assert all(problem.severity != "error" for problem in first.problems)
    exported = folder / f"second.{style}"
    exported.write_bytes(export_files(first.view(), style)[""])
    second = open_graph(exported)
    assert all(problem.severity != "error" for problem in second.problems)
    assert columns(second.view().legs) == columns(first.view().legs)
    assert second.view().legs.currency == "EUR" or not len(second.view().legs)
    assert export_files(second.view(), style)[""] == exported.read_bytes()


def test_a_carriage_return_in_a_name_breaks_no_export(tmp_path: Path) -> None:
    file = tmp_path / "ledger.csv"
    file.write_bytes(f'{HEAD}\nx,2025-01-01,"a\rb","c\r\nd",loan,5\n'.encode())
    first = open_graph(file)
    (tmp_path / "again.csv").write_bytes(export_files(first.view(), "csv")[""])
    second = open_graph(tmp_path / "again.csv")
    assert first.problems == second.problems == ()
    assert second.view().legs.parties == ("a\nb", "c\nd")


@same_every_time
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=20), st.binary(max_size=60))
def test_any_file_is_legs_and_problems(tmp_path_factory: pytest.TempPathFactory, cells: list[str], tail: bytes) -> None:
    file = tmp_path_factory.mktemp("ledger") / "ledger.csv"
    file.write_bytes(f"{HEAD}\nx,2025-01-01,a,b,,1\n".encode() + ",".join(cells).encode() + b"\n" + tail)
    graph = open_graph(file)
    assert all(problem.code in CODES for problem in graph.problems)
    assert graph.view().legs.id[:1] == ["x"]


def test_statuses_that_end_a_leg_do_not_count(read: Read) -> None:
    head = f"{HEAD},status"
    text = "\n".join([head, *(f"{status},2025-01-01,a,b,loan,5,{status}" for status in STATUSES)])
    legs, problems = read(text)
    assert problems == []
    assert legs.id == list(STATUSES)


# Parquet


def parquet(file: Path, **changed: Any) -> Path:
    """A Parquet ledger of two rows; a column given as None is left out."""
    import pyarrow
    from pyarrow import parquet as writer

    data = {"id": ["x", "y"], "date": ["2025-01-01", None], "payer": ["a", "b"], "payee": ["b", "a"], "kind": ["loan", None], "amount": ["5.25", None]}  # fmt: skip
    table = pyarrow.table({name: values for name, values in {**data, **changed}.items() if values is not None})
    writer.write_table(table, file)
    return file


def test_parquet_is_the_same_ledger(tmp_path: Path) -> None:
    ledger, problems = load_ledger(parquet(tmp_path / "ledger.parquet"))
    csv_file = write(
        tmp_path / "ledger.csv", [("x", "2025-01-01", "a", "b", "loan", "5.25"), ("y", "", "b", "a", "", "")]
    )
    same, same_problems = load_ledger(csv_file)
    assert ledger.table == same.table
    assert (
        [problem.code for problem in problems]
        == [problem.code for problem in same_problems]
        == ["undated-rows", "unpriced-rows"]
    )


@pytest.mark.parametrize(
    ("amounts", "units", "scale"),
    [
        ([5.25, None], [525, None], 2),
        ([5, 100], [5, 100], 0),
        ([1e16, 0.0000001], [10**23, 1], 7),
        ([100.0, float("nan")], [100, None], 0),
        ([Decimal("1.50"), Decimal("1E+3")], [150, 100_000], 2),
    ],
)
def test_parquet_amounts_are_exact(tmp_path: Path, amounts: list[Any], units: list[int | None], scale: int) -> None:
    import pyarrow

    if isinstance(amounts[0], Decimal):
        column: Any = pyarrow.array(amounts, pyarrow.decimal128(20, 2))
    else:
        column = amounts
    ledger, problems = load_ledger(parquet(tmp_path / "ledger.parquet", amount=column))
    assert not [problem for problem in problems if problem.severity == "error"]
    legs = ledger.table
    assert [legs.money(amount) if amount is not None else None for amount in legs.amount] == [
        None if unit is None else Decimal(unit).scaleb(-scale) for unit in units
    ]


def test_parquet_dates_are_days(tmp_path: Path) -> None:
    days = [datetime.date(2025, 3, 1), datetime.date(2025, 3, 2)]
    times = [datetime.datetime(2025, 3, 1, 9, 30), datetime.datetime(2025, 3, 2)]
    assert load_ledger(parquet(tmp_path / "a.parquet", date=days))[0].table.date == ["2025-03-01", "2025-03-02"]
    assert load_ledger(parquet(tmp_path / "b.parquet", date=times))[0].table.date == [
        "2025-03-01T09:30:00",
        "2025-03-02T00:00:00",
    ]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"amount": [5, -5]}, ("bad-amount", 2)),
        ({"amount": [float("inf"), 5]}, ("bad-amount", 1)),
        ({"kind": ["loan", "lone"]}, ("unknown-kind", 2)),
        ({"payer": None}, ("missing-column", 0)),
        ({"id": ["x", "x"]}, ("duplicate-id", 2)),
    ],
)
def test_parquet_problems_name_the_row(tmp_path: Path, changed: dict[str, Any], expected: tuple[str, int]) -> None:
    _, problems = load_ledger(parquet(tmp_path / "ledger.parquet", **changed))
    errors = [
        (problem.code, problem.place and problem.place.line) for problem in problems if problem.severity == "error"
    ]
    assert errors == [expected]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" * 100, b"\xff" * 5000])
def test_what_is_no_parquet(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "ledger.parquet"
    file.write_bytes(content)
    ledger, problems = load_ledger(file)
    assert [problem.code for problem in problems] == ["parquet-syntax"]
    assert len(ledger.table) == 0


def test_parquet_cut_short(tmp_path: Path) -> None:
    file = parquet(tmp_path / "ledger.parquet")
    file.write_bytes(file.read_bytes()[:-200])
    assert [problem.code for problem in load_ledger(file)[1]] == ["parquet-syntax"]
