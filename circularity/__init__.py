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
    from circularity.analysis.explain import explain_round_trip
    from circularity.analysis.headline import headline
    from circularity.analysis.history import difference, series
    from circularity.analysis.origin import origin_matrix
    from circularity.analysis.ranges import likely_spread
    from circularity.analysis.roundtrip import round_trip
    from circularity.analysis.significance import significance
    from circularity.analysis.system import measure_all
    from circularity.graph.lens import Lens
    from circularity.load import Graph, open_graph

_PUBLIC = {
    "CycleFilter": "circularity.analysis.cycles",
    "Graph": "circularity.load",
    "Lens": "circularity.graph.lens",
    "difference": "circularity.analysis.history",
    "explain_round_trip": "circularity.analysis.explain",
    "find_cycles": "circularity.analysis.cycles",
    "headline": "circularity.analysis.headline",
    "likely_spread": "circularity.analysis.ranges",
    "measure_all": "circularity.analysis.system",
    "open_graph": "circularity.load",
    "origin_matrix": "circularity.analysis.origin",
    "round_trip": "circularity.analysis.roundtrip",
    "series": "circularity.analysis.history",
    "significance": "circularity.analysis.significance",
}

__all__ = [
    "CycleFilter", "Graph", "Lens", "__version__", "difference", "explain_round_trip", "find_cycles", "headline",
    "likely_spread", "measure_all", "open_graph", "origin_matrix", "round_trip", "series", "significance",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for: importing the package costs nothing."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'circularity' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
