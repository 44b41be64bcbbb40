"""Plans, journal, locks and time in memory: the same ports as the database's, for tests and trials."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sync_service.ports import JournalEntry


class MemoryPlans:
    """Implements PlanStore."""

    def __init__(self) -> None:
        """Start empty."""
        self._plans: dict[str, tuple[str, str, datetime]] = {}

    def save(self, fingerprint: str, promotion: str, payload: str, *, expires_at: datetime) -> None:
        """Keep a plan."""
        self._plans[fingerprint] = (promotion, payload, expires_at)

    def load(self, fingerprint: str, *, now: datetime) -> tuple[str, str] | None:
        """Return a plan that has not expired."""
        found = self._plans.get(fingerprint)
        return None if found is None or found[2] <= now else found[:2]


class MemoryJournal:
    """Implements Journal."""

    def __init__(self) -> None:
        """Start empty."""
        self._entries: list[JournalEntry] = []

    def record(self, entry: JournalEntry) -> None:
        """Append one line."""
        self._entries.append(entry)

    def entries(self, *, promotion: str | None = None, limit: int = 200) -> Sequence[JournalEntry]:
        """Return the latest lines, newest first."""
        found = [entry for entry in reversed(self._entries) if promotion in {None, entry.promotion}]
        return found[:limit]


class MemoryLocks:
    """Implements Locks."""

    def __init__(self) -> None:
        """Start with no lock held."""
        self._held: dict[str, tuple[str, datetime]] = {}

    def acquire(self, name: str, *, owner: str, now: datetime, ttl_seconds: int = 300) -> bool:
        """Take or renew a lock."""
        holder = self._held.get(name)
        if holder is not None and holder[0] != owner and holder[1] > now:
            return False
        self._held[name] = (owner, now + timedelta(seconds=ttl_seconds))
        return True

    def release(self, name: str, *, owner: str) -> None:
        """Give a lock back."""
        if self.holder(name) == owner:
            del self._held[name]

    def holder(self, name: str) -> str | None:
        """Return who holds a lock."""
        found = self._held.get(name)
        return None if found is None else found[0]


class FixedClock:
    """Implements Clock: a moment that moves only when told."""

    def __init__(self, now: datetime) -> None:
        """Start at ``now``."""
        self._now = now

    def now(self) -> datetime:
        """Return the moment."""
        return self._now

    def move(self, delta: timedelta) -> None:
        """Go forward."""
        self._now += delta
