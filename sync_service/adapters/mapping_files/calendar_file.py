"""``calendrier.csv`` or ``.xlsx``: one line per half-day, grouped into sessions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sync_service.adapters.mapping_files.spreadsheet import Columns, Row, parse_date, parse_time, read_table
from sync_service.domain.calendar import (
    Calendar,
    Half,
    HalfDay,
    LocalTimeError,
    Session,
    SessionKind,
    SessionState,
)
from sync_service.domain.french import plain
from sync_service.errors import Problem

COLUMNS = Columns(
    (
        "session",
        "module",
        "date",
        "demi-journée",
        "début",
        "fin",
        "lieu",
        "adresse",
        "intervenants",
        "méthodes",
        "état",
    ),
    ("reportée sur", "mis à jour le", "fuseau"),
)
SAME = ("module", "lieu", "adresse", "intervenants", "méthodes", "état", "reportée sur", "fuseau")
_HALVES = {"matin": Half.MORNING, "apres-midi": Half.AFTERNOON, "apres midi": Half.AFTERNOON}
_STATES = {state.value: state for state in SessionState}
_NO_DATE, _NO_TIME = date(1, 1, 1), time()


def read_calendar(path: Path, zone: str, problems: list[Problem]) -> Calendar | None:
    """Read the calendar of a promotion, or note every mistake with its cell."""
    before = len(problems)
    table = read_table(path, COLUMNS, problems)
    if table is None:
        return None
    groups: dict[str, list[Row]] = {}
    for row in table.rows:
        problems.extend(_mistakes(row, zone))
        groups.setdefault(row["session"], []).append(row)
    for rows in groups.values():
        problems.extend(_differences(rows))
        problems.extend(_replaced(rows[0], groups))
    if len(problems) > before:
        return None
    sessions = sorted((_session(rows, zone) for rows in groups.values()), key=lambda s: (s.starts_at, s.id))
    problems.extend(_overlaps(path.name, sessions))
    updated = [day for row in table.rows if (day := parse_date(row["mis à jour le"]))]
    return Calendar(tuple(sessions), max(updated, default=None))


def _mistakes(row: Row, zone: str) -> Iterator[Problem]:
    if not _is_id(row["session"]):
        yield row.problem(
            "session", "il faut un identifiant court en minuscules, comme m3-a (lettres, chiffres, tirets)"
        )
    if _module(row["module"]) == 0:
        yield row.problem("module", f"« {row['module']} » : il faut le numéro du module, ou « accompagnement »")
    if _half(row) is None:
        yield row.problem("demi-journée", f"« {row['demi-journée']} » : il faut matin ou après-midi")
    if plain(row["état"]) not in _STATES:
        yield row.problem("état", f"« {row['état']} » : il faut prévue, tenue, annulée ou reportée")
    if not row["lieu"]:
        yield row.problem("lieu", "le lieu est vide : écrivez-le, ou « à distance »")
    if row["mis à jour le"] and parse_date(row["mis à jour le"]) is None:
        yield row.problem("mis à jour le", "ce n’est pas une date : écrivez 01/09/2026")
    yield from _hours(row, row["fuseau"] or zone)


def _hours(row: Row, zone: str) -> Iterator[Problem]:
    day, start, end = parse_date(row["date"]), parse_time(row["début"]), parse_time(row["fin"])
    if day is None:
        yield row.problem("date", f"« {row['date']} » n’est pas une date : écrivez 14/01/2027")
    for heading, value in (("début", start), ("fin", end)):
        if value is None:
            yield row.problem(heading, f"« {row[heading]} » n’est pas une heure : écrivez 09:00")
    if not _is_zone(zone):
        yield row.problem("fuseau", f"« {zone} » n’est pas un fuseau horaire : écrivez par exemple Europe/Paris")
    elif day and start and end:
        yield from _local(row, HalfDay(day, Half.MORNING, start, end, zone))


def _local(row: Row, halfday: HalfDay) -> Iterator[Problem]:
    if halfday.start >= halfday.end:
        yield row.problem("fin", "la fin n’est pas après le début")
    for heading in ("début", "fin"):
        try:
            _ = halfday.starts_at if heading == "début" else halfday.ends_at
        except LocalTimeError:
            yield row.problem(heading, f"cette heure n’existe pas, ou existe deux fois, ce jour-là ({halfday.zone})")


def _differences(rows: Sequence[Row]) -> Iterator[Problem]:
    first, seen = rows[0], set()
    for row in rows:
        for heading in SAME:
            if row[heading] != first[heading]:
                reason = f"différent de la ligne {first.line} de la même session « {row['session']} »"
                yield row.problem(heading, reason)
        slot = (parse_date(row["date"]), _half(row))
        if slot in seen:
            yield row.problem("demi-journée", f"cette demi-journée est deux fois dans la session « {row['session']} »")
        seen.add(slot)


def _replaced(row: Row, groups: dict[str, list[Row]]) -> Iterator[Problem]:
    target, postponed = row["reportée sur"], plain(row["état"]) == SessionState.POSTPONED
    if target and not postponed:
        yield row.problem("reportée sur", "cette session n’est pas « reportée » : videz la cellule ou changez l’état")
    elif target and (target not in groups or target == row["session"]):
        yield row.problem("reportée sur", f"aucune autre session ne s’appelle « {target} »")


def _overlaps(name: str, sessions: Sequence[Session]) -> Iterator[Problem]:
    taken: dict[tuple[date, Half], str] = {}
    for session in sessions:
        for halfday in session.halfdays if session.counts else ():
            other = taken.setdefault((halfday.date, halfday.half), session.id)
            if other != session.id:
                slot = f"le {halfday.date:%d/%m/%Y}, {halfday.half.value.replace('_', '-')}"
                yield Problem(f"{name} › session {session.id}", f"{slot} est déjà pris par la session {other}")


def _session(rows: Sequence[Row], zone: str) -> Session:
    first = rows[0]
    number = _module(first["module"])
    halfdays = sorted((_halfday(row, zone) for row in rows), key=lambda half: (half.date, half.start))
    return Session(
        id=first["session"],
        module=number,
        kind=SessionKind.SUPPORT if number is None else SessionKind.MODULE,
        halfdays=tuple(halfdays),
        place=first["lieu"],
        address=first["adresse"],
        intervenants=_split(first["intervenants"]),
        methods=_split(first["méthodes"]),
        state=_STATES[plain(first["état"])],
        replaced_by=first["reportée sur"] or None,
    )


def _halfday(row: Row, zone: str) -> HalfDay:
    day = parse_date(row["date"]) or _NO_DATE
    start, end = parse_time(row["début"]) or _NO_TIME, parse_time(row["fin"]) or _NO_TIME
    return HalfDay(day, _half(row) or Half.MORNING, start, end, row["fuseau"] or zone)


def _half(row: Row) -> Half | None:
    return _HALVES.get(plain(row["demi-journée"]))


def _module(text: str) -> int | None:
    """Return the number, None for « accompagnement », 0 for anything else."""
    if plain(text) == SessionKind.SUPPORT:
        return None
    return int(text) if text.isascii() and text.isdigit() else 0


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("/") if part.strip())


def _is_id(text: str) -> bool:
    return 0 < len(text) <= 30 and text.isascii() and text.replace("-", "a").isalnum() and text == text.lower()


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
