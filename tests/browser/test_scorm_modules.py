"""Every page of every module of the cycle: no accessibility rule broken, light and dark, 320 pixels wide."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from sync_service.adapters.scorm import build_module

CYCLE = Path(__file__).parents[2] / "scorm_packages" / "coordonnateur_petite_enfance"
MODULES = sorted(path.parent.name for path in CYCLE.glob("*/module.toml"))


@pytest.mark.slow  # one page after the other, twice, through axe-core
@pytest.mark.parametrize("chromium_page", [{"width": 320, "height": 640}], indirect=True)
@pytest.mark.parametrize("module", MODULES)
def test_no_page_of_the_module_breaks_a_rule(
    module: str, chromium_page: Page, serve: Any, axe_violations: Callable[[Any], list[str]], tmp_path: Path
) -> None:
    with zipfile.ZipFile(io.BytesIO(build_module(CYCLE / module).zip_bytes)) as archive:
        archive.extractall(tmp_path)
    chromium_page.goto(f"{serve(tmp_path)}/index.html")
    found: list[str] = []
    for link in chromium_page.locator("nav a").all():
        link.click()
        for fold in chromium_page.locator("details:not([name]) summary:visible").all():
            fold.click()
        for scheme in ("light", "dark"):
            chromium_page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found += axe_violations(chromium_page)
            assert chromium_page.evaluate("document.documentElement.scrollWidth") <= 320
    assert found == []
