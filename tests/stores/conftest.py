"""A real Neo4j for the tests: the one of NEO4J_URI, else one started by the tool's own code."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from circularity.errors import WorldError
from circularity.graph.view import View
from circularity.load import open_graph
from circularity.stores.embedded import EmbeddedStore
from circularity.stores.neo4j import Neo4jStore
from circularity.stores.server import DEFAULT, prepare, serving

Login = tuple[str, str, str | None, str | None]
"""Address, user, password, database."""

TOY = Path(__file__).with_name("toy")
ON_CI = os.environ.get("CI", "").lower() not in ("", "0", "false")


@pytest.fixture(scope="session")
def login() -> Iterator[Login]:
    """How to sign in to a server that holds nothing. Tests load and replace graphs in it."""
    if os.environ.get("NEO4J_URI"):
        with Neo4jStore.from_environment() as store:
            if store.query("MATCH (n) RETURN count(n) AS nodes").rows != [[0]]:
                pytest.fail("the database of NEO4J_URI holds data; these tests need an empty one")
            yield store.login.uri, store.login.user, store.login.password, store.login.database
        return
    needs(DEFAULT)
    with serving() as server:
        yield server.uri, server.username, server.password, None


def needs(version: str) -> None:
    """Leave a test out where a private server cannot be had; on CI, where it must be, fail."""
    try:
        prepare(version)
    except WorldError as error:
        (pytest.fail if ON_CI else pytest.skip)(str(error))


@pytest.fixture(scope="session")
def store(login: Login) -> Iterator[Neo4jStore]:
    """An open connection. Each test loads what it needs with `replace`."""
    with Neo4jStore(*login) as opened:
        yield opened


@pytest.fixture
def clean(store: Neo4jStore) -> Neo4jStore:
    """The server with nothing in it."""
    with store._session(write=True) as session:
        session.run("MATCH (n) DETACH DELETE n").consume()
    return store


@pytest.fixture(scope="session", params=["toy", "ai"])
def graph(request: pytest.FixtureRequest) -> View:
    """A small dataset that has one of everything, and the bundled graph."""
    return open_graph(TOY if request.param == "toy" else request.param).view()


@pytest.fixture(scope="session")
def engine(graph: View) -> Iterator[EmbeddedStore]:
    """The graph in the embedded engine."""
    with EmbeddedStore(graph) as opened:
        yield opened


@pytest.fixture(scope="session")
def server(graph: View, login: Login) -> Iterator[Neo4jStore]:
    """The graph in Neo4j; tests of one graph run together, so it is loaded once."""
    with Neo4jStore(*login) as opened:
        opened.load(graph, replace=True)
        yield opened
