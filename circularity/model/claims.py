"""Claims of others: an article's statements with verdicts, and published estimates to compare with."""

from __future__ import annotations

from typing import Literal, Self, get_args

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from circularity.model.amounts import SignedAmountField
from circularity.model.base import Fact, Identifier, Published
from circularity.model.deals import Percent
from circularity.model.evidence import Statement
from circularity.model.terms import Ours, Whole

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

    id: Identifier = Field(description="unique in the dataset")
    line: Whole = Field(ge=1, description="line of the article")
    claim: str = Field(min_length=1, description="in our own words")
    claimed: str | None = Field(default=None, description="the figure claimed")
    found: str | None = Field(default=None, description="the figure found")
    verdict: Verdict = Field(description="how the two stand to each other")
    why: str = Field(min_length=1, description="the reason for the verdict")
    evidence: tuple[Statement, ...] = Field(default=(), description="what it rests on")
    legs: tuple[Identifier, ...] = Field(default=(), description="legs of the graph `ai` that are concerned")
    accounts: tuple[Identifier, ...] = Field(default=(), description="parties whose accounts are concerned")
    measure: str | None = Field(default=None, description="the command that tests the claim")


class Estimate(Fact):
    """A published figure with its terms: who, when, of what, over what."""

    id: Identifier = Field(description="unique in the dataset")
    who: str = Field(min_length=1, description="whose estimate it is")
    published: Published = Field(description="as exactly as it is known")
    says: str = Field(min_length=1, description="what it says, in our own words")
    value: SignedAmountField | None = Field(default=None, description="the sum that is published")
    percent: Percent | None = Field(default=None, description="the share that is published")
    count: Whole | None = Field(default=None, ge=0, description="the number of things that is published, as of loops")
    numerator: str | None = Field(default=None, description="of what")
    denominator: str | None = Field(default=None, description="over what")
    scope: str | None = Field(default=None, description="whom and what it covers")
    evidence: tuple[Statement, ...] = Field(min_length=1, description="where it was published")
    ours: Ours | None = Field(default=None, description="our figure on these terms; `compare` computes it")
    ours_missing: str | None = Field(default=None, description="why there is none, where our data cannot speak")
    why: str | None = Field(default=None, description="why the two differ, where that is known")
    note: str | None = Field(default=None, description="for the reader")

    @model_validator(mode="after")
    def _computed_or_not(self) -> Self:
        if self.ours is not None and self.ours_missing is not None:
            raise PydanticCustomError("bad-value", "give 'ours' or 'ours_missing', not both")
        return self
