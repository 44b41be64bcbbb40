"""R1 to R16 of domain.md §4.1: under which name each is asked for, as a report or as a document."""

from __future__ import annotations

from collections.abc import Mapping

REPORTS: Mapping[str, str] = {
    "R1": "promotion", "R2": "candidate", "R3": "missing", "R4": "attendance", "R5": "jury", "R10": "certificates",
    "R12": "modules", "R13": "outcome", "R14": "journal", "R15": "differences", "R16": "integrity",
}  # fmt: skip
"""Code → name of a report of the command line."""
DOCUMENTS: Mapping[str, tuple[str, str]] = {
    "R4B": ("la feuille d’émargement vierge", "attendance-sheet --session all"),
    "R6": ("les convocations", "convening --candidate all, et cyclesync document jury-convening"),
    "R7": ("le procès-verbal de délibération", "minutes, ou minutes-blank pour le remplir à la main"),
    "R8": ("les lettres de notification", "notification --candidate all"),
    "R9": ("le certificat et son duplicata", "certificate --candidate all, et cyclesync document duplicate --candidate MATRICULE"),
    "R11": ("les attestations", "training-statement --candidate all, et cyclesync document attendance-statement --candidate all"),
}  # fmt: skip
"""Code → what it is, and the command that makes it: a document issued once, not a report made again each time."""


def name_of(asked: str) -> str:
    """Return the name of a report asked for by its code, anything else as it is."""
    return REPORTS.get(asked.upper(), asked)


def document_sentence(asked: str) -> str:
    """Say which command makes what was asked, when it is a document; empty otherwise."""
    code = asked.upper()
    if code == "R17":
        return "R17, l’accrochage, n’existe pas pour ce cycle : il n’est pas au RNCP (R17, brochure ligne 107)."
    found = DOCUMENTS.get(code)
    if found is None:
        return ""
    return (
        f"{code.replace('R4B', 'R4b')} ({found[0]}) est un document et non un rapport, établi une fois et gardé : "
        f"cyclesync document {found[1]} (docs/fr/documents.md)."
    )


_FILES: Mapping[str, str] = {
    "promotion": "tableau-de-bord", "candidate": "suivi-du-jour", "missing": "manques", "attendance": "assiduite",
    "jury": "candidats-presentes", "certificates": "registre-des-certificats", "modules": "modules", "outcome": "bilan",
    "journal": "journal", "differences": "ecarts-avec-moodle", "integrity": "integrite",
}  # fmt: skip


def file_of(name: str) -> str:
    """Return how the file of a report begins, in French; never like a document, which is issued once and kept."""
    return _FILES.get(name, name)
