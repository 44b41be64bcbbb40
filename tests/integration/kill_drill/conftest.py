"""The smallest promotion that has one object of each kind, ready to be applied."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.installation import Installation, make_ready

SECTIONS = ("s-bienvenue", "s-dossier", "s-m01")
ACTIVITIES = ("calendrier-ics", "ce-que-je-dois-remettre", "depot-a", "m01-prep")


@pytest.fixture(scope="session")
def _small(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    root = tmp_path_factory.mktemp("small")
    return make_ready(root, sections=SECTIONS, activities=ACTIVITIES, sessions=("acc-1",), trainees=2)


@pytest.fixture
def small(_small: Installation, tmp_path: Path) -> Installation:
    """A register, packages and two people; nothing in Moodle yet."""
    return _small.copy(tmp_path / "small")
