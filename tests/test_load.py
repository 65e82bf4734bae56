"""Opening a graph by name, folder, file or standard input."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

import circularity
from circularity.errors import UsageError
from circularity.graph.lens import Lens
from circularity.load import open_graph
from circularity.problems import Problem
from circularity.resources import bundled, bundled_graphs
from tests.ledgers import run, write
from tests.test_problems import SAMPLES

ROWS = [("1", "2025-01-01", "a", "b", "loan", "5"), ("2", "2025-01-02", "b", "a", "purchase", "7.5")]


def test_a_bundled_graph() -> None:
    graph = open_graph("ai")
    assert graph.name == "ai"
    assert graph.dataset is not None
    assert len(graph.sha256) == 64
    assert open_graph().sha256 == graph.sha256


def test_a_description_that_cannot_be_read_bounds_no_dates(tmp_path: Path) -> None:
    (tmp_path / "dataset.yaml").write_text("")
    assert open_graph(str(tmp_path)).default.as_of is None


def test_every_bundled_graph_opens() -> None:
    assert "ai" in bundled_graphs()
    for name in bundled_graphs():
        assert open_graph(name).dataset is not None
        assert (bundled("graphs") / name / "dataset.yaml").is_file()


def test_a_folder_opens_with_its_own_lens() -> None:
    graph = open_graph(SAMPLES / "base")
    assert (graph.name, graph.version, graph.problems) == ("base", "1", ())
    assert graph.default == Lens(as_of="2025-12-31", status="committed")


def test_a_ledger_opens_with_the_lens_of_ledgers(tmp_path: Path) -> None:
    graph = open_graph(write(tmp_path / "books.csv", ROWS))
    assert (graph.name, graph.version, graph.dataset, graph.problems) == ("books", "", None, ())
    assert graph.default == Lens(status="rumoured", amount="point", complete="none")
    legs = graph.view().legs
    assert [legs.money(amount) for amount in legs.amount if amount is not None] == [Decimal(5), Decimal("7.5")]


def test_a_bundled_name_comes_before_a_folder_of_that_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SAMPLES / "base", tmp_path / "ai")
    monkeypatch.chdir(tmp_path)
    assert open_graph("ai").name == "ai"
    assert open_graph("./ai").name == "base"


def test_keywords_change_the_default_lens() -> None:
    graph = open_graph(SAMPLES / "base")
    assert len(graph.view(kinds=("purchase",)).measured) == 1
    assert graph.view(amount="high").lens == Lens(as_of="2025-12-31", status="committed", amount="high")
    assert graph.view(Lens(), status="paid").lens == Lens(status="paid")


@pytest.mark.parametrize(
    "where", ["", "aii", "nowhere.csv", "/none/at/all", "x" * 300, "x" * 100_000, "a\0b", "\udce9", "</script>", "=cmd()", "https://x.example"],
    ids=lambda where: repr(where[:16]),
)  # fmt: skip
def test_what_is_no_graph(where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if where == "":
        monkeypatch.chdir(tmp_path)  # the empty path is the folder one is in
    with pytest.raises(UsageError) as caught:
        open_graph(where)
    assert len(str(caught.value)) < 600


def test_a_mistyped_name_suggests_the_right_one() -> None:
    with pytest.raises(UsageError, match="did you mean 'ai'"):
        open_graph("aii")


def test_a_folder_that_is_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"has no dataset\.yaml"):
        open_graph(tmp_path)


def test_bad_data_raises_nothing(tmp_path: Path) -> None:
    graph = open_graph(write(tmp_path / "books.csv", [*ROWS, ("3", "2025-01-03", "a", "b", "loan", "-1")]))
    assert [problem.code for problem in graph.problems] == ["bad-amount"]
    assert isinstance(graph.problems[0], Problem)
    assert len(graph.view().legs) == 2


def test_a_graph_is_the_same_by_the_library_and_by_the_command_line() -> None:
    said = json.loads(run("check", "-g", SAMPLES / "base", "--format", "json").stdout)
    graph = circularity.open_graph(SAMPLES / "base")
    assert said["graph"] == {"name": graph.name, "version": graph.version, "sha256": graph.sha256}
    assert said["lens"] == graph.default.as_json()
    assert said["version"] == circularity.__version__


@pytest.mark.parametrize("graph", ["ai", "stakes-over-100.yaml", "similar-names.csv"])
def test_same_bytes_under_any_hash_seed(graph: str, tmp_path: Path) -> None:
    where: Path | str = "ai"
    if graph.endswith(".yaml"):
        where = Path(shutil.copytree(SAMPLES / "base", tmp_path / "dataset"))
        shutil.copy(SAMPLES / graph, where / "flaw.yaml")
    elif graph.endswith(".csv"):
        where = SAMPLES / graph
    printed = []
    for seed in ("0", "1", "4294967295"):
        command = [sys.executable, "-m", "circularity", "check", "-g", str(where), "--format", "json"]
        done = subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed})
        assert done.returncode in (0, 1)
        printed.append(done.stdout)
    assert json.loads(printed[0])["schema"] == "circularity.check/1"
    assert printed[1] == printed[2] == printed[0]
