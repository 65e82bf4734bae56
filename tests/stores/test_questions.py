"""Every question in `cypher/queries`: Neo4j, the embedded engine and Python give one answer."""

from __future__ import annotations

import math
import re
from importlib import import_module
from typing import Any

import pytest

from circularity.graph.view import View
from circularity.model.kinds import FLOWS, KINDS, kinds_of
from circularity.stores.embedded import EmbeddedStore
from circularity.stores.neo4j import Neo4jStore
from circularity.stores.queries import bundled_queries, find_query
from circularity.stores.records import LEG_TYPES
from tests.stores.twins import TWINS, twin_rows

QUESTIONS = [name for name in bundled_queries() if not find_query(name).picture]
PICTURES = [name for name in bundled_queries() if find_query(name).picture]


def same(one: Any, other: Any) -> bool:
    """Equal, of the same JSON type, floats to the last digits."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12)
    return type(one) is type(other) and bool(one == other)


def test_there_are_at_least_ten() -> None:
    assert len(QUESTIONS) >= 10
    assert set(QUESTIONS) == set(TWINS)


@pytest.mark.neo4j
@pytest.mark.parametrize("name", QUESTIONS)
def test_three_answers_are_one(name: str, graph: View, server: Neo4jStore, engine: EmbeddedStore) -> None:
    query = find_query(name)
    values = query.bind({})
    expected = twin_rows(query, graph, values)
    ours, theirs = engine.query(query.text, values), server.query(query.text, values)
    assert expected or graph.name != "toy", "the toy has something for every question to find"
    assert same(theirs.rows, expected)
    assert same(ours.rows, expected)
    assert ours.columns == theirs.columns


@pytest.mark.neo4j
@pytest.mark.parametrize(("name", "given"), [
    ("loops-through", {"party": "coreweave", "max_length": "2"}),
    ("loops-through", {"party": "microsoft", "max_length": "6"}),
    ("loops-through", {"party": "bystander"}),
    ("paths", {"from": "lab", "to": "landlord", "max_length": "4"}),
    ("paths", {"from": "landlord", "to": "lab"}),
    ("who-funds-whom", {"top": "1"}),
    ("customer-concentration", {"party": "microsoft"}),
    ("weak-evidence", {"tiers": '["filing"]'}),
    ("evidence-of", {"deal": "lab-goods"}),
    ("evidence-of", {"deal": "lab-round"}),
])  # fmt: skip
@pytest.mark.parametrize("graph", ["toy"], indirect=True)
def test_parameters(name: str, given: dict[str, str], graph: View, server: Neo4jStore, engine: EmbeddedStore) -> None:
    query = find_query(name)
    values = query.bind(given)
    expected = twin_rows(query, graph, values)
    ours, theirs = engine.query(query.text, values), server.query(query.text, values)
    assert same(theirs.rows, expected)
    assert same(ours.rows, expected)
    assert ours.columns == theirs.columns


@pytest.mark.neo4j
@pytest.mark.parametrize("graph", ["toy"], indirect=True)
@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_paths(name: str, server: Neo4jStore, engine: EmbeddedStore) -> None:
    query = find_query(name)
    values = query.bind({})
    theirs, ours = server.query(query.text, values), engine.query(query.text, values)
    first = theirs.rows[0][0]
    assert first[0]["labels"] == ["ChipMaker", "Party"]
    assert first[1]["type"] in LEG_TYPES
    assert sorted(map(str, ours.rows)) == sorted(map(str, theirs.rows))


@pytest.mark.parametrize("name", [*QUESTIONS, *PICTURES])
def test_header(name: str) -> None:
    query = find_query(name)
    assert query.question.endswith((".", "?", ")"))
    assert query.picture == (query.twin is None)
    assert query.picture == name.startswith("picture-")
    used = set(re.findall(r"\$(\w+)", query.text))
    assert used == {parameter.name for parameter in query.parameters}
    assert all(parameter.meaning for parameter in query.parameters)
    if query.twin:
        room, _, analyzer = query.twin.rpartition(".")
        assert callable(getattr(import_module(room), analyzer))


@pytest.mark.parametrize("name", [*QUESTIONS, *PICTURES])
def test_dialect_is_what_both_engines_share(name: str) -> None:
    text = find_query(name).text
    assert "ORDER BY" in text
    assert not re.match(r"CYPHER\b", text)
    assert "SHORTEST" not in text.upper()
    assert not re.search(r"\*\d*(\.\.)?(?!\d)[^.\d]", re.sub(r"[)\w] \* [(\w]", "", text)), "a trail has an upper bound"


TYPES = {
    "flows": {kind.neo4j for kind in KINDS.values() if kind.id in FLOWS},
    "financing": {KINDS[kind].neo4j for kind in kinds_of("financing") & FLOWS},
    "commercial": {KINDS[kind].neo4j for kind in kinds_of("commercial") & FLOWS},
    "holding": {KINDS[kind].neo4j for kind in kinds_of("holding")},
    "support": {KINDS[kind].neo4j for kind in kinds_of("credit_support")},
}


@pytest.mark.parametrize("name", [*QUESTIONS, *PICTURES])
def test_types_are_whole_families_of_the_kinds_table(name: str) -> None:
    """A new kind cannot be forgotten in a file: every list of types is one of these sets."""
    text = find_query(name).text
    lists = [set(found.split("|")) for found in re.findall(r"\[\w*:([A-Z_|]+)[*\]]", text)]
    for found in lists:
        assert found in [*TYPES.values(), {"STATED_IN"}]
    assert lists or name == "picture-around"
