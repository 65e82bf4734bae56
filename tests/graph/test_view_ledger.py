"""What a lens shows of a ledger: the same rules over rows of one status and one date."""

from __future__ import annotations

from pathlib import Path

import pytest

from circularity.graph.lens import Lens
from circularity.graph.view import View
from circularity.load import open_graph
from tests.ledgers import write

HEAD = "id,date,payer,payee,kind,amount,amount_low,amount_high,cash,status,deal"


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    rows = [
        ("o1", "2025-01-01", "OUTSIDE", "c", "external", 9, 8, 10, "", "", ""),
        ("p1", "2025-01-02T10:00:00", "v", "c", "equity_cash", 10, 10, 12, "", "committed", "d"),
        ("p2", "2025-02-02", "c", "v", "purchase", 8, "", "", "", "", "d"),
        ("p3", "", "l", "c", "loan", "", 2, 4, "", "announced", ""),
        ("p4", "2025-03-03", "c", "l", "interest", 1, 1, 1, "", "", ""),
        ("s1", "2025-01-02", "v", "c", "stake", 3, "", "", "", "", ""),
        ("k1", "2025-01-05", "v", "c", "in_kind", 5, 4, 6, "true", "", ""),
        ("x1", "2025-01-06", "v", "c", "loan", 99, 99, 99, "", "cancelled", ""),
        ("n1", "2025-01-07", "c", "v", "purchase", 2, 2, 2, "no", "", ""),
        ("o2", "2025-04-01", "c", "OUTSIDE", "external", 4, "", "", "", "rumoured", ""),
    ]
    return write(tmp_path / "deals.csv", rows, HEAD)


def ids(view: View, rows: object) -> list[str]:
    return [view.legs.id[row] for row in rows]  # type: ignore[attr-defined]


def names(view: View) -> set[str]:
    return {view.legs.parties[party] for party in view.complete}


def test_the_default_lens_takes_every_row_at_its_point(ledger: Path) -> None:
    graph = open_graph(ledger)
    assert graph.default == Lens()
    view = graph.view()
    assert ids(view, view.measured) == ["p1", "p2", "p3", "p4", "s1", "k1", "k1/purchase", "n1"]
    assert view.legs.parties == ("c", "l", "v")
    assert view.legs.amount == [10, 8, None, 1, 3, 5, 5, 2]
    assert view.legs.deal == ["d", "d", "p3", "p4", "s1", "k1", "k1", "n1"]
    assert (view.name, view.version, len(view.sha256)) == ("deals", "", 64)


def test_goods_for_shares_and_rows_without_cash_are_in_no_balance(ledger: Path) -> None:
    view = open_graph(ledger).view()
    assert ids(view, view.pooled) == ["p1", "p2", "p3", "p4"]
    assert ids(view, view.flows) == ["p1", "p2", "p3", "p4", "k1", "k1/purchase", "n1"]
    assert [
        cash for key, cash in zip(view.legs.id, view.legs.cash, strict=True) if key in ("k1", "k1/purchase", "n1")
    ] == [False] * 3


def test_bounds_never_fall_back_for_legs_and_for_money_from_outside(ledger: Path) -> None:
    graph = open_graph(ledger)
    low, high = graph.view(amount="low"), graph.view(amount="high")
    assert low.legs.amount == [10, None, 2, 1, None, 4, 4, 2]
    assert high.legs.amount == [12, None, 4, 1, None, 6, 6, 2]
    assert [(i.inward, i.amount) for i in graph.view().legs.outside] == [(True, 9), (False, 4)]
    assert [(i.inward, i.amount) for i in low.legs.outside] == [(True, 8)]
    assert [(i.inward, i.amount) for i in high.legs.outside] == [(True, 10)]


def test_the_floor_and_the_as_of_day(ledger: Path) -> None:
    graph = open_graph(ledger)
    committed = graph.view(status="committed")
    assert ids(committed, committed.measured) == ["p1", "p2", "p4", "s1", "k1", "k1/purchase", "n1"]
    assert [item.inward for item in committed.legs.outside] == [True]
    paid = graph.view(status="paid")
    assert "p1" not in ids(paid, paid.measured)
    early = graph.view(as_of="2025-01-31")
    assert ids(early, early.measured) == ["p1", "p3", "s1", "k1", "k1/purchase", "n1"]
    assert ids(early, graph.view(as_of="2025-01-02").measured) == ["p1", "p3", "s1"]  # a time is inside its day


def test_who_is_complete(ledger: Path) -> None:
    graph = open_graph(ledger)
    assert names(graph.view()) == set()
    assert names(graph.view(complete="all")) == {"l", "v"}  # p3 has no amount
    assert names(graph.view(complete="all", amount="high")) == {"c", "l"}  # p2 has no upper bound
    assert names(graph.view(complete="all", status="committed")) == {"l", "v"}  # p3 is left out by status
    assert names(graph.view(complete=("V",))) == {"v"}
    assert names(graph.view(complete=("c",))) == set()
    assert names(graph.view(complete="c,v")) == {"v"}


def test_money_from_outside_without_amount_or_left_out_by_status_blinds_its_receiver(tmp_path: Path) -> None:
    rows = [
        ("1", "", "OUTSIDE", "a", "external", ""), ("2", "", "OUTSIDE", "b", "external", 5), ("3", "", "c", "OUTSIDE", "external", ""),
    ]  # fmt: skip
    graph = open_graph(write(tmp_path / "one.csv", rows))
    assert names(graph.view(complete="all")) == {"b", "c"}
    head = "id,date,payer,payee,kind,amount,status"
    late = open_graph(write(tmp_path / "two.csv", [("1", "", "OUTSIDE", "a", "external", 5, "announced")], head))
    assert names(late.view(complete="all")) == {"a"}
    assert names(late.view(complete="all", status="paid")) == set()
    assert late.view(status="paid").legs.outside == ()


def test_the_window_is_of_the_legs_own_days(ledger: Path) -> None:
    view = open_graph(ledger).view(since="2025-01-02", until="2025-01-06")
    assert ids(view, view.measured) == ["p1", "s1", "k1", "k1/purchase"]
    assert ids(view, view.pooled) == ["p1", "p2", "p3", "p4"]


def test_a_ledger_has_no_parents_to_consolidate(ledger: Path) -> None:
    graph = open_graph(ledger)
    assert graph.view(consolidate=True).legs == graph.view().legs
