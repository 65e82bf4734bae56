"""Evidence: a source is a document; a statement says what it states, in the project's own words."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from circularity.model.amounts import AmountField
from circularity.model.base import Fact, Identifier, Published

Tier = Literal["filing", "company", "press", "relayed", "claim"]
TIERS: tuple[str, ...] = get_args(Tier)
"""Strongest first: the filing itself, the company's statement, original reporting, relayed, a claim."""


def weakest(tiers: list[str]) -> str | None:
    """The weakest of some tiers; None of none."""
    return max(tiers, key=TIERS.index, default=None)


def strongest(tiers: list[str]) -> str | None:
    """The strongest of some tiers; None of none."""
    return min(tiers, key=TIERS.index, default=None)


def _url(value: Any) -> str:
    text = str(value)
    plain = text.isprintable() and not any(char in text for char in " \"'<>`\\")
    if not plain or len(text) > 2000 or not _has_host(text):
        raise PydanticCustomError("bad-url", "'{value}' is not an address", {"value": text[:60]})
    return text


def _has_host(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # brackets that hold no address
        return False


Url = Annotated[str, BeforeValidator(_url), WithJsonSchema({"type": "string", "format": "uri"})]


class Source(Fact):
    """One document."""

    publisher: str = Field(min_length=1)
    url: Url
    published: Published | None = None
    tier: Tier
    title: str | None = None


class Statement(Fact):
    """What one source states about a fact, and where in the document."""

    source: Identifier
    states: str = Field(min_length=1)
    locator: str | None = None


class Conflict(Statement):
    """A figure that was not chosen, and why."""

    amount: AmountField | None = None
    percent: str | None = None
    why: str = Field(min_length=1)
