"""All measures together, and what size leaves out."""

from __future__ import annotations

import pytest

from circularity.analysis import system
from circularity.analysis.system import measure_all
from circularity.graph.toys import build, triangle


def test_a_small_graph_has_every_measure() -> None:
    found = measure_all(triangle())
    assert found.keystones == {"a": 15, "b": 15, "c": 15}
    assert found.finn is not None
    assert found.forwarding is not None
    assert found.problems == ()


def test_what_is_not_worth_its_cost_is_null_with_a_note_until_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "KEYSTONE_WORK", 8)
    monkeypatch.setattr(system, "DENSE_PARTIES", 2)
    found = measure_all(triangle())
    assert (found.keystones, found.finn, found.forwarding) == (None, None, None)
    assert [(problem.code, problem.severity) for problem in found.problems] == [("too-large", "note")] * 2
    forced = measure_all(triangle(), force=True)
    assert None not in (forced.keystones, forced.finn, forced.forwarding)
    assert forced.problems == ()


def test_an_empty_graph_is_measured() -> None:
    found = measure_all(build())
    assert (found.circulation.gross, found.keystones, found.problems) == (0, {}, ())
