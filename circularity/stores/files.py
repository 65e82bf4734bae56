"""A view as files that fill a Neo4j without this tool: statements for a shell, tables for `neo4j-admin`.

Both hold what `circularity neo4j load` writes, to the property: see `records`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from circularity.graph.view import View
from circularity.resources import bundled
from circularity.stores.queries import statements
from circularity.stores.records import EVIDENCE_TYPE, Records, Row, records_of
from circularity.words import safe_cell

STYLES = ("cypher", "neo4j-csv")


def store_files(view: View, style: str) -> dict[str, bytes]:
    """File contents by name; the name is empty where the format is a single file."""
    records = records_of(view)
    if style == "cypher":
        return {"": "".join(f"{line};\n" for line in _statements(records)).encode()}
    return {name: text.encode() for name, text in _tables(records).items()}


# statements


def _statements(records: Records) -> Iterator[str]:
    """One a row, so that any shell takes them; values are literals, labels and types those of our tables."""
    yield from (" ".join(text.split()) for text in statements((bundled("cypher") / "schema.cypher").read_text("utf-8")))
    name = _literal(records.graph["name"])
    yield f"MERGE (g:Graph {{name: {name}}}) SET g = {_map(_graph(records, complete=False))}"
    for label, rows in records.parties.items():
        for row in rows:
            yield f"MERGE (p:Party {{id: {_literal(row['id'])}}}) SET p:{label}, p = {_map(_marked(records, row))}"
    for label, rows in (("Deal", records.deals), ("Source", records.sources)):
        for row in rows:
            yield f"MERGE (n:{label} {{id: {_literal(row['id'])}}}) SET n = {_map(_marked(records, row))}"
    for leg_type, rows in records.legs.items():
        yield from (_joined(records, row, "Party", "Party", leg_type) for row in rows)
    yield from (_joined(records, row, "Deal", "Source", EVIDENCE_TYPE) for row in records.statements)
    yield f"MATCH (g:Graph {{name: {name}}}) SET g.complete = true"


def _joined(records: Records, row: Row, start: str, end: str, type_: str) -> str:
    ends = f"MATCH (a:{start} {{id: {_literal(row['start'])}}}) MATCH (b:{end} {{id: {_literal(row['end'])}}})"
    key = _map({"id": row["id"], "circularity": records.mark})
    return f"{ends} MERGE (a)-[r:{type_} {key}]->(b) SET r = {_map(_marked(records, row))}"


def _marked(records: Records, row: Row) -> Row:
    return {**row["properties"], "circularity": records.mark}


def _graph(records: Records, complete: bool) -> Row:
    return {**records.graph, "circularity": records.mark, "complete": complete}


def _map(values: Row) -> str:
    """Keys are names of ours, values are literals."""
    return "{" + ", ".join(f"{key}: {_literal(value)}" for key, value in values.items()) + "}"


def _literal(value: Any) -> str:
    """A value as Cypher writes it. In text only quotes, backslashes and what ends a line are special."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _decimal(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_literal, value))}]"
    return "'" + "".join(map(_sign, value)) + "'"


def _sign(char: str) -> str:
    if char in "\\'\"":
        return "\\" + char
    return f"\\u{ord(char):04x}" if ord(char) < 32 or char in "\x7f\x85\u2028\u2029" else char


def _decimal(value: float) -> str:
    """A float in plain notation that stays a float."""
    text = f"{Decimal(repr(value)):f}"
    return text if "." in text else f"{text}.0"


# tables

_TYPES = {
    "amount": "double", "amount_low": "double", "amount_high": "double", "cash": "boolean", "complete": "boolean", "retold": "boolean",
    "aliases": "string[]", "tags": "string[]", "deal_ids": "string[]", "leg_ids": "string[]",
}  # fmt: skip
_PARTY = ("name", "kind", "country", "parent", "aliases", "note", "lei", "cik", "ticker", "isin", "wikidata")
_LEG = (
    "id", "deal_id", "kind", "amount", "amount_low", "amount_high", "currency", "date", "status", "tier", "cash",
)  # fmt: skip
_DEAL = ("title", "tags", "note")
_SOURCE = ("publisher", "url", "published", "tier", "title", "read_as", "deal_ids")
_STATEMENT = ("id", "deal_id", "leg_ids", "states", "locator", "status", "date", "retold")
_GRAPH = ("name", "version", "as_of", "title", "currency", "sha256", "lens", "complete")


def _tables(records: Records) -> dict[str, str]:
    """Nodes and relationships for `neo4j-admin database import full`, whose command stands in docs/neo4j.md."""
    parties = [
        (row["id"], *_cells(_marked(records, row), _PARTY), f"Party;{label}")
        for label, rows in records.parties.items()
        for row in rows
    ]
    legs = [
        (row["start"], row["end"], leg_type, *_cells(_marked(records, row), _LEG))
        for leg_type, rows in records.legs.items()
        for row in rows
    ]
    said = [
        (row["start"], row["end"], EVIDENCE_TYPE, *_cells(_marked(records, row), _STATEMENT))
        for row in records.statements
    ]
    graph = _graph(records, complete=True)
    return {
        "parties.csv": _table(["id:ID", *_heads(_PARTY), ":LABEL"], parties),
        "legs.csv": _table([":START_ID", ":END_ID", ":TYPE", *_heads(_LEG)], legs),
        "deals.csv": _table(["id:ID(Deal)", *_heads(_DEAL), ":LABEL"], _nodes(records, records.deals, _DEAL, "Deal")),
        "sources.csv": _table(
            ["id:ID(Source)", *_heads(_SOURCE), ":LABEL"], _nodes(records, records.sources, _SOURCE, "Source")
        ),
        "statements.csv": _table([":START_ID(Deal)", ":END_ID(Source)", ":TYPE", *_heads(_STATEMENT)], said),
        "graph.csv": _table([*_heads(_GRAPH), ":LABEL"], [(*_cells(graph, _GRAPH), "Graph")]),
    }


def _nodes(records: Records, rows: list[Row], names: tuple[str, ...], label: str) -> list[tuple[str, ...]]:
    return [(row["id"], *_cells(_marked(records, row), names), label) for row in rows]


def _heads(names: tuple[str, ...]) -> list[str]:
    return [f"{name}:{_TYPES[name]}" if name in _TYPES else name for name in (*names, "circularity")]


def _cells(values: Row, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_cell(values.get(name)) for name in (*names, "circularity"))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _decimal(value)
    if isinstance(value, (list, tuple)):
        return ";".join(str(item).replace(";", ",") for item in value)
    return str(value)


def _table(heads: list[str], rows: Iterable[tuple[str, ...]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")  # an empty cell stays without quotes: no property, not an empty one
    writer.writerow(heads)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue()
