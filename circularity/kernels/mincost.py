"""The least flow that keeps every net position, by LEMON's network simplex. The only importer of pylmcf."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec

_LARGEST = 1 << 60


def solver_installed() -> bool:
    """Whether pylmcf, of the extra [fast], is there; imports nothing."""
    return find_spec("pylmcf") is not None and find_spec("numpy") is not None


def least_flow(pairs: Mapping[tuple[int, int], int], size: int) -> int | None:
    """The smallest sum of flows within the amounts that leaves every net position as it is.

    Exact in 64-bit integers; None where the amounts do not fit them. Gross less this is the largest
    circulation; in this residual form all costs are positive, which the simplex likes.
    """
    if sum(pairs.values()) >= _LARGEST:
        return None
    import numpy as np
    import pylmcf

    ordered = sorted(pairs.items())
    tails = np.array([pair[0] for pair, _ in ordered], np.int64)
    heads = np.array([pair[1] for pair, _ in ordered], np.int64)
    amounts = np.array([amount for _, amount in ordered], np.int64)
    supply = np.zeros(size, np.int64)
    np.add.at(supply, tails, amounts)
    np.subtract.at(supply, heads, amounts)
    graph = pylmcf.Graph(size, tails, heads)
    graph.set_node_supply(supply)
    graph.set_edge_capacities(amounts)
    graph.set_edge_costs(np.ones(len(ordered), np.int64))
    graph.solve()
    return int(np.asarray(graph.result()).sum())
