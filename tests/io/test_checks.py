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
    "https://maker.example/10-k.htm", "https://maker.example/report.pdf", "https://paper.example/topics/38775017",
    "https://paper.example/tag/maker/lab-deal", "https://paper.example/story?id=5&utm_source=x",
]  # fmt: skip
INDEXES = [
    "https://maker.example", "https://maker.example/", "https://maker.example/news", "https://maker.example/news/",
    "https://maker.example/about/press-releases", "https://maker.example/index.html", "https://maker.example/en",
    "https://maker.example/newsroom/#latest", "https://maker.example/tag/", "https://maker.example/?utm_source=mail",
    "https://maker.example/?lang=en", "https://maker.example/search?q=lab", "https://maker.example/tag/chips",
    "https://maker.example/author/somebody/", "https://maker.example/news/page/2", "https://maker.example/investor-relations",
    "https://maker.example/default.aspx", "https://maker.example/news?page=3",
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


def test_stakes_are_added_up_day_by_day(codes: Codes) -> None:
    """60 and 60 stood side by side for a year, though the newest ones are 20 and 60."""
    assert codes(
        stake("a", "maker", 60, "2024-01-01"), stake("b", "maker", 20, "2025-01-01"), stake("c", "cloud", 60, "2024-06-01")
    ) == ["stakes-over-100"]  # fmt: skip


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


def test_a_ceiling_above_its_whole(codes: Codes) -> None:
    """A part of up to 12 in a whole of 10; up to 10 is how a part of unknown size is written."""
    whole = f"id: whole, {LOAN}, amount: 10bn"
    assert codes(whole, f"id: a, {LOAN}, amount: up to 12bn, part_of: whole") == ["part-over-whole"]
    assert codes(whole, f"id: a, {LOAN}, amount: up to 10bn, part_of: whole") == []


def history(states: str, status: str = "committed", amount: str = "") -> str:
    said = f", amount: {amount}" if amount else ""
    return f"  history: [{{status: {status}, date: 2025-03-01, source: filing, states: '{states}'{said}}}]\n"


@pytest.mark.parametrize(
    ("states", "amount", "found"),
    [
        ("up to 2.5 billion", "2.5bn", ["ceiling-as-point"]),
        ("as much as $2,500 million over time", "2.5bn", ["ceiling-as-point"]),
        ("up to 2.5 billion", "up to 2.5bn", []),
        ("up to 3 billion, of which 2.5 billion are firm", "2.5bn", []),
        ("up to 2.5 billion, and all of it, 2.5 billion, was drawn", "2.5bn", []),
        ("a loan of 2.5 billion", "2.5bn", []),
    ],
)
def test_a_ceiling_is_no_point(codes: Codes, states: str, amount: str, found: list[str]) -> None:
    assert codes(f"id: x, {LOAN}, amount: {amount}", history=history(states)) == found


TEN_YEARS = "when: {from: 2025-01-01, to: 2034-12-31}"


@pytest.mark.parametrize(
    ("states", "when", "found"),
    [
        ("2 billion a year", TEN_YEARS, ["year-or-lifetime"]),
        ("2 billion dollars per year", TEN_YEARS, ["year-or-lifetime"]),
        ("20 billion, or 2 billion a year", TEN_YEARS, ["year-or-lifetime"]),
        ("2 billion over ten years", TEN_YEARS, []),
        ("2 billion a year", "when: {from: 2025-01-01, to: 2025-12-31}", []),
    ],
)
def test_a_year_is_not_the_whole(codes: Codes, states: str, when: str, found: list[str]) -> None:
    assert codes(f"id: x, {LOAN}, amount: 2bn, {when}", history=history(states)) == found


def test_promises_as_unlike_as_a_year_and_a_lifetime(codes: Codes) -> None:
    """Ten years at 2 and later at 20; growth from 18 to 20 is none."""

    def leg(first: str) -> str:
        events = [("2025-02-01", first), ("2025-03-01", "20bn")]
        said = ", ".join(
            f"{{status: committed, date: {day}, source: filing, states: so, amount: {a}}}" for day, a in events
        )
        return f"id: x, {LOAN}, {TEN_YEARS}, history: [{said}]"

    assert codes(leg("2bn"), history="") == ["year-or-lifetime"]
    assert codes(leg("18bn"), history="") == []


def test_a_warrant_to_a_customer_is_the_usual_way(codes: Codes) -> None:
    """In base Lab buys from Maker. Where each buys from the other, nobody can say."""
    lab, maker = "id: w, payer: lab, payee: maker, kind: warrant", "id: w, payer: maker, payee: lab, kind: warrant"
    assert codes(maker) == []
    assert codes(lab) == ["warrant-direction"]
    assert codes(lab, "id: back, payer: maker, payee: lab, kind: service, amount: 1bn") == []


@pytest.mark.parametrize(
    ("leg", "found"),
    [
        ("payer: maker, payee: lab, kind: equity_cash, amount: 10bn", ["same-pledge"]),
        ("payer: maker, payee: lab, kind: equity_cash, amount: 11bn", []),
        ("payer: maker, payee: lab, kind: convertible, amount: 10bn", []),
        ("payer: maker, payee: cloud, kind: equity_cash, amount: 10bn", []),
        ("payer: maker, payee: lab, kind: equity_cash, amount: 10bn, part_of: base-investment", []),
    ],
)
@pytest.mark.parametrize(("day", "near"), [("2025-02-15", True), ("2025-02-16", False)])
def test_one_pledge_told_twice(codes: Codes, leg: str, found: list[str], day: str, near: bool) -> None:
    """Base has Maker put 10 into Lab on 15 January 2025; 31 days on it may be the same money."""
    said = f"  history: [{{status: committed, date: {day}, source: filing, states: it is signed}}]\n"
    assert codes(f"id: x, {leg}", history=said) == (found if near else [])


Accounts = Callable[..., list[str]]


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    folder = Path(shutil.copytree(SAMPLES / "base", tmp_path / "accounts"))

    def checked(*lines: str) -> list[str]:
        """Codes of base, whose maker earned 60bn in 2024, with `first last figure amount` of Maker."""
        items = []
        for line in lines:
            first, last, figure, amount = line.split()
            said = f"{figure}: {{source: filing, states: so, amount: {amount}}}"
            items.append(f"- {{party: maker, period: {{from: {first}, to: {last}}}, {said}}}\n")
        (folder / "more.yaml").write_text("accounts:\n" + "".join(items))
        return [problem.code for problem in load_dataset(folder)[1]]

    return checked


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["2024-01-01 2024-12-31 revenue 60bn"], []),  # the same again
        (["2024-01-01 2024-12-31 revenue 61bn"], ["account-overlap"]),
        (["2024-07-01 2025-06-30 revenue 61bn"], ["account-overlap"]),
        (["2024-01-01 2024-03-31 revenue 15bn", "2024-04-01 2024-06-30 revenue 16bn"], []),  # a year and its quarters
        (["2024-01-01 2024-06-30 revenue 31bn"], []),
        (["2024-12-29 2025-12-27 revenue 61bn"], []),  # years of 52 weeks drift
        (["2024-01-01 2024-03-31 revenue 15bn", "2024-02-01 2024-04-30 revenue 16bn"], ["account-overlap"]),
        (["2024-12-31 2024-12-31 cash 5bn", "2024-10-01 2024-12-31 cash 6bn"], ["account-overlap"]),
        (["2024-12-31 2024-12-31 cash 5bn", "2024-10-01 2024-12-31 cash 5bn"], []),
        (["2024-01-01 2024-12-31 cash 5bn", "2024-01-01 2024-09-30 cash 6bn"], []),
        (["2024-01-01 2024-12-31 cash 5bn", "2024-06-01 2024-09-30 cash 7bn", "2024-10-01 2024-12-31 cash 6bn"], ["account-overlap"]),
        (["2024-01-01 2024-12-31 outside_funding 4bn", "2024-01-01 2024-03-31 outside_funding 1bn"], ["account-overlap"]),
        (["2024-01-01 2024-12-31 outside_funding 4bn", "2024-01-01 2024-12-31 outside_funding 4bn"], ["account-overlap"]),
    ],
)  # fmt: skip
def test_accounts_agree_where_they_overlap(accounts: Accounts, lines: list[str], found: list[str]) -> None:
    assert accounts(*lines) == found


TERMS = {
    "{measure: legs, payer: [maker], payee: [outside]}": [],
    "{measure: legs, payer: [makker]}": ["unknown-party"],
    "{measure: legs, without: [base-purchas]}": ["unknown-leg"],
    "{measure: roundtrip, party: nobody}": ["unknown-party"],
    "{measure: account, figure: revenue, periods: [{party: maker, to: 2024-12-31}]}": [],
    "{measure: account, figure: revenue, periods: [{party: maker, from: 2024-02-01, to: 2024-12-31}]}": ["unknown-account"],
    "{measure: account, figure: cash, periods: [{party: maker, to: 2024-12-31}]}": ["unknown-account"],
    "{measure: account, figure: cash, periods: [{party: makker, to: 2024-12-31}]}": ["unknown-party"],
    "{measure: account, figure: turnover, periods: [{party: maker, to: 2024-12-31}]}": ["bad-value"],
    "{measure: account, figure: customer_concentration, periods: [{party: maker, to: 2024-12-31}, {party: lab, to: 2024-12-31}]}": ["bad-value"],
    "{measure: turnover}": ["bad-value"],
    "{payer: [maker]}": ["bad-value"],
    "{measure: legs, payr: [maker]}": ["unknown-key"],
    "{measure: legs, kind: [bribe]}": ["unknown-kind"],
    "{measure: loops, max_length: 4}": [],
    "{measure: loops, max_length: 1}": ["bad-value"],
}  # fmt: skip


@pytest.mark.parametrize("place", ["of", "less", "over"])
@pytest.mark.parametrize("term", TERMS)
def test_terms_of_an_estimate_are_checked_where_they_stand(tmp_path: Path, place: str, term: str) -> None:
    folder = Path(shutil.copytree(SAMPLES / "base", tmp_path / "dataset"))
    ours = f"    {place}: {term}\n" + ("" if place == "of" else "    of: {measure: gross}\n")
    (folder / "more.yaml").write_text(
        "estimates:\n- id: x\n  who: W\n  published: 2025\n  says: s\n  ours:\n" + ours
        + "  evidence: [{source: filing, states: so}]\n"
    )  # fmt: skip
    problems = load_dataset(folder)[1]
    assert [problem.code for problem in problems] == TERMS[term]
    assert all(p.place and p.place.file == "more.yaml" and p.place.line in (2, 7) for p in problems)


def test_files_that_only_look_like_facts(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SAMPLES / "base", tmp_path / "dataset"))
    (folder / "deals").mkdir()
    (folder / "deals" / "x.yml").write_text("parties:\n- {id: x, name: X}\n")
    (folder / "README.md").write_text("read me")
    facts, problems = load_dataset(folder)
    assert [(problem.code, str(problem.place and problem.place.file)) for problem in problems] == [
        ("file-ignored", "deals/x.yml")
    ]
    assert "x" not in facts.parties
