"""A register found altered refuses additions, on each kind of database, and goes on only by a named act."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from sync_service.adapters.ledger_sql import (
    Stores,
    accept,
    go_on,
    record_verification,
    sign_checkpoint,
    verify_register,
)
from sync_service.errors import AlteredRegisterError, StoreError
from tests.contract.test_ledger_verify import _attack as attack


@pytest.fixture
def filled(stores: Stores, kit: Any) -> Stores:
    stores.ledger.append([kit.fact(n) for n in range(1, 10)], now=kit.now)
    sign_checkpoint(stores, kit.now)
    stores.ledger.append([kit.fact(n, name="m02") for n in range(1, 5)], now=kit.now)
    return stores


def verified(stores: Stores, kit: Any) -> tuple[str, ...]:
    done = verify_register(stores)
    record_verification(stores, done, strict=False, now=kit.now)
    return done.grave


def refused(stores: Stores, kit: Any, said: str = "a trouvé") -> None:
    size = len(list(stores.ledger.canonical()))
    with pytest.raises(AlteredRegisterError, match=said) as caught:
        stores.ledger.append([kit.act("after")], now=kit.now)
    assert "docs/fr/verification-echoue.md" in caught.value.sentence
    assert caught.value.exit_code == 3
    assert len(list(stores.ledger.canonical())) == size


def gone_on(stores: Stores, kit: Any) -> int:
    done = verify_register(stores)
    line = go_on(stores, done, kit.act("x").actor, "aucune sauvegarde", kit.now)
    accept(stores, verify_register(stores), kit.now)
    return line


def change_a_line(stores: Stores, *, with_leaf: bool = False) -> None:
    content = list(stores.ledger.canonical())[3].replace(b'"E1"', b'"E2"')
    columns = "canonical = :bytes, leaf = :leaf" if with_leaf else "canonical = :bytes"
    leaf = sha256(b"\x00" + content).digest()
    attack(stores, f"UPDATE events SET {columns} WHERE seq = 3", bytes=content, leaf=leaf)


def test_a_sound_register_has_no_alarm(filled: Stores, kit: Any) -> None:
    assert verified(filled, kit) == ()
    assert filled.alarm() is None
    filled.require_sound()


@pytest.mark.parametrize("with_leaf", [False, True], ids=["bytes", "bytes and leaf"])
def test_a_changed_line_stops_additions_until_a_named_act(filled: Stores, kit: Any, with_leaf: bool) -> None:
    change_a_line(filled, with_leaf=with_leaf)
    filled.ledger.append([kit.act("unknown to all")], now=kit.now)
    assert verified(filled, kit) != ()
    refused(filled, kit)
    with pytest.raises(AlteredRegisterError):
        sign_checkpoint(filled, kit.now)
    line = gone_on(filled, kit)
    assert filled.broken_line() == line
    filled.ledger.append([kit.act("after")], now=kit.now)
    assert sign_checkpoint(filled, kit.now) is not None
    filled.ledger.append([kit.act("much later")], now=kit.now)
    assert verified(filled, kit) != ()
    filled.ledger.append([kit.act("still")], now=kit.now)
    alarm = filled.alarm()
    assert alarm is not None
    assert not alarm.blocking
    attack(filled, "UPDATE events SET subject = 'register' WHERE seq = 5")
    assert verified(filled, kit) != ()
    refused(filled, kit)


def test_why_is_in_the_vault_and_counts_in_clear(filled: Stores, kit: Any) -> None:
    change_a_line(filled)
    line = gone_on(filled, kit)
    (event,) = filled.ledger.events(types=["integrity.broken"])
    assert event.seq == line
    assert event.data["findings"] == len(verify_register(filled).grave) == 4
    assert filled.ledger.reveal([event])[event.id] == {"reason": "aucune sauvegarde"}
    assert b"sauvegarde" not in list(filled.ledger.canonical())[line]


def test_the_last_line_is_looked_at_without_any_verification(filled: Stores, kit: Any) -> None:
    content = list(filled.ledger.canonical())[-1].replace(b'"E1"', b'"E2"')
    attack(filled, "UPDATE events SET canonical = :bytes WHERE seq = 13", bytes=content)
    refused(filled, kit, "n’est plus celle qui a été écrite")


def test_a_cut_tail_goes_on_from_what_is_left(filled: Stores, kit: Any) -> None:
    sign_checkpoint(filled, kit.now)
    attack(filled, "DELETE FROM events WHERE seq >= 12")
    refused(filled, kit, "sa fin gardée à part en annonce 14")
    line = gone_on(filled, kit)
    assert line == 12
    filled.ledger.append([kit.act("after"), kit.act("and", number=2)], now=kit.now)
    assert sign_checkpoint(filled, kit.now) is not None
    aside = list((filled.checkpoints_dir or Path()).glob("avant-rupture-*/*.checkpoint"))
    assert [path.name for path in aside] == [f"{14:012d}.checkpoint"]
    found = verified(filled, kit)
    assert [said for said in found if "qu’aucune ligne n’annonce" not in said] == []
    filled.ledger.append([kit.act("again")], now=kit.now)


def test_no_line_can_follow_one_that_is_missing_in_the_middle(filled: Stores, kit: Any) -> None:
    attack(filled, "DELETE FROM events WHERE seq = 6")
    done = verify_register(filled)
    with pytest.raises(StoreError, match="La ligne 6 du registre manque"):
        go_on(filled, done, kit.act("x").actor, "essai", kit.now)
    assert list(filled.ledger.events(types=["integrity.broken"])) == []


def test_a_seal_of_another_register_or_of_another_key_stops_nothing(filled: Stores, kit: Any, tmp_path: Path) -> None:
    folder = filled.checkpoints_dir or tmp_path
    (tmp_path / "other").mkdir()
    other = kit.sqlite(tmp_path / "other")
    other.init(origin="demo/other")
    stranger = other.open()
    stranger.ledger.append([kit.fact(n) for n in range(1, 60)], now=kit.now)
    sign_checkpoint(stranger, kit.now)
    stranger.close()
    shutil.copy(other.checkpoints / f"{60:012d}.checkpoint", folder)
    (folder / f"{99:012d}.checkpoint").write_text("abîmé")
    filled.ledger.append([kit.act("after")], now=kit.now)
