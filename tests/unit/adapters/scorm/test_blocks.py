"""Blocks of the author's Markdown: what they become, and what is said of each mistake."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from sync_service.adapters.scorm import build_module
from sync_service.errors import PackageError

MODULE = 'identifier = "cs-x"\ntitle = "T"\nminutes = 5\nsource = "S"\npages = ["debut.md"]\n'
SITUATION = """::: mise-en-situation La rentrée
Vous animez.

:: choix Parler
Rien ne change.

:: choix <img src=x onerror=alert(1)>
On se tait.

:: bilan
Aucun choix n'est parfait.
:::"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "m"
    (made / "assets").mkdir(parents=True)
    (made / "module.toml").write_text(MODULE, encoding="utf-8")
    (made / "assets" / "plan.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    (made / "assets" / "a.mp4").write_bytes(b"film")
    (made / "assets" / "a.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nOui\n", encoding="utf-8")
    return made


def _page(folder: Path, body: str) -> str:
    (folder / "debut.md").write_text(f"# Début\n\n{body}\n", encoding="utf-8")
    with zipfile.ZipFile(io.BytesIO(build_module(folder).zip_bytes)) as archive:
        return archive.read("index.html").decode()


def _problems(folder: Path, body: str) -> list[str]:
    with pytest.raises(PackageError) as caught:
        _page(folder, body)
    return [str(problem) for problem in caught.value.problems]


def test_a_box_has_its_title_and_its_content(folder: Path) -> None:
    page = _page(folder, "::: objectifs\n- Un\n- Deux\n:::\n\nAprès.")
    box = page[page.index('<div class="note objectives">') :]
    assert box.index("Objectifs") < box.index("<li>Deux</li>") < box.index("</div>") < box.index("<p>Après.</p>")


def test_the_space_after_the_colons_may_be_forgotten(folder: Path) -> None:
    assert _page(folder, ":::objectifs\n- Un\n:::") == _page(folder, "::: objectifs\n- Un\n:::")
    close = SITUATION.replace(":: choix", "::choix").replace(":: bilan", "::bilan")
    assert _page(folder, close) == _page(folder, SITUATION)


def test_a_block_holds_another(folder: Path) -> None:
    page = _page(folder, "::: etude-de-cas\nUn cas.\n\n::: volet Une piste\nVoici.\n:::\n:::")
    assert '<details class="fold"><summary>Une piste</summary>' in page
    assert page.count("<details") == page.count("</details>") == 1


def test_a_mise_en_situation_and_a_hostile_choice(folder: Path) -> None:
    page = _page(folder, SITUATION)
    assert page.count('<details class="choice" name="situation-1">') == 2
    assert '<div class="debrief">' in page
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_media_come_with_captions_and_transcript(folder: Path) -> None:
    page = _page(folder, "::: video assets/a.mp4 assets/a.vtt\nBonjour.\n:::")
    assert 'src="assets/a.mp4"' in page
    assert '<track kind="captions" src="assets/a.vtt" srclang="fr"' in page
    assert "Lire la transcription" in page


@pytest.mark.parametrize(
    ("body", "line", "reason"),
    [
        ("::: inconnu\nx\n:::", 3, "« inconnu » n’existe pas"),
        ("::: info\nx", 3, "n’est pas fermé"),
        (":::", 3, "ne ferme aucun bloc"),
        ("::: info\n:::", 4, "est vide"),
        ("::: info Titre\nx\n:::", 3, "n’a rien après"),
        ("::: volet\nx\n:::", 3, "donnez un titre"),
        (":: choix Seul", 3, "mise-en-situation"),
        (":: autre", 3, "n’existe pas"),
        (":: info\nx\n:::", 3, "« ::: info »"),
        (SITUATION.replace(":: choix Parler", "::: choix Parler"), 6, "« :: choix »"),
        ("![Un carré](assets/plans.svg)", 3, "il y a « assets/plan.svg »"),
        ("![Un carré](plan.svg)", 3, "s’écrit « assets/plan.svg »"),
        ("![Un carré](assets\\\\plan.svg)", 3, "s’écrit « assets/plan.svg »"),
        (SITUATION.replace(":: choix Parler\nRien ne change.\n\n", ""), 3, "de 2 à 6"),
        (SITUATION.replace(":: bilan\n", ""), 3, "finit par"),
        (SITUATION.replace("Rien ne change.", ""), 9, "est vide"),
        (SITUATION.replace(":: choix Parler", ":: choix"), 6, "suivi de ce que"),
        ("::: video assets/a.mp4\nx\n:::", 3, "sous-titres"),
        ("::: video assets/b.mp4 assets/a.vtt\nx\n:::", 3, "b.mp4 n’est pas dans assets/"),
        ("::: video assets/a.mp4 assets/a.vtt\n:::", 4, "est vide"),
        ("> ::: info\n> x", 3, "au bord gauche"),
        (":::: info\nx\n:::", 3, "trois deux-points"),
        ("##Titre", 3, "mettez un espace"),
        ("> [!Fiction]\n> x", 3, "« [!Fiction] » n’existe pas"),
        ("![Un carré](assets/mon plan.png)", 3, "sans espace"),
        ("![Un carré](assets/plan.png “Un carré”)", 3, "guillemets droits"),
    ],
)
def test_each_mistake_has_its_line(folder: Path, *, body: str, line: int, reason: str) -> None:
    found = _problems(folder, body)
    assert any(problem.startswith(f"m/debut.md:{line} : ") and reason in problem for problem in found), found


def test_all_mistakes_of_a_page_come_at_once(folder: Path) -> None:
    found = _problems(folder, "::: inconnu\nx\n:::\n\n![](assets/absente.png)\n\n:::")
    assert {problem.split(" : ")[0] for problem in found} == {"m/debut.md:3", "m/debut.md:7", "m/debut.md:9"}


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        '::: volet "><script>alert(1)</script>\nx\n:::',
        "::: info\n<iframe src=//x></iframe>\n:::",
        "<details open ontoggle=alert(1)>",
        "`</section><script>alert(1)</script>`",
    ],
)
def test_a_hostile_page_runs_nothing(folder: Path, hostile: str) -> None:
    try:
        page = _page(folder, hostile)
    except PackageError:
        return
    assert page.count("<script") == 1
    assert "<iframe" not in page
    assert " ontoggle=alert(1)>" not in page.replace("&gt;", "]")
    assert 'href="javascript' not in page
    assert 'href="data' not in page


def test_an_english_module_speaks_english(folder: Path) -> None:
    (folder / "module.toml").write_text(MODULE + 'language = "en"\n', encoding="utf-8")
    page = _page(folder, "::: objectifs\n- One\n:::")
    assert '<html lang="en"' in page
    assert "Objectives" in page
    assert "Next page" in page
    assert "Page suivante" not in page
