"""Who is in the graph, and what did they agree? Facts under a lens, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, product

from circularity.graph.routes import legs_by_pair, simple_paths, successors
from circularity.graph.view import View
from circularity.model.deals import Deal, Leg
from circularity.model.evidence import Source
from circularity.model.kinds import FLOWS, IN_KIND_SUFFIX
from circularity.model.parties import Identifiers


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party with what its measured flow legs add up to; unpriced legs are in no sum, and None is all unpriced."""

    id: str
    name: str
    kind: str
    country: str | None
    parent: str | None
    identifiers: Identifiers
    legs_count: int
    paid: Decimal | None
    received: Decimal | None


@dataclass(frozen=True, slots=True)
class LegRow:
    """A leg with its bounds and sources. Amounts in whole units of the currency."""

    id: str
    payer: str
    payee: str
    kind: str
    cash: bool
    low: Decimal | None
    point: Decimal | None
    high: Decimal | None
    counted: Decimal | None
    status: str
    date: str | None
    tier: str | None
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class DealRow:
    """A deal with its measured legs."""

    id: str
    title: str
    date: str | None
    status: str
    legs: tuple[LegRow, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A route of single legs. The bottleneck is None where a leg is unpriced."""

    parties: tuple[str, ...]
    legs: tuple[str, ...]
    kinds: tuple[str, ...]
    bottleneck: Decimal | None


def list_parties(view: View) -> list[PartyRow]:
    """Who takes part, and how much did each pay and receive? In order of id."""
    legs = view.legs
    count = [0] * len(legs.parties)
    paid, received = [0] * len(count), [0] * len(count)
    priced: set[tuple[int, bool]] = set()
    unpriced: set[tuple[int, bool]] = set()
    for row in view.measured:
        amount = legs.amount[row]
        for end, sums in ((legs.payer[row], paid), (legs.payee[row], received)):
            count[end] += 1
            if legs.kind[row] in FLOWS and (legs.cash[row] or view.lens.imputed):
                (unpriced if amount is None else priced).add((end, sums is paid))
                sums[end] += amount or 0

    def total(end: int, pays: bool) -> Decimal | None:
        """None where there are legs and not one of them is priced."""
        if (end, pays) in unpriced - priced:
            return None
        return legs.money((paid if pays else received)[end])

    chosen = set(range(len(count)))
    if view.lens.parties:
        chosen = {end for row in view.measured for end in (legs.payer[row], legs.payee[row])}
    rows = []
    for number in sorted(chosen):
        key = legs.parties[number]
        facts = view.parties.get(key)
        rows.append(
            PartyRow(
                id=key,
                name=view.label(number),
                kind=facts.kind if facts else "unclassified",
                country=facts.country if facts else None,
                parent=facts.parent if facts else None,
                identifiers=facts.identifiers if facts else Identifiers(),
                legs_count=count[number],
                paid=total(number, True),
                received=total(number, False),
            )
        )
    return rows


_RANK = ("paid", "partly_paid", "committed", "announced", "rumoured")


def list_deals(view: View) -> list[DealRow]:
    """What was agreed? Deals with a measured leg, newest first, then by id."""
    legs = view.legs
    grouped: dict[str, list[LegRow]] = {}
    for row in view.measured:
        grouped.setdefault(legs.deal[row], []).append(leg_row(view, row))
    rows = []
    for key, members in grouped.items():
        facts = view.facts.deals.get(key) if view.facts else None
        rows.append(
            DealRow(
                id=key,
                title=facts.title if facts else key,
                date=_deal_date(facts, members),
                status=min((leg.status for leg in members), key=_RANK.index),
                legs=tuple(members),
            )
        )
    rows.sort(key=lambda deal: deal.id)
    rows.sort(key=lambda deal: deal.date or "", reverse=True)
    return rows


def _deal_date(facts: Deal | None, legs: list[LegRow]) -> str | None:
    """The day a deal first appears."""
    if facts is None:
        return min((leg.date for leg in legs if leg.date), default=None)
    return min((event.date.isoformat() for leg in facts.legs for event in leg.history), default=None)


def leg_row(view: View, row: int) -> LegRow:
    """One row of the leg table with its evidence."""
    legs = view.legs
    facts = find_leg(view, legs.id[row])
    sources = view.facts.sources if view.facts else {}
    backing = {s.source: sources[s.source] for s in facts.statements if s.source in sources} if facts else {}

    def money(units: int | None) -> Decimal | None:
        return None if units is None else legs.money(units)

    low, point, high = (money(bound) for bound in legs.bounds(row))
    return LegRow(
        id=legs.id[row], payer=legs.parties[legs.payer[row]], payee=legs.parties[legs.payee[row]],
        kind=legs.kind[row], cash=legs.cash[row], low=low, point=point, high=high,
        counted=money(legs.amount[row]), status=legs.status[row],
        date=legs.date[row], tier=legs.tier[row], sources=tuple(backing.values()),
    )  # fmt: skip


def find_leg(view: View, key: str) -> Leg | None:
    """The facts of a leg, also by the id of its imputed return."""
    return view.facts.leg_index.get(key.removesuffix(IN_KIND_SUFFIX)) if view.facts else None


def find_paths(view: View, start: str, end: str, max_length: int = 4) -> list[Path]:
    """By which routes can money get from one party to another?

    Simple routes of at most `max_length` hops over single measured flow legs. Ordered by
    bottleneck falling (None last), length, parties, legs.
    """
    legs = view.legs
    pairs = legs_by_pair(legs, view.flows)
    heads = successors(pairs, len(legs.parties))
    first, last = view.party(start), view.party(end)
    found = []
    for route in simple_paths(heads, first, last, max_length):
        for rows in product(*(pairs[hop] for hop in pairwise(route))):
            amounts = [legs.amount[row] for row in rows]
            known = [amount for amount in amounts if amount is not None]
            found.append(
                Path(
                    parties=tuple(legs.parties[party] for party in route),
                    legs=tuple(legs.id[row] for row in rows),
                    kinds=tuple(legs.kind[row] for row in rows),
                    bottleneck=legs.money(min(known)) if len(known) == len(amounts) else None,
                )
            )
    found.sort(key=lambda p: (p.bottleneck is None, -(p.bottleneck or Decimal(0)), len(p.parties), p.parties, p.legs))
    return found
