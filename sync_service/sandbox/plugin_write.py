"""Functions of local_cyclesync that write: ensure_*, adopt, put_candidate_status."""

from __future__ import annotations

import json
from typing import Any

from sync_service.sandbox import applier, renaming
from sync_service.sandbox.course_state import KINDS, find_course
from sync_service.sandbox.facts import learners
from sync_service.sandbox.failures import invalid_parameter, moodle_exception, no_permission
from sync_service.sandbox.kind import Kind
from sync_service.sandbox.registry import PLUGIN, Call, function
from sync_service.sandbox.scope import Scope
from sync_service.sandbox.shapes import ALPHANUMEXT, INT, RAW, Many, Node, One, Value
from sync_service.sandbox.spec import Order, Refusal, decode
from sync_service.sandbox.state import State

_ALPHANUM = Value("alphanum")
_DRYRUN = Value("bool", False)
_ITEM: dict[str, Node] = {"key": RAW, "fields": RAW, "expect": _ALPHANUM}
_BY: dict[str, Node] = {"uid": ALPHANUMEXT, "run": RAW, "dryrun": _DRYRUN}


def _scope(call: Call, parameters: dict[str, Any]) -> Scope:
    return Scope(
        call.state,
        parameters["promotion"],
        user=call.user,
        uid=parameters.get("uid", ""),
        run=parameters.get("run", ""),
    )


def _managed(scope: Scope) -> Scope:
    """Refuse a promotion without a course: the account has its rights on courses of its category only."""
    if scope.course is None:
        raise no_permission("Write the courses that cyclesync manages")
    return scope


def _order(item: dict[str, Any], **more: Any) -> Order | Refusal:
    """Return one write asked for, or why it cannot be read."""
    try:
        return Order(item["key"], decode(item["fields"]), item["expect"], **more)
    except Refusal as refusal:
        return refusal


def _single(call: Call, parameters: dict[str, Any], kind: Kind, **more: Any) -> dict[str, Any]:
    order = _order(parameters, dryrun=parameters["dryrun"], **more)
    return applier.apply_all(_managed(_scope(call, parameters)), kind, {parameters["key"]: order})[0]


@function("local_cyclesync_ensure_course", PLUGIN, promotion=ALPHANUMEXT, **_ITEM, **_BY)
def ensure_course(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Create or change the course of a promotion; a new one asks for rights on the category that the fields name."""
    scope = _scope(call, parameters)
    if scope.course is None and not _names_a_category(call.state, parameters["fields"]):
        _managed(scope)
    order = _order(parameters, dryrun=parameters["dryrun"])
    return applier.apply_all(scope, KINDS["course"], {parameters["key"]: order})[0]


def _names_a_category(state: State, fields: str) -> bool:
    try:
        idnumber = decode(fields).get("category", "")
    except Refusal:
        return False
    found = (
        state.rows("SELECT id FROM category WHERE idnumber = ?", idnumber)
        if isinstance(idnumber, str) and idnumber
        else []
    )
    return len(found) == 1


@function("local_cyclesync_ensure_enrolment_instance", PLUGIN, promotion=ALPHANUMEXT, **_ITEM, **_BY)
def ensure_enrolment_instance(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Create or change the manual enrolment method."""
    return _single(call, parameters, KINDS["enrol_instance"])


@function(
    "local_cyclesync_ensure_module", PLUGIN, promotion=ALPHANUMEXT, key=RAW, sectionkey=RAW, modname=ALPHANUMEXT, fields=RAW,
    draftitemid=Value("int", 0), expect=Value("alphanum", ""), uid=Value("alphanumext", ""), run=Value("raw", ""),
    allow=Many(ALPHANUMEXT, []), dryrun=_DRYRUN,
)  # fmt: skip
def ensure_module(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Create or change one activity."""
    return _single(
        call, parameters, KINDS["module"], modname=parameters["modname"], sectionkey=parameters["sectionkey"],
        draftitemid=parameters["draftitemid"], allow=tuple(parameters["allow"]),
    )  # fmt: skip


def _register_list(name: str, kind: str) -> None:
    """Register a function that writes a list of objects of one kind."""

    @function(f"local_cyclesync_ensure_{name}", PLUGIN, promotion=ALPHANUMEXT, **{name: Many(One(_ITEM))}, **_BY)
    def ensure(call: Call, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        """Create or change each object of the list."""
        orders = {item["key"]: _order(item, dryrun=parameters["dryrun"]) for item in parameters[name]}
        if len(orders) != len(parameters[name]):
            raise invalid_parameter("the same key twice")
        return applier.apply_all(_managed(_scope(call, parameters)), KINDS[kind], orders)


for _name, _kind in (("sections", "section"), ("groups", "group"), ("enrolments", "enrolment"), ("events", "event")):
    _register_list(_name, _kind)


@function(
    "local_cyclesync_adopt", PLUGIN, promotion=ALPHANUMEXT, key=RAW, kind=ALPHANUMEXT, moodleid=INT, fields=RAW,
    expect=_ALPHANUM, uid=ALPHANUMEXT, run=RAW, takeover=Value("bool", False), dryrun=_DRYRUN, was=Value("raw", ""),
)  # fmt: skip
def adopt(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Take an object into the map, or record its present state."""
    scope = _scope(call, parameters)
    if parameters["kind"] == "course" and scope.course is None:
        scope.course = find_course(scope, parameters["moodleid"])
    _managed(scope)
    order = _order(parameters, dryrun=parameters["dryrun"])
    kind = KINDS.get(parameters["kind"])
    if kind is None:
        order = Refusal("invalid", f"unknown kind: {parameters['kind']}")
    if kind is None or isinstance(order, Refusal):
        return applier.refused(parameters["key"], order if isinstance(order, Refusal) else Refusal("invalid", ""))
    if parameters["was"]:
        return renaming.rename(scope, kind, parameters["was"], order)
    return applier.adopt(scope, kind, order, parameters["moodleid"], takeover=parameters["takeover"])


@function(
    "local_cyclesync_put_candidate_status",
    PLUGIN,
    promotion=ALPHANUMEXT,
    statuses=Many(One({"userid": INT, "status": RAW})),
)
def put_candidate_status(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Store what each trainee's page shows."""
    scope = _managed(_scope(call, parameters))
    known, course = set(learners(scope)), scope.require_course()["id"]
    checked = {item["userid"]: _checked_status(item["status"]) for item in parameters["statuses"]}
    kept = {user: status for user, status in checked.items() if user in known}
    for user, status in kept.items():
        sql = """INSERT INTO status (courseid, userid, status, timemodified) VALUES (?, ?, ?, ?) ON CONFLICT (courseid, userid)
            DO UPDATE SET status = excluded.status, timemodified = excluded.timemodified WHERE status <> excluded.status"""
        call.state.run(sql, course, user, status, call.state.now())
    return {"stored": len(kept)}


def _checked_status(text: str) -> str:
    """Return a candidate_status.v1 in canonical form. Raises MoodleFailure."""
    try:
        status = decode(text)
    except Refusal:
        status = {}
    if status.get("v") != 1 or not isinstance(status.get("as_of"), str):
        raise invalid_parameter("status is not a candidate_status.v1")
    return json.dumps(status, ensure_ascii=False, sort_keys=True)


def no_course(promotion: str) -> Exception:
    """Return the error of a promotion that has no course on this site."""
    return moodle_exception("nocourse", f'The promotion "{promotion}" has no course here.')
