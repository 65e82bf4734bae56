"""Where the bundled files are: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

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
