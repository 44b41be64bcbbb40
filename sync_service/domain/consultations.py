"""Who read whose file: a technical log beside the register, never part of it, that a person may ask to see (design.md §4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sync_service.domain import french
from sync_service.domain.reports.model import Column, Report, Section, Table
from sync_service.errors import UsageError

KEPT = timedelta(days=365)
"""How long a consultation is kept before its elimination is proposed; nothing goes by itself."""
LIST = "consultations"
"""Name under which « retention eliminate » knows the log."""
PURPOSES: Mapping[str, str] = {
    "suivi": "suivi de la formation", "jury": "préparation d’un jury", "controle": "contrôle",
    "demande": "demande de la personne", "recours": "recours", "archives": "archives", "autre": "autre",
}  # fmt: skip
"""Why a file is read: a closed list, so that no name slips in."""
_WORDS: Mapping[str, str] = {
    "promotion": "tableau de bord", "candidate": "fiche de suivi", "missing": "relevé des manques",
    "attendance": "état d’assiduité", "certificates": "registre des certificats", "journal": "journal du registre",
    "differences": "écarts avec Moodle", "inspection": "dossier de contrôle", "access": "dossier remis à la personne",
    "proof": "preuve révélée", "workbook": "classeur", "transfer": "versement aux archives",
    "elimination": "bordereau d’élimination", "plan": "aperçu des changements", "retention": "durées de conservation",
}  # fmt: skip
_PERSON = "cand_"


@dataclass(frozen=True, slots=True)
class Consultation:
    """One reading: when, by whom (pseudonym, or account of the machine), whose, which document, why, from which register."""

    at: datetime
    actor: str
    subject: str
    """The person’s random identifier; ``prom:…``, ``jury:…`` or ``sess:…`` for a list of several people."""
    what: str
    purpose: str = ""
    size: int = 0
    """Lines of the register that was read, 0 when they could not be counted."""


def purpose_code(text: str) -> str:
    """Return a purpose of the closed list, empty for none. Raises UsageError."""
    code = french.code_of(text) if text else ""
    if code and code not in PURPOSES:
        raise UsageError(f"Motif de consultation : {french.listing(list(PURPOSES))}.")
    return code


def consultations_report(
    name: str, found: Sequence[Consultation], zone: tzinfo, *, made_on: str, labels: Mapping[str, str]
) -> Report:
    """Make the list of those who read one person’s file, for herself.

    ``made_on`` is the moment, in words; ``labels`` the name of each kind of document, by its code.
    """
    columns = (
        Column("at", "Le", head=True), Column("actor", "Par (pseudonyme)"), Column("what", "Document"),
        Column("scope", "Portée"), Column("purpose", "Motif"), Column("size", "Lignes du registre"),
    )  # fmt: skip
    rows = tuple(
        (
            french.short_moment(item.at, zone), item.actor, words(item.what, labels),
            "votre dossier" if item.subject.startswith(_PERSON) else "liste de plusieurs personnes",
            PURPOSES.get(item.purpose, ""), item.size or None,
        )
        for item in found
    )  # fmt: skip
    table = Table("consultations", "Consultations", columns, rows, "Aucune consultation notée.")
    return Report(
        code="", name="consultations", title=f"Qui a consulté le dossier de {name}",
        subtitle=french.count(len(rows), "consultation"),
        sections=(Section("Consultations", sentences=(_MEANING,), tables=(table,)),),
        footers=(f"Établi le {made_on}.",), main="consultations",
    )  # fmt: skip


_MEANING = (
    "Chaque fois qu’un document qui vous montre est établi ou rouvert par le logiciel, une ligne le note. La personne est "
    "désignée par le pseudonyme de sa fonction, ou par le compte de la machine ; le service peut dire qui il désigne. Ces "
    "notes sont gardées douze mois, puis peuvent être effacées."
)


def words(what: str, labels: Mapping[str, str]) -> str:
    """Say which document was read: « fiche de suivi (pdf) »."""
    code, _, form = what.partition("/")
    said = labels.get(code) or _WORDS.get(code, code)
    return f"{said} ({form})" if form and form != "folder" else said
