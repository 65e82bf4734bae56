"""A view as plain rows."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

from circularity.graph.toys import build, vendor_loop
from circularity.load import open_graph
from circularity.model.kinds import KINDS
from circularity.model.parties import PARTY_KINDS
from circularity.stores.records import EVIDENCE_TYPE, LEG_TYPES, PARTY_LABELS, records_of
from tests.stores.conftest import TOY


def test_labels_and_types_are_names_that_need_no_quotes() -> None:
    for name in (*PARTY_LABELS, *LEG_TYPES, EVIDENCE_TYPE):
        assert name.replace("_", "").isalnum()
        assert name.isascii()
    assert len(set(PARTY_LABELS)) == len(PARTY_KINDS)
    assert len(set(LEG_TYPES)) == len(KINDS) - 1, "one type for each kind, so that a type tells the kind"


def test_a_ledger() -> None:
    """A ledger knows no kinds of parties and has no documents."""
    records = records_of(vendor_loop())
    assert list(records.parties) == ["Unclassified"]
    assert records.sources == records.statements == []
    assert [row["properties"] for row in records.deals] == [{"id": "2"}, {"id": "3"}]
    (purchase,) = records.legs["BUYS_FROM"]
    assert (purchase["start"], purchase["end"]) == ("customer", "vendor")
    assert purchase["properties"]["amount"] == 12.0


def test_unknown_is_absent() -> None:
    records = records_of(build(("", "a", "b", "loan", None)))
    (loan,) = records.legs["LENDS_TO"]
    assert not {"amount", "amount_low", "amount_high", "date", "tier"} & set(loan["properties"])
    assert all(value is not None for value in loan["properties"].values())


def test_a_range_keeps_its_bounds() -> None:
    records = records_of(open_graph(TOY).view())
    leg = next(row["properties"] for row in records.legs["BUYS_COMPUTE_FROM"] if row["id"] == "lab-cloud.1")
    assert (leg["amount_low"], leg["amount"], leg["amount_high"]) == (4e9, 6e9, 9e9)
    high = records_of(open_graph(TOY).view(amount="high"))
    leg = next(row["properties"] for row in high.legs["BUYS_COMPUTE_FROM"] if row["id"] == "lab-cloud.1")
    assert leg["amount"] == 9e9


def test_an_investment_in_kind_is_two_legs() -> None:
    records = records_of(open_graph(TOY).view())
    (there,) = records.legs["INVESTS_IN_KIND_IN"]
    back = next(row for row in records.legs["BUYS_FROM"] if row["id"] == "lab-goods.1/purchase")
    assert (there["start"], there["end"]) == (back["end"], back["start"]) == ("nvidia", "lab")
    assert there["properties"]["cash"] is back["properties"]["cash"] is False


def test_what_happens_after_the_day_is_not_known() -> None:
    """The deal is announced in 2024 and paid in 2025."""
    graph = open_graph(TOY)
    early = records_of(graph.view(as_of="2025-01-15"))
    assert early.counts == {"parties": 6, "legs": 2, "deals": 1, "sources": 1}
    assert [row["end"] for row in early.statements] == ["talk"]
    assert early.graph["as_of"] == "2025-01-15"


def test_a_statement_on_several_legs_stands_once() -> None:
    records = records_of(open_graph(TOY).view())
    said = [row for row in records.statements if row["start"] == "nvidia-coreweave-2023"]
    assert [row["properties"]["leg_ids"] for row in said] == [["equity.1", "equity.2"]] * 2
    goods = [row["properties"]["leg_ids"] for row in records.statements if row["start"] == "lab-goods"]
    assert goods == [["lab-goods.1", "lab-goods.1/purchase"]]


def test_filters_of_the_lens_choose_the_legs() -> None:
    records = records_of(open_graph(TOY).view(families=("holding",)))
    assert list(records.legs) == ["HOLDS_STAKE_IN"]
    assert [row["id"] for row in records.deals] == ["stakes"]


def test_the_mark_names_the_content() -> None:
    view = vendor_loop()
    mark = records_of(view).mark
    assert mark.startswith("toy 1 ")
    assert records_of(replace(view, version="2")).mark != mark
    assert records_of(build(("", "a", "b", "loan", 1))).mark != records_of(build(("", "a", "b", "loan", 2))).mark


def test_same_rows_under_any_hash_seed() -> None:
    script = (
        "from circularity.load import open_graph; from circularity.stores.records import records_of; "
        f"print(records_of(open_graph({str(TOY)!r}).view()).mark)"
    )
    marks = {
        subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(marks) == 1


def test_rows_are_json() -> None:
    records = records_of(open_graph(TOY).view())
    json.dumps(
        [records.graph, records.parties, records.legs, records.deals, records.sources, records.statements],
        allow_nan=False,
    )
