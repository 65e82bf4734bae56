"""Accounts: what a party earned, spent, raised and held in a period."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from circularity.model.amounts import Original, SignedAmountField
from circularity.model.base import Day, Fact, Identifier
from circularity.model.deals import Percent
from circularity.model.evidence import Conflict, Statement


class SignedConflict(Conflict):
    """A figure of an account that was not chosen; it may be negative."""

    amount: SignedAmountField | None = Field(
        default=None, description="the figure that was not chosen; may be negative"
    )


class Figure(Statement):
    """One line of an account, with the document that states it."""

    amount: SignedAmountField | None = Field(default=None, description="may be negative")
    percent: Percent | None = Field(default=None, description="of a concentration: the customer's share")
    of: str | None = Field(default=None, description="what the percentage is a share of, or who the customer is")
    original: Original | None = Field(default=None, description="as it was stated in another currency")
    conflicts: tuple[SignedConflict, ...] = Field(default=(), description="figures that were not chosen")
    evidence: tuple[Statement, ...] = Field(default=(), description="further sources")
    note: str | None = Field(default=None, description="for the reader")


class Period(Fact):
    """From the first to the last day, both included; one day for a balance."""

    from_: Day = Field(alias="from", description="first day")
    to: Day = Field(description="last day")
    label: str | None = Field(default=None, description="what the company calls it")

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.to < self.from_:
            raise PydanticCustomError("date-order", "the period ends before it begins")
        return self


FIGURES = (
    "revenue", "net_income", "operating_cash_flow", "financing_cash_flow", "cash", "capex", "outside_funding", "outside_spending",
    "market_value", "valuation", "backlog", "purchase_commitments", "lease_commitments", "customer_concentration",
)  # fmt: skip


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


Figures = Annotated[tuple[Figure, ...], BeforeValidator(_listed, json_schema_input_type=Figure | tuple[Figure, ...])]
"""One figure or a list of them."""


class Account(Fact):
    """Figures of one party in one period.

    `outside_funding` and `outside_spending` are money from and to everybody who is not a party of
    the graph. `complete` says that all sources of funds in the period are known.
    """

    party: Identifier = Field(description="id of a party")
    period: Period = Field(description="from the first to the last day")
    complete: bool = Field(default=False, description="all sources of funds in the period are known")
    revenue: Figure | None = Field(default=None, description="of the period")
    net_income: Figure | None = Field(default=None, description="of the period")
    operating_cash_flow: Figure | None = Field(default=None, description="of the period")
    financing_cash_flow: Figure | None = Field(
        default=None, description="of the period, from whomever: the line of the cash-flow statement, in no balance"
    )
    cash: Figure | None = Field(default=None, description="on the last day")
    capex: Figure | None = Field(default=None, description="capital expenditure of the period")
    outside_funding: Figure | None = Field(
        default=None, description="money from everybody who is no party of the graph"
    )
    outside_spending: Figure | None = Field(default=None, description="money to everybody who is no party of the graph")
    market_value: Figure | None = Field(default=None, description="on the last day")
    valuation: Figure | None = Field(default=None, description="by the last round or sale")
    backlog: Figure | None = Field(default=None, description="contracts not yet delivered")
    purchase_commitments: Figure | None = Field(default=None, description="promised, not yet paid")
    lease_commitments: Figure | None = Field(default=None, description="promised, not yet paid")
    customer_concentration: Figures = Field(default=(), description="one figure or a list")
    note: str | None = Field(default=None, description="for the reader")

    def figures(self) -> list[tuple[str, Figure]]:
        """The lines that are there, by name."""
        found: list[tuple[str, Figure]] = []
        for name in FIGURES:
            value = getattr(self, name)
            figures = value if isinstance(value, tuple) else (value,)
            found += [(name, figure) for figure in figures if figure is not None]
        return found
