"""Exit codes, and what goes to stdout and to stderr."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ledgers import csv_text, run, write


def cold(*words: object, stdin: bytes | None = None, **more: str) -> subprocess.CompletedProcess[bytes]:
    """`circularity` in a process of its own."""
    command = [sys.executable, "-m", "circularity", *map(str, words)]
    return subprocess.run(command, input=stdin, capture_output=True, env={**os.environ, **more})


@pytest.mark.parametrize(
    "verb", ["check", "parties", "deals", "cycles", "measure", "report", "roundtrip vendor", "show vendor"]
)
@pytest.mark.parametrize("style", ["text", "json", "csv", "md"])
def test_good_rows_are_computed_and_a_bad_one_is_exit_1(verb: str, style: str, loop: Path, bad: Path) -> None:
    fine, wrong = run(*verb.split(), "-g", loop, "--format", style), run(*verb.split(), "-g", bad, "--format", style)
    assert (fine.exit_code, fine.stderr) == (0, "")
    assert wrong.exit_code == 1
    assert wrong.stdout.strip()
    assert "bad.csv:7: error:" in wrong.stderr
    assert "bad.csv:8: error:" in wrong.stderr
    if style == "csv" and verb != "check":
        assert wrong.stdout == fine.stdout


def test_warnings_and_notes_are_exit_0(tmp_path: Path) -> None:
    rows = [("1", "", "a", "b", "payment", ""), ("2", "", "a", "a", "payment", 1), ("3", "", "A", "b", "payment", 1)]
    done = run("check", "-g", write(tmp_path / "l.csv", rows))
    assert done.exit_code == 0
    assert "self-payment" in done.stderr
    assert "similar-names" not in done.stderr  # notes stand in the list only
    assert "similar-names" in done.stdout


USAGE = [
    "nosuch", "cycles --nosuch", "cycles --max-length two", "cycles --max-length 1", "cycles --by hop", "cycles --decay 2", "cycles --decay x",
    "cycles --tier gossip", "cycles --sequence purchse", "cycles --top -1", "cycles --limit -1", "cycles --window -1", "cycles --through nobdy",
    "cycles --kind purchse", "cycles --family finance", "cycles --status payd", "cycles --amount midpoint", "cycles --party nobdy",
    "cycles --as-of 2025-02-30", "cycles --since yesterday", "cycles --until 2025", "cycles --since 2025-02-01 --until 2025-01-01",
    "cycles --min-amount much", "cycles --min-amount -5", "cycles --complete vendor,nobdy", "cycles --complete=", "cycles --complete vendor,", "cycles --format xml", "cycles --by party --dated",
    "roundtrip nobdy", "roundtrip", "roundtrip vendor --scope some", "roundtrip vendor --order random", "show nobdy", "paths vendor nobdy",
    "paths vendor", "view", "export", "export -o x --format doc", "neo4j", "neo4j nosuch", "cypher", "cypher no-such-question", "explain nosuch",
    "diff 2025-06-01 2025-01-01", "explain measure --format jsonl", "view -o page.html --format jsonl", "report -o folder --format jsonl",
]  # fmt: skip


@pytest.mark.parametrize("words", USAGE)
def test_a_wrong_call_is_exit_2_with_nothing_on_stdout(
    words: str, loop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    graph = [] if words.startswith(("nosuch", "neo4j")) else ["-g", loop]
    done = run(*words.split(), *graph)
    assert (done.exit_code, done.stdout) == (2, ""), (done.stdout, done.stderr, done.exception)
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("graph", ["nosuch", "no/such/folder", "missing.csv"])
def test_a_graph_that_is_not_there_is_exit_2(graph: str) -> None:
    done = run("cycles", "-g", graph)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "neither a bundled graph" in done.stderr


def test_a_folder_that_is_no_dataset_is_exit_2(tmp_path: Path) -> None:
    done = run("cycles", "-g", tmp_path)
    assert done.exit_code == 2
    assert "dataset.yaml" in done.stderr


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("roundtrip vendr", "vendor"), ("cycles --through cst", "cust"), ("show vedor", "vendor"), ("paths vendor cuts", "cust"),
        ("cycles --party vendro", "vendor"), ("cycles --kind purchse", "purchase"), ("cycles --family holdings", "holding"),
        ("cycles --status comitted", "committed"), ("cycles --amount hihg", "high"), ("cycles --tier filng", "filing"),
        ("cycles --sequence lone,purchase", "loan"), ("cycles --format jsno", "json"), ("export -o x --format grphml", "graphml"),
    ],
)  # fmt: skip
def test_a_mistyped_word_suggests_the_near_one(words: str, hint: str, loop: Path) -> None:
    done = run(*words.split(), "-g", loop)
    assert done.exit_code == 2
    assert "did you mean" in done.stderr
    assert f"'{hint}'" in done.stderr


def test_a_mistyped_graph_and_a_mistyped_party_of_the_bundled_one() -> None:
    assert "did you mean 'ai'" in run("cycles", "-g", "aii").stderr
    done = run("roundtrip", "nvidai")
    assert done.exit_code == 2
    assert "'nvidia'" in done.stderr.lower()


def test_a_mistyped_deal_suggests_the_near_one(loop: Path) -> None:
    assert "did you mean 'openai-aws'" in run("show", "openai-awss").stderr
    assert "did you mean 'cust'" in run("show", "cusst", "-g", loop).stderr


def test_a_limit_that_was_hit_is_exit_3_under_strict(loop: Path) -> None:
    assert run("cycles", "-g", loop, "--limit", 4, "--strict").exit_code == 0
    assert run("cycles", "-g", loop, "--limit", 3).exit_code == 0
    done = run("cycles", "-g", loop, "--limit", 3, "--strict")
    assert done.exit_code == 3
    assert "limit of 3 loops" in done.stderr
    assert run("cycles", "-g", loop, "--limit", 3, "--strict", "--count").exit_code == 3


@pytest.mark.parametrize(
    ("words", "module", "extra"),
    [
        ("export --format xlsx -o x.xlsx", "xlsxwriter", "xlsx"), ("export --format parquet -o x.parquet", "pyarrow", "parquet"),
        ("cypher two-party-loops", "arcadedb_embedded", "cypher"),
    ],
)  # fmt: skip
def test_a_missing_extra_is_exit_3_and_names_it(
    words: str, module: str, extra: str, loop: Path, tmp_path: Path
) -> None:
    program = f"import sys; sys.modules[{module!r}] = None; from circularity.cli.app import run; sys.argv[1:] = {[*words.split(), '-g', str(loop)]!r}; run()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, ""), done.stderr
    assert f"[{extra}]" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["loop.csv"]


def test_no_colour_and_no_control_signs_when_piped(loop: Path) -> None:
    for words in (["--help"], ["cycles", "--help"], ["cycles", "-g", loop], ["measure"], ["nosuch"]):
        done = cold(*words, FORCE_COLOR="", TERM="xterm-256color")
        assert b"\x1b" not in done.stdout + done.stderr


@pytest.mark.skipif(os.name == "nt", reason="a shell's pipe")
@pytest.mark.parametrize("style", ["text", "json", "jsonl", "csv", "md"])
def test_a_reader_that_leaves_early_is_no_error(style: str) -> None:
    command = f'"{sys.executable}" -m circularity cycles --max-length 4 --format {style}; echo "code $?" >&2'
    done = subprocess.run(["bash", "-c", f"({command}) | head -1"], capture_output=True, text=True)
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr.splitlines()[-1].startswith("code ")
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_a_ledger_from_standard_input(loop: Path) -> None:
    text = loop.read_bytes()
    done = cold("cycles", "-g", "-", "--count", "--format", "json", stdin=text)
    assert done.returncode == 0, done.stderr
    assert b'"count": 4' in done.stdout
    assert run("cycles", "-g", "-", "--count", "--format", "json", stdin=text).stdout.encode() == done.stdout


def test_a_ledger_a_folder_and_a_name_are_all_graphs(loop: Path) -> None:
    bundled = Path(__file__).parent.parent.parent / "graphs" / "ai"
    by_name, by_folder = run("parties", "--format", "json"), run("parties", "-g", bundled, "--format", "json")
    assert by_name.stdout == by_folder.stdout
    assert run("parties", "-g", loop).exit_code == 0


def test_a_byte_order_mark_is_no_part_of_the_header(loop: Path, tmp_path: Path) -> None:
    marked = tmp_path / "marked.csv"
    marked.write_bytes(b"\xef\xbb\xbf" + loop.read_bytes())
    assert run("cycles", "-g", marked, "--format", "csv").stdout == run("cycles", "-g", loop, "--format", "csv").stdout


def test_output_is_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    path = write(
        tmp_path / "l.csv", [("1", "", "株式会社", "é", "payment", 1), ("2", "", "é", "株式会社", "payment", 1)]
    )
    done = cold("cycles", "-g", path, LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert "é → 株式会社 → é" in done.stdout.decode()


def test_a_mistake_in_any_writing_is_told_whatever_the_locale(loop: Path) -> None:
    done = cold("roundtrip", "株式", "-g", loop, LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 2
    assert b"is not a party" in done.stderr


def test_asking_for_help_loads_nothing_heavy() -> None:
    heavy = ("numpy", "networkx", "pyvis", "neo4j", "numba", "duckdb", "pyarrow", "pydantic", "yaml")
    program = (
        f"import sys; from circularity.cli.app import app; print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_many_problems_are_told_in_short(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text(csv_text([(n, "", "a", "b", "nokind", 1) for n in range(50)]), encoding="utf-8")
    done = run("check", "-g", path)
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 21
    assert "and 30 more" in done.stderr
    assert done.stdout.count("unknown-kind") == 50
