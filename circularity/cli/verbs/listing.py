"""`parties`, `deals`, `show`, `paths`: who is there, and what did they agree?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from circularity.cli.answer import Answer
from circularity.cli.options import Call, reading_verb

if TYPE_CHECKING:
    from circularity.graph.view import View


def register(app: typer.Typer) -> None:
    @reading_verb(app, "parties", "circularity parties --family financing")
    def parties(call: Call) -> Answer:
        """List the parties with what they paid and received."""
        from circularity.analysis.listing import list_parties
        from circularity.views import facts

        rows = list_parties(call.view)
        items = [facts.party_json(row) for row in rows]
        return Answer({"parties": items}, [facts.party_table(call.view, rows, call.format)], items=items)

    @reading_verb(app, "deals", "circularity deals --party nvidia --kind rent_back")
    def deals(call: Call) -> Answer:
        """List the deals, their legs and the documents behind them."""
        from circularity.analysis.listing import list_deals
        from circularity.views import facts

        rows = list_deals(call.view)
        currency = call.view.legs.currency
        items = [facts.deal_json(row, currency) for row in rows]
        return Answer({"deals": items}, [facts.deal_table(call.view, rows, call.format)], items=items)

    @reading_verb(app, "show", "circularity show coreweave", lists=False)
    def show(
        call: Call, what: Annotated[str, typer.Argument(metavar="PARTY|DEAL", help="Id, name, ticker or alias.")]
    ) -> Answer:
        """Show one party or one deal with its evidence."""
        from circularity.errors import UsageError
        from circularity.views import facts

        view = call.view
        if view.facts and what in view.facts.deals:
            return _answer(facts.show_deal(view, view.facts.deals[what]))
        try:
            return _answer(facts.show_party(view, view.party(what)))
        except UsageError:
            if not view.facts and what in view.legs.deal:
                return _answer(facts.show_rows(view, what))
            raise UsageError(f"'{what[:60]}' is neither a party nor a deal of this graph{_near(view, what)}") from None

    @reading_verb(app, "paths", "circularity paths nvidia openai --max-length 3")
    def paths(
        call: Call,
        start: Annotated[str, typer.Argument(metavar="A", help="Who pays first.")],
        end: Annotated[str, typer.Argument(metavar="B", help="Who receives last.")],
        max_length: Annotated[int, typer.Option(help="Most hops.", metavar="K", min=1)] = 3,
        top: Annotated[int | None, typer.Option(help="Only the N largest.", metavar="N", min=0)] = None,
    ) -> Answer:
        """List the routes by which money can get from A to B."""
        from circularity.analysis.listing import find_paths
        from circularity.views import facts

        found = find_paths(call.view, start, end, max_length)
        items = [facts.path_json(path) for path in found[:top]]
        return Answer({"paths": items}, [facts.path_table(call.view, found, top, call.format)], items=items)


_DEALS = 20_000
"""Deals of a ledger among which a near name is looked for."""


def _near(view: View, what: str) -> str:
    """Parties and deals that may be meant."""
    from circularity.words import near

    known = {*view.legs.parties, *(party.name for party in view.parties.values())}
    if view.facts:
        known.update(view.facts.deals)
    elif len(view.legs) <= _DEALS:
        known.update(view.legs.deal)
    return near(what, known)


def _answer(shown: tuple[dict[str, Any], list[Any]]) -> Answer:
    result, tables = shown
    return Answer(result, tables)
