"""Whose money is it that a party pays with?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from circularity.graph.view import View
from circularity.kernels.linear import solve_many
from circularity.model.kinds import FUNDING

OUTSIDE, UNKNOWN = "outside", "unknown"
"""Columns beside the funders: money from outside the graph, and money that was paid and never seen to arrive."""
SOLVED_UP_TO = 2_000
"""Parties on the way up to which the matrix is worth its time."""


@dataclass(frozen=True, slots=True)
class Origins:
    """Shares from 0 to 1 by receiver and origin, largest first; every row sums to 1.

    `pools` is all a receiver took in, or paid if that is more, in whole units of the currency.
    `unpriced` are legs on the way that have no amount, and are in no share.
    """

    shares: dict[str, dict[str, float]]
    pools: dict[str, Decimal]
    unpriced: tuple[str, ...]
    left_out: int = 0
    """Parties on the way, where they are too many to solve for; then there are no shares."""


def origin_matrix(view: View, parties: Sequence[str] = ()) -> Origins:
    """Whose money is it? For each receiver, the funders it last came from, the outside, or unknown.

    A party mixes all it takes in, over the whole window. Money of a leg that funds is its payer's;
    any other payment carries its payer's mix; so, with a_ji the amounts and Omega_i the row of i,

        Omega_i = (sum over funding legs of a_ji e_j + sum over others of a_ji Omega_j
                   + outside_i e_outside + missing_i e_unknown) / pool_i

    The last to fund counts: what a funder had from others stands in its own row. (In a round trip
    the focal's colour goes on through other funders, and ends where it is back: its shares there are
    others.) A ring that nothing enters has no origin: unknown.

    Args:
        view: every flow leg that moves cash, and every outside row, up to the end of the window.
        parties: ids, names, tickers or aliases of the receivers; none: all that take in or pay any.

    Undisclosed amounts are in no share. Order: parties by id, origins by share. Cost: one sparse
    elimination for all origins at once, over what can reach the receivers. Source: MEASURES §1.6;
    Leontief 1941; absorbing chains, Kemeny and Snell 1960.

    >>> from circularity.graph.toys import vendor_loop
    >>> origin_matrix(vendor_loop(), ["customer"]).shares["customer"]
    {'vendor': 0.666666667, 'outside': 0.333333333}
    """
    money = _Money(view)
    known = {key: party for party, key in enumerate(view.legs.parties)}
    wanted = sorted({known[word] if word in known else view.party(word) for word in parties} or money.pools)
    way = money.sources_of(wanted)
    names = view.legs.parties
    pools = {names[party]: view.legs.money(money.pools.get(party, 0)) for party in wanted}
    unpriced = tuple(view.legs.id[row] for row in money.unpriced if view.legs.payee[row] in way)
    if len(way) > SOLVED_UP_TO:
        return Origins({}, pools, unpriced, left_out=len(way))
    rows = money.solved(sorted(way))
    labels = [*names, OUTSIDE, UNKNOWN]
    return Origins({names[party]: _named(rows.get(party, {}), labels) for party in wanted}, pools, unpriced)


def _named(row: dict[int, Decimal], labels: list[str]) -> dict[str, float]:
    found = {labels[column]: round(float(share), 9) for column, share in row.items()}
    return {name: share for name, share in sorted(found.items(), key=lambda pair: (-pair[1], pair[0])) if share}


class _Money:
    """Summed money by payer and payee: passed on, or funded; pools; what came from nowhere."""

    def __init__(self, view: View) -> None:
        legs, until = view.legs, view.lens.until
        self.outside, self.unknown = len(legs.parties), len(legs.parties) + 1
        self.passed: dict[int, dict[int, int]] = {}
        self.funded: dict[int, dict[int, int]] = {}
        self.unpriced: list[int] = []
        received: dict[int, int] = {}
        paid: dict[int, int] = {}
        for row in view.pooled:
            amount = legs.amount[row]
            if until and (legs.date[row] or "")[:10] > until:
                continue
            if amount is None:
                self.unpriced.append(row)
            if not amount:
                continue
            payer, payee = legs.payer[row], legs.payee[row]
            side = (self.funded if legs.kind[row] in FUNDING else self.passed).setdefault(payee, {})
            side[payer] = side.get(payer, 0) + amount
            received[payee] = received.get(payee, 0) + amount
            paid[payer] = paid.get(payer, 0) + amount
        for item in legs.outside:
            if item.amount and not (until and (item.date or "")[:10] > until):
                if item.inward:
                    received[item.party] = received.get(item.party, 0) + item.amount
                    side = self.funded.setdefault(item.party, {})
                    side[self.outside] = side.get(self.outside, 0) + item.amount
                else:
                    paid[item.party] = paid.get(item.party, 0) + item.amount
        self.pools = {party: max(received.get(party, 0), paid.get(party, 0)) for party in {*received, *paid}}
        for party, pool in self.pools.items():
            if pool > received.get(party, 0):
                self.funded.setdefault(party, {})[self.unknown] = pool - received.get(party, 0)

    def sources_of(self, parties: list[int]) -> set[int]:
        """Parties whose mix reaches some parties, themselves among them."""
        seen, stack = set(parties), list(parties)
        while stack:
            for payer in self.passed.get(stack.pop(), ()):
                if payer not in seen:
                    seen.add(payer)
                    stack.append(payer)
        return seen

    def solved(self, way: list[int]) -> dict[int, dict[int, Decimal]]:
        """Omega over some parties that no other's mix reaches. Money in a ring without origin is unknown."""
        way = [party for party in way if party in self.pools]
        fed = self._fed(way)
        place = {party: number for number, party in enumerate(fed)}
        rows: list[dict[int, Decimal]] = []
        right: list[dict[int, Decimal]] = []
        for party in fed:
            pool = Decimal(self.pools[party])
            given = {column: amount / pool for column, amount in self.funded.get(party, {}).items()}
            row = {place[party]: Decimal(1)}
            for payer, amount in self.passed.get(party, {}).items():
                if payer in place:
                    row[place[payer]] = row.get(place[payer], Decimal(0)) - amount / pool
                else:
                    given[self.unknown] = given.get(self.unknown, Decimal(0)) + amount / pool
            rows.append(row)
            right.append(given)
        found = dict(zip(fed, solve_many(rows, right), strict=True))
        return {party: found.get(party, {self.unknown: Decimal(1)}) for party in way}

    def _fed(self, way: list[int]) -> list[int]:
        """Those that some money of known or unknown origin reaches: all but rings that nothing enters."""
        payees: dict[int, list[int]] = {}
        for party in way:
            for payer in self.passed.get(party, ()):
                payees.setdefault(payer, []).append(party)
        stack = [party for party in way if self.funded.get(party)]
        seen = set(stack)
        while stack:
            for payee in payees.get(stack.pop(), ()):
                if payee not in seen:
                    seen.add(payee)
                    stack.append(payee)
        return sorted(seen)
