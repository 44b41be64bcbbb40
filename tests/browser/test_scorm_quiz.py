"""A scored quiz, a training quiz and the blocks in Chromium, in both editions."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, Route, expect

from sync_service.adapters.scorm import build_module

HERE = Path(__file__).parent
POLICY = "default-src 'self'; style-src 'self'; script-src 'self'; object-src 'none'"
RIGHT = {"q-un": ["a"], "q-deux": ["a", "c"], "q-trois": ["f"], "q-quatre": "4,5", "q-cinq": "ÉLU !"}
WRONG = {"q-un": ["b"], "q-deux": ["a", "b"], "q-trois": ["t"], "q-quatre": "12", "q-cinq": "moi"}
SENT = "() => JSON.parse(localStorage.getItem('lms:stagiaire-1') || '{}')"


@dataclass
class Lesson:
    """The complete test module, open in the test player."""

    page: Page
    address: str
    edition: str

    def open(self, mode: str = "normal") -> FrameLocator:
        self.page.goto(f"{self.address}/player.html?edition={self.edition}&mode={mode}")
        frame = self.page.frame_locator("#scorm_object")
        expect(frame.locator("h1:visible")).to_have_count(1)
        return frame

    def stored(self) -> dict[str, str]:
        values: dict[str, str] = self.page.evaluate(SENT)
        return values

    def status(self) -> str:
        values = self.stored()
        return values.get("cmi.success_status") or values.get(
            "cmi.completion_status" if self.edition == "2004-4" else "cmi.core.lesson_status", ""
        )

    def raw(self) -> str:
        return self.stored().get(self.score, "")

    @property
    def score(self) -> str:
        return "cmi.score.raw" if self.edition == "2004-4" else "cmi.core.score.raw"

    def wait_written(self, name: str) -> None:
        self.page.wait_for_function(
            "(name) => JSON.parse(localStorage.getItem('lms:stagiaire-1') || '{}')[name] !== undefined", arg=name
        )

    def wait_stored(self, name: str, value: str) -> None:
        self.page.wait_for_function(
            "([name, value]) => JSON.parse(localStorage.getItem('lms:stagiaire-1') || '{}')[name] === value",
            arg=[name, value],
        )

    def refused(self) -> list[list[str]]:
        return [call for call in self.page.evaluate("window.calls") if call[0] == "REFUSED"]


@pytest.fixture(params=["1.2", "2004-4"])
def lesson(chromium_page: Page, serve: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Lesson:
    shutil.copytree(HERE / "player", tmp_path, dirs_exist_ok=True)
    package = build_module(HERE / "modules" / "complet", edition=request.param)
    with zipfile.ZipFile(io.BytesIO(package.zip_bytes)) as archive:
        archive.extractall(tmp_path / "package")
    return Lesson(chromium_page, serve(tmp_path, policy=POLICY), request.param)


def _go(frame: FrameLocator, number: int) -> None:
    frame.locator("nav a").nth(number - 1).click()
    expect(frame.locator("nav a").nth(number - 1)).to_have_attribute("aria-current", "page")


def _question(frame: FrameLocator, name: str) -> Locator:
    return frame.locator(f".question[data-name={name}]")


def _answer(frame: FrameLocator, name: str, given: list[str] | str) -> None:
    question = _question(frame, name)
    if isinstance(given, str):
        question.locator("input").fill(given)
    else:
        for value in given:
            question.locator(f"input[value={value}]").check()
    question.get_by_role("button", name="Valider ma réponse").click()
    expect(question.locator(".verdict")).to_be_focused()


def _answer_all(frame: FrameLocator, answers: dict[str, Any]) -> None:
    for name, given in answers.items():
        _answer(frame, name, given)


def test_a_passed_quiz_is_said_once_every_page_was_seen(lesson: Lesson) -> None:
    frame = lesson.open()
    _go(frame, 2)
    _answer_all(frame, RIGHT)
    expect(frame.locator(".outcome:visible")).to_contain_text("5 sur 5")
    expect(frame.locator(".outcome:visible")).to_contain_text("Le seuil est atteint : le quiz est réussi")
    expect(frame.locator(".again:visible")).to_have_count(0)
    lesson.wait_stored(lesson.score, "100")
    assert lesson.status() == "incomplete"
    for number in (3, 4, 5):
        _go(frame, number)
    name = "cmi.success_status" if lesson.edition == "2004-4" else "cmi.core.lesson_status"
    lesson.wait_stored(name, "passed")
    expect(frame.locator("#message")).to_contain_text("Module terminé : le seuil du quiz est atteint")
    assert lesson.refused() == []
    assert lesson.stored()["cmi.core.exit"] == ("suspend" if lesson.edition == "2004-4" else "")


def test_failed_is_not_said_while_an_attempt_remains(lesson: Lesson) -> None:
    frame = lesson.open()
    for number in (3, 4, 5, 2):
        _go(frame, number)
    _answer_all(frame, WRONG)
    expect(frame.locator(".outcome:visible")).to_contain_text("Vous pouvez refaire le quiz. Essais restants : 1.")
    lesson.wait_written(lesson.score)
    assert (lesson.status(), lesson.raw()) == ("incomplete", "0")
    frame.get_by_role("button", name="Refaire le quiz").click()
    expect(_question(frame, "q-un").locator("input").first).to_be_focused()
    _answer_all(frame, {**WRONG, "q-un": ["a"]})
    name = "cmi.success_status" if lesson.edition == "2004-4" else "cmi.core.lesson_status"
    lesson.wait_stored(name, "failed")
    assert lesson.raw() == "20"
    expect(frame.locator(".outcome:visible")).to_contain_text("Résultat gardé : 20 %")
    expect(frame.locator(".outcome:visible")).to_contain_text("le quiz ne peut plus être refait")
    expect(frame.locator("#message")).to_contain_text("le seuil du quiz n’est pas atteint")
    expect(frame.locator(".again:visible")).to_have_count(0)
    assert lesson.refused() == []


def test_every_answer_is_in_the_journal_in_safe_forms(lesson: Lesson) -> None:
    frame = lesson.open()
    _go(frame, 2)
    _answer_all(frame, {**RIGHT, "q-un": ["b"]})
    lesson.wait_written("cmi.interactions.4.result")
    stored = lesson.stored()
    field = "learner_response" if lesson.edition == "2004-4" else "student_response"
    got = [
        tuple(
            stored[f"cmi.interactions.{n}.{name}"]
            for name in ("id", "type", field, "correct_responses.0.pattern", "result")
        )
        for n in range(5)
    ]
    if lesson.edition == "1.2":
        assert got == [
            ("q-un", "choice", "b", "a", "wrong"), ("q-deux", "choice", "a,c", "a,c", "correct"),
            ("q-trois", "true-false", "f", "f", "correct"), ("q-quatre", "numeric", "4.5", "4.5", "correct"),
            ("q-cinq", "fill-in", "elu", "elu", "correct"),
        ]  # fmt: skip
    else:
        assert got == [
            ("q_un", "choice", "b", "a", "incorrect"), ("q_deux", "choice", "a[,]c", "a[,]c", "correct"),
            ("q_trois", "true-false", "false", "false", "correct"), ("q_quatre", "numeric", "4.5", "4.4[:]4.6", "correct"),
            ("q_cinq", "fill-in", "elu", "elu", "correct"),
        ]  # fmt: skip
    assert lesson.refused() == []


def test_answers_are_found_again_and_the_journal_goes_on(lesson: Lesson) -> None:
    frame = lesson.open()
    _go(frame, 2)
    _answer(frame, "q-un", ["a"])
    _answer(frame, "q-cinq", "une réponse ; à moi & à toi = 100 %")
    lesson.wait_written("cmi.interactions.1.result")
    frame = lesson.open()
    expect(frame.locator("#page-quiz-final h1")).to_be_visible()
    expect(_question(frame, "q-un").locator("input[value=a]")).to_be_checked()
    expect(_question(frame, "q-un").locator(".feedback:visible")).to_have_text("Oui, bon.")
    expect(_question(frame, "q-cinq").locator("input")).to_have_value("une réponse ; à moi & à toi = 100 %")
    _answer(frame, "q-trois", ["f"])
    lesson.wait_written("cmi.interactions.2.result")
    assert lesson.stored()["cmi.interactions.2.id"].endswith("trois")


def test_answers_given_offline_are_sent_at_the_next_launch_once(lesson: Lesson) -> None:
    frame = lesson.open()
    _go(frame, 2)
    _answer(frame, "q-un", ["a"])
    lesson.wait_written("cmi.interactions.0.result")
    context = lesson.page.context
    context.set_offline(True)
    _answer(frame, "q-trois", ["f"])
    expect(frame.locator("#message")).to_contain_text("Vous êtes hors connexion")
    lesson.page.close()
    context.set_offline(False)
    lesson.page = context.new_page()
    frame = lesson.open()
    lesson.wait_written("cmi.interactions.1.result")
    expect(_question(frame, "q-trois").locator("input[value=f]")).to_be_checked()
    lesson.open()
    names = [name for name in lesson.stored() if re.fullmatch(r"cmi\.interactions\.\d+\.id", name)]
    assert sorted(names) == ["cmi.interactions.0.id", "cmi.interactions.1.id"]
    assert lesson.refused() == []


def test_a_line_that_falls_between_the_question_and_the_commit_loses_no_record(lesson: Lesson) -> None:
    """The LMS then says "true" to a commit that never left, and does not send the same value again."""
    frame = lesson.open()
    _go(frame, 2)
    _answer(frame, "q-un", ["a"])
    lesson.wait_written("cmi.interactions.0.result")
    context = lesson.page.context
    asked: list[str] = []

    def fall(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            context.set_offline(True)
            route.fulfill(body="cyclesync")
        else:
            route.abort()

    lesson.page.route("**/runtime/ping.txt", fall)
    _answer(frame, "q-deux", ["a", "c"])
    expect(frame.locator("#message")).to_contain_text("Vous êtes hors connexion")
    assert len(asked) >= 2
    lesson.page.unroute("**/runtime/ping.txt")
    context.set_offline(False)
    expect(frame.locator("#message")).not_to_contain_text("Vous êtes hors connexion")
    _answer(frame, "q-trois", ["f"])
    lesson.wait_written("cmi.interactions.2.result")
    assert "cmi.interactions.1.result" not in lesson.stored()
    lesson.page.close()
    lesson.page = context.new_page()
    lesson.open()
    lesson.wait_written("cmi.interactions.1.result")
    names = [name for name in lesson.stored() if re.fullmatch(r"cmi\.interactions\.\d+\.id", name)]
    assert len(names) == 3
    assert lesson.stored()["cmi.interactions.1.id"].endswith("deux")
    assert lesson.refused() == []


def test_a_training_quiz_explains_and_sends_nothing(lesson: Lesson) -> None:
    frame = lesson.open()
    _go(frame, 3)
    lesson.wait_stored("cmi.core.lesson_location", "page-entrainement")
    before = lesson.page.evaluate("window.calls.length")
    _answer(frame, "e-un", ["b"])
    expect(_question(frame, "e-un").locator(".feedback:visible")).to_have_text("Si, encore.")
    frame.locator(".again:visible").click()
    _answer(frame, "e-un", ["a"])
    expect(frame.locator(".outcome:visible")).to_contain_text("1 sur 1")
    assert lesson.page.evaluate("window.calls.length") == before
    frame = lesson.open()
    expect(_question(frame, "e-un").locator("input[value=a]")).to_be_checked()


def test_a_wrong_form_is_explained_and_not_counted(lesson: Lesson) -> None:
    frame = lesson.open()
    _go(frame, 2)
    question = _question(frame, "q-quatre")
    question.get_by_role("button").click()
    expect(question.locator(".verdict")).to_contain_text("Donnez d’abord une réponse")
    question.locator("input").fill("quatre")
    question.get_by_role("button").click()
    expect(question.locator(".verdict")).to_contain_text("Écrivez un nombre")
    assert not any(name.startswith("cmi.interactions") for name in lesson.stored())


def test_outside_normal_mode_a_quiz_sends_nothing(lesson: Lesson) -> None:
    frame = lesson.open(mode="browse")
    _go(frame, 2)
    _answer_all(frame, RIGHT)
    assert [call for call in lesson.page.evaluate("window.calls") if "Set" in call[0] or "Commit" in call[0]] == []
    assert lesson.stored() == {}


def test_terminer_is_explained_then_ends_a_quiz_that_was_taken(lesson: Lesson) -> None:
    frame = lesson.open()
    why = frame.locator(".moves [data-when]:visible")
    expect(why).to_have_count(0)
    _go(frame, 5)
    expect(frame.get_by_role("button", name="Terminer")).to_be_hidden()
    expect(why).to_have_text("Pour terminer, répondez d’abord à toutes les questions de la page « Quiz ».")
    _go(frame, 2)
    _answer_all(frame, WRONG)
    expect(frame.get_by_role("button", name="Refaire le quiz")).to_be_visible()
    _go(frame, 5)
    expect(why).to_contain_text("Si vous choisissez « Terminer », ce résultat devient définitif")
    frame.get_by_role("button", name="Terminer").click()
    name = "cmi.success_status" if lesson.edition == "2004-4" else "cmi.core.lesson_status"
    lesson.wait_stored(name, "failed")
    expect(frame.locator("#message")).to_contain_text("le seuil du quiz n’est pas atteint, c’est enregistré")
    expect(why).to_have_count(0)
    _go(frame, 2)
    expect(frame.get_by_role("button", name="Refaire le quiz")).to_be_hidden()


def test_enter_in_an_answer_leaves_the_page_where_it_is(lesson: Lesson) -> None:
    frame = lesson.open()
    _go(frame, 2)
    field = _question(frame, "q-quatre").locator("input")
    field.fill("4")
    field.press("Enter")
    expect(field).to_have_value("4")
    expect(frame.locator("#page-quiz-final h1")).to_be_visible()


def test_a_mise_en_situation_shows_consequences_then_the_debrief(lesson: Lesson) -> None:
    frame = lesson.open()
    expect(frame.get_by_text("Aucun choix n’est parfait.")).to_be_hidden()
    frame.get_by_text("Je parle devant tous").click()
    expect(frame.get_by_text("Le groupe se tait.")).to_be_visible()
    expect(frame.get_by_text("Aucun choix n’est parfait.")).to_be_visible()
    frame.get_by_text("Je rencontre chacun").click()
    expect(frame.get_by_text("Le groupe se tait.")).to_be_hidden()
    expect(frame.locator("figcaption", has_text="Un carré")).to_be_visible()


@pytest.mark.parametrize("chromium_page", [{"width": 320, "height": 640}], indirect=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lesson", ["1.2"], indirect=True)
def test_blocks_and_quizzes_break_no_accessibility_rule(
    lesson: Lesson, scheme: Any, axe_violations: Callable[[Any], list[str]]
) -> None:
    page = lesson.page
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"{lesson.address}/package/index.html")
    for number, link in enumerate(page.locator("nav a").all()):
        link.click()
        if number == 0:
            page.locator("summary").first.click()
            page.locator("summary").nth(1).click()
        if number == 1:
            page.locator("[data-name=q-deux] input").first.check()
            page.locator("[data-name=q-deux] button").click()
        assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_what_this_browser_kept_does_not_undo_what_was_done_elsewhere(lesson: Lesson) -> None:
    frame = lesson.open()
    _go(frame, 2)
    _answer(frame, "q-un", ["a"])
    lesson.wait_written("cmi.interactions.0.result")
    lesson.page.goto(f"{lesson.address}/player.js")
    state = lesson.stored()
    version, token, page, seen, *rest = state["cmi.suspend_data"].split(";")
    elsewhere = f"{version};{token};{page};{seen};0;0;900;0;0;q-un=a&q-trois=f"
    lesson.page.evaluate(
        "(state) => localStorage.setItem('lms:stagiaire-1', JSON.stringify(state))",
        {**state, "cmi.suspend_data": elsewhere},
    )
    assert len(rest) == 6
    frame = lesson.open()
    expect(_question(frame, "q-trois").locator("input[value=f]")).to_be_checked()
