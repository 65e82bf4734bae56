"""What Python's analyzers answer to the questions in `cypher/queries`, row for row.

Each twin is given the analyzer that the file's header names, and puts its result into the file's columns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from importlib import import_module
from typing import Any

from circularity.analysis.cycles import Cycle, CycleFilter
from circularity.graph.view import View
from circularity.model.kinds import FLOWS, REVENUE, kinds_of
from circularity.stores.queries import Query

Rows = list[list[Any]]
Values = dict[str, Any]


def twin_rows(query: Query, view: View, values: Values) -> Rows:
    """The answer in Python."""
    room, _, name = (query.twin or "").rpartition(".")
    return TWINS[query.name](getattr(import_module(room), name), view, values)


def number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def loop(cycle: Cycle) -> list[Any]:
    return [list(cycle.parties), flat(cycle.legs), flat(cycle.kinds), number(cycle.bottleneck)]


def flat(hops: tuple[tuple[str, ...], ...]) -> list[str]:
    return [hop[0] for hop in hops]


def two_party_loops(find_cycles: Callable[..., Any], view: View, _: Values) -> Rows:
    return [loop(cycle) for cycle in find_cycles(view, CycleFilter(max_length=2)).cycles]


def loops_through(find_cycles: Callable[..., Any], view: View, values: Values) -> Rows:
    wanted = CycleFilter(through=values["party"], max_length=values["max_length"])
    return [loop(cycle) for cycle in find_cycles(view, wanted).cycles]


def pass_through(find_cycles: Callable[..., Any], view: View, _: Values) -> Rows:
    wanted = CycleFilter(max_length=3, sequence=("financing", "commercial", "commercial"))
    rows = []
    for cycle in find_cycles(view, wanted).cycles:
        parties, legs, kinds, least = loop(cycle)
        start = next(at for at, kind in enumerate(kinds) if kind in kinds_of("financing"))
        rows.append([part[start:] + part[:start] for part in (parties, legs, kinds)] + [least])
    return sorted(rows, key=lambda row: (row[3] is None, -(row[3] or 0), row[0], row[1]))


def mutual_stakes(find_cycles: Callable[..., Any], view: View, _: Values) -> Rows:
    cycles = find_cycles(with_holdings(view), CycleFilter(max_length=2, sequence=("stake", "stake"))).cycles
    return sorted(loop(cycle)[:2] for cycle in cycles)


def stakes_that_buy(find_cycles: Callable[..., Any], view: View, _: Values) -> Rows:
    """The loop's bottleneck is unknown where the stake has no amount; the question asks for the payment's."""
    rows = []
    for cycle in find_cycles(with_holdings(view), CycleFilter(max_length=2, sequence=("stake", "commercial"))).cycles:
        parties, legs, kinds, _least = loop(cycle)
        at = kinds.index("stake")
        paid = view.legs.amount[list(view.legs.id).index(legs[1 - at])]
        amount = None if paid is None else number(view.legs.money(paid))
        rows.append([parties[at], parties[1 - at], legs[at], legs[1 - at], kinds[1 - at], amount])
    return sorted(rows, key=lambda row: (row[5] is None, -(row[5] or 0), *row[:4]))


def with_holdings(view: View) -> View:
    return replace(view, lens=replace(view.lens, families=("holding",)))


def who_funds_whom(funding: Callable[..., Any], view: View, values: Values) -> Rows:
    found = funding(view)[: values["top"]]
    return [[f.payer, f.payee, number(f.sum.amount), list(f.sum.legs), f.sum.unpriced] for f in found]


def funded_customers(analyzer: Callable[..., Any], view: View, values: Values) -> Rows:
    return [
        [
            c.customer,
            *map(number, (c.funded.amount, c.bought.amount, c.returns)),
            list(c.funded.legs),
            list(c.bought.legs),
        ]
        for c in analyzer(view, values["party"])
    ]


def customer_concentration(concentration: Callable[..., Any], view: View, values: Values) -> Rows:
    seller = view.party(values["party"])
    rows = [row for row in view.with_kinds(REVENUE) if view.legs.payee[row] == seller]
    found = concentration(view, rows)
    return [[customer, share * float(found.total), share, found.hhi] for customer, share in found.shares]


def positions(analyzer: Callable[..., Any], view: View, values: Values) -> Rows:
    found = analyzer(view)[: values["top"]]
    return [[p.party, float(p.paid), float(p.received), float(p.net), p.unpriced] for p in found]


def paths(find_paths: Callable[..., Any], view: View, values: Values) -> Rows:
    found = find_paths(view, values["from"], values["to"], values["max_length"])
    return [[list(p.parties), list(p.legs), list(p.kinds), number(p.bottleneck)] for p in found]


def guarantees(analyzer: Callable[..., Any], view: View, _: Values) -> Rows:
    return [
        [g.leg, g.guarantor, g.supported, number(g.amount), g.status, list(g.covers.legs), number(g.covers.amount)]
        for g in analyzer(view)
    ]


def unpriced_legs(analyzer: Callable[..., Any], view: View, _: Values) -> Rows:
    return [
        [leg.id, leg.payer, leg.payee, leg.kind, leg.status, number(leg.low), number(leg.high)]
        for leg in analyzer(view)
    ]


def weak_evidence(weak_legs: Callable[..., Any], view: View, values: Values) -> Rows:
    return [
        [leg.id, leg.payer, leg.payee, leg.kind, number(leg.counted), leg.tier, sorted({s.url for s in leg.sources})]
        for leg in weak_legs(view, values["tiers"])
    ]


def evidence_of(analyzer: Callable[..., Any], view: View, values: Values) -> Rows:
    return [
        [said.states, said.status, said.date, said.source.publisher, said.source.url, said.tier]
        for said in analyzer(view, values["deal"])
    ]


def deals_by_status(list_deals: Callable[..., Any], view: View, _: Values) -> Rows:
    rows = []
    deals = list_deals(view)
    for status in ("paid", "partly_paid", "committed", "announced", "rumoured"):
        legs = [(deal.id, leg) for deal in deals for leg in deal.legs if leg.status == status and leg.kind in FLOWS]
        known = [leg.counted for _, leg in legs if leg.counted is not None]
        if legs:
            amount = number(sum(known, Decimal(0))) if known else None
            rows.append([status, len({deal for deal, _ in legs}), len(legs), len(legs) - len(known), amount])
    return rows


TWINS: dict[str, Callable[[Callable[..., Any], View, Values], Rows]] = {
    "two-party-loops": two_party_loops,
    "loops-through": loops_through,
    "pass-through": pass_through,
    "mutual-stakes": mutual_stakes,
    "stakes-that-buy": stakes_that_buy,
    "who-funds-whom": who_funds_whom,
    "funded-customers": funded_customers,
    "customer-concentration": customer_concentration,
    "positions": positions,
    "paths": paths,
    "guarantees": guarantees,
    "unpriced-legs": unpriced_legs,
    "weak-evidence": weak_evidence,
    "evidence-of": evidence_of,
    "deals-by-status": deals_by_status,
}
