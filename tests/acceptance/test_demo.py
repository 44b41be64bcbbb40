"""``demo``: a year in a folder, one page whose links all lead somewhere, and nothing new the second time."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

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
    first = sentences(run_cyclesync(["demo", "--out", str(out)], cwd=tmp_path, timeout=300))
    assert first[-1].endswith(str(out / "index.html"))
    _pages(out)
    made = Installation(out)
    verified = made.json("ledger", "verify", "--strict")
    site, built = site_tables(out / "moodle.sqlite"), packages(out)
    assert len(built) == 7
    assert sum(site["message"].values()) == 0
    second = sentences(run_cyclesync(["demo", "--out", str(out)], cwd=tmp_path, timeout=300))
    assert (second[0], second[2:]) == (first[0], first[2:])  # the second line counts calls
    assert packages(out) == built
    again = made.json("ledger", "verify", "--strict")
    assert {name: again[name] for name in ("size", "root", "findings")} == {
        "size": verified["size"], "root": verified["root"], "findings": [],
    }  # fmt: skip
    changed = {name for name, rows in site_tables(out / "moodle.sqlite").items() if rows != site[name]}
    assert changed == set()
    _any_command(made)


def _pages(out: Path) -> None:
    index = links_of(out / "index.html")
    assert len([target for target in index.targets if target.startswith("pages/")]) >= 10
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
