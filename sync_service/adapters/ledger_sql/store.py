"""SqlLedger: the port Ledger on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.exc import DBAPIError

from sync_service.adapters.ledger_sql.appending import Append, Prepared, prepare
from sync_service.adapters.ledger_sql.destroying import DeadKeysError, forget, left_of, refuse_dead, said_in
from sync_service.adapters.ledger_sql.engine import is_unique_violation
from sync_service.adapters.ledger_sql.guarding import refuse_altered
from sync_service.adapters.ledger_sql.payload import private_part
from sync_service.adapters.ledger_sql.register import Register, integrity_error
from sync_service.adapters.ledger_sql.runs import read_cursor, read_runs, write_cursor, write_run
from sync_service.adapters.ledger_sql.tables import events, heads, payloads, vault_index
from sync_service.adapters.ledger_sql.tree import read_tree
from sync_service.adapters.vault.sealing import SealedPayload, open_payload
from sync_service.domain.canonical import CanonicalError
from sync_service.domain.destruction import destruction
from sync_service.domain.draft_rules import check_draft
from sync_service.domain.envelope import event_of, utc_text
from sync_service.domain.event import Actor, Appended, Draft, Event, Head, Series
from sync_service.domain.lms_state import Json
from sync_service.errors import LedgerError
from sync_service.ports import RunRecord

PART = 499
"""Drafts in one transaction: with the event that says that the clock moved back, 500 at most."""
PAGE = 1000
"""Events read at once."""


class SqlLedger:
    """The register with its heads, vault and cursors in one database."""

    def __init__(self, register: Register) -> None:
        """Use an open register."""
        self._register = register

    @property
    def register(self) -> Register:
        """What the other parts of this package share."""
        return self._register

    def head(self) -> Head:
        """Return size and root now. Raises IntegrityError when the end of the register is not what was kept."""
        with self._register.database.reading() as connection:
            return read_tree(connection).head()

    def append(
        self,
        drafts: Sequence[Draft],
        *,
        now: datetime,
        cursor: tuple[str, str] | None = None,
        run: RunRecord | None = None,
    ) -> Appended:
        """Write what is new among ``drafts``, with the cursor and run, 500 events at most in one transaction.

        Every draft is checked before the first is written. The cursor and the run go with the last part.

        Raises:
            LedgerError: a draft that the register must not hold; nothing was written.
            IntegrityError: the register is not what it should be; nothing was written.
        """
        prepared = self._prepare(drafts)
        parts = [prepared[i : i + PART] for i in range(0, len(prepared), PART)] or [[]]
        written: list[Event | None] = []
        for part in parts[:-1]:
            written += self._append_with_live_keys(part, now, None, None)[0]
        last, head = self._append_with_live_keys(parts[-1], now, cursor, run)
        return Appended((*written, *last), head)

    def _prepare(self, drafts: Sequence[Draft]) -> list[Prepared]:
        for draft in drafts:
            check_draft(draft)
        try:
            return [prepare(self._register, draft) for draft in drafts]
        except CanonicalError as error:
            raise LedgerError(f"Une ligne ne peut pas être écrite sous forme canonique ({error}).") from None

    def _append_with_live_keys(
        self, part: Sequence[Prepared], now: datetime, cursor: tuple[str, str] | None, run: RunRecord | None
    ) -> tuple[list[Event | None], Head]:
        """Append a part, under other keys when those it was going to use are said to be destroyed."""
        while True:
            try:
                return self._append_part(part, now, cursor, run)
            except DeadKeysError as dead:
                for item in dead.left:
                    forget(self._register, item)

    def _append_part(
        self, part: Sequence[Prepared], now: datetime, cursor: tuple[str, str] | None, run: RunRecord | None
    ) -> tuple[list[Event | None], Head]:
        register = self._register
        units = {item.unit for item in part if item.payload is not None}
        keys = register.keys.ensure(units, now=now) if units else {}
        try:
            with register.database.writing() as connection:
                batch = Append(register, connection, keys, now)
                refuse_altered(connection, register, {item.draft.type for item in part})
                refuse_dead(connection, register.keys, keys)
                placed = batch.place(part)
                tree = batch.finish()
                if cursor is not None:
                    write_cursor(connection, *cursor)
                if run is not None:
                    write_run(connection, register, run)
                return placed, tree.head()
        except DBAPIError as error:
            if not is_unique_violation(error):
                raise LedgerError("La base a refusé une ligne du registre ; rien n’a été écrit.") from error
            raise integrity_error("Un changement déjà écrit manque dans la table des têtes.") from error
        except CanonicalError as error:
            raise LedgerError(f"Une ligne ne peut pas être écrite sous forme canonique ({error}).") from None

    def events(
        self,
        *,
        after: int = -1,
        subject: str | None = None,
        promotion: str | None = None,
        types: Iterable[str] | None = None,
        until: datetime | None = None,
    ) -> Iterator[Event]:
        """Yield events in order, a thousand read at a time; what is appended meanwhile is not part of them."""
        wanted = None if types is None else sorted(set(types))
        end = self.head().size
        query = _filtered(subject, promotion, wanted, until).where(events.c.seq < end)
        while True:
            with self._register.database.reading() as connection:
                rows = connection.execute(query.where(events.c.seq > after).limit(PAGE)).all()
            for row in rows:
                yield event_of(json.loads(row.canonical), bytes(row.leaf).hex())
            if len(rows) < PAGE:
                return
            after = rows[-1].seq

    def reveal(self, events: Iterable[Event]) -> Mapping[str, Mapping[str, Json]]:
        """Return event id → private payload, for those that have one whose key still exists.

        Raises:
            IntegrityError: a payload is missing although its key exists, or is not what was committed to.
        """
        found: dict[str, Mapping[str, Json]] = {}
        for part in _batches((event for event in events if event.vault), 500):
            found.update(self._reveal_part(part))
        return found

    def _reveal_part(self, part: Sequence[Event]) -> dict[str, Mapping[str, Json]]:
        with self._register.database.reading() as connection:
            query = select(payloads).where(payloads.c.event_id.in_([event.id for event in part]))
            rows = {row.event_id: row for row in connection.execute(query)}
        keys = self._register.keys.keys(str(event.vault[0]["key_ref"]) for event in part)
        found: dict[str, Mapping[str, Json]] = {}
        for event in part:
            key = keys.get(str(event.vault[0]["key_ref"]))
            if key is None:
                continue
            if event.id not in rows:
                raise integrity_error(f"Le contenu protégé de la ligne {event.id} manque.")
            row = rows[event.id]
            commitment = bytes.fromhex(str(event.vault[0]["commitment"]))
            payload = open_payload(key, event.id, SealedPayload(bytes(row.nonce), bytes(row.ciphertext), commitment))
            shown = private_part(payload)
            if shown is not None:
                found[event.id] = shown
        return found

    def find(self, kind: str, value: str) -> str | None:
        """Return the subject whose blind index holds ``value``."""
        digest = self._register.index.digest(kind, value)
        query = select(vault_index.c.subject).where(vault_index.c.kind == kind, vault_index.c.digest == digest)
        with self._register.database.reading() as connection:
            found = connection.execute(query).scalar()
        return None if found is None else str(found)

    def cursor(self, site_uid: str) -> str:
        """Return the feed cursor of a site, empty when there is none."""
        return read_cursor(self._register, site_uid)

    def runs(self, *, kind: str | None = None, promotion: str | None = None, limit: int = 20) -> Sequence[RunRecord]:
        """Return the latest runs, newest first, with their coverage."""
        return read_runs(self._register, kind, promotion, limit)

    def heads(self, *, site_uid: str, kind: str | None = None) -> Mapping[tuple[str, str, str], str]:
        """Return (kind, object, subject) → id of the last event, for a site's source keys."""
        query = select(heads.c.kind, heads.c.object, heads.c.subject, heads.c.event_id)
        query = query.where(heads.c.site_uid == site_uid)
        if kind is not None:
            query = query.where(heads.c.kind == kind)
        with self._register.database.reading() as connection:
            rows = connection.execute(query).all()
        return {(row.kind, row.object, row.subject): row.event_id for row in rows}

    def canonical(self, *, after: int = -1) -> Iterator[bytes]:
        """Yield the canonical bytes of every event after ``after``, for an export."""
        while True:
            query = select(events.c.seq, events.c.canonical).where(events.c.seq > after).order_by(events.c.seq)
            with self._register.database.reading() as connection:
                rows = connection.execute(query.limit(PAGE)).all()
            yield from (bytes(row.canonical) for row in rows)
            if len(rows) < PAGE:
                return
            after = rows[-1].seq

    def destroy_key(
        self,
        subject: str,
        series: Series,
        *,
        actor: Actor,
        reason: str,
        now: datetime,
        run: str,
        list_id: str = "",
    ) -> bool:
        """Record the destruction of the key of (subject, series), then destroy it for good; False when there was none.

        ``list_id`` names the approved list of elimination that asks for it. A process that dies in between leaves a key that
        ``verify`` reports, that nothing more is written with, and that ``finish_destructions`` destroys.
        """
        draft = destruction(subject, series, actor=actor, reason=reason, now=now, run=run, list_id=list_id)
        self.append([draft], now=now)
        unit, keys = (subject, series.value), self._register.keys
        with self._register.database.reading() as connection:
            left = left_of(connection, keys, {unit: said_in(connection, [subject])[unit]})
        return any(forget(self._register, item) for item in left)  # one at most

    def held(self, units: Iterable[tuple[str, Series]]) -> frozenset[tuple[str, Series]]:
        """Return those of the units whose key exists: what they protect can be read."""
        found = self._register.keys.holding((subject, series.value) for subject, series in units)
        return frozenset((subject, Series(series)) for subject, series in found)


def _filtered(
    subject: str | None, promotion: str | None, types: list[str] | None, until: datetime | None
) -> Select[tuple[int, bytes, bytes]]:
    query = select(events.c.seq, events.c.canonical, events.c.leaf).order_by(events.c.seq)
    if subject is not None:
        query = query.where(events.c.subject == subject)
    if promotion is not None:
        query = query.where(events.c.promotion == promotion)
    if types is not None:
        query = query.where(events.c.type.in_(types))
    return query if until is None else query.where(events.c.recorded_at <= utc_text(until))


def _batches(items: Iterable[Event], size: int) -> Iterator[list[Event]]:
    part: list[Any] = []
    for item in items:
        part.append(item)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
