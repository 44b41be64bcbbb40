"""Make a report from the register."""

from __future__ import annotations

from datetime import date, datetime

from sync_service.domain import french
from sync_service.domain.attendance import FiledSheet, filed_sheets
from sync_service.domain.entry import Entry, end_of_day
from sync_service.domain.french import in_zone
from sync_service.domain.merkle import Frontier
from sync_service.domain.programme import Programme, programme_of
from sync_service.domain.promotion import PromotionFiles
from sync_service.domain.reports.attendance import attendance_report
from sync_service.domain.reports.candidate import candidate_report
from sync_service.domain.reports.catalogue import document_sentence
from sync_service.domain.reports.certificates import certificates_report
from sync_service.domain.reports.differences import differences_report
from sync_service.domain.reports.journal import journal_report
from sync_service.domain.reports.jury_list import jury_list_report
from sync_service.domain.reports.missing import missing_report
from sync_service.domain.reports.model import Ending, LastPull, Report, Stamp
from sync_service.domain.reports.modules import modules_report
from sync_service.domain.reports.outcome import outcome_report
from sync_service.domain.reports.promotion import promotion_report
from sync_service.errors import UsageError
from sync_service.ports import Ledger
from sync_service.usecases.standing import current_day, load, subject_named

OF_PROMOTION = {
    "promotion": promotion_report,
    "missing": missing_report,
    "jury": jury_list_report,
    "certificates": certificates_report,
    "modules": modules_report,
    "outcome": outcome_report,
    "differences": differences_report,
}
"""Reports made from where everyone of a promotion stands."""
NAMES = (*OF_PROMOTION, "candidate", "attendance", "journal")
_MADE_ELSEWHERE = frozenset({"integrity", "inspection"})
"""Reports of the command line that need more than one report: named in the sentence that lists them."""
NAMELESS = frozenset({"modules", "outcome", "integrity"})
"""Reports in which nobody is named."""
_OF_ONE = frozenset({"candidate", "attendance"})


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
    """Make one of the reports of ``NAMES``; ``candidate`` is a registration number or a subject: for R2, and for R4 of one person.

    ``as_of`` is the day looked at (today by default), ``known_at`` the moment of the register looked at (now by default).

    Raises:
        UsageError: no such report, no person named for R2, or nobody of that number.
    """
    if name not in NAMES:
        if document_sentence(name):
            raise UsageError(document_sentence(name))
        raise UsageError(
            f"Le rapport « {name[:40]} » n’existe pas : choisissez parmi {french.listing(sorted({*NAMES, *_MADE_ELSEWHERE}))}."
        )
    if name == "candidate" and not candidate:
        raise UsageError("Indiquez le matricule de la personne dont vous voulez la fiche de suivi.")
    programme = programme_of(files)
    day = as_of or (in_zone(now, programme.zone).date() if known_at else current_day(ledger, now, programme.zone))
    only = subject_named(ledger, candidate) if name in _OF_ONE and candidate else None
    loaded = load(ledger, files, as_of=day, known_at=known_at, only=only)
    ending = _ending(ledger, programme, loaded.pull, now=now, day=day, known_at=known_at, notices=notices)
    if only is not None and not loaded.standings:
        raise UsageError(f"Cette personne n’est pas inscrite dans la promotion {programme.label} à ce moment-là.")
    if name == "attendance":
        sheets = sheets_of(ledger, programme.promotion, until=known_at)
        return attendance_report(loaded.standings, loaded.context, ending, sheets, one=only is not None)
    if name == "candidate":
        return candidate_report(loaded.standings[0], loaded.context, ending)
    if name == "journal":
        names = {s.candidate.subject: s.name for s in loaded.standings}
        lines = (Entry(e) for e in ledger.events(promotion=programme.promotion, until=known_at))
        return journal_report(lines, names, programme, ending)
    return OF_PROMOTION[name](loaded.standings, loaded.context, ending)


def sheets_of(ledger: Ledger, promotion: str, *, until: datetime | None = None) -> dict[str, FiledSheet]:
    """Return the signed sheets of a promotion, by session."""
    return filed_sheets(
        [Entry(e) for e in ledger.events(types=["signin_sheet.filed"], promotion=promotion, until=until)]
    )


def ending_of(
    ledger: Ledger, files: PromotionFiles, pull: LastPull, *, now: datetime, day: date, known_at: datetime | None = None
) -> Ending:
    """Return the last lines of a report of this moment."""
    return _ending(ledger, programme_of(files), pull, now=now, day=day, known_at=known_at, notices=())


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
    size, root = register_at(ledger, known_at)
    stamp = Stamp(
        made_at=now,
        as_of=day,
        known_at=min(known_at or now, now),
        referential=programme.referential,
        size=size,
        root=root,
        zone=programme.zone,
    )
    return Ending(stamp, pull, notices)


def register_at(ledger: Ledger, known_at: datetime | None) -> tuple[int, str]:
    """Return the size and the root of the register at a moment."""
    head = ledger.head()
    if known_at is None or head.last_recorded_at is None or head.last_recorded_at <= known_at:
        return head.size, head.root
    tree = Frontier()
    for event in ledger.events(until=known_at):
        tree.append(bytes.fromhex(event.leaf))
    return tree.size, tree.root().hex()


def end_of(day: date, files: PromotionFiles) -> datetime:
    """Return the end of a day in the promotion's zone, for « known at » given as a day."""
    return end_of_day(day, programme_of(files).zone)
