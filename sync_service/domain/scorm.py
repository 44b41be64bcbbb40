"""What a SCORM package is made of, and the rules that need no file, no XML and no clock (design.md §4, SCORM).

A module is one package with one SCO, in SCORM 1.2 or 2004 4th edition. Its identifier is declared by the author and never derived from a
title: Moodle keeps a learner's results only while the item's identifier stays the same.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from sync_service.domain.lms_state import Json

EDITION = "1.2"
"""The edition built by default: the Moodle app plays nothing else."""
EDITION_2004 = "2004-4"
"""SCORM 2004 4th edition, for platforms that ask for it."""
EDITIONS = (EDITION, EDITION_2004)
MANIFEST = "imsmanifest.xml"
MAX_TITLE = 200
"""Moodle fails with a database error above 255 characters."""
MAX_SUSPEND_DATA = 4000
"""Characters of suspend_data that every SCORM 1.2 platform accepts (4,096 in the specification)."""
MAX_TYPED = 40
"""Characters of a typed answer: kept in suspend_data, so that it is found again at the next visit."""
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


class QuestionKind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true-false"
    NUMERIC = "numeric"
    SHORT_TEXT = "short-text"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose from; ``value`` is one character, what an LMS reads in the journal."""

    value: str
    text: str
    right: bool
    feedback: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question: choices for the first three kinds, ``accept`` and two feedbacks for those that are typed."""

    id: str
    kind: QuestionKind
    text: str
    choices: tuple[Choice, ...] = ()
    accept: tuple[str, ...] = ()
    """Accepted words, folded by ``folded``; for a number, that number alone."""
    tolerance: str = "0"
    unit: str = ""
    feedback_right: str = ""
    feedback_wrong: str = ""


@dataclass(frozen=True, slots=True)
class Quiz:
    """A quiz. Not ``scored``, it is a training: nothing of it is ever sent. ``attempts`` 0 means without limit."""

    title: str
    intro: str
    questions: tuple[Question, ...]
    closing: str = ""
    scored: bool = False
    pass_mark: int = 60
    """Percent of right answers."""
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Term:
    """One word of the glossary."""

    term: str
    text: str


@dataclass(frozen=True, slots=True)
class Glossary:
    """A page of words, in alphabetical order."""

    title: str
    intro: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: Markdown, or one of the three kinds of table. ``id`` is the bookmark: it outlives titles and order."""

    id: str
    markdown: str = ""
    assessment: SelfAssessment | None = None
    quiz: Quiz | None = None
    glossary: Glossary | None = None
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

    @property
    def scored_quiz(self) -> Quiz | None:
        """The quiz whose score is sent, if there is one."""
        return next((page.quiz for page in self.pages if page.quiz is not None and page.quiz.scored), None)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What imsmanifest.xml says: one organisation, one item, one SCO, and every file of the package."""

    identifier: str
    """The item's identifier; those of the manifest, organisation and resource are derived from it."""
    title: str
    launch: str
    files: tuple[str, ...]
    edition: str = EDITION
    mastery: int | None = None
    """Percent to reach; None when no score is sent."""
    schemas: tuple[str, ...] = ()
    """Names of the XSD files at the root of the package, when it carries them."""


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
    """An error makes a package fail somewhere; a warning makes it fragile; an information is a matter of style."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"

    @property
    def rank(self) -> int:
        """0 for the severest."""
        return list(Severity).index(self)


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


def folded(text: str) -> str:
    """Return a typed answer as it is compared: letters and digits only, without case or accent."""
    plain = unicodedata.normalize("NFD", text.lower().replace("œ", "oe"))
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"[\u0300-\u036f]", "", plain)).strip()


def longest_suspend_data(pages: Iterable[Page]) -> int:
    """Return how many characters the runtime may put in suspend_data once all was seen and answered."""
    return 120 + sum(len(f"page-{page.id},") + _longest_answers(page.quiz) for page in pages)


def _longest_answers(quiz: Quiz | None) -> int:
    """Answers of a scored quiz, as ``id=a.b&``; a typed character may need nine once escaped."""
    if quiz is None or not quiz.scored:
        return 0
    return sum(
        len(one.id) + 2 + max(2 * len(one.choices), 0 if one.choices else 9 * MAX_TYPED) for one in quiz.questions
    )


def moodle_settings(digest: str, *, scored: bool = False) -> dict[str, Json]:
    """Return the Moodle settings that suit a package of ours, in the field names of docs/moodle-contract.md.

    A package without score ends in ``completed``, never in ``passed``. ``completionstatusrequired`` is 6 (passed or
    completed) rather than 4: both accept ``completed``, and a later package with a score can then end in ``passed``
    without the completion unlock that erases everybody's completion. ``grademethod`` is 0 (count of SCOs) without a
    score: any other method would write « 0 sur 100 » in the gradebook of someone who has done everything. With a score
    it is 1, the highest.
    """
    return {
        "package_digest": digest,
        "completion": 2,
        "completionview": False,
        "completionstatusrequired": 6,
        "maxgrade": 100,
        "grademethod": int(scored),
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
