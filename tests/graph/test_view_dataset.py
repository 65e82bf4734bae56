"""What a lens shows of a dataset, to the letter of the interface's section 2."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from circularity.analysis.circulation import circulation
from circularity.errors import UsageError
from circularity.graph.lens import Lens
from circularity.graph.view import View, view_dataset
from circularity.model.amounts import Amount
from circularity.model.dataset import Dataset
from circularity.model.evidence import Source
from circularity.model.parties import Identifiers, Party
from tests.datasets import account, dataset, leg


def shown(data: Dataset, **lens: object) -> dict[str, tuple[str, Decimal | None]]:
    """Status and amount by leg."""
    view = view_dataset(data, Lens(**lens))  # type: ignore[arg-type]
    legs = view.legs
    amounts = [None if units is None else legs.money(units) for units in legs.amount]
    return {key: (status, amount) for key, status, amount in zip(legs.id, legs.status, amounts, strict=True)}


def complete(view: View) -> set[str]:
    return {view.legs.parties[party] for party in view.complete}


HISTORY = ("announced 2025-01-01 100", "committed 2025-03-01 80", "partly_paid 2025-06-01 30", "paid 2025-09-01 75")


@pytest.mark.parametrize(
    ("as_of", "status", "amount"),
    [
        ("2024-12-31", None, None),
        ("2025-01-01", "announced", 100),
        ("2025-02-28", "announced", 100),
        ("2025-03-01", "committed", 80),
        ("2025-06-01", "partly_paid", 80),  # a leg partly paid still stands for its promise
        ("2025-09-01", "paid", 75),
        (None, "paid", 75),
    ],
)
def test_as_of_is_what_was_known_on_that_day(as_of: str | None, status: str | None, amount: int | None) -> None:
    found = shown(dataset(leg("x", "a>b", "purchase", *HISTORY)), as_of=as_of)
    assert found == ({} if status is None else {"x": (status, amount)})


@pytest.mark.parametrize(
    ("floor", "as_of", "amount"),
    [
        ("rumoured", "2025-06-01", 80), ("committed", "2025-06-01", 80), ("partly_paid", "2025-06-01", 30), ("paid", "2025-06-01", None),
        ("announced", "2025-02-01", 100), ("committed", "2025-02-01", None), ("partly_paid", "2025-09-01", 75), ("paid", "2025-09-01", 75),
    ],
)  # fmt: skip
def test_the_floor_counts_the_highest_status_at_or_above_it(floor: str, as_of: str, amount: int | None) -> None:
    found = shown(dataset(leg("x", "a>b", "purchase", *HISTORY)), as_of=as_of, status=floor)
    assert [value for _, value in found.values()] == ([] if amount is None else [amount])


@pytest.mark.parametrize("end", ["cancelled", "superseded", "expired"])
def test_an_ended_leg_does_not_count_from_its_date(end: str) -> None:
    data = dataset(leg("x", "a>b", "purchase", "committed 2025-01-01 10", f"{end} 2025-05-01"))
    assert shown(data, as_of="2025-04-30") == {"x": ("committed", 10)}
    assert shown(data, as_of="2025-05-01") == shown(data) == {}


def test_an_amount_never_falls_back() -> None:
    data = dataset(
        leg("point", "a>b", "purchase", "paid 2025-01-01", amount="10"),
        leg("ceiling", "a>b", "purchase", "paid 2025-01-01", amount="up to 100"),
        leg("range", "a>b", "purchase", "paid 2025-01-01", amount="2..4"),
        leg("all", "a>b", "purchase", "paid 2025-01-01", amount="2..3..4"),
        leg("none", "a>b", "purchase", "paid 2025-01-01"),
    )

    def amounts(bound: str) -> list[object]:
        return [amount for _, amount in shown(data, amount=bound).values()]

    assert amounts("low") == [10, None, 2, 2, None]
    assert amounts("point") == [10, None, None, 3, None]
    assert amounts("high") == [10, 100, 4, 4, None]


LEGS = dataset(
    leg("fund", "v>c", "equity_cash", "paid 2025-01-10 10"),
    leg("buy", "c>v", "purchase", "paid 2025-02-10 8"),
    leg("lend", "l>c", "loan", "paid 2025-03-10 5"),
    leg("hold", "v>c", "stake", "paid 2025-01-10"),
    leg("back", "l>c", "guarantee", "committed 2025-03-10 2"),
    leg("serve", "c>l", "interest", "committed 2025-03-10 1"),
)


def measured(**lens: object) -> list[str]:
    view = view_dataset(LEGS, Lens(**lens))  # type: ignore[arg-type]
    return [view.legs.id[row] for row in view.measured]


def test_filters_choose_what_is_measured() -> None:
    assert measured() == ["fund", "buy", "lend", "hold", "back", "serve"]
    assert measured(kinds=("loan", "stake")) == ["lend", "hold"]
    assert measured(families=("financing",)) == ["fund", "lend"]
    assert measured(families=("financing", "holding")) == ["fund", "lend", "hold"]
    assert measured(families=("financing",), kinds=("loan", "purchase")) == ["lend"]
    assert measured(parties=("V",)) == ["fund", "buy", "hold"]  # either end, in any case
    assert measured(parties=("v", "l")) == ["fund", "buy", "lend", "hold", "back", "serve"]
    assert measured(min_amount=Decimal(5)) == ["fund", "buy", "lend"]  # at least; unpriced legs are not
    assert measured(since="2025-02-10", until="2025-03-09") == ["buy"]
    assert measured(since="2025-01-10", until="2025-01-10") == ["fund", "hold"]  # both ends are in


@pytest.mark.parametrize(
    "lens", [{"kinds": ("stake",)}, {"families": ("commercial",)}, {"parties": ("l",)}, {"min_amount": Decimal(10)}]
)
def test_filters_never_take_money_out_of_a_balance(lens: dict[str, object]) -> None:
    plain, filtered = view_dataset(LEGS, Lens()), view_dataset(LEGS, Lens(**lens))  # type: ignore[arg-type]
    assert filtered.pooled == plain.pooled
    assert [plain.legs.id[row] for row in plain.pooled] == ["fund", "buy", "lend", "serve"]
    assert filtered.legs == plain.legs
    assert filtered.measured != plain.measured


def test_an_undated_leg_lies_in_no_window() -> None:
    """A promise to buy of unknown timing has no date; a loan's is the day it took its status."""
    data = dataset(
        leg("buy", "c>v", "purchase", "committed 2025-02-10 8"), leg("lend", "l>c", "loan", "committed 2025-02-10 5")
    )
    view = view_dataset(data, Lens(since="2025-01-01"))
    assert dict(zip(view.legs.id, view.legs.date, strict=True)) == {"buy": None, "lend": "2025-02-10"}
    assert [view.legs.id[row] for row in view.measured] == ["lend"]


def test_an_unpriced_inflow_makes_its_receiver_not_complete() -> None:
    data = dataset(leg("x", "a>b", "loan", "paid 2025-01-01"), leg("y", "b>c", "purchase", "paid 2025-01-01 3"))
    assert complete(view_dataset(data, Lens(complete="all"))) == {"a", "c"}
    assert complete(view_dataset(data, Lens(complete=("a", "b")))) == {"a"}
    assert complete(view_dataset(data, Lens())) == set()


def test_a_bound_that_is_missing_is_unpriced_here_too() -> None:
    data = dataset(leg("x", "a>b", "loan", "paid 2025-01-01 up to 9"))
    assert complete(view_dataset(data, Lens(complete="all"))) == {"a"}
    assert complete(view_dataset(data, Lens(complete="all", amount="high"))) == {"a", "b"}


def test_an_inflow_left_out_by_status_makes_its_receiver_not_complete() -> None:
    data = dataset(
        leg("loi", "a>b", "loan", "announced 2025-01-01 5"), leg("off", "a>c", "loan", "committed 2025-01-01 5", "cancelled 2025-02-01"),
        leg("later", "a>d", "loan", "committed 2025-06-01 5"), leg("stake", "a>e", "stake", "announced 2025-01-01 5"),
        leg("paid", "a>f", "loan", "paid 2025-01-01 5"),
    )  # fmt: skip
    view = view_dataset(data, Lens(complete="all", status="committed", as_of="2025-05-01"))
    assert complete(view) == {"a", "c", "d", "e", "f"}  # ended, not yet known, no flow: nothing is missing
    assert complete(view_dataset(data, Lens(complete="all", status="rumoured"))) == {"a", "b", "c", "d", "e", "f"}


def test_all_of_an_unpriced_whole_goes_to_its_parts_and_its_receiver_is_not_complete() -> None:
    data = dataset(
        leg("round", "a>b", "equity_cash", "paid 2025-01-01"),
        leg("cheque", "a>b", "equity_cash", "paid 2025-01-01 5", part_of="round"),
    )
    view = view_dataset(data, Lens(complete="all"))
    assert view.legs.id == ["cheque"]
    assert complete(view) == {"a"}


def test_a_sum_never_holds_a_whole_and_its_parts() -> None:
    data = dataset(
        leg("round", "a>b", "equity_cash", "paid 2025-01-01 10"),
        leg("one", "a>b", "equity_cash", "paid 2025-01-01 4", part_of="round"),
        leg("two", "c>b", "equity_cash", "paid 2025-01-01 5", part_of="round"),
    )
    view = view_dataset(data, Lens())
    assert shown(data) == {"round": ("paid", 1), "one": ("paid", 4), "two": ("paid", 5)}
    assert [problem.code for problem in view.problems] == ["overlap"]


FAMILY = dataset(
    leg("inner", "parent>child", "loan", "paid 2025-01-01 7"),
    leg("into", "v>grandchild", "loan", "paid 2025-01-01 5"),
    leg("back", "child>v", "purchase", "paid 2025-02-01 4"),
    leg("loi", "v>child", "loan", "announced 2025-01-01 5"),
    leg("own-loi", "parent>child", "loan", "announced 2025-01-01 5"),
    parties="child<parent grandchild<child",
    accounts=(account("grandchild", "2025-12-01", "2025-12-31", outside_funding="9", outside_spending="2"),),
)


def test_consolidated_parties_are_their_parents_and_internal_legs_are_dropped() -> None:
    view = view_dataset(FAMILY, Lens(consolidate=True, status="committed"))
    assert view.legs.parties == ("parent", "v")
    assert [(view.legs.id[row], view.legs.parties[view.legs.payer[row]]) for row in view.measured] == [
        ("into", "v"),
        ("back", "parent"),
    ]
    assert circulation(view).max_circulation == 8
    assert circulation(view_dataset(FAMILY, Lens(status="committed"))).max_circulation == 0
    assert [(item.party, item.inward, item.amount) for item in view.legs.outside] == [(0, True, 9), (0, False, 2)]


def test_consolidated_a_child_is_found_under_its_own_name() -> None:
    view = view_dataset(FAMILY, Lens(consolidate=True))
    assert view.party("grandchild") == view.party("CHILD") == view.party("parent") == 0
    assert [view.legs.id[row] for row in view_dataset(FAMILY, Lens(consolidate=True, parties=("child",))).measured] == [
        "into",
        "back",
        "loi",
    ]


def test_consolidated_completeness_falls_with_a_childs_missing_inflow_but_not_with_an_internal_one() -> None:
    assert complete(view_dataset(FAMILY, Lens(consolidate=True, status="committed", complete="all"))) == {"v"}
    inner = replace(FAMILY, deals={key: deal for key, deal in FAMILY.deals.items() if key != "deal-loi"})
    assert complete(view_dataset(inner, Lens(consolidate=True, status="committed", complete="all"))) == {"parent", "v"}


def test_goods_for_shares_are_two_legs_that_move_no_cash() -> None:
    data = dataset(leg("x", "v>c", "in_kind", "paid 2025-01-01 5", cash=True))
    legs = view_dataset(data, Lens()).legs
    assert (legs.id, legs.kind, legs.cash) == (["x", "x/purchase"], ["in_kind", "purchase"], [False, False])
    assert (legs.deal[0], legs.date[0], legs.amount[0]) == (legs.deal[1], legs.date[1], legs.amount[1])
    assert (legs.payer[0], legs.payee[0]) == (legs.payee[1], legs.payer[1])
    assert view_dataset(data, Lens()).pooled == []


def test_accounts_bring_money_from_and_to_outside_once_their_period_is_over() -> None:
    data = dataset(
        leg("x", "a>b", "loan", "paid 2025-01-01 1"),
        accounts=(account("a", "2025-12-01", "2025-12-31", outside_funding="6..7..8", outside_spending="4"), account("b", "2025-01-01", "2025-12-31", revenue="99")),
    )  # fmt: skip

    def outside(**lens: object) -> list[tuple[bool, int | None, str | None]]:
        return [(i.inward, i.amount, i.date) for i in view_dataset(data, Lens(**lens)).legs.outside]  # type: ignore[arg-type]

    assert outside() == [(True, 7, "2025-12-31"), (False, 4, "2025-12-31")]
    assert outside(amount="high") == [(True, 8, "2025-12-31"), (False, 4, "2025-12-31")]
    assert outside(as_of="2025-12-30") == []


def test_accounts_are_month_end_slices_that_add_up_at_each_bound() -> None:
    data = dataset(accounts=(account("a", "2025-01-15", "2025-03-10", outside_funding="6..10..11"),), parties="a<b")
    rows = view_dataset(data, Lens()).legs.outside
    assert [(item.date, item.amount, item.low, item.high) for item in rows] == [
        ("2025-01-31", 3, 2, 3), ("2025-02-28", 3, 2, 3), ("2025-03-10", 4, 2, 5),
    ]  # fmt: skip


def test_outside_funding_of_unknown_amount_makes_its_receiver_not_complete() -> None:
    data = dataset(
        leg("x", "a>b", "loan", "paid 2025-01-01 1"),
        accounts=(account("a", "2025-01-01", "2025-12-31", outside_funding="up to 7"), account("b", "2025-01-01", "2025-12-31", outside_spending="undisclosed")),
    )  # fmt: skip
    assert complete(view_dataset(data, Lens(complete="all"))) == {"b"}


def test_stated_completeness_holds_in_every_period_that_the_window_touches() -> None:
    data = dataset(
        leg("x", "a>b", "loan", "paid 2025-01-01 1"),
        accounts=(
            account("a", "2024-01-01", "2024-12-31", complete=True, outside_funding="1"), account("a", "2025-01-01", "2025-12-31"),
            account("b", "2025-01-01", "2025-12-31", complete=True), account("b", "2025-12-31", "2025-12-31", cash="5"),
        ),
    )  # fmt: skip
    assert complete(view_dataset(data, Lens(complete="stated"))) == {"b"}
    assert complete(view_dataset(data, Lens(complete="stated", until="2024-12-31"))) == {"a"}
    assert complete(view_dataset(data, Lens(complete="stated", as_of="2025-06-30"))) == {"a"}
    assert complete(view_dataset(data, Lens(complete="stated", since="2026-01-01"))) == set()


def test_a_leg_from_outside_is_a_row_of_the_balances() -> None:
    data = dataset(
        leg("in", "outside>a", "equity_cash", "paid 2025-01-01 9"),
        leg("out", "a>outside", "external", "paid 2025-01-02 3"),
        leg("x", "a>b", "loan", "paid 2025-01-01 1"),
    )
    view = view_dataset(data, Lens())
    assert view.legs.id == ["x"]
    assert [(item.inward, item.amount, item.date) for item in view.legs.outside] == [
        (True, 9, "2025-01-01"),
        (False, 3, "2025-01-02"),
    ]


def test_a_leg_from_outside_left_out_by_status_makes_its_receiver_not_complete() -> None:
    data = dataset(
        leg("in", "outside>a", "external", "announced 2025-01-01 9"), leg("x", "a>b", "loan", "paid 2025-01-01 1")
    )
    assert complete(view_dataset(data, Lens(complete="all", status="paid"))) == {"b"}


def test_parties_are_found_by_id_name_alias_and_ticker() -> None:
    party = Party(
        id="nvidia", name="NVIDIA Corporation", aliases=("Nvidia Corp",), identifiers=Identifiers(ticker="NVDA")
    )
    data = dataset(leg("x", "nvidia>b", "loan", "paid 2025-01-01 1"))
    view = view_dataset(replace(data, parties={**data.parties, "nvidia": party}), Lens())
    number = view.legs.parties.index("nvidia")
    assert [view.party(word) for word in ("nvidia", "NVIDIA", " nvda ", "nvidia corp", "NVIDIA corporation")] == [
        number
    ] * 5
    assert view.label(number) == "NVIDIA Corporation"
    with pytest.raises(UsageError, match="did you mean"):
        view.party("nvidai")


def test_the_tier_of_a_leg_is_its_strongest_source() -> None:
    data = dataset(leg("x", "a>b", "loan", "paid 2025-01-01 1", evidence=({"source": "rumour", "states": "so"},)))
    weak = Source(publisher="R", url="https://example.org/r", tier="relayed")
    assert view_dataset(replace(data, sources={**data.sources, "rumour": weak}), Lens()).legs.tier == ["filing"]


def test_amounts_keep_their_decimals() -> None:
    data = dataset(leg("x", "a>b", "loan", "paid 2025-01-01 1.005"), leg("y", "a>b", "loan", "paid 2025-01-01 2e3"))
    legs = view_dataset(data, Lens()).legs
    assert (legs.scale, legs.amount) == (3, [1005, 2_000_000])
    assert legs.money(1005) == Decimal("1.005")
    assert Amount(*(legs.money(side[0] or 0) for side in (legs.low, legs.point, legs.high))) == Amount(
        *[Decimal("1.005")] * 3
    )


def test_legs_without_a_date_are_counted_out_of_a_window() -> None:
    """A promise to buy of unknown timing has no day: it is in no window, and that is said."""
    data = dataset(
        leg("fund", "v>c", "loan", "paid 2025-01-01 10"),
        leg("promise", "c>v", "purchase", "committed 2025-02-01 8"),
    )
    assert not view_dataset(data, Lens()).problems
    (note,) = view_dataset(data, Lens(since="2025-01-01")).problems
    assert (note.code, note.severity) == ("undated-rows", "note")
    assert note.message == "1 leg without a date: in no window of --since and --until"
