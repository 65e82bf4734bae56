"""How often, and how far, is a payment answered by one in the other direction?"""

from __future__ import annotations

from dataclasses import dataclass

from circularity.analysis.circulation import bilateral, measured_rows, pair_sums
from circularity.graph.view import View


@dataclass(frozen=True, slots=True)
class Reciprocity:
    """`r_binary` of pairs, `r_weighted` of money, `rho_garlaschelli` against density."""

    r_binary: float | None
    rho_garlaschelli: float | None
    r_weighted: float | None


def reciprocity(view: View) -> Reciprocity:
    """What share of the pairs, and of the money, is answered?

    Over ordered pairs of the N parties that take part under the lens: r = answered /
    all; density = all / (N (N - 1)); rho = (r - density) / (1 - density), None at density 1;
    r_weighted = sum min(W_ij, W_ji) / gross. An unpriced leg makes a pair and adds no money.

    Source: Garlaschelli and Loffredo 2004; Squartini et al. 2013.
    """
    legs, rows = view.legs, measured_rows(view)
    pairs = {(legs.payer[row], legs.payee[row]) for row in rows}
    if not pairs:
        return Reciprocity(None, None, None)
    count = len({end for pair in pairs for end in pair} if view.lens.parties else _present(view))
    answered = sum((payee, payer) in pairs for payer, payee in pairs) / len(pairs)
    density = len(pairs) / (count * (count - 1))
    sums = pair_sums(legs, rows)
    gross = sum(sums.values())
    return Reciprocity(
        r_binary=answered,
        rho_garlaschelli=(answered - density) / (1 - density) if density < 1 else None,
        r_weighted=bilateral(sums) / gross if gross else None,
    )


def _present(view: View) -> set[int]:
    """Parties with a leg or an outside row that counts, measured or not."""
    legs = view.legs
    return {*legs.payer, *legs.payee, *(item.party for item in legs.outside)}
