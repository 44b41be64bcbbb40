"""Rules of every test: no network but loopback, and a last word on what was not run and why."""

from __future__ import annotations

import ipaddress
import os
import socket
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("ci", derandomize=True, max_examples=100, deadline=None)
settings.register_profile("dev", max_examples=100, deadline=None)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "dev")

_connect = socket.socket.connect


def _is_loopback(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket
    try:
        return ipaddress.ip_address(str(address[0])).is_loopback
    except ValueError:
        return str(address[0]) == "localhost"


def _guarded_connect(self: socket.socket, address: Any) -> None:
    if not _is_loopback(address):
        pytest.fail(f"a test tried to reach {address!r}: only loopback is allowed")
    _connect(self, address)


def pytest_configure() -> None:
    socket.socket.connect = _guarded_connect  # type: ignore[method-assign, assignment] # the whole run, every test


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = sorted({str(report.longrepr[-1]).removeprefix("Skipped: ") for report in skipped})
    if not os.environ.get("CYCLESYNC_LIVE_URL"):
        reasons.append("the live layer: name a real Moodle in CYCLESYNC_LIVE_URL and run « make live »")
    terminalreporter.section("not run here, and why")
    for reason in reasons:
        terminalreporter.line(f"- {reason}")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter is not None else []
    if os.environ.get("CI") == "true" and skipped and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED  # on CI nothing may be skipped
