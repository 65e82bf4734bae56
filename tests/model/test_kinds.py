"""The kinds table, and the table of kinds of parties."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from circularity.model.kinds import FAMILIES, FLOWS, FUNDING, IN_KIND_RETURN, KINDS, RENT_BACK, REVENUE, Kind, kinds_of
from circularity.model.parties import PARTY_KINDS, Party


def test_families_part_the_kinds() -> None:
    assert sorted(kind for family in FAMILIES for kind in kinds_of(family)) == sorted(KINDS)


def test_roles_of_the_round_trip() -> None:
    """MEASURES: what is funding and what is revenue; a warrant is neither."""
    assert {"equity_cash", "convertible", "loan", "prepayment", "jv_contribution", "in_kind"} == FUNDING
    purchases = {"purchase", "cloud_purchase", "lease_payment", "licence", "service", "revenue_share"}
    assert purchases | RENT_BACK == REVENUE
    assert {"rent_back"} == RENT_BACK
    assert KINDS["warrant"].role is None


def test_a_holding_is_never_a_flow() -> None:
    assert not {"stake", "warrant", "guarantee", "external"} & FLOWS
    assert {kind.id for kind in KINDS.values() if kind.measure == "flow"} == FLOWS | {"external"}
    assert IN_KIND_RETURN in FLOWS


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_a_kind_is_safe_to_build_with(kind: Kind) -> None:
    """Its Neo4j type and its colour go into queries and pages as they are."""
    assert re.fullmatch("[A-Z_]+", kind.neo4j)
    assert re.fullmatch("#[0-9a-f]{6}", kind.colour)
    assert re.fullmatch("[a-z_]+", kind.id)


def test_words_and_colours_tell_kinds_apart() -> None:
    for column in ("colour", "neo4j", "verb", "noun"):
        values = [getattr(kind, column) for kind in KINDS.values()]
        assert len(set(values)) == len(values), column
    assert len({kind.colour for kind in PARTY_KINDS.values()}) == len(PARTY_KINDS)
    assert len({kind.label for kind in PARTY_KINDS.values()}) == len(PARTY_KINDS)
    assert all(re.fullmatch("[A-Za-z]+", kind.label) for kind in PARTY_KINDS.values())


@pytest.mark.parametrize(
    ("field", "value"),
    [("country", "USA"), ("country", "us"), ("fiscal_year_end", "13-01"), ("fiscal_year_end", "02-32"), ("name", "")],
)
def test_parties_refuse(field: str, value: str) -> None:
    right = {"id": "maker", "name": "Maker", "country": "US", "fiscal_year_end": "01-31"}
    assert Party.model_validate(right).kind == "unclassified"
    with pytest.raises(ValidationError):
        Party.model_validate({**right, field: value})
