"""The summary of one person’s file: chapter by chapter, each line, each document, each thing missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from sync_service.domain import french
from sync_service.domain.certification import Context, Standing
from sync_service.domain.entry import Entry
from sync_service.domain.object_words import label_words
from sync_service.domain.payload_words import payload_words
from sync_service.domain.person_file import Chapter, digests_of
from sync_service.domain.programme import Programme
from sync_service.domain.reports.model import Cell, Column, Ending, Report, Section, Table

COLUMNS = (
    Column("line", "Ligne", head=True),
    Column("effect", "Effet au"),
    Column("recorded_at", "Enregistrée le"),
    Column("label", "Ce qui est enregistré"),
    Column("content", "Contenu"),
    Column("by", "Par"),
    Column("grade", "Preuve"),
    Column("documents", "Pièces"),
)


def file_summary(
    standing: Standing,
    found: Sequence[Chapter],
    names: Mapping[str, str],
    context: Context,
    ending: Ending,
    *,
    title: str,
) -> Report:
    """Make the summary; ``names`` are the documents that were joined, digest → path in the folder."""
    programme = context.programme
    missing = sum(len(chapter.missing) for chapter in found)
    return Report(
        code="",
        name="person-file",
        title=f"{title} – {standing.name}",
        subtitle=f"Cycle « {programme.title} », promotion {programme.label} · {standing.role}",
        sections=(
            Section("En bref", pairs=_brief(standing, found, missing)),
            *(_chapter(chapter, names, programme) for chapter in found),
        ),
        footers=ending.footers(),
        notices=ending.notices,
        stamp=ending.stamp,
    )


def _brief(standing: Standing, found: Sequence[Chapter], missing: int) -> tuple[tuple[str, Cell], ...]:
    identity = standing.candidate.identity
    return (
        ("Matricule", identity.matricule if identity else "effacé"),
        ("Collectivité", identity.employer if identity else None),
        ("Lignes du registre", sum(len(chapter.entries) for chapter in found)),
        ("Dossier", standing.dossier.words),
        ("Certificat", standing.certificate.words),
        ("À savoir", french.count(missing, "point") if missing else "rien ne manque"),
    )


def _chapter(chapter: Chapter, names: Mapping[str, str], programme: Programme) -> Section:
    rows = tuple(line_row(entry, names, programme.zone, programme.activities) for entry in chapter.entries)
    table = Table(chapter.folder, f"{chapter.heading} : lignes du registre", COLUMNS, rows, "Aucune ligne au registre.")
    return Section(chapter.heading, sentences=chapter.missing or _nothing(chapter), tables=(table,))


def _nothing(chapter: Chapter) -> tuple[str, ...]:
    """Say that nothing is missing, where something could be."""
    return () if chapter.folder in {"7-rectifications", "8-droits"} else ("Rien ne manque.",)


def line_row(entry: Entry, names: Mapping[str, str], zone: ZoneInfo, activities: Mapping[str, str]) -> tuple[Cell, ...]:
    """Return one line of the register, for people.

    ``names`` are the paths of the documents that are joined, ``activities`` the names of those of the course, by key.
    """
    event = entry.event
    capacity = str(event.actor.get("capacity") or "")
    actor = str(event.actor.get("ref", ""))
    return (
        event.seq,
        entry.day(zone),
        french.short_moment(event.recorded_at, zone),
        label_words(entry, activities),
        payload_words(entry, zone),
        f"{actor} ({capacity})" if capacity else actor,
        str(event.evidence.get("grade", "")),
        ", ".join(names[digest] for digest in digests_of(entry) if digest in names) or None,
    )
