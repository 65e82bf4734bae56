"""Checks of facts against each other. A check is a function from a dataset to problems."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from circularity.model.dataset import Dataset
from circularity.model.deals import Leg
from circularity.model.evidence import Source, Statement
from circularity.model.parties import OUTSIDE, PARTY_KINDS
from circularity.model.status import ENDED, rank
from circularity.problems import Problem
from circularity.words import money, near

Check = Callable[[Dataset], Iterator[Problem]]


def check_dataset(dataset: Dataset) -> list[Problem]:
    """Run every check."""
    return [problem for check in CHECKS for problem in check(dataset)]


def parties(data: Dataset) -> Iterator[Problem]:
    """Every party that is named is defined, is of a known kind, and is nobody's own ancestor."""
    known = set(data.parties) | {OUTSIDE}
    for _, leg in data.legs():
        for end in (leg.payer, leg.payee):
            if end not in known:
                yield _at(data, f"leg:{leg.id}", "unknown-party", f"'{end}' is not a party{near(end, known)}")
        if leg.payer == leg.payee:
            yield _at(data, f"leg:{leg.id}", "self-leg", f"{leg.id} is paid by {leg.payer} to itself")
        if leg.kind == "external" and OUTSIDE not in (leg.payer, leg.payee):
            yield _at(data, f"leg:{leg.id}", "outside-external", f"{leg.id} is external between two parties")
    for number, account in enumerate(data.accounts):
        if account.party not in known:
            yield _at(
                data,
                f"account:{number}",
                "unknown-party",
                f"'{account.party}' is not a party{near(account.party, known)}",
            )
    for party in data.parties.values():
        spot = f"party:{party.id}"
        if party.kind not in PARTY_KINDS:
            yield _at(data, spot, "bad-value", f"'{party.kind}' is not a kind of party{near(party.kind, PARTY_KINDS)}")
        if party.parent is not None and party.parent not in data.parties:
            yield _at(
                data, spot, "unknown-parent", f"parent '{party.parent}' is not a party{near(party.parent, known)}"
            )
        elif _has_ring(data, party.id):
            yield _at(data, spot, "parent-cycle", f"{party.id} is among its own parents")


def _has_ring(data: Dataset, start: str) -> bool:
    seen: set[str] = set()
    at: str | None = start
    while at in data.parties and at not in seen:
        seen.add(at)
        at = data.parties[at].parent
    return at == start


def references(data: Dataset) -> Iterator[Problem]:
    """Every source and every linked leg exists."""
    legs = {leg.id for _, leg in data.legs()}
    for spot, statement in _statements(data):
        if statement.source not in data.sources:
            message = f"'{statement.source}' is not a source{near(statement.source, data.sources)}"
            yield _at(data, spot, "unknown-source", message)
    for _, leg in data.legs():
        spot = f"leg:{leg.id}"
        targets = [link.leg for link in leg.links] + [t for t in (leg.part_of, leg.supersedes) if t]
        for target in targets:
            if target not in legs:
                yield _at(data, spot, "unknown-leg", f"'{target}' is not a leg{near(target, legs)}")


def _statements(data: Dataset) -> Iterator[tuple[str, Statement]]:
    """Everything that a source is said to state, with the fact it is about."""
    for _, leg in data.legs():
        yield from ((f"leg:{leg.id}", said) for said in (*leg.statements, *leg.conflicts))
    for number, account in enumerate(data.accounts):
        for _, figure in account.figures():
            yield from ((f"account:{number}", said) for said in (figure, *figure.evidence, *figure.conflicts))
    for claim in data.claims:
        yield from ((f"claim:{claim.id}", said) for said in claim.evidence)
    for estimate in data.estimates:
        yield from ((f"estimate:{estimate.id}", said) for said in estimate.evidence)


def histories(data: Dataset) -> Iterator[Problem]:
    """Statuses rise with time and nothing follows an end."""
    for _, leg in data.legs():
        spot = f"leg:{leg.id}"
        events = sorted(leg.history, key=lambda event: event.date)
        for before, after in pairwise(events):
            if before.date == after.date:
                continue
            if before.status in ENDED:
                message = f"{leg.id} is {after.status} on {after.date} after it was {before.status}"
                yield _at(data, spot, "end-of-history", message)
            elif after.status not in ENDED and rank(after.status) < rank(before.status):
                message = f"{leg.id} is {after.status} on {after.date} after it was {before.status} on {before.date}"
                yield _at(data, spot, "status-order", message)


def amounts(data: Dataset) -> Iterator[Problem]:
    """Foreign amounts convert at their rate; parts fit into their whole."""
    parts: dict[str, list[Leg]] = defaultdict(list)
    by_id = {leg.id: leg for _, leg in data.legs()}
    for _, leg in data.legs():
        if leg.part_of:
            parts[leg.part_of].append(leg)
        own = _latest(leg)
        if leg.original and leg.original.amount.point and own:
            converted = leg.original.amount.point * leg.original.rate
            if abs(converted - own) > own * Decimal("0.03"):
                message = (
                    f"{leg.id}: {leg.original.currency} amount at its rate gives {money(converted)}, not {money(own)}"
                )
                yield _at(data, f"leg:{leg.id}", "fx-mismatch", message)
        if _part_ring(by_id, leg):
            yield _at(data, f"leg:{leg.id}", "overlap-ring", f"{leg.id} is part of itself")
    for whole, inside in parts.items():
        limit = _latest(by_id[whole]) if whole in by_id else None
        total = sum((_least(leg) for leg in inside), Decimal(0))
        if limit is not None and total > limit:
            message = f"the parts of {whole} add up to {money(total)}, the whole is {money(limit)}"
            yield _at(data, f"leg:{whole}", "part-over-whole", message)


def _part_ring(legs: dict[str, Leg], leg: Leg) -> bool:
    seen: set[str] = set()
    at: Leg | None = leg
    while at is not None and at.part_of and at.id not in seen:
        seen.add(at.id)
        at = legs.get(at.part_of)
    return at is not None and at.id == leg.id and bool(seen)


def _latest(leg: Leg) -> Decimal | None:
    """The largest amount a leg ever stood for."""
    found = [bound for event in leg.history if event.amount for bound in event.amount if bound is not None]
    found += [bound for bound in leg.amount if bound is not None]
    return max(found, default=None)


def _least(leg: Leg) -> Decimal:
    """What a leg stands for at the least by its last promise; a ceiling is no promise."""
    amount = next((e.amount for e in reversed(leg.history) if e.amount and e.status not in ENDED), leg.amount)
    return amount.low if amount.low is not None else amount.point or Decimal(0)


def stakes(data: Dataset) -> Iterator[Problem]:
    """The newest stakes in one issuer are not more than the whole of it."""
    newest: dict[str, dict[str, tuple[date, Decimal, str]]] = defaultdict(dict)
    for _, leg in data.legs():
        if leg.kind != "stake" or leg.percent is None or any(e.status in ENDED for e in leg.history):
            continue
        day = max((event.date for event in leg.history), default=date.min)
        if leg.payer not in newest[leg.payee] or newest[leg.payee][leg.payer][0] <= day:
            newest[leg.payee][leg.payer] = (day, leg.percent, leg.id)
    for issuer, holders in newest.items():
        total = sum((percent for _, percent, _ in holders.values()), Decimal(0))
        if total > 100:
            last = max(holders.values())[2]
            yield _at(data, f"leg:{last}", "stakes-over-100", f"stakes in {issuer} add up to {total} %")


_INDEX_WORDS = {
    "news",
    "blog",
    "press",
    "newsroom",
    "investors",
    "index",
    "home",
    "press-releases",
    "search",
    "tag",
    "category",
}


_ADDRESS = re.compile(r"\w+://[^/?#]*(?P<path>[^?#]*)(?P<query>\?[^#]+)?")


def is_index_page(url: str) -> bool:
    """Whether an address has the shape of a home, section or index page, not of a document."""
    parts = _ADDRESS.match(url)
    if parts is None or parts["query"]:
        return False
    steps = [re.sub(r"\.(html?|php|aspx?)$", "", step.lower()) for step in parts["path"].split("/") if step]
    if steps and steps[-1] == "index":  # a folder's own page, which is a document as the folder is
        steps.pop()
    if not steps:
        return True
    last = steps[-1]
    return last in _INDEX_WORDS or (len(steps) == 1 and len(last) <= 3)


def sources(data: Dataset) -> Iterator[Problem]:
    """Sources are documents, dated, used, and one per address."""
    used = {said.source for _, said in _statements(data)}
    by_url: dict[str, tuple[str, Source]] = {}
    for key, source in data.sources.items():
        spot = f"source:{key}"
        if is_index_page(source.url):
            yield _at(data, spot, "index-page", f"{source.url} is not the address of a document")
        if source.published is None:
            yield _at(data, spot, "undated-source", f"source {key} has no date of publication")
        if key not in used:
            yield _at(data, spot, "unused-source", f"source {key} supports no fact")
        first = by_url.setdefault(source.url, (key, source))
        if first[1] != source:
            yield _at(data, spot, "source-conflict", f"sources {first[0]} and {key} describe one address differently")


def evidence(data: Dataset) -> Iterator[Problem]:
    """Legs that rest on one weak source; figures on which sources disagree."""
    for _, leg in data.legs():
        spot = f"leg:{leg.id}"
        backing = {s.source: data.sources[s.source] for s in leg.statements if s.source in data.sources}
        if len(backing) == 1 and next(iter(backing.values())).tier in ("relayed", "claim"):
            yield _at(data, spot, "weak-evidence", f"{leg.id} rests on one {next(iter(backing.values())).tier} source")
        for other in leg.conflicts:
            yield _at(
                data,
                spot,
                "conflict",
                f"{leg.id}: {other.source} states otherwise: {other.states}; not chosen: {other.why}",
            )
    for number, account in enumerate(data.accounts):
        for name, figure in account.figures():
            for other in figure.conflicts:
                message = (
                    f"{account.party} {name}: {other.source} states otherwise: {other.states}; not chosen: {other.why}"
                )
                yield _at(data, f"account:{number}", "conflict", message)


def usage(data: Dataset) -> Iterator[Problem]:
    """Parties that nothing names."""
    named = {end for _, leg in data.legs() for end in (leg.payer, leg.payee)}
    named |= {account.party for account in data.accounts}
    named |= {party.parent for party in data.parties.values() if party.parent}
    for party in data.parties:
        if party not in named:
            yield _at(data, f"party:{party}", "unused-party", f"{party} takes part in no deal")


def expectations(data: Dataset) -> Iterator[Problem]:
    """Counts that the dataset promises."""
    legs = [leg for _, leg in data.legs()]
    counts = {
        "deals": len(data.deals), "legs": len(legs), "parties": len(data.parties),
        "sources": len(data.sources), "accounts": len(data.accounts),
    }  # fmt: skip
    for number, expected in enumerate(data.description.expectations):
        found = counts.get(expected.what, sum(leg.kind == expected.what for leg in legs))
        low, high = expected.at_least, expected.at_most
        if (low is not None and found < low) or (high is not None and found > high):
            message = f"{expected.what}: found {found}, expected {low or 0} to {'any' if high is None else high}"
            yield _at(data, f"expectation:{number}", "bad-expectation", message)


def lens_defaults(data: Dataset) -> Iterator[Problem]:
    """The default lens names parties that exist."""
    for party in data.description.lens.strangers(data.parties):
        yield _at(data, "lens", "unknown-party", f"'{party}' is not a party{near(party, data.parties)}")


def _at(data: Dataset, spot: str, code: str, message: str) -> Problem:
    return Problem(code, message, data.places.get(spot))


CHECKS: tuple[Check, ...] = (
    parties, references, histories, amounts, stakes, sources, evidence, usage, expectations, lens_defaults,
)  # fmt: skip

__all__ = ["CHECKS", "check_dataset", "is_index_page"]
