"""What all facts share: they are frozen, refuse unknown fields, and hold text as text."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError


class Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


_ID = re.compile(r"[a-z0-9][a-z0-9.\-]{0,119}")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_PARTIAL_DAY = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_PLAIN_NUMBER = re.compile(r"[0-9]{1,24}(\.[0-9]{1,24})?")


def numeric(**limits: int) -> WithJsonSchema:
    """How an editor reads a number: as one, or as text in quotes."""
    return WithJsonSchema({"type": ["number", "string"], "pattern": f"^{_PLAIN_NUMBER.pattern}$", **limits})


def _identifier(value: Any) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise PydanticCustomError("bad-id", "'{value}' is not an id", {"value": _short(value)})
    return value


def _day(value: Any) -> date:
    if isinstance(value, date):
        return value
    match = _DAY.fullmatch(value) if isinstance(value, str) else None
    if match:
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            pass
    raise PydanticCustomError("bad-date", "'{value}' is not a day", {"value": _short(value)})


def _published(value: Any) -> str:
    if isinstance(value, str) and _PARTIAL_DAY.fullmatch(value):
        _day((value + "-01-01")[:10])
        return value
    raise PydanticCustomError("bad-date", "'{value}' is not a year, month or day", {"value": _short(value)})


def plain_number(value: Any) -> Decimal:
    """A number of 0 or more in plain digits: no exponent, whose value could be without bound."""
    if not isinstance(value, (str, int, float, Decimal)) or not _PLAIN_NUMBER.fullmatch(str(value)):
        raise PydanticCustomError("bad-value", "'{value}' is not a number of 0 or more", {"value": _short(value)})
    return Decimal(str(value))


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


Identifier = Annotated[
    str, BeforeValidator(_identifier), WithJsonSchema({"type": "string", "pattern": f"^{_ID.pattern}$"})
]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Published = Annotated[
    str, BeforeValidator(_published), WithJsonSchema({"type": "string", "pattern": f"^{_PARTIAL_DAY.pattern}$"})
]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]
"""A code of ISO 4217."""
