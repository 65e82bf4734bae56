"""What a view is in a graph database: plain rows, the same for every store.

    (:Party:<kind> {id})-[:<leg type> {id, deal_id}]->(:Party)      for walking
    (:Deal {id})-[:STATED_IN {id, deal_id, leg_ids}]->(:Source {id})  for reading
    (:Graph {name, version, as_of})                                  which graph this is

Every leg that the lens measures is one relationship: without filters, every leg that counts by status
and date, flows, holdings and support alike; an in-kind investment is its two legs. Labels and types come from the tables of
kinds, never from data; everything else is a property. An unknown value is absent, never null or 0.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from circularity.graph.view import View
from circularity.model.dataset import Dataset
from circularity.model.deals import Deal, Leg
from circularity.model.evidence import Statement
from circularity.model.kinds import IN_KIND_SUFFIX, KINDS
from circularity.model.parties import PARTY_KINDS, Party
from circularity.model.status import Event

Row = dict[str, Any]
"""`id`, `properties`, and for what joins two nodes `start` and `end`, their ids."""

UNCLASSIFIED = "unclassified"
PARTY_LABELS: tuple[str, ...] = tuple(kind.label for kind in PARTY_KINDS.values())
LEG_TYPES: tuple[str, ...] = tuple(kind.neo4j for kind in KINDS.values() if kind.id != "external")
LONGEST_ID = 1_000
EVIDENCE_TYPE = "STATED_IN"


class Answer(NamedTuple):
    """What a query gives: column names, and rows of JSON's own types."""

    columns: list[str]
    rows: list[list[Any]]


@dataclass(frozen=True, slots=True)
class Records:
    """The rows of one graph. `parties` by label, `legs` by relationship type, in table order.

    `mark` names the content; it is put on all that is loaded so that it can be told from the rest.
    """

    mark: str
    graph: Row
    parties: dict[str, list[Row]]
    legs: dict[str, list[Row]]
    deals: list[Row]
    sources: list[Row]
    statements: list[Row]

    @property
    def counts(self) -> dict[str, int]:
        return {
            "parties": sum(len(rows) for rows in self.parties.values()),
            "legs": sum(len(rows) for rows in self.legs.values()),
            "deals": len(self.deals),
            "sources": len(self.sources),
        }


def records_of(view: View) -> Records:
    """The rows of a view. A dataset adds titles, sources and what they state; a ledger has none."""
    facts = view.facts
    counted = list(dict.fromkeys(view.legs.deal[row] for row in view.measured))
    statements = _statements(view, facts)
    parts: dict[str, Any] = {
        "graph": _graph(view, facts),
        "parties": _parties(view),
        "legs": _legs(view),
        "deals": [_deal(key, facts.deals.get(key) if facts else None) for key in counted],
        "sources": _sources(statements, facts),
        "statements": statements,
    }
    return Records(mark=_mark(parts), **parts)


def _mark(parts: dict[str, Any]) -> str:
    digest = hashlib.sha256()
    for chunk in json.JSONEncoder(sort_keys=True).iterencode(parts):
        digest.update(chunk.encode())
    words = (parts["graph"]["name"], parts["graph"]["version"], digest.hexdigest()[:12])
    return " ".join(word for word in words if word)


def _row(key: str, **values: Any) -> Row:
    """A row without what is unknown or empty."""
    known = {name: value for name, value in values.items() if value is not None and value != []}
    return {"id": _key(key), "properties": {"id": _key(key), **known}}


def _key(text: str) -> str:
    """An id that an index can hold: a very long one (a ledger's names are its ids) is cut, and told
    apart by its digest; the name stays whole."""
    if len(text) <= LONGEST_ID:
        return text
    return f"{text[:LONGEST_ID]}… {hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _graph(view: View, facts: Dataset | None) -> Row:
    about = facts.description if facts else None
    as_of = view.lens.as_of or (about.as_of.isoformat() if about else None)
    row: Row = {
        "name": view.name,
        "version": view.version,
        "as_of": as_of,
        "title": about.title if about else None,
        "currency": view.legs.currency,
        "sha256": view.sha256,
        "lens": str(view.lens),
    }
    return {name: value for name, value in row.items() if value is not None}


def _parties(view: View) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {label: [] for label in PARTY_LABELS}
    for key in view.legs.parties:
        party = view.parties.get(key) or Party.model_construct(id=key, name=key, kind=UNCLASSIFIED)
        kind = PARTY_KINDS.get(party.kind, PARTY_KINDS[UNCLASSIFIED])
        row = _row(
            key, name=party.name, kind=kind.id, country=party.country, parent=party.parent,
            aliases=list(party.aliases), note=party.note, **party.identifiers.model_dump(),
        )  # fmt: skip
        rows[kind.label].append(row)
    return {label: found for label, found in rows.items() if found}


def _legs(view: View) -> dict[str, list[Row]]:
    legs = view.legs
    ids = legs.parties

    def money(units: int | None) -> float | None:
        return None if units is None else float(legs.money(units))

    rows: dict[str, list[Row]] = {name: [] for name in LEG_TYPES}
    for at in view.measured:
        key = legs.id[at]
        low, _, high = legs.bounds(at)
        row = _row(
            key, deal_id=_key(legs.deal[at]), kind=legs.kind[at], amount=money(legs.amount[at]),
            amount_low=money(low), amount_high=money(high), currency=legs.currency,
            date=legs.date[at], status=legs.status[at], tier=legs.tier[at], cash=legs.cash[at],
        )  # fmt: skip
        row["start"], row["end"] = _key(ids[legs.payer[at]]), _key(ids[legs.payee[at]])
        rows[KINDS[legs.kind[at]].neo4j].append(row)
    return {name: found for name, found in rows.items() if found}


def _deal(key: str, deal: Deal | None) -> Row:
    if deal is None:
        return _row(key)
    return _row(key, title=deal.title, tags=list(deal.tags), note=deal.note)


def _statements(view: View, facts: Dataset | None) -> list[Row]:
    """What sources state about the deals that count; one said of several legs stands once."""
    if facts is None:
        return []
    counted = {view.legs.id[row] for row in view.measured}
    rows: list[Row] = []
    for deal in facts.deals.values():
        said: dict[tuple[Any, ...], list[str]] = {}
        for leg in deal.legs:
            ids = [key for key in (leg.id, leg.id + IN_KIND_SUFFIX) if key in counted]
            if not ids:
                continue
            for statement in _known(leg, view.lens.as_of, facts):
                status, day = _reached(statement)
                retold = statement.retold or None
                key = statement.source, statement.states, statement.locator, status, day, retold
                said.setdefault(key, []).extend(ids)
        for number, ((source, states, locator, status, day, retold), legs) in enumerate(said.items(), 1):
            row = _row(
                f"{deal.id}#{number}", deal_id=deal.id, leg_ids=list(dict.fromkeys(legs)), states=states,
                locator=locator, status=status, date=day, retold=retold,
            )  # fmt: skip
            rows.append(row | {"start": deal.id, "end": source})
    return rows


def _known(leg: Leg, as_of: str | None, facts: Dataset) -> Iterable[Statement]:
    """Statements with a source, without what happened after the lens's day."""
    for statement in leg.statements:
        late = as_of and isinstance(statement, Event) and statement.date.isoformat() > as_of
        if statement.source in facts.sources and not late:
            yield statement


def _reached(statement: Statement) -> tuple[str | None, str | None]:
    return (statement.status, statement.date.isoformat()) if isinstance(statement, Event) else (None, None)


def _sources(statements: list[Row], facts: Dataset | None) -> list[Row]:
    deals: dict[str, dict[str, None]] = {}
    for row in statements:
        deals.setdefault(row["end"], {})[row["start"]] = None
    rows = []
    for key in sorted(deals):
        source = (facts.sources if facts else {})[key]
        rows.append(
            _row(
                key, publisher=source.publisher, url=source.url, published=source.published, tier=source.tier,
                title=source.title, read_as=source.read_as, deal_ids=list(deals[key]),
            )
        )  # fmt: skip
    return rows
