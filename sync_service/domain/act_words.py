"""The acts that a file or a workbook may name, and the words of their answers, as a person writes them in French."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sync_service.domain.french import code_of, listing
from sync_service.domain.typography import french

_ACTS = (
    "feuille signée", "présence", "mise en application", "suspension", "reprise", "sortie", "transfert",
    "formation terminée", "dispense accordée", "limitation", "dossier ouvert", "pièce reçue", "pièce retirée",
    "dossier transmis", "dossier contrôlé", "dossier incomplet", "dossier complet", "dossier recevable",
    "dossier irrecevable", "dérogation", "dossier remis au jury", "relance", "jury constitué", "adresses du jury",
    "membre déporté",
    "jury convoqué", "candidat convoqué", "présence jury", "état figé", "décision", "PV établi", "PV signé",
    "décision notifiée", "numéro réservé", "numéro annulé", "certificat signé", "certificat délivré",
    "certificat remis", "certificat non délivré", "duplicata", "erreur matérielle", "certificat rectifié",
    "certificat retiré", "certificat annulé", "recours reçu", "recours décidé",
)  # fmt: skip
ACT_WORDS: Mapping[str, str] = {code_of(words): words for words in _ACTS}
"""Code of an act → its words, in the order of a year."""
RARE_ACTS: tuple[str, ...] = (
    "présence", "mise en application", "suspension", "reprise", "sortie", "transfert", "formation terminée",
    "dispense accordée", "limitation", "dossier ouvert", "pièce retirée", "membre déporté", "numéro annulé",
    "certificat non délivré", "duplicata", "erreur matérielle", "certificat rectifié", "certificat retiré",
    "certificat annulé", "recours reçu", "recours décidé",
)  # fmt: skip
"""Those that no other sheet of the workbook records."""
_ANSWERS = (
    "absent justifié", "absent injustifié", "présent", "distanciel attesté", "erreur d’identité", "erreur matérielle",
    "renvoyé par la présidence", "illégalité", "justificatif reçu", "mobilité", "indisponibilité", "équivalence",
    "expérience", "président", "délégataire", "excusé", "défavorable", "ajourné", "complément",
)  # fmt: skip
_ANSWER_WORDS: Mapping[str, str] = {code_of(words): words for words in _ANSWERS}


def choices(codes: Iterable[str]) -> str:
    """List the answers that a person may give, in words: « absent justifié », never « absent-justifie »."""
    return listing([_ANSWER_WORDS.get(code, code.replace("-", " ")) for code in sorted(codes)])


def act_named(words: str) -> str:
    """Return the words of an act quoted as French text does."""
    return french(f"« {words} »")
