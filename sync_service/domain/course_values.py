"""What the placeholders of a layout stand for, taken from the cycle, the promotion and its calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from html import escape

from sync_service.domain.calendar import Calendar
from sync_service.domain.cycle import Cycle, Organiser
from sync_service.domain.placeholders import Values
from sync_service.domain.promotion import Promotion
from sync_service.domain.session_text import calendar_table, when_block, zone_words
from sync_service.domain.typography import NBSP, french, french_date


def course_values(
    cycle: Cycle, promotion: Promotion, calendar: Calendar, *, tracked: int, updated_on: date | None
) -> Values:
    """Return the values that hold in the whole course."""
    texts = {**_cycle_texts(cycle), **_promotion_texts(cycle, promotion), "tracked.count": str(tracked)}
    blocks = {
        "calendar.table": calendar_table(cycle, calendar, promotion.zone, updated_on),
        "support.when": when_block(calendar.support(), calendar, promotion.zone),
        "cycle.objectives": f"<ul>{''.join(f'<li>{quoted(line)}</li>' for line in cycle.objectives)}</ul>",
        "cycle.context": quote_block(cycle.context),
        "cycle.methods": quote_block(cycle.methods),
    }
    return Values(texts, blocks)


def module_values(cycle: Cycle, promotion: Promotion, calendar: Calendar, number: int) -> Values:
    """Return the values that hold in the section of one module."""
    module = cycle.module(number)
    texts = {"module.number": str(number), "module.title": module.title or "", "module.label": module.label}
    blocks = {
        "module.when": when_block(calendar.of_module(number), calendar, promotion.zone),
        "module.text": quote_block(module.text),
    }
    return Values(texts, blocks)


def organiser_line(organiser: Organiser) -> str:
    """Return « INSET d’Angers, rue du Nid de Pie, CS 62020, 49016 Angers Cedex 1, tél. 02 41 22 41 22 »."""
    street = organiser.street[:1].lower() + organiser.street[1:]
    phone = organiser.phone.replace(" ", NBSP)
    return f"{organiser.institute}, {street}, {organiser.postcode} {organiser.city}, tél. {phone}"


def due_words(due_day: date, zone: str) -> str:
    """Return « 19 mai 2027, 23 h 59, heure de Paris »."""
    return f"{french_date(due_day)}, 23{NBSP}h{NBSP}59, {zone_words(zone)}"


def quote_block(sentences: Sequence[str]) -> str:
    """Return sentences of the source document between « » in a block quote; empty when there is none."""
    return f"<blockquote><p>{quoted(' '.join(sentences))}</p></blockquote>" if sentences else ""


def quoted(text: str) -> str:
    """Return ``text`` between French quotation marks, escaped for HTML."""
    return escape(french(f"« {text.rstrip(' ;')} »"), quote=False)


def _cycle_texts(cycle: Cycle) -> dict[str, str]:
    rules = cycle.rules
    return {
        "cycle.title": cycle.title,
        "cycle.days": str(cycle.duration.days),
        "cycle.modules": str(len(cycle.modules)),
        "cycle.alternation": cycle.principles[0],
        "cycle.reflexivity": cycle.principles[1],
        "cycle.assessment": cycle.texts["assessment"],
        "organiser": organiser_line(cycle.organiser),
        "certificate.footnote": rules.certificate.footnote,
        "dossier.max_size": f"{rules.dossier.max_bytes // 1024**2}{NBSP}Mo",
        "dossier.required_documents": ", ".join(rules.dossier.required_documents),
    }


def _promotion_texts(cycle: Cycle, promotion: Promotion) -> dict[str, str]:
    contact, deadlines = promotion.contact, promotion.deadlines
    general = contact.general or organiser_line(cycle.organiser)
    due = deadlines.dossier_due_day
    return {
        "promotion.label": promotion.label,
        "promotion.site": promotion.site,
        "contact": contact.general,
        "contact.absence": contact.absence or general,
        "contact.connection": contact.connection or general,
        "contact.accommodation": contact.accommodation or general,
        "contact.dossier": contact.dossier or general,
        "contact.pages": contact.pages or general,
        "dossier.readers": promotion.readers,
        "dossier.due": due_words(due, promotion.zone) if due else "",
        "dossier.due_day": french_date(due) if due else "",
        "jury.date": french_date(deadlines.jury_date) if deadlines.jury_date else "",
        "jury.place": deadlines.jury_place,
        "certificate.handover": promotion.certificate_handover,
    }


def stamp_of(promotion: Promotion, calendar: Calendar) -> datetime:
    """Return a moment that changes only with the calendar: its last update, else the promotion's first day (UTC)."""
    return datetime.combine(calendar.updated_on or promotion.starts_on, time(), UTC)
