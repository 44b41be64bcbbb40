"""One Chromium for every browser test: Debian's, driven by Playwright, at the width a test asks for."""

from __future__ import annotations

import functools
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, Page, Playwright, ViewportSize, sync_playwright

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 320, "height": 640}
"""The narrowest page that WCAG 1.4.10 asks to be readable without scrolling sideways."""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "RGAAv4"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder ``browser``."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """Playwright, which can only be started once in a process."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(driver: Playwright) -> Iterator[Browser]:
    """The browser, started once."""
    program = os.environ.get("CYCLESYNC_CHROMIUM") or shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not here: install Debian's package chromium, or name it in CYCLESYNC_CHROMIUM")
    browser = driver.chromium.launch(executable_path=program, args=list(FLAGS))
    yield browser
    browser.close()


@pytest.fixture
def chromium_page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page in a fresh profile, French; indirect parameter: its viewport, DESKTOP by default."""
    viewport: ViewportSize = getattr(request, "param", DESKTOP)
    context = chromium.new_context(viewport=viewport, locale="fr-FR")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


class Serve(Protocol):
    """Serve a folder over HTTP on loopback; returns its address, without a final slash."""

    def __call__(self, folder: Path, *, policy: str = "") -> str:
        """``policy`` is sent as Content-Security-Policy."""
        ...


class _QuietHandler(SimpleHTTPRequestHandler):
    def __init__(self, *arguments: Any, policy: str, **options: Any) -> None:
        self._policy = policy
        super().__init__(*arguments, **options)

    def end_headers(self) -> None:
        """Add the policy to every answer; nothing is kept, since two versions written in one second look the same."""
        self.send_header("Cache-Control", "no-store")
        if self._policy:
            self.send_header("Content-Security-Policy", self._policy)
        super().end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: pytest shows what matters."""


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve folders for one test."""
    servers: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start(folder: Path, *, policy: str = "") -> str:
        handler = functools.partial(_QuietHandler, directory=str(folder), policy=policy)
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The text of axe-core, from npm's folder."""
    modules = Path(os.environ.get("CYCLESYNC_NODE_MODULES", "node_modules"))
    script = modules / "axe-core" / "axe.min.js"
    if not script.is_file():
        pytest.skip("axe-core is not here: npm install axe-core, and name the folder in CYCLESYNC_NODE_MODULES")
    return script.read_text(encoding="utf-8")


@pytest.fixture
def axe_violations(axe_source: str) -> Callable[[Any], list[str]]:
    """Run axe-core on a page or frame; returns one line per element that breaks a rule."""

    def run(target: Any) -> list[str]:
        target.evaluate(axe_source)
        result = target.evaluate("tags => axe.run({ runOnly: { type: 'tag', values: tags } })", _RULES)
        return [
            f"{rule['id']}: {node['html']} ({node['failureSummary']})"
            for rule in result["violations"]
            for node in rule["nodes"]
        ]

    return run
