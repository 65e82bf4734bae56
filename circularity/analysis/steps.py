"""What loops are made of, and what is told of each: cheap enough to tell it of millions."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property

from circularity.graph.routes import legs_by_pair, seconds
from circularity.model.evidence import TIERS
from circularity.model.kinds import FLOWS, KINDS
from circularity.model.legs import LegTable

Loop = tuple[Sequence[int], int]
"""The steps of a loop, and its grade."""

_DAY = 86_400
_MOST_NAMED = 100_000
_WEAKEST = (*TIERS, None)


Traits = tuple[tuple[int, ...], int]
"""What a step adds to its loops: seconds of its dated legs, rising, each once; and its sort, a number for
the kinds and the weakest evidence of its legs."""


class Steps:
    """Single legs or, by party, all legs of a pair at once.

    Steps are graded by what they carry: 1 for the largest amount, and so on down; 0 for holdings and
    support, which never set a bottleneck; `last` for the unpriced.
    """

    def __init__(self, legs: LegTable, rows: Sequence[int], by_party: bool) -> None:
        self.legs, self.by_party = legs, by_party
        self.rows: list[tuple[int, ...]]
        self.tails: Sequence[int]
        self.heads: Sequence[int]
        if by_party:
            pairs = legs_by_pair(legs, rows)
            self.rows = [tuple(found) for found in pairs.values()]
            self.tails, self.heads = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        else:
            self.rows = [(row,) for row in rows]
            self.tails, self.heads = ends_of(legs, rows)
        self._traits: dict[int, Traits] = {}
        self._sorts: dict[tuple[tuple[str, ...], int], int] = {}
        self._named: dict[tuple[int, ...], tuple[str, str | None]] = {}
        self._worth: dict[int, Decimal] = {}

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def by_pair(self) -> dict[tuple[int, int], list[int]]:
        """Steps by (payer, payee), in table order."""
        pairs: dict[tuple[int, int], list[int]] = {}
        for step, pair in enumerate(zip(self.tails, self.heads, strict=True)):
            pairs.setdefault(pair, []).append(step)
        return pairs

    @cached_property
    def _carried(self) -> list[int | None]:
        """What each step moves; None where a leg is unpriced, -1 where no leg is a flow."""
        kinds, amounts = self.legs.kind, self.legs.amount
        if not self.by_party:
            return [amount if (amount := amounts[row]) is None or kinds[row] in FLOWS else -1 for (row,) in self.rows]
        found: list[int | None] = []
        for rows in self.rows:
            flows = [amounts[row] or 0 for row in rows if kinds[row] in FLOWS]
            unpriced = any(amounts[row] is None for row in rows)
            found.append(None if unpriced else sum(flows) if flows else -1)
        return found

    @cached_property
    def _falling(self) -> list[int]:
        """The amounts of grades 1, 2, …"""
        return sorted({amount for amount in self._carried if amount is not None and amount >= 0}, reverse=True)

    @cached_property
    def grades(self) -> list[int]:
        numbers: dict[int | None, int] = {amount: grade for grade, amount in enumerate(self._falling, 1)}
        numbers[-1], numbers[None] = 0, self.last
        return [numbers[amount] for amount in self._carried]

    @property
    def last(self) -> int:
        return len(self._falling) + 1

    def graded(self, steps: Sequence[int]) -> Loop:
        return steps, max([self.grades[step] for step in steps]) or self.last

    def key(self, step: int) -> str:
        """The order of steps between the same two parties."""
        return self.legs.id[self.rows[step][0]]

    def place(self, loop: Loop) -> tuple[int, int, list[int], list[str]]:
        """The order of loops: bottleneck falling, unknown last; then length, parties, legs."""
        steps, grade = loop
        return grade, len(steps), [self.tails[step] for step in steps], [self.key(step) for step in steps]

    def amount(self, step: int) -> int | None:
        """What a hop moves, whatever its kind; None where a leg is unpriced."""
        amounts = [self.legs.amount[row] for row in self.rows[step]]
        return None if None in amounts else sum(amount or 0 for amount in amounts)

    def _of(self, step: int) -> Traits:
        legs, rows = self.legs, self.rows[step]
        times = sorted({seconds(day) for row in rows if (day := legs.date[row])})
        tiers = [len(TIERS) if (tier := legs.tier[row]) is None else TIERS.index(tier) for row in rows]
        sort = (tuple(sorted({legs.kind[row] for row in rows})), max(tiers))
        found = self._traits[step] = tuple(times), self._sorts.setdefault(sort, len(self._sorts))
        return found

    def _name(self, sorts: tuple[int, ...]) -> tuple[str, str | None]:
        """Shape and weakest evidence of a loop of such steps."""
        if len(self._named) > _MOST_NAMED:
            self._named.clear()
        known = list(self._sorts)
        steps = [known[sort] for sort in sorts]
        shape = shape_of(tuple(kinds for kinds, _ in steps))
        found = self._named[sorts] = shape, _WEAKEST[max(tier for _, tier in steps)]
        return found

    def bottleneck(self, grade: int) -> Decimal | None:
        """What the loops of a grade can carry around, in whole units of the currency."""
        if grade == self.last:
            return None
        if grade not in self._worth:
            self._worth[grade] = self.legs.money(self._falling[grade - 1])
        return self._worth[grade]

    def is_priced(self, loop: Loop) -> bool:
        steps, grade = loop
        return grade != self.last or not any(self.grades[step] for step in steps)

    def told(self, steps: Sequence[int], timed: bool) -> tuple[int | None, str, str | None]:
        """Days of the shortest walk in date order, None where there is none; shape; weakest evidence."""
        traits = self._traits
        try:
            times, sorts = zip(*[traits[step] for step in steps], strict=True)
        except KeyError:
            times, sorts = zip(*[traits.get(step) or self._of(step) for step in steps], strict=True)
        days: int | None
        if timed:
            days = times[-1][0] // _DAY - times[0][0] // _DAY
        else:
            days = _shortest_walk(times) if self.by_party else _walk(times)
        shape, tier = self._named.get(sorts) or self._name(sorts)
        return days, shape, tier

    def at_least(self, loop: Loop) -> Decimal | None:
        """What the priced legs make sure of; None where a hop of flows has none."""
        legs, known = self.legs, []
        for step in loop[0]:
            flows = [legs.amount[row] for row in self.rows[step] if legs.kind[row] in FLOWS]
            priced = [amount for amount in flows if amount is not None]
            if flows and not priced:
                return None
            if flows:
                known.append(sum(priced))
        return legs.money(min(known)) if known else None


def ends_of(legs: LegTable, rows: Sequence[int]) -> tuple[Sequence[int], Sequence[int]]:
    """Payers and payees of some rows; the table's own columns where it is all of them."""
    if len(rows) == len(legs):
        return legs.payer, legs.payee
    return [legs.payer[row] for row in rows], [legs.payee[row] for row in rows]


def _walk(times: tuple[tuple[int, ...], ...]) -> int | None:
    """Days of the walk in date order, which has one start at most: there alone time does not rise."""
    start = -1
    before = times[-1]
    for at, time in enumerate(times):
        if time <= before:
            if start >= 0:
                return None
            start = at
        before = time
    if () in times:
        return None
    return times[start - 1][0] // _DAY - times[start][0] // _DAY


def _shortest_walk(times: tuple[tuple[int, ...], ...]) -> int | None:
    """Fewest days of a walk in date order over one leg of each hop, from some start.

    From a given first leg, taking the earliest leg that still follows at each hop ends soonest.
    """
    found: list[int] = []
    for start in range(len(times)):
        for first in times[start]:
            last = first
            for hop in times[start + 1 :] + times[:start]:
                at = bisect_right(hop, last)
                if at == len(hop):
                    break
                last = hop[at]
            else:
                found.append(last // _DAY - first // _DAY)
    return min(found, default=None)


def shape_of(kinds: tuple[tuple[str, ...], ...]) -> str:
    """The name of a loop's pattern, from the kinds of its hops."""
    flat = [kind for hop in kinds for kind in hop]
    families = [KINDS[kind].family for kind in flat]
    two = len(kinds) == 2
    if "guarantee" in flat:
        return "backstop"
    if "rent_back" in flat:
        return "rent-back"
    if set(families) == {"holding"}:
        return "mutual stakes"
    if "warrant" in flat:
        return "customer warrant"
    if "in_kind" in flat and "commercial" in families:
        return "in-kind investment"
    if "payment" in flat:
        return "payments of unknown purpose"
    if {"repayment", "interest", "dividend"} & set(flat):
        return "debt or equity service"
    if "financing" in families and "commercial" in families:
        return "vendor financing" if two else "pass-through"
    if set(families) == {"financing"}:
        return "mutual financing"
    if set(families) == {"commercial"}:
        return "mutual trade"
    if "holding" in families:
        return "stake and trade" if "commercial" in families else "stake and financing"
    return "mixed"
