"""The calendar of a promotion as an iCalendar file (RFC 5545): one entry per day of a session, in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from sync_service.domain.calendar import Calendar, HalfDay, Session
from sync_service.domain.cycle import Cycle
from sync_service.domain.session_text import place_of, session_name, session_state
from sync_service.domain.typography import french, french_list

_LIMIT = 75


def calendar_file(cycle: Cycle, promotion_id: str, calendar: Calendar, stamp: datetime) -> bytes:
    """Return the file; ``stamp`` (aware) is written as the moment of each entry, so that equal input gives equal bytes."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//cyclesync//calendrier//FR", "CALSCALE:GREGORIAN"]
    for session in calendar.sessions:
        for number, day in enumerate(session.dates, 1):
            lines += _entry(cycle, f"{promotion_id}.{session.id}.{number}", calendar, session, day, stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _fold(line)).encode("utf-8")


def _entry(cycle: Cycle, uid: str, calendar: Calendar, session: Session, day: date, stamp: datetime) -> list[str]:  # noqa: PLR0917
    halves: list[HalfDay] = [half for half in session.halfdays if half.date == day]
    state = session_state(session, calendar)
    name = session_name(cycle, session) + (f" ({state})" if state else "")
    people = french_list(session.intervenants)
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}@cyclesync.invalid",
        f"DTSTAMP:{_utc(stamp)}",
        f"DTSTART:{_utc(halves[0].starts_at)}",
        f"DTEND:{_utc(halves[-1].ends_at)}",
        f"SUMMARY:{_text(name)}",
        f"LOCATION:{_text(place_of(session))}",
        *([f"DESCRIPTION:{_text(french('Intervenant(e)(s) : ' + people))}"] if people else []),
        f"STATUS:{'CANCELLED' if state else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(plain, escaped)
    return value


def _fold(line: str) -> Iterator[str]:
    """Cut after 75 bytes at most, never inside a character; what follows begins with a space."""
    current, size = "", 0
    for character in line:
        width = len(character.encode("utf-8"))
        if size + width > _LIMIT:
            yield current
            current, size = " ", 1
        current, size = current + character, size + width
    yield current
