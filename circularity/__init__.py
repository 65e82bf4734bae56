"""See how much of the money comes back to whoever paid it out.

>>> import circularity
>>> graph = circularity.open_graph("ai")
>>> view = graph.view(status="committed")
>>> result = circularity.find_cycles(view)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from circularity.analysis.cycles import CycleFilter, find_cycles
    from circularity.graph.lens import Lens
    from circularity.load import Graph, open_graph

_PUBLIC = {
    "CycleFilter": "circularity.analysis.cycles",
    "Graph": "circularity.load",
    "Lens": "circularity.graph.lens",
    "find_cycles": "circularity.analysis.cycles",
    "open_graph": "circularity.load",
}

__all__ = ["CycleFilter", "Graph", "Lens", "__version__", "find_cycles", "open_graph"]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for: importing the package costs nothing."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'circularity' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
