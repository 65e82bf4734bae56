"""The lens: which legs count. Frozen, printable, and printed with every result."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from circularity.errors import UsageError
from circularity.model.kinds import FAMILIES, KINDS
from circularity.model.status import FLOORS
from circularity.words import near

Bound = Literal["low", "point", "high"]
BOUNDS = ("low", "point", "high")


@dataclass(frozen=True, slots=True)
class Lens:
    """The choices behind a number.

    `as_of` is what was known on that day; `since` and `until` are the legs' own days, inclusive.
    `kinds`, `families`, `parties` and `min_amount` choose what is measured and never take money
    out of a balance. `amount` never falls back: a missing bound is unpriced. `complete` names the
    parties whose sources of funds are taken to be fully known.
    """

    as_of: str | None = None
    status: str = "rumoured"
    amount: str = "point"
    kinds: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    min_amount: Decimal | None = None
    since: str | None = None
    until: str | None = None
    consolidate: bool = False
    imputed: bool = False
    complete: str | tuple[str, ...] = "none"

    def __post_init__(self) -> None:
        _require("status", (self.status,), FLOORS)
        _require("amount", (self.amount,), BOUNDS)
        _require("kind", self.kinds, KINDS)
        _require("family", self.families, FAMILIES)
        if self.since and self.until and self.until < self.since:
            raise UsageError(f"--until {self.until} is before --since {self.since}")

    def as_json(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of,
            "status": self.status,
            "amount": self.amount,
            "kind": list(self.kinds),
            "family": list(self.families),
            "party": list(self.parties),
            "min_amount": None if self.min_amount is None else f"{self.min_amount.normalize():f}",
            "since": self.since,
            "until": self.until,
            "consolidate": self.consolidate,
            "imputed": self.imputed,
            "complete": self.complete if isinstance(self.complete, str) else list(self.complete),
        }

    def __str__(self) -> str:
        """One line for people: the choices that differ from nothing."""
        words = [f"status ≥ {self.status}", f"{self.amount} amounts"]
        words.insert(0, f"as of {self.as_of}" if self.as_of else "every date")
        if self.since or self.until:
            words.append(f"legs of {self.since or '…'} to {self.until or '…'}")
        words += [", ".join(group) for group in (self.kinds, self.families) if group]
        if self.parties:
            words.append(f"with {', '.join(self.parties)}")
        if self.min_amount is not None:
            words.append(f"from {self.min_amount:,}")
        if self.consolidate:
            words.append("consolidated")
        if self.imputed:
            words.append("in-kind imputed")
        complete = self.complete if isinstance(self.complete, str) else ", ".join(self.complete)
        words.append(f"complete: {complete}")
        return " · ".join(words)


def _require(flag: str, given: tuple[str, ...], known: Any) -> None:
    for value in given:
        if value not in known:
            raise UsageError(f"--{flag} '{value[:60]}' is not one of {', '.join(known)}{near(value, known)}")
