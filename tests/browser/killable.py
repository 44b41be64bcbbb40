"""A Chromium with a profile of its own that can be killed like a computer that loses its power, and started again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright

from tests.browser.conftest import FLAGS

UNLOAD = {"unload allowed": (), "unload deprecated": ("--enable-features=DeprecateUnload",)}


@contextmanager
def killable(playwright: Playwright, profile: Path, features: tuple[str, ...] = ()) -> Iterator[Killable]:
    """Start the browser for a test; it does not outlive it."""
    started = Killable(playwright, profile, features)
    try:
        yield started
    finally:
        started.stop()


class Killable:
    """One browser; its profile outlives it."""

    def __init__(self, playwright: Playwright, profile: Path, features: tuple[str, ...] = ()) -> None:
        program = os.environ.get("CYCLESYNC_CHROMIUM") or shutil.which("chromium")
        if program is None:
            pytest.skip("Chromium is not here: install Debian's package chromium, or name it in CYCLESYNC_CHROMIUM")
        self._playwright, self._profile = playwright, profile
        self._command = [
            program, *FLAGS, *features, "--headless=new", "--lang=fr-FR", "--remote-debugging-port=0",
            f"--user-data-dir={profile}", "about:blank",
        ]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None
        self._browser: Browser | None = None
        self.start()

    def start(self) -> None:
        """Start the browser; its windows of before do not come back."""
        port = self._profile / "DevToolsActivePort"
        port.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        for _ in range(300):
            if port.is_file() and port.read_text(encoding="ascii").count("\n"):
                break
            time.sleep(0.1)
        number = port.read_text(encoding="ascii").split()[0]
        self._browser = self._playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{number}")
        self.context.set_default_timeout(15_000)

    @property
    def context(self) -> BrowserContext:
        assert self._browser is not None
        return self._browser.contexts[0]

    def kill(self) -> None:
        """Kill -9 every process of the browser at once."""
        assert self._process is not None
        assert self._browser is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._browser.close()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill()
