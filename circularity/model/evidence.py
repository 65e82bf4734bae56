"""Evidence: a source is a document; a statement says what it states, in the project's own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from circularity.model.amounts import AmountField
from circularity.model.base import Fact, Identifier, Published

ReadAs = Literal["copy", "extract"]
"""Not at its own address: its whole text reproduced elsewhere, or passages given word for word."""

Tier = Literal["filing", "company", "press", "relayed", "claim"]
TIERS: tuple[str, ...] = get_args(Tier)
"""Strongest first: the filing itself, the company's statement, original reporting, relayed, a claim."""


def weakest(tiers: list[str]) -> str | None:
    """The weakest of some tiers; None of none."""
    return max(tiers, key=TIERS.index, default=None)


def strongest(tiers: list[str]) -> str | None:
    """The strongest of some tiers; None of none."""
    return min(tiers, key=TIERS.index, default=None)


_ADDRESS = re.compile(r"https?://[^\s/?#@:\[\]]+(:[0-9]+)?([/?#].*)?", re.IGNORECASE)
_UNSAFE = frozenset(" \"'<>`\\")


def _url(value: Any) -> str:
    text = str(value)
    plain = len(text) <= 2000 and text.isprintable() and _UNSAFE.isdisjoint(text)
    if not plain or not _ADDRESS.fullmatch(text):
        raise PydanticCustomError("bad-url", "'{value}' is not an address", {"value": text[:60]})
    return text


Url = Annotated[str, BeforeValidator(_url), WithJsonSchema({"type": "string", "format": "uri"})]


class Source(Fact):
    """One document."""

    publisher: str = Field(min_length=1, description="who published it")
    url: Url = Field(description="of the document itself, not of a home or index page")
    published: Published | None = Field(default=None, description="as exactly as it is known")
    tier: Tier = Field(description="how close it is to the fact, strongest first")
    title: str | None = Field(default=None, description="of the document")
    read_as: ReadAs | None = Field(
        default=None, description="if not read at its address: a `copy` of the whole, or an `extract` word for word"
    )


class Statement(Fact):
    """What one source states about a fact, and where in the document."""

    source: Identifier = Field(description="key of a source")
    states: str = Field(min_length=1, description="what the document says, in our own words")
    locator: str | None = Field(default=None, description="page, section or paragraph")
    retold: bool = Field(
        default=False, description="read as others retell it: counts as `relayed`, whatever the document is"
    )


def tiers_of(statements: Iterable[Statement], sources: Mapping[str, Source]) -> list[str]:
    """How close each statement with a known source is to its fact: its document's tier, relayed at best if retold."""
    known = ((said, sources[said.source].tier) for said in statements if said.source in sources)
    return [max(tier, "relayed", key=TIERS.index) if said.retold else tier for said, tier in known]


class Conflict(Statement):
    """A figure that was not chosen, and why."""

    amount: AmountField | None = Field(default=None, description="the figure that was not chosen")
    percent: str | None = Field(default=None, description="the same, of a share")
    why: str = Field(min_length=1, description="the reason")
