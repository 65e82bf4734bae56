"""Routes over legs: the pairs that legs join, canonical loops, and paths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache
from itertools import product

from circularity.model.legs import LegTable


def legs_by_pair(legs: LegTable, rows: Iterable[int]) -> dict[tuple[int, int], list[int]]:
    """Rows by (payer, payee), in table order. Parallel legs stay apart."""
    pairs: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        pairs.setdefault((legs.payer[row], legs.payee[row]), []).append(row)
    return pairs


def successors(pairs: Iterable[tuple[int, int]], parties: int) -> list[list[int]]:
    """Whom each party pays, by position."""
    heads: list[list[int]] = [[] for _ in range(parties)]
    for payer, payee in sorted(pairs):
        heads[payer].append(payee)
    return heads


def hops(route: tuple[int, ...]) -> list[tuple[int, int]]:
    """The pairs of a loop, the last closing on the first."""
    return list(zip(route, route[1:] + route[:1], strict=True))


def leg_choices(route: tuple[int, ...], pairs: dict[tuple[int, int], list[int]]) -> Iterator[tuple[int, ...]]:
    """Every way to walk a loop of parties over single legs."""
    return product(*(pairs[hop] for hop in hops(route)))


def day_number(text: str) -> int:
    """Whole days, for windows and durations."""
    return date.fromisoformat(text[:10]).toordinal()


@lru_cache(maxsize=1 << 17)
def seconds(text: str) -> int:
    """Seconds on one axis, so that a day with a time orders inside its day."""
    moment = datetime.fromisoformat(text)
    return moment.toordinal() * 86_400 + moment.hour * 3600 + moment.minute * 60 + moment.second


def simple_paths(heads: list[list[int]], start: int, end: int, max_length: int) -> Iterator[tuple[int, ...]]:
    """Party routes from start to end of at most `max_length` hops that visit nobody twice."""
    path, pending = [start], [iter(heads[start])]
    while pending:
        for head in pending[-1]:
            if head == end:
                yield (*path, head)
            elif head not in path and len(path) < max_length:
                path.append(head)
                pending.append(iter(heads[head]))
                break
        else:
            pending.pop()
            path.pop()
