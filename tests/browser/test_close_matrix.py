"""However a learner leaves, no committed answer is lost: each way × Chromium's coming rule on ``unload`` × edition.

scorm-again is the LMS, with a server that keeps what it is sent (again.py). The package's clock is the script's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, Playwright, expect

from tests.browser.again import AgainServer
from tests.browser.killable import UNLOAD, Killable, killable
from tests.browser.sitting import EDITIONS, answer, go, study, with_clock

ONLINE = ("q-un", "q-deux")
LAST = ("q-trois",)
RESULTS = {"1.2": ["wrong", "correct", "correct"], "2004-4": ["incorrect", "correct", "correct"]}
TOLD = "Vous êtes hors connexion, ou votre session Moodle a expiré"


@dataclass
class Sitting:
    """A learner of one case, in a browser that may be killed."""

    browser: Killable
    server: AgainServer
    edition: str
    learner: str
    page: Page

    def open(self) -> FrameLocator:
        self.page.goto(self.server.launch(self.edition, self.learner))
        frame = self.page.frame_locator("#sco")
        expect(frame.locator("h1:visible")).to_have_count(1)
        return frame

    def lose_the_line(self, frame: FrameLocator) -> None:
        self.page.context.set_offline(True)
        answer(frame, LAST)
        expect(frame.locator("#message")).to_contain_text(TOLD)
        self.page.close()
        self.browser.context.set_offline(False)

    def sign_out(self, frame: FrameLocator) -> None:
        self.server.signed_in = False
        answer(frame, LAST)
        expect(frame.locator("#message")).to_contain_text(TOLD)
        self.page.close()
        self.server.signed_in = True

    def navigate(self, frame: FrameLocator) -> None:
        answer(frame, LAST)
        self.page.goto(f"{self.server.address}/blank.html")

    def close_tab(self, frame: FrameLocator) -> None:
        answer(frame, LAST)
        self.page.close(run_before_unload=True)

    def exit(self, frame: FrameLocator) -> None:
        answer(frame, LAST)
        self.page.get_by_role("link", name="Exit").click()

    def kill(self, frame: FrameLocator) -> None:
        answer(frame, LAST)
        study(frame, 345)
        self.page.wait_for_timeout(500)
        self.browser.kill()
        self.browser.start()
        with_clock(self.browser.context)


WAYS: dict[str, Callable[[Sitting, FrameLocator], None]] = {
    "navigate away": Sitting.navigate, "close tab": Sitting.close_tab, "exit": Sitting.exit,
    "offline": Sitting.lose_the_line, "logout": Sitting.sign_out, "kill -9": Sitting.kill,
}  # fmt: skip


@pytest.fixture
def server(tmp_path: Path) -> Iterator[AgainServer]:
    running = AgainServer(tmp_path)
    yield running
    running.stop()


@pytest.fixture(params=list(UNLOAD))
def browser(
    driver: Playwright, server: AgainServer, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Killable]:
    with killable(driver, tmp_path_factory.mktemp("profile"), UNLOAD[request.param]) as started:
        with_clock(started.context)
        page = started.context.new_page()
        page.goto(f"{server.address}/blank.html")
        assert page.evaluate("document.featurePolicy.allowsFeature('unload')") == (request.param == "unload allowed")
        page.close()
        yield started


def _leave_and_come_back(browser: Killable, server: AgainServer, edition: str, way: str) -> None:
    sitting = Sitting(browser, server, edition, f"{edition}-{way}".replace(" ", "-"), browser.context.new_page())
    frame = sitting.open()
    study(frame, 30)
    go(frame, 2)
    answer(frame, ONLINE)
    WAYS[way](sitting, frame)
    sitting.page = browser.context.new_page()
    frame = sitting.open()
    expect(frame.locator("#page-quiz-final h1")).to_be_visible()
    expect(frame.locator(".verdict:not(:empty)")).to_have_count(3)
    study(frame, 15)
    spent = 390 if way == "kill -9" else 45
    sitting.page.goto(f"{server.address}/blank.html")
    assert [record["result"] for record in server.records(sitting.learner)] == RESULTS[edition], (way, edition)
    outcome = server.outcome(sitting.learner, after=spent - 31)
    assert (outcome.status[0], outcome.place) == ("incomplete", "page-quiz-final"), (way, edition)
    assert spent - 30 <= outcome.seconds <= spent, (way, edition, outcome.seconds)
    assert way == "kill -9" or outcome.seconds == spent, (way, edition, outcome.seconds)
    sitting.page.close()


@pytest.mark.slow  # six ways × two editions, each with its return
def test_no_committed_answer_is_lost_however_the_learner_leaves(browser: Killable, server: AgainServer) -> None:
    for edition in EDITIONS:
        for way in WAYS:
            _leave_and_come_back(browser, server, edition, way)
