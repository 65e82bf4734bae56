"""The measures of the whole web as JSON and as tables."""

from __future__ import annotations

from typing import Any

from circularity.analysis.headline import ORDINARY_TRADE
from circularity.analysis.system import System
from circularity.graph.view import View
from circularity.views.jsonform import amount, amounts, number, numbers
from circularity.views.tables import Table
from circularity.words import money, percent

SHOWN = 12


def system_json(found: System) -> dict[str, Any]:
    sums, hodge, cycling, answered = found.circulation, found.hodge, found.finn, found.reciprocity
    return {
        "legs_count": len(sums.legs),
        "unpriced_count": len(sums.unpriced),
        "gross": amount(sums.gross),
        "net_position": amounts(sums.net_position),
        "compressed_min": amount(sums.compressed_min),
        "excess": amount(sums.excess),
        "bilateral_removed": amount(sums.bilateral_removed),
        "max_circulation": amount(sums.max_circulation),
        "conservative_residual": amount(sums.conservative_residual),
        "circularity_max": number(sums.circularity_max),
        "circularity_bff": number(found.forwarding.circularity) if found.forwarding else None,
        "hodge": {
            "levels": numbers(dict(hodge.levels)),
            "F0": number(hodge.F0),
            "gradient_share": number(hodge.gradient_share),
            "bilateral_share": number(hodge.bilateral_share),
            "loop_share": number(hodge.loop_share),
            "net_flow_loop_ratio": number(hodge.net_flow_loop_ratio),
        },
        "finn": None if cycling is None else {
            "external_input": amounts(cycling.external_input),
            "throughflow": amounts(cycling.throughflow),
            "cycled": numbers(dict(cycling.cycled)),
            "FCI": number(cycling.FCI),
            "APL": number(cycling.APL),
            "closed": cycling.closed,
        },
        "reciprocity": {
            "r_binary": number(answered.r_binary),
            "rho_garlaschelli": number(answered.rho_garlaschelli),
            "r_weighted": number(answered.r_weighted),
        },
        "keystone_circulation_loss": None if found.keystones is None else amounts(found.keystones),
    }  # fmt: skip


def system_tables(view: View, found: System) -> list[Table]:
    """Sums, then who carries them."""
    sums, currency = found.circulation, view.legs.currency
    gross = sums.gross

    def of_gross(value: Any) -> str:
        return percent(float(value / gross)) if gross else "–"

    rows = [
        (
            "gross",
            money(gross, currency),
            of_gross(gross),
            f"all {len(sums.legs):,} legs, {len(sums.unpriced):,} of them unpriced and in no sum",
        ),
        (
            "net, compressed",
            money(sums.compressed_min, currency),
            of_gross(sums.compressed_min),
            "would settle every net position",
        ),
        (
            "excess",
            money(sums.excess, currency),
            of_gross(sums.excess),
            "gross less net: passing money on also makes it",
        ),
        (
            "paid back and forth",
            money(sums.bilateral_removed, currency),
            of_gross(sums.bilateral_removed),
            "between two parties",
        ),
        (
            "circular, at most",
            money(sums.max_circulation, currency),
            percent(sums.circularity_max),
            f"on closed routes{', of what is priced' if sums.unpriced else ''}; ordinary trade credit: {percent(ORDINARY_TRADE)}",
        ),
    ]
    if found.forwarding:
        rows.append(
            (
                "circular, typical",
                money(found.forwarding.circular, currency),
                percent(found.forwarding.circularity),
                "every dollar moves on at random",
            )
        )
    if found.finn:
        rows.append(("cycled, Finn", "–", percent(found.finn.FCI), "of throughflow has already passed the same party"))
    rows.append(("answered", "–", percent(found.reciprocity.r_weighted), "of money meets money the other way"))
    rows.append(
        ("against the stream", "–", percent(found.hodge.F0), "share that levels cannot order; not the headline")
    )
    tables = [
        Table(
            ("measure", ">amount", ">of gross", "meaning"),
            rows,
            "The whole web",
            ("Circulation counts every leg of a loop: never compare it with round-trip dollars.",),
        )
    ]
    tables.append(_parties(view, found))
    return tables


def _parties(view: View, found: System) -> Table:
    currency = view.legs.currency
    losses = found.keystones or {}
    through = found.forwarding.through if found.forwarding else {}
    ranked = sorted(found.circulation.net_position, key=lambda p: (-losses.get(p, 0), -through.get(p, 0), p))
    rows = [
        (
            view.parties[party].name if party in view.parties else party,
            money(losses[party], currency) if party in losses else "–",
            money(through[party], currency) if party in through else "–",
            money(found.circulation.net_position[party], currency),
            f"{found.hodge.levels.get(party, 0.0):.2f}",
            percent(found.finn.cycled.get(party)) if found.finn else "–",
        )
        for party in ranked[:SHOWN]
    ]
    heads = ("~party", ">keystone loss", ">circular out", ">net position", ">level", ">cycled")
    notes = ("Keystone loss: circulation that ends when the party is taken out. Level: 0 is where money starts.",)
    return Table(heads, rows, f"Who carries it ({min(SHOWN, len(ranked))} of {len(ranked)} parties)", notes)
