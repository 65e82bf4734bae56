"""Text forms of amounts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from circularity.model.amounts import UNDISCLOSED, Amount, Original, ordered, parse_amount, parse_number
from circularity.model.deals import Leg
from tests.properties import same_every_time

BN = Decimal(10**9)


@pytest.mark.parametrize(
    ("text", "low", "point", "high"),
    [
        ("30bn", 30 * BN, 30 * BN, 30 * BN),
        ("up to 100bn", None, None, 100 * BN),
        ("at least 3bn", 3 * BN, None, None),
        ("2bn..4bn", 2 * BN, None, 4 * BN),
        ("2bn..3bn..4bn", 2 * BN, 3 * BN, 4 * BN),
        ("undisclosed", None, None, None),
        (" 1.5 bn ", BN * 3 / 2, BN * 3 / 2, BN * 3 / 2),
        ("0", Decimal(0), Decimal(0), Decimal(0)),
    ],
)
def test_text_forms(text: str, low: Decimal | None, point: Decimal | None, high: Decimal | None) -> None:
    assert parse_amount(text) == Amount(low, point, high)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("7k", 7_000),
        ("7m", 7_000_000),
        ("7bn", 7 * 10**9),
        ("7tn", 7 * 10**12),
        ("1_000", 1000),
        ("2e3", 2000),
    ],
)
def test_suffixes(text: str, value: int) -> None:
    assert parse_number(text) == value


WRONG = [
    "", " ", "-1", "-30bn", "NaN", "nan", "inf", "Infinity", "1e", "1e999", "e9", "1,000", "1.000.000", ".5", "5.", "$5",
    "5 USD", "30BN", "30 billion", "1..2..3..4", "..", "1..", "up to", "up to up to 1", "undisclosed ..", "٣", "５", "0x10",
    "1e99tn", "9" * 31, "1" * 10_000, "=1+1", "None", "true",
]  # fmt: skip


@pytest.mark.parametrize("text", WRONG, ids=lambda text: repr(text[:20]))
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not an amount|is more than all the money there is"):
        parse_amount(text)


def test_signed_amounts_are_for_accounts_only() -> None:
    assert parse_amount("-863m", signed=True).point == -863_000_000
    with pytest.raises(ValueError, match="is not an amount"):
        parse_amount("-863m")


def test_undisclosed_is_not_zero() -> None:
    assert not UNDISCLOSED.known
    assert parse_amount("0").known
    assert parse_amount("up to 5").point is None


def leg(amount: object) -> Leg:
    return Leg.model_validate({"id": "x", "payer": "a", "payee": "b", "kind": "loan", "amount": amount})


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ({"low": "1bn", "high": "2bn"}, Amount(BN, None, 2 * BN)),
        ({"point": "1bn"}, Amount(None, BN, None)),
        ("1bn..1bn", Amount(BN, None, BN)),
    ],
)
def test_fields_take_the_forms(amount: object, expected: Amount) -> None:
    assert leg(amount).amount == expected


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("4bn..2bn", "amount-order"),
        ({"low": "4bn", "point": "2bn"}, "amount-order"),
        ({"low": "3bn", "middle": "4bn"}, "bad-amount"),
        ({"low": ["3bn"]}, "bad-amount"),
        ({"low": None}, "bad-amount"),
        (["3bn"], "bad-amount"),
        (None, "bad-amount"),
        ("-1", "bad-amount"),
    ],
)
def test_fields_refuse_the_rest(amount: object, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        leg(amount)
    assert [error["type"] for error in caught.value.errors()] == [code]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("rate", "0", "bad-value"),
        ("rate", "-1", "bad-value"),
        ("rate", "NaN", "bad-value"),
        ("rate", "1e999999", "bad-value"),
        ("currency", "euro", "string_pattern_mismatch"),
        ("date", "2025-13-01", "bad-date"),
    ],
)
def test_original_amounts_refuse(field: str, value: str, code: str) -> None:
    right = {"currency": "EUR", "amount": "1bn", "rate": "1.1", "date": "2025-01-31"}
    assert Original.model_validate(right).rate == Decimal("1.1")
    with pytest.raises(ValidationError) as caught:
        Original.model_validate({**right, field: value})
    assert [error["type"] for error in caught.value.errors()] == [code]


plain = st.decimals(min_value=0, max_value=10**24 - 1, places=18, allow_nan=False)


@same_every_time
@given(plain)
def test_numbers_come_back(number: Decimal) -> None:
    assert parse_number(f"{number:f}") == number


@same_every_time
@given(
    st.decimals(min_value=0, max_value=10**9, places=3),
    st.sampled_from([("k", 3), ("m", 6), ("bn", 9), ("tn", 12)]),
)
def test_suffixes_are_powers(number: Decimal, suffix: tuple[str, int]) -> None:
    word, power = suffix
    assert parse_number(f"{number:f}{word}") == number * 10**power


@same_every_time
@given(st.lists(plain, min_size=1, max_size=3).map(sorted))
def test_ranges_come_back(bounds: list[Decimal]) -> None:
    amount = parse_amount("..".join(f"{bound:f}" for bound in bounds))
    low, high = bounds[0], bounds[-1]
    assert (amount.low, amount.high) == (low, high)
    assert amount.point == (None if len(bounds) == 2 else bounds[len(bounds) // 2])
    assert ordered(amount)


@same_every_time
@given(st.text(max_size=40))
def test_any_text_is_an_amount_or_a_value_error(text: str) -> None:
    try:
        amount = parse_amount(text)
    except ValueError:
        return
    assert all(bound is None or bound >= 0 for bound in amount)
