"""Cypher without a server."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from circularity.errors import MissingExtra, UsageError
from circularity.graph.toys import triangle, vendor_loop
from circularity.stores.embedded import EmbeddedStore


def test_it_answers() -> None:
    with EmbeddedStore(vendor_loop()) as store:
        columns, rows = store.query(
            "MATCH (a:Party)-[r]->(b) WHERE r.amount > $least RETURN a.id AS a, r.amount AS amount", {"least": 11}
        )
    assert (columns, rows) == (["a", "amount"], [["customer", 12.0]])


def test_values_are_json() -> None:
    with EmbeddedStore(vendor_loop()) as store:
        answer = store.query(
            "RETURN 1 AS i, 1.5 AS f, 'x' AS s, true AS b, null AS n, [1, [2.0]] AS l, {a: 1} AS m, date('2025-01-31') AS d"
        )
        assert answer.rows == [[1, 1.5, "x", True, None, [1, [2.0]], {"a": 1}, "2025-01-31"]]
        assert [type(value) for value in answer.rows[0][:4]] == [int, float, str, bool]
        assert store.query("MATCH (n:Nobody) RETURN n.a AS a, n.b AS b") == (["a", "b"], [])
        ((path,),) = store.query("MATCH p = (:Party {id: 'vendor'})-[r]->(b) RETURN p").rows
        assert [part.get("type", part.get("labels")) for part in path] == [
            ["Party", "Unclassified"], "INVESTS_IN", ["Party", "Unclassified"],
        ]  # fmt: skip


@pytest.mark.parametrize("text", [
    "MATCH (a RETURN a", "RETURN $unknown AS x", "MATCH (n) RETURN m", "RETURN 1/0 AS x",
    "CREATE (n:X) RETURN 1 AS x", "MATCH (n) DETACH DELETE n",
])  # fmt: skip
def test_a_wrong_query_is_a_wrong_call(text: str) -> None:
    with EmbeddedStore(triangle()) as store:
        with pytest.raises(UsageError, match="Cypher: ") as caught:
            store.query(text)
        assert "com.arcadedb" not in str(caught.value)
        assert store.query("MATCH (n:Party) RETURN count(n) AS n").rows == [[3]]


def test_nothing_is_left_behind() -> None:
    before = set(Path(tempfile.gettempdir()).glob("circularity-cypher-*"))
    with EmbeddedStore(triangle()) as store:
        inside = set(Path(tempfile.gettempdir()).glob("circularity-cypher-*")) - before
        store.query("RETURN 1 AS one")
    assert len(inside) == 1
    assert set(Path(tempfile.gettempdir()).glob("circularity-cypher-*")) & inside == set()


def test_it_says_nothing_and_writes_nothing_beside_the_user(tmp_path: Path) -> None:
    """Java and the engine log to the terminal and to a folder `log` by themselves."""
    script = (
        "from circularity.graph.toys import triangle; from circularity.stores.embedded import EmbeddedStore\n"
        "with EmbeddedStore(triangle()) as store: print(store.query('MATCH (n:Party) RETURN count(n) AS n').rows)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("[[3]]\n", "")
    assert list(tmp_path.iterdir()) == []


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "arcadedb_embedded", None)
    with pytest.raises(MissingExtra, match=r"circularity\[cypher\]") as caught, EmbeddedStore(triangle()):
        pass
    assert caught.value.exit_code == 3


def test_two_graphs_at_once() -> None:
    with EmbeddedStore(triangle()) as one, EmbeddedStore(vendor_loop()) as two:
        counts = [store.query("MATCH (n:Party) RETURN count(n) AS n").rows[0][0] for store in (one, two)]
    assert counts == [3, 2]
