"""The course as it should be: a pure function from the mapping, the packages and the register's enrolments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sync_service.domain.lms_state import Json, LmsObject


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """A built package: what its zip contains, where it is, and the settings the packager gives it."""

    content_digest: str
    zip_path: str
    moodle: Mapping[str, Json] = field(default_factory=dict)
    """Contents of ``<module>.moodle.json``: the only source of the SCORM completion settings."""


@dataclass(frozen=True, slots=True)
class WantedEnrolment:
    """An enrolment that the register wants, with the Moodle account it was matched to."""

    candidate: str
    """``cand_…``."""
    user_id: int
    status: str
    """active or suspended."""
    timestart: int = 0
    timeend: int = 0
    groups: tuple[str, ...] = ()
    """Keys or names of groups of the promotion."""


@dataclass(frozen=True, slots=True)
class Rename:
    """An object declared with ``was``: the key it had and the key it has."""

    was: str
    key: str


@dataclass(frozen=True, slots=True)
class DesiredCourse:
    """Objects in the order of an apply, the files some of them carry, and the declared renames."""

    objects: tuple[LmsObject, ...]
    files: Mapping[str, Path | bytes]
    """Key of a scorm or resource → its zip's path, or its bytes."""
    renames: tuple[Rename, ...] = ()
