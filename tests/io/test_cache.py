"""What was read is kept for the next time: the same facts and problems, never of other bytes, never from strangers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from circularity.io import cache, dataset
from circularity.io.dataset import load_dataset
from circularity.problems import Problem
from circularity.resources import bundled, bundled_graphs
from tests.io.test_packing import alike, tables
from tests.test_problems import FILES, SAMPLES

OWNED = pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have no owner here")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own, for datasets of any size and code of any age."""
    monkeypatch.setenv("CIRCULARITY_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(dataset, "_WORTH_KEEPING", 0)
    monkeypatch.setattr(cache, "_STARTED", float("inf"))
    return tmp_path / "cache" / "facts"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the dataset without a flaw."""
    return Path(shutil.copytree(SAMPLES / "base", tmp_path / "dataset"))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows when files are read anew."""
    found: list[str] = []
    read = dataset._read

    def noting(texts: dict[str, bytes], name: str) -> Any:
        found.append(name)
        return read(texts, name)

    monkeypatch.setattr(dataset, "_read", noting)
    return found


def anew(where: Path) -> tuple[Any, list[Problem], str]:
    """What reading gives without a cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cache, "entry", lambda *_: None)
        found, problems = load_dataset(where)
    return tables(found, problems), problems, found.sha256


def same_as_anew(where: Path) -> None:
    found, problems = load_dataset(where)
    facts, fresh, sha256 = anew(where)
    assert alike(tables(found, problems), facts)
    assert problems == fresh
    assert found.sha256 == sha256


# the same


@pytest.mark.parametrize("name", bundled_graphs())
def test_a_bundled_graph_is_the_same(name: str, folder: Path, reads: list[str]) -> None:
    for _ in range(2):
        same_as_anew(bundled("graphs") / name)
    assert reads == [name, name, name]  # once, and twice without the cache
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("name", [name for name, path in FILES.items() if path.suffix == ".yaml"])
def test_problems_are_the_same(name: str, data: Path, reads: list[str]) -> None:
    """In the same order, with the same files and lines."""
    shutil.copy(FILES[name], data / "flaw.yaml")
    for _ in range(2):
        same_as_anew(data)
    assert len(reads) == 3
    assert load_dataset(data)[1]


def test_a_folder_of_broken_files(data: Path, reads: list[str]) -> None:
    (data / "dataset.yaml").write_text("[", encoding="utf-8")
    (data / "a.yaml").write_bytes(b"\xff")
    (data / "b.yaml").write_text("deals: 3\n", encoding="utf-8")
    for _ in range(2):
        same_as_anew(data)
    assert len(reads) == 3


def test_what_is_wrong_with_the_folder_is_told_each_time(data: Path) -> None:
    """Links and files that are not read stand in no file's bytes."""
    load_dataset(data)
    (data / "lost.yaml").symlink_to(data / "nowhere")
    (data / "almost.yml").write_text("deals: []\n", encoding="utf-8")
    told = [problem.code for problem in load_dataset(data)[1]]
    assert "file-missing" in told
    assert "file-ignored" in told
    (data / "lost.yaml").unlink()
    (data / "almost.yml").unlink()
    assert load_dataset(data)[1] == anew(data)[1] == []


# never stale


def test_any_change_is_seen(data: Path, reads: list[str]) -> None:
    load_dataset(data)
    source = next(path for path in data.rglob("*.yaml") if "legs:" in path.read_text(encoding="utf-8"))
    about = source.stat()
    text = source.read_bytes()
    changed = text.replace(b"base-purchase", b"base-purchasf")
    assert len(changed) == len(text)
    assert changed != text
    source.write_bytes(changed)
    os.utime(source, ns=(about.st_atime_ns, about.st_mtime_ns))  # neither its size nor its time tells
    assert "base-purchasf" in load_dataset(data)[0].leg_index
    source.rename(source.with_name("other.yaml"))
    assert {place.file for place in load_dataset(data)[0].places.values()} >= {"other.yaml"}
    (data / "more.yaml").write_text("parties: [{id: more, name: More}]\n", encoding="utf-8")
    assert "more" in load_dataset(data)[0].parties
    assert len(reads) == 4
    load_dataset(data)
    assert len(reads) == 4


def test_the_name_of_the_folder_matters(data: Path) -> None:
    """It names a dataset whose description cannot be read."""
    (data / "dataset.yaml").write_text("x: y\n", encoding="utf-8")
    assert load_dataset(data)[0].description.name == "dataset"
    moved = data.rename(data.with_name("moved"))
    assert load_dataset(moved)[0].description.name == "moved"


def test_other_code_reads_anew(data: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    load_dataset(data)
    monkeypatch.setattr(cache, "_code", lambda: "other")
    load_dataset(data)
    assert len(reads) == 2


def test_the_code_is_every_file_that_reading_may_import() -> None:
    rooms = {path.relative_to(cache._PACKAGE).as_posix() for path in cache._sources()}
    loaded = {
        Path(file).relative_to(cache._PACKAGE).as_posix()
        for name, module in list(sys.modules.items())
        if name.startswith(("circularity.io", "circularity.model")) and (file := getattr(module, "__file__", None))
    }
    assert loaded <= rooms
    assert {"problems.py", "words.py", "resources.py", "errors.py", "io/checks.py", "model/deals.py"} <= rooms


def test_code_that_changed_since_the_start_keeps_nothing(
    data: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What runs may be older than what the hash was taken of."""
    monkeypatch.setattr(cache, "_STARTED", 0.0)
    same_as_anew(data)
    assert not folder.exists()


def test_code_that_is_in_no_file(data: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_PACKAGE", Path("/nowhere"))
    cache._code.cache_clear()
    try:
        assert cache.entry("x") is None
        same_as_anew(data)
    finally:
        cache._code.cache_clear()
    assert not folder.exists()


# never trusted from strangers, never needed


def only(folder: Path) -> Path:
    (entry,) = folder.iterdir()
    return entry


@pytest.mark.parametrize("flaw", ["empty", "short", "changed", "zeros", "folder"])
def test_a_broken_entry_is_read_anew_and_replaced(data: Path, folder: Path, reads: list[str], flaw: str) -> None:
    load_dataset(data)
    entry = only(folder)
    whole = entry.read_bytes()
    if flaw == "folder":
        entry.unlink()
        entry.mkdir()
    else:
        entry.write_bytes(
            {"empty": b"", "short": whole[:-1], "changed": whole[:-1] + b"\xff", "zeros": bytes(len(whole))}[flaw]
        )
    same_as_anew(data)
    assert len(reads) == 3
    assert flaw == "folder" or only(folder).read_bytes() == whole


@OWNED
@pytest.mark.parametrize("what", ["entry", "folder"])
def test_what_others_may_write_is_not_used(data: Path, folder: Path, reads: list[str], what: str) -> None:
    load_dataset(data)
    (only(folder) if what == "entry" else folder).chmod(0o777)
    load_dataset(data)
    assert len(reads) == 2
    if what == "entry":  # it was replaced
        assert only(folder).stat().st_mode & 0o777 == 0o600
        load_dataset(data)
        assert len(reads) == 2


@OWNED
def test_what_is_of_others_is_not_used(
    data: Path, folder: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    load_dataset(data)
    before = only(folder).stat().st_mtime_ns
    monkeypatch.setattr(os, "getuid", lambda: folder.stat().st_uid + 1)
    load_dataset(data)
    assert len(reads) == 2
    assert only(folder).stat().st_mtime_ns == before


@OWNED
def test_only_the_user_can_read_it(data: Path, folder: Path) -> None:
    load_dataset(data)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert only(folder).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("where", ["/dev/null", "file", ""])
def test_where_nothing_can_be_kept(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """No folder can be made there; there is no home."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CIRCULARITY_CACHE", str(tmp_path / where) if where == "file" else where)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)

    def homeless() -> Path:
        raise RuntimeError("no home")

    monkeypatch.setattr(Path, "home", homeless)
    for _ in range(2):
        same_as_anew(data)


def test_a_cache_that_cannot_be_written_is_still_read(data: Path, folder: Path, reads: list[str]) -> None:
    load_dataset(data)
    folder.chmod(0o500)
    try:
        load_dataset(data)
        assert len(reads) == 1
    finally:
        folder.chmod(0o700)


def test_small_datasets_are_not_kept(data: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("CIRCULARITY_CACHE", str(folder.parent))
    same_as_anew(data)
    assert not folder.exists()


def test_its_size_is_bounded(data: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_MOST_ENTRIES", 3)
    kept = []
    for number in range(6):
        (data / "more.yaml").write_text(f"parties: [{{id: p{number}, name: P}}]\n", encoding="utf-8")
        load_dataset(data)
        kept.append({path.name for path in folder.iterdir()})
    assert [len(names) for names in kept] == [1, 2, 3, 3, 3, 3]
    assert len(kept[-1] - kept[-2]) == 1
    monkeypatch.setattr(cache, "_MOST_BYTES", 1)
    (data / "more.yaml").unlink()
    load_dataset(data)
    assert len(list(folder.iterdir())) == 1  # the newest stays, whatever its size


def test_several_at_once(data: Path, folder: Path) -> None:
    """Processes that read and keep at the same time all get the same, and leave one entry and no draft."""
    program = (
        "import sys, hashlib; from circularity.io import cache, dataset\n"
        "dataset._WORTH_KEEPING, cache._STARTED = 0, float('inf')\n"
        "for _ in range(5):\n"
        "    found, problems = dataset.load_dataset(sys.argv[1])\n"
        "    print(found.sha256, repr(found.deals), problems)\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, str(data)], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    printed = [process.communicate()[0] for process in started]
    assert all(process.returncode == 0 for process in started)
    lines = "".join(printed).splitlines()
    assert len(lines) == 20
    assert len(set(lines)) == 1
    assert len(list(folder.iterdir())) == 1


def test_a_kept_dataset_needs_no_yaml(data: Path) -> None:
    load_dataset(data)
    program = (
        "import sys; from circularity.io import dataset; dataset._WORTH_KEEPING = 0\n"
        "print(len(dataset.load_dataset(sys.argv[1])[0].legs()), 'yaml' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(data)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["3", "False"]
