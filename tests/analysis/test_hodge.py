"""Levels and the split into gradient, back-and-forth and loops."""

from __future__ import annotations

import numpy as np
import pytest

from circularity.analysis.hodge import Hodge, hodge
from circularity.graph.toys import build, triangle
from circularity.graph.view import View
from tests.ledgers import Dice, sums


def split(found: Hodge) -> tuple[float | None, float | None, float | None]:
    return found.gradient_share, found.bilateral_share, found.loop_share


def test_a_chain_has_none_against_the_stream() -> None:
    """MEASURES §1.4: chain F0 = 0; one level a hop."""
    found = hodge(build(("", "a", "b", "payment", 7), ("", "b", "c", "payment", 7)))
    assert pytest.approx(0, abs=1e-12) == found.F0
    assert found.levels == pytest.approx({"a": 0, "b": 1, "c": 2})
    assert split(found) == pytest.approx((1, 0, 0), abs=1e-12)


def test_a_balanced_ring_is_all_loop() -> None:
    """MEASURES §1.4: balanced ring F0 = 1."""
    found = hodge(build(*(("", *pair, "payment", 4) for pair in ("ab", "bc", "cd", "da"))))
    assert pytest.approx(1) == found.F0
    assert split(found) == pytest.approx((0, 0, 1), abs=1e-12)
    assert found.net_flow_loop_ratio == pytest.approx(1)
    assert found.levels == pytest.approx(dict.fromkeys("abcd", 0.0))


@pytest.mark.parametrize(("forth", "back"), [(10, 10), (10, 4), (1, 99), (3, 1)])
def test_a_pair(forth: int, back: int) -> None:
    """MEASURES §1.4: pair (a, b) has F0 = 4ab / (a + b)^2; trap 1: the net form sees nothing of it."""
    found = hodge(build(("", "a", "b", "payment", forth), ("", "b", "a", "payment", back)))
    assert pytest.approx(4 * forth * back / (forth + back) ** 2) == found.F0
    assert found.bilateral_share == pytest.approx(found.F0)
    assert found.loop_share == pytest.approx(0, abs=1e-12)


def test_where_all_pairs_net_to_zero_the_net_ratio_is_null() -> None:
    """MEASURES, trap 1: A invests 10, B buys 10: 0/0."""
    found = hodge(build(("", "a", "b", "equity_cash", 10), ("", "b", "a", "purchase", 10)))
    assert found.net_flow_loop_ratio is None
    assert (found.F0, found.bilateral_share) == (1, 1)


def test_a_feed_forward_triangle_runs_against_the_stream_without_a_loop() -> None:
    """MEASURES, trap 2: F0 > 0 without any cycle."""
    found = hodge(build(("", "a", "b", "payment", 1), ("", "b", "c", "payment", 1), ("", "a", "c", "payment", 1)))
    assert pytest.approx(1 / 9) == found.F0
    assert found.bilateral_share == 0


def by_numpy(view: View) -> tuple[dict[str, float], float, float]:
    """Levels by least squares over the legs, F0, and the loop share by least squares over the net flows."""
    pairs = {pair: float(amount) for pair, amount in sums(view).items()}
    names = sorted({end for pair in pairs for end in pair})
    gross = sum(pairs.values())
    design = np.zeros((len(pairs), len(names)))
    for row, ((payer, payee), amount) in enumerate(pairs.items()):
        design[row, names.index(payee)] = np.sqrt(amount)
        design[row, names.index(payer)] = -np.sqrt(amount)
    target = np.sqrt(list(pairs.values()))
    levels = np.linalg.lstsq(design, target, rcond=None)[0]
    against = float(np.sum((design @ levels - target) ** 2)) / gross
    both = {tuple(sorted(pair)) for pair in pairs}
    netted = np.zeros((len(both), len(names)))
    net = np.zeros(len(both))
    for row, (one, other) in enumerate(sorted(both)):
        weight = pairs.get((one, other), 0.0) + pairs.get((other, one), 0.0)
        netted[row, names.index(other)] = np.sqrt(weight)
        netted[row, names.index(one)] = -np.sqrt(weight)
        net[row] = (pairs.get((one, other), 0.0) - pairs.get((other, one), 0.0)) / np.sqrt(weight)
    potential = np.linalg.lstsq(netted, net, rcond=None)[0]
    loop = float(np.sum((netted @ potential - net) ** 2)) / gross
    return dict(zip(names, levels.tolist(), strict=True)), against, loop


@pytest.mark.parametrize("seed", range(150))
def test_against_numpy_and_the_three_parts_sum_to_one(seed: int) -> None:
    dice = Dice(seed)
    view = build(*dice.graph(dice.randint(2, 10), dice.randint(1, 25)))
    levels, against, loop = by_numpy(view)
    found = hodge(view)
    assert pytest.approx(against, abs=1e-9) == found.F0
    assert found.loop_share == pytest.approx(loop, abs=1e-9)
    assert sum(part or 0 for part in split(found)) == pytest.approx(1, abs=1e-12)
    assert all(-1e-12 <= (part or 0) <= 1 + 1e-12 for part in split(found))
    for one, other in sums(view):  # levels agree up to the constant of each part
        assert found.levels[other] - found.levels[one] == pytest.approx(levels[other] - levels[one], abs=1e-8)


@pytest.mark.parametrize("seed", range(50))
def test_every_part_starts_at_level_0(seed: int) -> None:
    dice = Dice(seed)
    rows = dice.graph(5, 6) + [(day, f"x{a}", f"x{b}", kind, size) for day, a, b, kind, size in dice.graph(5, 6)]
    found = hodge(build(*rows))
    for part in ({p for p in found.levels if len(p) == 1}, {p for p in found.levels if len(p) == 2}):
        assert min(found.levels[party] for party in part) == 0
    assert min(found.levels.values()) == 0


def test_a_part_of_many_parties_has_the_same_answer() -> None:
    rows = [("", f"p{at:03}", f"p{at + 1:03}", "payment", 1 + at % 3) for at in range(350)]
    rows += [("", "p350", "p000", "payment", 1)]
    view = build(*rows)
    levels, against, _ = by_numpy(view)
    found = hodge(view)
    assert len(found.levels) == 351
    assert pytest.approx(against, abs=1e-9) == found.F0
    assert found.levels["p200"] - found.levels["p100"] == pytest.approx(levels["p200"] - levels["p100"], abs=1e-7)


def test_nothing_to_order() -> None:
    assert hodge(build()) == Hodge({}, None, None, None, None, None)
    assert hodge(build(("", "a", "b", "payment", None))).F0 is None


def test_derrico_and_roukny_triangle_is_partly_loop() -> None:
    found = hodge(triangle())
    assert found.bilateral_share == 0
    assert found.net_flow_loop_ratio == pytest.approx(found.loop_share)
