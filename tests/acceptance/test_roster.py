"""A list of trainees that cannot be right: nobody changes, one sentence, exit 3."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import cast

import pytest

from tests.acceptance.installation import Installation

WRONG: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "header_only": lambda content: content.splitlines(keepends=True)[0],
    "cut_in_half": lambda content: content[: len(content) // 2],
    "cp1252": lambda content: content.decode("utf-8-sig").replace("Ç", "C").encode("cp1252"),
    "utf_16": lambda content: content.decode("utf-8-sig").encode("utf-16"),
    "same_matricule_twice": lambda content: content + content.splitlines(keepends=True)[1],
    "half_of_the_people": lambda content: b"".join(content.splitlines(keepends=True)[:3]),
}


def events(made: Installation) -> int:
    with closing(sqlite3.connect(made.root / "cyclesync.sqlite")) as database:
        return cast("int", database.execute("SELECT count(*) FROM events").fetchone()[0])


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_list_changes_nobody(name: str, ready: Installation) -> None:
    before = events(ready)
    path = ready.root / "liste.csv"
    path.write_bytes(WRONG[name](ready.roster.read_bytes()))
    refused = ready("roster", "import", "liste.csv", "--yes", *WITHDRAW.get(name, []))
    assert refused.code == 3, refused.said
    assert events(ready) == before
    title, *lines = refused.err.strip().splitlines()
    assert title
    assert all(line.startswith("  - ") for line in lines), refused.err
    assert "@" not in refused.said


WITHDRAW = {"half_of_the_people": ["--withdraw-missing"]}


def test_people_who_are_absent_from_a_list_are_told_and_kept(ready: Installation) -> None:
    before = events(ready)
    path = ready.root / "liste.csv"
    path.write_bytes(b"".join(ready.roster.read_bytes().splitlines(keepends=True)[:5]))
    told = ready("roster", "import", "liste.csv", "--yes")
    assert told.code == 0, told.said
    assert events(ready) == before
    assert "bsent du fichier" in told.out
