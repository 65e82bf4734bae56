"""A small dataset that has one of everything the explorer shows, and one whose every text is hostile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from circularity.analysis.cycles import Cycles, find_cycles
from circularity.graph.view import View
from circularity.io.dataset import load_dataset
from circularity.load import open_graph
from circularity.model.dataset import Dataset
from circularity.views.explorer import explorer_page

DESCRIPTION = """
name: wheel
version: "7"
title: A maker, a lab and a cloud
scope: three companies and their bank
inclusion: everything they did in 2025
as_of: 2025-12-31
licence: CC-BY-4.0
lens: {status: committed}
"""

FACTS = """
sources:
  report:
    publisher: Maker Inc
    url: https://maker.example/filings/annual-report.htm
    published: 2025-02-20
    tier: filing
    read_as: extract
    title: Annual report
  daily:
    publisher: The Daily
    url: https://daily.example/2025/06/maker-lab.html
    published: 2025-06-30
    tier: press
parties:
- {id: maker, name: Maker, kind: chip_maker, country: US, aliases: [Maker Inc], identifiers: {ticker: MKR}}
- {id: lab, name: Lab, kind: ai_lab}
- {id: cloud, name: Cloud, kind: neocloud}
- {id: bank, name: Bank, kind: lender}
deals:
- id: wheel
  title: Maker invests in Lab and Lab buys from Maker
  legs:
  - id: invest
    payer: maker
    payee: lab
    kind: equity_cash
    amount: 10bn
    terms: in two closings
    contingent: the licence is granted
    note: a note on the leg
    history:
    - {status: announced, date: 2025-01-10, source: daily, states: Maker means to invest 10 billion}
    - {status: committed, date: 2025-02-15, source: report, states: a contract over 10 billion is signed, locator: page 12}
    - {status: paid, date: 2025-06-30, source: report, states: 10 billion were paid, amount: 10bn}
    conflicts:
    - {source: daily, states: it was 11 billion, amount: 11bn, why: the filing rules}
  - id: chips
    payer: lab
    payee: maker
    kind: purchase
    amount: 8bn..12bn..20bn
    links: [{type: consideration_for, leg: invest}]
    history: [{status: committed, date: 2025-03-31, source: report, states: Lab orders chips}]
- id: computing
  title: Lab rents computing and Cloud buys chips
  history: [{status: committed, date: 2025-05-31, source: daily, states: both contracts are signed}]
  legs:
  - {id: rent, payer: lab, payee: cloud, kind: cloud_purchase, amount: undisclosed}
  - {id: racks, payer: cloud, payee: maker, kind: purchase, amount: 4bn}
- id: support
  title: The bank lends and Maker guarantees
  history: [{status: committed, date: 2025-07-31, source: report, states: the loan and its guarantee are signed}]
  legs:
  - {id: loan, payer: bank, payee: cloud, kind: loan, amount: 3bn}
  - {id: backing, payer: maker, payee: cloud, kind: guarantee, amount: 1bn}
  - {id: holding, payer: maker, payee: lab, kind: stake, percent: 5}
- id: intent
  title: A letter of intent, and a contract that ended
  legs:
  - id: letter
    payer: maker
    payee: cloud
    kind: equity_cash
    amount: 100bn
    history: [{status: announced, date: 2025-04-30, source: daily, states: a letter of intent over 100 billion}]
  - id: dropped
    payer: maker
    payee: lab
    kind: loan
    amount: 7bn
    history:
    - {status: committed, date: 2025-04-15, source: daily, states: a loan of 7 billion}
    - {status: cancelled, date: 2025-09-15, source: daily, states: the loan was called off}
accounts:
- party: maker
  period: {from: 2025-01-01, to: 2025-12-31}
  revenue: {source: report, states: revenue of 60 billion, amount: 60bn}
"""

HOSTILE = """</script><img src=x onerror="document.title='owned'"><b>&amp;'"`=cmd()\u202e\u2028"""


def dataset(folder: Path, description: str = DESCRIPTION, facts: str = FACTS) -> Path:
    """Write the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dataset.yaml").write_text(description, encoding="utf-8")
    (folder / "facts.yaml").write_text(facts, encoding="utf-8")
    return folder


def opened(folder: Path) -> tuple[View, Cycles, Dataset]:
    """The case as the command line opens it."""
    graph = open_graph(folder)
    assert graph.dataset is not None
    assert [p for p in graph.problems if p.severity == "error"] == []
    view = graph.view()
    return view, find_cycles(view), graph.dataset


def page_of(folder: Path) -> str:
    return explorer_page(*opened(folder))


def hostile(folder: Path) -> str:
    """The same case with every text of its facts hostile, and names of 10,000 characters."""
    data, _ = load_dataset(dataset(folder))
    bad = HOSTILE
    sources = {
        key: source.model_copy(update={"publisher": bad, "title": bad, "url": "javascript:document.title='owned'//"})
        for key, source in data.sources.items()
    }
    parties = {
        key: party.model_copy(update={"name": bad + key + "x" * 10_000, "note": bad, "aliases": (bad,), "country": bad})
        for key, party in data.parties.items()
    }
    deals = {}
    for key, deal in data.deals.items():
        legs = []
        for leg in deal.legs:
            said = {"states": bad, "locator": bad}
            legs.append(
                leg.model_copy(
                    update={
                        "terms": bad, "contingent": bad, "note": bad,
                        "history": tuple(e.model_copy(update=said) for e in leg.history),
                        "conflicts": tuple(c.model_copy(update=said | {"why": bad}) for c in leg.conflicts),
                    }
                )
            )  # fmt: skip
        deals[key] = deal.model_copy(update={"title": bad, "note": bad, "legs": tuple(legs)})
    described = data.description.model_copy(
        update={"title": bad, "scope": bad, "inclusion": bad, "licence": bad, "version": bad}
    )
    data = replace(data, description=described, sources=sources, parties=parties, deals=deals)
    from circularity.graph.lens import Lens
    from circularity.graph.view import view_dataset

    view = view_dataset(data, Lens(status="committed"))
    return explorer_page(view, find_cycles(view), data)
