"""A register in memory, for tests and rehearsals: same laws as the stored one, nothing survives the process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sync_service.domain.canonical import normalised
from sync_service.domain.destruction import destruction
from sync_service.domain.draft_rules import check_draft, series_for
from sync_service.domain.envelope import NO_LEAF, Place, encode
from sync_service.domain.event import Actor, Appended, Draft, Event, Head, Series
from sync_service.domain.facts import ReadMark
from sync_service.domain.identity import (
    SourceKey,
    act_idem,
    change_idem,
    is_newer,
    is_older,
    keyed_digest,
    state_digest,
)
from sync_service.domain.lms_state import Json
from sync_service.domain.merkle import root_of
from sync_service.domain.uuid7 import RANDOM_BYTES, uuid7
from sync_service.ports import RunRecord


@dataclass(frozen=True, slots=True)
class _SourceHead:
    version: int
    digest: bytes
    mark: ReadMark | None
    event: str


class MemoryLedger:
    """Implements ports.Ledger; payloads are kept as they are, so it must never hold real people."""

    def __init__(self, register: str = "demo/memory", secret: bytes = b"memory") -> None:
        """Begin empty; ``register`` is the origin of the log."""
        self._register = register
        self._secret = secret
        self._events: list[Event] = []
        self._vault: dict[str, Mapping[str, Json]] = {}
        self._kept: set[tuple[str, Series]] = set()
        self._idem: set[bytes] = set()
        self._heads: dict[SourceKey, _SourceHead] = {}
        self._index: dict[tuple[str, str], str] = {}
        self._cursors: dict[str, str] = {}
        self._runs: dict[tuple[str, str], RunRecord] = {}

    def head(self) -> Head:
        """Return size and root now."""
        last = self._events[-1] if self._events else None
        root = root_of(bytes.fromhex(e.leaf) for e in self._events)
        return Head(len(self._events), root.hex(), last.leaf if last else NO_LEAF, last.recorded_at if last else None)

    def append(
        self,
        drafts: Sequence[Draft],
        *,
        now: datetime,
        cursor: tuple[str, str] | None = None,
        run: RunRecord | None = None,
    ) -> Appended:
        """Write what is new among ``drafts``; every draft is checked before the first is written."""
        for draft in drafts:
            check_draft(draft)
        written = tuple(self._place(draft, now) for draft in drafts)
        if cursor is not None:
            self._cursors[cursor[0]] = cursor[1]
        if run is not None:
            self._runs.pop((run.id, run.promotion), None)
            self._runs[run.id, run.promotion] = run
        return Appended(written, self.head())

    def _place(self, draft: Draft, now: datetime) -> Event | None:
        if draft.token is not None:
            idem = act_idem(self._secret, draft.token)
            return None if idem in self._idem else self._write(draft, now, idem, 0)
        source = draft.source
        key = SourceKey(source.site_uid, source.kind, source.object, draft.subject)
        return self._change(key, draft, state_digest(self._secret, key.text(), draft.decisive or {}), now)

    def _change(self, key: SourceKey, draft: Draft, digest: bytes, now: datetime) -> Event | None:
        held, mark = self._heads.get(key), draft.read_mark
        if held is not None and is_older(mark, held.mark):
            return None
        if held is not None and held.digest == digest:
            if is_newer(mark, held.mark):
                self._heads[key] = replace(held, mark=mark)
            return None
        version = held.version + 1 if held else 1
        event = self._write(draft, now, change_idem(self._secret, key.text(), version), version)
        kept = mark if mark is not None or held is None else held.mark
        self._heads[key] = _SourceHead(version, digest, kept, event.id)
        return event

    def _write(self, draft: Draft, now: datetime, idem: bytes, version: int) -> Event:
        last = self._events[-1] if self._events else None
        recorded = now if last is None else max(now, last.recorded_at)
        identifier = uuid7(recorded, len(self._events).to_bytes(RANDOM_BYTES, "big"))
        vault: tuple[Mapping[str, Json], ...] = ()
        if draft.private is not None:
            commitment = keyed_digest(self._secret, [identifier, draft.private]).hex()
            vault = ({"series": series_for(draft).value, "commitment": commitment, "alg": "none", "key_ref": "memory"},)
            self._vault[identifier] = normalised(draft.private)[0]
            self._remember(draft)
        place = Place(
            self._register,
            len(self._events),
            last.leaf if last else NO_LEAF,
            identifier,
            recorded,
            version,
            idem.hex(),
            vault,
        )
        _, event = encode(replace(draft, data=normalised(draft.data)[0]), place)
        self._events.append(event)
        self._idem.add(idem)
        return event

    def _remember(self, draft: Draft) -> None:
        private = draft.private or {}
        if draft.type == "identity.linked":
            self._index["moodle", f"{private['site_uid']}/{private['user_id']}"] = draft.subject
        if draft.type in {"candidate.created", "identity.corrected"} and private.get("matricule"):
            self._index["matricule", str(private["matricule"])] = draft.subject

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
        """Record the destruction, then drop the payloads of (subject, series); False when there was none."""
        draft = destruction(subject, series, actor=actor, reason=reason, now=now, run=run, list_id=list_id)
        self.append([draft], now=now)
        return self.drop(subject, series)

    def drop(self, subject: str, series: Series) -> bool:
        """Drop what is kept under the key of (subject, series), and that key; False when there was none."""
        there = bool(self.held([(subject, series)]))
        own = [e.id for e in self._events if e.subject == subject and [v["series"] for v in e.vault] == [series.value]]
        for identifier in own:
            self._vault.pop(identifier, None)
        self._kept.discard((subject, series))
        return there

    def keep(self, subject: str, series: Series) -> None:
        """Make the key of (subject, series), as a document kept under it does."""
        self._kept.add((subject, series))

    def held(self, units: Iterable[tuple[str, Series]]) -> frozenset[tuple[str, Series]]:
        """Return those of the units that have a payload, or a key without any."""
        there = {(e.subject, Series(str(v["series"]))) for e in self._events if e.id in self._vault for v in e.vault}
        return frozenset(units) & (there | self._kept)

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
            for r in reversed(self._runs.values())
            if (kind is None or r.kind == kind) and (promotion is None or r.promotion == promotion)
        ]
        return found[:limit]

    def heads(self, *, site_uid: str, kind: str | None = None) -> Mapping[tuple[str, str, str], str]:
        """Return (kind, object, subject) → id of the last event."""
        return {
            (key.kind, key.object, key.subject): head.event
            for key, head in self._heads.items()
            if key.site_uid == site_uid and (kind is None or key.kind == kind)
        }
