"""The legs under a lens in other programs' formats. Text in a cell is never a formula, markup or code."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal, localcontext
from itertools import count
from typing import Any

from circularity.errors import MissingExtra, UsageError
from circularity.graph.view import View
from circularity.model.kinds import IN_KIND_SUFFIX
from circularity.model.legs import LegTable
from circularity.views.jsonform import amount, dump, dump_lines
from circularity.words import safe_cell

LEDGER = (
    "id", "date", "payer", "payee", "kind", "amount", "amount_low", "amount_high",
    "currency", "cash", "status", "deal", "note",
)  # fmt: skip


def export_files(view: View, style: str) -> dict[str, bytes]:
    """File contents by name; the name is empty, as the formats are single files. Those for Neo4j: `stores.files`."""
    return {"": _SINGLE[style](view)}


def ledger_records(view: View, exact: bool = True) -> list[dict[str, str]]:
    """Ledger rows: an in-kind pair is written as the one row it is read from.

    Amounts are plain decimals: every digit where `exact`, so that a ledger is read back as it was,
    else rounded as all JSON is.
    """
    legs = view.legs
    ids = {legs.id[row] for row in view.measured}

    def text(units: int | None) -> str:
        if units is None:
            return ""
        plain = f"{legs.money(units):f}" if exact else amount(legs.money(units)) or ""
        return plain.rstrip("0").rstrip(".") if "." in plain else plain

    records = []
    for row in view.measured:
        key = legs.id[row]
        if key.endswith(IN_KIND_SUFFIX) and key.removesuffix(IN_KIND_SUFFIX) in ids:
            continue
        low, point, high = legs.bounds(row)
        values = (
            key, legs.date[row] or "", legs.parties[legs.payer[row]], legs.parties[legs.payee[row]], legs.kind[row],
            text(point), text(low), text(high), legs.currency,
            "true" if legs.cash[row] else "false", legs.status[row], legs.deal[row], "",
        )  # fmt: skip
        records.append(dict(zip(LEDGER, values, strict=True)))
    fresh = (key for number in count(1) if (key := f"outside-{number}") not in ids)
    for item in legs.outside:
        party = legs.parties[item.party]
        ends = ("OUTSIDE", party) if item.inward else (party, "OUTSIDE")
        low, point, high = item.bounds
        values = (
            next(fresh),
            item.date or "",
            *ends,
            "external",
            text(point),
            text(low),
            text(high),
            legs.currency,
            "true",
            item.status,
            "",
            "",
        )
        records.append(dict(zip(LEDGER, values, strict=True)))
    return records


def _csv(view: View) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(LEDGER)
    writer.writerows([safe_cell(record[name]) for name in LEDGER] for record in ledger_records(view))
    return out.getvalue().encode()


def _json(view: View) -> bytes:
    about = {"name": view.name, "version": view.version, "sha256": view.sha256}
    parties = [{"id": key, "name": view.label(n), "kind": _kind(view, key)} for n, key in enumerate(view.legs.parties)]
    return dump(
        {"graph": about, "lens": view.lens.as_json(), "parties": parties, "legs": ledger_records(view, exact=False)}
    ).encode()


def _jsonl(view: View) -> bytes:
    return dump_lines(ledger_records(view, exact=False)).encode()


def _parquet(view: View) -> bytes:
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError:
        raise MissingExtra("parquet", "writing Parquet") from None
    records = ledger_records(view)
    columns = {name: arrow.array([record[name] or None for record in records], arrow.string()) for name in LEDGER}
    sink = io.BytesIO()
    parquet.write_table(arrow.table(columns), sink)
    return sink.getvalue()


def parquet_table(columns: Sequence[tuple[str, str]], rows: Sequence[tuple[Any, ...]]) -> bytes:
    """A typed table: string, number (exact to 12 decimals), integer, boolean or date; None where a cell is empty."""
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError:
        raise MissingExtra("parquet", "writing Parquet") from None
    types = {
        "string": arrow.string(), "number": arrow.decimal128(38, _PLACES), "integer": arrow.int64(),
        "boolean": arrow.bool_(), "date": arrow.date32(),
    }  # fmt: skip
    fields = arrow.schema([(name, types[kind]) for name, kind in columns])
    cells = [[_sized(row[at]) for row in rows] for at in range(len(columns))]
    sink = io.BytesIO()
    parquet.write_table(arrow.Table.from_arrays(list(map(arrow.array, cells, fields.types)), schema=fields), sink)
    return sink.getvalue()


_PLACES = 12
_MOST = Decimal(10) ** 26


def _sized(value: Any) -> Any:
    """A number as the column can hold it."""
    if not isinstance(value, Decimal):
        return value
    if abs(value) >= _MOST:
        raise UsageError("a table holds no amount of 27 digits or more")
    with localcontext() as context:
        context.prec = 60
        return value.quantize(Decimal(1).scaleb(-_PLACES))


def _xlsx(view: View) -> bytes:
    try:
        import xlsxwriter
    except ImportError:
        raise MissingExtra("xlsx", "writing a spreadsheet") from None
    from datetime import datetime

    sink = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(sink, options)
    book.set_properties({"created": datetime(2000, 1, 1)})
    bold, number = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.######"})
    sheet = book.add_worksheet("legs")
    records = ledger_records(view)
    if len(records) >= _SHEET_ROWS:
        raise UsageError(f"a spreadsheet holds {_SHEET_ROWS - 1:,} rows, not {len(records):,}: export csv or parquet")
    _sheet(sheet, LEDGER, [[record[name] for name in LEDGER] for record in records], bold, number)
    about = book.add_worksheet("lens")
    _sheet(
        about,
        ("choice", "value"),
        [
            ["graph", f"{view.name} {view.version}"],
            ["sha256", view.sha256],
            *([k, str(v)] for k, v in view.lens.as_json().items()),
        ],
        bold,
        number,
    )
    book.close()
    return sink.getvalue()


_SHEET_ROWS = 1_048_576
_AMOUNTS = {"amount", "amount_low", "amount_high"}


def _sheet(sheet: Any, heads: Iterable[str], rows: list[list[str]], bold: Any, number: Any) -> None:
    """Amounts as numbers, everything else as text; Excel's own limit of a cell is kept."""
    names = list(heads)
    sheet.write_row(0, 0, names, bold)
    for at, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if names[column] in _AMOUNTS and cell:
                sheet.write_number(at, column, float(cell), number)
            else:
                sheet.write_string(at, column, cell[:32_767])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(names) - 1)
    sheet.set_column(0, len(names) - 1, 18)


def _kind(view: View, key: str) -> str:
    return view.parties[key].kind if key in view.parties else "unclassified"


def _edges(view: View) -> list[tuple[str, str, dict[str, str]]]:
    """Measured legs with the attributes that every network format carries."""
    legs = view.legs
    edges = []
    for row in view.measured:
        units = legs.amount[row]
        low, _, high = legs.bounds(row)
        facts = {
            "id": legs.id[row], "deal": legs.deal[row], "kind": legs.kind[row], "status": legs.status[row],
            "amount": _plain(legs, units), "amount_low": _plain(legs, low), "amount_high": _plain(legs, high),
            "currency": legs.currency, "date": legs.date[row] or "", "tier": legs.tier[row] or "",
            "cash": "true" if legs.cash[row] else "false",
        }  # fmt: skip
        edges.append(
            (legs.parties[legs.payer[row]], legs.parties[legs.payee[row]], {k: v for k, v in facts.items() if v})
        )
    return edges


def _plain(legs: LegTable, units: int | None) -> str:
    return "" if units is None else amount(legs.money(units)) or ""


def _xml(text: str) -> str:
    """Text for XML: escaped, and without the control signs that XML cannot hold."""
    text = re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


_TYPES = {"amount": "double", "amount_low": "double", "amount_high": "double", "cash": "boolean"}
_EDGE = ("deal", "kind", "status", "amount", "amount_low", "amount_high", "currency", "date", "tier", "cash")


def _graphml(view: View) -> bytes:
    keys = ("id", *_EDGE)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">']
    lines += [f'<key id="n_{name}" for="node" attr.name="{name}" attr.type="string"/>' for name in ("name", "kind")]
    lines += [f'<key id="e_{k}" for="edge" attr.name="{k}" attr.type="{_TYPES.get(k, "string")}"/>' for k in keys]
    lines.append('<graph edgedefault="directed">')
    for number, key in enumerate(view.legs.parties):
        data = f'<data key="n_name">{_xml(view.label(number))}</data><data key="n_kind">{_xml(_kind(view, key))}</data>'
        lines.append(f'<node id="{_xml(key)}">{data}</node>')
    for payer, payee, facts in _edges(view):
        data = "".join(f'<data key="e_{name}">{_xml(value)}</data>' for name, value in facts.items())
        lines.append(f'<edge id="{_xml(facts["id"])}" source="{_xml(payer)}" target="{_xml(payee)}">{data}</edge>')
    return "\n".join([*lines, "</graph>", "</graphml>", ""]).encode()


def _gexf(view: View) -> bytes:
    keys = _EDGE
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gexf xmlns="http://gexf.net/1.3" version="1.3">',
        '<graph defaultedgetype="directed">',
    ]
    lines.append('<attributes class="node"><attribute id="kind" title="kind" type="string"/></attributes>')
    attributes = "".join(f'<attribute id="{k}" title="{k}" type="{_TYPES.get(k, "string")}"/>' for k in keys)
    lines += [f'<attributes class="edge">{attributes}</attributes>', "<nodes>"]
    for number, key in enumerate(view.legs.parties):
        kind = f'<attvalues><attvalue for="kind" value="{_xml(_kind(view, key))}"/></attvalues>'
        lines.append(f'<node id="{_xml(key)}" label="{_xml(view.label(number))}">{kind}</node>')
    lines += ["</nodes>", "<edges>"]
    for payer, payee, facts in _edges(view):
        values = "".join(f'<attvalue for="{k}" value="{_xml(v)}"/>' for k, v in facts.items() if k != "id")
        lines.append(
            f'<edge id="{_xml(facts["id"])}" source="{_xml(payer)}" target="{_xml(payee)}"><attvalues>{values}</attvalues></edge>'
        )
    return "\n".join([*lines, "</edges>", "</graph>", "</gexf>", ""]).encode()


_SINGLE = {
    "csv": _csv, "json": _json, "jsonl": _jsonl, "parquet": _parquet,
    "xlsx": _xlsx, "graphml": _graphml, "gexf": _gexf,
}  # fmt: skip
