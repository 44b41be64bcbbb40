from __future__ import annotations

import base64
import io
import shutil
import zipfile
from pathlib import Path

import pytest

from sync_service.adapters.scorm import build_module
from sync_service.adapters.scorm.notes import french
from sync_service.errors import PackageError, UsageError

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
MODULE = """\
identifier = "cs-x-m01"
title = "Préparer"
minutes = 20
source = "la brochure"
pages = ["debut.md", "quiz.toml"]
"""
QUIZ = """\
title = "Autopositionnement"
intro = "Où en êtes-vous ?"
scale = ["Peu", "Bien"]
closing = "C'est fait."

[[statement]]
id = "e1"
text = "Je sais."
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "m01"
    folder.mkdir()
    (folder / "module.toml").write_text(MODULE, encoding="utf-8")
    (folder / "debut.md").write_text("# Début\n\nTexte.\n", encoding="utf-8")
    (folder / "quiz.toml").write_text(QUIZ, encoding="utf-8")
    return folder


def _problems(folder: Path) -> list[str]:
    with pytest.raises(PackageError) as caught:
        build_module(folder)
    return [str(problem) for problem in caught.value.problems]


def _edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


def test_a_right_folder_is_built(source: Path) -> None:
    package = build_module(source)
    assert package.identifier == "cs-x-m01"
    assert package.moodle["package_digest"] == package.content_digest


def test_another_edition_is_refused(source: Path) -> None:
    with pytest.raises(UsageError, match="2004-3"):
        build_module(source, edition="2004-3")


@pytest.mark.parametrize(
    ("name", "old", "new", "where", "reason"),
    [
        ("module.toml", 'identifier = "cs-x-m01"', "", "m01/module.toml:1", "identifier » manque"),
        ("module.toml", "minutes = 20", 'minutes = "20"', "m01/module.toml:3", "nombre entier"),
        ("module.toml", "minutes = 20", "minutes = 20\nscore = 1", "m01/module.toml:4", "n’existe pas"),
        ("module.toml", "cs-x-m01", "1 é", "m01/module.toml:1", "sans accent"),
        ("module.toml", '"debut.md", ', '"debut.md", "debut.md", ', "m01/module.toml:5", "2 fois"),
        ("module.toml", '"quiz.toml"', '"Quiz.toml"', "m01/module.toml:5", "minuscules"),
        ("module.toml", '"quiz.toml"', '"absent.md"', "m01/absent.md", "manque"),
        ("module.toml", "minutes = 20", "minutes = ", "m01/module.toml:3", "ne peut pas être lue"),
        ("module.toml", "minutes = 20", "minutes = 2,5", "m01/module.toml:3", "avec un point"),
        ("module.toml", '"quiz.toml"', '"debu.md"', "m01/debu.md", "il y a « debut.md »"),
        ("quiz.toml", "[[statement]]", "[statement]", "m01/quiz.toml:6", "deux crochets"),
        ("quiz.toml", 'text = "Je sais."', "text = “Je sais.”", "m01/quiz.toml:8", "guillemets droits"),
        ("quiz.toml", 'text = "Je sais."', 'text = "Je sais.', "m01/quiz.toml:8", "il manque un guillemet"),
        ("quiz.toml", 'text = "Je sais."', 'text = "Je "sais"."', "m01/quiz.toml:8", "citez avec « »"),
        ("quiz.toml", 'text = "Je sais."', "text = vrai", "m01/quiz.toml:8", "s’écrit true"),
        ("debut.md", "Texte.", "| A | B |\n| 1 | 2 |", "m01/debut.md:3", "|---|---|"),
        ("debut.md", "Texte.", "Liste :\n-un\n-deux", "m01/debut.md:3", "espace après le tiret"),
        ("debut.md", "Texte.", "Un ** mot ** gras", "m01/debut.md:3", "**gras**"),
        ("debut.md", "Texte.", "    Un retrait", "m01/debut.md:3", "retirez les espaces"),
        ("quiz.toml", 'text = "Je sais."', 'text = ""', "m01/quiz.toml:8", "vide"),
        ("quiz.toml", 'id = "e1"', 'id = "E 1"', "m01/quiz.toml:7", "E 1"),
        ("quiz.toml", '["Peu", "Bien"]', '["Peu"]', "m01/quiz.toml:3", "2 élément"),
        ("debut.md", "# Début", "Début", "m01/debut.md:1", "titre"),
        ("debut.md", "Texte.", "# Encore", "m01/debut.md:3", "qu’un titre"),
        ("debut.md", "Texte.", "### Trop bas", "m01/debut.md:3", "saute un niveau"),
        ("debut.md", "Texte.", "> [!nouveau] Texte", "m01/debut.md:3", "[!nouveau]"),
        ("debut.md", "Texte.", "![](assets/a.png)", "m01/debut.md:3", "description"),
        ("debut.md", "Texte.", "[lien](page.html)", "m01/debut.md:3", "page.html"),
    ],
)
def test_each_mistake_is_placed_and_explained(
    source: Path, *, name: str, old: str, new: str, where: str, reason: str
) -> None:
    _edit(source, name, old, new)
    found = _problems(source)
    assert any(problem.startswith(f"{where} : ") and reason in problem for problem in found), found


def test_all_mistakes_of_all_files_come_at_once(source: Path) -> None:
    _edit(source, "module.toml", "cs-x-m01", "é")
    _edit(source, "quiz.toml", 'title = "Autopositionnement"\n', "")
    (source / "debut.md").write_bytes("# Début é".encode("latin-1"))
    (source / "assets").mkdir()
    (source / "assets" / "Photo.PNG").write_bytes(b"x")
    found = "\n".join(_problems(source))
    for place in ("module.toml:1", "quiz.toml:1", "debut.md", "assets/Photo.PNG"):
        assert f"m01/{place}" in found


def test_markup_of_the_author_is_shown_not_run(source: Path) -> None:
    _edit(source, "debut.md", "Texte.", '<script>alert(1)</script> <b onclick="x">gras</b>')
    page = _page(source)
    assert "&lt;script&gt;" in page
    assert page.count("<script") == 1


def test_a_link_cannot_run_a_script(source: Path) -> None:
    _edit(source, "debut.md", "Texte.", "[lien](javascript:alert(1))")
    with pytest.raises(PackageError, match=r"debut\.md:\d+ : cette image ou ce lien ne peut pas être lu"):
        build_module(source)
    _edit(source, "debut.md", "[lien](javascript:alert(1))", "[autre](https://example.org)")
    page = _page(source)
    assert '<a href="https://example.org" target="_blank" rel="noopener noreferrer">' in page


def test_marked_notes_become_notes_and_the_quote_names_its_source(source: Path) -> None:
    _edit(source, "debut.md", "Texte.", "> [!fiction]\n> Inventé.\n\n> [!brochure]\n> Cité.\n\n> Simple.")
    page = _page(source)
    assert 'class="note-title">Situation fictive<' in page
    assert "<figcaption>Source&nbsp;: la brochure</figcaption>" in page
    assert page.count("<blockquote>") == 2


def test_french_typography_is_given_to_plain_typing() -> None:
    assert french("À 18 h 30, 12 €, 3 heures") == "À 18\u00a0h\u00a030, 12\u00a0€, 3 heures"
    assert french("L'été : « oui » ; non ?") == "L’été\u00a0: «\u00a0oui\u00a0»\u00a0; non\u00a0?"


def test_the_identifier_does_not_come_from_the_title(source: Path) -> None:
    first = build_module(source)
    _edit(source, "module.toml", "Préparer", "Un tout autre titre")
    second = build_module(source)
    assert second.identifier == first.identifier
    assert second.content_digest != first.content_digest


def _page(folder: Path) -> str:
    with zipfile.ZipFile(io.BytesIO(build_module(folder).zip_bytes)) as archive:
        return archive.read("index.html").decode()


def test_assets_travel_with_the_module(source: Path) -> None:
    (source / "assets").mkdir()
    (source / "assets" / "plan.png").write_bytes(PNG)
    _edit(source, "debut.md", "Texte.", "![Un plan](assets/plan.png)")
    assert 'src="assets/plan.png" alt="Un plan"' in _page(source)
    shutil.rmtree(source / "assets")
    assert any("plan.png" in problem for problem in _problems(source))
