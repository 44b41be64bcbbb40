"""A second presentation, and absence before the jury: what the referential allows, and until when (Q15, Q16).

Signals and dates only: the office decides, nothing is refused here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sync_service.domain import french, periods
from sync_service.domain.jury import Jury, Passage

POSTPONED = "ajourne"
"""The decision after which a person may come back."""


@dataclass(frozen=True, slots=True)
class AttemptRules:
    """How many more times a person may come back, within what time, redoing what."""

    second_attempts: int
    within: str
    """ISO 8601 duration, from the notification."""
    redo: str
    justified_next: bool
    unjustified_counts: bool


@dataclass(frozen=True, slots=True)
class Attempts:
    """Where one person stands with her presentations."""

    counted: int
    """Presentations that count."""
    left: int
    """How many more the referential allows; never below 0."""
    before: date | None
    """Last day of a new presentation, None while the decision is not notified or nothing is awaited."""
    awaited: bool
    """Whether she was put off and told so, and the referential lets her come back."""
    absent: str
    """« excuse » or « absent » when that is how her last session ended."""
    signals: tuple[str, ...]


def attempts(found: Sequence[Passage], juries: Mapping[str, Jury], rules: AttemptRules, as_of: date) -> Attempts:
    """Count presentations and say what deserves a look on the day looked at."""
    decided = [p for p in found if _counts(p, rules)]
    allowed = 1 + rules.second_attempts
    left = max(0, allowed - len(decided))
    put_off = next((p for p in reversed(found) if p.decision), None)
    postponed = put_off if put_off is not None and put_off.decision == POSTPONED else None
    before = periods.after(postponed.notified_on, rules.within) if postponed and postponed.notified_on else None
    last = found[-1] if found else None
    absent = last.presence if last and last.presence in {"excuse", "absent"} and last.decision in {"", "absent"} else ""
    said = [*_too_many(found, decided, allowed, postponed), *_too_late(postponed, last, before, juries, as_of)]
    return Attempts(
        counted=len(decided),
        left=left,
        before=before,
        awaited=postponed is not None and postponed.notified_on is not None and left > 0,
        absent=absent,
        signals=(*said, *_absence(absent, rules)),
    )


def _counts(held: Passage, rules: AttemptRules) -> bool:
    if held.presence == "absent":
        return rules.unjustified_counts
    return held.presence != "excuse" and held.decision not in {"", "absent"}


def _too_many(
    found: Sequence[Passage], decided: Sequence[Passage], allowed: int, postponed: Passage | None
) -> list[str]:
    waiting = [p for p in found if not p.decision and p.presence not in {"absent", "excuse"}]
    said = french.count(allowed, "présentation")
    if len(decided) > allowed or (waiting and len(decided) >= allowed):
        return [f"présentation n° {len(decided) + bool(waiting)}, le référentiel en prévoit {allowed} (Q15)"]
    if postponed is not None and len(decided) >= allowed:
        return [f"ajourné(e) après {said}, autant que le référentiel en prévoit (Q15)"]
    return []


def _too_late(
    postponed: Passage | None, last: Passage | None, before: date | None, juries: Mapping[str, Jury], as_of: date
) -> list[str]:
    if postponed is None or before is None or last is None:
        return []
    jury = juries.get(last.jury) if last is not postponed else None
    if jury is not None and jury.held_on is not None and jury.held_on > before:
        day = french.short_date(jury.held_on)
        return [
            f"session de jury du {day}, après la limite de la seconde présentation : {french.short_date(before)} (Q15)"
        ]
    if last is postponed and as_of > before:
        return [f"seconde présentation possible jusqu’au {french.short_date(before)} : délai dépassé (Q15)"]
    return []


def _absence(absent: str, rules: AttemptRules) -> list[str]:
    if absent == "excuse":
        what = "à la session de jury suivante" if rules.justified_next else "sans report prévu"
        return [f"absence justifiée devant le jury : {what} (Q16)"]
    if absent == "absent":
        counted = "compte" if rules.unjustified_counts else "ne compte pas"
        return [f"absence non justifiée devant le jury : elle {counted} comme une présentation (Q16)"]
    return []
