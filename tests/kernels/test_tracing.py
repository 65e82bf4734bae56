"""Coloured money in order of time: a linear program, published cases, and the rules' own laws."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

from circularity.kernels import flow, tracing
from circularity.kernels.tracing import FUNDING, OTHER_RETURN, PLAIN, REVENUE, Events

FOCAL = 0


def events(parties: int, *rows: tuple[int, int, int | None, int]) -> Events:
    payer, payee, amount, role = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [], [])
    return Events(parties, FOCAL, payer, payee, amount, role)


def sample(seed: int) -> Events:
    """Random payments, the focal's funding rather early and its revenue rather late, few overdrafts."""
    dice = random.Random(seed)
    parties, length = dice.randint(2, 5), dice.randint(1, 20)
    held = [0] * parties
    rows: list[tuple[int, int, int | None, int]] = []
    for at in range(length):
        payer, payee = dice.sample(range(-1, parties), 2)
        late = dice.random() < at / length
        if dice.random() < 0.6:
            other = dice.randrange(1, parties)
            payer, payee = (other, FOCAL) if late else (FOCAL, other)
        role = PLAIN
        if payer == FOCAL and payee > 0:
            role = dice.choice((FUNDING, FUNDING, PLAIN))
        elif payee == FOCAL and payer > 0:
            role = dice.choice((REVENUE, REVENUE, OTHER_RETURN))
        amount = dice.randint(0, 9)
        if payer > 0 and dice.random() < 0.8:
            amount = min(held[payer], dice.randint(0, 20))
        if payer >= 0:
            held[payer] = max(0, held[payer] - amount)
        if payee >= 0:
            held[payee] += amount
        rows.append((payer, payee, amount, role))
    return events(parties, *rows)


def holdings(given: Events) -> tuple[list[list[int]], set[int]]:
    """Every party's balance after every event, and who overdraws: by hand."""
    held, over, after = [0] * given.parties, set(), []
    for payer, payee, amount in zip(given.payer, given.payee, given.amount, strict=True):
        size = amount or 0
        if payer >= 0:
            if held[payer] < size:
                over.add(payer)
                held[payer] = size
            held[payer] -= size
        if payee >= 0:
            held[payee] += size
        after.append(list(held))
    return after, over


def by_program(given: Events, complete: frozenset[int], sense: int) -> float:
    """MEASURES §3: 0 <= f <= a; f = a on funding, 0 on other legs out of the focal; after each event
    0 <= C_i, and C_i <= H_i where i is complete; the coloured revenue is least (1) or most (-1)."""
    size = len(given)
    after, _ = holdings(given)
    bounds = []
    for payer, amount, role in zip(given.payer, given.amount, given.role, strict=True):
        most = amount or 0
        bounds.append((most, most) if role == FUNDING else (0, 0) if payer in (-1, FOCAL) else (0, most))
    rows, limits = [], []
    for party in range(given.parties):
        if party == FOCAL:
            continue
        held = np.zeros(size)
        for at in range(size):
            held[at] += (given.payee[at] == party) - (given.payer[at] == party)
            rows.append(-held.copy())
            limits.append(0)
            if party in complete:
                rows.append(held.copy())
                limits.append(after[at][party])
    cost = [sense * (role == REVENUE) for role in given.role]
    done = linprog(cost, A_ub=np.array(rows), b_ub=limits, bounds=bounds)
    assert done.status == 0, done.message
    return float(sense * done.fun)


@pytest.mark.parametrize("seed", range(250))
def test_bounds_are_those_of_the_linear_program(seed: int) -> None:
    given = sample(seed)
    _, over = holdings(given)
    dice = random.Random(seed)
    complete = frozenset(p for p in range(given.parties) if p not in over and dice.random() < 0.8)
    assert tracing.forced(given, complete) == pytest.approx(by_program(given, complete, 1), abs=1e-6)
    assert tracing.possible(given, complete) == pytest.approx(by_program(given, complete, -1), abs=1e-6)


def test_the_samples_have_something_to_bound() -> None:
    found = [
        (tracing.forced(g, frozenset(range(6)) - holdings(g)[1]), tracing.possible(g, frozenset()))
        for g in map(sample, range(250))
    ]
    assert sum(low > 0 for low, _ in found) > 10
    assert sum((high or 0) > low for low, high in found) > 30


@pytest.mark.parametrize("seed", range(250))
def test_every_rule_but_poison_lies_inside_the_bounds(seed: int) -> None:
    given = sample(seed)
    complete = frozenset(range(given.parties)) - holdings(given)[1]
    low, high = tracing.forced(given, complete), tracing.possible(given, complete)
    assert high is not None
    pro_rata = sum(part for part, role in zip(tracing.pro_rata(given), given.role, strict=True) if role == REVENUE)
    rules = [tracing.by_lots(given, False), tracing.by_lots(given, True), tracing.first_coloured(given), pro_rata]
    assert all(low - 1e-12 <= rule <= high + 1e-12 for rule in rules)
    assert tracing.touched(given) >= max(rules)


@pytest.mark.parametrize("seed", range(100))
def test_pro_rata_by_fractions(seed: int) -> None:
    given = sample(seed)
    held, coloured = [Fraction(0)] * given.parties, [Fraction(0)] * given.parties
    expected = []
    for payer, payee, amount, role in zip(given.payer, given.payee, given.amount, given.role, strict=True):
        size, part = Fraction(amount or 0), Fraction(0)
        if payer >= 0:
            held[payer] = max(held[payer], size)
            if role == FUNDING:
                part = size
            elif payer != FOCAL and held[payer]:
                part = coloured[payer] * size / held[payer]
                coloured[payer] -= part
            held[payer] -= size
        if payee >= 0:
            held[payee] += size
            coloured[payee] += part if payee != FOCAL else 0
        expected.append(part)
    assert [float(part) for part in tracing.pro_rata(given)] == pytest.approx([float(part) for part in expected])


def test_three_stolen_then_seven_clean() -> None:
    """lightbluetouchpaper.org/2018/03/26: poison taints 10, haircut 30 %, FIFO the first three out."""
    for out, fifo, lifo, greedy in ((3, 3, 0, 3), (7, 3, 0, 3), (10, 3, 3, 3)):
        given = events(2, (0, 1, 3, FUNDING), (-1, 1, 7, PLAIN), (1, 0, out, REVENUE))
        assert tracing.touched(given) == out
        assert tracing.by_lots(given, last_in_first_out=False) == fifo
        assert tracing.by_lots(given, last_in_first_out=True) == lifo
        assert tracing.first_coloured(given) == greedy
        assert float(tracing.pro_rata(given)[-1]) == pytest.approx(0.3 * out)


def test_payment_before_funding_brings_nothing_back() -> None:
    """MEASURES, trap 4."""
    given = events(2, (-1, 1, 15, PLAIN), (1, 0, 10, REVENUE), (0, 1, 10, FUNDING))
    assert (tracing.forced(given, frozenset({1})), tracing.possible(given, frozenset({1}))) == (0, 0)
    assert tracing.touched(given) == 0


def test_an_overdraft_is_unknown_clean_money_immediately_before() -> None:
    given = events(2, (0, 1, 4, FUNDING), (1, 0, 10, REVENUE))
    after, held, missing = tracing.balances(given)
    assert (after, held, missing) == ([0, 0], [10, 0], {0: 4, 1: 6})
    assert tracing.pro_rata(given)[-1] == 4
    assert tracing.by_lots(given, last_in_first_out=True) == tracing.by_lots(given, last_in_first_out=False) == 4


def test_an_unknown_amount_has_no_limit() -> None:
    given = events(3, (0, 1, 5, FUNDING), (1, 2, None, PLAIN), (2, 0, 9, REVENUE))
    assert tracing.possible(given, frozenset()) == 5
    assert tracing.possible(events(2, (0, 1, None, FUNDING), (1, 0, None, REVENUE)), frozenset()) is None
    assert tracing.forced(events(2, (0, 1, None, FUNDING), (1, 0, 5, REVENUE)), frozenset()) == 0


def test_no_events() -> None:
    given = events(1)
    assert (tracing.forced(given, frozenset()), tracing.possible(given, frozenset()), tracing.pro_rata(given)) == (
        0,
        0,
        [],
    )


# large work


@pytest.mark.parametrize("seed", range(60))
def test_the_forms_for_large_work_give_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    given = sample(seed)
    complete = frozenset(range(given.parties)) - holdings(given)[1]
    exact = [tracing.forced(given, complete), tracing.possible(given, complete)]
    parts = [float(part) for part in tracing.pro_rata(given)]
    monkeypatch.setattr(flow, "_LARGE", 0)
    monkeypatch.setattr(tracing, "_EXACT_UP_TO", 0)
    assert [tracing.forced(given, complete), tracing.possible(given, complete)] == exact
    assert tracing.pro_rata(given) == pytest.approx(parts)
    back = sum(part for part, role in zip(parts, given.role, strict=True) if role == REVENUE)
    assert tracing.likely(given) == pytest.approx(back)


def test_the_network_goes_no_further_than_the_money() -> None:
    """Of a long ledger only what the funding reaches in time, and what reaches the revenue, is expanded."""
    before = [(at % 50 + 2, (at + 7) % 50 + 2, 1, PLAIN) for at in range(500)]
    given = events(60, *before, (0, 1, 5, FUNDING), *before, (1, 0, 3, REVENUE), *before)
    network = tracing._expanded(given, frozenset(), REVENUE)
    assert (network.size, len(network.heads) // 2) == (3, 2)
    assert network.maximum(0, 1) == 3


def test_payments_in_one_run_share_a_node() -> None:
    """Ten thousand purchases out of one loan are one node; only the last balance before an inflow binds."""
    buys = [(1, 0, 1, REVENUE)] * 10_000
    given = events(2, (0, 1, 10_000, FUNDING), *buys)
    network = tracing._expanded(given, frozenset({1}), REVENUE)
    assert network.size == 3
    assert tracing.possible(given, frozenset({1})) == tracing.forced(given, frozenset({1})) == 10_000


def test_neighbours_of_one_colour_are_one_lot() -> None:
    """A purse of a hundred thousand clean lots is one: what passes through many hands stays short."""
    clean = [(-1, 1, 1, PLAIN)] * 100_000
    given = events(2, *clean, (0, 1, 5, FUNDING), (1, 0, 100_003, REVENUE))
    assert tracing.by_lots(given, last_in_first_out=False) == 3
    assert tracing.by_lots(given, last_in_first_out=True) == 5
