"""Deals and their legs. A leg is one directed relation: payer → payee."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from circularity.model.amounts import UNDISCLOSED, AmountField, Original
from circularity.model.base import Day, Fact, Identifier, numeric, plain_number
from circularity.model.evidence import Conflict, Statement
from circularity.model.kinds import KINDS
from circularity.model.status import Event

LinkType = Literal["consideration_for", "earmarked_for", "in_kind_pair", "vests_on", "guarantees", "supersedes"]


def _kind(value: Any) -> str:
    if not isinstance(value, str) or value not in KINDS:
        raise PydanticCustomError("unknown-kind", "'{value}' is not a kind", {"value": str(value)[:60]})
    return value


def _percent(value: Any) -> Decimal:
    number = plain_number(value)
    if number > 100:
        raise PydanticCustomError("bad-percent", "{value} % is more than the whole", {"value": str(value)[:60]})
    return number


def _share(value: Any) -> Decimal:
    number = plain_number(value)
    if number > 1:
        raise PydanticCustomError(
            "bad-percent", "a share of {value} is more than the whole", {"value": str(value)[:60]}
        )
    return number


KindId = Annotated[str, BeforeValidator(_kind), WithJsonSchema({"type": "string", "enum": list(KINDS)})]
Count = Annotated[Decimal, BeforeValidator(plain_number), numeric(minimum=0)]
Percent = Annotated[Decimal, BeforeValidator(_percent), numeric(minimum=0, maximum=100)]
Share = Annotated[Decimal, BeforeValidator(_share), numeric(minimum=0, maximum=1)]


class Link(Fact):
    """How one leg hangs together with another."""

    type: LinkType = Field(description="what the one is to the other")
    leg: Identifier = Field(description="id of the other leg")
    share: Share | None = Field(default=None, description="the part of this leg that the link is about")


class Instalment(Fact):
    """One item of a schedule: a day or a milestone, and its share of the leg's amount."""

    date: Day | None = Field(default=None, description="left out: not known")
    milestone: str | None = Field(default=None, description="what it waits for")
    share: Share = Field(description="of the leg's amount; a schedule's shares add up to 1")


class When(Fact):
    """When the money moves: on a day, evenly over a stretch, or by a schedule."""

    on: Day | None = Field(default=None, description="one day")
    from_: Day | None = Field(default=None, alias="from", description="first day of a stretch, evenly")
    to: Day | None = Field(default=None, description="last day of the stretch")
    schedule: tuple[Instalment, ...] = Field(default=(), description="instalments")

    @model_validator(mode="after")
    def _one_profile(self) -> Self:
        if self.from_ and self.to and self.to < self.from_:
            raise PydanticCustomError("date-order", "the stretch ends before it begins")
        if self.schedule and sum(item.share for item in self.schedule) != 1:
            raise PydanticCustomError("schedule-share", "the shares of the schedule do not add up to 1")
        profiles = (self.on is not None, self.from_ is not None or self.to is not None, bool(self.schedule))
        if sum(profiles) != 1 or (self.from_ is None) != (self.to is None):
            raise PydanticCustomError("bad-value", "give one of 'on', 'from' with 'to', or 'schedule'")
        return self

    @property
    def starts(self) -> Any:
        """The first known day, or None."""
        days = [item.date for item in self.schedule if item.date]
        return self.on or self.from_ or min(days, default=None)


class Leg(Fact):
    """One directed relation of a deal, with its own id everywhere."""

    id: Identifier = Field(description="unique in the dataset; never reused")
    payer: Identifier = Field(description="id of a party, or outside")
    payee: Identifier = Field(description="id of a party, or outside")
    kind: KindId = Field(description="see docs/kinds.md")
    amount: AmountField = Field(default=UNDISCLOSED, description="left out: undisclosed")
    original: Original | None = Field(default=None, description="as it was stated in another currency")
    cash: bool | None = Field(default=None, description="left out: the kind's default")
    history: tuple[Event, ...] = Field(default=(), description="left out: the deal's history")
    when: When | None = Field(default=None, description="when the money moves; left out: not known")
    contingent: str | None = Field(default=None, description="the trigger of a leg that depends on one")
    percent: Percent | None = Field(default=None, description="of a stake: how much of the issuer")
    shares: Count | None = Field(default=None, description="of a stake or warrant: how many")
    terms: str | None = Field(default=None, description="what else was agreed")
    part_of: Identifier | None = Field(default=None, description="the leg whose amount contains this one")
    supersedes: Identifier | None = Field(default=None, description="the leg that this one replaced")
    links: tuple[Link, ...] = Field(default=(), description="to other legs")
    evidence: tuple[Statement, ...] = Field(default=(), description="beside the history")
    conflicts: tuple[Conflict, ...] = Field(default=(), description="figures that were not chosen")
    note: str | None = Field(default=None, description="for the reader")

    @property
    def is_cash(self) -> bool:
        return KINDS[self.kind].cash if self.cash is None else self.cash

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Everything that supports the leg, its history first."""
        return self.history + self.evidence


class Deal(Fact):
    """What parties agreed together."""

    id: Identifier = Field(description="unique in the dataset")
    title: str = Field(min_length=1, description="one line that names it")
    history: tuple[Event, ...] = Field(default=(), description="of every leg that has none of its own")
    legs: tuple[Leg, ...] = Field(min_length=1, description="what each party pays or grants")
    tags: tuple[str, ...] = Field(default=(), description="words to find it by")
    note: str | None = Field(default=None, description="for the reader")
