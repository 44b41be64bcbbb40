"""What a SCORM package is made of, and the rules that need no file, no XML and no clock (design.md §4, SCORM).

A module is one package with one SCO in SCORM 1.2. Its identifier is declared by the author and never derived from a
title: Moodle keeps a learner's results only while the item's identifier stays the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from sync_service.domain.lms_state import Json

EDITION = "1.2"
"""The edition built: the Moodle app plays nothing else."""
MANIFEST = "imsmanifest.xml"
MAX_TITLE = 200
"""Moodle fails with a database error above 255 characters."""
MAX_SUSPEND_DATA = 4000
"""Characters of suspend_data that every SCORM 1.2 platform accepts (4,096 in the specification)."""
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,99}")
_PAGE_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
_PATH = re.compile(r"[a-z0-9_-][a-z0-9._-]*(/[a-z0-9_-][a-z0-9._-]*)*")

PackageFiles: TypeAlias = Mapping[str, bytes]
"""Path inside the package → bytes."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of the autopositionnement; ``id`` names its answer in the learner's browser."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class SelfAssessment:
    """The autopositionnement: a scale and statements; answers never leave the learner's browser."""

    title: str
    intro: str
    scale: tuple[str, ...]
    """From the least to the most assured."""
    statements: tuple[Statement, ...]
    closing: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page: Markdown, or the autopositionnement. ``id`` is the bookmark, so it outlives titles and order."""

    id: str
    markdown: str = ""
    assessment: SelfAssessment | None = None
    where: str = ""
    """File it comes from, for messages."""


@dataclass(frozen=True, slots=True)
class Module:
    """A module as its author wrote it."""

    identifier: str
    title: str
    language: str
    minutes: int
    source: str
    """What the quoted texts come from, in words a trainee reads."""
    pages: tuple[Page, ...]
    assets: PackageFiles = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What imsmanifest.xml says: one organisation, one item, one SCO, and every file of the package."""

    identifier: str
    """The item's identifier; those of the manifest, organisation and resource are derived from it."""
    title: str
    launch: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BuiltPackage:
    """A package ready to be written; ``moodle`` holds the fields of docs/moodle-contract.md for kind scorm."""

    identifier: str
    title: str
    zip_bytes: bytes
    content_digest: str
    moodle: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class PackageResult:
    """What building one module of a cycle did; ``changed`` is False when the files on disk already said it."""

    module: str
    zip_path: Path
    json_path: Path
    content_digest: str
    changed: bool


class Severity(StrEnum):
    """An error makes a package fail somewhere; a warning makes it fragile."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing lint saw: a stable code, the place, and one sentence in each language."""

    code: str
    severity: Severity
    where: str
    message_fr: str
    message_en: str


def is_identifier(text: str) -> bool:
    """Tell whether ``text`` may identify a module: an ASCII XML name of at most 100 characters."""
    return _IDENTIFIER.fullmatch(text) is not None


def is_page_id(text: str) -> bool:
    """Tell whether ``text`` may name a page: ``[a-z0-9-]``, a letter first, 1 to 40 characters."""
    return _PAGE_ID.fullmatch(text) is not None


def is_package_path(path: str) -> bool:
    """Tell whether Moodle keeps ``path`` as it is: ``[a-z0-9._/-]``, no part empty or starting with a dot."""
    return _PATH.fullmatch(path) is not None


def content_digest(files: Iterable[tuple[str, bytes]]) -> str:
    """Return the SHA-256, in hexadecimal, over the sorted (path, SHA-256 of bytes): independent of zip and dates."""
    whole = hashlib.sha256()
    for path, data in sorted(files):
        whole.update(f"{path}\0{hashlib.sha256(data).hexdigest()}\n".encode())
    return whole.hexdigest()


def longest_suspend_data(page_ids: Iterable[str]) -> int:
    """Return how many characters the runtime may put in suspend_data once every page was seen."""
    return sum(len(f"page-{page},") for page in page_ids) + 100


def moodle_settings(digest: str) -> dict[str, Json]:
    """Return the Moodle settings that suit a package of ours, in the field names of docs/moodle-contract.md.

    The package ends in ``completed``, never in ``passed``, and sends no score. ``completionstatusrequired`` is 6
    (passed or completed) rather than 4: both accept ``completed``, and a later package with a score can then end in
    ``passed`` without the completion unlock that erases everybody's completion. ``grademethod`` is 0 (count of SCOs):
    any other method would write « 0 sur 100 » in the gradebook of someone who has done everything.
    """
    return {
        "package_digest": digest,
        "completion": 2,
        "completionview": False,
        "completionstatusrequired": 6,
        "maxgrade": 100,
        "grademethod": 0,
        "maxattempt": 0,
        "forcenewattempt": 0,
        "whatgrade": 0,
        "lastattemptlock": 0,
        "displayattemptstatus": 0,
        "hidetoc": 3,
        "nav": 0,
        "skipview": 2,
        "hidebrowse": True,
        "popup": False,
        "masteryoverride": False,
        "autocommit": False,
        "updatefreq": 0,
    }
