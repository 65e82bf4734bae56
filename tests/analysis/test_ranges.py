"""Amounts with ranges: linear programs of other hands, shares by bisection, and seeded draws."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from circularity.analysis import ranges
from circularity.analysis.ranges import likely_spread
from circularity.analysis.roundtrip import round_trip
from circularity.errors import UsageError
from circularity.graph.lens import Lens
from circularity.graph.toys import build, vendor_loop
from circularity.graph.view import View, view_dataset
from circularity.model.kinds import FUNDING, REVENUE
from tests.analysis.trips import funded
from tests.datasets import dataset, leg
from tests.ledgers import Dice

Bound = int | None


def with_ranges(
    view: View, rows: dict[int, tuple[Bound, Bound]], outside: dict[int, tuple[Bound, Bound]] | None = None
) -> View:
    """The view with (low, high) of some rows."""
    legs = view.legs
    low, high, rest = list(legs.low), list(legs.high), list(legs.outside)
    for row, (least, most) in rows.items():
        low[row], high[row] = least, most
    for row, (least, most) in (outside or {}).items():
        rest[row] = replace(rest[row], low=least, high=most)
    return replace(view, legs=replace(legs, low=low, high=high, outside=tuple(rest)))


def random_view(seed: int, days: int) -> View:
    """Most amounts have a range, some without an upper end."""
    dice = Dice(seed)
    view = funded(dice, days)

    def around(point: Bound) -> tuple[Bound, Bound]:
        if dice.random() < 0.3:
            return point, point
        low, high = max(0, (point or 0) - dice.randint(0, 9)), (point or 0) + dice.randint(0, 9)
        return None if dice.random() < 0.05 else low, None if dice.random() < 0.15 else high

    legs = view.legs
    return with_ranges(
        view,
        {row: around(legs.amount[row]) for row in range(len(legs))},
        {row: around(item.amount) for row, item in enumerate(legs.outside)},
    )


class Program:
    """The model of MEASURES §3 with amounts as variables, row by row: no running state, no scaling."""

    def __init__(self, view: View, focal: str, ordered: bool) -> None:
        legs, self.ordered = view.legs, ordered
        self.focal = legs.parties.index(focal)
        moves: list[tuple[str, int, int, int, str, tuple[Bound, Bound, Bound], Bound]] = []
        for row in range(len(legs)):
            moves.append(
                (
                    legs.date[row] or "",
                    1,
                    legs.payer[row],
                    legs.payee[row],
                    legs.kind[row],
                    (legs.low[row], legs.point[row], legs.high[row]),
                    legs.amount[row],
                )
            )
        for item in legs.outside:
            ends = (-1, item.party) if item.inward else (item.party, -1)
            moves.append(
                (
                    item.date or "",
                    0 if item.inward else 2,
                    *ends,
                    "external",
                    (item.low, item.point, item.high),
                    item.amount,
                )
            )
        if ordered:
            moves.sort(key=lambda move: move[:2])
        self.moves = moves
        self.complete = view.complete - self.overdrawn()
        self.build(len(legs.parties))

    def overdrawn(self) -> set[int]:
        held: dict[int, int] = {}
        over = set()
        for _, _, payer, payee, _, _, amount in self.moves:
            held[payer] = held.get(payer, 0) - (amount or 0)
            if self.ordered and held[payer] < 0:
                over.add(payer)
                held[payer] = 0
            held[payee] = held.get(payee, 0) + (amount or 0)
        return over | {party for party, value in held.items() if value < 0}

    def build(self, parties: int) -> None:
        size = len(self.moves)
        self.bounds: list[tuple[float, float | None]] = []
        for *_, (low, point, high), _ in self.moves:
            exact = low is None and high is None and point is not None
            self.bounds.append((point, point) if exact else (low or 0, high))
        self.equal: list[np.ndarray] = []
        self.positive: list[np.ndarray] = []
        back, revenue = np.zeros(2 * size), np.zeros(2 * size)
        held, colour = np.zeros((parties, 2 * size)), np.zeros((parties, 2 * size))
        for at, (_, _, payer, payee, kind, _, _) in enumerate(self.moves):
            self.bounds.append((0, None))
            amount, part = np.eye(2 * size)[at], np.eye(2 * size)[size + at]
            self.positive.append(amount - part)
            if payer == self.focal and kind in FUNDING:
                self.equal.append(amount - part)
            elif payer in (-1, self.focal):
                self.equal.append(part)
            if payer >= 0:
                held[payer] -= amount
                colour[payer] -= part
            if payee >= 0:
                held[payee] += amount
                colour[payee] += part
            if payee == self.focal and kind in REVENUE:
                back += part
                revenue += amount
            if self.ordered and payer >= 0:
                self.check(payer, held, colour)
        for party in range(parties):
            self.check(party, held, colour)
        self.back, self.revenue = back, revenue

    def check(self, party: int, held: np.ndarray, colour: np.ndarray) -> None:
        if party != self.focal:
            self.positive.append(colour[party].copy())
            if party in self.complete:
                self.positive.append(held[party] - colour[party])
        elif party in self.complete:
            self.positive.append(held[party].copy())

    def extreme(self, goal: np.ndarray, sense: int) -> float | None:
        """Least (1) or most (-1); None without a bound."""
        done = linprog(
            sense * goal, A_ub=-np.array(self.positive), b_ub=np.zeros(len(self.positive)), A_eq=np.array(self.equal) if self.equal else None,
            b_eq=np.zeros(len(self.equal)) if self.equal else None, bounds=self.bounds,
        )  # fmt: skip
        if done.status in (3, 4):
            return None
        assert done.status == 0, done.message
        return float(sense * done.fun)

    def feasible(self) -> bool:
        done = linprog(
            np.zeros(len(self.bounds)), A_ub=-np.array(self.positive), b_ub=np.zeros(len(self.positive)),
            A_eq=np.array(self.equal) if self.equal else None, b_eq=np.zeros(len(self.equal)) if self.equal else None, bounds=self.bounds,
        )  # fmt: skip
        return bool(done.status == 0)


def close(found: Decimal | None, expected: float | None) -> bool:
    if found is None or expected is None:
        return found is None and expected is None
    return float(found) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("ordered", [False, True], ids=["undated", "dated"])
@pytest.mark.parametrize("seed", range(150))
def test_outer_bounds_are_those_of_the_linear_programs(seed: int, ordered: bool) -> None:
    view = random_view(seed, 5 if ordered else 0)
    program = Program(view, "a", ordered)
    assert program.feasible()  # the points themselves fit
    lo, hi = round_trip(view, "a").outer
    assert close(lo, program.extreme(program.back, 1))
    assert close(hi, program.extreme(program.back, -1))


@pytest.mark.parametrize("seed", range(40))
def test_outer_shares_by_bisection(seed: int) -> None:
    """back >= s revenue can hold just as long as s is not above the largest share."""
    view = random_view(seed, 5)
    program = Program(view, "a", ordered=True)
    most_revenue = program.extreme(program.revenue, -1)
    low, high = round_trip(view, "a").outer_share
    if most_revenue == 0:
        assert (low, high) == (None, None)
        return
    assert low is not None
    assert high is not None
    assert -1e-9 <= low <= high <= 1 + 1e-9
    if most_revenue is None:  # clean revenue without an end: the least share is a limit that nothing reaches
        assert low == 0
        return
    for share, sense in ((low, 1), (high, -1)):
        # min (back - share revenue) is 0 at the least share, max is 0 at the largest one
        assert program.extreme(program.back - share * program.revenue, sense) == pytest.approx(0, abs=1e-5)


def test_the_random_views_have_something_to_bound() -> None:
    trips = [round_trip(view, "a") for view in (random_view(seed, 5) for seed in range(150))]
    assert sum((trip.outer[0] or 0) > 0 for trip in trips) > 20
    assert any(trip.outer[1] is None for trip in trips)
    bounds = [(trip, trip.dated) for trip in trips if trip.dated]
    assert sum((dated.lo or 0) > (trip.outer[0] or 0) for trip, dated in bounds) > 20
    assert sum((dated.hi or 0) < (trip.outer[1] or 0) for trip, dated in bounds) > 40


@pytest.mark.parametrize("seed", range(60))
def test_no_amounts_inside_their_ranges_leave_the_outer_bounds(seed: int) -> None:
    """Unless a party overdraws that does not at the amounts as they are."""
    view, dice = random_view(seed, 5), Dice(seed)
    legs = view.legs
    trip = round_trip(view, "a")
    lo, hi = trip.outer
    assert lo is not None
    binding = {legs.parties[party] for party in view.complete} - set(trip.unknown_inflow)
    tiny = Decimal("1e-6")
    for _ in range(15):
        amounts = []
        for row in range(len(legs)):
            low, high = ranges.range_of(legs.bounds(row))
            amounts.append(dice.randint(low, low + 20 if high is None else high))
        found = round_trip(replace(view, legs=replace(legs, amount=amounts)), "a")
        assert found.dated is not None
        assert found.dated.mid is not None
        assert found.dated.lo is not None
        if not binding & set(found.unknown_inflow):
            assert lo <= found.dated.lo + tiny <= found.dated.mid + 2 * tiny
            assert hi is None or (
                found.dated.hi is not None and found.dated.mid <= found.dated.hi + tiny <= hi + 2 * tiny
            )


def test_what_is_forced_moves_both_ways_with_an_amount() -> None:
    """c holds 10 from v and 5 of its own, and pays 6..15 to v: forced are the payment less its own 5."""
    view = build(
        ("2025-01-01", "OUTSIDE", "c", "external", 5), ("2025-01-02", "v", "c", "loan", 10), ("2025-01-03", "c", "v", "purchase", 12),
        lens=Lens(complete=("c",)),
    )  # fmt: skip
    trip = round_trip(with_ranges(view, {1: (6, 15)}), "v")
    assert trip.outer == (1, 10)
    assert trip.outer_share == (pytest.approx(1 / 6), pytest.approx(1))
    paid = round_trip(with_ranges(view, {0: (2, 10)}), "v")  # the loan: with 2 of it c cannot have paid 12 out of 7
    assert paid.outer == (7, 10)
    own = round_trip(with_ranges(view, {}, {0: (0, 9)}), "v")  # with less than 2 of its own c could not have paid 12
    assert own.outer == (3, 10)


def test_amounts_without_a_range_need_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "Program", None)
    trip = round_trip(vendor_loop(Lens(complete="all")), "vendor")
    assert trip.outer == (7, 10)
    assert trip.outer_share == (pytest.approx(7 / 12), pytest.approx(10 / 12))
    big = 10**24
    rows: Any = (("", "v", "c", "loan", big + 1), ("", "c", "v", "purchase", big))
    assert round_trip(build(*rows, lens=Lens(complete="all")), "v").outer == (big, big)


def test_a_missing_bound_is_no_limit_and_a_point_alone_is_exact() -> None:
    assert ranges.range_of((None, 5, None)) == (5, 5)
    assert ranges.range_of((None, None, 7)) == (0, 7)
    assert ranges.range_of((None, 5, 7)) == (0, 7)
    assert ranges.range_of((3, None, None)) == (3, None)
    assert ranges.range_of((3, 5, None)) == (3, None)
    assert ranges.range_of((None, None, None)) == (0, None)


def test_undated_legs_take_the_outer_bounds_back_to_the_undated_form() -> None:
    """Payment before funding brings nothing back; with an undated leg in the graph it could."""
    rows: Any = (
        ("2025-01-01", "OUTSIDE", "c", "external", 15), ("2025-01-02", "c", "v", "purchase", 10), ("2025-01-03", "v", "c", "loan", 10),
    )  # fmt: skip
    assert round_trip(with_ranges(build(*rows), {0: (5, 12)}), "v").outer == (0, 0)
    assert round_trip(with_ranges(build(*rows, ("", "x", "y", "payment", 1)), {0: (5, 12)}), "v").outer == (0, 10)


def test_large_amounts_keep_their_digits() -> None:
    """Beyond 2^50, from where the solver fails on amounts as they are."""
    unit = 10**15
    view = build(
        ("", "OUTSIDE", "c", "external", 5 * unit), ("", "v", "c", "loan", 10 * unit), ("", "c", "v", "purchase", 12 * unit),
        lens=Lens(complete=("c",)),
    )  # fmt: skip
    lo, hi = round_trip(with_ranges(view, {1: (6 * unit, 15 * unit)}), "v").outer
    assert (lo, hi) == (unit, 10 * unit)


def test_complete_parties_that_no_amount_lets_pay_bind_nothing() -> None:
    """c pays at least 20 and never has more than 15: by its point, 0, it would be complete."""
    view = build(
        ("", "OUTSIDE", "c", "external", 5),
        ("", "v", "c", "loan", 10),
        ("", "c", "v", "purchase", None),
        lens=Lens(complete=("c",)),
    )
    trip = round_trip(with_ranges(view, {1: (20, None)}), "v")
    assert trip.outer == (0, 10)
    assert "overdrawn" in [problem.code for problem in trip.problems]


def test_goods_for_shares_stand_in_both_bounds_at_their_ends() -> None:
    data = dataset(
        leg("goods", "v>c", "in_kind", "paid 2025-01-01", amount="4..5..6"), leg("loan", "v>c", "loan", "paid 2025-01-01", amount="10"),
        leg("buy", "c>v", "purchase", "paid 2025-01-02", amount="up to 8"),
    )  # fmt: skip
    trip = round_trip(view_dataset(data, Lens()), "v")
    assert trip.outer == (4, 14)
    assert trip.static.hi == 15  # an unpriced leg has no limit there: 10 of the loan, 5 of the goods


def test_without_the_solver_the_upper_bound_is_the_flow_at_the_upper_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    view = with_ranges(vendor_loop(Lens(complete="all")), {0: (4, 11)})
    with_solver = round_trip(view, "vendor")
    monkeypatch.setattr(ranges, "solver_installed", lambda: False)
    trip = round_trip(view, "vendor")
    assert with_solver.outer == (7, 11)
    assert trip.outer == (None, 11)
    assert "needs-extra" in [problem.code for problem in trip.problems]
    none_complete = round_trip(replace(view, complete=frozenset()), "vendor")
    assert none_complete.outer == (0, 11)
    assert none_complete.problems == ()


def test_too_many_payments_for_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "PROGRAM_UP_TO", 2)
    trip = round_trip(with_ranges(vendor_loop(Lens(complete=("customer",))), {0: (4, 11)}), "vendor")
    assert trip.outer == (None, 11)
    assert [problem.code for problem in trip.problems] == ["too-large"]


# draws


def uncertain() -> View:
    """v lends 10,000, c has 10,000 of its own and buys for 5,000..10,000..15,000."""
    rows: Any = (
        ("", "v", "c", "loan", 10_000),
        ("", "OUTSIDE", "c", "external", 10_000),
        ("", "c", "v", "purchase", 10_000),
    )
    return with_ranges(build(*rows), {1: (5_000, 15_000)})


def test_quantiles_of_a_symmetric_triangle() -> None:
    """Half of each dollar is coloured: mid is half the purchase, whose quantiles are those of a triangle."""
    found = likely_spread(uncertain(), "v", draws=4001)
    assert (found.drawn, found.rejected, found.booked, found.undrawn) == (1, 0, 0, ())
    quantile = {level: float(value) for level, value in found.quantiles}
    for level in (0.05, 0.25, 0.5):
        purchase = 5_000 + 10_000 * (level / 2) ** 0.5
        assert quantile[level] == pytest.approx(purchase / 2, abs=60)
        if level < 0.5:
            assert quantile[1 - level] == pytest.approx(10_000 - purchase / 2, abs=60)
    assert float(found.mean or 0) == pytest.approx(5_000, abs=60)


def test_the_same_seed_gives_the_same_draws_and_another_one_others() -> None:
    assert likely_spread(uncertain(), "v", seed=3) == likely_spread(uncertain(), "v", seed=3)
    assert likely_spread(uncertain(), "v", seed=3).quantiles != likely_spread(uncertain(), "v", seed=4).quantiles


def test_amounts_of_one_deal_move_together() -> None:
    """Two purchases of one deal, 0..20 each: their sum is spread as widely as one of 0..40; of two deals it is not."""
    rows: Any = [("", "v", "c", "loan", 1_000_000)] + [("", "c", "v", "purchase", 500)] * 2
    view = build(*rows)
    legs = replace(view.legs, low=[1_000_000, 0, 0], high=[1_000_000, 1000, 1000])
    together = likely_spread(replace(view, legs=replace(legs, deal=["x", "y", "y"])), "v", draws=2000)
    apart = likely_spread(replace(view, legs=replace(legs, deal=["x", "y", "z"])), "v", draws=2000)

    def width(found: ranges.Spread) -> Decimal:
        values = dict(found.quantiles)
        return values[0.95] - values[0.05]

    assert width(together) > width(apart) * Decimal("1.2")


def test_draws_that_overdraw_a_complete_party_are_rejected_and_in_the_end_booked() -> None:
    """c has 20 and pays 5..30: a complete c can pay no more than 20."""
    view = build(
        ("", "v", "c", "loan", 10),
        ("", "OUTSIDE", "c", "external", 10),
        ("", "c", "v", "purchase", 10),
        lens=Lens(complete=("c",)),
    )
    found = likely_spread(with_ranges(view, {1: (5, 30)}), "v", draws=300)
    assert found.rejected > 50
    assert found.booked == 0
    assert max(value for _, value in found.quantiles) <= 10
    hopeless = likely_spread(with_ranges(view, {1: (10, 100_000)}), "v", draws=3)
    assert (hopeless.rejected, hopeless.booked) == (60, 3)


def test_draws_are_dated_where_all_is() -> None:
    """Payment before funding: nothing comes back, whatever the amount."""
    rows: Any = (("2025-01-02", "c", "v", "purchase", 10), ("2025-01-03", "v", "c", "loan", 10))
    view = with_ranges(build(*rows), {0: (5, 15)})
    assert dict(likely_spread(view, "v").quantiles)[0.95] == 0
    undated: Any = tuple(("", *row[1:]) for row in rows)
    assert dict(likely_spread(with_ranges(build(*undated), {0: (5, 15)}), "v").quantiles)[0.05] > 0


def test_what_cannot_be_drawn() -> None:
    exact = likely_spread(vendor_loop(), "vendor")
    assert (exact.drawn, exact.mean, exact.quantiles) == (0, None, ())
    view = build(("", "v", "c", "loan", 10), ("", "c", "v", "purchase", None))
    open_ended = likely_spread(with_ranges(view, {1: (3, None)}), "v")
    assert (open_ended.drawn, open_ended.undrawn) == (0, ("2",))
    up_to = likely_spread(with_ranges(view, {1: (None, 8)}), "v", draws=2000)
    assert (up_to.drawn, up_to.undrawn) == (1, ())
    assert float(up_to.mean or 0) == pytest.approx(4, abs=0.6)  # evenly over 0..8
    with pytest.raises(UsageError, match="draws"):
        likely_spread(view, "v", draws=0)
