"""What was known on which day: the steps of the page's slider and every leg's standing at each.

The page filters; it does not decide. Which legs count on a day, and with how much, comes from the
same lens as every other result, applied once for each step.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from circularity.analysis.cycles import Cycle, Cycles, find_cycles
from circularity.graph.view import View, view_dataset
from circularity.model.dataset import Dataset
from circularity.model.kinds import IN_KIND_SUFFIX
from circularity.model.status import ENDED

MAX_STEPS = 96
IN_PARTS = "in_parts"
"""Standing of a leg whose parts count in its place."""


@dataclass(frozen=True, slots=True)
class Mark:
    """From this step on: the status, whether the leg counts under the lens, and its amount."""

    step: int
    status: str
    counts: bool
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Track:
    """One leg and what was known of it, oldest first. The other columns are the latest known."""

    id: str
    deal: str
    payer: str
    payee: str
    kind: str
    cash: bool
    date: str | None
    tier: str | None
    low: Decimal | None
    high: Decimal | None
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """All steps, the tracks by leg id, and loops that were closed once but are not today."""

    days: tuple[str, ...]
    tracks: dict[str, Track]
    former: tuple[Cycle, ...] = ()


Standing = tuple[View, int, Mark]
"""A leg's row in the view of one step."""


def past_of_ledger(view: View, rows: Iterable[int]) -> Past:
    """A row of a ledger has one date and one status: it counts from its day on."""
    legs = view.legs
    rows = list(rows)
    days = steps((day[:10] for row in rows if (day := legs.date[row])), view.lens.as_of)
    first = {
        day: next(n for n, last in enumerate(days) if day <= last) for day in {(legs.date[r] or "")[:10] for r in rows}
    }
    tracks = {}
    for row in rows:
        step = first[(legs.date[row] or "")[:10]]
        mark = Mark(step, legs.status[row], True, _money(view, legs.amount[row]))
        tracks[legs.id[row]] = _track(view, row, (mark,))
    return Past(days, tracks)


def past_of_dataset(view: View, data: Dataset, cycles: Cycles) -> Past:
    """Look through the lens at each step, and at everything that was known by then, counted or not."""
    events = {event.date.isoformat() for _, leg in data.legs() for event in leg.history}
    days = steps(events, view.lens.as_of)
    walked = {leg for cycle in cycles.cycles for hop in cycle.legs for leg in hop}
    found: dict[str, list[Standing]] = {}
    views: list[View] = []
    standing: dict[str, Standing] = {}
    for step, day in enumerate(days):
        last = step == len(days) - 1
        if last or step == 0 or any(days[step - 1] < event <= day for event in events):
            lens = view.lens if last else replace(view.lens, as_of=day)
            counted = view if last else view_dataset(data, lens)
            known = counted if lens.status == "rumoured" else view_dataset(data, replace(lens, status="rumoured"))
            views.append(counted)
            standing = _standing(known, walked, False) | _standing(counted, walked, True)
        for leg, (look, row, mark) in standing.items():
            found.setdefault(leg, []).append((look, row, replace(mark, step=step)))
    ending = _endings(data, days)
    tracks = {}
    for leg in sorted(found):
        look, row, _ = found[leg][-1]
        tracks[leg] = _track(look, row, _runs([item[2] for item in found[leg]], len(days), ending(leg)))
    return Past(days, tracks, _former(views, cycles))


def _standing(view: View, walked: set[str], counts: bool) -> dict[str, Standing]:
    legs = view.legs
    rows = {*view.measured, *(row for row, leg in enumerate(legs.id) if leg in walked)}
    return {
        legs.id[row]: (view, row, Mark(0, legs.status[row], counts, _money(view, legs.amount[row])))
        for row in sorted(rows)
    }


def _former(views: list[View], cycles: Cycles) -> tuple[Cycle, ...]:
    """Loops of earlier steps. Where a step's legs all count later on, its loops are found there."""
    if cycles.filter.count_only or not views:
        return ()
    today = {cycle.legs for cycle in cycles.cycles}
    searched = [set(views[-1].legs.id)]
    former: dict[tuple[tuple[str, ...], ...], Cycle] = {}
    for view in reversed(views[:-1]):
        legs = set(view.legs.id)
        if any(legs <= others for others in searched):
            continue
        searched.append(legs)
        former |= {c.legs: c for c in find_cycles(view, cycles.filter).cycles if c.legs not in today}
    return tuple(former.values())


def _endings(data: Dataset, days: tuple[str, ...]) -> Callable[[str], Callable[[int], str]]:
    """Why a leg that was known no longer is, by leg and step."""
    ends = {leg.id: [event for event in leg.history if event.status in ENDED] for _, leg in data.legs()}

    def of_leg(leg: str) -> Callable[[int], str]:
        events = ends.get(leg.removesuffix(IN_KIND_SUFFIX), [])
        return lambda step: next((e.status for e in events if e.date.isoformat() <= days[step]), IN_PARTS)

    return of_leg


def _runs(marks: list[Mark], count: int, ended: Callable[[int], str]) -> tuple[Mark, ...]:
    """Only the steps at which something changed; a gap is an ending."""
    at = {mark.step: mark for mark in marks}
    runs: list[Mark] = []
    for step in range(marks[0].step, count):
        mark = at.get(step) or Mark(step, ended(step), False, runs[-1].amount)
        if not runs or replace(mark, step=runs[-1].step) != runs[-1]:
            runs.append(mark)
    return tuple(runs)


def _track(view: View, row: int, marks: tuple[Mark, ...]) -> Track:
    legs = view.legs
    low, _, high = legs.bounds(row)
    return Track(
        id=legs.id[row], deal=legs.deal[row], payer=legs.parties[legs.payer[row]],
        payee=legs.parties[legs.payee[row]], kind=legs.kind[row], cash=legs.cash[row], date=legs.date[row],
        tier=legs.tier[row], low=_money(view, low), high=_money(view, high), marks=marks,
    )  # fmt: skip


def _money(view: View, units: int | None) -> Decimal | None:
    return None if units is None else view.legs.money(units)


def steps(days: Iterable[str], as_of: str | None) -> tuple[str, ...]:
    """The slider's days, even in time and at most `MAX_STEPS`: days, or the ends of months, quarters or years.

    The last is the lens's own day. Days before the first step fall on it.
    """
    known = sorted({day for day in days if not as_of or day <= as_of})
    last = as_of or (known[-1] if known else "")
    if not known:
        return (last,)
    for months in (0, 1, 3, 12):
        chosen = _ends(known[0], last, months)
        if len(chosen) <= MAX_STEPS:
            break
    return tuple(chosen[-MAX_STEPS:])


def _ends(first: str, last: str, months: int) -> list[str]:
    """Ends of all spans of some months that begin before `last`, which closes the list; 0: every day."""
    if not months:
        start, count = date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()
        return [date.fromordinal(day).isoformat() for day in range(start, count + 1)]
    year, month = int(first[:4]), int(first[5:7])
    month += -month % months
    found = []
    while (day := f"{year:04}-{month:02}-{monthrange(year, month)[1]:02}") < last:
        found.append(day)
        year, month = (year, month + months) if month + months <= 12 else (year + 1, month + months - 12)
    return [*found, last]
