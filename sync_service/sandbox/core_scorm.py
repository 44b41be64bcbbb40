"""Core functions that read SCORM activities and what people did in them."""

from __future__ import annotations

import json
from typing import Any

from sync_service.sandbox.access import (
    context_id,
    enter,
    escaped,
    get_activity,
    get_user,
    is_active,
    own_or_report,
    require_active,
)
from sync_service.sandbox.failures import moodle_exception
from sync_service.sandbox.registry import READ, Call, function
from sync_service.sandbox.shapes import INT, Many, Value
from sync_service.sandbox.state import Row

_REPORT = "View reports"
_TIMES = ("total_time", "session_time")


@function("mod_scorm_get_scorms_by_courses", READ, courseids=Many(INT, []))
def get_scorms_by_courses(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the packages of courses; a course that cannot be entered gives a warning, not an error."""
    scorms, warnings = [], []
    for course in parameters["courseids"]:
        if call.state.get("course", course) is None or not (
            call.is_service or is_active(call.state, course, call.user["id"])
        ):
            warnings.append(
                {
                    "item": "course",
                    "itemid": course,
                    "warningcode": "1",
                    "message": "No access rights in course context",
                }
            )
            continue
        sql = """SELECT module.*, section.rank AS number, section.visible AS shown FROM module
            JOIN section ON section.id = section WHERE module.course = ? AND modname = 'scorm' ORDER BY module.id"""
        scorms += [_scorm(call, row) for row in call.state.rows(sql, course)
                   if call.is_service or (row["visible"] and row["shown"])]  # fmt: skip
    return {"scorms": scorms, "options": [{"name": "scormstandard", "value": "0"}], "warnings": warnings}


def _scorm(call: Call, module: Row) -> dict[str, Any]:
    """Return one package and its settings."""
    settings = json.loads(module["settings"])
    context = context_id("module", module["id"])
    content = call.state.one("SELECT sha1, length(bytes) AS size FROM content WHERE sha256 = ?", module["file"]) or {}
    sql = "SELECT id, edition FROM sco WHERE cmid = ? AND launch <> '' ORDER BY sortorder"
    first = call.state.one(sql, module["id"]) or {"id": 0, "edition": ""}
    return {
        "id": module["instance"], "coursemodule": module["id"], "course": module["course"], "name": escaped(module["name"]),
        "intro": module["intro"], "introformat": 1, "introfiles": [], "section": module["number"],
        "visible": bool(module["visible"] and module["shown"]), "groupmode": 0, "groupingid": 0, "lang": "",
        "packagesize": content.get("size", 0),
        "packageurl": f"{call.url}/webservice/pluginfile.php/{context}/mod_scorm/package/0/{module['filename']}",
        "version": first["edition"], "maxgrade": settings["maxgrade"], "grademethod": settings["grademethod"],
        "whatgrade": settings["whatgrade"], "maxattempt": settings["maxattempt"], "forcecompleted": False,
        "forcenewattempt": settings["forcenewattempt"], "lastattemptlock": settings["lastattemptlock"],
        "displayattemptstatus": settings["displayattemptstatus"], "displaycoursestructure": False,
        "sha1hash": content.get("sha1", ""), "md5hash": "", "revision": module["revision"], "launch": first["id"],
        "skipview": settings["skipview"], "hidebrowse": settings["hidebrowse"], "hidetoc": settings["hidetoc"],
        "nav": settings["nav"], "navpositionleft": -100, "navpositiontop": -100, "auto": False, "popup": settings["popup"],
        "width": 100, "height": 500, "timeopen": 0, "timeclose": 0, "scormtype": "local", "reference": module["filename"],
        "protectpackagedownloads": False, "updatefreq": settings["updatefreq"], "options": "",
        "completionstatusrequired": settings["completionstatusrequired"] or None, "completionscorerequired": None,
        "completionstatusallscos": 0, "autocommit": settings["autocommit"], "timemodified": 0,
    }  # fmt: skip


@function(
    "mod_scorm_get_scorm_attempt_count", READ, scormid=INT, userid=INT, ignoremissingcompletion=Value("bool", False)
)
def get_scorm_attempt_count(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return how many attempts somebody has: a count, not the highest number."""
    module, user = get_activity(call, "scorm", parameters["scormid"]), get_user(call, parameters["userid"])
    require_active(user)
    own_or_report(call, user["id"], _REPORT)
    sql = "SELECT count(*) FROM attempt WHERE cmid = ? AND userid = ?"
    values: tuple[Any, ...] = (module["id"], user["id"])
    if parameters["ignoremissingcompletion"]:
        by_object = json.loads(module["settings"])["grademethod"] == 0
        values = (*values, "cmi.core.lesson_status" if by_object else "cmi.core.score.raw")
        sql += " AND EXISTS (SELECT 1 FROM track WHERE attemptid = attempt.id AND element = ?)"
    return {"attemptscount": call.state.value(sql, *values), "warnings": []}


@function("mod_scorm_get_scorm_scoes", READ, scormid=INT, organization=Value("raw", ""))
def get_scorm_scoes(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return organisations and items of a package."""
    module = get_activity(call, "scorm", parameters["scormid"])
    rows = call.state.rows("SELECT * FROM sco WHERE cmid = ? ORDER BY sortorder, id", module["id"])
    wanted = parameters["organization"]
    names = ("manifest", "organization", "parent", "identifier", "launch", "scormtype", "title", "sortorder")
    scoes = [
        {
            "id": row["id"], "scorm": module["instance"], **{name: row[name] for name in names},
            "extradata": [{"element": "isvisible", "value": "true"}, {"element": "parameters", "value": ""}]
            if row["organization"] else [],
        }
        for row in rows if not wanted or row["organization"] == wanted
    ]  # fmt: skip
    return {"scoes": scoes, "warnings": []}


@function("mod_scorm_get_scorm_sco_tracks", READ, scoid=INT, userid=INT, attempt=Value("int", 0))
def get_scorm_sco_tracks(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the tracks of one attempt, the last one of the activity when none is named."""
    sco = call.state.get("sco", parameters["scoid"])
    module = call.state.get("module", sco["cmid"]) if sco else None
    if sco is None or module is None:
        raise moodle_exception("cannotfindsco", "Could not find SCO")
    enter(call, module)
    user = get_user(call, parameters["userid"])
    require_active(user)
    own_or_report(call, user["id"], _REPORT)
    last = (
        call.state.value("SELECT max(attempt) FROM attempt WHERE cmid = ? AND userid = ?", module["id"], user["id"])
        or 1
    )
    attempt = parameters["attempt"] or last
    tracks = _tracks(call, sco, user["id"], attempt)
    warning = {"item": "attempt", "itemid": attempt, "warningcode": "notattempted", "message": "Not attempted"}
    return {"data": {"attempt": attempt, "tracks": tracks}, "warnings": [] if tracks else [warning]}


def _tracks(call: Call, sco: Row, userid: int, attempt: int) -> list[dict[str, Any]]:
    """Return what Moodle derives from the tracks, then the tracks by element, then whose they are."""
    sql = """SELECT track.* FROM track JOIN attempt ON attempt.id = attemptid
        WHERE scoid = ? AND userid = ? AND attempt = ? ORDER BY element"""
    rows = call.state.rows(sql, sco["id"], userid, attempt)
    if not rows:
        return []
    derived: dict[str, Any] = {"score_raw": "", "status": "", "total_time": "00:00:00", "session_time": "00:00:00",
                               "timemodified": str(max(row["timemodified"] for row in rows))}  # fmt: skip
    for row in rows:
        element, value = row["element"], row["value"]
        if element in {"cmi.core.lesson_status", "cmi.completion_status"}:
            derived["status"] = "notattempted" if value == "not attempted" else value
        elif element in {"cmi.core.score.raw", "cmi.score.raw"}:
            derived["score_raw"] = _number(value)
        elif element.rpartition(".")[2] in _TIMES:
            derived[element.rpartition(".")[2]] = value
    if not derived["status"]:
        return []
    listed = {**derived, **{row["element"]: row["value"] for row in rows}, "userid": userid, "scoid": str(sco["id"])}
    return [{"element": element, "value": value} for element, value in listed.items()]


def _number(text: str) -> int | float:
    """Return a score as PHP gives it: a number, whole when it is."""
    try:
        value = float(text)
    except ValueError:
        return 0
    return int(value) if value.is_integer() else round(value, 2)
