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

    amount: SignedAmountField | None = None


class Figure(Statement):
    """One line of an account, with the document that states it."""

    amount: SignedAmountField | None = None
    percent: Percent | None = None
    of: str | None = None
    original: Original | None = None
    conflicts: tuple[SignedConflict, ...] = ()
    evidence: tuple[Statement, ...] = ()
    note: str | None = None


class Period(Fact):
    """From the first to the last day, both included; one day for a balance."""

    from_: Day = Field(alias="from")
    to: Day
    label: str | None = None

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.to < self.from_:
            raise PydanticCustomError("date-order", "the period ends before it begins")
        return self


FIGURES = (
    "revenue", "net_income", "operating_cash_flow", "cash", "capex", "outside_funding", "outside_spending",
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

    party: Identifier
    period: Period
    complete: bool = False
    revenue: Figure | None = None
    net_income: Figure | None = None
    operating_cash_flow: Figure | None = None
    cash: Figure | None = None
    capex: Figure | None = None
    outside_funding: Figure | None = None
    outside_spending: Figure | None = None
    market_value: Figure | None = None
    valuation: Figure | None = None
    backlog: Figure | None = None
    purchase_commitments: Figure | None = None
    lease_commitments: Figure | None = None
    customer_concentration: Figures = ()
    note: str | None = None

    def figures(self) -> list[tuple[str, Figure]]:
        """The lines that are there, by name."""
        found: list[tuple[str, Figure]] = []
        for name in FIGURES:
            value = getattr(self, name)
            figures = value if isinstance(value, tuple) else (value,)
            found += [(name, figure) for figure in figures if figure is not None]
        return found
