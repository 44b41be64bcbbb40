"""The same sittings in runtimes that nobody here wrote end alike: scorm-again and scormhost; Moodle is in the live layer.

scormhost adds nothing up and gives no total back: what it keeps of the time is the last sitting's, in which the
package then tells all the time that it counted itself, the earlier sittings in whole seconds (the first one is 222).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from playwright.sync_api import BrowserContext, FrameLocator, Page

from sync_service.adapters.scorm import build_module
from tests.browser.again import AgainServer, in_seconds
from tests.browser.sitting import (
    EDITIONS,
    EXPECTED,
    MODULE,
    SECONDS,
    Outcome,
    first_sitting,
    second_sitting,
    with_clock,
)


@pytest.fixture
def learner(chromium_page: Page) -> BrowserContext:
    with_clock(chromium_page.context)
    return chromium_page.context


@pytest.fixture
def again(tmp_path: Path) -> Iterator[AgainServer]:
    server = AgainServer(tmp_path)
    yield server
    server.stop()


@pytest.mark.parametrize("edition", EDITIONS)
def test_two_sittings_in_scorm_again(learner: BrowserContext, again: AgainServer, edition: str) -> None:
    for sitting in (first_sitting, second_sitting):
        page = learner.new_page()
        page.goto(again.launch(edition, "one"))
        sitting(page.frame_locator("#sco"))
        assert page.evaluate("refused") == []
        page.goto(f"{again.address}/blank.html")
        page.close()
    outcome = again.outcome("one", after=sum(SECONDS[:3]))
    assert outcome.like(EXPECTED[edition]), outcome


@dataclass(frozen=True)
class Names:
    """Under what names an edition stores the outcome."""

    status: tuple[str, ...]
    score: str
    place: str
    time: str


STORED = {
    "1.2": Names(
        ("cmi.core.lesson_status",), "cmi.core.score.raw", "cmi.core.lesson_location", "cmi.core.session_time"
    ),
    "2004-4": Names(
        ("cmi.completion_status", "cmi.success_status"), "cmi.score.raw", "cmi.location", "cmi.session_time"
    ),
}


class Scormhost:
    """scormhost in a process of its own, with one package; a guest learner is known by a cookie."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "--factory", "scormhost.app:create_scorm_app", "--port", "0"],
            cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
            env={"SCORMHOST_BOOTSTRAP_ADMIN_EMAIL": "admin@example.com", "PATH": ""},
        )  # fmt: skip
        assert self._server.stderr is not None
        said = []
        for line in self._server.stderr:
            said.append(line)
            if running := re.search(r"running on (http://[\d.:]+)", line):
                self.address = running[1]
                return
        raise AssertionError("".join(said))

    def upload(self, package: bytes) -> str:
        with requests.Session() as session:
            account = {
                "email": "admin@example.com",
                "username": "admin",
                "password": "twelve letters",
                "display_name": "A",
            }
            token = session.post(f"{self.address}/api/auth/register", json=account).json()["access_token"]
            answer = session.post(
                f"{self.address}/api/packages", files={"file": ("m.zip", package)},
                headers={"Authorization": f"Bearer {token}"},
            )  # fmt: skip
        return str(answer.json()["launch_url"])

    def stored(self, seconds: int) -> dict[str, str]:
        """What it wrote of the only learner, once the package's own count of seconds is that: it writes unasked."""
        elements: dict[str, str] = {}
        for _ in range(50):
            file = next((self._folder / "data" / "sessions").rglob("*.json"))
            text = file.read_text(encoding="utf-8")
            elements = json.loads(text)["elements"] if text.endswith("}") else elements
            if elements.get("cmi.suspend_data", "").split(";")[6:7] == [str(seconds)]:
                break
            time.sleep(0.1)
        return elements

    def stop(self) -> None:
        self._server.terminate()
        self._server.communicate()


@pytest.fixture
def scormhost(tmp_path: Path) -> Iterator[Scormhost]:
    pytest.importorskip("scormhost", reason="scormhost is not here: pip install -e '.[test]'")
    server = Scormhost(tmp_path)
    yield server
    server.stop()


def _frame(page: Page, address: str) -> FrameLocator:
    page.goto(address)
    return page.frame_locator("#scormhost-content")


@pytest.mark.parametrize("edition", EDITIONS)
def test_two_sittings_in_scormhost(learner: BrowserContext, scormhost: Scormhost, edition: str) -> None:
    address = scormhost.address + scormhost.upload(build_module(MODULE, edition=edition).zip_bytes)
    spent = 0.0
    for sitting in (first_sitting, second_sitting):
        page = learner.new_page()
        sitting(_frame(page, address))
        page.goto(f"{scormhost.address}/health")
        spent += sum(SECONDS[:3]) if sitting is first_sitting else SECONDS[3]
        kept = scormhost.stored(seconds=int(spent))
        page.close()
    names = STORED[edition]
    total = in_seconds(kept[names.time])
    reached = Outcome(tuple(kept[name] for name in names.status), float(kept[names.score]), kept[names.place], total)
    assert reached.like(EXPECTED[edition]), reached
