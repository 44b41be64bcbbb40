"""A register in memory, for tests and rehearsals: same laws as the stored one, nothing survives the process."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sync_service.domain.event import Appended, Draft, Event, Head, Moment
from sync_service.domain.facts import ReadMark
from sync_service.domain.lms_state import Json
from sync_service.errors import LedgerError
from sync_service.ports import RunRecord

SourceKey = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class _SourceHead:
    version: int
    digest: str
    mark: ReadMark | None
    event: str


class MemoryLedger:
    """Implements ports.Ledger; ``register`` is the origin of the log."""

    def __init__(self, register: str = "demo/memory", secret: bytes = b"memory") -> None:
        """Begin empty."""
        self._register = register
        self._secret = secret
        self._events: list[Event] = []
        self._vault: dict[str, Mapping[str, Json]] = {}
        self._idem: set[str] = set()
        self._heads: dict[SourceKey, _SourceHead] = {}
        self._index: dict[tuple[str, str], str] = {}
        self._cursors: dict[str, str] = {}
        self._runs: list[RunRecord] = []

    def head(self) -> Head:
        """Return size and root now."""
        leaves = [bytes.fromhex(e.leaf) for e in self._events]
        last = self._events[-1] if self._events else None
        return Head(len(leaves), _root(leaves).hex(), last.leaf if last else "", last.recorded_at if last else None)

    def append(
        self,
        drafts: Sequence[Draft],
        *,
        now: datetime,
        cursor: tuple[str, str] | None = None,
        run: RunRecord | None = None,
    ) -> Appended:
        """Write what is new among ``drafts``; all or nothing."""
        for draft in drafts:
            if (draft.decisive is None) == (draft.token is None):
                raise LedgerError("Un événement a soit des champs décisifs, soit un jeton : corrigez l’appel.")
        written = tuple(self._write(draft, now) for draft in drafts)
        if cursor is not None:
            self._cursors[cursor[0]] = cursor[1]
        if run is not None:
            self._runs = [r for r in self._runs if r.id != run.id or r.promotion != run.promotion]
            self._runs.append(run)
        return Appended(written, self.head())

    def _write(self, draft: Draft, now: datetime) -> Event | None:
        key = (draft.source.site_uid, draft.source.kind, draft.source.object, draft.subject)
        if draft.token is not None:
            return self._add(draft, now, self._hmac("act", draft.token), version=1)
        digest = self._hmac("decisive", draft.decisive)
        before = self._heads.get(key)
        if before is not None and _older(draft.read_mark, before.mark):
            return None
        if before is not None and before.digest == digest:
            self._heads[key] = replace(before, mark=draft.read_mark or before.mark)
            return None
        version = before.version + 1 if before else 1
        event = self._add(draft, now, self._hmac(*key, version), version=version)
        if event is not None:
            self._heads[key] = _SourceHead(version, digest, draft.read_mark, event.id)
        return event

    def _add(self, draft: Draft, now: datetime, idem: str, *, version: int) -> Event | None:
        if idem in self._idem:
            return None
        seq = len(self._events)
        recorded = max(now, self._events[-1].recorded_at) if self._events else now
        canonical = self._canonical(draft, seq, recorded, version, idem)
        event = _event(draft, canonical)
        self._events.append(event)
        self._idem.add(idem)
        if draft.private is not None:
            self._vault[event.id] = dict(draft.private)
            self._remember(draft)
        return event

    def _remember(self, draft: Draft) -> None:
        private = draft.private or {}
        if draft.type == "identity.linked":
            self._index["moodle", f"{private['site_uid']}/{private['user_id']}"] = draft.subject
        if draft.type in {"candidate.created", "identity.corrected"} and private.get("matricule"):
            self._index["matricule", str(private["matricule"])] = draft.subject

    def _canonical(self, draft: Draft, seq: int, recorded: datetime, version: int, idem: str) -> dict[str, Any]:
        source, actor = draft.source, draft.actor
        return {
            "v": 1, "id": f"00000000-0000-7000-8000-{seq:012x}", "register": self._register, "seq": seq,
            "prev": self._events[-1].leaf if self._events else "0" * 64, "type": draft.type, "type_v": 1,
            "subject": draft.subject, "cycle": draft.cycle, "referential": draft.referential,
            "promotion": draft.promotion, "valid_from": _moment(draft.valid_from), "valid_to": _moment(draft.valid_to),
            "observed_at": _stamp(draft.observed_at), "recorded_at": _stamp(recorded),
            "source": {
                "system": source.system, "site_uid": source.site_uid, "kind": source.kind, "object": source.object,
                "n": version, "route": source.route, "run": source.run,
            },
            "actor": {
                "kind": actor.kind, "ref": actor.ref, "capacity": actor.capacity, "delegation": actor.delegation,
                "channel": actor.channel,
            },
            "evidence": {"grade": draft.evidence.grade, "files": list(draft.evidence.files)}, "idem": idem,
            "replaces": list(draft.replaces), "reason": draft.reason, "data": dict(draft.data),
            "vault": [] if draft.private is None else [
                {"series": str(draft.series or ""), "alg": "none", "key_ref": "", "commitment": idem}
            ],
        }  # fmt: skip

    def _hmac(self, *parts: object) -> str:
        return hmac.new(self._secret, _bytes(parts), hashlib.sha256).hexdigest()

    def events(
        self,
        *,
        after: int = -1,
        subject: str | None = None,
        promotion: str | None = None,
        types: Iterable[str] | None = None,
        until: datetime | None = None,
    ) -> Iterator[Event]:
        """Yield events in order."""
        wanted = None if types is None else frozenset(types)
        for event in self._events[after + 1 :]:
            if (
                (subject is None or event.subject == subject)
                and (promotion is None or event.promotion == promotion)
                and (wanted is None or event.type in wanted)
                and (until is None or event.recorded_at <= until)
            ):
                yield event

    def reveal(self, events: Iterable[Event]) -> Mapping[str, Mapping[str, Json]]:
        """Return event id → private payload."""
        return {e.id: self._vault[e.id] for e in events if e.id in self._vault}

    def forget(self, subject: str) -> None:
        """Drop every payload of a subject, as the destruction of its keys does."""
        for event in self._events:
            if event.subject == subject:
                self._vault.pop(event.id, None)

    def find(self, kind: str, value: str) -> str | None:
        """Return the subject indexed under ``value``."""
        return self._index.get((kind, value))

    def cursor(self, site_uid: str) -> str:
        """Return the feed cursor of a site."""
        return self._cursors.get(site_uid, "")

    def runs(self, *, kind: str | None = None, promotion: str | None = None, limit: int = 20) -> Sequence[RunRecord]:
        """Return the latest runs, newest first."""
        found = [
            r
            for r in reversed(self._runs)
            if (kind is None or r.kind == kind) and (promotion is None or r.promotion == promotion)
        ]
        return found[:limit]

    def heads(self, *, site_uid: str, kind: str | None = None) -> Mapping[tuple[str, str, str], str]:
        """Return (kind, object, subject) → id of the last event."""
        return {
            (key[1], key[2], key[3]): head.event
            for key, head in self._heads.items()
            if key[0] == site_uid and (kind is None or key[1] == kind)
        }


def _event(draft: Draft, canonical: dict[str, Any]) -> Event:
    leaf = hashlib.sha256(b"\x00" + _bytes(canonical)).hexdigest()
    same = ("seq", "id", "type", "type_v", "subject", "valid_from", "valid_to", "cycle", "referential", "promotion")
    rest = ("source", "actor", "evidence", "reason", "data")
    return Event(
        **{name: canonical[name] for name in same + rest},
        recorded_at=datetime.fromisoformat(canonical["recorded_at"]),
        observed_at=draft.observed_at.astimezone(UTC),
        replaces=tuple(canonical["replaces"]),
        vault=tuple(canonical["vault"]),
        leaf=leaf,
    )


def _older(mark: ReadMark | None, before: ReadMark | None) -> bool:
    if mark is None or before is None:
        return False
    if mark.epoch == before.epoch:
        return mark.seq < before.seq
    return mark.at < before.at


def _bytes(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _moment(value: Moment | None) -> str | None:
    if isinstance(value, datetime):
        return _stamp(value)
    return value.isoformat() if isinstance(value, date) else None


def _root(leaves: Sequence[bytes]) -> bytes:
    """Return the RFC 6962 root of leaf hashes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + _root(leaves[:half]) + _root(leaves[half:])).digest()
