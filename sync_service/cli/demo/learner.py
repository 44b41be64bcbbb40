"""What a trainee does in Moodle, through the same web services that a browser or the app ends in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sync_service.adapters.moodle.transport import FilePart, MoodleTransport
from sync_service.errors import MoodleAnswerError


@dataclass(slots=True)
class Learner:
    """One trainee at work in one course, with a token of her own."""

    transport: MoodleTransport
    course: int
    user: int
    _modules: dict[str, dict[str, Any]] = field(default_factory=dict)

    def _module(self, name: str) -> dict[str, Any]:
        """Return the module of the course page that bears ``name``, as this person sees it."""
        if not self._modules:
            sections = _rows(self.transport.call("core_course_get_contents", {"courseid": self.course}))
            self._modules = {str(m["name"]): m for s in sections for m in _rows(s["modules"])}
        found = next((module for title, module in self._modules.items() if title.startswith(name)), None)
        if found is None:
            raise MoodleAnswerError(f"Le cours de la démonstration n’a pas d’activité visible « {name} ».")
        return found

    def read_page(self, name: str) -> None:
        """Open a page."""
        page = self._module(name)
        self.transport.call("mod_page_view_page", {"pageid": page["instance"]}, idempotent=False)

    def work_through(self, name: str, *, finish: bool, minutes: int) -> None:
        """Go through a package; without ``finish`` it is left half-way and can be taken up again."""
        scorm = self._module(name)["instance"]
        reply = _row(self.transport.call("mod_scorm_get_scorm_scoes", {"scormid": scorm}))
        sco = next(s for s in _rows(reply["scoes"]) if s.get("launch"))
        tracks: list[dict[str, str]] = [
            {"element": "cmi.core.lesson_status", "value": "completed" if finish else "incomplete"},
            {"element": "cmi.core.lesson_location", "value": "5" if finish else "2"},
            {"element": "cmi.core.session_time", "value": f"{minutes // 60:04d}:{minutes % 60:02d}:00.00"},
        ]
        self.transport.call(
            "mod_scorm_insert_scorm_tracks", {"scoid": sco["id"], "attempt": 1, "tracks": tracks}, idempotent=False
        )

    def deposit(self, name: str, file: str, content: bytes, *, hand_in: bool) -> None:
        """Put a file in a deposit; without ``hand_in`` it stays a draft that nobody receives."""
        assign = self._module(name)["instance"]
        sent = _rows(self.transport.send_files([FilePart(file, content)]))
        data = {"files_filemanager": sent[0]["itemid"]}
        self.transport.call(
            "mod_assign_save_submission", {"assignmentid": assign, "plugindata": data}, idempotent=False
        )
        if hand_in:
            self.hand_in(name)

    def hand_in(self, name: str) -> None:
        """Press the button that hands in."""
        assign = self._module(name)["instance"]
        params = {"assignmentid": assign, "acceptsubmissionstatement": True}
        self.transport.call("mod_assign_submit_for_grading", params, idempotent=False)


def _rows(value: object) -> list[dict[str, Any]]:
    return [dict(row) for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _row(value: object) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}
