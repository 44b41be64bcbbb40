"""What follows from the lines, changed by hand: each verification says it, and it is made again from the lines."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from sync_service.adapters.ledger_sql import Stores, rebuild, verify_register
from sync_service.domain.event import Actor, Series

LOST = "un changement pourrait être perdu"
OTHER = "pas à la personne que disent les lignes"
FUTURE = "de l’avenir"
HEAD = "WHERE key = (SELECT min(key) FROM heads WHERE mark_at IS NOT NULL)"
CHANGES = {
    "digest": (
        f"UPDATE heads SET digest = (SELECT digest FROM heads h WHERE h.key = (SELECT max(key) FROM heads)) {HEAD}",
        LOST,
    ),
    "no digest": (f"UPDATE heads SET digest = NULL {HEAD}", LOST),
    "version": (f"UPDATE heads SET n = n + 1 {HEAD}", LOST),
    "event": (f"UPDATE heads SET event_id = 'x' {HEAD}", LOST),
    "gone": (f"DELETE FROM heads {HEAD}", LOST),
    "two persons": (
        "UPDATE vault_index SET subject = (SELECT min(subject) FROM vault_index) WHERE kind = 'matricule'",
        OTHER,
    ),
    "nobody": ("DELETE FROM vault_index", OTHER),
    "read tomorrow": (f"UPDATE heads SET mark_at = '2099-01-01T00:00:00+00:00' {HEAD}", FUTURE),
}


@pytest.fixture
def filled(stores: Stores, kit: Any) -> Stores:
    stores.ledger.append([kit.created(n, f"M{n:04d}") for n in range(1, 4)], now=kit.now)
    stores.ledger.append([kit.fact(n) for n in range(1, 4)], now=kit.now)
    stores.ledger.append([kit.fact(1, seq=5), kit.created(1, "M0009")], now=kit.now)
    return stores


def findings(stores: Stores, kit: Any) -> tuple[str, ...]:
    return verify_register(stores, now=kit.now).findings


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_found_and_made_good_from_the_lines(filled: Stores, kit: Any, name: str) -> None:
    statement, said = CHANGES[name]
    assert findings(filled, kit) == ()
    with filled.register.database.writing() as connection:
        connection.execute(text(statement))
    (found,) = findings(filled, kit)
    assert said in found
    assert "cyclesync ledger rebuild" in found
    assert verify_register(filled, derived=False).findings == ()
    rebuild(filled)
    assert findings(filled, kit) == ()


def test_an_altered_key_accuses_its_own_lines_alone(filled: Stores, kit: Any, place: Any) -> None:
    with closing(sqlite3.connect(place.keys)) as base, base:
        base.execute(
            "UPDATE data_keys SET wrapped = x'00' WHERE subject = ? AND series = 'register'", (kit.subject(2),)
        )
    altered, missing = findings(filled, kit)
    assert "du fichier de clés est altérée" in altered
    assert missing == "Ligne 2 : sa clé « register » manque sans que sa destruction soit enregistrée."


def test_a_later_read_of_the_same_state_accuses_nobody(filled: Stores, kit: Any) -> None:
    assert filled.ledger.append([kit.fact(n, seq=9) for n in range(1, 4)], now=kit.now).written == 0
    assert findings(filled, kit) == ()
    assert verify_register(filled, now=kit.now - timedelta(days=400)).findings == ()


def test_a_clock_put_right_accuses_nobody(filled: Stores, kit: Any) -> None:
    earlier = kit.now - timedelta(days=300)
    with filled.register.database.writing() as connection:
        connection.execute(
            text("UPDATE heads SET mark_seq = mark_seq + 1, mark_at = :at WHERE mark_at IS NOT NULL"),
            {"at": earlier.isoformat()},
        )
    assert findings(filled, kit) == ()


def test_what_an_elimination_forgot_accuses_nobody(filled: Stores, kit: Any) -> None:
    actor = Actor("officer", "o.martin", "cli")
    for series in (Series.TRACES, Series.REGISTER):
        filled.ledger.destroy_key(kit.subject(1), series, actor=actor, reason="dua_echue", now=kit.now, run="e")
    assert findings(filled, kit) == ()
    filled.ledger.append([kit.fact(1, seq=12)], now=kit.now)
    assert findings(filled, kit) == ()
