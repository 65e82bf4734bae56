"""Sorting more rows of numbers than memory should hold: sorted runs in one nameless file, then merged."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import islice
from typing import IO

RUN = 200_000
"""Rows sorted at once. As many, and no file is made."""
_READ = 500
"""Rows of a run that are read at a time."""


def sorted_rows(rows: Iterable[list[int]], width: int) -> Iterator[list[int]]:
    """Rows of `width` whole numbers of 64 bits, in order."""
    source = iter(rows)
    run = sorted(islice(source, RUN))
    if len(run) < RUN:
        yield from run
        return
    from tempfile import TemporaryFile

    with TemporaryFile() as file:
        starts: list[tuple[int, int]] = []
        while run:
            starts.append((file.tell(), len(run)))
            array("q", (cell for row in run for cell in row)).tofile(file)
            run = sorted(islice(source, RUN))
        yield from merge(*(_read(file, start, count, width) for start, count in starts))


def _read(file: IO[bytes], start: int, count: int, width: int) -> Iterator[list[int]]:
    for done in range(0, count, _READ):
        cells = array("q")
        file.seek(start + done * width * 8)
        cells.fromfile(file, min(_READ, count - done) * width)
        yield from (cells[at : at + width].tolist() for at in range(0, len(cells), width))
