"""What everything printed must say of where it comes from: a demonstration, or a register found altered (ADR 0011)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from sync_service.bootstrap import App
    from sync_service.domain.documents.model import Document
    from sync_service.domain.reports.model import Report
    from sync_service.domain.workbook.model import Workbook

DEMO = "demo/"
SPECIMEN = "SPÉCIMEN – démonstration\u00a0: personnes, dates et décisions fictives."
_ACTS = frozenset({"certificate", "duplicate"})
"""Acts of an authority: they do not speak of the machine that drew them."""


def specimen(app: App) -> tuple[str, ...]:
    """Return what a demonstration says of itself, nothing for a real register."""
    return specimen_of(app.stores.origin)


def specimen_of(origin: str) -> tuple[str, ...]:
    """Return what a register of this origin says of itself: that it is a demonstration, or nothing."""
    return (SPECIMEN,) if origin.startswith(DEMO) else ()


def alarms(app: App) -> tuple[str, ...]:
    """Return what the last verifications of the register, or the office that went on, oblige to say."""
    alarm, line = app.stores.alarm(), app.stores.broken_line()
    said = () if alarm is None else (alarm.line(ZoneInfo(app.config.daemon.zone)),)
    if line is None:
        return said
    return (*said, f"Une rupture de l’intégrité du registre est inscrite à sa ligne {line}.")


def notices(app: App) -> tuple[str, ...]:
    """Return both, in the order in which they are printed."""
    return (*specimen(app), *alarms(app))


def marked(app: App, report: Report) -> Report:
    """Return a report that says it first."""
    return mark(report, notices(app))


def mark(report: Report, said: tuple[str, ...]) -> Report:
    """Return a report that says some sentences first, in every form, a machine's included."""
    new = tuple(sentence for sentence in said if sentence not in report.notices)
    return replace(report, notices=(*new, *report.notices), marks=said)


def draw(app: App, report: Report, form: str, *, profile: str = "excel") -> bytes:
    """Return a report in the form that was asked for, marked. Raises UsageError for another form."""
    from sync_service.adapters.documents.rendering import render

    return render(marked(app, report), form, profile=profile)


def marked_document(app: App, document: Document) -> Document:
    """Return a document that says it; a certificate says only that it is a specimen."""
    said = specimen(app) if document.kind in _ACTS else notices(app)
    return replace(document, notices=said)


def marked_book(app: App, book: Workbook) -> Workbook:
    """Return a workbook whose first page says it."""
    said = notices(app)
    title = f"SPÉCIMEN – {book.title}" if specimen(app) else book.title
    return replace(book, title=title, read_me=(*said, *book.read_me))


def with_notices(text: bytes, said: tuple[str, ...]) -> bytes:
    """Return a text file that says it first."""
    return "".join(f"{sentence}\n\n" for sentence in said).encode() + text


def seal_if_sound(app: App) -> None:
    """Sign a checkpoint, unless the register was found altered: the last one signed before then serves.

    Raises:
        IntegrityError: the register is not what its checkpoints say.
    """
    from sync_service.adapters.ledger_sql import sign_checkpoint

    alarm = app.stores.alarm()
    if alarm is None or not alarm.blocking:
        sign_checkpoint(app.stores, app.clock.now())
