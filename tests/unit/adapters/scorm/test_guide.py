"""The author's guide: its module is the folder that it says to copy; every example builds; every message is real."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sync_service.adapters.scorm import FolderPackages, build_module, lint_zip
from sync_service.cli.app import app
from sync_service.errors import PackageError

ROOT = Path(__file__).parents[4]
GUIDE = ROOT / "docs" / "fr" / "guide-auteur.md"
EXAMPLE = ROOT / "docs" / "fr" / "exemple-module"
MODULE = 'identifier = "cs-x"\ntitle = "T"\nminutes = 5\nsource = "S"\npages = ["page.md"]\n'
TEXT = GUIDE.read_text(encoding="utf-8")
NAMED = dict(re.findall(r"^\*\*`([\w./-]+)`\*\*\n\n```\w+\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL))
"""Name of a file → its text, as the guide gives them."""
UNNAMED = re.findall(r"(?<!`\*\*\n\n)^```(md|toml|sh)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
PAGES = [text for kind, text in UNNAMED if kind == "md"]
TABLES = [text for kind, text in UNNAMED if kind == "toml"]
COMMANDS = [
    line for kind, text in UNNAMED if kind == "sh" for line in text.splitlines() if line.startswith("cyclesync")
]
SMALLEST = "scorm_packages/mon-cycle/essai/"
MESSAGES = [
    row.partition(" | ")[0] for row in TEXT.partition("| ce qui s’affiche |")[2].partition("\n\n")[0].split("\n| ")[2:]
]


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("`", "").replace("\\|", "|")


def test_the_module_of_the_guide_is_the_folder_to_copy() -> None:
    folder = {path.name: path.read_text(encoding="utf-8") for path in EXAMPLE.glob("*.*")}
    assert {name: text for name, text in NAMED.items() if "/" not in name} == folder


def test_the_module_of_the_guide_has_ten_pages_and_nothing_to_report(tmp_path: Path) -> None:
    package = build_module(EXAMPLE)
    (tmp_path / "m.zip").write_bytes(package.zip_bytes)
    assert NAMED["module.toml"].count('.md"') + NAMED["module.toml"].count('.toml"') == 10
    assert [lint_zip(tmp_path / "m.zip", profile=name) for name in ("moodle", "app", "adl")] == [(), (), ()]


def test_the_smallest_module_builds(tmp_path: Path) -> None:
    files = {name.removeprefix(SMALLEST): text for name, text in NAMED.items() if name.startswith(SMALLEST)}
    assert sorted(files) == ["bienvenue.md", "module.toml"]
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert build_module(tmp_path).zip_bytes


@pytest.mark.parametrize("example", PAGES)
def test_each_other_example_of_a_page_builds(example: str, tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    for name in ("visite", "accueil"):
        (tmp_path / "assets" / f"{name}.vtt").write_text(NAMED["assets/accueil.vtt"], encoding="utf-8")
    (tmp_path / "assets" / "visite.mp4").write_bytes(b"mp4")
    (tmp_path / "assets" / "accueil.mp3").write_bytes(b"mp3")
    (tmp_path / "module.toml").write_text(MODULE, encoding="utf-8")
    (tmp_path / "page.md").write_text(f"# Titre\n\n{example}", encoding="utf-8")
    assert build_module(tmp_path).zip_bytes


def test_the_lines_of_a_quiz_that_counts_go_on_top_of_the_quiz(tmp_path: Path) -> None:
    assert len(TABLES) == 1
    source = Path(shutil.copytree(EXAMPLE, tmp_path / "m"))
    (source / "quiz-reperes.toml").write_text(TABLES[0] + NAMED["quiz-reperes.toml"], encoding="utf-8")
    assert build_module(source).moodle["grademethod"] == 1


def test_each_command_does_what_the_guide_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(EXAMPLE, tmp_path / "scorm_packages" / "mon-cycle" / "reunion")
    FolderPackages(tmp_path / "scorm_packages" / "mon-cycle", tmp_path).build()
    (tmp_path / "reunion.zip").rename(tmp_path / "ancien.zip")
    commands = [command.split()[1:] for command in COMMANDS if "--watch" not in command]
    assert len(commands) == 4
    for command in commands:
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 0, result.output
    assert "rien à signaler" in _plain(result.output)
    assert (tmp_path / "build" / "packages" / "mon-cycle" / "reunion.moodle.json").is_file()


REPLACED = [
    ("module.toml", '"Préparer la session', "“Préparer la session"),
    ("module.toml", "minutes = 30", "duree = 30"),
    ("module.toml", "minutes = 30", 'minutes = "30"'),
    ("module.toml", '"cs-exemple-reunion"', '"réunion 1"'),
    ("module.toml", '"reperes.md"', '"Repères.md"'),
    ("module.toml", '"reperes.md"', '"repere.md"'),
    ("module.toml", '"reperes.md"', '"essai.md"'),
    ("module.toml", '"reperes.md",', '"reperes.md"'),
    ("module.toml", '"reperes.md"', '"objectifs.md"'),
    ("presentation.md", "1. Lire", "    Lire"),
    ("presentation.md", "Cette préparation", "-un\n-deux\n\nCette préparation"),
    ("presentation.md", "Cette préparation", "** Cette ** préparation"),
    ("presentation.md", "# Présentation", "Présentation"),
    ("presentation.md", "## Ce que", "# Ce que"),
    ("presentation.md", "## Ce que", "### Ce que"),
    ("presentation.md", "## Ce que", "##Ce que"),
    ("presentation.md", "[!depart]", "[!debut]"),
    ("objectifs.md", "::: objectifs", "::: objectif"),
    ("objectifs.md", "::: objectifs", ":: objectifs"),
    ("mise-en-situation.md", ":: choix", "::: choix"),
    ("reperes.md", "|---|---|\n", ""),
    ("reperes.md", "assets/trois-temps", "trois-temps"),
    ("reperes.md", "assets/trois-temps", "assets/plan"),
    ("objectifs.md", "\n:::\n", "\n"),
    ("objectifs.md", "::: objectifs\n", ""),
    ("objectifs.md", "fait.\n:::", "fait.\n:::\n\n> ::: info"),
    ("objectifs.md", "Avant de", "[Voir](page.md) avant de"),
    ("objectifs.md", "Avant de", "::: video assets/visite.mp4\nTexte.\n:::\n\nAvant de"),
    ("reperes.md", "![Trois étapes, de gauche à droite. Avant : dire le but. Pendant : donner la parole. Après : envoyer le relevé.]", "![]"),
    ("reperes.md", "assets/trois-temps", "assets/Trois-temps"),
    ("reperes.md", 'réunion")\n', 'réunion") Regardez.\n'),
    ("reperes.md", "assets/trois-temps", "assets/trois temps"),
    ("reperes.md", "::: volet Pour aller plus loin", "::: volet"),
    ("mise-en-situation.md", "\nVous expliquez à quoi sert la réunion. Tout le monde acquiesce. La question reste entière.", ""),
    ("mise-en-situation.md", ":: bilan\n", ""),
    ("positionnement.toml", 'id = "parole"', 'id = "but"'),
    ("quiz-reperes.toml", 'Lire le compte rendu précédent"', 'Lire le compte rendu précédent"\nright = true'),
    ("quiz-reperes.toml", 'feedback_right = "Oui."\n', ""),
    ("quiz-reperes.toml", 'feedback = "Personne ne relira dix pages."', ""),
    ("quiz-reperes.toml", 'kind = "single"', 'kind = "choix"'),
    ("quiz-reperes.toml", 'kind = "single"', 'kind = "numeric"'),
    ("quiz-reperes.toml", "title =", "attempts = 2\ntitle ="),
    ("quiz-reperes.toml", 'réponse."', "réponse."),
    ("quiz-reperes.toml", "chaque réponse", 'chaque "réponse"'),
    ("quiz-reperes.toml", "[[question]]", "[question]"),
    ("quiz-reperes.toml", "right = true", "right = vrai"),
    ("quiz-reperes.toml", "right = 4", "right = 4,5"),
]  # fmt: skip
"""One fault each: the file, what was there, what a hand wrote instead."""
ADDED = {
    "assets/photo.bmp": b"BM", "assets/Plan.PNG": b"", "assets/plan de salle.png": b"", "assets/texte.vtt": b"Bonjour",
    "assets/temps.vtt": b"WEBVTT\n\n00:00,500 --> 00:03,000\nBonjour",
    "assets/photo.png": b"0" * 5_000_001, "objectifs.md": "# Année".encode("latin-1"), "module.toml": None,
}  # fmt: skip
"""One file too many, damaged or removed each."""
LONG = """
[[question]]
id = "une-question-au-nom-long-{0}"
kind = "short-text"
text = "T"
accept = ["mot"]
feedback_right = "Oui."
feedback_wrong = "Non."
"""


def _reasons(folder: Path) -> set[str]:
    with pytest.raises(PackageError) as caught:
        FolderPackages(folder.parent, folder.parent / "out").build(["reunion", "voisin"])
    return {problem.reason for problem in caught.value.problems}


def _faulty(root: Path, number: int) -> Path:
    source = Path(shutil.copytree(EXAMPLE, root / str(number) / "reunion"))
    shutil.copytree(EXAMPLE, source.parent / "voisin")
    neighbour = source.parent / "voisin" / "module.toml"
    neighbour.write_text(
        neighbour.read_text(encoding="utf-8").replace("cs-exemple-reunion", "cs-voisin"), encoding="utf-8"
    )
    return source


def test_each_message_of_the_guide_is_the_one_that_is_shown(tmp_path: Path) -> None:
    shown: set[str] = set()
    for number, (name, before, after) in enumerate(REPLACED):
        source = _faulty(tmp_path, number)
        text = (source / name).read_text(encoding="utf-8")
        assert before in text, (name, before)
        (source / name).write_text(text.replace(before, after, 1), encoding="utf-8")
        shown |= _reasons(source)
    for number, (name, data) in enumerate(ADDED.items(), len(REPLACED)):
        source = _faulty(tmp_path, number)
        if data is None:
            (source / name).unlink()
        else:
            (source / name).write_bytes(data)
        shown |= _reasons(source)
    source = _faulty(tmp_path, 1000)
    (source.parent / "voisin" / "module.toml").write_text(NAMED["module.toml"], encoding="utf-8")
    shown |= _reasons(source)
    source = _faulty(tmp_path, 1001)
    text = (source / "mise-en-situation.md").read_text(encoding="utf-8")
    (source / "mise-en-situation.md").write_text(re.sub(r":: choix Je (dem|lève).*\n", "", text), encoding="utf-8")
    shown |= _reasons(source)
    source = _faulty(tmp_path, 1002)
    typed = "\n".join(LONG.format(number) for number in range(30))
    (source / "quiz-reperes.toml").write_text(f'title = "T"\nintro = "I"\nscored = true\n{typed}', encoding="utf-8")
    shown |= _reasons(source)
    assert [message for message in MESSAGES if _plain(message) not in {_plain(one) for one in shown}] == []


def test_each_place_that_the_guide_points_to_exists() -> None:
    prose = re.sub(r"^```.*?^```$|`[^`\n]*`", "", TEXT, flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.*)$", prose, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", _plain(title).lower()).replace(" ", "-") for title in titles}
    places = re.findall(r"\]\(([^)]+)\)", prose)
    assert {place[1:] for place in places if place.startswith("#")} <= anchors
    assert [place for place in places if "#" not in place and not (GUIDE.parent / place).exists()] == []
