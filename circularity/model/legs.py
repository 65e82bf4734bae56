"""The leg table: legs as columns, the form in which every measure reads them.

One row a leg. Parties are positions in `parties`, which is sorted by id, so that the smallest
position is the smallest id. Amounts are integers in units of `10**-scale` of the currency: exact,
quick to add, and never confused with an unknown one, which is None.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Context, Decimal
from typing import Any, Self

EXACT = Context(prec=100)
"""Digits enough for any amount: 30 before the point, 18 after it, and their sums."""


Bounds = tuple[int | None, int | None, int | None]
"""Low, point and high."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Money from or to outside the graph: a row of the balances, never a leg."""

    party: int
    inward: bool
    amount: int | None
    """The bound that the lens chose."""
    date: str | None
    status: str = "paid"
    row: int = -1
    low: int | None = None
    point: int | None = None
    high: int | None = None
    leg: str = ""
    """Its id in a dataset; an account's line has none."""

    @property
    def bounds(self) -> Bounds:
        return _rising(self.low, self.point, self.high)


@dataclass(frozen=True, slots=True)
class LegTable:
    """Columns of equal length. `date` is ISO text (a day, or a day with a time), None if undated."""

    parties: tuple[str, ...]
    currency: str
    scale: int
    id: Sequence[str] = ()
    deal: Sequence[str] = ()
    payer: Sequence[int] = ()
    payee: Sequence[int] = ()
    kind: Sequence[str] = ()
    amount: Sequence[int | None] = ()
    """The bound that the lens chose."""
    low: Sequence[int | None] = ()
    point: Sequence[int | None] = ()
    high: Sequence[int | None] = ()
    cash: Sequence[bool] = ()
    status: Sequence[str] = ()
    date: Sequence[str | None] = ()
    tier: Sequence[str | None] = ()
    outside: tuple[Outside, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.id)

    def money(self, units: int) -> Decimal:
        """An amount in whole units of the currency."""
        return Decimal(units).scaleb(-self.scale, EXACT)

    def units(self, money: Decimal) -> int:
        """The largest whole number of table units that `money` holds."""
        return int(money.scaleb(self.scale, EXACT))

    def bounds(self, row: int) -> Bounds:
        """Low, point and high of a row, for showing."""
        return _rising(self.low[row], self.point[row], self.high[row])

    def take(self, rows: Iterable[int]) -> Self:
        """The table of some rows, in the order given."""
        keep = list(rows)
        columns: dict[str, Any] = {name: [getattr(self, name)[row] for row in keep] for name in COLUMNS}
        return replace(self, **columns)


COLUMNS = tuple(f.name for f in fields(LegTable) if f.name not in ("parties", "currency", "scale", "outside"))


def _rising(low: int | None, point: int | None, high: int | None) -> Bounds:
    """Bounds that rise, for showing. The columns are what the lens of each bound counts: a whole gives
    its parts away at each bound by itself, and may so be left with more at its point than at its high."""
    known = [bound for bound in (low, point, high) if bound is not None]
    return None if low is None else min(known), point, None if high is None else max(known)


def scale_of(amounts: Iterable[Decimal]) -> int:
    """The fewest decimal places that hold every amount exactly."""
    return max((max(0, -int(amount.normalize(EXACT).as_tuple().exponent)) for amount in amounts), default=0)
