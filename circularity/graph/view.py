"""What a lens shows of a dataset or a ledger: the legs that count, and the rows of the balances.

`view_dataset` and `view_ledger` both end in a `View`; every analyzer, page and store reads that.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache

from circularity.errors import UsageError
from circularity.graph.lens import Lens
from circularity.model.accounts import Account
from circularity.model.amounts import Amount
from circularity.model.dataset import Dataset
from circularity.model.deals import Deal, Leg
from circularity.model.evidence import strongest, tiers_of
from circularity.model.kinds import FLOWS, IN_KIND_RETURN, IN_KIND_SUFFIX, KINDS, kinds_of
from circularity.model.legs import EXACT, LegTable, Outside, scale_of
from circularity.model.parties import OUTSIDE, Party
from circularity.model.status import Event, rank, standing
from circularity.problems import Problem
from circularity.words import money, near, plural


@dataclass(frozen=True, slots=True)
class View:
    """The graph under a lens.

    `legs` holds every leg that counts by status and date of knowledge: flows, holdings and
    support. `measured` are the rows of it that pass all of the lens's own filters, `eligible` those
    that pass all but kind and family, `anytime` those that pass all but the window. `pooled` are the flow rows that move money whatever the
    filters say.
    """

    name: str
    version: str
    sha256: str
    lens: Lens
    legs: LegTable
    measured: tuple[int, ...]
    eligible: tuple[int, ...]
    anytime: tuple[int, ...]
    complete: frozenset[int]
    facts: Dataset | None = None
    """The dataset behind the view: evidence, accounts, parties. A ledger has none."""
    problems: tuple[Problem, ...] = ()
    unknown_inflow: frozenset[int] = frozenset()
    """Parties that receive an amount that is unknown or left out by status: never complete."""
    ceilings: Mapping[int, int] = field(default_factory=dict)
    """What a row without an upper bound can be at most, in table units: no part is more than its whole."""

    @property
    def parties(self) -> dict[str, Party]:
        return self.facts.parties if self.facts else {}

    @property
    def flows(self) -> list[int]:
        """Measured rows that move money or, in kind, goods for it."""
        kinds = self.legs.kind
        return [row for row in self.measured if kinds[row] in FLOWS]

    @property
    def pooled(self) -> list[int]:
        """Every flow row that moves cash, measured or not."""
        legs = self.legs
        return [row for row in range(len(legs)) if legs.kind[row] in FLOWS and legs.cash[row]]

    def with_kinds(self, kinds: Iterable[str]) -> list[int]:
        """Rows of some kinds that pass every filter of the lens but its kinds and families."""
        wanted = set(kinds)
        return [row for row in self.eligible if self.legs.kind[row] in wanted]

    def party(self, word: str) -> int:
        """The position of a party by id, name, ticker or alias; UsageError suggests near ones.

        Consolidated, a party stands for the parent that it is rolled up to.
        """
        ids = self.legs.parties
        if self.lens.consolidate and self.facts:
            return ids.index(root_of(find_party(word, tuple(self.parties), self.parties), self.parties))
        return ids.index(find_party(word, ids, self.parties))

    def label(self, party: int) -> str:
        """A party's name for people."""
        key = self.legs.parties[party]
        return self.parties[key].name if key in self.parties else key


def find_party(word: str, ids: Sequence[str], parties: dict[str, Party]) -> str:
    """The id that a person's word means, whatever its case."""
    known: dict[str, str] = {}
    spelled: set[str] = set()
    for key in ids:
        party = parties.get(key)
        names = [key] if party is None else [key, party.name, *party.aliases, party.identifiers.ticker or key]
        spelled.update(names)
        for name in names:
            known.setdefault(name.casefold(), key)
    for key in ids:
        known[key.casefold()] = key
    found = word if word in ids else known.get(word.strip().casefold())
    if found is None:
        raise UsageError(f"'{word[:60]}' is not a party of this graph{near(word, spelled)}")
    return found


def root_of(key: str, parties: dict[str, Party]) -> str:
    """The party that a party is rolled up to: the end of its chain of parents."""
    seen = set()
    while key not in seen and key in parties and parties[key].parent:
        seen.add(key)
        key = parties[key].parent or key
    return key


def view_dataset(data: Dataset, lens: Lens) -> View:
    """Apply a lens to a dataset: one amount a leg, imputed pairs, overlaps counted once."""
    counted, left_out = _standing(data, lens)
    kept, more, problems = _beside_parts(counted, lens.amount)
    left_out += more
    builder = _Builder(data, lens)
    for deal, leg, event, amount in kept:
        builder.add(deal, leg, event, amount)
    for account in data.accounts:
        builder.add_account(account)
    table = builder.table()
    position = {key: number for number, key in enumerate(table.parties)}
    blind = builder.blind(position) | {position[key] for key in builder.receivers(left_out) if key in position}
    return _filtered(
        View(
            name=data.description.name, version=data.description.version, sha256=data.sha256, lens=lens,
            legs=table, measured=(), eligible=(), anytime=(), complete=frozenset(), facts=data,
            problems=tuple(problems), unknown_inflow=frozenset(blind), ceilings=_ceilings(counted, table),
        ),
        said_complete=_stated(data, lens),
    )  # fmt: skip


Counted = tuple[Deal, Leg, Event, Amount]
"""A leg that counts, with its deal, the event it counts by, and what it is worth beside its parts."""


def counted_legs(data: Dataset, lens: Lens) -> list[Counted]:
    """Legs that count by status and date of knowledge, with what they are worth beside their parts."""
    return _beside_parts(_standing(data, lens)[0], lens.amount)[0]


def _standing(data: Dataset, lens: Lens) -> tuple[list[Counted], list[Leg]]:
    """Legs that reach the floor of status on the day, each by itself; and those that stand below it."""
    as_of = _day(lens.as_of)
    counted: list[Counted] = []
    below: list[Leg] = []
    for deal, leg in data.legs():
        found = standing(leg.history, leg.amount, as_of, lens.status)
        if found:
            counted.append((deal, leg, *found))
        elif standing(leg.history, leg.amount, as_of, "rumoured"):
            below.append(leg)
    return counted, below


def _beside_parts(counted: list[Counted], bound: str) -> tuple[list[Counted], list[Leg], list[Problem]]:
    """Overlaps taken out; and the wholes of unknown amount that went with them."""
    kept, problems = _without_overlaps(counted, bound)
    held = {leg.id for _, leg, _, _ in kept}
    return kept, [leg for _, leg, _, a in counted if leg.id not in held and getattr(a, bound) is None], problems


def _ceilings(counted: list[Counted], table: LegTable) -> dict[int, int]:
    """Upper bounds that follow from the wholes: a cheque is no larger than its round."""
    known = {leg.id: amount for _, leg, _, amount in counted}
    row_of = {key: row for row, key in enumerate(table.id)}
    found: dict[int, int] = {}
    for _, leg, _, amount in counted:
        whole = known.get(leg.part_of) if leg.part_of else None
        if whole is None or amount.high is not None or amount.point is not None:
            continue
        most = whole.point if whole.high is None else whole.high
        for row in (row_of.get(leg.id), row_of.get(leg.id + IN_KIND_SUFFIX)):
            if row is not None and most is not None:
                units = table.units(most)
                found[row] = units if table.money(units) == most else units + 1
    return found


def _stated(data: Dataset, lens: Lens) -> set[str]:
    """Parties whose accounts are complete in every period that the lens's window touches."""
    found: dict[str, bool] = {}
    for account in data.accounts:
        first, last = account.period.from_.isoformat(), account.period.to.isoformat()
        beyond = (lens.since and last < lens.since) or (lens.until and first > lens.until)
        if first < last and not beyond and not (lens.as_of and last > lens.as_of):
            found[account.party] = found.get(account.party, True) and account.complete
    return {party for party, complete in found.items() if complete}


def view_table(table: LegTable, lens: Lens, *, name: str, version: str, sha256: str) -> View:
    """Apply a lens to a ledger's columns. Every row has one status and one date."""
    floor = rank(lens.status)
    keep, blind = _counted(table, lens.as_of, floor)
    outside = []
    for item in table.outside:
        if lens.amount != "point":
            item = replace(item, amount=item.low if lens.amount == "low" else item.high)
        if item.status not in _RANKS or (lens.as_of and item.date and item.date[:10] > lens.as_of):
            continue
        if _RANKS[item.status] < floor or item.amount is None:
            if item.inward:
                blind.add(item.party)
        else:
            outside.append(item)
    legs = table.take(keep) if len(keep) < len(table) else table
    legs = replace(legs, outside=tuple(outside))
    if lens.amount != "point":
        legs = replace(legs, amount=legs.low if lens.amount == "low" else legs.high)
    if None in legs.amount:
        unpriced = (row for row, amount in enumerate(legs.amount) if amount is None)
        blind |= {legs.payee[row] for row in unpriced if legs.kind[row] in FLOWS}
    view = View(name, version, sha256, lens, legs, (), (), (), frozenset(), None, (), frozenset(blind))
    return _filtered(view, said_complete=set())


def _counted(table: LegTable, as_of: str | None, floor: int) -> tuple[Sequence[int], set[int]]:
    """Rows that count by status and date of knowledge, and who receives what the status leaves out.

    Each status and day is looked at once: there are a few of them, and perhaps a million rows.
    """
    statuses = set(table.status)
    if as_of is None and all(_RANKS.get(status, -1) >= floor for status in statuses):
        return range(len(table)), set()
    late = {day for day in set(table.date) if day and day[:10] > as_of} if as_of else set()
    keep: list[int] = []
    blind: set[int] = set()
    for row, (status, day) in enumerate(zip(table.status, table.date, strict=True)):
        if status not in _RANKS or day in late:
            continue
        if _RANKS[status] >= floor:
            keep.append(row)
        elif table.kind[row] in FLOWS:
            blind.add(table.payee[row])
    return keep, blind


_RANKS = {status: rank(status) for status in ("rumoured", "announced", "committed", "partly_paid", "paid")}


def _filtered(view: View, said_complete: set[str]) -> View:
    """Fill in what is measured and who is complete."""
    lens, legs = view.lens, view.legs
    wanted = set(lens.kinds) if lens.kinds else set(KINDS)
    if lens.families:
        wanted &= set().union(*(kinds_of(family) for family in lens.families))
    ends = {view.party(word) for word in lens.parties}
    least = None if lens.min_amount is None else lens.min_amount.scaleb(legs.scale)
    rows: Sequence[int] = range(len(legs))
    if ends:
        rows = [row for row in rows if legs.payer[row] in ends or legs.payee[row] in ends]
    if least is not None:
        rows = [row for row in rows if (amount := legs.amount[row]) is not None and amount >= least]
    rows = tuple(rows)
    others = set(legs.kind) - wanted
    anytime = tuple(row for row in rows if legs.kind[row] in wanted) if others else rows
    if lens.since or lens.until:
        eligible = tuple(row for row in rows if in_window(legs.date[row], lens))
        if undated := sum(not legs.date[row] for row in anytime):
            message = f"{plural(undated, 'leg')} without a date: in no window of --since and --until"
            view = replace(view, problems=(*view.problems, Problem("undated-rows", message)))
        measured = tuple(row for row in eligible if legs.kind[row] in wanted) if others else eligible
    else:
        eligible, measured = rows, anytime
    return replace(
        view, measured=measured, eligible=eligible, anytime=anytime,
        complete=_complete(view, said_complete),
    )  # fmt: skip


def in_window(date: str | None, lens: Lens) -> bool:
    """Whether a leg's own day lies in the lens's window; an undated leg lies in none."""
    if not (lens.since or lens.until):
        return True
    day = (date or "")[:10]
    return bool(day) and (not lens.since or day >= lens.since) and (not lens.until or day <= lens.until)


def _complete(view: View, said: set[str]) -> frozenset[int]:
    lens, ids = view.lens, view.legs.parties
    if lens.complete == "none":
        return frozenset()
    if lens.complete == "all":
        chosen = set(range(len(ids)))
    elif lens.complete == "stated":
        chosen = {number for number, key in enumerate(ids) if key in said}
    else:
        words = lens.complete.split(",") if isinstance(lens.complete, str) else lens.complete
        chosen = {view.party(word) for word in words if word}
    return frozenset(chosen - view.unknown_inflow)


def _without_overlaps(counted: list[Counted], bound: str) -> tuple[list[Counted], list[Problem]]:
    """Take the parts out of a whole that contains them, so that no sum holds both.

    A whole of unknown amount stays, unpriced, where one of its bounds leaves something over.
    """
    parts: dict[str, list[Amount]] = defaultdict(list)
    for _, leg, _, amount in counted:
        if leg.part_of:
            parts[leg.part_of].append(amount)
    problems: list[Problem] = []
    kept: list[Counted] = []
    for deal, leg, event, amount in counted:
        if leg.id in parts:
            rest = Amount(*(_rest(whole, [part[i] for part in parts[leg.id]]) for i, whole in enumerate(amount)))
            left = getattr(rest, bound)
            whole = getattr(amount, bound)
            if not left and not (whole is None and any(rest)):
                problems.append(Problem("overlap", f"{leg.id} is left out: its {len(parts[leg.id])} parts count"))
                continue
            if left is not None and left != whole:
                problems.append(
                    Problem("overlap", f"{leg.id} counts {money(left)} beside its parts, not {money(whole)}")
                )
            amount = rest
        kept.append((deal, leg, event, amount))
    return kept, problems


def _rest(whole: Decimal | None, parts: list[Decimal | None]) -> Decimal | None:
    if whole is None:
        return None
    return max(Decimal(0), whole - sum((part for part in parts if part is not None), Decimal(0)))


class _Builder:
    """Collects legs as columns."""

    def __init__(self, data: Dataset, lens: Lens) -> None:
        self.data, self.lens = data, lens
        self.rows: list[tuple[str, str, str, str, str, Amount, bool, str, str | None, str | None]] = []
        self.outside: list[tuple[str, bool, Amount, list[str | None], str]] = []
        self.home = {key: root_of(key, data.parties) for key in data.parties} if lens.consolidate else {}

    def receivers(self, legs: Iterable[Leg]) -> set[str]:
        """Who would receive the money of some legs, internal ones aside."""
        flows = (leg for leg in legs if leg.kind in FLOWS or leg.kind == "external")
        ends = ((self.home.get(leg.payer, leg.payer), self.home.get(leg.payee, leg.payee)) for leg in flows)
        return {payee for payer, payee in ends if payer != payee}

    def add(self, deal: Deal, leg: Leg, event: Event, amount: Amount) -> None:
        payer, payee = (self.home.get(end, end) for end in (leg.payer, leg.payee))
        if payer == payee or not {leg.payer, leg.payee} <= set(self.data.parties) | {OUTSIDE}:
            return
        day = date_of(leg, event)
        if OUTSIDE in (payer, payee):
            if leg.kind in FLOWS or leg.kind == "external":
                inward = payer == OUTSIDE
                self.outside.append((payee if inward else payer, inward, amount, [day], leg.id))
            return
        tier = strongest(tiers_of(leg.statements, self.data.sources))
        imputed = KINDS[leg.kind].imputed
        cash = leg.is_cash and not imputed
        row = (leg.id, deal.id, payer, payee, leg.kind, amount, cash, event.status, day, tier)
        self.rows.append(row)
        if imputed:
            self.rows.append((leg.id + IN_KIND_SUFFIX, deal.id, payee, payer, IN_KIND_RETURN, *row[5:]))

    def add_account(self, account: Account) -> None:
        """Money from and to outside in a period that was over by the as-of date, in month-end slices."""
        first, last = account.period.from_, account.period.to
        if account.party not in self.data.parties or (self.lens.as_of and last.isoformat() > self.lens.as_of):
            return
        party = self.home.get(account.party, account.party)
        days: list[str | None] = [*month_ends(first, last)]
        for figure, inward in ((account.outside_funding, True), (account.outside_spending, False)):
            if figure is not None and figure.amount is not None:
                self.outside.append((party, inward, figure.amount, days, ""))

    def table(self) -> LegTable:
        ends = {end for row in self.rows for end in row[2:4]} | {item[0] for item in self.outside}
        if not self.lens.consolidate:
            ends |= set(self.data.parties)
        else:
            ends |= set(self.home.values())
        parties = tuple(sorted(ends - {OUTSIDE}))
        at = {key: number for number, key in enumerate(parties)}
        known = [bound for row in self.rows for bound in row[5] if bound is not None]
        known += [bound for item in self.outside for bound in item[2] if bound is not None]
        scale = scale_of(known)

        def units(value: Decimal | None) -> int | None:
            return None if value is None else int(value.scaleb(scale, EXACT))

        chosen = ("low", "point", "high").index(self.lens.amount)
        return LegTable(
            parties=parties, currency=self.data.description.currency, scale=scale,
            id=[row[0] for row in self.rows], deal=[row[1] for row in self.rows],
            payer=[at[row[2]] for row in self.rows], payee=[at[row[3]] for row in self.rows],
            kind=[row[4] for row in self.rows], amount=[units(row[5][chosen]) for row in self.rows],
            low=[units(row[5][0]) for row in self.rows], point=[units(row[5][1]) for row in self.rows], high=[units(row[5][2]) for row in self.rows],
            cash=[row[6] for row in self.rows], status=[row[7] for row in self.rows],
            date=[row[8] for row in self.rows], tier=[row[9] for row in self.rows],
            outside=tuple(
                Outside(at[party], inward, (low, point, high)[chosen], day, "paid", -1, low, point, high, leg)
                for party, inward, amount, days, leg in self.outside if amount[chosen] is not None
                for day, low, point, high in zip(days, *(slices(units(bound), len(days)) for bound in amount), strict=True)
            ),
        )  # fmt: skip

    def blind(self, at: dict[str, int]) -> set[int]:
        chosen = ("low", "point", "high").index(self.lens.amount)
        found = {at[row[3]] for row in self.rows if row[5][chosen] is None and row[4] in FLOWS}
        return found | {at[item[0]] for item in self.outside if item[1] and item[2][chosen] is None}


@cache
def month_ends(first: date, last: date) -> tuple[str, ...]:
    """The last day of every month from `first` on that `last` reaches, and `last` itself."""
    days: list[str] = []
    year, month = first.year, first.month
    while True:
        end = date(year, month, monthrange(year, month)[1])
        if end >= last:
            return (*days, last.isoformat())
        days.append(end.isoformat())
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def slices(units: int | None, count: int) -> Sequence[int | None]:
    """An amount in even parts, the remainder in the last."""
    if units is None:
        return [None] * count
    part = units // count
    return [part] * (count - 1) + [units - part * (count - 1)]


def date_of(leg: Leg, event: Event) -> str | None:
    """The leg's own day: its time profile's first, else the day financing took its status or
    anything was paid; a promise to buy of unknown timing is undated."""
    if leg.when is not None:
        return leg.when.starts.isoformat() if leg.when.starts else None
    if event.status in ("paid", "partly_paid") or KINDS[leg.kind].family != "commercial":
        return event.date.isoformat()
    return None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
