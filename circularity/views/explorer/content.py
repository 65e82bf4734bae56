"""Facts → the page's data: plain values for JSON, short where they repeat, nothing left to guess."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from circularity.analysis.cycles import Cycle
from circularity.model.accounts import Account, Figure
from circularity.model.amounts import Amount
from circularity.model.dataset import Dataset
from circularity.model.deals import Leg, When
from circularity.model.evidence import Conflict, Source, Statement
from circularity.model.kinds import FAMILIES, FLOWS, IN_KIND_SUFFIX, KINDS
from circularity.model.parties import PARTY_KINDS, Party
from circularity.model.status import FLOORS, Event
from circularity.views.explorer.days import Track

LONGEST = 2000
"""Characters kept of any one text."""

_SAFE_URL = re.compile(r"https?://[^\s\"'<>`\\]+", re.IGNORECASE)


def text(value: str | None) -> str | None:
    """A text of bearable length."""
    return value if value is None or len(value) <= LONGEST else value[: LONGEST - 1] + "…"


def number(value: Decimal | None) -> int | float | None:
    """For display only: exact figures are in the other formats."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def slim(**values: Any) -> dict[str, Any]:
    """Only what is known."""
    return {key: value for key, value in values.items() if value is not False and value not in (None, "", [], {}, ())}


def words() -> dict[str, Any]:
    """The tables that the page reads: kinds, families, party kinds, statuses."""
    return {
        "kinds": {
            k.id: {"family": k.family, "noun": k.noun, "verb": k.verb, "payer": k.payer, "payee": k.payee,
                   "returns": k.returns, "flow": k.id in FLOWS, "cash": k.cash, "colour": k.colour}
            for k in KINDS.values() if k.id != "external"
        },
        "families": list(FAMILIES),
        "partyKinds": {k.id: {"noun": k.noun, "colour": k.colour} for k in PARTY_KINDS.values()},
        "floors": list(FLOORS),
    }  # fmt: skip


def bounds(amount: Amount | None) -> list[int | float | None] | None:
    """Low, point and high."""
    return None if amount is None or not amount.known else [number(bound) for bound in amount]


def day_of(event: Event) -> str:
    """An event's day, no sharper than it is known."""
    day = event.date
    shown = {"year": f"{day.year}", "quarter": f"{day.year} Q{(day.month + 2) // 3}", "month": f"{day:%Y-%m}"}
    return shown.get(event.precision, day.isoformat())


def statement(item: Statement) -> dict[str, Any]:
    return slim(source=item.source, states=text(item.states), where=text(item.locator), retold=item.retold or None)


def event(item: Event) -> dict[str, Any]:
    return statement(item) | slim(status=item.status, day=day_of(item), amount=bounds(item.amount))


def conflict(item: Conflict) -> dict[str, Any]:
    return statement(item) | slim(amount=bounds(item.amount), percent=text(item.percent), why=text(item.why))


def when(item: When | None) -> str | None:
    """When the money moves, in words."""
    if item is None:
        return None
    if item.on:
        return item.on.isoformat()
    if item.from_ and item.to:
        return f"evenly, {item.from_} to {item.to}"
    parts = (
        f"{part.share * 100:.4g} % {part.date or part.milestone or 'on a day not known'}" for part in item.schedule
    )
    return text("; ".join(parts))


def leg_facts(leg: Leg, pair: bool) -> dict[str, Any]:
    """What the dataset states about a leg beside its columns."""
    stated = leg.original
    original = None
    if stated is not None:
        original = slim(
            currency=stated.currency, amount=bounds(stated.amount), rate=f"{stated.rate}", day=str(stated.date or "")
        )
    return slim(
        own=bounds(leg.amount), history=[event(item) for item in leg.history],
        evidence=[statement(item) for item in leg.evidence], conflicts=[conflict(item) for item in leg.conflicts],
        terms=text(leg.terms), contingent=text(leg.contingent), note=text(leg.note), when=when(leg.when),
        percent=None if leg.percent is None else f"{leg.percent.normalize():f}",
        shares=number(leg.shares), original=original, partOf=leg.part_of, supersedes=leg.supersedes,
        links=[slim(type=link.type, leg=link.leg, share=None if link.share is None else float(link.share)) for link in leg.links],
        pair=pair,
    )  # fmt: skip


def leg_row(track: Track, place: Callable[[str], int], facts: Leg | None) -> dict[str, Any]:
    """One leg. `marks` are [step, status, counts, amount], from each step on."""
    marks = [[m.step, m.status, int(m.counts), number(m.amount)] for m in track.marks]
    row: dict[str, Any] = {
        "id": text(track.id),
        "payer": place(track.payer),
        "payee": place(track.payee),
        "marks": marks,
    }
    row |= slim(deal=text(track.deal), kind=track.kind, date=track.date, tier=track.tier)
    if track.cash != KINDS[track.kind].cash:
        row["cash"] = track.cash
    if (track.low, track.high) != (track.marks[-1].amount,) * 2:
        row["range"] = [number(track.low), number(track.high)]
    return row | (leg_facts(facts, track.id.endswith(IN_KIND_SUFFIX)) if facts else {})


def party_row(key: str, party: Party | None, accounts: Iterable[Account]) -> dict[str, Any]:
    if party is None:
        return {"id": text(key), "name": text(key), "kind": "unclassified"}
    kind = party.kind if party.kind in PARTY_KINDS else "unclassified"
    identifiers = {name: text(value) for name, value in party.identifiers.model_dump().items() if value}
    return {"id": text(key), "name": text(party.name), "kind": kind} | slim(
        country=text(party.country), aliases=[text(alias) for alias in party.aliases], parent=text(party.parent),
        yearEnd=party.fiscal_year_end, ids=identifiers, note=text(party.note),
        accounts=[account_row(account) for account in accounts],
    )  # fmt: skip


def account_row(account: Account) -> dict[str, Any]:
    period = account.period
    days = str(period.to) if period.from_ == period.to else f"{period.from_} to {period.to}"
    return slim(
        label=text(period.label) or days, days=days, complete=account.complete, note=text(account.note),
        figures=[figure_row(name, figure) for name, figure in account.figures()],
    )  # fmt: skip


def figure_row(name: str, figure: Figure) -> dict[str, Any]:
    return statement(figure) | slim(
        name=name.replace("_", " "), amount=bounds(figure.amount), of=text(figure.of),
        percent=None if figure.percent is None else f"{figure.percent.normalize():f}",
    )  # fmt: skip


def source_row(source: Source) -> dict[str, Any]:
    url = source.url if _SAFE_URL.fullmatch(source.url) else None
    return slim(
        publisher=text(source.publisher),
        url=url,
        published=source.published,
        tier=source.tier,
        title=text(source.title),
        read=source.read_as,
    )


def loop_rows(cycles: Sequence[Cycle], place: dict[str, int]) -> list[dict[str, Any]]:
    """Each loop as leg positions by hop; one that runs over a leg not drawn is left out."""
    return [
        slim(shape=c.shape, tier=c.weakest_tier, dated=c.dated)
        | {"hops": [[place[leg] for leg in hop] for hop in c.legs]}
        for c in cycles
        if all(leg in place for hop in c.legs for leg in hop)
    ]


def used_sources(data: Dataset, rows: Iterable[Any]) -> dict[str, Any]:
    """Sources that something on the page names."""
    keys: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("source"), str):
                keys.add(value["source"])
            for part in value.values():
                walk(part)
        elif isinstance(value, list):
            for part in value:
                walk(part)

    for row in rows:
        walk(row)
    return {key: source_row(data.sources[key]) for key in sorted(keys) if key in data.sources}
