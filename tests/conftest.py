"""On CI nothing is skipped: a skipped test there is a failed run.

Elsewhere a machine without Chromium, Maven or Java still runs the rest, and pytest lists what it left out.
"""

from __future__ import annotations

import os

import pytest

ON_CI = os.environ.get("CI", "").lower() not in ("", "0", "false")


def _skipped(config: pytest.Config) -> int:
    """Tests, examples and whole modules that were left out."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return len(reporter.stats.get("skipped", [])) if reporter else 0


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if (
        ON_CI
        and _skipped(session.config)
        and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    ):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    skipped = _skipped(config)
    if ON_CI and skipped:
        terminalreporter.section("skipped on CI", red=True)
        terminalreporter.line(f"{skipped} skipped: on CI each of them counts as a failure")
