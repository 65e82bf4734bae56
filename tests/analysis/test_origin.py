"""Whose money it is: rows that sum to 1, a dense solve, and cases by hand."""

from __future__ import annotations

import numpy as np
import pytest

from circularity.analysis import origin
from circularity.analysis.origin import origin_matrix
from circularity.analysis.roundtrip import round_trip
from circularity.errors import UsageError
from circularity.graph.lens import Lens
from circularity.graph.toys import build, vendor_loop
from circularity.graph.view import View, view_dataset
from circularity.model.kinds import FLOWS, FUNDING
from tests.datasets import dataset, leg
from tests.ledgers import Dice

KINDS = ("equity_cash", "loan", "purchase", "payment", "repayment")


def random_view(seed: int) -> View:
    dice = Dice(seed)
    return build(*dice.graph(dice.randint(2, 7), dice.randint(1, 20), KINDS, outside=dice.randint(0, 6), unpriced=0.1))


def by_dense_solve(view: View) -> dict[str, dict[str, float]]:
    """(I - M) Omega = S / pool by numpy; least squares, so that rings without entry solve to 0."""
    legs, size = view.legs, len(view.legs.parties)
    passed, given = np.zeros((size, size)), np.zeros((size, size + 2))
    received, paid = np.zeros(size), np.zeros(size)
    for row in range(len(legs)):
        payer, payee, amount = legs.payer[row], legs.payee[row], legs.amount[row] or 0
        if legs.kind[row] not in FLOWS:
            continue
        received[payee] += amount
        paid[payer] += amount
        (given if legs.kind[row] in FUNDING else passed)[payee, payer] += amount
    for item in legs.outside:
        if item.inward:
            received[item.party] += item.amount or 0
            given[item.party, size] += item.amount or 0
        else:
            paid[item.party] += item.amount or 0
    pool = np.maximum(received, paid)
    given[:, size + 1] = pool - received
    safe = np.where(pool > 0, pool, 1)
    omega = np.linalg.lstsq(np.eye(size) - passed / safe[:, None], given / safe[:, None], rcond=None)[0]
    names = [*legs.parties, "outside", "unknown"]
    return {legs.parties[p]: {names[c]: omega[p, c] for c in range(size + 2)} for p in range(size) if pool[p]}


@pytest.mark.parametrize("seed", range(150))
def test_rows_sum_to_1_and_are_those_of_a_dense_solve(seed: int) -> None:
    view = random_view(seed)
    found, expected = origin_matrix(view).shares, by_dense_solve(view)
    assert found.keys() == expected.keys()
    for party, row in found.items():
        assert sum(row.values()) == pytest.approx(1, abs=1e-7)
        assert all(0 < share <= 1 for share in row.values())
        assert list(row.values()) == sorted(row.values(), reverse=True)
        if sum(expected[party].values()) > 0.5:  # a ring that nothing enters solves to 0 there, and is unknown here
            assert row == pytest.approx(
                {name: share for name, share in expected[party].items() if share > 5e-10}, abs=1e-8
            )


def test_the_random_views_have_funders_passed_on() -> None:
    rows = [row for seed in range(150) for row in origin_matrix(random_view(seed)).shares.values()]
    assert sum(len(row) > 2 for row in rows) > 100
    assert sum("unknown" in row for row in rows) > 100


def test_with_one_funder_it_is_the_round_trip() -> None:
    """The vendor's share in its customer's pool, and so in its payment, is the coloured share."""
    view = vendor_loop()
    assert origin_matrix(view).shares["customer"] == {"vendor": 0.666666667, "outside": 0.333333333}
    assert round_trip(view, "vendor").share["mid"] == pytest.approx(0.666666667)


def test_the_last_to_fund_counts() -> None:
    """a funds b, b funds c: c's money is b's; b's is a's. What b buys from d is a's money."""
    view = build(
        ("", "OUTSIDE", "a", "external", 10),
        ("", "a", "b", "loan", 10),
        ("", "b", "c", "loan", 4),
        ("", "b", "d", "purchase", 6),
    )
    found = origin_matrix(view).shares
    assert (found["b"], found["c"], found["d"]) == ({"a": 1.0}, {"b": 1.0}, {"a": 1.0})
    assert found["a"] == {"outside": 1.0}


def test_what_is_paid_beyond_all_that_came_in_is_unknown() -> None:
    view = build(("", "v", "c", "loan", 3), ("", "c", "d", "payment", 10))
    found = origin_matrix(view)
    assert found.shares["d"] == {"unknown": 0.7, "v": 0.3}
    assert (found.pools["c"], found.pools["d"]) == (10, 10)


def test_a_ring_that_nothing_enters_has_no_origin() -> None:
    ring = [("", "a", "b", "payment", 5), ("", "b", "a", "payment", 5)]
    assert origin_matrix(build(*ring)).shares == {"a": {"unknown": 1.0}, "b": {"unknown": 1.0}}  # type: ignore[arg-type]
    fed = origin_matrix(build(*ring, ("", "v", "a", "loan", 1)))  # type: ignore[arg-type]
    assert fed.shares["b"] == {"v": 1.0}


def test_receivers_of_choice_by_any_of_their_names() -> None:
    data = dataset(leg("loan", "v>c", "loan", "paid 2025-01-01 3"), leg("buy", "c>d", "purchase", "paid 2025-01-01 3"))
    view = view_dataset(data, Lens())
    assert origin_matrix(view, ["D"]).shares == {"d": {"v": 1.0}}
    with pytest.raises(UsageError, match="not a party"):
        origin_matrix(view, ["nobody"])


def test_undisclosed_amounts_are_listed_and_in_no_share() -> None:
    view = build(("", "v", "c", "loan", 3), ("", "w", "c", "loan", None), ("", "x", "y", "loan", None))
    found = origin_matrix(view, ["c"])
    assert (found.shares, found.unpriced) == ({"c": {"v": 1.0}}, ("2",))


def test_what_comes_after_the_window_does_not_count() -> None:
    rows = (("2025-01-01", "v", "c", "loan", 3), ("2026-01-01", "w", "c", "loan", 3))
    assert origin_matrix(build(*rows, lens=Lens(until="2025-12-31")), ["c"]).shares == {"c": {"v": 1.0}}


def test_a_party_without_money_has_no_origin_and_nothing_is_refused() -> None:
    view = build(("", "v", "c", "loan", 0), ("", "OUTSIDE", "d", "external", 1))
    assert origin_matrix(view, ["c"]).shares == {"c": {}}
    assert origin_matrix(build()).shares == {}


def test_too_many_parties_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origin, "SOLVED_UP_TO", 1)
    found = origin_matrix(build(("", "a", "b", "payment", 1)), ["b"])
    assert (found.shares, found.left_out) == ({}, 2)
