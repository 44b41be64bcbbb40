"""Twenty edits of one module, each sent to a real Moodle over the last: every attempt is kept, or the edit refused.

Run with the settings of conftest.py, without recording, and ``-s`` for the table of docs/scorm-replacement.md:
python -m pytest -m live -s tests/live/test_replacement_live.py
"""

from __future__ import annotations

import secrets
import shutil
import sys
from pathlib import Path

from sync_service.adapters.scorm import build_module
from sync_service.domain.lms_state import Kind
from tests.live.conftest import Live
from tests.live.test_lms_live import SCORM, Course

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
TRACKS = {
    "cmi.core.lesson_status": "passed", "cmi.core.score.raw": "80", "cmi.core.lesson_location": "page-quiz-final",
    "cmi.suspend_data": "v1;abc;page-quiz-final;page-blocs,page-quiz-final;0;1;61;1;80;", "cmi.core.exit": "suspend",
    "cmi.interactions.0.id": "q-un", "cmi.interactions.0.result": "correct",
}  # fmt: skip
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


def _edit(folder: Path, file: str, old: str, new: str, name: str) -> None:
    path = folder / file.rpartition("|")[2]
    text = path.read_text(encoding="utf-8")
    assert old in text, name
    changed = text + QUESTION if name == "question added" else text.replace(old, new, 1)
    path.write_text(changed, encoding="utf-8")


def _attempts(live: Live, course: Course, users: list[int]) -> tuple[int, object]:
    """Return what Moodle holds for each learner: the number of attempts, and the first one's tracks."""
    observer = live.observer()
    cm = {o.key: o.moodle_id for o in course.lms.course_state(live.promotion).objects}[course.key("m01")]
    detail = observer.call("core_course_get_course_module", {"cmid": cm})
    assert isinstance(detail, dict)
    scorm = detail["cm"]["instance"]
    scoes = observer.call("mod_scorm_get_scorm_scoes", {"scormid": scorm})
    assert isinstance(scoes, dict)
    sco = next(one["id"] for one in scoes["scoes"] if one["scormtype"] == "sco")
    held = []
    for user in users:
        count = observer.call("mod_scorm_get_scorm_attempt_count", {"scormid": scorm, "userid": user})
        tracks = observer.call("mod_scorm_get_scorm_sco_tracks", {"scoid": sco, "userid": user, "attempt": 1})
        assert isinstance(count, dict)
        assert isinstance(tracks, dict)
        values = {track["element"]: track["value"] for track in tracks["data"]["tracks"]}
        held.append((count["attemptscount"], {name: values.get(name) for name in TRACKS}))
    return sco, held


def test_twenty_edits_keep_every_attempt_or_are_refused(live: Live, tmp_path: Path) -> None:
    live.promotion = f"drill-{secrets.token_hex(4)}"
    course = Course(live, live.lms())
    folder, package = tmp_path / "complet", tmp_path / "m01.zip"
    shutil.copytree(SOURCE, folder)
    for name in ("debut", "milieu", "centre"):
        (folder / f"{name}.md").write_text(f"# Page {name}\n\nDu texte.\n", encoding="utf-8")
    package.write_bytes(build_module(folder).zip_bytes)
    students = live.students()[:2]
    users = [student.userid for student in students]
    digest = course.build(package, users)["m01"].digest
    sco, _ = _attempts(live, course, users)
    for student in students:
        tracks = [{"element": name, "value": value} for name, value in TRACKS.items()]
        student.transport.call("mod_scorm_insert_scorm_tracks", {"scoid": sco, "attempt": 1, "tracks": tracks})
    before = _attempts(live, course, users)
    assert before == (sco, [(1, TRACKS)] * 2)
    lines, outcomes = [], []
    for number, (name, file, old, new) in enumerate(EDITS, start=1):
        _edit(folder, file, old, new, name)
        built = build_module(folder)
        package.write_bytes(built.zip_bytes)
        done = course.write(
            "m01", Kind.MODULE, {**SCORM, "package_digest": built.content_digest}, verb="update", expect=digest,
            inside="s1", modname="scorm", package=package,
        )  # fmt: skip
        digest = done.digest if done.action == "updated" else digest
        assert _attempts(live, course, users) == before, name
        reason = f"refused: {done.code}, {done.affected} learners" if done.code else "updated, attempts kept"
        lines.append(f"| {number} | {name} | {reason} |")
        outcomes.append((done.action, done.code))
    sys.stdout.write("\n".join(lines) + "\n")
    assert outcomes == [("updated", "")] * (len(EDITS) - 1) + [("refused", "attempt_loss")]
    live.book.exchanges.clear()  # forty uploads of packages teach the sandbox nothing: no recording
