"""Bounded simple cycles of a directed graph, each exactly once.

A cycle is rooted at its smallest vertex, so the search from a root walks larger vertices only. A
step is taken only where the root can still be reached in the hops that are left, so the search
enters no path that ends nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def simple_cycles(
    successors: Sequence[Sequence[int]], max_length: int, through: int | None = None
) -> Iterator[tuple[int, ...]]:
    """Vertex tuples of all simple cycles of 2 to `max_length` hops, from their smallest vertex.

    `successors[v]` are the distinct vertices that v points to. With `through`, only cycles that
    visit that vertex. Order: by root, then depth first in the order of `successors`.
    """
    predecessors: list[list[int]] = [[] for _ in successors]
    for tail, heads in enumerate(successors):
        for head in heads:
            if head != tail:
                predecessors[head].append(tail)
    roots = range(len(successors)) if through is None else (through,)
    for root in roots:
        least = root if through is None else -1
        if not successors[root] or not predecessors[root]:
            continue
        home = _hops_to(root, predecessors, max_length - 1, least)
        for cycle in _from_root(root, successors, home, max_length, least):
            yield cycle if through is None else _rotated(cycle)


def _hops_to(root: int, predecessors: Sequence[Sequence[int]], limit: int, least: int) -> dict[int, int]:
    """Fewest hops from each vertex above `least` to the root, as far as `limit`."""
    hops = {root: 0}
    layer = [root]
    for distance in range(1, limit + 1):
        following = []
        for vertex in layer:
            for before in predecessors[vertex]:
                if before > least and before not in hops:
                    hops[before] = distance
                    following.append(before)
        layer = following
    return hops


def _from_root(
    root: int, successors: Sequence[Sequence[int]], home: dict[int, int], max_length: int, least: int
) -> Iterator[tuple[int, ...]]:
    path = [root]
    visited = {root}
    pending = [iter(successors[root])]
    while pending:
        left = max_length - len(path)
        for head in pending[-1]:
            if head == root:
                if len(path) > 1:
                    yield tuple(path)
            elif left > 0 and head > least and head not in visited and home.get(head, max_length) <= left:
                path.append(head)
                visited.add(head)
                pending.append(iter(successors[head]))
                break
        else:
            pending.pop()
            visited.discard(path.pop())


def _rotated(cycle: tuple[int, ...]) -> tuple[int, ...]:
    start = cycle.index(min(cycle))
    return cycle[start:] + cycle[:start]


def timed_cycles(
    tails: Sequence[int],
    heads: Sequence[int],
    times: Sequence[int],
    groups: Sequence[int],
    *,
    max_length: int,
    window: int | None,
    ties: bool,
) -> Iterator[tuple[int, ...]]:
    """Arc tuples of all simple cycles whose times rise, each from its first arc.

    Arcs must be in rising order of time, then of listing. Times rise strictly; with `ties`, arcs
    of one group may also share a time, in listed order. The last time is at most `window` after
    the first.
    """
    outgoing: dict[int, list[int]] = {}
    for arc, tail in enumerate(tails):
        outgoing.setdefault(tail, []).append(arc)
    for first, root in enumerate(tails):
        last = None if window is None else times[first] + window
        path = [first]
        visited = {root, heads[first]}
        pending = [iter(outgoing.get(heads[first], ()))]
        while pending:
            here = path[-1]
            for arc in pending[-1]:
                if arc <= here or (last is not None and times[arc] > last):
                    continue
                if times[arc] == times[here] and not (ties and groups[arc] == groups[here]):
                    continue
                head = heads[arc]
                if head == root:
                    yield (*path, arc)
                elif head not in visited and len(path) < max_length - 1:
                    path.append(arc)
                    visited.add(head)
                    pending.append(iter(outgoing.get(head, ())))
                    break
            else:
                pending.pop()
                visited.discard(heads[path.pop()])
