"""``demo``: a year in a folder, one page whose links all lead somewhere, and nothing new the second time."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from tests.acceptance.installation import PROMOTION, Installation, Ran, run_cyclesync

LINES = 8
MOVING = {"call", "sqlite_sequence"}
"""Tables of the site that a reading changes: its log of calls, and what counts its lines."""


class Links(HTMLParser):
    """Collects where a page points to, and the names of its places."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.places: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in {"href", "src"} and value is not None and tag != "base":
                self.targets.append(value)
            if name == "id" and value is not None:
                self.places.add(value)


def links_of(page: Path) -> Links:
    found = Links()
    found.feed(page.read_text(encoding="utf-8"))
    return found


def site_tables(state: Path) -> dict[str, Counter[Any]]:
    """Return every row of every table of the site, but its log of calls and its clock."""
    with closing(sqlite3.connect(state)) as site:
        names = [row[0] for row in site.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [name for name in names if name not in MOVING]
        found = {name: Counter(site.execute(f'SELECT * FROM "{name}"').fetchall()) for name in kept}
    found["setting"] = Counter({row: n for row, n in found["setting"].items() if row[0] != "clock"})
    return found


def packages(out: Path) -> dict[str, str]:
    return {
        path.name: sha256(path.read_bytes()).hexdigest() for path in sorted((out / "build" / "packages").rglob("*.zip"))
    }


def sentences(done: Ran) -> list[str]:
    assert done.code == 0, done.said
    found = done.out.strip().splitlines()
    assert len(found) == LINES
    return found


@pytest.mark.slow  # a year of fifteen people, twice
def test_the_year_is_told_once_and_every_link_leads_somewhere(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    first = sentences(run_cyclesync(["demo", "--out", str(out)], cwd=tmp_path, timeout=600))
    assert first[-1].endswith(str(out / "index.html"))
    _pages(out)
    _year(out)
    _proof(out, tmp_path)
    _drill(out)
    made = Installation(out)
    verified = made.json("ledger", "verify", "--strict")
    site, built = site_tables(out / "moodle.sqlite"), packages(out)
    assert len(built) == 7
    assert sum(site["message"].values()) == 0
    second = sentences(run_cyclesync(["demo", "--out", str(out)], cwd=tmp_path, timeout=600))
    assert (second[0], second[2:]) == (first[0], first[2:])  # the second line counts calls
    assert packages(out) == built
    again = made.json("ledger", "verify", "--strict")
    assert {name: again[name] for name in ("size", "root", "findings")} == {
        "size": verified["size"], "root": verified["root"], "findings": [],
    }  # fmt: skip
    changed = {name for name, rows in site_tables(out / "moodle.sqlite").items() if rows != site[name]}
    assert changed == set()
    _any_command(made)


YEAR = {
    "enrolment.suspended": 2, "enrolment.resumed": 1, "enrolment.transferred": 1, "enrolment.withdrawn": 1,
    "exemption.granted": 1, "halfday.corrected": 2, "signin_sheet.filed": 20, "reminder.sent": 2,
    "dossier.incomplete_notified": 1, "dossier.derogation": 2, "dossier.opened": 1, "dossier.sealed_for_jury": 15,
    "jury.constituted": 2, "jury.member_recused": 1, "jury.view_frozen": 15, "jury.decision": 14, "minutes.signed": 2,
    "decision.notified": 14, "certificate.number_reserved": 13, "certificate.number_spoiled": 1,
    "certificate.signed": 12, "certificate.issued": 12, "certificate.handed_over": 12, "certificate.duplicate": 1,
    "certificate.corrected": 1, "material_error.found": 1, "appeal.received": 1, "appeal.decided": 1,
}  # fmt: skip
"""What the office did in the year: type of event → how many lines of the register."""


def _year(out: Path) -> None:
    """The register holds every act of the year; each filled workbook came back with every row recorded."""
    with closing(sqlite3.connect(out / "cyclesync.sqlite")) as register:
        found = dict(register.execute("SELECT type, count(*) FROM events GROUP BY type").fetchall())
    assert {name: found.get(name, 0) for name in YEAR} == YEAR
    given_back = sorted((out / "classeur").glob("*-lu.xlsx"))
    assert len(given_back) > 40
    for path in (given_back[0], given_back[-1]):
        book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        text = str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
        assert "SPÉCIMEN" in text
        assert "Enregistré" in text


def _proof(out: Path, place: Path) -> None:
    """A stranger checks the proof of a certificate, alone in an empty folder; both verifiers had said the same."""
    told = (out / "pages" / "preuve-certificat.txt").read_text(encoding="utf-8")
    if shutil.which("openssl") is None:
        assert "openssl" in told
        return
    assert told.splitlines().count("CONFORME") == 2
    with ZipFile(out / "pages" / "preuve-certificat.zip") as archive:
        archive.extractall(place / "inconnu")
    verifier = next((place / "inconnu").rglob("verifier.py"))
    command = [sys.executable, "-I", verifier.name]
    done = subprocess.run(command, cwd=verifier.parent, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "CONFORME" in done.stdout) == (0, True), done.stdout


def _drill(out: Path) -> None:
    """The restoration named its loss, and left nothing behind but the backup."""
    told = (out / "pages" / "exercice-restauration.txt").read_text(encoding="utf-8")
    assert "en ordre" in told
    assert "Perdu : 0" not in told.replace("\u00a0", " ")
    assert list(out.glob("exercice-*")) == []
    assert len(list((out / "sauvegardes").iterdir())) == 1


def _pages(out: Path) -> None:
    index = links_of(out / "index.html")
    assert len([target for target in index.targets if target.startswith("pages/")]) >= 40
    seen, todo = set(), [out / "index.html"]
    while todo:
        page = todo.pop()
        found = links_of(page)
        for target in found.targets:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                assert parts.scheme in {"mailto", "tel", "data"} or page.name in SITES, (page.name, target)
                continue
            if page.name in SITES and parts.path.startswith("/"):
                continue  # a page of the site, kept as it was: its addresses are the site's
            aim = page if not parts.path else (page.parent / unquote(parts.path)).resolve()
            assert aim.exists(), (page.name, target)
            if parts.fragment and aim == page:
                assert parts.fragment in found.places, (page.name, target)
            if aim.suffix == ".html" and aim not in seen:
                seen.add(aim)
                todo.append(aim)
    specimens = [path for path in (out / "pages").glob("*.html") if "SPÉCIMEN" not in path.read_text(encoding="utf-8")]
    assert {path.name for path in specimens} <= SITES


SITES = {"cours.html", "ou-j-en-suis.html"}


def _any_command(made: Installation) -> None:
    """The folder is an installation: any command works on it."""
    assert made("plan", PROMOTION).code in {0, 2}
    assert made("pull").code == 0
    told = made.json("report", "promotion", "--format", "json")
    assert json.loads((made.root / told["file"]).read_text(encoding="utf-8"))


def test_too_few_or_too_many_trainees(tmp_path: Path) -> None:
    for number in ("3", "1000"):
        refused = run_cyclesync(["demo", "--out", "d", "--trainees", number], cwd=tmp_path)
        assert refused.code == 64
        assert "--trainees" in refused.err
    assert list(tmp_path.iterdir()) == []
