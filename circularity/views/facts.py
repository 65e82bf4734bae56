"""Parties, deals, legs and paths as JSON and as tables."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from circularity.analysis.concentration import concentration
from circularity.analysis.funds import Funds, sources_and_uses
from circularity.analysis.listing import DealRow, LegRow, PartyRow, Path, leg_row, list_deals, list_parties
from circularity.graph.view import View
from circularity.model.amounts import Amount
from circularity.model.deals import Deal, Leg
from circularity.model.evidence import Source, Statement
from circularity.model.kinds import FLOWS, KINDS, REVENUE
from circularity.views.jsonform import amount, number
from circularity.views.tables import Table, short
from circularity.words import money, percent, plural

SHOWN = 40


def party_json(row: PartyRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "kind": row.kind,
        "country": row.country,
        "parent": row.parent,
        "identifiers": row.identifiers.model_dump(),
        "legs_count": row.legs_count,
        "paid": amount(row.paid),
        "received": amount(row.received),
    }


def party_table(view: View, rows: list[PartyRow], style: str = "text") -> Table:
    """Largest first; as CSV the sums are plain numbers."""
    ranked = sorted(rows, key=lambda row: (-((row.paid or 0) + (row.received or 0)), row.id))
    currency = view.legs.currency
    cells = [
        (
            row.id,
            row.name,
            row.kind,
            row.country or "",
            str(row.legs_count),
            _sum_cell(row.paid, currency, style),
            _sum_cell(row.received, currency, style),
        )
        for row in ranked
    ]
    heads = ("~id", "~name", "kind", "country", ">legs", ">paid", ">received")
    return Table(heads, cells, plural(len(rows), "party"), ("Sums hold priced flow legs only.",))


def _sum_cell(value: Decimal | None, currency: str, style: str) -> str:
    return amount(value) or "" if style == "csv" else money(value, currency)


def leg_json(leg: LegRow, currency: str) -> dict[str, Any]:
    return {
        "id": leg.id,
        "payer": leg.payer,
        "payee": leg.payee,
        "kind": leg.kind,
        "cash": leg.cash,
        "amount": {"low": amount(leg.low), "point": amount(leg.point), "high": amount(leg.high), "currency": currency},
        "status": leg.status,
        "date": leg.date,
        "tier": leg.tier,
        "sources": [{"publisher": s.publisher, "url": s.url, "published": s.published} for s in leg.sources],
    }


def deal_json(deal: DealRow, currency: str) -> dict[str, Any]:
    legs = [leg_json(leg, currency) for leg in deal.legs]
    return {"id": deal.id, "title": deal.title, "date": deal.date, "status": deal.status, "legs": legs}


def deal_table(view: View, deals: list[DealRow], style: str = "text") -> Table:
    """One row a leg, under the deal's first date; as CSV with ids and plain numbers."""
    if style == "csv":
        return _leg_rows(view, deals)
    rows = [
        (
            deal.date or "–", deal.id, _name(view, leg.payer), _name(view, leg.payee), leg.kind,
            bounds_text(Amount(leg.low, leg.point, leg.high), view.legs.currency), leg.status, leg.tier or "–", str(len(leg.sources)),
        )
        for deal in deals
        for leg in deal.legs
    ]  # fmt: skip
    title = f"{plural(len(deals), 'deal')}, {plural(len(rows), 'leg')}"
    return Table(("date", "deal", "~payer", "~payee", "kind", ">amount", "status", "evidence", ">sources"), rows, title)


def _leg_rows(view: View, deals: list[DealRow]) -> Table:
    rows = [
        (
            deal.date or "", deal.id, leg.id, leg.payer, leg.payee, leg.kind, *(amount(bound) or "" for bound in (leg.low, leg.point, leg.high)),
            view.legs.currency, leg.status, leg.date or "", leg.tier or "", " ".join(source.url for source in leg.sources),
        )
        for deal in deals
        for leg in deal.legs
    ]  # fmt: skip
    heads = (
        "date",
        "deal",
        "leg",
        "payer",
        "payee",
        "kind",
        "amount_low",
        "amount",
        "amount_high",
        "currency",
        "status",
        "status_date",
        "evidence",
        "sources",
    )
    return Table(heads, rows)


def bounds_text(bounds: Amount, currency: str) -> str:
    """An amount as it is known: `$30bn`, `up to $100bn`, `$2bn–$4bn`, `undisclosed`."""
    low, point, high = bounds
    if point is not None and low in (None, point) and high in (None, point):
        return money(point, currency)
    if low is not None and high is not None:
        middle = f" (likely {money(point, currency)})" if point is not None else ""
        return f"{money(low, currency)}–{money(high, currency)}{middle}"
    if point is not None:
        return money(point, currency)
    if high is not None:
        return f"up to {money(high, currency)}"
    return f"at least {money(low, currency)}" if low is not None else "undisclosed"


def path_json(path: Path) -> dict[str, Any]:
    return {
        "parties": list(path.parties),
        "legs": list(path.legs),
        "kinds": list(path.kinds),
        "bottleneck": amount(path.bottleneck),
    }


def path_table(view: View, paths: list[Path], top: int | None, style: str) -> Table:
    limit = top if top is not None else SHOWN if style == "text" else None
    rows = [
        (
            amount(path.bottleneck) or "" if style == "csv" else money(path.bottleneck, view.legs.currency, "unpriced"),
            " → ".join(_name(view, party, style) for party in path.parties), " › ".join(path.kinds), " ".join(path.legs),
        )
        for path in paths[:limit]
    ]  # fmt: skip
    notes = (f"{len(rows):,} of {len(paths):,} shown; --top N shows N.",) if len(rows) < len(paths) else ()
    return Table((">bottleneck", "path", "kinds", "legs"), rows, plural(len(paths), "path"), notes)


def show_deal(view: View, deal: Deal) -> tuple[dict[str, Any], list[Table]]:
    """One deal with each leg's history and what its sources state."""
    counted = {row.id: row for row in list_deals(view)}.get(deal.id)
    result = {"deal": deal_json(counted, view.legs.currency) if counted else None, "facts": _plain(deal)}
    title = f"{deal.title} [{deal.id}]" + ("" if counted else ": does not count under this lens")
    legs = [_leg_cells(view, leg) for leg in deal.legs]
    said = [cells for leg in deal.legs for cells in _said(view, leg)]
    heads = ("leg", "date", "status", ">amount", "what the source states", "source", "address")
    tables = [
        Table(("leg", "~payer", "~payee", "kind", ">amount", "conditions"), legs, title, wrap=True),
        Table(heads, said, "History and evidence", wrap=True),
    ]
    return result, tables


def show_rows(view: View, key: str) -> tuple[dict[str, Any], list[Table]]:
    """One deal of a ledger: its rows are all that is known of it."""
    found = next((deal for deal in list_deals(view) if deal.id == key), None)
    result = {"deal": deal_json(found, view.legs.currency) if found else None, "facts": None}
    return result, [deal_table(view, [found] if found else [])]


def _leg_cells(view: View, leg: Leg) -> tuple[str, ...]:
    conditions = "; ".join(text for text in (leg.terms, leg.contingent, leg.note) if text)
    newest = next((event.amount for event in reversed(leg.history) if event.amount), Amount())
    own = leg.amount if leg.amount.known else newest
    ends = _name(view, leg.payer), _name(view, leg.payee)
    return leg.id, *ends, KINDS[leg.kind].noun, bounds_text(own, view.legs.currency), conditions


def _said(view: View, leg: Leg) -> list[tuple[str, ...]]:
    """What the sources state of a leg: its history, what supports it, what disagrees."""
    currency = view.legs.currency
    rows: list[tuple[Statement, str, str, str, str]] = [
        (event, event.date.isoformat(), event.status, bounds_text(event.amount or leg.amount, currency), event.states)
        for event in leg.history
    ]
    rows += [(statement, "", "also", "", statement.states) for statement in leg.evidence]
    rows += [
        (c, "", "disagrees", bounds_text(c.amount or Amount(), currency), f"{c.states} (not chosen: {c.why})")
        for c in leg.conflicts
    ]
    sources = view.facts.sources if view.facts else {}
    firsts = [leg.id, *[""] * len(rows)]
    return [(first, *cells, *_source(said, sources)) for first, (said, *cells) in zip(firsts, rows, strict=False)]


def _source(said: Statement, sources: Mapping[str, Source]) -> tuple[str, str]:
    """Publisher, day, tier, how it was read and where in it; and the address."""
    source = sources.get(said.source)
    if source is None:
        return "?", ""
    read = "as retold" if said.retold else source.read_as and f"read as {source.read_as}"
    words = ", ".join(text for text in (source.publisher, source.published, source.tier, read) if text)
    return f"{words}: {said.locator}" if said.locator else words, source.url


def _plain(deal: Deal) -> dict[str, Any]:
    """The deal as it is written, amounts as decimal strings."""
    return _tidy(deal.model_dump(mode="python", by_alias=True, exclude_none=True))  # type: ignore[no-any-return]


def _tidy(value: Any) -> Any:
    if isinstance(value, Amount):
        return {"low": amount(value.low), "point": amount(value.point), "high": amount(value.high)}
    if isinstance(value, Decimal):
        return amount(value)
    if isinstance(value, dict):
        return {key: _tidy(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_tidy(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def show_party(view: View, number_: int) -> tuple[dict[str, Any], list[Table]]:
    """One party: who it is, whom it pays and is paid by, on whom it depends, its accounts."""
    legs, currency = view.legs, view.legs.currency
    key = legs.parties[number_]
    row = next(row for row in list_parties(view) if row.id == key)
    mine = [leg for leg in view.measured if number_ in (legs.payer[leg], legs.payee[leg])]
    revenue = [leg for leg in view.flows if legs.payee[leg] == number_ and legs.kind[leg] in REVENUE]
    customers = concentration(view, revenue)
    details = [leg_row(view, leg) for leg in mine]
    details.sort(key=lambda leg: (-(leg.counted or leg.high or leg.point or leg.low or Decimal(-1)), leg.id))
    result = {
        "party": party_json(row),
        "legs": [leg_json(leg, currency) for leg in details],
        "customers": [{"party": party, "share": number(share)} for party, share in customers.shares],
        "customer_hhi": number(customers.hhi),
    }
    about = [row.kind.replace("_", " "), row.country or "", f"part of {row.parent}" if row.parent else ""]
    about += [f"{name} {value}" for name, value in row.identifiers.model_dump().items() if value]
    title = f"{row.name} [{key}] · " + " · ".join(text for text in about if text)
    tables = [_leg_table(view, details, key, title)]
    if customers.shares:
        cells = [(_name(view, party), percent(share)) for party, share in customers.shares[:10]]
        priced = sum(legs.amount[leg] is not None for leg in revenue)
        known = "" if priced == len(revenue) else f", of {priced:,} priced of {plural(len(revenue), 'revenue leg')}"
        title = f"Customers (HHI {customers.hhi:.2f}{known})"
        tables.append(Table(("~customer", ">share of priced revenue"), cells, title))
    funds = sources_and_uses(view, key)
    result["funds"] = [_funds_json(row) for row in funds]
    if funds:
        tables.append(_funds_table(funds, currency))
    accounts = _accounts(view, key)
    if accounts.rows:
        tables.append(accounts)
    return result, tables


def _leg_table(view: View, details: list[LegRow], key: str, title: str) -> Table:
    rows = [
        (
            _part(leg, key),
            _name(view, leg.payee if leg.payer == key else leg.payer), leg.kind,
            bounds_text(Amount(leg.low, leg.point, leg.high), view.legs.currency), leg.status, leg.date or "–", leg.tier or "–", leg.id,
        )
        for leg in details
    ]  # fmt: skip
    return Table(("", "~other party", "kind", ">amount", "status", "date", "evidence", "leg"), rows, title)


def _part(leg: LegRow, key: str) -> str:
    """What a party does in a leg: `pays`, `receives`, or of a promise or holding `guarantees`, `is subject of`."""
    if leg.kind in FLOWS:
        return "pays" if leg.payer == key else "receives"
    return KINDS[leg.kind].verb.split()[0] if leg.payer == key else "is subject of"


def _funds_json(row: Funds) -> dict[str, Any]:
    return {
        "period": row.period,
        "ends": row.ends,
        "operating_cash_flow": amount(row.operating),
        "financing_cash_flow": amount(row.financing),
        "outside_funding": amount(row.outside),
        "named_funding": {
            "amount": amount(row.named.amount),
            "legs": list(row.named.legs),
            "unpriced": row.named.unpriced,
        },
        "capex": amount(row.capex),
        "cash_change": amount(row.cash_change),
        "other": amount(row.other),
    }


def _funds_table(rows: list[Funds], currency: str) -> Table:
    def cell(value: Decimal | None) -> str:
        return money(value, currency, "–")

    def named(row: Funds) -> str:
        more = f"{row.named.unpriced} undisclosed" if row.named.unpriced else ""
        return " + ".join(text for text in (cell(row.named.amount) if row.named.amount else "", more) if text) or "–"

    cells = [
        (row.period, cell(row.operating), cell(row.financing), cell(row.outside), named(row), cell(row.capex), cell(row.cash_change), cell(row.other))
        for row in rows
    ]  # fmt: skip
    heads = (
        "period",
        ">from operations",
        ">from financing",
        ">of it outside",
        ">of it paid legs here",
        ">capex",
        ">change of cash",
        ">other, net",
    )
    notes = ("–: not known. Other, net: what operations, financing and capex leave unexplained of the change of cash.",)
    return Table(heads, cells, "Sources and uses of funds", notes)


def _accounts(view: View, key: str) -> Table:
    rows = []
    for account in view.facts.accounts if view.facts else ():
        if account.party == key and (not view.lens.as_of or account.period.to.isoformat() <= view.lens.as_of):
            span = account.period.label or f"{account.period.from_} to {account.period.to}"
            for name, figure in account.figures():
                value = (
                    percent(float(figure.percent) / 100)
                    if figure.percent is not None
                    else bounds_text(figure.amount or Amount(), view.legs.currency)
                )
                rows.append((span, account.period.to.isoformat(), name.replace("_", " "), value, figure.states))
    rows.sort(key=lambda row: (row[1], row[2]), reverse=True)
    return Table(("period", "ends", "figure", ">value", "what the source states"), rows[:SHOWN], "Accounts")


def _name(view: View, key: str, style: str = "csv") -> str:
    name = view.parties[key].name if key in view.parties else key
    return short(name) if style == "text" else name
