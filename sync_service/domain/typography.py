"""French typography: applied once to every text that people read, so that files may be written with plain spaces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time

NBSP = "\u00a0"
NARROW = "\u202f"
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w|«)")
_BEFORE = re.compile(r"[ \u00a0\u202f]+([:;?!%»])(?=[\s.,)\]»*]|$)")
_AFTER = re.compile(r"«[ \u00a0\u202f]+")
_HOUR = re.compile(r"(?<=\d) h (?=\d\d)")
_DATE = re.compile(rf"(?<=\d) (?=(?:{'|'.join(_MONTHS)})\b)|(?<=1er) (?=(?:{'|'.join(_MONTHS)})\b)")
_YEAR = re.compile("|".join(rf"(?<=\b{month}) (?=\d{{4}}\b)" for month in _MONTHS))
_PHONE = re.compile(r"\b0\d(?: \d\d){4}\b")
_UNIT = re.compile(r"(?<=\d) (?=(?:h|jours?|Mo|minutes|activités|modules)\b)")


def french(text: str) -> str:
    """Return ``text`` with French apostrophes and unbreakable spaces; never changes a word."""
    text = unbreakable(_APOSTROPHE.sub("’", text))
    text = _HOUR.sub(f"{NBSP}h{NBSP}", text)
    return _UNIT.sub(NBSP, text)


def french_title(text: str) -> str:
    """Return ``text`` as ``french`` does, its dates written in words unbreakable: a title is never cut inside one."""
    return _YEAR.sub(NBSP, _DATE.sub(NBSP, french(text)))


def french_prose(text: str) -> str:
    """Return ``text`` as ``french`` does, a line never cut between a day and its month, nor in a telephone number."""
    text = _PHONE.sub(lambda found: found[0].replace(" ", NBSP), french(text))
    return _DATE.sub(NBSP, text)


def unbreakable(text: str) -> str:
    """Return ``text`` with unbreakable spaces inside « » and before : ; ? ! %; every other character is kept."""
    text = _AFTER.sub(f"«{NBSP}", text)
    return _BEFORE.sub(lambda found: _space(found[1]) + found[1], text)


def french_time(moment: time) -> str:
    """Return « 9 h 00 »."""
    return f"{moment.hour}{NBSP}h{NBSP}{moment.minute:02d}"


def french_date(day: date, *, weekday: bool = False) -> str:
    """Return « 14 janvier 2027 », or « jeudi 14 janvier 2027 »."""
    text = f"{_day_number(day)} {_MONTHS[day.month - 1]} {day.year}"
    return f"{_DAYS[day.weekday()]} {text}" if weekday else text


def french_days(days: Sequence[date]) -> str:
    """Return « 14 et 15 janvier 2027 », « 30 septembre et 1er octobre 2026 »: sorted, nothing repeated."""
    ordered = sorted(set(days))
    parts: list[str] = []
    for position, day in enumerate(ordered):
        following = ordered[position + 1] if position + 1 < len(ordered) else None
        text = _day_number(day)
        if following is None or (following.year, following.month) != (day.year, day.month):
            text += f" {_MONTHS[day.month - 1]}"
        if following is None or following.year != day.year:
            text += f" {day.year}"
        parts.append(text)
    return french_list(parts)


def french_list(parts: Sequence[str]) -> str:
    """Return « a », « a et b », « a, b et c »."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} et {parts[-1]}"


def _day_number(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def _space(mark: str) -> str:
    return NARROW if mark in ";?!" else NBSP
