"""What comes back, to whom, and what is not known: the headline of any report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from circularity.analysis.circulation import Circulation, circulation, measured_rows
from circularity.analysis.cycles import CycleFilter, Cycles, find_cycles
from circularity.analysis.forwarding import Forwarding, balanced_forwarding
from circularity.analysis.roundtrip import RoundTrip, round_trip
from circularity.analysis.system import DENSE_PARTIES
from circularity.graph.view import View
from circularity.model.kinds import FUNDING, REVENUE
from circularity.model.status import FLOORS
from circularity.problems import Problem

ORDINARY_TRADE = 0.2099
"""Share of ordinary trade credit that closes on itself: EUR 4.13bn of 19.67bn of invoices of 2021
(arXiv 2606.26126). Not 0: quote every circularity against it."""


TRACED_LEGS = 2_000_000
"""Vendors times legs that are traced for a report."""
_LOOPS = CycleFilter(max_length=4, by_party=True)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what counts is priced: the legs of `circulation`, goods for shares only where imputed."""

    legs: int
    priced: int
    parties: int
    deals: int

    @property
    def share(self) -> float | None:
        return self.priced / self.legs if self.legs else None


@dataclass(frozen=True, slots=True)
class Headline:
    """The findings a reader sees first."""

    vendors: tuple[RoundTrip, ...]
    circulation: Circulation
    forwarding: Forwarding | None
    """None where the web is too large for it."""
    cycles: Cycles
    by_status: tuple[tuple[str, int, int, Decimal], ...]
    """Floor, loops by party, legs, gross: how the choice of status moves the counts."""
    coverage: Coverage
    problems: tuple[Problem, ...]


def headline(view: View, most: int = 12) -> Headline:
    """What comes back to whoever paid it out?

    Vendors: see `vendors`. Loops are by party, of at most 4 hops.
    """
    legs, flows = view.legs, measured_rows(view)
    trips, untraced = vendors(view)
    parties = len({end for row in flows for end in (legs.payer[row], legs.payee[row])})
    small = parties <= DENSE_PARTIES
    priced = sum(legs.amount[row] is not None for row in flows)
    return Headline(
        vendors=tuple(trips[:most]),
        circulation=circulation(view),
        forwarding=balanced_forwarding(view) if small else None,
        cycles=_largest_loops(view) if small else find_cycles(view, replace(_LOOPS, top=10)),
        by_status=_by_status(view),
        coverage=Coverage(
            len(flows),
            priced,
            parties,
            len({legs.deal[r] for r in flows}),
        ),
        problems=(
            *untraced,
            *(problem for trip in trips[:most] for problem in trip.problems if problem.code == "not-identified"),
        ),
    )


def vendors(view: View) -> tuple[list[RoundTrip], list[Problem]]:
    """Round trips of the parties that both fund others and earn revenue under the lens.

    Largest likely one first, else the largest possible one; where nothing can come back, left out.
    Of a large ledger only those that fund most are traced, as many as `TRACED_LEGS` allows; a
    problem then says so.
    """
    legs = view.legs
    candidates = _candidates(view)
    most = max(1, TRACED_LEGS // max(1, len(legs)))
    chosen = sorted(candidates, key=lambda party: (-candidates[party], party))[:most]
    trips = [round_trip(view, legs.parties[party]) for party in sorted(chosen)]
    trips = [trip for trip in trips if trip.static.hi is None or trip.static.hi > 0]
    trips.sort(key=lambda t: (-t.mid_priced, -(t.static.hi or t.outer[1] or 0), -t.funding, t.focal))
    return trips, _untraced(len(candidates), most)


def _candidates(view: View) -> dict[int, int]:
    """Parties that fund and earn, and what of their funding is priced."""
    legs = view.legs
    funding: dict[int, int] = {}
    earners: set[int] = set()
    for row in view.flows:
        if legs.kind[row] in FUNDING:
            funding[legs.payer[row]] = funding.get(legs.payer[row], 0) + (legs.amount[row] or 0)
        elif legs.kind[row] in REVENUE:
            earners.add(legs.payee[row])
    return {party: amount for party, amount in funding.items() if party in earners}


def _untraced(count: int, most: int) -> list[Problem]:
    """Says that some vendors of a large ledger were not traced."""
    if count <= most:
        return []
    return [
        Problem(
            "too-large",
            f"of {count:,} vendors the {most:,} that fund most were traced",
            action="ask for one by `roundtrip PARTY`",
        )
    ]


def _largest_loops(view: View, most: int = 10) -> Cycles:
    """Loops by party, ranked by what their priced legs make sure of, so that one undisclosed leg
    does not hide the others."""
    found = find_cycles(view, _LOOPS)
    ranked = sorted(found.cycles, key=lambda loop: -(loop.at_least or Decimal(0)))
    return replace(found, cycles=tuple(ranked[:most]))


def _by_status(view: View) -> tuple[tuple[str, int, int, Decimal], ...]:
    """Loops, legs and gross at each floor: counts move with the choice, so it is shown."""
    from circularity.graph.view import view_dataset

    if view.facts is None:
        return ()
    rows = []
    for floor in FLOORS:
        other = view_dataset(view.facts, replace(view.lens, status=floor))
        found = find_cycles(other, replace(_LOOPS, count_only=True))
        counted = measured_rows(other)
        sums = sum(other.legs.amount[row] or 0 for row in counted)
        rows.append((floor, found.count, len(counted), other.legs.money(sums)))
    return tuple(rows)
