"""A change of one object, a finding that is only told, and the ids by which a person approves changes.

A change id depends on what is seen and wanted, never on when it was computed: a plan recomputed after a killed run gives
the same ids to what is still to be done (design.md §4).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sync_service.domain.canonical import normalised
from sync_service.domain.fields import normal, noun, spec
from sync_service.domain.keys import split_key
from sync_service.domain.lms_state import Fields, Json, Kind, LmsObject, SeenObject
from sync_service.domain.normalise import MISSING


class Verb(StrEnum):
    """What a change does.

    ``record`` and ``adopt`` change only the plugin's map. ``show`` makes the course visible once it is whole: its id
    is the same before the course exists and after. ``rename`` gives an object of ours the key that it is declared with; ``move`` puts a module into another section.
    """

    CREATE = "create"
    UPDATE = "update"
    RESTORE = "restore"
    RECORD = "record"
    ADOPT = "adopt"
    SHOW = "show"
    RENAME = "rename"
    MOVE = "move"


class Finding(StrEnum):
    """What a plan tells and does not touch."""

    DRIFT = "drift"
    CONFLICT = "conflict"
    FOREIGN = "foreign"
    GONE = "gone"
    UNDECLARED = "undeclared"
    ELSEWHERE = "elsewhere"
    """A module that stands in another section than the declared one."""
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one object, as it will be shown and, once approved, written."""

    id: str
    key: str
    kind: Kind
    verb: Verb
    parent: str
    modname: str
    name: str
    """The object's own name; for an enrolment the number of the account, never a person's name."""
    seen: Fields
    wanted: Fields
    write: str
    """create, update, adopt, record or rename: the verb of the port's Write, or move (an update with a section)."""
    moodle_id: int = 0
    expect: str = ""
    learners: int = 0
    needs: tuple[str, ...] = ()
    """Keys that must exist, or be as declared, before this change makes sense."""
    after_all: bool = False
    """An access restriction that names other objects: written once those exist."""
    allow: tuple[str, ...] = ()
    """Names of guards lifted for this object."""
    caution: str = ""
    """What only Moodle can tell, at the moment of writing."""

    @property
    def title(self) -> str:
        """One French line that says what happens."""
        return title_of(self)


@dataclass(frozen=True, slots=True)
class Observation:
    """Something seen that is only told: ``declared`` and ``seen`` per field when fields are concerned."""

    finding: Finding
    key: str
    kind: Kind
    modname: str
    name: str
    parent: str = ""
    declared: Mapping[str, Json] = field(default_factory=dict)
    seen: Mapping[str, Json] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Name the object in French, as « la section « Bienvenue » »."""
        return called(self.kind, self.modname, self.name)


def change_id(site_uid: str, key: str, verb: Verb, pairs: Mapping[str, Sequence[Json]]) -> str:
    """Return the id of a change: SHA-256 over [site, key, verb, {field: [seen, wanted]}]."""
    listed: dict[str, Json] = {name: list(pair) for name, pair in pairs.items()}
    return hashlib.sha256(normalised([site_uid, key, verb.value, listed])[1]).hexdigest()


def fingerprint_of(ids: Iterable[str]) -> str:
    """Return the hash of sorted change ids, called « code de l’aperçu »."""
    return hashlib.sha256("".join(sorted(ids)).encode()).hexdigest()


def make_change(
    site_uid: str, wanted: LmsObject, seen: SeenObject | None, verb: Verb, fields: Fields, *, write: str
) -> Change:
    """Build a change of ``fields`` with its id; ids use normalised seen values so that Moodle's habits do not count."""
    before: dict[str, Json] = {}
    pairs: dict[str, Sequence[Json]] = {}
    for name, value in fields.items():
        shown = None if seen is None else seen.fields.get(name)
        compared = normal(spec(wanted.kind, wanted.modname, name), MISSING if shown is None else shown)
        before[name] = shown
        pairs[name] = [None if compared is MISSING else compared, value]
    if verb is Verb.SHOW:
        pairs = {"visible": [False, True]}
    return Change(
        id=change_id(site_uid, wanted.key, verb, pairs), key=wanted.key, kind=wanted.kind, verb=verb,
        parent=wanted.parent if seen is None else seen.parent, modname=wanted.modname, name=display_name(wanted),
        seen=before, wanted=dict(fields), write=write, moodle_id=0 if seen is None else seen.moodle_id,
        expect="" if seen is None else seen.digest, learners=0 if seen is None else seen.learners,
    )  # fmt: skip


def make_rename(site_uid: str, wanted: LmsObject, seen: SeenObject) -> Change:
    """Build the change of a key: ``seen`` is the object under the key that it still has."""
    pair = {"key": [seen.key, wanted.key]}
    made = make_change(site_uid, wanted, seen, Verb.RENAME, {}, write="rename")
    seen_key: dict[str, Json] = {"key": seen.key}
    wanted_key: dict[str, Json] = {"key": wanted.key}
    return replace(
        made,
        id=change_id(site_uid, wanted.key, Verb.RENAME, pair),
        seen=seen_key,
        wanted=wanted_key,
        modname=seen.modname,
    )


def make_move(site_uid: str, wanted: LmsObject, seen: SeenObject) -> Change:
    """Build the change of a module's section, at the rank that it is declared with."""
    made = make_change(site_uid, wanted, seen, Verb.MOVE, {}, write="move")
    before: dict[str, Json] = {"section": seen.parent}
    after: dict[str, Json] = {"section": wanted.parent}
    pair = {"section": [seen.parent, wanted.parent]}
    return replace(
        made, id=change_id(site_uid, wanted.key, Verb.MOVE, pair), seen=before, wanted=after, parent=wanted.parent
    )


def observe(finding: Finding, wanted: LmsObject | SeenObject, **fields: Mapping[str, Json]) -> Observation:
    """Build an observation about a declared or a seen object."""
    return Observation(
        finding=finding, key=wanted.key, kind=wanted.kind, modname=wanted.modname, name=display_name(wanted),
        parent=wanted.parent, declared=fields.get("declared", {}), seen=fields.get("seen", {}),
    )  # fmt: skip


def display_name(thing: LmsObject | SeenObject) -> str:
    """Return the object's own name, or the last part of its key; for an enrolment, the account's number."""
    if thing.kind is Kind.ENROLMENT:
        return f"compte Moodle n°\u00a0{thing.fields.get('userid', '?')}"
    for name in ("fullname", "name"):
        text = thing.fields.get(name)
        if isinstance(text, str) and text:
            return str(normal(spec(thing.kind, thing.modname, name), text))
    return object_name(thing.key)


def object_name(key: str) -> str:
    """Return the part of a key after the promotion, as guards name objects."""
    parts = split_key(key)
    return key if parts is None else parts[1]


def called(kind: Kind, modname: str, name: str) -> str:
    """Return « le dépôt « Dépôt A » », « l’inscription du compte Moodle n° 12 »."""
    words = noun(kind, modname)
    if kind is Kind.ENROLMENT:
        return f"{words} du {name}"
    return words if kind is Kind.ENROL_INSTANCE else f"{words} «\u00a0{name}\u00a0»"


_PHRASES: Mapping[Verb, str] = {
    Verb.CREATE: "Créer {thing}",
    Verb.UPDATE: "Modifier {thing}",
    Verb.RESTORE: "Rétablir {thing} (modifié dans Moodle)",
    Verb.RECORD: "Enregistrer que Moodle montre déjà ce qui est déclaré pour {thing}",
    Verb.ADOPT: "Rattacher {thing}, présent dans Moodle",
    Verb.SHOW: "Afficher le cours aux stagiaires",
    Verb.MOVE: "Déplacer dans sa section {thing}",
    Verb.RENAME: "Rattacher à sa nouvelle clé {thing}",
}


def title_of(change: Change) -> str:
    """Return the French line of a change."""
    if change.kind is Kind.ENROLMENT and change.verb in {Verb.CREATE, Verb.UPDATE}:
        return _enrolment_title(change)
    return _PHRASES[change.verb].format(thing=called(change.kind, change.modname, change.name))


def _enrolment_title(change: Change) -> str:
    status, who = change.wanted.get("status"), change.name
    if change.verb is Verb.CREATE:
        return f"Inscrire le {who}" + (", inscription suspendue" if status == "suspended" else "")
    if status == "suspended":
        return f"Suspendre l’inscription du {who}"
    return f"{'Réactiver' if status == 'active' else 'Modifier'} l’inscription du {who}"
