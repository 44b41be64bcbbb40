"""Sessions in words: « 14 et 15 janvier 2027, 9 h 00 – 17 h 00, INSET d’Angers, salle … », and their accessible table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, time
from html import escape

from sync_service.domain.calendar import Calendar, Session, SessionState
from sync_service.domain.cycle import Cycle
from sync_service.domain.typography import NBSP, french, french_date, french_days, french_list, french_time

SUPPORT = "Accompagnement méthodologique"
Spans = tuple[tuple[time, time], ...]


def session_name(cycle: Cycle, session: Session) -> str:
    """Return « Module 1 – La fonction … » or « Accompagnement méthodologique »."""
    return SUPPORT if session.module is None else french(cycle.module(session.module).label)


def session_state(session: Session, calendar: Calendar) -> str:
    """Return « annulée », « reportée aux 13 et 14 janvier 2027 », or an empty text."""
    if session.state is SessionState.CANCELLED:
        return "annulée"
    if session.state is not SessionState.POSTPONED:
        return ""
    if session.replaced_by is None:
        return "reportée, nouvelle date non fixée"
    days = calendar.session(session.replaced_by).dates
    return f"reportée {'au' if len(days) == 1 else 'aux'} {french_days(days)}"


def session_when(session: Session, calendar: Calendar, zone: str) -> str:
    """Return dates, hours and place on one line; a cancelled or postponed one says so and nothing of its place."""
    state = session_state(session, calendar)
    if state:
        return f"{french_days(session.dates)}{NBSP}: session {state}"
    return f"{french_days(session.dates)}, {session_hours(session, zone, whole_days=True)}, {french(session.place)}"


def session_hours(session: Session, zone: str, *, whole_days: bool = False) -> str:
    """Return the hours, once when every day has the same; ``whole_days`` leaves the midday break out."""
    by_day = {day: _spans(session, day, whole_days=whole_days) for day in session.dates}
    other = session.halfdays[0].zone
    suffix = "" if other == zone else f" ({zone_words(other)})"
    if len(set(by_day.values())) == 1:
        return _hours(by_day[session.dates[0]]) + suffix
    return f"{NBSP}; ".join(f"{french_days([day])}, {_hours(spans)}" for day, spans in by_day.items()) + suffix


def zone_words(zone: str) -> str:
    """Return « heure de Paris »."""
    return f"heure de {zone.rsplit('/', 1)[-1].replace('_', ' ')}"


def when_block(sessions: Sequence[Session], calendar: Calendar, zone: str) -> str:
    """Return the sessions as a list in HTML; an empty text when there is none."""
    lines = [escape(session_when(session, calendar, zone), quote=False) for session in sessions]
    if len(lines) < 2:
        return "".join(f"<p>{line}</p>" for line in lines)
    return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"


def calendar_table(cycle: Cycle, calendar: Calendar, zone: str, updated_on: date | None) -> str:
    """Return the whole calendar as an accessible HTML table; an empty text when it has no session."""
    if not calendar.sessions:
        return ""
    headings = ("Dates", "Module", "Horaires", "Lieu et adresse", "Intervenant(e)(s)", "Méthodes")
    head = "".join(f'<th scope="col">{heading}</th>' for heading in headings)
    rows = "".join(_table_row(cycle, calendar, session, zone) for session in calendar.sessions)
    caption = f"Sessions de formation, dans l’ordre ({zone_words(zone)})"
    updated = f"<p>Mis à jour le {french_date(updated_on)}.</p>" if updated_on else ""
    return (
        f'<table class="table"><caption>{caption}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>{updated}"
    )


def event_description(session: Session, calendar: Calendar, zone: str) -> str:
    """Return the description of a session's event in HTML: state, dates, hours, people and methods."""
    state = session_state(session, calendar)
    lines = [
        f"Session {state}" if state else "",
        f"{french_days(session.dates)}, {session_hours(session, zone)}",
        f"Intervenant(e)(s) : {french_list(session.intervenants)}" if session.intervenants else "",
        f"Méthodes : {', '.join(session.methods)}" if session.methods else "",
    ]
    return "".join(f"<p>{escape(french(line), quote=False)}</p>" for line in lines if line)


def place_of(session: Session) -> str:
    """Return the place with its address."""
    return french(", ".join(part for part in (session.place, session.address) if part))


def _table_row(cycle: Cycle, calendar: Calendar, session: Session, zone: str) -> str:
    state = session_state(session, calendar)
    dates = french_days(session.dates)
    first = f"<del>{dates}</del> <strong>{state}</strong>" if state else dates
    texts: Sequence[Callable[[], str]] = (
        lambda: session_name(cycle, session),
        lambda: session_hours(session, zone),
        lambda: place_of(session),
        lambda: french_list(session.intervenants),
        lambda: ", ".join(session.methods),
    )
    cells = "".join(f"<td>{escape(french(text()), quote=False) or '–'}</td>" for text in texts)
    return f'<tr><th scope="row">{first}</th>{cells}</tr>'


def _spans(session: Session, day: date, *, whole_days: bool) -> Spans:
    spans = tuple((half.start, half.end) for half in session.halfdays if half.date == day)
    return ((spans[0][0], spans[-1][1]),) if whole_days else spans


def _hours(spans: Spans) -> str:
    return french_list([f"{french_time(start)} – {french_time(end)}" for start, end in spans])
