"""Kernels as machine code: whether it can be, and where the code is kept.

Compiled code is cached beside the package. Where that is not writable, it goes to a folder that only
this user can reach, because whoever can write there runs code as whoever reads it; and where there is
no such folder, to one that this process makes and removes.
"""

from __future__ import annotations

import atexit
import os
import stat
import sys
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import FunctionType
from typing import Any

Say = Callable[[str], None]

_COMPILING = "compiling the search: this takes some seconds, once"


def fast_installed() -> bool:
    """Whether the extra [fast] is there; imports nothing."""
    return find_spec("numba") is not None and find_spec("numpy") is not None


def compiled(kernel: Callable[..., Any], say: Say | None = None) -> Callable[..., Any]:
    """A kernel as machine code; `say` is told where it must first be made."""
    ready = _ready(kernel)
    if say and not ready.signatures and not _is_cached(ready):
        say(_COMPILING)
    call: Callable[..., Any] = ready
    return call


def is_warm() -> bool:
    """Whether machine code runs in this process already, so that small work is worth it too."""
    return _ready.cache_info().currsize > 0


@cache
def _ready(kernel: Callable[..., Any]) -> Any:
    import numba

    config: Any = numba.config
    njit: Any = numba.njit
    before = config.CACHE_DIR
    if not before and not os.access(Path(__file__).parent, os.W_OK):
        config.CACHE_DIR = str(_own_folder())
    try:
        _let_call(kernel.__module__)
        return njit(cache=True, nogil=True, _nrt=False)(kernel)
    finally:
        config.CACHE_DIR = before


@cache
def _let_call(module: str) -> None:
    """Let the kernels of a file call its other functions, which become part of their machine code.

    Only those: the cache knows a kernel by the stamp of its own file, so a change of another would go
    unnoticed. A call into another file does not compile. Kernels allocate nothing, so numba need not
    count who holds an array (`_nrt`), which would take longer than a short function does.
    """
    from numba.extending import register_jitable

    for function in vars(sys.modules[module]).values():
        if isinstance(function, FunctionType) and function.__module__ == module:
            register_jitable(forceinline=True, _nrt=False)(function)


def _is_cached(ready: Any) -> bool:
    """Whether code for this very source lies in the cache; numba has no public way to ask."""
    try:
        return bool(ready._cache._cache_file._load_index())
    except AttributeError:
        return True


@cache
def _own_folder() -> Path:
    """The user's own cache folder, else a fresh one that goes with the process."""
    base = _cache_home()
    if base is not None:
        try:
            for folder in (base / "circularity", base / "circularity" / "numba"):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                if not _is_private(folder):
                    raise PermissionError(folder)
            return base / "circularity" / "numba"
        except OSError:
            pass
    import shutil
    import tempfile

    fresh = tempfile.mkdtemp(prefix="circularity-")
    atexit.register(shutil.rmtree, fresh, ignore_errors=True)
    return Path(fresh)


def _cache_home() -> Path | None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        if (said := os.environ.get(name)) and Path(said).is_absolute():
            return Path(said)
    try:
        home = Path.home()
    except RuntimeError:
        return None
    return home / ".cache" if home.is_dir() else None


def _is_private(folder: Path) -> bool:
    """A folder, not a link to one, that nobody else may write to or owns."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or not os.access(folder, os.W_OK):
        return False
    return not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & 0o022)
