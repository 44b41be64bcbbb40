"""The state of a promotion's course in Moodle: desired and seen share these types.

Field names are those of docs/moodle-contract.md. A value is plain JSON: text, whole number, truth value, null, or a
list or object of those; dates are whole seconds since 1970 UTC; a key stands wherever Moodle would put an id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"
Fields: TypeAlias = Mapping[str, Json]


class Kind(StrEnum):
    """What an object is; the order is the order of an apply (design.md §4)."""

    COURSE = "course"
    ENROL_INSTANCE = "enrol_instance"
    SECTION = "section"
    MODULE = "module"
    GROUP = "group"
    ENROLMENT = "enrolment"
    EVENT = "event"


class Owner(StrEnum):
    """Who a keyed object of Moodle belongs to, according to the plugin's map."""

    OURS = "ours"
    """A row of the map with this installation's uid, and the object is there."""
    OTHER = "other"
    """A row of the map with another installation's uid: foreign."""
    NONE = "none"
    """The object bears a key of ours but no row: a copy, or made by hand: foreign."""
    GONE = "gone"
    """A row whose object is no longer there."""
    RESTORED = "restored"
    """A row whose object is gone while another object bears the key: ``plan`` proposes to adopt it."""


@dataclass(frozen=True, slots=True)
class LmsObject:
    """One object as it should be: its key, its kind, the key of what it is in, and its fields."""

    key: str
    kind: Kind
    parent: str
    """Key of the section of a module, of the course of anything else; empty for a course."""
    fields: Fields
    modname: str = ""
    """Moodle's module name (scorm, assign, page, label, url, resource, folder, forum) for a module, else empty."""
    owns: frozenset[str] = frozenset()
    """Fields restored when someone changes them in Moodle; every other field is create-only (design.md §4)."""


@dataclass(frozen=True, slots=True)
class Base:
    """What cyclesync last wrote: as it was declared, and as Moodle gave it back afterwards.

    Keeping both makes the comparison free of Moodle's cleaning: declared is compared with declared, seen with seen.
    """

    declared: Fields
    applied: Fields


@dataclass(frozen=True, slots=True)
class SeenObject:
    """One object as Moodle shows it now."""

    key: str
    kind: Kind
    parent: str
    fields: Fields
    owner: Owner
    moodle_id: int
    digest: str
    """Opaque proof of the state seen, sent back as ``expect`` so that a change in between is refused."""
    modname: str = ""
    base: Base | None = None
    learners: int = 0
    """People who have results or submissions in it (attempts, tracks, submissions, completions)."""
    base_parent: str = ""
    """Key of the section that cyclesync last put a module in; empty when it is not known."""


@dataclass(frozen=True, slots=True)
class CourseState:
    """All that the diff needs to know of one course, from one call."""

    site_uid: str
    course: SeenObject | None
    objects: tuple[SeenObject, ...] = ()
    enrolled: int = 0
    """Learners with an active enrolment in the course, whoever enrolled them."""
    foreign_members: tuple[int, ...] = ()
    """Moodle user ids enrolled by someone else than cyclesync: listed, never touched."""


@dataclass(frozen=True, slots=True)
class SiteInfo:
    """What a site says of itself (``local_cyclesync_get_info``, or core's site info in observe mode)."""

    site_uid: str
    release: str
    functions: frozenset[str]
    api: int = 0
    """Version of the plugin's contract; 0 when the plugin is absent."""
    epoch: str = ""
    features: frozenset[str] = frozenset()
    username: str = ""
    roles: Mapping[str, int] = field(default_factory=dict)
    missing_rights: tuple[str, ...] = ()
    excess_rights: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MoodleUser:
    """An account as the site shows it to the service; never stored outside the vault."""

    id: int
    username: str
    idnumber: str
    firstname: str
    lastname: str
    email: str
    suspended: bool = False
