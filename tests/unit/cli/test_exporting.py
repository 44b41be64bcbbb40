"""Files and folders that name people: whole or not at all, for their owner only, recorded before they get their name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import pytest

from sync_service.cli.exporting import LIST, write_folder
from sync_service.cli.opening import write_text
from sync_service.errors import LedgerError, UsageError

CONTENTS: dict[str, bytes | Iterable[bytes]] = {
    "b/Étienne.txt": b"deux",
    "a.txt": b"un",
    "lignes.jsonl": [b"1\n", b"2\n"],
}


def refuse(*_: object) -> None:
    raise LedgerError("Le registre est occupé : relancez la commande.")


def test_a_folder_is_listed_with_hashes_and_is_its_owners(tmp_path: Path) -> None:
    told: list[str] = []
    digest = write_folder(tmp_path / "dossier", CONTENTS, told.append)
    listed = (tmp_path / "dossier" / LIST).read_bytes()
    assert told == [digest] == [hashlib.sha256(listed).hexdigest()]
    assert [line.split("  ")[1] for line in listed.decode().splitlines()] == ["a.txt", "b/Étienne.txt", "lignes.jsonl"]
    files = [path for path in (tmp_path / "dossier").rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert (tmp_path / "dossier").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "dossier" / "lignes.jsonl").read_bytes() == b"1\n2\n"


def test_what_cannot_be_recorded_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(LedgerError):
        write_folder(tmp_path / "dossier", CONTENTS, refuse)
    with pytest.raises(LedgerError):
        write_text(tmp_path / "rapport.html", "Anne", private=True, before=refuse)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_stays_when_the_new_one_cannot_be_recorded(tmp_path: Path) -> None:
    path = tmp_path / "rapport.html"
    write_text(path, "ancien", private=True)
    with pytest.raises(LedgerError):
        write_text(path, "nouveau", private=True, before=refuse)
    assert path.read_text(encoding="utf-8") == "ancien"


def test_a_folder_that_is_there_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "dossier").mkdir()
    (tmp_path / "dossier" / "vieux.txt").write_text("vieux")
    (tmp_path / "fichier").write_text("vieux")
    for name in ("dossier", "fichier"):
        with pytest.raises(UsageError, match="existe déjà"):
            write_folder(tmp_path / name, CONTENTS, refuse)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dossier", "fichier"]
