"""A view in a real Neo4j: loaded twice it is there once, a second graph is refused, errors name the server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest

from circularity.errors import ServerError, UsageError
from circularity.graph.toys import build, triangle, vendor_loop
from circularity.graph.view import View
from circularity.load import open_graph
from circularity.model.kinds import KINDS
from circularity.stores import neo4j as store_module
from circularity.stores.embedded import EmbeddedStore
from circularity.stores.neo4j import Login, Neo4jStore
from circularity.stores.records import LONGEST_ID, records_of
from tests.stores.conftest import TOY
from tests.stores.conftest import Login as Access

pytestmark = pytest.mark.neo4j

HOSTILE = (
    "</script><script>alert(1)</script>",
    "=cmd()|' /C calc'!A1",
    "`}) DETACH DELETE n //",
    "' OR 1=1; MATCH (n) DETACH DELETE n; //",
    '"quoted" \\" \\u0027 \\',
    "\u202egnp.exe\u202c \u200f\u0000\u0007",
    "x" * 10_000,
    "𝔘nicode 🏦",
)


def everything(store: Neo4jStore) -> list[list[Any]]:
    """All nodes and relationships with all of their properties, in one order."""
    nodes = store.query("MATCH (n) RETURN labels(n) AS l, properties(n) AS p").rows
    legs = store.query("MATCH (a)-[r]->(b) RETURN type(r) AS t, a.id AS a, b.id AS b, properties(r) AS p").rows
    return sorted([*nodes, *legs], key=repr)


def write(store: Neo4jStore, text: str) -> None:
    """Somebody else's write."""
    with store._session(write=True) as session:
        session.run(text).consume()


def renamed(view: View, name: str) -> View:
    return replace(view, name=name)


def toy() -> View:
    return open_graph(TOY).view()


def test_the_model_is_the_one_of_the_interface(clean: Neo4jStore) -> None:
    clean.load(toy())
    kinds = clean.query("MATCH (p:Party) RETURN p.id AS id, labels(p) AS labels ORDER BY id").rows
    assert [[key, sorted(labels)] for key, labels in kinds] == [
        ["bystander", ["Party", "Unclassified"]],
        ["coreweave", ["Neocloud", "Party"]],
        ["lab", ["AILab", "Party"]],
        ["landlord", ["Landlord", "Party"]],
        ["microsoft", ["Hyperscaler", "Party"]],
        ["nvidia", ["ChipMaker", "Party"]],
    ]
    legs = clean.query(
        "MATCH (a:Party)-[r]->(b:Party) RETURN r.id AS id, type(r) AS type, a.id AS a, b.id AS b ORDER BY id"
    ).rows
    assert ["lab-goods.1", "INVESTS_IN_KIND_IN", "nvidia", "lab"] in legs
    assert ["lab-goods.1/purchase", "BUYS_FROM", "lab", "nvidia"] in legs
    assert ["stakes.1", "HOLDS_STAKE_IN", "nvidia", "coreweave"] in legs
    assert ["backstop.1", "GUARANTEES", "nvidia", "coreweave"] in legs
    assert len(legs) == 18
    assert clean.query("MATCH (g:Graph) RETURN g.name, g.version, g.as_of, g.complete").rows == [
        ["toy", "1", "2026-01-31", True]
    ]


def test_a_leg_has_its_properties_and_no_amount_where_there_is_none(clean: Neo4jStore) -> None:
    clean.load(toy())
    rows = clean.query("MATCH (:Party)-[r {deal_id: 'chips'}]->() RETURN properties(r) AS leg ORDER BY r.id").rows
    first, second = ({key: value for key, value in leg.items() if key != "circularity"} for (leg,) in rows)
    assert first == {
        "id": "chips.1", "deal_id": "chips", "kind": "purchase", "amount": 12e9, "amount_low": 12e9, "amount_high": 12e9,
        "currency": "USD", "date": "2025-06-30", "status": "committed", "tier": "relayed", "cash": True,
    }  # fmt: skip
    assert second == {
        "id": "chips.2", "deal_id": "chips", "kind": "purchase", "currency": "USD", "status": "committed",
        "tier": "relayed", "cash": True,
    }  # fmt: skip


def test_deals_and_sources_are_joined_by_deal_id(clean: Neo4jStore) -> None:
    clean.load(toy())
    rows = clean.query(
        "MATCH ()-[r {id: 'equity.2'}]->() MATCH (d:Deal {id: r.deal_id})-[s:STATED_IN]->(x:Source) "
        "WHERE r.id IN s.leg_ids AND r.deal_id IN x.deal_ids RETURN d.title, s.status, x.id, x.url ORDER BY s.date"
    ).rows
    title = "Vendor funds customer twice"
    assert rows == [
        [title, "announced", "talk", "https://example.org/talk-3"],
        [title, "paid", "filing", "https://example.org/filing-1"],
    ]
    between = clean.query("MATCH (a:Party)-[r]-(b) WHERE NOT b:Party RETURN count(r) AS n").rows
    assert between == [[0]], "deal nodes are for reading: no walk from a party reaches one"


def test_a_ledger_has_unclassified_parties_and_no_sources(clean: Neo4jStore) -> None:
    counts = clean.load(vendor_loop())
    assert counts == {"parties": 2, "legs": 2, "deals": 2, "sources": 0}
    assert clean.query("MATCH (p:Party:Unclassified) RETURN p.id ORDER BY p.id").rows == [["customer"], ["vendor"]]
    assert "as_of" not in clean.status()["graph"]


def test_loading_twice_changes_nothing(clean: Neo4jStore) -> None:
    clean.load(toy())
    before = everything(clean)
    assert len(before) > 40
    clean.load(toy())
    assert everything(clean) == before
    clean.load(toy(), replace=True)
    assert everything(clean) == before


def test_loading_again_mends_what_was_damaged(clean: Neo4jStore) -> None:
    clean.load(toy())
    before = everything(clean)
    write(clean, "MATCH (:Party)-[r:BUYS_FROM]->() DELETE r")
    write(clean, "MATCH (p:Party {id: 'lab'}) SET p.name = 'changed'")
    clean.load(toy())
    assert everything(clean) == before


def test_a_second_graph_is_refused(clean: Neo4jStore) -> None:
    clean.load(toy())
    before = everything(clean)
    for other in (triangle(), open_graph(TOY).view(status="paid"), renamed(vendor_loop(), "toy")):
        with pytest.raises(UsageError, match="--replace") as caught:
            clean.load(other)
        assert caught.value.exit_code == 2
        assert clean.login.server in str(caught.value)
        assert everything(clean) == before


def test_replace_removes_ours_only(clean: Neo4jStore) -> None:
    clean.load(toy())
    write(clean, "CREATE (:Note {text: 'mine'})")
    write(clean, "CREATE (:Party {id: 'theirs'})-[:PAYS {id: '1', amount: 7.0}]->(:Party {id: 'also theirs'})")
    write(clean, "MATCH (p:Party {id: 'nvidia'}) CREATE (:Analyst {name: 'me'})-[:COVERS]->(p)")
    write(
        clean, "MATCH (a:Party {id: 'lab'}), (b:Party {id: 'nvidia'}) CREATE (a)-[:PAYS {id: '9', deal_id: '9'}]->(b)"
    )
    clean.load(triangle(), replace=True)
    assert clean.query("MATCH (p:Party) RETURN p.id ORDER BY p.id").rows == [
        ["a"],
        ["also theirs"],
        ["b"],
        ["c"],
        ["theirs"],
    ]
    assert clean.query("MATCH (:Party)-[r:PAYS]->(:Party) RETURN r.amount ORDER BY r.amount").rows == [
        [5.0],
        [7.0],
        [10.0],
        [20.0],
    ]
    assert clean.query("MATCH (n:Note) RETURN n.text").rows == [["mine"]]
    assert clean.query("MATCH (:Analyst)-[:COVERS]->(p) RETURN p.id, labels(p) AS l").rows == [["nvidia", []]]
    assert clean.query("MATCH (a)-[r:PAYS {id: '9'}]->(b) RETURN a.id, b.id").rows == [["lab", "nvidia"]]
    assert clean.query("MATCH (n) WHERE n:Deal OR n:Source RETURN count(n)").rows == [[3]]
    assert clean.query("MATCH (g:Graph) RETURN g.currency").rows == [["USD"]]


def test_replace_keeps_the_nodes_that_both_graphs_have(clean: Neo4jStore) -> None:
    clean.load(toy())
    write(clean, "MATCH (p:Party {id: 'nvidia'}) CREATE (:Analyst {name: 'me'})-[:COVERS]->(p)")
    clean.load(open_graph(TOY).view(status="paid"), replace=True)
    assert clean.query("MATCH (:Analyst)-[:COVERS]->(p:Party:ChipMaker) RETURN p.id").rows == [["nvidia"]]
    assert clean.query("MATCH (:Party)-[r]->(:Party) RETURN DISTINCT r.status").rows == [["paid"]]


def test_nodes_of_others_under_our_ids_are_not_taken_over(clean: Neo4jStore) -> None:
    write(clean, "CREATE (:Party {id: 'b', name: 'theirs'})")
    before = everything(clean)
    for replace_it in (False, True):
        with pytest.raises(UsageError, match="did not make"):
            clean.load(triangle(), replace=replace_it)
        assert everything(clean) == before


def test_constraints_are_there(clean: Neo4jStore) -> None:
    clean.load(triangle())
    names = [row[0] for row in clean.query("SHOW CONSTRAINTS YIELD name RETURN name").rows]
    assert {"party_id", "deal_id", "source_id", "graph_name"} <= set(names)


def test_hostile_text_stays_text(clean: Neo4jStore) -> None:
    names = sorted(set(HOSTILE))
    view = build(*(("", name, names[at - 1], "payment", at) for at, name in enumerate(names)))
    clean.load(view)
    with EmbeddedStore(view) as engine:
        for store in (clean, engine):
            assert sorted(row[0] for row in store.query("MATCH (p:Party) RETURN p.name AS name").rows) == names
            assert store.query("MATCH (:Party)-[r]->(:Party) RETURN DISTINCT type(r) AS t").rows == [["PAYS"]]
            for name in names:
                text = "MATCH (p:Party {name: $name})-[r]->() RETURN p.id AS id, count(r) AS n"
                ((key, count),) = store.query(text, {"name": name}).rows
                assert count == 1
                assert key == name if len(name) <= LONGEST_ID else len(key) < LONGEST_ID + 20


def test_every_kind_of_leg_has_its_type(clean: Neo4jStore) -> None:
    kinds = [kind for kind in KINDS.values() if kind.id != "external"]
    clean.load(build(*(("", "a", "b", kind.id, 1) for kind in kinds)))
    types = clean.query("MATCH ()-[r]->() RETURN DISTINCT type(r) AS t ORDER BY t").rows
    assert [row[0] for row in types] == sorted(kind.neo4j for kind in kinds)


def test_status(clean: Neo4jStore) -> None:
    assert clean.status()["graph"] is None
    clean.load(toy())
    found = clean.status()
    assert found["server"] == clean.login.server
    assert found["edition"] == "community"
    assert (found["graph"]["name"], found["graph"]["complete"]) == ("toy", True)
    assert {key: found[key] for key in ("parties", "legs", "deals", "sources")} == records_of(toy()).counts


@pytest.mark.parametrize(
    "text", ["MATCH (a RETURN a", "RETURN $unknown", "MATCH (n) RETURN m", "RETURN 1/0", "CALL no.such()"]
)
def test_a_wrong_query_is_a_wrong_call(store: Neo4jStore, text: str) -> None:
    with pytest.raises(UsageError, match="Cypher"):
        store.query(text)


@pytest.mark.parametrize(
    "text", ["CREATE (n:X) RETURN 1", "MATCH (n) DETACH DELETE n", "CREATE INDEX FOR (n:X) ON (n.y)"]
)
def test_a_query_only_reads(store: Neo4jStore, text: str) -> None:
    with pytest.raises(UsageError):
        store.query(text)
    assert store.query("MATCH (n:X) RETURN count(n)").rows == [[0]]


def test_values_are_json(store: Neo4jStore) -> None:
    answer = store.query(
        "RETURN 1 AS i, 1.5 AS f, 'x' AS s, true AS b, null AS n, [1, [2.0]] AS l, {a: 1} AS m, "
        "date('2025-01-31') AS d, duration('P1D') AS p, 0.0/0.0 AS nan, point({x: 1, y: 2}) AS xy"
    )
    assert answer.columns == ["i", "f", "s", "b", "n", "l", "m", "d", "p", "nan", "xy"]
    assert answer.rows[0][:10] == [1, 1.5, "x", True, None, [1, [2.0]], {"a": 1}, "2025-01-31", "P1D", None]
    assert store.query("MATCH (n:Nobody) RETURN n.a AS a, n.b AS b") == (["a", "b"], [])


SECRET = "s3cret-Passw0rd"


def test_a_server_that_is_down() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"bolt://127.0.0.1:{taken.getsockname()[1]}"
        with (
            pytest.raises(ServerError, match="no Neo4j answers at " + address) as caught,
            Neo4jStore(address, "neo4j", SECRET) as down,
        ):
            down.load(triangle())
    assert caught.value.exit_code == 3
    assert SECRET not in str(caught.value) + repr(caught.value)


def test_a_refused_password(login: Access) -> None:
    with pytest.raises(ServerError, match="refused") as caught, Neo4jStore(login[0], "neo4j", SECRET) as refused:
        refused.status()
    assert SECRET not in str(caught.value) + repr(refused.login)
    assert login[0] in str(caught.value)


def test_a_database_that_does_not_exist(login: Access) -> None:
    with pytest.raises(ServerError, match="no database 'nowhere'"), Neo4jStore(*login[:3], "nowhere") as other:
        other.status()


@pytest.mark.parametrize("address", ["http://127.0.0.1:7474", "127.0.0.1:7687", "", "bolt://user:hidden@:x"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises((UsageError, ServerError)) as caught, Neo4jStore(address, "neo4j", SECRET) as wrong:
        wrong.status()
    assert "hidden" not in str(caught.value)
    assert SECRET not in str(caught.value)


def test_the_password_is_taken_out_of_whatever_the_server_says(
    store: Neo4jStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "login", Login(store.login.uri, "neo4j", SECRET))
    with pytest.raises(UsageError) as caught:
        store.query(f"RETURN {SECRET.replace('-', '')} {SECRET}")
    assert SECRET not in str(caught.value)


@contextmanager
def dropping(uri: str, after: int) -> Iterator[str]:
    """A way to the server that breaks once the client has sent so many bytes."""
    host, port = uri.rpartition("/")[2].split(":")
    with closing(socket.create_server(("127.0.0.1", 0))) as door:

        def pump(source: socket.socket, target: socket.socket, left: int | None) -> None:
            try:
                while data := source.recv(4096):
                    if left is not None:
                        left -= len(data)
                        if left <= 0:
                            break
                    target.sendall(data)
            except OSError:
                pass
            for end in (source, target):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

        def serve() -> None:
            while True:
                try:
                    client = door.accept()[0]
                except OSError:
                    return
                beyond = socket.create_connection((host, int(port)))
                threading.Thread(target=pump, args=(client, beyond, after), daemon=True).start()
                threading.Thread(target=pump, args=(beyond, client, None), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"bolt://127.0.0.1:{door.getsockname()[1]}"


@pytest.mark.parametrize("after", [2_000, 6_000, 9_000])
def test_a_server_that_dies_half_way_leaves_nothing(clean: Neo4jStore, login: Access, after: int) -> None:
    with (
        dropping(login[0], after) as address,
        Neo4jStore(address, *login[1:]) as dying,
        pytest.raises(ServerError) as caught,
    ):
        dying.load(toy())
    assert address in str(caught.value)
    assert not login[2] or login[2] not in str(caught.value)
    assert clean.query("MATCH (n) RETURN count(n)").rows == [[0]]


def test_a_large_graph_says_that_it_is_unfinished(
    clean: Neo4jStore, login: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With transactions of 5 rows the toy is a large graph."""
    monkeypatch.setattr(store_module, "TRANSACTION", 5)
    monkeypatch.setattr(store_module, "BATCH", 5)
    with dropping(login[0], 9_000) as address, Neo4jStore(address, *login[1:]) as dying, pytest.raises(ServerError):
        dying.load(toy())
    assert clean.status()["graph"]["complete"] is False
    with pytest.raises(UsageError, match="unfinished"):
        clean.load(triangle())
    clean.load(toy())
    assert clean.status()["graph"]["complete"] is True
    finished = everything(clean)
    clean.load(triangle(), replace=True)
    clean.load(toy(), replace=True)
    assert everything(clean) == finished


def test_login_comes_from_the_environment() -> None:
    store = Neo4jStore.from_environment(
        {
            "NEO4J_URI": "neo4j://db.example:7000",
            "NEO4J_USERNAME": "me",
            "NEO4J_PASSWORD": SECRET,
            "NEO4J_DATABASE": "deals",
        }
    )
    with store:
        assert store.login == Login("neo4j://db.example:7000", "me", SECRET, "deals")
        assert SECRET not in repr(store.login)
    with Neo4jStore.from_environment({}) as usual:
        assert usual.login == Login("bolt://localhost:7687", "neo4j", None, None)
