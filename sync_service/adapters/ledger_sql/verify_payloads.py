"""Payloads in a verification: each commitment has its payload, or its key was destroyed and an event says so (§4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection

from sync_service.adapters.ledger_sql.destroying import said_in
from sync_service.adapters.ledger_sql.engine import driver_rows
from sync_service.adapters.ledger_sql.findings import Findings
from sync_service.adapters.ledger_sql.register import Register
from sync_service.adapters.ledger_sql.tables import payloads
from sync_service.adapters.ledger_sql.walk import bytes_of
from sync_service.adapters.vault.keystore import KeyStore, KeyUnit
from sync_service.adapters.vault.sealing import opens_to
from sync_service.domain.alarm import KEY_LEFT
from sync_service.errors import StoreError

_Entry = tuple[dict[str, Any], Mapping[str, Any]]
NOT_SAID = "manque sans que sa destruction soit enregistrée"
"""What is said of a key that no line says to be destroyed."""
CIPHERS = 20_000
"""Data keys kept at once, so that memory does not follow the number of people."""
_HELD = (
    f"SELECT {', '.join(f'p.{column.name}' for column in payloads.columns)} "  # noqa: S608 # names
    "FROM events e JOIN payloads p ON p.event_id = e.id WHERE e.seq >= {mark} AND e.seq <= {mark}"
)


@dataclass(slots=True)
class KeyTotals:
    """What only the whole register tells about its data keys; those of parts add up in their order."""

    lost: dict[KeyUnit, int] = field(default_factory=dict)
    """Unit whose key is missing → last line that has a payload under it."""
    alive: dict[str, tuple[KeyUnit, int]] = field(default_factory=dict)
    """Reference of a key that is there → its unit, first line that has a payload under it."""
    destroyed: dict[KeyUnit, int] = field(default_factory=dict)
    """Unit → last line that says that its key was destroyed."""
    lists: dict[int, str] = field(default_factory=dict)
    """That line → the list of elimination that asked for it."""
    held: int = 0
    """Payloads of the lines that were read."""

    def add(self, later: KeyTotals) -> None:
        """Add those of the lines that follow."""
        for unit, seq in later.lost.items():
            self.lost[unit] = max(self.lost.get(unit, -1), seq)
        for reference, first in later.alive.items():
            self.alive.setdefault(reference, first)
        self.destroyed.update(later.destroyed)
        self.lists.update(later.lists)
        self.held += later.held

    def settle(self, register: Register) -> None:
        """Take in what was destroyed since the lines were read: they are those of one moment, the keys those of now."""
        if self.lost:
            with register.database.reading() as connection:
                said = said_in(connection, {subject for subject, _ in self.lost})
            self.destroyed.update({unit: line.line for unit, line in said.items() if unit in self.lost})
        doubtful = {unit for unit, _ in self.alive.values() if unit in self.destroyed}
        there = {held.reference for held in register.keys.holding(doubtful).values()} if doubtful else set()
        self.alive = {ref: first for ref, first in self.alive.items() if first[0] not in doubtful or ref in there}

    def compare(self, findings: Findings) -> None:
        """Compare the keys that are missing with the destructions that the register records."""
        for (subject, series), seq in self.lost.items():
            if self.destroyed.get((subject, series), -1) < seq:
                findings.add(f"Ligne {seq} : sa clé « {series} » {NOT_SAID}.")
        for unit, seq in self.alive.values():
            if self.destroyed.get(unit, -1) > seq:
                line = self.destroyed[unit]
                name = self.lists.get(line) or "LISTE"
                findings.add(f"Ligne {line} : {KEY_LEFT} : « cyclesync retention eliminate {name} » l’achève.")


class PayloadCheck:
    """Checks the payloads of events, page after page; what needs the whole register goes to ``totals``."""

    def __init__(self, connection: Connection, keys: KeyStore, findings: Findings) -> None:
        """Use the connection of the verification."""
        self._connection, self._store, self._findings = connection, keys, findings
        self._ciphers: dict[str, AESGCM | None] = {}
        self.totals = KeyTotals()

    def check_page(self, bodies: Sequence[dict[str, Any]], first: int, last: int) -> None:
        """Check the payloads of the events from ``first`` to ``last``."""
        entries = list(self._entries(bodies))
        if not entries:
            return
        self._load_keys({entry["key_ref"] for _, entry in entries})
        rows = driver_rows(self._connection, _HELD, first, last)
        self.totals.held += len(rows)
        held = {row[0]: row for row in rows}
        for body, entry in entries:
            self._check(body, entry, held.get(body["id"]))

    def _entries(self, bodies: Sequence[dict[str, Any]]) -> Iterator[_Entry]:
        for body in bodies:
            if body["type"] == "vault.key_destroyed":
                self.totals.destroyed[body["subject"], str(body["data"].get("series"))] = body["seq"]
                self.totals.lists[body["seq"]] = str(body["data"].get("list") or "")
            for entry in body["vault"]:
                yield body, entry

    def _load_keys(self, references: AbstractSet[str]) -> None:
        unknown = [reference for reference in references if reference not in self._ciphers]
        if not unknown:
            return
        if len(self._ciphers) > CIPHERS:
            self._ciphers.clear()
            unknown = list(references)
        try:
            found = self._store.keys(unknown)
        except StoreError:
            found = self._one_by_one(unknown)
        for reference in unknown:
            self._ciphers[reference] = AESGCM(found[reference]) if reference in found else None

    def _one_by_one(self, references: Iterable[str]) -> dict[str, bytes]:
        """Return the keys that can be read: one that is altered accuses its own lines, and no other."""
        found: dict[str, bytes] = {}
        for reference in references:
            try:
                found.update(self._store.keys([reference]))
            except StoreError as error:
                self._findings.add(error.sentence)
        return found

    def _check(self, body: dict[str, Any], entry: Mapping[str, Any], row: Any) -> None:
        seq, unit, reference = body["seq"], (body["subject"], entry["series"]), entry["key_ref"]
        cipher, totals = self._ciphers[reference], self.totals
        if cipher is None:
            totals.lost[unit] = max(totals.lost.get(unit, -1), seq)
            return
        if reference not in totals.alive:
            totals.alive[reference] = (unit, seq)
        if row is None:
            self._findings.add(f"Ligne {seq} : son contenu protégé manque dans le fichier des identités.")
            return
        commitment = bytes.fromhex(entry["commitment"])
        if (row[1], row[2], row[3]) != (*unit, reference) or bytes_of(row[6]) != commitment:
            self._findings.add(f"Ligne {seq} : l’index de son contenu protégé ne dit pas ce que dit la ligne.")
        if not opens_to(cipher, body["id"], bytes_of(row[4]), bytes_of(row[5]), commitment):
            self._findings.add(f"Ligne {seq} : son contenu protégé ne correspond pas à son engagement.")
