"""Keys replaced and keys lost: the register announces each change, and what was signed before still verifies."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from sync_service.adapters.documents.proof_zip import proof_zip
from sync_service.adapters.ledger_sql import (
    RegisterSecrets,
    Stores,
    change_master_key,
    change_signing_key,
    new_secrets,
    prove,
    sign_checkpoint,
    verify_register,
)
from sync_service.errors import StoreError

OTHER = new_secrets(demo=True)


@pytest.fixture
def new(kit: Any) -> RegisterSecrets:
    secrets: RegisterSecrets = replace(kit.secrets, signing=OTHER.signing)
    return secrets


def opened(place: Any, secrets: RegisterSecrets) -> Stores:
    stores: Stores = replace(place, secrets=secrets).open()
    return stores


@pytest.mark.parametrize("lost", [False, True])
def test_checkpoints_of_both_keys_verify(stores: Stores, place: Any, kit: Any, new: Any, lost: bool) -> None:
    stores.ledger.append([kit.fact(1)], now=kit.now)
    sign_checkpoint(stores, kit.now)
    stores.ledger.append([kit.fact(2)], now=kit.now)
    change_signing_key(stores, new, kit.act("x").actor, kit.now, lost=lost)
    sizes = sorted(int(p.stem) for p in place.checkpoints.iterdir())
    assert sizes == ([2] if lost else [2, 3])
    with pytest.raises(StoreError, match="n’est pas la dernière qu’annonce le registre"):
        sign_checkpoint(stores, kit.now)
    after = opened(place, new)
    try:
        assert verify_register(after, strict=True).findings == ()
        assert sign_checkpoint(after, kit.now) is not None
        assert verify_register(after, strict=True).findings == ()
        assert [e.reason for e in after.ledger.events(types=["key.changed"])] == ["lost" if lost else "rotation"]
    finally:
        after.close()


def test_the_old_key_in_use_is_a_finding(stores: Stores, kit: Any, new: Any) -> None:
    change_signing_key(stores, new, kit.act("x").actor, kit.now, lost=False)
    assert "La clé de scellement n’est pas celle qu’annonce le registre." in verify_register(stores).findings


def test_a_key_serves_once(stores: Stores, kit: Any) -> None:
    with pytest.raises(StoreError, match="a déjà servi"):
        change_signing_key(stores, kit.secrets, kit.act("x").actor, kit.now, lost=False)


def test_a_proof_across_a_change_shows_the_line_that_announces_it(
    stores: Stores, place: Any, kit: Any, new: Any, tmp_path: Path
) -> None:
    stores.ledger.append([kit.fact(1)], now=kit.now)
    sign_checkpoint(stores, kit.now)
    shutil.copy(place.checkpoints / f"{2:012d}.checkpoint", tmp_path / "kept")
    change_signing_key(stores, new, kit.act("x").actor, kit.now, lost=False)
    after = opened(place, new)
    try:
        sign_checkpoint(after, kit.now)
        zipfile.ZipFile(BytesIO(proof_zip(prove(after, [1], since=tmp_path / "kept"), "p"))).extractall(tmp_path)
    finally:
        after.close()
    assert (tmp_path / "p" / "ligne-000000002.json").read_text().count("key.changed") == 1
    for command in (["python3", "verifier.py"], ["sh", "verifier.sh"]):
        done = subprocess.run(command, cwd=tmp_path / "p", capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_master_key_changes_and_payloads_open(stores: Stores, place: Any, kit: Any) -> None:
    stores.ledger.append([kit.created(n, f"M{n}") for n in range(1, 4)], now=kit.now)
    new = replace(kit.secrets, master=OTHER.master)
    assert change_master_key(stores, new, kit.act("x").actor, kit.now) == 3
    with pytest.raises(StoreError, match="clé maîtresse n’est pas celle"):
        place.open()
    after = opened(place, new)
    try:
        assert len(after.ledger.reveal(after.ledger.events())) == 3
        assert verify_register(after).sound
    finally:
        after.close()
