"""Our figure on an estimate's terms: what is known, what is only bounded, and what is unknown and never zero."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from circularity.analysis.comparison import Comparison, compare_estimates, last_day
from circularity.analysis.roundtrip import round_trip
from circularity.analysis.system import measure_all
from circularity.graph.lens import Lens
from circularity.graph.view import view_dataset
from circularity.load import open_graph
from circularity.model.claims import Estimate
from circularity.model.dataset import Dataset
from tests.datasets import account, dataset, leg

DATA = dataset(
    leg("fund", "v>c", "equity_cash", "announced 2025-01-01 up to 20", "committed 2025-06-01 10"),
    leg("buy", "c>v", "purchase", "committed 2025-02-01 12"),
    leg("more", "c>v", "purchase", "committed 2025-03-01 2..4"),
    leg("open", "c>w", "cloud_purchase", "committed 2025-03-01"),
    leg("cap", "c>w", "cloud_purchase", "committed 2025-03-01 up to 5"),
    leg("whole", "a>b", "loan", "committed 2025-01-01 10"),
    leg("part", "a>b", "loan", "committed 2025-01-01 up to 4", part_of="whole"),
    leg("out", "outside>b", "loan", "paid 2025-04-01 3"),
    leg("held", "a>b", "stake", "paid 2025-03-31 38", "paid 2025-12-31 60"),
    accounts=(
        account("v", "2025-01-01", "2025-03-31", revenue="20"),
        account("v", "2025-04-01", "2025-06-30", revenue="30"),
        account("v", "2025-01-01", "2025-06-30", revenue="50", backlog="at least 100"),
        account("w", "2025-01-01", "2025-06-30", backlog="40"),
    ),
)
LENS = Lens(as_of="2025-12-31", status="committed")


def compared(ours: dict[str, Any], lens: Lens = LENS, data: Dataset = DATA, **more: Any) -> Comparison:
    fields = {"id": "x", "who": "W", "published": "2025-12-31", "says": "s", **more}
    said = Estimate.model_validate({**fields, "evidence": [{"source": "doc", "states": "so"}], "ours": ours})
    (found,) = compare_estimates(replace(data, estimates=(said,)), lens)
    return found


def bounds(ours: dict[str, Any], **more: Any) -> tuple[Decimal | None, ...]:
    found = compared(ours, **more).then
    assert found
    return tuple(found.value.bounds)


def legs(**terms: Any) -> dict[str, Any]:
    return {"measure": "legs", **terms}


def revenue(*days: str, party: str = "v", figure: str = "revenue", **more: str) -> dict[str, Any]:
    return {"measure": "account", "figure": figure, "periods": [{"party": party, "to": day, **more} for day in days]}


@pytest.mark.parametrize(
    ("terms", "low", "point", "high"),
    [
        ({"payer": ["v"]}, 10, 10, 10),
        ({"payer": ["c"], "payee": ["v"]}, 14, None, 16),
        ({"payer": ["c"], "payee": ["v"], "without": ["more"]}, 12, 12, 12),
        ({"payer": ["c"], "payee": ["v"], "amount": "high"}, 16, 16, 16),
        ({"payer": ["c"], "payee": ["v"], "amount": "low"}, 14, 14, 14),
        ({"payer": ["c"], "payee": ["v"], "amount": "high", "share": "0.25"}, 4, 4, 4),
        ({"payer": ["c"], "payee": ["w"]}, None, None, None),
        ({"payer": ["c"]}, 14, None, None),
        ({"payer": ["a"], "kind": ["loan"]}, 10, 10, 10),
        ({"payer": ["a", "outside"], "kind": ["loan"]}, 13, 13, 13),
        ({"payee": ["b"]}, 13, 13, 13),
        ({"payee": ["b"], "until": "2025-02-01"}, 10, 10, 10),
        ({"payee": ["b"], "since": "2025-02-01"}, 3, 3, 3),
        ({"payer": ["v"], "status": "announced", "as_of": "2025-05-01"}, None, None, 20),
        ({"payer": ["v"], "as_of": "2025-05-01"}, None, None, None),
        ({"payer": ["w"]}, None, None, None),
        ({"payer": ["a"], "kind": ["stake"], "status": "paid"}, 60, 60, 60),
        ({"payer": ["a"], "kind": ["stake"], "status": "paid", "as_of": "2025-06-30"}, 38, 38, 38),
    ],
    ids=str,
)
def test_sums_of_legs(terms: dict[str, Any], low: int | None, point: int | None, high: int | None) -> None:
    """A floor holds though legs are unpriced; point and ceiling do not, and no leg is not zero."""
    assert bounds({"of": legs(**terms)}) == (low, point, high)


def test_what_is_missing_is_named() -> None:
    found = compared({"of": legs(payer=["c"])}).then
    assert found
    assert found.value.missing == ("more", "open", "cap")
    assert found.value.legs == ("buy", "cap", "more", "open")
    nothing = compared({"of": legs(payer=["w"])}).then
    assert nothing
    assert nothing.value.missing == ("no leg on these terms",)
    assert not nothing.value.known


@pytest.mark.parametrize(
    ("term", "found"),
    [
        (revenue("2025-06-30", **{"from": "2025-01-01"}), (50, 50, 50)),
        (revenue("2025-03-31", party="v"), (20, 20, 20)),
        (revenue("2025-06-30"), (None, None, None)),  # a quarter and a half year end on that day
        (revenue("2025-12-31"), (None, None, None)),
        (revenue("2025-06-30", figure="backlog"), (100, None, None)),
        (revenue("2025-06-30", figure="cash"), (None, None, None)),
    ],
)
def test_lines_of_accounts(term: dict[str, Any], found: tuple[int | None, ...]) -> None:
    assert bounds({"of": term}) == found


def test_a_sum_of_accounts_with_one_missing_is_unknown() -> None:
    both = revenue("2025-06-30", party="w", figure="backlog")
    both["periods"].append({"party": "c", "to": "2025-06-30"})
    found = compared({"of": both}).then
    assert found
    assert not found.value.known
    assert found.value.missing == ("c backlog to 2025-06-30",)


def test_quarters_add_up() -> None:
    quarters = revenue("2025-03-31")
    quarters["periods"].append({"party": "v", "from": "2025-04-01", "to": "2025-06-30"})
    assert bounds({"of": quarters}) == (50, 50, 50)


def test_a_share_puts_bound_over_opposite_bound() -> None:
    """14 to 16 of 50; 40 of at least 100 is at most 0.4."""
    found = compared(
        {"of": legs(payer=["c"], payee=["v"]), "over": revenue("2025-06-30", **{"from": "2025-01-01"})}
    ).then
    assert found
    assert found.share
    assert found.share.bounds == (Decimal("0.28"), None, Decimal("0.32"))
    floor = revenue("2025-06-30", figure="backlog")
    found = compared({"of": revenue("2025-06-30", party="w", figure="backlog"), "over": floor}).then
    assert found
    assert found.share
    assert found.share.bounds == (None, None, Decimal("0.4"))


def test_a_share_of_nothing_known_is_unknown() -> None:
    found = compared({"of": legs(payer=["v"]), "over": legs(payer=["w"])}).then
    assert found
    assert found.share
    assert not found.share.known


def test_what_is_taken_off() -> None:
    """The stake rose from 38 to 60."""
    first, last = (legs(payer=["a"], kind=["stake"], status="paid", as_of=day) for day in ("2025-03-31", "2025-12-31"))
    assert bounds({"of": last, "less": first}) == (22, 22, 22)
    assert bounds({"of": last, "less": legs(payer=["c"], payee=["v"])}) == (44, None, 46)


def test_the_estimates_own_day_and_todays() -> None:
    """In May 2025 up to 20 was announced, and nothing bound; in December 10 was."""
    found = compared({"of": legs(payer=["v"], status="announced")}, published="2025-05")
    assert found.then
    assert found.today
    assert (found.then.as_of, found.then.value.bounds) == ("2025-05-31", (None, None, 20))
    assert (found.today.as_of, found.today.value.bounds) == ("2025-12-31", (10, 10, 10))
    assert compared({"of": legs(payer=["v"], as_of="2025-05-01")}).today is None
    assert compared({"of": revenue("2025-03-31")}).today is None


def test_the_lens_gives_the_floor_that_an_estimate_does_not_name() -> None:
    announced = Lens(as_of="2025-12-31", status="announced")
    ours = {"of": legs(payer=["v"])}
    assert bounds(ours, published="2025-05-01") == (None, None, None)
    assert bounds(ours, published="2025-05-01", lens=announced) == (None, None, 20)


@pytest.mark.parametrize(
    ("published", "day"), [("2025", "2025-12-31"), ("2024-02", "2024-02-29"), ("2025-03-05", "2025-03-05")]
)
def test_a_month_or_year_is_its_last_day(published: str, day: str) -> None:
    assert last_day(published) == day


def test_a_day_after_the_lens_is_not_asked_for() -> None:
    found = compared({"of": legs(payer=["v"])}, published="2026").then
    assert found
    assert found.as_of == "2025-12-31"


@pytest.mark.parametrize(
    ("said", "terms", "difference", "ratio"),
    [
        ("8", {"payer": ["v"]}, 2, 1.25),
        ("up to 40", {"payer": ["v"], "status": "announced", "as_of": "2025-05-01"}, -20, 0.5),
        ("at least 7", {"payer": ["c"], "payee": ["v"]}, 7, 2.0),
        ("7", {"payer": ["c"], "payee": ["v"]}, None, None),  # 14 to 16, no point
        ("7", {"payer": ["w"]}, None, None),
        ("0", {"payer": ["v"]}, 10, None),
    ],
)
def test_side_by_side(said: str, terms: dict[str, Any], difference: int | None, ratio: float | None) -> None:
    """At the bound that was published."""
    gap = compared({"of": legs(**terms)}, value=said).value_gap
    assert gap
    assert (gap.difference, gap.ratio) == (difference, ratio)


def test_shares_side_by_side() -> None:
    found = compared({"of": legs(payer=["v"]), "over": revenue("2025-03-31")}, percent="40")
    assert found.share_gap
    assert (found.share_gap.difference, found.share_gap.ratio) == (Decimal("0.1"), 1.25)
    assert found.value_gap is None


def test_the_other_measures_are_those_of_their_verbs() -> None:
    view = view_dataset(DATA, LENS)
    trip = round_trip(view, "v").static
    assert trip.hi == 10
    assert bounds({"of": {"measure": "roundtrip", "party": "v"}}) == (trip.lo, trip.mid, trip.hi)
    sums = measure_all(view).circulation
    assert bounds({"of": {"measure": "circulation"}}) == (sums.max_circulation,) * 3
    assert bounds({"of": {"measure": "gross"}}) == (sums.gross,) * 3
    loops = compared({"of": {"measure": "loops"}}, count="4")
    assert loops.then
    assert (loops.then.value.unit, loops.then.value.point) == ("count", 1)
    assert loops.value_gap
    assert (loops.value_gap.difference, loops.value_gap.ratio) == (-3, 0.25)


def test_a_trip_of_a_stranger_is_unknown() -> None:
    assert bounds({"of": {"measure": "roundtrip", "party": "nobody"}}) == (None, None, None)


def test_the_bundled_estimates() -> None:
    """Most have a figure of ours, the others a reason; two that anybody can work out by hand."""
    graph = open_graph("ai")
    found = {each.estimate.id: each for each in compare_estimates(graph.facts, graph.default)}
    assert all(e.estimate.ours is not None or e.estimate.ours_missing for e in found.values())
    assert sum(each.then is not None and each.then.value.known for each in found.values()) >= 25
    oracle = found["morgan-stanley-2025-10-oracle"].then
    assert oracle
    assert oracle.over
    assert oracle.share
    assert (oracle.value.point, oracle.over.point) == (300 * 10**9, 455 * 10**9)
    assert oracle.share.point == Decimal(300) / 455
    huang = found["huang-2026-02-no-commitment"]
    assert huang.then
    assert huang.today
    assert (huang.then.value.bounds, huang.today.value.point) == ((None, None, 100 * 10**9), 30 * 10**9)
