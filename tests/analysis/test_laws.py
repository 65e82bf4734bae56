"""Laws that hold for every graph, tried on graphs that hypothesis makes up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from circularity.analysis.circulation import circulation
from circularity.analysis.cycles import CycleFilter, find_cycles
from circularity.analysis.finn import finn
from circularity.analysis.forwarding import balanced_forwarding
from circularity.analysis.hodge import hodge
from circularity.analysis.reciprocity import reciprocity
from circularity.analysis.roundtrip import RoundTrip, round_trip
from circularity.graph.lens import Lens
from circularity.graph.toys import build
from circularity.graph.view import view_dataset
from tests.datasets import dataset, leg
from tests.ledgers import Row
from tests.properties import same_every_time

KINDS = ("equity_cash", "loan", "purchase", "rent_back", "payment", "repayment")
NAMES = "abcde"
ALL = Lens(complete="all")

amounts = st.integers(0, 50)
ends = st.lists(st.sampled_from(NAMES), min_size=2, max_size=2, unique=True)
rows = st.lists(
    st.one_of(
        st.builds(lambda pair, kind, size: ("", *pair, kind, size), ends, st.sampled_from(KINDS), amounts),
        st.builds(lambda name, size: ("", "OUTSIDE", name, "external", size), st.sampled_from(NAMES), amounts),
        st.builds(lambda name, size: ("", name, "OUTSIDE", "external", size), st.sampled_from(NAMES), amounts),
    ),
    min_size=1,
    max_size=14,
)


def trip(graph: list[Row], focal: str = "a", **lens: Any) -> RoundTrip:
    """Round trip of `focal`, which always takes part."""
    everybody: list[Row] = [("", "OUTSIDE", name, "external", 0) for name in NAMES]
    return round_trip(build(*graph, *everybody, lens=replace(ALL, **lens)), focal)


def bounds(found: RoundTrip) -> tuple[Decimal, Decimal, Decimal]:
    low, middle, high = found.static.lo, found.static.mid, found.static.hi
    assert low is not None
    assert middle is not None
    assert high is not None
    return low, middle, high


def close(one: Any, other: Any) -> bool:
    return bool(one == pytest.approx(other, abs=1e-9, rel=1e-9))


@same_every_time
@given(rows, st.sampled_from(("all", "none", ("b", "c"))))
def test_lo_mid_hi_rise_and_stay_below_funding_and_revenue(graph: list[Row], complete: str | tuple[str, ...]) -> None:
    found = trip(graph, complete=complete)
    low, middle, high = bounds(found)
    tiny = Decimal("1e-20")
    assert 0 <= low <= middle + tiny
    assert middle <= high + tiny
    assert high <= min(found.funding, found.revenue)


def static(graph: list[Row]) -> dict[str, Any]:
    """Every static number that does not name or count legs."""
    view = build(*graph, lens=ALL)
    sums, levels, cycling = circulation(view), hodge(view), finn(view)
    return {
        "sums": (sums.gross, sums.net_position, sums.compressed_min, sums.bilateral_removed, sums.max_circulation),
        "bff": balanced_forwarding(view).circularity or 0.0,
        "levels": levels.levels,
        "F0": levels.F0 or 0.0,
        "loop": levels.loop_share or 0.0,
        "cycled": cycling.cycled,
        "fci": cycling.FCI or 0.0,
        "reciprocity": [value or 0.0 for value in (reciprocity(view).r_binary, reciprocity(view).r_weighted)],
        "trips": {party: [float(value) for value in bounds(round_trip(view, party))] for party in view.legs.parties},
        "loops": sorted((c.parties, c.bottleneck or Decimal(0)) for c in find_cycles(view, CycleFilter(by_party=True)).cycles),
    }  # fmt: skip


def same(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert one.keys() == other.keys()
    for key in ("sums", "loops"):
        assert one[key] == other[key]
    for key in ("bff", "levels", "F0", "loop", "cycled", "fci", "reciprocity"):
        assert close(one[key], other[key]), key
    assert one["trips"].keys() == other["trips"].keys()
    assert all(close(values, other["trips"][party]) for party, values in one["trips"].items())


@same_every_time
@given(rows, st.data())
def test_splitting_a_payment_over_two_legs_changes_nothing(graph: list[Row], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(graph) - 1))
    day, payer, payee, kind, size = graph[at]
    assert size is not None
    first = data.draw(st.integers(0, size))
    halves: list[Row] = [(day, payer, payee, kind, first), (day, payer, payee, kind, size - first)]
    same(static(graph), static([*graph[:at], *halves, *graph[at + 1 :]]))


@same_every_time
@given(rows, st.permutations(range(14)))
def test_the_order_of_rows_does_not_matter(graph: list[Row], order: list[int]) -> None:
    same(static(graph), static([graph[at] for at in order if at < len(graph)]))


@same_every_time
@given(rows, st.permutations(NAMES))
def test_renaming_parties_changes_only_names(graph: list[Row], names: list[str]) -> None:
    new = dict(zip(NAMES, names, strict=True)) | {"OUTSIDE": "OUTSIDE"}
    before = static(graph)
    after = static([(day, new[payer], new[payee], kind, size) for day, payer, payee, kind, size in graph])
    gross, net, *rest = before["sums"]
    assert after["sums"] == (gross, {new[party]: value for party, value in net.items()}, *rest)
    for key in ("bff", "F0", "loop", "fci", "reciprocity"):
        assert close(before[key], after[key]), key
    for key in ("levels", "cycled", "trips"):
        assert before[key].keys() == {party for party in before[key] if new[party] in after[key]}
        assert all(close(value, after[key][new[party]]) for party, value in before[key].items()), key
    assert len(before["loops"]) == len(after["loops"])
    assert sorted(money for _, money in before["loops"]) == sorted(money for _, money in after["loops"])


@same_every_time
@given(rows, st.integers(2, 1000))
def test_the_unit_of_the_amounts_scales_dollars_and_leaves_shares(graph: list[Row], factor: int) -> None:
    larger: list[Row] = [(day, payer, payee, kind, (size or 0) * factor) for day, payer, payee, kind, size in graph]
    before, after = static(graph), static(larger)
    assert after["sums"][4] == before["sums"][4] * factor
    for key in ("bff", "levels", "F0", "loop", "cycled", "fci", "reciprocity"):
        assert close(before[key], after[key]), key
    assert all(close([v * factor for v in values], after["trips"][party]) for party, values in before["trips"].items())


@same_every_time
@given(rows, st.sampled_from(NAMES), st.integers(1, 50))
def test_a_clean_inflow_never_raises_what_is_forced(graph: list[Row], party: str, size: int) -> None:
    """While nobody overdraws: an inflow that explains an overdraft makes its receiver complete."""
    before = trip(graph)
    assume(not before.unknown_inflow)
    after = trip([*graph, ("", "OUTSIDE", party, "external", size)])
    assert bounds(after)[0] <= bounds(before)[0]
    assert bounds(after)[1] <= bounds(before)[1] + Decimal("1e-20")
    assert bounds(after)[2] == bounds(before)[2]


@same_every_time
@given(rows, st.sampled_from(NAMES[1:]))
def test_knowing_that_a_party_is_complete_never_widens_the_interval(graph: list[Row], party: str) -> None:
    without = bounds(trip(graph, complete=tuple(name for name in NAMES if name != party)))
    low, _, high = bounds(trip(graph))
    assert low >= without[0]
    assert high <= without[2]


@same_every_time
@given(rows, st.sampled_from(KINDS), st.sampled_from(NAMES), st.integers(0, 50))
def test_filters_never_change_balances(graph: list[Row], kind: str, party: str, least: int) -> None:
    """What is measured shrinks, what a party holds does not: a smaller number, the same unknown inflow."""
    whole = trip(graph)
    filters: tuple[dict[str, Any], ...] = ({"kinds": (kind,)}, {"parties": (party,)}, {"min_amount": Decimal(least)})
    for lens in filters:
        part = trip(graph, **lens)
        assert part.unknown_inflow == whole.unknown_inflow
        assert part.complete == whole.complete
        assert part.funding <= whole.funding
        assert part.revenue <= whole.revenue
        assert bounds(part)[2] <= bounds(whole)[2]
        assert bounds(part)[1] <= bounds(whole)[1] + Decimal("1e-20")


@same_every_time
@given(rows)
def test_no_loop_carries_more_than_its_smallest_hop_and_circulation_is_bounded(graph: list[Row]) -> None:
    view = build(*graph)
    sums = circulation(view)
    loops = find_cycles(view, CycleFilter(by_party=True)).cycles
    assert sums.bilateral_removed <= sums.max_circulation <= sums.excess
    assert (sums.max_circulation > 0) == any(cycle.bottleneck for cycle in loops)
    largest = max((cycle.bottleneck * len(cycle.parties) for cycle in loops if cycle.bottleneck), default=Decimal(0))
    assert largest <= sums.max_circulation
    assert (balanced_forwarding(view).circularity or 0) <= (sums.circularity_max or 0) + 1e-9


PARENTS = st.sampled_from(("", "b<a", "b<a c<b", "b<a d<c", "a<b c<b d<b", "b<a c<a d<a e<a"))


@same_every_time
@given(st.lists(st.tuples(ends, amounts), min_size=1, max_size=10), PARENTS)
def test_consolidation_drops_internal_legs_and_keeps_all_others(
    pairs: list[tuple[list[str], int]], parents: str
) -> None:
    legs = [leg(f"l{n}", ">".join(pair), "loan", f"paid 2025-01-01 {size}") for n, (pair, size) in enumerate(pairs)]
    data = dataset(*legs, parties=parents)
    assert data.description.as_of == date(2026, 1, 1)
    parent = dict(word.split("<") for word in parents.split())

    def home(name: str) -> str:
        return home(parent[name]) if name in parent else name

    view = view_dataset(data, Lens(consolidate=True))
    crossing = [(f"l{n}", home(a), home(b), size) for n, ((a, b), size) in enumerate(pairs) if home(a) != home(b)]
    table = view.legs
    assert [
        (table.id[row], table.parties[table.payer[row]], table.parties[table.payee[row]], table.amount[row]) for row in view.measured
    ] == crossing  # fmt: skip
    assert circulation(view).gross == sum(size for *_, size in crossing)
    assert set(table.parties) == {home(name) for name in data.parties}
