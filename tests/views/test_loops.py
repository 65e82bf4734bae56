"""Loops as JSON and as a table."""

from __future__ import annotations

from circularity.analysis.cycles import CycleFilter, find_cycles
from circularity.graph.lens import Lens
from circularity.graph.toys import build, triangle
from circularity.graph.view import view_dataset
from circularity.views.loops import cycle_json, cycle_table, route
from tests.datasets import dataset, leg
from tests.ledgers import Row


def test_hops_are_ids_by_leg_and_lists_by_party() -> None:
    (loop,) = find_cycles(triangle()).cycles
    assert cycle_json(loop, by_party=False)["legs"] == ["1", "2", "3"]
    (loop,) = find_cycles(triangle(), CycleFilter(by_party=True)).cycles
    assert cycle_json(loop, by_party=True)["legs"] == [["1"], ["2"], ["3"]]
    assert cycle_json(loop, by_party=True)["kinds"] == [["payment"]] * 3


def test_text_shows_the_largest_and_the_other_formats_all() -> None:
    rows: list[Row] = [("", "a", "b", "payment", n + 1) for n in range(30)] + [("", "b", "a", "payment", 100)]
    found = find_cycles(build(*rows))
    text, table = cycle_table(build(*rows), found), cycle_table(build(*rows), found, "csv")
    assert (len(text.rows), len(table.rows)) == (25, 30)
    assert text.title == "30 loops over legs, at most 6 hops"
    assert text.notes[0] == "25 of 30 shown, largest first; --top N shows N, --format csv all."
    assert (text.rows[0][0], table.rows[0][0]) == ("$30", "30")
    assert len(cycle_table(build(*rows), find_cycles(build(*rows), CycleFilter(top=28))).rows) == 28


def test_one_loop_is_no_plural_and_a_limit_is_said() -> None:
    assert cycle_table(triangle(), find_cycles(triangle())).title == "1 loop over legs, at most 6 hops"
    found = find_cycles(
        build(("", "a", "b", "payment", 1), ("", "b", "a", "payment", 1), ("", "b", "a", "payment", 2)),
        CycleFilter(limit=1),
    )
    assert cycle_table(triangle(), found).notes[0] == "The search stopped at 1 loop: there are more."


def test_counting_shows_the_count_alone() -> None:
    table = cycle_table(triangle(), find_cycles(triangle(), CycleFilter(count_only=True)))
    assert (table.title, table.rows, table.notes) == ("1 loop over legs, at most 6 hops", [], ())


def test_what_has_no_bottleneck_says_why() -> None:
    unpriced = build(("", "a", "b", "payment", None), ("", "b", "a", "payment", 1))
    stakes = build(("", "a", "b", "stake", 1), ("", "b", "a", "stake", 1), lens=Lens(families=("holding",)))
    assert cycle_table(unpriced, find_cycles(unpriced)).rows[0][0] == "unpriced"
    assert cycle_table(stakes, find_cycles(stakes)).rows[0][0] == "no flow"
    assert cycle_table(unpriced, find_cycles(unpriced), "csv").rows[0][0] == ""


def test_a_route_has_names_that_text_shortens() -> None:
    long = "n" * 100
    view = view_dataset(
        dataset(
            leg("x", f"{long}>b", "loan", "paid 2025-01-01 1"), leg("y", f"b>{long}", "purchase", "paid 2025-01-01 1")
        ),
        Lens(),
    )
    (loop,) = find_cycles(view).cycles
    assert route(view, loop) == f"B → {'N' * 39}… → B"
    assert route(view, loop, "csv") == f"B → {'N' * 100} → B"
