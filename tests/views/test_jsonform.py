"""Numbers as JSON holds them."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circularity.views.jsonform import amount, dump, dump_lines, number, numbers
from tests.properties import same_every_time


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"), ("-0", "0"), ("0.0000004", "0"), ("-0.0000004", "0"), ("1E+9", "1000000000"), ("1500.500", "1500.5"), ("100", "100"),
        ("0.0000005", "0"), ("0.0000015", "0.000002"), ("0.0000025", "0.000002"), ("-1.5", "-1.5"), ("123456789012345678901234567890.123456", "123456789012345678901234567890.123456"),
    ],
)  # fmt: skip
def test_amounts_are_plain_half_even_and_without_trailing_zeros(value: str, text: str) -> None:
    assert amount(Decimal(value)) == text


def test_unknown_is_null() -> None:
    assert (amount(None), number(None), numbers({"a": None})) == (None, None, {"a": None})


@pytest.mark.parametrize(
    ("value", "shown"), [(1 / 3, 0.333333333), (1.0, 1), (0.1 + 0.2, 0.3), (-1e-12, 0), (2 / 3, 0.666666667)]
)
def test_shares_are_numbers_of_nine_decimals(value: float, shown: float) -> None:
    assert number(value) == shown
    assert json.dumps(number(value)) == json.dumps(shown)


@same_every_time
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=6))
def test_six_decimals_are_kept(value: Decimal) -> None:
    text = amount(value)
    assert text is not None
    assert Decimal(text) == value
    assert "E" not in text


def test_documents_end_in_a_line_break_and_keep_every_writing() -> None:
    assert dump({"a": "é"}) == '{\n  "a": "é"\n}\n'
    assert dump_lines([{"a": 1}, "x\ny"]) == '{"a": 1}\n"x\\ny"\n'
    assert dump_lines([]) == ""
    with pytest.raises(ValueError, match="JSON"):
        dump(float("nan"))
