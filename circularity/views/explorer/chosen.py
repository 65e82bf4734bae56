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

Candidate = tuple[int, Decimal | int, str, int | str, int | str]
"""Rank (0: of a loop, 1: priced, 2: unpriced), amount negated, leg, payer, payee."""


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
