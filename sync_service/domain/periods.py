"""Periods as the referential writes them (ISO 8601: « P2M », « P5Y »), counted in calendar months from a day."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from sync_service.domain import french

_PERIOD = re.compile(r"P(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,5})D)?")


def after(day: date, period: str) -> date | None:
    """Return the day a period after ``day``; the last of the month when that day does not exist; None for « permanent ».

    Raises ValueError when it is not a period.
    """
    if period == "permanent":
        return None
    found = _PERIOD.fullmatch(period)
    if found is None or not any(found.groups()):
        raise ValueError(f"not a period: {period[:20]}")
    years, months, days = (int(part or 0) for part in found.groups())
    index = day.year * 12 + day.month - 1 + years * 12 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)) + timedelta(days=days)


def words(period: str) -> str:
    """Say « 5 ans », « 1 an et 6 mois », « permanente » of a period. Raises ValueError when it is not one."""
    if period == "permanent":
        return "permanente"
    found = _PERIOD.fullmatch(period)
    if found is None or not any(found.groups()):
        raise ValueError(f"not a period: {period[:20]}")
    names = (("an", "ans"), ("mois", "mois"), ("jour", "jours"))
    said = [french.count(int(part), *name) for part, name in zip(found.groups(), names, strict=True) if part]
    return french.listing(said)
