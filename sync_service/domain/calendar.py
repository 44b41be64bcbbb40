"""The calendar of a promotion: dated sessions de formation, in half-days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo


class SessionKind(StrEnum):
    """A session belongs to a module, or is a séquence d'accompagnement méthodologique."""

    MODULE = "module"
    SUPPORT = "accompagnement"


class SessionState(StrEnum):
    """What became of a session, as the office wrote it in the calendar."""

    PLANNED = "prevue"
    HELD = "tenue"
    CANCELLED = "annulee"
    POSTPONED = "reportee"


class Half(StrEnum):
    """Half of a day."""

    MORNING = "matin"
    AFTERNOON = "apres_midi"


class LocalTimeError(ValueError):
    """A local time that does not exist, or exists twice, on the day clocks change."""


def to_utc(day: date, moment: time, zone: str) -> datetime:
    """Return the UTC instant of a local time.

    Raises:
        LocalTimeError: clocks jump over that time, or show it twice, in ``zone`` on ``day``.
    """
    place = ZoneInfo(zone)
    first = datetime.combine(day, moment, place)
    if first.utcoffset() != first.replace(fold=1).utcoffset():
        raise LocalTimeError(f"{day:%d/%m/%Y} {moment:%H:%M} ({zone})")
    return first.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class HalfDay:
    """One half-day, with its local hours and the zone they are in."""

    date: date
    half: Half
    start: time
    end: time
    zone: str

    @property
    def starts_at(self) -> datetime:
        """Beginning, UTC."""
        return to_utc(self.date, self.start, self.zone)

    @property
    def ends_at(self) -> datetime:
        """End, UTC."""
        return to_utc(self.date, self.end, self.zone)


@dataclass(frozen=True, slots=True)
class Session:
    """A dated, placed run of a module or of a séquence d'accompagnement méthodologique."""

    id: str
    module: int | None
    kind: SessionKind
    halfdays: tuple[HalfDay, ...]
    """In order of time, never empty."""
    place: str
    address: str
    """Empty for a session at a distance."""
    intervenants: tuple[str, ...]
    methods: tuple[str, ...]
    state: SessionState
    replaced_by: str | None = None
    """Id of the session it was postponed to, when the office knows it."""

    @property
    def counts(self) -> bool:
        """Tell whether its half-days are part of the cycle's length: neither cancelled nor postponed."""
        return self.state in {SessionState.PLANNED, SessionState.HELD}

    @property
    def dates(self) -> tuple[date, ...]:
        """Its days, each once, in order."""
        return tuple(sorted({halfday.date for halfday in self.halfdays}))

    @property
    def starts_at(self) -> datetime:
        """Beginning of the first half-day, UTC."""
        return self.halfdays[0].starts_at

    @property
    def ends_at(self) -> datetime:
        """End of the last half-day, UTC."""
        return self.halfdays[-1].ends_at


@dataclass(frozen=True, slots=True)
class Calendar:
    """All sessions of a promotion, in order of time."""

    sessions: tuple[Session, ...]
    updated_on: date | None = None
    """Latest date of the column « mis à jour le »; None when the office does not fill it."""

    def session(self, session_id: str) -> Session:
        """Return one session. Raises KeyError when the calendar has no such id."""
        for session in self.sessions:
            if session.id == session_id:
                return session
        raise KeyError(session_id)

    def of_module(self, number: int) -> tuple[Session, ...]:
        """Sessions of one module, cancelled and postponed ones included."""
        return tuple(session for session in self.sessions if session.module == number)

    def support(self) -> tuple[Session, ...]:
        """Séquences d'accompagnement méthodologique."""
        return tuple(session for session in self.sessions if session.kind is SessionKind.SUPPORT)

    def halfdays(self) -> int:
        """Count the half-days that are part of the cycle's length."""
        return count_halfdays(self.sessions)


def count_halfdays(sessions: Iterable[Session]) -> int:
    """Count the half-days of the sessions that are neither cancelled nor postponed."""
    return sum(len(session.halfdays) for session in sessions if session.counts)
