"""On how few others does a party's money depend?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from circularity.graph.view import View
from circularity.model.legs import LegTable


@dataclass(frozen=True, slots=True)
class Concentration:
    """Shares of one side of a party's legs, largest first. `hhi` from 0 to 1; None of nothing."""

    total: Decimal
    shares: tuple[tuple[str, float], ...]
    hhi: float | None
    top1: float | None
    top2: float | None
    unpriced: tuple[str, ...]


def concentration(view: View, rows: Iterable[int], by_payer: bool = True) -> Concentration:
    """How concentrated are some legs by payer (customers) or payee (suppliers)?

    HHI = sum of squared shares. Amounts in whole units; undisclosed amounts are listed, and in no
    share.
    """
    legs = view.legs
    rows = list(rows)
    sums = _sums(legs, rows, by_payer)
    total = sum(sums.values())
    ranked = (
        sorted(((legs.parties[p], amount / total) for p, amount in sums.items()), key=lambda s: (-s[1], s[0]))
        if total
        else []
    )
    shares = [share for _, share in ranked]
    return Concentration(
        total=legs.money(total),
        shares=tuple(ranked),
        hhi=sum(share * share for share in shares) if shares else None,
        top1=shares[0] if shares else None,
        top2=sum(shares[:2]) if shares else None,
        unpriced=tuple(legs.id[row] for row in rows if legs.amount[row] is None),
    )


def _sums(legs: LegTable, rows: Iterable[int], by_payer: bool) -> dict[int, int]:
    sums: dict[int, int] = {}
    ends = legs.payer if by_payer else legs.payee
    for row in rows:
        amount = legs.amount[row]
        if amount:
            sums[ends[row]] = sums.get(ends[row], 0) + amount
    return sums
