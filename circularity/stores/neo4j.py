"""A view in Neo4j, over Bolt. The one file that imports the driver."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from circularity.errors import CircularityError, ServerError, UsageError
from circularity.graph.view import View
from circularity.resources import bundled
from circularity.stores.queries import statements
from circularity.stores.records import PARTY_LABELS, Answer, Records, Row, records_of

if TYPE_CHECKING:
    from neo4j import Driver, Session

DEFAULT_URI = "bolt://localhost:7687"
BATCH = 1_000
"""Rows sent with one statement."""
TRANSACTION = 50_000
"""Rows written in one transaction. A graph of no more than these is loaded whole or not at all."""

_SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
_WAIT = 10.0
"""Seconds until a server that does not answer is taken to be down."""

_COUNT = "MATCH {} WHERE x.circularity IS NOT NULL RETURN count(x) AS count"
_COUNTED = {
    "parties": "(x:Party)", "legs": "(:Party)-[x]->(:Party)", "deals": "(x:Deal)", "sources": "(x:Source)",
}  # fmt: skip

Progress = Callable[[str], None]

Step = tuple[str, list[Row]]
"""One statement and the rows it is sent with."""


@dataclass(frozen=True, slots=True)
class Login:
    """Where a server is and how to sign in. The password is in no message and no repr."""

    uri: str
    user: str
    password: str | None = field(repr=False)
    database: str | None = None

    @property
    def server(self) -> str:
        """The address without anything that could be secret in it."""
        try:
            parts = urlsplit(self.uri)
            port = f":{parts.port}" if parts.port else ""
            return f"{parts.scheme}://{parts.hostname}{port}"
        except ValueError:
            return "the address in NEO4J_URI"


def silent(line: str) -> None:
    """Tell nobody."""


class Neo4jStore:
    """A connection to one database.

    with Neo4jStore.from_environment() as store:
        store.load(graph.view())
        store.query("MATCH (p:Party) RETURN count(p) AS parties")
    """

    def __init__(
        self, uri: str, username: str = "neo4j", password: str | None = None, database: str | None = None
    ) -> None:
        self.login = login = Login(uri, username, password, database)
        if uri.partition("://")[0] not in _SCHEMES:
            raise UsageError(f"NEO4J_URI begins with one of {', '.join(_SCHEMES)}, followed by ://")
        with self._talk():
            self._driver = _driver(login)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The server of NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE."""
        return cls(
            environment.get("NEO4J_URI") or DEFAULT_URI,
            environment.get("NEO4J_USERNAME") or "neo4j",
            environment.get("NEO4J_PASSWORD") or None,
            environment.get("NEO4J_DATABASE") or None,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._driver.close()

    def load(
        self,
        view: View,
        *,
        replace: bool = False,
        progress: Progress = silent,
    ) -> dict[str, int]:
        """Write a view; the result counts what there is now. Loading it again changes nothing.

        Raises UsageError, with nothing written, where the database holds another graph and
        `replace` is not set, or nodes of others under the same ids. With `replace`, what an
        earlier load made is removed, and nothing else.
        """
        records = records_of(view)
        texts = _statements("load.cypher")
        with self._talk(own=True), self._session(write=True) as session:
            self._refuse_second(session, records, replace)
            for statement in _plain_statements("schema.cypher"):
                session.run(statement).consume()
            done = 0
            for steps in _transactions(_steps(records, texts, replace)):
                with session.begin_transaction() as transaction:
                    for text, rows in steps:
                        transaction.run(text, rows=rows, mark=records.mark, graph=records.graph).consume()
                    transaction.commit()
                done += sum(len(rows) for _, rows in steps)
                progress(f"{done:,} rows written")
        return records.counts

    def query(self, text: str, parameters: Mapping[str, Any] | None = None) -> Answer:
        """Run one statement that reads. Values come back as JSON's own types."""
        with self._talk(), self._session(write=False) as session:
            result = session.run(text, dict(parameters or {}))
            columns = list(result.keys())
            return Answer(columns, [[plain(value) for value in record.values()] for record in result])

    def status(self) -> dict[str, Any]:
        """The server's version and what it holds of ours. `graph` is None where nothing was loaded."""
        version, edition = self.query(
            "CALL dbms.components() YIELD versions, edition RETURN versions[0], edition"
        ).rows[0]
        held = self.query("MATCH (g:Graph) WHERE g.circularity IS NOT NULL RETURN g ORDER BY g.name").rows
        counts = {what: self.query(_COUNT.format(pattern)).rows[0][0] for what, pattern in _COUNTED.items()}
        graph = held[0][0]["properties"] if held else None
        return {"server": self.login.server, "version": version, "edition": edition, "graph": graph, **counts}

    def _refuse_second(self, session: Session, records: Records, replace: bool) -> None:
        held = session.run(
            "MATCH (g:Graph) WHERE g.circularity IS NOT NULL AND g.circularity <> $mark "
            "RETURN g.circularity AS mark, g.complete AS complete, g.lens AS lens LIMIT 1",
            mark=records.mark,
        ).single()
        if held and not replace:
            whole = "" if held["complete"] else "an unfinished load of "
            raise UsageError(
                f"the database at {self.login.server} holds {whole}another graph: {held['mark']} "
                f"({held['lens']}); --replace removes it and loads {records.mark} ({records.graph['lens']})"
            )
        nodes = {
            "Party": ("id", [row["id"] for rows in records.parties.values() for row in rows]),
            "Deal": ("id", [row["id"] for row in records.deals]),
            "Source": ("id", [row["id"] for row in records.sources]),
            "Graph": ("name", [records.graph["name"]]),
        }
        for label, (key, ids) in nodes.items():
            found = session.run(
                f"MATCH (n:{label}) WHERE n.{key} IN $ids AND n.circularity IS NULL "
                f"RETURN n.{key} AS id ORDER BY id LIMIT 1",
                ids=ids,
            ).single()
            if found:
                raise UsageError(
                    f"the database at {self.login.server} has a (:{label} {{{key}: {str(found['id'])[:60]!r}}}) "
                    "that this tool did not make; load into an empty database"
                )

    def _session(self, *, write: bool) -> Session:
        import neo4j

        mode = neo4j.WRITE_ACCESS if write else neo4j.READ_ACCESS
        return self._driver.session(database=self.login.database, default_access_mode=mode)

    @contextmanager
    def _talk(self, *, own: bool = False) -> Iterator[None]:
        """Turn the driver's exceptions into ours: the server is named, the password never is.

        `own`: the statements are ours, so that a server which does not take them is at fault.
        """
        from neo4j.exceptions import DriverError, Neo4jError

        try:
            yield
        except CircularityError:
            raise
        except (Neo4jError, DriverError, OSError, ValueError) as error:
            problem = _problem(error, self.login)
        else:
            return
        if own and isinstance(problem, UsageError):
            problem = ServerError(
                f"Neo4j at {self.login.server} does not take what is sent (it is tested with 5.26): {problem}"
            )
        if self.login.password and self.login.password in str(problem):
            problem = type(problem)(str(problem).replace(self.login.password, "***"))
        raise problem from None


def _driver(login: Login) -> Driver:
    import logging

    import neo4j

    logging.getLogger("neo4j.notifications").setLevel(logging.ERROR)  # hints about queries are not for users
    auth = None if login.password is None else (login.user, login.password)
    return neo4j.GraphDatabase.driver(
        login.uri, auth=auth, connection_timeout=_WAIT, connection_acquisition_timeout=_WAIT
    )


def set_password(uri: str, username: str, old: str, new: str) -> None:
    """Change the password of a server that was just made."""
    with Neo4jStore(uri, username, old, "system") as store, store._talk(), store._session(write=True) as session:
        session.run("ALTER CURRENT USER SET PASSWORD FROM $old TO $new", old=old, new=new).consume()


def _problem(error: Exception, login: Login) -> CircularityError:
    """Who is to blame: the query (usage) or the server (the world)."""
    from neo4j.exceptions import (
        AuthError,
        ConfigurationError,
        Forbidden,
        IncompleteCommit,
        ServiceUnavailable,
        SessionExpired,
    )

    server = login.server
    code = str(getattr(error, "code", None) or "")
    text = str(getattr(error, "message", None) or error).strip().replace("\n", " ")
    if isinstance(error, Forbidden):
        return ServerError(f"Neo4j at {server} does not let user '{login.user}' do this: {text}")
    if isinstance(error, AuthError) or code.startswith("Neo.ClientError.Security"):
        return ServerError(
            f"Neo4j at {server} refused user '{login.user}' or the password (set NEO4J_USERNAME, NEO4J_PASSWORD)"
        )
    if isinstance(error, IncompleteCommit):
        return ServerError(
            f"Neo4j at {server} went away while it was finishing; 'circularity neo4j status' says what it holds"
        )
    if isinstance(error, SessionExpired):
        return ServerError(f"Neo4j at {server} went away; what was not finished was not written")
    if isinstance(error, (ServiceUnavailable, OSError)):
        return ServerError(f"no Neo4j answers at {server} (set NEO4J_URI, or start one: circularity neo4j serve)")
    if code.startswith("Neo.ClientError.Database"):
        return ServerError(
            f"Neo4j at {server} has no database '{login.database}'" if login.database else f"Neo4j at {server}: {text}"
        )
    if code.startswith(("Neo.ClientError.Statement", "Neo.ClientError.Procedure")):
        return UsageError(f"Cypher: {text}")
    if isinstance(error, ConfigurationError):
        return UsageError(f"Neo4j at {server}: {text}")
    return ServerError(f"Neo4j at {server}: {text}")


def plain(value: Any) -> Any:
    """A value of the driver as JSON's own types."""
    from neo4j.graph import Node, Path, Relationship

    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, Node):
        return {"labels": sorted(value.labels), "properties": _properties(value)}
    if isinstance(value, Relationship):
        return {"type": value.type, "properties": _properties(value)}
    if isinstance(value, Path):
        nodes, relationships = list(value.nodes), list(value.relationships)
        mixed = [nodes[0]] + [part for pair in zip(relationships, nodes[1:], strict=True) for part in pair]
        return [plain(part) for part in mixed]
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if hasattr(value, "iso_format"):
        return value.iso_format()
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(part) for part in value]
    return value.hex() if isinstance(value, (bytes, bytearray)) else str(value)


def _properties(entity: Mapping[str, Any]) -> dict[str, Any]:
    return {key: plain(entity[key]) for key in sorted(entity) if key != "circularity"}


def _statements(file: str) -> dict[str, str]:
    """The statements of a file by the name in the comment above each."""
    text = (bundled("cypher") / file).read_text("utf-8")
    parts = text.split("// statement: ")[1:]
    return {part.partition("\n")[0].strip(): statements(part.partition("\n")[2])[0] for part in parts}


def _plain_statements(file: str) -> list[str]:
    return statements((bundled("cypher") / file).read_text("utf-8"))


def _steps(records: Records, texts: Mapping[str, str], replace: bool) -> Iterator[Step]:
    """What to send, in order, in batches."""
    if replace:
        yield texts["drop-relationships"], []
    yield texts["graph"], []
    for label, rows in records.parties.items():
        yield from _batches(_with_labels(texts["parties"], label), rows)
    yield from _batches(texts["deals"], records.deals)
    yield from _batches(texts["sources"], records.sources)
    for leg_type, rows in records.legs.items():
        yield from _batches(texts["legs"].replace("LEG_TYPE", leg_type), rows)
    yield from _batches(texts["statements"], records.statements)
    if replace:
        yield texts["drop-nodes"], []
        yield _with_labels(texts["release-nodes"]), []
    yield texts["done"], []


def _with_labels(text: str, label: str = "") -> str:
    """Put in names of the table of party kinds."""
    return text.replace("OTHER_KINDS", ":".join(PARTY_LABELS)).replace("PARTY_KIND", label)


def _batches(text: str, rows: list[Row]) -> Iterator[Step]:
    for start in range(0, len(rows), BATCH):
        yield text, rows[start : start + BATCH]


def _transactions(steps: Iterable[Step]) -> Iterator[list[Step]]:
    """Group steps so that a graph of usual size is one transaction."""
    group: list[Step] = []
    size = 0
    for step in steps:
        if group and size + len(step[1]) > TRANSACTION:
            yield group
            group, size = [], 0
        group.append(step)
        size += len(step[1])
    if group:
        yield group
