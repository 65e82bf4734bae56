"""Positions, funding, funded customers, guarantees. Rows: date, payer, payee, kind, amount."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from circularity.analysis.positions import funded_customers, funding, guarantees, positions
from circularity.errors import UsageError
from circularity.graph.toys import build

WEB = build(
    ("", "vendor", "lab", "equity_cash", 10),
    ("", "vendor", "lab", "loan", 5),
    ("", "lab", "vendor", "purchase", 12),
    ("", "lab", "vendor", "purchase", None),
    ("", "vendor", "cloud", "in_kind", 7),
    ("", "cloud", "vendor", "purchase", None),
    ("", "vendor", "cloud", "guarantee", 3),
    ("", "cloud", "landlord", "lease_payment", 8),
    ("", "cloud", "landlord", "rent_back", 2),
    ("", "vendor", "lab", "stake", 99),
    ("", "stranger", "vendor", "purchase", 4),
)


def test_positions_count_cash_and_nothing_else() -> None:
    """Goods for shares (7), a guarantee (3) and a stake (99) move no cash."""
    found = {p.party: (int(p.paid), int(p.received), int(p.net), p.unpriced) for p in positions(WEB)}
    assert found == {
        "vendor": (15, 16, 1, 2), "lab": (12, 15, 3, 1), "cloud": (10, 0, -10, 1),
        "landlord": (0, 10, 10, 0), "stranger": (4, 0, -4, 0),
    }  # fmt: skip
    assert [p.party for p in positions(WEB)] == ["vendor", "lab", "cloud", "landlord", "stranger"]
    assert sum(p.net for p in positions(WEB)) == 0


def test_imputed_counts_goods() -> None:
    found = {p.party: int(p.paid) for p in positions(replace(WEB, lens=replace(WEB.lens, imputed=True)))}
    assert found["vendor"] == 22


def test_funding_sums_pairs_and_keeps_their_legs() -> None:
    assert [(f.payer, f.payee, f.sum.amount, f.sum.legs) for f in funding(WEB)] == [
        ("vendor", "lab", Decimal(15), ("1", "2")),
        ("vendor", "cloud", Decimal(7), ("5",)),
    ]


def test_nothing_priced_is_unknown_not_zero() -> None:
    (found,) = funding(build(("", "a", "b", "loan", None), ("", "a", "b", "loan", None)))
    assert (found.sum.amount, found.sum.unpriced) == (None, 2)


def test_funded_customers() -> None:
    """The lab was given 15 and bought for 12 and more; what the cloud paid is unknown."""
    lab, cloud = funded_customers(WEB, "vendor")
    assert (lab.customer, lab.returns, lab.bought.amount, lab.bought.unpriced) == ("lab", Decimal(12), Decimal(12), 1)
    assert (cloud.customer, cloud.returns, cloud.funded.amount, cloud.bought.amount) == (
        "cloud",
        None,
        Decimal(7),
        None,
    )
    assert funded_customers(WEB, "landlord") == []
    with pytest.raises(UsageError, match="did you mean 'vendor'"):
        funded_customers(WEB, "vendr")


def test_guarantees() -> None:
    (found,) = guarantees(WEB)
    assert (found.guarantor, found.supported, found.amount) == ("vendor", "cloud", Decimal(3))
    assert (found.covers.legs, found.covers.amount, found.covers.unpriced) == (("6", "8", "9"), Decimal(10), 1)
