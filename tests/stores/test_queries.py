"""Cypher files: headers, statements, parameters."""

from __future__ import annotations

from pathlib import Path

import pytest

from circularity.errors import UsageError
from circularity.stores.queries import (
    Parameter,
    bundled_queries,
    columns_of,
    find_query,
    question,
    read_query,
    statements,
)

FILE = """\
// question: Who pays
// question: the most?
// parameters: party = "nvidia" (the payee)
// parameters: top = 20 (rows)
// parameters: least = 1.0 (amount)
// parameters: tiers = ["press", "claim"] (of evidence)
// parameters: cash = true (only cash)
// twin: room.analyzer
// An ordinary comment.
MATCH (p) // not: question
/* nor; this */ WHERE p.id = $party AND p.name <> '// no; comment'
RETURN p.id AS id;
"""


def test_a_file() -> None:
    query = read_query(FILE, "payers")
    assert query.question == "Who pays the most?"
    assert query.twin == "room.analyzer"
    assert not query.picture
    assert query.parameters[:2] == (Parameter("party", "nvidia", "the payee"), Parameter("top", 20, "rows"))
    assert query.text == "MATCH (p)\n  WHERE p.id = $party AND p.name <> '// no; comment'\nRETURN p.id AS id"


def test_given_text_takes_the_type_of_the_default() -> None:
    query = read_query(FILE, "payers")
    assert query.bind({}) == {"party": "nvidia", "top": 20, "least": 1.0, "tiers": ["press", "claim"], "cash": True}
    given = query.bind({"party": "1", "top": "3", "least": "5", "tiers": "a, b", "cash": "false"})
    assert given == {"party": "1", "top": 3, "least": 5.0, "tiers": ["a", "b"], "cash": False}
    assert query.bind({"tiers": '["x"]'})["tiers"] == ["x"]
    assert type(given["least"]) is float


@pytest.mark.parametrize(("name", "text"), [
    ("top", "many"), ("top", "1.5"), ("top", "true"), ("cash", "1"), ("least", "NaN"), ("patry", "x"),
])  # fmt: skip
def test_given_text_that_does_not_fit(name: str, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_query(FILE, "payers").bind({name: text})
    assert name in str(caught.value)


def test_a_query_without_a_header_takes_any_parameter() -> None:
    query = read_query("RETURN $a AS a, $b AS b")
    assert query.bind({"a": "1", "b": "text", "c": "[1]"}) == {"a": 1, "b": "text", "c": [1]}


@pytest.mark.parametrize("text", ["", "// only a comment", "RETURN 1; RETURN 2", ";;"])
def test_a_query_is_one_statement(text: str) -> None:
    with pytest.raises(UsageError, match="statements"):
        read_query(text)


@pytest.mark.parametrize("line", ["party", "party = nvidia", "= 3", 'party = "x'])
def test_a_parameter_line_that_is_none(line: str) -> None:
    with pytest.raises(UsageError, match="parameters"):
        read_query(f"// parameters: {line}\nRETURN 1")


def test_statements_are_split_outside_of_quotes() -> None:
    text = "A 'x;y' `q;r` \"s;t\" 'it\\';s'; // c;\nB /* d; */ ;\n\n C"
    assert statements(text) == ["A 'x;y' `q;r` \"s;t\" 'it\\';s'", "B", " C"]


@pytest.mark.parametrize(("text", "names"), [
    ("RETURN 1 AS a, [1, 2] AS b", ["a", "b"]),
    ("MATCH (n) RETURN DISTINCT n.x, count(*) AS `the, count` ORDER BY n.x, n.y SKIP 1 LIMIT 2", ["n.x", "the, count"]),
    ("MATCH (n) WITH n RETURN reduce(s = 0, x IN n.l | s + x) AS total", ["total"]),
    ("RETURN 'a, b' AS s, {x: 1, y: 2} AS m UNION RETURN 1 AS s, 2 AS m", ["s", "m"]),
])  # fmt: skip
def test_columns(text: str, names: list[str]) -> None:
    assert columns_of(text) == names


def test_find_by_name_and_by_path(tmp_path: Path) -> None:
    for word in ("two-party-loops", "two-party-loops.cypher", "cypher/queries/two-party-loops.cypher"):
        assert find_query(word).name == "two-party-loops"
    mine = tmp_path / "mine.cypher"
    mine.write_text("\ufeff// question: Mine?\nRETURN 1 AS one", "utf-8")
    assert (find_query(mine).name, find_query(mine).question) == ("mine", "Mine?")
    assert "loops-through" in bundled_queries()


def test_what_is_not_there_suggests_what_is() -> None:
    with pytest.raises(UsageError, match="did you mean 'two-party-loops'"):
        find_query("two-party-loop")
    with pytest.raises(UsageError):
        find_query("../../schema")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "bad.cypher").write_bytes(b"RETURN '\xff\xfe'")
    (tmp_path / "huge.cypher").write_bytes(b" " * (1024 * 1024 + 1))
    for name, why in (("bad", "UTF-8"), ("huge", "too large")):
        with pytest.raises(UsageError, match=why):
            find_query(tmp_path / f"{name}.cypher")


def test_what_a_command_line_asks() -> None:
    asked = question("loops-through", None, ["party=amd", "max_length=3"])
    assert asked.parameters == {"party": "amd", "max_length": 3}
    assert question(None, "RETURN $x AS x", ["x=a=b"]).parameters == {"x": "a=b"}
    for file, text, given in (
        (None, None, []),
        ("a", "b", []),
        (None, "RETURN 1", ["x"]),
        (None, "RETURN 1", ["1x=2"]),
    ):
        with pytest.raises(UsageError):
            question(file, text, given)
