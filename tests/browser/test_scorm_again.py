"""Our packages in Chromium against npm scorm-again, a runtime that nobody here wrote; localStorage is its server."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from sync_service.adapters.scorm import build_module

ROOT = Path(__file__).parents[2]
M01 = ROOT / "scorm_packages" / "coordonnateur_petite_enfance" / "m01"
COMPLETE = Path(__file__).parent / "modules" / "complet"
RIGHT: dict[str, list[str] | str] = {
    "q-un": ["a"], "q-deux": ["a", "c"], "q-trois": ["f"], "q-quatre": "4,5", "q-cinq": "ÉLU !",
}  # fmt: skip
HOST = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>LMS</title>
<script src="runtime.js"></script><script>
const api = new LIBRARY({ autocommit: false, logLevel: 5 });
const kept = localStorage.getItem("lms");
if (kept) { api.loadFromJSON(JSON.parse(kept).cmi, "cmi"); }
window.refused = [];
const keep = (finished) => {
  const data = api.renderCommitCMI(finished);
  delete (data.cmi.core || data.cmi).session_time;
  localStorage.setItem("lms", JSON.stringify(data));
};
api.on("VERBCommit", () => keep(false));
api.on("VERBFinish", () => { keep(true); localStorage.setItem("finished", "1"); });
api.on("VERBTerminate", () => { keep(true); localStorage.setItem("finished", "1"); });
const setValue = api.VERBSetValue.bind(api);
api.VERBSetValue = (name, value) => {
  const answer = setValue(name, value);
  if (String(answer) !== "true") { refused.push([name, value]); }
  return answer;
};
window.NAME = api;
</script></head><body><iframe id="sco" title="SCO" src="package/index.html" width="100%" height="600"></iframe>
</body></html>"""
NAMES = {"1.2": ("Scorm12API", "LMS", "API", "scorm12"), "2004-4": ("Scorm2004API", "", "API_1484_11", "scorm2004")}


@dataclass
class Lms:
    """scorm-again in a page, with one package."""

    page: Page
    address: str
    edition: str

    def open(self) -> FrameLocator:
        self.page.goto(f"{self.address}/lms.html")
        frame = self.page.frame_locator("#sco")
        expect(frame.locator("h1:visible")).to_have_count(1)
        return frame

    def leave(self) -> None:
        """End the session, and stand on a page of the same site that runs nothing."""
        self.page.goto(f"{self.address}/blank.html")

    def stored(self) -> dict[str, Any]:
        values: dict[str, Any] = json.loads(self.page.evaluate("localStorage.getItem('lms')"))["cmi"]
        return values

    def core(self) -> dict[str, Any]:
        values = self.stored()
        core: dict[str, Any] = values.get("core", values)
        return core

    def status(self) -> str:
        core = self.core()
        return str(core["lesson_status"] if self.edition == "1.2" else core["completion_status"])

    def place(self) -> str:
        return str(self.core()["lesson_location" if self.edition == "1.2" else "location"])

    def seconds(self) -> float:
        """What the LMS counts for all sessions."""
        numbers = [float(part) for part in re.findall(r"[\d.]+", str(self.core()["total_time"]))]
        return sum(number * 60.0**power for power, number in enumerate(reversed(numbers)))


@pytest.fixture(params=["1.2", "2004-4"])
def start(chromium_page: Page, serve: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[Path], Lms]:
    modules = Path(os.environ.get("CYCLESYNC_NODE_MODULES", ROOT / "node_modules"))
    library, verb, name, file = NAMES[request.param]
    script = modules / "scorm-again" / "dist" / f"{file}.min.js"
    if not script.is_file():
        pytest.skip("scorm-again is not here: npm install scorm-again (CYCLESYNC_NODE_MODULES)")

    def begin(source: Path) -> Lms:
        shutil.copy(script, tmp_path / "runtime.js")
        host = HOST.replace("LIBRARY", library).replace("VERB", verb).replace("NAME", name)
        (tmp_path / "lms.html").write_text(host, encoding="utf-8")
        (tmp_path / "blank.html").write_text("<!doctype html><title>-</title>", encoding="utf-8")
        with zipfile.ZipFile(io.BytesIO(build_module(source, edition=request.param).zip_bytes)) as archive:
            archive.extractall(tmp_path / "package")
        return Lms(chromium_page, serve(tmp_path), request.param)

    return begin


def _go(frame: FrameLocator, number: int) -> None:
    frame.locator("nav a").nth(number - 1).click()
    expect(frame.locator("nav a").nth(number - 1)).to_have_attribute("aria-current", "page")


def _answer_all(frame: FrameLocator) -> None:
    for name, given in RIGHT.items():
        question = frame.locator(f".question[data-name={name}]")
        if isinstance(given, str):
            question.locator("input").fill(given)
        else:
            for value in given:
                question.locator(f"input[value={value}]").check()
        question.get_by_role("button", name="Valider ma réponse").click()
        expect(question.locator(".verdict")).to_be_focused()


def _finish(frame: FrameLocator) -> None:
    _go(frame, frame.locator("nav a").count())
    frame.get_by_role("button", name="Terminer").click()
    expect(frame.get_by_role("button", name="Terminer")).to_be_hidden()


def test_a_session_leaves_place_time_and_no_score_then_resumes_to_its_end(start: Callable[[Path], Lms]) -> None:
    lms = start(M01)
    frame = lms.open()
    _go(frame, 3)
    lms.page.wait_for_timeout(1100)
    assert lms.page.evaluate("refused") == []
    lms.leave()
    assert (lms.status(), lms.place()) == ("incomplete", "page-reperes")
    first = lms.seconds()
    assert 1 <= first < 60
    frame = lms.open()
    expect(frame.locator("#page-reperes h1")).to_be_visible()
    _finish(frame)
    lms.page.wait_for_timeout(1100)
    assert lms.page.evaluate("refused") == []
    lms.leave()
    assert (lms.status(), lms.place()) == ("completed", "page-pour-finir")
    assert first + 1 <= lms.seconds() < first + 60
    assert not (lms.core().get("score") or {}).get("raw")


def test_leaving_right_after_terminer_loses_no_answer(start: Callable[[Path], Lms]) -> None:
    lms = start(COMPLETE)
    frame = lms.open()
    _go(frame, 2)
    _answer_all(frame)
    _finish(frame)
    assert lms.page.evaluate("refused") == []
    lms.leave()
    assert lms.page.evaluate("localStorage.getItem('finished')") == "1"
    journal = lms.stored()["interactions"]
    records = journal if isinstance(journal, list) else list(journal.values())
    assert [record["result"] for record in records if record.get("id")] == ["correct"] * len(RIGHT)
    assert float(lms.core()["score"]["raw"]) == 100
