"""Blobs: encrypted, named by what they hold, atomic; a key destroyed makes them unreadable, damage is one sentence."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from sync_service.adapters.blobs import FileBlobs
from sync_service.adapters.vault.keystore import KeyStore
from sync_service.domain.event import Series
from sync_service.errors import StoreError

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
WHO = "cand_" + "a" * 26
CONTENT = "Procès-verbal signé".encode() * 50


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    path = tmp_path / "keys.sqlite"
    KeyStore.create(path, b"m" * 32, "here")
    return KeyStore(path, b"m" * 32, "here")


@pytest.fixture
def blobs(tmp_path: Path, keys: KeyStore) -> FileBlobs:
    return FileBlobs(tmp_path / "blobs", keys)


def destroy(keys: KeyStore, subject: str, series: str) -> bool:
    return keys.destroy(keys.holding([(subject, series)])[subject, series].reference)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def put(blobs: FileBlobs, subject: str = WHO, series: Series = Series.DOSSIER) -> str:
    return blobs.put(CONTENT, subject=subject, series=series, now=NOW)


def test_a_document_comes_back_and_is_encrypted_on_the_disk(blobs: FileBlobs, tmp_path: Path) -> None:
    digest = put(blobs)
    assert digest == sha256(CONTENT).hexdigest()
    assert blobs.get(digest) == CONTENT
    assert blobs.holds(digest)
    (file,) = files(tmp_path / "blobs")
    assert file.name.startswith(digest)
    assert file.parent.name == digest[:2]
    assert b"Proc" not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_the_same_document_twice_is_one_file_and_another_person_has_her_own(blobs: FileBlobs, tmp_path: Path) -> None:
    assert put(blobs) == put(blobs)
    assert len(files(tmp_path / "blobs")) == 1
    put(blobs, "cand_" + "b" * 26)
    assert len(files(tmp_path / "blobs")) == 2


def test_a_destroyed_key_makes_it_unreadable_for_good(blobs: FileBlobs, keys: KeyStore) -> None:
    digest = put(blobs)
    assert destroy(keys, WHO, Series.DOSSIER.value)
    with pytest.raises(StoreError, match="sa clé est détruite"):
        blobs.get(digest)


def test_another_persons_key_still_reads_the_same_document(blobs: FileBlobs, keys: KeyStore) -> None:
    digest = put(blobs)
    put(blobs, "jury:j1", Series.REGISTER)
    destroy(keys, WHO, Series.DOSSIER.value)
    assert blobs.get(digest) == CONTENT


@pytest.mark.parametrize("damage", [lambda c: c[:-1], lambda c: b"\x00" + c[1:], lambda c: b""])
def test_damage_is_one_sentence_and_filing_again_mends_it(blobs: FileBlobs, tmp_path: Path, damage: object) -> None:
    digest = put(blobs)
    (file,) = files(tmp_path / "blobs")
    file.write_bytes(damage(file.read_bytes()))  # type: ignore[operator]
    with pytest.raises(StoreError, match="est abîmé : restaurez-le"):
        blobs.get(digest)
    put(blobs)
    assert blobs.get(digest) == CONTENT


def test_a_file_moved_under_another_name_is_not_believed(blobs: FileBlobs, tmp_path: Path) -> None:
    digest = put(blobs)
    other = blobs.put(b"autre", subject=WHO, series=Series.DOSSIER, now=NOW)
    by_name = {path.name[:64]: path for path in files(tmp_path / "blobs")}
    by_name[other].write_bytes(by_name[digest].read_bytes())
    with pytest.raises(StoreError, match="abîmé"):
        blobs.get(other)


@pytest.mark.parametrize("name", ["f" * 64, "../../etc/passwd", "", "*"])
def test_what_was_never_filed_is_one_sentence(blobs: FileBlobs, name: str) -> None:
    assert not blobs.holds(name)
    with pytest.raises(StoreError, match="n’est pas dans"):
        blobs.get(name)


def test_a_folder_that_is_a_file_is_said_and_leaves_nothing(tmp_path: Path, keys: KeyStore) -> None:
    (tmp_path / "blobs").write_text("x")
    with pytest.raises(StoreError, match="ne peut pas être gardé"):
        put(FileBlobs(tmp_path / "blobs", keys))
    assert (tmp_path / "blobs").read_text() == "x"
