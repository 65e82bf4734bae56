"""Deals and their legs. A leg is one directed relation: payer → payee."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from circularity.model.amounts import UNDISCLOSED, AmountField, Original
from circularity.model.base import Currency, Day, Fact, Identifier, plain_number
from circularity.model.evidence import Conflict, Statement
from circularity.model.kinds import KINDS
from circularity.model.status import Event

LinkType = Literal["consideration_for", "earmarked_for", "in_kind_pair", "vests_on", "guarantees", "supersedes"]


def _kind(value: Any) -> str:
    if value not in KINDS:
        raise PydanticCustomError("unknown-kind", "'{value}' is not a kind", {"value": str(value)[:60]})
    return str(value)


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


_NUMERIC = WithJsonSchema({"type": ["number", "string"]})
KindId = Annotated[
    str, BeforeValidator(_kind), WithJsonSchema({"type": "string", "enum": [k for k in KINDS if k != "external"]})
]
Count = Annotated[Decimal, BeforeValidator(plain_number), _NUMERIC]
Percent = Annotated[Decimal, BeforeValidator(_percent), _NUMERIC]
Share = Annotated[Decimal, BeforeValidator(_share), _NUMERIC]


class Link(Fact):
    """How one leg hangs together with another."""

    type: LinkType
    leg: Identifier
    share: Share | None = None


class Instalment(Fact):
    """One item of a schedule: a day or a milestone, and its share of the leg's amount."""

    date: Day | None = None
    milestone: str | None = None
    share: Share


class When(Fact):
    """When the money moves: on a day, evenly over a stretch, or by a schedule."""

    on: Day | None = None
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    schedule: tuple[Instalment, ...] = ()

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

    id: Identifier
    payer: Identifier
    payee: Identifier
    kind: KindId
    amount: AmountField = UNDISCLOSED
    currency: Currency | None = None
    original: Original | None = None
    cash: bool | None = Field(default=None, description="left out: the kind's default")
    history: tuple[Event, ...] = Field(default=(), description="left out: the deal's history")
    when: When | None = None
    contingent: str | None = Field(default=None, description="the trigger of a leg that depends on one")
    percent: Percent | None = None
    shares: Count | None = None
    terms: str | None = None
    part_of: Identifier | None = Field(default=None, description="the leg whose amount contains this one")
    supersedes: Identifier | None = None
    links: tuple[Link, ...] = ()
    evidence: tuple[Statement, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    note: str | None = None

    @property
    def is_cash(self) -> bool:
        return KINDS[self.kind].cash if self.cash is None else self.cash

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Everything that supports the leg, its history first."""
        return self.history + self.evidence


class Deal(Fact):
    """What parties agreed together."""

    id: Identifier
    title: str = Field(min_length=1)
    history: tuple[Event, ...] = ()
    legs: tuple[Leg, ...] = Field(min_length=1)
    tags: tuple[str, ...] = ()
    note: str | None = None
