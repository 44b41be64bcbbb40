"""Creating once, opening ever after: nothing that is missing is ever made on opening (design.md §4)."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from sync_service.adapters.ledger_sql import (
    RegisterSecrets,
    Stores,
    confirm_recovery,
    new_secrets,
    recovery_code,
    recovery_confirmed,
    recovery_sheet,
    upgrade_register,
    verify_register,
    write_secrets,
)
from sync_service.adapters.ledger_sql.engine import connect, file_system_of, refuse_network_file_system
from sync_service.adapters.ledger_sql.schema import NEWEST, check_version
from sync_service.adapters.ledger_sql.tables import metadata
from sync_service.config import read_secret
from sync_service.errors import CyclesyncError, LockedError, StoreError


def test_the_first_event_opens_the_register(stores: Stores) -> None:
    (first,) = stores.ledger.events()
    assert (first.seq, first.type, first.subject) == (0, "register.opened", "register")
    assert first.data["format"] == 1
    assert first.data["installation"] == stores.installation_uid
    assert stores.origin == "demo/test"
    assert verify_register(stores).findings == ()


def test_opening_without_init_makes_nothing(place: Any, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    with pytest.raises(StoreError, match="cyclesync init"):
        place.open()
    assert sorted(tmp_path.iterdir()) == before


def test_init_never_replaces_anything(place: Any, tmp_path: Path) -> None:
    place.init()
    stores = place.open()
    head = stores.ledger.head()
    stores.close()
    with pytest.raises(StoreError):
        place.init()
    other = replace(place, keys=tmp_path / "other.sqlite", secrets=new_secrets(demo=True))
    with pytest.raises(StoreError, match="jamais remplacé"):
        other.init()
    assert not other.keys.exists()
    again = place.open()
    assert again.ledger.head() == head
    again.close()


def test_a_failed_init_leaves_nothing_behind(kit: Any, tmp_path: Path) -> None:
    place = kit.sqlite(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(CyclesyncError):
        place.init(now=kit.now.replace(tzinfo=None))
    assert sorted(tmp_path.iterdir()) == before
    missing = replace(place, url=f"sqlite:///{tmp_path}/absent/r.sqlite")
    with pytest.raises(CyclesyncError):
        missing.init()
    assert sorted(tmp_path.iterdir()) == before


def test_files_are_for_their_owner_only(kit: Any, tmp_path: Path) -> None:
    place = kit.sqlite(tmp_path)
    place.init()
    for path in (tmp_path / "register.sqlite", place.keys):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_missing_key_store_is_an_error(place: Any) -> None:
    place.init()
    place.keys.unlink()
    with pytest.raises(StoreError, match="introuvable"):
        place.open()
    assert not place.keys.exists()


def test_the_key_store_of_another_register_is_refused(place: Any, kit: Any, tmp_path: Path) -> None:
    place.init()
    (tmp_path / "other").mkdir()
    other = kit.sqlite(tmp_path / "other")
    other.init()
    with pytest.raises(StoreError, match="autre registre"):
        replace(place, keys=other.keys).open()


@pytest.mark.parametrize("purpose", ["master", "register"])
def test_a_key_of_another_register_is_refused(place: Any, purpose: str) -> None:
    place.init()
    other = {purpose: getattr(new_secrets(demo=True), purpose)}
    with pytest.raises(StoreError, match="fiche de secours"):
        replace(place, secrets=replace(place.secrets, **other)).open()


def test_another_signing_key_is_found_by_verification(place: Any) -> None:
    place.init()
    changed = replace(place, secrets=replace(place.secrets, signing=new_secrets(demo=True).signing))
    stores = changed.open()
    assert verify_register(stores).findings == ("La clé de scellement n’est pas celle qu’annonce le registre.",)
    stores.close()


@pytest.mark.parametrize("text", [b"", b"x", b"cyclesync-key:v1:master:demo:AAAA", b"cyclesync-key:v1:signing:demo:"])
def test_what_is_not_a_key_is_refused_without_being_quoted(kit: Any, tmp_path: Path, text: bytes) -> None:
    place = kit.sqlite(tmp_path)
    with pytest.raises(StoreError) as caught:
        replace(place, secrets=RegisterSecrets(text, place.secrets.register, place.secrets.signing)).init()
    assert text.decode() == "" or text.decode() not in caught.value.sentence


def test_production_refuses_the_keys_of_a_demonstration(kit: Any, tmp_path: Path) -> None:
    place = kit.sqlite(tmp_path)
    with pytest.raises(StoreError, match="démonstration"):
        place.init(origin="cyclesync/inset/cpe")
    live = replace(place, secrets=new_secrets(demo=False))
    live.init(origin="cyclesync/inset/cpe")
    stores = live.open()
    assert stores.origin == "cyclesync/inset/cpe"
    stores.close()
    assert "AAAA" not in repr(live.secrets)


@pytest.mark.parametrize("origin", ["", "demo/with space", "demo/a+b"])
def test_an_origin_that_cannot_sign_is_refused(kit: Any, tmp_path: Path, origin: str) -> None:
    with pytest.raises(StoreError, match="origin"):
        kit.sqlite(tmp_path).init(origin=origin)


def test_keys_are_written_once_and_read_through_references(tmp_path: Path) -> None:
    made = new_secrets(demo=False)
    paths = write_secrets(tmp_path / "secrets", made)
    assert [p.name for p in paths] == ["master.key", "register.key", "signing.key"]
    assert {stat.S_IMODE(p.stat().st_mode) for p in paths} == {0o600}
    read = [read_secret(f"file:secrets/{p.name}", tmp_path) for p in paths]
    assert read == [made.master.strip(), made.register.strip(), made.signing.strip()]
    with pytest.raises(StoreError, match="existe déjà"):
        write_secrets(tmp_path / "secrets", new_secrets(demo=False))
    assert paths[0].read_bytes() == made.master


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "nonsense", "postgresql://x/y"])
def test_other_databases_are_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(StoreError) as caught:
        connect(url)
    assert "\n" not in caught.value.sentence


def test_a_server_that_does_not_answer_is_one_sentence_without_password(kit: Any, tmp_path: Path) -> None:
    place = replace(kit.sqlite(tmp_path), url="postgresql+psycopg://u:s3cret@127.0.0.1:9/db")
    with pytest.raises(StoreError) as caught:
        place.open()
    assert "s3cret" not in caught.value.sentence
    assert "\n" not in caught.value.sentence


def test_network_file_systems_are_refused(tmp_path: Path) -> None:
    mounts = ["/dev/sda1 / ext4 rw 0 0", "srv:/x /mnt/my\\040share nfs4 rw 0 0", "//srv/y /mnt/win cifs rw 0 0", "odd"]
    assert file_system_of(Path("/mnt/my share/a/r.sqlite"), mounts) == "nfs4"
    assert file_system_of(Path("/home/r.sqlite"), mounts) == "ext4"
    listing = tmp_path / "mounts"
    listing.write_text("\n".join(mounts), encoding="utf-8")
    with pytest.raises(StoreError, match="disque réseau"):
        refuse_network_file_system(Path("/mnt/win/r.sqlite"), listing)
    refuse_network_file_system(Path("/home/r.sqlite"), listing)
    refuse_network_file_system(Path("/home/r.sqlite"), tmp_path / "absent")


def test_sqlite_is_opened_with_what_the_format_asks(kit: Any, tmp_path: Path) -> None:
    place = kit.sqlite(tmp_path)
    place.init()
    stores = place.open()
    with stores.register.database.reading() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "secure_delete")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 10000, "secure_delete": 1}
    stores.close()


def test_the_schema_is_that_of_the_tables(stores: Stores) -> None:
    with stores.register.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert [d for d in compare_metadata(context, metadata) if "alembic_version" not in str(d)] == []


def test_another_version_of_the_schema_is_not_opened(place: Any) -> None:
    place.init()
    engine = create_engine(place.url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(StoreError, match="version 0000"):
        place.open()
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{NEWEST}'"))
        check_version(connection, "x")
    engine.dispose()
    upgrade_register(place.url)
    place.open().close()


def test_a_writer_that_never_ends_is_said_in_one_sentence(
    kit: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync_service.adapters.ledger_sql.engine._PRAGMAS", ("PRAGMA busy_timeout = 50",))
    place = kit.sqlite(tmp_path)
    place.init()
    first, second = place.open(), place.open()
    with first.register.database.writing(), pytest.raises(LockedError, match="réessayez"):
        second.ledger.append([kit.act("a")], now=kit.now)
    first.close()
    second.close()


def test_the_recovery_sheet_names_every_key_and_gives_none(stores: Stores, place: Any, kit: Any) -> None:
    sheet = recovery_sheet(stores, place.secrets, {"database": "/srv/register.sqlite", "master": "file:master.key"})
    assert "/srv/register.sqlite" in sheet
    assert sheet.count("empreinte") == 3
    for key in (place.secrets.master, place.secrets.register, place.secrets.signing):
        assert key.decode().rsplit(":", 1)[1].strip() not in sheet
    assert not recovery_confirmed(stores)
    with pytest.raises(StoreError, match="fiche"):
        confirm_recovery(stores, "AAAA-BBBB-CCCC", now=kit.now)
    assert not recovery_confirmed(stores)
    typed = recovery_code(stores).replace("O", "0").replace("I", "1").lower()
    confirm_recovery(stores, f" {typed} ", now=kit.now)
    assert recovery_confirmed(stores)


def test_a_register_cannot_be_opened_where_its_folder_is_missing(kit: Any, tmp_path: Path) -> None:
    place = kit.sqlite(tmp_path)
    with pytest.raises(StoreError, match="montez son volume"):
        replace(place, url=f"sqlite:///{tmp_path}/unmounted/r.sqlite").open()
    assert not os.path.lexists(tmp_path / "unmounted")


def test_a_file_that_is_not_a_database_is_one_sentence(kit: Any, tmp_path: Path) -> None:
    place = kit.sqlite(tmp_path)
    place.init()
    database, keys = tmp_path / "register.sqlite", place.keys
    true = database.read_bytes()
    database.write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreError, match="abîmé"):
        place.open()
    database.write_bytes(true)
    keys.write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreError, match="fichier de clés"):
        place.open()


def test_a_full_disk_writes_nothing_and_says_so(kit: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = kit.sqlite(tmp_path)
    place.init()
    pages = (tmp_path / "register.sqlite").stat().st_size // 16384
    pragmas = ("PRAGMA journal_mode = WAL", f"PRAGMA max_page_count = {pages + 5}")
    monkeypatch.setattr("sync_service.adapters.ledger_sql.engine._PRAGMAS", pragmas)
    stores = place.open()
    with pytest.raises(StoreError, match="vérifiez le disque"):
        stores.ledger.append([kit.fact(n) for n in range(400)], now=kit.now, cursor=("site-1", "moved"))
    assert stores.ledger.head().size == 1
    assert stores.ledger.cursor("site-1") == ""
    assert verify_register(stores).findings == ()
    stores.close()
