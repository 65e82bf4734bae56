"""Parties, deals and paths for people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from circularity.analysis.listing import find_paths, list_deals, list_parties
from circularity.graph.lens import Lens
from circularity.graph.view import View, view_dataset
from circularity.model.amounts import parse_amount
from circularity.views.facts import bounds_text, deal_table, party_table, path_table, show_deal, show_party
from circularity.views.tables import Table, to_text
from tests.datasets import account, dataset, leg

DATA = dataset(
    leg("fund", "v>c", "equity_cash", "announced 2024-12-01 12", "paid 2025-01-01 10", terms="for shares", evidence=({"source": "doc", "states": "again"},),
        conflicts=({"source": "doc", "states": "eleven", "amount": "11", "why": "a slip"},)),
    leg("buy", "c>v", "purchase", "committed 2025-02-01 up to 30"),
    leg("small", "c>v", "licence", "paid 2025-02-01 2"),
    leg("hold", "v>c", "stake", "paid 2025-01-01"),
    leg("vouch", "g>c", "guarantee", "committed 2025-01-01 5"),
    accounts=(account("v", "2025-01-01", "2025-12-31", revenue="1.5bn"), account("v", "2027-01-01", "2027-12-31", revenue="9bn")),
)  # fmt: skip


def view(**lens: object) -> View:
    return view_dataset(DATA, Lens(**lens))  # type: ignore[arg-type]


def column(table: Table, head: str) -> list[str]:
    at = [name.lstrip(">~") for name in table.heads].index(head)
    return [row[at] for row in table.rows]


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("30bn", "$30bn"), ("up to 100bn", "up to $100bn"), ("at least 2bn", "at least $2bn"), ("2bn..4bn", "$2bn–$4bn"),
        ("2bn..3bn..4bn", "$2bn–$4bn (likely $3bn)"), ("undisclosed", "undisclosed"),
    ],
)  # fmt: skip
def test_amounts_are_shown_as_they_are_known(amount: str, shown: str) -> None:
    assert bounds_text(parse_amount(amount), "USD") == shown


def test_parties_are_listed_largest_first() -> None:
    table = party_table(view(), list_parties(view()))
    assert column(table, "id") == ["c", "v", "g"]
    assert column(table, "paid") == ["$2", "$10", "$0"]
    assert table.title == "3 parties"


def test_deals_are_one_row_a_leg() -> None:
    table = deal_table(view(), list_deals(view()))
    assert table.title == "5 deals, 5 legs"
    assert column(table, "payer") == ["C", "C", "V", "G", "V"]
    assert column(table, "amount") == ["up to $30", "$2", "undisclosed", "$5", "$10"]


def test_a_document_read_elsewhere_is_marked() -> None:
    read = DATA.sources["doc"].model_copy(update={"read_as": "extract"})
    facts = replace(DATA, sources={**DATA.sources, "doc": read})
    _, (_, said) = show_deal(view_dataset(facts, Lens()), facts.deals["deal-fund"])
    assert column(said, "source") == ["P, filing, read as extract"] * 4
    deal = facts.deals["deal-fund"]
    (fund,) = deal.legs
    first = fund.history[0].model_copy(update={"retold": True, "locator": "note 5"})
    told = fund.model_copy(update={"history": (first, *fund.history[1:])})
    _, (_, said) = show_deal(view_dataset(facts, Lens()), deal.model_copy(update={"legs": (told,)}))
    assert column(said, "source")[:2] == ["P, filing, as retold: note 5", "P, filing, read as extract"]


def test_a_deal_shows_what_its_sources_state_and_where_they_disagree() -> None:
    result, (legs, said) = show_deal(view(), DATA.deals["deal-fund"])
    assert (result["deal"]["id"], result["facts"]["legs"][0]["terms"]) == ("deal-fund", "for shares")
    assert column(legs, "conditions") == ["for shares"]
    assert column(legs, "amount") == ["$10"]
    assert column(said, "leg") == ["fund", "", "", ""]
    assert column(said, "status") == ["announced", "paid", "also", "disagrees"]
    assert column(said, "amount") == ["$12", "$10", "", "$11"]
    assert column(said, "what the source states") == ["so", "so", "again", "eleven (not chosen: a slip)"]
    assert column(said, "source") == ["P, filing"] * 4
    assert column(said, "address") == ["https://example.org/doc"] * 4


def test_a_deal_that_does_not_count_says_so_and_keeps_its_amount() -> None:
    data = dataset(leg("x", "a>b", "loan", "committed 2025-01-01 7", "cancelled 2025-02-01"))
    result, (legs, _) = show_deal(view_dataset(data, Lens()), data.deals["deal-x"])
    assert result["deal"] is None
    assert legs.title.endswith("does not count under this lens")
    assert column(legs, "amount") == ["$7"]


def test_a_party_shows_its_part_in_every_leg_largest_first_and_its_accounts() -> None:
    shown = view()
    _, (legs,) = show_party(shown, shown.party("c"))
    assert list(zip(column(legs, ""), column(legs, "leg"), strict=True)) == [
        ("pays", "buy"), ("receives", "fund"), ("is subject of", "vouch"), ("pays", "small"), ("is subject of", "hold"),
    ]  # fmt: skip
    assert column(show_party(shown, shown.party("g"))[1][0], "") == ["guarantees"]
    result, (legs, customers, accounts) = show_party(view(as_of="2026-01-01"), 2)
    assert list(zip(column(legs, ""), column(legs, "leg"), strict=True)) == [
        ("receives", "buy"), ("pays", "fund"), ("receives", "small"), ("holds", "hold"),
    ]  # fmt: skip
    assert result["customers"] == [{"party": "c", "share": 1}]
    assert column(customers, "share of priced revenue") == ["100.0 %"]
    assert column(accounts, "value") == ["$1.5bn"]


def test_paths_are_cut_in_text_and_whole_elsewhere() -> None:
    paths = find_paths(view(), "v", "c", 3) * 50
    text, table = path_table(view(), paths, None, "text"), path_table(view(), paths, None, "csv")
    assert (len(text.rows), len(table.rows)) == (40, 50)
    assert text.notes == ("40 of 50 shown; --top N shows N.",)
    assert (column(text, "bottleneck")[0], column(table, "bottleneck")[0]) == ("$10", "10")
    assert len(path_table(view(), paths, 3, "text").rows) == 3


def test_a_long_name_leaves_the_tables_readable() -> None:
    name = "n" * 115
    data = dataset(
        leg("x", f"{name}>b", "loan", "paid 2025-01-01 7"), leg("y", f"b>{name}", "purchase", "paid 2025-01-01 7")
    )
    shown = view_dataset(data, Lens())
    tables = [party_table(shown, list_parties(shown)), deal_table(shown, list_deals(shown)), *show_party(shown, 0)[1]]
    assert max(len(line) for table in tables for line in to_text(table).splitlines()) < 180
