"""Where files are: the bundled ones beside the package in a checkout, inside it in a wheel; what is kept for later."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundled(folder: str) -> Path:
    """The folder `graphs` or `cypher` that travels with the package."""
    inside = _PACKAGE / "_bundled" / folder
    return inside if inside.is_dir() else _PACKAGE.parent / folder


def bundled_graphs() -> list[str]:
    """Names that `-g` takes, sorted."""
    root = bundled("graphs")
    return sorted(path.parent.name for path in root.glob("*/dataset.yaml"))


def cache_folder() -> Path:
    """Where what can be had again is kept: CIRCULARITY_CACHE, or the platform's place for caches."""
    given = os.environ.get("CIRCULARITY_CACHE")
    if given:
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "circularity" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "circularity"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "circularity"
