"""Exports of a view: one row a leg, an in-kind pair as the row it came from."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from circularity.errors import UsageError
from circularity.graph.lens import Lens
from circularity.graph.toys import build
from circularity.graph.view import view_dataset
from circularity.views import exports
from circularity.views.exports import export_files, ledger_records
from tests.datasets import dataset, leg

DATA = dataset(
    leg("x", "v>c", "in_kind", "paid 2025-01-01 5"),
    leg("y", "c>v", "purchase", "committed 2025-02-01 2..3..4"),
    leg("z", "v>c", "stake", "paid 2025-01-01"),
    leg("o", "outside>c", "equity_cash", "paid 2025-01-03 9"),
)


def test_a_ledger_of_a_dataset() -> None:
    records = ledger_records(view_dataset(DATA, Lens()))
    rows = [
        [
            row[key]
            for key in ("id", "date", "payer", "payee", "kind", "amount", "amount_low", "amount_high", "cash", "status")
        ]
        for row in records
    ]
    assert rows == [
        ["x", "2025-01-01", "v", "c", "in_kind", "5", "5", "5", "false", "paid"],
        ["y", "", "c", "v", "purchase", "3", "2", "4", "true", "committed"],
        ["z", "2025-01-01", "v", "c", "stake", "", "", "", "false", "paid"],
        ["outside-1", "2025-01-03", "OUTSIDE", "c", "external", "9", "9", "9", "true", "paid"],
    ]


def test_only_measured_legs_are_exported() -> None:
    records = ledger_records(view_dataset(DATA, Lens(kinds=("purchase",))))
    assert [row["id"] for row in records] == ["x/purchase", "y", "outside-1"]


def test_the_bounds_of_a_whole_less_its_parts_rise() -> None:
    data = dataset(
        leg("all", "a>b", "loan", "paid 2025-01-01 10"),
        leg("part", "a>b", "loan", "paid 2025-01-01 up to 4", part_of="all"),
    )
    view = view_dataset(data, Lens())
    assert (view.legs.low[0], view.legs.point[0], view.legs.high[0]) == (10, 10, 6)  # what each lens counts
    assert [(row["amount_low"], row["amount"], row["amount_high"]) for row in ledger_records(view)] == [
        ("6", "10", "10"),
        ("", "", "4"),
    ]


def test_graphml_and_gexf_are_well_formed_and_carry_the_pair() -> None:
    view = view_dataset(DATA, Lens())
    for style in ("graphml", "gexf"):
        root = ElementTree.fromstring(export_files(view, style)[""])
        ids = [edge.get("id") for edge in root.iter() if edge.tag.endswith("}edge")]
        assert ids == ["x", "x/purchase", "y", "z"]


def test_graphml_carries_the_bounds_and_the_currency() -> None:
    text = export_files(view_dataset(DATA, Lens()), "graphml")[""].decode()
    (edge,) = (line for line in text.splitlines() if '<edge id="y"' in line)
    for name, value in (("amount", "3"), ("amount_low", "2"), ("amount_high", "4"), ("currency", "USD")):
        assert f'<data key="e_{name}">{value}</data>' in edge


def test_a_spreadsheet_that_cannot_hold_the_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "_SHEET_ROWS", 2)
    view = build(("", "a", "b", "loan", 1), ("", "a", "b", "loan", 2))
    with pytest.raises(UsageError, match="export csv or parquet"):
        export_files(view, "xlsx")


@pytest.mark.parametrize("style", ["csv", "json", "jsonl", "parquet", "xlsx", "graphml", "gexf"])
def test_an_empty_graph_is_exported(style: str) -> None:
    assert set(export_files(build(), style)) == {""}
