"""The report: what comes back, to whom, and what is not known."""

from __future__ import annotations

from typing import Any

from circularity.analysis.headline import ORDINARY_TRADE, Headline
from circularity.analysis.roundtrip import RoundTrip
from circularity.graph.view import View
from circularity.views.jsonform import amount, number, numbers
from circularity.views.loops import bottleneck_text, cycle_json, route
from circularity.views.tables import Table, escaped, to_markdown
from circularity.views.trips import bound_text, bounds_json, likely_text, most_text, ranges_bound, undisclosed
from circularity.words import money, percent, plural

READING = (
    "These deals are mostly disclosed and deliver real goods. Recycled money is money that comes back "
    "to whoever paid it out; nothing here says that anything was hidden."
)


def report_json(found: Headline) -> dict[str, Any]:
    sums = found.circulation
    return {
        "vendors": [
            {
                "party": trip.focal,
                "funding": amount(trip.funding),
                "revenue": amount(trip.revenue),
                "roundtrip": bounds_json(trip.static),
                "outer": {"lo": amount(trip.outer[0]), "hi": amount(trip.outer[1])},
                "outer_share": {"lo": number(trip.outer_share[0]), "hi": number(trip.outer_share[1])},
                "share": numbers(trip.share),
            }
            for trip in found.vendors
        ],
        "circulation": {
            "gross": amount(sums.gross),
            "max_circulation": amount(sums.max_circulation),
            "circularity_max": number(sums.circularity_max),
            "circularity_bff": number(found.forwarding.circularity) if found.forwarding else None,
            "ordinary_trade": ORDINARY_TRADE,
        },
        "cycles": {"count": found.cycles.count, "largest": [cycle_json(cycle, True) for cycle in found.cycles.cycles]},
        "by_status": [
            {"status": floor, "cycles": loops, "legs": legs, "gross": amount(gross)}
            for floor, loops, legs, gross in found.by_status
        ],
        "coverage": {
            "legs": found.coverage.legs,
            "priced": found.coverage.priced,
            "share": number(found.coverage.share),
            "parties": found.coverage.parties,
            "deals": found.coverage.deals,
        },
    }


def report_tables(view: View, found: Headline) -> list[Table]:
    return [_vendors(view, found), _web(view, found), _loops(view, found), *_floors(view, found)]


def _vendors(view: View, found: Headline) -> Table:
    currency = view.legs.currency
    rows = [
        (
            _name(view, trip), _sum(trip, "funding", currency), _sum(trip, "revenue", currency),
            bound_text(trip.static.lo, currency, "lo"), likely_text(trip, currency),
            most_text(trip, trip.static.hi, currency), _share(trip),
        )
        for trip in found.vendors
    ]  # fmt: skip
    heads = ("~party", ">funds others", ">sells", ">at least", ">likely", ">at most", ">of its sales")
    notes = (
        "Funds others, sells: priced legs to and from parties of the graph under the lens, not reported totals; ≥: more legs are undisclosed.",
        "At least: forced. Likely: pro rata; ~: on priced legs alone, so not identified. At most: a route was there. ≤: with undisclosed amounts at their disclosed ceilings; no bound: one has none.",
    )
    return Table(heads, rows, "Whose own money comes back as revenue", notes)


def _sum(trip: RoundTrip, role: str, currency: str) -> str:
    """What is priced of one side: at least so much where more is undisclosed, never zero where all is."""
    total = trip.funding if role == "funding" else trip.revenue
    if not undisclosed(trip, role):
        return money(total, currency)
    return f"≥ {money(total, currency)}" if total else "undisclosed"


def _share(trip: RoundTrip) -> str:
    """The same bounds as shares of sales: where ranges gave the upper one, both amounts range.

    Without the solver of the extra [fast] that upper share is not known.
    """
    if ranges_bound(trip, trip.static.hi):
        low, high = trip.outer_share
        if low is None and trip.revenue and trip.static.lo is not None:
            low = float(trip.static.lo / trip.revenue)
    elif trip.revenue:
        more = bool(undisclosed(trip, "revenue"))
        low = None if trip.static.lo is None else 0.0 if more else float(trip.static.lo / trip.revenue)
        high = None if trip.static.hi is None else min(1.0, float(trip.static.hi / trip.revenue))
    else:
        low = high = None
    return "–" if low is None else f"{percent(low)} to {percent(high) if high is not None else '?'}"


def _web(view: View, found: Headline) -> Table:
    currency, sums, cover = view.legs.currency, found.circulation, found.coverage
    rows = [
        (
            "money in the web",
            money(sums.gross, currency),
            f"{plural(cover.legs, 'leg')} of {plural(cover.deals, 'deal')} between {plural(cover.parties, 'party')}",
        ),
        (
            "on closed routes, at most",
            money(sums.max_circulation, currency),
            f"{percent(sums.circularity_max)} of {'what is priced' if sums.unpriced else 'it'}; ordinary trade credit: {percent(ORDINARY_TRADE)}",
        ),
        *_typical(found, currency),
        (
            "priced",
            f"{cover.priced:,} of {cover.legs:,}",
            f"{percent(cover.share)} of the legs; the others are undisclosed, not zero",
        ),
        (
            "loops of up to 4 hops",
            f"{found.cycles.count:,}",
            "by party; the count moves with the lens, the dollars much less",
        ),
    ]
    return Table(("the web", ">", ""), rows, "How much closes on itself", (READING,))


def _typical(found: Headline, currency: str) -> list[tuple[str, str, str]]:
    """Every dollar moves on at random; left out where the web is too large for it."""
    flow = found.forwarding
    words = "on closed routes, typical"
    return [(words, money(flow.circular, currency), f"{percent(flow.circularity)} of it")] if flow else []


def _loops(view: View, found: Headline) -> Table:
    rows = [
        (
            bottleneck_text(cycle, view.legs.currency),
            route(view, cycle),
            cycle.shape,
            cycle.weakest_tier or "–",
        )
        for cycle in found.cycles.cycles
    ]
    heads = (">bottleneck", "loop", "shape", "weakest evidence")
    return Table(
        heads,
        rows,
        "The largest loops",
        ("Bottleneck: the most one trip around can move; ≥: by its priced legs, others are undisclosed.",),
    )


def _floors(view: View, found: Headline) -> list[Table]:
    rows = [
        (floor, f"{loops:,}", f"{legs:,}", money(gross, view.legs.currency))
        for floor, loops, legs, gross in found.by_status
    ]
    if not rows:
        return []
    return [Table(("status at least", ">loops", ">legs", ">gross"), rows, "What the choice of status does")]


def report_markdown(view: View, found: Headline) -> str:
    """The whole report as one Markdown text."""
    title = view.facts.description.title if view.facts else view.name
    parts = [f"# {to_plain(title)}\n", f"Lens: {escaped(f'{view.name} {view.version} · {view.lens}')}\n"]
    parts += [to_markdown(table) for table in report_tables(view, found)]
    return "\n".join(parts)


def to_plain(text: str) -> str:
    """A heading without markup of its own."""
    return "".join(char for char in text if char not in "<>`*_[]#\n\r")


def _name(view: View, trip: RoundTrip) -> str:
    return view.parties[trip.focal].name if trip.focal in view.parties else trip.focal
