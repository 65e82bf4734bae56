"""The lens: printable, frozen, and strict about its own words."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from decimal import Decimal

import pytest

from circularity.errors import UsageError
from circularity.graph.lens import Lens

KEYS = [
    "as_of",
    "status",
    "amount",
    "kind",
    "family",
    "party",
    "min_amount",
    "since",
    "until",
    "consolidate",
    "imputed",
    "complete",
]


def test_json_names_every_choice_as_its_flag_does() -> None:
    assert list(Lens().as_json()) == KEYS
    full = Lens(
        as_of="2026-01-01", status="paid", amount="high", kinds=("loan",), families=("other",), parties=("a",),
        min_amount=Decimal("1500.50"), since="2025-01-01", until="2025-12-31", consolidate=True, imputed=True, complete=("a", "b"),
    )  # fmt: skip
    assert list(full.as_json().values()) == [
        "2026-01-01", "paid", "high", ["loan"], ["other"], ["a"], "1500.5", "2025-01-01", "2025-12-31", True, True, ["a", "b"],
    ]  # fmt: skip


def test_round_amounts_are_printed_plainly() -> None:
    assert Lens(min_amount=Decimal("1E+9")).as_json()["min_amount"] == "1000000000"


def test_one_line_for_people() -> None:
    assert str(Lens()) == "every date · status ≥ rumoured · point amounts · complete: none"
    lens = Lens(
        as_of="2026-01-01", kinds=("loan", "stake"), min_amount=Decimal(10**9), since="2025-01-01", complete=("a",)
    )
    assert str(lens) == (
        "as of 2026-01-01 · status ≥ rumoured · point amounts · legs of 2025-01-01 to … · loan, stake · "
        "from 1,000,000,000 · complete: a"
    )


def test_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Lens().status = "paid"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("choice", "hint"),
    [
        ({"status": "comitted"}, "committed"),
        ({"amount": "hgih"}, "high"),
        ({"kinds": ("purchas",)}, "purchase"),
        ({"families": ("finance",)}, "financing"),
    ],
)
def test_a_mistyped_word_suggests_the_near_one(choice: dict[str, object], hint: str) -> None:
    with pytest.raises(UsageError, match=f"did you mean .*'{hint}'"):
        Lens(**choice)  # type: ignore[arg-type]


def test_an_ended_status_is_no_floor_and_a_window_goes_forward() -> None:
    with pytest.raises(UsageError):
        Lens(status="cancelled")
    with pytest.raises(UsageError, match="before --since"):
        Lens(since="2025-02-01", until="2025-01-31")
    Lens(since="2025-01-31", until="2025-01-31")
