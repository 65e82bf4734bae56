"""Sources and uses of funds, from accounts and paid legs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from circularity.analysis.funds import sources_and_uses
from circularity.graph.lens import Lens
from circularity.graph.view import View, view_dataset
from circularity.views.facts import show_party
from tests.datasets import account, dataset, leg

DATA = dataset(
    leg("round", "v>lab", "equity_cash", "paid 2025-05-01 30"),
    leg("quiet", "v>lab", "loan", "paid 2025-06-01"),
    leg("promise", "v>lab", "equity_cash", "committed 2025-07-01 500"),
    leg("old", "v>lab", "equity_cash", "paid 2024-12-31 7"),
    leg("chips", "lab>v", "purchase", "paid 2025-08-01 20"),
    accounts=(
        account("lab", "2024-12-31", "2024-12-31", cash="10"),
        account("lab", "2025-01-01", "2025-12-31", operating_cash_flow="-25", financing_cash_flow="100", outside_funding="70", capex="40", cash="41"),
        account("lab", "2025-01-01", "2025-06-30", operating_cash_flow="up to 5"),
        account("lab", "2025-07-01", "2025-12-31", revenue="9"),
        account("v", "2025-01-01", "2025-12-31", capex="1"),
    ),
)  # fmt: skip
"""A lab with a full year, a half of which only a ceiling is known, and a half without flows of funds."""


def view(**lens: Any) -> View:
    return view_dataset(DATA, Lens(**lens))


def test_a_full_year_and_what_it_leaves_unexplained() -> None:
    """41 - 10 = 31 of cash; operations -25, financing 100, capex 40: 31 + 25 - 100 + 40 = -4 went elsewhere."""
    year, half = sources_and_uses(view(), "lab")
    assert (year.ends, year.operating, year.financing, year.outside, year.capex) == ("2025-12-31", -25, 100, 70, 40)
    assert (year.cash_change, year.other) == (31, -4)
    assert (year.named.amount, year.named.legs, year.named.unpriced) == (30, ("round", "quiet"), 1)
    assert (half.ends, half.operating, half.cash_change, half.other) == ("2025-06-30", None, None, None)
    assert half.named.legs == ("round", "quiet")


def test_only_what_was_known_by_the_day() -> None:
    assert [row.ends for row in sources_and_uses(view(as_of="2025-10-01"), "lab")] == ["2025-06-30"]
    assert sources_and_uses(view(), "nobody") == []


def test_the_page_of_a_party_shows_them_and_says_what_is_unknown() -> None:
    shown = view()
    result, tables = show_party(shown, shown.party("lab"))
    assert result["funds"][0] == {
        "period": "2025-01-01 to 2025-12-31", "ends": "2025-12-31", "operating_cash_flow": "-25", "financing_cash_flow": "100",
        "outside_funding": "70", "named_funding": {"amount": "30", "legs": ["round", "quiet"], "unpriced": 1}, "capex": "40",
        "cash_change": "31", "other": "-4",
    }  # fmt: skip
    table = next(table for table in tables if table.title.startswith("Sources"))
    assert [row[4] for row in table.rows] == ["$30 + 1 undisclosed"] * 2
    assert table.rows[1][1:4] == ("–", "–", "–")
    assert result["funds"][1]["other"] is None
    assert Decimal(result["funds"][0]["other"]) == -4
