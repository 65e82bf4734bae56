"""Claims of others: an article's statements with verdicts, and published estimates to compare with."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field, WithJsonSchema

from circularity.model.amounts import SignedAmountField
from circularity.model.base import Fact, Identifier, Published
from circularity.model.deals import Percent
from circularity.model.evidence import Statement

Verdict = Literal["right", "stale", "distorted", "wrong", "uncheckable"]
VERDICTS: tuple[str, ...] = get_args(Verdict)
VERDICT_WORDS = {
    "right": "right",
    "stale": "right then, stale now",
    "distorted": "distorted",
    "wrong": "wrong",
    "uncheckable": "not checkable",
}


class Claim(Fact):
    """One checkable statement of an article, in our words, beside what is found."""

    id: Identifier
    line: Annotated[int, WithJsonSchema({"type": ["integer", "string"], "pattern": "^[0-9]+$"})] = Field(
        ge=1, description="line of the article"
    )
    claim: str = Field(min_length=1)
    claimed: str | None = None
    found: str | None = None
    verdict: Verdict
    why: str = Field(min_length=1)
    evidence: tuple[Statement, ...] = ()
    legs: tuple[Identifier, ...] = Field(default=(), description="legs of the graph `ai` that are concerned")
    accounts: tuple[Identifier, ...] = Field(default=(), description="parties whose accounts are concerned")
    measure: str | None = Field(default=None, description="the command that tests the claim")


class Estimate(Fact):
    """A published figure with its terms: who, when, of what, over what."""

    id: Identifier
    who: str = Field(min_length=1)
    published: Published
    says: str = Field(min_length=1)
    value: SignedAmountField | None = None
    percent: Percent | None = None
    numerator: str | None = None
    denominator: str | None = None
    scope: str | None = None
    evidence: tuple[Statement, ...] = Field(min_length=1)
    ours: str | None = Field(default=None, description="the command that gives our figure on these terms")
    note: str | None = None
