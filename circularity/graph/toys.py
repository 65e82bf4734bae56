"""Small named graphs, shared by tests, docstrings and docs."""

from __future__ import annotations

from circularity.graph.lens import Lens
from circularity.graph.view import View, view_table
from circularity.model.kinds import KINDS
from circularity.model.legs import LegTable, Outside

Row = tuple[str, str, str, str, int | None]
"""date ('' for none), payer, payee, kind, amount."""


def build(*rows: Row, lens: Lens | None = None) -> View:
    """A view of some rows; payer or payee `OUTSIDE` makes an outside row. Ids count from 1."""
    names = tuple(sorted({end for row in rows for end in row[1:3]} - {"OUTSIDE"}))
    at = {name: number for number, name in enumerate(names)}
    legs = [(str(n), *row) for n, row in enumerate(rows, 1) if "OUTSIDE" not in row[1:3]]
    amounts = [row[5] for row in legs]
    outside = tuple(
        Outside(
            at[payee if payer == "OUTSIDE" else payer],
            payer == "OUTSIDE",
            amount,
            day or None,
            "paid",
            n,
            amount,
            amount,
            amount,
        )
        for n, (day, payer, payee, _, amount) in enumerate(rows, 1)
        if "OUTSIDE" in (payer, payee)
    )
    table = LegTable(
        parties=names, currency="USD", scale=0, id=[row[0] for row in legs], deal=[row[0] for row in legs],
        payer=[at[row[2]] for row in legs], payee=[at[row[3]] for row in legs], kind=[row[4] for row in legs],
        amount=amounts, low=amounts, point=amounts, high=amounts, cash=[KINDS[row[4]].cash for row in legs],
        status=["paid"] * len(legs), date=[row[1] or None for row in legs], tier=[None] * len(legs), outside=outside,
    )  # fmt: skip
    return view_table(table, lens or Lens(), name="toy", version="1", sha256="")


def triangle() -> View:
    """a → b → c → a with 5, 10, 20: D'Errico and Roukny's example (ESRB WP 44, p. 64)."""
    return build(("", "a", "b", "payment", 5), ("", "b", "c", "payment", 10), ("", "c", "a", "payment", 20))


def vendor_loop(lens: Lens | None = None) -> View:
    """A vendor invests 10 in its customer, which takes in 5 of its own and buys for 12."""
    return build(
        ("2025-01-01", "OUTSIDE", "customer", "external", 5),
        ("2025-01-02", "vendor", "customer", "equity_cash", 10),
        ("2025-01-03", "customer", "vendor", "purchase", 12),
        lens=lens,
    )
