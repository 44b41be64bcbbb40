"""Core functions about people: accounts and who is enrolled."""

from __future__ import annotations

from typing import Any

from sync_service.sandbox.access import ROLES, escaped, fullname, get_course
from sync_service.sandbox.core_site import picture
from sync_service.sandbox.facts import enrolment_states
from sync_service.sandbox.failures import coding_error, invalid_parameter
from sync_service.sandbox.registry import READ, Call, function
from sync_service.sandbox.shapes import ALPHANUMEXT, INT, RAW, Many, One, Value
from sync_service.sandbox.state import Row

_SEARCHED = frozenset({"id", "idnumber", "username", "email"})
_ORDER = {"id": "id", "firstname": "firstname", "lastname": "lastname", "siteorder": "lastname"}


@function("core_user_get_users_by_field", READ, field=Value("alpha"), values=Many(RAW))
def get_users_by_field(call: Call, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """Return accounts by one field; deleted ones are not there, a user name in capitals is an error."""
    field, values = parameters["field"], parameters["values"]
    if field not in _SEARCHED:
        raise coding_error("invalid field parameter")
    for value in values:
        clean = value.lower() if field == "username" else value
        if value != clean or (field == "id" and not value.isdigit()):
            raise invalid_parameter(f"The field '{field}' value is invalid: {value}(cleaned value: {clean})")
    people = call.state.rows("SELECT * FROM user WHERE deleted = 0 ORDER BY id")
    found = [user for user in people if str(user[field]) in values and str(user[field])]
    return [_account(call, user) for user in found if call.is_service or user["id"] == call.user["id"]]


def _account(call: Call, user: Row) -> dict[str, Any]:
    """Return an account; an empty idnumber is not sent."""
    found: dict[str, Any] = {
        "id": user["id"], "username": user["username"], "firstname": user["firstname"], "lastname": user["lastname"],
        "fullname": fullname(user), "email": user["email"], "department": "",
    }  # fmt: skip
    if user["idnumber"]:
        found["idnumber"] = user["idnumber"]
    return {
        **found, "firstaccess": 0, "lastaccess": 0, "auth": user["auth"], "suspended": bool(user["suspended"]), "confirmed": True,
        "lang": user["lang"], "theme": "", "timezone": "99", "mailformat": 1, "trackforums": 0,
        "profileimageurlsmall": picture(call, 2), "profileimageurl": picture(call, 1),
    }  # fmt: skip


@function(
    "core_enrol_get_enrolled_users", READ, courseid=INT, options=Many(One({"name": ALPHANUMEXT, "value": RAW}), [])
)
def get_enrolled_users(call: Call, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """Return who is enrolled, whatever the state, unless an option says which."""
    course = get_course(call, parameters["courseid"])
    options = {option["name"]: option["value"] for option in parameters["options"]}
    states = enrolment_states(call.state, course["id"])
    if options.get("onlyactive") == "1":
        states = {user: state for user, state in states.items() if state == "active"}
    if options.get("onlysuspended") == "1":
        states = {user: state for user, state in states.items() if state == "suspended"}
    people = [row for row in call.state.rows("SELECT * FROM user WHERE deleted = 0") if row["id"] in states]
    people.sort(key=lambda user: (user[_ORDER.get(options.get("sortby", "id"), "id")], user["id"]))
    start, size = int(options.get("limitfrom") or 0), int(options.get("limitnumber") or 0)
    people = people[start : start + size] if size else people[start:]
    fields = [name for name in options.get("userfields", "").split(",") if name]
    return [_member(call, course, user, fields) for user in people]


def _member(call: Call, course: Row, user: Row, wanted: list[str]) -> dict[str, Any]:
    """Return one enrolled person; ``fullname`` is always sent."""
    sql = 'SELECT "group".* FROM "group" JOIN member ON groupid = "group".id WHERE course = ? AND userid = ? ORDER BY name'
    groups = call.state.rows(sql, course["id"], user["id"])
    role = call.state.value(
        "SELECT enrolment.role FROM enrolment JOIN enrol ON enrol.id = enrolid WHERE course = ? AND userid = ?",
        course["id"], user["id"],
    )  # fmt: skip
    found: dict[str, Any] = {
        "id": user["id"], "username": user["username"], "firstname": user["firstname"], "lastname": user["lastname"],
        "fullname": fullname(user), "email": user["email"], "department": "", "idnumber": user["idnumber"],
        "firstaccess": 0, "lastaccess": 0, "lastcourseaccess": 0, "profileimageurlsmall": picture(call, 2),
        "profileimageurl": picture(call, 1),
        "groups": [{"id": g["id"], "name": escaped(g["name"]), "description": "", "descriptionformat": 1} for g in groups],
        "roles": [{"roleid": ROLES[role], "name": "", "shortname": role, "sortorder": 0}],
        "enrolledcourses": [{"id": course["id"], "fullname": escaped(course["fullname"]), "shortname": course["shortname"]}],
    }  # fmt: skip
    empty = {"groups"} if not groups else set()
    empty |= {"idnumber"} if not user["idnumber"] else set()
    return {
        name: value for name, value in found.items()
        if name not in empty and (not wanted or name in {*wanted, "id", "fullname"})
    }  # fmt: skip
