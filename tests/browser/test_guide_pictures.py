"""The pictures of the author's guide, taken from the module that the guide makes its reader write.

``make pictures`` names a folder in CYCLESYNC_GUIDE_PICTURES: the pictures go there, in few colours.
"""

from __future__ import annotations

import io
import os
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from sync_service.adapters.scorm import build_module
from sync_service.adapters.scorm.watch import Preview, preview_server

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"
GUIDE = DOCS / "fr" / "guide-auteur.md"
EXAMPLE = DOCS / "fr" / "exemple-module"
COMMITTED = DOCS / "images" / "guide"
MAX_BYTES = 60_000
MAX_PICTURES = 15
COLOURS = 64
PHONE: ViewportSize = {"width": 360, "height": 660}
DESKTOP: ViewportSize = {"width": 1040, "height": 640}
PANEL: ViewportSize = {"width": 1240, "height": 640}
MARGIN = 10
LMS = """const values = {};
const yes = () => "true";
window.API = { LMSInitialize: yes, LMSFinish: yes, LMSCommit: yes, LMSGetValue: (name) => values[name] || "",
  LMSSetValue: (name, value) => { values[name] = value; return "true"; } };"""
SCORED = "scored = true\npass = 60\nattempts = 2\n"
SOUND = """\
::: audio assets/accueil.mp3 assets/accueil.vtt
« Bonjour, et bienvenue dans cette préparation. »
:::
"""
SILENCE = (b"\xff\xfb\x90\x00" + bytes(413)) * 77
"""Two seconds of MPEG-1 layer III at 128 kbit/s and 44.1 kHz: frames with a header and nothing to play."""


@dataclass(frozen=True)
class Shot:
    """One picture: what is done on which page, what it frames, and the guide's words that it shows."""

    name: str
    page: str
    viewport: ViewportSize
    words: tuple[str, ...]
    frame: tuple[str, ...] = ()
    """Selectors; the picture goes round them all. None: the whole window."""
    prepare: Callable[[Page], None] = lambda page: None


def _open_folds(page: Page) -> None:
    page.locator("section:visible summary").first.click()


def _choose(page: Page) -> None:
    page.get_by_text("Je demande à chacun d’écrire une ligne").click()


def _place_oneself(page: Page) -> None:
    page.locator("#level-but-3").check()


def _answer(page: Page) -> None:
    question = page.locator("[data-name=q-but]")
    question.locator("input").nth(1).check()
    question.get_by_role("button").click()


def _answer_all(page: Page) -> None:
    for name, values in {"q-but": "b", "q-releve": "ab", "q-tour": "f"}.items():
        for value in values:
            page.locator(f"[data-name={name}] input[value={value}]").check()
    page.locator("#typed-q-responsables").fill("3")
    page.locator("#typed-q-document").fill("menu")
    for name in ("q-but", "q-releve", "q-tour", "q-responsables", "q-document"):
        page.locator(f"[data-name={name}] .check").click()
    expect(page.locator(".outcome")).to_be_visible()


SHOTS = (
    Shot("module-ordinateur", "presentation", DESKTOP, ("Pour finir", "Source : programme", "Page suivante")),
    Shot("module-telephone", "presentation", PHONE, ("Environ 30 minutes", "Point de départ")),
    Shot("objectifs", "objectifs", PHONE, ("Ce que vous pourrez faire", "Objectifs", "Dire en une phrase"), ("h1:visible", ".objectives")),
    Shot("figure", "reperes", DESKTOP, ("Les trois temps d’une réunion",), ("section:visible figure",)),
    Shot(
        "encadres", "reperes", DESKTOP, ("À savoir", "Conseil", "Attention"),
        ("section:visible .note >> nth=0", "section:visible .note >> nth=2"),
    ),
    Shot(
        "a-completer", "reperes", DESKTOP, ("Pour aller plus loin", "À compléter par l’intervenant(e)"),
        ("section:visible table", "section:visible .note >> nth=3"),
    ),
    Shot(
        "etude-de-cas", "etude-de-cas", DESKTOP, ("Situation fictive", "Étude de cas", "Demandez-vous ce que"),
        ("section:visible .note >> nth=0", "section:visible .case"), _open_folds,
    ),
    Shot(
        "mise-en-situation", "mise-en-situation", PHONE, ("Que faites-vous ?", "Trois minutes de silence", "Bilan"),
        (".situation",), _choose,
    ),
    Shot("mise-en-application", "mise-en-application", DESKTOP, ("Cette proposition n’est pas évaluée",), (".practice",)),
    Shot(
        "autopositionnement", "positionnement", PHONE, ("Pour vous seul(e)", "Tout à fait"),
        ("section:visible .note >> nth=0", "fieldset:visible >> nth=0"), _place_oneself,
    ),
    Shot(
        "quiz", "quiz-reperes", PHONE, ("Un entraînement", "Il peut être envoyé avant"),
        ("section:visible .note >> nth=0", "[data-name=q-but]"), _answer,
    ),
)  # fmt: skip
NAMES = (*(shot.name for shot in SHOTS), "quiz-qui-compte", "son", "apercu", "apercu-erreur")


def _save(page: Page, name: str, folder: Path, elements: list[Locator]) -> Path:
    """Write the picture in few colours: it is looked at in a browser, over any line."""
    page.evaluate("scrollTo(0, 0)")
    boxes = [box for one in elements if (box := one.bounding_box()) is not None]
    assert len(boxes) == len(elements)
    data = page.screenshot(full_page=bool(boxes), clip=_around(boxes, page) if boxes else None, animations="disabled")
    path = folder / f"{name}.png"
    with Image.open(io.BytesIO(data)) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


def _around(boxes: list[Any], page: Page) -> Any:
    width = page.evaluate("document.documentElement.clientWidth")
    left = max(0, min(box["x"] for box in boxes) - MARGIN)
    top = max(0, min(box["y"] for box in boxes) - MARGIN)
    right = min(width, max(box["x"] + box["width"] for box in boxes) + MARGIN)
    bottom = max(box["y"] + box["height"] for box in boxes) + MARGIN
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """The folder that receives the pictures."""
    folder = Path(os.environ.get("CYCLESYNC_GUIDE_PICTURES") or tmp_path / "pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def chromium_page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """As for every browser test, with an LMS that keeps nothing, and no movement."""
    context = chromium.new_context(viewport=request.param, locale="fr-FR", reduced_motion="reduce")
    context.set_default_timeout(10_000)
    context.add_init_script(LMS)
    yield context.new_page()
    context.close()


def _open(page: Page, source: Path, folder: Path, serve: Any, page_id: str) -> None:
    with zipfile.ZipFile(io.BytesIO(build_module(source).zip_bytes)) as archive:
        archive.extractall(folder)
    page.goto(f"{serve(folder)}/index.html")
    expect(page.locator("h1:visible")).to_have_count(1)
    page.locator(f'nav a[href="#page-{page_id}"]').click()
    expect(page.locator(f"#page-{page_id}")).to_be_visible()
    page.mouse.move(0, 0)


def _words_are_shown(page: Page, words: tuple[str, ...]) -> None:
    text = page.locator("body").inner_text()
    assert [word for word in words if word not in text.replace("\u00a0", " ")] == []


def _is_light(path: Path) -> None:
    with Image.open(path) as picture:
        assert picture.height > 50
    assert path.stat().st_size < MAX_BYTES


@pytest.mark.parametrize(
    ("chromium_page", "shot"),
    [(one.viewport, one) for one in SHOTS],
    ids=[one.name for one in SHOTS],
    indirect=["chromium_page"],
)
def test_each_page_of_the_example_shows_what_the_guide_says(
    chromium_page: Page, shot: Shot, serve: Any, tmp_path: Path, album: Path
) -> None:
    _open(chromium_page, EXAMPLE, tmp_path / "package", serve, shot.page)
    shot.prepare(chromium_page)
    _words_are_shown(chromium_page, shot.words)
    elements = [chromium_page.locator(one).first for one in shot.frame]
    _is_light(_save(chromium_page, shot.name, album, elements))


@pytest.mark.parametrize("chromium_page", [PHONE], indirect=True)
def test_a_quiz_that_counts_says_its_result(chromium_page: Page, serve: Any, tmp_path: Path, album: Path) -> None:
    source = Path(shutil.copytree(EXAMPLE, tmp_path / "module"))
    quiz = source / "quiz-reperes.toml"
    quiz.write_text(SCORED + quiz.read_text(encoding="utf-8"), encoding="utf-8")
    assert SCORED in GUIDE.read_text(encoding="utf-8")
    _open(chromium_page, source, tmp_path / "package", serve, "quiz-reperes")
    _answer_all(chromium_page)
    _words_are_shown(
        chromium_page, ("Bonnes réponses : 2 sur 5", "Le seuil n’est pas encore atteint", "Refaire le quiz")
    )
    _is_light(_save(chromium_page, "quiz-qui-compte", album, [chromium_page.locator(".outcome")]))


@pytest.mark.parametrize("chromium_page", [PHONE], indirect=True)
def test_a_sound_has_its_transcript(chromium_page: Page, serve: Any, tmp_path: Path, album: Path) -> None:
    source = Path(shutil.copytree(EXAMPLE, tmp_path / "module"))
    (source / "assets" / "accueil.mp3").write_bytes(SILENCE)
    shutil.copy(HERE / "modules" / "complet" / "assets" / "voix.vtt", source / "assets" / "accueil.vtt")
    (source / "objectifs.md").write_text(f"# Objectifs\n\n{SOUND}", encoding="utf-8")
    assert SOUND in GUIDE.read_text(encoding="utf-8")
    _open(chromium_page, source, tmp_path / "package", serve, "objectifs")
    _open_folds(chromium_page)
    chromium_page.wait_for_function("document.querySelector('video').readyState > 1")
    _words_are_shown(chromium_page, ("Lire la transcription", "Bonjour, et bienvenue"))
    _is_light(_save(chromium_page, "son", album, [chromium_page.locator(".media")]))


@pytest.mark.parametrize("chromium_page", [PANEL], indirect=True)
def test_the_preview_shows_what_moodle_receives_then_a_mistake(
    chromium_page: Page, tmp_path: Path, album: Path
) -> None:
    source = Path(shutil.copytree(EXAMPLE, tmp_path / "module"))
    server = preview_server(Preview(source))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        chromium_page.goto(f"http://127.0.0.1:{server.server_port}/")
        chromium_page.frame_locator("#lesson").locator("nav a").nth(1).click()
        expect(chromium_page.locator("#values")).to_contain_text("page-objectifs")
        _is_light(_save(chromium_page, "apercu", album, []))
        text = (source / "objectifs.md").read_text(encoding="utf-8")
        (source / "objectifs.md").write_text(text.replace("::: objectifs", "::: objectif"), encoding="utf-8")
        expect(chromium_page.locator("#problems")).to_contain_text(
            "module/objectifs.md:3 : le bloc « objectif » n’existe pas"
        )
        _is_light(_save(chromium_page, "apercu-erreur", album, []))
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_guide_shows_every_picture_with_words_for_it() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    assert sorted(path.stem for path in COMMITTED.glob("*.png")) == sorted(NAMES)
    assert len(NAMES) <= MAX_PICTURES
    for name in NAMES:
        before, found, _ = guide.partition(f"](../images/guide/{name}.png)")
        assert found
        assert len(before.rpartition("![")[2]) > 30
        _is_light(COMMITTED / f"{name}.png")
