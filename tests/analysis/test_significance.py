"""Null models: what each keeps, what it shuffles, and exact p."""

from __future__ import annotations

import random
from collections import Counter
from decimal import Decimal
from itertools import permutations

import pytest

from circularity.analysis import significance as module
from circularity.analysis.significance import NULLS, _shuffle, _statistics, _Wiring, significance
from circularity.errors import UsageError
from circularity.graph.toys import build
from circularity.graph.view import View
from circularity.model.kinds import FUNDING, REVENUE
from tests.ledgers import Dice, Row


def web(seed: int, parties: int = 7, legs: int = 30) -> View:
    dice = Dice(seed)
    return build(*dice.graph(parties, legs, ("loan", "equity_cash", "purchase", "cloud_purchase")))


def wiring(view: View) -> _Wiring:
    legs = view.legs
    return _Wiring(list(legs.payer), list(legs.payee), list(legs.kind), [amount or 0 for amount in legs.amount])


def rows_of(one: _Wiring) -> list[tuple[int, int, str, int]]:
    return list(zip(one.payer, one.payee, one.kind, one.amount, strict=True))


def pairs_both_ways(one: _Wiring) -> int:
    pairs = set(zip(one.payer, one.payee, strict=True))
    return sum((b, a) in pairs for a, b in pairs)


@pytest.mark.parametrize("null", NULLS)
@pytest.mark.parametrize("seed", range(12))
def test_what_a_null_keeps(null: str, seed: int) -> None:
    start, now = wiring(web(seed)), wiring(web(seed))
    dice = random.Random(seed)
    for _ in range(5):
        _shuffle(now, null, dice)
    assert now.payer == start.payer
    assert now.kind == start.kind
    assert all(a != b for a, b in zip(now.payer, now.payee, strict=True))
    if null == "weight":
        assert now.payee == start.payee
        assert Counter(zip(now.kind, now.amount, strict=True)) == Counter(zip(start.kind, start.amount, strict=True))
        return
    assert now.amount == start.amount
    assert Counter(now.payee) == Counter(start.payee)
    if null in ("role", "dyad"):
        assert Counter(zip(now.payee, now.kind, strict=True)) == Counter(zip(start.payee, start.kind, strict=True))
    if null in ("degree", "dyad"):
        assert len(set(zip(now.payer, now.payee, strict=True))) == len(set(zip(start.payer, start.payee, strict=True)))
    if null == "dyad":
        assert pairs_both_ways(now) == pairs_both_ways(start)


@pytest.mark.parametrize("null", NULLS)
def test_a_null_shuffles(null: str) -> None:
    start, now = (wiring(web(1, parties=20, legs=25)) for _ in range(2))
    _shuffle(now, null, random.Random(1))
    assert rows_of(now) != rows_of(start)


def test_statistics_by_hand() -> None:
    """v funds c with 10 and buys nothing; c buys for 6 + 1; d buys for 9 and is not funded."""
    view = build(
        ("", "v", "c", "loan", 4), ("", "v", "c", "equity_cash", 6), ("", "c", "v", "purchase", 6), ("", "c", "v", "licence", 1),
        ("", "d", "v", "purchase", 9), ("", "v", "c", "payment", 99), ("", "c", "v", "purchase", None),
    )  # fmt: skip
    found = significance(view, draws=1)
    assert [(test.statistic, test.observed) for test in found.tests] == [
        ("pairs that fund and buy", 1),
        ("dollars that can meet", 7),
    ]
    assert found.legs == 5  # priced legs that fund or earn


def test_p_is_the_share_of_all_wirings_that_are_as_large() -> None:
    """Four vendors each fund one party and sell to one: the sampler meets the enumeration of all 4! ways to be paid.

    In every draw the purchases are a permutation of the funded parties among the vendors, so the share of
    permutations with k pairs that fund and buy is that of k fixed points.
    """
    rows: list[Row] = []
    for number in range(4):
        rows += [("", f"v{number}", f"c{number}", "loan", 1), ("", f"c{number}", f"v{number}", "purchase", 1)]
    found = significance(build(*rows), null="role", draws=4000, seed=5).tests[0]
    both = [sum(a == b for a, b in enumerate(order)) for order in permutations(range(4))]
    # loans and purchases are both shuffled: fixed points of the product of two permutations, itself uniform
    share = sum(count >= 4 for count in both) / len(both)
    mean = sum(both) / len(both)
    assert found.observed == 4
    assert float(found.mean) == pytest.approx(mean, abs=0.15)
    assert found.p == pytest.approx(share, abs=0.03)


def test_p_is_never_0_and_1_where_nothing_can_change() -> None:
    only: list[Row] = [("", "v", "c", "loan", 5), ("", "c", "v", "purchase", 5)]
    found = significance(build(*only), draws=19)
    assert [test.p for test in found.tests] == [1.0, 1.0]
    assert [test.effect for test in found.tests] == [0, 0]
    loops: list[Row] = [
        row for n in range(12) for row in (("", f"v{n}", f"c{n}", "loan", 5), ("", f"c{n}", f"v{n}", "purchase", 5))
    ]
    rare = significance(build(*loops), draws=19).tests[0]
    assert rare.p == pytest.approx(1 / 20)  # (1 + 0) / (1 + 19)
    assert rare.effect == rare.observed - rare.mean > 5


def test_the_span_of_the_draws_and_the_effect() -> None:
    test = significance(web(3), draws=200).tests[1]
    assert test.low <= test.mean <= test.high
    assert test.effect == test.observed - test.mean
    assert 0 < test.p <= 1


def test_the_same_seed_gives_the_same_result_and_the_warning_comes_with_it() -> None:
    view = web(2)
    assert significance(view, draws=30, seed=9) == significance(view, draws=30, seed=9)
    assert significance(view, draws=30, seed=9).tests != significance(view, draws=30, seed=10).tests
    assert "conditional on that choice" in significance(view, draws=1).warning


def test_a_web_without_funding() -> None:
    found = significance(build(("", "a", "b", "payment", 1)), draws=5)
    assert (found.legs, [test.observed for test in found.tests]) == (0, [0, 0])


def test_bad_calls() -> None:
    with pytest.raises(UsageError, match="--null 'rol' is not one of role, degree, dyad, weight"):
        significance(web(1), null="rol")
    with pytest.raises(UsageError, match="--draws"):
        significance(web(1), draws=0)


def test_progress_is_told_by_the_hundred() -> None:
    told: list[int] = []
    significance(web(1, legs=6), draws=250, say=told.append)
    assert told == [100, 200]


def test_measured_statistics_are_those_of_the_wiring() -> None:
    view = web(4)
    assert set(view.legs.kind) <= FUNDING | REVENUE
    pairs, dollars = _statistics(wiring(view))
    tests = significance(view, draws=1).tests
    assert [test.observed for test in tests] == [Decimal(pairs), Decimal(dollars)]
    assert module.WARNING
