"""Facts made from replies of core's functions: pure, so that each habit of Moodle has its test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sync_service.adapters.moodle.wire import CompletionStatus, Submission, Track
from sync_service.domain.lms_state import Json
from sync_service.errors import MoodleAccessError, MoodleError, MoodleRefusedError, MoodleUnreachableError

_STATES = {0: "incomplete", 1: "complete", 2: "pass", 3: "fail", 4: "fail"}
_SUBMITTED = {"new": "none", "draft": "draft", "submitted": "submitted", "reopened": "reopened"}
_BEST = ("passed", "completed", "failed", "incomplete", "not_attempted")


def activity_fields(status: CompletionStatus) -> dict[str, Json] | None:
    """Return the completion of one activity; None for a state that this version does not know."""
    state = _STATES.get(status.state)
    if state is None:
        return None
    return {"state": state, "override": bool(status.overrideby), "timemodified": status.timecompleted}


def part_status(tracks: Sequence[Track]) -> str:
    """Return what one learning object says of itself, in SCORM 1.2's words or 2004's."""
    values = {track.element: str(track.value or "").strip().lower() for track in tracks}
    success = values.get("cmi.success_status", "")
    if success in {"passed", "failed"}:
        return success
    status = values.get("cmi.core.lesson_status") or values.get("cmi.completion_status") or ""
    return status if status in {"passed", "completed", "failed"} else "incomplete"


def attempt_status(parts: Sequence[Sequence[Track]]) -> str:
    """Return the status of an attempt: failed or incomplete as soon as one part is, else passed if one is."""
    statuses = {part_status(part) for part in parts} or {"incomplete"}
    return next((status for status in ("failed", "incomplete", "passed") if status in statuses), "completed")


def scorm_fields(count: int, attempts: Mapping[int, Sequence[Sequence[Track]]]) -> dict[str, Json]:
    """Return what a package shows: the best of its attempts (number → tracks of each learning object)."""
    statuses = [attempt_status(parts) for parts in attempts.values()] or ["not_attempted"]
    flat = [track for _, parts in sorted(attempts.items()) for part in parts for track in part]
    scores = [track.value for track in flat if track.element == "score_raw" and track.value not in {None, ""}]
    times = [int(str(track.value)) for track in flat if track.element == "timemodified" and str(track.value).isdigit()]
    return {
        "status": min(statuses, key=_BEST.index),
        "attempts": count,
        "score": str(scores[-1]) if scores else None,
        "timemodified": max(times, default=0),
    }


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
        "status": status,
        "attempt": submission.attemptnumber,
        "submitted_at": submission.timemodified if status == "submitted" else 0,
        "timemodified": submission.timemodified,
        "files": files,
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
