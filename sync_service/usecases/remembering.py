"""A register that remembers what it read, for one batch: a second look costs only what was written since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sync_service.domain.event import Appended, Draft, Event, Head, Series
from sync_service.domain.lms_state import Json
from sync_service.ports import Ledger, RunRecord

Question = tuple[str | None, str | None, frozenset[str] | None]


class RememberingLedger:
    """Implements ports.Ledger over another; lives as long as one batch, which nobody else writes beside.

    It sees what it wrote itself, and what others wrote by the time of its next own write.
    """

    def __init__(self, inner: Ledger) -> None:
        """Remember nothing yet."""
        self._inner = inner
        self._size = inner.head().size
        self._events: dict[Question, list[Event]] = {}
        self._seen_at: dict[Question, int] = {}
        self._payloads: dict[str, Mapping[str, Json] | None] = {}

    def events(
        self,
        *,
        after: int = -1,
        subject: str | None = None,
        promotion: str | None = None,
        types: Iterable[str] | None = None,
        until: datetime | None = None,
    ) -> Iterator[Event]:
        """Yield events in order; only those not seen yet are read."""
        wanted = None if types is None else frozenset(types)
        question = (subject, promotion, wanted)
        known = self._events.setdefault(question, [])
        if self._seen_at.get(question) != self._size:
            last = known[-1].seq if known else -1
            known += self._inner.events(after=last, subject=subject, promotion=promotion, types=wanted)
            self._seen_at[question] = self._size
        return (e for e in tuple(known) if e.seq > after and (until is None or e.recorded_at <= until))

    def reveal(self, events: Iterable[Event]) -> Mapping[str, Mapping[str, Json]]:
        """Return payloads; only those not revealed yet are decrypted."""
        asked = tuple(events)
        new = [e for e in asked if e.id not in self._payloads]
        if new:
            found = self._inner.reveal(new)
            self._payloads.update({e.id: found.get(e.id) for e in new})
        shown = ((e.id, self._payloads[e.id]) for e in asked)
        return {identifier: payload for identifier, payload in shown if payload is not None}

    def append(
        self,
        drafts: Sequence[Draft],
        *,
        now: datetime,
        cursor: tuple[str, str] | None = None,
        run: RunRecord | None = None,
    ) -> Appended:
        """Write through."""
        appended = self._inner.append(drafts, now=now, cursor=cursor, run=run)
        self._size = appended.head.size
        return appended

    def head(self) -> Head:
        """Ask the register."""
        return self._inner.head()

    def held(self, units: Iterable[tuple[str, Series]]) -> frozenset[tuple[str, Series]]:
        """Ask the register."""
        return self._inner.held(units)

    def find(self, kind: str, value: str) -> str | None:
        """Ask the register."""
        return self._inner.find(kind, value)

    def cursor(self, site_uid: str) -> str:
        """Ask the register."""
        return self._inner.cursor(site_uid)

    def runs(self, *, kind: str | None = None, promotion: str | None = None, limit: int = 20) -> Sequence[RunRecord]:
        """Ask the register."""
        return self._inner.runs(kind=kind, promotion=promotion, limit=limit)

    def heads(self, *, site_uid: str, kind: str | None = None) -> Mapping[tuple[str, str, str], str]:
        """Ask the register."""
        return self._inner.heads(site_uid=site_uid, kind=kind)
