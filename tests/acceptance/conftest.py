"""Installations at three moments of their life; each is made once, and every test works on a copy of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.installation import Installation, apply_all, make_installation, make_ready


@pytest.fixture(scope="session")
def _bare(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return make_installation(tmp_path_factory.mktemp("bare"))


@pytest.fixture(scope="session")
def _ready(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return make_ready(tmp_path_factory.mktemp("ready"))


@pytest.fixture(scope="session")
def _applied(_ready: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return apply_all(_ready.copy(tmp_path_factory.mktemp("applied")))


@pytest.fixture
def bare(_bare: Installation, tmp_path: Path) -> Installation:
    """An installation before ``init``."""
    return _bare.copy(tmp_path)


@pytest.fixture
def ready(_ready: Installation, tmp_path: Path) -> Installation:
    """An installation with its register and its people; nothing in Moodle yet."""
    return _ready.copy(tmp_path)


@pytest.fixture
def applied(_applied: Installation, tmp_path: Path) -> Installation:
    """An installation whose course stands in Moodle."""
    return _applied.copy(tmp_path)
