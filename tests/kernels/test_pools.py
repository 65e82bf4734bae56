"""Coloured money in pools, whatever the order: by fractions, and by the definitions."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from circularity.kernels import pools, tracing
from circularity.kernels.tracing import FUNDING, OTHER_RETURN, PLAIN, REVENUE, Events


def sample(seed: int) -> Events:
    dice = random.Random(seed)
    parties = dice.randint(2, 6)
    rows = []
    for _ in range(dice.randint(1, 18)):
        payer, payee = dice.sample(range(-1, parties), 2)
        role = PLAIN
        if payer == 0 and payee > 0:
            role = dice.choice((FUNDING, FUNDING, PLAIN))
        elif payee == 0 and payer > 0:
            role = dice.choice((REVENUE, REVENUE, OTHER_RETURN))
        rows.append((payer, payee, dice.randint(0, 9), role))
    payer, payee, amount, role = (list(column) for column in zip(*rows, strict=True))
    return Events(parties, 0, payer, payee, amount, role)


def by_rounds(events: Events) -> float:
    """Pass the colour on a thousand times: the limit of the mix."""
    received, paid = events.totals
    share = [0.0] * events.parties
    rows = list(zip(events.payer, events.payee, events.amount, events.role, strict=True))
    for _ in range(1000):
        got = [0.0] * events.parties
        for payer, payee, amount, role in rows:
            if payee > 0:
                got[payee] += (amount or 0) * (1.0 if role == FUNDING else share[payer] if payer > 0 else 0.0)
        share = [
            got[p] / max(received[p], paid[p]) if max(received[p], paid[p]) else 0.0 for p in range(events.parties)
        ]
    return sum((amount or 0) * share[payer] for payer, _, amount, role in rows if role == REVENUE)


@pytest.mark.parametrize("seed", range(150))
def test_the_mix_is_the_limit_of_passing_on(seed: int) -> None:
    events = sample(seed)
    shares = pools.mix(events).shares
    found = sum(
        (amount or 0) * float(shares.get(payer, 0))
        for payer, amount, role in zip(events.payer, events.amount, events.role, strict=True)
        if role == REVENUE
    )
    assert found == pytest.approx(by_rounds(events), abs=1e-6)
    assert pools.likely(events) == pytest.approx(found, abs=1e-9)
    assert all(0 <= share <= 1 for share in shares.values())


@pytest.mark.parametrize("seed", range(150))
def test_bounds_hold_the_mix(seed: int) -> None:
    events = sample(seed)
    complete = frozenset(range(events.parties)) - set(pools.shortfalls(events))
    low, high = pools.forced(events, complete), pools.possible(events)
    assert high is not None
    assert low - 1e-9 <= pools.likely(events) <= high + 1e-9
    assert pools.forced(events, frozenset()) == 0


def test_exact_to_many_digits() -> None:
    """v lends 1 to c, which has 2 of its own, and pays 1 to d, which has 1 and pays 1 back: (1/3) / 2."""
    events = Events(3, 0, [0, -1, 1, -1, 2], [1, 1, 2, 2, 0], [1, 2, 1, 1, 1], [FUNDING, PLAIN, PLAIN, PLAIN, REVENUE])
    assert abs(Fraction(pools.mix(events).shares[2]) - Fraction(1, 6)) < Fraction(1, 10**50)


def test_unknown_amounts_on_the_way_are_named() -> None:
    events = Events(4, 0, [0, 1, 2, 3], [1, 2, 0, 1], [5, None, 9, None], [FUNDING, PLAIN, REVENUE, PLAIN])
    assert pools.mix(events).unknown == (1,)  # what comes from party 3 brings no colour
    assert (pools.possible(events), pools.forced(events, frozenset({1}))) == (5, 0)


def test_who_the_mix_depends_on() -> None:
    """Party 3 only pays one that is between; 4 only takes; 5 is apart."""
    events = Events(6, 0, [0, 3, 1, 1, 5], [1, 1, 0, 4, 4], [5, 5, 5, 5, 5], [FUNDING, PLAIN, REVENUE, PLAIN, PLAIN])
    assert pools.involved(events) == {1, 3}


def test_pools_and_order_agree_where_there_is_one_of_each() -> None:
    events = Events(2, 0, [0, -1, 1], [1, 1, 0], [6, 4, 5], [FUNDING, PLAIN, REVENUE])
    assert pools.likely(events) == pytest.approx(tracing.likely(events)) == pytest.approx(3)
