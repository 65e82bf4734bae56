"""Files for Neo4j Browser are made from the tables, and are up to date."""

from __future__ import annotations

from circularity.model.kinds import KINDS
from circularity.model.parties import PARTY_KINDS
from circularity.resources import bundled
from circularity.stores.queries import bundled_queries, statements
from circularity.stores.style import favourites, style


def test_the_files_are_what_the_tables_give() -> None:
    """`python -m circularity.stores.style` writes them."""
    folder = bundled("cypher")
    assert (folder / "style.grass").read_text("utf-8") == style()
    assert (folder / "favourites.cypher").read_text("utf-8") == favourites(folder)


def test_every_kind_has_its_colour() -> None:
    text = style()
    for kind in PARTY_KINDS.values():
        assert f"node.{kind.label} {{\n  color: {kind.colour};" in text
    for leg in KINDS.values():
        assert (f"relationship.{leg.neo4j} {{\n  color: {leg.colour};" in text) == (leg.id != "external")
    assert text.count("{\n") == text.count("}\n")


def test_favourites_hold_every_question() -> None:
    text = favourites(bundled("cypher"))
    assert text.count("\nMATCH ") >= len(bundled_queries())
    assert len([part for part in statements(text) if "RETURN" in part]) == len(bundled_queries())
