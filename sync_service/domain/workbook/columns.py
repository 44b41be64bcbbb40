"""Columns of each list, and the record that a typed date asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sync_service.domain.act_words import RARE_ACTS
from sync_service.domain.workbook.model import (
    CERTIFICATES,
    DOSSIERS,
    JURY,
    JURY_SESSIONS,
    MATRICULE,
    NAME,
    OTHERS,
    SHEETS,
    Column,
    TypedRow,
)

PRESENCES = (
    "Présent", "Absent justifié", "Absent injustifié", "Partiel", "Distanciel attesté", "Dispense", "Hors inscription",
)  # fmt: skip
JURY_PRESENCES = ("présent", "absent", "excusé")
CAPACITIES = ("président", "délégataire")
_WHO = (Column(MATRICULE, width=12), Column(NAME, width=28))


def _date(heading: str) -> Column:
    return Column(heading, "date", width=13)


def _text(heading: str, width: int = 24) -> Column:
    return Column(heading, "text", width=width)


SESSION_COLUMNS = (
    Column("Session"), Column("Module", width=22), Column("Dates", width=26), Column("Demi-journées"),
    Column("Au registre", width=22), _date("Feuille reçue le"), _text("Fichier du scan"),
)  # fmt: skip
DOSSIER_COLUMNS = (
    *_WHO, Column("Où en est le dossier", width=26), Column("Dépôts dans Moodle", width=26),
    _date("Transmis le (papier)"), _date("Contrôlé le"), _text("Il manque (séparé par /)", 30), _date("Averti(e) le"),
    _date("Complet le"), _date("Recevable le"), _date("Irrecevable le"), _text("Pourquoi irrecevable"),
    _date("Dérogation le"), _text("Pourquoi la dérogation"), _date("Remis au jury le"), _text("Session de jury", 16),
    _date("Relancé(e) le"), _text("Relance sur"),
)  # fmt: skip
JURY_SESSION_COLUMNS = (
    Column("Session de jury", "text", width=18), Column("Au registre", width=30), _date("Constitué le"),
    _text("Membres (séparés par /)", 40), _text("Dont extérieurs", 12), _date("Adresses notées le"),
    _text("Adresses des membres (Nom : adresse, séparées par /)", 40), _date("Convoqué le"), _date("Jour du jury"),
    _date("PV établi le"), _text("Référence du PV", 18), _text("Ont siégé (séparés par /)", 40), _date("PV signé le"), _text("Fichier du PV signé"),
)  # fmt: skip
JURY_COLUMNS = (
    *_WHO, Column("Où en est le passage", width=28), _text("Session de jury", 16), _date("Convoqué(e) le"),
    _text("Heure de passage", 12), _text("N° d’ordre", 10), Column("Aménagement", "choice", ("oui", "non"), 13),
    Column("Présence", "choice", JURY_PRESENCES), _text("Fiche remise au jury (fichier)"),
    Column("Décision", "choice", (), 18), _text("Avis par critère (séparés par /)", 30), _date("Jour du jury"), _date("Notifiée le"),
)  # fmt: skip
CERTIFICATE_COLUMNS = (
    *_WHO, Column("Où en est le certificat", width=30), _date("Numéro réservé le"), _date("Signé le"),
    _text("Signataire", 26), Column("Qualité", "choice", CAPACITIES), _text("Délégation", 18), _date("Délivré le"),
    _text("Fichier du certificat signé"), _date("Remis le"), _text("Remis comment"),
)  # fmt: skip
OTHER_COLUMNS = (
    Column("N°", width=6), Column("Acte", "choice", RARE_ACTS, 26), _date("Date"), _text("Stagiaire (matricule)", 14), _text("Session", 14),
    _text("Jury", 14), Column("Demi-journée", "choice", ("matin", "après-midi")), _text("Valeur", 34), _text("Référence", 24), _text("Qualité", 14),
    _text("Fichier", 24), _text("Motif", 24),
)  # fmt: skip
KEYS = {
    SHEETS: "Session", DOSSIERS: MATRICULE, JURY_SESSIONS: "Session de jury", JURY: MATRICULE, CERTIFICATES: MATRICULE,
    OTHERS: "N°",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ask:
    """A record that a row asks for when ``when`` is filled; ``rank`` orders all the records of a workbook."""

    sheet: str
    when: str
    """Heading of the cell that asks: a date, or any text for « needs »."""
    act: str
    rank: int
    on: str = ""
    """Heading of the date, when it is not ``when``."""
    value: str = ""
    reference: str = ""
    capacity: str = ""
    document: str = ""
    jury: str = ""


POINTS = "grille de contrôle"
"""Stands for the cells of the points of the grid, one column each (R08)."""
ASKS: tuple[Ask, ...] = (
    Ask(DOSSIERS, "Transmis le (papier)", "dossier transmis", 20),
    Ask(DOSSIERS, "Contrôlé le", "dossier contrôlé", 21, value="Il manque (séparé par /)", reference=POINTS),
    Ask(DOSSIERS, "Averti(e) le", "dossier incomplet", 22, value="Il manque (séparé par /)"),
    Ask(DOSSIERS, "Dérogation le", "dérogation", 23, value="Pourquoi la dérogation"),
    Ask(DOSSIERS, "Complet le", "dossier complet", 24),
    Ask(DOSSIERS, "Recevable le", "dossier recevable", 25),
    Ask(DOSSIERS, "Irrecevable le", "dossier irrecevable", 26, value="Pourquoi irrecevable"),
    Ask(DOSSIERS, "Relancé(e) le", "relance", 27, value="Relance sur"),
    Ask(JURY_SESSIONS, "Constitué le", "jury constitué", 30, value="Membres (séparés par /)", reference="Dont extérieurs"),
    Ask(JURY_SESSIONS, "Adresses notées le", "adresses du jury", 31, value="Adresses des membres (Nom : adresse, séparées par /)"),
    Ask(JURY_SESSIONS, "Convoqué le", "jury convoqué", 31, value="Jour du jury"),
    Ask(DOSSIERS, "Remis au jury le", "dossier remis au jury", 32, jury="Session de jury"),
    Ask(JURY, "Convoqué(e) le", "candidat convoqué", 33, jury="Session de jury", value="Heure de passage",
        reference="N° d’ordre", capacity="Aménagement"),
    Ask(JURY, "Présence", "présence jury", 34, on="Jour du jury", value="Présence", jury="Session de jury"),
    Ask(JURY, "Fiche remise au jury (fichier)", "état figé", 35, on="Jour du jury", jury="Session de jury",
        document="Fiche remise au jury (fichier)"),
    Ask(JURY, "Décision", "décision", 36, on="Jour du jury", value="Décision", jury="Session de jury",
        reference="Avis par critère (séparés par /)"),
    Ask(JURY_SESSIONS, "PV établi le", "PV établi", 37, reference="Référence du PV", value="Ont siégé (séparés par /)"),
    Ask(JURY_SESSIONS, "PV signé le", "PV signé", 38, document="Fichier du PV signé"),
    Ask(JURY, "Notifiée le", "décision notifiée", 39, jury="Session de jury"),
    Ask(CERTIFICATES, "Numéro réservé le", "numéro réservé", 40),
    Ask(CERTIFICATES, "Signé le", "certificat signé", 41, value="Signataire", reference="Délégation", capacity="Qualité"),
    Ask(CERTIFICATES, "Délivré le", "certificat délivré", 42, document="Fichier du certificat signé"),
    Ask(CERTIFICATES, "Remis le", "certificat remis", 43, value="Remis comment"),
)  # fmt: skip
PIECE_SUFFIX = " reçu le"
POINT_SUFFIX = " (oui ou non)"


def piece_columns(required: tuple[str, ...]) -> tuple[Column, ...]:
    """Return a date column for each document that the referential asks for (R11)."""
    return tuple(_date(f"{piece}{PIECE_SUFFIX}") for piece in required)


def point_columns(checklist: tuple[str, ...]) -> tuple[Column, ...]:
    """Return a column of yes and no for each point of the grid of control (R08)."""
    return tuple(
        Column(f"{point[:1].upper()}{point[1:]}{POINT_SUFFIX}", "choice", ("oui", "non"), 17) for point in checklist
    )


Filed = Callable[[TypedRow, str], str]
"""Turns the name of a file in a cell into the SHA-256 of that file."""
