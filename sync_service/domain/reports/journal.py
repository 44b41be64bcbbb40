"""R14: the journal of a promotion, line by line, for a control or the data-protection officer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sync_service.domain import french
from sync_service.domain.entry import Entry
from sync_service.domain.event_types import label_of
from sync_service.domain.line_words import reason_words
from sync_service.domain.object_words import object_words, subject_words
from sync_service.domain.programme import Programme
from sync_service.domain.reports.model import Column, Ending, Report, Section, Table

COLUMNS = (
    Column("seq", "Ligne", head=True),
    Column("recorded_at", "Enregistré le"),
    Column("valid_from", "Effet au"),
    Column("label", "Ce qui est enregistré"),
    Column("about", "Objet"),
    Column("who", "Concerne"),
    Column("actor", "Par"),
    Column("source", "Origine"),
    Column("grade", "Preuve"),
    Column("why", "Motif"),
    Column("replaces", "Remplace la ligne"),
    Column("leaf", "Empreinte"),
    Column("type", "Type", on_page=False, for_machines=True),
    Column("id", "Identifiant", on_page=False, for_machines=True),
    Column("object", "Code de l’objet", on_page=False, for_machines=True),
    Column("reason", "Code du motif", on_page=False, for_machines=True),
)
ROUTES = {
    "feed": "fil Moodle",
    "snapshot": "lecture Moodle",
    "polling": "lecture Moodle",
    "act": "saisie",
    "import": "fichier",
}


def journal_report(entries: Iterable[Entry], names: Mapping[str, str], programme: Programme, ending: Ending) -> Report:
    """Make R14; ``names`` are those of the people of the promotion, by subject: the journal itself holds none."""
    lines = tuple(entries)
    seqs = {entry.event.id: entry.event.seq for entry in lines}
    rows = tuple(_row(entry, names, seqs, programme) for entry in lines)
    sentences = (
        f"{french.count(len(rows), 'ligne')} du registre concernent cette promotion ; les autres promotions n’y sont pas.",
        "Chaque ligne est enregistrée une fois et ne change jamais ; une mention rectificative nomme la ligne qu’elle remplace.",
    )
    return Report(
        code="R14",
        name="journal",
        title=f"Journal – promotion {programme.label}",
        subtitle=f"Cycle « {programme.title} »",
        sections=(
            Section("En bref", sentences=sentences),
            Section("Lignes", tables=(Table("journal", "Lignes du registre, dans l’ordre", COLUMNS, rows),)),
        ),
        footers=ending.footers(),
        notices=ending.notices,
        stamp=ending.stamp,
        main="journal",
    )


def _row(
    entry: Entry, names: Mapping[str, str], seqs: Mapping[str, int], programme: Programme
) -> tuple[str | int | date | None, ...]:
    event = entry.event
    replaced = ", ".join(str(seqs[i]) for i in event.replaces if i in seqs)
    return (
        event.seq,
        french.short_moment(event.recorded_at, programme.zone),
        entry.day(programme.zone),
        label_of(event.type),
        object_words(entry.object, programme.activities),
        names.get(event.subject) or subject_words(event.subject) or "personne d’une autre promotion",
        _actor(event.actor),
        ROUTES.get(str(event.source.get("route", "")), ""),
        str(event.evidence.get("grade", "")),
        reason_words(event.reason),
        replaced,
        event.leaf[:16],
        event.type,
        event.id,
        entry.object,
        event.reason or "",
    )


def _actor(actor: Mapping[str, object]) -> str:
    capacity = str(actor.get("capacity") or "")
    return f"{actor.get('ref', '')} ({capacity})" if capacity else str(actor.get("ref", ""))
