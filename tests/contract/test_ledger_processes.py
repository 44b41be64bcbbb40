"""A register read by several processes, as a long one is: the same result as one walk, and never « clean » by default."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from sync_service.adapters.ledger_sql import Stores, init_register, sign_checkpoint, verify_register
from sync_service.adapters.ledger_sql.verify_parts import Parts, Reading, Split, Walked, in_processes
from sync_service.domain.event import Series
from sync_service.errors import StoreError


@pytest.fixture
def filled(stores: Stores, kit: Any) -> Stores:
    stores.ledger.append([kit.fact(n) for n in range(1, 20)], now=kit.now)
    sign_checkpoint(stores, kit.now)
    stores.ledger.append([kit.fact(n, name="m02") for n in range(1, 20)], now=kit.now)
    return stores


@pytest.mark.slow  # starts processes afresh twice
def test_several_processes_say_what_one_walk_says(filled: Stores, kit: Any) -> None:
    filled.ledger.destroy_key(
        kit.subject(3), Series.TRACES, actor=kit.act("x").actor, reason="retention", now=kit.now, run="r"
    )
    one, several = verify_register(filled, strict=True), verify_register(filled, strict=True, split=Split(8))
    assert (one.findings, several.findings) == ((), ())
    assert (several.size, several.root, several.outside_size) == (one.size, one.root, one.outside_size)
    with filled.register.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM payloads WHERE event_id = (SELECT id FROM events WHERE seq = 33)"))
    found = verify_register(filled, split=Split(8)).findings
    assert found == ("Ligne 33 : son contenu protégé manque dans le fichier des identités.",)


def test_a_reader_that_is_killed_proves_nothing(filled: Stores) -> None:
    def killed(reading: Reading, parts: Parts) -> Iterator[Walked]:
        def kill() -> None:
            while not (children := multiprocessing.active_children()):
                time.sleep(0.01)
            os.kill(children[0].pid or 0, signal.SIGKILL)

        thread = threading.Thread(target=kill)
        thread.start()
        yield from in_processes(reading, parts)
        thread.join()

    with pytest.raises(StoreError, match="Rien n’est prouvé"):
        verify_register(filled, split=Split(8, killed))
    assert multiprocessing.active_children() == []


def test_a_reader_that_cannot_open_the_keys_says_so(filled: Stores) -> None:
    def blind(reading: Reading, parts: Parts) -> Iterator[Walked]:
        path, _, installation = reading.keys
        yield from in_processes(replace(reading, keys=(path, b"x" * 32, installation)), parts)

    with pytest.raises(StoreError, match="La clé maîtresse n’est pas celle"):
        verify_register(filled, split=Split(8, blind))


def test_what_is_handed_to_a_reader_shows_no_secret(filled: Stores) -> None:
    seen: list[Reading] = []

    def watched(reading: Reading, parts: Parts) -> Iterator[Walked]:
        seen.append(reading)
        yield from in_processes(reading, parts)

    verify_register(filled, split=Split(32, watched))
    path, master, _ = seen[0].keys
    assert master.hex() not in repr(seen[0])
    assert repr(master) not in repr(seen[0])
    assert str(path) not in repr(seen[0])


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_register_of_few_lines(stores: Stores, kit: Any, count: int) -> None:
    stores.ledger.append([kit.fact(n) for n in range(count)], now=kit.now)
    done = verify_register(stores, split=Split(2))
    assert (done.findings, done.size, done.root) == ((), count + 1, stores.ledger.head().root)


def test_a_register_without_any_line_is_not_sound(kit: Any, tmp_path: Path) -> None:
    place = kit.sqlite(tmp_path)
    init_register(place.url, place.keys, place.secrets, "demo/test", kit.now)
    stores = place.open()
    with stores.register.database.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER events_no_delete"))
        connection.execute(text("DELETE FROM events"))
    for split in (None, Split(2)):
        found = verify_register(stores, split=split).findings
        assert any("fin du registre" in finding for finding in found)
        assert "La clé de scellement n’est pas celle qu’annonce le registre." in found
    stores.close()


_NOT_READ = "n’est pas une enveloppe de format 1"
_BYTES = {
    "half a character": (rb'"reason":null', rb'"reason":"\ud800"', _NOT_READ),
    "not UTF-8": (rb'"reason":null', b'"reason":"\xff"', _NOT_READ),
    "not a number": (rb'"reason":null', b'"reason":NaN', _NOT_READ),
    "beyond every number": (rb'"reason":null', b'"reason":1e999', _NOT_READ),
    "endless nesting": (rb'"reason":null', b'"reason":' + b"[" * 100_000, _NOT_READ),
    "a long place": (rb'"seq":7,', b'"seq":36893488147419103239,', _NOT_READ),
    "a place in words": (rb'"seq":7,', b'"seq":"7",', _NOT_READ),
    "true for 1": (rb'"v":1,', b'"v":true,', _NOT_READ),
    "a beginning that is not JSON": (rb'{"actor"', b'\xef\xbb\xbf{"actor"', _NOT_READ),
    "a place said twice, the true one last": (rb'"seq":7,', b'"seq":9,"seq":7,', ""),
    "a place said twice, the true one first": (rb'"seq":7,', b'"seq":7,"seq":9,', "une autre place"),
    "beyond 2^53": (rb'"reason":null', b'"reason":9007199254740993', "forme canonique"),
}


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", _BYTES)
def test_bytes_that_no_reader_of_json_agrees_on_are_findings(filled: Stores, name: str) -> None:
    old, new, said = _BYTES[name]
    content = list(filled.ledger.canonical())[7]
    changed = content.replace(old, new, 1)
    assert changed != content
    with filled.register.database.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER events_no_update"))
        values = {"bytes": changed, "leaf": sha256(b"\x00" + changed).digest()}
        connection.execute(text("UPDATE events SET canonical = :bytes, leaf = :leaf WHERE seq = 7"), values)
    found = verify_register(filled, strict=True).findings
    assert "Ligne 8 : elle ne suit pas la ligne qui la précède." in found
    lines = [finding for finding in found if finding.startswith("Ligne 7 :")]
    assert any((said or "forme canonique") in finding for finding in lines)
    if said != _NOT_READ and "2^53" not in name:
        assert json.loads(changed)["seq"] == (9 if said else 7), "every reader takes the last of two"


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_text_or_a_number_where_bytes_belong_is_a_finding(filled: Stores) -> None:
    with filled.register.database.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER events_no_update"))
        connection.execute(text("UPDATE events SET canonical = 'texte é' WHERE seq = 5"))
        connection.execute(text("UPDATE events SET idem = 12, leaf = 'x' WHERE seq = 9"))
        connection.execute(
            text(
                "UPDATE payloads SET nonce = 'é', ciphertext = 3 WHERE event_id = (SELECT id FROM events WHERE seq = 12)"
            )
        )
    found = verify_register(filled, split=Split(16)).findings
    assert "Ligne 5 : son contenu n’est pas une enveloppe de format 1." in found
    assert "Ligne 9 : l’index dit un autre « idem » que son contenu." in found
    assert "Ligne 12 : son contenu protégé ne correspond pas à son engagement." in found
