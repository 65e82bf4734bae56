"""The named small graphs."""

from __future__ import annotations

from circularity.graph.lens import Lens
from circularity.graph.toys import build, triangle, vendor_loop


def test_rows_become_legs_and_outside_rows_with_ids_from_1() -> None:
    view = build(
        ("2025-01-01", "OUTSIDE", "b", "external", 5), ("", "b", "a", "loan", None), ("", "a", "OUTSIDE", "external", 2)
    )
    assert (view.legs.id, view.legs.parties, view.legs.amount, view.legs.date) == (["2"], ("a", "b"), [None], [None])
    assert [(item.party, item.inward, item.amount, item.date, item.row) for item in view.legs.outside] == [
        (1, True, 5, "2025-01-01", 1), (0, False, 2, None, 3),
    ]  # fmt: skip


def test_named_graphs() -> None:
    assert triangle().legs.parties == ("a", "b", "c")
    assert vendor_loop(Lens(complete="all")).complete == {0, 1}
