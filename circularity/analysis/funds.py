"""Where did a party's money come from, and where did it go?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from circularity.analysis.positions import Sum
from circularity.graph.view import View
from circularity.model.accounts import Account, Figure
from circularity.model.kinds import FUNDING


@dataclass(frozen=True, slots=True)
class Funds:
    """Sources and uses of one period, in whole units; None: not known, or known as a bound only.

    `named` are the legs of the graph that funded the party in the period and are paid: they are
    inside `financing`, and outside `outside`.
    """

    period: str
    ends: str
    operating: Decimal | None
    financing: Decimal | None
    outside: Decimal | None
    named: Sum
    capex: Decimal | None
    cash_change: Decimal | None
    other: Decimal | None


def sources_and_uses(view: View, party: str) -> list[Funds]:
    """From whom did a party's money come in each period, and what was it spent on?

    other = change of cash - operating - financing + capex: investments other than capital
    expenditure, currency effects and what nobody states. None where one of the four is unknown.
    The change of cash needs the balance of the day before the period as well as that of its end.

    Args:
        view: its legs are the named funding; accounts of periods that end by its as-of day count.
        party: id.

    Returns:
        One row for each period of more than a day with a figure for operating or financing cash
        flow, outside funding or capital expenditure; the newest first. Empty for a ledger.
    """
    if view.facts is None:
        return []
    day = view.lens.as_of
    mine = [a for a in view.facts.accounts if a.party == party and not (day and a.period.to.isoformat() > day)]
    held = {account.period.to: _point(account.cash) for account in mine if account.cash}
    rows = [
        _funds(view, account, held.get(account.period.from_ - timedelta(days=1))) for account in mine if _flows(account)
    ]
    return sorted(rows, key=lambda row: (row.ends, row.period), reverse=True)


def _flows(account: Account) -> bool:
    flows = (account.operating_cash_flow, account.financing_cash_flow, account.outside_funding, account.capex)
    return account.period.from_ < account.period.to and any(flows)


def _funds(view: View, account: Account, cash_before: Decimal | None) -> Funds:
    first, last = account.period.from_.isoformat(), account.period.to.isoformat()
    operating, financing = _point(account.operating_cash_flow), _point(account.financing_cash_flow)
    capex, cash = _point(account.capex), _point(account.cash)
    change = None if cash is None or cash_before is None else cash - cash_before
    other = None
    if operating is not None and financing is not None and capex is not None and change is not None:
        other = change - operating - financing + capex
    return Funds(
        period=account.period.label or f"{first} to {last}",
        ends=last,
        operating=operating,
        financing=financing,
        outside=_point(account.outside_funding),
        named=_named(view, account.party, first, last),
        capex=capex,
        cash_change=change,
        other=other,
    )


def _point(figure: Figure | None) -> Decimal | None:
    return figure.amount.point if figure and figure.amount else None


def _named(view: View, party: str, first: str, last: str) -> Sum:
    """Paid funding by parties of the graph in the period."""
    legs = view.legs
    rows = [
        row
        for row in view.flows
        if legs.kind[row] in FUNDING
        and legs.cash[row]
        and legs.status[row] == "paid"
        and legs.parties[legs.payee[row]] == party
        and first <= (legs.date[row] or "")[:10] <= last
    ]
    priced = [amount for row in rows if (amount := legs.amount[row]) is not None]
    total = legs.money(sum(priced)) if priced else None
    return Sum(total, tuple(legs.id[row] for row in rows), len(rows) - len(priced))
