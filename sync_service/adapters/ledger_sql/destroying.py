"""Which keys in place a line says to be destroyed, and how that work is ended (ledger-format.md §4).

A key is meant by the line « key destroyed » of its unit when an earlier line is protected by it: the register’s order tells,
not the clock, which may have gone back. Keys are destroyed by their reference: one made since for the same unit stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete

from sync_service.adapters.ledger_sql.engine import driver_rows
from sync_service.adapters.ledger_sql.heads import chunks, forget_digests
from sync_service.adapters.ledger_sql.register import Register
from sync_service.adapters.ledger_sql.tables import vault_index
from sync_service.adapters.vault.keystore import Held, KeyStore, KeyUnit
from sync_service.domain.event import Series
from sync_service.domain.event_types import kinds_of

_SAID = "SELECT seq, canonical FROM events WHERE type = 'vault.key_destroyed'"
_NAMED = (
    "SELECT p.key_ref, MIN(e.seq), MAX(e.seq) FROM events e JOIN payloads p ON p.event_id = e.id "
    "WHERE e.subject = {mark} AND p.series = {mark} GROUP BY p.key_ref"
)


@dataclass(frozen=True, slots=True)
class Said:
    """The last line that says that the key of a unit was destroyed."""

    line: int
    recorded_at: str
    list_id: str


@dataclass(frozen=True, slots=True)
class Left:
    """A key that is there although a line says that it was destroyed."""

    unit: KeyUnit
    reference: str
    said: Said
    named: bool
    """Whether a line is protected by it; else it was made before, for a line that never came."""
    shared: bool
    """Whether later lines are protected by it too, so that destroying it would take what nobody decided upon."""


def said_in(connection: Connection, subjects: Iterable[str] | None = None) -> dict[KeyUnit, Said]:
    """Return the last destruction of each unit that the register says, of some subjects or of all."""
    found: dict[KeyUnit, Said] = {}
    parts = [[]] if subjects is None else list(chunks(sorted(set(subjects))))
    for part in parts:
        some = f" AND subject IN ({', '.join(['{mark}'] * len(part))})" if part else ""
        for seq, canonical in driver_rows(connection, f"{_SAID}{some} ORDER BY seq", *part):
            body = json.loads(bytes(canonical))
            unit = (str(body["subject"]), str(body["data"].get("series")))
            found[unit] = Said(int(seq), str(body["recorded_at"]), str(body["data"].get("list") or ""))
    return found


def left_of(connection: Connection, keys: KeyStore, said: Mapping[KeyUnit, Said]) -> tuple[Left, ...]:
    """Return the keys that are there although these lines say that they were destroyed."""
    found = [_left(connection, unit, held, said[unit]) for unit, held in sorted(keys.holding(said).items())]
    return tuple(item for item in found if item is not None)


def _left(connection: Connection, unit: KeyUnit, held: Held, said: Said) -> Left | None:
    named = {str(row[0]): (int(row[1]), int(row[2])) for row in driver_rows(connection, _NAMED, *unit)}
    if held.reference not in named:
        made_before = held.made <= said.recorded_at
        return Left(unit, held.reference, said, named=False, shared=False) if made_before else None
    first, last = named[held.reference]
    return Left(unit, held.reference, said, named=True, shared=last > said.line) if first < said.line else None


def forget(register: Register, item: Left) -> bool:
    """Destroy for good a key whose destruction is recorded; False when another process did."""
    subject, series = item.unit[0], Series(item.unit[1])
    with register.database.writing() as connection:
        held = register.keys.holding([item.unit]).get(item.unit)
        if held is None or held.reference != item.reference:
            return False
        forget_digests(connection, subject, kinds_of(series))
        if series is Series.REGISTER:
            connection.execute(delete(vault_index).where(vault_index.c.subject == subject))
    return register.keys.destroy(item.reference)


class DeadKeysError(Exception):
    """Lines were about to be protected by keys that are said to be destroyed; nothing was written, others must be made."""

    def __init__(self, left: tuple[Left, ...]) -> None:
        """Name those that are still there: a process died after the line that says them destroyed."""
        super().__init__("destroyed keys")
        self.left = left


def refuse_dead(connection: Connection, store: KeyStore, keys: Mapping[KeyUnit, tuple[str, bytes]]) -> None:
    """Refuse, under the write lock, to write with keys that a line says to be destroyed. Raises DeadKeysError."""
    said = said_in(connection, {subject for subject, _ in keys}) if keys else {}
    said = {unit: line for unit, line in said.items() if unit in keys}
    if not said:
        return
    there = store.holding(said)
    gone = any(unit not in there or there[unit].reference != keys[unit][0] for unit in said)
    left = tuple(item for item in left_of(connection, store, said) if item.named and not item.shared)
    if gone or left:
        raise DeadKeysError(left)
