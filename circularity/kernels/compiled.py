"""Choosing between the plain and the compiled form of a kernel, by the work that waits.

numba and numpy come with the extra [fast]. They cost half a second to import, so small work never
sees them. Compiled code is cached beside the package, or in a temporary folder where that is not
writable.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from circularity.kernels.counting import count_cycles

PLAIN_WORK = 300_000.0
"""Estimated steps up to which plain Python is done before numba is imported."""

Say = Callable[[str], None]


def fast_installed() -> bool:
    """Whether the extra [fast] is there; imports nothing."""
    return find_spec("numba") is not None and find_spec("numpy") is not None


@lru_cache(maxsize=1)
def _compiled_count() -> Any:
    """The counting kernel as machine code."""
    if "NUMBA_CACHE_DIR" not in os.environ and not os.access(Path(__file__).parent, os.W_OK):
        os.environ["NUMBA_CACHE_DIR"] = str(Path(tempfile.gettempdir()) / f"circularity-{os.getuid()}")
    from numba import njit

    return njit(cache=True, nogil=True)(count_cycles)


def estimated_steps(out_degree: Sequence[int], in_degree: Sequence[int], max_length: int) -> float:
    """Roughly how many steps a bounded search takes: two-hop ways, times the branching beyond."""
    pairs = sum(out_degree)
    if not pairs:
        return 0.0
    two_hops = sum(a * b for a, b in zip(in_degree, out_degree, strict=True))
    return float(pairs + two_hops * max(1.0, two_hops / pairs) ** max(0, max_length - 4))


def count_weighted_cycles(
    pairs: Mapping[tuple[int, int], int], size: int, max_length: int, say: Say | None = None
) -> int:
    """Simple cycles of 2 to `max_length` hops, each counted by the product of its pairs' weights."""
    out_degree, in_degree = [0] * size, [0] * size
    for tail, head in pairs:
        out_degree[tail] += 1
        in_degree[head] += 1
    steps = estimated_steps(out_degree, in_degree, max_length)
    order = sorted(range(size), key=lambda vertex: (-out_degree[vertex] - in_degree[vertex], vertex))
    number = [0] * size
    for place, vertex in enumerate(order):
        number[vertex] = place
    arcs = [(number[tail], number[head], weight) for (tail, head), weight in pairs.items()]
    rows = [*_rows(sorted(arcs), size), *_rows(sorted((head, tail, weight) for tail, head, weight in arcs), size)]
    if steps > PLAIN_WORK and fast_installed():
        counted = _count_compiled(rows, size, max_length)
        if counted >= 0:
            return counted
    elif steps > 50 * PLAIN_WORK and say:
        say("this is large: pip install 'circularity[fast]' makes it about a hundred times faster")
    work: list[Any] = [list(rows[0]), list(rows[3]), *([0] * size for _ in range(4)), [0] * (size * max_length)]
    work += [[0] * (max_length + 1) for _ in range(3)]
    plain: Callable[..., int] = count_cycles
    return plain(size, *rows, max_length, *work, False)


def _rows(arcs: list[tuple[int, int, int]], size: int) -> tuple[list[int], list[int], list[int]]:
    """Sorted arcs as row starts, columns and weights."""
    starts = [0] * (size + 1)
    for tail, _, _ in arcs:
        starts[tail + 1] += 1
    for vertex in range(size):
        starts[vertex + 1] += starts[vertex]
    return starts, [head for _, head, _ in arcs], [weight for _, _, weight in arcs]


def _count_compiled(rows: list[list[int]], size: int, max_length: int) -> int:
    """The count in 64-bit integers; -1 where it does not fit."""
    import numpy as np

    if max(rows[2], default=0) >= sys.maxsize >> 16:
        return -1
    arrays = [np.asarray(row, dtype=np.int64) for row in rows]
    work = [arrays[0].copy(), arrays[3].copy(), *(np.zeros(size, np.int64) for _ in range(4))]
    work += [np.zeros(size * max_length, np.int64), *(np.zeros(max_length + 1, np.int64) for _ in range(3))]
    return int(_compiled_count()(size, *arrays, max_length, *work, True))
