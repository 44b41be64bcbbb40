"""Draw the pictures of the README from a demonstration: ``make pictures`` after ``make demo``."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
PICTURES = {"tableau-de-bord.png": ("pages/tableau-de-bord-j-30.html", 1400, 900)}
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def main(arguments: list[str]) -> int:
    """Draw every picture from the demonstration in the folder named first."""
    demo = Path(arguments[0] if arguments else "build/demo").resolve()
    chromium = os.environ.get("CYCLESYNC_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for name, (page_name, width, height) in PICTURES.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto((demo / page_name).as_uri())
            page.screenshot(path=HERE / name)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
