"""The author's preview in Chromium: the module, what an LMS would receive, and what changes meanwhile."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sync_service.adapters.scorm.watch import Preview, preview_server

MODULES = Path(__file__).parent / "modules"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    shutil.copytree(MODULES / "complet", tmp_path / "module")
    return tmp_path / "module"


@pytest.fixture(params=["1.2", "2004-4"])
def address(source: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    server = preview_server(Preview(source, request.param))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_panel_shows_what_an_lms_would_receive(
    chromium_page: Page, address: str, axe_violations: Callable[[Any], list[str]]
) -> None:
    chromium_page.goto(address)
    frame = chromium_page.frame_locator("#lesson")
    expect(frame.locator("#page-blocs h1")).to_be_visible()
    expect(chromium_page.locator("#values")).to_contain_text("incomplete")
    frame.locator("nav a").nth(1).click()
    expect(chromium_page.locator("#values")).to_contain_text("page-quiz-final")
    question = frame.locator("[data-name=q-un]")
    question.locator("input").first.check()
    question.get_by_role("button").click()
    expect(chromium_page.locator("#calls")).to_contain_text("cmi.interactions.0.result = correct")
    assert axe_violations(chromium_page) == []
    chromium_page.get_by_role("button", name="Recommencer").click()
    expect(frame.locator("#page-blocs h1")).to_be_visible()


def test_a_change_is_seen_and_a_mistake_is_said(chromium_page: Page, address: str, source: Path) -> None:
    chromium_page.goto(address)
    frame = chromium_page.frame_locator("#lesson")
    expect(frame.locator("#page-blocs h1")).to_have_text("Des blocs")
    text = (source / "blocs.md").read_text(encoding="utf-8")
    (source / "blocs.md").write_text(text.replace("# Des blocs", "# D'autres blocs"), encoding="utf-8")
    expect(frame.locator("#page-blocs h1")).to_have_text("D’autres blocs")
    (source / "blocs.md").write_text("Plus de titre.", encoding="utf-8")
    expect(chromium_page.locator("#problems")).to_contain_text("blocs.md:1")
    expect(frame.locator("#page-blocs h1")).to_have_text("D’autres blocs")
