"""Near names, counts and money in words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circularity.words import money, near, percent, plural
from tests.properties import same_every_time


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("nvidea", ["nvidia", "amd"], " (did you mean 'nvidia'?)"),
        ("NVIDEA", ["nvidia", "amd"], " (did you mean 'nvidia'?)"),
        ("nvidea", ["NVIDIA"], " (did you mean 'NVIDIA'?)"),
        ("zzz", ["nvidia", "amd"], ""),
        ("", ["nvidia"], ""),
        ("nvidia", [], ""),
    ],
)
def test_near(word: str, known: list[str], hint: str) -> None:
    assert near(word, known) == hint


def test_near_names_three_at_most_in_the_same_order_always() -> None:
    names = [f"cloud-{letter}" for letter in "fedcba"]
    assert near("cloud-x", names) == near("cloud-x", set(names)) == near("cloud-x", reversed(names))
    assert near("cloud-x", names).count("'") == 6


def test_near_cuts_what_is_too_long_to_compare() -> None:
    assert near("x" * 100_000, ["nvidia"]) == ""


@pytest.mark.parametrize(
    ("count", "noun", "words"),
    [
        (1, "leg", "1 leg"),
        (0, "leg", "0 legs"),
        (2, "party", "2 parties"),
        (2, "day", "2 days"),
        (1_000, "row", "1,000 rows"),
    ],
)
def test_plural(count: int, noun: str, words: str) -> None:
    assert plural(count, noun) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("6300000000", "$6.3bn"),
        ("100000000000", "$100bn"),
        ("1", "$1"),
        ("0", "$0"),
        ("999", "$999"),
        ("1000", "$1k"),
        ("999499", "$999k"),
        ("999500", "$1m"),
        ("999999999999", "$1tn"),
        ("12345678", "$12.3m"),
        ("1500000000000", "$1.5tn"),
        ("-863000000", "-$863m"),
        ("0.5", "$0.5"),
    ],
)
def test_money(amount: str, words: str) -> None:
    assert money(Decimal(amount)) == words


def test_money_of_other_currencies_and_of_nobody_knows_how_much() -> None:
    assert money(Decimal(5000), "EUR") == "€5k"
    assert money(Decimal(5000), "CHF") == "CHF 5k"
    assert money(None) == "undisclosed"
    assert money(None, unknown="–") == "–"


@same_every_time
@given(st.decimals(min_value=1, max_value=10**15, places=2))
def test_money_is_within_half_a_per_cent(amount: Decimal) -> None:
    words = money(amount).removeprefix("$")
    digits = words.rstrip("tnbmk")
    power = {"": 0, "k": 3, "m": 6, "bn": 9, "tn": 12}[words[len(digits) :]]
    assert abs(Decimal(digits).scaleb(power) - amount) <= amount / 190


@pytest.mark.parametrize(("share", "words"), [(0.123, "12.3 %"), (0, "0.0 %"), (1.5, "150.0 %"), (None, "–")])
def test_percent(share: float | None, words: str) -> None:
    assert percent(share) == words
