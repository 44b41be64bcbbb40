"""A destruction that is killed, or that crosses an append, on each kind of database: no key survives its line."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from sync_service.adapters.ledger_sql import Stores, finish_destructions, record_verification, verify_register
from sync_service.adapters.vault.keystore import KeyStore
from sync_service.domain.destruction import destruction
from sync_service.domain.event import Draft, Series
from sync_service.errors import IntegrityError


def said_destroyed(kit: Any, number: int, now: datetime, list_id: str = "") -> Draft:
    """The line alone, as a process that dies just after it leaves it."""
    actor = kit.act("x").actor
    return destruction(
        kit.subject(number), Series.TRACES, actor=actor, reason="dua_echue", now=now, run="r", list_id=list_id
    )


def test_a_destruction_killed_after_its_line_is_finished_although_nothing_may_be_added(
    stores: Stores, kit: Any
) -> None:
    stores.ledger.append([kit.fact(n) for n in range(1, 4)], now=kit.now)
    later = kit.now + timedelta(minutes=5)
    stores.ledger.append([said_destroyed(kit, 1, later, "p-01")], now=later)
    done = verify_register(stores)
    assert done.grave == (
        "Ligne 4 : la clé qu’elle dit détruite existe encore : « cyclesync retention eliminate p-01 » l’achève.",
    )
    record_verification(stores, done, strict=False, now=later)
    alarm = stores.alarm()
    assert alarm is not None
    assert alarm.refusal(UTC).endswith(f"rien n’y est ajouté. {done.grave[0]}")
    with pytest.raises(IntegrityError):
        stores.ledger.append([kit.fact(3, name="m02")], now=later)
    ended = finish_destructions(stores)
    assert (ended.keys, ended.lists, ended.shared) == (1, ("p-01",), ())
    assert verify_register(stores).findings == ()
    assert finish_destructions(stores).keys == 0
    assert len(stores.ledger.reveal(stores.ledger.events())) == 2
    with stores.register.database.reading() as connection:
        kept = connection.execute(text("SELECT COUNT(*) FROM heads WHERE digest IS NOT NULL")).scalar()
    assert kept == 2


@pytest.mark.parametrize("clock", [timedelta(minutes=5), timedelta(days=-30)])
def test_what_is_recorded_after_a_killed_destruction_has_a_key_of_its_own(
    stores: Stores, kit: Any, clock: timedelta
) -> None:
    """Also when the clock went back: the register’s order says which key a line means."""
    stores.ledger.append([kit.fact(1), kit.fact(2)], now=kit.now)
    stores.ledger.append([said_destroyed(kit, 1, kit.now)], now=kit.now)
    later = kit.now + clock
    stores.ledger.append([kit.fact(1, name="m02"), kit.fact(2, name="m02")], now=later)
    assert verify_register(stores).findings == ()
    assert finish_destructions(stores).keys == 0
    shown = stores.ledger.reveal(e for e in stores.ledger.events() if e.subject == kit.subject(1))
    assert len(shown) == 1
    assert stores.ledger.destroy_key(
        kit.subject(1), Series.TRACES, actor=kit.act("x").actor, reason="dua_echue", now=later, run="r2"
    )
    assert verify_register(stores).findings == ()


def test_a_key_destroyed_while_lines_were_about_to_use_it_protects_none_of_them(
    place: Any, stores: Stores, kit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores.ledger.append([kit.fact(1)], now=kit.now)
    other, ensure = place.open(), KeyStore.ensure
    actor = kit.act("x").actor
    turns: list[int] = []

    def destroyed_meanwhile(own: KeyStore, units: Any, *, now: datetime) -> Any:
        found = ensure(own, units, now=now)
        if not turns:
            turns.append(1)
            other.ledger.destroy_key(
                kit.subject(1), Series.TRACES, actor=actor, reason="dua_echue", now=kit.now, run="r"
            )
        return found

    with monkeypatch.context() as patch:
        patch.setattr(KeyStore, "ensure", destroyed_meanwhile)
        stores.ledger.append([kit.fact(1, name="m02")], now=kit.now)
    other.close()
    assert turns == [1]
    assert verify_register(stores).findings == ()
    assert len(stores.ledger.reveal(stores.ledger.events())) == 1


@pytest.mark.parametrize("after", [False, True], ids=["before its key is read", "after its key was read"])
def test_an_elimination_during_a_verification_accuses_nobody(
    place: Any, stores: Stores, kit: Any, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    stores.ledger.append([kit.fact(1), kit.fact(2)], now=kit.now)
    other, read = place.open(), KeyStore.keys
    actor = kit.act("x").actor

    def destroyed_meanwhile(own: KeyStore, references: Any) -> Any:
        found = read(own, references) if after else None
        other.ledger.destroy_key(kit.subject(1), Series.TRACES, actor=actor, reason="dua_echue", now=kit.now, run="r")
        return read(own, references) if found is None else found

    with monkeypatch.context() as patch:
        patch.setattr(KeyStore, "keys", destroyed_meanwhile)
        assert verify_register(stores).findings == ()
    other.close()
    assert stores.ledger.head().size == 4
    assert verify_register(stores).findings == ()


def test_a_key_that_protects_later_lines_too_stays_and_is_said(stores: Stores, kit: Any) -> None:
    """As an older version could leave it: what was recorded since has no key of its own."""
    stores.ledger.append([kit.fact(1)], now=kit.now)
    (key,) = stores.register.keys.holding([(kit.subject(1), "traces")]).values()
    stores.ledger.append([said_destroyed(kit, 1, kit.now)], now=kit.now)
    stores.ledger.append([kit.fact(1, name="m02")], now=kit.now)
    with stores.register.database.writing() as connection:
        connection.execute(text("UPDATE payloads SET key_ref = :key"), {"key": key.reference})
    with closing(sqlite3.connect(stores.register.keys.opening()[0])) as keys, keys:
        keys.execute("UPDATE data_keys SET key_ref = ?", (key.reference,))
    ended = finish_destructions(stores)
    assert (ended.keys, ended.shared) == (0, (2,))
    assert len(stores.register.keys.holding([(kit.subject(1), "traces")])) == 1
