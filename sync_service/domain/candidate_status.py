"""candidate_status.v1: all that « Où j’en suis » ever shows of the register (design.md §8).

Frozen: fields may be added, none may change its meaning. Sentences are ready to be read; dates are written in French,
but ``as_of``, RFC 3339. A decision appears only once it has been notified.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from sync_service.domain import french
from sync_service.domain.attendance import PlannedSession, Tally
from sync_service.domain.certification import Context, ModuleStanding, Standing, outcome_words
from sync_service.domain.dossier import DEPOSIT_WORDS, HANDED
from sync_service.domain.envelope import utc_text
from sync_service.domain.facts import FactKind
from sync_service.domain.gaps import Gap, gaps
from sync_service.domain.lms_state import Json
from sync_service.domain.reports.promotion import halfday_words, module_words
from sync_service.domain.typography import french as typeset

VERSION = 1


def candidate_status(standing: Standing, context: Context, *, read_at: datetime, complete: bool) -> dict[str, Json]:
    """Project what one person is shown; ``read_at`` is the last pull, ``complete`` whether it read everything."""
    programme = context.programme
    own = [gap for gap in gaps(standing, context) if gap.who == standing.role]
    return {
        "v": VERSION,
        "as_of": utc_text(read_at),
        "complete": complete,
        "role": standing.role,
        "next": _next(context),
        "todo": [_todo(gap) for gap in own],
        "dossier": _dossier(standing),
        "attendance": _attendance(standing.tally, programme.total_days, approximate=programme.approximate),
        "modules": [_module(m) for m in standing.modules if m.module.described],
        "activities": [{"key": key, "state": _state(standing, key)} for key, _ in programme.to_do],
        "jury": _jury(standing, context),
        "decision": _decision(standing, context),
        "contact": typeset(programme.contact),
    }


def _next(context: Context) -> Mapping[str, Json] | None:
    coming = [(key, s) for s in context.sessions if s.counts for key in s.halfdays if key.day >= context.as_of]
    if not coming:
        return None
    key, session = min(coming, key=lambda found: found[0])
    return {
        "when": f"{french.long_date(key.day)}{_hour(session, key.name)}",
        "place": typeset(session.place),
        "what": f"Module {session.module}" if session.module else "Accompagnement méthodologique",
    }


def _hour(session: PlannedSession, name: str) -> str:
    start = session.hours.get(name, "").split("-", maxsplit=1)[0]
    return f", {french.hour(time.fromisoformat(start))}" if start else ""


def _todo(gap: Gap) -> Mapping[str, Json]:
    text = gap.missing[:1].upper() + gap.missing[1:]
    by = french.long_date(gap.before) if gap.before else ""
    return {"text": text, "by": by, "keys": list(gap.activities)}


def _module(module: ModuleStanding) -> Mapping[str, Json]:
    """``key`` is its preparation's, and ``halfdays`` the text without it: Moodle itself says whether that is done."""
    return {
        "title": module.module.label,
        "text": module_words(module),
        "key": module.module.preparation,
        "halfdays": halfday_words(module),
    }


def _state(standing: Standing, key: str) -> str:
    """Return the register's last word on one activity: incomplete, complete, pass, fail, or unread."""
    found = standing.facts.get((FactKind.ACTIVITY.value, key))
    return found.text("state") if found else "unread"


def _dossier(standing: Standing) -> list[Json]:
    """``office``: the text is the office's own word, not what Moodle showed at the last pull."""
    office = standing.dossier.state in HANDED
    return [
        {
            "key": d.key, "label": d.label, "status": d.status, "office": office,
            "text": standing.dossier.words if office else _deposit_words(d.status),
        }
        for d in standing.dossier.deposits
    ]  # fmt: skip


def _deposit_words(status: str) -> str:
    return "" if status == "unread" else DEPOSIT_WORDS[status]


def _attendance(tally: Tally, total: int | None, *, approximate: bool) -> Mapping[str, Json]:
    absences = [
        f"{french.count(number, 'demi-journée')} d’absence {what}"
        for number, what in ((tally.excused, "justifiée"), (tally.unexcused, "injustifiée"))
        if number
    ]
    pending = (
        f"{french.count(tally.not_keyed, 'demi-journée')} non encore {'saisie' if tally.not_keyed < 2 else 'saisies'}"
    )
    return {
        "text": french.days_out_of(tally.attended, total, approximate=approximate),
        "excused": french.listing(absences),
        "pending": pending if tally.not_keyed else "",
    }


def _jury(standing: Standing, context: Context) -> str:
    jury = context.juries.get(standing.passage.jury) if standing.passage else None
    held: date | None = jury.held_on if jury and jury.held_on else context.programme.jury_on
    return french.long_date(held) if held else ""


def _decision(standing: Standing, context: Context) -> str:
    passage = standing.passage
    if passage is None or passage.notified_on is None or not passage.decision:
        return ""
    return f"{outcome_words(passage.decision, context.programme)} (notifiée le {french.long_date(passage.notified_on)})"
