"""`circularity cycles` as a process: lines as they come, a reader that leaves, and graphs that are too much."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ledgers import Dice, result, run, write

CIRCULARITY = [sys.executable, "-m", "circularity"]


@pytest.fixture
def tangle(tmp_path: Path) -> Path:
    """Six parties with hundreds of loops."""
    rows = Dice(4).graph(6, 60, ("payment", "purchase"), days=9, unpriced=0.1)
    return write(tmp_path / "tangle.csv", [(number, *row) for number, row in enumerate(rows)])


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Two parties that pay each other a million times over: a quarter of a million million loops."""
    rows = [(f"o{n}", "2025-01-01", "a", "b", "payment", 0) for n in range(500_000)]
    return write(
        tmp_path / "many.csv", [*rows, *((f"b{n}", "2025-01-02", "b", "a", "payment", 0) for n in range(500_000))]
    )


@pytest.mark.parametrize(
    "flags", ["", "--by party", "--dated", "--ties", "--through a", "--top 3", "--decay 0.5", "--limit 7"]
)
def test_jsonl_is_the_list_of_json_a_line_each(flags: str, tangle: Path) -> None:
    words = ("cycles", "-g", tangle, *flags.split())
    lines = [json.loads(line) for line in run(*words, "--format", "jsonl").stdout.splitlines()]
    assert lines == result(*words)["cycles"]
    assert len(lines) > 2


def test_text_shows_the_first_of_all(tangle: Path) -> None:
    first = run("cycles", "-g", tangle).stdout.splitlines()
    top = run("cycles", "-g", tangle, "--top", "25").stdout.splitlines()
    count = run("cycles", "-g", tangle, "--count").stdout.splitlines()[0]
    assert first == top
    assert first[0] == count
    assert int(count.split()[0].replace(",", "")) > 100


def test_a_limit_is_said_beside_the_lines(tangle: Path) -> None:
    done = run("cycles", "-g", tangle, "--limit", "7", "--format", "jsonl")
    assert (len(done.stdout.splitlines()), done.exit_code) == (7, 0)
    assert "the search stopped after 7 loops" in done.stderr


def test_a_bad_call_prints_no_line(tangle: Path) -> None:
    done = run("cycles", "-g", tangle, "--through", "nobody", "--format", "jsonl")
    assert (done.stdout, done.exit_code) == ("", 2)


def test_a_reader_that_leaves_ends_it_quietly(tangle: Path) -> None:
    words = [*CIRCULARITY, "cycles", "-g", str(tangle), "--max-length", "8", "--format", "jsonl"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        process.stdout.close()
        talk = process.stderr.read()
    assert json.loads(first)["parties"]
    assert (talk, process.returncode) == (b"", 0)


def test_a_million_parallel_legs(many: Path) -> None:
    everything = 500_000**2
    assert result("cycles", "-g", many, "--count")["count"] == everything
    found = result("cycles", "-g", many, "--top", "2")
    assert (found["count"], found["truncated"]) == (everything, False)
    assert [loop["legs"] for loop in found["cycles"]] == [["o0", "b0"], ["o0", "b1"]]
    assert [loop["bottleneck"] for loop in found["cycles"]] == ["0", "0"]
    (loop,) = result("cycles", "-g", many, "--by", "party")["cycles"]
    assert [len(hop) for hop in loop["legs"]] == [500_000, 500_000]
    cut = result("cycles", "-g", many, "--limit", "3", "--dated")
    assert (cut["count"], cut["truncated"]) == (3, True)
