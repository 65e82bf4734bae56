"""Ids, days and plain numbers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from circularity.model.base import Currency, Day, Identifier, Published, plain_number
from tests.properties import same_every_time

ID, DAY, PUBLISHED, CURRENCY = (TypeAdapter(kind) for kind in (Identifier, Day, Published, Currency))

HOSTILE = [
    "</script>", "=cmd()", "`a`", "it's", 'a"b', "a\u202eb", "a\0b", "a/b", "../a", "a b", "", "A", "-a", ".a", "é", "a" * 121,
]  # fmt: skip


@pytest.mark.parametrize("text", ["a", "openai-2025.q1", "3m", "a" * 120])
def test_ids(text: str) -> None:
    assert ID.validate_python(text) == text


@pytest.mark.parametrize("text", [*HOSTILE, None, 7, ["a"]], ids=lambda value: repr(value)[:20])
def test_what_is_no_id(text: object) -> None:
    with pytest.raises(ValidationError) as caught:
        ID.validate_python(text)
    assert caught.value.errors()[0]["type"] == "bad-id"
    assert len(caught.value.errors()[0]["msg"]) < 100


NO_DAYS = [
    "", "2025", "2025-02", "2025-02-29", "2025-02-30", "2025-13-01", "2025-00-01", "2025-1-1", "0000-01-01", "01-02-2025",
    "2025-01-01T00:00:00", "2025-W01-1", "20250101", "٢٠٢٥-٠١-٠١", "2025-01-01 ", "today", None, 20250101, ["2025-01-01"],
]  # fmt: skip


@pytest.mark.parametrize("text", NO_DAYS, ids=repr)
def test_what_is_no_day(text: object) -> None:
    with pytest.raises(ValidationError) as caught:
        DAY.validate_python(text)
    assert caught.value.errors()[0]["type"] == "bad-date"


@same_every_time
@given(st.dates())
def test_days_come_back(day: date) -> None:
    assert DAY.validate_python(day.isoformat()) == day
    assert PUBLISHED.validate_python(day.isoformat()) == day.isoformat()


@pytest.mark.parametrize("text", ["2025", "2025-06", "2025-06-30"])
def test_a_document_may_be_dated_to_the_year(text: str) -> None:
    assert PUBLISHED.validate_python(text) == text


@pytest.mark.parametrize("text", ["25", "2025-6", "2025-13", "2025-06-31", "2025-", "June 2025", ""])
def test_what_is_no_date_of_publication(text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        PUBLISHED.validate_python(text)
    assert caught.value.errors()[0]["type"] == "bad-date"


@pytest.mark.parametrize("text", ["dollars", "usd", "US", "USDX", "U$D", ""])
def test_what_is_no_currency(text: str) -> None:
    assert CURRENCY.validate_python("USD") == "USD"
    with pytest.raises(ValidationError):
        CURRENCY.validate_python(text)


@pytest.mark.parametrize("value", ["0", "12.5", 7, "1" * 24])
def test_plain_numbers(value: object) -> None:
    assert plain_number(value) == Decimal(str(value))


@pytest.mark.parametrize(
    "value", ["-1", "NaN", "Infinity", "1e9", "1e999999999", "1_000", "1,5", " 1", "", "١", "1" * 25, None, []]
)
def test_what_is_no_plain_number(value: object) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        plain_number(value)
    assert caught.value.type == "bad-value"
