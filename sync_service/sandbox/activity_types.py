"""Settings of each type of activity that the plugin can make: types and defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync_service.sandbox.spec import Refusal

Kinds = Mapping[str, "str | tuple[Any, ...]"]


@dataclass(frozen=True, slots=True)
class ActivityType:
    """One module name of Moodle."""

    number: int
    """Row of Moodle's table of modules."""
    plural: str
    purpose: str
    types: Kinds
    defaults: Mapping[str, Any]
    rule: str = ""
    """Setting that is a completion rule of its own."""
    file_field: str = ""
    """Setting that stands for a file sent beside it."""
    several: bool = False
    """Whether it stands for several files."""

    @property
    def completion_fields(self) -> frozenset[str]:
        """Fields whose change needs completion to be unlocked."""
        return frozenset({"completion", "completionview", self.rule} - {""})


_SCORM: dict[str, tuple[str | tuple[Any, ...], Any]] = {
    "completionstatusrequired": ((0, 2, 4, 6), 0), "maxgrade": ("int", 100), "grademethod": ((0, 1, 2, 3), 1),
    "maxattempt": ("int", 0), "forcenewattempt": ((0, 1, 2), 0), "whatgrade": ((0, 1, 2, 3), 0),
    "lastattemptlock": ("bool", False), "displayattemptstatus": ((0, 1, 2, 3), 1), "hidetoc": ((0, 1, 2, 3), 0),
    "nav": ((0, 1, 2), 1), "skipview": ((0, 1, 2), 0), "hidebrowse": ("bool", False), "popup": ((0, 1), 0),
    "masteryoverride": ("bool", True), "autocommit": ("bool", False), "updatefreq": ((0, 1, 2, 3), 0),
}  # fmt: skip
_ASSIGN: dict[str, tuple[str | tuple[Any, ...], Any]] = {
    "completionsubmit": ("bool", False), "duedate": ("int", 0), "cutoffdate": ("int", 0),
    "allowsubmissionsfromdate": ("int", 0), "gradingduedate": ("int", 0), "grade": ("int", 0),
    "submissiondrafts": ("bool", True), "requiresubmissionstatement": ("bool", False), "sendnotifications": ("bool", False),
    "sendlatenotifications": ("bool", False), "sendstudentnotifications": ("bool", False), "maxfiles": ("int", 20),
    "maxbytes": ("int", 0), "filetypes": ("html", ""), "onlinetext": ("bool", False), "feedbackcomments": ("bool", False),
}  # fmt: skip


def _types(table: Mapping[str, tuple[str | tuple[Any, ...], Any]]) -> dict[str, str | tuple[Any, ...]]:
    return {name: kind for name, (kind, _) in table.items()}


def _defaults(table: Mapping[str, tuple[str | tuple[Any, ...], Any]]) -> dict[str, Any]:
    return {name: default for name, (_, default) in table.items()}


ACTIVITY_TYPES: dict[str, ActivityType] = {
    "scorm": ActivityType(19, "SCORM packages", "interactivecontent", {"package_digest": "text", **_types(_SCORM)},
                          _defaults(_SCORM), "completionstatusrequired", "package_digest"),
    "assign": ActivityType(1, "Assignments", "assessment", _types(_ASSIGN), _defaults(_ASSIGN), "completionsubmit"),
    "page": ActivityType(16, "Pages", "content", {"content": "html"}, {}),
    "label": ActivityType(13, "Text and media areas", "content", {"name": "ignored"}, {}),
    "url": ActivityType(22, "URLs", "content", {"externalurl": "html"}, {}),
    "resource": ActivityType(18, "Files", "content", {"file_digest": "text", "filename": "text"}, {}, file_field="file_digest"),
    "folder": ActivityType(8, "Folders", "content", {"file_digest": "text", "display": (0, 1)}, {"display": 0},
                           file_field="file_digest", several=True),
    "forum": ActivityType(9, "Forums", "collaboration", {"type": ("general", "news"), "forcesubscribe": (0, 1, 2, 3)},
                          {"type": "general", "forcesubscribe": 0}),
}  # fmt: skip


def activity_type(modname: str) -> ActivityType:
    """Return a type by its module name. Raises Refusal."""
    found = ACTIVITY_TYPES.get(modname)
    if found is None:
        raise Refusal("invalid", f"module type not supported: {modname}")
    return found
