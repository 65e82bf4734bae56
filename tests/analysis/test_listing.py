"""Parties, deals, legs and paths under a lens."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise, product

import networkx as nx
import pytest

from circularity.analysis.listing import find_leg, find_paths, list_deals, list_parties
from circularity.graph.lens import Lens
from circularity.graph.networks import to_networkx
from circularity.graph.toys import build
from circularity.graph.view import View, view_dataset
from tests.datasets import dataset, leg
from tests.ledgers import Dice, Row

ROWS: list[Row] = [
    ("", "a", "b", "loan", 10), ("", "b", "a", "purchase", None), ("", "b", "c", "in_kind", 5), ("", "a", "c", "stake", 99), ("", "OUTSIDE", "d", "external", 3),
]  # fmt: skip


def sums(view: View) -> dict[str, tuple[int, Decimal | None, Decimal | None]]:
    return {row.id: (row.legs_count, row.paid, row.received) for row in list_parties(view)}


def test_sums_hold_priced_cash_flows_and_counts_all_legs() -> None:
    """b paid a in one leg without a price: unknown, not 0."""
    assert sums(build(*ROWS)) == {"a": (3, 10, None), "b": (3, None, 10), "c": (2, 0, 0), "d": (0, 0, 0)}
    assert sums(build(*ROWS, lens=Lens(imputed=True)))["b"] == (3, 5, 10)
    assert sums(build(*ROWS, lens=Lens(kinds=("loan",)))) == {
        "a": (1, 10, 0),
        "b": (1, 0, 10),
        "c": (0, 0, 0),
        "d": (0, 0, 0),
    }


def test_a_named_party_is_listed_with_its_partners() -> None:
    assert list(sums(build(*ROWS, lens=Lens(parties=("c",))))) == ["a", "b", "c"]


DEALS = dataset(
    leg("old", "a>b", "loan", "announced 2024-05-01 5", "paid 2025-01-01 5"),
    leg("new", "b>a", "purchase", "committed 2025-06-01 7"),
    leg("gone", "a>b", "loan", "committed 2025-01-01 1", "cancelled 2025-02-01"),
)


def test_deals_newest_first_with_status_and_sources() -> None:
    deals = list_deals(view_dataset(DEALS, Lens()))
    assert [(deal.id, deal.title, deal.date, deal.status) for deal in deals] == [
        ("deal-new", "new", "2025-06-01", "committed"), ("deal-old", "old", "2024-05-01", "paid"),
    ]  # fmt: skip
    assert [source.url for source in deals[0].legs[0].sources] == ["https://example.org/doc"]


def test_the_deals_of_a_ledger_group_its_rows() -> None:
    view = build(("2025-01-02", "a", "b", "loan", 5), ("", "b", "a", "purchase", None))
    assert [(deal.id, deal.date, deal.status, len(deal.legs)) for deal in list_deals(view)] == [
        ("1", "2025-01-02", "paid", 1), ("2", None, "paid", 1),
    ]  # fmt: skip
    assert find_leg(view, "1") is None


def test_a_leg_is_found_by_the_id_of_its_imputed_return() -> None:
    data = dataset(leg("x", "v>c", "in_kind", "paid 2025-01-01 5"))
    view = view_dataset(data, Lens())
    assert find_leg(view, "x/purchase") is find_leg(view, "x") is data.leg_index["x"]


@pytest.mark.parametrize("seed", range(60))
def test_paths_over_single_legs_as_networkx_finds_them(seed: int) -> None:
    dice = Dice(seed)
    view = build(*dice.graph(dice.randint(2, 6), dice.randint(1, 14), ("loan", "purchase", "stake"), unpriced=0.2))
    start, end = view.legs.parties[0], view.legs.parties[-1]
    graph = to_networkx(view, flows_only=True)
    expected = set()
    for route in nx.all_simple_paths(nx.DiGraph(graph), start, end, cutoff=3):
        expected |= set(product(*(list(graph[a][b]) for a, b in pairwise(route))))
    found = find_paths(view, start, end, 3)
    assert {path.legs for path in found} == expected
    assert len(found) == len(expected)
    amounts = dict(zip(view.legs.id, view.legs.amount, strict=True))
    for path in found:
        sizes = [amounts[key] for key in path.legs]
        assert path.bottleneck == (None if None in sizes else min(size for size in sizes if size is not None))
        assert len(path.kinds) == len(path.legs) == len(path.parties) - 1
    keys = [(p.bottleneck is None, -(p.bottleneck or 0), len(p.parties), p.parties, p.legs) for p in found]
    assert keys == sorted(keys)
