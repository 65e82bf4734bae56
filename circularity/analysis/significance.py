"""Is it more than chance, given how the list was chosen?"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from circularity.errors import UsageError
from circularity.graph.view import View
from circularity.model.kinds import FUNDING, REVENUE
from circularity.words import near

WARNING = (
    "Deals are listed because they looked circular: the test is conditional on that choice. "
    "Without a control sample of the same parties' other deals it says how they are wired, not that they are unusual."
)
_ATTEMPTS = 8
"""Swaps tried per leg between two draws."""


@dataclass(frozen=True, slots=True)
class Null:
    """What a null model holds fixed and what it shuffles."""

    name: str
    keeps: str
    shuffles: str


NULLS = {
    null.name: null
    for null in (
        Null("role", "each party's legs out and in of every kind, amounts with their payers, dates", "who is paid, within a kind"),
        Null("degree", "each party's number of legs out and in, the number of pairs", "who pays whom, whatever the kind"),
        Null("dyad", "as role, and how many pairs pay each other both ways", "one-way legs among one-way legs of a kind"),
        Null("weight", "who pays whom, by which kind and when", "amounts, among the legs of a kind"),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Test:
    """One statistic against its null: exact p = (1 + draws at least as large) / (1 + draws)."""

    statistic: str
    observed: Decimal
    mean: Decimal
    low: Decimal
    high: Decimal
    effect: Decimal
    p: float


@dataclass(frozen=True, slots=True)
class Significance:
    """Tests with everything that was held fixed. Dollars are whole units of the currency."""

    null: Null
    draws: int
    seed: int
    tests: tuple[Test, ...]
    legs: int
    warning: str = WARNING


@dataclass(slots=True)
class _Wiring:
    payer: list[int]
    payee: list[int]
    kind: list[str]
    amount: list[int]


def significance(
    view: View, null: str = "role", draws: int = 999, seed: int = 1, say: Callable[[int], None] | None = None
) -> Significance:
    """Do funding and purchases meet more often, and with more dollars, than a shuffled web's do?

    Statistics: pairs in which one side funds the other and sells to it, and the dollars that can
    meet there, sum over pairs of min(funding, revenue). Measured priced funding and revenue legs
    take part. `low` and `high` hold 95 % of the draws; effect = observed - mean.

    Args:
        null: role, degree, dyad or weight; see `NULLS` for what each holds fixed.
        draws, seed: of the sampler; the same seed gives the same result everywhere.

    Source: permutation tests with (1 + k) / (1 + n), Phipson and Smyth 2010; swaps, Maslov and
    Sneppen 2002; MEASURES §2.9.
    """
    if null not in NULLS:
        raise UsageError(f"--null '{null[:60]}' is not one of {', '.join(NULLS)}{near(null, NULLS)}")
    if draws < 1:
        raise UsageError(f"--draws is 1 or more, not {draws}")
    legs = view.legs
    rows = [r for r in view.flows if legs.kind[r] in FUNDING | REVENUE and legs.amount[r] is not None]
    wiring = _Wiring(
        [legs.payer[r] for r in rows], [legs.payee[r] for r in rows],
        [legs.kind[r] for r in rows], [legs.amount[r] or 0 for r in rows],
    )  # fmt: skip
    dice = random.Random(seed)
    observed = _statistics(wiring)
    drawn: list[tuple[int, int]] = []
    for number in range(draws):
        _shuffle(wiring, null, dice)
        drawn.append(_statistics(wiring))
        if say and number % 100 == 99:
            say(number + 1)
    names = ("pairs that fund and buy", "dollars that can meet")
    scales = (lambda units: Decimal(units), legs.money)
    tests = [_test(name, observed[at], sorted(draw[at] for draw in drawn), scales[at]) for at, name in enumerate(names)]
    return Significance(NULLS[null], draws, seed, tuple(tests), len(rows))


def _test(name: str, observed: int, drawn: Sequence[int], money: Callable[[int], Decimal]) -> Test:
    count = len(drawn)
    mean = money(sum(drawn)) / count
    return Test(
        statistic=name, observed=money(observed), mean=mean, low=money(drawn[int(count * 0.025)]),
        high=money(drawn[min(count - 1, int(count * 0.975))]), effect=money(observed) - mean,
        p=(1 + sum(value >= observed for value in drawn)) / (1 + count),
    )  # fmt: skip


def _statistics(wiring: _Wiring) -> tuple[int, int]:
    """Pairs with funding one way and revenue the other, and the dollars that can meet."""
    funded: dict[tuple[int, int], int] = {}
    earned: dict[tuple[int, int], int] = {}
    for payer, payee, kind, amount in zip(wiring.payer, wiring.payee, wiring.kind, wiring.amount, strict=True):
        side = funded if kind in FUNDING else earned
        side[payer, payee] = side.get((payer, payee), 0) + amount
    met = [(amount, earned[pair[::-1]]) for pair, amount in funded.items() if pair[::-1] in earned]
    return len(met), sum(min(pair) for pair in met)


def _shuffle(wiring: _Wiring, null: str, dice: random.Random) -> None:
    """Walk on to another wiring that keeps what the null keeps."""
    groups: dict[str, list[int]] = {}
    for row, kind in enumerate(wiring.kind):
        groups.setdefault("" if null == "degree" else kind, []).append(row)
    pairs: dict[tuple[int, int], int] = {}
    for pair in zip(wiring.payer, wiring.payee, strict=True):
        pairs[pair] = pairs.get(pair, 0) + 1
    for rows in groups.values():
        if null == "weight":
            amounts = [wiring.amount[row] for row in rows]
            dice.shuffle(amounts)
            for row, amount in zip(rows, amounts, strict=True):
                wiring.amount[row] = amount
            continue
        for _ in range(_ATTEMPTS * len(rows)):
            first, second = dice.choice(rows), dice.choice(rows)
            _swap(wiring, first, second, null, pairs)


def _swap(wiring: _Wiring, first: int, second: int, null: str, pairs: dict[tuple[int, int], int]) -> None:
    """Let two legs trade payees, unless that makes a party pay itself or breaks what is kept."""
    a, b = wiring.payer[first], wiring.payee[first]
    c, d = wiring.payer[second], wiring.payee[second]
    if a in (c, d) or b in (c, d):
        return
    old, new = ((a, b), (c, d)), ((a, d), (c, b))
    if null in ("degree", "dyad") and (any(pair in pairs for pair in new) or any(pairs[pair] > 1 for pair in old)):
        return
    if null == "dyad" and any(pair[::-1] in pairs for pair in (*old, *new)):
        return
    wiring.payee[first], wiring.payee[second] = d, b
    for pair in old:
        pairs[pair] -= 1
        if not pairs[pair]:
            del pairs[pair]
    for pair in new:
        pairs[pair] = pairs.get(pair, 0) + 1
