"""Cypher without a server: a view in ArcadeDB, inside this process. The one file that imports it.

ArcadeDB runs Neo4j's dialect and brings its own Java. It is not fork-safe, one process holds a database,
and its Java starts once in a process.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from circularity.errors import CircularityError, MissingExtra, UsageError, WorldError
from circularity.graph.view import View
from circularity.resources import bundled
from circularity.stores.queries import columns_of, statements
from circularity.stores.records import EVIDENCE_TYPE, Answer, Records, Row, records_of

BATCH = 5_000
_LANGUAGE = "opencypher"
_SILENT = Path(__file__).with_name("java-logging.properties")

# Short-lived and small: a quick compiler, a plain collector, no log, no folder `log` beside the user.
_JAVA_OPTIONS = (
    "-Xmx2g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dfile.encoding=UTF8", "-Djava.awt.headless=true",
    "--enable-native-access=ALL-UNNAMED", "--add-opens=java.base/java.lang=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
    "--add-opens=java.base/java.nio.channels.spi=ALL-UNNAMED", "-Dpolyglot.engine.WarnInterpreterOnly=false",
)  # fmt: skip


class EmbeddedStore:
    """A temporary database of one view; it is made on the way in, closed and removed on the way out.

    >>> from circularity.graph.toys import triangle
    >>> with EmbeddedStore(triangle()) as store:
    ...     store.query("MATCH (p:Party) RETURN count(p) AS parties").rows
    [[3]]
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._stack = ExitStack()
        self._database: Any = None

    def __enter__(self) -> Self:
        package = _package()
        with ExitStack() as stack, _errors(WorldError):
            folder = tempfile.TemporaryDirectory(prefix="circularity-cypher-", ignore_cleanup_errors=True)
            self._database = package.create_database(str(Path(stack.enter_context(folder)) / "graph"))
            stack.callback(self._database.close)
            _fill(self._database, records_of(self._view))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def query(self, text: str, parameters: Mapping[str, Any] | None = None) -> Answer:
        """Run one statement that reads. Values come back as JSON's own types."""
        with _errors(UsageError):
            results = list(self._database.query(_LANGUAGE, text, dict(parameters or {})))
            columns = list(results[0].property_names) if results else columns_of(text)
            return Answer(columns, [[plain(result.get(name)) for name in columns] for result in results])


def plain(value: Any) -> Any:
    """A value of the engine as JSON's own types, as `circularity.stores.neo4j.plain` has them."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(part) for part in value]
    return _entity(value)


def _entity(value: Any) -> Any:
    """A node, relationship or path of the engine; the text of anything else."""
    import jpype

    if isinstance(value, jpype.JClass("com.arcadedb.graph.Vertex")):
        labels = [str(label) for label in jpype.JClass("com.arcadedb.query.opencypher.Labels").getLabels(value)]
        return {"labels": sorted(labels), "properties": _properties(value)}
    if isinstance(value, jpype.JClass("com.arcadedb.graph.Edge")):
        return {"type": str(value.getTypeName()), "properties": _properties(value)}
    if isinstance(value, jpype.JClass("com.arcadedb.query.opencypher.traversal.TraversalPath")):
        return [_entity(part) for part in value.toAlternatingList()]
    return str(value)


def _properties(value: Any) -> dict[str, Any]:
    from arcadedb_embedded import convert_java_to_python

    names = sorted(str(name) for name in value.getPropertyNames())
    return {name: plain(convert_java_to_python(value.get(name))) for name in names}


def _fill(database: Any, records: Records) -> None:
    """Create everything, in one transaction; ids are unique because the records' are."""

    def send(text: str, rows: list[Row]) -> None:
        for start in range(0, len(rows), BATCH):
            database.command(_LANGUAGE, "UNWIND $rows AS row " + text, {"rows": rows[start : start + BATCH]})

    for statement in statements((bundled("cypher") / "schema.cypher").read_text("utf-8")):
        database.command(_LANGUAGE, statement)
    with database.transaction():
        graph = {**records.graph, "complete": True}
        send("CREATE (n:Graph) SET n += row.properties", [{"id": records.graph["name"], "properties": graph}])
        for label, rows in records.parties.items():
            send(f"CREATE (n:Party:{label}) SET n += row.properties", rows)
        send("CREATE (n:Deal) SET n += row.properties", records.deals)
        send("CREATE (n:Source) SET n += row.properties", records.sources)
        join = "MATCH (a:{0} {{id: row.start}}) MATCH (b:{1} {{id: row.end}}) CREATE (a)-[r:{2}]->(b) SET r += row.properties"
        for leg_type, rows in records.legs.items():
            send(join.format("Party", "Party", leg_type), rows)
        send(join.format("Deal", "Source", EVIDENCE_TYPE), records.statements)


@contextmanager
def _errors(kind: type[CircularityError]) -> Iterator[None]:
    """Turn the engine's exceptions into one of ours."""
    import jpype
    from arcadedb_embedded import ArcadeDBError

    try:
        yield
    except (ArcadeDBError, jpype.JException) as error:
        text = _message(error)
    else:
        return
    raise kind(f"Cypher: {text}")


def _message(error: Exception) -> str:
    """What the engine says, without the names of its classes."""
    text = re.sub(r"\b(?:com|org|java)(?:\.\w+)+(?:Exception|Error): ", "", str(error).partition(" (caused by ")[0])
    return re.sub(r"^(?:Query|Command) failed: ", "", text).replace("\n", " ")[:500]


def _package() -> Any:
    """The package, with its Java started our way."""
    try:
        import arcadedb_embedded
        import jpype
        from arcadedb_embedded.jvm import get_bundled_jre_lib_path, get_jar_path
    except ImportError:
        raise MissingExtra("cypher", "running Cypher without a server") from None
    if jpype.isJVMStarted():
        return arcadedb_embedded
    try:
        jpype.startJVM(
            get_bundled_jre_lib_path(),
            *_JAVA_OPTIONS,
            f"-Djava.util.logging.config.file={_SILENT}",
            f"-XX:ErrorFile={Path(tempfile.gettempdir()) / 'circularity-java-%p.log'}",
            classpath=[str(jar) for jar in sorted(Path(get_jar_path()).glob("*.jar"))],
            interrupt=False,
        )
    except (OSError, RuntimeError, arcadedb_embedded.ArcadeDBError) as error:
        raise WorldError(f"the embedded engine does not start: {str(error)[:200]}") from None
    return arcadedb_embedded
