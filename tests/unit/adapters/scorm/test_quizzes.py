"""Quiz and glossary files: what they become, and what is said of each mistake."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from sync_service.adapters.scorm import build_module, lint_zip
from sync_service.domain.scorm import BuiltPackage
from sync_service.errors import PackageError

MODULE = 'identifier = "cs-x"\ntitle = "T"\nminutes = 5\nsource = "S"\npages = ["q.toml"]\n'
QUIZ = """\
title = "Quiz"
intro = "I"
scored = true
pass = 65
attempts = 2

[[question]]
id = "un"
kind = "single"
text = "Un ?"
[[question.answer]]
text = "Oui"
right = true
feedback = "Bien."
[[question.answer]]
text = "Non"
feedback = "Mal."

[[question]]
id = "deux"
kind = "numeric"
text = "Deux ?"
right = 2
feedback_right = "Bien."
feedback_wrong = "Mal."

[[question]]
id = "trois"
kind = "short-text"
text = "Trois ?"
accept = ["L'Élu"]
feedback_right = "Bien."
feedback_wrong = "Mal."
"""


def _folder(root: Path, quiz: str = QUIZ) -> Path:
    folder = root / "m"
    folder.mkdir()
    (folder / "module.toml").write_text(MODULE, encoding="utf-8")
    (folder / "q.toml").write_text(quiz, encoding="utf-8")
    return folder


def _read(package: BuiltPackage, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(package.zip_bytes)) as archive:
        return archive.read(name).decode()


def test_a_scored_quiz_is_said_in_the_manifest_and_in_the_settings(tmp_path: Path) -> None:
    package = build_module(_folder(tmp_path))
    assert "<adlcp:masteryscore>65</adlcp:masteryscore>" in _read(package, "imsmanifest.xml")
    assert package.moodle["grademethod"] == 1
    page = _read(package, "index.html")
    assert 'data-pass="65" data-attempts="2"' in page
    assert 'data-right="l elu"' in page


def test_a_training_quiz_says_nothing_to_moodle(tmp_path: Path) -> None:
    package = build_module(_folder(tmp_path, re.sub(r"(scored|pass|attempts) = .*\n", "", QUIZ)))
    assert "masteryscore" not in _read(package, "imsmanifest.xml")
    assert package.moodle["grademethod"] == 0
    assert "data-pass" not in _read(package, "index.html")


@pytest.mark.parametrize("edition", ["1.2", "2004-4"])
@pytest.mark.parametrize("profile", ["adl", "moodle"])
def test_lint_accepts_a_scored_quiz_in_both_editions(tmp_path: Path, edition: str, profile: str) -> None:
    path = tmp_path / "m.zip"
    path.write_bytes(build_module(_folder(tmp_path), edition=edition).zip_bytes)
    found = {one.code for one in lint_zip(path, profile=profile, previous=path)}
    assert found == set()


def test_the_2004_manifest_says_its_edition_and_its_threshold(tmp_path: Path) -> None:
    text = _read(build_module(_folder(tmp_path), edition="2004-4"), "imsmanifest.xml")
    assert "<schemaversion>2004 4th Edition</schemaversion>" in text
    assert 'adlcp:scormType="sco"' in text
    assert "<imsss:minNormalizedMeasure>0.65</imsss:minNormalizedMeasure>" in text
    assert "mapInfo" not in text


def test_the_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    for edition in ("1.2", "2004-4"):
        assert len({build_module(folder, edition=edition).zip_bytes for _ in range(3)}) == 1


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ('kind = "single"', 'kind = "unique"', 9, "« kind » doit être single, multiple"),
        ('feedback = "Mal."', "", 15, "« feedback » manque"),
        ("right = true\n", "", 8, "il en faut une seule"),
        ('text = "Non"', 'text = "Non"\nright = true', 8, "il en faut une seule"),
        ("right = 2", "right = true", 23, "nombre simple"),
        ("right = 2", 'right = "deux"', 23, "« right »"),
        ("right = 2", 'right = 2\naccept = ["2"]', 24, "ne va pas avec le genre « numeric »"),
        ('accept = ["L\'Élu"]', "", 27, "une au moins"),
        ('["L\'Élu"]', '["…"]', 31, "lettres ou des chiffres"),
        ('id = "deux"', 'id = "un"', 20, "nomme déjà"),
        ('id = "deux"', 'id = "É 2"', 20, "minuscules"),
        ("pass = 65", "pass = 101", 4, "au plus 100"),
        ("scored = true\n", "", 3, "« pass » n’a de sens qu’avec scored = true"),
        (
            'feedback_right = "Bien."\nfeedback_wrong = "Mal."\n\n',
            'feedback_right = "Bien."\n\n',
            20,
            "« feedback_wrong » manque",
        ),
    ],
)
def test_each_mistake_has_its_line(tmp_path: Path, *, old: str, new: str, line: int, reason: str) -> None:
    assert old in QUIZ
    with pytest.raises(PackageError) as caught:
        build_module(_folder(tmp_path, QUIZ.replace(old, new, 1)))
    found = [str(problem) for problem in caught.value.problems]
    assert any(problem.startswith(f"m/q.toml:{line} : ") and reason in problem for problem in found), found


def test_questions_that_do_not_fit_in_the_state_are_refused(tmp_path: Path) -> None:
    typed = "".join(
        f'[[question]]\nid = "t{n}"\nkind = "short-text"\ntext = "?"\naccept = ["a"]\nfeedback_right = "B"\nfeedback_wrong = "M"\n'
        for n in range(12)
    )
    with pytest.raises(PackageError, match="ne tiennent plus"):
        build_module(_folder(tmp_path, f'title = "Q"\nintro = "I"\nscored = true\n{typed}'))


def test_a_hostile_quiz_runs_nothing(tmp_path: Path) -> None:
    evil = '"><script>alert(1)</script>'
    quiz = QUIZ.replace('"Un ?"', f"'{evil}'").replace('"Oui"', f"'{evil}'").replace('"Bien."', f"'{evil}'")
    page = _read(build_module(_folder(tmp_path, quiz)), "index.html")
    assert page.count("<script") == 1


def test_a_glossary_is_sorted_and_says_each_word_once(tmp_path: Path) -> None:
    glossary = 'title = "G"\nintro = "I"\n[[term]]\nterm = "Élu"\ntext = "E"\n[[term]]\nterm = "Agent"\ntext = "A"\n'
    page = _read(build_module(_folder(tmp_path, glossary)), "index.html")
    assert page.index("<dt>Agent</dt>") < page.index("<dt>Élu</dt>")
    (tmp_path / "m" / "q.toml").write_text(glossary + '[[term]]\nterm = "ELU"\ntext = "E"\n', encoding="utf-8")
    with pytest.raises(PackageError, match="plusieurs fois"):
        build_module(tmp_path / "m")
