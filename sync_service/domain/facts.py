"""Facts: what was seen in Moodle about one person, and when. Three values exist: done, not done, not read.

A fact never says why and never decides anything; what was *not* read is not a fact but a run's coverage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sync_service.domain.lms_state import Json


class FactKind(StrEnum):
    """Kinds of fact; each names the register's event type that carries it."""

    ACTIVITY = "activity.observed"
    SCORM = "scorm.observed"
    SUBMISSION = "submission.observed"
    ENROLMENT = "enrolment.observed"
    ACCOUNT = "account.observed"


class Route(StrEnum):
    """How a fact reached us; outside the digest (ledger-format.md §3)."""

    FEED = "feed"
    SNAPSHOT = "snapshot"
    POLLING = "polling"
    ACT = "act"
    IMPORT = "import"


DECISIVE: Mapping[FactKind, tuple[str, ...]] = {
    FactKind.ACTIVITY: ("state", "override"),
    FactKind.SCORM: ("status", "attempts"),
    FactKind.SUBMISSION: ("status", "attempt", "submitted_at"),
    FactKind.ENROLMENT: ("status",),
    FactKind.ACCOUNT: ("status",),
}
"""Fields whose change makes a new event; every route can supply them (ledger-format.md §3).

ACTIVITY.state: "incomplete" | "complete" | "pass" | "fail"; override: whether a teacher set it by hand.
SCORM.status: "not_attempted" | "incomplete" | "completed" | "passed" | "failed"; attempts: count.
SUBMISSION.status: "none" | "draft" | "submitted" | "reopened"; attempt: 0-based number; submitted_at: epoch seconds or 0.
ENROLMENT.status: "active" | "suspended" | "absent". ACCOUNT.status: "active" | "suspended" | "deleted".
"""


@dataclass(frozen=True, slots=True)
class ReadMark:
    """When Moodle was read, comparable within one site: later reads win (ledger-format.md §3).

    For the feed and snapshots: the epoch and the highest sealed sequence at read. For polling: epoch "" and the
    run's start in milliseconds. ``at`` orders marks of different epochs.
    """

    epoch: str
    seq: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing seen about one Moodle user in one object of the course."""

    kind: FactKind
    object: str
    """Our key of the activity, or ``cs:<promotion>:course`` for an enrolment or an account."""
    user_id: int
    """Moodle's user id: never written to the register, only used to find the candidate."""
    fields: Mapping[str, Json]
    """At least the decisive fields of its kind; the rest (times, score, files) is detail for the vault."""
    read_mark: ReadMark
    route: Route


@dataclass(frozen=True, slots=True)
class Unread:
    """Something a run asked for and could not read: never an event, only coverage."""

    object: str
    user_id: int | None
    reason: str
    """A short code: hidden, no_access, error, timeout, account_deleted, not_mapped, missing (no course yet)."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A thing the feed says happened to many at once: reset, restore, unlock, package replaced."""

    kind: str
    object: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FactPage:
    """One page of facts; ``cursor`` is opaque and is kept only when ``complete`` pages were committed."""

    site_uid: str
    facts: tuple[Fact, ...]
    cursor: str
    more: bool
    resync: bool = False
    """The site no longer knows the cursor that was sent: a full reconciliation must follow, never silence."""
    unread: tuple[Unread, ...] = ()
    notices: tuple[Notice, ...] = ()
    asked: int = 0
    read: int = 0
    users: frozenset[int] = frozenset()
    """For a snapshot: every Moodle user id the page covers."""
