"""Writing what was asked for: whole or not at all, and nothing else."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from circularity.errors import UsageError, WorldError


def write_whole(path: Path, data: bytes) -> None:
    """Write a file by way of a neighbour that takes its place at the end.

    Through a link it writes what the link names. What is no file, as `/dev/stdout`, is written to, not replaced.
    """
    with _failures(path):
        if path.is_dir():
            raise UsageError(f"{path} is a folder, not a file")
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        target = path.resolve()
        if not target.parent.is_dir():
            raise UsageError(f"the folder {path.parent} does not exist")
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            Path(name).chmod(0o666 & ~_umask())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Write several files into one folder, which is new, empty, or holds only such files."""
    with _failures(path):
        if path.exists() and not path.is_dir():
            raise UsageError(f"{path} is a file, not a folder")
        strangers = sorted({child.name for child in path.iterdir()} - set(files)) if path.is_dir() else []
        if strangers:
            raise UsageError(f"{path} holds other files ({strangers[0]}): name a new or empty folder")
        if not path.parent.is_dir():
            raise UsageError(f"the folder {path.parent} does not exist")
        draft = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name[:40]}."))
        try:
            for name, data in files.items():
                (draft / name).write_bytes(data)
            path.mkdir(exist_ok=True)
            for name in files:
                (draft / name).replace(path / name)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def _failures(path: Path) -> Iterator[None]:
    """The system's refusals as one clear error."""
    try:
        yield
    except (OSError, RuntimeError) as error:  # Python 3.12 and older: a ring of links is a RuntimeError
        why = getattr(error, "strerror", None) or error
        raise WorldError(f"{str(path)[:200]} cannot be written: {why}") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
