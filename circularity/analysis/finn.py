"""How often does a dollar pass again through the same firm?"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from circularity.analysis.circulation import pair_sums
from circularity.graph.networks import strong_parts
from circularity.graph.view import View, in_window
from circularity.kernels.linear import solve


@dataclass(frozen=True, slots=True)
class Finn:
    """Amounts in whole units; `cycled` and `FCI` are shares from 0 to 1; `APL` counts parties."""

    external_input: dict[str, Decimal]
    throughflow: dict[str, Decimal]
    cycled: dict[str, float]
    FCI: float | None
    APL: float | None
    closed: bool


def finn(view: View) -> Finn:
    """What share of each party's throughflow has already passed through it?

    T_i = received + external input; G_ij = W_ij / T_i; N = (I - G)^-1; cycled_i = (n_ii - 1) / n_ii;
    FCI = sum T cycled / sum T; APL = sum T / sum external input. External input is outside money
    in, plus what a party paid, to parties and outside, beyond all it received. Static, over the
    whole window; in-kind legs take no part. In a part that nothing enters or leaves the cycled
    share is 1, the limit; `closed` is then True and APL None.

    Undisclosed amounts take no part. Source: Finn 1976, 1980; Allesina and Ulanowicz 2004.
    """
    legs = view.legs
    sums = pair_sums(legs, [row for row in view.flows if legs.cash[row]])
    received: dict[int, int] = {}
    paid: dict[int, int] = {}
    entering: dict[int, int] = {}
    for (payer, payee), amount in sums.items():
        paid[payer] = paid.get(payer, 0) + amount
        received[payee] = received.get(payee, 0) + amount
    for item in legs.outside:
        if item.amount and in_window(item.date, view.lens):
            side = entering if item.inward else paid
            side[item.party] = side.get(item.party, 0) + item.amount
    parties = sorted({*received, *paid, *entering})
    external = {
        p: entering.get(p, 0) + max(0, paid.get(p, 0) - received.get(p, 0) - entering.get(p, 0)) for p in parties
    }
    through = {party: received.get(party, 0) + external[party] for party in parties}
    closed = _closed(sums, through, external)
    cycled = {party: 1.0 if party in closed else 0.0 for party in parties}
    for part in strong_parts(sums):
        if part[0] not in closed:
            cycled.update(_cycled(part, sums, through))
    total, entered = sum(through.values()), sum(external.values())
    return Finn(
        external_input={legs.parties[p]: legs.money(external[p]) for p in parties},
        throughflow={legs.parties[p]: legs.money(through[p]) for p in parties},
        cycled={legs.parties[p]: cycled[p] for p in parties},
        FCI=sum(through[p] * cycled[p] for p in parties) / total if total else None,
        APL=total / entered if entered and not closed else None,
        closed=bool(closed),
    )


def _closed(sums: dict[tuple[int, int], int], through: dict[int, int], external: dict[int, int]) -> set[int]:
    """Parties of parts that nothing enters and nothing leaks from."""
    closed: set[int] = set()
    for part in strong_parts(sums):
        inside = set(part)
        within = sum(amount for (payer, payee), amount in sums.items() if payer in inside and payee in inside)
        everything = sum(through[party] for party in part)
        if within == everything and not any(external[party] for party in part):
            closed |= inside
    return closed


def _cycled(part: list[int], sums: dict[tuple[int, int], int], through: dict[int, int]) -> dict[int, float]:
    """(n_ii - 1) / n_ii for the parties of one strongly connected part: the rest never comes back."""
    at = {party: number for number, party in enumerate(part)}
    rows: list[dict[int, Decimal]] = [{number: Decimal(1)} for number in range(len(part))]
    for (payer, payee), amount in sums.items():
        if payer in at and payee in at:
            rows[at[payer]][at[payee]] = -Decimal(amount) / through[payer]
    shares = {}
    for party, number in at.items():
        unit = [Decimal(int(column == number)) for column in range(len(part))]
        visits = solve(rows, unit)[number]
        shares[party] = float((visits - 1) / visits)
    return shares
