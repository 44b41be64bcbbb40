"""What a line of the register protects, in words: for the person it is about, a controller, an archivist."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, tzinfo

from sync_service.domain import french
from sync_service.domain.appeal import KINDS, OUTCOMES
from sync_service.domain.attendance import HALVES, WORDS
from sync_service.domain.dossier import DEPOSIT_WORDS
from sync_service.domain.entry import Entry
from sync_service.domain.event_types import label_of
from sync_service.domain.jury import PRESENCES
from sync_service.domain.line_words import RULES, model_words
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
    "criteria": "critères", "grid": "grille de contrôle", "conflicts": "liens signalés", "level": "signature", "year": "année", "rule": "règle",
    "to_promotion": "vers la promotion", "from_promotion": "depuis la promotion", "until": "jusqu’au", "seed": "graine",
    "list": "liste", "minutes": "procès-verbal", "copy": "exemplaire", "role": "rôle", "names": "noms", "name": "nom",
    "score": "résultat", "required": "exigée", "pages": "pages", "between": "entre", "signed_on": "signé le", "as_of": "situation au",
    "label": "intitulé", "about": "objet", "what": "objet", "piece": "pièce", "code": "code", "how": "moyen", "why": "précision", "held_on": "tenu le", "active": "en vigueur",
    "timemodified": "modifié dans Moodle le", "units": "éléments", "present": "présents", "signatures": "signatures",
    "trainers": "formateurs", "fields": "champs", "backup": "sauvegarde", "certificate": "certificat de la clé",
    "created": "créés", "updated": "modifiés", "objects": "objets", "days": "journées", "demo": "démonstration",
    "deposit": "dépôt", "described": "modules décrits", "modules": "modules", "starts_on": "début", "ends_on": "fin",
    "start": "début", "end": "fin", "findings": "constats", "halfday": "demi-journée", "installation": "installation",
    "key": "clé", "signing_key": "clé de signature", "layout": "mise en page du cours", "mapping": "correspondance",
    "mode": "mode", "moodle_kind": "objet Moodle", "site": "site", "place_code": "lieu", "places": "lieux",
    "referential": "référentiel", "rescheduled_to": "reportée au", "seconds": "secondes", "visa": "visa",
    "zone": "fuseau horaire", "place": "lieu", "hours": "horaires", "subject": "personne", "addresses": "adresses", "size": "taille", "intervenants": "intervenants",
}  # fmt: skip
"""Field → French label; another field keeps its code."""
_CODES: Mapping[str, str] = {
    **WORDS, **DEPOSIT_WORDS, "complete": "fait", "pass": "fait", "fail": "non fait", "incomplete": "non fait",
    "completed": "fait", "passed": "fait", "failed": "non fait", "not_attempted": "non commencé", "active": "actif",
    "suspended": "suspendu", "absent": "absent du cours", "deleted": "supprimé", "president": "président",
    "delegate": "délégataire", "acquis": "acquis", "en_cours": "en cours d’acquisition", "non_acquis": "non acquis",
    **{code: label.lower() for code, label in (*KINDS.items(), *OUTCOMES.items())},
}  # fmt: skip
"""Status, state, capacity, opinion, appeal → French words."""
DOCUMENTS: Mapping[str, str] = {
    "attendance-sheet": "feuille d’émargement vierge", "attendance-summary": "état des présences d’une session",
    "acknowledgement": "accusé de réception du dossier", "reminder": "relance",
    "jury-list": "liste des candidats présentés au jury", "convening": "convocation d’un(e) candidat(e)",
    "jury-convening": "convocation d’un membre du jury", "jury-sheet": "feuille d’émargement du jury",
    "minutes-blank": "procès-verbal à remplir à la main", "minutes": "procès-verbal de délibération",
    "notification": "notification de la décision", "signature-slip": "bordereau de signature des certificats",
    "certificate": "certificat", "duplicate": "duplicata d’un certificat", "training-statement": "attestation de formation",
    "attendance-statement": "attestation de présence, pour la collectivité", "record": "fiche de suivi",
    "access": "dossier remis à la personne",
}  # fmt: skip
"""Kind of document issued → French words."""
_SERIES = {"register": "registre", "dossier": "dossier", "attendance": "présences", "traces": "relevés de Moodle"}
REPORTS = {
    "promotion": "tableau de bord", "candidate": "fiche de suivi", "missing": "relevé des manques", "jury": "liste pour le jury",
    "attendance": "état d’assiduité", "certificates": "registre des certificats", "journal": "journal du registre",
    "differences": "écarts avec Moodle", "inspection": "dossier de contrôle", "access": "dossier remis à la personne",
    "transfer": "versement aux archives", "elimination": "bordereau d’élimination", "workbook": "classeur",
    "integrity": "intégrité du registre", "outcome": "issue de la promotion", "bilan": "bilan",
    "modules": "statistiques par module", "plan": "aperçu des changements", "proof": "preuve de lignes du registre",
}  # fmt: skip
_MOMENTS = frozenset({"submitted_at", "timemodified"})
"""Fields that hold epoch seconds, 0 when there is no such moment."""
_HIDDEN = frozenset({"sha256", "size", "root", "known_at", "digest", "file", "line", "cells", "order", "cycle"})
_NAMED: Mapping[str, Mapping[str, str]] = {
    "document": DOCUMENTS, "act": {}, "rule": RULES, "series": _SERIES, "kind": {},
    "half": HALVES, "presence": PRESENCES, "report": {**DOCUMENTS, **REPORTS}, "format": {"folder": "dossier"},
}  # fmt: skip
_HOUR = re.compile(r"\d\d:\d\d")
THE_SITE = "le Moodle de la formation"
"""Said instead of a site’s own identifier, which lignes.json keeps."""
UNREADABLE = "contenu éliminé ou protégé : sa clé n’existe plus"


def payload_words(entry: Entry, zone: tzinfo) -> str:
    """Say what a line holds: its codes, then what the vault protects of it; say so when that is gone.

    Moments are said in ``zone``.
    """
    held = {**entry.event.data, **(entry.private or {})}
    tried = held.get("attempt")
    if "submitted_at" in held and isinstance(tried, int):
        held["attempt"] = None if held.get("status") == "none" else tried + 1
    shown = {name: held[name] for name in sorted(held, key=_place)}
    parts = [
        f"{LABELS.get(name, name)} : {value_words(name, value, zone)}"
        for name, value in shown.items()
        if _told(name, value)
    ]
    if entry.event.vault and entry.private is None:
        parts.append(UNREADABLE)
    return " ; ".join(parts)


def _place(name: str) -> tuple[int, str]:
    """Order fields as the labels are listed, the others after them."""
    return (list(LABELS).index(name) if name in LABELS else len(LABELS), name)


def _told(name: str, value: Json) -> bool:
    nothing = isinstance(value, Sequence | Mapping) and not value
    return (
        name not in _HIDDEN
        and value is not None
        and not (name == "timemodified" and value == 0)
        and (name == "missing" or not nothing)
    )


def value_words(name: str, value: Json, zone: tzinfo) -> str:
    """Say one value in French: dates, half-days, presences, yes and no, names of files."""
    if isinstance(value, bool) or (name == "missing" and not value):
        return "rien" if name == "missing" else "oui" if value else "non"
    if name in _MOMENTS and isinstance(value, int):
        return french.short_moment(datetime.fromtimestamp(value, UTC), zone) if value else "non remis"
    if isinstance(value, str):
        return model_words(value) if name == "template" else _text(name, value)
    if isinstance(value, Mapping):
        return _fields(value, zone)
    if isinstance(value, Sequence):
        return ", ".join(value_words(name, item, zone) or "–" for item in value)
    return str(value)


def _fields(value: Mapping[str, Json], zone: tzinfo) -> str:
    """Say what has fields by its name, a point of a grid with its answer, anything else field by field."""
    if value.get("name"):
        return str(value["name"])
    if "point" in value:
        return f"{value['point']} : {'oui' if value.get('seen') is True else 'non'}"
    return ", ".join(f"{LABELS.get(key, key)} = {value_words(key, item, zone)}" for key, item in value.items())


def _text(name: str, value: str) -> str:
    if name in {"document", "act", "series", "kind"}:
        return _NAMED[name].get(value) or _CODES.get(value) or label_of(value)
    if name in {"status", "state", "capacity", "outcome"} or value in {"en_cours", "non_acquis"}:
        return _CODES.get(value, value)
    if name == "site_uid":
        return THE_SITE
    if name == "time" and _HOUR.fullmatch(value):
        return french.hour(time.fromisoformat(value))
    if name in {"date", "as_of"} or name.endswith(("_on", "_since")):
        day = _day(value)
        return french.short_date(day) if day else value
    return _NAMED.get(name, {}).get(value, value)


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
