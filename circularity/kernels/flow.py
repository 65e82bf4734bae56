"""Maximum flow on integers of any size: push and relabel, first in first out (Goldberg and Tarjan 1988).

Networks that are expanded in time have routes of as many hops as a party has payments. Pushing an
excess from party to party merges what meets on the way, so a long chain is walked once and not once
for every payment that enters it.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from typing import Any

from circularity.kernels.compiling import compiled, fast_installed
from circularity.kernels.engine import PLAIN_STEPS

_LARGE = PLAIN_STEPS / 5
"""Arcs from which the compiled form is worth its start."""
_MOST = 1 << 61
"""Sums up to which 64 bits hold every step."""
_COLUMNS = 5
"""Work columns of `push`."""


class FlowNetwork:
    """Arcs in residual pairs: arc `i` and its reverse `i ^ 1`. A capacity of None is unlimited."""

    __slots__ = ("capacity", "heads", "size", "unlimited")

    def __init__(self, nodes: int) -> None:
        self.size = nodes
        self.heads: list[int] = []
        self.capacity: list[int] = []
        self.unlimited: set[int] = set()

    def node(self) -> int:
        """Add a node; the result names it."""
        self.size += 1
        return self.size - 1

    def add(self, tail: int, head: int, capacity: int | None) -> int:
        """Add an arc; the result names it."""
        arc = len(self.heads)
        self.heads += (head, tail)
        self.capacity += (0 if capacity is None else capacity, 0)
        if capacity is None:
            self.unlimited.add(arc)
        return arc

    def maximum(self, source: int, sink: int) -> int | None:
        """The maximum flow, or None where an unlimited path leaves no bound."""
        if self._unbounded(source, sink):
            return None
        ceiling = sum(self.capacity) + 1
        for arc in self.unlimited:
            self.capacity[arc] = ceiling
        if len(self.heads) > 2 * _LARGE and fast_installed():
            leaving = (c for c, head in zip(self.capacity[::2], self.heads[1::2], strict=True) if head == source)
            if ceiling + sum(leaving) < _MOST:
                return self._compiled(source, sink)
        starts, arcs = self._rows()
        work = [[0] * self.size for _ in range(_COLUMNS)]
        return push(source, sink, starts, arcs, self.heads, self.capacity, *work)

    def flow(self, arc: int) -> int:
        """What an arc carries after `maximum`."""
        return self.capacity[arc ^ 1]

    def _unbounded(self, source: int, sink: int) -> bool:
        """Whether unlimited arcs alone lead from the source to the sink."""
        out: dict[int, list[int]] = {}
        for arc in self.unlimited:
            out.setdefault(self.heads[arc ^ 1], []).append(self.heads[arc])
        seen, stack = {source}, [source]
        while stack:
            for head in out.get(stack.pop(), ()):
                if head not in seen:
                    seen.add(head)
                    stack.append(head)
        return sink in seen

    def _rows(self) -> tuple[list[int], list[int]]:
        """Arcs by their tail: row starts, and arcs in order."""
        starts = [0] * (self.size + 1)
        for head in self.heads:  # as many arcs leave a node as enter it: each has its reverse
            starts[head + 1] += 1
        for node in range(self.size):
            starts[node + 1] += starts[node]
        place, arcs = starts[:-1], [0] * len(self.heads)
        for arc, head in enumerate(self.heads):
            arcs[place[head]] = arc ^ 1
            place[head] += 1
        return starts, arcs

    def _compiled(self, source: int, sink: int) -> int:
        import numpy as np

        heads = np.array(self.heads, np.int64)
        capacity = np.array(self.capacity, np.int64)
        starts = np.zeros(self.size + 1, np.int64)
        np.cumsum(np.bincount(heads, minlength=self.size), out=starts[1:])
        arcs = np.argsort(heads, kind="stable") ^ 1
        work: list[Any] = [np.zeros(self.size, np.int64) for _ in range(_COLUMNS)]
        total = int(compiled(push)(source, sink, starts, arcs, heads, capacity, *work))
        self.capacity = capacity.tolist()
        return total


def push(
    source: int,
    sink: int,
    starts: Sequence[int],
    arcs: Sequence[int],
    heads: Sequence[int],
    capacity: MutableSequence[int],
    excess: MutableSequence[int],
    label: MutableSequence[int],
    at: MutableSequence[int],
    queue: MutableSequence[int],
    reached: MutableSequence[int],
) -> int:
    """Push as much as fits to the sink, then the rest back to the source; `capacity` becomes what is left.

    Arcs of node n are `arcs[starts[n]:starts[n + 1]]`. The work columns are zero, one cell a node. A
    label is a lower bound of the distance to where money is pushed; the number of nodes: out of
    reach. Labels are made exact again whenever the work since the last time has paid for it, and the
    farthest nodes then start. One source serves as Python and compiled: it allocates nothing.
    """
    size = len(starts) - 1
    for place in range(starts[source], starts[source + 1]):
        arc = arcs[place]
        amount = capacity[arc]
        if amount > 0 and heads[arc] != source:
            capacity[arc] = 0
            capacity[arc ^ 1] += amount
            excess[heads[arc]] += amount
    excess[source] = 0
    for end in (sink, source):
        while True:
            for node in range(size):
                label[node] = size
                at[node] = starts[node]
            label[end] = 0
            reached[0] = end
            count = 1
            done = 0
            while done < count:
                node = reached[done]
                done += 1
                for place in range(starts[node], starts[node + 1]):
                    tail = heads[arcs[place]]
                    if capacity[arcs[place] ^ 1] > 0 and label[tail] == size and tail != source and tail != sink:
                        label[tail] = label[node] + 1
                        reached[count] = tail
                        count += 1
            first = 0
            waiting = 0
            for place in range(count - 1, 0, -1):
                if excess[reached[place]] > 0:
                    queue[waiting] = reached[place]
                    waiting += 1
            if waiting == 0:
                break
            work = 0
            while waiting > 0 and work < len(arcs):
                node = queue[first]
                first = first + 1 if first + 1 < size else 0
                waiting -= 1
                while excess[node] > 0 and label[node] < size:
                    work += 1
                    if at[node] == starts[node + 1]:
                        nearest = size
                        for place in range(starts[node], starts[node + 1]):
                            if capacity[arcs[place]] > 0 and label[heads[arcs[place]]] < nearest:
                                nearest = label[heads[arcs[place]]]
                        work += starts[node + 1] - starts[node]
                        label[node] = nearest + 1 if nearest < size else size
                        at[node] = starts[node]
                        continue
                    arc = arcs[at[node]]
                    head = heads[arc]
                    if capacity[arc] == 0 or label[node] != label[head] + 1:
                        at[node] += 1
                        continue
                    amount = min(excess[node], capacity[arc])
                    capacity[arc] -= amount
                    capacity[arc ^ 1] += amount
                    excess[node] -= amount
                    if excess[head] == 0 and head != end:
                        last = first + waiting
                        queue[last if last < size else last - size] = head
                        waiting += 1
                    excess[head] += amount
    return excess[sink]
