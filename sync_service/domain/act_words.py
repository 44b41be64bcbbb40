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
RARE_NEEDS: Mapping[str, str] = {
    "présence": "le matricule, la session, le jour et la demi-journée (vide : les deux), la valeur (absent justifié, absent "
    "injustifié, présent, partiel, distanciel attesté, dispense) ; le motif d’une rectification : justificatif reçu, "
    "erreur de saisie, feuille retrouvée ou autre",
    "mise en application": "le matricule, le jour, le numéro du module en valeur",
    "suspension": "le matricule, le premier jour : un congé de maternité, une maladie ; la raison ne s’écrit pas",
    "reprise": "le matricule, le jour du retour dans cette promotion",
    "sortie": "le matricule, le jour du départ, le motif : abandon, mobilité, fin de contrat, indisponibilité, annulation ou autre",
    "transfert": "le matricule, le jour, en valeur l’identifiant de l’autre promotion, comme lille-2026-2027",
    "formation terminée": "le matricule, le jour",
    "dispense accordée": "le matricule, le jour, le numéro du module en valeur, le motif : équivalence, expérience, suivi "
    "ailleurs ou autre ; la précision en référence",
    "limitation": "le matricule, le jour, la valeur oui ou non : la personne demande que ses données soient gelées",
    "dossier ouvert": "le matricule, le jour : une nouvelle version du dossier, pour se représenter",
    "pièce retirée": "le matricule, le jour, en valeur le nom du document exigé",
    "membre déporté": "la session de jury, le jour, le nom du membre en valeur",
    "numéro annulé": "le matricule, le jour, le motif : erreur d’identité, renvoyé par la présidence, erreur matérielle ou autre ; "
    "avant la délivrance seulement",
    "certificat non délivré": "le matricule, le jour, pourquoi en valeur",
    "duplicata": "le matricule, le jour, le duplicata signé et numérisé en fichier",
    "erreur matérielle": "le matricule, le jour, en valeur ce qui est faux",
    "certificat rectifié": "le matricule, le jour, le nouveau certificat numérisé en fichier, le motif : erreur d’identité, "
    "erreur matérielle, renvoyé par la présidence ou autre",
    "certificat retiré": "le matricule, le jour, la qualité (président ou délégataire), la décision en référence et en fichier, "
    "le motif : fraude, illégalité, erreur d’identité, erreur matérielle ou autre",
    "certificat annulé": "le matricule, le jour, le jugement en référence et en fichier : par un juge seulement",
    "recours reçu": "le matricule, la session de jury, le jour, la valeur gracieux ou contentieux, la lettre numérisée en fichier",
    "recours décidé": "le matricule, la session de jury, le jour, la valeur rejeté, accueilli ou désistement, la réponse en fichier",
}
"""Acts that no other sheet of the workbook records → what to write beside them."""
RARE_ACTS: tuple[str, ...] = tuple(RARE_NEEDS)
_OTHER_NAMES: Mapping[str, str] = {
    "conge": "suspension", "maternite": "suspension", "maladie": "suspension", "demission": "sortie", "depart": "sortie",
    "abandon": "sortie", "mutation": "transfert", "retour": "reprise", "absence": "présence", "recours": "recours reçu",
    "annulation": "numéro annulé", "retrait": "certificat retiré", "dispense": "dispense accordée",
}  # fmt: skip
"""Words that people write for an act → the act."""
_ANSWERS = (
    "absent justifié", "absent injustifié", "présent", "distanciel attesté", "erreur d’identité", "erreur matérielle",
    "renvoyé par la présidence", "illégalité", "justificatif reçu", "mobilité", "indisponibilité", "équivalence",
    "feuille retrouvée", "expérience", "président", "délégataire", "excusé", "défavorable", "ajourné", "complément",
    "rejeté", "désistement",
)  # fmt: skip
_ANSWER_WORDS: Mapping[str, str] = {code_of(words): words for words in _ANSWERS}


def choices(codes: Iterable[str]) -> str:
    """List the answers that a person may give, in words: « absent justifié », never « absent-justifie »."""
    return listing([_ANSWER_WORDS.get(code, code.replace("-", " ")) for code in sorted(codes)])


def acts_meant(typed: str) -> tuple[str, ...]:
    """Return the acts that a word people use may mean: « Congé maternité » is a suspension."""
    words = code_of(typed).split("-")
    return tuple(dict.fromkeys(_OTHER_NAMES[word] for word in words if word in _OTHER_NAMES))


def act_named(words: str) -> str:
    """Return the words of an act quoted as French text does."""
    return french(f"« {words} »")
