"""A data package: the facts of a dataset as tables (CSV and Parquet) and as one JSON object, with their schemas.

Every fact is there whatever the lens; the lens only says, leg by leg, what counts and for how much.
`datapackage.json` follows the Data Package standard (datapackage.org).
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from circularity.analysis.comparison import compare_estimates
from circularity.errors import UsageError
from circularity.graph.view import View, counted_legs, date_of
from circularity.model.amounts import UNDISCLOSED, Amount
from circularity.model.base import Fact
from circularity.model.dataset import Dataset
from circularity.model.deals import Leg
from circularity.model.evidence import Statement, strongest, tiers_of
from circularity.model.kinds import FLOWS, KINDS
from circularity.model.parties import OUTSIDE
from circularity.model.schema import whole_schema
from circularity.model.status import ENDED, standing, stands_at
from circularity.views.exports import parquet_table
from circularity.views.jsonform import dump
from circularity.views.tables import escaped
from circularity.words import safe_cell

Row = tuple[Any, ...]


class Column(NamedTuple):
    """One field of a table. `type` is one of Table Schema: string, number, integer, boolean, date."""

    name: str
    type: str
    description: str
    of: str = ""
    """The table whose `id` this is."""
    money: bool = False


class Table(NamedTuple):
    name: str
    title: str
    columns: tuple[Column, ...]
    rows: list[Row]


def _money(name: str, description: str) -> Column:
    return Column(name, "number", description, money=True)


def _bounds(what: str) -> tuple[Column, ...]:
    return (
        _money("amount_low", f"{what}: at least; empty: not known"),
        _money("amount", f"{what}: the point; empty: undisclosed, never 0"),
        _money("amount_high", f"{what}: at most; empty: no ceiling known"),
    )


_ID = Column("id", "string", "unique in this table")
_SAID = (
    Column("source", "string", "the document", of="sources"),
    Column("states", "string", "what it states, in our own words"),
    Column("locator", "string", "page, section or paragraph"),
    Column("retold", "boolean", "true: not read in the document's own words"),
)
_ORIGINAL = (
    Column("original_currency", "string", "of the statement, where it is another one"),
    Column("original_amount", "number", "the point as it was stated"),
    Column("original_rate", "number", "what one unit of it is worth in the package's currency"),
)
_NOTE = Column("note", "string", "for the reader")
_ABOUT = (
    Column("about", "string", "leg, account, claim or estimate"),
    Column("fact", "string", "its id in the table of that name"),
)
OUTSIDE_ROW = "everybody who is not a party of this dataset"


def package_files(view: View) -> dict[str, bytes]:
    """Contents of the folder by file name; the same bytes for the same facts and lens."""
    data = view.facts
    if data is None:
        raise UsageError(f"{view.name} is a ledger: a package holds the facts of a dataset; export csv or parquet")
    tables = package_tables(view)
    files: dict[str, bytes] = {}
    resources: list[dict[str, Any]] = []
    for table in tables:
        shape = _schema(table, data.description.currency)
        text = _csv(table)
        files[f"{table.name}.csv"] = text
        about = {"title": table.title, "description": f"{table.title}: {len(table.rows)} rows"}
        resources.append(
            _resource(
                table.name,
                f"{table.name}.csv",
                text,
                "csv",
                "text/csv",
                type="table",
                encoding="utf-8",
                schema=shape,
                **about,
            )
        )
    for table in tables:
        binary = parquet_table([(column.name, column.type) for column in table.columns], table.rows)
        name = f"{table.name}.parquet"
        files[name] = binary
        resources.append(_resource(f"{table.name}-parquet", name, binary, "parquet", "application/vnd.apache.parquet"))
    whole, schema = dump(whole_json(data)).encode(), dump(whole_schema()).encode()
    files |= {"dataset.json": whole, "dataset.schema.json": schema}
    resources.append(
        _resource("dataset", "dataset.json", whole, "json", "application/json", jsonSchema="dataset.schema.json")
    )
    resources.append(_resource("dataset-schema", "dataset.schema.json", schema, "json", "application/schema+json"))
    files["README.md"] = _readme(view, data, tables).encode()
    files["datapackage.json"] = dump(_descriptor(view, data, resources)).encode()
    return files


def _resource(name: str, path: str, content: bytes, style: str, media: str, **more: Any) -> dict[str, Any]:
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    facts = {"name": name, "type": "file", "path": path, "format": style, "mediatype": media}
    return facts | {"bytes": len(content), "hash": digest} | more


_LICENCES = {
    "CC-BY-4.0": {
        "path": "https://creativecommons.org/licenses/by/4.0/",
        "title": "Creative Commons Attribution 4.0 International",
    }
}


def _descriptor(view: View, data: Dataset, resources: list[dict[str, Any]]) -> dict[str, Any]:
    about = data.description
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"circularity-{about.name}",
        "title": about.title,
        "version": about.version,
        "description": f"{about.scope} Rule of inclusion: {about.inclusion}",
        "licenses": [{"name": about.licence, **_LICENCES.get(about.licence, {})}],
        "keywords": ["finance", "networks", "circular financing"],
        "circularity": {
            "as_of": about.as_of.isoformat(), "currency": about.currency, "sha256": data.sha256,
            "lens": view.lens.as_json(),
        },
        "resources": resources,
    }  # fmt: skip


def _schema(table: Table, currency: str) -> dict[str, Any]:
    fields = []
    for column in table.columns:
        field: dict[str, Any] = {"name": column.name, "type": column.type, "description": column.description}
        if column.money:
            field["unit"] = currency
        if column.name == "id":
            field["constraints"] = {"required": True, "unique": True}
        fields.append(field)
    shape: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if any(column.name == "id" for column in table.columns):
        shape["primaryKey"] = "id"
    keys = [
        {"fields": column.name, "reference": {"resource": "" if column.of == table.name else column.of, "fields": "id"}}
        for column in table.columns
        if column.of
    ]
    return shape | ({"foreignKeys": keys} if keys else {})


# tables


def package_tables(view: View) -> list[Table]:
    """The facts as tables. What names something that is not there is left out, so that every key holds."""
    data = view.facts
    assert data is not None
    legs = [(deal.id, leg) for deal, leg in data.legs() if _whole(data, leg)]
    ids = {leg.id for _, leg in legs}
    return [
        _parties(data), _deals(data), _legs(view, data, legs, ids), _history(data, legs), _links(legs, ids), _schedule(legs),
        _sources(data), _evidence(data, legs), _conflicts(data, legs), _accounts(data), _estimates(view, data), _claims(data),
    ]  # fmt: skip


def _whole(data: Dataset, leg: Leg) -> bool:
    return {leg.payer, leg.payee} <= {OUTSIDE, *data.parties}


def _parties(data: Dataset) -> Table:
    columns = (
        _ID, Column("name", "string", "as people know it"), Column("kind", "string", "see docs/kinds.md"),
        Column("country", "string", "ISO 3166 code of two letters"), Column("parent", "string", "who consolidates it", of="parties"),
        Column("aliases", "string", "other names, joined by '; '"), Column("fiscal_year_end", "string", "MM-DD"),
        Column("lei", "string", "legal entity identifier"), Column("cik", "string", "number at the SEC"),
        Column("ticker", "string", "of its shares"), Column("isin", "string", "of its shares"),
        Column("wikidata", "string", "item number"), _NOTE,
    )  # fmt: skip
    rows: list[Row] = [
        (
            p.id, p.name, p.kind, p.country, p.parent if p.parent in data.parties else None, "; ".join(p.aliases) or None,
            p.fiscal_year_end, *p.identifiers.model_dump().values(), p.note,
        )
        for p in data.parties.values()
    ]  # fmt: skip
    rows.append((OUTSIDE, OUTSIDE_ROW, None, *[None] * (len(columns) - 3)))
    return Table("parties", "Who takes part", columns, rows)


def _deals(data: Dataset) -> Table:
    columns = (
        _ID, Column("title", "string", "one line that names it"), Column("first", "date", "day it first appears"),
        Column("tags", "string", "joined by '; '"), _NOTE,
    )  # fmt: skip
    rows: list[Row] = []
    for deal in data.deals.values():
        days = [event.date for leg in deal.legs for event in leg.history]
        rows.append((deal.id, deal.title, min(days, default=None), "; ".join(deal.tags) or None, deal.note))
    return Table("deals", "What parties agreed", columns, rows)


def _legs(view: View, data: Dataset, legs: list[tuple[str, Leg]], ids: set[str]) -> Table:
    columns = (
        _ID, Column("deal", "string", "of which it is part", of="deals"),
        Column("payer", "string", "who pays or grants", of="parties"), Column("payee", "string", "who receives", of="parties"),
        Column("kind", "string", "see docs/kinds.md"), Column("family", "string", "of the kind"),
        Column("flow", "boolean", "moves money or goods; else a holding or a promise"), Column("cash", "boolean", "moves money"),
        Column("status", "string", "on the day of the package"), Column("date", "date", "when it counts; empty: undated"),
        *_bounds("what it stands for, its parts included"),
        Column("counts", "boolean", "under the package's lens"),
        _money("counted_amount", "under the package's lens, what its parts count taken out; empty: unpriced or does not count"),
        Column("tier", "string", "of its best source"), Column("percent", "number", "of a stake: how much of the issuer"),
        Column("shares", "number", "of a stake or warrant: how many"), Column("from", "date", "first day of a stretch"),
        Column("to", "date", "last day of a stretch"), Column("contingent", "string", "what it depends on"),
        Column("terms", "string", "what else was agreed"), Column("part_of", "string", "the leg that holds it", of="legs"),
        Column("supersedes", "string", "the leg it replaced", of="legs"), *_ORIGINAL, _NOTE,
    )  # fmt: skip
    table = view.legs
    counted = {table.id[row]: table.amount[row] for row in view.measured}
    days = {leg.id: date_of(leg, event) for _, leg, event, _ in counted_legs(data, view.lens)}
    as_of = data.description.as_of
    rows: list[Row] = []
    for deal, leg in legs:
        units = counted.get(leg.id)
        when, day = leg.when, days.get(leg.id)
        rows.append((
            leg.id, deal, leg.payer, leg.payee, leg.kind, KINDS[leg.kind].family, leg.kind in FLOWS,
            leg.is_cash and not KINDS[leg.kind].imputed, stands_at(leg.history, as_of),
            date.fromisoformat(day[:10]) if day else None, *_worth(leg, as_of), leg.id in counted,
            None if units is None else table.money(units), strongest(tiers_of(leg.statements, data.sources)), leg.percent, leg.shares,
            when.from_ if when else None, when.to if when else None, leg.contingent, leg.terms,
            leg.part_of if leg.part_of in ids else None, leg.supersedes if leg.supersedes in ids else None,
            *_original(leg.original), leg.note,
        ))  # fmt: skip
    return Table("legs", "Who pays whom: one row a leg, never to be added over statuses", columns, rows)


def _worth(leg: Leg, as_of: date) -> Amount:
    """What a leg stands for on a day; of one that ended, what it stood for before."""
    going = tuple(event for event in leg.history if event.status not in ENDED)
    found = standing(going, leg.amount, as_of, "rumoured")
    return found[1] if found else leg.amount


def _original(original: Any) -> Row:
    return (None, None, None) if original is None else (original.currency, original.amount.point, original.rate)


def _history(data: Dataset, legs: list[tuple[str, Leg]]) -> Table:
    columns = (
        Column("leg", "string", "whose status it is", of="legs"), Column("position", "integer", "from 1, in file order"),
        Column("date", "date", "the day, or the last of the span"), Column("precision", "string", "day, month, quarter or year"),
        Column("status", "string", "reached on that day"), *_bounds("the leg's amount in that status, where it is another"), *_SAID,
    )  # fmt: skip
    rows: list[Row] = [
        (leg.id, number, event.date, event.precision, event.status, *(event.amount or UNDISCLOSED), *_said(data, event))
        for _, leg in legs
        for number, event in enumerate(leg.history, 1)
    ]
    return Table("history", "How each leg came to its status", columns, rows)


def _said(data: Dataset, said: Statement) -> Row:
    return said.source if said.source in data.sources else None, said.states, said.locator, said.retold


def _links(legs: list[tuple[str, Leg]], ids: set[str]) -> Table:
    columns = (
        Column("leg", "string", "the one", of="legs"), Column("type", "string", "what it is to the other"),
        Column("other", "string", "the other", of="legs"), Column("share", "number", "the part of the one that is meant, 0 to 1"),
    )  # fmt: skip
    rows: list[Row] = [
        (leg.id, link.type, link.leg, link.share) for _, leg in legs for link in leg.links if link.leg in ids
    ]
    return Table("links", "How legs hang together", columns, rows)


def _schedule(legs: list[tuple[str, Leg]]) -> Table:
    columns = (
        Column("leg", "string", "whose instalment it is", of="legs"), Column("position", "integer", "from 1, in file order"),
        Column("date", "date", "empty: not known"), Column("milestone", "string", "what it waits for"),
        Column("share", "number", "of the leg's amount, 0 to 1"),
    )  # fmt: skip
    rows: list[Row] = [
        (leg.id, number, item.date, item.milestone, item.share)
        for _, leg in legs
        for number, item in enumerate(leg.when.schedule if leg.when else (), 1)
    ]
    return Table("schedule", "Instalments", columns, rows)


def _sources(data: Dataset) -> Table:
    columns = (
        _ID, Column("publisher", "string", "who published it"), Column("url", "string", "of the document"),
        Column("published", "string", "year, month or day"), Column("tier", "string", "filing, company, press, relayed or claim"),
        Column("title", "string", "of the document"),
        Column("read_as", "string", "copy or extract, where it was not read at its address"),
    )  # fmt: skip
    rows: list[Row] = [
        (key, s.publisher, s.url, s.published, s.tier, s.title, s.read_as) for key, s in data.sources.items()
    ]
    return Table("sources", "Documents", columns, rows)


def _evidence(data: Dataset, legs: list[tuple[str, Leg]]) -> Table:
    facts: list[tuple[str, str, tuple[Statement, ...]]] = [("leg", leg.id, leg.evidence) for _, leg in legs]
    facts += [("account", key, figure.evidence) for key, _, _, figure in _lines(data)]
    facts += [("claim", claim.id, claim.evidence) for claim in data.claims]
    facts += [("estimate", estimate.id, estimate.evidence) for estimate in data.estimates]
    rows: list[Row] = [(about, key, *_said(data, said)) for about, key, statements in facts for said in statements]
    return Table("evidence", "What documents state, beside history and accounts", (*_ABOUT, *_SAID), rows)


def _conflicts(data: Dataset, legs: list[tuple[str, Leg]]) -> Table:
    columns = (
        *_ABOUT, *_bounds("the figure that was not chosen"), Column("percent", "string", "the same, of a share"),
        Column("why", "string", "it was not chosen"), *_SAID,
    )  # fmt: skip
    facts = [("leg", leg.id, other) for _, leg in legs for other in leg.conflicts]
    facts += [("account", key, other) for key, _, _, figure in _lines(data) for other in figure.conflicts]
    rows: list[Row] = [
        (about, key, *(other.amount or UNDISCLOSED), other.percent, other.why, *_said(data, other))
        for about, key, other in facts
    ]
    return Table("conflicts", "Figures that were not chosen", columns, rows)


def _lines(data: Dataset) -> Iterator[tuple[str, Any, str, Any]]:
    """Each line of the accounts with an id of its own."""
    seen: dict[str, int] = {}
    for account in data.accounts:
        if account.party in data.parties:
            for name, figure in account.figures():
                key = f"{account.party}/{account.period.from_}/{account.period.to}/{name}"
                seen[key] = seen.get(key, 0) + 1
                yield f"{key}#{seen[key]}" if seen[key] > 1 else key, account, name, figure


def _accounts(data: Dataset) -> Table:
    columns = (
        _ID, Column("party", "string", "whose", of="parties"), Column("from", "date", "first day"), Column("to", "date", "last day"),
        Column("label", "string", "of the period"), Column("complete", "boolean", "all sources of funds in it are known"),
        Column("figure", "string", "revenue, cash, backlog …"), *_bounds("the figure"),
        Column("percent", "number", "of a concentration"), Column("of", "string", "what the percentage is of"), *_SAID,
        *_ORIGINAL, _NOTE,
    )  # fmt: skip
    rows: list[Row] = [
        (
            key, account.party, account.period.from_, account.period.to, account.period.label, account.complete, name,
            *(figure.amount or UNDISCLOSED), figure.percent, figure.of, *_said(data, figure), *_original(figure.original), figure.note,
        )
        for key, account, name, figure in _lines(data)
    ]  # fmt: skip
    return Table("accounts", "What parties earned, spent, raised and held", columns, rows)


def _estimates(view: View, data: Dataset) -> Table:
    columns = (
        _ID, Column("who", "string", "whose estimate it is"), Column("published", "string", "year, month or day"),
        Column("says", "string", "in our own words"), *_bounds("the sum that is published"),
        Column("percent", "number", "the share that is published"), Column("count", "integer", "the number that is published"),
        Column("numerator", "string", "of what"), Column("denominator", "string", "over what"), Column("scope", "string", "of the figure"),
        _money("our_amount_low", "our sum on the same terms: at least"), _money("our_amount", "our sum: the point"),
        _money("our_amount_high", "our sum: at most"), Column("our_share", "number", "our share, 0 to 1: the point"),
        Column("our_count", "integer", "our number"), Column("our_terms", "string", "how ours is counted"),
        Column("why", "string", "the two differ"), Column("ours_missing", "string", "why there is none of ours"), _NOTE,
    )  # fmt: skip
    rows: list[Row] = []
    for found in compare_estimates(data, view.lens):
        said, ours = found.estimate, found.then
        unit = ours.value.unit if ours else ""
        sums = ours.value.bounds if ours and unit == "money" else UNDISCLOSED
        share = ours.share.point if ours and ours.share else None
        number = ours.value.point if ours and unit == "count" else None
        rows.append((
            said.id, said.who, said.published, said.says, *(said.value or UNDISCLOSED), said.percent, said.count,
            said.numerator, said.denominator, said.scope, *sums, share, None if number is None else int(number),
            ours.terms if ours else None, said.why, said.ours_missing, said.note,
        ))  # fmt: skip
    return Table("estimates", "Published figures beside ours on the same terms", columns, rows)


def _claims(data: Dataset) -> Table:
    columns = (
        _ID, Column("line", "integer", "of the article"), Column("claim", "string", "in our own words"),
        Column("claimed", "string", "the figure claimed"), Column("found", "string", "the figure found"),
        Column("verdict", "string", "right, stale, distorted, wrong or uncheckable"), Column("why", "string", "the reason"),
        Column("legs", "string", "legs of the graph ai, joined by '; '"), Column("accounts", "string", "parties, joined by '; '"),
        Column("measure", "string", "the command that tests it"),
    )  # fmt: skip
    rows: list[Row] = [
        (
            c.id, c.line, c.claim, c.claimed, c.found, c.verdict, c.why, "; ".join(c.legs) or None,
            "; ".join(c.accounts) or None, c.measure,
        )
        for c in data.claims
    ]  # fmt: skip
    return Table("claims", "An article's statements with verdicts", columns, rows)


# files


def _csv(table: Table) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows([_cell(value) for value in row] for row in table.rows)
    return out.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return exact(value)
    return safe_cell(value.isoformat() if isinstance(value, date) else str(value))


def exact(value: Decimal) -> str:
    """Plain notation, every digit but trailing zeros; what no table can hold is cut as in Parquet."""
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def whole_json(data: Dataset) -> dict[str, Any]:
    """Every fact, as its file holds it: amounts as decimal strings, what is empty left out."""
    deals = []
    for deal in data.deals.values():
        plain = _plain(deal)
        for leg, written in zip(deal.legs, plain["legs"], strict=True):
            if deal.history and leg.history == deal.history:
                written.pop("history", None)
        deals.append(plain)
    return {
        "description": _plain(data.description),
        "sources": {key: _plain(source) for key, source in data.sources.items()},
        "parties": [_plain(party) for party in data.parties.values()],
        "deals": deals,
        "accounts": [_plain(account) for account in data.accounts],
        "claims": [_plain(claim) for claim in data.claims],
        "estimates": [_plain(estimate) for estimate in data.estimates],
    }


def _plain(value: Any) -> Any:
    """A fact as JSON holds it."""
    if isinstance(value, Amount):
        return {k: exact(v) for k, v in value._asdict().items() if v is not None} or "undisclosed"
    if isinstance(value, Decimal):
        return exact(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fact):
        fields = type(value).model_fields.items()
        inner = [(field.alias or name, getattr(value, name), field.default) for name, field in fields]
        return {key: _plain(v) for key, v, default in inner if v != default or v not in (None, (), UNDISCLOSED)}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _readme(view: View, data: Dataset, tables: list[Table]) -> str:
    about = data.description
    lines = [f"| `{t.name}.csv`, `{t.name}.parquet` | {len(t.rows):,} | {escaped(t.title)} |" for t in tables]
    name = f"{escaped(about.title)} (circularity, graph {escaped(about.name)}, version {escaped(about.version)})"
    return "\n".join((
        f"# {escaped(about.title)}", "",
        f"Version {escaped(about.version)}, facts as known on {about.as_of}, amounts in {escaped(about.currency)}.", "",
        f"Scope: {escaped(about.scope)}", "", f"Rule of inclusion: {escaped(about.inclusion)}", "",
        "| files | rows | what |", "| --- | ---: | --- |", *lines, "",
        "`dataset.json` is everything in one object, `dataset.schema.json` its JSON Schema, `datapackage.json` describes",
        "every file with its fields, units, size and SHA-256.", "",
        "## How to read it", "",
        "- Money goes from payer to payee. An empty amount is undisclosed, never 0; `up to` is a high without a point.",
        "- Announced, committed and paid are statuses of one leg: add no rows of `history` together.",
        "- A leg that is `part_of` another is inside its amount: add `counted_amount`, which holds each dollar once.",
        "  Over rows with `flow` and `cash` it is the gross sum of `circularity measure` under the same lens.",
        f"- Lens of `counts` and `counted_amount`: {escaped(str(view.lens))}.",
        f"- `{OUTSIDE}` in `parties` is {OUTSIDE_ROW}.",
        "- In CSV a text that a spreadsheet would run as a formula begins with an apostrophe; Parquet and JSON hold it as it is.",
        "- These deals are mostly disclosed and deliver real goods; nothing here says that anything was hidden.", "",
        "## Licence and citation", "",
        f"Licence of the data: {escaped(about.licence)}. Cite as: {name}, {about.as_of.year}.", "",
        f"SHA-256 of the facts: `{data.sha256}`.", "",
    ))  # fmt: skip
