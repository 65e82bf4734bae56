"""What is written is whole or not there at all, and nothing else is touched."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from circularity.errors import UsageError, WorldError
from circularity.files import write_folder, write_whole


def names(folder: Path) -> list[str]:
    return sorted(child.name for child in folder.iterdir())


def test_a_file_and_nothing_beside_it(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.html", b"one")
    write_whole(tmp_path / "a.html", b"two")
    assert names(tmp_path) == ["a.html"]
    assert (tmp_path / "a.html").read_bytes() == b"two"


def test_a_new_file_has_the_rights_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    write_whole(tmp_path / "a", b"")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("name", ["<script>", "=cmd()", "`x`", "it's", "\u202etxt", "-o", "x" * 255])
def test_awkward_names(tmp_path: Path, name: str) -> None:
    write_whole(tmp_path / name, b"x")
    assert names(tmp_path) == [name]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        (".", UsageError),
        ("none/a", UsageError),
        ("file/a", UsageError),
        ("x" * 256, WorldError),
        ("x" * 10_000, WorldError),
    ],
)
def test_what_cannot_be_written(tmp_path: Path, name: str, error: type[Exception]) -> None:
    (tmp_path / "file").write_bytes(b"kept")
    with pytest.raises(error):
        write_whole(tmp_path / name, b"x")
    with pytest.raises(error):
        write_folder(tmp_path / ("file" if name == "." else name), {"a": b"x"})
    assert names(tmp_path) == ["file"]
    assert (tmp_path / "file").read_bytes() == b"kept"


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk; it holds in a process of its own."""
    target = tmp_path / "a"
    target.write_bytes(b"old")
    program = (
        "import resource, signal, sys; from pathlib import Path; from circularity.files import write_whole\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "from circularity.errors import WorldError\n"
        "try: write_whole(Path(sys.argv[1]), b'x' * 100_000)\n"
        "except WorldError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(target)], capture_output=True, text=True, check=True)
    assert "cannot be written" in done.stdout
    assert names(tmp_path) == ["a"]
    assert target.read_bytes() == b"old"


def test_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there/file")
    write_whole(tmp_path / "link", b"x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there" / "file").read_bytes() == b"x"
    assert names(tmp_path / "there") == ["file"]


def test_a_ring_of_links(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(WorldError, match="cannot be written"):
        write_whole(tmp_path / "a", b"x")
    assert names(tmp_path) == ["a", "b"]


def test_a_device_is_written_to_and_stays_one() -> None:
    write_whole(Path(os.devnull), b"x")
    assert Path(os.devnull).is_char_device()


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=write_whole, args=(pipe, b"through"))
    writer.start()
    assert pipe.read_bytes() == b"through"
    writer.join()
    assert pipe.is_fifo()


def test_a_folder(tmp_path: Path) -> None:
    target = tmp_path / "report"
    write_folder(target, {"a": b"1", "b": b"2"})
    write_folder(target, {"a": b"3", "b": b"4"})
    assert {child.name: child.read_bytes() for child in target.iterdir()} == {"a": b"3", "b": b"4"}
    assert names(tmp_path) == ["report"]


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(b"kept")
    with pytest.raises(UsageError, match="holds other files"):
        write_folder(tmp_path, {"a": b"x"})
    assert names(tmp_path) == ["mine"]


def test_a_folder_that_is_not_written_whole_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(WorldError):
        write_folder(tmp_path / "report", {"a": b"1", "x" * 256: b"2"})
    assert names(tmp_path) == []
