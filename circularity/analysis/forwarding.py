"""How circular is the web if every dollar moves on at random? Balanced flow forwarding."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from circularity.analysis.circulation import measured_rows, pair_sums
from circularity.graph.networks import strong_parts
from circularity.graph.view import View
from circularity.kernels.linear import stationary

_SAME = 1e-12


@dataclass(frozen=True, slots=True)
class Forwarding:
    """The circular part of the flows. `through` is each party's circular money out."""

    circular: Decimal
    circularity: float | None
    through: dict[str, Decimal]


def balanced_forwarding(view: View) -> Forwarding:
    """What share of the money is circular, split fairly over the loops?

    In each strongly connected part, walk at random with P_ij = W_ij / out_i; with its stationary
    pi and s = min out_i / pi_i, take s pi_i P_ij off every pair. Each pass empties at least one
    party's outflow; repeat until nothing is strongly connected. circularity = taken / gross, in
    [0, 1]; unlike the largest circulation, its split by party is unique.

    Undisclosed amounts take no part. Cost: O(n^4) in the largest part at worst.
    Source: Homs-Dones, MacKay, Sansom, Zhou 2025 (arXiv 2506.12546).
    """
    legs = view.legs
    sums = pair_sums(legs, measured_rows(view))
    gross = sum(sums.values())
    left = {pair: float(amount) for pair, amount in sums.items()}
    through = dict.fromkeys(sorted({end for pair in sums for end in pair}), 0.0)
    while parts := strong_parts(left):
        for part in parts:
            _forward(left, part, through)
    scale = 10.0**legs.scale
    return Forwarding(
        circular=_money(sum(through.values()) / scale),
        circularity=sum(through.values()) / gross if gross else None,
        through={legs.parties[party]: _money(value / scale) for party, value in through.items()},
    )


def _forward(left: dict[tuple[int, int], float], part: list[int], through: dict[int, float]) -> None:
    """One pass over one strongly connected part."""
    at = {party: number for number, party in enumerate(part)}
    rates: list[dict[int, float]] = [{} for _ in part]
    for (payer, payee), amount in left.items():
        if payer in at and payee in at:
            rates[at[payer]][at[payee]] = amount
    out = [sum(row.values()) for row in rates]
    share = stationary(rates)
    ratios = [total / weight for total, weight in zip(out, share, strict=True)]
    least = min(ratios)
    for party, row, total, weight, ratio in zip(part, rates, out, share, ratios, strict=True):
        moved = least * weight
        through[party] += moved
        emptied = ratio <= least * (1 + _SAME)
        for head, amount in row.items():
            pair = (party, part[head])
            if emptied:
                del left[pair]
            else:
                left[pair] = amount - moved * amount / total


def _money(value: float) -> Decimal:
    return Decimal(value).quantize(Decimal("0.000001"))
