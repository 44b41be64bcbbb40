"""Packages played by a trainee in a real Moodle, in a phone-wide Chromium: the sittings of every runtime, then every
way of leaving.

Besides the settings of conftest.py: ``CYCLESYNC_LIVE_TRAINEE``, JSON ``{"username": "…", "password": "…"}``, somebody
who may sign in by the form; and Chromium. Run with ``-s`` for the table of docs/scorm-conformance.md:
python -m pytest -m live -s tests/live/test_player_live.py
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect, sync_playwright

from sync_service.adapters.moodle.lms import find_users
from sync_service.adapters.scorm import build_module
from sync_service.domain.lms_state import Kind
from tests.browser.again import in_seconds
from tests.browser.killable import UNLOAD, Killable, killable
from tests.browser.sitting import (
    EDITIONS,
    EXPECTED,
    MODULE,
    Outcome,
    answer,
    first_sitting,
    go,
    second_sitting,
    with_clock,
)
from tests.live.conftest import Live, setting
from tests.live.test_lms_live import SCORM, Course

pytestmark = pytest.mark.pages

TOLD = "Vous êtes hors connexion, ou votre session Moodle a expiré"
RESULTS = {"1.2": ["wrong", "correct", "correct"], "2004-4": ["incorrect", "correct", "correct"]}
READING = 50
"""Seconds on a page before the browser is killed: more than twice what may be lost is not needed."""


@dataclass
class Classroom:
    """A course, a trainee in a browser, and what Moodle holds of them."""

    live: Live
    course: Course
    browser: Killable
    folder: Path
    userid: int
    account: dict[str, str] = field(repr=False)

    def __post_init__(self) -> None:
        self.observer = self.live.observer()
        expect.set_options(timeout=60_000)  # a real site may be slow
        self.page = self.new_page()

    def new_page(self) -> Page:
        self.browser.context.set_default_timeout(60_000)
        page = self.browser.context.new_page()
        page.set_viewport_size({"width": 390, "height": 844})
        return page

    def add(self, edition: str, name: str) -> int:
        """Make an activity of the complete module; returns the number of its page."""
        package = self.folder / f"{edition}.zip"
        package.write_bytes(build_module(MODULE, edition=edition).zip_bytes)
        fields = {**SCORM, "name": f"{name} ({edition})"}
        done = self.course.write(name, Kind.MODULE, fields, inside="s1", modname="scorm", package=package)
        assert done.action == "created", done
        state = self.course.lms.course_state(self.live.promotion)
        return int(next(one.moodle_id for one in state.objects if one.key == self.course.key(name)))

    def sign_in(self) -> None:
        """Fill the form until the site takes it: it may be upgrading, or answer first that a session has ended."""
        for _ in range(10):
            self.page.goto(f"{self.live.url}/login/index.php", wait_until="domcontentloaded")
            if self.page.locator("[href*='/login/logout.php'], [action*='/login/logout.php']").count():
                return
            if self.page.locator("#username").count():
                self.page.locator("#username").fill(self.account["username"])
                self.page.locator("#password").fill(self.account["password"])
                self.page.locator("#loginbtn").click()
            self.page.wait_for_timeout(3000)
            if "/login/index.php" not in self.page.url:
                return
        raise AssertionError("nobody could sign in")

    def sign_out(self) -> None:
        """End the session as another tab does: with the browser's cookies, away from the page that is open."""
        key = self.page.evaluate("M.cfg.sesskey")
        self.browser.context.request.get(f"{self.live.url}/login/logout.php?sesskey={key}")

    def open(self, cm: int) -> FrameLocator:
        self.page.goto(f"{self.live.url}/mod/scorm/view.php?id={cm}", wait_until="commit")
        frame = self.page.frame_locator("#scorm_object")
        expect(frame.locator("h1:visible")).to_have_count(1)
        return frame

    def leave(self) -> None:
        self.page.goto(f"{self.live.url}/my/", wait_until="commit")

    def tracks(self, cm: int) -> dict[str, str]:
        """What Moodle holds of the only attempt."""
        detail = self.observer.call("core_course_get_course_module", {"cmid": cm})
        assert isinstance(detail, dict)
        scoes = self.observer.call("mod_scorm_get_scorm_scoes", {"scormid": detail["cm"]["instance"]})
        assert isinstance(scoes, dict)
        sco = next(one["id"] for one in scoes["scoes"] if one["scormtype"] == "sco")
        asked = {"scoid": sco, "userid": self.userid, "attempt": 1}
        tracks = self.observer.call("mod_scorm_get_scorm_sco_tracks", asked)
        assert isinstance(tracks, dict)
        return {track["element"]: track["value"] for track in tracks["data"]["tracks"]}

    def outcome(self, cm: int, edition: str) -> Outcome:
        held = self.tracks(cm)
        core = "cmi.core." if edition == "1.2" else "cmi."
        names = ["cmi.core.lesson_status"] if edition == "1.2" else ["cmi.completion_status", "cmi.success_status"]
        place = held[f"{core}{'lesson_' if edition == '1.2' else ''}location"]
        score = float(held.get(f"{core}score.raw") or 0)
        return Outcome(tuple(held.get(name, "") for name in names), score, place, in_seconds(held[f"{core}total_time"]))


@pytest.fixture(params=list(UNLOAD))
def classroom(live: Live, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Classroom]:
    account = json.loads(setting("CYCLESYNC_LIVE_TRAINEE"))
    live.promotion = f"player-{secrets.token_hex(4)}"
    course = Course(live, live.lms())
    userid = find_users(live.service(), "username", [account["username"]])[0].id
    (tmp_path / "m01.zip").write_bytes(build_module(MODULE).zip_bytes)
    course.build(tmp_path / "m01.zip", [userid])
    with (
        sync_playwright() as playwright,
        killable(playwright, tmp_path / "profile", UNLOAD[request.param]) as browser,
    ):
        yield Classroom(live, course, browser, tmp_path, userid, account)
    live.book.exchanges.clear()  # what a browser does teaches the sandbox nothing: no recording


@pytest.mark.parametrize("classroom", ["unload allowed"], indirect=True)
def test_two_sittings_end_as_in_the_other_runtimes(classroom: Classroom) -> None:
    with_clock(classroom.browser.context)
    classroom.sign_in()
    for number, edition in enumerate(EDITIONS):
        cm = classroom.add(edition, f"sitting{number}")
        for sitting in (first_sitting, second_sitting):
            sitting(classroom.open(cm))
            classroom.leave()
        time.sleep(1)
        outcome = classroom.outcome(cm, edition)
        sys.stdout.write(f"\nMoodle, {edition}: {outcome}\n")
        assert outcome.like(EXPECTED[edition]), outcome


def _navigate(room: Classroom, frame: FrameLocator) -> None:
    answer(frame, ["q-trois"])
    room.leave()


def _close_tab(room: Classroom, frame: FrameLocator) -> None:
    answer(frame, ["q-trois"])
    room.page.close(run_before_unload=True)


def _exit(room: Classroom, frame: FrameLocator) -> None:
    answer(frame, ["q-trois"])
    room.page.locator("a.btn.btn-secondary[title]").click()
    room.page.wait_for_url("**/course/**", wait_until="commit")


def _offline(room: Classroom, frame: FrameLocator) -> None:
    room.browser.context.set_offline(True)
    answer(frame, ["q-trois"])
    expect(frame.locator("#message")).to_contain_text(TOLD)
    room.page.close()
    room.browser.context.set_offline(False)


def _sign_out(room: Classroom, frame: FrameLocator) -> None:
    """The answer is ticked before, validated after: Moodle may soon show its sign-in page by itself."""
    frame.locator(".question[data-name=q-trois] input[value=f]").check()
    room.sign_out()
    answer(frame, ["q-trois"])
    expect(frame.locator("#message")).to_contain_text(TOLD)
    room.page.close()


def _kill(room: Classroom, frame: FrameLocator) -> None:
    answer(frame, ["q-trois"])
    room.page.wait_for_timeout(READING * 1000)
    room.browser.kill()


WAYS: dict[str, Callable[[Classroom, FrameLocator], None]] = {
    "logout": _sign_out, "kill -9": _kill, "offline": _offline, "exit": _exit, "close tab": _close_tab,
    "navigate away": _navigate,
}  # fmt: skip


def _lost_time(room: Classroom, edition: str, way: str) -> float:
    """Leave in that way, come back, and return how many seconds the LMS does not know of in the end."""
    cm = room.add(edition, f"{way}-{edition}".replace(" ", "-").replace(".", "-"))
    frame = room.open(cm)
    begun = time.monotonic()
    go(frame, 2)
    answer(frame, ["q-un", "q-deux"])
    WAYS[way](room, frame)
    spent = time.monotonic() - begun
    if way == "kill -9":
        room.browser.start()
    room.page = room.new_page()
    if way in {"kill -9", "logout"}:
        room.sign_in()
    frame = room.open(cm)
    begun = time.monotonic()
    expect(frame.locator("#page-quiz-final h1")).to_be_visible()
    expect(frame.locator(".verdict:not(:empty)")).to_have_count(3)
    room.page.wait_for_timeout(1000)
    spent += time.monotonic() - begun
    room.leave()
    time.sleep(0.5)
    held = room.tracks(cm)
    assert [held.get(f"cmi.interactions.{n}.result") or held.get(f"cmi.interactions_{n}.result") for n in range(3)] == (
        RESULTS[edition]
    ), (way, edition, held)
    outcome = room.outcome(cm, edition)
    assert (outcome.status[0], outcome.place) == ("incomplete", "page-quiz-final"), (way, edition, outcome)
    return spent - outcome.seconds


def test_no_committed_answer_is_lost_however_the_learner_leaves(
    classroom: Classroom, request: pytest.FixtureRequest
) -> None:
    classroom.sign_in()
    sys.stdout.write(f"\n{request.node.name}: answers held and time lost, {' and '.join(EDITIONS)}\n")
    for way in WAYS:
        lost = {edition: max(0.0, _lost_time(classroom, edition, way)) for edition in EDITIONS}
        found = " | ".join(f"3 of 3, {seconds:.0f} s" for seconds in lost.values())
        sys.stdout.write(f"| {way} | {found} |\n")
        sys.stdout.flush()
        assert max(lost.values()) <= 30, (way, lost)
