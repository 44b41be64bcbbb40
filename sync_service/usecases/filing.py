"""Keep the documents that the office files with its acts: the blob first, then the line that names it (design.md §4)."""

from __future__ import annotations

from sync_service.domain import french
from sync_service.domain.act_rows import ActRow
from sync_service.domain.event import Series
from sync_service.errors import UsageError
from sync_service.ports import BlobStore
from sync_service.usecases.desk import Desk
from sync_service.usecases.standing import subject_named

_OF_DOSSIER = frozenset({
    "piece-recue", "dossier-transmis", "dossier-controle", "dossier-incomplet", "dossier-complet", "dossier-recevable",
    "derogation", "dossier-remis-au-jury", "relance", "dossier-irrecevable", "dossier-ouvert", "piece-retiree",
})  # fmt: skip
_OF_ATTENDANCE = frozenset({"feuille-signee", "presence", "mise-en-application", "dispense-accordee"})


def series_of_row(row: ActRow) -> Series:
    """Return the series of the tableau de gestion that the document of an act belongs to."""
    code = french.code_of(row.act)
    if code in _OF_DOSSIER:
        return Series.DOSSIER
    return Series.ATTENDANCE if code in _OF_ATTENDANCE else Series.REGISTER


def file_document(desk: Desk, blobs: BlobStore, row: ActRow, content: bytes) -> str:
    """Keep the document of one line and return its SHA-256; empty when the line names nobody and nothing.

    A line that is refused afterwards leaves the document behind, encrypted like the others: filing it again keeps one.
    """
    subject = _subject(desk, row)
    if not subject:
        return ""
    return blobs.put(content, subject=subject, series=series_of_row(row), now=desk.filing.observed_at)


def _subject(desk: Desk, row: ActRow) -> str:
    if row.who:
        try:
            return subject_named(desk.ledger, row.who)
        except UsageError:
            return ""  # the line is about to be refused, with its reason
    if row.jury:
        return f"jury:{row.jury}"
    return f"sess:{desk.filing.promotion}/{row.session}" if row.session else ""
