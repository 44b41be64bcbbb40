"""Twenty edits of one module, each sent to a real Moodle over the last while two trainees are at work on it.

One has stopped half-way, in the middle of a second try at the quiz; the other has passed. After each edit the tracks
are read back, and both open the module again on a phone. Run with the settings of conftest.py, without recording, and
``-s`` for the tables of docs/scorm-replacement.md: python -m pytest -m live -s tests/live/test_replacement_live.py
"""

from __future__ import annotations

import re
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sync_service.adapters.moodle.batch import Call, call_many
from sync_service.adapters.scorm import build_module
from sync_service.domain.lms_state import Kind
from tests.live.conftest import Live
from tests.live.recorder import RecordingTransport
from tests.live.test_lms_live import SCORM, Course
from tests.live.trainee import Opened, Trainee, trainees

pytestmark = pytest.mark.pages

__all__ = ["trainees"]
SOURCE = Path(__file__).parents[1] / "browser" / "modules" / "complet"
QUESTION = """
[[question]]
id = "q-six"
kind = "true-false"
text = "Six ?"
right = true
feedback_right = "Oui."
feedback_wrong = "C'est vrai."
"""
PAGES = '"blocs.md", "quiz-final.toml"'
EDITS = (
    ("page inserted first", "module.toml", PAGES, f'"debut.md", {PAGES}'),
    ("page inserted in the middle", "module.toml", PAGES, '"blocs.md", "milieu.md", "quiz-final.toml"'),
    ("page removed", "module.toml", '"debut.md", ', ""),
    ("pages reordered", "module.toml", '"milieu.md", "quiz-final.toml"', '"quiz-final.toml", "milieu.md"'),
    ("page renamed (its file)", "module.toml", '"milieu.md"', '"centre.md"'),
    ("page's heading changed", "fin.md", "# ", "# Pour "),
    ("page's text changed", "fin.md", "\n\n", "\n\nUne phrase de plus.\n\n"),
    ("question added", "quiz-final.toml", 'id = "q-un"', ""),
    ("question's text changed", "quiz-final.toml", '"Un ?"', '"Un, vraiment ?"'),
    ("right answer changed", "quiz-final.toml", "right = 4.5", "right = 4.6"),
    ("feedback changed", "quiz-final.toml", "Oui, bon.", "Oui, très bon."),
    ("question removed", "quiz-final.toml", QUESTION, ""),
    ("pass mark raised", "module.toml|quiz-final.toml", "pass = 60", "pass = 90"),
    ("attempts of the quiz limited to one", "quiz-final.toml", "attempts = 2", "attempts = 1"),
    ("quiz no longer scored", "quiz-final.toml", "scored = true\npass = 90\nattempts = 1\n", ""),
    ("title of the module changed", "module.toml", "d'essai complet", "d'essai très complet"),
    ("language changed", "module.toml", "minutes = 15", 'minutes = 15\nlanguage = "en"'),
    ("image changed", "assets/carre.svg", "<svg ", '<svg data-edit="1" opacity="0.9" '),
    ("minutes changed", "module.toml", "minutes = 15", "minutes = 20"),
    ("identifier changed", "module.toml", "cs-essai-complet", "cs-essai-autre"),
)
MISSED = {"q-un": "a", "q-deux": "a.c", "q-trois": "t", "q-quatre": "12", "q-cinq": "moi"}
SECOND = {"q-un": "a", "q-deux": "a.b"}
PASSED = {"q-un": "a", "q-deux": "a.c", "q-trois": "f", "q-quatre": "4.5", "q-cinq": "moi"}
QUIZ, LAST = "page-quiz-final", "page-fin"
RANKS = ("", "incomplete", "failed", "passed")
NAMES = {
    "1.2": ("cmi.core.lesson_status", "cmi.core.lesson_status", "cmi.core.score.raw", "cmi.core.lesson_location"),
    "2004-4": ("cmi.completion_status", "cmi.success_status", "cmi.score.raw", "cmi.location"),
}  # fmt: skip


class Held(NamedTuple):
    """What Moodle holds of one trainee's work."""

    attempts: int
    status: str
    score: str
    place: str
    answers: str
    journal: int


@dataclass
class Drill:
    """The module being edited, on the real site, and the two people."""

    live: Live
    course: Course
    edition: str
    folder: Path
    package: Path
    users: list[int]
    digest: str = ""
    cmid: int = 0
    scorm: int = 0
    sco: int = 0
    observer: RecordingTransport = field(init=False)

    def prepare(self) -> None:
        """Make the course and enrol the two."""
        shutil.copytree(SOURCE, self.folder)
        for name in ("debut", "milieu", "centre"):
            (self.folder / f"{name}.md").write_text(f"# Page {name}\n\nDu texte.\n", encoding="utf-8")
        self.package.write_bytes(build_module(self.folder, edition=self.edition).zip_bytes)
        self.digest = self.course.build(self.package, self.users)["m01"].digest
        self.observer = self.live.observer()
        objects = self.course.lms.course_state(self.live.promotion).objects
        found = {one.key: one.moodle_id for one in objects}[self.course.key("m01")]
        assert found is not None
        self.cmid = found
        detail = self.observer.call("core_course_get_course_module", {"cmid": self.cmid})
        assert isinstance(detail, dict)
        self.scorm = detail["cm"]["instance"]
        scoes = self.observer.call("mod_scorm_get_scorm_scoes", {"scormid": self.scorm})
        assert isinstance(scoes, dict)
        self.sco = next(int(one["id"]) for one in scoes["scoes"] if one["scormtype"] == "sco")

    def edit(self, name: str, file: str, old: str, new: str) -> tuple[str, str]:
        """Change the sources, build, send; returns Moodle's action and the refusal's code."""
        path = self.folder / file.rpartition("|")[2]
        text = path.read_text(encoding="utf-8")
        assert old in text, name
        changed = text + QUESTION if name == "question added" else text.replace(old, new, 1)
        path.write_text(changed, encoding="utf-8")
        built = build_module(self.folder, edition=self.edition)
        self.package.write_bytes(built.zip_bytes)
        done = self.course.write(
            "m01", Kind.MODULE, {**SCORM, "package_digest": built.content_digest}, verb="update", expect=self.digest,
            inside="s1", modname="scorm", package=self.package,
        )  # fmt: skip
        self.digest = done.digest if done.action == "updated" else self.digest
        return done.action, done.code

    def held(self) -> list[Held]:
        """Read back, in one request, what Moodle holds of each; the SCO is still the same one."""
        calls = [Call("mod_scorm_get_scorm_scoes", {"scormid": self.scorm})]
        for user in self.users:
            calls += [
                Call("mod_scorm_get_scorm_attempt_count", {"scormid": self.scorm, "userid": user}),
                Call("mod_scorm_get_scorm_sco_tracks", {"scoid": self.sco, "userid": user, "attempt": 1}),
            ]
        answers: list[Any] = [item.get() for item in call_many(self.observer, calls)]
        assert self.sco in {one["id"] for one in answers[0]["scoes"]}
        return [self._one(count, tracks) for count, tracks in zip(answers[1::2], answers[2::2], strict=True)]

    def _one(self, count: Any, tracks: Any) -> Held:
        values = {track["element"]: track["value"] for track in tracks["data"]["tracks"]}
        done, judged, score, place = (values.get(name, "") for name in NAMES[self.edition])
        state = values.get("cmi.suspend_data", "").split(";")
        journal = sum(re.fullmatch(r"cmi\.interactions[._]\d+\.id", name) is not None for name in values)
        return Held(count["attemptscount"], judged or done, score, place, state[-1], journal)

    def wait_held(self, reached: Callable[[list[Held]], bool]) -> list[Held]:
        """Wait until the last words of the pages that were left have arrived."""
        for _ in range(100):
            held = self.held()
            if reached(held):
                return held
            time.sleep(0.2)
        raise AssertionError(held)


def _begin(drill: Drill, halfway: Trainee, finished: Trainee) -> None:
    """One misses the quiz and stops in the middle of the second try; the other passes and sees every page."""
    first = halfway.open(drill.cmid)
    assert first == Opened("page-blocs", "", {}, result=False, missed=False, wide=False)
    halfway.go(QUIZ)
    halfway.answer(MISSED)
    halfway.package().locator(".again:visible").click()
    halfway.answer(SECOND)
    halfway.leave()
    finished.open(drill.cmid)
    finished.go(QUIZ)
    finished.answer(PASSED)
    for page in ("page-entrainement", "page-glossaire", LAST):
        finished.go(page)
    finished.leave()
    held = drill.wait_held(lambda both: (both[0].journal, both[1].status, both[1].place) == (7, "passed", LAST))
    assert [one[:4] for one in held] == [(1, "incomplete", "40", QUIZ), (1, "passed", "80", LAST)]


def _not_backwards(before: Held, after: Held) -> bool:
    return (
        after.attempts == before.attempts
        and RANKS.index(after.status) >= RANKS.index(before.status)
        and float(after.score) >= float(before.score)
        and after.journal >= before.journal
    )


@dataclass
class Expected:
    """Where the trainee who stopped half-way should be, and with which answers."""

    page: str = QUIZ
    answers: Mapping[str, str] = field(default_factory=lambda: dict(SECOND))

    def reached(self, held: Held) -> bool:
        """Tell whether Moodle holds the place and the answers."""
        given = held.answers.split("&")
        return held.place == self.page and all(f"{name}={value}" in given for name, value in self.answers.items())

    def after(self, name: str, opened: Opened, trainee: Trainee) -> None:
        """Between two edits the trainee moves on: to a page that will go, to a question that will go."""
        if name == "page inserted in the middle":
            self.page = "page-milieu"
            trainee.go(self.page)
        elif name == "page renamed (its file)":
            assert opened.page == "page-centre"
            trainee.is_told("moved")
            self.page = QUIZ
            trainee.go(QUIZ)
        elif name == "question added":
            self.answers = {**SECOND, "q-six": "t"}
            trainee.answer({"q-six": "t"})


@pytest.mark.parametrize("edition", ["1.2", "2004-4"])
def test_twenty_edits_keep_every_attempt_and_what_each_trainee_finds(
    live: Live, trainees: list[Trainee], tmp_path: Path, edition: str
) -> None:
    live.promotion = f"drill-{secrets.token_hex(4)}"
    halfway, finished = trainees[:2]
    by_name = {student.username: student.userid for student in live.students()}
    users = [by_name[person.username] for person in (halfway, finished)]
    drill = Drill(live, Course(live, live.lms()), edition, tmp_path / "complet", tmp_path / "m01.zip", users)
    drill.prepare()
    _begin(drill, halfway, finished)
    expected, outcomes, before = Expected(), [], drill.held()
    for number, (name, file, old, new) in enumerate(EDITS, start=1):
        outcomes.append(drill.edit(name, file, old, new))
        assert drill.held() == before, name
        if name == "question removed":
            expected.answers = SECOND
        shown = [_reopened(drill, person) for person in (halfway, finished)]
        _check_halfway(name, shown[0], expected)
        _check_finished(name, shown[1])
        expected.after(name, shown[0], halfway)
        for person in (halfway, finished):
            person.leave()
            assert person.errors == [], name
        after = drill.wait_held(lambda both: expected.reached(both[0]))
        assert all(map(_not_backwards, before, after)), (name, before, after)
        before = after
        sys.stdout.write(_line(number, name, outcomes[-1], shown))
    assert outcomes == [("updated", "")] * (len(EDITS) - 1) + [("refused", "attempt_loss")]
    live.book.exchanges.clear()  # forty uploads of packages teach the sandbox nothing: no recording


def _reopened(drill: Drill, person: Trainee) -> Opened:
    opened = person.open(drill.cmid)
    assert not opened.wide
    return opened


def _check_halfway(name: str, shown: Opened, expected: Expected) -> None:
    assert dict(shown.answers) == dict(expected.answers), name
    assert not shown.result, name
    if name != "page renamed (its file)":
        assert (shown.page, shown.message) == (expected.page, ""), name


def _check_finished(name: str, shown: Opened) -> None:
    """The page that she left, all her answers, and never the words that she missed what Moodle says she passed."""
    assert (shown.page, shown.message) == (LAST, "review"), name
    assert dict(shown.answers) == PASSED, name
    assert not shown.missed, name


def _line(number: int, name: str, outcome: tuple[str, str], shown: list[Opened]) -> str:
    said = f"refused: {outcome[1]}" if outcome[1] else "attempts kept"
    cells = [f"{one.page.removeprefix('page-')}, {len(one.answers)} answers" for one in shown]
    return f"| {number} | {name} | {said} | {' | '.join(cells)} |\n"
