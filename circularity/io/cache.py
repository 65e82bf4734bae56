"""What was read of a dataset, kept for the next time: never stale, never needed, never trusted from strangers.

An entry's name is a hash of everything that its content follows from: the bytes of the files and
this package's own reading code. So an entry is never out of date; another one is looked for. Entries
are used only from a folder and files that belong to this user and that nobody else may write, as
Python's own compiled files are. Where there is no such folder, all is read anew each time.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from circularity.io.collector import no_collections
from circularity.io.packing import pack, unpack
from circularity.resources import cache_folder

_MOST_ENTRIES = 16
_MOST_BYTES = 64 << 20
_PACKAGE = Path(__file__).resolve().parent.parent
_STARTED = time.time() - 5
"""Code that changed later may not be the code that runs."""


def entry(*parts: str) -> str | None:
    """The name of the entry that follows from some parts and the code; None where the code is not in files."""
    code = _code()
    return code and hashlib.sha256("\0".join((code, *parts)).encode("utf-8", "surrogateescape")).hexdigest()


@cache
def _code() -> str | None:
    """A hash of all that the outcome of reading depends on beside the files read."""
    digest = hashlib.sha256(" ".join((sys.version, *map(_library, ("pydantic", "pydantic_core", "yaml")))).encode())
    sources = list(_sources())
    if Path(__file__).resolve() not in sources:
        return None
    try:
        for path in sources:
            digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    except OSError:
        return None
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    """The files of the rooms that reading is made of; it may import no others."""
    for folder in (_PACKAGE, _PACKAGE / "model", _PACKAGE / "io"):
        yield from sorted(folder.glob("*.py"))


def _library(name: str) -> str:
    """Which release of a library is installed, without importing it."""
    from importlib.util import find_spec

    spec = find_spec(name)
    if spec is None or spec.origin is None:
        return "none"
    about = Path(spec.origin).stat()
    return f"{spec.origin} {about.st_size} {about.st_mtime_ns}"


def fetch(name: str) -> Any:
    """What was kept under a name; None where there is nothing, or nothing to rely on."""
    try:
        folder = cache_folder() / "facts"
        if not _is_own(os.lstat(folder)):
            return None
        with (folder / name).open("rb") as stream:
            if not _is_own(os.fstat(stream.fileno())):
                return None
            digest, data = stream.read(32), stream.read()
        if hashlib.sha256(data).digest() != digest:
            return None
        with no_collections():
            return unpack(data)
    except (OSError, RuntimeError, ValueError, TypeError, KeyError, IndexError, EOFError):
        return None


def keep(name: str, value: Any) -> None:
    """Keep a value for the next time, whole or not at all; where that cannot be, it is not kept."""
    with suppress(OSError, RuntimeError, TypeError):
        if any(path.stat().st_mtime > _STARTED for path in _sources()):
            return
        folder = cache_folder() / "facts"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (_is_own(os.lstat(folder)) and os.access(folder, os.W_OK)):
            return
        data = pack(value)
        handle, draft = tempfile.mkstemp(dir=folder, prefix=".")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(hashlib.sha256(data).digest() + data)
            Path(draft).replace(folder / name)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
        _prune(folder, folder / name)


def _is_own(about: os.stat_result) -> bool:
    """Whether something belongs to this user, and nobody else may write it."""
    return not hasattr(os, "getuid") or (about.st_uid == os.getuid() and not about.st_mode & 0o022)


def _prune(folder: Path, newest: Path) -> None:
    """Remove the oldest entries beyond the bounds."""
    found = sorted(((path.stat(), path) for path in folder.iterdir()), key=lambda item: -item[0].st_mtime_ns)
    size = 0
    for count, (about, path) in enumerate(found, 1):
        size += about.st_size
        if path != newest and (count > _MOST_ENTRIES or size > _MOST_BYTES):
            path.unlink(missing_ok=True)
