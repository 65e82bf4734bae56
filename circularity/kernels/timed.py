"""Listing dated cycles into a buffer: simple cycles whose times rise, each from its first arc.

Written for the compiler, like `kernels.listing`. Arcs are numbered in order of time, then of listing,
so a later arc has a larger number. From each first arc the search looks back from the root, inside the
window, for who can still get home in two hops, and by which arc at the latest; the last hops of the walk
go over those only. Where that would mean to read through a hub, it first looks whether everything ahead
is little, or everything behind: then the walk keeps to that. So cost grows with what is near the
answer, not with the square of hubs.
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
    patience: int,
    closes: MutableSequence[int],
    latest: MutableSequence[int],
    hops: MutableSequence[int],
    seen: MutableSequence[int],
    touched: MutableSequence[int],
    candidates: MutableSequence[int],
    path: MutableSequence[int],
    cursor: MutableSequence[int],
    on_path: MutableSequence[int],
    state: MutableSequence[int],
    found: MutableSequence[int],
    room: int,
) -> int:
    """Write cycles as rows of `max_length` arcs, filled up with -1; give the number of rows.

    `window` is the most from first to last time. With `ties`, arcs of one group may share a time,
    in their order. `patience` is how many arcs are read without looking for a shorter way. `state` is (first
    arc, depth, touched, candidates, hops known): start with (0, -1, 0, -1, 2); all is listed when the first
    arc is the number of arcs. `closes` and `latest` start at -1, the other work lists at 0.
    """
    rows = 0
    first, depth, count, ways, known = state[0], state[1], state[2], state[3], state[4]
    while first < len(tails):
        root = tails[first]
        end_time = times[first] + window
        if depth < 0:
            count = 0
            ways = -1
            known = 2
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
            low, high = in_at[root], in_at[root + 1]
            if onward < out_at[start + 1] and times[out_arc[onward]] <= end_time:
                while low < high:
                    at = (low + high) // 2
                    if in_arc[at] > first:
                        high = at
                    else:
                        low = at + 1
            homeward = low
            if (
                onward < out_at[start + 1]
                and times[out_arc[onward]] <= end_time
                and homeward < in_at[root + 1]
                and times[in_arc[homeward]] <= end_time
            ):
                # How many arcs lie ahead of the start, and how many behind the root?
                low, high = onward, out_at[start + 1]
                while low < high:
                    at = (low + high) // 2
                    if times[out_arc[at]] > end_time:
                        high = at
                    else:
                        low = at + 1
                ahead = low - onward
                low, high = homeward, in_at[root + 1]
                while low < high:
                    at = (low + high) // 2
                    if times[in_arc[at]] > end_time:
                        high = at
                    else:
                        low = at + 1
                behind = low - homeward
                if behind <= patience and max_length > 3:
                    for place in range(homeward, homeward + behind):
                        near = tails[in_arc[place]]
                        if near == start or behind > patience:
                            continue
                        low, high = in_at[near], in_at[near + 1]
                        while low < high:
                            at = (low + high) // 2
                            if in_arc[at] > first:
                                high = at
                            else:
                                low = at + 1
                        begin, high = low, in_at[near + 1]
                        while low < high:
                            at = (low + high) // 2
                            if in_arc[at] > in_arc[place]:
                                high = at
                            else:
                                low = at + 1
                        behind += low - begin
                done = False
                closing = True
                if behind > patience:
                    # Much is behind. Is everything ahead little? Then who gets home is sought there.
                    left = behind
                    seen[start] = first + 1
                    touched[0] = start
                    count = 1
                    begin, end = 0, 1
                    step = 0
                    while begin < end and step < max_length - 1 and left >= 0:
                        for index in range(begin, end):
                            near = touched[index]
                            low, high = out_at[near], out_at[near + 1]
                            while low < high:
                                at = (low + high) // 2
                                if out_arc[at] > first:
                                    high = at
                                else:
                                    low = at + 1
                            for place in range(low, out_at[near + 1]):
                                arc = out_arc[place]
                                left -= 1
                                if times[arc] > end_time or left < 0:
                                    break
                                far = heads[arc]
                                if far == root:
                                    hops[near] = 1
                                    closes[near] = arc
                                    latest[near] = arc
                                elif seen[far] != first + 1:
                                    seen[far] = first + 1
                                    touched[count] = far
                                    count += 1
                            if left < 0:
                                break
                        begin, end = end, count
                        step += 1
                    done = left >= 0
                    closing = False
                    for index in range(count):
                        near = touched[index]
                        if hops[near] == 1:
                            closing = True
                        if not done:
                            hops[near] = 0
                            latest[near] = -1
                            continue
                        low, high = out_at[near], out_at[near + 1]
                        while low < high:
                            at = (low + high) // 2
                            if out_arc[at] > first:
                                high = at
                            else:
                                low = at + 1
                        for place in range(low, out_at[near + 1]):
                            arc = out_arc[place]
                            if times[arc] > end_time:
                                break
                            far = heads[arc]
                            if far != root and hops[far] == 1 and arc < closes[far]:
                                if hops[near] == 0:
                                    hops[near] = 2
                                if arc > latest[near]:
                                    latest[near] = arc
                    if not done:
                        count = 0
                    closing = closing or not done
                if not done and ahead > patience:
                    # Much is ahead. Is everything behind little? Then the walk starts with what leads there.
                    left = ahead + behind
                    touched[0] = root
                    count = 1
                    begin, end = 0, 1
                    step = 1
                    ways = 0
                    while begin < end and step < max_length and left >= 0:
                        for index in range(begin, end):
                            near = touched[index]
                            low, high = in_at[near], in_at[near + 1]
                            while low < high:
                                at = (low + high) // 2
                                if in_arc[at] > first:
                                    high = at
                                else:
                                    low = at + 1
                            for place in range(low, in_at[near + 1]):
                                arc = in_arc[place]
                                left -= 1
                                if times[arc] > end_time or left < 0:
                                    break
                                far = tails[arc]
                                if far == start:
                                    candidates[ways] = arc
                                    ways += 1
                                elif far != root and step < max_length - 1:
                                    if hops[far] == 0:
                                        hops[far] = step
                                        touched[count] = far
                                        count += 1
                                    if arc > latest[far]:
                                        latest[far] = arc
                            if left < 0:
                                break
                        begin, end = end, count
                        step += 1
                    done = left >= 0
                    known = max_length
                    if not done:
                        for index in range(count):
                            hops[touched[index]] = 0
                            latest[touched[index]] = -1
                        count = 0
                        ways = -1
                        known = 2
                if not done:
                    for place in range(homeward, in_at[root + 1]):
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
                    near_count = count if max_length > 3 else 0
                    for index in range(near_count):
                        near = touched[index]
                        if near == start:
                            continue
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
                if count and closing and ways != 0:
                    depth = 0
                    path[0] = first
                    on_path[start] = 1
                    cursor[0] = onward if ways < 0 else 0
        while depth >= 0:
            here = path[depth]
            vertex = heads[here]
            moved = False
            chosen = depth == 0 and ways >= 0
            for place in range(cursor[depth], ways if chosen else out_at[vertex + 1]):
                if rows >= room:
                    cursor[depth] = place
                    state[0], state[1], state[2], state[3], state[4] = first, depth, count, ways, known
                    return rows
                arc = candidates[place] if chosen else out_arc[place]
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
                if left <= known and (hops[head] == 0 or hops[head] > left or latest[head] < arc):
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
    state[0], state[1], state[2], state[3], state[4] = first, -1, 0, -1, 2
    return rows
