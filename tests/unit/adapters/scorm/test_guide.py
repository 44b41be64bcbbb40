"""The author's guide: every example in it builds, as it is written."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from sync_service.adapters.scorm import build_module

GUIDE = Path(__file__).parents[4] / "docs" / "fr" / "guide-auteur.md"
MODULE = 'identifier = "cs-x"\ntitle = "T"\nminutes = 5\nsource = "S"\npages = ["page.{suffix}"]\n'
SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>'


def _examples() -> list[str]:
    text = GUIDE.read_text(encoding="utf-8")
    return [textwrap.dedent(found).strip() for found in re.findall(r"(?:^    .*\n|^\n(?=    ))+", text, re.MULTILINE)]


def _written(root: Path, suffix: str, text: str) -> Path:
    (root / "assets").mkdir()
    (root / "assets" / "partenaires.svg").write_text(SVG, encoding="utf-8")
    (root / "module.toml").write_text(MODULE.format(suffix=suffix), encoding="utf-8")
    (root / f"page.{suffix}").write_text(text, encoding="utf-8")
    return root


BLOCKS = [one for one in _examples() if ":::" in one or one.startswith("> [!") or "partenaires.svg" in one]
TABLES = [one for one in _examples() if "[[" in one]


def test_the_guide_has_examples() -> None:
    assert len(BLOCKS) >= 3
    assert len(TABLES) == 3


@pytest.mark.parametrize("example", BLOCKS)
def test_each_example_of_a_page_builds(example: str, tmp_path: Path) -> None:
    assert build_module(_written(tmp_path, "md", f"# Titre\n\n{example}\n")).zip_bytes


@pytest.mark.parametrize("example", TABLES)
def test_each_example_of_a_table_builds(example: str, tmp_path: Path) -> None:
    assert build_module(_written(tmp_path, "toml", example)).zip_bytes
