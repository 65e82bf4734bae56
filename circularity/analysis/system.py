"""Every measure of the whole web, together, with what its size leaves out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from circularity.analysis.circulation import Circulation, circulation, keystones
from circularity.analysis.finn import Finn, finn
from circularity.analysis.forwarding import Forwarding, balanced_forwarding
from circularity.analysis.hodge import Hodge, hodge
from circularity.analysis.reciprocity import Reciprocity, reciprocity
from circularity.graph.view import View
from circularity.problems import Problem

KEYSTONE_WORK = 2_000_000
"""Parties times pairs up to which the keystone ranking is worth its cost."""
DENSE_PARTIES = 400
"""Parties up to which Finn's and the forwarding measure are."""


@dataclass(frozen=True, slots=True)
class System:
    """Measures of MEASURES §1; a part is None where the graph is too large for it."""

    circulation: Circulation
    forwarding: Forwarding | None
    hodge: Hodge
    finn: Finn | None
    reciprocity: Reciprocity
    keystones: dict[str, Decimal] | None
    problems: tuple[Problem, ...] = ()


def measure_all(view: View, force: bool = False) -> System:
    """How much of the web closes on itself, and on whom does it hang?

    `force` computes what size would leave out.
    """
    legs = view.legs
    pairs = {(legs.payer[row], legs.payee[row]) for row in view.flows}
    parties = len({end for pair in pairs for end in pair})
    notes: list[Problem] = []

    def worth(what: str, size: int, most: int) -> bool:
        if force or size <= most:
            return True
        notes.append(
            Problem("too-large", f"{what} is left out: size {size:,} is over {most:,}; --keystone computes it")
        )
        return False

    keystone = worth("the keystone ranking (parties × pairs)", parties * len(pairs), KEYSTONE_WORK)
    dense = worth("Finn's measure and balanced forwarding (parties)", parties, DENSE_PARTIES)
    return System(
        circulation=circulation(view),
        forwarding=balanced_forwarding(view) if dense else None,
        hodge=hodge(view),
        finn=finn(view) if dense else None,
        reciprocity=reciprocity(view),
        keystones=keystones(view) if keystone else None,
        problems=tuple(notes),
    )
