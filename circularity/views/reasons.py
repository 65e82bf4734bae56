"""Explanations as JSON and as tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from circularity.analysis.explain import Explanation, LegLoad
from circularity.graph.view import View
from circularity.views import trips
from circularity.views.jsonform import amount, number
from circularity.views.tables import Table
from circularity.words import money, percent, plural

SHOWN = 20


def trip_json(found: Explanation) -> dict[str, Any]:
    return {
        "roundtrip": trips.trip_json(found.trip),
        "routes": [
            {"parties": list(route.parties), "legs": list(route.legs), "capacity": amount(route.capacity)}
            for route in found.routes
        ],
        "missing": [
            {"fact": fact.fact, "bound": fact.bound, "before": amount(fact.before), "after": amount(fact.after)}
            for fact in found.missing
        ],
    }


def trip_tables(view: View, found: Explanation) -> list[Table]:
    currency = view.legs.currency
    ways = [
        (
            money(route.capacity, currency, "unpriced"),
            " → ".join(_name(view, p) for p in route.parties),
            " ".join(route.legs),
        )
        for route in found.routes[:SHOWN]
    ]
    facts = [
        (fact.fact, fact.bound, money(fact.before, currency, "no bound"), money(fact.after, currency, "no bound"))
        for fact in found.missing[:SHOWN]
    ]
    notes = ("Routes share legs: capacities do not add up.",)
    return [
        trips.trip_tables(view, found.trip)[0],
        Table(
            (">fits", "route", "legs"),
            ways,
            plural(len(found.routes), "route") + " from the funding to the revenue",
            notes,
        ),
        Table(("fact", "bound", ">now", ">then"), facts, "What would narrow it most, if it were known"),
    ]


def carriers_json(found: list[tuple[str, Decimal, Decimal]]) -> dict[str, Any]:
    rows = [
        {"party": party, "loss": amount(loss), "share_of_gross": number(float(share))} for party, loss, share in found
    ]
    return {"keystones": rows}


def carriers_table(view: View, found: list[tuple[str, Decimal, Decimal]]) -> Table:
    rows = [
        (_name(view, party), money(loss, view.legs.currency), percent(float(share))) for party, loss, share in found
    ]
    notes = ("Circulation that ends when the party is taken out; losses overlap and do not add up.",)
    return Table(("party", ">circulation lost", ">of gross"), rows, "Who carries the circulation", notes)


def legs_json(found: list[LegLoad]) -> dict[str, Any]:
    return {"legs": [{"id": leg.id, "cycles": leg.cycles, "amount": amount(leg.amount)} for leg in found]}


def legs_table(view: View, found: list[LegLoad]) -> Table:
    rows = [(leg.id, f"{leg.cycles:,}", money(leg.amount, view.legs.currency)) for leg in found[:SHOWN]]
    return Table(("leg", ">loops", ">amount"), rows, "Legs on most loops: without them the loops are gone")


def _name(view: View, key: str) -> str:
    return view.parties[key].name if key in view.parties else key
