"""A package of ours in Chromium, inside a player that records what it says to the LMS."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from sync_service.adapters.scorm import build_module

ROOT = Path(__file__).parents[2]
MODULES = Path(__file__).parent / "modules"
SOURCE = MODULES / "m01"
POLICY = "default-src 'self'; style-src 'self'; script-src 'self'; object-src 'none'"
PHONE = {"width": 320, "height": 640}
KEPT = """name => new Promise((resolve) => {
  const opening = indexedDB.open("cyclesync");
  opening.onsuccess = () => {
    const asking = opening.result.transaction("kept").objectStore("kept").get(name);
    asking.onsuccess = () => resolve(asking.result || "");
  };
})"""
STORED = "shelf => localStorage.getItem(shelf) || '{}'"


@dataclass
class Player:
    """The test player in a page."""

    page: Page
    address: str

    def open(self, **asked: str) -> FrameLocator:
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        self.page.goto(f"{self.address}/player.html?{query}")
        frame = self.page.frame_locator("#scorm_object")
        expect(frame.locator("h1:visible")).to_have_count(1)
        return frame

    def calls(self) -> list[list[str]]:
        calls: list[list[str]] = self.page.evaluate("window.calls")
        return calls

    def stored(self, learner: str = "stagiaire-1") -> dict[str, str]:
        values: dict[str, str] = json.loads(self.page.evaluate(STORED, f"lms:{learner}"))
        return values

    def kept(self, name: str) -> str:
        """What the package left in the browser's own database."""
        text: str = self.page.evaluate(KEPT, name)
        return text

    def wait_kept(self, name: str, *, answers: int) -> None:
        """Wait until the browser keeps so many answers: keeping takes a moment, a reload of the test takes none."""
        for _ in range(50):
            if self.kept(name).count("=") == answers:
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(self.kept(name))

    def wait_stored(self, name: str, value: str) -> None:
        self.page.wait_for_function(
            "([name, value]) => JSON.parse(localStorage.getItem('lms:stagiaire-1') || '{}')[name] === value",
            arg=[name, value],
        )


@pytest.fixture
def player(chromium_page: Page, serve: Any, tmp_path: Path) -> Player:
    shutil.copytree(Path(__file__).parent / "player", tmp_path, dirs_exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(build_module(SOURCE).zip_bytes)) as archive:
        archive.extractall(tmp_path / "package")
    return Player(chromium_page, serve(tmp_path, policy=POLICY))


def _go(frame: FrameLocator, number: int) -> None:
    frame.locator("nav a").nth(number - 1).click()
    expect(frame.locator("nav a").nth(number - 1)).to_have_attribute("aria-current", "page")


def _answer(frame: FrameLocator) -> None:
    _go(frame, 4)
    groups = frame.locator("fieldset")
    for number in range(groups.count()):
        groups.nth(number).locator("input").nth(number % 4).check()


def _is_write(call: list[str]) -> bool:
    return call[0] in {"LMSSetValue", "LMSCommit", "LMSFinish"}


def test_it_says_incomplete_before_anything_else(player: Player) -> None:
    player.open()
    writes = [call for call in player.calls() if _is_write(call)]
    assert writes[0] == ["LMSSetValue", "cmi.core.lesson_status", "incomplete"]
    first = [call[1] for call in writes[: [call[0] for call in writes].index("LMSCommit")]]
    assert {"cmi.suspend_data", "cmi.core.exit"} <= set(first)  # an LMS that gets no more gives the state back
    assert player.stored()["cmi.core.lesson_status"] == "incomplete"


def test_it_opens_again_at_the_page_where_it_was_left(player: Player) -> None:
    frame = player.open()
    _go(frame, 3)
    player.wait_stored("cmi.core.lesson_location", "page-etude-de-cas")
    frame = player.open()
    expect(frame.locator("#page-etude-de-cas h1")).to_be_visible()
    expect(frame.locator("nav .seen:not([hidden])")).to_have_count(2)
    assert player.stored()["cmi.core.lesson_status"] == "incomplete"


def test_every_page_and_the_autopositionnement_make_it_completed(player: Player) -> None:
    frame = player.open()
    for number in (2, 3, 5, 6):
        _go(frame, number)
    assert player.stored()["cmi.core.lesson_status"] == "incomplete"
    _answer(frame)
    expect(frame.locator("#closing")).to_be_visible()
    player.wait_stored("cmi.core.lesson_status", "completed")
    expect(frame.locator("#message")).to_contain_text("Préparation terminée")


def test_terminer_makes_it_completed(player: Player) -> None:
    frame = player.open()
    _go(frame, 6)
    frame.get_by_role("button", name="Terminer").click()
    player.wait_stored("cmi.core.lesson_status", "completed")
    expect(frame.get_by_role("button", name="Terminer")).to_be_hidden()


def test_no_score_and_no_answer_is_ever_sent(player: Player) -> None:
    frame = player.open()
    for number in (2, 3, 5, 6):
        _go(frame, number)
    _answer(frame)
    player.wait_stored("cmi.core.lesson_status", "completed")
    player.page.goto(f"{player.address}/player.js")
    calls = json.loads(player.page.evaluate(STORED, "lms:stagiaire-1:calls"))
    written = {call[1] for call in calls if call[0] == "LMSSetValue"}
    assert written == {
        "cmi.core.lesson_status", "cmi.core.lesson_location", "cmi.suspend_data", "cmi.core.exit",
        "cmi.core.session_time",
    }  # fmt: skip
    assert "REFUSED" not in {call[0] for call in calls}
    assert "passed" not in {call[2] for call in calls if call[0] == "LMSSetValue"}
    state = player.stored()["cmi.suspend_data"]
    assert re.fullmatch(r"v1;[0-9a-z]+;page-quiz;[a-z,-]+;1;1;\d+", state)
    assert calls[-1] == ["LMSFinish", ""]
    assert [call[0] for call in calls].count("LMSFinish") == 1


def test_session_time_precedes_every_commit_in_the_form_of_the_specification(player: Player) -> None:
    frame = player.open()
    _go(frame, 2)
    player.wait_stored("cmi.core.lesson_location", "page-objectifs")
    calls = player.calls()
    commits = [number for number, call in enumerate(calls) if call[0] == "LMSCommit"][1:]
    assert commits
    for number in commits:
        assert calls[number - 1][:2] == ["LMSSetValue", "cmi.core.session_time"]
        assert re.fullmatch(r"\d{4}:[0-5]\d:[0-5]\d\.\d{2}", calls[number - 1][2])


@pytest.mark.parametrize("mode", ["browse", "review"])
def test_outside_normal_mode_nothing_is_written(player: Player, mode: str) -> None:
    frame = player.open(mode=mode)
    for number in (2, 3, 5, 6):
        _go(frame, number)
    _answer(frame)
    expect(frame.locator("#message")).to_contain_text("rien n’est enregistré")
    assert [call for call in player.calls() if _is_write(call)] == []
    player.page.goto(f"{player.address}/player.js")
    assert player.stored() == {}
    assert player.page.evaluate(STORED, "lms:stagiaire-1:calls") == "{}"


def test_an_empty_mode_counts_as_normal(player: Player) -> None:
    player.open(mode="")
    assert player.stored()["cmi.core.lesson_status"] == "incomplete"


def test_hidden_commits_and_only_leaving_finishes(player: Player) -> None:
    frame = player.open()
    _go(frame, 2)
    player.wait_stored("cmi.core.lesson_location", "page-objectifs")
    before = [call[0] for call in player.calls()].count("LMSCommit")
    frame.locator("html").evaluate(
        """() => { Object.defineProperty(document, "hidden", { value: true, configurable: true });
                   document.dispatchEvent(new Event("visibilitychange")); }"""
    )
    names = [call[0] for call in player.calls()]
    assert names.count("LMSCommit") == before + 1
    assert "LMSFinish" not in names


def test_offline_the_learner_is_told_and_nothing_is_lost(player: Player) -> None:
    frame = player.open()
    _go(frame, 6)
    player.wait_stored("cmi.core.lesson_location", "page-pour-finir")
    player.page.context.set_offline(True)
    frame.get_by_role("button", name="Terminer").click()
    expect(frame.locator("#message")).to_contain_text("Vous êtes hors connexion")
    assert player.stored()["cmi.core.lesson_status"] == "incomplete"
    player.page.context.set_offline(False)
    expect(frame.locator("#message")).to_contain_text("Préparation terminée")
    assert player.stored()["cmi.core.lesson_status"] == "completed"


def test_what_was_left_unsent_is_replayed_at_the_next_launch(player: Player) -> None:
    frame = player.open()
    _go(frame, 6)
    player.wait_stored("cmi.core.lesson_location", "page-pour-finir")
    context = player.page.context
    context.set_offline(True)
    frame.get_by_role("button", name="Terminer").click()
    expect(frame.locator("#message")).to_contain_text("Vous êtes hors connexion")
    player.page.close()
    context.set_offline(False)
    player.page = context.new_page()
    player.open()
    player.wait_stored("cmi.core.lesson_status", "completed")
    assert player.kept("cs-cpe-m01:stagiaire-1") == ""


def test_a_new_attempt_does_not_inherit_what_an_old_one_left_unsent(player: Player) -> None:
    frame = player.open()
    _go(frame, 6)
    player.wait_stored("cmi.core.lesson_location", "page-pour-finir")
    context = player.page.context
    context.set_offline(True)
    frame.get_by_role("button", name="Terminer").click()
    expect(frame.locator("#message")).to_contain_text("Vous êtes hors connexion")
    player.page.close()
    context.set_offline(False)
    player.page = context.new_page()
    player.page.goto(f"{player.address}/player.js")
    player.page.evaluate("localStorage.removeItem('lms:stagiaire-1')")
    player.open()
    player.wait_stored("cmi.core.lesson_location", "page-presentation")
    assert player.stored()["cmi.core.lesson_status"] == "incomplete"


def test_answers_stay_with_their_learner_and_can_be_erased(player: Player) -> None:
    _answer(player.open())
    player.wait_kept("cs-cpe-m01:stagiaire-1:answers", answers=6)
    frame = player.open()
    _go(frame, 4)
    expect(frame.locator("input:checked")).to_have_count(6)
    other = player.open(learner="stagiaire-2")
    _go(other, 4)
    expect(other.locator("input:checked")).to_have_count(0)
    frame = player.open()
    _go(frame, 4)
    frame.get_by_role("button", name="Effacer mes réponses").click()
    expect(frame.locator("input:checked")).to_have_count(0)
    frame = player.open()
    _go(frame, 4)
    expect(frame.locator("input:checked")).to_have_count(0)


def test_without_a_player_it_can_be_read_and_says_that_nothing_is_kept(player: Player) -> None:
    player.page.goto(f"{player.address}/package/index.html")
    expect(player.page.locator("#message")).to_contain_text("hors de Moodle")
    player.page.get_by_role("button", name="Page suivante").click()
    expect(player.page.locator("#page-objectifs h1")).to_be_focused()


def test_the_keyboard_is_enough(player: Player) -> None:
    player.page.goto(f"{player.address}/package/index.html")
    page = player.page
    page.keyboard.press("Tab")
    expect(page.get_by_text("Aller au contenu")).to_be_focused()
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#page-objectifs h1")).to_be_focused()
    assert page.title().startswith("Objectifs – ")
    page.locator("nav a").nth(3).press("Enter")
    page.locator("fieldset").first.locator("input").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("fieldset").first.locator("input").nth(1)).to_be_checked()


@pytest.mark.parametrize("chromium_page", [PHONE], indirect=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_an_accessibility_rule_at_320_pixels(
    player: Player, scheme: Any, axe_violations: Callable[[Any], list[str]]
) -> None:
    page = player.page
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"{player.address}/package/index.html")
    for link in page.locator("nav a").all():
        link.click()
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        expect(page.locator("h1:visible")).to_have_count(1)


def test_every_page_is_printed(player: Player) -> None:
    player.page.goto(f"{player.address}/package/index.html")
    player.page.emulate_media(media="print")
    expect(player.page.locator("section.page h1:visible")).to_have_count(6)
    expect(player.page.locator("nav")).to_be_hidden()
