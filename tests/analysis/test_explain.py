"""What is behind a round trip: routes, facts, scenarios, draws, origins, keystones."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from circularity.analysis import explain
from circularity.analysis.explain import Explanation, Missing, explain_cycles, explain_measure, explain_round_trip
from circularity.analysis.roundtrip import round_trip
from circularity.graph.lens import Lens
from circularity.graph.toys import build, triangle, vendor_loop
from circularity.graph.view import View, view_dataset
from tests.datasets import dataset, leg
from tests.ledgers import Dice, Row


def pass_through(**lens: Any) -> View:
    """v funds c with 10 and d with 4; c passes on 6 to d and buys for 3; d buys for 8."""
    return build(
        ("", "v", "c", "loan", 10), ("", "v", "d", "equity_cash", 4), ("", "c", "d", "payment", 6), ("", "c", "v", "purchase", 3),
        ("", "d", "v", "purchase", 8), ("", "c", "v", "repayment", 1), lens=Lens(**lens),
    )  # fmt: skip


def test_routes_leave_by_funding_and_come_home_by_revenue_largest_first() -> None:
    found = explain_round_trip(pass_through(), "v")
    assert [(route.parties, route.legs, route.capacity) for route in found.routes] == [
        (("v", "c", "d", "v"), ("1", "3", "5"), 6), (("v", "d", "v"), ("2", "5"), 4), (("v", "c", "v"), ("1", "4"), 3),
    ]  # fmt: skip
    assert [route.parties for route in explain_round_trip(pass_through(), "v", max_length=2).routes] == [
        ("v", "d", "v"),
        ("v", "c", "v"),
    ]


def test_routes_follow_the_scope() -> None:
    view = build(("", "a", "b", "payment", 5), ("", "b", "a", "payment", 4))
    assert explain_round_trip(view, "a").routes == ()
    assert [route.capacity for route in explain_round_trip(view, "a", scope="every").routes] == [4]


def test_facts_that_would_narrow_the_interval() -> None:
    """The middle of v → c → d → v is undisclosed: at most 8 now; 4 if it were nothing. Nobody's books are complete."""
    view = build(
        ("", "v", "c", "loan", 10), ("", "v", "d", "loan", 4), ("", "c", "d", "payment", None), ("", "d", "v", "purchase", 8),
        ("", "c", "x", "payment", None),
    )  # fmt: skip
    found = explain_round_trip(view, "v").missing
    assert Missing("the amount of 3", "at most", Decimal(8), Decimal(4)) in found
    assert all(fact.fact != "the amount of 5" for fact in found)
    known = explain_round_trip(build(("", "v", "c", "loan", 10), ("", "c", "v", "purchase", 10)), "v").missing
    assert known == (Missing("all sources of funds of c", "at least", Decimal(0), Decimal(10)),)


def test_facts_are_in_order_of_what_they_move() -> None:
    rows: list[Row] = [
        ("", "v", "c", "loan", 10),
        ("", "c", "v", "purchase", 10),
        ("", "v", "d", "loan", 90),
        ("", "d", "v", "purchase", 90),
    ]
    found = explain_round_trip(build(*rows), "v").missing
    assert [(fact.fact[-1], fact.after) for fact in found] == [("d", 90), ("c", 10)]


# contingent legs, and status


def deals(**lens: Any) -> View:
    """v lends c 10, paid; 6 more if a target is met; c buys for 12, announced only; x guarantees nothing."""
    return view_dataset(
        dataset(
            leg("loan", "v>c", "loan", "announced 2025-01-01", "paid 2025-02-01", amount="10"),
            leg("more", "v>c", "loan", "committed 2025-01-01", amount="6", contingent="a target is met"),
            leg("order", "c>v", "purchase", "announced 2025-03-01", amount="12"),
            leg("bought", "c>v", "purchase", "paid 2025-03-01", amount="3"),
        ),
        Lens(**lens),
    )


def test_contingent_legs_at_both_ends_and_between() -> None:
    rows = {row.name: row for row in explain_round_trip(deals(complete="none"), "v").scenarios}
    full, none, between = (
        rows[name]
        for name in ("every contingent leg in full", "no contingent leg", "any of them, any amount in its range")
    )
    assert (full.legs, full.funding, full.revenue, full.lo, full.hi) == (1, 16, 15, 0, 15)
    assert (none.legs, none.funding, none.revenue, none.hi) == (0, 10, 15, 10)
    assert (between.lo, between.hi) == (0, 15)
    assert full.mid_priced == 15
    assert none.mid_priced == 10


def test_more_that_counts_may_force_less() -> None:
    """c pays 9 of v's 10; 5 from outside, if they come, could have paid 5 of it."""
    data = dataset(
        leg("loan", "v>c", "loan", "paid 2025-01-01", amount="10"), leg("buy", "c>v", "purchase", "paid 2025-02-01", amount="9"),
        leg("grant", "outside>c", "loan", "committed 2025-01-01", amount="5", contingent="parliament agrees"),
    )  # fmt: skip
    rows = explain_round_trip(view_dataset(data, Lens(complete="all")), "v").scenarios[:3]
    assert [(row.legs, row.lo, row.hi) for row in rows] == [(1, 4, 9), (0, 9, 9), (1, 4, 9)]
    assert [row.mid_priced for row in rows] == [6, 9, None]


def test_paid_binding_and_announced_are_rows_of_their_own() -> None:
    rows = {row.name: row for row in explain_round_trip(deals(status="rumoured"), "v").scenarios}
    assert [
        (rows[name].funding, rows[name].revenue) for name in ("paid", "paid or binding", "all that was announced")
    ] == [(10, 3), (16, 3), (16, 15)]


def test_a_ledger_has_no_scenarios() -> None:
    assert explain_round_trip(vendor_loop(), "vendor").scenarios == ()


# origins, draws and keystones


def test_whose_money_the_customers_pay_with() -> None:
    found = explain_round_trip(pass_through(), "v").origins
    assert found.shares == {"c": {"v": 1.0}, "d": {"v": 1.0}}
    assert explain_round_trip(pass_through(), "c").origins.shares == {}


def test_the_draws_are_those_of_the_seed() -> None:
    view = vendor_loop()
    ranged = replace(view, legs=replace(view.legs, low=[1, 12], high=[10, 12]))
    one, same, other = (explain_round_trip(ranged, "vendor", draws=50, seed=seed).spread for seed in (1, 1, 2))
    assert one == same != other
    assert (one.draws, one.seed, one.drawn) == (50, 1, 1)


@pytest.mark.parametrize("seed", range(30))
def test_a_keystone_is_the_drop_when_the_party_and_its_legs_are_gone(seed: int) -> None:
    dice = Dice(seed)
    rows = dice.graph(5, 14, ("loan", "purchase", "payment"), outside=4)
    names = sorted({end for row in rows for end in row[1:3]} - {"OUTSIDE"})
    everybody: list[Row] = [("", "OUTSIDE", name, "external", 0) for name in names]
    whole = round_trip(build(*rows, *everybody), "a").mid_priced if "a" in names else None
    if whole is None:
        return
    losses = dict(explain_round_trip(build(*rows, *everybody), "a").keystones)
    for name in names[1:]:
        left = [row for row in rows if name not in row[1:3]]
        drop = whole - round_trip(build(*left, *everybody), "a").mid_priced
        assert float(losses.get(name, 0)) == pytest.approx(float(drop), abs=1.01)  # rounded to whole dollars twice


def test_a_party_that_dilutes_has_a_keystone_below_nothing() -> None:
    """Without w's 10 all of c's purchase of 10 would be v's money."""
    view = build(("", "v", "c", "loan", 10), ("", "w", "c", "loan", 10), ("", "c", "v", "purchase", 10))
    assert explain_round_trip(view, "v").keystones == (("c", 5), ("w", -5))


# size, and stated limits


def test_large_graphs_leave_out_what_is_not_worth_its_cost_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explain, "_ROUTES", 1)
    monkeypatch.setattr(explain, "_TRIAL_WORK", 0)
    monkeypatch.setattr(explain, "_REMOVAL_WORK", 0)
    monkeypatch.setattr("circularity.analysis.origin.SOLVED_UP_TO", 0)
    found: Explanation = explain_round_trip(pass_through(), "v")
    assert (len(found.routes), found.missing, found.keystones, found.origins.shares) == (1, (), (), {})
    assert [problem.code for problem in found.problems] == ["truncated", "too-large", "too-large", "too-large"]


# the other verbs


def test_who_carries_the_circulation() -> None:
    assert explain_measure(triangle()) == [(party, 15, Decimal(15) / 35) for party in "abc"]
    assert explain_measure(build(("", "a", "b", "payment", 1))) == []


def test_on_which_legs_the_loops_hang() -> None:
    view = build(("", "a", "b", "payment", 5), ("", "b", "a", "payment", 3), ("", "b", "a", "payment", None))
    found = [(load.id, load.cycles, load.amount) for load in explain_cycles(view)]
    assert found == [("1", 2, 5), ("2", 1, 3), ("3", 1, None)]
    assert explain_cycles(triangle(), through="a", max_length=2) == []
