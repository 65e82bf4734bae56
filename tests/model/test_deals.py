"""Legs, links and time profiles."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from circularity.model.deals import Deal, Leg, Link, When
from circularity.model.kinds import KINDS

LEG = {"id": "x", "payer": "a", "payee": "b", "kind": "loan"}


def leg(**changes: Any) -> Leg:
    return Leg.model_validate({**LEG, **changes})


def codes(model: Any, raw: Any) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(raw)
    return [str(error["type"]) for error in caught.value.errors()]


@pytest.mark.parametrize("kind", KINDS)
def test_cash_follows_the_kind_unless_it_is_said(kind: str) -> None:
    assert leg(kind=kind).is_cash is KINDS[kind].cash
    assert leg(kind=kind, cash="true").is_cash is True
    assert leg(kind=kind, cash="false").is_cash is False


@pytest.mark.parametrize("kind", ["lone", "", "Loan", "loan ", "</script>", None, ["loan"]], ids=repr)
def test_unknown_kinds(kind: object) -> None:
    assert codes(Leg, {**LEG, "kind": kind}) == ["unknown-kind"]


@pytest.mark.parametrize("percent", ["100.1", "101", "1000"])
def test_a_share_over_the_whole(percent: str) -> None:
    assert leg(percent="100").percent == 100
    assert codes(Leg, {**LEG, "percent": percent}) == ["bad-percent"]
    assert codes(Link, {"type": "earmarked_for", "leg": "y", "share": "1.01"}) == ["bad-percent"]


@pytest.mark.parametrize("percent", ["-1", "NaN", "a third", ""])
def test_a_share_that_is_no_number(percent: str) -> None:
    assert codes(Leg, {**LEG, "percent": percent}) == ["bad-value"]


def test_a_link_of_an_unknown_type() -> None:
    assert codes(Link, {"type": "because_of", "leg": "y"}) == ["literal_error"]


@pytest.mark.parametrize(
    ("raw", "starts"),
    [
        ({"on": "2025-03-01"}, date(2025, 3, 1)),
        ({"from": "2025-03-01", "to": "2025-03-01"}, date(2025, 3, 1)),
        ({"schedule": [{"milestone": "first site", "share": "0.4"}, {"date": "2026-01-31", "share": "0.6"}]}, date(2026, 1, 31)),
        ({"schedule": [{"milestone": "first site", "share": "1"}]}, None),
    ],
)  # fmt: skip
def test_time_profiles(raw: dict[str, Any], starts: date | None) -> None:
    assert When.model_validate(raw).starts == starts


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({}, "bad-value"),
        ({"on": "2025-03-01", "from": "2025-03-01", "to": "2025-04-01"}, "bad-value"),
        ({"from": "2025-03-01"}, "bad-value"),
        ({"to": "2025-03-01"}, "bad-value"),
        ({"from": "2025-03-02", "to": "2025-03-01"}, "date-order"),
        ({"on": "2025-02-30"}, "bad-date"),
        ({"schedule": [{"date": "2025-03-01", "share": "0.5"}]}, "schedule-share"),
        ({"schedule": [{"date": "2025-03-01", "share": "1.5"}]}, "bad-percent"),
    ],
)
def test_time_profiles_that_are_none(raw: dict[str, Any], code: str) -> None:
    assert codes(When, raw) == [code]


def test_thirds_add_up_as_written() -> None:
    thirds = [
        {"date": f"2025-0{month}-01", "share": share} for month, share in enumerate(("0.3333", "0.3333", "0.3334"), 1)
    ]
    assert len(When.model_validate({"schedule": thirds}).schedule) == 3


def test_a_deal_has_legs_and_a_title() -> None:
    assert codes(Deal, {"id": "d", "title": "", "legs": []}) == ["string_too_short", "too_short"]


def test_facts_are_frozen_and_refuse_what_they_do_not_know() -> None:
    with pytest.raises(ValidationError):
        leg().kind = "purchase"  # type: ignore[misc]
    assert codes(Leg, {**LEG, "colour": "red"}) == ["extra_forbidden"]
