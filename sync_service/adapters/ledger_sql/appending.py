"""One transaction of appends: what is new among some drafts gets a place, everything else is left (§2, §3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select

from sync_service.adapters.ledger_sql.engine import driver_rows
from sync_service.adapters.ledger_sql.heads import SourceHead, chunks, read_heads, write_heads
from sync_service.adapters.ledger_sql.inserting import insert_rows
from sync_service.adapters.ledger_sql.payload import payload_of
from sync_service.adapters.ledger_sql.register import Register
from sync_service.adapters.ledger_sql.tables import events, payloads, vault_index
from sync_service.adapters.ledger_sql.tree import Tree, read_tree, write_tree
from sync_service.adapters.vault.blind_index import INDEXED_TYPES, MATRICULE, IndexEntry
from sync_service.adapters.vault.keystore import KeyUnit
from sync_service.adapters.vault.sealing import ALG, seal_payload
from sync_service.domain.canonical import normalised_bytes
from sync_service.domain.draft_rules import series_for
from sync_service.domain.envelope import Place, encode, utc_text
from sync_service.domain.event import Actor, Draft, Event, Evidence, SourceRef
from sync_service.domain.identity import SourceKey, act_idem, change_idem, is_newer, is_older, state_digest
from sync_service.domain.uuid7 import RANDOM_BYTES, uuid7
from sync_service.errors import LedgerError

CLOCK_TOLERANCE = timedelta(seconds=1)
"""How far the clock may go back before an event says so."""


class Prepared(NamedTuple):
    """A checked draft with all that needs no lock: its identity, its payload in canonical form."""

    draft: Draft
    key: SourceKey | None
    """None for an act."""
    key_text: str
    token_idem: bytes | None
    digest: bytes | None
    payload: bytes | None
    unit: KeyUnit


def prepare(register: Register, draft: Draft) -> Prepared:
    """Compute what a draft's place will need. Raises CanonicalError."""
    payload = payload_of(draft)
    content = None if payload is None else normalised_bytes(payload)
    unit = (draft.subject, series_for(draft).value)
    if draft.token is not None:
        return Prepared(draft, None, "", act_idem(register.secret, draft.token), None, content, unit)
    key = _key_of(draft)
    key_text = key.text()
    digest = state_digest(register.secret, key_text, draft.decisive or {})
    return Prepared(draft, key, key_text, None, digest, content, unit)


def _key_of(draft: Draft) -> SourceKey:
    return SourceKey(draft.source.site_uid, draft.source.kind, draft.source.object, draft.subject)


class Append:
    """Places drafts one after the other, then writes them all; lives within one transaction under the write lock."""

    def __init__(
        self, register: Register, connection: Connection, keys: Mapping[KeyUnit, tuple[str, bytes]], now: datetime
    ) -> None:
        """Read the register's end. Raises IntegrityError when it is not what it should be."""
        self._register, self._connection, self._keys = register, connection, keys
        self._now = _cut(now)
        self._tree = read_tree(connection)
        self._clock_checked = False
        self._heads: dict[str, SourceHead] = {}
        self._moved: dict[str, SourceHead] = {}
        self._tokens: set[bytes] = set()
        self._events: list[tuple[Any, ...]] = []
        self._payloads: list[tuple[Any, ...]] = []
        self._index: list[IndexEntry] = []

    def place(self, prepared: Sequence[Prepared]) -> list[Event | None]:
        """Give a place to each draft that is new; None for the others."""
        self._heads = read_heads(self._connection, [p.key_text for p in prepared if p.digest is not None])
        self._tokens = self._known([p.token_idem for p in prepared if p.token_idem is not None])
        return [self._act(p) if p.token_idem is not None else self._change(p) for p in prepared]

    def finish(self) -> Tree:
        """Write everything that was placed; the caller's transaction commits it."""
        if self._events:
            insert_rows(self._connection, events, self._events)
            write_tree(self._connection, self._tree)
        if self._payloads:
            insert_rows(self._connection, payloads, self._payloads)
        write_heads(self._connection, self._moved.values())
        for entry in self._index:
            write_index(self._connection, entry)
        return self._tree

    def _known(self, idems: list[bytes]) -> set[bytes]:
        found: set[bytes] = set()
        for part in chunks(idems):
            marks = ", ".join(["{mark}"] * len(part))
            rows = driver_rows(self._connection, f"SELECT idem FROM events WHERE idem IN ({marks})", *part)  # noqa: S608
            found.update(bytes(idem) for (idem,) in rows)
        return found

    def _act(self, act: Prepared) -> Event | None:
        idem = act.token_idem or b""
        if idem in self._tokens:
            return None
        self._tokens.add(idem)
        return self._write(act, idem, 0)

    def _change(self, change: Prepared) -> Event | None:
        head, mark = self._heads.get(change.key_text), change.draft.read_mark
        if head is not None and is_older(mark, head.mark):
            return None
        if head is not None and head.digest == change.digest:
            if mark is not None and is_newer(mark, head.mark):
                self._move(change.key_text, head.moved(mark))
            return None
        n = head.n + 1 if head else 1
        event = self._write(change, change_idem(self._register.secret, change.key_text, n), n)
        kept = mark if mark is not None or head is None else head.mark
        self._move(change.key_text, SourceHead(change.key or _key_of(change.draft), n, change.digest, kept, event.id))
        return event

    def _move(self, key: str, head: SourceHead) -> None:
        self._heads[key] = self._moved[key] = head

    def _write(self, prepared: Prepared, idem: bytes, n: int) -> Event:
        if not self._clock_checked:
            self._clock_checked = True
            self._check_clock()
        recorded, entropy = self._recorded_at(), self._register.entropy
        identifier = uuid7(recorded, entropy(RANDOM_BYTES))
        vault = () if prepared.payload is None else self._seal(prepared.unit, prepared.payload, identifier)
        place = Place(
            self._register.origin, self._tree.frontier.size, self._tree.prev, identifier, recorded, n, idem.hex(), vault
        )
        content, event = encode(prepared.draft, place)
        self._keep(event, content, idem)
        if event.type in INDEXED_TYPES and prepared.draft.private is not None:
            self._index.extend(self._register.index.entries(event.type, event.subject, prepared.draft.private))
        return event

    def _seal(self, unit: KeyUnit, content: bytes, identifier: str) -> tuple[Mapping[str, str], ...]:
        reference, key = self._keys[unit]
        subject, series = unit
        sealed = seal_payload(key, identifier, content, self._register.entropy)
        self._payloads.append(
            (identifier, subject, series, reference, sealed.nonce, sealed.ciphertext, sealed.commitment)
        )
        return ({"series": series, "commitment": sealed.commitment.hex(), "alg": ALG, "key_ref": reference},)

    def _keep(self, event: Event, content: bytes, idem: bytes) -> None:
        leaf = bytes.fromhex(event.leaf)
        recorded = utc_text(event.recorded_at)
        self._events.append(
            (event.seq, content, leaf, event.id, idem, event.type, event.subject, event.promotion, recorded)
        )
        self._tree.add(leaf, event.recorded_at)

    def _recorded_at(self) -> datetime:
        last = self._tree.recorded_at
        return self._now if last is None else max(self._now, last)

    def _check_clock(self) -> None:
        last = self._tree.recorded_at
        if last is None or self._now >= last:
            self._tree.behind = False
        elif last - self._now > CLOCK_TOLERANCE and not self._tree.behind:
            self._tree.behind = True
            seconds = int((last - self._now).total_seconds())
            moved = prepare(self._register, clock_draft(self._now, seconds, self._tree.frontier.size))
            self._write(moved, moved.token_idem or b"", 0)


def clock_draft(now: datetime, seconds: int, size: int) -> Draft:
    """Draft the event that says by how much the clock went back."""
    return Draft(
        type="clock.moved_back",
        subject="register",
        source=SourceRef("cyclesync", "", "clock", "clock", "act", ""),
        actor=Actor("system", "cyclesync", "daemon"),
        evidence=Evidence("E2"),
        observed_at=now,
        data={"seconds": seconds},
        token=f"clock.moved_back|{size}",
    )


def write_index(connection: Connection, entry: IndexEntry) -> None:
    """Make a value lead to a subject, in place of that subject's former value. Raises LedgerError for a taken number."""
    table = vault_index.c
    same = (table.kind == entry.kind) & (table.digest == entry.digest)
    holder = connection.execute(select(table.subject).where(same)).scalar()
    if entry.kind == MATRICULE and holder is not None and holder != entry.subject:
        raise LedgerError(
            "Un matricule de cette saisie est déjà celui d’une autre personne du registre : "
            "rectifiez d’abord l’identité de celle-ci."
        )
    former = (table.subject == entry.subject) & (table.kind == entry.kind) & (table.scope == entry.scope)
    connection.execute(delete(vault_index).where(same | former))
    values = {"kind": entry.kind, "digest": entry.digest, "scope": entry.scope, "subject": entry.subject}
    connection.execute(insert(vault_index).values(values))


def _cut(now: datetime) -> datetime:
    if now.tzinfo is None:
        raise LedgerError("Le moment de l’écriture n’a pas de fuseau horaire : donnez une heure UTC.")
    utc = now.astimezone(UTC)
    return utc - timedelta(microseconds=utc.microsecond % 1000)
