"""Reading a large ledger as arrays gives what reading it with care gives: the same legs, the same problems."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circularity.io import ledger, plainrows
from circularity.io.ledger import load_ledger
from circularity.io.plainrows import PlainRows
from circularity.load import open_graph
from circularity.model.legs import COLUMNS, LegTable
from circularity.problems import Problem
from tests.ledgers import HEAD
from tests.properties import same_every_time

pytestmark = pytest.mark.skipif(importlib.util.find_spec("numpy") is None, reason="needs the extra [fast]")

FULL = "id,date,payer,payee,kind,amount,amount_low,amount_high,currency,cash,status,deal,note"


def facts(table: LegTable) -> dict[str, Any]:
    """A table as plain values, whatever its columns are kept in."""
    columns = {name: list(getattr(table, name)) for name in COLUMNS}
    return {
        **columns,
        "parties": table.parties,
        "currency": table.currency,
        "scale": table.scale,
        "outside": table.outside,
    }


Read = tuple[dict[str, Any], list[Problem], str]
Same = Callable[..., int]


def reading(file: Path, **settings: int) -> Read:
    """Read a ledger with some settings of the reader."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setattr(ledger, name, value)
        found, problems = load_ledger(file)
    return facts(found.table), problems, found.sha256


def both(file: Path, data: bytes, chunk: int = 1 << 22, head: int = 0) -> tuple[Read, Read, int]:
    """With care, and as arrays from the line after the first `head` bytes on; and how many rows the arrays took."""
    file.write_bytes(data)
    careful = reading(file, _MANY=1 << 60)
    taken = 0
    take = PlainRows.take

    def counting(self: PlainRows, data: bytes, first: int) -> Any:
        nonlocal taken
        odd = take(self, data, first)
        taken += 0 if odd is None else len(self.rows[-1].ids)
        return odd

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PlainRows, "take", counting)
        fast = reading(file, _MANY=0, _HEAD=head, _CHUNK=chunk)
    return careful, fast, taken


@pytest.fixture
def same(tmp_path: Path) -> Same:
    """That both ways agree about a text; gives how many rows the arrays took."""

    def check(text: str | bytes, head: int = 0) -> int:
        careful, fast, taken = both(
            tmp_path / "ledger.csv", text if isinstance(text, bytes) else text.encode(), head=head
        )
        assert fast == careful
        return taken

    return check


def plain_rows(count: int, seed: int = 1) -> list[str]:
    dice = random.Random(seed)
    return [
        f"{number},2025-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d},from{dice.randrange(40)},to{dice.randrange(40)},"
        f"{dice.choice(['payment', 'loan', 'purchase', ''])},{dice.randint(0, 10**6) / 100}"
        for number in range(count)
    ]  # fmt: skip


# what is plain is taken


FORMS = {
    "plain": "\n".join([HEAD, *plain_rows(300)]),
    "CRLF": "\r\n".join([HEAD, *plain_rows(300), ""]),
    "BOM": "\ufeff" + "\n".join([HEAD, *plain_rows(300), ""]),
    "mixed ends of lines": HEAD + "".join(f"\n{row}{end}" for row, end in zip(plain_rows(300), ["\r", ""] * 150, strict=True)),
    "blank optional columns": FULL + "".join(f"\n{row},,,,,,,some note" for row in plain_rows(300)),
    "full columns": FULL + "".join(
        f"\n{row},,,usd,{['', 'true', 'no', 'Yes'][n % 4]},{['', 'paid', 'committed', 'cancelled'][n % 4]},{['', 'deal 1', 'd2'][n % 3]},"
        for n, row in enumerate(plain_rows(300))
    ),
    "other columns": f"{HEAD},sheet" + "".join(f"\n{row},'s" for row in []) + "".join(f"\n{row},it's" for row in plain_rows(300)),
    "columns in another order": "Amount,PAYEE,payer,Kind,date,ID" + "".join(
        "\n" + ",".join([row.split(",")[at] for at in (5, 3, 2, 4, 1, 0)]) for row in plain_rows(300)
    ),
    "names in other letters": "\n".join([HEAD, *(row.replace(",from", ",日本").replace(",to", ",É ") for row in plain_rows(300))]),
    "long names": "\n".join([HEAD, *(row.replace(",from", ",a long name of a party ").replace(",to", ",another one ") for row in plain_rows(300))]),
    "long ids": "\n".join([HEAD, *(f"a-long-id-of-a-row-{row}" for row in plain_rows(300))]),
    "times": "\n".join([HEAD, *(row.replace("-01,", "-01T09:30:00,") for row in plain_rows(300))]),
    "no dates, no amounts": "\n".join([HEAD, *(f"{n},,a,b,," for n in range(300))]),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_plain_rows_are_taken(same: Same, form: str) -> None:
    assert same(FORMS[form], head=200) >= 270


def test_a_large_ledger_is_taken_without_being_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From about a megabyte on, as the settings stand; payer, payee and amount are then packed."""
    blocks: list[int] = []
    take = PlainRows.take
    monkeypatch.setattr(
        PlainRows, "take", lambda self, data, first: [blocks.append(len(data)), take(self, data, first)][1]
    )
    file = tmp_path / "ledger.csv"
    file.write_text("\n".join([HEAD, *plain_rows(40_000)]), encoding="utf-8")
    assert file.stat().st_size > 1 << 20
    legs = open_graph(file).view().legs
    assert len(legs) == 40_000
    assert sum(blocks) > 1 << 20
    assert memoryview(legs.payer).itemsize == memoryview(legs.amount).itemsize == 8  # type: ignore[arg-type]
    assert type(legs.payer[0]) is type(legs.amount[0]) is int


# odd rows among them

ODD = {
    "a bad amount": "x,2025-01-01,a,b,loan,-5",
    "an exponent": "x,2025-01-01,a,b,loan,1e3",
    "a point at an end": "x,2025-01-01,a,b,loan,5.",
    "a point at the start": "x,2025-01-01,a,b,loan,.5",
    "two points": "x,2025-01-01,a,b,loan,1.2.3",
    "nothing but a point": "x,2025-01-01,a,b,loan,.",
    "other digits": "x,2025-01-01,a,b,loan,٥",
    "19 digits": f"x,2025-01-01,a,b,loan,{10**18}",
    "30 digits": f"x,2025-01-01,a,b,loan,{10**29}",
    "18 decimals": f"x,2025-01-01,a,b,loan,0.{'0' * 17}1",
    "an amount just too long": f"x,2025-01-01,a,b,loan,{'9' * 31}",
    "white space": " x , 2025-01-01 ,a,b,loan, 5 ",
    "other white space": "x\u00a0,2025-01-01,\u2003a,b,loan,5",
    "a bad day": "x,2025-02-30,a,b,loan,5",
    "the last day": "x,9999-12-31,a,b,loan,5",
    "the first day": "x,0001-01-01,a,b,loan,5",
    "no year": "x,0000-01-01,a,b,loan,5",
    "the last second": "x,2025-01-01T23:59:59,a,b,loan,5",
    "no such second": "x,2025-01-01T23:59:60,a,b,loan,5",
    "an unknown kind": "x,2025-01-01,a,b,lone,5",
    "a kind in capitals": "x,2025-01-01,a,b,Loan,5",
    "in kind": "x,2025-01-01,a,b,in_kind,5",
    "in kind, second leg used before": "3,2025-01-01,a,b,in_kind,5",
    "money from outside": "x,2025-01-01,OUTSIDE,a,external,5",
    "outside without external": "x,2025-01-01,OUTSIDE,a,loan,5",
    "payer is payee": "x,2025-01-01,a,a,loan,5",
    "the id of an earlier row": "3,2025-01-01,a,b,loan,5",
    "the id of a later row": "290,2025-01-01,a,b,loan,5",
    "an earlier id of an odd row": "3,2025-01-01,a,a,loan,5",
    "a later id of an odd row": "290,2025-01-01,a,a,loan,5",
    "no id": ",2025-01-01,a,b,loan,5",
    "no payee": "x,2025-01-01,a,,loan,5",
    "too few cells": "x,2025-01-01,a,b,loan",
    "too many cells": "x,2025-01-01,a,b,loan,5,6",
    "a blank line": "",
    "nothing but commas": ",,,,,",
    "thousands": 'x,2025-01-01,a,b,loan,"1,000"',
    "quotes": '"x","2025-01-01","a, inc.","b","loan","5"',
    "a line break in a cell": 'x,2025-01-01,"a\nb",b,loan,5',
    "a quote inside": 'x,2025-01-01,a"b,b,loan,5',
    "text after a quote": 'x,2025-01-01,"a"b,b,loan,5',
    "a guarded formula": "x,2025-01-01,'=a,b,loan,5",
    "a guarded formula first": "'=x,2025-01-01,a,b,loan,5",
    "an apostrophe first": "x,2025-01-01,'a,b,loan,5",
    "an apostrophe inside": "x,2025-01-01,it's,b,loan,5",
    "a carriage return inside": "x,2025-01-01,a\rb,b,loan,5",
    "carriage returns": "x,2025-01-01,a,b,loan,5\r\r",
    "a NUL": "x,2025-01-01,a\0,b,loan,5",
    "a mark of byte order": "\ufeffx,2025-01-01,a,b,loan,5",
    "separators of other kinds": "x\u2028y,2025-01-01,a\u0085b,b\x1ec,loan,5",
    "a name of 64 bytes": f"x,2025-01-01,{'a' * 64},b,loan,5",
    "a name of 65 bytes": f"x,2025-01-01,{'a' * 65},{'a' * 64},loan,5",
    "a name of a cell's limit": f"x,2025-01-01,{'a' * 131072},b,loan,5",
    "a name beyond a cell's limit": f"x,2025-01-01,{'a' * 131073},b,loan,5",
    "an id of 65 bytes": f"{'x' * 65},2025-01-01,a,b,loan,5",
}
MORE = {
    "a second currency": "x,2025-01-01,a,b,loan,5,,,EUR,,,,",
    "the currency in capitals": "x,2025-01-01,a,b,loan,5,,,USD,,,,",
    "white space about it": "x,2025-01-01,a,b,loan,5,,, usd ,,,,",
    "bounds": "x,2025-01-01,a,b,loan,5,4,6,,,,,",
    "one bound, no amount": "x,2025-01-01,a,b,loan,,4.125,,,,,,",
    "bounds that fall": "x,2025-01-01,a,b,loan,5,6,4,,,,,",
    "no such cash": "x,2025-01-01,a,b,loan,5,,,,perhaps,,,",
    "no such status": "x,2025-01-01,a,b,loan,5,,,,,payed,,",
    "a status in capitals": "x,2025-01-01,a,b,loan,5,,,,,Paid,,",
    "a deal in white space": "x,2025-01-01,a,b,loan,5,,,,,, d ,",
    "a long deal": f"x,2025-01-01,a,b,loan,5,,,,,,{'d' * 70},",
    "too few cells": "x,2025-01-01,a,b,loan,5",
}


@pytest.mark.parametrize("where", [0, 150, 299])
@pytest.mark.parametrize("name", ODD)
def test_an_odd_row_is_read_with_care(same: Same, name: str, where: int) -> None:
    rows = plain_rows(300)
    rows.insert(where, ODD[name])
    same("\n".join([HEAD, *rows]))


@pytest.mark.parametrize("where", [0, 150, 299])
@pytest.mark.parametrize("currency", ["", "usd"])
@pytest.mark.parametrize("name", MORE)
def test_an_odd_row_of_all_columns(same: Same, name: str, currency: str, where: int) -> None:
    rows = [f"{row},,,{currency},,,{'d1' if n % 7 else ''}," for n, row in enumerate(plain_rows(300))]
    rows.insert(where, MORE[name])
    same("\n".join([FULL, *rows]))


@pytest.mark.parametrize("data", [b"\xff", b"\xed\xa0\x80", "naïve".encode("latin-1")])
def test_what_is_not_utf8(same: Same, data: bytes) -> None:
    rows = [row.encode() for row in plain_rows(300)]
    rows[100] = b"x,2025-01-01," + data + b",b,loan,5"
    same(b"\n".join([HEAD.encode(), *rows]))


def test_all_odd_rows_at_once_in_small_blocks(tmp_path: Path) -> None:
    """Odd rows of every sort among plain ones, in blocks that begin and end anywhere."""
    for seed in range(6):
        dice = random.Random(seed)
        rows = plain_rows(400, seed)
        for row in ODD.values():
            rows.insert(dice.randrange(len(rows)), row if dice.random() < 0.7 else f"y{row}")
        data = "\n".join([HEAD, *rows]).encode()
        careful, fast, _ = both(tmp_path / "ledger.csv", data, chunk=dice.choice([300, 1000, 5000, 20_000]))
        assert fast == careful


def test_rows_of_one_id_in_other_blocks(tmp_path: Path) -> None:
    """Found at the end, where every block was plain in itself; the first of them stays."""
    rows = plain_rows(600)
    rows[500] = rows[5].replace(",from", ",other")
    rows[501] = rows[400]
    data = "\n".join([HEAD, *rows]).encode()
    careful, fast, taken = both(tmp_path / "ledger.csv", data, chunk=2000)
    assert fast == careful
    assert taken > 580
    assert [(problem.code, problem.place and problem.place.line) for problem in fast[1] if problem.severity == "error"] == [
        ("duplicate-id", 502), ("duplicate-id", 503),
    ]  # fmt: skip
    assert not any(name.startswith("other") for name in fast[0]["parties"])


def test_ids_of_one_number_are_told_apart(same: Same, monkeypatch: pytest.MonkeyPatch) -> None:
    """If all keys are equal, only the words themselves decide."""
    monkeypatch.setattr(plainrows, "_mixed", lambda eights, _: eights[0] * 0 + 7)
    rows = plain_rows(40)
    same("\n".join([HEAD, *rows]))
    same("\n".join([HEAD, *(f"a-long-id-{row.replace(',from', ',a-long-name-')}" for row in rows)]))


def test_names_of_one_number_are_told_apart(same: Same, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that are often equal, of long and of short names."""
    mixed = plainrows._mixed
    monkeypatch.setattr(plainrows, "_mixed", lambda eights, sizes: mixed(eights, sizes) % 5)
    rows = [row.replace(",from", ",a-long-name-") if n % 3 else row for n, row in enumerate(plain_rows(200))]
    same("\n".join([HEAD, *rows]))


@pytest.mark.parametrize("head", ["", "\n\n\n", ",,,\n", "\r\n", '"\n"\n'])
def test_what_stands_before_the_header(same: Same, head: str) -> None:
    same(head + "\n".join([HEAD, *plain_rows(300)]))


@pytest.mark.parametrize("head", ["id,payer", f"{HEAD},id", "", f"{HEAD},what"])
def test_headers(same: Same, head: str) -> None:
    same("\n".join([head, *plain_rows(300)]))


# any text

cell = st.text(st.sampled_from("ab1٥,\"'\n\r\t ;.\0é\u00a0=-"), max_size=5)
row = st.tuples(
    st.sampled_from(["1", "2", "3", "3/purchase"]) | st.integers(10, 10**9).map(str) | cell,
    st.sampled_from(["", "2025-01-01", "2025-01-02T10:00:00", "2024-02-29", "2025-02-29", "0001-01-01"]) | cell,
    st.sampled_from(["a", "b", "A.", "OUTSIDE", "a rather long name of a party", "x" * 70]) | cell,
    st.sampled_from(["a", "c", "d", "é", "日本"]) | cell,
    st.sampled_from(["", "loan", "payment", "in_kind", "external", "stake"]) | cell,
    st.sampled_from(["", "5", "5.25", "0", "007", "1e5", "-1", "9" * 18, "9" * 19, "0.000000000000000001"]) | cell,
).map(",".join)
plain = st.integers(0, 10**6).map(lambda n: f"n{n},2025-01-0{n % 9 + 1},p{n % 7},q{n % 5},loan,{n / 100}")


@same_every_time
@given(st.lists(plain | plain | plain | plain | row, max_size=40), st.sampled_from(["\n", "\r\n"]), st.integers(1, 900))
def test_any_rows(tmp_path_factory: pytest.TempPathFactory, rows: list[str], end: str, chunk: int) -> None:
    data = end.join([HEAD, *rows]).encode()
    careful, fast, _ = both(tmp_path_factory.mktemp("ledger") / "ledger.csv", data, chunk)
    assert fast == careful


rest = st.tuples(
    st.sampled_from(["", "", "", "4"]), st.sampled_from(["", "", "", "6"]), st.sampled_from(["", "usd", "USD", "eur"]),
    st.sampled_from(["", "true", "NO", "so"]), st.sampled_from(["", "paid", "rumoured", "expired", "Paid"]),
    st.sampled_from(["", "d1", " d2 ", "é"]), st.sampled_from(["", "why"]),
).map(",".join)  # fmt: skip


@same_every_time
@given(st.lists(st.tuples(plain | plain | plain | row, rest).map(",".join), max_size=40), st.integers(1, 900))
def test_any_rows_of_all_columns(tmp_path_factory: pytest.TempPathFactory, rows: list[str], chunk: int) -> None:
    data = "\n".join([FULL, *rows]).encode()
    careful, fast, _ = both(tmp_path_factory.mktemp("ledger") / "ledger.csv", data, chunk)
    assert fast == careful


@same_every_time
@given(st.lists(plain, max_size=30), st.binary(max_size=80), st.integers(0, 30))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, rows: list[str], noise: bytes, at: int) -> None:
    lines = [HEAD.encode(), *(row.encode() for row in rows)]
    lines.insert(at + 1, noise)
    careful, fast, _ = both(tmp_path_factory.mktemp("ledger") / "ledger.csv", b"\n".join(lines), 500)
    assert fast == careful
