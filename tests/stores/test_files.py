"""Files that fill a Neo4j without this tool hold what the tool loads, to the property: tried on a real server."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
from typing import Any

import pytest

from circularity.errors import WorldError
from circularity.graph.lens import Lens
from circularity.graph.toys import Row, build, vendor_loop
from circularity.graph.view import View, view_dataset
from circularity.load import open_graph
from circularity.model.kinds import KINDS
from circularity.stores import server as server_module
from circularity.stores.files import store_files
from circularity.stores.neo4j import Neo4jStore
from circularity.stores.queries import statements
from circularity.stores.records import records_of
from tests.datasets import dataset, leg
from tests.stores.conftest import ON_CI, TOY
from tests.stores.test_neo4j import HOSTILE, everything

DATA = dataset(
    leg("x", "v>c", "in_kind", "paid 2025-01-01 5"),
    leg("y", "c>v", "purchase", "committed 2025-02-01 2..3..4"),
    leg("z", "v>c", "stake", "paid 2025-01-01"),
)


def toy() -> View:
    return open_graph(TOY).view()


def cypher(view: View) -> str:
    return store_files(view, "cypher")[""].decode()


def table(view: View, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(store_files(view, "neo4j-csv")[name].decode())))


def hostile() -> View:
    rows: list[Row] = [("2025-01-01", name, "other", "loan", n + 1) for n, name in enumerate(HOSTILE)]
    return build(*rows)


def test_types_come_from_the_kinds_table_and_amounts_are_floats() -> None:
    text = cypher(view_dataset(DATA, Lens()))
    for kind in ("in_kind", "purchase", "stake"):
        assert f"[r:{KINDS[kind].neo4j} " in text
    assert "amount: 3.0, amount_low: 2.0, amount_high: 4.0, currency: 'USD'" in text
    assert "MERGE (n:Deal {id: 'deal-y'})" in text
    assert "MERGE (g:Graph {name: 'toy'})" in text


def test_tables_have_the_columns_of_the_model() -> None:
    rows = {row["id"]: row for row in table(view_dataset(DATA, Lens()), "legs.csv")}
    assert set(rows) == {"x", "x/purchase", "y", "z"}
    y = rows["y"]
    assert (y["amount:double"], y["amount_low:double"], y["amount_high:double"]) == ("3.0", "2.0", "4.0")
    assert (y["currency"], y["cash:boolean"], y["deal_id"], y[":TYPE"]) == ("USD", "true", "deal-y", "BUYS_FROM")
    assert rows["z"]["amount:double"] == ""
    assert [row["name"] for row in table(view_dataset(DATA, Lens()), "graph.csv")] == ["toy"]


def test_tables_fit_together() -> None:
    view = open_graph("ai").view()
    ids = {name: {row[key] for row in table(view, name)} for name, key in (
        ("parties.csv", "id:ID"), ("deals.csv", "id:ID(Deal)"), ("sources.csv", "id:ID(Source)"),
    )}  # fmt: skip
    legs, said = table(view, "legs.csv"), table(view, "statements.csv")
    assert {end for row in legs for end in (row[":START_ID"], row[":END_ID"])} <= ids["parties.csv"]
    assert {row["deal_id"] for row in legs} == ids["deals.csv"]
    assert {row[":END_ID(Source)"] for row in said} == ids["sources.csv"]
    assert {row[":START_ID(Deal)"] for row in said} <= ids["deals.csv"]
    assert len(legs) == sum(map(len, records_of(view).legs.values())) > 300


def test_no_cell_is_a_formula() -> None:
    view = build(("2025-01-01", "=cmd()", "+1", "loan", 1), ("2025-01-01", "@x", "-a", "loan", 2))
    cells = [cell for name in ("parties.csv", "legs.csv") for row in table(view, name) for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "-"))]


@pytest.mark.parametrize("style", ["cypher", "neo4j-csv"])
def test_an_empty_graph(style: str) -> None:
    assert all(store_files(build(), style).values())


# on a server


def run_file(store: Neo4jStore, text: str) -> None:
    """As a shell does: one statement after the other."""
    with store._session(write=True) as session:
        for line in text.splitlines():
            session.run(line.removesuffix(";")).consume()


@pytest.mark.neo4j
@pytest.mark.parametrize("view", [toy, vendor_loop, hostile], ids=lambda make: make.__name__)
def test_the_statements_make_what_the_tool_loads(clean: Neo4jStore, view: Any) -> None:
    """Once and twice; the tool then knows the graph as its own."""
    shown = view()
    clean.load(shown)
    loaded = everything(clean)
    assert len(loaded) > 4
    with clean._session(write=True) as session:
        session.run("MATCH (n) DETACH DELETE n").consume()
    run_file(clean, cypher(shown))
    assert everything(clean) == loaded
    run_file(clean, cypher(shown))
    assert everything(clean) == loaded
    assert clean.status()["graph"]["complete"] is True
    clean.load(shown)
    assert everything(clean) == loaded


@pytest.mark.neo4j
def test_a_shell_splits_the_file_at_its_lines() -> None:
    """No text of the data ends a statement or a line."""
    text = cypher(hostile())
    assert len(statements(text)) == len(text.splitlines())


@pytest.fixture(scope="module")
def importer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A server whose database was made by `neo4j-admin database import` from the tables of a view."""
    try:
        java = server_module._Java([server_module.RELEASES[server_module.DEFAULT]])
        java.fetch(server_module.silent)
    except WorldError as error:
        (pytest.fail if ON_CI else pytest.skip)(str(error))

    def imported(view: View) -> list[list[Any]]:
        home = tmp_path_factory.mktemp("import")
        for name, data in store_files(view, "neo4j-csv").items():
            (home / name).write_bytes(data)
        java.command(home, 1, 2)
        nodes = [f"--nodes={home / name}" for name in ("parties.csv", "deals.csv", "sources.csv", "graph.csv")]
        legs = [f"--relationships={home / name}" for name in ("legs.csv", "statements.csv")]
        path = os.pathsep.join(str(part / "*") for part in (home / "conf", java.jars))
        command = [
            str(java.java),
            "-Xmx512m",
            "-cp",
            path,
            "org.neo4j.cli.AdminTool",
            "database",
            "import",
            "full",
            "neo4j",
        ]
        done = subprocess.run(
            [*command, *nodes, *legs, "--multiline-fields=true"], capture_output=True, text=True, timeout=280, cwd=home,
            env={**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")},
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        with (
            server_module._running(java, home, server_module.silent) as up,
            Neo4jStore(up.uri, up.username, up.password) as store,
        ):
            return everything(store)

    return imported


def canonical(rows: list[list[Any]]) -> list[str]:
    """An importer keeps properties in an order of its own."""
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


@pytest.mark.neo4j
def test_the_tables_are_imported_as_what_the_tool_loads(importer: Any, clean: Neo4jStore) -> None:
    clean.load(toy())
    assert canonical(importer(toy())) == canonical(everything(clean))
