"""The terms of a published estimate, written so that our figure on them can be computed.

A term is a sum of legs, a line of accounts, a round trip, a sum of the whole web or a count of loops.
`Ours` puts one over another. Nothing here computes: see `analysis.comparison`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from circularity.model.accounts import FIGURES, Account, Figure
from circularity.model.base import Day, Fact, Identifier
from circularity.model.deals import KindId, Share
from circularity.model.status import Floor

Whole = Annotated[int, WithJsonSchema({"type": ["integer", "string"], "pattern": "^[0-9]+$"})]
"""A number of things, which files hold as text."""


def _figure(value: Any) -> str:
    if value not in FIGURES:
        raise PydanticCustomError("bad-value", "'{value}' is not a line of accounts", {"value": str(value)[:60]})
    return str(value)


FigureName = Annotated[str, BeforeValidator(_figure), WithJsonSchema({"type": "string", "enum": list(FIGURES)})]
"""A line of accounts."""


class _Dated(Fact):
    """What terms that read legs have in common."""

    status: Floor | None = Field(default=None, description="lowest status that counts; left out: the lens's")
    as_of: Day | None = Field(default=None, description="what was known on that day; left out: the estimate's day")


class LegSum(_Dated):
    """A sum of legs between some parties, each leg counted once."""

    measure: Literal["legs"] = Field(description="a sum of legs")
    payer: tuple[Identifier, ...] = Field(default=(), description="any of these; left out: anybody")
    payee: tuple[Identifier, ...] = Field(default=(), description="any of these; left out: anybody")
    kind: tuple[KindId, ...] = Field(default=(), description="any of these; left out: every kind that moves money")
    since: Day | None = Field(default=None, description="legs of this day and later")
    until: Day | None = Field(default=None, description="legs of this day and earlier")
    amount: Literal["low", "point", "high"] | None = Field(
        default=None, description="count this bound as the figure, as where the estimate adds up ceilings"
    )
    without: tuple[Identifier, ...] = Field(default=(), description="legs that are not meant")
    share: Share | None = Field(default=None, description="only this part of the sum is meant")


class AccountPeriod(Fact):
    """One period of one party's accounts."""

    party: Identifier = Field(description="id of a party")
    from_: Day | None = Field(default=None, alias="from", description="first day, where several periods end together")
    to: Day = Field(description="last day")


class AccountSum(Fact):
    """One line of accounts, added up over periods and parties."""

    measure: Literal["account"] = Field(description="a line of accounts")
    figure: FigureName = Field(description="which line")
    periods: tuple[AccountPeriod, ...] = Field(min_length=1, description="whose, and of when")

    @model_validator(mode="after")
    def _shares_do_not_add(self) -> Self:
        if self.figure == "customer_concentration" and len(self.periods) > 1:
            raise PydanticCustomError("bad-value", "shares of customers do not add up: give one period")
        return self


class TripOf(_Dated):
    """What comes back to a party: at least, likely, at most."""

    measure: Literal["roundtrip"] = Field(description="a round trip")
    party: Identifier = Field(description="id of the party whose money it is")
    scope: Literal["financing", "all", "every"] = Field(default="financing", description="as of the verb roundtrip")
    since: Day | None = Field(default=None, description="legs of this day and later")
    until: Day | None = Field(default=None, description="legs of this day and earlier")


class WebSum(_Dated):
    """A sum of the whole web: what closes on itself at most, or everything."""

    measure: Literal["circulation", "gross"] = Field(description="the largest circulation, or all that is priced")


class LoopCount(_Dated):
    """How many loops there are."""

    measure: Literal["loops"] = Field(description="a count of loops")
    max_length: Whole = Field(default=4, ge=2, le=12, description="most hops of a loop; left out: 4")
    by: Literal["leg", "party"] = Field(default="party", description="what tells two loops apart")


Term = Annotated[LegSum | AccountSum | TripOf | WebSum | LoopCount, Field(discriminator="measure")]


class Ours(Fact):
    """Our figure on an estimate's terms: `of`, less `less`, as a share of `over`."""

    of: Term = Field(description="what is counted")
    less: Term | None = Field(default=None, description="what is taken off it")
    over: Term | None = Field(default=None, description="what it is a share of")

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms that are there."""
        return tuple(term for term in (self.of, self.less, self.over) if term is not None)


def line_of(accounts: Iterable[Account], period: AccountPeriod, name: str) -> Figure | None:
    """The one line of a party's accounts for a period; None where there is none, or where two differ."""
    found = [
        figure
        for account in accounts
        if account.party == period.party
        and account.period.to == period.to
        and period.from_ in (None, account.period.from_)
        for title, figure in account.figures()
        if title == name
    ]
    return found[0] if len({(figure.amount, figure.percent) for figure in found}) == 1 else None
