"""Persons: encrypted, committed to, found by number, erased for good (ledger-format.md §4)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from sync_service.adapters.ledger_sql import Stores, rebuild, verify_register
from sync_service.adapters.vault.keystore import KeyStore
from sync_service.domain.event import Actor, Series
from sync_service.errors import IntegrityError, StoreError

OFFICER = Actor("officer", "o.martin", "cli")


def _destroy(stores: Stores, kit: Any, number: int, series: Series) -> bool:
    return stores.ledger.destroy_key(
        kit.subject(number), series, actor=OFFICER, reason="dua_echue", now=kit.now, run="elimination-1"
    )


def test_a_payload_is_read_back_and_nothing_of_it_is_in_the_event(stores: Stores, kit: Any) -> None:
    done = stores.ledger.append([kit.created(1, "A1"), kit.fact(1)], now=kit.now)
    events = [e for e in done.events if e]
    revealed = stores.ledger.reveal(events)
    assert revealed[events[0].id]["usual_name"] == "LEFÈVRE"
    assert revealed[events[1].id] == {"state": "complete", "override": False, "score": "87.50000"}
    assert [e.vault[0]["series"] for e in events] == ["register", "traces"]
    canonical = b"".join(stores.ledger.canonical())
    for clear in ("LEFÈVRE", "complete", "87.5", 'A1"', "example.org"):
        assert clear.encode() not in canonical


def test_equal_states_do_not_look_equal(stores: Stores, kit: Any) -> None:
    done = stores.ledger.append([kit.fact(1, name="m01"), kit.fact(1, name="m02")], now=kit.now)
    first, second = (e.vault[0] for e in done.events if e)
    assert first["key_ref"] == second["key_ref"]
    assert first["commitment"] != second["commitment"]
    with stores.register.database.reading() as connection:
        for column in ("commitment", "nonce", "ciphertext"):
            assert connection.execute(text(f"SELECT COUNT(DISTINCT {column}) FROM payloads")).scalar() == 2
        assert connection.execute(text("SELECT COUNT(DISTINCT digest) FROM heads")).scalar() == 2


def test_destroying_traces_leaves_the_register_readable_and_every_proof_valid(stores: Stores, kit: Any) -> None:
    ledger = stores.ledger
    ledger.append([kit.created(1, "A1"), kit.fact(1), kit.fact(2)], now=kit.now)
    assert _destroy(stores, kit, 1, Series.TRACES)
    revealed = ledger.reveal(ledger.events())
    shown = {e.type: e.id in revealed for e in ledger.events(subject=kit.subject(1))}
    assert shown == {"candidate.created": True, "activity.observed": False, "vault.key_destroyed": False}
    assert len(revealed) == 2
    assert verify_register(stores).findings == ()
    assert ledger.find("matricule", "A1") == kit.subject(1)
    assert not _destroy(stores, kit, 1, Series.TRACES)


def test_destroying_an_identity_makes_it_impossible_to_find(stores: Stores, kit: Any) -> None:
    stores.ledger.append([kit.created(1, "A1"), kit.linked(1, 77)], now=kit.now)
    assert _destroy(stores, kit, 1, Series.REGISTER)
    assert stores.ledger.find("matricule", "A1") is None
    assert stores.ledger.find("moodle", "site-1/77") is None
    assert stores.ledger.reveal(stores.ledger.events()) == {}
    assert verify_register(stores).findings == ()
    rebuild(stores)
    assert stores.ledger.find("matricule", "A1") is None


def test_after_destruction_a_guess_cannot_be_confirmed(stores: Stores, kit: Any) -> None:
    stores.ledger.append([kit.fact(1)], now=kit.now)
    _destroy(stores, kit, 1, Series.TRACES)
    with stores.register.database.reading() as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM heads WHERE digest IS NOT NULL")).scalar() == 0
    again = stores.ledger.append([kit.fact(1, seq=2)], now=kit.now)
    assert [e.source["n"] for e in again.events if e] == [2]


def test_a_key_that_is_gone_without_an_event_is_found(stores: Stores, kit: Any) -> None:
    stores.ledger.append([kit.fact(1)], now=kit.now)
    unit = (kit.subject(1), "traces")
    stores.register.keys.destroy(stores.register.keys.holding([unit])[unit].reference)
    assert verify_register(stores).findings == (
        "Ligne 1 : sa clé « traces » manque sans que sa destruction soit enregistrée.",
    )


def test_a_key_said_destroyed_that_still_exists_is_found(
    stores: Stores, kit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores.ledger.append([kit.fact(1)], now=kit.now)

    def dies(_self: KeyStore, _reference: str) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(KeyStore, "destroy", dies)
        with pytest.raises(KeyboardInterrupt):
            _destroy(stores, kit, 1, Series.TRACES)
    assert verify_register(stores).findings == (
        "Ligne 2 : la clé qu’elle dit détruite existe encore : « cyclesync retention eliminate LISTE » l’achève.",
    )
    assert _destroy(stores, kit, 1, Series.TRACES)
    assert verify_register(stores).findings == ()
    assert stores.ledger.head().size == 3


def test_a_missing_or_changed_payload_is_an_error_and_a_finding(stores: Stores, kit: Any) -> None:
    stores.ledger.append([kit.fact(1), kit.fact(2)], now=kit.now)
    one, two = stores.ledger.events(after=0)
    with stores.register.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM payloads WHERE event_id = :id"), {"id": one.id})
        connection.execute(text("UPDATE payloads SET ciphertext = nonce WHERE event_id = :id"), {"id": two.id})
    for event in (one, two):
        with pytest.raises(IntegrityError):
            stores.ledger.reveal([event])
    assert verify_register(stores).findings == (
        "Ligne 1 : son contenu protégé manque dans le fichier des identités.",
        "Ligne 2 : son contenu protégé ne correspond pas à son engagement.",
    )


def test_payloads_cannot_be_exchanged(stores: Stores, kit: Any) -> None:
    stores.ledger.append([kit.fact(1, "complete", name="m01"), kit.fact(1, "incomplete", name="m02")], now=kit.now)
    one, two = stores.ledger.events(after=0)
    with stores.register.database.engine.begin() as connection:
        for event, other in ((one.id, "x"), (two.id, one.id), ("x", two.id)):
            connection.execute(
                text("UPDATE payloads SET event_id = :to WHERE event_id = :id"), {"id": event, "to": other}
            )
    assert len(verify_register(stores).findings) == 4  # each line: index differs, content does not open
    with pytest.raises(IntegrityError):
        stores.ledger.reveal([one])


def test_a_wrapped_key_that_was_changed_is_said(place: Any, kit: Any) -> None:
    place.init()
    stores = place.open()
    stores.ledger.append([kit.fact(1)], now=kit.now)
    with closing(sqlite3.connect(place.keys)) as connection, connection:
        connection.execute("UPDATE data_keys SET wrapped = zeroblob(60)")
    with pytest.raises(StoreError, match="altérée"):
        stores.ledger.reveal(stores.ledger.events())
    assert any("altérée" in finding for finding in verify_register(stores).findings)
    stores.close()


def test_a_destroyed_key_leaves_no_byte_in_the_store(kit: Any, tmp_path: Path) -> None:
    place = kit.sqlite(tmp_path)
    place.init()
    stores = place.open()
    stores.ledger.append([kit.fact(n) for n in range(20)], now=kit.now)
    with closing(sqlite3.connect(place.keys)) as connection:
        wrapped = connection.execute("SELECT wrapped FROM data_keys WHERE subject = ?", (kit.subject(7),)).fetchone()[0]
    assert wrapped in place.keys.read_bytes()
    _destroy(stores, kit, 7, Series.TRACES)
    assert wrapped not in b"".join(p.read_bytes() for p in tmp_path.glob("keys.sqlite*"))
    stores.close()


def test_caches_are_rebuilt_from_the_events(stores: Stores, kit: Any) -> None:
    ledger = stores.ledger
    vanished = replace(
        kit.fact(2), type="source.vanished", data={"kind": "activity.observed"}, private=None,
        decisive={"vanished": True}, read_mark=kit.mark(9),
    )  # fmt: skip
    drafts = [
        kit.created(1, "A1"),
        kit.linked(1, 77),
        kit.fact(1),
        kit.fact(1, "incomplete", 5),
        vanished,
        kit.session(),
    ]
    ledger.append(drafts, now=kit.now)
    before = _caches(stores)
    with stores.register.database.engine.begin() as connection:
        for table in ("heads", "vault_index"):
            connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(text("DELETE FROM meta WHERE name = 'tree'"))
    with pytest.raises(IntegrityError):
        ledger.head()
    assert verify_register(stores).findings != ()
    assert rebuild(stores) == 3
    assert _caches(stores) == before
    assert verify_register(stores).findings == ()
    assert ledger.append(drafts, now=kit.now).written == 0


def _caches(stores: Stores) -> list[Any]:
    with stores.register.database.reading() as connection:
        return [
            sorted(
                str([bytes(c) if isinstance(c, memoryview) else c for c in row]) for row in connection.execute(query)
            )
            for query in (
                text("SELECT * FROM heads"),
                text("SELECT * FROM vault_index"),
                text("SELECT * FROM meta WHERE name = 'tree'"),
            )
        ]
