"""What the pages for people say of the command line is what it has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.acceptance.installation import ROOT, run_cyclesync

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
GROUPS = {"roster", "ledger"}


def commands(text: str) -> set[str]:
    """Return the names in the list of commands of a help page."""
    listed = text.replace("\N{NO-BREAK SPACE}", " ").partition("Commandes :")[2]
    found = set(re.findall(r"(?m)^  ([a-z]+) ", listed))
    assert found, text
    return found


@pytest.fixture(scope="module")
def known() -> set[str]:
    names = commands(run_cyclesync(["--help"], cwd=ROOT).out)
    for group in GROUPS:
        names |= {f"{group} {name}" for name in commands(run_cyclesync([group, "--help"], cwd=ROOT).out)}
    return names


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_of_a_page_exists(page: Path, known: set[str]) -> None:
    text = page.read_text(encoding="utf-8")
    for found in re.finditer(r"cyclesync (?:--?[a-z-]+(?: [a-z./]+\.toml)? )*([a-z]+)(?: ([a-z]+))?(?![\w.:/-])", text):
        line = text[text.rfind("\n", 0, found.start()) + 1 : text.find("\n", found.end())]
        if "`cyclesync" not in line and not line.startswith(("cyclesync", "    ", ".venv/bin/cyclesync")):
            continue  # a sentence about cyclesync, not a command
        name = f"{found[1]} {found[2]}" if found[1] in GROUPS else found[1]
        assert name in known, line


def test_the_readme_shows_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {"check", "init", "package", "plan", "pull", "report", "run"} <= set(re.findall(r"cyclesync ([a-z]+)", text))
