"""The drill: a register restored from an old backup names what it lost and gives no certificate number twice."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from sync_service.adapters.documents.proof_zip import proof_zip
from sync_service.adapters.ledger_sql import (
    Stores,
    Target,
    backup,
    prove,
    record_verification,
    restore,
    sign_checkpoint,
    verify_register,
)
from sync_service.domain.certificate import floor_after
from sync_service.domain.entry import Entry
from sync_service.domain.event import Series
from sync_service.errors import IntegrityError, StoreError


def number(kit: Any, rank: int) -> Any:
    name = f"ANGERS-CPE-2027-{rank:04d}"
    return kit.act(f"number|{rank}", "certificate.number_reserved", rank, data={"number": name, "year": 2027})


@pytest.fixture
def filled(stores: Stores, kit: Any) -> Stores:
    stores.ledger.append([kit.created(n, f"M{n:04d}") for n in range(1, 6)], now=kit.now)
    stores.ledger.append([number(kit, 1)], now=kit.now)
    sign_checkpoint(stores, kit.now)
    return stores


def folders(stores: Stores) -> dict[str, Path]:
    assert stores.checkpoints_dir is not None
    return {"checkpoints": stores.checkpoints_dir}


def elsewhere(tmp_path: Path, stores: Stores, keys: str = "keys.sqlite") -> Target:
    home = tmp_path / "elsewhere"
    return Target(f"sqlite:///{home / 'register.sqlite'}", home / keys, stores.checkpoints_dir, {})


def opened(place: Any, target: Target) -> Stores:
    stores: Stores = replace(place, url=target.database_url, keys=target.keys).open()
    return stores


def test_everything_comes_back(filled: Stores, place: Any, kit: Any, tmp_path: Path) -> None:
    made, manifest = backup(filled, folders(filled), tmp_path / "backups", kit.now)
    assert {p.name for p in made.iterdir()} == {"register.sqlite", "keys.sqlite", "checkpoints", "manifest.json"}
    assert {p.stat().st_mode & 0o777 for p in made.glob("*.sqlite")} == {0o600}
    assert manifest.keys_until == (kit.now + timedelta(days=30)).date()
    target = elsewhere(tmp_path, filled)
    done = restore(made, target, kit.secrets, kit.act("x").actor, kit.now)
    assert (done.size, done.lost, done.certificate) == (7, 0, "ANGERS-CPE-2027-0001")
    back = opened(place, target)
    try:
        assert verify_register(back, strict=True).findings == ()
        events = list(back.ledger.events())
        assert [e.leaf for e in events[:7]] == [e.leaf for e in filled.ledger.events()]
        assert events[7].type == "register.restored"
        assert len(back.ledger.reveal(events)) == 5
    finally:
        back.close()


def explained_to_a_stranger(back: Stores, seal: Path, folder: Path) -> None:
    """Both verifiers say that the restoration explains the older checkpoint, and no once its line is another’s."""
    zipfile.ZipFile(BytesIO(proof_zip(prove(back, [0], since=seal), "p"))).extractall(folder)
    place = folder / "p"
    assert not (place / "anterieur.preuve").exists()
    said = [verdict(place, *command) for command in (("python3", "verifier.py"), ("sh", "verifier.sh"))]
    assert said[0] == said[1]
    assert said[0].startswith("0\n")
    assert "ligne 7, a perdu 5 lignes et le dit : elle explique le scellé antérieur." in said[0]
    (place / "ligne-000000007.json").rename(place / "other")
    (place / "ligne-000000007.preuve").unlink()
    for command in (("python3", "verifier.py"), ("sh", "verifier.sh")):
        without = verdict(place, *command)
        assert without.startswith("1\n")
        assert "NON  Rien ne relie le scellé antérieur au registre." in without


def verdict(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return f"{done.returncode}\n{done.stdout}{done.stderr}"


def test_what_was_lost_is_named_and_no_number_serves_twice(
    filled: Stores, place: Any, kit: Any, tmp_path: Path
) -> None:
    made, _ = backup(filled, folders(filled), tmp_path / "backups", kit.now)
    filled.ledger.append([number(kit, 2), number(kit, 3), *(kit.fact(n) for n in range(1, 4))], now=kit.now)
    sign_checkpoint(filled, kit.now)
    longest = (filled.checkpoints_dir or tmp_path) / f"{12:012d}.checkpoint"
    assert longest.exists()
    target = elsewhere(tmp_path, filled)
    done = restore(made, target, kit.secrets, kit.act("x").actor, kit.now)
    assert (done.size, done.longest, done.lost, done.certificate) == (7, 12, 5, "ANGERS-CPE-2027-0003")
    back = opened(place, target)
    try:
        restored = [Entry(e) for e in back.ledger.events(types=["register.restored"])]
        assert [(floor_after(restored, year)) for year in (2026, 2027)] == [0, 3]
        assert not longest.exists()
        aside = next((filled.checkpoints_dir or tmp_path).glob("avant-restauration-*"))
        assert [p.name for p in aside.iterdir()] == [longest.name]
        back.ledger.append([kit.fact(n) for n in range(1, 9)], now=kit.now)
        assert sign_checkpoint(back, kit.now) is not None
        assert verify_register(back, strict=True).findings == ()
        archived = verify_register(back, against=aside / longest.name)
        assert archived.findings == ()
        assert not archived.outside_checkpoint
        assert "Le scellé de 12 lignes va plus loin que la sauvegarde" in archived.explained.replace("\u00a0", " ")
        assert "inscrite à la ligne 7, l’explique (5 lignes perdues" in archived.explained.replace("\u00a0", " ")
        assert len(verify_register(back, against=aside / longest.name, strict=True).findings) == 1
        explained_to_a_stranger(back, aside / longest.name, tmp_path / "stranger")
        assert sign_checkpoint(filled, kit.now) is None
    finally:
        back.close()


def seal_of(stores: Stores, size: int) -> Path:
    assert stores.checkpoints_dir is not None
    return stores.checkpoints_dir / f"{size:012d}.checkpoint"


def test_what_is_no_file_does_not_fill_the_disk_nor_stop_a_backup(filled: Stores, kit: Any, tmp_path: Path) -> None:
    seals = filled.checkpoints_dir or tmp_path
    (seals / "endless.checkpoint").symlink_to("/dev/zero")
    os.mkfifo(seals / "pipe.checkpoint")
    made, manifest = backup(filled, folders(filled), tmp_path / "backups", kit.now)
    copied = [path.name for path in (made / "checkpoints").iterdir()]
    assert copied == ["000000000007.checkpoint"]
    assert "checkpoints/000000000007.checkpoint" in manifest.files


def test_one_lost_line_is_explained_on_a_machine_whose_clock_is_behind(
    filled: Stores, place: Any, kit: Any, tmp_path: Path
) -> None:
    """The register says that the clock moved back before it says that it was restored: the act is not where it would be."""
    made, _ = backup(filled, folders(filled), tmp_path / "backups", kit.now)
    filled.ledger.append([number(kit, 2)], now=kit.now)
    sign_checkpoint(filled, kit.now)
    away = tmp_path / "away"
    shutil.copytree(filled.checkpoints_dir or tmp_path, away)
    target = elsewhere(tmp_path, filled)
    restore(made, target, kit.secrets, kit.act("x").actor, kit.now - timedelta(days=1))
    back = opened(place, target)
    try:
        assert [e.type for e in back.ledger.events()][7:] == ["clock.moved_back", "register.restored"]
        done = verify_register(back, against=away)
        assert (done.findings, done.outside_size) == ((), 7)
        assert "Le scellé de 8 lignes va plus loin" in done.explained.replace("\u00a0", " ")
        sign_checkpoint(back, kit.now)
        zipfile.ZipFile(BytesIO(proof_zip(prove(back, [], since=away), "p"))).extractall(tmp_path)
        said = [verdict(tmp_path / "p", *command) for command in (("python3", "verifier.py"), ("sh", "verifier.sh"))]
        assert said[0] == said[1]
        assert "a perdu 1 ligne et le dit : elle explique le scellé antérieur." in said[0]
    finally:
        back.close()


def test_only_the_checkpoint_that_the_restoration_names_is_explained_by_it(
    filled: Stores, place: Any, kit: Any, tmp_path: Path
) -> None:
    """Longer than what it knew of, or of that size with another root: an alarm, as before."""
    made, _ = backup(filled, folders(filled), tmp_path / "backups", kit.now)
    filled.ledger.append([number(kit, rank) for rank in range(2, 5)], now=kit.now)
    sign_checkpoint(filled, kit.now)
    (tmp_path / "twin").mkdir()
    other = kit.sqlite(tmp_path / "twin", secrets=kit.secrets)
    other.init()
    twin = other.open()
    for count in (9, 2):
        twin.ledger.append([kit.fact(n, name=f"m{count}") for n in range(count)], now=kit.now)
        sign_checkpoint(twin, kit.now)
    away = tmp_path / "away"
    shutil.copytree(filled.checkpoints_dir or tmp_path, away)
    target = elsewhere(tmp_path, filled)
    restore(made, target, kit.secrets, kit.act("x").actor, kit.now)
    back = opened(place, target)
    try:
        whole = verify_register(back, against=away)  # a folder of them: the longest is explained, the next is compared
        assert (whole.findings, whole.outside_size) == ((), 7)
        assert "Le scellé de 10 lignes" in whole.explained.replace("\u00a0", " ")
        for size in (10, 12):
            done = verify_register(back, against=seal_of(twin, size))
            assert done.explained == ""
            assert done.grave == (f"Le registre a 8 lignes, un scellé en annonce {size} : il a été coupé ou remplacé.",)
        sign_checkpoint(back, kit.now)
        zipfile.ZipFile(BytesIO(proof_zip(prove(back, [], since=away), "p"))).extractall(tmp_path)
        assert "elle explique" in verdict(tmp_path / "p", "sh", "verifier.sh")
        for size in (10, 12):
            shutil.copy(seal_of(twin, size), tmp_path / "p" / "anterieur.checkpoint")
            for command in (("python3", "verifier.py"), ("sh", "verifier.sh")):
                assert "NON  Rien ne relie le scellé antérieur" in verdict(tmp_path / "p", *command)
    finally:
        twin.close()
        back.close()


def test_a_restoration_killed_before_its_end_is_run_again(filled: Stores, place: Any, kit: Any, tmp_path: Path) -> None:
    made, _ = backup(filled, folders(filled), tmp_path / "backups", kit.now)
    filled.ledger.append([number(kit, 2)], now=kit.now)
    sign_checkpoint(filled, kit.now)
    target = elsewhere(tmp_path, filled)
    first = restore(made, target, kit.secrets, kit.act("x").actor, kit.now)
    (tmp_path / "elsewhere" / "register.sqlite").unlink()  # as if it had stopped before the database took its place
    assert restore(made, target, kit.secrets, kit.act("x").actor, kit.now) == first


def test_a_place_that_cannot_be_written_is_said_and_the_same_command_ends_the_work(
    filled: Stores, kit: Any, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "gone").symlink_to(tmp_path / "nowhere")
    with pytest.raises(StoreError, match="gone n’a pas pu être copié"):
        backup(filled, {"blobs": kept}, tmp_path / "backups", kit.now)
    assert list((tmp_path / "backups").iterdir()) == []
    (kept / "gone").unlink()
    (kept / "a").write_text("a")
    made, _ = backup(filled, {"blobs": kept}, tmp_path / "backups", kit.now)
    target = replace(elsewhere(tmp_path, filled), folders={"blobs": tmp_path / "elsewhere" / "blobs"})
    (tmp_path / "elsewhere").mkdir(exist_ok=True)
    (tmp_path / "elsewhere" / "blobs").write_text("in the way")
    with pytest.raises(StoreError, match=r"ne peut pas être remise en place .* relancez la même commande"):
        restore(made, target, kit.secrets, kit.act("x").actor, kit.now)
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["blobs"]
    (tmp_path / "elsewhere" / "blobs").unlink()
    restore(made, target, kit.secrets, kit.act("x").actor, kit.now)
    assert (tmp_path / "elsewhere" / "blobs" / "a").read_text() == "a"


def test_a_key_destroyed_since_stays_destroyed(filled: Stores, place: Any, kit: Any, tmp_path: Path) -> None:
    """The keys in place win over those of the backup: what was erased is not brought back."""
    made, _ = backup(filled, {}, tmp_path / "backups", kit.now)
    actor = kit.act("x").actor
    filled.ledger.destroy_key(kit.subject(1), Series.REGISTER, actor=actor, reason="dua", now=kit.now, run="r")
    home = tmp_path / "elsewhere"
    home.mkdir()
    shutil.copy(place.keys, home / "keys.sqlite")
    target = elsewhere(tmp_path, filled)
    with pytest.raises(
        IntegrityError, match=r"aucune liste des éliminations ne dit pourquoi : mettez ce fichier de côté"
    ):
        restore(made, target, kit.secrets, actor, kit.now)
    assert not (home / "register.sqlite").exists()


def _cut(folder: Path) -> None:
    path = folder / "register.sqlite"
    path.write_bytes(path.read_bytes()[:5000])


def _no_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def _not_json(folder: Path) -> None:
    (folder / "manifest.json").write_text("[]")


def _file_missing(folder: Path) -> None:
    (folder / "register.sqlite").unlink()


def _outside_path(folder: Path) -> None:
    path = folder / "manifest.json"
    raw = json.loads(path.read_text())
    raw["files"]["../../etc/passwd"] = "00"
    path.write_text(json.dumps(raw))


def _other_version(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"schema": "0001"', '"schema": "0000"'))


def _other_size(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"size": 7', '"size": 6'))


@pytest.mark.parametrize(
    "spoil", [_cut, _no_manifest, _not_json, _file_missing, _outside_path, _other_version, _other_size]
)
def test_a_backup_that_is_not_whole_takes_no_place(filled: Stores, kit: Any, tmp_path: Path, spoil: Any) -> None:
    made, _ = backup(filled, folders(filled), tmp_path / "backups", kit.now)
    spoil(made)
    target = elsewhere(tmp_path, filled)
    with pytest.raises((StoreError, IntegrityError)) as caught:
        restore(made, target, kit.secrets, kit.act("x").actor, kit.now)
    assert caught.value.sentence.endswith((".", "autre."))
    home = tmp_path / "elsewhere"
    assert not home.exists() or not list(home.iterdir())
    assert not list((filled.checkpoints_dir or tmp_path).glob("avant-*"))


def test_nothing_that_exists_is_replaced(filled: Stores, kit: Any, tmp_path: Path) -> None:
    made, _ = backup(filled, folders(filled), tmp_path / "backups", kit.now)
    home = tmp_path / "elsewhere"
    home.mkdir()
    (home / "register.sqlite").write_bytes(b"precious")
    with pytest.raises(StoreError, match="ne remplace jamais un registre"):
        restore(made, elsewhere(tmp_path, filled), kit.secrets, kit.act("x").actor, kit.now)
    assert (home / "register.sqlite").read_bytes() == b"precious"
    with pytest.raises(StoreError, match="existe déjà"):
        backup(filled, {}, tmp_path / "backups", kit.now)


def test_a_backup_without_keys_needs_those_in_place(filled: Stores, place: Any, kit: Any, tmp_path: Path) -> None:
    made, _ = backup(filled, folders(filled), tmp_path / "backups", kit.now)
    (made / "keys.sqlite").unlink()
    target = elsewhere(tmp_path, filled)
    with pytest.raises(StoreError, match="n’a plus de fichier de clés"):
        restore(made, target, kit.secrets, kit.act("x").actor, kit.now)
    shutil.copy(place.keys, target.keys)
    assert restore(made, target, kit.secrets, kit.act("x").actor, kit.now).lost == 0


def test_a_backup_that_contradicts_a_checkpoint_kept_elsewhere(filled: Stores, kit: Any, tmp_path: Path) -> None:
    made, _ = backup(filled, {}, tmp_path / "backups", kit.now)
    (tmp_path / "other").mkdir()
    other = kit.sqlite(tmp_path / "other", secrets=kit.secrets)
    other.init()
    twin = other.open()
    try:
        twin.ledger.append([kit.fact(n) for n in range(1, 5)], now=kit.now)
        sign_checkpoint(twin, kit.now)
        target = replace(elsewhere(tmp_path, filled), checkpoints_dir=twin.checkpoints_dir)
        with pytest.raises(IntegrityError, match="contredit le scellé de taille 5"):
            restore(made, target, kit.secrets, kit.act("x").actor, kit.now)
    finally:
        twin.close()


def test_a_lost_database_comes_back_where_it_was(filled: Stores, place: Any, kit: Any, tmp_path: Path) -> None:
    """On the server for PostgreSQL, whose backups are SQLite files too; counters go on where they were."""
    made, _ = backup(filled, {}, tmp_path / "backups", kit.now)
    record_verification(filled, verify_register(filled), strict=False, now=kit.now)
    target = Target(place.url, place.keys, place.checkpoints, {})
    if place.url.startswith("postgresql"):
        with pytest.raises(StoreError, match="contient déjà un registre"):
            restore(made, target, kit.secrets, kit.act("x").actor, kit.now)
        with filled.register.database.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    else:
        filled.close()
        for path in tmp_path.glob("register.sqlite*"):
            path.unlink()
    assert restore(made, target, kit.secrets, kit.act("x").actor, kit.now).lost == 0
    back = opened(place, target)
    try:
        record_verification(back, verify_register(back), strict=False, now=kit.now)
        back.ledger.append([kit.fact(9)], now=kit.now)
        assert verify_register(back, strict=True).findings == ()
    finally:
        back.close()
