"""Round trips as JSON and as tables."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from circularity.analysis.roundtrip import Bounds, RoundTrip
from circularity.graph.view import View
from circularity.views.jsonform import amount, amounts, number, numbers
from circularity.views.tables import Table
from circularity.words import money, percent, plural

SHOWN = 30
DATED = ("lo", "mid", "hi", "fifo", "lifo", "greedy", "poison")


def bounds_json(bounds: Bounds) -> dict[str, str | None]:
    return {"lo": amount(bounds.lo), "mid": amount(bounds.mid), "hi": amount(bounds.hi)}


def trip_json(trip: RoundTrip) -> dict[str, Any]:
    return {
        "focal": trip.focal,
        "scope": trip.scope,
        "funding": amount(trip.funding),
        "revenue": amount(trip.revenue),
        "static": bounds_json(trip.static),
        "dated": _dated(trip),
        "outer": {"lo": amount(trip.outer[0]), "hi": amount(trip.outer[1])},
        "share": numbers(trip.share),
        "reported_revenue": _reported(trip),
        "reported_share": None if trip.reported_share is None else numbers(trip.reported_share),
        "unknown_inflow": amounts(trip.unknown_inflow),
        "unpriced": list(trip.unpriced),
        "customer_hhi": number(trip.customer_hhi),
        "legs": [
            {"id": leg.id, "role": leg.role, "amount": amount(leg.amount), "coloured_mid": amount(leg.coloured_mid)}
            for leg in trip.legs
        ],
    }


def _dated(trip: RoundTrip) -> dict[str, str | None] | None:
    found = trip.dated
    return None if found is None else {name: amount(getattr(found, name)) for name in DATED}


def _reported(trip: RoundTrip) -> dict[str, str | None] | None:
    found = trip.reported_revenue
    return None if found is None else {"amount": amount(found.amount), "period": found.period, "url": found.url}


def bound_text(value: Decimal | None, currency: str, bound: str) -> str:
    if value is None:
        return "no bound" if bound == "hi" else "not identified"
    return money(value, currency)


def likely_text(trip: RoundTrip, currency: str) -> str:
    """The likely value, else the one that priced legs alone give, marked as such, if they give any."""
    if trip.static.mid is None and trip.mid_priced:
        return f"~ {money(trip.mid_priced, currency)}"
    return bound_text(trip.static.mid, currency, "mid")


def most_text(trip: RoundTrip, counted: Decimal | None, currency: str) -> str:
    """An upper bound, else the tighter one that disclosed ceilings give."""
    if ranges_bound(trip, counted):
        return f"≤ {money(trip.outer[1], currency)}"
    return bound_text(counted, currency, "hi")


def ranges_bound(trip: RoundTrip, counted: Decimal | None) -> bool:
    """Whether what is known of the ranges of amounts bounds more tightly than the amounts as they count."""
    ranged = trip.outer[1]
    return ranged is not None and (counted is None or ranged < counted)


def trip_tables(view: View, trip: RoundTrip) -> list[Table]:
    """The interval first, then the legs behind it."""
    currency, name = view.legs.currency, _name(view, trip.focal)
    still, dated = trip.static, trip.dated
    share = trip.outer_share[1] if ranges_bound(trip, dated.hi if dated else still.hi) else trip.share["hi"]
    rows = [
        (
            "at least", bound_text(still.lo, currency, "lo"), bound_text(dated.lo, currency, "lo") if dated else "–",
            percent(trip.share["lo"]), "forced: it had nowhere else to go",
        ),
        (
            "likely", likely_text(trip, currency), bound_text(dated.mid, currency, "mid") if dated else "–",
            percent(trip.share["mid"]), "every payment carries its payer's mix",
        ),
        (
            "at most", most_text(trip, still.hi, currency), most_text(trip, dated.hi, currency) if dated else "–",
            percent(share), "possible: a route was there",
        ),
    ]  # fmt: skip
    notes = [
        f"{name} paid out {_side(trip, 'funding', currency)} in funding and took in {_side(trip, 'revenue', currency)} of revenue from parties of the graph (scope: {trip.scope}).",
        "Sources of funds are said to be fully known for "
        + (listed([_name(view, p) for p in trip.complete]) or "nobody")
        + ("." if trip.complete else ": the lower bound can then not rise above what is paid in kind."),
    ]
    if trip.static.mid is None:
        least = "~: on priced legs alone. " if trip.mid_priced else ""
        notes.append(f"{least}Amounts on the way are undisclosed, so that the likely value is not identified.")
    notes += _outer(trip, currency)
    if trip.unknown_inflow:
        booked = sorted(trip.unknown_inflow.items(), key=lambda pair: (-pair[1], pair[0]))
        named = listed([f"{_name(view, party)} {money(value, currency)}" for party, value in booked], most=5)
        notes.append(f"Paid beyond all that is known to have come in, and booked as clean inflow: {named}.")
    if trip.unpriced:
        notes.append(f"Undisclosed and in no sum: {listed(trip.unpriced)}.")
    if dated and dated.fifo is not None:
        rules = ", ".join(f"{rule} {money(getattr(dated, rule), currency)}" for rule in DATED[3:])
        notes.append(f"In date order, by other rules of tracing: {rules}.")
    if dated and trip.undated:
        verb = "takes" if len(trip.undated) == 1 else "take"
        notes.append(f"In date order {plural(len(trip.undated), 'leg')} of the graph without a date {verb} no part.")
    if trip.reported_revenue is not None:
        found = trip.reported_revenue
        notes.append(f"Reported revenue {found.period}: {money(found.amount, currency)} ({found.url}).")
    head = Table(
        ("bound", ">comes back", ">in date order", ">of revenue", "meaning"),
        rows,
        f"{name}: own funding that comes back as revenue",
        tuple(notes),
    )
    return [head, _legs(view, trip)]


def undisclosed(trip: RoundTrip, role: str) -> int:
    """How many legs of a role have no amount."""
    return sum(leg.amount is None and leg.role == role for leg in trip.legs)


def _side(trip: RoundTrip, role: str, currency: str) -> str:
    """The sum of one side; what is undisclosed is said with it, and is never zero."""
    total = trip.funding if role == "funding" else trip.revenue
    unknown = undisclosed(trip, role)
    if not unknown:
        return money(total, currency)
    legs = f"{plural(unknown, 'leg')} of undisclosed amount"
    return f"{money(total, currency)} and {legs}" if total else legs


def _outer(trip: RoundTrip, currency: str) -> list[str]:
    """What the ranges of the amounts, and the undisclosed ones, leave open."""
    (low, high), (least, most) = trip.outer, trip.outer_share
    plain = {(trip.static.lo, trip.static.hi)} | ({(trip.dated.lo, trip.dated.hi)} if trip.dated else set())
    if trip.outer in plain or high is None:
        return []
    of_revenue = "" if least is None or most is None else f" ({percent(least)} to {percent(most)} of revenue)"
    floor = "" if low is None else f"at least {money(low, currency)}, "
    return [f"≤: with amounts anywhere in their ranges {floor}at most {money(high, currency)}{of_revenue}."]


def listed(words: Sequence[str], most: int = 8) -> str:
    """Some words in a row, and how many more there are."""
    more = f" and {len(words) - most:,} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def _legs(view: View, trip: RoundTrip) -> Table:
    currency, legs = view.legs.currency, view.legs
    at = {key: row for row, key in enumerate(legs.id)}
    ranked = sorted(trip.legs, key=lambda leg: (leg.role != "funding", -(leg.amount or Decimal(-1)), leg.id))
    rows = [
        (
            leg.role.replace("_", " "), view.label(legs.payer[at[leg.id]]), view.label(legs.payee[at[leg.id]]),
            legs.kind[at[leg.id]], money(leg.amount, currency), money(leg.coloured_mid, currency, "–"),
            legs.status[at[leg.id]], legs.date[at[leg.id]] or "–", leg.id,
        )
        for leg in ranked[:SHOWN]
    ]  # fmt: skip
    notes = (f"{SHOWN} of {len(ranked)} legs shown; --format json lists all.",) if len(ranked) > SHOWN else ()
    heads = ("role", "~payer", "~payee", "kind", ">amount", ">recycled, likely", "status", "date", "leg")
    return Table(heads, rows, "The legs behind it", notes)


def _name(view: View, key: str) -> str:
    return view.parties[key].name if key in view.parties else key
