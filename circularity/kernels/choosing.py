"""From loops of vertices to loops of arcs: every choice among parallel arcs whose weakest is wanted.

Written for the compiler, like `kernels.listing`: it stops where its buffer is full and goes on at the next call.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence


def choose_arcs(
    routes: Sequence[int],
    count: int,
    width: int,
    vertex: Sequence[int],
    out_at: Sequence[int],
    out_to: Sequence[int],
    arcs_at: Sequence[int],
    arcs: Sequence[int],
    grades: Sequence[int],
    low: int,
    high: int,
    last: int,
    exact: int,
    through: int,
    pairs: MutableSequence[int],
    digits: MutableSequence[int],
    state: MutableSequence[int],
    chosen: MutableSequence[int],
    room: int,
) -> int:
    """Write loops as rows of grade, hops and `width` arcs, filled up with -1; give the number of rows.

    `routes` is what `list_cycles` wrote, `count` rows; `arcs[arcs_at[p]:arcs_at[p + 1]]` join pair p, which
    is a place in `out_to`. The grade of a loop is the largest of its arcs, and `last` where that is 0;
    wanted are grades from `low` to `high`, exactly `exact` hops unless that is 0, and loops through
    the vertex `through` unless that is -1. A loop begins at its smallest `vertex`. `state` is (route,
    hops): start with (0, 0) for each buffer of routes; all is written when the route is `count`.
    """
    rows = 0
    route, hops = state[0], state[1]
    while route < count:
        base = route * width
        if hops == 0:
            smallest = 0
            seen = through < 0
            while hops < width and routes[base + hops] >= 0:
                place = routes[base + hops]
                if vertex[place] < vertex[routes[base + smallest]]:
                    smallest = hops
                if place == through:
                    seen = True
                hops += 1
            if not seen or (exact != 0 and hops != exact):
                route += 1
                hops = 0
                continue
            for hop in range(hops):
                tail = routes[base + (smallest + hop) % hops]
                head = routes[base + (smallest + hop + 1) % hops]
                first, beyond = out_at[tail], out_at[tail + 1]
                while first < beyond:
                    at = (first + beyond) // 2
                    if out_to[at] < head:
                        first = at + 1
                    else:
                        beyond = at
                pairs[hop] = first
                digits[hop] = arcs_at[first]
        more = True
        while more:
            if rows >= room:
                state[0], state[1] = route, hops
                return rows
            grade = 0
            for hop in range(hops):
                if grades[arcs[digits[hop]]] > grade:
                    grade = grades[arcs[digits[hop]]]
            if grade == 0:
                grade = last
            if low <= grade <= high:
                start = rows * (width + 2)
                chosen[start] = grade
                chosen[start + 1] = hops
                for hop in range(width):
                    chosen[start + 2 + hop] = arcs[digits[hop]] if hop < hops else -1
                rows += 1
            # The next choice, the last hop turning fastest.
            hop = hops - 1
            while hop >= 0:
                digits[hop] += 1
                if digits[hop] < arcs_at[pairs[hop] + 1]:
                    break
                digits[hop] = arcs_at[pairs[hop]]
                hop -= 1
            more = hop >= 0
        route += 1
        hops = 0
    state[0], state[1] = route, 0
    return rows
