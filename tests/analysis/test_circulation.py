"""Gross, net, compression and the largest circulation: published values, laws, and a linear program."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from scipy.optimize import linprog

from circularity.analysis.circulation import circulation, keystones
from circularity.graph.lens import Lens
from circularity.graph.toys import build, triangle
from circularity.graph.view import View
from tests.ledgers import Dice, Row, sums


def largest_by_program(view: View, without: str | None = None) -> float:
    """max sum x, 0 <= x <= W, what enters a party leaves it (HiGHS)."""
    pairs = {pair: float(amount) for pair, amount in sums(view).items() if without not in pair}
    if not pairs:
        return 0.0
    names = sorted({end for pair in pairs for end in pair})
    balance = np.zeros((len(names), len(pairs)))
    for column, (payer, payee) in enumerate(pairs):
        balance[names.index(payer), column] -= 1
        balance[names.index(payee), column] += 1
    bounds = [(0, amount) for amount in pairs.values()]
    done = linprog([-1] * len(pairs), A_eq=balance, b_eq=[0] * len(names), bounds=bounds)
    assert done.status == 0
    return float(-done.fun)


def test_derrico_and_roukny() -> None:
    """ESRB WP 44/2017, p. 64 (as in compnet's tests): gross 35, min 15, excess 20, bilateral 0, conservative 20 left."""
    found = circulation(triangle())  # a → b 5, b → c 10, c → a 20
    assert (found.gross, found.compressed_min, found.excess) == (35, 15, 20)
    assert found.bilateral_removed == 0
    assert found.conservative_residual == 20
    assert found.max_circulation == 15
    assert found.circularity_max == pytest.approx(15 / 35)


def test_compnet_readme() -> None:
    """compnet README: gross 30, compressed 15, excess 15; bilateral = conservative efficiency 0.667."""
    view = build(("", "a", "b", "payment", 10), ("", "b", "c", "payment", 15), ("", "b", "a", "payment", 5))
    found = circulation(view)
    assert (found.gross, found.compressed_min, found.excess) == (30, 15, 15)
    assert float(found.bilateral_removed / found.excess) == pytest.approx(0.667, abs=5e-4)
    assert float(found.max_circulation / found.excess) == pytest.approx(0.667, abs=5e-4)


@pytest.mark.parametrize("second", [500, 501, 700, 899, 900])
def test_three_firms_set_off_their_smallest_invoice(second: int) -> None:
    """mutualcredit.services: invoices of 2,300 in a ring, the smallest 500: 3 x 500 cleared, 800 left.

    The split of the other two invoices is not printed; every split gives the same.
    """
    view = build(
        ("", "a", "b", "payment", 500), ("", "b", "c", "payment", second), ("", "c", "a", "payment", 1800 - second)
    )  # fmt: skip
    found = circulation(view)
    assert (found.gross, found.max_circulation, found.conservative_residual) == (2300, 1500, 800)


def test_a_chain_has_excess_and_no_circulation() -> None:
    """MEASURES, trap 3: A → B → C 10 has excess 10 and circulation 0."""
    found = circulation(build(("", "a", "b", "payment", 10), ("", "b", "c", "payment", 10)))
    assert (found.excess, found.max_circulation, found.circularity_max) == (10, 0, 0.0)


def test_homs_dones_and_others() -> None:
    """arXiv 2506.12546, example_CDFD.ipynb: legs 1-2, 2-4, 1-3, 3-4, 4-1 all 1: maximal circularity 0.6."""
    legs = [("1", "2"), ("2", "4"), ("1", "3"), ("3", "4"), ("4", "1")]
    assert circulation(build(*(("", *pair, "payment", 1) for pair in legs))).circularity_max == pytest.approx(0.6)


def test_nested_loops_of_the_conventions() -> None:
    """MEASURES §0: legs 1-2, 2-1, 2-3, 3-1 all 1: maximum 0.75."""
    legs = [("1", "2"), ("2", "1"), ("2", "3"), ("3", "1")]
    assert circulation(build(*(("", *pair, "payment", 1) for pair in legs))).circularity_max == 0.75


def random_view(seed: int) -> View:
    dice = Dice(seed)
    return build(*dice.graph(dice.randint(2, 9), dice.randint(1, 30), least=0, unpriced=0.1))


@pytest.mark.parametrize("seed", range(200))
def test_the_largest_circulation_is_that_of_the_linear_program(seed: int) -> None:
    view = random_view(seed)
    assert float(circulation(view).max_circulation) == pytest.approx(largest_by_program(view), abs=1e-6)


@pytest.mark.parametrize("seed", range(40))
def test_keystone_loss_is_the_drop_when_a_party_is_removed(seed: int) -> None:
    view = random_view(seed)
    whole = largest_by_program(view)
    losses = keystones(view)
    assert set(losses) == {end for pair in sums(view) for end in pair}
    for party, loss in losses.items():
        assert float(loss) == pytest.approx(whole - largest_by_program(view, without=party), abs=1e-6)


@pytest.mark.parametrize("seed", range(100))
def test_sums_by_hand(seed: int) -> None:
    view = random_view(seed)
    pairs = sums(view)
    net: dict[str, Decimal] = {}
    for (payer, payee), amount in pairs.items():
        net[payer] = net.get(payer, Decimal(0)) - amount
        net[payee] = net.get(payee, Decimal(0)) + amount
    found = circulation(view)
    assert found.gross == sum(pairs.values())
    assert found.net_position == net
    assert found.compressed_min == sum(abs(value) for value in net.values()) / 2
    assert found.excess == found.gross - found.compressed_min
    assert found.bilateral_removed == sum(min(w, pairs.get((b, a), Decimal(0))) for (a, b), w in pairs.items())
    assert found.conservative_residual == found.gross - found.max_circulation
    assert found.bilateral_removed <= found.max_circulation <= found.excess
    assert len(found.unpriced) == list(view.legs.amount).count(None)


def test_goods_for_shares_are_in_the_sums_only_where_the_lens_imputes_them() -> None:
    rows: list[Row] = [
        ("", "a", "b", "purchase", 4), ("", "b", "a", "equity_cash", 3),
        ("", "b", "a", "in_kind", 100), ("", "a", "b", "stake", 50), ("", "a", "b", "guarantee", 60), ("", "a", "b", "warrant", 70),
    ]  # fmt: skip
    plain, imputed = circulation(build(*rows)), circulation(build(*rows, lens=Lens(imputed=True)))
    assert (plain.gross, len(plain.legs)) == (7, 2)
    assert (imputed.gross, len(imputed.legs)) == (107, 3)


def test_an_empty_graph_has_no_share() -> None:
    found = circulation(build())
    assert (found.gross, found.max_circulation, found.circularity_max, found.net_position) == (0, 0, None, {})
    assert keystones(build()) == {}


def test_amounts_beyond_floating_point_stay_exact() -> None:
    """A linear program in floating point fails from about 2^50; integers do not."""
    big = 10**24 + 1
    found = circulation(build(("", "a", "b", "payment", big), ("", "b", "a", "payment", big + 1)))
    assert found.max_circulation == 2 * big


def test_a_party_that_no_loop_needs_has_no_keystone_loss() -> None:
    view = build(
        ("", "a", "b", "payment", 5), ("", "b", "a", "payment", 5),
        ("", "b", "c", "payment", 9),
        ("", "b", "d", "payment", 2), ("", "d", "b", "payment", 3),
    )  # fmt: skip
    assert keystones(view) == {"a": 10, "b": 14, "c": 0, "d": 4}
