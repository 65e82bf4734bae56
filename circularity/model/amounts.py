"""Amounts: low, point and high, each of which may be unknown. Undisclosed is never zero.

Text forms: `30bn` (point) · `up to 100bn` (high only) · `at least 3bn` (low only) ·
`2bn..4bn` (low, high) · `2bn..3bn..4bn` (low, point, high) · `undisclosed`.
Suffixes: k, m, bn, tn. Money is `Decimal` throughout.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from circularity.model.base import Currency, Day, Fact, numeric, plain_number
from circularity.model.legs import EXACT

_NUMBER = re.compile(r"(-?)([0-9]{1,24}(?:\.[0-9]{1,18})?)(?:e([0-9]{1,2}))?\s*(k|m|bn|tn)?")
_MOST = Decimal(10) ** 30
_EXPONENT = {None: 0, "k": 3, "m": 6, "bn": 9, "tn": 12}


class Amount(NamedTuple):
    """Bounds of one amount in whole units of its currency."""

    low: Decimal | None = None
    point: Decimal | None = None
    high: Decimal | None = None

    @property
    def known(self) -> bool:
        return self != UNDISCLOSED


UNDISCLOSED = Amount()


def parse_number(text: str, signed: bool = False) -> Decimal:
    """A number with an optional suffix; ValueError says what is wrong."""
    match = _NUMBER.fullmatch(text.strip().replace("_", ""))
    if not match or (match[1] and not signed):
        raise ValueError(f"'{text[:60]}' is not an amount")
    number = Decimal(match[1] + match[2]).scaleb(int(match[3] or 0) + _EXPONENT[match[4]], EXACT)
    if abs(number) >= _MOST:
        raise ValueError(f"'{text[:60]}' is more than all the money there is")
    return number


def parse_amount(text: str, signed: bool = False) -> Amount:
    """Read one of the text forms; ValueError says what is wrong."""
    text = text.strip()
    if text == "undisclosed":
        return UNDISCLOSED
    if text.startswith("up to "):
        return Amount(high=parse_number(text[6:], signed))
    if text.startswith("at least "):
        return Amount(low=parse_number(text[9:], signed))
    parts = [parse_number(part, signed) for part in text.split("..")]
    if len(parts) == 1:
        return Amount(parts[0], parts[0], parts[0])
    if len(parts) == 2:
        return Amount(parts[0], None, parts[1])
    if len(parts) == 3:
        return Amount(*parts)
    raise ValueError(f"'{text[:60]}' is not an amount")


def ordered(amount: Amount) -> bool:
    """Whether the bounds that are known rise from low to high."""
    known = [bound for bound in amount if bound is not None]
    return known == sorted(known)


def _validate(value: Any, signed: bool) -> Amount:
    if isinstance(value, Amount):
        return value
    try:
        if isinstance(value, dict):
            extra = set(value) - {"low", "point", "high"}
            if extra:
                raise ValueError(f"'{min(extra)}' is not a bound")
            bounds = {key: parse_number(str(text), signed) for key, text in value.items()}
            amount = Amount(**bounds)
        elif isinstance(value, str):
            amount = parse_amount(value, signed)
        else:
            raise ValueError(f"'{value}' is not an amount")
    except ValueError as error:
        raise PydanticCustomError("bad-amount", "{why}", {"why": str(error)}) from None
    if not ordered(amount):
        raise PydanticCustomError("amount-order", "low, point and high do not rise")
    return amount


NUMBER = r"[0-9][0-9_]*(\.[0-9_]+)?(e[0-9]{1,2})?\s*(k|m|bn|tn)?"
"""A sum as editors check it."""


def _schema(sign: str) -> WithJsonSchema:
    """The forms for editors; the values are not compared there."""
    number = sign + NUMBER
    forms = rf"^\s*(undisclosed|((up to|at least) )?{number}|{number}\s*\.\.\s*{number}(\s*\.\.\s*{number})?)\s*$"
    bound = {"type": ["string", "number"], "pattern": f"^{number}$"}
    examples = ["30bn", "up to 30bn", "at least 2bn", "2bn..3bn", "2bn..2.5bn..3bn", "undisclosed"]
    bounds = {
        "type": "object",
        "properties": dict.fromkeys(("low", "point", "high"), bound),
        "additionalProperties": False,
    }
    return WithJsonSchema({"anyOf": [{"type": ["string", "number"], "pattern": forms, "examples": examples}, bounds]})


AmountField = Annotated[Amount, BeforeValidator(lambda v: _validate(v, signed=False)), _schema("")]
SignedAmountField = Annotated[Amount, BeforeValidator(lambda v: _validate(v, signed=True)), _schema("-?")]


def _rate(value: Any) -> Decimal:
    number = plain_number(value)
    if not number:
        raise PydanticCustomError("bad-value", "a rate is more than 0")
    return number


Rate = Annotated[Decimal, BeforeValidator(_rate), numeric(exclusiveMinimum=0)]


class Original(Fact):
    """The amount as it was stated in another currency, with the rate and the rate's date."""

    currency: Currency = Field(description="of the statement")
    amount: SignedAmountField = Field(description="as it was stated")
    rate: Rate = Field(description="what one unit of it is worth in the graph's currency")
    date: Day | None = Field(default=None, description="of the rate")
