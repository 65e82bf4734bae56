"""Checks of facts against each other. A check is a function from a dataset to problems."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from circularity.model.accounts import FIGURES, Account, Figure, Period
from circularity.model.amounts import Amount
from circularity.model.dataset import OF_LEGS, Dataset, Expectation
from circularity.model.deals import Leg
from circularity.model.evidence import Source, Statement, strongest, tiers_of
from circularity.model.kinds import KINDS, REVENUE
from circularity.model.parties import OUTSIDE, PARTY_KINDS
from circularity.model.status import ENDED, rank, stands_at
from circularity.model.terms import AccountSum, LegSum, TripOf, line_of
from circularity.problems import Place, Problem
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
        elif limit is not None:
            for leg in inside:
                if (own := _latest(leg)) is not None and own > limit:
                    message = (
                        f"{leg.id} is put at up to {money(own)}, the whole that holds it, {whole}, at {money(limit)}"
                    )
                    yield _at(data, f"leg:{leg.id}", "part-over-whole", message)


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
    """Stakes in one issuer are on no day more than the whole of it."""
    held: dict[str, list[_Holding]] = defaultdict(list)
    for _, leg in data.legs():
        if leg.kind == "stake" and leg.percent is not None:
            begun = [event.date for event in leg.history if event.status not in ENDED]
            ended = min((event.date for event in leg.history if event.status in ENDED), default=None)
            if begun:
                held[leg.payee].append(_Holding(min(begun), ended, leg.payer, leg.percent, leg.id))
    for issuer, holdings in held.items():
        for day in sorted({holding.since for holding in holdings}):
            newest: dict[str, _Holding] = {}
            for holding in sorted(holdings):
                if holding.since <= day and (holding.until is None or day < holding.until):
                    newest[holding.holder] = holding
            total = sum((holding.percent for holding in newest.values()), Decimal(0))
            if total > 100:
                message = f"stakes in {issuer} add up to {total} % on {day}"
                yield _at(data, f"leg:{max(newest.values()).leg}", "stakes-over-100", message)
                break


@dataclass(frozen=True, slots=True)
class _Holding:
    """A stake as it stood from one day until it ended or its holder's next one."""

    since: date
    until: date | None
    holder: str
    percent: Decimal
    leg: str

    def __lt__(self, other: _Holding) -> bool:
        return (self.since, self.leg) < (other.since, other.leg)


def traps(data: Dataset) -> Iterator[Problem]:
    """Traps that a machine can see in one leg: a ceiling as a point, a year for the whole, paid over promised."""
    for _, leg in data.legs():
        spot = f"leg:{leg.id}"
        amounts = [(event.states, event.amount or leg.amount) for event in leg.history]
        amounts += [(said.states, leg.amount) for said in leg.evidence]
        for states, amount in amounts:
            if amount.point is None or amount.low != amount.point or amount.point not in _sums_after(_CEILING, states):
                continue
            if amount.point not in _sums_after(_PLAIN, _CEILING.sub("", states)):  # it may give the sum plainly too
                message = f"{leg.id} counts {money(amount.point)} where its source states: {states}"
                yield _at(data, spot, "ceiling-as-point", message)
                break
        yield from _stretches(data, leg)
        promised = [b for e in leg.history if e.status in _PROMISES for b in e.amount or leg.amount if b is not None]
        paid = [e.amount.low for e in leg.history if e.amount and e.amount.low and e.status in ("partly_paid", "paid")]
        if promised and paid and max(paid) > max(promised) * _ROUNDING:
            message = f"{leg.id}: {money(max(paid))} paid, {money(max(promised))} promised"
            yield _at(data, spot, "paid-over-promise", message)


def _stretches(data: Dataset, leg: Leg) -> Iterator[Problem]:
    """A stretch of more than a year with a yearly amount, or with amounts that differ as a year and a lifetime do."""
    when = leg.when
    if when is None or when.from_ is None or when.to is None or (when.to - when.from_).days <= 370:
        return
    spot = f"leg:{leg.id}"
    for states, amount in [(event.states, event.amount or leg.amount) for event in leg.history]:
        if any(bound in _sums_after(_YEARLY, states) for bound in amount if bound is not None):
            message = f"{leg.id} runs from {when.from_} to {when.to}, and its source states: {states}"
            yield _at(data, spot, "year-or-lifetime", message)
            return
    tops = [max(known) for e in leg.history if e.status in _PROMISES and (known := [b for b in e.amount or () if b])]
    if tops and max(tops) > 5 * min(tops):
        message = f"{leg.id} runs from {when.from_} to {when.to}, at {money(min(tops))} and at {money(max(tops))}"
        yield _at(data, spot, "year-or-lifetime", message)


_PROMISES = ("committed",)
_ROUNDING = Decimal("1.03")
_SUM = (
    r"(?:about |some |roughly |around )?(?:US)?\$? ?([0-9][0-9,]*(?:\.[0-9]+)?) ?(million|billion|trillion|m|bn|tn)\b"
)
_CEILING = re.compile(r"\b(?:up to|at most|as much as|no more than) " + _SUM, re.IGNORECASE)
_PLAIN = re.compile(_SUM, re.IGNORECASE)
_YEARLY = re.compile(_SUM + r"(?: dollars)? (?:a year|per year|annually|yearly|each year|p\.a\.)", re.IGNORECASE)
_TIMES = {"m": 6, "b": 9, "t": 12}


def _sums_after(pattern: re.Pattern[str], text: str) -> set[Decimal]:
    """Sums of money that a text gives in the words of a pattern."""
    found = pattern.findall(text)
    return {Decimal(number.replace(",", "")).scaleb(_TIMES[unit[0].lower()]) for number, unit in found}


def pledges(data: Dataset) -> Iterator[Problem]:
    """One pledge told as two: the same ends, kind and amount within a month, in different deals."""
    alike: dict[tuple[str, str, str, Amount], list[tuple[date, str, Leg]]] = defaultdict(list)
    for deal, leg in data.legs():
        own = leg.amount if leg.amount.known else next((e.amount for e in leg.history if e.amount), leg.amount)
        if own.known and leg.history:
            first = min(event.date for event in leg.history)
            alike[leg.payer, leg.payee, leg.kind, own].append((first, deal.id, leg))
    for found in alike.values():
        found.sort(key=lambda item: (item[0], item[2].id))
        for (day, deal_id, leg), (later, other_id, other) in pairwise(found):
            if deal_id != other_id and (later - day).days <= 31 and not _related(leg, other):
                message = f"{leg.id} and {other.id} are alike: {money(_latest(leg))} on {day} and {later}"
                yield _at(data, f"leg:{other.id}", "same-pledge", message)


def _related(leg: Leg, other: Leg) -> bool:
    """Whether one of two legs names the other."""

    def named(one: Leg) -> set[str | None]:
        return {one.part_of, one.supersedes, *(link.leg for link in one.links)}

    return other.id in named(leg) or leg.id in named(other)


def warrants(data: Dataset) -> Iterator[Problem]:
    """A supplier grants a warrant to its customer; the other way round is rare enough to be told."""
    sales = {(leg.payer, leg.payee) for _, leg in data.legs() if leg.kind in REVENUE}
    for _, leg in data.legs():
        if leg.kind == "warrant" and (leg.payer, leg.payee) in sales and (leg.payee, leg.payer) not in sales:
            message = f"{leg.id} is granted by {leg.payer}, which buys from {leg.payee}"
            yield _at(data, f"leg:{leg.id}", "warrant-direction", message)


_OUTSIDE_LINES = frozenset({"outside_funding", "outside_spending"})
_BALANCES = frozenset({"cash", "market_value", "valuation", "backlog", "purchase_commitments", "lease_commitments"})
_FLOW_LINES = frozenset(FIGURES) - _OUTSIDE_LINES - _BALANCES - {"customer_concentration"}
_CLASSES = (10, 45, 135, 225, 315)
"""Days at which a balance, a month, a quarter, a half year and nine months end, and a year begins."""


def accounts(data: Dataset) -> Iterator[Problem]:
    """One value a line and period: overlapping periods of the same length agree, money from outside counts once."""
    lines: dict[tuple[str, str, int], list[tuple[int, Account, Figure]]] = defaultdict(list)
    for number, account in enumerate(data.accounts):
        for name, figure in account.figures():
            if name != "customer_concentration" and figure.amount is not None:
                length = (account.period.to - account.period.from_).days
                lines[account.party, name, _class(name, length)].append((number, account, figure))
    for (party, name, _), found in lines.items():
        found.sort(key=lambda item: (item[1].period.from_, item[1].period.to, item[0]))
        for place, (number, second, other) in enumerate(found):
            shared = (item for item in reversed(found[:place]) if _share_days(name, item[1].period, second.period))
            _, first, one = next(shared, (number, second, other))
            same = one.amount == other.amount
            if first is not second and (not same or name in _OUTSIDE_LINES):
                words = "stands twice" if same else "has two values"
                message = f"{party} {name} {words}: {_span(first.period)} and {_span(second.period)}"
                yield _at(data, f"account:{number}", "account-overlap", message)


def _class(name: str, days: int) -> int:
    """Periods that may not overlap: of flows those of one length, of outside money and balances all."""
    return sum(days > limit for limit in _CLASSES) if name in _FLOW_LINES else -1


def _share_days(name: str, first: Period, second: Period) -> bool:
    """Whether two periods overlap by more than the drift of 52-week years; of balances: the same last day."""
    if name not in _FLOW_LINES | _OUTSIDE_LINES:
        return first.to == second.to
    return (min(first.to, second.to) - max(first.from_, second.from_)).days >= 15


def _span(period: Period) -> str:
    return period.label or f"{period.from_} to {period.to}"


def estimates(data: Dataset) -> Iterator[Problem]:
    """The terms of an estimate name parties, legs and lines of accounts that are there."""
    known = set(data.parties) | {OUTSIDE}
    for estimate in data.estimates:
        spot = f"estimate:{estimate.id}"
        for term in estimate.ours.terms if estimate.ours else ():
            named: tuple[str, ...] = ()
            if isinstance(term, LegSum):
                named = term.payer + term.payee
                for leg in term.without:
                    if leg not in data.leg_index:
                        yield _at(data, spot, "unknown-leg", f"'{leg}' is not a leg{near(leg, data.leg_index)}")
            elif isinstance(term, TripOf):
                named = (term.party,)
            elif isinstance(term, AccountSum):
                named = tuple(period.party for period in term.periods)
                for period in term.periods:
                    if period.party in known and line_of(data.accounts, period, term.figure) is None:
                        message = f"{period.party} has no one {term.figure} of a period to {period.to}"
                        yield _at(data, spot, "unknown-account", message)
            for party in named:
                if party not in known:
                    yield _at(data, spot, "unknown-party", f"'{party}' is not a party{near(party, known)}")


def ignored_files(root: Path) -> list[Problem]:
    """Files that look like facts and are not read, since their ending is not .yaml."""
    almost = [path for path in root.rglob("*") if path.suffix.lower() in _ALMOST and path.suffix != ".yaml"]
    names = sorted(path.relative_to(root).as_posix() for path in almost if path.is_file())
    return [Problem("file-ignored", f"{name} is not read", Place(name, 0)) for name in names]


_ALMOST = frozenset({".yml", ".yaml"})

_INDEX_WORDS = frozenset({
    "about", "archive", "archives", "articles", "blog", "blogs", "categories", "category", "filings", "home",
    "index", "insights", "investor-relations", "investors", "ir", "latest", "media-center", "media-centre",
    "news", "newsroom", "posts", "press", "press-releases", "press-room", "pressroom", "publications",
    "reports", "research", "resources", "search", "sec-filings", "stories", "tag", "tags", "topics",
})  # fmt: skip
"""What the last step of a section's address is called."""

_LISTS = frozenset({
    "author", "authors", "categories", "category", "label", "labels", "page", "search", "tag", "tags", "topic",
    "topics",
})  # fmt: skip
"""Steps before the name of what a list is of: /tag/gpu, /author/somebody, /page/2."""

_POST = re.compile(r"[0-9]{5,}(\.\w+)?")
"""A number so long that it is a post's, not a page's: /topics/38775017."""

_NO_DOCUMENT = re.compile(
    r"(utm_\w+|fbclid|gclid|ref|source|lang|hl|s|q|query|search|page|paged|tag|cat)=", re.IGNORECASE
)
"""What a query holds that names no document: tracking, language, a search, the page of a list."""

_ADDRESS = re.compile(r"\w+://[^/?#]*(?P<path>[^?#]*)(\?(?P<query>[^#]+))?")


def is_index_page(url: str) -> bool:
    """Whether an address has the shape of a home, section or index page, not of a document."""
    parts = _ADDRESS.match(url)
    if parts is None or any(not _NO_DOCUMENT.match(item) for item in (parts["query"] or "").split("&") if item):
        return False
    steps = [re.sub(r"\.(html?|php|aspx?)$", "", step.lower()) for step in parts["path"].split("/") if step]
    if steps and steps[-1] in ("index", "default"):  # a folder's own page, which is a document as the folder is
        steps.pop()
    if not steps:
        return True
    last = steps[-1]
    in_list = len(steps) > 1 and steps[-2] in _LISTS and not _POST.fullmatch(last)
    return last in _INDEX_WORDS or in_list or (len(steps) == 1 and len(last) <= 3)


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
        best = strongest(tiers_of(leg.statements, data.sources))
        if best in ("relayed", "claim") and len({said.source for said in leg.statements} & set(data.sources)) == 1:
            yield _at(data, spot, "weak-evidence", f"{leg.id} rests on one {best} source")
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
    """Counts and sums that the dataset promises, section by section."""
    for number, expected in enumerate(data.description.expectations):
        count, total = _section(data, expected)
        limits: list[tuple[str, Decimal, Decimal | None, Decimal | None]] = [
            ("found", Decimal(count), expected.at_least, expected.at_most),
            ("the known amounts add up to", total, expected.sum_at_least, expected.sum_at_most),
        ]
        for words, found, low, high in limits:
            if (low is not None and found < low) or (high is not None and found > high):
                promised = [f"at least {low:,f}"] if low is not None else []
                promised += [f"at most {high:,f}"] if high is not None else []
                message = f"{expected.section}: {words} {found:,f}, expected {' and '.join(promised)}"
                yield _at(data, f"expectation:{number}", "bad-expectation", message)


def _section(data: Dataset, expected: Expectation) -> tuple[int, Decimal]:
    """How many there are, and what the known amounts of its legs add up to."""
    if expected.what in OF_LEGS:
        legs = [leg for _, leg in data.legs() if _in_section(data, leg, expected)]
        inside = {leg.id for leg in legs}
        return len(legs), sum((_point(leg) for leg in legs if leg.part_of not in inside), Decimal(0))
    if expected.what == "sources":
        return sum(expected.tier in (None, source.tier) for source in data.sources.values()), Decimal(0)
    if expected.what == "conflicts":
        of_legs = sum(len(leg.conflicts) for _, leg in data.legs())
        return of_legs + sum(len(f.conflicts) for account in data.accounts for _, f in account.figures()), Decimal(0)
    return len(getattr(data, expected.what)), Decimal(0)


def _in_section(data: Dataset, leg: Leg, expected: Expectation) -> bool:
    if expected.what not in ("legs", leg.kind, KINDS[leg.kind].family):
        return False
    if expected.status is not None and stands_at(leg.history, data.description.as_of) != expected.status:
        return False
    return expected.tier is None or strongest(tiers_of(leg.statements, data.sources)) == expected.tier


def _point(leg: Leg) -> Decimal:
    """What a leg is worth by its newest promise; of a ceiling or an unknown amount nothing is known."""
    amount = next((e.amount for e in reversed(leg.history) if e.amount and e.status not in _PART), leg.amount)
    return amount.point or Decimal(0)


_PART = ENDED | {"partly_paid"}


def lens_defaults(data: Dataset) -> Iterator[Problem]:
    """The default lens names parties that exist."""
    for party in data.description.lens.strangers(data.parties):
        yield _at(data, "lens", "unknown-party", f"'{party}' is not a party{near(party, data.parties)}")


def _at(data: Dataset, spot: str, code: str, message: str) -> Problem:
    return Problem(code, message, data.places.get(spot))


CHECKS: tuple[Check, ...] = (
    parties, references, histories, amounts, stakes, traps, pledges, warrants, accounts, sources, evidence, estimates,
    usage, expectations, lens_defaults,
)  # fmt: skip

__all__ = ["CHECKS", "check_dataset", "ignored_files", "is_index_page"]
