"""From which day a document that is refused can be made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

from sync_service.domain.documents.letter import Letter
from sync_service.domain.entry import day_of
from sync_service.domain.event import Event
from sync_service.errors import CyclesyncError, UsageError
from sync_service.usecases.desk import Desk
from sync_service.usecases.papers import ALL, Asked, Papers, papers
from sync_service.usecases.standing import subject_named

MOST_DAYS = 80
"""How many days are tried before giving up."""
_ONE_DAY_IS_ENOUGH = frozenset({"halfday.recorded", "halfday.corrected"})


def earliest(desk: Desk, read_letter: Callable[[str], Letter], asked: Asked, *, after: date) -> date | None:
    """Return the first day after ``after`` on which what was asked can be made, None when no recorded fact allows it."""
    days = _days(desk, asked, after)
    if not days or _wrongly_named(papers(desk, read_letter, on=days[-1]), asked):
        return None
    for day in days[:MOST_DAYS]:
        if _possible(papers(desk, read_letter, on=day), asked):
            return day
    return None


def _wrongly_named(made: Papers, asked: Asked) -> bool:
    """Tell whether what was asked names something that no later day will know."""
    try:
        made.wanted(asked)
    except UsageError:
        return True
    except CyclesyncError:
        return False
    return False


def _possible(made: Papers, asked: Asked) -> bool:
    try:
        wanted, _ = made.wanted(asked)
        if asked.kind.about in {"jury", "promotion"}:
            wanted[0].build()
    except CyclesyncError:
        return False
    return bool(wanted)


def _days(desk: Desk, asked: Asked, after: date) -> list[date]:
    """Return the days on which something that may matter took effect, of one person's half-days the first only."""
    zone = ZoneInfo(desk.files.promotion.zone)
    subject = subject_named(desk.ledger, asked.candidate) if asked.candidate not in {"", ALL} else ""
    found: set[date] = set()
    first: dict[str, date] = {}
    for event in desk.ledger.events(promotion=desk.files.promotion.id):
        if event.valid_from is None or not _matters(event, subject):
            continue
        day = day_of(event.valid_from, zone)
        if event.type in _ONE_DAY_IS_ENOUGH:
            first[event.type] = min(day, first.get(event.type, day))
        else:
            found.add(day)
    return sorted(day for day in found | set(first.values()) if day > after)


def _matters(event: Event, subject: str) -> bool:
    if event.type.startswith(("session.", "document.", "export.", "promotion.")):
        return False
    return not subject or event.subject == subject or not event.subject.startswith("cand_")
