"""Maximum flow by blocking flows (Dinic 1970), on integers of any size.

Every augmenting path is found in layers of a breadth-first search, so the sinks that are reached
first stay reached: see MEASURES §3 on why the round trip's lower bound rests on it.
"""

from __future__ import annotations

from collections.abc import Sequence


class FlowNetwork:
    """Arcs in residual pairs: arc `i` and its reverse `i ^ 1`. A capacity of None is unlimited."""

    __slots__ = ("capacity", "heads", "out", "unlimited")

    def __init__(self, nodes: int) -> None:
        self.out: list[list[int]] = [[] for _ in range(nodes)]
        self.heads: list[int] = []
        self.capacity: list[int] = []
        self.unlimited: set[int] = set()

    def node(self) -> int:
        """Add a node; the result names it."""
        self.out.append([])
        return len(self.out) - 1

    def add(self, tail: int, head: int, capacity: int | None) -> int:
        """Add an arc; the result names it."""
        arc = len(self.heads)
        self.heads += (head, tail)
        self.capacity += (0 if capacity is None else capacity, 0)
        if capacity is None:
            self.unlimited.add(arc)
        self.out[tail].append(arc)
        self.out[head].append(arc + 1)
        return arc

    def maximum(self, source: int, sink: int) -> int | None:
        """The maximum flow, or None where an unlimited path leaves no bound."""
        if self._reaches(source, sink, self.unlimited):
            return None
        ceiling = sum(self.capacity) + 1
        for arc in self.unlimited:
            self.capacity[arc] = ceiling
        total = 0
        while True:
            level = self._levels(source, sink)
            if level[sink] < 0:
                return total
            total += self._block(source, sink, level)

    def flow(self, arc: int) -> int:
        """What an arc carries after `maximum`."""
        return self.capacity[arc ^ 1]

    def _reaches(self, source: int, sink: int, arcs: set[int]) -> bool:
        seen, stack = {source}, [source]
        while stack:
            node = stack.pop()
            for arc in self.out[node]:
                if arc in arcs and self.heads[arc] not in seen:
                    seen.add(self.heads[arc])
                    stack.append(self.heads[arc])
        return sink in seen

    def _levels(self, source: int, sink: int) -> list[int]:
        level = [-1] * len(self.out)
        level[source] = 0
        layer = [source]
        while layer and level[sink] < 0:
            following = []
            for node in layer:
                for arc in self.out[node]:
                    head = self.heads[arc]
                    if self.capacity[arc] and level[head] < 0:
                        level[head] = level[node] + 1
                        following.append(head)
            layer = following
        return level

    def _block(self, source: int, sink: int, level: Sequence[int]) -> int:
        """Push until no path of this layering is left."""
        capacity, heads, out = self.capacity, self.heads, self.out
        at = [0] * len(out)
        total = 0
        path: list[int] = []
        node = source
        while True:
            if node == sink:
                push = min(capacity[arc] for arc in path)
                total += push
                cut = len(path)
                for index in range(len(path) - 1, -1, -1):
                    arc = path[index]
                    capacity[arc] -= push
                    capacity[arc ^ 1] += push
                    if not capacity[arc]:
                        cut = index
                node = heads[path[cut] ^ 1]
                del path[cut:]
                continue
            arcs = out[node]
            while at[node] < len(arcs):
                arc = arcs[at[node]]
                if capacity[arc] and level[heads[arc]] == level[node] + 1:
                    break
                at[node] += 1
            if at[node] < len(arcs):
                path.append(arcs[at[node]])
                node = heads[path[-1]]
            elif path:
                node = heads[path.pop() ^ 1]
                at[node] += 1
            else:
                return total
