"""What the documentation tells people to type exists, what exists is documented, and its links lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from sync_service.cli.app import app

ROOT = Path(__file__).parents[3]
PAGES = sorted(
    [ROOT / "README.md", ROOT / "lms_mappings" / "README.md", *(ROOT / "docs").rglob("*.md")],
    key=lambda page: page.relative_to(ROOT).as_posix(),
)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)\s#]+)")
LINE = re.compile(r"(?:^|[`«\s/])cyclesync ((?:[a-z-]+|CYCLE\S*|FILE|--?[a-z-]+)(?: [^`»\n|]*)?)")
CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)


def links(page: Path) -> list[str]:
    """Return where a page's links lead, examples in code left out."""
    text = CODE.sub("", page.read_text(encoding="utf-8"))
    return LINK.findall("\n".join(line for line in text.splitlines() if not line.startswith("    ")))


def commands() -> dict[str, Any]:
    """Return every command, by the words that call it."""

    def walk(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        inside = getattr(command, "commands", None)
        if inside is None:
            yield " ".join(words), command
        else:
            for name, found in inside.items():
                yield from walk(found, (*words, name))

    return dict(walk(typer.main.get_command(app), ()))


def typed(page: Path) -> Iterator[str]:
    """Yield what follows « cyclesync » in each piece of code of a page."""
    for block, span in CODE.findall(page.read_text(encoding="utf-8")):
        for line in (block or span).splitlines():
            yield from (found.strip() for found in LINE.findall(f" {line}"))


def named(page: Path) -> Iterator[tuple[str, str]]:
    """Yield each documented command line: the command that it calls (empty when there is none), and the line."""
    known = commands()
    for line in typed(page):
        words = [word for word in re.sub(r"--config \S+ ", "", line).split() if not word.startswith("--config")]
        calls = [" ".join(words[:n]) for n in (2, 1) if " ".join(words[:n]) in known]
        yield (calls[0] if calls else ""), line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_says_to_type_exists(page: Path) -> None:
    known = commands()
    for command, line in named(page):
        assert command, f"{page.name}: cyclesync {line}"
        options = {option for param in known[command].params for option in param.opts}
        used = set(re.findall(r"(?<!\S)--[a-z-]+", line)) - {"--config", "--json", "--help", "--debug"}
        assert used <= options, f"{page.name}: cyclesync {line}"


def test_the_pages_together_name_enough_commands() -> None:
    assert sum(1 for page in PAGES for _ in named(page)) > 40


def test_every_command_is_in_the_list_of_commands() -> None:
    listed = {command for command, _ in named(ROOT / "docs" / "fr" / "commandes.md")}
    assert listed == set(commands())


def test_make_targets_of_the_readme_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    used = set(re.findall(r"\bmake ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert {"demo", "test", "check", "live", "bench", "plugins"} <= used
    assert used <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files(page: Path) -> None:
    missing = [link for link in links(page) if not (page.parent / link).exists()]
    assert missing == []


def test_every_page_of_docs_can_be_reached() -> None:
    linked = {(page.parent / link).resolve() for page in PAGES for link in links(page)}
    seen = {found for found in linked if found.suffix == ".md"} | {
        found / name for found in linked if found.is_dir() for name in ("README.md",)
    }
    pages = {page.resolve() for page in (ROOT / "docs").rglob("*.md") if not (page.parent / "module.toml").exists()}
    assert sorted(page.name for page in pages - seen) == []
