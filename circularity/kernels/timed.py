"""Listing dated cycles into a buffer: simple cycles whose times rise, each from its first arc.

Written for the compiler, like `kernels.listing`. Arcs are numbered in order of time, then of listing,
so a later arc has a larger number, and a window is a range of numbers. From each first arc the search
looks back from the root, inside the window, for who can still get home in two hops, and by which arc
at the latest; the last hops of the walk go over those only. Where that would mean to read through a
hub, it first looks whether everything ahead is little, or everything behind: then the walk keeps to
that. So cost grows with what is near the answer, not with the square of hubs.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from typing import NamedTuple

_TOO_MUCH = -1
"""What a look around gives instead of a count where there is more to read than it may."""


class Arcs(NamedTuple):
    """Columns of arcs, and where each vertex has its own: `out_arc[out_at[v]:out_at[v + 1]]` leave v."""

    tails: Sequence[int]
    heads: Sequence[int]
    times: Sequence[int]
    groups: Sequence[int]
    out_at: Sequence[int]
    out_arc: Sequence[int]
    in_at: Sequence[int]
    in_arc: Sequence[int]


class Limits(NamedTuple):
    """What is looked for, and how hard.

    `window` is the most from first to last time. With `ties`, arcs of one group may share a time, in
    their order. `patience` is how many arcs are read without looking for a shorter way.
    """

    max_length: int
    window: int
    ties: bool
    patience: int


class Notes(NamedTuple):
    """What is known of the vertices around one first arc; between two first arcs all is as at the start.

    `hops[v]` is how many hops home are left at v, 0 where it gets there in no way that is known, `latest[v]`
    the last arc by which to leave, and `closes[v]`, one hop from home, the last arc that closes. `touched`
    are the vertices with a note, `seen` those met on the way ahead, and `candidates` the arcs to begin with.
    `latest` starts at -1, the others at 0.
    """

    hops: MutableSequence[int]
    latest: MutableSequence[int]
    closes: MutableSequence[int]
    seen: MutableSequence[int]
    touched: MutableSequence[int]
    candidates: MutableSequence[int]


class Trail(NamedTuple):
    """Where the walk stands: its arcs, the place of the next choice after each, and the vertices on it."""

    path: MutableSequence[int]
    cursor: MutableSequence[int]
    on_path: MutableSequence[int]


class Found(NamedTuple):
    """The buffer: `room` rows of arcs, each of the longest length, filled up with -1."""

    cells: MutableSequence[int]
    room: int


class Home(NamedTuple):
    """Who gets home from a first arc: how many are touched, and whether the notes are complete.

    The first `choices` of `candidates` are all the arcs to begin with, where that is not -1. Whoever is
    `known` hops from home, or fewer, has a note.
    """

    touched: int
    choices: int
    known: int


_NOBODY = Home(0, -1, 2)


def list_timed(
    arcs: Arcs, limits: Limits, notes: Notes, trail: Trail, state: MutableSequence[int], found: Found
) -> int:
    """Write cycles until the buffer is full or all are listed; give the number of rows.

    `state` is (first arc, first arc beyond its window, depth, and what `Home` holds): start with
    (0, 0, -1, 0, -1, 2); all is listed when the first arc is the number of arcs.
    """
    times, window = arcs.times, limits.window
    first, beyond, depth = state[0], state[1], state[2]
    home = Home(state[3], state[4], state[5])
    rows, end = 0, len(times)
    while first < end:
        if depth < 0:
            while beyond < end and times[beyond] - times[first] <= window:
                beyond += 1
            home = look_around(arcs, limits, notes, first, beyond)
            if home.touched:
                set_out(arcs, trail, first, home)
                depth = 0
        if depth >= 0:
            depth, rows = walk(arcs, limits, notes, trail, home, beyond, found, depth, rows)
            if depth >= 0:
                break
            forget(notes, home.touched)
        first += 1
    state[0], state[1], state[2] = first, beyond, depth
    state[3], state[4], state[5] = home.touched, home.choices, home.known
    return rows


def after(row: Sequence[int], low: int, high: int, arc: int) -> int:
    """The first place from `low` on, before `high`, with an arc later than this one: rows are in order of time."""
    while low < high:
        at = (low + high) // 2
        if row[at] > arc:
            high = at
        else:
            low = at + 1
    return low


def within(starts: Sequence[int], row: Sequence[int], vertex: int, first: int, beyond: int) -> tuple[int, int]:
    """The places of a vertex's arcs that lie inside a window, so that nothing else of a hub is read."""
    end = starts[vertex + 1]
    low = after(row, starts[vertex], end, first)
    if low == end or row[low] >= beyond:
        return low, low
    return low, after(row, low, end, beyond - 1)


def look_around(arcs: Arcs, limits: Limits, notes: Notes, first: int, beyond: int) -> Home:
    """Note who gets home, in a way that reads little; a count of 0 where nobody does."""
    tails, heads, _, _, out_at, out_arc, in_at, in_arc = arcs
    start, root = heads[first], tails[first]
    end = out_at[start + 1]
    onward = after(out_arc, out_at[start], end, first)
    if onward == end or out_arc[onward] >= beyond:
        return _NOBODY
    low, high = within(in_at, in_arc, root, first, beyond)
    if low == high:
        return _NOBODY
    ahead = after(out_arc, onward, end, beyond - 1) - onward
    behind = count_behind(arcs, limits, first, low, high)
    if behind > limits.patience:
        count = look_ahead(arcs, limits, notes, first, beyond, behind)
        if count != _TOO_MUCH:
            return Home(count, -1, 2)
    if ahead > limits.patience:
        count, choices = look_behind(arcs, limits, notes, first, beyond, ahead + behind)
        if count != _TOO_MUCH:
            return Home(count, choices, limits.max_length)
    return Home(look_two_hops_back(arcs, limits, notes, first, low, high), -1, 2)


def count_behind(arcs: Arcs, limits: Limits, first: int, low: int, high: int) -> int:
    """How much it is to look two hops back from the root; anything beyond patience is as good as the rest."""
    in_at, in_arc, tails = arcs.in_at, arcs.in_arc, arcs.tails
    behind = high - low
    if limits.max_length <= 3:
        return behind
    for place in range(low, high):
        if behind > limits.patience:
            break
        arc = in_arc[place]
        near = tails[arc]
        if near != arcs.heads[first]:
            begin, end = within(in_at, in_arc, near, first, arc + 1)
            behind += end - begin
    return behind


def look_ahead(arcs: Arcs, limits: Limits, notes: Notes, first: int, beyond: int, budget: int) -> int:
    """Note who gets home among all that lies ahead of the first arc; how many are touched, 0 where nobody does."""
    out_at, out_arc, heads = arcs.out_at, arcs.out_arc, arcs.heads
    hops, latest, closes, touched = notes.hops, notes.latest, notes.closes, notes.touched
    count = look_for_closing(arcs, limits, notes, first, beyond, budget)
    for index in range(count):
        near = touched[index]
        for place in range(after(out_arc, out_at[near], out_at[near + 1], first), out_at[near + 1]):
            arc = out_arc[place]
            if arc >= beyond:
                break
            far = heads[arc]
            if hops[far] == 1 and arc < closes[far]:
                if hops[near] == 0:
                    hops[near] = 2
                if arc > latest[near]:
                    latest[near] = arc
    return count


def look_for_closing(arcs: Arcs, limits: Limits, notes: Notes, first: int, beyond: int, budget: int) -> int:
    """Touch all that lies ahead of the first arc, and note who is one hop from home; how many are touched."""
    out_at, out_arc, heads = arcs.out_at, arcs.out_arc, arcs.heads
    hops, latest, closes, seen, touched = notes.hops, notes.latest, notes.closes, notes.seen, notes.touched
    root, touched[0] = arcs.tails[first], heads[first]
    seen[heads[first]] = first + 1
    begin, end, count = 0, 1, 1
    left = limits.max_length - 1
    closing = False
    while begin < end and left > 0:
        for index in range(begin, end):
            near = touched[index]
            for place in range(after(out_arc, out_at[near], out_at[near + 1], first), out_at[near + 1]):
                arc = out_arc[place]
                budget -= 1
                if budget < 0:
                    forget(notes, count)
                    return _TOO_MUCH
                if arc >= beyond:
                    break
                far = heads[arc]
                if far == root:
                    hops[near] = 1
                    closes[near] = arc
                    latest[near] = arc
                    closing = True
                elif seen[far] != first + 1:
                    seen[far] = first + 1
                    touched[count] = far
                    count += 1
        begin, end = end, count
        left -= 1
    return count if closing else 0


def look_behind(arcs: Arcs, limits: Limits, notes: Notes, first: int, beyond: int, budget: int) -> tuple[int, int]:
    """Note who gets home among all that lies behind the root, and the arcs to begin with; how many of both."""
    in_at, in_arc, tails = arcs.in_at, arcs.in_arc, arcs.tails
    hops, latest, touched, candidates = notes.hops, notes.latest, notes.touched, notes.candidates
    root, start = tails[first], arcs.heads[first]
    touched[0] = root
    begin, end, count = 0, 1, 1
    choices = 0
    step = 1
    while begin < end and step < limits.max_length:
        for index in range(begin, end):
            near = touched[index]
            for place in range(after(in_arc, in_at[near], in_at[near + 1], first), in_at[near + 1]):
                arc = in_arc[place]
                budget -= 1
                if budget < 0:
                    forget(notes, count)
                    return _TOO_MUCH, 0
                if arc >= beyond:
                    break
                far = tails[arc]
                if far == start:
                    candidates[choices] = arc
                    choices += 1
                elif far != root and step < limits.max_length - 1:
                    count = note(hops, latest, touched, far, step, arc, count)
        begin, end = end, count
        step += 1
    if choices == 0:
        forget(notes, count)
        return 0, 0
    return count, choices


def look_two_hops_back(arcs: Arcs, limits: Limits, notes: Notes, first: int, low: int, high: int) -> int:
    """Note who gets home in one hop, by the arcs in these places, or in two; how many are touched."""
    in_at, in_arc, tails = arcs.in_at, arcs.in_arc, arcs.tails
    hops, latest, closes, touched = notes.hops, notes.latest, notes.closes, notes.touched
    root, start = tails[first], arcs.heads[first]
    count = 0
    for place in range(low, high):
        arc = in_arc[place]
        count = note(hops, latest, touched, tails[arc], 1, arc, count)
        closes[tails[arc]] = arc
    if limits.max_length <= 3:
        return count
    for index in range(count):
        near = touched[index]
        if near == start:
            continue
        last = closes[near]
        for place in range(after(in_arc, in_at[near], in_at[near + 1], first), in_at[near + 1]):
            arc = in_arc[place]
            if arc >= last:
                break
            if tails[arc] != root:
                count = note(hops, latest, touched, tails[arc], 2, arc, count)
    return count


def note(
    hops: MutableSequence[int],
    latest: MutableSequence[int],
    touched: MutableSequence[int],
    vertex: int,
    step: int,
    arc: int,
    count: int,
) -> int:
    """Note that a vertex gets home by an arc, in so many hops if not in fewer; how many are touched now."""
    if hops[vertex] == 0:
        hops[vertex] = step
        touched[count] = vertex
        count += 1
    if arc > latest[vertex]:
        latest[vertex] = arc
    return count


def forget(notes: Notes, count: int) -> None:
    """Take back the notes of all that are touched, and only those: clearing whole columns would take too long."""
    hops, latest, touched = notes.hops, notes.latest, notes.touched
    for index in range(count):
        hops[touched[index]] = 0
        latest[touched[index]] = -1


def set_out(arcs: Arcs, trail: Trail, first: int, home: Home) -> None:
    """Begin the walk: one arc is behind it, and its next choice is a candidate or any later arc."""
    path, cursor, on_path = trail
    start = arcs.heads[first]
    path[0] = first
    on_path[start] = 1
    cursor[0] = 0 if home.choices >= 0 else after(arcs.out_arc, arcs.out_at[start], arcs.out_at[start + 1], first)


def walk(
    arcs: Arcs, limits: Limits, notes: Notes, trail: Trail, home: Home, beyond: int, found: Found, depth: int, rows: int
) -> tuple[int, int]:
    """Go wherever a way home is left, writing cycles until the buffer is full; the depth, -1 at the end, and rows."""
    tails, heads, times, groups, out_at, out_arc, _, _ = arcs
    hops, latest, candidates = notes.hops, notes.latest, notes.candidates
    path, cursor, on_path = trail
    max_length, ties = limits.max_length, limits.ties
    _, choices, known = home
    root = tails[path[0]]
    while depth >= 0:
        here = path[depth]
        left = max_length - depth - 2
        chosen = depth == 0 and choices >= 0
        moved = False
        for place in range(cursor[depth], choices if chosen else out_at[heads[here] + 1]):
            arc = candidates[place] if chosen else out_arc[place]
            if arc >= beyond:
                break
            if times[arc] == times[here] and not (ties and groups[arc] == groups[here]):
                continue
            head = heads[arc]
            if head == root:
                write(found, rows, max_length, path, depth, arc)
                rows += 1
                if rows == found.room:
                    cursor[depth] = place + 1
                    return depth, rows
            elif left > 0 and not on_path[head] and (left > known or (0 < hops[head] <= left and arc <= latest[head])):
                cursor[depth] = place + 1
                depth += 1
                path[depth] = arc
                on_path[head] = 1
                cursor[depth] = after(out_arc, out_at[head], out_at[head + 1], arc)
                moved = True
                break
        if not moved:
            on_path[heads[here]] = 0
            depth -= 1
    return depth, rows


def write(found: Found, row: int, width: int, path: Sequence[int], depth: int, last: int) -> None:
    """One cycle: the arcs that were walked, and the last."""
    cells, start = found.cells, row * width
    for place in range(depth + 1):
        cells[start + place] = path[place]
    cells[start + depth + 1] = last
    for place in range(depth + 2, width):
        cells[start + place] = -1
