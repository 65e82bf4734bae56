"""Checks of facts against each other, where a sample of one flaw does not say enough."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from circularity.io.checks import is_index_page
from circularity.io.dataset import load_dataset
from tests.test_problems import SAMPLES

DOCUMENTS = [
    "https://maker.example/2025/03/lab-deal.html", "https://maker.example/news/lab-deal", "https://maker.example/?p=5763",
    "https://paper.example/news.php?id=26451913", "https://paper.example/news/?p=6719", "https://maker.example/index/lab-deal/",
    "https://maker.example/10-k.htm", "https://maker.example/report.pdf",
]  # fmt: skip
INDEXES = [
    "https://maker.example", "https://maker.example/", "https://maker.example/news", "https://maker.example/news/",
    "https://maker.example/about/press-releases", "https://maker.example/index.html", "https://maker.example/en",
    "https://maker.example/newsroom/#latest", "https://maker.example/tag/",
]  # fmt: skip


@pytest.mark.parametrize("url", DOCUMENTS)
def test_documents(url: str) -> None:
    assert not is_index_page(url)


@pytest.mark.parametrize("url", INDEXES)
def test_index_pages(url: str) -> None:
    assert is_index_page(url)


Codes = Callable[..., list[str]]
HISTORY = "  history: [{status: committed, date: 2025-03-01, source: filing, states: it is signed}]\n"


@pytest.fixture
def codes(tmp_path: Path) -> Codes:
    folder = Path(shutil.copytree(SAMPLES / "base", tmp_path / "dataset"))

    def checked(*legs: str, history: str = HISTORY) -> list[str]:
        """Codes of base with one more deal of these legs."""
        (folder / "more.yaml").write_text(
            "deals:\n- id: more\n  title: More\n" + history + "  legs:\n" + "".join(f"  - {{{leg}}}\n" for leg in legs)
        )
        return [problem.code for problem in load_dataset(folder)[1]]

    return checked


LOAN = "payer: maker, payee: lab, kind: loan"


@pytest.mark.parametrize(
    ("amount", "found"), [("1.1bn", []), ("1.12bn", []), ("1.2bn", ["fx-mismatch"]), ("undisclosed", [])]
)
def test_foreign_amounts_may_be_rounded(codes: Codes, amount: str, found: list[str]) -> None:
    """1 at a rate of 1.1 is 1.1; three per cent either way is rounding."""
    assert codes(f'id: x, {LOAN}, amount: {amount}, original: {{currency: EUR, amount: 1bn, rate: "1.1"}}') == found


@pytest.mark.parametrize(("first", "second", "found"), [("6bn", "4bn", []), ("6bn", "4.1bn", ["part-over-whole"])])
def test_parts_may_fill_their_whole(codes: Codes, first: str, second: str, found: list[str]) -> None:
    assert (
        codes(
            f"id: whole, {LOAN}, amount: 10bn",
            f"id: a, {LOAN}, amount: {first}, part_of: whole",
            f"id: b, {LOAN}, amount: {second}, part_of: whole",
        )
        == found
    )


def test_a_leg_that_is_part_of_itself(codes: Codes) -> None:
    assert codes(f"id: x, {LOAN}, amount: 1bn, part_of: x") == ["overlap-ring"]


def test_a_ring_of_parts_ends(codes: Codes) -> None:
    """Only the legs of the ring are told, not the one that hangs on it."""
    assert codes(
        f"id: a, {LOAN}, amount: 1bn, part_of: b", f"id: b, {LOAN}, amount: 1bn, part_of: a",
        f"id: c, {LOAN}, amount: 1bn, part_of: a",
    ).count("overlap-ring") == 2  # fmt: skip


def stake(key: str, holder: str, percent: int, day: str, status: str = "paid") -> str:
    history = f"history: [{{status: {status}, date: {day}, source: filing, states: so}}]"
    return f"id: {key}, payer: {holder}, payee: lab, kind: stake, percent: {percent}, {history}"


def test_only_the_newest_stake_of_a_holder_counts(codes: Codes) -> None:
    assert codes(
        stake("a", "maker", 60, "2024-01-01"), stake("b", "maker", 40, "2025-01-01"), stake("c", "cloud", 60, "2025-01-01")
    ) == []  # fmt: skip


def test_an_ended_stake_does_not_count(codes: Codes) -> None:
    assert codes(stake("a", "maker", 60, "2024-01-01", "expired"), stake("c", "cloud", 60, "2025-01-01")) == []


def test_statuses_of_one_day_have_no_order(codes: Codes) -> None:
    history = """  history:
  - {status: paid, date: 2025-03-01, source: filing, states: the money has moved}
  - {status: announced, date: 2025-03-01, source: filing, states: and was announced}
"""
    assert codes(f"id: x, {LOAN}, amount: 1bn", history=history) == []


def test_one_strong_source_is_enough(codes: Codes) -> None:
    assert codes(f"id: x, {LOAN}, amount: 1bn") == []


@pytest.mark.parametrize(
    "end", ["payer: outside, payee: lab, kind: loan", "payer: lab, payee: outside, kind: external"]
)
def test_outside_is_a_party_of_every_dataset(codes: Codes, end: str) -> None:
    assert codes(f"id: x, {end}, amount: 1bn") == []
