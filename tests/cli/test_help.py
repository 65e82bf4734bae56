"""Every verb names a real example in its help, and every example runs."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main

from circularity.cli.app import app
from tests.ledgers import run

COMMAND = typer.main.get_command(app)


def verbs() -> dict[str, Any]:
    """Verbs by their words: `cycles`, `neo4j load`."""
    found: dict[str, Any] = {}
    for name, command in COMMAND.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found |= {name: command} if inner is None else {f"{name} {word}": sub for word, sub in inner.items()}
    return found


VERBS = verbs()
PROMISED = (
    "check parties deals show paths cycles roundtrip measure view report export cypher",
    "neo4j load,neo4j query,neo4j status,neo4j serve",
)


def example(name: str) -> list[str]:
    """The words after `circularity` in the help of a verb."""
    done = run(*name.split(), "--help")
    assert done.exit_code == 0
    found = re.findall(r"Example: circularity (.+)", done.stdout)
    assert len(found) == 1, done.stdout
    return shlex.split(found[0])


def test_the_promised_verbs_are_there() -> None:
    assert {*PROMISED[0].split(), *PROMISED[1].split(",")} <= set(VERBS)


@pytest.mark.parametrize("name", VERBS)
def test_the_example_is_of_the_verb_and_its_flags_exist(name: str) -> None:
    words = example(name)
    assert words[: len(name.split())] == name.split()
    VERBS[name].make_context(name, words[len(name.split()) :])  # raises on an unknown flag or a missing argument


@pytest.mark.parametrize("name", [name for name in VERBS if not name.startswith("neo4j") and name != "cypher"])
def test_the_example_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*example(name))
    assert done.exit_code == 0, (done.stdout[-500:], done.stderr[-2000:], done.exception)
    assert "Lens: " in done.stdout


def test_the_cypher_example_runs() -> None:
    """In a process of its own: the embedded engine keeps its Java running."""
    pytest.importorskip("arcadedb_embedded")
    words = example("cypher")
    done = subprocess.run([sys.executable, "-m", "circularity", *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Lens: ai" in done.stdout


@pytest.mark.parametrize("name", ["neo4j load", "neo4j query", "neo4j status"])
def test_the_neo4j_examples_ask_for_a_server(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:9")
    monkeypatch.setenv("NEO4J_PASSWORD", "secret-word")
    done = run(*example(name))
    assert (done.exit_code, done.stdout) == (3, "")
    assert "127.0.0.1:9" in done.stderr
    assert "secret-word" not in done.stderr


READING = [name for name in VERBS if name not in ("neo4j query", "neo4j status")]
LENS = (
    "--as-of --status --amount --kind --family --party --min-amount --since --until --consolidate --imputed --complete"
)


@pytest.mark.parametrize("name", READING)
def test_every_reading_verb_takes_the_graph_and_the_lens(name: str) -> None:
    flags = {flag for parameter in VERBS[name].params for flag in parameter.opts}
    assert {"-g", "--graph", *LENS.split()} <= flags


FLAGS = {
    "check": "--conflicts --online",
    "cycles": "--through --max-length --by --dated --ties --window --sequence --decay --tier --top --limit --count --strict",
    "roundtrip": "--scope --order",
    "view": "-o",
    "report": "-o",
    "export": "--format -o",
    "cypher": "-e -P",
    "neo4j load": "--replace",
}


@pytest.mark.parametrize("name", FLAGS)
def test_the_flags_that_the_interface_names(name: str) -> None:
    assert set(FLAGS[name].split()) <= {flag for parameter in VERBS[name].params for flag in parameter.opts}


def test_defaults_that_the_interface_names() -> None:
    assert {p.name: p.default for p in VERBS["cycles"].params if p.name in ("max_length", "by")} == {
        "max_length": 6,
        "by": "leg",
    }
    assert {p.name: p.default for p in VERBS["roundtrip"].params if p.name in ("scope", "order")} == {
        "scope": "financing",
        "order": "listed",
    }
    assert all(p.default == "ai" for name in PROMISED[0].split() for p in VERBS[name].params if p.name == "graph")


def test_version() -> None:
    from circularity import __version__

    assert run("--version").stdout == f"circularity {__version__}\n"
