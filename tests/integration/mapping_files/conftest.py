from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sync_service.adapters.mapping_files import load_promotion
from sync_service.domain.promotion import PromotionFiles

ROOT = Path(__file__).parents[3]
PROMOTION = "angers-2026-2027"


@pytest.fixture(scope="session")
def mappings() -> Path:
    return ROOT / "lms_mappings"


@pytest.fixture(scope="session")
def files(mappings: Path) -> PromotionFiles:
    return load_promotion(mappings, PROMOTION)


@pytest.fixture
def copy(mappings: Path, tmp_path: Path) -> Path:
    shutil.copytree(mappings, tmp_path / "lms_mappings")
    return tmp_path / "lms_mappings" / "coordonnateur_petite_enfance"
