"""The rights of the service account are the same in the plugin, in its presets and in the contract."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ROOT / "moodle_plugins" / "local_cyclesync"
LISTS = {
    ("observe", "site"): "OBSERVE_SITE",
    ("observe", "category of the courses"): "OBSERVE_CATEGORY",
    ("manage, besides", "site"): "MANAGE_SITE",
    ("manage, besides", "category of the courses"): "MANAGE_CATEGORY",
}


def defined(name: str) -> list[str]:
    text = (PLUGIN / "classes" / "local" / "role_definitions.php").read_text(encoding="utf-8")
    found = re.search(rf"const {name} = \[(.*?)\];", text, re.DOTALL)
    assert found is not None, name
    return re.findall(r"'([^']+)'", found[1])


@pytest.mark.parametrize("place", LISTS)
def test_the_contract_names_the_rights_that_the_plugin_gives(place: tuple[str, str]) -> None:
    text = (ROOT / "docs" / "moodle-contract.md").read_text(encoding="utf-8")
    (row,) = [line for line in text.splitlines() if line.startswith(f"| {place[0]} | {place[1]} |")]
    written = re.findall(r"`([^`]+)`", row.partition(" (")[0])
    assert written == defined(LISTS[place])


def explained(heading: str) -> dict[str, str]:
    """Return the rights of one table of the security file, each with its reason."""
    text = (ROOT / "docs" / "fr" / "dossier-securite.md").read_text(encoding="utf-8")
    (part,) = re.findall(rf"^### {heading}$(.*?)^##", text, re.DOTALL | re.MULTILINE)
    rows = re.findall(r"^\| `([^`]+)` \| (.*) \|$", part, re.MULTILINE)
    assert len(rows) == len(dict(rows))
    return dict(rows)


@pytest.mark.parametrize(("heading", "name"), [
    ("Lire, au niveau du site", "OBSERVE_SITE"),
    ("Lire, dans la catégorie des cours", "OBSERVE_CATEGORY"),
    ("Écrire, au niveau du site", "MANAGE_SITE"),
    ("Écrire, dans la catégorie des cours", "MANAGE_CATEGORY"),
    ("Jamais", "NEVER"),
])  # fmt: skip
def test_the_security_file_gives_the_reason_of_each_right(heading: str, name: str) -> None:
    table = explained(heading)
    assert list(table) == defined(name)
    assert [right for right, reason in table.items() if len(reason) < len("tout")] == []


@pytest.mark.parametrize(("file", "name"), [
    ("cyclesync_observe_site", "OBSERVE_SITE"),
    ("cyclesync_observe_category", "OBSERVE_CATEGORY"),
])  # fmt: skip
def test_a_preset_holds_its_list_and_gives_no_role(file: str, name: str) -> None:
    tree = ET.parse(PLUGIN / "presets" / f"{file}.xml").getroot()
    assert [node.text for node in tree.findall("permissions/allow")] == sorted(defined(name))
    assert tree.findtext("shortname") == file
    assert not tree.findall("allowassign/*")


def test_no_right_is_given_twice_or_forbidden() -> None:
    given = [right for name in LISTS.values() for right in defined(name)]
    assert len(given) == len(set(given))
    assert not set(given) & set(defined("NEVER"))


def test_every_capability_of_the_plugin_has_its_words() -> None:
    text = (PLUGIN / "db" / "access.php").read_text(encoding="utf-8")
    words = (PLUGIN / "lang" / "fr" / "local_cyclesync.php").read_text(encoding="utf-8")
    names = re.findall(r"'local/(cyclesync:[a-z]+)' =>", text)
    assert len(names) >= 3
    assert [name for name in names if f"$string['{name}']" not in words] == []
