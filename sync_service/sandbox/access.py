"""Who may see what: the service account sees its category, a learner only where she is enrolled."""

from __future__ import annotations

import html
import re

from sync_service.sandbox.failures import (
    invalid_user,
    missing_record,
    moodle_exception,
    no_permission,
    not_enrolled,
)
from sync_service.sandbox.registry import Call
from sync_service.sandbox.state import Row, State

ROLES = {"manager": 1, "coursecreator": 2, "editingteacher": 3, "teacher": 4, "student": 5}
"""Moodle's standard roles, in the order of a fresh site."""

_SCRIPT = re.compile(r"<(script|style|iframe|object|embed)\b.*?(</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_HANDLER = re.compile(r"\s+on[a-z]+\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)
TAG = re.compile(r"<[^>]*>")


def escaped(name: str) -> str:
    """Return a name as every reply shows it: no tags, special characters escaped."""
    return html.escape(html.unescape(TAG.sub("", name)), quote=False)


def cleaned(text: str) -> str:
    """Return HTML without what runs: Moodle's cleaning, in its simplest cases."""
    without = _HANDLER.sub("", _SCRIPT.sub("", text))
    return re.sub(r"href\s*=\s*([\"'])\s*javascript:[^\"']*\1", "", without, flags=re.IGNORECASE)


def get_course(call: Call, course_id: int) -> Row:
    """Return a course that the caller may enter. Raises MoodleFailure."""
    course = call.state.get("course", course_id)
    if course is None:
        raise missing_record("course")
    if call.is_service:
        return course
    if not is_active(call.state, course_id, call.user["id"]) or not course["visible"]:
        raise not_enrolled()
    return course


def get_activity(call: Call, modname: str, instance: int) -> Row:
    """Return the module of an activity that the caller may enter. Raises MoodleFailure."""
    module = call.state.one("SELECT * FROM module WHERE modname = ? AND instance = ?", modname, instance)
    if module is None:
        raise missing_record(modname)
    enter(call, module)
    return module


def enter(call: Call, module: Row) -> None:
    """Refuse an activity that the caller may not enter. Raises MoodleFailure."""
    get_course(call, module["course"])
    section = call.state.get("section", module["section"])
    shown = module["visible"] and section is not None and section["visible"]
    if not shown and not call.is_service:
        raise not_enrolled()


def get_user(call: Call, user_id: int) -> Row:
    """Return an account that is not deleted. Raises MoodleFailure."""
    user = call.state.get("user", user_id)
    if user is None or user["deleted"]:
        raise invalid_user()
    return user


def own_or_report(call: Call, user_id: int, capability: str) -> None:
    """Refuse a learner who asks about somebody else. Raises MoodleFailure."""
    if not call.is_service and call.user["id"] != user_id:
        raise no_permission(capability)


def is_active(state: State, course_id: int, user_id: int) -> bool:
    """Tell whether an account has an enrolment that is active now."""
    now = state.now()
    sql = """SELECT 1 FROM enrolment JOIN enrol ON enrol.id = enrolment.enrolid
        JOIN user ON user.id = enrolment.userid
        WHERE enrol.course = ? AND enrolment.userid = ? AND enrolment.status = 0 AND enrol.status = 0
        AND user.deleted = 0 AND user.suspended = 0
        AND enrolment.timestart <= ? AND (enrolment.timeend = 0 OR enrolment.timeend > ?)"""
    return state.value(sql, course_id, user_id, now, now) is not None


def require_active(user: Row) -> None:
    """Refuse an account that cannot be used. Raises MoodleFailure."""
    if user["suspended"]:
        raise moodle_exception("suspended", "User is suspended")


def context_id(kind: str, row_id: int) -> int:
    """Return a context id: one number per kind and row, never two alike."""
    return {"user": 10, "course": 11, "module": 12}[kind] + 10 * row_id


def fullname(user: Row) -> str:
    """Return a person's name as Moodle writes it."""
    return f"{user['firstname']} {user['lastname']}".strip()
