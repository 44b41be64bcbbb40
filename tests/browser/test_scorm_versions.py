"""A new version of a module over the one that a trainee has begun: what is found again, and what is said."""

from __future__ import annotations

import io
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from sync_service.adapters.scorm import build_module
from tests.browser.test_scorm_quiz import HERE, POLICY, RIGHT, WRONG, Lesson

NUMERIC = """[[question]]
id = "q-quatre"
kind = "numeric"
text = "Quatre ?"
right = 4.5
tolerance = 0.1
unit = "heures"
feedback_right = "Oui."
feedback_wrong = "Non : 4,5."

"""


@dataclass
class Versions:
    """The complete test module, which is edited between two openings."""

    lesson: Lesson
    source: Path
    out: Path

    def edit(self, file: str, old: str, new: str) -> None:
        """Change the sources and put the new package in the old one's place."""
        path = self.source / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        self.publish()

    def publish(self) -> None:
        shutil.rmtree(self.out, ignore_errors=True)
        built = build_module(self.source, edition=self.lesson.edition)
        with zipfile.ZipFile(io.BytesIO(built.zip_bytes)) as archive:
            archive.extractall(self.out)

    def leave(self) -> None:
        self.lesson.page.goto(f"{self.lesson.address}/player.js")

    def take(self, answers: dict[str, Any]) -> FrameLocator:
        """Open the module and answer questions of its quiz."""
        frame = self.lesson.open()
        frame.locator("nav a[href='#page-quiz-final']").click()
        for name, given in answers.items():
            question = frame.locator(f".question[data-name={name}]")
            if isinstance(given, str):
                question.locator("input").fill(given)
            else:
                for value in given:
                    question.locator(f"input[value={value}]").check()
            question.locator(".check").click()
            expect(question.locator(".verdict")).to_be_focused()
        return frame


@pytest.fixture(params=["1.2", "2004-4"])
def versions(chromium_page: Page, serve: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Versions:
    site, source = tmp_path / "site", tmp_path / "source"
    shutil.copytree(HERE / "player", site)
    shutil.copytree(HERE / "modules" / "complet", source)
    lesson = Lesson(chromium_page, serve(site, policy=POLICY), request.param)
    found = Versions(lesson, source, site / "package")
    found.publish()
    return found


def test_a_page_that_is_gone_is_told_and_the_rest_goes_on(versions: Versions) -> None:
    frame = versions.take({})
    frame.locator("nav a[href='#page-glossaire']").click()
    versions.lesson.wait_stored("cmi.core.lesson_location", "page-glossaire")
    versions.edit("module.toml", '"glossaire.toml", ', "")
    frame = versions.lesson.open()
    expect(frame.locator("#message")).to_contain_text("la page où vous étiez n’y est plus")
    expect(frame.locator("#page-entrainement h1")).to_be_visible()
    frame.locator("#next").click()
    expect(frame.locator("#message")).to_be_empty()
    assert versions.lesson.refused() == []


def test_a_page_put_first_does_not_move_the_reader(versions: Versions) -> None:
    versions.take({})
    versions.lesson.wait_stored("cmi.core.lesson_location", "page-quiz-final")
    (versions.source / "debut.md").write_text("# Au début\n\nDu texte.\n", encoding="utf-8")
    versions.edit("module.toml", 'pages = ["', 'pages = ["debut.md", "')
    frame = versions.lesson.open()
    expect(frame.locator("#page-quiz-final h1")).to_be_visible()
    expect(frame.locator("#message")).to_be_empty()


def test_what_was_passed_stays_passed_when_more_is_asked(versions: Versions) -> None:
    frame = versions.take({**RIGHT, "q-cinq": "moi"})
    for page in ("entrainement", "glossaire", "fin"):
        frame.locator(f"nav a[href='#page-{page}']").click()
    judged = "cmi.success_status" if versions.lesson.edition == "2004-4" else "cmi.core.lesson_status"
    versions.lesson.wait_stored(judged, "passed")
    versions.edit("quiz-final.toml", "pass = 60", "pass = 90")
    frame = versions.lesson.open()
    frame.locator("nav a[href='#page-quiz-final']").click()
    expect(frame.locator(".outcome [data-when=reached]")).to_be_visible()
    expect(frame.locator(".again:visible")).to_have_count(0)
    versions.leave()
    assert (versions.lesson.status(), versions.lesson.raw()) == ("passed", "80")


def test_answers_and_score_outlive_a_quiz_that_no_longer_counts(versions: Versions) -> None:
    versions.take(WRONG)
    versions.lesson.wait_written(versions.lesson.score)
    versions.edit("quiz-final.toml", "scored = true\npass = 60\nattempts = 2\n", "")
    for _ in range(2):
        frame = versions.lesson.open()
        expect(frame.locator("#page-quiz-final .question[data-name=q-un] input[value=b]")).to_be_checked()
    versions.leave()
    state = versions.lesson.stored()["cmi.suspend_data"].split(";")
    assert state[7:9] == ["1", "0"]
    assert state[9].startswith("q-un=b&")


def test_the_last_question_removed_closes_the_try(versions: Versions) -> None:
    versions.take({name: given for name, given in RIGHT.items() if name != "q-quatre"})
    versions.lesson.wait_written("cmi.interactions.3.result")
    assert versions.lesson.raw() == ""
    versions.edit("quiz-final.toml", NUMERIC, "")
    frame = versions.lesson.open()
    expect(frame.locator(".outcome:visible")).to_contain_text("4 sur 4")
    expect(frame.locator(".outcome [data-when=reached]")).to_be_visible()
    versions.lesson.wait_stored(versions.lesson.score, "100")
    assert versions.lesson.refused() == []
