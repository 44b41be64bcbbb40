"""The draw of a control: who was drawn, from whom, by which seed, and where each file is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sync_service.domain import french
from sync_service.domain.certification import Standing
from sync_service.domain.programme import Programme
from sync_service.domain.reports.model import Column, Ending, Report, Section, Table

COLUMNS = (
    Column("rank", "N°"),
    Column("name", "Personne", head=True),
    Column("matricule", "Matricule"),
    Column("situation", "Certificat"),
    Column("folder", "Dossier"),
    Column("missing", "Points à savoir"),
)
METHOD = (
    "Chaque personne de la promotion reçoit l’empreinte SHA-256 de « graine|identifiant au registre » ; sont tirées celles "
    "dont l’empreinte est la plus petite. La même graine sur la même liste tire les mêmes personnes."
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One person of a control, and her folder."""

    standing: Standing
    folder: str
    missing: int
    said: tuple[str, ...] = ()
    """What is missing, a sentence each."""


def inspection_report(drawn: Sequence[Drawn], people: int, seed: str, programme: Programme, ending: Ending) -> Report:
    """Make the first page of a control; an empty seed means that the controller named the people."""
    how = f"Graine : {seed}, inscrite au registre." if seed else "Personnes désignées, sans tirage."
    rows = tuple(
        (rank, d.standing.name, _matricule(d.standing), d.standing.certificate.words, d.folder, d.missing)
        for rank, d in enumerate(drawn, 1)
    )
    return Report(
        code="",
        name="inspection",
        title=f"Contrôle sur dossiers – promotion {programme.label}",
        subtitle=f"Cycle « {programme.title} »",
        sections=(
            Section(
                "Tirage",
                sentences=(
                    f"{french.count(len(drawn), 'dossier')} sur {french.count(people, 'personne')}, anciennes comprises.",
                    how,
                    *((METHOD,) if seed else ()),
                ),
                tables=(Table("drawn", "Personnes dont le dossier est joint", COLUMNS, rows, "Aucun inscrit."),),
            ),
            *(
                Section(f"{rank}. {d.standing.name}", sentences=d.said or ("Rien ne manque.",))
                for rank, d in enumerate(drawn, 1)
            ),
            Section("Dans chaque dossier", sentences=_CONTENTS),
        ),
        footers=ending.footers(),
        notices=ending.notices,
        stamp=ending.stamp,
        main="drawn",
    )


_CONTENTS = (
    "0-synthese (HTML et PDF, une page) : qui, où elle en est, ce qui manque, ce que contient chaque sous-dossier.",
    "0-lignes-du-registre (HTML et PDF) : toutes les lignes qui la concernent, une phrase pour chaque chose qui manque.",
    "0-fiche-de-suivi (HTML et PDF) et 0-assiduite (HTML et PDF).",
    (
        "1 à 8 : les pièces, dans l’ordre d’un contrôle : inscription, présences, dossier, jury, certificat, courriers, "
        "rectifications, droits."
    ),
    "9-preuves.zip : la preuve, à vérifier hors ligne, des actes du service ; son LISEZ-MOI dit comment.",
    "SOMMAIRE.txt, à la racine : l’empreinte SHA-256 de chaque fichier.",
)


def _matricule(standing: Standing) -> str | None:
    return standing.candidate.identity.matricule if standing.candidate.identity else None
