"""A data package: tables whose keys hold and whose sums are the graph's, one JSON object that reads back, schemas that fit."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow.parquet as parquet
import pytest
import yaml

from circularity.analysis.circulation import circulation
from circularity.errors import UsageError
from circularity.graph.lens import Lens
from circularity.graph.toys import triangle
from circularity.graph.view import View, view_dataset
from circularity.io.dataset import load_dataset
from circularity.load import open_graph
from circularity.model.deals import Link
from circularity.views.package import exact, package_files, package_tables
from tests.datasets import account, dataset, leg
from tests.stores.conftest import TOY
from tests.test_problems import SAMPLES

Files = dict[str, bytes]
TABLES = (
    "parties", "deals", "legs", "history", "links", "schedule", "sources", "evidence", "conflicts", "accounts", "estimates",
    "claims",
)  # fmt: skip


@pytest.fixture(scope="module", params=["ai", "article", "precedents", "toy"])
def view(request: pytest.FixtureRequest) -> View:
    return open_graph(TOY if request.param == "toy" else request.param).view()


@pytest.fixture(scope="module")
def files(view: View) -> Files:
    return package_files(view)


def rows(files: Files, table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[f"{table}.csv"].decode())))


def descriptor(files: Files) -> Any:
    return json.loads(files["datapackage.json"])


def test_what_is_in_the_folder(files: Files) -> None:
    both = [f"{table}.{style}" for table in TABLES for style in ("csv", "parquet")]
    assert set(files) == {*both, "dataset.json", "dataset.schema.json", "datapackage.json", "README.md"}


def test_the_same_bytes_each_time(view: View, files: Files) -> None:
    assert package_files(view) == files


def test_the_descriptor_knows_every_file(view: View, files: Files) -> None:
    about = descriptor(files)
    assert about["version"] == view.version
    assert about["name"].endswith("toy") or about["licenses"][0]["name"] == "CC-BY-4.0"
    paths = {resource["path"]: resource for resource in about["resources"]}
    assert set(paths) == set(files) - {"datapackage.json", "README.md"}
    for path, resource in paths.items():
        assert resource["bytes"] == len(files[path])
        assert resource["hash"] == f"sha256:{hashlib.sha256(files[path]).hexdigest()}"
    assert len({resource["name"] for resource in about["resources"]}) == len(paths)


def test_fields_are_those_of_the_files_and_money_has_its_unit(files: Files) -> None:
    for table in TABLES:
        (resource,) = (r for r in descriptor(files)["resources"] if r["name"] == table)
        fields = resource["schema"]["fields"]
        head = next(csv.reader(io.StringIO(files[f"{table}.csv"].decode())))
        assert head == [field["name"] for field in fields]
        assert parquet.read_schema(io.BytesIO(files[f"{table}.parquet"])).names == head
        assert all(field["description"] for field in fields)
        units = {field["name"]: field.get("unit") for field in fields if "amount" in field["name"]}
        assert all(unit == "USD" for name, unit in units.items() if not name.startswith("original_"))


def test_keys_hold(files: Files) -> None:
    held = 0
    for resource in descriptor(files)["resources"]:
        for key in resource.get("schema", {}).get("foreignKeys", ()):
            target = key["reference"]["resource"] or resource["name"]
            ids = {row[key["reference"]["fields"]] for row in rows(files, target)}
            named = {row[key["fields"]] for row in rows(files, resource["name"])} - {""}
            assert named <= ids, (resource["name"], key)
            held += len(named)
        if resource.get("schema", {}).get("primaryKey"):
            ids_ = [row["id"] for row in rows(files, resource["name"])]
            assert len(ids_) == len(set(ids_))
    assert held
    facts = {"leg": "legs", "account": "accounts", "claim": "claims", "estimate": "estimates"}
    for table in ("evidence", "conflicts"):
        for row in rows(files, table):
            assert row["fact"] in {other["id"] for other in rows(files, facts[row["about"]])}


def test_values_are_of_their_types_and_parquet_has_the_same(files: Files) -> None:
    for resource in descriptor(files)["resources"]:
        if "schema" not in resource:
            continue
        types = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
        binary = parquet.read_table(io.BytesIO(files[f"{resource['name']}.parquet"])).to_pylist()
        text = rows(files, resource["name"])
        assert len(binary) == len(text)
        for plain, typed in zip(text, binary, strict=True):
            for name, kind in types.items():
                assert same(plain[name], typed[name], kind), (resource["name"], name, plain[name], typed[name])


def same(text: str, value: Any, kind: str) -> bool:
    if value is None or text == "":
        return value is None and text == ""
    if kind == "number":
        return Decimal(text).quantize(Decimal("1e-12")) == value
    if kind == "boolean":
        return text == str(value).lower()
    if kind == "date":
        return text == value.isoformat()
    return text.replace("\r", "\n") in (str(value), f"'{value}")


def test_sums_are_the_graphs(view: View, files: Files) -> None:
    """What counts, over flows of cash, is the gross sum; every leg and deal is there whatever the lens."""
    legs = rows(files, "legs")
    money = [row["counted_amount"] for row in legs if row["flow"] == row["cash"] == "true" and row["counted_amount"]]
    assert sum(map(Decimal, money)) == circulation(view).gross
    assert view.facts
    assert len(legs) == len(view.facts.legs())
    assert len(rows(files, "deals")) == len(view.facts.deals)
    assert len(rows(files, "history")) == sum(len(one.history) for _, one in view.facts.legs())
    assert len(rows(files, "sources")) == len(view.facts.sources)
    assert {row["id"] for row in legs if row["counts"] == "true"} == {view.legs.id[row] for row in view.measured} & {
        row["id"] for row in legs
    }


def test_the_whole_fits_its_schema(files: Files) -> None:
    whole, schema = json.loads(files["dataset.json"]), json.loads(files["dataset.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker(["date"]))
    assert [error.message[:200] for error in checker.iter_errors(whole)] == []
    whole["deals"] = [{"id": "x"}]
    assert not checker.is_valid(whole)


def test_the_whole_reads_back_as_the_same_facts(view: View, files: Files, tmp_path: Path) -> None:
    whole = json.loads(files["dataset.json"])
    for name, value in (("dataset.yaml", whole.pop("description")), ("facts.yaml", whole)):
        (tmp_path / name).write_text(yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=10**6), "utf-8")
    data = load_dataset(tmp_path)[0]
    facts = view.facts
    assert facts
    assert (data.description, data.sources, data.parties, data.deals) == (
        facts.description, facts.sources, facts.parties, facts.deals,
    )  # fmt: skip
    assert (data.accounts, data.claims, data.estimates) == (facts.accounts, facts.claims, facts.estimates)


def test_the_lens_says_what_counts_and_hides_nothing() -> None:
    """A loan of 10 with a part of 4: 6 beside it. At the floor paid nothing counts; all rows stay."""
    data = dataset(
        leg("all", "a>b", "loan", "committed 2025-01-01 10"),
        leg("part", "a>b", "loan", "committed 2025-01-01 4", part_of="all"),
        leg("open", "a>b", "loan", "committed 2025-01-01"),
        leg("gone", "a>b", "loan", "committed 2025-01-01 9", "cancelled 2025-02-01"),
        leg("goods", "a>b", "in_kind", "committed 2025-01-01 7"),
    )

    def cells(lens: Lens) -> dict[str, tuple[str, ...]]:
        found = rows(package_files(view_dataset(data, lens)), "legs")
        return {row["id"]: (row["amount"], row["status"], row["counts"], row["counted_amount"]) for row in found}

    assert cells(Lens()) == {
        "all": ("10", "committed", "true", "6"),
        "part": ("4", "committed", "true", "4"),
        "open": ("", "committed", "true", ""),
        "gone": ("9", "cancelled", "false", ""),
        "goods": ("7", "committed", "true", "7"),
    }
    assert {cell[2:] for cell in cells(Lens(status="paid")).values()} == {("false", "")}


def test_what_names_nothing_that_is_there_is_left_out() -> None:
    """Bad facts are problems; the tables stay whole."""
    data = dataset(
        leg("x", "a>b", "loan", "paid 2025-01-01 1", part_of="nowhere", links=(Link(type="guarantees", leg="nowhere"),))
    )
    data = replace(data, parties={"a": data.parties["a"]})
    found = {table.name: table for table in package_tables(view_dataset(data, Lens()))}
    assert [row[0] for row in found["parties"].rows] == ["a", "outside"]
    assert found["legs"].rows == found["history"].rows == found["links"].rows == []


def test_two_lines_of_one_period_have_ids_of_their_own() -> None:
    twice = account("a", "2025-01-01", "2025-12-31", revenue="1")
    data = dataset(leg("x", "a>b", "loan", "paid 2025-01-01 1"), accounts=(twice, twice))
    found = {table.name: table for table in package_tables(view_dataset(data, Lens()))}
    assert [row[0] for row in found["accounts"].rows] == [
        "a/2025-01-01/2025-12-31/revenue", "a/2025-01-01/2025-12-31/revenue#2",
    ]  # fmt: skip


HOSTILE = (
    "=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2+3", "</script><script>alert(1)</script>", "a\r\nb\rc", "\x1b[31m",
    "[x](javascript:alert(1))", '"quoted", \\', "\u202egnp",
)  # fmt: skip


def test_hostile_text_is_inert_and_exact_where_no_spreadsheet_reads_it() -> None:
    data = dataset(*(leg(f"x{n}", "a>b", "loan", "paid 2025-01-01 1", note=text) for n, text in enumerate(HOSTILE)))
    about = data.description.model_copy(update={"title": HOSTILE[4], "scope": HOSTILE[7], "licence": HOSTILE[0]})
    files = package_files(view_dataset(replace(data, description=about), Lens()))
    cells = [cell for row in csv.reader(io.StringIO(files["legs.csv"].decode())) for cell in row if cell]
    assert not [cell for cell in cells if cell[0] in "=+@" or (cell[0] == "-" and not cell[1:].isdigit())]
    assert len(rows(files, "legs")) == len(HOSTILE)
    notes = parquet.read_table(io.BytesIO(files["legs.parquet"])).column("note").to_pylist()
    assert notes == list(HOSTILE)
    assert [deal["legs"][0]["note"] for deal in json.loads(files["dataset.json"])["deals"]] == list(HOSTILE)
    text = files["README.md"].decode()
    assert "<script" not in text.replace("\\<script", "")
    assert "](javascript" not in text.replace("\\](javascript", "")


def test_a_ledger_has_no_facts_to_pack() -> None:
    with pytest.raises(UsageError, match="export csv or parquet"):
        package_files(triangle())


@pytest.mark.parametrize(
    ("value", "text"), [("10", "10"), ("1E+9", "1000000000"), ("0.50", "0.5"), ("100", "100"), ("0.000718", "0.000718")]
)
def test_numbers_are_plain_and_exact(value: str, text: str) -> None:
    assert exact(Decimal(value)) == text


def test_a_dataset_with_errors_is_packed_as_far_as_it_is_right(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SAMPLES / "base", tmp_path / "dataset"))
    shutil.copy(SAMPLES / "unknown-party.yaml", folder / "flaw.yaml")
    graph = open_graph(folder)
    assert {problem.code for problem in graph.problems} == {"unknown-party"}
    files = package_files(graph.view())
    named = {row[end] for row in rows(files, "legs") for end in ("payer", "payee")}
    assert named <= {row["id"] for row in rows(files, "parties")}
