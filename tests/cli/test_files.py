"""What is written is the named file, whole or not at all, and the same bytes every time."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import openpyxl
import pyarrow.parquet as parquet
import pytest

from circularity.io.ledger import OPTIONAL, REQUIRED
from tests.ledgers import result, run, write
from tests.test_problems import SAMPLES

SINGLE = ("csv", "json", "jsonl", "parquet", "xlsx", "graphml", "gexf", "cypher")
WRITERS = [["view"], ["report"], *(["export", "--format", style] for style in (*SINGLE, "neo4j-csv"))]


def tree(folder: Path) -> dict[str, int | None]:
    """Every path below a folder with its size."""
    return {str(p.relative_to(folder)): p.stat().st_size if p.is_file() else None for p in sorted(folder.rglob("*"))}


@pytest.fixture
def room(tmp_path: Path) -> Path:
    folder = tmp_path / "room"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("words", WRITERS, ids=" ".join)
def test_only_the_named_path_is_written(
    words: list[str], loop: Path, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(room)
    done = run(*words, "-g", loop, "-o", room / "out")
    assert done.exit_code == 0, done.stderr
    assert [path.name for path in room.iterdir()] == ["out"]
    folder = words[0] == "report" or words[-1] == "neo4j-csv"
    assert (room / "out").is_dir() == folder
    assert run(*words, "-g", loop, "-o", room / "out").exit_code == 0  # a second time takes its place
    assert [path.name for path in room.iterdir()] == ["out"]


@pytest.mark.parametrize("words", WRITERS, ids=" ".join)
def test_a_missing_folder_is_exit_2_and_not_made(words: list[str], loop: Path, room: Path) -> None:
    done = run(*words, "-g", loop, "-o", room / "no" / "out")
    assert (done.exit_code, done.stdout) == (2, "")
    assert tree(room) == {}


@pytest.mark.parametrize("words", WRITERS, ids=" ".join)
def test_a_path_of_the_wrong_sort_is_exit_2_and_left_as_it_was(words: list[str], loop: Path, room: Path) -> None:
    folder = words[0] == "report" or words[-1] == "neo4j-csv"
    (room / "out").write_text("mine") if folder else (room / "out").mkdir()
    before = tree(room)
    done = run(*words, "-g", loop, "-o", room / "out")
    assert (done.exit_code, done.stdout) == (2, "")
    assert tree(room) == before


@pytest.mark.parametrize("words", [["report"], ["export", "--format", "neo4j-csv"]], ids=" ".join)
def test_a_folder_of_other_things_is_left_as_it_was(words: list[str], loop: Path, room: Path) -> None:
    (room / "thesis.doc").write_text("mine")
    done = run(*words, "-g", loop, "-o", room)
    assert (done.exit_code, done.stdout) == (2, "")
    assert tree(room) == {"thesis.doc": 4}


@pytest.fixture
def closed(room: Path) -> Iterator[Path]:
    """A folder where nobody can write: root can, except in what is no disk."""
    if os.geteuid() == 0:
        yield Path("/proc/self")
        return
    room.chmod(stat.S_IRUSR | stat.S_IXUSR)
    yield room
    room.chmod(stat.S_IRWXU)


@pytest.mark.parametrize("words", WRITERS, ids=" ".join)
def test_a_place_where_nobody_can_write_is_exit_3(words: list[str], loop: Path, closed: Path) -> None:
    before = sorted(path.name for path in closed.iterdir())
    done = run(*words, "-g", loop, "-o", closed / "out")
    assert (done.exit_code, done.stdout) == (3, "")
    assert "cannot be written" in done.stderr
    assert sorted(path.name for path in closed.iterdir()) == before


@pytest.mark.parametrize("words", WRITERS, ids=" ".join)
def test_a_graph_that_cannot_be_read_writes_nothing(words: list[str], room: Path) -> None:
    assert run(*words, "-g", "nosuch", "-o", room / "out").exit_code == 2
    assert run(*words, "--party", "nosuch", "-o", room / "out").exit_code == 2
    assert tree(room) == {}


def test_reading_verbs_write_nothing(loop: Path, room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(room)
    for words in (
        "check",
        "parties",
        "deals",
        "cycles",
        "measure",
        "report",
        "roundtrip vendor",
        "paths vendor cust",
        "show vendor",
    ):
        assert run(*words.split(), "-g", loop).exit_code == 0
    assert tree(room) == {}


# The same bytes ------------------------------------------------------------------------------------


def in_process(words: list[str], seed: int, folder: Path) -> bytes:
    env = {**os.environ, "PYTHONHASHSEED": str(seed)}
    done = subprocess.run([sys.executable, "-m", "circularity", *words], capture_output=True, cwd=folder, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "words",
    ["cycles --max-length 4", "cycles --by party", "measure", "roundtrip nvidia", "roundtrip amazon --complete all", "report", "deals", "parties", "check"],
)  # fmt: skip
def test_the_same_json_under_any_hash_seed(words: str, tmp_path: Path) -> None:
    outputs = {in_process([*words.split(), "--format", "json"], seed, tmp_path) for seed in (1, 4242)}
    assert len(outputs) == 1
    assert json.loads(outputs.pop())["result"]


@pytest.mark.parametrize("style", [*SINGLE, "neo4j-csv", "view", "report"])
def test_the_same_files_under_any_hash_seed_and_at_any_time(style: str, tmp_path: Path) -> None:
    words = [style] if style in ("view", "report") else ["export", "--format", style]
    found: set[tuple[tuple[str, bytes], ...]] = set()
    for seed in (1, 4242):
        if style == "xlsx":
            time.sleep(2.1)  # the times inside a zip file step by two seconds
        out = tmp_path / f"out-{seed}"
        in_process([*words, "-o", str(out)], seed, tmp_path)
        files = sorted(out.iterdir()) if out.is_dir() else [out]
        found.add(tuple((path.name if out.is_dir() else "", path.read_bytes()) for path in files))
    assert len(found) == 1


def test_a_package_is_the_same_bytes_under_any_hash_seed_and_writes_the_named_folder_only(tmp_path: Path) -> None:
    found = []
    for seed in (1, 4242):
        room = tmp_path / str(seed)
        room.mkdir()
        in_process(["export", "--package", "-o", str(room / "out")], seed, room)
        assert [path.name for path in room.iterdir()] == ["out"]
        found.append({path.name: path.read_bytes() for path in (room / "out").iterdir()})
    assert found[0] == found[1]
    assert {"datapackage.json", "dataset.json", "legs.csv", "legs.parquet", "README.md"} <= set(found[0])


@pytest.mark.parametrize("words", [["--format", "xlsx"], ["-g", "loop"]], ids=" ".join)
def test_a_package_that_cannot_be_is_exit_2_and_writes_nothing(words: list[str], loop: Path, room: Path) -> None:
    asked = [str(loop) if word == "loop" else word for word in words]
    assert run("export", "--package", *asked, "-o", room / "out").exit_code == 2
    assert tree(room) == {}


def test_a_package_leaves_a_folder_of_other_things_as_it_was(room: Path) -> None:
    (room / "thesis.doc").write_text("mine")
    assert run("export", "--package", "-o", room).exit_code == 2
    assert tree(room) == {"thesis.doc": 4}


def test_a_package_of_a_dataset_with_errors_holds_what_is_right(room: Path) -> None:
    shutil.copytree(SAMPLES / "base", room / "data")
    shutil.copy(SAMPLES / "bad-amount.yaml", room / "data" / "flaw.yaml")
    assert run("export", "--package", "-g", room / "data", "-o", room / "out").exit_code == 1
    assert "base-purchase" in (room / "out" / "legs.csv").read_text()


# Other programs read it ----------------------------------------------------------------------------

HOSTILE = [
    "</script><script>alert(1)</script>", "=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2+3", "`back`\\'\"tick", "\u202eevil\u202c",
    "\x1b[31mred", "| **b** [x](javascript:1)", "L" * 10_000, "naïve 株式会社", "a]]>b", "&amp;", "${1+1}", "'; DROP TABLE x; --", "two\nlines",
]  # fmt: skip


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """Each hostile name funds the next and sells to it; ids, deals and notes are hostile too."""
    rows: list[tuple[object, ...]] = [("o", "2025-01-01", "OUTSIDE", HOSTILE[0], "external", 5, "", "")]
    for n, name in enumerate(HOSTILE):
        following = HOSTILE[(n + 1) % len(HOSTILE)]
        rows.append((f"=id{n}", "2025-01-02", name, following, "equity_cash", 100 - n, f"+deal{n}", "=HYPERLINK(1)"))
        rows.append((f"{HOSTILE[n][:40]}{n}", "2025-02-02", following, name, "purchase", 100 - n, f"<b>{n}", ""))
    return write(tmp_path / "hostile.csv", rows, "id,date,payer,payee,kind,amount,deal,note")


def exported(graph: Path | str, style: str, folder: Path) -> Path:
    out = folder / f"out.{style}"
    done = run("export", "-g", graph, "--format", style, "-o", out)
    assert done.exit_code == 0, (done.stderr, done.exception)
    return out


def measures(graph: Path | str, *flags: str) -> dict[str, Any]:
    found: dict[str, Any] = result("measure", "-g", graph, *flags)
    return found


@pytest.mark.parametrize("style", ["csv", "parquet"])
@pytest.mark.parametrize("graph", ["loop", "hostile", "fine"])
def test_an_exported_ledger_read_back_has_the_same_measures(
    style: str, graph: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if graph == "fine":
        head = "id,date,payer,payee,kind,amount,amount_low,amount_high,currency,cash,status"
        rows = [
            ("1", "2025-01-01T10:00:00", "a", "b", "payment", "0.000000000001", "", "", "EUR", "", "committed"),
            ("2", "", "b", "a", "payment", "12345678901234567890.5", "1", "99999999999999999999", "EUR", "", ""),
            ("3", "", "b", "a", "purchase", "", "3", "", "EUR", "false", ""), ("outside-1", "", "b", "c", "loan", 7, "", "", "EUR", "", ""),
            ("5", "", "OUTSIDE", "a", "external", 3, 2, 4, "EUR", "", "announced"), ("6", "", "c", "OUTSIDE", "external", 3, "", "", "EUR", "", ""),
        ]  # fmt: skip
        path = write(tmp_path / "fine.csv", rows, head)
    else:
        path = request.getfixturevalue(graph)
    copy = exported(path, style, tmp_path)
    for flags in ((), ("--imputed",), ("--amount", "high"), ("--status", "paid")):
        assert measures(copy, *flags) == measures(path, *flags)
    assert result("deals", "-g", copy) == result("deals", "-g", path)


def test_the_bundled_graph_as_a_ledger_has_the_same_measures(tmp_path: Path) -> None:
    copy = exported("ai", "csv", tmp_path)
    ours, theirs = measures("ai"), measures(copy)
    assert ours == theirs
    assert result("cycles", "-g", copy, "--count") == result("cycles", "--count")


def test_csv_is_a_ledger_whose_cells_are_never_formulas(hostile: Path, tmp_path: Path) -> None:
    text = exported(hostile, "csv", tmp_path).read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == [*REQUIRED, *OPTIONAL]
    assert len(rows) == 1 + 2 * len(HOSTILE) + 1
    cells = [cell for row in rows[1:] for cell in row]
    assert any(cell.startswith("'=") for cell in cells)
    assert not [cell for cell in cells if cell.lstrip()[:1] in tuple("=+-@") and cell]


@pytest.mark.parametrize("verb", ["parties", "deals", "cycles", "paths +1+1 @SUM(A1)", "roundtrip +1+1"])
def test_csv_of_a_verb_is_never_a_formula(verb: str, hostile: Path) -> None:
    done = run(*verb.split(), "-g", hostile, "--format", "csv")
    assert done.exit_code == 0, done.stderr
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert len({len(row) for row in rows}) == 1
    numbers = [cell for row in rows for cell in row if cell.lstrip().startswith(tuple("=+-@"))]
    assert all(cell.lstrip("-").replace(".", "").isdigit() for cell in numbers)


def test_xlsx_opens_and_holds_no_formula(hostile: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(exported(hostile, "xlsx", tmp_path))
    assert book.sheetnames == ["legs", "lens"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert not [cell for cell in cells if cell.hyperlink]
    rows = list(book["legs"].iter_rows(values_only=True))
    assert rows[0] == (*REQUIRED, *OPTIONAL)
    assert len(rows) == 2 + 2 * len(HOSTILE)
    assert rows[1][5] == 100
    assert {row[2] for row in rows[1:]} >= set(HOSTILE[:5])


@pytest.mark.parametrize("graph", ["ai", "hostile"])
@pytest.mark.parametrize("style", ["graphml", "gexf"])
def test_network_formats_are_read_by_networkx(graph: str, style: str, hostile: Path, tmp_path: Path) -> None:
    path = hostile if graph == "hostile" else "ai"
    out = exported(path, style, tmp_path)
    found = nx.read_graphml(out, force_multigraph=True) if style == "graphml" else nx.read_gexf(out)
    legs = [leg for deal in result("deals", "-g", path)["deals"] for leg in deal["legs"]]
    assert found.number_of_edges() == len(legs) > 20
    assert found.number_of_nodes() >= len({end for leg in legs for end in (leg["payer"], leg["payee"])})
    amounts = sorted(float(leg["amount"]["point"]) for leg in legs if leg["amount"]["point"] is not None)
    assert sorted(data["amount"] for *_, data in found.edges(data=True) if "amount" in data) == amounts
    assert {data["kind"] for *_, data in found.edges(data=True)} == {leg["kind"] for leg in legs}


def test_parquet_has_the_columns_of_a_ledger(loop: Path, tmp_path: Path) -> None:
    table = parquet.read_table(exported(loop, "parquet", tmp_path))
    assert table.column_names == [*REQUIRED, *OPTIONAL]
    assert table.num_rows == 5


def test_json_and_lines_hold_the_rows(loop: Path, tmp_path: Path) -> None:
    whole = json.loads(exported(loop, "json", tmp_path).read_text(encoding="utf-8"))
    assert list(whole) == ["graph", "lens", "parties", "legs"]
    lines = exported(loop, "jsonl", tmp_path).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == whole["legs"]
    assert [leg["id"] for leg in whole["legs"]] == ["1", "2", "k", "s", "outside-1"]


def test_cypher_holds_no_text_outside_of_literals(hostile: Path, tmp_path: Path) -> None:
    text = exported(hostile, "cypher", tmp_path).read_text(encoding="utf-8")
    assert len(text.splitlines()) == 4 + 1 + len(HOSTILE) + 2 * len(HOSTILE) + (2 * len(HOSTILE)) + 1
    outside, quote, skip = [], "", False
    for char in text:
        if skip:
            skip = False
        elif quote and char == "\\":
            skip = True
        elif char == quote:
            quote = ""
        elif not quote and char == "'":
            quote = char
        elif not quote:
            outside.append(char)
    assert not quote
    assert "DROP" in text
    assert not {word for word in ("DROP", "alert", "HYPERLINK", "calc", "`") if word in "".join(outside)}


def test_neo4j_csv_is_tables_that_fit_together(hostile: Path, tmp_path: Path) -> None:
    out = exported(hostile, "neo4j-csv", tmp_path)
    parties = list(csv.reader(io.StringIO((out / "parties.csv").read_text(encoding="utf-8"))))
    legs = list(csv.reader(io.StringIO((out / "legs.csv").read_text(encoding="utf-8"))))
    assert parties[0][0] == "id:ID"
    assert legs[0][:3] == [":START_ID", ":END_ID", ":TYPE"]
    ids = {row[0] for row in parties[1:]}
    assert len(ids) == len(HOSTILE)
    assert {end for row in legs[1:] for end in row[:2]} <= ids
    assert not [cell for row in parties + legs for cell in row if cell.startswith(("=", "+", "@"))]


@pytest.mark.parametrize(
    "verb", ["check", "parties", "deals", "cycles", "measure", "report", "roundtrip +1+1", "show =cmd|'_/C_calc'!A0"]
)
@pytest.mark.parametrize("style", ["text", "md"])
def test_text_and_markdown_stay_inert_and_readable(verb: str, style: str, hostile: Path) -> None:
    done = run(*(word.replace("_", " ") for word in verb.split()), "-g", hostile, "--format", style)
    assert done.exit_code == 0, (done.stderr, done.exception)
    assert not set(done.stdout) & {"\x1b", "\u202e", "\u202c", "\r"}
    if style == "text":
        assert max(map(len, done.stdout.splitlines())) < 700
    else:
        assert "<script" not in done.stdout.replace("\\<script", "")
        assert "](javascript" not in done.stdout.replace("\\](javascript", "")


def test_a_hostile_file_name_stays_inert(loop: Path, tmp_path: Path) -> None:
    path = tmp_path / "<img src=x>\x1b[31m*x*.csv"
    path.write_bytes(loop.read_bytes())
    text, marked = run("cycles", "-g", path), run("cycles", "-g", path, "--format", "md")
    assert (text.exit_code, marked.exit_code) == (0, 0)
    assert "\x1b" not in text.stdout + marked.stdout
    assert "<img" not in marked.stdout.replace("\\<img", "")


def test_a_full_disk_is_said_and_no_traceback() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no such device here")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "circularity", "parties"], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 3
    assert done.stderr.startswith("circularity: the answer could not be written: No space left")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "heads"),
    [
        ("parties", "id,name,kind,country,legs,paid,received"),
        (
            "deals",
            "date,deal,leg,payer,payee,kind,amount_low,amount,amount_high,currency,status,status_date,evidence,sources",
        ),
        ("series gross --step year", "as_of,gross"),
        ("diff 2026-01-01 2026-11-20", "leg,what,before,after,status_before,status_after"),
    ],
)
def test_lists_as_csv_hold_plain_numbers(words: str, heads: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "circularity", *words.split(), "--format", "csv"], capture_output=True, text=True
    )
    lines = done.stdout.splitlines()
    assert lines[0] == heads
    assert len(lines) > 5
    assert "$" not in done.stdout
