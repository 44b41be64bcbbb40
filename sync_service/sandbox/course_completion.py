"""Completion of a course: all of some activities, written once; Moodle writes to whoever ends them."""

from __future__ import annotations

from typing import Any

from sync_service.sandbox.scope import Scope
from sync_service.sandbox.spec import Refusal
from sync_service.sandbox.state import Row, State

MARKED = """SELECT count(*) FROM (SELECT userid FROM criterion_met WHERE course = ?
    UNION SELECT userid FROM course_completed WHERE course = ?)"""


def criteria(scope: Scope, course: int) -> list[str]:
    """Return the keys of the activities that complete the course, sorted; one that is not ours by its id."""
    rows = scope.state.rows("SELECT cmid FROM criterion WHERE course = ?", course)
    return sorted(scope.key_of("module", row["cmid"]) or f"activity:{row['cmid']}" for row in rows)


def check(scope: Scope, wanted: list[Any], seen: list[str], *, enabled: bool) -> None:
    """Refuse activities that are not there or not tracked, and any change once somebody is on the way. Raises Refusal."""
    if wanted and not enabled:
        raise Refusal("invalid", "completion tracking is off for the course")
    for key in wanted:
        _activity(scope, str(key))
    affected = marked(scope.state, scope.require_course()["id"]) if seen else 0
    if affected:
        raise Refusal("completion_unlock", "completion of the course would have to be erased", affected)


def _activity(scope: Scope, key: str) -> Row:
    """Return a tracked activity of ours. Raises Refusal."""
    row = scope.row(key, "module")
    module = scope.state.get("module", row["moodleid"]) if row else None
    if module is None:
        raise Refusal("missing", f"criteria name an activity that is not there: {key}")
    if not module["completion"]:
        raise Refusal("invalid", f"completion is not tracked: {key}")
    return module


def write(scope: Scope, wanted: list[Any]) -> None:
    """Write the criteria that are ours; those of people stay."""
    course = scope.require_course()["id"]
    ids = {_activity(scope, str(key))["id"] for key in wanted}
    for row in scope.state.rows("SELECT cmid FROM criterion WHERE course = ?", course):
        if row["cmid"] not in ids and scope.key_of("module", row["cmid"]) is not None:
            scope.state.run("DELETE FROM criterion WHERE course = ? AND cmid = ?", course, row["cmid"])
    for cmid in sorted(ids):
        scope.state.run("INSERT OR IGNORE INTO criterion (course, cmid) VALUES (?, ?)", course, cmid)


def marked(state: State, course: int) -> int:
    """Count the people whose completion of the course has begun to be noted."""
    return int(state.value(MARKED, course, course))


def is_criterion(state: State, module: Row) -> bool:
    """Tell whether an activity counts for the completion of its course."""
    sql = "SELECT 1 FROM criterion WHERE course = ? AND cmid = ?"
    return state.value(sql, module["course"], module["id"]) is not None


def note(state: State, module: Row, userid: int) -> None:
    """Note that somebody completed a criterion; when it was the last, the course is completed and Moodle says so."""
    if not is_criterion(state, module):
        return
    course = module["course"]
    state.run(
        "INSERT OR IGNORE INTO criterion_met (course, cmid, userid) VALUES (?, ?, ?)", course, module["id"], userid
    )
    left = """SELECT count(*) FROM criterion WHERE course = ? AND cmid NOT IN
        (SELECT cmid FROM criterion_met WHERE course = ? AND userid = ?)"""
    done = state.value("SELECT 1 FROM course_completed WHERE course = ? AND userid = ?", course, userid)
    if done is None and not state.value(left, course, course, userid):
        state.insert("course_completed", course=course, userid=userid, timecompleted=state.now())
        state.insert("message", userid=userid, kind="coursecompleted", timecreated=state.now())
