"""Payloads in a verification: each commitment has its payload, or its key was destroyed and an event says so (§4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, select

from sync_service.adapters.ledger_sql.findings import Findings
from sync_service.adapters.ledger_sql.tables import events, payloads
from sync_service.adapters.vault.keystore import KeyStore, KeyUnit
from sync_service.adapters.vault.sealing import SealedPayload, checked_content
from sync_service.errors import IntegrityError, StoreError

_Entry = tuple[dict[str, Any], Mapping[str, Any]]


class PayloadCheck:
    """Checks the payloads of events, page after page; what needs the whole register waits for ``finish``."""

    def __init__(self, connection: Connection, keys: KeyStore, findings: Findings) -> None:
        """Use the connection of the verification."""
        self._connection, self._store, self._findings = connection, keys, findings
        self._ciphers: dict[str, AESGCM | None] = {}
        self._lost: dict[KeyUnit, int] = {}
        self._alive: dict[str, tuple[KeyUnit, int]] = {}
        self._destroyed: dict[KeyUnit, int] = {}

    def check_page(self, bodies: Sequence[dict[str, Any]], first: int, last: int) -> None:
        """Check the payloads of the events from ``first`` to ``last``."""
        entries = list(self._entries(bodies))
        self._load_keys({str(entry["key_ref"]) for _, entry in entries})
        query = select(payloads).join(events, events.c.id == payloads.c.event_id)
        rows = self._connection.execute(query.where(events.c.seq >= first, events.c.seq <= last))
        held = {row[0]: row for row in rows} if entries else {}
        for body, entry in entries:
            self._check(body, entry, held.get(body["id"]))

    def _entries(self, bodies: Sequence[dict[str, Any]]) -> Iterator[_Entry]:
        for body in bodies:
            if body["type"] == "vault.key_destroyed":
                self._destroyed[body["subject"], str(body["data"].get("series"))] = body["seq"]
            for entry in body["vault"]:
                yield body, entry

    def _load_keys(self, references: AbstractSet[str]) -> None:
        unknown = [reference for reference in references if reference not in self._ciphers]
        if not unknown:
            return
        try:
            found = self._store.keys(unknown)
        except StoreError as error:
            self._findings.add(error.sentence)
            found = {}
        for reference in unknown:
            self._ciphers[reference] = AESGCM(found[reference]) if reference in found else None

    def _check(self, body: dict[str, Any], entry: Mapping[str, Any], row: Any) -> None:
        seq, unit = body["seq"], (body["subject"], str(entry["series"]))
        cipher = self._ciphers[str(entry["key_ref"])]
        if cipher is None:
            self._lost[unit] = max(self._lost.get(unit, -1), seq)
            return
        self._alive.setdefault(str(entry["key_ref"]), (unit, seq))
        commitment = bytes.fromhex(str(entry["commitment"]))
        if row is None:
            self._findings.add(f"Ligne {seq} : son contenu protégé manque dans le fichier des identités.")
            return
        _, subject, series, reference, nonce, ciphertext, kept = row
        if (subject, series, reference, bytes(kept)) != (*unit, entry["key_ref"], commitment):
            self._findings.add(f"Ligne {seq} : l’index de son contenu protégé ne dit pas ce que dit la ligne.")
        try:
            checked_content(cipher, body["id"], SealedPayload(bytes(nonce), bytes(ciphertext), commitment))
        except IntegrityError:
            self._findings.add(f"Ligne {seq} : son contenu protégé ne correspond pas à son engagement.")

    def finish(self) -> None:
        """Compare the keys that are missing with the destructions that the register records."""
        for (subject, series), seq in self._lost.items():
            if self._destroyed.get((subject, series), -1) < seq:
                self._findings.add(
                    f"Ligne {seq} : sa clé « {series} » manque sans que sa destruction soit enregistrée."
                )
        for unit, seq in self._alive.values():
            if self._destroyed.get(unit, -1) > seq:
                self._findings.add(f"Ligne {self._destroyed[unit]} : la clé qu’elle dit détruite existe encore.")
