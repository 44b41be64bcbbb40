"""Facts of a promotion's people, as the site's tables say them now."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sync_service.sandbox.files import area
from sync_service.sandbox.scope import Scope, course_key, decoded
from sync_service.sandbox.state import Row, State

Facts: TypeAlias = "dict[int, dict[str, list[dict[str, Any]]]]"
_STATES = ("incomplete", "complete", "pass", "fail")
_BEST = ("passed", "completed", "failed", "incomplete", "not_attempted")
_SCORES = ("cmi.core.score.raw", "cmi.score.raw")
_ELEMENTS = ("cmi.core.lesson_status", "cmi.completion_status", "cmi.success_status", *_SCORES)


def learners(scope: Scope, *, after: int = 0, limit: int = -1) -> list[int]:
    """Return the people of the map and the students of the course, in the order of their ids."""
    known = {decoded(row, "applied").get("userid", 0) for row in scope.rows.values() if row["kind"] == "enrolment"}
    sql = """SELECT DISTINCT userid FROM enrolment JOIN enrol ON enrol.id = enrolid JOIN user ON user.id = userid
        WHERE course = ? AND enrolment.role = 'student'"""
    found = {row["userid"] for row in scope.state.rows(sql, scope.require_course()["id"])}
    everybody = sorted(user for user in found | known if user > after)
    return everybody if limit < 0 else everybody[:limit]


def enrolment_states(state: State, course: int) -> dict[int, str]:
    """Return who is enrolled, and whether that is active now."""
    now = state.now()
    sql = "SELECT enrolment.*, enrol.status AS method FROM enrolment JOIN enrol ON enrol.id = enrolid WHERE course = ?"
    return {row["userid"]: "active" if _active(row, now) else "suspended" for row in state.rows(sql, course)}


def _active(row: Row, now: int) -> bool:
    return (
        not row["status"]
        and not row["method"]
        and row["timestart"] <= now
        and (not row["timeend"] or row["timeend"] > now)
    )


def read(scope: Scope, users: Sequence[int]) -> Facts:
    """Return user → key → facts, every tracked and visible activity included."""
    facts: Facts = {user: defaultdict(list) for user in users}
    modules = _tracked(scope)
    enrolments = enrolment_states(scope.state, scope.require_course()["id"])
    key = course_key(scope.promotion)
    for user in users:
        facts[user][key] += [
            {"kind": "enrolment", "key": key, "status": enrolments.get(user, "absent")},
            {"kind": "account", "key": key, "status": _account(scope.state.get("user", user))},
        ]
    for module in modules:
        for user in users:
            facts[user][module["key"]] += _activity_facts(scope.state, module, user)
    return facts


def _tracked(scope: Scope) -> list[Row]:
    """Return our activities that are visible and tracked."""
    sql = """SELECT module.*, map.key FROM module JOIN section ON section.id = section
        JOIN map ON moodleid = module.id AND kind = 'module'
        WHERE module.course = ? AND module.visible AND section.visible AND completion > 0 AND promotion = ? ORDER BY module.id"""
    return scope.state.rows(sql, scope.require_course()["id"], scope.promotion)


def _account(user: Row | None) -> str:
    if user is None or user["deleted"]:
        return "deleted"
    return "suspended" if user["suspended"] else "active"


def _activity_facts(state: State, module: Row, user: int) -> list[dict[str, Any]]:
    """Return the facts of one person in one activity."""
    row = state.one("SELECT * FROM completion WHERE cmid = ? AND userid = ?", module["id"], user) or {}
    completed = {
        "kind": "activity", "key": module["key"], "state": _STATES[row.get("state", 0)],
        "override": bool(row.get("overrideby")), "timemodified": row.get("timemodified", 0),
    }  # fmt: skip
    if module["modname"] == "scorm":
        return [completed, {"kind": "scorm", "key": module["key"], **_scorm(state, module["id"], user)}]
    if module["modname"] == "assign":
        return [completed, {"kind": "submission", "key": module["key"], **submission(state, module["id"], user)}]
    return [completed]


def _scorm(state: State, cmid: int, user: int) -> dict[str, Any]:
    """Return the best status of anybody's attempts, and the last score."""
    attempts = state.rows("SELECT * FROM attempt WHERE cmid = ? AND userid = ? ORDER BY attempt", cmid, user)
    scoes = [
        row["id"] for row in state.rows("SELECT id FROM sco WHERE cmid = ? AND scormtype = 'sco' ORDER BY id", cmid)
    ]
    statuses, score, time = ["not_attempted"], None, 0
    for attempt in attempts:
        parts: dict[int, dict[str, str]] = defaultdict(dict)
        for track in state.rows("SELECT * FROM track WHERE attemptid = ? ORDER BY id", attempt["id"]):
            if track["element"] in _ELEMENTS:
                parts[track["scoid"]][track["element"]] = track["value"]
                time = max(time, track["timemodified"])
                score = track["value"] if track["element"] in _SCORES else score
        statuses.append(_attempt_status([parts[sco] for sco in scoes or list(parts)]))
    best = next(status for status in _BEST if status in statuses)
    return {"status": best, "attempts": len(attempts), "score": score, "timemodified": time}


def _attempt_status(parts: Sequence[Mapping[str, str]]) -> str:
    """Return the status of an attempt from those of its SCOs."""
    found = {_part_status(part) for part in parts} or {"incomplete"}
    return next((status for status in ("failed", "incomplete", "passed") if status in found), "completed")


def _part_status(part: Mapping[str, str]) -> str:
    success = part.get("cmi.success_status", "")
    if success in {"passed", "failed"}:
        return success
    status = part.get("cmi.core.lesson_status", part.get("cmi.completion_status", ""))
    return status if status in {"passed", "completed", "failed"} else "incomplete"


def submission(state: State, cmid: int, user: int) -> dict[str, Any]:
    """Return the state of somebody's last submission."""
    row = state.one("SELECT * FROM submission WHERE cmid = ? AND userid = ? ORDER BY attemptnumber DESC", cmid, user)
    status = "none" if row is None or row["status"] == "new" else row["status"]
    files = [] if row is None or status == "none" else area(state, "submission", row["id"])
    return {
        "status": status, "attempt": row["attemptnumber"] if row else 0,
        "submitted_at": row["timemodified"] if row and status == "submitted" else 0,
        "timemodified": row["timemodified"] if row else 0,
        "files": [{"name": file["filename"], "size": file["filesize"], "sha256": file["content"]} for file in files],
    }  # fmt: skip


def encoded(facts: Sequence[Mapping[str, Any]]) -> str:
    """Return a list of facts as the json text of the contract."""
    return json.dumps(list(facts), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
