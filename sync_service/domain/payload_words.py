"""What a line of the register protects, in words: for the person it is about, a controller, an archivist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from sync_service.domain import french
from sync_service.domain.attendance import HALVES, WORDS
from sync_service.domain.dossier import DEPOSIT_WORDS
from sync_service.domain.entry import Entry
from sync_service.domain.jury import PRESENCES
from sync_service.domain.lms_state import Json

LABELS: Mapping[str, str] = {
    "matricule": "matricule", "usual_name": "nom d’usage", "birth_name": "nom de naissance", "first_name": "prénom",
    "email": "adresse électronique", "employer": "collectivité", "position": "fonction",
    "position_since": "en fonction depuis", "group": "groupe", "born_on": "né(e) le", "born_at": "né(e) à",
    "address": "adresse", "employer_address": "adresse de la collectivité", "time": "heure de passage", "rank": "n° d’ordre",
    "accommodation": "aménagement", "qualities": "qualités", "outside": "extérieur(e)", "act": "acte",
    "user_id": "compte Moodle n°", "site_uid": "site", "status": "statut", "state": "état", "override": "validé à la main",
    "attempt": "tentative", "attempts": "tentatives", "submitted_at": "remis le", "files": "fichiers", "missing": "manque",
    "reason": "motif", "presence": "présence", "decision": "décision", "jury": "jury", "number": "numéro",
    "signatory": "signataire", "capacity": "qualité", "delegation": "délégation", "document": "document",
    "session": "session", "date": "date", "half": "demi-journée", "module": "module", "due_on": "échéance", "kind": "nature",
    "outcome": "issue", "signals": "à décider par le service", "series": "série", "report": "rapport", "format": "forme",
    "reference": "référence", "template": "modèle", "version": "version", "rows": "lignes", "appeal": "recours",
    "halfdays": "demi-journées", "members": "membres", "externals": "membres extérieurs", "candidates": "candidats",
    "decisions": "décisions", "deposits": "dépôts", "pieces": "pièces", "channel": "voie", "judgement": "jugement",
    "criteria": "critères", "conflicts": "liens signalés", "level": "signature", "year": "année", "rule": "règle",
    "to_promotion": "vers la promotion", "from_promotion": "depuis la promotion", "until": "jusqu’au", "seed": "graine",
    "list": "liste", "minutes": "procès-verbal", "copy": "exemplaire", "role": "rôle", "names": "noms", "name": "nom",
    "score": "résultat", "required": "exigée", "pages": "pages", "between": "entre", "signed_on": "signé le", "as_of": "situation au",
    "label": "intitulé", "about": "objet", "what": "objet", "piece": "pièce", "code": "code", "how": "moyen", "why": "précision", "held_on": "tenu le", "active": "en vigueur",
}  # fmt: skip
"""Field → French label; another field keeps its code."""
_CODES: Mapping[str, str] = {
    **WORDS, **DEPOSIT_WORDS, "complete": "fait", "pass": "fait", "fail": "non fait", "incomplete": "non fait",
    "completed": "fait", "passed": "fait", "failed": "non fait", "not_attempted": "non commencé", "active": "actif",
    "suspended": "suspendu", "absent": "absent du cours", "deleted": "supprimé", "president": "président",
    "delegate": "délégataire",
}  # fmt: skip
"""Status, state or capacity → French words."""
_HIDDEN = frozenset({"sha256", "size", "root", "known_at", "digest", "file", "line", "cells", "order", "cycle"})
UNREADABLE = "contenu éliminé ou protégé : sa clé n’existe plus"


def payload_words(entry: Entry) -> str:
    """Say what a line holds: its codes, then what the vault protects of it; say so when that is gone."""
    held = {**entry.event.data, **(entry.private or {})}
    shown = {name: held[name] for name in sorted(held, key=_place)}
    parts = [
        f"{LABELS.get(name, name)} : {value_words(name, value)}" for name, value in shown.items() if _told(name, value)
    ]
    if entry.event.vault and entry.private is None:
        parts.append(UNREADABLE)
    return " ; ".join(parts)


def _place(name: str) -> tuple[int, str]:
    """Order fields as the labels are listed, the others after them."""
    return (list(LABELS).index(name) if name in LABELS else len(LABELS), name)


def _told(name: str, value: Json) -> bool:
    nothing = isinstance(value, Sequence | Mapping) and not value
    return name not in _HIDDEN and value is not None and (name == "missing" or not nothing)


def value_words(name: str, value: Json) -> str:
    """Say one value in French: dates, half-days, presences, yes and no, names of files."""
    if isinstance(value, bool) or (name == "missing" and not value):
        return "rien" if name == "missing" else "oui" if value else "non"
    if name == "submitted_at" and isinstance(value, int):
        return french.short_date(datetime.fromtimestamp(value, UTC).date()) if value else "non remis"
    if isinstance(value, str):
        return _text(name, value)
    if isinstance(value, Mapping):
        named = value.get("name")
        return str(named) if named else ", ".join(f"{key} = {value_words(key, item)}" for key, item in value.items())
    if isinstance(value, Sequence):
        return ", ".join(value_words(name, item) for item in value)
    return str(value)


def _text(name: str, value: str) -> str:
    if name == "half":
        return HALVES.get(value, value)
    if name == "presence":
        return PRESENCES.get(value, value)
    if name in {"status", "state", "capacity"}:
        return _CODES.get(value, value)
    if name == "date" or name.endswith(("_on", "_since")):
        day = _day(value)
        return french.short_date(day) if day else value
    return value


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
