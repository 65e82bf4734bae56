"""Small datasets for tests, written as facts: a leg's history is `status day amount` items."""

from __future__ import annotations

from datetime import date
from typing import Any

from circularity.model.accounts import Account, Figure, Period
from circularity.model.amounts import UNDISCLOSED, Amount, parse_amount
from circularity.model.dataset import Dataset, Description
from circularity.model.deals import Deal, Leg
from circularity.model.evidence import Source
from circularity.model.parties import Party
from circularity.model.status import Event

DAY = date(2026, 1, 1)


def event(text: str) -> Event:
    """`committed 2025-03-01 10bn`; without an amount the leg's own counts."""
    status, day, *amount = text.split(maxsplit=2)
    return Event(
        source="doc", states="so", status=status, date=date.fromisoformat(day), amount=parse_amount(amount[0]) if amount else None
    )  # fmt: skip


def leg(key: str, ends: str, kind: str, *history: str, amount: str | None = None, **more: Any) -> Leg:
    """A leg from `payer>payee`."""
    payer, payee = ends.split(">")
    own: Amount = parse_amount(amount) if amount else UNDISCLOSED
    return Leg(id=key, payer=payer, payee=payee, kind=kind, amount=own, history=tuple(map(event, history)), **more)


def account(party: str, first: str, last: str, complete: bool = False, **figures: str) -> Account:
    lines = {
        name: Figure(source="doc", states="so", amount=parse_amount(text, signed=True))
        for name, text in figures.items()
    }
    return Account(party=party, period=Period.model_validate({"from": first, "to": last}), complete=complete, **lines)


def dataset(*legs: Leg, parties: str = "", accounts: tuple[Account, ...] = ()) -> Dataset:
    """A dataset with one deal a leg. `parties` gives `child<parent` where that is not nobody."""
    parents = dict(word.split("<") for word in parties.split())
    names = {end for one in legs for end in (one.payer, one.payee)} | set(parents) | set(parents.values())
    about = Description(
        name="toy", version="1", title="Toy", scope="tests", inclusion="all", as_of=DAY, licence="CC-BY-4.0"
    )
    return Dataset(
        description=about,
        sha256="0" * 64,
        sources={"doc": Source(publisher="P", url="https://example.org/doc", tier="filing")},
        parties={n: Party(id=n, name=n.upper(), parent=parents.get(n)) for n in sorted(names - {"outside"})},
        deals={f"deal-{one.id}": Deal(id=f"deal-{one.id}", title=one.id, legs=(one,)) for one in legs},
        accounts=accounts,
    )
