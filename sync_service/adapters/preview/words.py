"""Values of fields in words that an administrator reads in Moodle."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from html import unescape

from sync_service.domain import normalise
from sync_service.domain.changes import object_name
from sync_service.domain.fields import FieldSpec, spec
from sync_service.domain.french import long_moment, whole
from sync_service.domain.lms_state import Json, Kind
from sync_service.domain.ordering import references
from sync_service.domain.typography import NBSP, french_list

LONGEST = 160
_TAG = re.compile(r"<[^>]*>")
_BLANK = re.compile(r"\s+")
_COMPLETION = {0: "aucun suivi", 1: "achèvement manuel", 2: "achèvement automatique"}
_SCORM = {0: "aucun", 2: "réussi", 4: "terminé", 6: "réussi ou terminé"}
_STATUS = {"active": "active", "suspended": "suspendue"}
_NOTHING = "(vide)"
_CHOICES: Mapping[tuple[str, str], Mapping[int, str]] = {
    ("scorm", "grademethod"): {0: "objets d’apprentissage", 1: "score le plus haut", 2: "moyenne", 3: "somme"},
    ("scorm", "maxattempt"): {0: "illimité"},
    ("scorm", "forcenewattempt"): {0: "non", 1: "quand la précédente est terminée", 2: "toujours"},
    ("scorm", "whatgrade"): {0: "la plus haute", 1: "la moyenne", 2: "la première", 3: "la dernière"},
    ("scorm", "displayattemptstatus"): {
        0: "non",
        1: "tableau de bord et page d’entrée",
        2: "tableau de bord",
        3: "page d’entrée",
    },
    ("scorm", "hidetoc"): {0: "sur le côté", 1: "masqué", 2: "menu déroulant", 3: "désactivé"},
    ("scorm", "nav"): {0: "non", 1: "sous le contenu", 2: "flottante"},
    ("scorm", "skipview"): {0: "jamais", 1: "au premier accès", 2: "toujours"},
    ("scorm", "popup"): {0: "même fenêtre", 1: "nouvelle fenêtre"},
    ("scorm", "updatefreq"): {0: "jamais"},
    ("assign", "grade"): {0: "aucune évaluation"},
    ("folder", "display"): {0: "sur une page à part", 1: "dans la page du cours"},
    ("forum", "forcesubscribe"): {0: "facultatif", 1: "imposé", 2: "automatique", 3: "désactivé"},
}
"""Moodle's own words for the choices of a setting (mod/scorm/lib.php, mod/forum/lib.php)."""


def label_of(kind: Kind, modname: str, field: str) -> str:
    """Return Moodle's French words for a field."""
    return spec(kind, modname, field).label


def value_of(kind: Kind, modname: str, field: str, value: Json, zone: tzinfo) -> str:
    """Return a value on one line, long text cut."""
    choice = _CHOICES.get((modname, field), {}).get(int(value)) if isinstance(value, int) else None
    if choice is not None:
        return choice
    known = spec(kind, modname, field)
    shown = _SHOWN.get(known.shown_as)
    if known.form is normalise.tree:
        return _access(value, zone)
    text = shown(value, zone) if shown is not None else _own(known, value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _own(known: FieldSpec, value: Json) -> str:
    if known.form is normalise.flag or isinstance(value, bool):
        return "oui" if normalise.flag(value) else "non"
    if value is None or value == "":
        return _NOTHING
    if isinstance(value, Sequence) and not isinstance(value, str):
        return french_list([object_name(str(item)) for item in value]) or _NOTHING
    if known.form is normalise.text:
        return f"«{NBSP}{normalise.text(value)}{NBSP}»"
    return str(value).replace("{wwwroot}", "adresse du site")


def _access(value: Json, zone: tzinfo) -> str:
    """Say what must be met: what must be completed first, from when, until when, or that there is a condition."""
    if normalise.tree(value) is None:
        return "aucune restriction"
    names = [object_name(key) for key in references(value)]
    parts = [f"selon l’achèvement de {french_list(names)}"] if names else []
    children = value.get("c", ()) if isinstance(value, Mapping) else ()
    listed = children if isinstance(children, Sequence) else ()
    dates = [child for child in listed if isinstance(child, Mapping) and child.get("type") == "date"]
    parts += [
        f"{'à partir du' if date.get('d') == '>=' else 'jusqu’au'} {_moment(date.get('t'), zone)}" for date in dates
    ]
    return ", ".join(parts) or "sous condition"


def _html(value: Json, _: tzinfo) -> str:
    text = _BLANK.sub(" ", unescape(_TAG.sub(" ", str(value or "")))).strip()
    return f"«{NBSP}{text}{NBSP}»" if text else _NOTHING


def _moment(value: Json, zone: tzinfo) -> str:
    if not isinstance(value, int) or value <= 0:
        return "aucune date"
    return long_moment(datetime.fromtimestamp(value, UTC), zone)


def _duration(value: Json, _: tzinfo) -> str:
    minutes = value // 60 if isinstance(value, int) else 0
    hours, rest = divmod(minutes, 60)
    return f"{hours}{NBSP}h{NBSP}{rest:02d}" if rest else f"{hours}{NBSP}h"


def _bytes(value: Json, _: tzinfo) -> str:
    if not isinstance(value, int) or value <= 0:
        return "limite du site"
    megabytes = value // (1024 * 1024)
    return f"{megabytes}{NBSP}Mo" if megabytes else f"{whole(value)}{NBSP}octets"


def _digest(value: Json, _: tzinfo) -> str:
    return f"contenu {str(value)[:12]}" if value else _NOTHING


def _visible(value: Json, _: tzinfo) -> str:
    return "visible" if normalise.flag(value) else "caché aux stagiaires"


def _rank(value: Json, _: tzinfo) -> str:
    return f"rang {value + 1}" if isinstance(value, int) else _NOTHING


def _from(words: Mapping[int, str] | Mapping[str, str]) -> Callable[[Json, tzinfo], str]:
    table: dict[object, str] = dict(words.items())
    return lambda value, _: table.get(value, str(value))


_SHOWN: Mapping[str, Callable[[Json, tzinfo], str]] = {
    "bytes": _bytes,
    "completion": _from(_COMPLETION),
    "digest": _digest,
    "duration": _duration,
    "html": _html,
    "moment": _moment,
    "rank": _rank,
    "scorm_status": _from(_SCORM),
    "status": _from(_STATUS),
    "visible": _visible,
}
