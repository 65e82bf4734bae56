"""Counting bounded cycles of a weighted graph without listing them.

One source serves twice: as Python over lists for small graphs, compiled over arrays for large
ones (`kernels.compiling`). It therefore allocates nothing and uses integers and indexing only.

Vertices are numbered hubs first, and a cycle is counted at its smallest number, so that hubs are
out of the way when the many small vertices take their turn. The last two hops are never walked:
`ahead[c]` is the weight of all two-hop ways from c home, from which the ways over vertices that are
already on the path are taken off again.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence

LIMIT = 4.0e18
"""Counts beyond this would not fit 64 bits: the compiled form then gives -1."""


def count_cycles(
    size: int,
    out_at: Sequence[int],
    out_to: Sequence[int],
    out_weight: Sequence[int],
    in_at: Sequence[int],
    in_to: Sequence[int],
    in_weight: Sequence[int],
    max_length: int,
    first_out: MutableSequence[int],
    first_in: MutableSequence[int],
    home: MutableSequence[int],
    back: MutableSequence[int],
    ahead: MutableSequence[int],
    touched: MutableSequence[int],
    marks: MutableSequence[int],
    path: MutableSequence[int],
    cursor: MutableSequence[int],
    weight: MutableSequence[int],
    bounded: bool,
    roots: int,
    share: int,
    shares: int,
) -> int:
    """Sum over simple cycles of 2 to `max_length` hops of the product of their weights.

    Rows of `out_to` and `in_to` are sorted. `first_out` and `first_in` start as copies of the row
    starts; the other work lists are zero, `marks` of `size * max_length`. With `bounded`, -1 where
    the sum passes LIMIT. Only cycles whose smallest vertex is below `roots`, and of those every
    `shares`-th from `share` on: so that threads may share the work.
    """
    total = 0
    estimate = 0.0
    for root in range(roots):
        count = 0
        if root % shares != share:
            leave(root, out_at, out_to, in_at, in_to, first_out, first_in)  # Another thread's turn.
            continue
        for at in range(first_in[root], in_at[root + 1]):
            near = in_to[at]
            home[near] = 1
            back[near] = in_weight[at]
            touched[count] = near
            count += 1
        if count and first_out[root] < out_at[root + 1]:
            # Ways home in two hops, and with them who is two hops away.
            begin, end = 0, count
            for step in range(2, max(3, max_length - 1)):
                for index in range(begin, end):
                    near = touched[index]
                    for at in range(first_in[near], in_at[near + 1]):
                        far = in_to[at]
                        if step == 2:
                            ahead[far] += in_weight[at] * back[near]
                        if home[far] == 0 and far != root:
                            home[far] = step
                            touched[count] = far
                            count += 1
                begin, end = end, count
            # Walk: path[d] is d hops from the root.
            depth = 0
            path[0] = root
            weight[0] = 1
            cursor[0] = first_out[root]
            last = max_length - 3
            while depth >= 0:
                here = path[depth]
                if depth >= last:
                    # Every neighbour closes at once, in one hop or in two.
                    for at in range(cursor[depth], out_at[here + 1]):
                        step_to = out_to[at]
                        if home[step_to] == 0 or home[step_to] > 2:
                            continue
                        if holds(path, depth, step_to):
                            continue
                        ways = back[step_to]
                        if depth == last:
                            ways += ahead[step_to]
                            for above in range(1, depth + 1):
                                ways -= marks[above * size + step_to] * back[path[above]]
                        product = weight[depth] * out_weight[at]
                        total += product * ways
                        estimate += float(product) * float(ways)
                else:
                    moved = False
                    at = cursor[depth]
                    while at < out_at[here + 1]:
                        step_to = out_to[at]
                        distance = home[step_to]
                        at += 1
                        if depth and (distance == 0 or distance > max_length - depth - 1):
                            continue
                        if holds(path, depth, step_to):
                            continue
                        cursor[depth] = at
                        product = weight[depth] * out_weight[at - 1]
                        if back[step_to]:
                            total += product * back[step_to]
                            estimate += float(product) * float(back[step_to])
                        depth += 1
                        path[depth] = step_to
                        weight[depth] = product
                        cursor[depth] = first_out[step_to]
                        for mark in range(first_in[step_to], in_at[step_to + 1]):
                            marks[depth * size + in_to[mark]] = in_weight[mark]
                        moved = True
                        break
                    if moved:
                        continue
                # Nothing is left here: step back.
                if depth > 0:
                    for mark in range(first_in[here], in_at[here + 1]):
                        marks[depth * size + in_to[mark]] = 0
                depth -= 1
            if bounded and estimate > LIMIT:
                return -1
        for index in range(count):
            near = touched[index]
            home[near] = 0
            back[near] = 0
            ahead[near] = 0
        ahead[root] = 0
        leave(root, out_at, out_to, in_at, in_to, first_out, first_in)
    return total


def leave(
    root: int,
    out_at: Sequence[int],
    out_to: Sequence[int],
    in_at: Sequence[int],
    in_to: Sequence[int],
    first_out: MutableSequence[int],
    first_in: MutableSequence[int],
) -> None:
    """Take a root out of the graph: it is the smallest number left in every row, so rows begin one later."""
    for at in range(first_out[root], out_at[root + 1]):
        first_in[out_to[at]] += 1
    for at in range(first_in[root], in_at[root + 1]):
        first_out[in_to[at]] += 1


def holds(path: Sequence[int], depth: int, vertex: int) -> bool:
    """Whether a path, which is short, has been at a vertex since it left the root."""
    for above in range(1, depth + 1):  # noqa: SIM110 (numba cannot compile `any` of a generator)
        if path[above] == vertex:
            return True
    return False
