"""A promotion: one dated run of a cycle for a cohort."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sync_service.domain.calendar import Calendar
from sync_service.domain.cycle import Cycle
from sync_service.domain.layout import Layout


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom trainees write to or call; an empty text means that the office has not said."""

    general: str = ""
    absence: str = ""
    connection: str = ""
    accommodation: str = ""
    """Aménagement lié à un handicap."""
    dossier: str = ""
    """After the deposit's deadline."""
    pages: str = ""
    """« Une erreur ? » on « Où j'en suis »."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Dates of the certification; both instants are UTC, the zone is the promotion's."""

    jury_date: date | None
    jury_place: str
    dossier_due: datetime | None
    """23:59:59 local on the day that is ``dossier_days_before`` days before the jury."""
    dossier_due_day: date | None
    dossier_days_before: int


@dataclass(frozen=True, slots=True)
class PeopleSettings:
    """How trainees are found in Moodle."""

    mode: str = "match"
    """match: accounts exist already, none is ever created."""
    field: str = "idnumber"
    """idnumber, username or email: what Moodle can look accounts up by."""


@dataclass(frozen=True, slots=True)
class Observe:
    """For a site in observe mode: which existing course and activities stand for our objects."""

    course_shortname: str = ""
    activities: Mapping[str, int] = field(default_factory=dict)
    """Object name of the layout (``m03-prep``) → course module id (the number in the activity's address)."""


@dataclass(frozen=True, slots=True)
class MoodleTarget:
    """Where and under which names the course lives."""

    site: str
    """Key of the site in config.toml."""
    category: str
    """idnumber of the course category."""
    shortname: str
    fullname: str
    lang: str = "fr"
    visible: bool = False
    """Shown to trainees by the last step of an apply; hidden at creation."""
    observe: Observe = field(default_factory=Observe)


@dataclass(frozen=True, slots=True)
class Group:
    """A group of trainees."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Promotion:
    """A promotion, as its file declares it."""

    id: str
    label: str
    """« Angers 2026-2027 »; always shown after the word « promotion »."""
    cycle: str
    referential_version: str
    referential_sha256: str
    layout: str
    site: str
    """Where it is organised, such as « INSET d’Angers »."""
    zone: str
    """IANA zone, mandatory."""
    starts_on: date
    ends_on: date
    contact: Contact
    readers: str
    """Who reads the deposits; empty when not said."""
    certificate_handover: str
    """How the certificate reaches its holder; empty when not said."""
    deadlines: Deadlines
    moodle: MoodleTarget
    people: PeopleSettings
    groups: tuple[Group, ...] = ()
    second_person: tuple[str, ...] = ()
    """Acts that want two persons in this promotion, besides those of the referential."""

    def group(self, text: str) -> Group | None:
        """Return the group whose key or name is ``text``, or None."""
        for group in self.groups:
            if text in {group.key, group.name}:
                return group
        return None


@dataclass(frozen=True, slots=True)
class PromotionFiles:
    """A promotion with everything its files say, read and checked together."""

    promotion: Promotion
    cycle: Cycle
    calendar: Calendar
    layout: Layout
