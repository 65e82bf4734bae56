"""`docs/neo4j.md` names every question, and shows files and code that run."""

from __future__ import annotations

from pathlib import Path

import pytest

from circularity.graph.toys import vendor_loop
from circularity.stores.embedded import EmbeddedStore
from circularity.stores.queries import bundled_queries, find_query, read_query

DOCS = Path(__file__).parents[2] / "docs" / "neo4j.md"


@pytest.mark.parametrize("name", bundled_queries())
def test_every_question_has_its_row(name: str) -> None:
    query = find_query(name)
    parameters = ", ".join(f"`{parameter.name}`" for parameter in query.parameters) or "–"
    twin = f"`{query.twin}`" if query.twin else "a picture for Browser"
    assert f"| `{name}` | {query.question} | {parameters} | {twin} |\n" in DOCS.read_text("utf-8")


def test_the_file_that_is_shown_runs() -> None:
    """The toy: the vendor invests 10, the customer buys for 12."""
    text = DOCS.read_text("utf-8")
    lines = text[text.index("    // question: Who was paid more") : text.index("## From Python")].splitlines()
    query = read_query("\n".join(line[4:] for line in lines))
    with EmbeddedStore(vendor_loop()) as store:
        assert store.query(query.text, query.bind({"least": "11"})).rows == [["customer", "vendor", 12.0]]
        assert store.query(query.text, query.bind({})).rows == []
