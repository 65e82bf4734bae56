"""Random ledgers around one vendor, for tests of the round trip."""

from __future__ import annotations

from circularity.graph.lens import Lens
from circularity.graph.toys import build
from circularity.graph.view import View
from tests.ledgers import Dice, Row


def funded(dice: Dice, days: int) -> View:
    """`a` funds rather early and is paid rather late, mostly out of what there is; dates rise where `days` is not 0."""
    names = "abcde"[: dice.randint(2, 5)]
    held = dict.fromkeys(names, 0)
    rows: list[Row] = []
    length = dice.randint(4, 14)
    for at in range(length):
        late = dice.random() < at / length
        payer, payee = dice.sample(names, 2)
        kind = dice.choice(("payment", "payment", "loan", "repayment", "purchase"))
        if dice.random() < 0.6:
            other = dice.choice(names[1:])
            payer, payee, kind = (other, "a", "purchase") if late else ("a", other, "loan")
        elif dice.random() < 0.4:
            inward = dice.random() < 0.7
            payer, payee, kind = ("OUTSIDE", payee, "external") if inward else (payer, "OUTSIDE", "external")
        size = dice.randint(1, 20)
        if payer in held and payer != "a" and dice.random() < 0.9:
            size = dice.randint(0, held[payer])
        held[payer] = max(0, held.get(payer, 0) - size)
        held[payee] = held.get(payee, 0) + size
        rows.append((f"2025-01-{1 + at * days // length:02d}" if days else "", payer, payee, kind, size))
    rows.append(("2025-01-01" if days else "", "OUTSIDE", "a", "external", 0))
    named = sorted({end for row in rows for end in row[1:3]} - {"OUTSIDE"})
    some = tuple(name for name in named if dice.random() < 0.7)
    return build(*rows, lens=Lens(complete=dice.choice(("all", "all", some or "none", "none"))))
