"""Where parties stand: apart, by group, and always in the same place."""

from __future__ import annotations

import random
from itertools import combinations
from math import atan2, hypot, tau

import pytest

from circularity.views.explorer.days import MAX_STEPS, steps
from circularity.views.explorer.layout import LARGE, Spot, arrange, box
from circularity.views.explorer.picture import short


def some(count: int, groups: int) -> tuple[list[Spot], dict[tuple[str, str], float]]:
    dice = random.Random(count * 31 + groups)
    spots = [
        Spot(f"p{n:03}", dice.randrange(groups), 5 + 29 * dice.random() ** 6, "n" * dice.randint(2, 22))
        for n in range(count)
    ]
    ties = {}
    for _ in range(2 * count):
        one, other = sorted(dice.sample([spot.id for spot in spots], 2)) if count > 1 else ("", "")
        if one:
            ties[one, other] = dice.random()
    return spots, ties


@pytest.mark.parametrize(("count", "groups"), [(1, 1), (2, 1), (3, 3), (40, 1), (60, 6), (150, 6), (400, 1)])
def test_no_two_names_or_discs_overlap(count: int, groups: int) -> None:
    spots, ties = some(count, groups)
    at = arrange(spots, ties).at
    assert set(at) == {spot.id for spot in spots}
    for one, other in combinations(spots, 2):
        (x, y), (ox, oy) = at[one.id], at[other.id]
        (wide, up, down), (other_wide, other_up, other_down) = box(one), box(other)
        gap = 6.1  # both boxes carry a margin of 6; places are rounded to 0.1
        beside = abs(x - ox) >= wide + other_wide - 2 * gap
        apart = y - up >= oy + other_down - 2 * gap or oy - other_up >= y + down - 2 * gap
        assert beside or apart, (one, at[one.id], other, at[other.id])


def test_the_order_of_the_input_does_not_matter() -> None:
    spots, ties = some(90, 6)
    shuffled, turned = spots[:], list(ties.items())
    random.Random(3).shuffle(shuffled)
    random.Random(4).shuffle(turned)
    assert arrange(shuffled, dict(turned)) == arrange(spots, ties)


def test_groups_have_sectors_and_the_large_stand_inside() -> None:
    spots, ties = some(150, 6)
    drawn = arrange(spots, ties)
    sectors = {sector.group: sector for sector in drawn.sectors}
    assert len(sectors) == 6
    inside = 0
    for spot in spots:
        sector = sectors[spot.group]
        x, y = drawn.at[spot.id]
        angle = atan2(y / sector.outer[1], x / sector.outer[0])
        middle = (sector.start + sector.end) / 2
        away = abs((angle - middle + tau / 2) % tau - tau / 2)
        inside += away <= (sector.end - sector.start) / 2 + 0.25
    assert inside >= 0.85 * len(spots)
    far = {spot.id: hypot(*drawn.at[spot.id]) for spot in spots}
    large = [far[spot.id] for spot in spots if spot.size >= LARGE]
    small = [far[spot.id] for spot in spots if spot.size < LARGE]
    assert large
    assert sum(large) / len(large) < sum(small) / len(small)


def test_nobody_to_place() -> None:
    assert arrange([], {}).at == {}


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("Maker", "Maker"),
        ("  two \n words\t", "two words"),
        ("abc\u202egpj", "abc gpj"),
        ("x" * 10_000, "x" * 21 + "…"),
        ("\u200b", ""),
        ("日本", "日本"),
    ],
)
def test_a_drawn_name_is_short_and_visible(name: str, drawn: str) -> None:
    assert short(name) == drawn


@pytest.mark.parametrize(
    ("days", "as_of", "expected"),
    [
        ([], None, ("",)),
        ([], "2025-01-01", ("2025-01-01",)),
        (["2025-01-30", "2025-02-01"], None, ("2025-01-30", "2025-01-31", "2025-02-01")),
        (["2025-01-30", "2025-06-02"], "2025-06-15", ("2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30", "2025-05-31", "2025-06-15")),
        (["2025-01-30", "2026-01-01"], "2025-02-01", ("2025-01-30", "2025-01-31", "2025-02-01")),
    ],
)  # fmt: skip
def test_steps_are_even_and_end_on_the_day_of_the_lens(
    days: list[str], as_of: str | None, expected: tuple[str, ...]
) -> None:
    assert steps(days, as_of) == expected


@pytest.mark.parametrize("first", ["2019-07-22", "1998-02-01", "1901-01-01", "0001-01-01"])
def test_however_long_the_time_the_steps_are_few(first: str) -> None:
    found = steps([first, "2026-11-20"], None)
    assert 2 <= len(found) <= MAX_STEPS
    assert found[-1] == "2026-11-20"
    assert list(found) == sorted(set(found))
