"""Seals of lines that a restoration loses: compared with a longer copy where there is one, else said not to be."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from sync_service.adapters.documents.proof_zip import proof_zip
from sync_service.adapters.ledger_sql import Restored, Stores, backup, prove, restore, sign_checkpoint, verify_register
from sync_service.adapters.ledger_sql.copying import copy_to_file
from sync_service.errors import IntegrityError
from tests.contract.test_ledger_backup import elsewhere, opened, seal_of, verdict


def grow(stores: Stores, kit: Any, lines: int, name: str) -> None:
    stores.ledger.append([kit.fact(n, name=name) for n in range(lines)], now=kit.now)
    sign_checkpoint(stores, kit.now)


@pytest.fixture
def twin(stores: Stores, kit: Any, tmp_path: Path) -> Iterator[Stores]:
    """The same register rewritten from its second line on: same name, same keys, another history."""
    (tmp_path / "twin").mkdir()
    place = kit.sqlite(tmp_path / "twin", secrets=kit.secrets)
    copy_to_file(stores.register.database, tmp_path / "twin" / "register.sqlite")
    stores.register.keys.copy_to(place.keys)
    found: Stores = place.open()
    yield found
    found.close()


@pytest.fixture
def short(twin: Stores, stores: Stores, kit: Any, tmp_path: Path) -> Path:
    """A backup of 4 lines; the register goes on to 7 and 10, and signs both."""
    assert stores.ledger.head().size == twin.ledger.head().size == 1
    grow(stores, kit, 3, "m01")
    made, manifest = backup(stores, {}, tmp_path / "backups", kit.now)
    assert manifest.size == 4
    for rank in (2, 3):
        grow(stores, kit, 3, f"m0{rank}")
    return made


def put_back(made: Path, stores: Stores, kit: Any, home: Path, previous: str = "") -> Restored:
    target = replace(elsewhere(home, stores), previous=previous)
    return restore(made, target, kit.secrets, kit.act("x").actor, kit.now)


def moved(stores: Stores, tmp_path: Path) -> str:
    """Set the whole register aside, as it is before a restoration."""
    copy_to_file(stores.register.database, tmp_path / "moved.sqlite")
    return f"sqlite:///{tmp_path / 'moved.sqlite'}"


def in_use_again(stores: Stores) -> None:
    assert stores.checkpoints_dir is not None
    (aside,) = stores.checkpoints_dir.glob("avant-restauration-*")
    for path in aside.iterdir():
        path.rename(stores.checkpoints_dir / path.name)


def test_a_seal_between_the_backup_and_the_longest_one_is_said_not_to_be_compared(
    short: Path, stores: Stores, place: Any, kit: Any, tmp_path: Path
) -> None:
    done = put_back(short, stores, kit, tmp_path)
    assert (done.size, done.longest) == (4, 10)
    assert (done.seals.compared, done.seals.uncompared, done.seals.contradicted) == ((), (7,), ())
    back = opened(place, elsewhere(tmp_path, stores))
    try:
        (aside,) = (stores.checkpoints_dir or tmp_path).glob("avant-restauration-*")
        between = verify_register(back, against=aside / f"{7:012d}.checkpoint").explained
        longest = verify_register(back, against=aside / f"{10:012d}.checkpoint").explained
        assert "sa racine n’est comparée à rien" in between
        assert "racine" not in longest
        assert sign_checkpoint(back, kit.now) is not None
        for size, said in ((7, "scellé antérieur, dont la racine n’est comparée à rien."), (10, "scellé antérieur.")):
            folder = tmp_path / f"p{size}"
            proof = prove(back, [0], since=aside / f"{size:012d}.checkpoint")
            zipfile.ZipFile(BytesIO(proof_zip(proof, "p"))).extractall(folder)
            told = [verdict(folder / "p", *command) for command in (("python3", "verifier.py"), ("sh", "verifier.sh"))]
            assert told[0] == told[1]
            assert told[0].startswith("0\n")
            assert f"elle explique le {said}\n" in told[0]
    finally:
        back.close()


def test_a_seal_of_another_history_is_found_where_the_lines_are_left(
    short: Path, stores: Stores, twin: Stores, kit: Any, tmp_path: Path
) -> None:
    """The register that was set aside still has them."""
    grow(twin, kit, 6, "x")
    previous = moved(stores, tmp_path)
    true = put_back(short, stores, kit, tmp_path / "a", previous)
    assert (true.seals.compared, true.seals.uncompared, true.seals.contradicted) == ((7, 10), (), ())
    in_use_again(stores)
    assert seal_of(stores, 7).read_text() != seal_of(twin, 7).read_text()
    shutil.copy(seal_of(twin, 7), seal_of(stores, 7))
    found = put_back(short, stores, kit, tmp_path / "b", previous)
    assert (found.seals.compared, found.seals.uncompared, found.seals.contradicted) == ((10,), (), (7,))
    assert found.longest == 10


def test_a_later_backup_beside_it_is_such_a_copy(short: Path, stores: Stores, kit: Any, tmp_path: Path) -> None:
    backup(stores, {}, tmp_path / "backups", kit.now + timedelta(hours=1))
    grow(stores, kit, 2, "m09")
    grow(stores, kit, 2, "m10")
    done = put_back(short, stores, kit, tmp_path)
    assert (done.longest, done.seals.compared, done.seals.uncompared) == (14, (7, 10), (12,))


def test_a_copy_that_no_seal_confirms_compares_nothing(
    short: Path, stores: Stores, twin: Stores, kit: Any, tmp_path: Path
) -> None:
    """It is not the register that signed them: what it says of their roots is worth nothing."""
    grow(twin, kit, 12, "x")
    done = put_back(short, stores, kit, tmp_path, moved(twin, tmp_path))
    assert (done.seals.compared, done.seals.uncompared, done.seals.contradicted) == ((), (7,), ())


def test_a_backup_that_a_longer_copy_contradicts_is_refused(
    short: Path, stores: Stores, twin: Stores, kit: Any, tmp_path: Path
) -> None:
    """Every seal is longer than the backup: only the lines that are left elsewhere tell that it is not their beginning."""
    grow(twin, kit, 3, "x")
    seal_of(stores, 4).unlink()
    other, _ = backup(twin, {}, tmp_path / "others", kit.now)
    with pytest.raises(IntegrityError, match="contredit le scellé de taille 10"):
        put_back(other, stores, kit, tmp_path, moved(stores, tmp_path))
    assert not (tmp_path / "elsewhere" / "register.sqlite").exists()


def test_two_seals_of_one_size_that_differ_are_said(
    short: Path, stores: Stores, twin: Stores, kit: Any, tmp_path: Path
) -> None:
    grow(twin, kit, 9, "x")
    put_back(short, stores, kit, tmp_path / "a")
    shutil.copy(seal_of(twin, 10), seal_of(stores, 10))
    done = put_back(short, stores, kit, tmp_path / "b")
    assert (done.seals.uncompared, done.seals.contradicted) == ((7,), (10,))
