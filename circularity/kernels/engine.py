"""Running a kernel: as plain Python where little work waits, compiled where much does.

One source of each kernel serves both, so both give the same answers in the same order. numba and
numpy come with the extra [fast] and cost half a second to import; small work never sees them.
Compiled code is cached: see `kernels.compiling`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from circularity.kernels.compiling import Say, compiled, fast_installed, is_warm
from circularity.kernels.counting import count_cycles
from circularity.kernels.listing import list_cycles
from circularity.kernels.timed import Arcs, Found, Limits, Notes, Trail, list_timed

PLAIN_STEPS = 500_000.0
"""Estimated steps up to which plain Python is done before numba is imported."""
WARM = 0.01
"""The part of them where numba was imported before."""
ROOM = 1 << 16
"""Rows of a compiled kernel's buffer."""
_HINT = "this is large: pip install 'circularity[fast]' makes it about a hundred times faster"

_LONG = 1.0e11
"""Estimated steps from which a search is announced: some twenty seconds, compiled."""
_LONG_HINT = "this is a large search and may take minutes: --max-length and --limit make it shorter"
PATIENCE = 64
"""Arcs that the search for dated cycles reads before it looks for a shorter way."""
THREADS: int | None = None
"""Threads that count; None: one for each processor that this process may use."""

Row = tuple[int, ...]


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
    say: Say | None = None

    def zeros(self, count: int) -> Any:
        return _zeros_of_arrays(count) if self.arrays else _zeros(count)

    def copy(self, column: Any) -> Any:
        return column.copy() if self.arrays else list(column)

    def kernel(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return compiled(function, self.say) if self.arrays else function


def grid(
    tails: Sequence[int],
    heads: Sequence[int],
    size: int,
    first: int | None,
    say: Say | None,
    hops: int,
    *,
    arrays: bool | None = None,
    hubs_first: bool = True,
) -> Grid:
    """Rows of the distinct pairs of some arcs; a pair weighs as many arcs as it has.

    `first` is numbered 0 whatever its degree. Columns are arrays where the work is large, unless
    `arrays` says. Without `hubs_first`, vertices keep their numbers.
    """
    if arrays or (arrays is None and are_many(len(tails))):
        return _grid_of_arrays(tails, heads, size, first, say, hops, hubs_first)
    weights: dict[tuple[int, int], int] = {}
    for pair in zip(as_list(tails), as_list(heads), strict=True):
        if pair[0] != pair[1]:
            weights[pair] = weights.get(pair, 0) + 1
    out_degree, in_degree = [0] * size, [0] * size
    for tail, head in weights:
        out_degree[tail] += 1
        in_degree[head] += 1
    steps = 0.0 if arrays is not None else estimated_steps(out_degree, in_degree, hops)
    if steps > PLAIN_STEPS * (WARM if is_warm() else 1):
        if fast_installed():
            return _grid_of_arrays(tails, heads, size, first, say, hops, hubs_first)
        if say and steps > 50 * PLAIN_STEPS:
            say(_HINT)
    order = list(range(size))
    if hubs_first:
        order.sort(key=lambda v: (v != first, -out_degree[v] - in_degree[v], v))
    number = [0] * size
    for place, vertex in enumerate(order):
        number[vertex] = place
    arcs = [(number[tail], number[head], weight) for (tail, head), weight in weights.items()]
    out = _rows(sorted(arcs), size)
    into = _rows(sorted((head, tail, weight) for tail, head, weight in arcs), size)
    return Grid(size, order, *out, *into, False)


def are_many(arcs: int) -> bool:
    """Whether so many arcs are large work, whatever they join."""
    return arcs > PLAIN_STEPS / 10 and fast_installed()


def as_list(column: Any) -> Any:
    """An array as the list that plain Python reads quickly."""
    return column.tolist() if hasattr(column, "tolist") else column


def _rows(arcs: list[tuple[int, int, int]], size: int) -> tuple[list[int], list[int], list[int]]:
    starts = [0] * (size + 1)
    for tail, _, _ in arcs:
        starts[tail + 1] += 1
    for vertex in range(size):
        starts[vertex + 1] += starts[vertex]
    return starts, [head for _, head, _ in arcs], [weight for _, _, weight in arcs]


def _grid_of_arrays(
    tails: Sequence[int],
    heads: Sequence[int],
    size: int,
    first: int | None,
    say: Say | None,
    hops: int,
    hubs_first: bool,
) -> Grid:
    import numpy as np

    tail, head = np.asarray(tails, np.int64), np.asarray(heads, np.int64)
    pairs = tail * size + head
    pairs, weight = np.unique(pairs[tail != head], return_counts=True)
    tail, head = pairs // max(size, 1), pairs % max(size, 1)
    out_degree, in_degree = np.bincount(tail, minlength=size), np.bincount(head, minlength=size)
    if say and estimated_steps(out_degree.tolist(), in_degree.tolist(), hops) > _LONG:
        say(_LONG_HINT)
    order = np.arange(size)
    if hubs_first:
        order = np.lexsort((order, -out_degree - in_degree))
        if first is not None:
            order = np.concatenate(([first], order[order != first]))
    number = np.empty(size, np.int64)
    number[order] = np.arange(size)
    tail, head = number[tail], number[head]

    def rows(keys: Any, values: Any) -> tuple[Any, Any, Any]:
        place = np.argsort(keys * size + values)
        starts = np.zeros(size + 1, np.int64)
        np.cumsum(np.bincount(keys, minlength=size), out=starts[1:])
        return starts, values[place], weight[place].astype(np.int64)

    return Grid(size, order, *rows(tail, head), *rows(head, tail), True, say)


def estimated_steps(out_degree: Sequence[int], in_degree: Sequence[int], max_length: int) -> float:
    """Roughly how many steps a bounded search takes: two-hop ways, times the branching beyond."""
    pairs = sum(out_degree)
    if not pairs:
        return 0.0
    two_hops = sum(a * b for a, b in zip(in_degree, out_degree, strict=True))
    return float(pairs + two_hops * max(1.0, two_hops / pairs) ** max(0, min(max_length, 12) - 4))


def count_routes(
    tails: Sequence[int],
    heads: Sequence[int],
    size: int,
    max_length: int,
    by_arc: bool,
    say: Say | None = None,
    *,
    through: int | None = None,
    arrays: bool | None = None,
) -> int:
    """Simple cycles of 2 to `max_length` hops; with `by_arc`, parallel arcs make different ones.

    With `through`, those that visit that vertex. `arrays` as in `grid`.
    """
    max_length = max(2, min(max_length, size))
    rows = grid(tails, heads, size, through, say, max_length, arrays=arrays)
    roots = size if through is None else 1
    found = _counted(rows, max_length, by_arc, roots)
    return found if found >= 0 else _counted(_as_lists(rows), max_length, by_arc, roots)


def _counted(rows: Grid, max_length: int, by_arc: bool, roots: int) -> int:
    """The count, shared out among threads where it is compiled; -1 where it does not fit."""
    size = rows.size
    weights = (rows.out_weight, rows.in_weight) if by_arc else (_ones(rows.out_weight), _ones(rows.in_weight))
    kernel = rows.kernel(count_cycles)

    def part(share: int, shares: int) -> int:
        work = [rows.copy(rows.out_at), rows.copy(rows.in_at), *(rows.zeros(size) for _ in range(4))]
        work += [rows.zeros(size * max_length), *(rows.zeros(max_length + 1) for _ in range(3))]
        graph = (rows.out_at, rows.out_to, weights[0], rows.in_at, rows.in_to, weights[1])
        return int(kernel(size, *graph, max_length, *work, rows.arrays, roots, share, shares))

    threads = processors() if rows.arrays and roots > 1 else 1
    if threads == 1:
        return part(0, 1)
    from concurrent.futures import ThreadPoolExecutor

    shares = 4 * threads
    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(part, range(shares), [shares] * shares))
    return -1 if -1 in parts else sum(parts)


def processors() -> int:
    """How many threads may count at once."""
    if THREADS is not None:
        return THREADS
    here = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    return min(len(here), 8)


def _ones(column: Any) -> Any:
    return [1] * len(column) if isinstance(column, list) else column * 0 + 1


def _as_lists(rows: Grid) -> Grid:
    """Python's integers have no limit: for counts that do not fit 64 bits."""
    names = ("vertex", "out_at", "out_to", "out_weight", "in_at", "in_to", "in_weight")
    columns: dict[str, Any] = {name: getattr(rows, name).tolist() for name in names}
    return replace(rows, **columns, arrays=False)


def list_routes(rows: Grid, max_length: int, roots: int) -> Iterator[tuple[Any, int]]:
    """Simple cycles whose smallest number is below `roots`, a buffer at a time, and the rows in it.

    A row is `max_length` cells: positions in `rows.vertex`, filled up with -1. The buffer is used again.
    """
    kernel = rows.kernel(list_cycles)
    longest = max((b - a for a, b in zip(rows.out_at, rows.out_at[1:], strict=False)), default=0)
    room = ROOM if rows.arrays else 1
    state = rows.zeros(3)
    state[1] = -1
    arcs = len(rows.in_to) + 1
    work = [rows.copy(rows.out_at), rows.copy(rows.in_at), *(rows.zeros(rows.size) for _ in range(3))]
    work += [rows.zeros(arcs), rows.zeros(arcs)]
    work += [rows.zeros(max_length + 1), rows.zeros(max_length + 1), rows.zeros(rows.size)]
    found = rows.zeros((room + int(longest) + 2) * max_length)
    while state[0] < roots:
        count = kernel(roots, rows.out_at, rows.out_to, rows.in_at, rows.in_to, max_length, *work, state, found, room)
        yield found, int(count)


def route_buffers(
    tails: Sequence[int],
    heads: Sequence[int],
    size: int,
    max_length: int,
    through: int | None = None,
    say: Say | None = None,
) -> Iterator[tuple[tuple[Any, Any, int], int]]:
    """Simple cycles a buffer at a time: (cells, vertex, row length) and the rows in it, as `list_routes` does."""
    max_length = max(2, min(max_length, size))
    rows = grid(tails, heads, size, through, say, max_length)
    for found, count in list_routes(rows, max_length, size if through is None else 1):
        yield (found, rows.vertex, max_length), count


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


def in_order_of_time(
    tails: Sequence[int], heads: Sequence[int], times: Sequence[int]
) -> tuple[list[int], tuple[Any, Any, Any]]:
    """Arcs with a time, which is 0 or more, and two ends, in order of time, then of listing; and their columns."""
    if not _are_many_timed(len(times)):
        order = [arc for arc in range(len(times)) if times[arc] >= 0 and tails[arc] != heads[arc]]
        order.sort(key=times.__getitem__)
        picked = [[column[arc] for arc in order] for column in (tails, heads, times)]
        return order, (picked[0], picked[1], picked[2])
    import numpy as np

    tail, head, time = (np.asarray(column, np.int64) for column in (tails, heads, times))
    by_time = np.argsort(time, kind="stable")
    by_time = by_time[((time >= 0) & (tail != head))[by_time]]
    return by_time.tolist(), (tail[by_time], head[by_time], time[by_time])


def _are_many_timed(arcs: int) -> bool:
    return arcs > PLAIN_STEPS / 25 and fast_installed()


class Timed(NamedTuple):
    """Arcs in order of time, then of listing, between `size` vertices."""

    tails: Sequence[int]
    heads: Sequence[int]
    times: Sequence[int]
    groups: Sequence[int]
    size: int


def iterate_timed(
    arcs: Timed, max_length: int, window: int | None, ties: bool, say: Say | None = None
) -> Iterator[Row]:
    """Simple cycles whose times rise, as arcs from the first on, each once.

    Cycles come in order of the first arc. Times rise strictly; with `ties`, arcs of one group may share a
    time, in their order. The last time is at most `window` after the first.
    """
    max_length = max(2, min(max_length, arcs.size))
    for found, count in timed_buffers(arcs, max_length, window, ties, say):
        cells = as_list(found[: count * max_length])
        for start in range(0, count * max_length, max_length):
            yield tuple([cell for cell in cells[start : start + max_length] if cell >= 0])


def timed_buffers(
    arcs: Timed, max_length: int, window: int | None, ties: bool, say: Say | None = None
) -> Iterator[tuple[Any, int]]:
    """The same as rows of `max_length` arcs, filled up with -1: a buffer at a time, and the rows in it."""
    size, times, count = arcs.size, arcs.times, len(arcs.times)
    columns: list[Any] = list(arcs[:4])
    span = window if window is not None else (int(times[-1] - times[0]) if count else 0)
    arrays = _are_many_timed(count)
    zeros: Callable[[int], Any] = _zeros
    by_end: Callable[[Any, int], Any] = _by_end
    if arrays:
        import numpy as np

        columns = [np.asarray(column, np.int64) for column in columns]
        zeros, by_end = _zeros_of_arrays, _by_end_of_arrays
    else:
        columns = list(map(as_list, columns))
    out, into = (by_end(column, size) for column in columns[:2])
    notes = Notes(zeros(size), zeros(size), zeros(size), zeros(size), zeros(size), zeros(count + 1))
    notes.latest[:] = [-1] * size
    trail = Trail(zeros(max_length + 1), zeros(max_length + 1), zeros(size))
    state = zeros(6)
    state[2], state[4], state[5] = -1, -1, 2
    room = ROOM if arrays else 1
    found = Found(zeros((room + 1) * max_length), room)
    ledger = Arcs(*columns, *out, *into)
    limits = Limits(max_length, span, ties, PATIENCE)
    kernel: Callable[..., int] = compiled(list_timed, say) if arrays else list_timed
    while state[0] < count:
        rows = kernel(ledger, limits, notes, trail, state, found)
        yield found.cells, int(rows)


def _zeros(count: int) -> Any:
    return [0] * count


def _zeros_of_arrays(count: int) -> Any:
    import numpy as np

    return np.zeros(count, np.int64)


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
