"""The networkx view, and what networkx solves for us. The only importer of networkx."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from circularity.graph.view import View

if TYPE_CHECKING:
    import networkx as nx


def to_networkx(view: View, flows_only: bool = False) -> nx.MultiDiGraph[str]:
    """The legs as a `networkx.MultiDiGraph` keyed by leg id; parallel legs stay apart.

    Nodes carry `name` and `kind`; edges carry `deal`, `kind`, `amount` (Decimal or None, in whole
    units of the currency), `cash`, `status`, `date` and `tier`. An in-kind investment is its pair
    of legs, with `cash` False. With `flows_only`, holdings and support are left out.
    """
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(name=view.name)
    legs = view.legs
    for number, key in enumerate(legs.parties):
        facts = view.parties.get(key)
        graph.add_node(key, name=view.label(number), kind=facts.kind if facts else "unclassified")
    for row in view.flows if flows_only else view.measured:
        amount = legs.amount[row]
        graph.add_edge(
            legs.parties[legs.payer[row]], legs.parties[legs.payee[row]], key=legs.id[row], deal=legs.deal[row],
            kind=legs.kind[row], amount=None if amount is None else legs.money(amount), cash=legs.cash[row],
            status=legs.status[row], date=legs.date[row], tier=legs.tier[row],
        )  # fmt: skip
    return graph


def strong_parts(pairs: Mapping[tuple[int, int], object]) -> list[list[int]]:
    """Strongly connected parts of two parties and more, each sorted, in order of their first."""
    import networkx as nx

    parts = nx.strongly_connected_components(nx.DiGraph(list(pairs)))
    return sorted(sorted(part) for part in parts if len(part) > 1)


def weak_parts(pairs: Mapping[tuple[int, int], object]) -> list[list[int]]:
    """Weakly connected parts, each sorted, in order of their first."""
    import networkx as nx

    return sorted(sorted(part) for part in nx.weakly_connected_components(nx.DiGraph(list(pairs))))


def largest_circulation(pairs: Mapping[tuple[int, int], int]) -> int:
    """The largest sum of a flow that enters and leaves every party alike, within the amounts.

    An exact integer min-cost flow with cost -1 on every pair (network simplex); the sum is unique,
    the flow is not, so only the sum is returned.
    """
    import networkx as nx

    total = 0
    for part in strong_parts(pairs):
        inside = set(part)
        graph: nx.DiGraph[int] = nx.DiGraph()
        for (payer, payee), amount in sorted(pairs.items()):
            if payer in inside and payee in inside:
                graph.add_edge(payer, payee, capacity=amount, weight=-1)
        cost, _ = nx.network_simplex(graph)
        total -= int(cost)
    return total
