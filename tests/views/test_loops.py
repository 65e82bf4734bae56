"""Loops as JSON and as a table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from circularity.analysis.cycles import CycleFilter, Search, find_cycles
from circularity.graph.lens import Lens
from circularity.graph.toys import build, triangle
from circularity.graph.view import view_dataset, view_table
from circularity.views import loops
from circularity.views.jsonform import dump_lines
from circularity.views.loops import cycle_json, cycle_lines, cycle_table, route
from tests.datasets import dataset, leg
from tests.ledgers import Dice, Row


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


LINES: dict[str, CycleFilter] = {
    "by leg": CycleFilter(), "by party": CycleFilter(by_party=True), "dated": CycleFilter(dated=True),
    "ties": CycleFilter(ties=True), "top": CycleFilter(top=2),
}  # fmt: skip


@pytest.mark.parametrize("wanted", LINES.values(), ids=LINES)
@pytest.mark.parametrize("seed", range(20))
def test_lines_are_what_json_has(seed: int, wanted: CycleFilter, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = Dice(seed)
    kinds = ("payment", "purchase", "equity_cash", "stake")
    rows = dice.graph(4, 16, kinds, days=dice.choice((0, 9)), unpriced=0.1, least=0)
    view = build(*rows, lens=Lens(families=dice.choice(((), ("holding", "commercial")))))
    names = tuple(f'{name} "é\\\u2028\n</script>' for name in view.legs.parties)
    tiers = [dice.choice(("filing", "claim", None)) for _ in rows]
    table = replace(view.legs, parties=names, scale=dice.choice((0, 2, 9)), tier=tiers)
    view = view_table(table, view.lens, name="toy", version="", sha256="")
    monkeypatch.setattr(loops, "_AT_ONCE", 3)
    cycles = find_cycles(view, wanted).cycles
    assert "".join(cycle_lines(Search(view, wanted))) == dump_lines(
        cycle_json(cycle, wanted.by_party) for cycle in cycles
    )


def test_the_lines_are_not_empty() -> None:
    view = build(*Dice(1).graph(4, 16, ("payment",), days=9))
    assert [len("".join(cycle_lines(Search(view, wanted))).splitlines()) > 1 for wanted in LINES.values()] == [True] * 5
