"""On what evidence does a figure rest?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from circularity.analysis.listing import LegRow, leg_row
from circularity.errors import UsageError
from circularity.graph.view import View
from circularity.model.evidence import Source, tiers_of
from circularity.model.kinds import FLOWS
from circularity.model.status import Event
from circularity.words import near


@dataclass(frozen=True, slots=True)
class Said:
    """What one source states about a deal. `status` and `date` are of an event of its history."""

    states: str
    status: str | None
    date: str | None
    source: Source
    tier: str
    """The source's own, or relayed where the statement was only retold."""


def weak_legs(view: View, tiers: Collection[str] = ("relayed", "claim")) -> list[LegRow]:
    """Which legs rest on weak evidence alone?

    A leg is as strong as its strongest source. Lists the measured flow legs whose strongest source
    is of one of `tiers`, by amount falling (unpriced last), then id.
    """
    rows = [leg_row(view, row) for row in view.flows if view.legs.tier[row] in tiers]
    return sorted(rows, key=lambda leg: (leg.counted is None, -(leg.counted or Decimal(0)), leg.id))


def unpriced_legs(view: View) -> list[LegRow]:
    """Which flows have no amount under the lens? Undisclosed is unknown, never zero. By id."""
    rows = [
        leg_row(view, row) for row in view.measured if view.legs.kind[row] in FLOWS and view.legs.amount[row] is None
    ]
    return sorted(rows, key=lambda leg: leg.id)


def evidence_of(view: View, deal: str) -> list[Said]:
    """What do the sources of a deal state?

    Each statement once, as known on the lens's day, by date (undated last), address, text. Nothing
    for a ledger. UsageError where the graph has no such deal.
    """
    known = view.facts.deals if view.facts else {}
    if deal not in known:
        raise UsageError(f"'{deal[:60]}' is not a deal of this graph{near(deal, known)}")
    measured = {view.legs.id[row] for row in view.measured}
    sources = view.facts.sources if view.facts else {}
    found: dict[tuple[str | None, ...], Said] = {}
    for leg in known[deal].legs:
        if leg.id not in measured:
            continue
        for said in leg.statements:
            status, date = (said.status, said.date.isoformat()) if isinstance(said, Event) else (None, None)
            if said.source in sources and not (date and view.lens.as_of and date > view.lens.as_of):
                (tier,) = tiers_of([said], sources)
                found[said.source, said.states, said.locator, status, date, tier] = Said(
                    said.states, status, date, sources[said.source], tier
                )
    return sorted(found.values(), key=lambda s: (s.date is None, s.date or "", s.source.url, s.states, s.status or ""))
