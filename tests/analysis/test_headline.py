"""The headline: who is a vendor, in which order, and what the choice of status does."""

from __future__ import annotations

from circularity.analysis.headline import headline
from circularity.graph.lens import Lens
from circularity.graph.toys import build
from circularity.graph.view import view_dataset
from tests.datasets import dataset, leg


def test_vendors_fund_and_sell_and_stand_in_order_of_what_comes_back() -> None:
    view = build(
        ("", "small", "x", "loan", 5), ("", "x", "small", "purchase", 5),
        ("", "large", "y", "equity_cash", 50), ("", "y", "large", "cloud_purchase", 40),
        ("", "idle", "z", "loan", 9), ("", "w", "idle", "purchase", 9),
        ("", "funder", "x", "loan", 1), ("", "x", "seller", "purchase", 1),
    )  # fmt: skip
    found = headline(view)
    assert [trip.focal for trip in found.vendors] == ["large", "small"]  # nothing can come back to idle
    assert [trip.focal for trip in headline(view, most=1).vendors] == ["large"]
    assert found.cycles.count == 2
    assert (found.coverage.legs, found.coverage.priced, found.coverage.share) == (8, 8, 1.0)
    assert found.by_status == ()  # a ledger has no history to choose from


def test_an_unpriced_return_is_reported_and_counted_in_the_coverage() -> None:
    view = build(("", "v", "c", "loan", 5), ("", "c", "v", "purchase", None))
    found = headline(view)
    assert [problem.code for problem in found.problems] == ["not-identified"]
    assert (found.coverage.legs, found.coverage.priced) == (2, 1)


def test_the_legs_are_those_of_the_measures() -> None:
    """Goods for shares are two legs, in sums only where they are imputed; a stake is none."""
    data = dataset(
        leg("fund", "v>c", "loan", "paid 2025-01-01 5"), leg("goods", "v>c", "in_kind", "paid 2025-01-01 4"),
        leg("held", "v>c", "stake", "paid 2025-01-01 3"),
    )  # fmt: skip
    for imputed, legs in ((False, 1), (True, 3)):
        found = headline(view_dataset(data, Lens(imputed=imputed)))
        assert found.coverage.legs == len(found.circulation.legs) == legs
        assert found.by_status[0][2:] == (legs, found.circulation.gross)


def test_each_floor_has_its_loops_legs_and_gross() -> None:
    data = dataset(
        leg("fund", "v>c", "loan", "paid 2025-01-01 5"), leg("buy", "c>v", "purchase", "announced 2025-01-01 9"),
        leg("old", "c>v", "purchase", "committed 2025-01-01 2", "expired 2025-02-01"), leg("held", "v>c", "stake", "paid 2025-01-01 3"),
    )  # fmt: skip
    found = headline(view_dataset(data, Lens()))
    assert [(floor, loops, legs, int(gross)) for floor, loops, legs, gross in found.by_status] == [
        ("rumoured", 1, 2, 14), ("announced", 1, 2, 14), ("committed", 0, 1, 5), ("partly_paid", 0, 1, 5), ("paid", 0, 1, 5),
    ]  # fmt: skip


def test_no_deals_at_all() -> None:
    found = headline(build())
    assert (found.vendors, found.coverage.share, found.cycles.count) == ((), None, 0)
