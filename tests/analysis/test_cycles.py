"""Loops over legs and parties, to the letter of the interface, against networkx and plain enumeration."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise, permutations, product

import networkx as nx
import pytest

from circularity.analysis import cycles
from circularity.analysis.cycles import Cycle, CycleFilter, Search, find_cycles, shape_of
from circularity.errors import LimitReached, UsageError
from circularity.graph.lens import Lens
from circularity.graph.networks import to_networkx
from circularity.graph.toys import build, triangle
from circularity.graph.view import View, view_table
from circularity.kernels import engine, ordered, runs
from circularity.model.kinds import FLOWS
from tests.ledgers import Dice, Row

FLOW_KINDS = ("payment", "purchase", "equity_cash", "loan")


def random_view(seed: int, days: int = 0, unpriced: float = 0.15, kinds: tuple[str, ...] = FLOW_KINDS) -> View:
    dice = Dice(seed)
    return build(*dice.graph(dice.randint(2, 6), dice.randint(2, 14), kinds, days=days, unpriced=unpriced))


def naive(view: View, max_length: int) -> set[tuple[str, ...]]:
    """Leg ids of every simple cycle of the multigraph, from its smallest party."""
    graph = to_networkx(view, flows_only=True)
    found = set()
    for route in nx.simple_cycles(nx.DiGraph(graph), length_bound=max_length):
        start = route.index(min(route))
        walk = route[start:] + route[:start]
        found |= set(product(*(list(graph[a][b]) for a, b in zip(walk, walk[1:] + walk[:1], strict=True))))
    return found


def ids(cycles: tuple[Cycle, ...]) -> list[tuple[str, ...]]:
    return [tuple(hop[0] for hop in cycle.legs) for cycle in cycles]


@pytest.mark.parametrize("seed", range(250))
def test_by_leg_every_simple_cycle_of_the_multigraph_once(seed: int) -> None:
    view, bound = random_view(seed), Dice(seed).randint(2, 6)
    found = find_cycles(view, CycleFilter(max_length=bound))
    assert len(ids(found.cycles)) == len(set(ids(found.cycles))) == found.count
    assert set(ids(found.cycles)) == naive(view, bound)
    assert not found.truncated
    assert find_cycles(view, CycleFilter(max_length=bound, count_only=True)).count == found.count


@pytest.mark.parametrize("seed", range(100))
def test_each_loop_is_described_by_its_legs(seed: int) -> None:
    view = random_view(seed, days=9)
    legs = view.legs
    row = {key: number for number, key in enumerate(legs.id)}
    for cycle in find_cycles(view).cycles:
        walk = [row[hop[0]] for hop in cycle.legs]
        assert [legs.parties[legs.payer[leg]] for leg in walk] == list(cycle.parties)
        assert [legs.payee[leg] for leg in walk] == [legs.payer[leg] for leg in walk[1:] + walk[:1]]
        assert cycle.parties[0] == min(cycle.parties)
        assert cycle.kinds == tuple((legs.kind[leg],) for leg in walk)
        amounts = [legs.amount[leg] for leg in walk]
        assert cycle.priced == (None not in amounts)
        assert cycle.bottleneck == (min(amount for amount in amounts if amount is not None) if cycle.priced else None)
        days = [legs.date[leg] or "" for leg in walk]
        starts = [at for at in range(len(walk)) if all(a < b for a, b in pairwise(days[at:] + days[:at]))]
        assert cycle.dated == bool(starts)
        assert cycle.days == (int(max(days)[8:]) - int(min(days)[8:]) if starts else None)


@pytest.mark.parametrize("seed", range(100))
def test_order_is_bottleneck_falling_nulls_last_then_length_parties_legs(seed: int) -> None:
    cycles = find_cycles(random_view(seed)).cycles
    keys = [(c.bottleneck is None, -(c.bottleneck or 0), len(c.parties), c.parties, c.legs) for c in cycles]
    assert keys == sorted(keys)


@pytest.mark.parametrize("seed", range(100))
def test_by_party_each_route_once_with_all_its_legs(seed: int) -> None:
    view = random_view(seed, days=9)
    graph = to_networkx(view, flows_only=True)
    by_leg = find_cycles(view).cycles
    found = find_cycles(view, CycleFilter(by_party=True)).cycles
    assert len(found) == len({cycle.parties for cycle in found})
    assert {cycle.parties for cycle in found} == {cycle.parties for cycle in by_leg}
    for cycle in found:
        hops = zip(cycle.parties, cycle.parties[1:] + cycle.parties[:1], strict=True)
        assert cycle.legs == tuple(tuple(graph[a][b]) for a, b in hops)
        amounts = [[view.legs.amount[view.legs.id.index(leg)] for leg in hop] for hop in cycle.legs]
        priced = all(amount is not None for hop in amounts for amount in hop)
        assert cycle.priced == priced
        assert cycle.bottleneck == (min(sum(hop) for hop in amounts) if priced else None)  # type: ignore[arg-type]
        walks = [c.days for c in by_leg if c.parties == cycle.parties and c.days is not None]
        assert cycle.dated == bool(walks)
        assert cycle.days == min(walks, default=None)


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("by_party", [False, True])
def test_through_a_party(seed: int, by_party: bool) -> None:
    view = random_view(seed)
    party = view.legs.parties[-1]
    everything = find_cycles(view, CycleFilter(by_party=by_party)).cycles
    found = find_cycles(view, CycleFilter(by_party=by_party, through=party))
    assert found.cycles == tuple(cycle for cycle in everything if party in cycle.parties)
    assert find_cycles(view, CycleFilter(by_party=by_party, through=party, count_only=True)).count == found.count


@pytest.mark.parametrize("seed", range(40))
def test_top_cuts_the_list_and_count_stays_the_total(seed: int) -> None:
    view = random_view(seed)
    everything = find_cycles(view)
    found = find_cycles(view, CycleFilter(top=2))
    assert found.cycles == everything.cycles[:2]
    assert (found.count, found.truncated) == (everything.count, False)


FILTERS: dict[str, dict[str, object]] = {
    "by leg": {}, "by party": {"by_party": True}, "through": {"through": "b"},
    "through by party": {"through": "b", "by_party": True}, "dated": {"dated": True}, "window": {"window": 3},
    "sequence": {"sequence": ("commercial", "financing")}, "decay": {"decay": Decimal("0.5")}, "tier": {"tier": "press"},
}  # fmt: skip


def tangled_view(seed: int) -> View:
    """Few parties and many legs: parallel ones, zeros, equal amounts, unpriced ones, holdings, some evidence."""
    dice = Dice(seed)
    kinds = ("payment", "purchase", "equity_cash", "stake", "guarantee")
    rows = dice.graph(
        dice.randint(2, 5), dice.randint(6, 40), kinds, days=9, unpriced=0.1, least=0, most=dice.choice((2, 30))
    )
    families = dice.choice(((), ("holding", "commercial", "credit_support", "financing")))
    view = build(*rows, lens=Lens(families=families))
    table = replace(view.legs, tier=[dice.choice(("filing", "press", "claim", None)) for _ in rows])
    return view_table(table, view.lens, name="toy", version="", sha256="")


@pytest.fixture(params=["plain", "compiled"])
def small_bands(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bands, buffers and runs of a few loops, so that small graphs go every way that large ones go."""
    monkeypatch.setattr(engine, "PLAIN_STEPS", -1.0 if request.param == "compiled" else float("inf"))
    for module, name, size in (
        (ordered, "BAND", 4), (ordered, "_PLAIN_BAND", 4), (ordered, "_FIRST", 2), (ordered, "_PIECE", 3), (ordered, "ROOM", 2),
        (engine, "ROOM", 3), (runs, "RUN", 3), (runs, "_READ", 2),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, size)


@pytest.mark.usefixtures("small_bands")
@pytest.mark.parametrize("kind", FILTERS)
@pytest.mark.parametrize("seed", range(25))
def test_top_and_one_by_one_give_what_sorting_all_gives(seed: int, kind: str) -> None:
    view, bound = tangled_view(seed), Dice(seed).randint(2, 5)
    wanted = CycleFilter(max_length=bound, **FILTERS[kind])  # type: ignore[arg-type]
    everything = find_cycles(view, replace(wanted, limit=10**6))
    assert find_cycles(view, wanted).cycles == everything.cycles
    for top in (0, 1, 3, everything.count, everything.count + 1):
        found = find_cycles(view, replace(wanted, top=top))
        assert found.cycles == everything.cycles[:top]
        assert (found.count, found.truncated) == (everything.count, False)
    search = Search(view, wanted)
    assert tuple(search.cycle(loop) for loop in search.in_order()) == everything.cycles
    assert find_cycles(view, replace(wanted, count_only=True)).count == everything.count


@pytest.mark.parametrize("kind", FILTERS)
def test_the_tangled_samples_hold_ties_and_loops_of_unknown_worth(kind: str) -> None:
    everything = [
        find_cycles(tangled_view(seed), CycleFilter(max_length=5, **FILTERS[kind])).cycles  # type: ignore[arg-type]
        for seed in range(25)
    ]
    worth = [[cycle.bottleneck for cycle in found] for found in everything]
    assert sum(len(found) > 8 for found in worth) >= 3, "more than two bands"
    assert sum(max(map(found.count, found), default=0) > 4 for found in worth) >= 1, "a tie of more than a band"
    assert kind == "decay" or any(None in found for found in worth)


@pytest.mark.parametrize("count_only", [False, True])
@pytest.mark.parametrize("seed", range(40))
def test_limit_stops_the_search(seed: int, count_only: bool) -> None:
    view = random_view(seed)
    total = find_cycles(view).count
    for limit in (0, 1, 2, total, total + 1):
        found = find_cycles(view, CycleFilter(limit=limit, count_only=count_only))
        assert (found.count, found.truncated) == (min(limit, total), total > limit)
        assert len(found.cycles) == (0 if count_only else found.count)


def naive_dated(view: View, max_length: int, window: int | None, ties: bool) -> set[tuple[str, ...]]:
    """Every choice of legs, in every order, that closes, visits nobody twice, and goes forward in time."""
    legs = view.legs
    rows = [row for row in range(len(legs)) if legs.date[row] and legs.kind[row] in FLOWS]

    def follows(one: int, other: int) -> bool:
        first, second = legs.date[one] or "", legs.date[other] or ""
        same = ties and first == second and legs.deal[one] == legs.deal[other] and one < other
        return first < second or same

    found = set()
    for length in range(2, max_length + 1):
        for walk in permutations(rows, length):
            if any(legs.payee[a] != legs.payer[b] for a, b in zip(walk, walk[1:] + walk[:1], strict=True)):
                continue
            if len({legs.payer[row] for row in walk}) < length or not all(follows(a, b) for a, b in pairwise(walk)):
                continue
            days = int((legs.date[walk[-1]] or "")[8:10]) - int((legs.date[walk[0]] or "")[8:10])
            if window is None or days <= window:
                found.add(tuple(legs.id[row] for row in walk))
    return found


def dated_view(seed: int, undated: bool = False) -> View:
    """Nine legs of three deals on six days, some at a time of day, some undated."""
    dice = Dice(seed)
    rows = dice.graph(4, 9, FLOW_KINDS, days=6)
    if undated:
        rows = [(day if dice.random() < 0.8 else "", *rest) for day, *rest in rows]  # type: ignore[misc]
    view = build(*rows)
    table = replace(view.legs, deal=[dice.choice("xyz") for _ in rows])
    return view_table(table, Lens(), name="toy", version="", sha256="")


@pytest.mark.parametrize("seed", range(80))
@pytest.mark.parametrize("ties", [False, True])
def test_dated_loops_as_plain_enumeration_finds_them(seed: int, ties: bool) -> None:
    view, window = dated_view(seed, undated=True), Dice(seed).choice((None, 0, 1, 2, 4))
    wanted = CycleFilter(max_length=4, dated=True, ties=ties, window=window)
    found = find_cycles(view, wanted)
    assert set(ids(found.cycles)) == naive_dated(view, 4, window, ties)
    assert found.count == len(ids(found.cycles)) == find_cycles(view, replace(wanted, count_only=True)).count
    assert all(cycle.dated for cycle in found.cycles)
    for party in view.legs.parties[:2]:
        through = find_cycles(view, replace(wanted, through=party))
        assert through.cycles == tuple(cycle for cycle in found.cycles if party in cycle.parties)


def test_the_dated_samples_are_not_empty() -> None:
    strict = sum(find_cycles(dated_view(seed), CycleFilter(dated=True)).count for seed in range(80))
    tied = sum(find_cycles(dated_view(seed), CycleFilter(ties=True)).count for seed in range(80))
    assert 80 < strict < tied


def test_a_dated_loop_starts_with_its_first_leg() -> None:
    view = build(
        ("2025-01-05", "a", "b", "payment", 1),
        ("2025-01-02", "b", "c", "payment", 2),
        ("2025-01-03", "c", "a", "payment", 3),
    )
    (cycle,) = find_cycles(view, CycleFilter(dated=True)).cycles
    assert (cycle.parties, cycle.legs, cycle.days) == (("b", "c", "a"), (("2",), ("3",), ("1",)), 3)
    (undated,) = find_cycles(view).cycles
    assert (undated.parties, undated.dated, undated.days) == (("a", "b", "c"), True, 3)


def test_times_order_legs_inside_a_day() -> None:
    rows: list[Row] = [("2025-01-01T09:00:00", "a", "b", "payment", 1), ("2025-01-01T08:59:59", "b", "a", "payment", 1)]
    (cycle,) = find_cycles(build(*rows), CycleFilter(dated=True)).cycles
    assert (cycle.parties, cycle.days) == (("b", "a"), 0)
    late: list[Row] = [("2025-01-01T23:00:00", "a", "b", "payment", 1), ("2025-01-03T01:00:00", "b", "a", "payment", 1)]
    assert find_cycles(build(*late), CycleFilter(window=1)).count == 0
    assert find_cycles(build(*late), CycleFilter(window=2)).count == 1


def test_without_ties_one_day_is_no_loop_and_with_ties_only_inside_a_deal() -> None:
    view = build(("2025-01-01", "a", "b", "equity_cash", 5), ("2025-01-01", "b", "a", "purchase", 5))
    joined = view_table(replace(view.legs, deal=["d", "d"]), Lens(), name="", version="", sha256="")
    assert [find_cycles(view, CycleFilter(ties=ties, dated=True)).count for ties in (False, True)] == [0, 0]
    assert [find_cycles(joined, CycleFilter(ties=ties, dated=True)).count for ties in (False, True)] == [0, 1]


def sequenced(*words: str) -> set[tuple[str, ...]]:
    """a invests in b, which buys from a and from c, which lends to a."""
    view = build(
        ("", "a", "b", "equity_cash", 10), ("", "b", "a", "purchase", 8), ("", "b", "c", "licence", 8), ("", "c", "a", "loan", 2)
    )  # fmt: skip
    return set(ids(find_cycles(view, CycleFilter(sequence=words)).cycles))


def test_kind_sequence_from_any_start_of_an_undated_loop() -> None:
    assert sequenced("equity_cash", "purchase") == sequenced("purchase", "equity_cash") == {("1", "2")}
    assert sequenced("financing", "commercial") == {("1", "2")}
    assert sequenced("loan", "financing", "commercial") == {("1", "3", "4")}
    assert sequenced("equity_cash") == sequenced("purchase", "purchase") == set()


def test_kind_sequence_from_the_first_leg_of_a_dated_loop() -> None:
    view = build(("2025-01-01", "a", "b", "equity_cash", 10), ("2025-01-02", "b", "a", "purchase", 8))
    assert find_cycles(view, CycleFilter(dated=True, sequence=("equity_cash", "purchase"))).count == 1
    assert find_cycles(view, CycleFilter(dated=True, sequence=("purchase", "equity_cash"))).count == 0


def test_decay_is_the_most_that_a_hop_may_lose() -> None:
    view = build(("", "a", "b", "payment", 100), ("", "b", "c", "payment", 80), ("", "c", "a", "payment", 64))
    assert find_cycles(view, CycleFilter(decay=Decimal("0.2"))).count == 1
    assert find_cycles(view, CycleFilter(decay=Decimal("0.19"))).count == 0
    assert find_cycles(view, CycleFilter(decay=Decimal("0.2"), count_only=True)).count == 1


def test_an_unpriced_leg_is_walked_and_has_no_bottleneck() -> None:
    (cycle,) = find_cycles(build(("", "a", "b", "payment", 5), ("", "b", "a", "payment", None))).cycles
    assert (cycle.priced, cycle.bottleneck) == (False, None)


HOLDINGS: list[Row] = [
    ("", "a", "b", "stake", 1), ("", "b", "a", "purchase", 50), ("", "c", "b", "guarantee", 2), ("", "b", "c", "rent_back", 7),
    ("", "a", "c", "warrant", 3), ("", "c", "a", "payment", 9), ("", "b", "d", "stake", None), ("", "d", "b", "payment", 4),
]  # fmt: skip


def held(**lens: object) -> dict[tuple[str, ...], tuple[bool, Decimal | None]]:
    found = find_cycles(build(*HOLDINGS, lens=Lens(**lens))).cycles  # type: ignore[arg-type]
    return {cycle.parties: (cycle.priced, cycle.bottleneck) for cycle in found}


def test_holdings_and_support_are_walked_only_on_request_and_never_set_a_bottleneck() -> None:
    assert held() == {}
    holding = {("a", "b"): (True, 50), ("a", "c"): (True, 9), ("b", "d"): (False, None)}
    support = {("b", "c"): (True, 7)}
    assert held(families=("holding",)) == {**holding, ("a", "b", "c"): (True, 7)}
    assert held(families=("credit_support",)) == support
    both = held(families=("holding", "credit_support"))
    assert both == {**holding, **support, ("a", "b", "c"): (True, 7), ("a", "c", "b"): (True, 50)}
    assert held(families=("holding", "commercial")) == {("a", "b"): (True, 50)}
    assert held(families=("holding",), kinds=("payment",)) == {("a", "c"): (True, 9), ("b", "d"): (False, None)}


def test_mutual_stakes_move_nothing() -> None:
    view = build(("", "a", "b", "stake", 5), ("", "b", "a", "stake", 7), lens=Lens(families=("holding",)))
    (cycle,) = find_cycles(view).cycles
    assert (cycle.shape, cycle.priced, cycle.bottleneck) == ("mutual stakes", True, None)


def test_goods_for_shares_are_a_loop_of_their_own() -> None:
    view = build(("2025-01-01", "a", "b", "in_kind", 5), ("2025-01-01", "b", "a", "purchase", 5))
    table = replace(view.legs, id=["x", "x/purchase"], deal=["x", "x"], cash=[False, False])
    pair = view_table(table, Lens(), name="", version="", sha256="")
    (cycle,) = find_cycles(pair).cycles
    assert (cycle.legs, cycle.bottleneck, cycle.shape) == ((("x",), ("x/purchase",)), 5, "in-kind investment")
    assert find_cycles(pair, CycleFilter(ties=True)).count == 1


@pytest.mark.parametrize(
    ("kinds", "shape"),
    [
        ("equity_cash purchase", "vendor financing"),
        ("equity_cash purchase cloud_purchase", "pass-through"),
        ("guarantee lease_payment", "backstop"),
        ("purchase rent_back", "rent-back"),
        ("stake stake", "mutual stakes"),
        ("warrant purchase", "customer warrant"),
        ("in_kind purchase", "in-kind investment"),
        ("loan repayment", "debt or equity service"),
        ("loan equity_cash", "mutual financing"),
        ("purchase service", "mutual trade"),
        ("stake purchase", "stake and trade"),
        ("stake loan", "stake and financing"),
        ("payment payment", "payments of unknown purpose"),
        ("acquisition purchase", "mixed"),
    ],
)
def test_shapes(kinds: str, shape: str) -> None:
    assert shape_of(tuple((kind,) for kind in kinds.split())) == shape


@pytest.mark.parametrize(
    "wanted",
    [
        {"max_length": 1}, {"top": -1}, {"limit": -1}, {"window": -1}, {"decay": Decimal(2)}, {"tier": "gossip"},
        {"sequence": ("purchse",)}, {"by_party": True, "dated": True}, {"by_party": True, "window": 3},
    ],
)  # fmt: skip
def test_a_bad_call_says_so(wanted: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        CycleFilter(**wanted)  # type: ignore[arg-type]


def test_an_unknown_party_suggests_a_near_one() -> None:
    view = build(("", "nvidia", "openai", "loan", 1), ("", "openai", "nvidia", "purchase", 1))
    with pytest.raises(UsageError, match="did you mean 'nvidia'"):
        find_cycles(view, CycleFilter(through="nvida"))


def test_a_weak_leg_makes_a_weak_loop_and_tier_leaves_it_out() -> None:
    view = triangle()
    table = replace(view.legs, tier=["filing", "claim", "press"])
    tiered = view_table(table, Lens(), name="", version="", sha256="")
    assert [cycle.weakest_tier for cycle in find_cycles(tiered).cycles] == ["claim"]
    assert [find_cycles(tiered, CycleFilter(tier=tier)).count for tier in ("claim", "relayed", "filing")] == [1, 0, 0]
    assert [cycle.weakest_tier for cycle in find_cycles(view).cycles] == [None]


def test_ten_thousand_parallel_legs_are_counted_without_listing() -> None:
    rows: list[Row] = [("", "a", "b", "payment", 1)] * 10_000 + [("", "b", "a", "payment", 1)] * 10_000
    view = build(*rows)
    assert find_cycles(view, CycleFilter(count_only=True)).count == 10**8
    (cycle,) = find_cycles(view, CycleFilter(by_party=True)).cycles
    assert cycle.bottleneck == 10_000


def both_ways(legs: int, amount: int | None = 1) -> View:
    """Two parties that pay each other that many times."""
    rows: list[Row] = [("2025-01-01", "a", "b", "payment", amount)] * legs
    return build(*rows, *[("2025-01-02", "b", "a", "payment", amount)] * legs)


@pytest.mark.parametrize("amount", [0, 1, None])
def test_the_largest_of_a_hundred_million_loops_of_equal_worth_come_at_once(amount: int | None) -> None:
    view = both_ways(10_000, amount)
    found = find_cycles(view, CycleFilter(top=3))
    assert [cycle.legs for cycle in found.cycles] == [(("1",), ("10001",)), (("1",), ("10002",)), (("1",), ("10003",))]
    assert {cycle.bottleneck for cycle in found.cycles} == {amount}
    assert (found.count, found.truncated) == (10**8, False)
    (loop,) = find_cycles(view, CycleFilter(by_party=True, top=3)).cycles
    assert loop.bottleneck == (None if amount is None else 10_000 * amount)


@pytest.mark.parametrize(
    "wanted", [CycleFilter(limit=5), CycleFilter(limit=5, dated=True), CycleFilter(limit=5, decay=Decimal(0))]
)
def test_a_limit_ends_a_search_among_parallel_legs(wanted: CycleFilter) -> None:
    found = find_cycles(both_ways(10_000), wanted)
    assert (len(found.cycles), found.count, found.truncated) == (5, 5, True)


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({}, "too many to hold"), ({"top": 10**9}, "too many to hold"), ({"limit": 10**9}, "too many to hold"),
        ({"dated": True}, "too many to hold"), ({"decay": Decimal(0)}, "to look at"),
        ({"decay": Decimal(0), "count_only": True}, "to look at"), ({"decay": Decimal(0), "top": 2}, "to look at"),
        ({"dated": True, "count_only": True}, "to look at"), ({"dated": True, "top": 2}, "to look at"),
        ({"sequence": ("loan", "loan"), "limit": 1}, "to look at"),
    ],
)  # fmt: skip
def test_what_is_too_much_is_refused(wanted: dict[str, object], why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycles, "MOST_HELD", 1000)
    monkeypatch.setattr(cycles, "MOST_SEEN", 5000)
    with pytest.raises(LimitReached, match=why):
        find_cycles(both_ways(100), CycleFilter(**wanted))  # type: ignore[arg-type]


def test_dated_loops_too_many_to_sort_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycles, "MOST_SORTED", 50)
    monkeypatch.setattr(runs, "RUN", 10)
    with pytest.raises(LimitReached, match="too many to sort"):
        list(Search(both_ways(10), CycleFilter(dated=True)).in_order())
    assert len(list(Search(both_ways(7), CycleFilter(dated=True)).in_order())) == 49


@pytest.mark.parametrize("kind", FILTERS)
def test_legs_to_oneself_and_graphs_without_a_loop(kind: str) -> None:
    alone = build(("2025-01-01", "b", "b", "payment", 1), ("2025-01-02", "b", "b", "payment", 1))
    there = build(("2025-01-01", "b", "c", "payment", 1), ("2025-01-02", "b", "b", "payment", 1))
    back = build(
        ("2025-01-01", "b", "b", "payment", 1), ("2025-01-02", "b", "c", "payment", 1), ("2025-01-03", "c", "b", "payment", 1)
    )  # fmt: skip
    for view, count in ((alone, 0), (there, 0), (back, int(kind not in ("sequence", "tier")))):
        for top in (None, 2):
            found = find_cycles(view, CycleFilter(top=top, **FILTERS[kind]))  # type: ignore[arg-type]
            assert (found.count, len(found.cycles)) == (count, count)
