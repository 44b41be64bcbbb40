"""A trainee with a phone: Chromium 390 pixels wide, logged in to the real Moodle, a package of ours in its player."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Frame, Page, expect, sync_playwright

from tests.live.conftest import setting

OPENED = """() => new Promise((resolve) => {
  const read = () => {
    const answers = {};
    document.querySelectorAll("#page-quiz-final .question").forEach((question) => {
      const typed = question.querySelector("[type=text]");
      const checked = Array.from(question.querySelectorAll(":checked")).map((one) => one.value);
      if (question.querySelector(".verdict").textContent) {
        answers[question.dataset.name] = typed ? typed.value : checked.join(".");
      }
    });
    const shown = (selector) => document.querySelector(`#page-quiz-final ${selector}:not([hidden])`) !== null;
    resolve({
      page: document.querySelector(".page:not([hidden])").id, message: document.getElementById("message").dataset.kind,
      answers: answers, result: shown(".outcome"),
      missed: ["missed", "left"].some((stage) => shown(`.outcome:not([hidden]) [data-when=${stage}]`)),
      wide: document.documentElement.scrollWidth > innerWidth,
    });
  };
  const opening = indexedDB.open("cyclesync"); // the package asked first: it has its answers when we have ours
  opening.onsuccess = () => {
    opening.result.transaction("kept").objectStore("kept").count().onsuccess = () => setTimeout(read, 0);
  };
})"""


@dataclass(frozen=True)
class Opened:
    """What a trainee finds on opening the module."""

    page: str
    message: str
    answers: Mapping[str, str]
    result: bool
    missed: bool
    wide: bool


@dataclass
class Trainee:
    """One person, from login to logout."""

    page: Page
    url: str
    username: str
    errors: list[str] = field(default_factory=list)

    def log_in(self, password: str) -> None:
        """Fill Moodle's login form; from then on, what the package writes to the console as an error is kept."""
        self.page.goto(f"{self.url}/login/index.php")
        self.page.fill("#username", self.username)
        self.page.fill("#password", password)
        self.page.click("#loginbtn")
        expect(self.page.locator("#usernavigation")).to_be_visible()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console",
            lambda said: (
                self.errors.append(said.text)
                if said.type == "error" and "/mod_scorm/content/" in str(said.location.get("url"))
                else None
            ),
        )

    def open(self, cmid: int) -> Opened:
        """Open the activity from its address in the course; returns what the package shows."""
        self.page.goto(f"{self.url}/mod/scorm/view.php?id={cmid}")
        expect(self.page.frame_locator("#scorm_object").locator("h1:visible")).to_have_count(1)
        return Opened(**self.package().evaluate(OPENED))

    def package(self) -> Frame:
        return next(frame for frame in self.page.frames if "/mod_scorm/content/" in frame.url)

    def is_told(self, kind: str) -> None:
        """Wait until the package says something of that kind above the page."""
        expect(self.package().locator("#message")).to_have_attribute("data-kind", kind)

    def go(self, page: str) -> None:
        """Take the module's own menu to a page, and wait until the package has said so."""
        link = self.package().locator(f"nav a[href='#{page}']")
        link.click()
        expect(link).to_have_attribute("aria-current", "page")

    def answer(self, answers: Mapping[str, str]) -> None:
        """Answer and validate each question of the page, values as in the state: ``a.c`` ticks two boxes.

        Validated by the key: a tap can miss a button that moves while an explanation unfolds above it.
        """
        for name, given in answers.items():
            question = self.package().locator(f"#page-quiz-final .question[data-name={name}]")
            typed = question.locator("[type=text]")
            if typed.count():
                typed.fill(given)
            else:
                for value in given.split("."):
                    question.locator(f"input[value={value}]").check()
            question.locator(".check").press("Enter")
            expect(question.locator(".verdict")).to_be_focused()

    def leave(self) -> None:
        """Go elsewhere, as one closes a tab: the package says goodbye by itself."""
        self.page.goto("about:blank")


def _accounts() -> Sequence[Mapping[str, str]]:
    accounts: Sequence[Mapping[str, str]] = json.loads(setting("CYCLESYNC_LIVE_BROWSER"))
    return accounts


@contextmanager
def _chromium() -> Iterator[Browser]:
    program = os.environ.get("CYCLESYNC_CHROMIUM") or shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not here: install Debian's package chromium, or name it in CYCLESYNC_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def trainees() -> Iterator[list[Trainee]]:
    """The people of ``CYCLESYNC_LIVE_BROWSER``, each with a browser profile of their own, logged in."""
    url = setting("CYCLESYNC_LIVE_URL").rstrip("/")
    accounts = _accounts()
    expect.set_options(timeout=60_000)
    with _chromium() as browser:
        people = []
        for account in accounts:
            context = browser.new_context(
                viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, locale="fr-FR"
            )
            context.set_default_timeout(60_000)
            people.append(Trainee(context.new_page(), url, account["username"]))
            people[-1].log_in(account["password"])
        yield people
        for person in people:
            person.page.context.close()
