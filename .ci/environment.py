"""The environment that `start` and `test` share: the folder `.venv` of the checkout.

Standard library only. Nothing is written outside the checkout but pip's own cache. A failure is one
line on stderr and exit code 3; all that pip said is in `.venv/install.log`.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the one part that an older Python runs: keep it plain
    _this = f"this is {sys.version.split()[0]} ({sys.executable})"
    sys.exit(f"circularity needs Python 3.11 or newer, and {_this}. Run this with a newer one: python3.12 .ci/start")

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOG = VENV / "install.log"
_BIN, _EXE = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")
PYTHON = VENV / _BIN / f"python{_EXE}"
COMMAND = VENV / _BIN / f"circularity{_EXE}"
_PIP = [str(PYTHON), "-I", "-m", "pip"]
"""`-I`: neither the current directory nor PYTHONPATH stands in for what is installed. pip's own
variables and configuration files count as ever."""
_BASE = ("--editable", ".")
"""Editable: this checkout's graphs and queries are the ones that are read, so an edited deal shows at
once and `git pull` needs no new install."""
_ADVICE = "Install what is missing (Debian, Ubuntu: sudo apt install python3-venv) and run this again."


def stop(message: str) -> NoReturn:
    """End with one line."""
    print(message, file=sys.stderr)
    raise SystemExit(3)


def talk(message: str) -> None:
    """Say what is going on: results go to stdout, talk to stderr."""
    print(message, file=sys.stderr, flush=True)


def prepare() -> None:
    """Have the package installed in `.venv`: at once where it is so already."""
    try:
        if not _is_done("base", _BASE) and not _fits():
            _make()
        install("base", *_BASE)
    except OSError as problem:
        stop(f"Cannot make the environment {VENV}: {problem}")


def install(name: str, *what: str, newest_pip: bool = False) -> None:
    """Install with pip, unless the stamp `name` says that just this was installed already."""
    if _is_done(name, what):
        return
    talk(f"Installing into {VENV} ({name}): about a minute the first time ...")
    if newest_pip:
        _pip("--upgrade", "pip")
    _pip(*what)
    _stamp(name).write_text(_state(what), encoding="utf-8")


def _is_done(name: str, what: tuple[str, ...]) -> bool:
    stamp = _stamp(name)
    return PYTHON.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == _state(what)


def _stamp(name: str) -> Path:
    return VENV / f"{name}.stamp"


def _state(what: tuple[str, ...]) -> str:
    """What an install depends on: the Python, the place, what was asked for, what pyproject.toml says."""
    needs = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    return "\n".join([sys.version, str(ROOT), *what, needs])


def _fits() -> bool:
    """Is a working environment there, of this very Python and with pip?"""
    if not PYTHON.is_file():
        return False
    question = "import pip, sys; print(sys.version, sys.prefix, sep='|')"
    answer = subprocess.run([str(PYTHON), "-I", "-c", question], capture_output=True, text=True)
    return answer.stdout.strip() == f"{sys.version}|{VENV}"


def _make() -> None:
    """Make `.venv` anew, and put pip into it by whichever way this machine offers."""
    try:
        import venv
    except ImportError:
        stop(f"This Python has no module venv. {_ADVICE}")
    talk(f"Making {VENV} with Python {sys.version.split()[0]} ...")
    venv.create(VENV, clear=True, symlinks=os.name != "nt")
    for way in _ways_to_pip():
        if subprocess.run(way, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0:
            return
    shutil.rmtree(VENV, ignore_errors=True)
    stop(f"This Python has neither ensurepip nor a pip that could be used. {_ADVICE}")


def _ways_to_pip() -> list[list[str]]:
    """Commands that put pip into the new environment, the plain one first.

    Debian's Python has no ensurepip unless python3-venv is installed. Its own pip, where there is
    one, may not install for the system ("externally managed"), but may for an environment.
    """
    ways = [
        [str(PYTHON), "-I", "-m", "ensurepip", "--default-pip"],
        [sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "--no-user", "pip"],
    ]
    uv = shutil.which("uv")
    return [*ways, [uv, "pip", "install", "--no-cache", "--python", str(PYTHON), "pip"]] if uv else ways


def _pip(*what: str) -> None:
    """Install with the environment's pip; where that fails, stop with its reason in one line."""
    command = [*_PIP, "install", "--no-user", "--disable-pip-version-check", *what]
    with LOG.open("w", encoding="utf-8") as log:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT)
    if done.returncode != 0:
        stop(f"Installing failed: {_reason(LOG.read_text(encoding='utf-8', errors='replace'))} (pip's log: {LOG})")


def _reason(said: str) -> str:
    """The cause that a person can do something about."""
    if any(sign in said for sign in ("Max retries exceeded", "connection broken by", "(from versions: none)")):
        return "no package index answered. Is there a network, or a proxy or mirror that pip should be told of?"
    lines = [line.strip() for line in said.splitlines()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return errors[-1] if errors else "pip gave no reason."
