"""The guides for Moodle: light pictures with words for who cannot see them, links that land, words that the plugin says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[3]
FR = ROOT / "docs" / "fr"
PICTURES = ROOT / "docs" / "images" / "moodle"
PAGES = ("installer-moodle.md", "ou-j-en-suis.md", "dossier-securite.md")
SHOWN = re.compile(r"!\[([^\]]*)\]\(\.\./images/moodle/([^)]+)\)")
ANCHOR = re.compile(r"\]\(([^)\s#]*)#([^)\s]+)\)")


def text(page: str) -> str:
    return (FR / page).read_text(encoding="utf-8")


def plain(words: str) -> str:
    """Return words with one kind of space."""
    return re.sub(r"[\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]+", " ", words)


def slug(title: str) -> str:
    """Return the anchor that a forge gives to a title."""
    kept = "".join(char for char in title.lower() if char.isalnum() or char in " -_")
    return kept.strip().replace(" ", "-")


def test_every_picture_is_shown_is_light_and_has_its_words() -> None:
    shown = [found for page in PAGES for found in SHOWN.findall(text(page))]
    assert {name for _, name in shown} == {path.name for path in PICTURES.glob("*.png")}
    assert len(shown) <= 15
    assert [words for words, _ in shown if len(words) < 40] == []
    for path in PICTURES.glob("*.png"):
        assert path.stat().st_size < 80_000, path.name
        with Image.open(path) as picture:
            assert min(picture.size) > 100


@pytest.mark.parametrize("page", PAGES)
def test_links_to_a_heading_find_it(page: str) -> None:
    for file, anchor in ANCHOR.findall(text(page)):
        target = (FR / file) if file else FR / page
        titles = re.findall(r"(?m)^#+ (.+)$", target.read_text(encoding="utf-8"))
        assert anchor in {slug(title) for title in titles}, f"{file}#{anchor}"


def test_the_guide_quotes_what_the_plugin_says() -> None:
    strings = (ROOT / "moodle_plugins/local_cyclesync/lang/fr/local_cyclesync.php").read_text(encoding="utf-8")
    guide = plain(text("installer-moodle.md") + text("ou-j-en-suis.md"))
    said = {key: plain(value) for key, value in re.findall(r"(?m)^\$string\['([\w:]+)'\] = '(.*)';$", strings)}
    quoted = (
        "categoryidnumbers", "retentiondays", "setup", "setup_nothingleft", "setup_repair", "setup_renew", "settings",
        "setup_title_account", "setup_title_assigned", "setup_title_webservices", "setup_title_rest", "me",
        "role:cyclesync_site", "role:cyclesync_category", "setup_state_todo", "setup_state_done",
    )  # fmt: skip
    assert [said[key] for key in quoted if said[key].rstrip(".") not in guide] == []


def test_what_uninstalling_costs_is_said_before_installing() -> None:
    guide = text("installer-moodle.md")
    assert guide.index("**Désinstaller `local_cyclesync`**") < guide.index("## 4. Installer")


def test_the_security_file_counts_the_dependencies_and_repeats_the_periods() -> None:
    page = text("dossier-securite.md")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    words = {20: "vingt", 21: "vingt et une", 22: "vingt-deux", 23: "vingt-trois"}
    assert f"Dépendances : {words[len(project['dependencies'])]}," in plain(page)
    (example,) = ROOT.glob("lms_mappings/*/referentials/*/certification.toml")
    table = tomllib.loads(example.read_text(encoding="utf-8"))["retention"]
    keep = {line["series"]: line["keep"] for line in table}
    assert (keep["attendance"], keep["dossier"], keep["traces"]) == ("P5Y", "P5Y", "P1Y")
    assert "5 ans après la fin de la promotion" in page
    assert "1 an après la décision définitive" in page


def test_the_guide_counts_the_functions_of_the_observing_service() -> None:
    contract = (ROOT / "docs" / "moodle-contract.md").read_text(encoding="utf-8")
    (listed,) = re.findall(r"(?m)^Observe: (.*?)^Manage adds", contract, re.DOTALL | re.MULTILINE)
    assert len(re.findall(r"`((?:core|mod|tool)_\w+)`", listed)) == 14
    assert "les quatorze noms" in text("installer-moodle.md")
