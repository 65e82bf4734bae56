"""A dataset: the facts of one graph with their description, as immutable tables."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator, model_validator
from pydantic_core import PydanticCustomError

from circularity.model.accounts import Account
from circularity.model.amounts import NUMBER, parse_number
from circularity.model.base import Currency, Day, Fact, Identifier
from circularity.model.claims import Claim, Estimate
from circularity.model.deals import Count, Deal, Leg
from circularity.model.evidence import Source, Tier
from circularity.model.kinds import FAMILIES, KINDS
from circularity.model.parties import Party
from circularity.model.status import Floor, Status
from circularity.problems import Place

TABLES = ("deals", "legs", "parties", "sources", "accounts", "claims", "estimates", "conflicts")
"""What an expectation can count, beside the kinds of legs and their families."""

OF_LEGS = frozenset({"legs", *KINDS, *FAMILIES})
"""What has a status and a sum."""


def _limit(value: Any) -> Decimal:
    """A sum of money, written as amounts are."""
    try:
        return parse_number(str(value))
    except ValueError as error:
        raise PydanticCustomError("bad-amount", "{why}", {"why": str(error)}) from None


Limit = Annotated[
    Decimal, BeforeValidator(_limit), WithJsonSchema({"type": ["string", "number"], "pattern": f"^{NUMBER}$"})
]


class Defaults(Fact):
    """The lens a bundled graph is read with where a flag is not given."""

    as_of: Day | None = Field(default=None, description="left out: the dataset's")
    status: Floor = Field(default="rumoured", description="the lowest that counts")
    amount: Literal["low", "point", "high"] = Field(default="point", description="which bound of an amount")
    complete: str = Field(default="none", description="all, none, stated (by the accounts), or ids joined by commas")

    def strangers(self, parties: Container[str]) -> list[str]:
        """Ids that `complete` names and that are no party."""
        words = () if self.complete in ("all", "none", "stated") else self.complete.split(",")
        return [word for word in words if word not in parties]


class Expectation(Fact):
    """A count or sum of a section that must hold; a breach is a problem, so that an edit cannot lose facts unseen.

    A section is a table, a kind of leg or a family of kinds, of one status or tier where that is given.
    """

    what: str = Field(
        description="a table, a kind of leg or a family of kinds",
        json_schema_extra={"enum": [*TABLES, *KINDS, *FAMILIES]},
    )
    status: Status | None = Field(default=None, description="of legs: only those that stand there on the dataset's day")
    tier: Tier | None = Field(
        default=None, description="of legs: only those with this best source; of sources: of this tier"
    )
    at_least: Count | None = Field(default=None, description="left out: no limit")
    at_most: Count | None = Field(default=None, description="left out: no limit")
    sum_at_least: Limit | None = Field(
        default=None, description="of the known amounts of legs, parts not added to their whole; left out: no limit"
    )
    sum_at_most: Limit | None = Field(default=None, description="left out: no limit")

    @field_validator("what")
    @classmethod
    def _countable(cls, what: str) -> str:
        if what not in TABLES and what not in OF_LEGS:
            raise PydanticCustomError(
                "unknown-kind", "'{what}' is not a table, a kind or a family", {"what": what[:60]}
            )
        return what

    @model_validator(mode="after")
    def _has_what_it_limits(self) -> Self:
        sums = self.sum_at_least is not None or self.sum_at_most is not None
        if (sums or self.status is not None) and self.what not in OF_LEGS:
            raise PydanticCustomError("bad-value", "{what} have no status and no sum", {"what": self.what})
        if self.tier is not None and self.what not in OF_LEGS | {"sources"}:
            raise PydanticCustomError("bad-value", "{what} have no tier", {"what": self.what})
        return self

    @property
    def section(self) -> str:
        """The section in words: `loan, committed, filing`."""
        return ", ".join(word for word in (self.what, self.status, self.tier) if word)


class Description(Fact):
    """`dataset.yaml`: what the dataset is."""

    name: Identifier = Field(description="the id of the graph")
    version: str = Field(description="raised with every change of facts")
    title: str = Field(description="one line")
    scope: str = Field(description="who and what is in")
    inclusion: str = Field(description="the rule by which deals are taken in")
    as_of: Day = Field(description="the day to which the facts are known")
    licence: str = Field(description="of the data")
    currency: Currency = Field(default="USD", description="of every amount")
    lens: Defaults = Field(default=Defaults(), description="read with where no flag is given")
    expectations: tuple[Expectation, ...] = Field(
        default=(), description="what must hold, so that an edit cannot lose facts unseen"
    )
    note: str | None = Field(default=None, description="for the reader")


@dataclass(frozen=True, eq=False)
class Dataset:
    """All facts of a folder. Dicts keep the order of the files; ids are keys."""

    description: Description
    sha256: str
    sources: dict[str, Source] = field(default_factory=dict)
    parties: dict[str, Party] = field(default_factory=dict)
    deals: dict[str, Deal] = field(default_factory=dict)
    accounts: tuple[Account, ...] = ()
    claims: tuple[Claim, ...] = ()
    estimates: tuple[Estimate, ...] = ()
    places: dict[str, Place] = field(default_factory=dict)
    """Where each fact stands: keys `source:ID`, `party:ID`, `deal:ID`, `leg:ID`, `account:N`, `claim:ID`,
    `estimate:ID`, `expectation:N`, `lens`."""

    def legs(self) -> list[tuple[Deal, Leg]]:
        """Every leg with its deal, in file order."""
        return [(deal, leg) for deal in self.deals.values() for leg in deal.legs]

    @cached_property
    def leg_index(self) -> dict[str, Leg]:
        """Every leg by its id."""
        return {leg.id: leg for _, leg in self.legs()}


def history_of(deal: Deal, leg: Leg) -> Leg:
    """The leg with the deal's history where it has none of its own."""
    return leg if leg.history else leg.model_copy(update={"history": deal.history})


__all__ = ["Dataset", "Defaults", "Description", "Expectation", "history_of"]
