"""Fields of the kinds of activity that have many: packages and deposits (docs/moodle-contract.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sync_service.domain.layout import Assign
from sync_service.domain.lms_state import Json

_COMPLETION = frozenset({"completion", "completionview", "completionstatusrequired"})


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """A built package: what its zip contains, where it is, and the settings the packager gives it."""

    content_digest: str
    zip_path: str
    moodle: Mapping[str, Json] = field(default_factory=dict)
    """Contents of ``<module>.moodle.json``: the only source of the SCORM settings, completion included."""


def scorm_fields(package: PackageFacts, *, tracked: bool) -> dict[str, Json]:
    """Return a package's fields; one that is not « à faire » loses its completion settings."""
    given = {name: value for name, value in package.moodle.items() if tracked or name not in _COMPLETION}
    return {**given, "package_digest": package.content_digest}


def listing_digest(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of « hash, two blanks, path » lines sorted by path, as ``sha256sum`` prints them."""
    lines = [f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def assign_fields(activity: Assign, due: datetime | None) -> dict[str, Json]:
    """Return a deposit's fields: no grade, no message, no cut-off, and a date only for the dossier."""
    return {
        "completionsubmit": activity.tracked,
        "duedate": int(due.timestamp()) if activity.due and due else 0,
        "cutoffdate": 0,
        "allowsubmissionsfromdate": 0,
        "gradingduedate": 0,
        "grade": 0,
        "submissiondrafts": activity.drafts,
        "requiresubmissionstatement": False,
        "sendnotifications": False,
        "sendlatenotifications": False,
        "sendstudentnotifications": False,
        "maxfiles": activity.max_files,
        "maxbytes": activity.max_bytes,
        "filetypes": ",".join(activity.file_types),
        "onlinetext": False,
        "feedbackcomments": activity.feedback_comments,
    }
