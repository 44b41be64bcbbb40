"""R5: who is presented to each session de jury, in the order of the day; nothing of presences nor of positioning."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from sync_service.domain import french
from sync_service.domain.certification import Context, Standing
from sync_service.domain.documents.frame import Sitting, sitting
from sync_service.domain.dossier import admissible_on
from sync_service.domain.entry import standing, until
from sync_service.domain.jury import Passage
from sync_service.domain.jury_members import time_words
from sync_service.domain.reports.model import Cell, Column, Ending, Report, Section, Table
from sync_service.domain.reports.promotion import dossier_notice

COLUMNS = (
    Column("jury", "Session de jury"),
    Column("held_on", "Jour"),
    Column("rank", "N° d’ordre"),
    Column("name", "Candidat(e)", head=True),
    Column("matricule", "Matricule", on_page=False),
    Column("employer", "Collectivité"),
    Column("attempt", "Tentative n°"),
    Column("admissible", "Dossier recevable le"),
    Column("pieces", "Documents exigés"),
    Column("time", "Heure de passage"),
    Column("accommodation", "Aménagement"),
)


def jury_list_report(standings: Sequence[Standing], context: Context, ending: Ending) -> Report:
    """Make R5 of every session de jury of the promotion."""
    programme = context.programme
    sittings = [sitting(jury, (), tuple(standings)) for jury in context.juries.values()]
    rows = tuple(
        _row(held, at, one, passage, context) for held in sittings for at, (one, passage) in enumerate(held.people)
    )
    table = Table("candidates", "Candidats présentés", COLUMNS, rows, "Aucun candidat n’est convoqué.")
    return Report(
        code="R5",
        name="jury",
        title=f"Candidats présentés au jury – promotion {programme.label}",
        subtitle=f"Cycle « {programme.title} »",
        sections=(
            Section("En bref", sentences=(_summary(sittings),)),
            Section("Candidats", sentences=_ACCOMMODATION, tables=(table,)),
        ),
        footers=ending.footers(),
        notices=(*ending.notices, *dossier_notice(context)),
        stamp=ending.stamp,
        main="candidates",
    )


_ACCOMMODATION = ("Aménagement : oui ou non, jamais pourquoi. Rien ici des présences ni de l’autopositionnement.",)


def _summary(sittings: Sequence[Sitting]) -> str:
    seen = sum(len(held.people) for held in sittings)
    return f"{french.count(len(sittings), 'session de jury', 'sessions de jury')}, {french.count(seen, 'passage')}."


def _row(held: Sitting, at: int, one: Standing, passage: Passage, context: Context) -> tuple[Cell, ...]:
    who, required = one.candidate.identity, len(context.programme.required)
    place = held.place(at)
    before = takewhile(lambda p: p.jury != passage.jury, one.passages)
    own = until(standing(one.entries), context.as_of, context.programme.zone)
    return (
        held.jury.id,
        held.jury.held_on,
        int(place) if place else None,
        one.name,
        who.matricule if who else None,
        who.employer if who else None,
        1 + sum(bool(p.decision) for p in before),
        admissible_on(own, passage.jury) or ("dérogation" if one.dossier.derogation else "non"),
        f"{min(len(one.dossier.pieces), required)}/{required}" if required else "sans objet",
        time_words(passage.time) or None,
        None if passage.accommodation is None else "oui" if passage.accommodation else "non",
    )
