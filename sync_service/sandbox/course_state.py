"""All that a plan needs to know of one promotion's course."""

from __future__ import annotations

from typing import Any

from sync_service.sandbox.facts import enrolment_states, learners
from sync_service.sandbox.kind import Kind
from sync_service.sandbox.kind_course import CourseKind
from sync_service.sandbox.kind_event import EventKind
from sync_service.sandbox.kind_module import ModuleKind
from sync_service.sandbox.kind_people import EnrolInstanceKind, EnrolmentKind, GroupKind
from sync_service.sandbox.kind_section import SectionKind
from sync_service.sandbox.scope import Scope, course_key, decoded
from sync_service.sandbox.spec import Snapshot, canonical
from sync_service.sandbox.state import Row

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        CourseKind(),
        EnrolInstanceKind(),
        SectionKind(),
        ModuleKind(),
        GroupKind(),
        EnrolmentKind(),
        EventKind(),
    )
}


def find_course(scope: Scope, moodle_id: int = 0) -> Row | None:
    """Return the course that bears the promotion's key although no row of the map says so."""
    found = moodle_id or KINDS["course"].bearer(scope, course_key(scope.promotion))
    return scope.state.get("course", found) if found else None


def read(scope: Scope) -> dict[str, Any]:
    """Return course, people and keyed objects."""
    courseid = scope.course["id"] if scope.course else 0
    if scope.course is None:
        scope.course = find_course(scope)
    objects = [found for kind in KINDS.values() for found in _objects(scope, kind)]
    return {"courseid": courseid, **_people(scope, courseid), "objects": objects}


def _objects(scope: Scope, kind: Kind) -> list[dict[str, Any]]:
    """Return the objects of one kind: those of the map, then those that only bear a key."""
    rows = {key: row for key, row in scope.rows.items() if row["kind"] == kind.name}
    objects = [_of_row(scope, kind, row) for row in rows.values()]
    for key, moodle_id in _bearers(scope, kind).items():
        state = None if key in rows else kind.read(scope, moodle_id, None)
        if state is not None:
            objects.append(_object(key, kind, state, "none", None))
    return objects


def _of_row(scope: Scope, kind: Kind, row: Row) -> dict[str, Any]:
    """Return the object of a row of the map, or what is left of it."""
    state = kind.read(scope, row["moodleid"], row)
    owner = "ours" if row["uid"] == scope.uid else "other"
    if state is None:
        bearer = kind.bearer(scope, row["key"])
        state = kind.read(scope, bearer, None) if bearer else None
        if owner == "ours":
            owner = "restored" if state else "gone"
    return _object(row["key"], kind, state, owner, row)


def _bearers(scope: Scope, kind: Kind) -> dict[str, int]:
    """Return the objects that bear a key of this promotion as idnumber."""
    if scope.course is None:
        return {}
    if kind.name == "course":
        key = course_key(scope.promotion)
        return {key: scope.course["id"]} if scope.course["idnumber"] == key else {}
    if kind.name not in {"module", "group"}:
        return {}
    sql = f'SELECT id, idnumber FROM "{kind.name}" WHERE course = ? AND substr(idnumber, 1, ?) = ? ORDER BY id DESC'
    prefix = f"cs:{scope.promotion}:"
    return {row["idnumber"]: row["id"] for row in scope.state.rows(sql, scope.course["id"], len(prefix), prefix)}


def _object(key: str, kind: Kind, state: Snapshot | None, owner: str, row: Row | None) -> dict[str, Any]:
    """Return one object of the contract."""
    return {
        "key": key,
        "kind": kind.name,
        "modname": state.modname if state else (row or {}).get("modname", ""),
        "parent": state.parent if state else (row or {}).get("parent", ""),
        "id": state.id if state else 0,
        "owner": owner,
        "fields": canonical(state.fields if state else {}),
        "declared": row["declared"] if row else "",
        "applied": row["applied"] if row else "",
        "digest": state.digest if state else "",
        "learners": state.learners if state else 0,
        "baseparent": row["parent"] if row else "",
    }


def _people(scope: Scope, courseid: int) -> dict[str, Any]:
    """Return how many learners are active, and who was enrolled by someone else."""
    if not courseid:
        return {"enrolled": 0, "foreignmembers": []}
    everybody = learners(scope)
    states = {user: state for user, state in enrolment_states(scope.state, courseid).items() if user in everybody}
    ours = {decoded(row, "applied").get("userid", 0) for row in scope.rows.values() if row["kind"] == "enrolment"}
    active = sum(1 for state in states.values() if state == "active")
    return {"enrolled": active, "foreignmembers": [user for user in sorted(states) if user not in ours]}
