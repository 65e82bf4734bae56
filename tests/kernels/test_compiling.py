"""Where compiled code is kept: nowhere that another user can write, and always somewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import circularity
from circularity.kernels import compiling, engine

PACKAGE = Path(circularity.__file__).resolve().parent
COUNT = (
    "from circularity.kernels import compiling, engine; engine.PLAIN_STEPS = -1.0; said = [];"
    "print(engine.count_routes([0, 1], [1, 0], 2, 3, True, said.append), len(said));"
    "print(compiling._ready(engine.count_cycles).stats.cache_path)"
)

WARM = (
    "import os, pickletools, numba, numpy; compiling._let_call(engine.count_cycles.__module__); engine.compiled = lambda kernel, _: numba.njit(kernel);"
    "engine.count_routes([0, 1], [1, 0], 2, 3, True); engine.compiled = compiling.compiled;"
)


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.delenv(name, raising=False)
    compiling._own_folder.cache_clear()
    yield
    compiling._own_folder.cache_clear()


@pytest.mark.parametrize("name", ["XDG_CACHE_HOME", "LOCALAPPDATA"])
def test_code_is_kept_in_the_users_own_cache(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, str(tmp_path))
    found = compiling._own_folder()
    assert found == tmp_path / "circularity" / "numba"
    assert [folder.stat().st_mode & 0o777 for folder in (found, found.parent)] == [0o700, 0o700]


def test_without_such_a_variable_under_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert compiling._own_folder() == tmp_path / ".cache" / "circularity" / "numba"


def elsewhere(base: Path) -> None:
    """The folder is fresh, private and not under `base`."""
    found = compiling._own_folder()
    assert base not in found.parents
    assert found.stat().st_mode & 0o777 == 0o700
    assert list(found.iterdir()) == []
    shutil.rmtree(found)


@pytest.mark.parametrize("level", ["circularity", "circularity/numba"])
def test_a_folder_that_others_may_write_to_is_not_used(
    level: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / level).mkdir(parents=True)
    (tmp_path / level).chmod(0o777)
    elsewhere(tmp_path)


@pytest.mark.parametrize("level", ["circularity", "circularity/numba"])
def test_a_link_is_not_followed(level: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    target = tmp_path / "target"
    target.mkdir(mode=0o700)
    (tmp_path / level).parent.mkdir(exist_ok=True, mode=0o700)
    (tmp_path / level).symlink_to(target)
    elsewhere(tmp_path)
    assert list(target.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "circularity").mkdir(mode=0o700)
    os.chown(tmp_path / "circularity", 12345, 12345)
    elsewhere(tmp_path)


@pytest.mark.parametrize("where", ["relative/cache", "/dev/null", "/proc/nowhere"])
def test_a_cache_that_cannot_be_is_done_without(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", where)
    monkeypatch.setenv("HOME", "/dev/null")
    elsewhere(tmp_path)
    assert list(tmp_path.iterdir()) == []


def as_anyone(folder: Path, code: str, **environment: str) -> list[str]:
    """Lines printed by a process that may only read `folder`'s package.

    Root may write anything, so as root the process first loads what it needs and then becomes nobody.
    """
    shutil.copytree(PACKAGE, folder / "circularity", ignore=shutil.ignore_patterns("__pycache__", "_bundled"))
    for place in [folder, *folder.rglob("*")]:
        place.chmod(0o555 if place.is_dir() else 0o444)
    root = hasattr(os, "getuid") and os.getuid() == 0
    become = f"{COUNT.split('said')[0]} {WARM} os.setgroups([]); os.setgid(65534); os.setuid(65534);" if root else ""
    paths = [str(folder), *(path for path in sys.path if path.endswith("site-packages"))]
    done = subprocess.run(
        [sys.executable, "-B", "-c", f"{become}{code}"],
        env={"PYTHONPATH": os.pathsep.join(paths), **environment},
        cwd="/", capture_output=True, text=True, check=False,
    )  # fmt: skip
    for place in [folder, *folder.rglob("*")]:
        place.chmod(0o755 if place.is_dir() else 0o644)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def open_path(tmp_path: Path) -> Path:
    """A folder that an unprivileged process can walk to."""
    for place in (tmp_path, *tmp_path.parents[:2]):
        place.chmod(0o755)
    return tmp_path


def test_a_package_that_cannot_be_written_and_no_home(open_path: Path) -> None:
    found, where = as_anyone(open_path / "site", COUNT)
    assert found == "1 1"
    assert not Path(where).exists(), "a folder made for one process goes with it"
    assert open_path not in Path(where).parents


def test_a_package_that_cannot_be_written_keeps_its_code_between_processes(open_path: Path) -> None:
    cache = open_path / "cache"
    cache.mkdir()
    cache.chmod(0o777)
    first = as_anyone(open_path / "one", COUNT, XDG_CACHE_HOME=str(cache))
    assert first[0] == "1 1"
    assert Path(first[1]).is_relative_to(cache / "circularity" / "numba")
    assert list(Path(first[1]).glob("*.nbi"))


def test_a_search_says_that_it_compiles_only_where_it_must(tmp_path: Path) -> None:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    said = [
        subprocess.run(
            [sys.executable, "-c", COUNT], env=environment, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    ]
    assert [text.splitlines()[0] for text in said] == ["1 1", "1 0"]


DATED = (
    "from circularity.kernels import engine; engine.PLAIN_STEPS = -1.0; said = [];"
    "print(list(engine.iterate_timed(engine.Timed([0, 1], [1, 0], [0, 1], [0, 0], 2), 3, None, False, said.append)), len(said))"
)


def test_code_is_made_anew_where_a_function_that_a_kernel_calls_has_changed(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "circularity", ignore=shutil.ignore_patterns("__pycache__", "_bundled"))
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "NUMBA_CACHE_DIR": str(tmp_path / "cache")}

    def said() -> str:
        return subprocess.run(
            [sys.executable, "-B", "-c", DATED], env=environment, cwd="/", capture_output=True, text=True, check=True
        ).stdout

    assert [said(), said()] == ["[(0, 1)] 1\n", "[(0, 1)] 0\n"]
    source = tmp_path / "circularity" / "kernels" / "timed.py"
    text = source.read_text(encoding="utf-8")
    assert text.count("cells[start + depth + 1] = last\n") == 1
    changed = text.replace("cells[start + depth + 1] = last\n", "cells[start + depth + 1] = last + 7\n")
    source.write_text(changed, encoding="utf-8")
    assert [said(), said()] == ["[(0, 8)] 1\n", "[(0, 8)] 0\n"]


def test_small_work_neither_says_anything_nor_compiles() -> None:
    code = (
        "import sys; from circularity.kernels import engine; said = [];"
        "print(engine.count_routes([0, 1], [1, 0], 2, 3, True, said.append), said, 'numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "1 [] False\n"


def test_large_work_is_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    tails, heads = [0, 1, 2], [1, 2, 0]
    monkeypatch.setattr(engine, "PLAIN_STEPS", -1.0)
    monkeypatch.setattr(engine, "_LONG", 1.0)
    assert engine.count_routes(tails, heads, 3, 3, True, said.append) == 1
    assert "large search" in said[0]


@pytest.mark.parametrize(("warm", "arrays"), [(False, False), (True, True)])
def test_small_work_is_compiled_only_where_numba_was_imported_before(
    warm: bool, arrays: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "is_warm", lambda: warm)
    tails, heads = [*range(40)] * 30, [(n * 7 + n // 40) % 40 for n in range(1200)]
    rows = engine.grid(tails, heads, 40, None, None, 4)
    assert engine.WARM < engine.estimated_steps([30] * 40, [30] * 40, 4) / engine.PLAIN_STEPS < 1
    assert rows.arrays == (arrays and compiling.fast_installed())
