"""The narrow ways out of the core. Each has one contract suite that every implementation passes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sync_service.domain.event import Actor, Appended, Draft, Event, Head, Series
from sync_service.domain.facts import FactPage, Unread
from sync_service.domain.lms_state import CourseState, Fields, Json, Kind, MoodleUser, SiteInfo
from sync_service.domain.scorm import PackageResult


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class Write:
    """One write to Moodle: one object, one call. ``verb`` is create, update, adopt, record or rename."""

    key: str
    kind: Kind
    verb: str
    parent: str
    fields: Fields
    """create: every field; update, adopt, record: only the fields concerned."""
    expect: str
    """Digest of the state the decision was taken on; empty when the object was absent."""
    modname: str = ""
    moodle_id: int = 0
    package: Path | None = None
    """Zip, file or folder of files to send first, for a scorm, resource or folder whose content changes."""
    allow: tuple[str, ...] = ()
    """Names of guards lifted for this object, such as attempt-loss."""
    was: str = ""
    """Key that the object has, for a rename."""
    dry_run: bool = False
    """Ask Moodle what it would do; nothing is written."""


@dataclass(frozen=True, slots=True)
class Written:
    """What Moodle did: action is created, updated, unchanged, adopted, recorded or refused."""

    key: str
    action: str
    moodle_id: int
    digest: str
    code: str = ""
    """Reason of a refusal: changed_since, attempt_loss, completion_unlock, foreign, invalid, locked …"""
    message: str = ""
    affected: int = 0
    """People whose results the refused write would have erased."""


class Lms(Protocol):
    """Moodle as the thing that a cycle is mapped into."""

    def info(self) -> SiteInfo:
        """Return what the site is and what this token may do. Raises MoodleError."""
        ...

    def course_state(self, promotion: str) -> CourseState:
        """Read everything the diff needs of a promotion's course. Raises MoodleError, never returns a partial state."""
        ...

    def find_users(self, field: str, values: Sequence[str]) -> tuple[MoodleUser, ...]:
        """Return the accounts whose ``field`` (idnumber, username or email) is one of ``values``."""
        ...

    def write(self, change: Write, *, run: str) -> Written:
        """Perform one write. Raises MoodleError when the outcome is not known."""
        ...

    def put_candidate_status(self, promotion: str, statuses: Mapping[int, Mapping[str, Json]]) -> int:
        """Store candidate_status.v1 per Moodle user id; return how many were stored."""
        ...


class FactFeed(Protocol):
    """Moodle as the thing that facts come from, by the plugin's feed or by core's functions."""

    def site(self) -> SiteInfo:
        """Return what the site is, first call of any pull."""
        ...

    def changes(self, cursor: str) -> FactPage:
        """Return the next page after ``cursor``; ``resync`` when the site does not hold that cursor."""
        ...

    def snapshot(self, promotion: str) -> Iterator[FactPage]:
        """Yield the whole present state of a promotion's course, page by page; the last has ``more`` False."""
        ...


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run of pull, apply or plan, kept in a table (never in the register)."""

    id: str
    kind: str
    promotion: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str
    """done, partial, failed or refused."""
    asked: int = 0
    read: int = 0
    unread: tuple[Unread, ...] = ()
    note: str = ""


class Ledger(Protocol):
    """The register with its heads, vault and cursors: one database, one transaction."""

    def head(self) -> Head:
        """Return size and root now."""
        ...

    def append(
        self,
        drafts: Sequence[Draft],
        *,
        now: datetime,
        cursor: tuple[str, str] | None = None,
        run: RunRecord | None = None,
    ) -> Appended:
        """Write what is new among ``drafts``, with the cursor (site_uid, cursor) and run, in one transaction.

        More than 500 drafts are split, the cursor and run going with the last part.
        """
        ...

    def events(
        self,
        *,
        after: int = -1,
        subject: str | None = None,
        promotion: str | None = None,
        types: Iterable[str] | None = None,
        until: datetime | None = None,
    ) -> Iterator[Event]:
        """Yield events in order, those with ``recorded_at`` ≤ ``until`` when given."""
        ...

    def reveal(self, events: Iterable[Event]) -> Mapping[str, Mapping[str, Json]]:
        """Return event id → private payload, for those that have one whose key still exists."""
        ...

    def held(self, units: Iterable[tuple[str, Series]]) -> frozenset[tuple[str, Series]]:
        """Return those (subject, series) under whose key something is kept: they have one."""
        ...

    def find(self, kind: str, value: str) -> str | None:
        """Return the subject whose blind index (matricule; moodle as ``site_uid/user id``) holds ``value``."""
        ...

    def cursor(self, site_uid: str) -> str:
        """Return the feed cursor of a site, empty when there is none."""
        ...

    def runs(self, *, kind: str | None = None, promotion: str | None = None, limit: int = 20) -> Sequence[RunRecord]:
        """Return the latest runs, newest first, with their coverage."""
        ...

    def heads(self, *, site_uid: str, kind: str | None = None) -> Mapping[tuple[str, str, str], str]:
        """Return (kind, object, subject) → id of the last event, for a site's source keys."""
        ...


class KeyDestroyer(Protocol):
    """The one way to make what the vault holds of a person unreadable for good."""

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
        """Record the destruction, then destroy the key of (subject, series); False when there was none."""
        ...


class BlobStore(Protocol):
    """Documents filed or issued, encrypted under the data key of (subject, series), named by their SHA-256."""

    def put(self, content: bytes, *, subject: str, series: Series, now: datetime) -> str:
        """Keep a document before the transaction that names it; return its SHA-256. Raises StoreError."""
        ...

    def get(self, digest: str) -> bytes:
        """Return a document checked against its digest. Raises StoreError: missing, damaged, or its key destroyed."""
        ...

    def holds(self, digest: str) -> bool:
        """Tell whether something of that name is kept."""
        ...

    def state(self, digest: str) -> str:
        """Read a document back and tell what it is: whole, missing, damaged, or sealed when its key is no more."""
        ...


class PlanStore(Protocol):
    """Plans that a person reviewed, kept 7 days under their fingerprint."""

    def save(self, fingerprint: str, promotion: str, payload: str, *, expires_at: datetime) -> None:
        """Keep ``payload`` (JSON of the plan's change ids and sentences)."""
        ...

    def load(self, fingerprint: str, *, now: datetime) -> tuple[str, str] | None:
        """Return (promotion, payload) of a plan that has not expired, or None."""
        ...


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """What one attempted write did; it explains, it never decides."""

    run: str
    promotion: str
    key: str
    verb: str
    outcome: str
    """started, done, refused, failed, not_tried or skipped."""
    code: str
    at: datetime


class Journal(Protocol):
    """The journal of applies."""

    def record(self, entry: JournalEntry) -> None:
        """Append one line, committed at once."""
        ...

    def entries(self, *, promotion: str | None = None, limit: int = 200) -> Sequence[JournalEntry]:
        """Return the latest lines, newest first."""
        ...


class Locks(Protocol):
    """Named locks with owner, host, heartbeat and expiry, shared by daemon, command line and site."""

    def acquire(self, name: str, *, owner: str, now: datetime, ttl_seconds: int = 300) -> bool:
        """Take or renew the lock for ``owner``; False when someone else holds it and it has not expired."""
        ...

    def release(self, name: str, *, owner: str) -> None:
        """Give the lock back; nothing happens when ``owner`` does not hold it."""
        ...

    def holder(self, name: str) -> str | None:
        """Return who holds the lock (owner and host, for an error sentence), or None."""
        ...


class JobStore(Protocol):
    """When each job of the daemon last ran."""

    def last_runs(self) -> Mapping[str, datetime]:
        """Return job name → last successful run."""
        ...

    def ran(self, job: str, *, at: datetime) -> None:
        """Record a successful run."""
        ...


class PackageStore(Protocol):
    """The SCORM packages of one cycle: where their sources are and where the built files go."""

    def modules(self) -> Sequence[str]:
        """Return the names of the modules that have sources, sorted."""
        ...

    def build(self, names: Sequence[str] = ()) -> Sequence[PackageResult]:
        """Build the named modules, all of them by default, and write those that changed.

        Raises PackageError with every problem of every module; then nothing was written.
        """
        ...
