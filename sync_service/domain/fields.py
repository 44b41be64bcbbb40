"""Fields of each kind of object: Moodle's French words for them, how they compare, and what they need.

The names are those of docs/moodle-contract.md §2; the words are those that an administrator reads in Moodle's forms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sync_service.domain import normalise as n
from sync_service.domain.lms_state import Json, Kind
from sync_service.domain.normalise import MISSING, Form, Value


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a kind of object.

    ``unlock``: Moodle wipes completion to change it. ``born``: written at creation only, compared for ever.
    ``derived``: Moodle makes it from another field, so it is never compared.
    """

    label: str
    form: Form = n.plain
    unlock: bool = False
    born: bool = False
    derived: bool = False
    shown_as: str = ""
    """How a value is shown (adapters/preview/words.py): moment, html, digest …; empty for its own text."""
    unset: Value = MISSING
    """What the field is where a base is older than the field itself."""


_ACHIEVEMENT = "Achèvement d’activité"
_ACCESS = FieldSpec("Restreindre l’accès", n.tree)
_HTML = FieldSpec("Description", n.html, shown_as="html")
_ANY: Mapping[str, FieldSpec] = {
    "name": FieldSpec("Nom", n.text),
    "intro": _HTML,
    "summary": _HTML,
    "description": _HTML,
    "visible": FieldSpec("Disponibilité", n.flag, shown_as="visible"),
    "position": FieldSpec("Ordre", n.number, shown_as="rank"),
    "availability": _ACCESS,
    "showdescription": FieldSpec("Afficher la description sur la page de cours", n.flag),
    "completion": FieldSpec(_ACHIEVEMENT, n.number, unlock=True, shown_as="completion"),
    "completionview": FieldSpec(f"{_ACHIEVEMENT} – Afficher l’activité", n.flag, unlock=True),
}

IDNUMBER = "idnumber"
"""Field of an object of ours whose idnumber someone changed: absent while it is the key, always restored to it."""
CRITERIA = "criteria"
"""Activities that complete the course: declared only when the layout asks for it, and written once."""
_COURSE: Mapping[str, FieldSpec] = {
    "fullname": FieldSpec("Nom complet du cours", n.text),
    "shortname": FieldSpec("Nom abrégé du cours", n.text),
    "summary": FieldSpec("Résumé du cours", n.html, shown_as="html"),
    "category": FieldSpec("Catégorie de cours", born=True),
    "startdate": FieldSpec("Date de début du cours", n.minute, shown_as="moment"),
    "enddate": FieldSpec("Date de fin du cours", n.minute, shown_as="moment"),
    "visible": FieldSpec("Visibilité du cours", n.flag, shown_as="visible"),
    "enablecompletion": FieldSpec("Activer le suivi d’achèvement", n.flag),
    "showgrades": FieldSpec("Carnet de notes – Afficher le carnet de notes aux étudiants", n.flag),
    "lang": FieldSpec("Imposer la langue"),
    "newsitems": FieldSpec("Nombre d’annonces", n.number),
    CRITERIA: FieldSpec("Achèvement de cours – Activités requises", n.key_set, unlock=True, unset=[]),
}

_ENROL: Mapping[str, FieldSpec] = {
    "role": FieldSpec("Inscriptions manuelles – Rôle attribué par défaut"),
    "welcomemessage": FieldSpec("Inscriptions manuelles – Envoyer un message de bienvenue", n.flag),
    "status": FieldSpec("Inscriptions manuelles – Méthode d’inscription", shown_as="status"),
}

_SECTION: Mapping[str, FieldSpec] = {"name": FieldSpec("Nom de la section", n.text)}

_GROUP: Mapping[str, FieldSpec] = {"name": FieldSpec("Nom de groupe", n.text)}

_ENROLMENT: Mapping[str, FieldSpec] = {
    "userid": FieldSpec("Compte Moodle", n.number, born=True),
    "status": FieldSpec("Statut de l’inscription", shown_as="status"),
    "timestart": FieldSpec("Début de l’inscription", n.minute, shown_as="moment"),
    "timeend": FieldSpec("Fin de l’inscription", n.minute, shown_as="moment"),
    "groups": FieldSpec("Groupes", n.keys),
}

_EVENT: Mapping[str, FieldSpec] = {
    "name": FieldSpec("Titre de l’événement", n.text),
    "location": FieldSpec("Emplacement", n.text),
    "timestart": FieldSpec("Date", n.minute, shown_as="moment"),
    "timeduration": FieldSpec("Durée", n.minute, shown_as="duration"),
    "visible": FieldSpec("Visibilité", n.flag, shown_as="visible"),
}

_MODULE: Mapping[str, Mapping[str, FieldSpec]] = {
    "scorm": {
        "package_digest": FieldSpec("Fichier paquetage", shown_as="digest"),
        "completionstatusrequired": FieldSpec(
            f"{_ACHIEVEMENT} – Statut requis", n.number, unlock=True, shown_as="scorm_status"
        ),
        "maxgrade": FieldSpec("Score maximal", n.number),
        "grademethod": FieldSpec("Méthode d’évaluation", n.number),
        "maxattempt": FieldSpec("Nombre de tentatives", n.number),
        "forcenewattempt": FieldSpec("Imposer une nouvelle tentative", n.number),
        "whatgrade": FieldSpec("Évaluation des tentatives", n.number),
        "lastattemptlock": FieldSpec("Verrouiller après la dernière tentative", n.flag),
        "displayattemptstatus": FieldSpec("Afficher l’état des tentatives", n.number),
        "hidetoc": FieldSpec("Affichage de la structure du cours dans le lecteur", n.number),
        "nav": FieldSpec("Afficher la navigation", n.number),
        "skipview": FieldSpec("Ne pas afficher la page de structure du contenu", n.number),
        "hidebrowse": FieldSpec("Désactiver le mode prévisualisation", n.flag),
        "popup": FieldSpec("Afficher le paquetage", n.number),
        "masteryoverride": FieldSpec("Le score de maîtrise remplace le statut", n.flag),
        "autocommit": FieldSpec("Enregistrement automatique", n.flag),
        "updatefreq": FieldSpec("Fréquence de mise à jour automatique", n.number),
    },
    "assign": {
        "completionsubmit": FieldSpec(f"{_ACHIEVEMENT} – Remettre un travail", n.flag, unlock=True),
        "duedate": FieldSpec("À rendre jusqu’au", n.minute, shown_as="moment"),
        "cutoffdate": FieldSpec("Date limite", n.minute, shown_as="moment"),
        "allowsubmissionsfromdate": FieldSpec("Autoriser la remise dès le", n.minute, shown_as="moment"),
        "gradingduedate": FieldSpec("Me rappeler d’évaluer avant le", n.minute, shown_as="moment"),
        "grade": FieldSpec("Type d’évaluation", n.number),
        "submissiondrafts": FieldSpec("Exiger un clic sur le bouton qui remet le travail", n.flag),
        "requiresubmissionstatement": FieldSpec("Exiger l’acceptation de la déclaration de remise", n.flag),
        "sendnotifications": FieldSpec("Informer les évaluateurs des travaux remis", n.flag),
        "sendlatenotifications": FieldSpec("Informer les évaluateurs des travaux en retard", n.flag),
        "sendstudentnotifications": FieldSpec("Notifier les étudiants", n.flag),
        "maxfiles": FieldSpec("Nombre maximal de fichiers remis", n.number),
        "maxbytes": FieldSpec("Taille maximale des fichiers remis", n.number, shown_as="bytes"),
        "filetypes": FieldSpec("Types de fichiers acceptés", n.words),
        "onlinetext": FieldSpec("Texte en ligne", n.flag),
        "feedbackcomments": FieldSpec("Feedback par commentaires", n.flag),
    },
    "page": {"content": FieldSpec("Contenu de la page", n.html, shown_as="html")},
    "label": {"name": FieldSpec("Nom", n.text, derived=True), "intro": FieldSpec("Texte", n.html, shown_as="html")},
    "url": {"externalurl": FieldSpec("URL externe")},
    "resource": {
        "file_digest": FieldSpec("Fichier", shown_as="digest"),
        "filename": FieldSpec("Nom du fichier", n.text),
    },
    "folder": {
        "file_digest": FieldSpec("Fichiers", shown_as="digest"),
        "display": FieldSpec("Affichage du contenu du dossier", n.number),
    },
    "forum": {
        "type": FieldSpec("Type de forum"),
        "forcesubscribe": FieldSpec("Mode d’abonnement", n.number),
    },
}

_KINDS: Mapping[Kind, Mapping[str, FieldSpec]] = {
    Kind.COURSE: _COURSE,
    Kind.ENROL_INSTANCE: _ENROL,
    Kind.SECTION: _SECTION,
    Kind.MODULE: {},
    Kind.GROUP: _GROUP,
    Kind.ENROLMENT: _ENROLMENT,
    Kind.EVENT: _EVENT,
}

_ABOUT: Mapping[str, FieldSpec] = {
    IDNUMBER: FieldSpec("Numéro d’identification"),
    "key": FieldSpec("Clé"),
    "section": FieldSpec("Section"),
}
CONTENT = frozenset({"package_digest", "file_digest"})
"""Fields that stand for a file: writing one means sending the file."""

_NOUNS: Mapping[str, str] = {
    "course": "le cours",
    "enrol_instance": "la méthode d’inscription",
    "section": "la section",
    "group": "le groupe",
    "enrolment": "l’inscription",
    "event": "l’événement du calendrier",
    "scorm": "le paquetage SCORM",
    "assign": "le dépôt",
    "page": "la page",
    "label": "la zone de texte",
    "url": "le lien",
    "resource": "le fichier",
    "folder": "le dossier de fichiers",
    "forum": "le forum",
    "module": "l’activité",
}


def spec(kind: Kind, modname: str, field: str) -> FieldSpec:
    """Return what is known of a field; an unlisted one shows under its own name and compares as it is."""
    specific = _MODULE.get(modname, {}) if kind is Kind.MODULE else _KINDS[kind]
    if field in _ABOUT:
        return _ABOUT[field]
    return specific.get(field) or _ANY.get(field) or FieldSpec(field)


def known_fields(kind: Kind, modname: str = "") -> frozenset[str]:
    """Return the names that docs/moodle-contract.md gives to a kind; a write with another is refused."""
    if kind is Kind.MODULE:
        return frozenset(_MODULE.get(modname, {})) | (frozenset(_ANY) - {"summary", "description"})
    more = {
        Kind.SECTION: {"summary", "visible", "position", "availability"},
        Kind.EVENT: {"description"},
    }
    return frozenset(_KINDS[kind]) | more.get(kind, set())


def noun(kind: Kind, modname: str = "") -> str:
    """Return the French words for an object with their article, as « le dépôt »."""
    return _NOUNS.get(modname or kind.value) or _NOUNS[kind.value]


def normal(spec_: FieldSpec, value: Value) -> Value:
    """Bring a value to the form in which it compares."""
    return value if isinstance(value, n.Missing) else spec_.form(value)


def same(spec_: FieldSpec, left: Value, right: Value) -> bool:
    """Tell whether two values mean the same to Moodle; a missing value equals only a missing value."""
    return normal(spec_, left) == normal(spec_, right)


def covers(spec_: FieldSpec, seen: Value, declared: Value) -> bool:
    """Tell whether what is seen fulfils what is declared: groups of a person may be more, all else must be the same."""
    if spec_.form is n.keys and MISSING not in (seen, declared):
        return set(_items(normal(spec_, declared))) <= set(_items(normal(spec_, seen)))
    return same(spec_, seen, declared)


def _items(value: Value) -> list[Json]:
    return value if isinstance(value, list) else []
