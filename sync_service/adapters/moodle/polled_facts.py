"""Facts made from replies of core's functions: pure, so that each habit of Moodle has its test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sync_service.adapters.moodle.wire import CompletionStatus, Submission, Track
from sync_service.domain.lms_state import Json
from sync_service.errors import MoodleAccessError, MoodleError, MoodleRefusedError, MoodleUnreachableError

_STATES = {0: "incomplete", 1: "complete", 2: "pass", 3: "fail", 4: "fail"}
_TRACKED = {
    "completed": "completed", "passed": "passed", "failed": "failed", "incomplete": "incomplete",
    "browsed": "incomplete", "unknown": "incomplete", "": "incomplete",
    "notattempted": "not_attempted", "not attempted": "not_attempted",
}  # fmt: skip
_SUBMITTED = {"new": "none", "draft": "draft", "submitted": "submitted", "reopened": "reopened"}
_NEVER = "not_attempted"


def activity_fields(status: CompletionStatus) -> dict[str, Json] | None:
    """Return the completion of one activity; None for a state that this version does not know."""
    state = _STATES.get(status.state)
    if state is None:
        return None
    return {"state": state, "override": bool(status.overrideby), "timemodified": status.timecompleted}


def scorm_fields(attempts: int, scoes: Sequence[Sequence[Track]]) -> dict[str, Json] | None:
    """Return what a package's last attempt shows, over its learning objects; None for a status never seen."""
    elements = [{track.element: track.value for track in tracks} for tracks in scoes]
    statuses = [_TRACKED.get(str(found.get("status") or "").strip().lower()) for found in elements]
    if any(status is None for status in statuses):
        return None
    status = _combined([status for status in statuses if status is not None]) if attempts else _NEVER
    scores = [found["score_raw"] for found in elements if found.get("score_raw") not in {None, ""}]
    times = [int(str(found["timemodified"])) for found in elements if str(found.get("timemodified", "")).isdigit()]
    return {
        "status": status, "attempts": attempts, "score": str(scores[0]) if scores else None,
        "timemodified": max(times, default=0),
    }


def _combined(statuses: Sequence[str]) -> str:
    """Return the status of a package from those of its learning objects."""
    found = set(statuses)
    if not found or found == {_NEVER}:
        return _NEVER
    if "failed" in found:
        return "failed"
    if found <= {"completed", "passed"}:
        return "passed" if found == {"passed"} else "completed"
    return "incomplete"


def submission_fields(submission: Submission | None) -> dict[str, Json] | None:
    """Return what was handed in; no submission at all is a fact too, an unknown status is not (None)."""
    if submission is None:
        return {"status": "none", "attempt": 0, "submitted_at": 0, "timemodified": 0, "files": []}
    status = _SUBMITTED.get(submission.status)
    if status is None:
        return None
    files: list[Json] = [
        {"name": file.filename, "size": file.filesize}
        for plugin in submission.plugins if plugin.type == "file"
        for area in plugin.fileareas for file in area.files
    ]  # fmt: skip
    return {
        "status": status, "attempt": submission.attemptnumber,
        "submitted_at": submission.timemodified if status == "submitted" else 0,
        "timemodified": submission.timemodified, "files": files,
    }


def reason(error: MoodleError) -> str:
    """Return the short code of coverage that an error of one read stands for."""
    if isinstance(error, MoodleAccessError):
        return "no_access"
    if isinstance(error, MoodleRefusedError) and error.code in {"invaliduser", "userdeleted"}:
        return "account_deleted"
    if isinstance(error, MoodleRefusedError) and error.code in {"suspended", "usernotactive"}:
        return "no_access"
    return "timeout" if isinstance(error, MoodleUnreachableError) else "error"


def latest(submissions: Iterable[Submission]) -> Mapping[int, Submission]:
    """Return the submission of highest attempt per person; group submissions (user 0) are nobody's."""
    found: dict[int, Submission] = {}
    for submission in submissions:
        known = found.get(submission.userid)
        if submission.userid and (known is None or known.attemptnumber <= submission.attemptnumber):
            found[submission.userid] = submission
    return found
