"""Which loops does the money run in?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from heapq import nsmallest
from itertools import count, islice, pairwise
from math import prod
from typing import TypeVar

from circularity.analysis.steps import Loop, Steps, ends_of, shape_of
from circularity.errors import LimitReached, UsageError
from circularity.graph.routes import hops, leg_choices, seconds
from circularity.graph.view import View
from circularity.kernels.compiling import Say
from circularity.kernels.engine import Timed, count_routes, in_order_of_time, iterate_routes, iterate_timed
from circularity.kernels.ordered import Arcs, Falling
from circularity.kernels.runs import sorted_rows
from circularity.model.evidence import TIERS
from circularity.model.kinds import FAMILIES, FLOWS, KINDS, kinds_of
from circularity.words import near

T = TypeVar("T")

MOST_HELD = 2_000_000
"""Loops that are held at once: some 5 GB."""
MOST_SORTED = 50_000_000
"""Loops that are sorted outside memory: some 5 GB of a temporary file."""
MOST_SEEN = 200_000_000
"""Loops that are looked at one by one: some minutes."""
_TOO_MANY = (
    f"there are more than {MOST_HELD:,} loops, too many to hold: --top N shows the largest, --count counts, "
    "--limit N stops the search, and --format jsonl writes them as they come"
)
_TOO_MANY_TO_SORT = f"there are more than {MOST_SORTED:,} loops, too many to sort: --window or --max-length leave fewer"
_TOO_MANY_TO_SEE = (
    f"there are more than {MOST_SEEN:,} loops to look at one by one: --max-length or --by party leave fewer, "
    "and --limit N stops the search"
)
_DAY = 86_400

__all__ = ["Cycle", "CycleFilter", "Cycles", "Search", "find_cycles", "shape_of"]


@dataclass(frozen=True, slots=True)
class CycleFilter:
    """What to look for.

    `sequence`: the kinds or families of the legs in walking order, one for each hop. `decay`: each
    hop moves at least (1 - decay) of the hop before it. `tier`: every leg's evidence is at least
    this strong. `window` is in days.
    """

    through: str | None = None
    max_length: int = 6
    by_party: bool = False
    dated: bool = False
    ties: bool = False
    window: int | None = None
    sequence: tuple[str, ...] = ()
    decay: Decimal | None = None
    tier: str | None = None
    top: int | None = None
    limit: int | None = None
    count_only: bool = False

    def __post_init__(self) -> None:
        if self.max_length < 2:
            raise UsageError(f"--max-length is 2 or more, not {self.max_length}")
        for flag, value in (("--window", self.window), ("--top", self.top), ("--limit", self.limit)):
            if value is not None and value < 0:
                raise UsageError(f"{flag} is 0 or more, not {value}")
        if self.decay is not None and not 0 <= self.decay <= 1:
            raise UsageError(f"--decay is a share from 0 to 1, not {self.decay}")
        if self.tier is not None and self.tier not in TIERS:
            raise UsageError(f"--tier '{self.tier[:60]}' is not one of {', '.join(TIERS)}{near(self.tier, TIERS)}")
        for word in self.sequence:
            if word not in KINDS and word not in FAMILIES:
                raise UsageError(f"--sequence '{word[:60]}' is not a kind or family{near(word, (*KINDS, *FAMILIES))}")
        if self.by_party and (self.dated or self.ties or self.window is not None):
            raise UsageError("--by party has no dates: dated cycles are over legs")

    @property
    def timed(self) -> bool:
        return self.dated or self.ties or self.window is not None

    @property
    def picky(self) -> bool:
        """Whether each loop must be looked at: then none are counted without being found."""
        return bool(self.sequence) or self.decay is not None


@dataclass(frozen=True, slots=True)
class Cycle:
    """One loop. `legs[i]` are the legs of hop i: one of them by leg, all of them by party.

    `bottleneck`, in whole units of the currency, is the smallest hop and so the most that one trip
    around can move; None where a leg is unpriced. Holdings and support never set it. `at_least` is the
    same over priced legs alone, so that the true value is no smaller; None where a hop has none. `days` is the
    shortest walk in date order, by party over one leg of each hop; None where there is none.
    """

    parties: tuple[str, ...]
    legs: tuple[tuple[str, ...], ...]
    kinds: tuple[tuple[str, ...], ...]
    bottleneck: Decimal | None
    priced: bool
    dated: bool
    days: int | None
    shape: str
    weakest_tier: str | None
    at_least: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Cycles:
    """Loops in order of dollars; `count` of all that were found, also where the list is cut."""

    cycles: tuple[Cycle, ...]
    count: int
    truncated: bool
    filter: CycleFilter = field(default=CycleFilter())


def find_cycles(view: View, wanted: CycleFilter | None = None, say: Say | None = None) -> Cycles:
    """Which loops does the money run in, and how much can each carry around?

    A loop visits no party twice. Over legs, parallel legs make different loops; by party, they
    make one, whose hops carry their sum. The bottleneck is `min` over hops of the amount.

    Args:
        view: the legs that count. Unpriced legs are walked; their loops have no bottleneck.
        wanted: bounds and filters.
        say: is told, each thing once, what takes long and what would make a large search fast.

    Returns:
        Loops ordered by bottleneck falling (None last), length, parties, legs. Amounts in whole
        units of the view's currency.

    Cost: output-sensitive; the search enters no path that cannot close within the bound. The largest
    few (`top`) are found without listing the others, which are only counted.
    Source: simple cycles, Johnson 1975; dated cycles, Kumar and Calders 2018 (2SCENT).

    >>> from circularity.graph.toys import triangle
    >>> [c.parties for c in find_cycles(triangle()).cycles]
    [('a', 'b', 'c')]
    """
    search = Search(view, wanted or CycleFilter(), say)
    if search.wanted.count_only:
        return Cycles((), *search.counted(), search.wanted)
    loops, total, truncated = search.largest()
    return Cycles(tuple(search.cycle(loop) for loop in loops), total, truncated, search.wanted)


def _walked(view: View, wanted: CycleFilter) -> list[int]:
    """Rows to walk: measured flows, and the stocks that the lens's families or kinds ask for.

    Families of stocks add to the flows that the other families and kinds leave; alone, to all.
    """
    lens, legs = view.lens, view.legs
    stocks = {kind.id for kind in KINDS.values() if kind.measure == "stock"}
    asked = stocks & set(lens.kinds)
    if "holding" in lens.families:
        asked |= stocks - kinds_of("credit_support")
    if "credit_support" in lens.families:
        asked |= kinds_of("credit_support")
    rows = view.flows
    if lens.families and set(lens.families) <= {"holding", "credit_support"}:
        rows = view.with_kinds(FLOWS & set(lens.kinds) if lens.kinds else FLOWS)
    if asked:
        rows = sorted({*rows, *view.with_kinds(asked)})
    if wanted.tier is not None:
        floor = TIERS.index(wanted.tier)
        rows = [row for row in rows if (tier := legs.tier[row]) is not None and TIERS.index(tier) <= floor]
    return rows


class Search:
    """The loops of a view that pass a filter: counted, the largest, or all in order one after the other."""

    def __init__(self, view: View, wanted: CycleFilter, say: Say | None = None) -> None:
        self.legs, self.wanted = view.legs, wanted
        self.say = None if say is None else _once(say)
        self.walked = _walked(view, wanted)
        self.through = None if wanted.through is None else view.party(wanted.through)

    @cached_property
    def steps(self) -> Steps:
        return Steps(self.legs, self.walked, self.wanted.by_party)

    @cached_property
    def falling(self) -> Falling:
        """Loops in order, where no date and no look at each loop is needed."""
        steps = self.steps
        arcs = Arcs(steps.tails, steps.heads, steps.grades, steps.last, len(self.legs.parties), steps.key)
        return Falling(arcs, self.wanted.max_length, self.through, self.say)

    def counted(self) -> tuple[int, bool]:
        """How many there are, and whether the limit cut them."""
        wanted, limit = self.wanted, self.wanted.limit
        if limit is None and not wanted.timed and not wanted.picky:
            return self._all(), False
        found = 0
        for more in self._amounts():
            found += more
            if limit is not None and found > limit:
                return limit, True
        return found, False

    def _all(self) -> int:
        """How many there are, each looked at or not."""
        ends = ends_of(self.legs, self.walked)
        size, by_leg = len(self.legs.parties), not self.wanted.by_party
        return count_routes(*ends, size, self.wanted.max_length, by_leg, self.say, through=self.through)

    def _amounts(self) -> Iterator[int]:
        """Counts that sum up to the count: where no loop is looked at, a route's legs multiply."""
        if self.wanted.timed or self.wanted.picky:
            return (1 for _ in self._found())
        return (prod(len(self.steps.by_pair[hop]) for hop in hops(route)) for route in self._routes())

    def largest(self) -> tuple[list[Loop], int, bool]:
        """The loops to show, in order; how many there are; and whether the limit cut them."""
        wanted, steps = self.wanted, self.steps
        if wanted.limit is not None:
            kept = _held(islice(self._found(), wanted.limit + 1))
            cut = len(kept) > wanted.limit
            loops = sorted(map(steps.graded, kept[: wanted.limit]), key=steps.place)
            return loops[: wanted.top], len(loops), cut
        if wanted.top is not None and not wanted.timed and not wanted.picky:
            return _held(islice(self.falling, wanted.top)), self.falling.count(), False
        graded = map(steps.graded, self._found())
        if wanted.top is None or wanted.top > MOST_HELD:
            loops = sorted(_held(graded), key=steps.place)
            return loops[: wanted.top], len(loops), False
        number = count()
        seen = (loop for loop, _ in zip(graded, number, strict=False))
        loops = nsmallest(max(wanted.top, 1), seen, key=steps.place)
        return loops[: wanted.top], next(number), False

    def in_order(self) -> Iterator[Loop]:
        """The loops to show, one after the other, in memory that does not grow with them."""
        wanted = self.wanted
        if wanted.limit is not None:
            return iter(self.largest()[0])
        if wanted.timed:
            return islice(self._sorted_apart(), wanted.top)
        if wanted.picky:
            return islice((loop for loop in self.falling if self._passes(loop[0])), wanted.top)
        return islice(self.falling, wanted.top)

    def _sorted_apart(self) -> Iterator[Loop]:
        """Loops that no counting can cut into bands: sorted outside memory, as rows of numbers."""
        steps, width = self.steps, self.wanted.max_length
        by_key = sorted(range(len(steps)), key=steps.key)
        rank = [0] * len(steps)
        for number, step in enumerate(by_key):
            rank[step] = number

        def row(found: Sequence[int]) -> list[int]:
            _, grade = steps.graded(found)
            rest = [-1] * (width - len(found))
            return [grade, len(found), *(steps.tails[step] for step in found), *rest, *(rank[s] for s in found), *rest]

        found = _at_most(MOST_SORTED, map(row, self._found()), _TOO_MANY_TO_SORT)
        for grade, length, *cells in sorted_rows(found, 2 + 2 * width):
            yield [by_key[number] for number in cells[width : width + length]], grade

    def cycle(self, loop: Loop) -> Cycle:
        """A loop with everything that is told of it."""
        legs, steps = self.legs, self.steps
        rows = [steps.rows[step] for step in loop[0]]
        days, shape, tier = steps.told(loop[0], self.wanted.timed)
        return Cycle(
            parties=tuple(legs.parties[steps.tails[step]] for step in loop[0]),
            legs=tuple(tuple(legs.id[row] for row in hop) for hop in rows),
            kinds=tuple(tuple(legs.kind[row] for row in hop) for hop in rows),
            bottleneck=steps.bottleneck(loop[1]),
            priced=steps.is_priced(loop),
            dated=days is not None,
            days=days,
            shape=shape,
            weakest_tier=tier,
            at_least=steps.at_least(loop),
        )

    def _found(self) -> Iterator[tuple[int, ...]]:
        """Loops as steps, as the search comes upon them."""
        if self.wanted.timed:
            found = self._timed()
        else:
            if self.wanted.picky and self.wanted.limit is None and self._all() > MOST_SEEN:
                raise LimitReached(_TOO_MANY_TO_SEE)
            found = (choice for route in self._routes() for choice in leg_choices(route, self.steps.by_pair))
        seen = _at_most(MOST_SEEN, found, _TOO_MANY_TO_SEE)
        return filter(self._passes, seen) if self.wanted.picky else seen

    def _routes(self) -> Iterator[tuple[int, ...]]:
        """Loops of parties over the pairs that legs join."""
        pairs = self.steps.by_pair
        tails, heads = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        return iterate_routes(tails, heads, len(self.legs.parties), self.wanted.max_length, self.through, self.say)

    def _timed(self) -> Iterator[tuple[int, ...]]:
        """Dated loops, from their first leg on. Legs are ordered by time, then as listed."""
        legs, wanted, rows = self.legs, self.wanted, self.walked
        tails, heads = ends_of(legs, rows)
        days = legs.date if len(rows) == len(legs) else [legs.date[row] for row in rows]
        known = {day: seconds(day) for day in set(days) if day}
        times = [known.get(day, -1) for day in days]  # type: ignore[arg-type]
        order, columns = in_order_of_time(tails, heads, times)
        groups = [0] * len(order)
        if wanted.ties:
            numbers: dict[str, int] = {}
            groups = [numbers.setdefault(legs.deal[rows[step]], len(numbers)) for step in order]
        arcs = iterate_timed(
            Timed(*columns, groups, len(legs.parties)),
            max_length=wanted.max_length,
            window=None if wanted.window is None else (wanted.window + 1) * _DAY - 1,
            ties=wanted.ties,
            say=self.say,
        )
        for cycle in arcs:
            chosen = tuple([order[arc] for arc in cycle])
            if wanted.window is not None and times[chosen[-1]] // _DAY - times[chosen[0]] // _DAY > wanted.window:
                continue
            if self.through is None or any(tails[step] == self.through for step in chosen):
                yield chosen

    def _passes(self, steps: Sequence[int]) -> bool:
        """Kind sequence and decay, from the first leg of a dated loop, from any start of another."""
        wanted = self.wanted
        if not wanted.picky:
            return True
        if wanted.sequence and len(wanted.sequence) != len(steps):
            return False
        starts = (0,) if wanted.timed else range(len(steps))
        return any(self._fits([*steps[start:], *steps[:start]]) for start in starts)

    def _fits(self, steps: Sequence[int]) -> bool:
        kinds, wanted = self.legs.kind, self.wanted
        for word, step in zip(wanted.sequence, steps, strict=False):
            if not any(word in (kinds[row], KINDS[kinds[row]].family) for row in self.steps.rows[step]):
                return False
        if wanted.decay is None:
            return True
        amounts = [self.steps.amount(step) for step in steps]
        return not any(
            before is None or after is None or after < before * (1 - wanted.decay)
            for before, after in pairwise(amounts)
        )


def _at_most(most: int, found: Iterable[T], why: str) -> Iterator[T]:
    """The same, and LimitReached where there are more."""
    source = iter(found)
    yield from islice(source, most)
    for _ in source:
        raise LimitReached(why)


def _held(found: Iterable[T]) -> list[T]:
    """Loops to hold at once, not too many."""
    return list(_at_most(MOST_HELD, found, _TOO_MANY))


def _once(say: Say) -> Say:
    """Says each thing once."""
    said: set[str] = set()

    def tell(line: str) -> None:
        if line not in said:
            said.add(line)
            say(line)

    return tell
