"""Where each party stands in the picture: worked out here, once, so that the page need not move.

Every group of parties has a sector of an oval. Its largest parties stand on the inner ring, in the
middle of their sector, and the others on rings outside, so that the money between the large ones
crosses the open middle. Each party then looks for the place nearest to those it deals with. Names
have room: no two overlap at scale 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import atan2, ceil, cos, floor, hypot, pi, sin, sqrt, tau

LABEL = 22
"""Longest name drawn, in characters."""

LARGE = 12.0
"""Radius from which a party belongs on the inner ring."""

_CHARACTER, _LINE = 6.6, 17.0
_ACROSS, _DOWN = 84.0, 74.0
_GAP = 6.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A party to place. `group` is the number of its sector, `size` its radius."""

    id: str
    group: int
    size: float
    label: str


@dataclass(frozen=True, slots=True)
class Sector:
    """A group's part of the oval: first and last angle, clockwise from the right, and half axes."""

    group: int
    start: float
    end: float
    inner: tuple[float, float] = (0, 0)
    outer: tuple[float, float] = (0, 0)


@dataclass(frozen=True, slots=True)
class Picture:
    """Places by party, and the sectors behind them."""

    at: dict[str, tuple[float, float]]
    sectors: tuple[Sector, ...]


def arrange(spots: Sequence[Spot], ties: Mapping[tuple[str, str], float], top: int = 0) -> Picture:
    """Place all spots. `ties` are the weights between two parties; `top` is the group at twelve o'clock."""
    spots = sorted(spots, key=lambda spot: (-spot.size, spot.id))
    if not spots:
        return Picture({}, ())
    inner = _inner_ring(spots)
    sectors = _sectors(spots, top)
    places: dict[int, list[tuple[float, float]]] = {}
    at: dict[str, tuple[float, float]] = {}
    for sector in sectors:
        members = [spot for spot in spots if spot.group == sector.group]
        places[sector.group] = _places(sector, members, inner, alone=len(sectors) == 1)
        at |= {spot.id: place for spot, place in zip(members, places[sector.group], strict=True)}
    _settle(spots, ties, at, inner)
    at = _apart(spots, at)
    return Picture(at, tuple(_framed(sector, spots, at, inner) for sector in sectors))


def _framed(
    sector: Sector, spots: Sequence[Spot], at: Mapping[str, tuple[float, float]], inner: tuple[float, float]
) -> Sector:
    """The sector with the rings that hold its parties, a few far ones aside."""
    rings = sorted(_ring(at[spot.id], inner) for spot in spots if spot.group == sector.group)
    first, last = _axes(-0.7, inner), _axes(rings[int(0.92 * (len(rings) - 1))] + 0.9, inner)
    return replace(sector, inner=(round(first[0], 1), round(first[1], 1)), outer=(round(last[0], 1), round(last[1], 1)))


def _ring(place: tuple[float, float], inner: tuple[float, float]) -> float:
    """On which ring a place lies, counted from the inner one in steps of whole rings."""
    low, high = -5.0, 60.0
    for _ in range(40):
        ring = (low + high) / 2
        a, b = _axes(ring, inner)
        outside = (place[0] / a) ** 2 + (place[1] / b) ** 2 > 1
        low, high = (ring, high) if outside else (low, ring)
    return low


def _inner_ring(spots: Sequence[Spot]) -> tuple[float, float]:
    """Half axes that give the large parties room around the middle."""
    room = sum(2 * spot.size + 70 for spot in spots if spot.size >= LARGE)
    radius = min(460.0, max(150.0, room / tau, 24.0 * len(spots) ** 0.5))
    return radius * 0.92, radius * 1.08


def _sectors(spots: Sequence[Spot], top: int) -> tuple[Sector, ...]:
    """Angles by how much room a group needs, in the order of their numbers, `top` in the middle above."""
    need: dict[int, float] = {}
    for spot in spots:
        need[spot.group] = need.get(spot.group, 2.0) + (4.0 + spot.size / 6 if spot.size >= LARGE else 1.0)
    groups = sorted(need)
    total = sum(need.values())
    gap = 0.09 if len(groups) > 1 else 0.0
    angle, found = 0.0, []
    for group in groups:
        width = need[group] / total * (tau - gap * len(groups))
        found.append(Sector(group, angle, angle + width))
        angle += width + gap
    middle = next(((s.start + s.end) / 2 for s in found if s.group == top), found[0].end if found else 0.0)
    turn = -pi / 2 - middle
    return tuple(replace(s, start=s.start + turn, end=s.end + turn) for s in found)


def _places(
    sector: Sector, members: Sequence[Spot], inner: tuple[float, float], alone: bool
) -> list[tuple[float, float]]:
    """As many places as members, best first.

    The inner ring is for the large ones, evenly spread; the others fill ring by ring from the
    middle of the sector outwards. A group without large parties starts on the inner ring.
    """
    large = sum(spot.size >= LARGE for spot in members)
    width, middle = sector.end - sector.start, (sector.start + sector.end) / 2
    room = max(1, int(width * (inner[0] + inner[1]) / 2 / 96))
    first = min(large, room)
    angles = [sector.start + (n + 0.5) * width / first for n in range(first)]
    angles.sort(key=lambda angle: (round(abs(angle - middle), 9), angle))
    found = [(inner[0] * cos(angle), inner[1] * sin(angle)) for angle in angles]
    ring = 1 if first else 0
    while len(found) < len(members):
        a, b = _axes(ring, inner)
        angles = _along(sector, a, b, alone)
        angles.sort(key=lambda angle: (round(abs(angle - middle), 9), angle))
        found += [(a * cos(angle), b * sin(angle)) for angle in angles]
        ring += 1
    return found[: len(members)]


def _axes(ring: float, inner: tuple[float, float]) -> tuple[float, float]:
    return max(1.0, inner[0] + ring * _ACROSS * 0.92), max(1.0, inner[1] + ring * _DOWN)


def _along(sector: Sector, a: float, b: float, alone: bool) -> list[float]:
    """Angles of one ring in a sector, far enough apart for the names."""

    def stride(angle: float) -> float:
        across, down = abs(a * sin(angle)), abs(b * cos(angle))
        return min(_ACROSS / max(across, 1e-9), _DOWN / max(down, 1e-9))

    angles, angle = [], sector.start
    while angle <= sector.end:
        angles.append(angle)
        angle += stride(angle)
    if alone and len(angles) > 1 and sector.start + tau - angles[-1] < stride(sector.start) * 0.8:
        angles.pop()
    spare = (sector.end - angles[-1]) / 2 if not alone else 0.0
    return [angle + spare for angle in angles]


def _settle(
    spots: Sequence[Spot],
    ties: Mapping[tuple[str, str], float],
    at: dict[str, tuple[float, float]],
    inner: tuple[float, float],
) -> None:
    """Swap places, among the large and among the small ones of a group, while that brings parties nearer to those they deal with."""
    near: dict[str, list[tuple[str, float]]] = {spot.id: [] for spot in spots}
    for (first, second), weight in sorted(ties.items()):
        near[first].append((second, weight))
        near[second].append((first, weight))

    def strain(spot: Spot, place: tuple[float, float]) -> float:
        pull = sum((w * hypot(place[0] - at[o][0], place[1] - at[o][1]) for o, w in near[spot.id]), 0.0)
        outward: float = hypot(place[0] / inner[0], place[1] / inner[1]) * inner[0]
        return pull + spot.size * sqrt(spot.size) * 0.25 * outward

    groups: dict[tuple[int, bool], list[Spot]] = {}
    for spot in spots:
        groups.setdefault((spot.group, spot.size >= LARGE), []).append(spot)
    pairs = [(one, other) for members in groups.values() for n, one in enumerate(members) for other in members[n + 1 :]]
    for _ in range(max(2, min(12, 40_000 // max(1, len(pairs))))):
        swapped = False
        for one, other in pairs:
            here, there = at[one.id], at[other.id]
            before = strain(one, here) + strain(other, there)
            at[one.id], at[other.id] = there, here
            if strain(one, there) + strain(other, here) < before - 1e-6:
                swapped = True
            else:
                at[one.id], at[other.id] = here, there
        if not swapped:
            break


def box(spot: Spot) -> tuple[float, float, float]:
    """Half the width, and how far the disc with its name reaches up and down, a margin included."""
    return max(spot.size, len(spot.label[:LABEL]) * _CHARACTER / 2) + _GAP, spot.size + _GAP, spot.size + _LINE + _GAP


def _apart(spots: Sequence[Spot], at: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Push boxes apart until none overlap; the smaller one gives way."""
    room = _Room(max(2 * box(spot)[0] for spot in spots), max(sum(box(spot)[1:]) for spot in spots))
    order = sorted(spots, key=lambda spot: (-spot.size, hypot(*at[spot.id]), spot.id))
    return {spot.id: room.settle(spot, *at[spot.id]) for spot in order}


class _Room:
    """Boxes that are placed, by cell: two that overlap are in the same cell or in neighbours."""

    def __init__(self, wide: float, high: float) -> None:
        self.wide, self.high = wide, high
        self.cells: dict[tuple[int, int], list[tuple[float, float, float, float]]] = {}

    def settle(self, spot: Spot, x: float, y: float) -> tuple[float, float]:
        """Place a box at the nearest free place: outward first, then to the sides."""
        half, up, down = box(spot)
        outward = atan2(y, x)
        for ring in range(400):
            turns = 1 if ring == 0 else min(24, 6 + 2 * ceil(ring / 2))
            for turn in range(turns):
                side = (turn + 1) // 2 * (1 if turn % 2 else -1)
                angle = outward + tau * side / turns
                left, right = x + 9 * ring * cos(angle) - half, x + 9 * ring * cos(angle) + half
                top, bottom = y + 9 * ring * sin(angle) - up, y + 9 * ring * sin(angle) + down
                if self.free(left, top, right, bottom):
                    self.cells.setdefault(self.cell(left, top), []).append((left, top, right, bottom))
                    return round(left + half, 1), round(top + up, 1)
        return x, y

    def cell(self, x: float, y: float) -> tuple[int, int]:
        return floor(x / self.wide), floor(y / self.high)

    def free(self, left: float, top: float, right: float, bottom: float) -> bool:
        column, row = self.cell(left, top)
        for across in (column - 1, column, column + 1):
            for down in (row - 1, row, row + 1):
                for other in self.cells.get((across, down), ()):
                    beside = left < other[2] - _GAP and other[0] < right - _GAP
                    if beside and top < other[3] - _GAP and other[1] < bottom - _GAP:
                        return False
        return True
