"""Core functions about courses, their contents and completion."""

from __future__ import annotations

import json
from typing import Any

from sync_service.sandbox import completion
from sync_service.sandbox.access import cleaned, context_id, escaped, get_course, get_user, is_active, own_or_report
from sync_service.sandbox.activity_types import ACTIVITY_TYPES
from sync_service.sandbox.failures import MoodleFailure, invalid_parameter
from sync_service.sandbox.registry import READ, Call, function
from sync_service.sandbox.restrictions import is_used
from sync_service.sandbox.shapes import INT, Value
from sync_service.sandbox.state import Row

_FIELDS = ("id", "ids", "shortname", "idnumber", "category")
_FILTERS = ("displayh5p", "activitynames", "mathjaxloader", "emoticon", "urltolink", "mediaplugin")


@function("core_course_get_courses_by_field", READ, field=Value("alpha", ""), value=Value("raw", ""))
def get_courses_by_field(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return courses by one field; an unknown value gives an empty list, not an error."""
    field, value = parameters["field"], parameters["value"]
    if field and field not in _FIELDS:
        raise invalid_parameter("Invalid field name")
    column = {"ids": "id", "": "id"}.get(field, field)
    wanted = value.split(",") if field == "ids" else [value]
    rows = [
        row for row in call.state.rows("SELECT * FROM course ORDER BY id") if not field or str(row[column]) in wanted
    ]
    shown = [
        row for row in rows if call.is_service or (row["visible"] and is_active(call.state, row["id"], call.user["id"]))
    ]
    return {"courses": [_course(call, row) for row in shown], "warnings": []}


def _course(call: Call, course: Row) -> dict[str, Any]:
    """Return a course in core's words: names escaped, the summary cleaned."""
    category = call.state.get("category", course["category"]) or {}
    name = escaped(course["fullname"])
    shown: dict[str, Any] = {
        "id": course["id"], "fullname": name, "displayname": name, "shortname": escaped(course["shortname"]),
        "courseimage": f"{call.url}/pluginfile.php/{context_id('course', course['id'])}/course/generated/course.svg",
        "categoryid": course["category"], "categoryname": escaped(category.get("name", "")),
        "sortorder": 10000 * course["category"] + course["id"],
        "summary": course["summary"] if call.raw else cleaned(course["summary"]), "summaryformat": 1, "summaryfiles": [],
        "overviewfiles": [], "showactivitydates": False, "showcompletionconditions": True, "contacts": [],
        "enrollmentmethods": ["manual"],
    }  # fmt: skip
    if not call.is_service:
        return shown
    return {
        **shown, "idnumber": course["idnumber"], "format": "topics", "showgrades": course["showgrades"],
        "newsitems": course["newsitems"], "startdate": course["startdate"], "enddate": course["enddate"], "maxbytes": 0,
        "showreports": 0, "visible": course["visible"], "groupmode": 0, "groupmodeforce": 0, "defaultgroupingid": 0,
        "enablecompletion": course["enablecompletion"], "completionnotify": 0, "lang": course["lang"], "theme": "",
        "marker": 0, "legacyfiles": 0, "calendartype": "", "timecreated": course["timecreated"],
        "timemodified": course["timemodified"], "requested": 0, "cacherev": course["timemodified"],
        "filters": [{"filter": filter_name, "localstate": 0, "inheritedstate": 1} for filter_name in _FILTERS],
        "courseformatoptions": [{"name": "hiddensections", "value": 1}, {"name": "coursedisplay", "value": 0},
                                {"name": "indentation", "value": "1"}],
    }  # fmt: skip


@function("core_course_get_course_module", READ, cmid=INT)
def get_course_module(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return one activity with its idnumber; decimals are texts in the language of the course."""
    module = call.state.get("module", parameters["cmid"])
    if module is None:
        message = "Can't find data record in database."
        raise MoodleFailure("dml_missing_record_exception", "invalidrecordunknown", message)
    course = get_course(call, module["course"])
    section = call.state.get("section", module["section"]) or {}
    kind = ACTIVITY_TYPES[module["modname"]]
    found: dict[str, Any] = {
        "id": module["id"], "course": module["course"], "module": kind.number, "name": escaped(module["name"]),
        "modname": module["modname"], "instance": module["instance"], "section": module["section"],
        "sectionnum": section["rank"], "groupmode": 0, "groupingid": 0, "completion": module["completion"],
    }  # fmt: skip
    if not call.is_service:
        return {"cm": found, "warnings": []}
    found.update({
        "idnumber": module["idnumber"], "added": module["added"], "score": 0, "indent": 0,
        "visible": int(module["visible"] and section["visible"]), "visibleoncoursepage": 1, "visibleold": module["visible"],
        "completiongradeitemnumber": None, "completionpassgrade": 0, "completionview": module["completionview"],
        "completionexpected": 0, "showdescription": module["showdescription"], "downloadcontent": 1,
        "availability": module["availability"],
    })  # fmt: skip
    settings = json.loads(module["settings"])
    if module["modname"] == "assign":
        found["grade"] = settings["grade"]
    if module["modname"] == "scorm" or settings.get("grade") or settings.get("feedbackcomments"):
        found.update(gradepass="0,00" if course["lang"] == "fr" else "0.00", gradecat=1)
    return {"cm": found, "warnings": []}


@function("core_completion_get_activities_completion_status", READ, courseid=INT, userid=INT)
def get_activities_completion_status(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return somebody's completion of every tracked activity, also for who is not enrolled."""
    course, user = get_course(call, parameters["courseid"]), get_user(call, parameters["userid"])
    own_or_report(call, user["id"], "View activity completion reports")
    sql = """SELECT module.*, section.visible AS shown FROM module JOIN section ON section.id = section
        WHERE module.course = ? AND completion > 0 ORDER BY section.rank, module.rank, module.id"""
    tracked = is_active(call.state, course["id"], user["id"])
    statuses = []
    for module in call.state.rows(sql, course["id"]):
        details = completion.details(call.state, module, user["id"])
        whether = {"istrackeduser": tracked, "uservisible": bool(module["visible"] and module["shown"])}
        statuses.append({
            "cmid": module["id"], "modname": module["modname"], "instance": module["instance"], "state": details["state"],
            "timecompleted": details["timecompleted"], "tracking": module["completion"], "overrideby": details["overrideby"],
            "valueused": is_used(call.state, course["id"], module["id"]), "hascompletion": True, "isautomatic": details["isautomatic"], **whether,
            "details": details["details"], "isoverallcomplete": details["isoverallcomplete"],
        })  # fmt: skip
    return {"statuses": statuses, "warnings": []}
