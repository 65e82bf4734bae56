"""The docs say what the code does: generated parts are fresh, examples run, the schema takes what the reader takes."""

from __future__ import annotations

import csv
import importlib.util
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from circularity.io import yamltext
from circularity.io.dataset import load_dataset
from circularity.io.ledger import OPTIONAL, REQUIRED, load_ledger
from circularity.load import open_graph
from circularity.model.amounts import Amount, parse_amount, parse_number
from circularity.model.kinds import KINDS
from circularity.model.parties import PARTY_KINDS
from circularity.problems import CODES
from circularity.resources import bundled
from tests.test_problems import SAMPLES

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.glob("*.md")), *sorted(ROOT.glob("*.md"))]


def script(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATE, AGREEMENT = script("generate"), script("agreement")
SCHEMA: dict[str, Any] = json.loads((DOCS / "schema" / "dataset.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


# two readers


def test_every_difference_between_the_readers_has_a_reason() -> None:
    assert AGREEMENT.unsettled() == []


def test_the_page_holds_the_agreement_that_is_computed() -> None:
    count = AGREEMENT.tally()
    told = page("data.md")
    assert f"{count['coded by both']} of {count['legs of the second reader']}" in told
    for name in ("same kind", "same status", "same date"):
        assert f"| {count[name]} (" in told, name
    assert f"| {count['both found an amount']}; {count['amounts within 5 %']} (" in told
    assert f"| {count['only one found an amount']}; neither: {count['neither found an amount']} |" in told


def test_nothing_is_settled_twice_or_for_no_difference() -> None:
    settled = [(row["leg"], row["field"]) for row in AGREEMENT.rows("settled.csv")]
    open_ones = {(leg.id, field) for leg, _, same in AGREEMENT.compared() for field in same if same[field] is False}
    assert len(settled) == len(set(settled))
    assert set(settled) <= open_ones


# what the data rest on


def test_the_hundred_largest_legs_have_two_publishers_and_most_dollars_an_original() -> None:
    heads, _, *rows = (line.strip("| ").split(" | ") for line in GENERATE.backing().splitlines())
    found = {row[0]: dict(zip(heads, row, strict=True)) for row in rows}
    assert found["the largest hundred"]["two publishers"] == "100 (100%)"
    for group in found.values():
        assert int(re.findall(r"([0-9]+)%", group["filing or statement"])[0]) > 50


# generated parts


@pytest.mark.parametrize("path", GENERATE.documents(), ids=lambda path: path.name)
def test_generated_parts_are_fresh(path: Path) -> None:
    """If not: python docs/generate.py"""
    assert path.read_text(encoding="utf-8") == GENERATE.documents()[path]


def test_generating_changes_nothing_by_hand() -> None:
    text = "By hand.\n\n<!-- begin statuses -->\nold\n<!-- end -->\n\nAlso by hand.\n"
    filled = GENERATE.fill(text)
    assert filled.startswith("By hand.\n\n<!-- begin statuses -->\n\n`rumoured` < ")
    assert filled.endswith("<!-- end -->\n\nAlso by hand.\n")
    assert GENERATE.fill(filled) == filled


def test_all_is_there() -> None:
    assert all(f"| `{code}` | {row.severity} |" in page("problems.md") for code, row in CODES.items())
    assert all(f"| `{kind}`: " in page("kinds.md") for kind in KINDS)
    assert all(f"| `{kind}` |" in page("kinds.md") for kind in PARTY_KINDS)
    assert all(f"### {model}\n" in page("data-model.md") for model in GENERATE.MODELS)
    assert all(f"`{column}`" in page("ledger.md") for column in REQUIRED + OPTIONAL)


def test_limits_are_those_of_the_readers() -> None:
    about = " ".join(page("data-model.md").split())
    assert f"a line has at most {yamltext.MAX_LINE:,} bytes, a file {yamltext.MAX_BYTES >> 20} MiB" in about
    assert f"nested deeper than {yamltext.MAX_DEPTH}." in about
    assert f"the largest cell, {csv.field_size_limit():,} characters" in " ".join(page("ledger.md").split())


def test_every_verb_has_a_page_with_an_example_and_its_flags() -> None:
    pages = GENERATE._pages(GENERATE._command().commands)
    assert {"check", "cycles", "roundtrip", "neo4j load"} <= {name for name, _ in pages}
    for name, text in pages:
        assert f"```sh\ncircularity {name}" in text, name
        assert "|  | `" not in text
        assert not re.search(r"\|\s*\|\s*\|$", text, re.MULTILINE), name


def test_every_model_of_the_schema_is_in_the_data_model() -> None:
    assert set(SCHEMA["$defs"]) - {"Facts"} <= set(GENERATE.MODELS)


# the schema


def scalars_as_text(text: str) -> Any:
    """As circularity reads it."""
    return yaml.load(text, Loader=yaml.BaseLoader)


class _Core(yaml.SafeLoader):
    """As an editor reads it: YAML's core types, which have no dates."""


_Core.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool", ":merge"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


def scalars_as_values(text: str) -> Any:
    return yaml.load(text, Loader=_Core)


FILES = [
    *sorted(path for about in bundled("graphs").glob("*/dataset.yaml") for path in about.parent.rglob("*.yaml")),
    *sorted((DOCS / "example").glob("*.yaml")),
    *sorted((SAMPLES / "base").glob("*.yaml")),
]


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("read", [scalars_as_text, scalars_as_values])
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_the_schema_takes_what_is_right(file: Path, read: Any) -> None:
    errors = [
        f"{list(e.absolute_path)}: {e.message[:200]}"
        for e in VALIDATOR.iter_errors(read(file.read_text(encoding="utf-8")))
    ]
    assert errors == []


@pytest.mark.parametrize(
    "code",
    ["unknown-key", "missing-key", "bad-value", "bad-id", "bad-amount", "unknown-kind", "yaml-shape", "bad-percent"],
)
def test_the_schema_tells_what_is_wrong_in_one_fact(code: str) -> None:
    text = (SAMPLES / f"{code}.yaml").read_text(encoding="utf-8")
    assert not VALIDATOR.is_valid(scalars_as_values(text))


def test_the_schema_tells_dates_where_formats_are_checked() -> None:
    strict = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker(["date"]))
    text = (SAMPLES / "bad-date.yaml").read_text(encoding="utf-8")
    assert not strict.is_valid(scalars_as_values(text))


AMOUNTS = [
    "30bn", "up to 30bn", "at least 2bn", "2bn..3bn", "2bn..2.5bn..3bn", "undisclosed", "1_000", "2e9", "1.5 bn", " 7 ", "0",
    "-1", "30BN", "$5", "1,000", "..", "1..2..3..4", "NaN", "up to", "1e999", ".5", "x", "",
]  # fmt: skip


@pytest.mark.parametrize("text", AMOUNTS, ids=repr)
def test_schema_and_reader_agree_on_amounts(text: str) -> None:
    leg = {"id": "x", "payer": "a", "payee": "b", "kind": "loan", "amount": text}
    facts = {"deals": [{"id": "d", "title": "D", "legs": [leg]}]}
    try:
        parse_amount(text)
        readable = True
    except ValueError:
        readable = False
    assert VALIDATOR.is_valid(facts) is readable


# examples


def test_the_example_is_a_dataset_without_a_flaw() -> None:
    facts, problems = load_dataset(DOCS / "example")
    assert [(problem.code, problem.severity) for problem in problems] == [("conflict", "note")]
    assert len(facts.legs()) >= 7
    for file in ("dataset.yaml", "facts.yaml"):
        assert (DOCS / "example" / file).read_text(encoding="utf-8").strip() in page("data-model.md")


def test_the_example_shows_what_the_page_says() -> None:
    """Partly paid: the promise of 8bn, or the 2bn paid. The framework of 5bn leaves 3.5bn beside its part."""
    graph = open_graph(DOCS / "example")

    def amounts(status: str) -> dict[str, int | None]:
        legs = graph.view(status=status).legs
        return dict(zip(legs.id, legs.amount, strict=True))

    assert amounts("committed")["acme-beta-investment"] == 8_000_000_000
    assert amounts("partly_paid") == {"acme-beta-investment": 2_000_000_000}
    assert amounts("paid") == {}
    assert amounts("committed")["beta-cirrus-compute"] == 3_500_000_000
    assert amounts("committed")["cirrus-acme-systems"] is None
    assert [item.amount for item in graph.view().legs.outside] == [3_000_000_000]


def test_the_table_of_amounts_is_what_is_read() -> None:
    rows = re.findall(r"^\| `([^`{]+)`[^|]*\| ([^|]*)\| ([^|]*)\| ([^|]*)\|$", page("data-model.md"), re.MULTILINE)
    forms = [
        (text, bounds) for text, *bounds in rows if text.startswith(("undisclosed", "up", "at")) or text[0].isdigit()
    ]
    assert len(forms) == 6
    for text, bounds in forms:
        assert parse_amount(text) == Amount(*(parse_number(bound) if bound.strip() else None for bound in bounds)), text


def test_the_example_of_a_ledger_has_no_flaw(tmp_path: Path) -> None:
    (block,) = re.findall(r"```csv\n(.*?)```", page("ledger.md"), re.DOTALL)
    (tmp_path / "ledger.csv").write_text(block, encoding="utf-8")
    ledger, problems = load_ledger(tmp_path / "ledger.csv")
    assert problems == []
    assert ledger.table.kind == ["equity_cash", "purchase", "payment"]
    assert len(ledger.table.outside) == 1


def test_the_example_can_be_copied(tmp_path: Path) -> None:
    copied = Path(shutil.copytree(DOCS / "example", tmp_path / "mine"))
    assert open_graph(copied).sha256 == open_graph(DOCS / "example").sha256


# links


def links() -> Iterator[tuple[Path, str]]:
    for path in PAGES:
        text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if not target.startswith(("http://", "https://")):
                yield path, target


def anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")


def test_links_lead_somewhere() -> None:
    found = list(links())
    assert found
    lost = []
    for path, target in found:
        name, _, spot = target.partition("#")
        file = path.parent / name if name else path
        there = file.exists()
        if there and spot and file.suffix == ".md":
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            there = spot in map(anchor, headings)
        if not there:
            lost.append(f"{path.name}: {target}")
    assert lost == []
