"""Listing dated cycles into a buffer: simple cycles whose times rise, each from its first arc.

Written for the compiler, like `kernels.listing`. Arcs are numbered in order of time, then of
listing, so a later arc has a larger number. From each first arc the search looks back from the
root, inside the window, for who can still get home in two hops, and by which arc at the latest; the
last hops of the walk go over those only, so cost grows with what is near the answer, not with the square of hubs.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence


def list_timed(
    tails: Sequence[int],
    heads: Sequence[int],
    times: Sequence[int],
    groups: Sequence[int],
    out_at: Sequence[int],
    out_arc: Sequence[int],
    in_at: Sequence[int],
    in_arc: Sequence[int],
    max_length: int,
    window: int,
    ties: bool,
    closes: MutableSequence[int],
    latest: MutableSequence[int],
    hops: MutableSequence[int],
    touched: MutableSequence[int],
    path: MutableSequence[int],
    cursor: MutableSequence[int],
    on_path: MutableSequence[int],
    state: MutableSequence[int],
    found: MutableSequence[int],
    room: int,
) -> int:
    """Write cycles as rows of `max_length` arcs, filled up with -1; give the number of rows.

    `window` is the most from first to last time. With `ties`, arcs of one group may share a time,
    in their order. `state` is (first arc, depth,
    touched): start with (0, -1, 0); all is listed when the first arc is the number of arcs.
    """
    rows = 0
    first, depth, count = state[0], state[1], state[2]
    while first < len(tails):
        root = tails[first]
        end_time = times[first] + window
        if depth < 0:
            count = 0
            start = heads[first]
            # Is there anything to walk on, and anything to close with?
            low, high = out_at[start], out_at[start + 1]
            while low < high:
                at = (low + high) // 2
                if out_arc[at] > first:
                    high = at
                else:
                    low = at + 1
            onward = low
            if onward < out_at[start + 1] and times[out_arc[onward]] <= end_time:
                low, high = in_at[root], in_at[root + 1]
                while low < high:
                    at = (low + high) // 2
                    if in_arc[at] > first:
                        high = at
                    else:
                        low = at + 1
                for place in range(low, in_at[root + 1]):
                    arc = in_arc[place]
                    if times[arc] > end_time:
                        break
                    near = tails[arc]
                    if hops[near] == 0:
                        hops[near] = 1
                        touched[count] = near
                        count += 1
                    closes[near] = arc
                    latest[near] = arc
                near_count = count
                for index in range(near_count):
                    near = touched[index]
                    low, high = in_at[near], in_at[near + 1]
                    while low < high:
                        at = (low + high) // 2
                        if in_arc[at] > first:
                            high = at
                        else:
                            low = at + 1
                    last = closes[near]
                    for place in range(low, in_at[near + 1]):
                        arc = in_arc[place]
                        if arc >= last:
                            break
                        far = tails[arc]
                        if far != root:
                            if hops[far] == 0:
                                hops[far] = 2
                                touched[count] = far
                                count += 1
                            if arc > latest[far]:
                                latest[far] = arc
                if count:
                    depth = 0
                    path[0] = first
                    on_path[start] = 1
                    cursor[0] = onward
        while depth >= 0:
            here = path[depth]
            vertex = heads[here]
            moved = False
            for place in range(cursor[depth], out_at[vertex + 1]):
                if rows >= room:
                    cursor[depth] = place
                    state[0], state[1], state[2] = first, depth, count
                    return rows
                arc = out_arc[place]
                if times[arc] > end_time:
                    break
                if times[arc] == times[here] and not (ties and groups[arc] == groups[here]):
                    continue
                head = heads[arc]
                if head == root:
                    base = rows * max_length
                    for above in range(depth + 1):
                        found[base + above] = path[above]
                    found[base + depth + 1] = arc
                    for above in range(depth + 2, max_length):
                        found[base + above] = -1
                    rows += 1
                    continue
                left = max_length - depth - 2
                if left < 1 or on_path[head]:
                    continue
                if left <= 2 and (hops[head] == 0 or hops[head] > left or latest[head] < arc):
                    continue
                cursor[depth] = place + 1
                depth += 1
                path[depth] = arc
                on_path[head] = 1
                low, high = out_at[head], out_at[head + 1]
                while low < high:
                    at = (low + high) // 2
                    if out_arc[at] > arc:
                        high = at
                    else:
                        low = at + 1
                cursor[depth] = low
                moved = True
                break
            if not moved:
                on_path[vertex] = 0
                depth -= 1
        for index in range(count):
            hops[touched[index]] = 0
            latest[touched[index]] = -1
        first += 1
    state[0], state[1], state[2] = first, -1, 0
    return rows
