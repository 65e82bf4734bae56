"""What is our figure on the terms of a published estimate?

Every term becomes a `Quantity` with low, point and high. What is not disclosed stays unknown: it is
never zero, and a bound that would need it is None.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Literal

from circularity.analysis.circulation import circulation
from circularity.analysis.cycles import CycleFilter, find_cycles
from circularity.analysis.roundtrip import round_trip
from circularity.graph.lens import BOUNDS, Lens
from circularity.graph.view import View, counted_legs, date_of, in_window, view_dataset
from circularity.model.accounts import Figure
from circularity.model.amounts import Amount
from circularity.model.claims import Estimate
from circularity.model.dataset import Dataset
from circularity.model.deals import Leg
from circularity.model.kinds import FLOWS, KINDS
from circularity.model.status import Event
from circularity.model.terms import AccountSum, LegSum, LoopCount, Ours, Term, TripOf, line_of

Unit = Literal["money", "share", "count"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure as far as it is known. Money in whole units of the currency, shares from 0 to 1.

    `missing` names what is not disclosed and would be needed for the bounds that are None.
    """

    low: Decimal | None = None
    point: Decimal | None = None
    high: Decimal | None = None
    unit: Unit = "money"
    legs: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        return (self.low, self.point, self.high) != (None, None, None)

    @property
    def bounds(self) -> Amount:
        return Amount(self.low, self.point, self.high)


@dataclass(frozen=True, slots=True)
class OurFigure:
    """Our figure as of one day: the sum, and where the terms have one, its share of `over`."""

    as_of: str
    value: Quantity
    over: Quantity | None
    share: Quantity | None
    terms: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Ours beside what was published, at the bound that was published. None where ours is not known there.

    Ratios are of magnitudes: a burn is published as a plain number and stands in accounts with a minus sign.
    """

    difference: Decimal | None
    ratio: float | None
    least: float | None = None
    most: float | None = None
    """Where ours has no point: what its floor and its ceiling are a multiple of."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """An estimate with our figure of its own day (`then`) and of the lens's day (`today`)."""

    estimate: Estimate
    then: OurFigure | None
    today: OurFigure | None

    @property
    def value_gap(self) -> Gap | None:
        """Sums or counts side by side; None where either side has none to show."""
        if self.then is None or self.then.value.unit == "share":
            return None
        said = self.estimate.value
        if self.then.value.unit == "count" and self.estimate.count is not None:
            said = Amount(point=Decimal(self.estimate.count))
        return _gap(self.then.value, said) if said is not None else None

    @property
    def share_gap(self) -> Gap | None:
        """Shares side by side, from 0 to 1."""
        share = self.then.share if self.then else None
        if share is None or self.estimate.percent is None:
            return None
        return _gap(share, Amount(point=self.estimate.percent / 100))


def compare_estimates(data: Dataset, lens: Lens) -> list[Comparison]:
    """What do we find on the same terms as each published estimate?

    A sum of legs holds each leg once (parts are taken out of their wholes), at what was known on the
    estimate's day: `low` is the sum of what is certain, and so a lower bound though legs are unpriced;
    `point` and `high` are None while one leg lacks that bound. A share is numerator over denominator,
    bound against opposite bound. No leg, no account: unknown, never 0. A status floor that an estimate
    does not name is the lens's. Round trips are the undated ones.

    Args:
        data: a dataset with estimates.
        lens: its day is `today`, its status the floor where an estimate names none.

    Returns:
        One comparison an estimate, by day of publication, then id. Money in whole units of the
        dataset's currency, shares from 0 to 1.

    Cost: the legs once for each term, bound and day; a round trip or a search for loops where asked.
    """
    today = lens.as_of or data.description.as_of.isoformat()
    reader = _Reader(data, lens.status)
    ordered = sorted(data.estimates, key=lambda estimate: (estimate.published, estimate.id))
    return [_compared(reader, estimate, today) for estimate in ordered]


def _compared(reader: _Reader, estimate: Estimate, today: str) -> Comparison:
    ours = estimate.ours
    if ours is None:
        return Comparison(estimate, None, None)
    day = min(last_day(estimate.published), today)
    moves = any(not isinstance(term, AccountSum) and term.as_of is None for term in ours.terms)
    return Comparison(estimate, reader.figure(ours, day), reader.figure(ours, today) if moves else None)


def last_day(published: str) -> str:
    """The last day of a year, month or day."""
    if len(published) == 4:
        return f"{published}-12-31"
    if len(published) == 7:
        year, month = int(published[:4]), int(published[5:])
        return f"{published}-{monthrange(year, month)[1]:02}"
    return published


class _Reader:
    """Turns terms into figures."""

    def __init__(self, data: Dataset, floor: str) -> None:
        self.data, self.floor = data, floor
        self.counted = cache(lambda lens: counted_legs(data, lens))
        self.view = cache(lambda lens: view_dataset(data, lens))

    def figure(self, ours: Ours, day: str) -> OurFigure:
        value = self.quantity(ours.of, day)
        if ours.less is not None:
            value = _less(value, self.quantity(ours.less, day))
        over = None if ours.over is None else self.quantity(ours.over, day)
        share = _over(value, over) if over else value if value.unit == "share" else None
        return OurFigure(day, value, over, share, self.words(ours, day))

    def quantity(self, term: Term, day: str) -> Quantity:
        if isinstance(term, AccountSum):
            return self.accounts(term)
        lens = Lens(as_of=_as_of(term.as_of, day), status=term.status or self.floor)
        if isinstance(term, LegSum):
            return self.legs(term, lens)
        if isinstance(term, TripOf):
            if term.party not in self.data.parties:
                return Quantity(missing=(f"{term.party} is not a party",))
            return _trip(self.view(_windowed(lens, term.since, term.until)), term)
        if isinstance(term, LoopCount):
            by_party = term.by == "party"
            look = CycleFilter(max_length=term.max_length, by_party=by_party, count_only=True)
            return _exactly(Decimal(find_cycles(self.view(lens), look).count), "count")
        found = circulation(self.view(lens))
        return _exactly(found.gross if term.measure == "gross" else found.max_circulation, "money")

    def legs(self, term: LegSum, lens: Lens) -> Quantity:
        """Each bound is summed under its own lens, so that wholes give their parts away at that bound."""
        sums: list[Decimal | None] = []
        known: dict[str, None] = {}
        missing: dict[str, None] = {}
        for number, bound in enumerate(BOUNDS):
            view = Lens(as_of=lens.as_of, status=lens.status, amount=bound)
            items = [
                (leg.id, amount[number]) for _, leg, event, amount in self.counted(view) if _meant(term, leg, event)
            ]
            priced = [amount for _, amount in items if amount is not None]
            known |= dict.fromkeys(key for key, amount in items if amount is not None)
            unpriced = [key for key, amount in items if amount is None]
            missing |= dict.fromkeys(unpriced if bound == (term.amount or "point") else ())
            whole = bound == "low" or not unpriced
            sums.append(sum(priced, Decimal(0)) if priced and whole else None)
        if not known and not missing:
            return Quantity(missing=("no leg on these terms",))
        if term.amount is not None:
            sums = [sums[BOUNDS.index(term.amount)]] * 3
        elif sums[0] is not None and sums[0] == sums[2]:
            sums = [sums[0]] * 3  # parts of unknown size inside a whole that is known
        part = Decimal(1) if term.share is None else term.share
        low, point, high = (None if bound is None else bound * part for bound in sums)
        return Quantity(low, point, high, "money", tuple(sorted({*known, *missing})), tuple(missing))

    def accounts(self, term: AccountSum) -> Quantity:
        found = [(period, line_of(self.data.accounts, period, term.figure)) for period in term.periods]
        missing = tuple(
            f"{period.party} {term.figure} to {period.to}" for period, figure in found if _bounds(figure) is None
        )
        if term.figure == "customer_concentration":
            share = _bounds(found[0][1])
            return Quantity(unit="share", missing=missing) if share is None else _exactly(share.point, "share")
        bounds = [amount for _, figure in found if (amount := _bounds(figure)) is not None]
        low, point, high = (None if missing else _sum(amount[number] for amount in bounds) for number in range(3))
        return Quantity(low, point, high, "money", (), missing)

    def words(self, ours: Ours, day: str) -> str:
        parts = [self.term_words(ours.of, day)]
        parts += [f"less {self.term_words(ours.less, day)}"] if ours.less is not None else []
        parts += [f"over {self.term_words(ours.over, day)}"] if ours.over is not None else []
        return "; ".join(parts)

    def term_words(self, term: Term, day: str) -> str:
        if isinstance(term, AccountSum):
            whose = ", ".join(f"{period.party} to {period.to}" for period in term.periods)
            return f"{term.figure.replace('_', ' ')} of {whose}"
        known = f"{(term.status or self.floor).replace('_', ' ')} or firmer, as known on {_as_of(term.as_of, day)}"
        if isinstance(term, LegSum):
            return f"{_leg_words(term)}, {known}"
        if isinstance(term, TripOf):
            return f"round trip of {term.party} ({term.scope}){_window_words(term.since, term.until)}, {known}"
        if isinstance(term, LoopCount):
            return f"loops of up to {term.max_length} hops by {term.by}, {known}"
        return f"{'all priced money' if term.measure == 'gross' else 'the largest circulation'}, {known}"


def _bounds(figure: Figure | None) -> Amount | None:
    """A line's amount, or its percentage as a share."""
    if figure is None:
        return None
    if figure.percent is not None:
        return Amount(*[figure.percent / 100] * 3)
    return figure.amount if figure.amount is not None and figure.amount.known else None


def _meant(term: LegSum, leg: Leg, event: Event) -> bool:
    kinds = leg.kind in term.kind if term.kind else leg.kind in FLOWS and leg.is_cash
    ends = (not term.payer or leg.payer in term.payer) and (not term.payee or leg.payee in term.payee)
    if not kinds or not ends or leg.id in term.without:
        return False
    return in_window(date_of(leg, event), _windowed(Lens(), term.since, term.until))


def _windowed(lens: Lens, since: date | None, until: date | None) -> Lens:
    return Lens(
        as_of=lens.as_of, status=lens.status, amount=lens.amount,
        since=since.isoformat() if since else None, until=until.isoformat() if until else None,
    )  # fmt: skip


def _as_of(given: date | None, day: str) -> str:
    return given.isoformat() if given else day


def _trip(view: View, term: TripOf) -> Quantity:
    trip = round_trip(view, term.party, term.scope)
    missing = trip.unpriced if trip.static.mid is None or trip.static.hi is None else ()
    return Quantity(trip.static.lo, trip.static.mid, trip.static.hi, "money", (), missing)


def _exactly(value: Decimal | None, unit: Unit) -> Quantity:
    return Quantity(value, value, value, unit)


def _sum(bounds: Iterable[Decimal | None]) -> Decimal | None:
    total = Decimal(0)
    for bound in bounds:
        if bound is None:
            return None
        total += bound
    return total


def _less(value: Quantity, off: Quantity) -> Quantity:
    """A difference, bound against opposite bound."""
    pairs = ((value.low, off.high), (value.point, off.point), (value.high, off.low))
    low, point, high = (None if a is None or b is None else a - b for a, b in pairs)
    return Quantity(low, point, high, value.unit, (*value.legs, *off.legs), (*value.missing, *off.missing))


def _over(value: Quantity, over: Quantity) -> Quantity:
    """A share, bound against opposite bound."""
    pairs = ((value.low, over.high), (value.point, over.point), (value.high, over.low))
    low, point, high = (None if a is None or not b else a / b for a, b in pairs)
    return Quantity(low, point, high, "share", (), (*value.missing, *over.missing))


def _gap(ours: Quantity, said: Amount) -> Gap:
    """At the point, or where a ceiling or floor was published, at that."""
    for mine, theirs in ((ours.point, said.point), (ours.high, said.high), (ours.low, said.low)):
        if theirs is not None:
            if mine is None:
                return Gap(None, None, _multiple(ours.low, theirs), _multiple(ours.high, theirs))
            return Gap(mine - theirs, _multiple(mine, theirs))
    return Gap(None, None)


def _multiple(mine: Decimal | None, theirs: Decimal) -> float | None:
    return float(abs(mine / theirs)) if mine is not None and theirs else None


def _leg_words(term: LegSum) -> str:
    ends = f"{', '.join(term.payer) or 'anybody'} → {', '.join(term.payee) or 'anybody'}"
    kinds = ", ".join(KINDS[kind].noun for kind in term.kind) or "money of any kind"
    bound = {"low": ", floors only", "high": ", at their ceilings"}.get(term.amount or "", "")
    part = f"{term.share.normalize():f} of " if term.share is not None else ""
    left = f", without {', '.join(term.without)}" if term.without else ""
    return f"{part}{ends}: {kinds}{bound}{left}{_window_words(term.since, term.until)}"


def _window_words(since: date | None, until: date | None) -> str:
    return f", of {since or '…'} to {until or '…'}" if since or until else ""
