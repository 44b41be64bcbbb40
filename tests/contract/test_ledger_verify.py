"""Attacks on the register by someone who can drop its triggers: verification finds each (ledger-format.md §6)."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from sync_service.adapters.ledger_sql import (
    Stores,
    highest_certificate,
    new_secrets,
    open_register,
    record_verification,
    sign_checkpoint,
)
from sync_service.adapters.ledger_sql import verify_register as verified
from sync_service.adapters.ledger_sql.engine import connect, reading_snapshot
from sync_service.adapters.ledger_sql.verify import Verification
from sync_service.adapters.ledger_sql.verify_parts import Parts, Reading, Split, Walked, walk_lines
from sync_service.adapters.vault.keystore import KeyStore
from sync_service.domain.checkpoint import parse_note
from sync_service.errors import AlteredRegisterError, IntegrityError, StoreError


@pytest.fixture
def filled(stores: Stores, kit: Any) -> Stores:
    stores.ledger.append([kit.fact(n) for n in range(1, 20)], now=kit.now)
    return stores


def _read_here(reading: Reading, parts: Parts) -> Iterator[Walked]:
    """Read parts as other processes do, with connections of their own, in this one."""
    database, keys = connect(reading.url), KeyStore(*reading.keys)
    try:
        for part in parts:
            with reading_snapshot(database, reading.snapshot) as connection:
                yield walk_lines(connection, keys, reading, *part)
    finally:
        database.close()


def verify_register(stores: Stores, *, against: Path | None = None, strict: bool = False) -> Verification:
    """Verify by one walk and part by part: each attack is found the same, on both sides of every edge."""
    whole = verified(stores, against=against, strict=strict)
    for lines in (1, 4, 8):
        cut = verified(stores, against=against, strict=strict, split=Split(lines, _read_here))
        assert (cut.size, cut.root) == (whole.size, whole.root)
        assert set(cut.findings) == set(whole.findings) or len(whole.findings) > 100
        assert (cut.sound, len(cut.findings), cut.outside_size) == (
            whole.sound,
            len(whole.findings),
            whole.outside_size,
        )
    return whole


def _drop_triggers(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE events DISABLE TRIGGER ALL"))
        return
    for name in ("no_update", "no_delete", "dense", "no_replace"):
        connection.execute(text(f"DROP TRIGGER events_{name}"))


def _attack(stores: Stores, *statements: str, **values: Any) -> None:
    """Do what only the owner of the machine can, and put the triggers back where that is easy."""
    with stores.register.database.engine.begin() as connection:
        postgresql = connection.dialect.name == "postgresql"
        kept = [] if postgresql else connection.execute(
            text("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
        ).scalars().all()  # fmt: skip
        _drop_triggers(connection)
        for statement in statements:
            connection.execute(text(statement), {k: v for k, v in values.items() if f":{k}" in statement})
        for trigger in kept:
            connection.exec_driver_sql(trigger)
        if postgresql:
            connection.execute(text("ALTER TABLE events ENABLE TRIGGER ALL"))


def _content(stores: Stores, seq: int) -> bytes:
    return list(stores.ledger.canonical())[seq]


def test_a_sound_register_has_no_finding(filled: Stores) -> None:
    done = verify_register(filled)
    assert (done.findings, done.size, done.root) == ((), 20, filled.ledger.head().root)
    assert done.sound
    assert not done.outside_checkpoint
    assert done.seconds > 0


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
@pytest.mark.parametrize("with_leaf", [False, True], ids=["bytes", "bytes and leaf"])
@pytest.mark.parametrize("bit", [1, 32, 128])
def test_each_byte_that_is_flipped_is_found(filled: Stores, with_leaf: bool, bit: int) -> None:
    true = list(filled.ledger.canonical())
    columns = "canonical = :bytes, leaf = :leaf" if with_leaf else "canonical = :bytes"
    for start in range(0, max(map(len, true)), len(true)):
        with filled.register.database.engine.begin() as connection:
            kept = connection.execute(text("SELECT sql FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            _drop_triggers(connection)
            for seq, content in enumerate(true):
                flipped = bytearray(content)
                flipped[(start + seq) % len(content)] ^= bit
                values = {"bytes": bytes(flipped), "leaf": sha256(b"\x00" + flipped).digest(), "seq": seq}
                connection.execute(text(f"UPDATE events SET {columns} WHERE seq = :seq"), values)
            for trigger in kept:
                connection.exec_driver_sql(trigger)
        found = verify_register(filled, strict=bit == 1).findings
        lines = {f.split(" ")[1] for f in found if f.startswith("Ligne ")}
        assert lines >= {str(seq) for seq in range(int(with_leaf), 20)}, (
            start
        )  # a new leaf breaks the next line's chain
        assert any("fin du registre" in f for f in found)


def test_a_flipped_byte_whose_leaf_is_recomputed_breaks_the_chain(filled: Stores) -> None:
    changed = _content(filled, 7).replace(b'"E1"', b'"E4"')
    leaf = sha256(b"\x00" + changed).digest()
    _attack(filled, "UPDATE events SET canonical = :bytes, leaf = :leaf WHERE seq = 7", bytes=changed, leaf=leaf)
    findings = verify_register(filled).findings
    assert "Ligne 8 : elle ne suit pas la ligne qui la précède." in findings
    assert any("fin du registre" in finding for finding in findings)


@pytest.mark.parametrize("column", ["id", "type", "subject", "promotion", "recorded_at"])
def test_an_index_column_that_differs_from_the_bytes_is_found(filled: Stores, column: str) -> None:
    _attack(filled, f"UPDATE events SET {column} = 'x' WHERE seq = 7")
    assert any(f.startswith("Ligne 7 : l’index ne dit pas") for f in verify_register(filled).findings)


def test_an_idem_or_a_leaf_that_differs_from_the_bytes_is_found(filled: Stores) -> None:
    _attack(filled, "UPDATE events SET idem = leaf WHERE seq = 7")
    _attack(filled, "UPDATE events SET leaf = idem WHERE seq = 9")
    findings = verify_register(filled).findings
    assert "Ligne 7 : l’index dit un autre « idem » que son contenu." in findings
    assert "Ligne 9 : son empreinte n’est pas celle de son contenu." in findings


@pytest.mark.parametrize("seq", [0, 10, 19])
def test_a_deleted_row_is_found(filled: Stores, seq: int) -> None:
    _attack(filled, f"DELETE FROM events WHERE seq = {seq}")
    findings = verify_register(filled).findings
    assert any(f"Ligne {seq} : absente" in f or "fin du registre" in f for f in findings)
    if seq == 19:
        with pytest.raises(IntegrityError):
            filled.ledger.head()


def test_nothing_is_written_after_a_cut(filled: Stores, kit: Any) -> None:
    _attack(filled, "DELETE FROM events WHERE seq = 19")
    with pytest.raises(IntegrityError, match="verification-echoue"):
        filled.ledger.append([kit.act("after")], now=kit.now)
    assert len(list(filled.ledger.canonical())) == 19


def test_two_rows_exchanged_are_found(filled: Stores) -> None:
    _attack(
        filled,
        "UPDATE events SET seq = 99 WHERE seq = 7",
        "UPDATE events SET seq = 7 WHERE seq = 8",
        "UPDATE events SET seq = 8 WHERE seq = 99",
    )
    findings = verify_register(filled).findings
    assert any(f.startswith("Ligne 7 :") for f in findings)
    assert any(f.startswith("Ligne 8 :") for f in findings)


def test_missing_triggers_are_found(filled: Stores) -> None:
    with filled.register.database.engine.begin() as connection:
        _drop_triggers(connection)
    (finding,) = verify_register(filled).findings
    assert "ne refuse plus" in finding


def test_the_same_idem_twice_is_found(filled: Stores) -> None:
    _attack(
        filled,
        "DROP INDEX events_idem",
        "UPDATE events SET idem = (SELECT idem FROM events WHERE seq = 3) WHERE seq = 4",
    )
    assert "Un même « idem » sert deux fois." in verify_register(filled).findings


def test_bytes_that_are_not_canonical_are_found_when_strict(filled: Stores) -> None:
    spaced = _content(filled, 19).replace(b'","', b'", "', 1)
    leaf = sha256(b"\x00" + spaced).digest()
    _attack(filled, "UPDATE events SET canonical = :bytes, leaf = :leaf WHERE seq = 19", bytes=spaced, leaf=leaf)
    sentence = "Ligne 19 : son contenu n’est pas sous forme canonique."
    assert sentence not in verify_register(filled).findings
    assert sentence in verify_register(filled, strict=True).findings


def test_a_million_findings_are_not_listed(filled: Stores, kit: Any) -> None:
    filled.ledger.append([kit.fact(n, name="m02") for n in range(200)], now=kit.now)
    _attack(filled, "UPDATE events SET canonical = leaf")
    findings = verify_register(filled).findings
    assert len(findings) == 101
    assert "autres anomalies" in findings[-1]


def test_strict_wants_a_checkpoint_kept_elsewhere(filled: Stores, kit: Any) -> None:
    assert any("Aucun scellé" in f for f in verify_register(filled, strict=True).findings)
    sign_checkpoint(filled, kit.now)
    done = verify_register(filled, strict=True)
    assert done.findings == ()
    assert done.outside_checkpoint


def test_a_checkpoint_is_signed_only_when_the_register_grew(filled: Stores, place: Any, kit: Any) -> None:
    first = sign_checkpoint(filled, kit.now)
    assert first is not None
    assert (first.origin, first.size, first.root.hex()) == ("demo/test", 20, filled.ledger.head().root)
    assert sign_checkpoint(filled, kit.now) is None
    filled.ledger.append([kit.fact(1, name="m03")], now=kit.now)
    second = sign_checkpoint(filled, kit.now)
    assert second is not None
    assert second.size == 21
    names = sorted(p.name for p in place.checkpoints.iterdir())
    assert names == ["000000000020.checkpoint", "000000000021.checkpoint"]
    found = parse_note((place.checkpoints / names[1]).read_text(encoding="utf-8"))
    assert found.checkpoint == second
    assert verify_register(filled, against=place.checkpoints / names[0]).findings == ()


def test_the_checkpoint_names_the_highest_certificate(filled: Stores, kit: Any) -> None:
    assert highest_certificate(filled) is None
    numbers = ["ANGERS-CPE-2027-0002", "ANGERS-CPE-2027-0010", "ANGERS-CPE-2026-0099"]
    acts = [kit.act(n, "certificate.number_reserved", i, data={"number": n}) for i, n in enumerate(numbers, start=1)]
    filled.ledger.append(acts, now=kit.now)
    checkpoint = sign_checkpoint(filled, kit.now)
    assert checkpoint is not None
    assert checkpoint.certificate == highest_certificate(filled) == "ANGERS-CPE-2027-0010"


def test_an_old_backup_is_found_against_an_outside_checkpoint(kit: Any, tmp_path: Path) -> None:
    place = kit.sqlite(tmp_path)
    place.init()
    stores = place.open()
    stores.ledger.append([kit.fact(n) for n in range(5)], now=kit.now)
    stores.close()
    shutil.copy(tmp_path / "register.sqlite", tmp_path / "backup.sqlite")
    stores = place.open()
    stores.ledger.append([kit.fact(n, name="m02") for n in range(5)], now=kit.now)
    sign_checkpoint(stores, kit.now)
    stores.close()
    for extra in tmp_path.glob("register.sqlite*"):
        extra.unlink()
    shutil.copy(tmp_path / "backup.sqlite", tmp_path / "register.sqlite")
    stores = place.open()
    (finding,) = verify_register(stores).findings
    assert finding == "Le registre a 6 lignes, un scellé en annonce 11 : il a été coupé ou remplacé."
    with pytest.raises(IntegrityError, match="coupé ou remplacé"):
        sign_checkpoint(stores, kit.now)
    with pytest.raises(AlteredRegisterError, match="un scellé gardé ailleurs en annonce 11"):
        stores.ledger.append([kit.fact(1, name="m03")], now=kit.now)
    blind = open_register(place.url, place.keys, place.secrets, checkpoints_dir=None)
    blind.ledger.append([kit.fact(n, name="m03") for n in range(9)], now=kit.now)
    blind.close()
    assert "Le registre diverge du scellé de taille 11." in verify_register(stores).findings
    with pytest.raises(IntegrityError, match="diverge"):
        sign_checkpoint(stores, kit.now)
    stores.close()


def test_a_register_written_again_with_new_keys_is_found(kit: Any, tmp_path: Path) -> None:
    (tmp_path / "forged").mkdir()
    true, forged = kit.sqlite(tmp_path), kit.sqlite(tmp_path / "forged", secrets=new_secrets(demo=True))
    for place in (true, forged):
        place.init()
    stores = true.open()
    stores.ledger.append([kit.fact(1)], now=kit.now)
    sign_checkpoint(stores, kit.now)
    stores.close()
    stores = forged.open()
    stores.ledger.append([kit.fact(1)], now=kit.now)
    findings = verify_register(stores, against=true.checkpoints).findings
    assert "Le scellé extérieur de taille 2 n’est pas signé par une clé de ce registre." in findings
    assert "Le registre diverge du scellé de taille 2." in findings
    stores.close()


def test_a_checkpoint_that_was_touched_is_found(filled: Stores, place: Any, kit: Any) -> None:
    sign_checkpoint(filled, kit.now)
    (path,) = place.checkpoints.iterdir()
    true = path.read_text(encoding="utf-8")
    path.write_text(true.replace("\n20\n", "\n19\n"), encoding="utf-8")
    findings = verify_register(filled).findings
    assert "Le scellé extérieur de taille 19 n’est pas signé par une clé de ce registre." in findings
    path.write_text("illisible", encoding="utf-8")
    assert any("n’est pas un scellé lisible" in f for f in verify_register(filled).findings)
    path.write_text(true, encoding="utf-8")
    with filled.register.database.engine.begin() as connection:
        connection.execute(text("UPDATE checkpoints SET note = 'x'"))
    assert verify_register(filled).findings == ("Le scellé de taille 20 gardé dans la base est illisible.",)


def test_the_checkpoint_of_another_register_proves_nothing(filled: Stores, kit: Any, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    place = kit.sqlite(tmp_path / "other")
    place.init(origin="demo/other")
    other = place.open()
    sign_checkpoint(other, kit.now)
    other.close()
    (path,) = place.checkpoints.iterdir()
    done = verify_register(filled, against=path)
    assert done.findings == ("Le scellé donné est celui d’un autre registre, « demo/other ».",)
    assert not done.outside_checkpoint
    assert not verify_register(filled, against=place.checkpoints).outside_checkpoint


def test_a_missing_checkpoints_folder_is_an_error_and_signs_nothing(filled: Stores, place: Any, kit: Any) -> None:
    place.checkpoints.rmdir()
    with pytest.raises(StoreError, match="corrigez le chemin"):
        sign_checkpoint(filled, kit.now)
    assert any("introuvables" in f for f in verify_register(filled).findings)
    place.checkpoints.mkdir()
    assert sign_checkpoint(filled, kit.now) is not None


def test_verifications_are_kept(filled: Stores, kit: Any) -> None:
    done = verify_register(filled)
    record_verification(filled, done, strict=False, now=kit.now)
    with filled.register.database.reading() as connection:
        row = connection.execute(text("SELECT size, root, findings, strict, outside FROM verifications")).one()
    assert tuple(row) == (20, done.root, 0, 0, 0)


def _tampered_end(stores: Stores, change: Callable[[dict[str, Any]], object]) -> None:
    with stores.register.database.engine.begin() as connection:
        kept = json.loads(connection.execute(text("SELECT value FROM meta WHERE name = 'tree'")).scalar_one())
        change(kept)
        connection.execute(text("UPDATE meta SET value = :v WHERE name = 'tree'"), {"v": json.dumps(kept)})


def _changes() -> Iterator[Callable[[dict[str, Any]], object]]:
    yield lambda kept: kept.update(size=19)
    yield lambda kept: kept.update(leaf="00" * 32)
    yield lambda kept: kept.pop("nodes")


@pytest.mark.parametrize("change", list(_changes()), ids=["size", "leaf", "nodes"])
def test_an_end_that_is_not_that_of_the_events_stops_every_write(
    filled: Stores, kit: Any, change: Callable[[dict[str, Any]], object]
) -> None:
    _tampered_end(filled, change)
    with pytest.raises(IntegrityError):
        filled.ledger.append([kit.act("x")], now=kit.now)
    assert verify_register(filled).findings != ()


def test_wrong_nodes_are_found_by_verification_and_by_the_next_checkpoint(filled: Stores, kit: Any) -> None:
    _tampered_end(filled, lambda kept: kept["nodes"].__setitem__(0, "11" * 32))
    assert any("fin du registre" in f for f in verify_register(filled).findings)
    with pytest.raises(IntegrityError, match="prolonge"):
        sign_checkpoint(filled, kit.now)


def test_a_head_that_lags_behind_the_events_is_said(filled: Stores, kit: Any) -> None:
    with filled.register.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM heads"))
    with pytest.raises(IntegrityError, match="table des têtes"):
        filled.ledger.append([replace(kit.fact(1), read_mark=kit.mark(50))], now=kit.now)
    assert filled.ledger.head().size == 20


def test_a_register_is_verified_while_it_is_written(filled: Stores, place: Any, kit: Any) -> None:
    writer = place.open()
    stop = threading.Event()

    def write() -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            writer.ledger.append([kit.fact(n, name=f"w{turn}") for n in range(30)], now=kit.now)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        sizes: list[int] = []
        for _ in range(8):
            done = verified(filled, split=Split(4, _read_here) if len(sizes) % 2 else None)
            assert done.findings == ()
            sizes.append(done.size)
    finally:
        stop.set()
        thread.join()
        writer.close()
    assert sizes == sorted(sizes)
    assert filled.ledger.head().size > sizes[0]
