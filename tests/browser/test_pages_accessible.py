"""Every page that the product writes, in a light theme: no rule of axe-core broken, nothing wider than its window."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from sync_service.adapters.documents.html import to_html
from sync_service.adapters.memory_ledger import MemoryLedger
from sync_service.cli.demo.doors import ADMINISTRATOR, OFFICE, TRAINEE, engineer, index_page
from sync_service.domain.reports.catalogue import REPORTS
from sync_service.sandbox import Sandbox
from tests.unit.office.conftest import Office, Pin, ScriptedSite, StoppedClock, promotion_files
from tests.unit.office.every_report import every_report
from tests.unit.sandbox.conftest import World
from tests.unit.sandbox.test_pages import STATUS

GOLDEN = Path(__file__).parents[1] / "golden"
WRITTEN = (
    "report-promotion", "report-candidate", "report-missing", "report-attendance",
    "report-attendance-one", "report-modules", "report-person-file", "report-inspection", "report-transfer", "report-jury", "report-bilan", "report-person-summary", "report-minutes", "report-outcome", "report-differences", "plan-first", "plan-by-hand", "plan-refused", "plan-nothing",
    "index", "cours", "ou-j-en-suis", "ou-j-en-suis-vide",
)  # fmt: skip
UNKEPT = ("R10", "R14", "R16")
"""Reports that no golden file keeps: written from a promotion of the tests."""
WIDTHS = (1280, 320)
BETWEEN = (390, 768, 1024, 1089, 1200)
"""Telephones, tablets and small screens: nothing there may be wider than its window either."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one example of each page."""
    folder = tmp_path_factory.mktemp("pages")
    for golden in GOLDEN.glob("*.html"):
        (folder / golden.name).write_bytes(golden.read_bytes())
    doors = (OFFICE, ADMINISTRATOR, TRAINEE, engineer("../..", [("core_webservice_get_site_info", 12)]))
    index = index_page("Coordonnateur petite enfance", "Angers 2026-2027", doors, ["Liste : 15."], program="cyclesync")
    (folder / "index.html").write_text(index, encoding="utf-8")
    with Sandbox.start(folder / "moodle.sqlite") as sandbox:
        _write_trainee_pages(World(sandbox), folder)
    (folder / "pages").mkdir()
    (folder / "pages" / "ou-j-en-suis.html").write_bytes((folder / "ou-j-en-suis.html").read_bytes())
    for code, content in _unkept().items():
        (folder / f"{code}.html").write_text(content, encoding="utf-8")
    return folder


def _unkept() -> dict[str, str]:
    clock = StoppedClock()
    office = Office(promotion_files(), MemoryLedger(), clock, ScriptedSite(clock), Pin())
    office.open()
    office.enrol()
    office.link()
    made = every_report(office)
    return {code: to_html(made[code]) for code in UNKEPT}


def _write_trainee_pages(world: World, folder: Path) -> None:
    world.build()
    me: dict[str, Any] = {"promotion": "p", "user": str(world.people[0])}
    empty = world.sandbox.page("/local/cyclesync/me.php", **me)
    (folder / "ou-j-en-suis-vide.html").write_text(empty, encoding="utf-8")
    world.module("me", "url", {"name": "Où j’en suis (Information)", "position": 9, "externalurl": "{wwwroot}/local/x"})
    item = world.upload(b"%PDF", "dossier.pdf", who="t1")
    world.call("mod_assign_save_submission", who="t1", assignmentid=1, plugindata={"files_filemanager": item})
    world.track("completed")
    statuses = [{"userid": world.people[0], "status": json.dumps(STATUS)}]
    world.call("local_cyclesync_put_candidate_status", promotion="p", statuses=statuses)
    full = world.sandbox.page("/local/cyclesync/me.php", **me)
    (folder / "ou-j-en-suis.html").write_text(full, encoding="utf-8")
    course = world.sandbox.page("/course/view.php", key="cs:p:course", user="t1", me="ou-j-en-suis.html")
    (folder / "cours.html").write_text(course, encoding="utf-8")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", [*WRITTEN, *UNKEPT])
def test_page_is_accessible(
    name: str, width: int, pages: Path, chromium_page: Page, axe_violations: Callable[[Any], list[str]]
) -> None:
    chromium_page.set_viewport_size({"width": width, "height": 800})
    chromium_page.emulate_media(color_scheme="light")
    chromium_page.goto((pages / f"{name}.html").as_uri())
    chromium_page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert axe_violations(chromium_page) == []
    assert chromium_page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", [*WRITTEN, *UNKEPT])
def test_page_keeps_within_any_window(name: str, pages: Path, chromium_page: Page) -> None:
    chromium_page.goto((pages / f"{name}.html").as_uri())
    chromium_page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    widths = {}
    for width in BETWEEN:
        chromium_page.set_viewport_size({"width": width, "height": 800})
        widths[width] = chromium_page.evaluate("document.documentElement.scrollWidth")
    assert {width: found for width, found in widths.items() if found > width} == {}


def test_every_page_of_a_plan_or_report_kept_as_golden_is_looked_at() -> None:
    assert {path.stem for path in GOLDEN.glob("*.html")} <= set(WRITTEN)


def test_every_report_of_the_catalogue_is_looked_at() -> None:
    kept = {f"report-{name}" for name in REPORTS.values()}
    assert {f"report-{REPORTS[code]}" for code in UNKEPT} == kept - set(WRITTEN)
