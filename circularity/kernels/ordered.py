"""Loops in order of what they can carry, largest first, in flat memory.

Counting is many times faster than listing. So the loops are cut by counting into bands of grades, each
small enough to be listed, sorted and forgotten; whoever wants only the first few never pays for the rest.
A grade with more loops than a band may hold is cut by length, and what is still too much is listed
in its final order, which takes no memory and no sorting, only longer.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import log
from typing import Any

from circularity.kernels.choosing import choose_arcs
from circularity.kernels.compiling import Say
from circularity.kernels.engine import ROOM, Grid, are_many, as_list, count_routes, grid, list_routes

BAND = 1_000_000
"""Loops that are sorted at once, as columns of numbers: some 200 MB."""
_PLAIN_BAND = 200_000
"""The same in plain Python."""
_FIRST = 1_000
"""Loops of the first band, so that the first ones come at once."""
_PIECE = 1000
"""Rows that are turned into Python at a time."""

Graded = tuple[Sequence[int], int]
"""The arcs of a loop from its smallest vertex on, and its grade."""


@dataclass(frozen=True, slots=True)
class Arcs:
    """What loops are made of. Parallel arcs make different loops.

    Grades start at 1 for the arcs that carry most; the grade of a loop is the largest of its arcs.
    Arcs of grade 0 never set it, and a loop of them alone has the grade `last`. `key` orders parallel arcs.
    """

    tails: Sequence[int]
    heads: Sequence[int]
    grades: Sequence[int]
    last: int
    size: int
    key: Callable[[int], Any]


class Falling:
    """The loops of some arcs, in order of grade, length, vertices from the smallest on, and `key` of the arcs."""

    def __init__(self, arcs: Arcs, max_length: int, through: int | None = None, say: Say | None = None) -> None:
        self.arcs, self.through, self.say = arcs, through, say
        self.max_length = max(2, min(max_length, arcs.size))
        self.arrays = (
            are_many(len(arcs.tails)) or grid(arcs.tails, arcs.heads, arcs.size, through, say, self.max_length).arrays
        )
        self.band = BAND if self.arrays else _PLAIN_BAND
        self.counts: dict[tuple[int, int], int] = {}
        self._sort()

    def _sort(self) -> None:
        """Columns in order of grade, so that arcs up to a grade are their beginnings: `ends[grade]` of them."""
        self.order: Any
        self.tails: Any
        self.heads: Any
        self.grades: Any
        grades = self.arcs.grades
        columns = (self.arcs.tails, self.arcs.heads, grades)
        if self.arrays:
            import numpy as np

            given = [np.asarray(column, np.int64) for column in columns]
            self.order = np.argsort(given[2], kind="stable")
            self.tails, self.heads, self.grades = (column[self.order] for column in given)
            held = np.bincount(given[2], minlength=self.arcs.last + 1).tolist()
        else:
            self.order = sorted(range(len(grades)), key=grades.__getitem__)
            self.tails, self.heads, self.grades = ([column[arc] for arc in self.order] for column in columns)
            held = [0] * (self.arcs.last + 1)
            for grade in grades:
                held[grade] += 1
        self.ends = list(accumulate(held))

    def count(self) -> int:
        """All of them."""
        return self._count(self.arcs.last, self.max_length)

    def _count(self, grade: int, hops: int) -> int:
        """Loops over arcs up to a grade."""
        end = self.ends[grade]
        if (end, hops) not in self.counts:
            ends = (self.tails[:end], self.heads[:end])
            self.counts[end, hops] = hops and count_routes(
                *ends, self.arcs.size, hops, True, self.say, through=self.through, arrays=self.arrays
            )
        return self.counts[end, hops]

    def _up_to(self, grade: int, hops: int) -> int:
        """Loops up to a grade; those of grade 0 alone are in the last."""
        found = self._count(grade, hops)
        return found if grade == self.arcs.last or not self.ends[0] else found - self._count(0, hops)

    def __iter__(self) -> Iterator[Graded]:
        last, low, room = self.arcs.last, 1, min(_FIRST, self.band)
        while low <= last:
            high, count = self._widest(low, room)
            if count > self.band:
                yield from self._grade(low)
            elif count:
                yield from self._sorted(low, high, self.max_length)
            low, room = high + 1, min(8 * room, self.band)

    def _widest(self, low: int, room: int) -> tuple[int, int]:
        """The largest grade up to which there are at most `room` more loops, roughly, and how many; at least `low`.

        The next guess lies where a power of the number of arcs would put it.
        """
        before = self._up_to(low - 1, self.max_length)

        def beyond(grade: int) -> int:
            return self._up_to(grade, self.max_length) - before

        good, bad = low, self.arcs.last
        if (count := beyond(bad)) <= room:
            return bad, count
        if beyond(good) > room:
            return good, beyond(good)
        tries = 0
        while bad - good > 1 and beyond(good) < room // 2:
            tries += 1
            guess = (good + bad) // 2 if tries % 3 == 0 else self._guess(good, bad, before + 0.75 * room)
            guess = min(max(guess, good + 1), bad - 1)
            if beyond(guess) <= room:
                good = guess
            else:
                bad = guess
        return good, beyond(good)

    def _guess(self, good: int, bad: int, wanted: float) -> int:
        """Where between two grades that many loops are reached, if loops grow as a power of arcs."""
        less, more = self.ends[good], self.ends[bad]
        few, many = max(1, self._up_to(good, self.max_length)), self._up_to(bad, self.max_length)
        if more <= less or many <= few or not less:
            return (good + bad) // 2
        share = (log(wanted) - log(few)) / (log(many) - log(few))
        return bisect_right(self.ends, less * (more / less) ** min(max(share, 0.0), 1.0)) - 1

    def _grade(self, grade: int) -> Iterator[Graded]:
        """The loops of one grade, one length after the other."""
        for hops in range(2, self.max_length + 1):
            count = self._exactly(grade, hops) - self._exactly(grade, hops - 1)
            if count > self.band:
                yield from self._as_listed(grade, hops)
            elif count:
                yield from self._sorted(grade, grade, hops, exact=hops)

    def _exactly(self, grade: int, hops: int) -> int:
        return 0 if hops < 2 else self._up_to(grade, hops) - self._up_to(grade - 1, hops)

    def _as_listed(self, grade: int, hops: int) -> Iterator[Graded]:
        """Loops of one length: from each vertex on, in order of the next, they come in their order."""
        end = self.ends[grade]
        rows = grid(
            self.tails[:end], self.heads[:end], self.arcs.size, None, None, hops, arrays=self.arrays, hubs_first=False
        )
        key = self.arcs.key
        order = as_list(self.order[:end])
        ranks = [0] * end
        for rank, place in enumerate(sorted(range(end), key=lambda place: key(order[place]))):
            ranks[place] = rank
        seen = -1 if self.through is None else self.through
        return self._taken(self._chosen(rows, end, hops, grade, grade, hops, self.arcs.size, seen, ranks))

    def _sorted(self, low: int, high: int, hops: int, exact: int = 0) -> Iterator[Graded]:
        """A band of grades."""
        end = self.ends[high]
        rows = grid(self.tails[:end], self.heads[:end], self.arcs.size, self.through, None, hops, arrays=self.arrays)
        roots = self.arcs.size if self.through is None else 1
        found = self._chosen(rows, end, hops, low, high, exact, roots, -1, range(end))
        if not self.arrays:
            return self._taken(self._in_order(found))
        return self._taken(self._in_order_of_arrays(found, parallel=bool((rows.out_weight > 1).any())))

    def _chosen(
        self,
        rows: Grid,
        end: int,
        hops: int,
        low: int,
        high: int,
        exact: int,
        roots: int,
        through: int,
        ranks: Sequence[int],
    ) -> Iterator[Any]:
        """Rows of grade, hops and places of arcs in order of grade, a buffer at a time."""
        arcs_at, arcs = self._parallel(rows, end, ranks)
        width = hops + 2
        room = ROOM if rows.arrays else 1000
        chosen, pairs, digits = rows.zeros(room * width), rows.zeros(hops), rows.zeros(hops)
        kernel = rows.kernel(choose_arcs)
        columns = (rows.vertex, rows.out_at, rows.out_to, arcs_at, arcs, self.grades)
        for routes, count in list_routes(rows, hops, roots):
            state = rows.zeros(2)
            while state[0] < count:
                found = kernel(
                    routes, count, hops, *columns, low, high, self.arcs.last, exact, through, pairs, digits, state, chosen, room
                )  # fmt: skip
                if found and rows.arrays:
                    import numpy as np

                    yield chosen[: found * width].reshape(found, width).astype(np.int32)
                elif found:
                    yield [chosen[start : start + width] for start in range(0, found * width, width)]

    def _parallel(self, rows: Grid, end: int, ranks: Sequence[int]) -> tuple[Any, Any]:
        """Arcs by pair, in order of rank: where the pairs start, and the arcs."""
        if rows.arrays:
            import numpy as np

            number = np.empty(rows.size, np.int64)
            number[rows.vertex] = np.arange(rows.size)
            tail, head = self.tails[:end], self.heads[:end]
            order = np.lexsort((np.asarray(ranks), number[head], number[tail]))
            return np.concatenate(([0], np.cumsum(rows.out_weight))), order[(tail != head)[order]]
        place = {vertex: number for number, vertex in enumerate(rows.vertex)}
        apart = [arc for arc in range(end) if self.tails[arc] != self.heads[arc]]
        apart.sort(key=lambda arc: (place[self.tails[arc]], place[self.heads[arc]], ranks[arc]))
        return list(accumulate(rows.out_weight, initial=0)), apart

    def _in_order(self, found: Iterable[list[list[int]]]) -> Iterator[list[list[int]]]:
        key = self.arcs.key

        def place(row: list[int]) -> tuple[int, int, list[int], list[Any]]:
            arcs = row[2 : 2 + row[1]]
            return row[0], row[1], [self.tails[arc] for arc in arcs], [key(self.order[arc]) for arc in arcs]

        yield sorted((row for rows in found for row in rows), key=place)

    def _in_order_of_arrays(self, found: Iterable[Any], parallel: bool) -> Iterator[Any]:
        """Sorted by few wide numbers: two vertices, or two arcs, to each."""
        import numpy as np

        rows = np.concatenate(list(found))
        cells = rows[:, 2:]
        columns = [np.append(self.tails, 0).astype(np.int32)]
        if parallel:
            columns.append(self._ranks(np.unique(cells[cells >= 0])))
        keys = [rows[:, 0].astype(np.int64) << 32 | rows[:, 1]]
        for column in columns:
            for hop in range(0, cells.shape[1], 2):
                first = column[cells[:, hop]].astype(np.int64) << 32
                keys.append(first | column[cells[:, hop + 1]] if hop + 1 < cells.shape[1] else first)
        order = np.lexsort(keys[::-1])
        for start in range(0, len(order), _PIECE):
            yield rows[order[start : start + _PIECE]]

    def _ranks(self, used: Any) -> Any:
        """Some arcs by their place in the order of `key`; 0 for the others."""
        import numpy as np

        ranks = np.zeros(len(self.order) + 1, np.int32)
        arcs = self.order[used].tolist()
        ranks[used[sorted(range(len(arcs)), key=lambda place: self.arcs.key(arcs[place]))]] = np.arange(len(arcs))
        return ranks

    def _taken(self, chosen: Iterable[Any]) -> Iterator[Graded]:
        """Loops over the caller's arcs."""
        for piece in chosen:
            if self.arrays:
                piece[:, 2:] = self.order[piece[:, 2:]]
                piece = piece.tolist()
                for row in piece:
                    yield row[2 : 2 + row[1]], row[0]
            else:
                for row in piece:
                    yield [self.order[arc] for arc in row[2 : 2 + row[1]]], row[0]
