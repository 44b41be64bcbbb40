"""Draw the pictures of the README and of the office's guide from a demonstration: ``make pictures`` after ``make demo``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
PICTURES = {"tableau-de-bord.png": ("pages/tableau-de-bord-j-30.html", 1400, 900)}
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
SHEETS = {
    "classeur-feuilles.png": ("classeur/2026-11-06-emargement-m2-a.xlsx", "Une ligne par session de formation", 84),
    "classeur-emargement.png": ("classeur/2026-11-06-emargement-m2-a.xlsx", "m2-a\n04/11/2026", 68),
    "classeur-certificats.png": (
        "classeur/2027-06-28-numero-annule-lu.xlsx",
        "Le numéro est donné par le registre",
        130,
    ),
}
"""Picture → (file, words of the page to show, dots per inch); drawn by LibreOffice, as the office sees it."""
TALL = 5.0
"""Height of a picture, in inches from the top of its page: below, these pages are empty."""


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
    return _sheets(demo)


def _sheets(demo: Path) -> int:
    """Draw pages of the office's workbooks; without LibreOffice and poppler, say so."""
    missing = [tool for tool in ("soffice", "pdftotext", "pdftoppm") if shutil.which(tool) is None]
    if missing:
        sys.stderr.write(f"Pictures of the workbook not drawn, missing: {', '.join(missing)}.\n")
        return 1
    with TemporaryDirectory() as place:
        for name, (file, words, dpi) in SHEETS.items():
            _run("soffice", "--headless", "--convert-to", "pdf", "--outdir", place, str(demo / file))
            pdf = Path(place) / Path(file).with_suffix(".pdf").name
            pages = _run("pdftotext", str(pdf), "-").split("\f")
            number = str(next(at for at, text in enumerate(pages, 1) if words in text))
            to = str((HERE / "bureau" / name).with_suffix(""))
            shown = ("-x", "0", "-y", "0", "-W", str(round(12 * dpi)), "-H", str(round(TALL * dpi)))
            page = ("-r", str(dpi), "-png", "-gray", "-singlefile", "-f", number, "-l", number)
            _run("pdftoppm", *page, *shown, str(pdf), to)
    return 0


def _run(*command: str) -> str:
    """Run a program of the table above on our own files and return what it wrote."""
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
