"""`docs/dependencies.md` says why each package is there, and which verb loads it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")]
LOADS = {row[0].strip("`"): row[1] for row in ROWS if row[0].startswith("`circularity ")}
WATCHED = {"IPython", "duckdb", "neo4j", "networkx", "numba", "pydantic", "pygments", "pyvis", "rich", "typer", "yaml"}

PROGRAM = """
import contextlib, os, sys
out = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
from circularity.cli.app import run
with contextlib.suppress(SystemExit):
    run()
os.write(out, " ".join(sys.modules).encode())
"""


def name(requirement: str) -> str:
    return re.split(r"[^\w-]", requirement, maxsplit=1)[0]


def test_each_required_package_has_a_row() -> None:
    required = [name(requirement) for requirement in PROJECT["dependencies"]]
    explained = [row[0] for row in ROWS if len(row) == 6 and row[0] != "package"]
    assert explained == required


def test_each_extra_has_a_row() -> None:
    extras = PROJECT["optional-dependencies"]
    explained = {row[0]: row[1] for row in ROWS if len(row) == 7 and row[0] != "extra"}
    assert list(explained) == [f"`[{extra}]`" for extra in extras]
    for extra, packages in extras.items():
        named = [name(package) for package in packages if name(package) != "circularity"]
        assert ", ".join(named) == explained[f"`[{extra}]`"]


@pytest.mark.parametrize("command", LOADS)
def test_a_verb_loads_what_the_page_says(command: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *shlex.split(command)[1:]],
        cwd=tmp_path,
        env={**os.environ, "NEO4J_URI": "bolt://127.0.0.1:9", "CIRCULARITY_CACHE": os.devnull},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert ", ".join(sorted(WATCHED & set(done.stdout.split()))) == LOADS[command]


def test_the_page_tells_of_some_verbs() -> None:
    assert {"circularity --help", "circularity cycles", "circularity report"} <= set(LOADS)
