"""A folder of facts: what is right is kept, what is wrong is told with its line, and nothing raises."""

from __future__ import annotations

import copy
import os
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from circularity.errors import UsageError
from circularity.io.dataset import identifier_of, load_dataset
from circularity.load import open_graph
from circularity.problems import CODES, Place
from tests.properties import same_every_time
from tests.test_problems import BASE_LEGS, SAMPLES

BASE = SAMPLES / "base"
ABOUT: dict[str, Any] = yaml.load((BASE / "dataset.yaml").read_text(), Loader=yaml.BaseLoader)
FACTS: dict[str, Any] = yaml.load((BASE / "facts.yaml").read_text(), Loader=yaml.BaseLoader)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BASE, tmp_path / "dataset"))


def write(folder: Path, name: str, value: Any) -> None:
    (folder / name).write_text(
        yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=10**6), encoding="utf-8"
    )


def found(folder: Path) -> list[tuple[str, str, int]]:
    problems = load_dataset(folder)[1]
    return [(problem.code, problem.place.file, problem.place.line) for problem in problems if problem.place]


def test_a_folder_without_a_description_is_a_bad_call(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"has no dataset\.yaml"):
        load_dataset(tmp_path)


def test_facts_in_file_order_whatever_the_folder_says(folder: Path) -> None:
    """Files count in the order of their paths, so an `a/` comes before `facts.yaml`."""
    (folder / "a").mkdir()
    write(folder / "a", "z.yaml", {"parties": [{"id": "first", "name": "First"}]})
    write(folder, "z.yaml", {"parties": [{"id": "last", "name": "Last"}]})
    assert list(load_dataset(folder)[0].parties) == ["first", "maker", "lab", "cloud", "last"]


def test_one_file_or_many_are_the_same_facts(folder: Path, tmp_path: Path) -> None:
    many = tmp_path / "many"
    many.mkdir()
    shutil.copy(BASE / "dataset.yaml", many)
    for key, value in FACTS.items():
        write(many, f"{key}.yaml", {key: value})
    one, other = load_dataset(folder), load_dataset(many)
    assert one[1] == other[1] == []
    assert (one[0].parties, one[0].deals, one[0].sources, one[0].accounts) == (
        other[0].parties, other[0].deals, other[0].sources, other[0].accounts,
    )  # fmt: skip


def test_hash_follows_content_and_names_only(folder: Path, tmp_path: Path) -> None:
    before = load_dataset(folder)[0].sha256
    copied = Path(shutil.copytree(folder, tmp_path / "elsewhere"))
    os.utime(copied / "facts.yaml", (0, 0))
    (copied / "notes.txt").write_text("not read")
    assert load_dataset(copied)[0].sha256 == before
    with (copied / "facts.yaml").open("a") as file:
        file.write("# one more line\n")
    assert load_dataset(copied)[0].sha256 != before
    (folder / "facts.yaml").rename(folder / "other.yaml")
    assert load_dataset(folder)[0].sha256 != before


def test_a_folder_behind_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    assert found(tmp_path / "link") == []


def test_a_file_name_that_is_not_utf8(folder: Path) -> None:
    odd = os.path.join(os.fsencode(folder), b"caf\xe9.yaml")  # noqa: PTH118 - bytes
    with open(odd, "wb") as file:  # noqa: PTH123
        file.write(b"parties:\n- just a name\n")
    data, problems = load_dataset(folder)
    assert [problem.code for problem in problems] == ["yaml-shape"]
    assert len(data.legs()) == 3


# the description


def test_no_description_that_can_be_read(folder: Path) -> None:
    (folder / "dataset.yaml").write_text("")
    data, problems = load_dataset(folder)
    assert [problem.code for problem in problems] == ["file-empty"]
    assert (data.description.name, data.description.as_of) == ("dataset", date.max)
    assert [leg.id for _, leg in data.legs()] == BASE_LEGS


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("as_of", "2025-02-30", "bad-date"),
        ("name", "No Id", "bad-id"),
        ("currency", "dollars", "bad-value"),
        ("lens", {"status": "signed"}, "bad-value"),
        ("lens", {"as_of": "tomorrow"}, "bad-date"),
        ("expectations", [{"what": "deelz"}], "unknown-kind"),
        ("colour", "red", "unknown-key"),
    ],
)
def test_a_wrong_field_of_the_description_is_left_out(folder: Path, field: str, value: Any, code: str) -> None:
    write(folder, "dataset.yaml", {**ABOUT, field: value})
    graph = open_graph(folder)
    assert [problem.code for problem in graph.problems] == [code]
    assert all(problem.place and problem.place.file == "dataset.yaml" for problem in graph.problems)
    assert graph.dataset
    assert graph.dataset.description.title == ABOUT["title"]
    assert graph.default.status == ("rumoured" if field == "lens" else "committed")
    assert len(graph.view().legs) == 3


@pytest.mark.parametrize("value", ["just text", ["a", "list"], {}], ids=repr)
def test_a_description_of_another_shape(folder: Path, value: Any) -> None:
    write(folder, "dataset.yaml", value)
    graph = open_graph(folder)
    assert {problem.code for problem in graph.problems} <= {"yaml-shape", "missing-key"}
    assert graph.problems
    assert len(graph.view().legs) == 3


def test_a_default_lens_that_names_a_stranger(folder: Path) -> None:
    write(folder, "dataset.yaml", {**ABOUT, "lens": {"status": "committed", "complete": "maker,makker"}})
    graph = open_graph(folder)
    assert [(problem.code, problem.severity) for problem in graph.problems] == [("unknown-party", "error")]
    assert graph.default.complete == "none"
    assert len(graph.view().legs) == 3


@pytest.mark.parametrize(
    ("expectation", "met"),
    [
        ({"what": "legs", "at_least": "3", "at_most": "3"}, True),
        ({"what": "legs", "at_most": "2"}, False),
        ({"what": "stake", "at_most": "0"}, True),
        ({"what": "stake", "at_least": "1"}, False),
        ({"what": "accounts", "at_least": "2"}, False),
        ({"what": "financing", "at_least": "1", "at_most": "1"}, True),
        ({"what": "commercial", "at_least": "3"}, False),
        ({"what": "legs", "status": "committed", "at_least": "3"}, True),
        ({"what": "legs", "status": "paid", "at_least": "1"}, False),
        ({"what": "purchase", "tier": "filing", "at_least": "1", "sum_at_least": "9bn"}, True),
        ({"what": "purchase", "tier": "press", "at_least": "1"}, False),
        ({"what": "sources", "tier": "filing", "at_least": "1"}, True),
        ({"what": "sources", "tier": "press", "at_least": "1"}, False),
        ({"what": "commercial", "sum_at_least": "9bn", "sum_at_most": "9bn"}, True),  # up to 3bn is no known sum
        ({"what": "commercial", "sum_at_least": "9.1bn"}, False),
        ({"what": "equity_cash", "sum_at_most": "9.9bn"}, False),
        ({"what": "conflicts", "at_most": "0"}, True),
    ],
)
def test_expectations(folder: Path, expectation: dict[str, str], met: bool) -> None:
    write(folder, "dataset.yaml", {**ABOUT, "expectations": [expectation]})
    line = (folder / "dataset.yaml").read_text().splitlines().index(f"- what: {expectation['what']}") + 1
    assert found(folder) == ([] if met else [("bad-expectation", "dataset.yaml", line)])


def test_a_sum_holds_a_whole_without_its_parts(folder: Path) -> None:
    """A framework of 10 with an order of 4 under it is 10; the order alone, of another kind of section, is 4."""
    history = [{"status": "committed", "date": "2025-03-01", "source": "filing", "states": "both are signed"}]
    legs = [
        {"id": "whole", "payer": "cloud", "payee": "maker", "kind": "licence", "amount": "10bn"},
        {"id": "part", "payer": "cloud", "payee": "maker", "kind": "licence", "amount": "4bn", "part_of": "whole"},
    ]
    write(folder, "more.yaml", {"deals": [{"id": "more", "title": "More", "history": history, "legs": legs}]})
    exactly = {"what": "licence", "at_least": "2", "sum_at_least": "10bn", "sum_at_most": "10bn"}
    write(folder, "dataset.yaml", {**ABOUT, "expectations": [exactly]})
    assert found(folder) == []


# facts of another shape


@pytest.mark.parametrize("section", ["sources", "parties", "deals", "accounts"])
@pytest.mark.parametrize("value", ["text", [["list"]], {"a": ["x"]}, [{"id": []}]], ids=repr)
def test_a_section_of_another_shape(folder: Path, section: str, value: Any) -> None:
    write(folder, "more.yaml", {section: value})
    data, problems = load_dataset(folder)
    assert {problem.place.file for problem in problems if problem.place} == {"more.yaml"}
    assert [leg.id for _, leg in data.legs()] == BASE_LEGS


@pytest.mark.parametrize("section", ["sources", "parties", "deals", "accounts"])
def test_an_empty_section(folder: Path, section: str) -> None:
    (folder / "more.yaml").write_text(f"{section}:\n")
    assert found(folder) == []


def test_a_deal_keeps_its_good_legs(folder: Path) -> None:
    deal = copy.deepcopy(FACTS["deals"][0])
    deal["id"] = "second"
    for leg in deal["legs"]:
        leg["id"] = leg["id"].replace("base", "second")
    deal["legs"][1]["amount"] = "nine"
    write(folder, "more.yaml", {"deals": [deal]})
    data, problems = load_dataset(folder)
    assert [problem.code for problem in problems if problem.severity == "error"] == ["bad-amount"]
    assert [leg.id for leg in data.deals["second"].legs] == ["second-investment", "second-compute"]


def test_a_mistyped_field_suggests_the_right_one(folder: Path) -> None:
    write(folder, "more.yaml", {"parties": [{"id": "x", "name": "X", "contry": "US"}]})
    assert "did you mean 'country'?" in load_dataset(folder)[1][0].message


# hostile text in every field that holds text

HOSTILE = {
    "markup": "</script><img src=x onerror=alert(1)>",
    "formula": "=cmd()",
    "quotes": "`'\"\\ $(id) ${x} {{x}} %s",
    "direction": "\u202etxt.exe\u2066",
    "long": "x" * 10_000,
    "query": "'}) DETACH DELETE n //",
    "signs": "\U0001f600\u0301\u200b",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_kept_as_it_is(folder: Path, text: str) -> None:
    facts = copy.deepcopy(FACTS)
    facts["parties"][0].update(name=text, aliases=[text], note=text)
    facts["deals"][0].update(title=text, tags=[text])
    facts["deals"][0]["history"][0].update(states=text, locator=text)
    facts["deals"][0]["legs"][0].update(terms=text, contingent=text, note=text)
    facts["sources"]["filing"].update(publisher=text, title=text)
    write(folder, "facts.yaml", facts)
    data, problems = load_dataset(folder)
    assert problems == []
    assert (data.parties["maker"].name, data.deals["base-loop"].title) == (text, text)
    assert len(open_graph(folder).view().legs) == 3


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_where_an_id_stands(folder: Path, text: str) -> None:
    write(folder, "more.yaml", {
        "sources": {text: {"publisher": "P", "url": text, "tier": text}},
        "parties": [{"id": text, "name": "X", "kind": text, text: text}],
        "deals": [{"id": "d", "title": "D", "legs": [{"id": "l", "payer": text, "payee": text, "kind": text, "amount": text}]}],
    })  # fmt: skip
    data, problems = load_dataset(folder)
    assert {problem.place.file for problem in problems if problem.place} == {"more.yaml"}
    assert all(len(problem.message) < 400 for problem in problems)
    assert [leg.id for _, leg in data.legs()] == BASE_LEGS


# anything at all

LEAVES = st.sampled_from([
    "", "x", "maker", "lab", "outside", "filing", "base-purchase", "base-loop", "stake", "external", "in_kind", "1bn", "up to 2bn",
    "-1", "1e99", "undisclosed", "2025-01-01", "9999-12-31", "2025-02-30", "paid", "cancelled", "100.5", "0.5", "true", "NaN",
    "http://[", "https://\u2100.example/x", "https://example.com/?q", "\u202e", "x" * 300,
])  # fmt: skip
KEYS = st.sampled_from([
    "id", "name", "kind", "amount", "payer", "payee", "history", "legs", "when", "from", "to", "schedule", "part_of", "links",
    "original", "evidence", "conflicts", "percent", "parent", "sources", "deals", "what", "lens", "complete", "zzz",
])  # fmt: skip
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=2), max_leaves=4
)


def spots(value: Any) -> list[tuple[Any, Any]]:
    """Every place inside a value: its container and the key or index there."""
    if not isinstance(value, (dict, list)):
        return []
    keys: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value)))
    return [(value, key) for key in keys] + [spot for key in keys for spot in spots(value[key])]


@same_every_time
@given(st.data())
def test_facts_with_anything_anywhere_never_raise(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Base with a few of its values, at any depth, replaced by something else."""
    folder = tmp_path_factory.mktemp("dataset")
    about, facts = copy.deepcopy(ABOUT), copy.deepcopy(FACTS)
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(spots([about, facts])[2:]))
        container[key] = data.draw(ANYTHING)
    write(folder, "dataset.yaml", about)
    write(folder, "facts.yaml", facts)
    graph = open_graph(folder)
    assert all(problem.code in CODES for problem in graph.problems)
    graph.view()
    graph.view(status="rumoured", amount="high", consolidate=True)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("AI deals", "ai-deals"), ("Ünter/../x", "nter-x"), ("***", "dataset"), ("a" * 300, "a" * 100)],
)
def test_a_folder_name_as_an_id(name: str, expected: str) -> None:
    assert identifier_of(name) == expected


def test_places_are_where_facts_stand(folder: Path) -> None:
    data, _ = load_dataset(folder)
    lines = (folder / "facts.yaml").read_text().splitlines()
    for spot, text in [
        ("source:filing", "  filing:"),
        ("party:lab", "- id: lab"),
        ("deal:base-loop", "- id: base-loop"),
    ]:
        assert data.places[spot] == Place("facts.yaml", lines.index(text) + 1)
