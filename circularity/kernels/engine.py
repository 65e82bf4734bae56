"""Running a kernel: as plain Python where little work waits, compiled where much does.

One source of each kernel serves both, so both give the same answers in the same order. numba and
numpy come with the extra [fast] and cost half a second to import; small work never sees them.
Compiled code is cached beside the package, or in a temporary folder where that is not writable.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from circularity.kernels.counting import count_cycles
from circularity.kernels.listing import list_cycles
from circularity.kernels.timed import list_timed

PLAIN_STEPS = 500_000.0
"""Estimated steps up to which plain Python is done before numba is imported."""
_ROOM = 1 << 16
_HINT = "this is large: pip install 'circularity[fast]' makes it about a hundred times faster"

Say = Callable[[str], None]
Row = tuple[int, ...]


def fast_installed() -> bool:
    """Whether the extra [fast] is there; imports nothing."""
    return find_spec("numba") is not None and find_spec("numpy") is not None


@cache
def compiled(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """A kernel as machine code."""
    if "NUMBA_CACHE_DIR" not in os.environ and not os.access(Path(__file__).parent, os.W_OK):
        user = os.getuid() if hasattr(os, "getuid") else 0
        os.environ["NUMBA_CACHE_DIR"] = str(Path(tempfile.gettempdir()) / f"circularity-{user}")
    from numba import njit

    ready: Callable[..., Any] = njit(cache=True, nogil=True)(kernel)
    return ready


@dataclass(frozen=True, slots=True)
class Grid:
    """Distinct pairs in rows, out and in, over vertices numbered hubs first.

    `vertex[n]` is the caller's number of vertex n. Columns are lists, or arrays when `arrays`.
    """

    size: int
    vertex: Any
    out_at: Any
    out_to: Any
    out_weight: Any
    in_at: Any
    in_to: Any
    in_weight: Any
    arrays: bool
    steps: float

    def zeros(self, count: int) -> Any:
        if not self.arrays:
            return [0] * count
        import numpy as np

        return np.zeros(count, np.int64)

    def copy(self, column: Any) -> Any:
        return column.copy() if self.arrays else list(column)

    def kernel(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return compiled(function) if self.arrays else function


def grid(tails: Sequence[int], heads: Sequence[int], size: int, first: int | None, say: Say | None, hops: int) -> Grid:
    """Rows of the distinct pairs of some arcs; a pair weighs as many arcs as it has.

    `first` is numbered 0 whatever its degree. Columns are arrays where the work is large.
    """
    if len(tails) > PLAIN_STEPS / 10 and fast_installed():
        return _grid_of_arrays(tails, heads, size, first)
    weights: dict[tuple[int, int], int] = {}
    for pair in zip(tails, heads, strict=True):
        if pair[0] != pair[1]:
            weights[pair] = weights.get(pair, 0) + 1
    out_degree, in_degree = [0] * size, [0] * size
    for tail, head in weights:
        out_degree[tail] += 1
        in_degree[head] += 1
    steps = estimated_steps(out_degree, in_degree, hops)
    if steps > PLAIN_STEPS:
        if fast_installed():
            return _grid_of_arrays(tails, heads, size, first)
        if say and steps > 50 * PLAIN_STEPS:
            say(_HINT)
    order = sorted(range(size), key=lambda v: (v != first, -out_degree[v] - in_degree[v], v))
    number = [0] * size
    for place, vertex in enumerate(order):
        number[vertex] = place
    arcs = [(number[tail], number[head], weight) for (tail, head), weight in weights.items()]
    out = _rows(sorted(arcs), size)
    into = _rows(sorted((head, tail, weight) for tail, head, weight in arcs), size)
    return Grid(size, order, *out, *into, False, steps)


def _rows(arcs: list[tuple[int, int, int]], size: int) -> tuple[list[int], list[int], list[int]]:
    starts = [0] * (size + 1)
    for tail, _, _ in arcs:
        starts[tail + 1] += 1
    for vertex in range(size):
        starts[vertex + 1] += starts[vertex]
    return starts, [head for _, head, _ in arcs], [weight for _, _, weight in arcs]


def _grid_of_arrays(tails: Sequence[int], heads: Sequence[int], size: int, first: int | None) -> Grid:
    import numpy as np

    tail, head = np.asarray(tails, np.int64), np.asarray(heads, np.int64)
    apart = tail != head
    pairs, weight = np.unique(tail[apart] * size + head[apart], return_counts=True)
    tail, head = pairs // size, pairs % size
    degree = np.bincount(tail, minlength=size) + np.bincount(head, minlength=size)
    order = np.lexsort((np.arange(size), -degree))
    if first is not None:
        order = np.concatenate(([first], order[order != first]))
    number = np.empty(size, np.int64)
    number[order] = np.arange(size)
    tail, head = number[tail], number[head]

    def rows(keys: Any, values: Any) -> tuple[Any, Any, Any]:
        place = np.lexsort((values, keys))
        starts = np.zeros(size + 1, np.int64)
        np.cumsum(np.bincount(keys, minlength=size), out=starts[1:])
        return starts, values[place], weight[place].astype(np.int64)

    return Grid(size, order, *rows(tail, head), *rows(head, tail), True, float("inf"))


def estimated_steps(out_degree: Sequence[int], in_degree: Sequence[int], max_length: int) -> float:
    """Roughly how many steps a bounded search takes: two-hop ways, times the branching beyond."""
    pairs = sum(out_degree)
    if not pairs:
        return 0.0
    two_hops = sum(a * b for a, b in zip(in_degree, out_degree, strict=True))
    return float(pairs + two_hops * max(1.0, two_hops / pairs) ** max(0, min(max_length, 12) - 4))


def count_routes(
    tails: Sequence[int], heads: Sequence[int], size: int, max_length: int, by_arc: bool, say: Say | None = None
) -> int:
    """Simple cycles of 2 to `max_length` hops; with `by_arc`, parallel arcs make different ones."""
    if max_length > size:
        max_length = max(2, size)
    rows = grid(tails, heads, size, None, say, max_length)
    for arrays in (rows.arrays, False):
        if rows.arrays and not arrays:
            rows = _as_lists(rows)
        weights = (rows.out_weight, rows.in_weight) if by_arc else (_ones(rows.out_weight), _ones(rows.in_weight))
        work = [rows.copy(rows.out_at), rows.copy(rows.in_at), *(rows.zeros(size) for _ in range(4))]
        work += [rows.zeros(size * max_length), *(rows.zeros(max_length + 1) for _ in range(3))]
        found = rows.kernel(count_cycles)(
            size,
            rows.out_at,
            rows.out_to,
            weights[0],
            rows.in_at,
            rows.in_to,
            weights[1],
            max_length,
            *work,
            rows.arrays,
        )
        if found >= 0:
            return int(found)
    raise AssertionError("the plain form has no limit")


def _ones(column: Any) -> Any:
    return [1] * len(column) if isinstance(column, list) else column * 0 + 1


def _as_lists(rows: Grid) -> Grid:
    """Python's integers have no limit: for counts that do not fit 64 bits."""
    names = ("vertex", "out_at", "out_to", "out_weight", "in_at", "in_to", "in_weight")
    columns: dict[str, Any] = {name: getattr(rows, name).tolist() for name in names}
    return replace(rows, **columns, arrays=False)


def route_buffers(
    tails: Sequence[int],
    heads: Sequence[int],
    size: int,
    max_length: int,
    through: int | None = None,
    say: Say | None = None,
) -> Iterator[tuple[tuple[Any, Any, int], int]]:
    """Simple cycles a buffer at a time: (cells, vertex, row length) and the rows in it.

    A row is `row length` cells: positions in `vertex`, filled up with -1. The buffer is used again.
    """
    max_length = max(2, min(max_length, size))
    rows = grid(tails, heads, size, through, say, max_length)
    kernel = rows.kernel(list_cycles)
    longest = max((b - a for a, b in zip(rows.out_at, rows.out_at[1:], strict=False)), default=0)
    room = _ROOM if rows.arrays else 1
    state = rows.zeros(3)
    state[1] = -1
    arcs = len(rows.in_to) + 1
    work = [rows.copy(rows.out_at), rows.copy(rows.in_at), *(rows.zeros(size) for _ in range(3))]
    work += [
        rows.zeros(arcs),
        rows.zeros(arcs),
        rows.zeros(max_length + 1),
        rows.zeros(max_length + 1),
        rows.zeros(size),
    ]
    found = rows.zeros((room + int(longest) + 2) * max_length)
    last = size if through is None else 1
    while state[0] < last:
        count = kernel(last, rows.out_at, rows.out_to, rows.in_at, rows.in_to, max_length, *work, state, found, room)
        yield (found, rows.vertex, max_length), int(count)


def iterate_routes(
    tails: Sequence[int],
    heads: Sequence[int],
    size: int,
    max_length: int,
    through: int | None = None,
    say: Say | None = None,
) -> Iterator[Row]:
    """Simple cycles of 2 to `max_length` hops as vertices from the smallest on, each once.

    With `through`, those that visit that vertex. Memory is flat: they are found a buffer at a time.
    """
    for (found, vertex, width), count in route_buffers(tails, heads, size, max_length, through, say):
        cells = found if isinstance(found, list) else found[: count * width].tolist()
        for start in range(0, count * width, width):
            cycle = [int(vertex[cell]) for cell in cells[start : start + width] if cell >= 0]
            turn = cycle.index(min(cycle))
            yield tuple(cycle[turn:] + cycle[:turn])


def iterate_timed(
    tails: Sequence[int],
    heads: Sequence[int],
    times: Sequence[int],
    groups: Sequence[int],
    size: int,
    max_length: int,
    window: int | None,
    ties: bool,
) -> Iterator[Row]:
    """Simple cycles whose times rise, as arcs from the first on, each once.

    Arcs come in order of time, then of listing. Times rise strictly; with `ties`, arcs of one group
    may share a time, in their order. The last time is at most `window` after the first.
    """
    max_length = max(2, min(max_length, size))
    arcs = len(tails)
    span = window if window is not None else (times[-1] - times[0] if arcs else 0)
    arrays = arcs > PLAIN_STEPS / 25 and fast_installed()
    room = _ROOM if arrays else 1
    columns: tuple[Any, ...] = (tails, heads, times, groups)
    if arrays:
        import numpy as np

        columns = tuple(np.asarray(column, np.int64) for column in columns)
        out, into = (_by_end_of_arrays(column, size) for column in columns[:2])
        work: list[Any] = [
            *(np.full(size, -1, np.int64) for _ in range(2)),
            *(np.zeros(size, np.int64) for _ in range(2)),
        ]
        work += [np.zeros(max_length + 1, np.int64), np.zeros(max_length + 1, np.int64), np.zeros(size, np.int64)]
        state: Any = np.array([0, -1, 0], np.int64)
        found: Any = np.zeros((room + int(np.diff(out[0]).max(initial=0)) + 2) * max_length, np.int64)
    else:
        out, into = _by_end(tails, size), _by_end(heads, size)
        work = [
            [-1] * size,
            [-1] * size,
            [0] * size,
            [0] * size,
            [0] * (max_length + 1),
            [0] * (max_length + 1),
            [0] * size,
        ]
        state = [0, -1, 0]
        found = [0] * ((room + 2) * max_length)
    kernel: Callable[..., int] = compiled(list_timed) if arrays else list_timed
    while state[0] < arcs:
        count = kernel(*columns, *out, *into, max_length, span, ties, *work, state, found, room)
        cells = found[: count * max_length].tolist() if arrays else found
        for start in range(0, count * max_length, max_length):
            yield tuple(cell for cell in cells[start : start + max_length] if cell >= 0)


def _by_end(ends: Sequence[int], size: int) -> tuple[list[int], list[int]]:
    """Arcs by one of their ends, in order: row starts and arcs."""
    rows: list[list[int]] = [[] for _ in range(size)]
    for arc, end in enumerate(ends):
        rows[end].append(arc)
    starts = [0]
    for row in rows:
        starts.append(starts[-1] + len(row))
    return starts, [arc for row in rows for arc in row]


def _by_end_of_arrays(ends: Any, size: int) -> tuple[Any, Any]:
    import numpy as np

    starts = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(ends, minlength=size), out=starts[1:])
    return starts, np.argsort(ends, kind="stable").astype(np.int64)
