"""The programs of the system that the tests drive: Chromium, Java and Maven.

They are installed where that may be done unasked: by apt-get, as root or with a sudo that wants no
password. Elsewhere the caller says in one line what is missing.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

import environment


@dataclass(frozen=True)
class Program:
    """What a person calls it, whether it is there, and Debian's packages of it, the plain one first."""

    name: str
    is_there: Callable[[], bool]
    packages: tuple[str, ...]


def missing() -> list[Program]:
    """What is not there, and could not be installed."""
    absent = [program for program in PROGRAMS if not program.is_there()]
    if not absent or not _may_install():
        return absent
    environment.talk(f"Installing with apt-get: {', '.join(program.name for program in absent)} ...")
    _apt_get("update")
    return [program for program in absent if not any(_install(program, package) for package in program.packages)]


def advice(absent: list[Program]) -> str:
    """One line for people."""
    names = ", ".join(program.name for program in absent)
    packages = " ".join(program.packages[0] for program in absent)
    return f"Missing: {names} (Debian, Ubuntu: sudo apt install {packages})."


def _has_chromium() -> bool:
    return any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))


def _has_java() -> bool:
    """Neo4j 5.26 runs on these two versions and on no other."""
    java = shutil.which("java")
    if java is None:
        return False
    said = subprocess.run([java, "-version"], capture_output=True, text=True).stderr
    return re.search(r'version "(17|21)\b', said) is not None


def _has_maven() -> bool:
    return shutil.which("mvn") is not None


PROGRAMS = (
    Program("Chromium", _has_chromium, ("chromium",)),
    Program("Java 17 or 21", _has_java, ("default-jre-headless", "openjdk-21-jre-headless", "openjdk-17-jre-headless")),
    Program("Maven", _has_maven, ("maven",)),
)


def _may_install() -> bool:
    """Unasked: as root, or with a sudo that wants no password."""
    if shutil.which("apt-get") is None:
        return False
    if os.geteuid() == 0:
        return True
    return (
        shutil.which("sudo") is not None and subprocess.run([*_rights(), "true"], capture_output=True).returncode == 0
    )


def _rights() -> list[str]:
    return [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]


def _install(program: Program, package: str) -> bool:
    return _apt_get("install", "--yes", "--no-install-recommends", package) and program.is_there()


def _apt_get(*arguments: str) -> bool:
    """Run apt-get without a question; its errors are shown."""
    command = [*_rights(), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=120"]
    done = subprocess.run([*command, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    for line in done.stderr.splitlines():
        if line.startswith("E: "):
            environment.talk(f"  apt-get {arguments[0]}: {line}")
    return done.returncode == 0
