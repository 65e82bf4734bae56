"""Listing bounded cycles into a buffer, so that memory stays flat however many there are.

Written for the compiler, like `kernels.counting`: integers, indexing, no allocation. The caller
gives a buffer, reads what was found, and calls again; the search goes on where the buffer was full.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence


def list_cycles(
    size: int,
    out_at: Sequence[int],
    out_to: Sequence[int],
    in_at: Sequence[int],
    in_to: Sequence[int],
    max_length: int,
    first_out: MutableSequence[int],
    first_in: MutableSequence[int],
    home: MutableSequence[int],
    touched: MutableSequence[int],
    closers: MutableSequence[int],
    chain: MutableSequence[int],
    closing: MutableSequence[int],
    path: MutableSequence[int],
    cursor: MutableSequence[int],
    on_path: MutableSequence[int],
    state: MutableSequence[int],
    found: MutableSequence[int],
    room: int,
) -> int:
    """Write cycles as rows of `max_length` vertices, filled up with -1; give the number of rows.

    `state` is (root, depth, touched): start with (0, -1, 0); all is listed when the root is `size`.
    `room` is the rows after which to stop; `found` must hold as many more as the longest row of
    `out_to` has, plus one.

    The last hop looks at nothing in vain: the vertices one hop after c and one hop before the root
    are a chain, `closing[e]` with e from `closers[c]` on by `chain[e]`, 0 at its end.
    """
    rows = 0
    last = max_length - 3
    root, depth, count = state[0], state[1], state[2]
    while root < size:
        if depth < 0:
            count = 0
            for at in range(first_in[root], in_at[root + 1]):
                home[in_to[at]] = 1
                touched[count] = in_to[at]
                count += 1
            if count and first_out[root] < out_at[root + 1]:
                begin, end = 0, count
                link = 0
                for step in range(2, max(3, max_length - 1)):
                    for index in range(end - 1, begin - 1, -1):
                        near = touched[index]
                        for at in range(first_in[near], in_at[near + 1]):
                            far = in_to[at]
                            if far == root:
                                continue
                            if step == 2:
                                link += 1
                                closing[link] = near
                                chain[link] = closers[far]
                                closers[far] = link
                            if home[far] == 0:
                                home[far] = step
                                touched[count] = far
                                count += 1
                    begin, end = end, count
                depth = 0
                path[0] = root
                cursor[0] = first_out[root]
        while depth >= 0:
            here = path[depth]
            moved = False
            for at in range(cursor[depth], out_at[here + 1]):
                if rows >= room:
                    cursor[depth] = at
                    state[0], state[1], state[2] = root, depth, count
                    return rows
                step_to = out_to[at]
                distance = home[step_to]
                if on_path[step_to] or (depth and (distance == 0 or distance > max_length - depth - 1)):
                    continue
                if distance == 1:
                    start = rows * max_length
                    for place in range(depth + 1):
                        found[start + place] = path[place]
                    found[start + depth + 1] = step_to
                    for place in range(depth + 2, max_length):
                        found[start + place] = -1
                    rows += 1
                if depth == last:
                    start = rows * max_length
                    link = closers[step_to]
                    while link:
                        final = closing[link]
                        link = chain[link]
                        if on_path[final]:
                            continue
                        for place in range(depth + 1):
                            found[start + place] = path[place]
                        found[start + depth + 1] = step_to
                        found[start + depth + 2] = final
                        rows += 1
                        start += max_length
                elif depth < last:
                    cursor[depth] = at + 1
                    depth += 1
                    path[depth] = step_to
                    on_path[step_to] = 1
                    cursor[depth] = first_out[step_to]
                    moved = True
                    break
            if not moved:
                if depth > 0:
                    on_path[here] = 0
                depth -= 1
        for index in range(count):
            home[touched[index]] = 0
            closers[touched[index]] = 0
        for at in range(first_out[root], out_at[root + 1]):
            first_in[out_to[at]] += 1
        for at in range(first_in[root], in_at[root + 1]):
            first_out[in_to[at]] += 1
        root += 1
    state[0], state[1], state[2] = root, -1, 0
    return rows
