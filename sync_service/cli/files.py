"""One person’s file as a folder: the summary, the two reports, the documents, the proofs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sync_service.domain import french

if TYPE_CHECKING:
    from datetime import date

    from sync_service.bootstrap import App
    from sync_service.domain.certification import Standing
    from sync_service.domain.promotion import PromotionFiles
    from sync_service.usecases.person_file import PersonFile

_MANY = (".observed", "halfday.", "source.", "export.")
"""Lines that are too many for a proof each; any of them is proved by « cyclesync ledger prove --line »."""


def gather(app: App, files: PromotionFiles, subject: str, *, now: datetime, day: date, others: bool) -> PersonFile:
    """Gather one person’s file from the register and the documents kept. Raises UsageError."""
    from sync_service.usecases.person_file import person_file

    return person_file(app.stores.ledger, files, app.blobs, subject, now=now, day=day, others=others)


def summary_files(app: App, files: PromotionFiles, found: PersonFile, *, now: datetime, title: str) -> dict[str, bytes]:
    """Draw the page that sums up, its annex of lines, the follow-up sheet and the attendance of one person."""
    from sync_service.cli.marking import draw
    from sync_service.domain.reports.person_file import file_summary
    from sync_service.domain.reports.person_summary import ANNEX, person_summary
    from sync_service.usecases.report import report

    standing, context = found.standing, found.context
    page = person_summary(standing, found.chapters, list(found.documents), context, found.ending, title=title)
    lines = file_summary(
        standing, found.chapters, found.names, context, found.ending, title=f"{title}, lignes du registre"
    )
    pages = {"0-synthese": page, ANNEX: lines}
    made = {f"{name}.{form}": draw(app, one, form) for name, one in pages.items() for form in ("html", "pdf")}
    subject = found.standing.candidate.subject
    for name, shown in (("candidate", "0-fiche-de-suivi"), ("attendance", "0-assiduite")):
        one = report(name, app.stores.ledger, files, now=now, as_of=found.context.as_of, candidate=subject)
        made |= {f"{shown}.{form}": draw(app, one, form) for form in ("html", "pdf")}
    return made


def proofs(app: App, found: PersonFile) -> bytes:
    """Prove the office’s acts about one person, what they protect revealed; the register must have been sealed."""
    from sync_service.adapters.documents.proof_zip import proof_zip
    from sync_service.adapters.ledger_sql import prove
    from sync_service.cli.marking import notices

    lines = [
        entry.event.seq
        for chapter in found.chapters
        for entry in chapter.entries
        if not any(part in entry.type for part in _MANY)
    ]
    return proof_zip(prove(app.stores, lines, reveal=True), "preuves", notices(app))


def folder_name(rank: int, standing: Standing) -> str:
    """Return the name of one person’s folder, letters and digits only; her identifier when her name was erased."""
    identity = standing.candidate.identity
    name = f"{identity.full_name} {identity.matricule}" if identity else standing.candidate.subject[:14]
    return f"{rank:02d}-{french.code_of(name)}"
