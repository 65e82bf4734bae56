"""How much of the whole web of deals closes on itself?

Gross, net and compressed sums, and the largest circulation. All amounts in whole units of the
view's currency; all shares are of gross.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from circularity.graph.networks import largest_circulation
from circularity.graph.view import View
from circularity.kernels.mincost import least_flow, solver_installed
from circularity.model.legs import LegTable

_COMPILED_FROM = 1_000
"""Pairs from which importing the compiled solver is worth its time."""

Pairs = dict[tuple[int, int], int]
"""Summed amounts by (payer, payee), in table units."""


def measured_rows(view: View) -> list[int]:
    """Flow rows a sum holds: money, and goods for shares only where the lens imputes them."""
    legs = view.legs
    return [row for row in view.flows if legs.cash[row] or view.lens.imputed]


def pair_sums(legs: LegTable, rows: list[int]) -> Pairs:
    """W: what each party paid each other, priced legs only, zero pairs left out."""
    sums: Pairs = {}
    for row in rows:
        amount = legs.amount[row]
        if amount:
            pair = (legs.payer[row], legs.payee[row])
            sums[pair] = sums.get(pair, 0) + amount
    return sums


@dataclass(frozen=True, slots=True)
class Circulation:
    """Sums over the measured legs; see MEASURES §1.1 for the terms."""

    legs: tuple[str, ...]
    unpriced: tuple[str, ...]
    gross: Decimal
    net_position: dict[str, Decimal]
    compressed_min: Decimal
    excess: Decimal
    bilateral_removed: Decimal
    max_circulation: Decimal
    conservative_residual: Decimal
    circularity_max: float | None


def circulation(view: View) -> Circulation:
    """How many dollars could be netted away, and how many run in closed routes?

    gross x = sum of W; net position = received - paid; compressed minimum m = half the sum of
    |net|; excess = x - m; bilateral removes min(W_ij, W_ji) on both sides; the largest circulation
    is the most that can run in closed routes within W; conservative residual = x - that;
    circularity_max = largest circulation / x.

    Undisclosed amounts are in no sum: they are listed in `unpriced`. Circulation counts
    leg-dollars (10 round three parties are 30): never add it to round-trip dollars.

    Cost: one network simplex. Source: D'Errico and Roukny, ESRB WP 44/2017; Fleischman, Dini and
    Littera 2020; Homs-Dones et al. 2025.

    >>> from circularity.graph.toys import triangle
    >>> str(circulation(triangle()).max_circulation)
    '15'
    """
    legs, rows = view.legs, measured_rows(view)
    sums = pair_sums(legs, rows)
    net = net_positions(sums)
    gross = sum(sums.values())
    compressed = sum(value for value in net.values() if value > 0)
    largest = largest_circular(sums, len(legs.parties))
    return Circulation(
        legs=tuple(legs.id[row] for row in rows),
        unpriced=tuple(legs.id[row] for row in rows if legs.amount[row] is None),
        gross=legs.money(gross),
        net_position={legs.parties[party]: legs.money(value) for party, value in sorted(net.items())},
        compressed_min=legs.money(compressed),
        excess=legs.money(gross - compressed),
        bilateral_removed=legs.money(bilateral(sums)),
        max_circulation=legs.money(largest),
        conservative_residual=legs.money(gross - largest),
        circularity_max=largest / gross if gross else None,
    )


def largest_circular(sums: Pairs, size: int) -> int:
    """The largest circulation, by the compiled solver of the extra [fast] where the web is large."""
    if len(sums) > _COMPILED_FROM and solver_installed():
        least = least_flow(sums, size)
        if least is not None:
            return sum(sums.values()) - least
    return largest_circulation(sums)


def net_positions(sums: Mapping[tuple[int, int], int]) -> dict[int, int]:
    """Received less paid, by party."""
    net: dict[int, int] = {}
    for (payer, payee), amount in sums.items():
        net[payer] = net.get(payer, 0) - amount
        net[payee] = net.get(payee, 0) + amount
    return net


def bilateral(sums: Mapping[tuple[int, int], int]) -> int:
    """What netting each pair against its reverse takes away, both sides counted."""
    return sum(min(amount, sums.get((payee, payer), 0)) for (payer, payee), amount in sums.items())


def keystones(view: View) -> dict[str, Decimal]:
    """Which party's removal breaks the most circulation? K(i) = MC(W) - MC(W without i).

    Amounts in whole units; parties without any effect have 0. Cost: one network simplex a party.
    """
    legs = view.legs
    sums = pair_sums(legs, measured_rows(view))
    size = len(legs.parties)
    whole = largest_circular(sums, size)
    losses = {}
    for party in sorted({end for pair in sums for end in pair}):
        without = {pair: amount for pair, amount in sums.items() if party not in pair}
        losses[legs.parties[party]] = legs.money(whole - largest_circular(without, size))
    return losses
