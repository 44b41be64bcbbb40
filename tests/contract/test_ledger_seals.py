"""Checkpoints kept elsewhere and in the base, replaced, renamed or made unreadable: none of it hides what the others show."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from sync_service.adapters.ledger_sql import Stores, prove, sign_checkpoint, verify_register
from sync_service.adapters.ledger_sql.outside_seals import newest_outside, read_checkpoint
from sync_service.domain.checkpoint import note
from sync_service.errors import AlteredRegisterError, IntegrityError, StoreError

SEEN = "reprenez-en une copie"


@pytest.fixture
def filled(stores: Stores, kit: Any) -> Stores:
    for first in (1, 6, 11):
        stores.ledger.append([kit.fact(n) for n in range(first, first + 5)], now=kit.now)
        sign_checkpoint(stores, kit.now)
    return stores


def folder(stores: Stores) -> Path:
    assert stores.checkpoints_dir is not None
    return stores.checkpoints_dir


def old_copy(stores: Stores, size: int) -> None:
    """Put back a base of ``size`` lines, its own checkpoints and its end included."""
    with stores.register.database.writing() as connection:
        _without_refusals(connection)
        connection.execute(text(f"DELETE FROM payloads WHERE event_id IN (SELECT id FROM events WHERE seq >= {size})"))
        connection.execute(text(f"DELETE FROM heads WHERE event_id IN (SELECT id FROM events WHERE seq >= {size})"))
        connection.execute(text(f"DELETE FROM events WHERE seq >= {size}"))
        connection.execute(text(f"DELETE FROM checkpoints WHERE size > {size}"))


def _without_refusals(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE events DISABLE TRIGGER USER"))
        return
    for name in ("no_update", "no_delete", "dense", "no_replace"):
        connection.execute(text(f"DROP TRIGGER events_{name}"))


def _junk(path: Path, old: Path) -> None:
    path.write_text("perdu")


def _masked(path: Path, old: Path) -> None:
    shutil.copy(old, path)


def _pipe(path: Path, old: Path) -> None:
    os.mkfifo(path)


def _endless(path: Path, old: Path) -> None:
    path.symlink_to("/dev/zero")


def _nowhere(path: Path, old: Path) -> None:
    path.symlink_to("/nowhere")


def _huge(path: Path, old: Path) -> None:
    with path.open("wb") as file:
        file.truncate(10**10)


def _directory(path: Path, old: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("name", ["999999999999", "scelle-des-archives"])
@pytest.mark.parametrize("hide", [_junk, _masked, _pipe, _endless, _nowhere, _huge, _directory])
def test_no_file_hides_the_longest_seal(
    filled: Stores, kit: Any, hide: Callable[[Path, Path], None], name: str
) -> None:
    hide(folder(filled) / f"{name}.checkpoint", folder(filled) / "000000000006.checkpoint")
    longest = newest_outside(folder(filled), filled.origin, unread=[])
    assert longest is not None
    assert longest.checkpoint.size == 16
    done = verify_register(filled)
    assert done.outside_size == 16
    assert done.grave == ()
    assert all(SEEN in said for said in done.findings)
    assert len(done.findings) == (hide is not _masked)
    old_copy(filled, 11)
    assert any("11 lignes, un scellé en annonce 16" in said for said in verify_register(filled).grave)
    with pytest.raises((AlteredRegisterError, IntegrityError)):
        filled.ledger.append([kit.fact(30)], now=kit.now)


def test_a_seal_that_others_kept_is_compared_behind_a_longer_one(filled: Stores, kit: Any, tmp_path: Path) -> None:
    """Whoever has the key can write everything again and sign more; an older seal, elsewhere, does not agree."""
    shutil.copytree(folder(filled), tmp_path / "ailleurs")
    with filled.register.database.writing() as connection:
        _without_refusals(connection)
        connection.execute(text("DELETE FROM checkpoints"))
    other = tmp_path / "ailleurs" / "000000000006.checkpoint"
    content = read_checkpoint(folder(filled) / "000000000011.checkpoint").checkpoint
    forged = type(content)(content.origin, 6, content.root, None)
    signature = filled.register.signer.sign(forged.body().encode())
    other.write_text(note(forged, filled.register.public_key, signature), encoding="utf-8")
    found = verify_register(filled, against=tmp_path / "ailleurs")
    assert "Le registre diverge du scellé de taille 6." in found.grave
    assert found.outside_size == 16


def test_a_proof_reads_a_seal_whatever_its_name(filled: Stores, tmp_path: Path) -> None:
    (tmp_path / "archives").mkdir()
    shutil.copy(folder(filled) / "000000000006.checkpoint", tmp_path / "archives" / "juin.checkpoint")
    made = prove(filled, [0], since=tmp_path / "archives")
    assert made.earlier is not None
    assert made.earlier.note == (folder(filled) / "000000000006.checkpoint").read_text(encoding="utf-8")


KEPT = {
    "note": ("UPDATE checkpoints SET note = 'x' WHERE size = 16", "est illisible"),
    "nodes": ("UPDATE checkpoints SET nodes = '[1, 2]' WHERE size = 16", "ce qui sert à le prolonger a été changé"),
    "other nodes": (
        "UPDATE checkpoints SET nodes = (SELECT nodes FROM checkpoints WHERE size = 11) WHERE size = 16",
        "ce qui sert à le prolonger a été changé",
    ),
}


@pytest.mark.parametrize("name", KEPT)
def test_a_seal_kept_in_the_base_and_changed_is_found(filled: Stores, kit: Any, name: str) -> None:
    statement, said = KEPT[name]
    with filled.register.database.writing() as connection:
        connection.execute(text(statement))
    (found,) = verify_register(filled).grave
    assert found.startswith("Le scellé de taille 16 gardé dans la base")
    assert said in found
    if name == "note":
        with pytest.raises(IntegrityError, match="illisible"):
            prove(filled, [0])
    else:
        filled.ledger.append([kit.fact(40)], now=kit.now)
        with pytest.raises(IntegrityError):
            sign_checkpoint(filled, kit.now)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)  # PostgreSQL holds its columns to their type
def test_a_seal_whose_column_holds_bytes_is_found(filled: Stores) -> None:
    with filled.register.database.writing() as connection:
        connection.execute(text("UPDATE checkpoints SET note = CAST(note AS BLOB)"))
    assert len(verify_register(filled).grave) == 3


def test_refusals_that_refuse_nothing_any_more_are_found(filled: Stores) -> None:
    changed = {
        "sqlite": (
            "DROP TRIGGER events_no_delete",
            "CREATE TRIGGER events_no_delete BEFORE DELETE ON events WHEN 0 BEGIN SELECT 1; END",
        ),
        "postgresql": (
            "CREATE OR REPLACE FUNCTION cyclesync_events_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
        ),
    }
    with filled.register.database.writing() as connection:
        for statement in changed[connection.dialect.name]:
            connection.execute(text(statement))
    (found,) = verify_register(filled).grave
    assert found.startswith("La base ne refuse plus toute modification : events_no_")


def test_a_refusal_that_nobody_asked_for_is_found(filled: Stores) -> None:
    added = {
        "sqlite": ("CREATE TRIGGER added AFTER INSERT ON payloads BEGIN DELETE FROM payloads; END",),
        "postgresql": (
            "CREATE FUNCTION by_hand() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM payloads; RETURN NULL; END'",
            "CREATE TRIGGER added AFTER INSERT ON payloads EXECUTE FUNCTION by_hand()",
        ),
    }
    with filled.register.database.writing() as connection:
        for statement in added[connection.dialect.name]:
            connection.execute(text(statement))
    (found,) = verify_register(filled).grave
    assert "added y a été ajouté" in found


def test_an_alarm_changed_by_hand_still_stops_additions(filled: Stores, kit: Any) -> None:
    with filled.register.database.writing() as connection:
        connection.execute(text("INSERT INTO meta (name, value) VALUES ('alarm', '{x')"))
    with pytest.raises(AlteredRegisterError):
        filled.ledger.append([kit.fact(50)], now=kit.now)
    assert verify_register(filled).findings == ()


def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.checkpoint")
    with pytest.raises(StoreError, match="lisible"):
        read_checkpoint(tmp_path / "pipe.checkpoint")


def test_an_emptied_folder_of_seals_is_said_and_filled_again(filled: Stores, kit: Any) -> None:
    """A volume that is not mounted is an empty folder: nothing is compared then, and it is not silence."""
    last = (folder(filled) / "000000000016.checkpoint").read_bytes()
    for path in folder(filled).iterdir():
        path.unlink()
    done = verify_register(filled)
    (found,) = done.findings
    assert "est vide, alors que ce registre a déjà été scellé" in found
    assert (done.grave, done.outside_checkpoint) == ((), False)
    assert sign_checkpoint(filled, kit.now) is None
    assert (folder(filled) / "000000000016.checkpoint").read_bytes() == last
    assert verify_register(filled).findings == ()


def test_a_base_without_one_of_its_tables_names_the_procedure(filled: Stores) -> None:
    with filled.register.database.writing() as connection:
        connection.execute(text("DROP TABLE heads"))
    with pytest.raises(StoreError, match=r"Il manque quelque chose à la base .*verification-echoue"):
        verify_register(filled)
