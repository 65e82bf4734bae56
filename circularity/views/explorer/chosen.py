"""What is drawn of a graph too large to draw whole: the legs of loops, then the largest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from circularity.analysis.cycles import Cycle
from circularity.graph.view import View
from circularity.views.explorer.days import Past

MAX_LEGS = 3000
MAX_PARTIES = 400
MAX_LOOPS = 3000
MAX_FORMER = 1000

Candidate = tuple[int, Decimal | int, str, int | str, int | str]
"""Rank (0: of a loop, 1: priced, 2: unpriced), amount negated, leg, payer, payee."""


def loops_to_list(loops: Sequence[Cycle]) -> list[Cycle]:
    """The first loop of every route, then others, in their own order."""
    first: dict[tuple[str, ...], int] = {}
    for number, loop in enumerate(loops):
        first.setdefault(_route(loop.parties), number)
    kept = set(list(first.values())[:MAX_LOOPS])
    for number in range(len(loops)):
        if len(kept) >= MAX_LOOPS:
            break
        kept.add(number)
    return [loops[number] for number in sorted(kept)]


def by_route(loops: Iterable[Cycle]) -> list[Cycle]:
    """Loops found by party, each once: a hop holds every leg that it had on some day."""
    merged: dict[tuple[str, ...], Cycle] = {}
    for loop in loops:
        known = merged.setdefault(loop.parties, loop)
        hops = tuple(tuple(dict.fromkeys(mine + new)) for mine, new in zip(known.legs, loop.legs, strict=True))
        merged[loop.parties] = replace(known, legs=hops)
    return list(merged.values())


def _route(parties: tuple[str, ...]) -> tuple[str, ...]:
    """The walk from its smallest party, wherever the loop was entered."""
    start = parties.index(min(parties))
    return parties[start:] + parties[:start]


def rows_to_draw(view: View, loops: Sequence[Cycle]) -> list[int]:
    """Rows of a ledger, in its own order."""
    legs = view.legs
    walked = {leg for loop in loops for hop in loop.legs for leg in hop}
    rows = [*view.measured, *(row for row, leg in enumerate(legs.id) if leg in walked)] if walked else view.measured
    at = {legs.id[row]: row for row in rows}
    kept = _kept(
        (_rank(leg in walked, legs.amount[row]), -(legs.amount[row] or 0), leg, legs.payer[row], legs.payee[row])
        for leg, row in at.items()
    )
    return sorted(at[leg] for leg in kept)


def tracks_to_draw(past: Past, loops: Sequence[Cycle]) -> Past:
    """Tracks of a dataset."""
    walked = {leg for loop in loops for hop in loop.legs for leg in hop}
    kept = _kept(
        (_rank(leg in walked, track.marks[-1].amount), -(track.marks[-1].amount or 0), leg, track.payer, track.payee)
        for leg, track in past.tracks.items()
    )
    return replace(past, tracks={leg: track for leg, track in past.tracks.items() if leg in kept})


def _rank(looped: bool, amount: Decimal | int | None) -> int:
    return 0 if looped else 2 if amount is None else 1


def _kept(candidates: Iterable[Candidate]) -> set[str]:
    """Legs in rank order while both limits hold; a leg that would bring in one party too many is passed over."""
    kept: set[str] = set()
    parties: set[int | str] = set()
    for _, _, leg, payer, payee in sorted(candidates):
        if len(kept) == MAX_LEGS:
            break
        if len(parties | {payer, payee}) <= MAX_PARTIES:
            kept.add(leg)
            parties |= {payer, payee}
    return kept
