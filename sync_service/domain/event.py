"""Events of the register and the drafts they are made from (ledger-format.md §1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from sync_service.domain.facts import ReadMark
from sync_service.domain.lms_state import Json

Moment: TypeAlias = date | datetime


class Series(StrEnum):
    """Series of the tableau de gestion; a data key is (subject, series) (ledger-format.md §4)."""

    REGISTER = "register"
    DOSSIER = "dossier"
    ATTENDANCE = "attendance"
    TRACES = "traces"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted: kind in system, officer, jury, president, candidate; ``ref`` is pseudonymous."""

    kind: str
    ref: str
    channel: str
    """cli, site, import or daemon."""
    capacity: str = ""
    delegation: str = ""


@dataclass(frozen=True, slots=True)
class SourceRef:
    """Where it was seen: the source key is (site_uid, kind, object, subject) (ledger-format.md §3)."""

    system: str
    """moodle, office or cyclesync."""
    site_uid: str
    """Empty for an act of the office."""
    kind: str
    object: str
    route: str
    run: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Grade E0 to E4 (domain.md §2.3) and hashes of documents we issued or the office filed."""

    grade: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before it has a place in the register.

    Exactly one of the two identities holds (ledger-format.md §3): for a fact or a declared thing, ``decisive`` is set
    and the head of its source key decides whether it is new; for an act, ``token`` is set (file digest and line, form
    id, Idempotency-Key) and the same token is written once.
    """

    type: str
    subject: str
    source: SourceRef
    actor: Actor
    evidence: Evidence
    observed_at: datetime
    data: Mapping[str, Json] = field(default_factory=dict)
    """Codes and counts of the type's closed list; nothing about a person."""
    private: Mapping[str, Json] | None = None
    """What is about a person: encrypted in the vault, only its commitment goes in the event."""
    series: Series | None = None
    cycle: str | None = None
    referential: str | None = None
    promotion: str | None = None
    valid_from: Moment | None = None
    valid_to: Moment | None = None
    replaces: tuple[str, ...] = ()
    reason: str | None = None
    decisive: Mapping[str, Json] | None = None
    read_mark: ReadMark | None = None
    token: str | None = None


class Event(NamedTuple):
    """An event as it stands in the register: parsed from its canonical bytes.

    A tuple with names, made five times faster than a frozen dataclass of twenty fields: registers are read whole.
    """

    seq: int
    id: str
    type: str
    type_v: int
    subject: str
    recorded_at: datetime
    observed_at: datetime
    valid_from: str | None
    valid_to: str | None
    cycle: str | None
    referential: str | None
    promotion: str | None
    source: Mapping[str, Json]
    actor: Mapping[str, Json]
    evidence: Mapping[str, Json]
    replaces: tuple[str, ...]
    reason: str | None
    data: Mapping[str, Json]
    vault: tuple[Mapping[str, Json], ...]
    leaf: str
    """Leaf hash, 64 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Head:
    """Size of the register and root of its tree; root of an empty register is SHA-256 of nothing."""

    size: int
    root: str
    last_leaf: str
    last_recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append did: events written, and drafts that were nothing new (per draft, in order)."""

    events: tuple[Event | None, ...]
    head: Head

    @property
    def written(self) -> int:
        """How many events were written."""
        return sum(1 for event in self.events if event is not None)
