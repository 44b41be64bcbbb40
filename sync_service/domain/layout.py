"""The layout of a course: sections and activities, each activity a member of a union tagged by its kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias


class Mark(StrEnum):
    """What is expected of the trainee; only « À faire » is tracked."""

    TO_DO = "À faire"
    ADVISED = "Conseillé"
    INFORMATION = "Information"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """When a section or an activity opens; what is closed is shown with the reason (« Restreindre l’accès »)."""

    after: tuple[str, ...] = ()
    """Object names of activities that must be completed first."""
    opens: date | None = None
    """First day, in the promotion's zone."""
    closes: date | None = None
    """Last day, in the promotion's zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What every activity has; texts are HTML with ``{placeholders}``."""

    key: str
    """Object name: the key is ``cs:<promotion>:<key>``."""
    was: str = ""
    """Former object name, when it was renamed."""
    mark: Mark
    name: str
    intro: str = ""
    show_intro: bool = False
    visible: bool = True
    module: int | None = None
    """Number of the module of its section."""
    owns: frozenset[str] = frozenset()
    """More fields to restore when changed in Moodle than the default ones."""
    access: Access = Access()

    @property
    def tracked(self) -> bool:
        """Tell whether Moodle follows its completion."""
        return self.mark is Mark.TO_DO


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorm(Activity):
    """A package « Préparer le module »."""

    package: str
    """``<cycle>/<module>`` of scorm_packages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(Activity):
    """A deposit. ``due`` says whether the dossier's deadline applies; nothing else has a date."""

    due: bool
    drafts: bool
    """A draft must be submitted by a gesture of its own."""
    max_files: int
    max_bytes: int
    file_types: tuple[str, ...]
    feedback_comments: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Activity):
    """A page of text."""

    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Label(Activity):
    """A text shown in the section itself; Moodle derives its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Url(Activity):
    """A link; ``{wwwroot}`` stands for the Moodle site."""

    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(Activity):
    """A file: bytes given by the mapping, or generated from the calendar when ``content`` is None."""

    filename: str
    content: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder(Activity):
    """Several files; those that people add in Moodle are never touched."""

    files: Mapping[str, bytes]
    """File name → bytes."""
    inline: bool = False
    """Whether the list stands in the course page itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forum(Activity):
    """A forum; what people write in it is never read."""

    type: str = "general"
    """general or news."""
    subscription: int = 0
    """0 optional, 1 forced, 2 auto, 3 off."""


AnyActivity: TypeAlias = Scorm | Assign | Page | Label | Url | Resource | Folder | Forum


@dataclass(frozen=True, slots=True)
class LayoutSection:
    """A section; one that belongs to an undescribed module is hidden."""

    key: str
    name: str
    summary: str
    visible: bool
    activities: tuple[AnyActivity, ...]
    module: int | None = None
    was: str = ""
    access: Access = Access()


@dataclass(frozen=True, slots=True)
class Layout:
    """Sections in order; the first is Moodle's section 0."""

    id: str
    sections: tuple[LayoutSection, ...]
    summary: str = ""
    """Summary of the course, HTML with placeholders."""
    course_completion: bool = False
    """Whether Moodle completes the course once every « à faire » is done; it then writes to the trainee."""

    def activities(self) -> Iterator[tuple[LayoutSection, AnyActivity]]:
        """Yield every activity with its section, in order."""
        for section in self.sections:
            for activity in section.activities:
                yield section, activity

    def tracked(self) -> tuple[str, ...]:
        """Object names of the activities that Moodle follows."""
        return tuple(activity.key for _, activity in self.activities() if activity.tracked)
