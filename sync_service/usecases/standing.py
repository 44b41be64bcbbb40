"""Load from the register where the people of a promotion stand, as of a day, as known at a moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sync_service.domain.attendance import sessions
from sync_service.domain.candidate import Candidate, of_promotion
from sync_service.domain.certification import Context, Standing, stand
from sync_service.domain.entry import Entry, pair, until
from sync_service.domain.french import in_zone
from sync_service.domain.jury import juries
from sync_service.domain.programme import Programme, programme_of
from sync_service.domain.promotion import PromotionFiles
from sync_service.domain.reports.model import LastPull
from sync_service.domain.seen import ReadRun
from sync_service.errors import UsageError
from sync_service.ports import Ledger, RunRecord
from sync_service.usecases.people import known_people
from sync_service.usecases.pull import CHANGES_ONLY

SHARED_TYPES = (
    "session.planned", "session.changed", "session.cancelled", "jury.constituted", "jury.convened",
    "jury.member_recused", "minutes.drawn_up", "minutes.signed",
)  # fmt: skip
RECENT = 500
"""How many pulls back freshness is looked for."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A promotion at one moment."""

    context: Context
    standings: tuple[Standing, ...]
    pull: LastPull


def load(
    ledger: Ledger, files: PromotionFiles, *, as_of: date, known_at: datetime | None = None, only: str | None = None
) -> Loaded:
    """Load everyone of a promotion, or one subject. Everything comes from the register, but titles and dates due."""
    programme = programme_of(files)
    runs = _runs(ledger, programme.promotion, known_at)
    context = _context(ledger, programme, runs, as_of, known_at)
    people = of_promotion(known_people(ledger, until=known_at), programme.promotion)
    shown = _shown(people)
    standings = tuple(
        stand(p, entries_of(ledger, p.subject, until=known_at), context, shown=shown[p.subject])
        for p in people
        if only is None or p.subject == only
    )
    return Loaded(context, standings, last_pull(runs))


def load_context(ledger: Ledger, files: PromotionFiles, *, as_of: date) -> Context:
    """Load what is shared by everyone of a promotion."""
    programme = programme_of(files)
    return _context(ledger, programme, _runs(ledger, programme.promotion, None), as_of, None)


def _shown(people: Sequence[Candidate]) -> dict[str, str]:
    """Return the name to show of each person: with the registration number when two bear the same."""
    names = Counter(p.name for p in people)
    return {
        p.subject: f"{p.name} ({p.identity.matricule})" if p.identity and names[p.name] > 1 else p.name for p in people
    }


def _context(
    ledger: Ledger, programme: Programme, runs: tuple[RunRecord, ...], as_of: date, known_at: datetime | None
) -> Context:
    events = tuple(ledger.events(types=SHARED_TYPES, promotion=programme.promotion, until=known_at))
    entries = pair(events, ledger.reveal(events))
    current = until([e for e in entries if not e.type.startswith("session.")], as_of, programme.zone)
    return Context(
        programme=programme,
        sessions=sessions(entries),
        juries=juries(current),
        runs=tuple(read_run(r) for r in runs),
        as_of=as_of,
    )


def entries_of(ledger: Ledger, subject: str, *, until: datetime | None = None) -> tuple[Entry, ...]:
    """Return the entries of one subject with their payloads."""
    events = tuple(ledger.events(subject=subject, until=until))
    return pair(events, ledger.reveal(events))


def jury_entries(ledger: Ledger, jury: str, promotion: str) -> tuple[Entry, ...]:
    """Return the entries of a session de jury in one promotion: another promotion may give its own the same name."""
    return tuple(e for e in entries_of(ledger, f"jury:{jury}") if e.event.promotion in {None, "", promotion})


def current_day(ledger: Ledger, now: datetime, zone: ZoneInfo) -> date:
    """Return today, or the day of the register's newest line when this machine's clock is before it.

    A demonstration's year is to come, and a clock may be wrong: what is shown never stops before the register's own day.
    """
    newest = ledger.head().last_recorded_at
    return in_zone(max(now, newest) if newest else now, zone).date()


def subject_named(ledger: Ledger, who: str, people: dict[str, Candidate] | None = None) -> str:
    """Return the subject of a registration number, or of a subject given as such. Raises UsageError."""
    if who.startswith("cand_") and who in (known_people(ledger) if people is None else people):
        return who
    found = ledger.find("matricule", who)
    if found is None:
        raise UsageError(
            "Aucun stagiaire ne porte ce matricule : vérifiez-le dans la liste, ou importez d’abord la liste des stagiaires."
        )
    return found


def _runs(ledger: Ledger, promotion: str, known_at: datetime | None) -> tuple[RunRecord, ...]:
    return tuple(
        run
        for run in ledger.runs(kind="pull", limit=RECENT)
        if run.promotion in {"", promotion}
        and run.finished_at is not None
        and (known_at is None or run.finished_at <= known_at)
    )


def read_run(run: RunRecord) -> ReadRun:
    """Keep of a run what freshness needs."""
    if run.finished_at is None:
        raise ValueError("unfinished run")
    read = run.outcome in {"done", "partial"}
    return ReadRun(run.finished_at, read, {u.object: u.reason for u in run.unread}, run.note == CHANGES_ONLY)


def last_pull(runs: tuple[RunRecord, ...]) -> LastPull:
    """Return what the newest pull covered."""
    if not runs:
        return LastPull(None, "")
    newest = runs[0]
    good = [r for r in runs if r.outcome in {"done", "partial"}]
    whole = next((r for r in good if r.note != CHANGES_ONLY), None)
    return LastPull(
        finished_at=newest.finished_at,
        outcome=newest.outcome,
        changes_only=newest.note == CHANGES_ONLY,
        last_good_at=good[0].finished_at if good else None,
        whole_at=whole.finished_at if whole else None,
        unread=tuple(Counter(u.reason for u in whole.unread).most_common()) if whole else (),
    )
