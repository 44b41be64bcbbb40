"""Exemptions from modules, granted by the office (domain.md §2.4 Q05): their half-days count apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sync_service.domain.attendance import HalfDayKey, PlannedSession
from sync_service.domain.entry import Entry

REASONS = {
    "equivalence": "équivalence",
    "experience": "expérience",
    "module_elsewhere": "suivi ailleurs",
    "other": "autre",
}


def exempted_modules(entries: Iterable[Entry]) -> frozenset[int]:
    """Return the numbers of the modules that a person is exempted from."""
    return frozenset(e.number("module") for e in entries if e.type == "exemption.granted" and e.number("module"))


def exempt_halfdays(entries: Iterable[Entry], sessions: Sequence[PlannedSession]) -> frozenset[HalfDayKey]:
    """Return the half-days of those modules."""
    modules = exempted_modules(entries)
    return frozenset(key for session in sessions if session.module in modules for key in session.halfdays)
