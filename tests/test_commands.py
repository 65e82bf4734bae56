"""The two commands of the README, `python3 .ci/start` and `python3 .ci/test`, and what CI makes of them."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = ["python3 .ci/start", "python3 .ci/test"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the scripts and nothing installed, in a folder that is awkward to quote."""
    root = tmp_path / "it's a checkout"
    shutil.copytree(ROOT / ".ci", root / ".ci", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    return root.resolve()


def run(*command: str | Path, cwd: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run with this Python, from elsewhere, with these variables on top of the environment's."""
    return subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=cwd or Path.home(),
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
    )


def in_script(checkout: Path, first: str) -> subprocess.CompletedProcess[str]:
    """Run `start` on a machine that the line `first` makes different."""
    scripts = checkout / ".ci"
    program = f"import runpy, sys; sys.path.insert(0, {str(scripts)!r}); sys.argv = ['start']\n{first}\n"
    return run("-c", f"{program}runpy.run_path({str(scripts / 'start')!r}, run_name='__main__')")


def test_readme_begins_with_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"^(?:\$ )?(python3 \.ci/\w+)\s*(?:#.*)?$", readme, re.MULTILINE)
    assert list(dict.fromkeys(named)) == COMMANDS


def test_ci_runs_exactly_the_two_commands() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.findall(r"^\s*(python3 \.ci/.*)$", script, re.MULTILINE) == COMMANDS


def test_an_old_python_says_one_line(checkout: Path) -> None:
    done = in_script(checkout, "sys.version_info = (3, 9, 18, 'final', 0)")
    assert done.returncode == 1
    assert done.stderr.startswith("circularity needs Python 3.11 or newer, and this is ")
    assert done.stderr.count("\n") == 1


def test_a_python_without_pip_and_ensurepip_says_what_to_install(checkout: Path) -> None:
    done = in_script(checkout, "import environment; environment._ways_to_pip = lambda: []")
    assert done.returncode == 3
    assert "sudo apt install python3-venv" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert not (checkout / ".venv").exists()


@pytest.mark.skipif(not importlib.util.find_spec("ensurepip"), reason="without ensurepip there is no pip to fail")
def test_without_a_network_there_is_one_clear_line(checkout: Path) -> None:
    done = run(checkout / ".ci" / "start", PIP_INDEX_URL="http://127.0.0.1:9", PIP_RETRIES="0")
    assert done.returncode == 3
    assert "no package index answered" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert not (checkout / ".venv" / "base.stamp").exists()


@pytest.fixture
def installed(checkout: Path) -> Path:
    """A checkout whose environment counts as installed; its `circularity` prints how it was called, and exits 1."""
    command = checkout / ".venv" / "bin" / "circularity"
    command.parent.mkdir(parents=True)
    (command.parent / "python").symlink_to(sys.executable)
    command.write_text('#!/bin/sh\necho "$PWD: $*"\nif [ "$5" ]; then echo "$*" >"$5"; fi\nexit 1\n', encoding="utf-8")
    command.chmod(0o755)
    state = "import environment; print(environment._state(environment._BASE), end='')"
    stamp = run("-c", f"import sys; sys.path.insert(0, {str(checkout / '.ci')!r}); {state}").stdout
    (checkout / ".venv" / "base.stamp").write_text(stamp, encoding="utf-8")
    return checkout


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for the command is a shell script")
def test_start_shows_the_report_and_writes_the_page_and_installs_nothing_twice(installed: Path, tmp_path: Path) -> None:
    done = run(installed / ".ci" / "start", cwd=tmp_path)
    page = installed / "ai.html"
    assert done.stdout.splitlines() == [
        f"{tmp_path.resolve()}: report -g ai",
        "",
        f"The explorer page: {page.as_uri()}",
    ]
    assert page.read_text(encoding="utf-8") == f"view -g ai -o {page}\n"
    assert (done.stderr, done.returncode) == ("", 1)


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for the command is a shell script")
def test_start_hands_a_verb_on_with_its_arguments_directory_and_exit_code(installed: Path, tmp_path: Path) -> None:
    done = run(installed / ".ci" / "start", "roundtrip", "nvidia", cwd=tmp_path)
    assert (done.stdout, done.stderr, done.returncode) == (f"{tmp_path.resolve()}: roundtrip nvidia\n", "", 1)


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("1", 1), ("", 0), ("false", 0)])
@pytest.mark.parametrize(
    "test",
    [
        "import pytest\n@pytest.mark.skip(reason='no browser')\ndef test_it(): ...\n",
        "import pytest\npytest.importorskip('no_such_module')\n",
        "def example():\n    '''\n    >>> 1 / 0  # doctest: +SKIP\n    '''\ndef test_it(): ...\n",
    ],
    ids=["a test", "a module", "an example"],
)
def test_on_ci_a_skip_is_a_failure(tmp_path: Path, test: str, ci: str, code: int) -> None:
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_one.py").write_text(f"{test}\n", encoding="utf-8")
    (tmp_path / "test_two.py").write_text("def test_that_runs(): ...\n", encoding="utf-8")
    done = run("-m", "pytest", "--doctest-modules", "-p", "no:cacheprovider", cwd=tmp_path, CI=ci)
    assert re.search(r"[12] passed, [12] skipped", done.stdout)
    assert done.returncode == code, done.stdout
