"""Explanations as JSON and as tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from circularity.analysis.explain import Explanation, LegLoad
from circularity.analysis.origin import OUTSIDE, UNKNOWN
from circularity.analysis.ranges import Spread
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
        "scenarios": [
            {
                "name": case.name, "legs": case.legs, "funding": amount(case.funding), "revenue": amount(case.revenue),
                "lo": amount(case.lo), "mid_priced": amount(case.mid_priced), "hi": amount(case.hi),
            }
            for case in found.scenarios
        ],
        "spread": _spread_json(found.spread),
        "origins": {party: {name: number(share) for name, share in row.items()} for party, row in found.origins.shares.items()},
        "keystones": [{"party": party, "loss": amount(loss)} for party, loss in found.keystones],
    }  # fmt: skip


def _spread_json(found: Spread) -> dict[str, Any]:
    return {
        "draws": found.draws, "seed": found.seed, "drawn": found.drawn, "rejected": found.rejected, "booked": found.booked,
        "undrawn": list(found.undrawn), "mean": amount(found.mean),
        "quantiles": [{"level": level, "value": amount(value)} for level, value in found.quantiles],
    }  # fmt: skip


def trip_tables(view: View, found: Explanation) -> list[Table]:
    tables = [
        trips.trip_tables(view, found.trip)[0], _routes(view, found), _missing(view, found), _scenarios(view, found),
        _spread(view, found.spread), _origins(view, found), _keystones(view, found),
    ]  # fmt: skip
    return [table for table in tables if table.rows]


def _routes(view: View, found: Explanation) -> Table:
    rows = [
        (
            money(route.capacity, view.legs.currency, "unpriced"),
            " → ".join(_name(view, p) for p in route.parties),
            " ".join(route.legs),
        )
        for route in found.routes[:SHOWN]
    ]
    title = plural(len(found.routes), "route") + " from the funding to the revenue"
    return Table((">fits", "route", "legs"), rows, title, ("Routes share legs: capacities do not add up.",))


def _missing(view: View, found: Explanation) -> Table:
    currency = view.legs.currency
    rows = [
        (fact.fact, fact.bound, money(fact.before, currency, "no bound"), money(fact.after, currency, "no bound"))
        for fact in found.missing[:SHOWN]
    ]
    return Table(("fact", "bound", ">now", ">then"), rows, "What would narrow it most, if it were known")


def _scenarios(view: View, found: Explanation) -> Table:
    currency = view.legs.currency
    rows = [
        (
            case.name, money(case.funding, currency, "–"), money(case.revenue, currency, "–"),
            trips.bound_text(case.lo, currency, "lo"), money(case.mid_priced, currency, "–"),
            trips.bound_text(case.hi, currency, "hi"),
        )
        for case in found.scenarios
    ]  # fmt: skip
    heads = ("what counts", ">funding", ">revenue", ">at least", ">likely, priced legs", ">at most")
    notes = ("Each row stands alone: none adds to another, and the likely value need not rise with what counts.",)
    return Table(heads, rows, "With and without what depends on something, and by status", notes)


def _spread(view: View, found: Spread) -> Table:
    currency = view.legs.currency
    rows = [(f"{level:.0%}", money(value, currency)) for level, value in found.quantiles]
    notes = [
        f"{plural(found.drawn, 'amount')} with a range, those that only have a ceiling included, drawn {found.draws:,} times (seed {found.seed}), once a deal: "
        f"triangles over low, point and high. Mean {money(found.mean, currency)}."
    ]
    if found.rejected:
        words = f"{plural(found.rejected, 'draw')} in which a complete party overdrew left out"
        notes.append(words + (f", {found.booked:,} booked all the same." if found.booked else "."))
    if found.undrawn:
        notes.append(
            f"{plural(len(found.undrawn), 'amount')} without an upper end as the lens counts them, most not at all."
        )
    return Table(
        (">of draws", ">likely value below"),
        rows,
        "How far the ranges of the amounts move the likely value",
        tuple(notes),
    )


def _origins(view: View, found: Explanation) -> Table:
    focal = found.trip.focal
    named = (focal, OUTSIDE, UNKNOWN)
    rows = []
    for party, row in found.origins.shares.items():
        others = [f"{_name(view, name)} {percent(share)}" for name, share in row.items() if name not in named]
        rows.append(
            (_name(view, party), *(percent(row.get(name, 0.0)) for name in named), trips.listed(others, most=3))
        )
    notes = [
        "The last to fund counts, all flows mixed over the whole window; unknown: paid beyond all that is known to have come in."
    ]
    if found.origins.unpriced:
        notes.append(f"{plural(len(found.origins.unpriced), 'undisclosed amount')} on the way in no share.")
    heads = ("customer", f">{_name(view, focal)}", ">outside", ">unknown", "other funders")
    return Table(heads, rows[:SHOWN], "Whose money do the customers pay with", tuple(notes), wrap=True)


def _keystones(view: View, found: Explanation) -> Table:
    currency = view.legs.currency
    rows = [(_name(view, party), money(loss, currency)) for party, loss in found.keystones]
    half = SHOWN // 2
    shown = rows if len(rows) <= SHOWN else rows[:half] + rows[-half:]
    notes = ["The likely value on priced legs, undated; below 0: the party dilutes. Losses overlap and do not add up."]
    if len(rows) > len(shown):
        notes.append(f"The first and the last {half} of {len(rows)} parties.")
    return Table(("party", ">comes back less"), shown, "What would come back less without a party", tuple(notes))


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
