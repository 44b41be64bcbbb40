"""What codes of a line of the register are called in French: its reason, a rule, the model of a document."""

from __future__ import annotations

from collections.abc import Mapping

RULES: Mapping[str, str] = {
    "R01": "ancienneté dans la fonction (R01)",
    "R12": "documents exigés avec le dossier (R12)",
    "Q05": "équivalence ou dispense de modules (Q05)",
}
"""Rules that a line of the register names; the code stays, it is the reference of docs/fr/regles.md."""
REASONS: Mapping[str, str] = {
    "input_error": "erreur de saisie", "proof_received": "justificatif reçu", "sheet_found": "feuille retrouvée",
    "other": "autre", "identity_error": "erreur d’identité", "material_error": "erreur matérielle",
    "returned": "renvoyé par la présidence", "illegal": "illégalité", "fraud": "fraude", "abandon": "abandon",
    "moved": "mobilité", "contract_end": "fin de contrat", "unavailable": "indisponibilité", "cancelled": "annulation",
    "equivalence": "équivalence", "experience": "expérience", "module_elsewhere": "suivi ailleurs",
    "removed_from_calendar": "retirée du calendrier", "accepted_loss": "disparition acceptée par le service",
    "access_request": "demande d’accès", "control": "contrôle", "archives": "archives", "dua_echue": "DUA échue",
    "new_situation": "nouvelle situation", "error": "erreur", "new_text": "texte modifié", "lost": "clé perdue",
    "rotation": "renouvellement", "going_on": "reprise après une rupture",
}  # fmt: skip
"""Reason of a line, by its code."""
_MODELS: Mapping[str, str] = {"letter": "lettre", "page": "page", "certificate": "certificat", "report": "rapport"}


def reason_words(code: str | None) -> str:
    """Say why a line was written, nothing when it does not say."""
    return REASONS.get(code, code) if code else ""


def model_words(template: str) -> str:
    """Say « lettre, version 1 » of the model of a document."""
    kind, _, version = template.partition("/")
    said = _MODELS.get(kind, kind)
    return f"{said}, version {version}" if version else said
