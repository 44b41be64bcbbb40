"""A document named beside the acts is kept under the key of whom or what its line is about."""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sync_service.adapters.blobs import FileBlobs
from sync_service.adapters.documents.acts_file import read_acts
from sync_service.adapters.vault.keystore import KeyStore
from sync_service.domain.act_rows import ActRow
from sync_service.domain.event import Series
from sync_service.errors import MappingError
from sync_service.usecases.filing import file_document, series_of_row

if TYPE_CHECKING:
    from .conftest import Office

HEAD = "acte;date;stagiaire;session;jury;fichier;empreinte\n"
SCAN = b"%PDF-1.7 feuille"


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    KeyStore.create(tmp_path / "keys.sqlite", b"m" * 32, "here")
    return KeyStore(tmp_path / "keys.sqlite", b"m" * 32, "here")


@pytest.fixture
def blobs(tmp_path: Path, keys: KeyStore) -> FileBlobs:
    return FileBlobs(tmp_path / "blobs", keys)


def destroy(keys: KeyStore, subject: str, series: str) -> bool:
    return keys.destroy(keys.holding([(subject, series)])[subject, series].reference)


def acts(folder: Path, *lines: str) -> Path:
    (folder / "feuille.pdf").write_bytes(SCAN)
    path = folder / "actes.csv"
    path.write_text(HEAD + "".join(f"{line}\n" for line in lines), encoding="utf-8-sig")
    return path


def test_each_document_is_kept_under_the_key_of_what_its_line_is_about(
    office: Office, blobs: FileBlobs, keys: KeyStore, tmp_path: Path
) -> None:
    file = acts(
        tmp_path, "feuille signée;22/09/2026;;m1-a;;feuille.pdf;", "PV signé;12/03/2027;;;j1;feuille.pdf;",
        "pièce reçue;22/09/2026;0001;;;feuille.pdf;",
    )  # fmt: skip
    rows = read_acts(file, keep=partial(file_document, office.desk(), blobs))
    assert {row.document for row in rows} == {sha256(SCAN).hexdigest()}
    assert blobs.get(rows[0].document) == SCAN
    assert len([p for p in (tmp_path / "blobs").rglob("*") if p.is_file()]) == 3
    assert destroy(keys, "sess:angers-test/m1-a", "attendance")
    assert destroy(keys, "jury:j1", "register")
    assert destroy(keys, office.subject("0001"), "dossier")


def test_nothing_is_kept_when_one_cell_cannot_be_used(office: Office, blobs: FileBlobs, tmp_path: Path) -> None:
    file = acts(tmp_path, "feuille signée;22/09/2026;;m1-a;;feuille.pdf;", "PV signé;demain;;;j1;absent.pdf;")
    with pytest.raises(MappingError, match="n’est pas à côté du fichier"):
        read_acts(file, keep=partial(file_document, office.desk(), blobs))
    assert not (tmp_path / "blobs").exists()


def test_an_empty_scan_is_a_mistake(tmp_path: Path) -> None:
    file = acts(tmp_path, "feuille signée;22/09/2026;;m1-a;;feuille.pdf;")
    (tmp_path / "feuille.pdf").write_bytes(b"")
    with pytest.raises(MappingError, match="ce document est vide"):
        read_acts(file)


def test_a_line_about_nobody_keeps_nothing(office: Office, blobs: FileBlobs, tmp_path: Path) -> None:
    assert file_document(office.desk(), blobs, ActRow(2, "décision", who="9999"), SCAN) == ""
    assert file_document(office.desk(), blobs, ActRow(2, "décision"), SCAN) == ""
    assert not (tmp_path / "blobs").exists()


@pytest.mark.parametrize(
    ("act", "series"),
    [
        ("Feuille signée", Series.ATTENDANCE),
        ("dossier contrôlé", Series.DOSSIER),
        ("certificat signé", Series.REGISTER),
    ],
)
def test_the_series_is_the_one_of_the_tableau_de_gestion(act: str, series: Series) -> None:
    assert series_of_row(ActRow(2, act)) is series
