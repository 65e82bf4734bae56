"""Parties: who takes part. The table of party kinds carries words, colour and Neo4j label."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from circularity.model.base import Fact, Identifier

OUTSIDE = "outside"
"""Everybody who is not a party of the graph. Written `OUTSIDE` in ledgers."""


@dataclass(frozen=True, slots=True)
class PartyKind:
    id: str
    label: str
    colour: str
    noun: str


_ROWS = (
    PartyKind("ai_lab", "AILab", "#7c3aed", "AI lab"),
    PartyKind("chip_maker", "ChipMaker", "#15803d", "chip maker"),
    PartyKind("memory_maker", "MemoryMaker", "#4d7c0f", "memory maker"),
    PartyKind("system_maker", "SystemMaker", "#047857", "maker of systems and networks"),
    PartyKind("hyperscaler", "Hyperscaler", "#1d4ed8", "hyperscaler"),
    PartyKind("cloud", "Cloud", "#0369a1", "cloud"),
    PartyKind("neocloud", "Neocloud", "#0891b2", "neocloud"),
    PartyKind("landlord", "Landlord", "#b45309", "data-centre landlord"),
    PartyKind("investor", "Investor", "#be185d", "investor"),
    PartyKind("lender", "Lender", "#9f1239", "lender"),
    PartyKind("spv", "SPV", "#a16207", "special-purpose vehicle"),
    PartyKind("sovereign", "Sovereign", "#854d0e", "sovereign or its fund"),
    PartyKind("software", "Software", "#4338ca", "software company"),
    PartyKind("energy", "Energy", "#65a30d", "energy company"),
    PartyKind("telecom", "Telecom", "#0f766e", "telecom company"),
    PartyKind("other", "OtherParty", "#57534e", "other"),
    PartyKind("unclassified", "Unclassified", "#6b7280", "not classified"),
)

PARTY_KINDS: dict[str, PartyKind] = {kind.id: kind for kind in _ROWS}


class Identifiers(Fact):
    """Names of the party in public registers."""

    lei: str | None = Field(default=None, description="legal entity identifier")
    cik: str | None = Field(default=None, description="number at the SEC")
    ticker: str | None = Field(default=None, description="with the exchange where it is not American")
    isin: str | None = Field(default=None, description="of its shares")
    wikidata: str | None = Field(default=None, description="item number")


class Party(Fact):
    """One company, fund, vehicle or state."""

    id: Identifier = Field(description="unique in the dataset")
    name: str = Field(min_length=1, description="as people know it")
    kind: str = Field(default="unclassified", description="see docs/kinds.md")
    country: str | None = Field(default=None, pattern="^[A-Z]{2}$", description="ISO 3166 code of two letters")
    aliases: tuple[str, ...] = Field(default=(), description="other names that people type")
    parent: Identifier | None = Field(default=None, description="party that consolidates this one")
    fiscal_year_end: str | None = Field(
        default=None, pattern="^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", description="month and day, MM-DD"
    )
    identifiers: Identifiers = Field(default=Identifiers(), description="names in public registers")
    note: str | None = Field(default=None, description="for the reader")
