"""Tracks and parties → the picture: sizes, colours, dashes, bends and places."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from circularity.model.kinds import FLOWS, KINDS
from circularity.model.parties import PARTY_KINDS
from circularity.views.explorer.days import Track
from circularity.views.explorer.drawing import Dot, Line, network
from circularity.views.explorer.layout import LABEL, Sector, Spot, arrange

ZONES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("AI labs & software", ("ai_lab", "software")),
    ("Chips & systems", ("chip_maker", "memory_maker", "system_maker")),
    ("Sites, power & vehicles", ("landlord", "energy", "telecom", "spv")),
    ("Clouds", ("hyperscaler", "cloud", "neocloud")),
    ("Investors & lenders", ("investor", "lender", "sovereign")),
    ("Others", ("other", "unclassified")),
)
"""Party kinds that stand together, clockwise from the top: labs face the clouds, so that what they pay crosses the middle."""

_ZONE_OF = {kind: number for number, (_, kinds) in enumerate(ZONES) for kind in kinds}
_SMALLEST, _LARGEST = 5.0, 34.0
_THINNEST, _THICKEST = 1.1, 9.0
_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}

UNDISCLOSED: tuple[float, ...] = (5, 5)
DASHES: dict[str, tuple[float, ...]] = {"in_kind": (14, 4), "credit_support": (1.5, 4), "stock": (1.5, 4, 7, 4)}
"""How lines differ without colour: goods for shares, support, and holdings or warrants."""


def picture(
    tracks: Sequence[Track], parties: Sequence[str], kinds: Mapping[str, str], names: Mapping[str, str]
) -> dict[str, Any]:
    """The nodes, edges and options of pyvis, with the zones behind them."""
    sizes = _sizes(tracks, parties)
    spots = [Spot(p, _ZONE_OF.get(kinds[p], len(ZONES) - 1), sizes[p], short(names[p])) for p in parties]
    drawn = arrange(spots, _ties(tracks))
    colour = {p: PARTY_KINDS[kinds[p] if kinds[p] in PARTY_KINDS else "unclassified"].colour for p in parties}
    dots = [Dot(s.id, s.label, colour[s.id], s.size, *drawn.at[s.id]) for s in spots]
    zones = [_zone(sector, {kinds[p] for p in parties}) for sector in drawn.sectors if len(drawn.sectors) > 1]
    return {"net": network(dots, _lines(tracks)), "zones": zones}


def _zone(sector: Sector, used: set[str]) -> dict[str, Any]:
    name, kinds = ZONES[sector.group]
    return {
        "name": name,
        "colours": [PARTY_KINDS[kind].colour for kind in kinds if kind in used],
        "start": round(sector.start, 4),
        "end": round(sector.end, 4),
        "inner": sector.inner,
        "outer": sector.outer,
    }


def short(name: str) -> str:
    """A name as drawn: visible characters only, cut where it is too long."""
    plain = " ".join("".join(" " if unicodedata.category(c) in _INVISIBLE else c for c in name[:200]).split())
    return plain if len(plain) <= LABEL else plain[: LABEL - 1].rstrip() + "…"


def _amount(track: Track) -> float:
    """What a leg is worth in the picture: nothing where it is unknown or does not count."""
    mark = track.marks[-1]
    return float(mark.amount) if mark.amount is not None and mark.counts else 0.0


def _sizes(tracks: Sequence[Track], parties: Sequence[str]) -> dict[str, float]:
    """Radius by the money that a party pays and receives: area grows as the money does."""
    through: dict[str, float] = defaultdict(float)
    for track in tracks:
        if track.kind in FLOWS:
            through[track.payer] += _amount(track)
            through[track.payee] += _amount(track)
    most = max(through.values(), default=0) or 1.0
    return {p: round(_SMALLEST + (_LARGEST - _SMALLEST) * (through[p] / most) ** 0.5, 1) for p in parties}


def _ties(tracks: Sequence[Track]) -> dict[tuple[str, str], float]:
    most = max((_amount(track) for track in tracks), default=0) or 1.0
    ties: dict[tuple[str, str], float] = defaultdict(float)
    for track in tracks:
        weight = 1 + 4 * (_amount(track) / most) ** 0.5 if track.marks[-1].counts and track.kind in FLOWS else 0.25
        ties[min(track.payer, track.payee), max(track.payer, track.payee)] += weight
    return ties


def _lines(tracks: Sequence[Track]) -> list[Line]:
    """One line a leg. Both directions bend to their own left, and parallel legs ever further."""
    most = max((_amount(track) for track in tracks if track.kind in FLOWS), default=0) or 1.0
    beside: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, track in enumerate(tracks):
        beside[track.payer, track.payee].append(number)
    rank: dict[int, int] = {}
    for numbers in beside.values():
        shown = sorted(
            numbers, key=lambda n: (tracks[n].kind not in FLOWS, not tracks[n].marks[-1].counts, -_amount(tracks[n]), n)
        )
        rank |= {number: place for place, number in enumerate(shown)}
    return [
        Line(
            track.id, track.payer, track.payee, KINDS[track.kind].colour,
            round(_THINNEST + (_THICKEST - _THINNEST) * min(1.0, _amount(track) / most) ** 0.5, 2),
            _dashes(track), round(0.1 + 0.07 * rank[number] / (1 + 0.04 * rank[number]), 3),
        )
        for number, track in enumerate(tracks)
    ]  # fmt: skip


def _dashes(track: Track) -> bool | tuple[float, ...]:
    kind = KINDS[track.kind]
    if kind.family == "credit_support":
        return DASHES["credit_support"]
    if kind.measure == "stock":
        return DASHES["stock"]
    if not track.cash:
        return DASHES["in_kind"]
    return UNDISCLOSED if track.marks[-1].amount is None else False
