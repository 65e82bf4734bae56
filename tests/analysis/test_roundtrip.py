"""The static round trip: closed form, linear programs, a dense solve, and the rules of each leg."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from scipy.optimize import linprog

from circularity.analysis.roundtrip import RoundTrip, Scope, round_trip
from circularity.errors import UsageError
from circularity.graph.lens import Lens
from circularity.graph.toys import build
from circularity.graph.view import View, view_dataset
from circularity.model.kinds import FLOWS, FUNDING, REVENUE
from tests.datasets import account, dataset, leg
from tests.ledgers import Dice, Row

KINDS = ("equity_cash", "loan", "purchase", "cloud_purchase", "rent_back", "payment", "repayment")


def roles(scope: Scope) -> tuple[frozenset[str], frozenset[str]]:
    if scope == "every":
        return FLOWS, FLOWS
    return (FUNDING | {"rent_back"} if scope == "all" else FUNDING), REVENUE


def by_program(view: View, focal: str, scope: Scope, sense: int) -> float:
    """MEASURES §3: 0 <= f <= a, conserved; f = a on the funding, 0 on other legs out of the focal.

    What a party keeps is at most its balance where it is complete. `sense` 1: least, -1: most.
    """
    legs, names = view.legs, view.legs.parties
    funding, revenue = roles(scope)
    columns: list[tuple[int, int, float, float, float]] = []  # from, to, least, most, cost; -1: nowhere
    into, out = dict.fromkeys(range(len(names)), 0), dict.fromkeys(range(len(names)), 0)
    for row in range(len(legs)):
        payer, payee, kind, amount = legs.payer[row], legs.payee[row], legs.kind[row], legs.amount[row] or 0
        if kind not in FLOWS or not legs.cash[row]:
            continue
        out[payer] += amount
        into[payee] += amount
        if names[payer] == focal:
            least, most = (amount, amount) if kind in funding else (0, 0)
        else:
            least, most = 0, amount
        returns = names[payee] == focal
        columns.append((payer, payee, least, most, sense if returns and kind in revenue else 0))
    for item in legs.outside:
        if item.inward:
            into[item.party] += item.amount or 0
        else:
            out[item.party] += item.amount or 0
            columns.append((item.party, -1, 0, item.amount or 0, 0))
    complete = {p for p in view.complete if out[p] <= into[p]}
    for party in into:
        most = into[party] - out[party] if party in complete else np.inf
        columns.append((party, -1, 0, most, 0))
    inner = [party for party in into if names[party] != focal]
    balance = np.zeros((len(inner), len(columns)))
    for at, (payer, payee, *_) in enumerate(columns):
        for row, party in enumerate(inner):
            balance[row, at] = (payee == party) - (payer == party)
    done = linprog(
        [column[4] for column in columns], A_eq=balance, b_eq=[0] * len(inner),
        bounds=[(column[2], column[3]) for column in columns],
    )  # fmt: skip
    assert done.status == 0, done.message
    return float(sense * done.fun)


def by_dense_solve(view: View, focal: str, scope: Scope) -> float:
    """c_i = (F_i + sum W_ji c_j) / pool_i by numpy."""
    legs, names = view.legs, view.legs.parties
    funding, revenue = roles(scope)
    size, at = len(names), names.index(focal)
    w, f = np.zeros((size, size)), np.zeros(size)
    into, out, back = np.zeros(size), np.zeros(size), np.zeros(size)
    for row in range(len(legs)):
        payer, payee, kind, amount = legs.payer[row], legs.payee[row], legs.kind[row], legs.amount[row] or 0
        if kind not in FLOWS or not legs.cash[row]:
            continue
        out[payer] += amount
        into[payee] += amount
        if payer == at:
            f[payee] += amount if kind in funding else 0
        elif payee == at:
            back[payer] += amount if kind in revenue else 0
        else:
            w[payer, payee] += amount
    for item in legs.outside:
        (into if item.inward else out)[item.party] += item.amount or 0
    pool = np.maximum(into, out)
    share = np.divide(1, pool, out=np.zeros(size), where=pool > 0)
    matrix = np.eye(size) - (w * share[None, :]).T
    colour = np.linalg.lstsq(matrix, f * share, rcond=None)[0]  # clean closed rings: least norm, 0
    return float(back @ colour)


def random_view(seed: int) -> View:
    """All parties complete, or some of them, or none."""
    dice = Dice(seed)
    rows = dice.graph(dice.randint(2, 7), dice.randint(2, 20), KINDS, outside=dice.randint(0, 8))
    names = sorted({end for row in rows for end in row[1:3]} - {"OUTSIDE"})
    some = tuple(name for name in names if dice.random() < 0.6)
    return build(*rows, lens=Lens(complete=dice.choice(("all", "all", some or "none", "none"))))


def bounds(found: RoundTrip) -> tuple[float | None, ...]:
    static = found.static
    return tuple(None if value is None else float(value) for value in (static.lo, static.mid, static.hi))


@pytest.mark.parametrize("scope", ["financing", "all", "every"])
@pytest.mark.parametrize("seed", range(150))
def test_bounds_are_those_of_the_linear_programs(seed: int, scope: Scope) -> None:
    view = random_view(seed)
    focal = view.legs.parties[0]
    lo, mid, hi = bounds(round_trip(view, focal, scope))
    assert lo == pytest.approx(by_program(view, focal, scope, 1), abs=1e-6)
    assert hi == pytest.approx(by_program(view, focal, scope, -1), abs=1e-6)
    assert mid == pytest.approx(by_dense_solve(view, focal, scope), abs=1e-6)


def test_the_random_graphs_have_forced_and_possible_and_likely_dollars() -> None:
    found = [round_trip(view, view.legs.parties[0], "every").static for view in map(random_view, range(150))]
    assert sum(trip.lo > 0 for trip in found if trip.lo is not None) > 10
    assert sum(trip.lo < trip.mid < trip.hi for trip in found if None not in (trip.lo, trip.mid, trip.hi)) > 20  # type: ignore[operator]


F, Z, P, SPENT = 60, 40, 70, 10


def one_counterparty(funding: int, own: int, bought: int, spent: int) -> View:
    return build(
        ("", "v", "c", "equity_cash", funding), ("", "OUTSIDE", "c", "external", own),
        ("", "c", "v", "purchase", bought), ("", "c", "OUTSIDE", "external", spent),
        lens=Lens(complete=("c",)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("funding", "own", "bought", "spent"),
    [(60, 40, 70, 10), (10, 90, 50, 0), (50, 0, 50, 0), (50, 10, 0, 60), (7, 3, 10, 0), (9, 5, 4, 3), (0, 10, 5, 0)],
)
def test_closed_form_of_one_counterparty(funding: int, own: int, bought: int, spent: int) -> None:
    """MEASURES §3: pool P = F + Z, absorption K = outside spending + cash kept.

    lo = max(0, F - K), mid = p F / P, hi = min(F, p).
    """
    kept = funding + own - bought - spent
    assert kept >= 0
    lo, mid, hi = bounds(round_trip(one_counterparty(funding, own, bought, spent), "v"))
    assert lo == max(0, funding - spent - kept)
    assert mid == pytest.approx(bought * funding / (funding + own))
    assert hi == min(funding, bought)


def test_haircut_of_three_stolen_and_seven_clean() -> None:
    """Anderson, Shumailov, Ahmed 2018: 3 stolen then 7 clean into one wallet: 30 % of every coin."""
    view = build(
        ("2018-03-01", "v", "wallet", "loan", 3), ("2018-03-02", "OUTSIDE", "wallet", "external", 7),
        ("2018-03-03", "wallet", "v", "purchase", 10), lens=Lens(complete="all"),
    )  # fmt: skip
    found = round_trip(view, "v")
    assert found.share["mid"] == pytest.approx(0.3)
    part = build(
        ("", "v", "wallet", "loan", 3), ("", "OUTSIDE", "wallet", "external", 7), ("", "wallet", "v", "purchase", 4)
    )
    assert round_trip(part, "v").static.mid == Decimal("1.2")


def test_static_tracing_invents_trips() -> None:
    """MEASURES, trap 4: payment before funding gives static mid 4, hi 10."""
    view = build(
        ("2025-01-01", "OUTSIDE", "c", "external", 15), ("2025-01-02", "c", "v", "purchase", 10),
        ("2025-01-03", "v", "c", "equity_cash", 10), lens=Lens(complete="all"),
    )  # fmt: skip
    found = round_trip(view, "v")
    assert (found.static.mid, found.static.hi) == (4, 10)
    assert found.dated is not None
    assert (found.dated.lo, found.dated.mid, found.dated.hi) == (0, 0, 0)


def test_without_complete_parties_nothing_is_forced() -> None:
    rows: list[Row] = [("", "v", "c", "equity_cash", 50), ("", "c", "v", "purchase", 50)]
    assert round_trip(build(*rows), "v").static.lo == 0
    assert round_trip(build(*rows, lens=Lens(complete="all")), "v").static.lo == 50


def test_a_complete_party_that_overdraws_is_a_problem_and_not_complete() -> None:
    view = build(("", "v", "c", "equity_cash", 50), ("", "c", "v", "purchase", 70), lens=Lens(complete=("c",)))
    found = round_trip(view, "v")
    assert found.unknown_inflow == {"c": 20}
    assert [problem.code for problem in found.problems] == ["overdrawn"]
    assert found.complete == ()
    assert bounds(found) == (0, pytest.approx(50), 50)
    assert found.static.mid == 50  # 70 bought out of a pool of 50 + 20 unknown and clean


def test_money_that_returns_otherwise_is_no_revenue_and_takes_colour_away() -> None:
    view = build(
        ("", "v", "c", "loan", 50), ("", "c", "v", "repayment", 30), ("", "c", "v", "purchase", 20),
        lens=Lens(complete="all"),
    )  # fmt: skip
    found = round_trip(view, "v")
    assert bounds(found) == (20, 20, 20)
    assert [(leg.id, leg.role, leg.coloured_mid) for leg in found.legs] == [
        ("1", "funding", 50), ("3", "revenue", 20), ("2", "return_other", 30),
    ]  # fmt: skip


def test_scopes() -> None:
    """v funds c with 10, rents back from it for 20, and buys 5; c buys 30 and repays 3."""
    view = build(
        ("", "v", "c", "equity_cash", 10), ("", "v", "c", "rent_back", 20), ("", "v", "c", "purchase", 5),
        ("", "c", "v", "purchase", 30), ("", "c", "v", "repayment", 3), lens=Lens(complete="all"),
    )  # fmt: skip
    found = {scope: round_trip(view, "v", scope) for scope in ("financing", "all", "every")}  # type: ignore[arg-type]
    assert [found[scope].funding for scope in found] == [10, 30, 35]
    assert [found[scope].revenue for scope in found] == [30, 30, 33]
    assert [found[scope].static.hi for scope in found] == [10, 30, 33]
    assert [found[scope].static.lo for scope in found] == [5, 25, 33]
    with pytest.raises(UsageError, match="scope"):
        round_trip(view, "v", "some")  # type: ignore[arg-type]


def test_rent_back_is_revenue_of_its_payee() -> None:
    view = build(("", "c", "v", "equity_cash", 10), ("", "v", "c", "rent_back", 8))
    found = round_trip(view, "c")
    assert (found.revenue, found.static.hi) == (8, 8)


def test_a_warrant_is_no_funding_and_a_stake_or_guarantee_no_flow() -> None:
    view = build(
        ("", "v", "c", "warrant", 10), ("", "v", "c", "stake", 10), ("", "v", "c", "guarantee", 10),
        ("", "c", "v", "purchase", 8),
    )  # fmt: skip
    found = round_trip(view, "v")
    assert (found.funding, found.static.hi) == (0, 0)


def in_kind(lens: Lens) -> View:
    """v invests 10 in cash; c buys for 8. Beside it v gives goods of 5 for shares: legs 3 and 3/purchase."""
    from dataclasses import replace

    from circularity.graph.view import view_table

    base = build(
        ("", "v", "c", "equity_cash", 10), ("", "c", "v", "purchase", 8), ("", "v", "c", "in_kind", 5), ("", "c", "v", "purchase", 5)
    ).legs  # fmt: skip
    table = replace(base, id=["1", "2", "3", "3/purchase"], cash=[True, True, False, False])
    return view_table(table, lens, name="toy", version="", sha256="")


def test_goods_for_shares_add_their_amount_everywhere_and_are_in_no_balance() -> None:
    found = round_trip(in_kind(Lens(complete="all")), "v")
    assert (found.funding, found.revenue) == (15, 13)
    assert found.static.hi == 8 + 5
    assert found.static.mid == 8 + 5
    assert found.static.lo == 8 + 5
    assert found.unknown_inflow == {"v": 2}
    assert {leg.id: leg.coloured_mid for leg in found.legs} == {"1": 10, "3": 5, "2": 8, "3/purchase": 5}


def test_an_unpriced_return_is_not_identified_never_zero() -> None:
    view = build(("", "v", "c", "equity_cash", 10), ("", "c", "v", "purchase", None), lens=Lens(complete="all"))
    found = round_trip(view, "v")
    assert (found.static.mid, found.static.hi) == (None, 10)
    assert found.unpriced == ("2",)
    assert [problem.code for problem in found.problems] == ["not-identified"]
    assert found.share == {"lo": None, "mid": None, "hi": None}


def test_unpriced_funding_and_return_leave_no_bound() -> None:
    view = build(("", "v", "c", "equity_cash", None), ("", "c", "v", "purchase", None))
    assert round_trip(view, "v").static.hi is None


def test_an_unpriced_leg_off_the_route_does_no_harm() -> None:
    view = build(
        ("", "v", "c", "equity_cash", 10), ("", "c", "v", "purchase", 8), ("", "c", "d", "payment", None),
        ("", "e", "f", "payment", None),
    )  # fmt: skip
    found = round_trip(view, "v")
    assert (found.static.mid, found.static.hi, found.problems) == (8, 8, ())


def test_an_unpriced_leg_widens_what_is_possible() -> None:
    """Funding reaches v only by an unpriced leg from c to d."""
    view = build(("", "v", "c", "loan", 10), ("", "c", "d", "payment", None), ("", "d", "v", "purchase", 8))
    found = round_trip(view, "v")
    assert (found.static.hi, found.static.mid) == (8, None)


def test_splitting_over_two_routes_changes_nothing_through_complete_parties() -> None:
    lens = Lens(complete="all")
    straight = build(
        ("", "v", "c", "loan", 10), ("", "OUTSIDE", "c", "external", 5), ("", "c", "v", "purchase", 12), lens=lens
    )
    split = build(
        ("", "v", "c", "loan", 10), ("", "OUTSIDE", "c", "external", 5),
        ("", "c", "m", "payment", 4), ("", "c", "n", "payment", 8), ("", "m", "v", "purchase", 4), ("", "n", "v", "purchase", 8),
        lens=lens,
    )  # fmt: skip
    assert bounds(round_trip(split, "v")) == bounds(round_trip(straight, "v")) == (7, 8, 10)


def test_customer_hhi_is_of_revenue_and_null_of_none() -> None:
    view = build(("", "a", "v", "purchase", 30), ("", "b", "v", "purchase", 10), ("", "b", "v", "payment", 60))
    assert round_trip(view, "v").customer_hhi == pytest.approx(0.625)
    assert round_trip(view, "a").customer_hhi is None


@pytest.mark.parametrize("scope", ["financing", "every"])
def test_degenerate_graphs_have_an_answer(scope: Scope) -> None:
    alone = build(("", "a", "b", "payment", 5), ("", "OUTSIDE", "v", "external", 5), lens=Lens(complete="all"))
    assert bounds(round_trip(alone, "v", scope)) == (0, 0, 0)
    ring = build(*(("", *pair, "payment", 5) for pair in ("ab", "bc", "ca")), lens=Lens(complete="all"))
    expected = (0, 0, 0) if scope == "financing" else (5, 5, 5)
    assert bounds(round_trip(ring, "a", scope)) == expected


def test_a_ring_that_no_funding_reaches_is_clean() -> None:
    """c and d pay each other in a closed ring; a funding of 0 reaches it, and 0 comes back from it."""
    view = build(
        ("", "v", "c", "loan", 0),
        ("", "c", "d", "payment", 5),
        ("", "d", "c", "payment", 5),
        ("", "c", "v", "purchase", 0),
    )
    assert bounds(round_trip(view, "v")) == (0, 0, 0)


def test_million_parallel_legs_are_summed() -> None:
    rows: list[Row] = [("", "v", "c", "loan", 1)] * 20_000 + [("", "c", "v", "purchase", 1)] * 20_000
    assert bounds(round_trip(build(*rows, lens=Lens(complete="all")), "v")) == (20_000, 20_000, 20_000)


def test_amounts_beyond_floating_point_stay_exact() -> None:
    big = 10**24
    view = build(("", "v", "c", "loan", big + 1), ("", "c", "v", "purchase", big), lens=Lens(complete="all"))
    found = round_trip(view, "v")
    assert (found.static.lo, found.static.hi) == (big, big)


REPORTED = dataset(
    leg("old", "v>c", "loan", "paid 2024-06-01 10"),
    leg("new", "v>c", "loan", "paid 2025-02-01 20"),
    leg("late", "v>c", "loan", "paid 2026-02-01 40"),
    leg("before", "c>v", "purchase", "paid 2024-07-01 4"),
    leg("buy", "c>v", "purchase", "paid 2025-07-01 15"),
    accounts=(
        account("v", "2024-01-01", "2024-12-31", revenue="100"), account("v", "2025-01-01", "2025-12-31", revenue="50"),
        account("v", "2025-07-01", "2025-09-30", revenue="30"), account("c", "2025-01-01", "2025-12-31", revenue="7"),
    ),
)  # fmt: skip


def test_reported_revenue_is_of_the_last_year_known_and_its_share_only_of_its_own_period() -> None:
    whole = round_trip(view_dataset(REPORTED, Lens(as_of="2026-06-30")), "v")
    assert whole.reported_revenue is not None
    assert (whole.reported_revenue.amount, whole.reported_revenue.url) == (50, "https://example.org/doc")
    assert whole.reported_share is None
    year = round_trip(view_dataset(REPORTED, Lens(since="2025-01-01", until="2025-12-31")), "v")
    assert year.reported_revenue is not None
    assert (year.revenue, year.reported_revenue.amount) == (15, 50)
    assert year.reported_share is not None
    assert year.reported_share["hi"] == pytest.approx(15 / 50)
    quarter = round_trip(view_dataset(REPORTED, Lens(since="2025-07-01", until="2025-09-30")), "v")
    assert quarter.reported_revenue is not None
    assert quarter.reported_revenue.amount == 30
    assert round_trip(view_dataset(REPORTED, Lens(as_of="2024-12-30")), "v").reported_revenue is None


def test_what_came_before_the_window_sets_the_opening_balances() -> None:
    """c holds 6 of v's 10 when 2025 begins, gets 20 more, and buys for 15: all of it is v's money."""
    found = round_trip(view_dataset(REPORTED, Lens(since="2025-01-01", until="2025-12-31", complete="all")), "v")
    assert found.dated is not None
    assert (found.revenue, found.dated.lo, found.dated.mid, found.dated.hi) == (15, 15, 15, 15)
    alone = round_trip(view_dataset(REPORTED, Lens(since="2024-07-01", until="2024-12-31")), "v")
    assert (alone.revenue, alone.static.hi) == (4, 4)  # funded before the window


def test_no_share_is_above_one_where_sales_are_undisclosed() -> None:
    """v lends 10, sells for 2 and for an undisclosed sum: up to 10 can come back, which is not five times its sales."""
    view = build(("", "v", "c", "loan", 10), ("", "c", "v", "purchase", 2), ("", "c", "v", "purchase", None))
    trip = round_trip(view, "v")
    assert (trip.static.lo, trip.static.hi, trip.revenue) == (0, 10, 2)
    assert trip.share == {"lo": 0.0, "mid": None, "hi": 1.0}
    known = round_trip(build(("", "v", "c", "loan", 10), ("", "c", "v", "purchase", 2)), "v")
    assert known.share["hi"] == 1.0
