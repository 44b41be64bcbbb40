"""Make a report from the register."""

from __future__ import annotations

from datetime import date, datetime

from sync_service.domain.entry import end_of_day
from sync_service.domain.event import Event
from sync_service.domain.french import in_zone
from sync_service.domain.programme import Programme, programme_of
from sync_service.domain.promotion import PromotionFiles
from sync_service.domain.reports.candidate import candidate_report
from sync_service.domain.reports.missing import missing_report
from sync_service.domain.reports.model import Ending, LastPull, Report, Stamp
from sync_service.domain.reports.promotion import promotion_report
from sync_service.errors import UsageError
from sync_service.ports import Ledger
from sync_service.usecases.standing import load, subject_named

NAMES = ("promotion", "candidate", "missing")


def report(
    name: str,
    ledger: Ledger,
    files: PromotionFiles,
    *,
    now: datetime,
    as_of: date | None = None,
    known_at: datetime | None = None,
    candidate: str | None = None,
    notices: tuple[str, ...] = (),
) -> Report:
    """Make a report: ``promotion`` (R1), ``candidate`` (R2, with a registration number or a subject), ``missing`` (R3).

    ``as_of`` is the day looked at (today by default), ``known_at`` the moment of the register looked at (now by default).

    Raises:
        UsageError: no such report, no person named for R2, or nobody of that number.
    """
    if name not in NAMES:
        raise UsageError(f"Le rapport « {name[:40]} » n’existe pas : choisissez promotion, candidate ou missing.")
    if name == "candidate" and not candidate:
        raise UsageError("Indiquez le matricule de la personne dont vous voulez la fiche de suivi.")
    programme = programme_of(files)
    day = as_of or in_zone(now, programme.zone).date()
    only = subject_named(ledger, candidate) if name == "candidate" and candidate else None
    loaded = load(ledger, files, as_of=day, known_at=known_at, only=only)
    ending = _ending(ledger, programme, loaded.pull, now=now, day=day, known_at=known_at, notices=notices)
    if name == "candidate":
        if not loaded.standings:
            raise UsageError(f"Cette personne n’est pas inscrite dans la promotion {programme.label} à ce moment-là.")
        return candidate_report(loaded.standings[0], loaded.context, ending)
    make = promotion_report if name == "promotion" else missing_report
    return make(loaded.standings, loaded.context, ending)


def _ending(
    ledger: Ledger,
    programme: Programme,
    pull: LastPull,
    *,
    now: datetime,
    day: date,
    known_at: datetime | None,
    notices: tuple[str, ...],
) -> Ending:
    size, reference = register_at(ledger, known_at)
    stamp = Stamp(
        made_at=now,
        as_of=day,
        known_at=min(known_at or now, now),
        referential=programme.referential,
        size=size,
        reference=reference,
        zone=programme.zone,
    )
    return Ending(stamp, pull, notices)


def register_at(ledger: Ledger, known_at: datetime | None) -> tuple[int, str]:
    """Return the size and the 16-digit reference of the register at a moment; now, its root."""
    head = ledger.head()
    if known_at is None or head.last_recorded_at is None or head.last_recorded_at <= known_at:
        return head.size, head.root[:16]
    last: Event | None = None
    for event in ledger.events(until=known_at):
        last = event
    return (last.seq + 1, last.leaf[:16]) if last else (0, "0" * 16)


def end_of(day: date, files: PromotionFiles) -> datetime:
    """Return the end of a day in the promotion's zone, for « known at » given as a day."""
    return end_of_day(day, programme_of(files).zone)
