"""Who sits up- or downstream, and how much money runs against the stream?"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from circularity.analysis.circulation import Pairs, measured_rows, pair_sums
from circularity.graph.networks import weak_parts
from circularity.graph.view import View
from circularity.kernels.linear import descend, solve

_ELIMINATE_UP_TO = 300


@dataclass(frozen=True, slots=True)
class Hodge:
    """`levels` from 0 in each weakly connected part, rising downstream; the shares sum to 1."""

    levels: dict[str, float]
    F0: float | None
    gradient_share: float | None
    bilateral_share: float | None
    loop_share: float | None
    net_flow_loop_ratio: float | None


def hodge(view: View) -> Hodge:
    """How far does money run in one direction, back and forth, and in loops?

    Levels h solve (diag(in + out) - W - W') h = in - out. F0 = sum W_ij (h_j - h_i - 1)^2 / G.
    With F = W_ij - W_ji and w = W_ij + W_ji over pairs: bilateral = sum (w - F^2 / w) / G,
    loop = sum (F - w dh)^2 / w / G, gradient = 1 - F0; the three add up to 1.
    `net_flow_loop_ratio` = loop / (gradient + loop) sees no two-party loop; None where all pairs
    net to zero. Order parties by it; it is not the circularity headline.

    Undisclosed amounts take no part. Source: Kichikawa et al. 2019; MacKay, Johnson, Sansom 2020.
    """
    legs = view.legs
    sums = pair_sums(legs, measured_rows(view))
    if not sums:
        return Hodge({}, None, None, None, None, None)
    levels = _levels(sums)
    gross = sum(sums.values())
    bilateral = loop = 0.0
    for first, second in {(min(pair), max(pair)): None for pair in sorted(sums)}:
        forth, back = sums.get((first, second), 0), sums.get((second, first), 0)
        net, both = forth - back, forth + back
        bilateral += both - net * net / both
        loop += (net - both * (levels[second] - levels[first])) ** 2 / both
    against = sum(w * (levels[j] - levels[i] - 1) ** 2 for (i, j), w in sorted(sums.items())) / gross
    netted = 1 - against + loop / gross
    return Hodge(
        levels={legs.parties[party]: level for party, level in sorted(levels.items())},
        F0=against,
        gradient_share=1 - against,
        bilateral_share=bilateral / gross,
        loop_share=loop / gross,
        net_flow_loop_ratio=loop / gross / netted if netted > 1e-12 else None,
    )


def _levels(sums: Pairs) -> dict[int, float]:
    levels: dict[int, float] = {}
    for part in weak_parts(sums):
        at = {party: number for number, party in enumerate(part)}
        rows: list[dict[int, Decimal]] = [{} for _ in part]
        right = [Decimal(0)] * len(part)
        for (payer, payee), amount in sorted(sums.items()):
            if payer in at:
                i, j, weight = at[payer], at[payee], Decimal(amount)
                for one, other in ((i, j), (j, i)):
                    rows[one][one] = rows[one].get(one, Decimal(0)) + weight
                    rows[one][other] = rows[one].get(other, Decimal(0)) - weight
                right[i] -= weight
                right[j] += weight
        # Levels are known up to a constant: hold the first party at 0 to make the system regular.
        held = [{column - 1: entry for column, entry in row.items() if column} for row in rows[1:]]
        found = [0.0, *_solved(held, right[1:])]
        lowest = min(found)
        levels.update({party: found[number] - lowest for party, number in at.items()})
    return levels


def _solved(rows: list[dict[int, Decimal]], right: list[Decimal]) -> list[float]:
    if len(rows) <= _ELIMINATE_UP_TO:
        return [float(value) for value in solve(rows, right)]
    return descend([{c: float(v) for c, v in row.items()} for row in rows], [float(value) for value in right])
