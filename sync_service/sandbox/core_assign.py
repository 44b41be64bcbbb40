"""Core functions that read assignments and submissions."""

from __future__ import annotations

import json
import mimetypes
from typing import Any
from urllib.parse import quote

from sync_service.sandbox.access import context_id, escaped, is_active
from sync_service.sandbox.files import area
from sync_service.sandbox.registry import READ, Call, function
from sync_service.sandbox.shapes import INT, Many, Value
from sync_service.sandbox.state import Row

MAX_UPLOAD = 209715200
"""What stands for « the limit of the site », in bytes."""
_CAPABILITY = Value("raw")
_NOT_ENROLLED = "User is not enrolled or does not have requested capability"


@function(
    "mod_assign_get_assignments", READ,
    courseids=Many(INT, []), capabilities=Many(_CAPABILITY, []), includenotenrolledcourses=Value("bool", False),
)  # fmt: skip
def get_assignments(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the assignments of courses; one where the caller is not enrolled needs the last parameter."""
    courses, warnings = [], []
    for course_id in parameters["courseids"]:
        course = call.state.get("course", course_id)
        seen = is_active(call.state, course_id, call.user["id"]) or (
            call.is_service and parameters["includenotenrolledcourses"]
        )
        if course is None or not seen:
            warnings.append({"item": "course", "itemid": course_id, "warningcode": "2", "message": _NOT_ENROLLED})
            continue
        sql = """SELECT module.* FROM module JOIN section ON section.id = section
            WHERE module.course = ? AND modname = 'assign' ORDER BY section.rank, module.rank"""
        courses.append({
            "id": course["id"], "fullname": escaped(course["fullname"]), "shortname": course["shortname"],
            "timemodified": course["timemodified"],
            "assignments": [_assignment(row) for row in call.state.rows(sql, course_id)],
        })  # fmt: skip
    return {"courses": courses, "warnings": warnings}


def _assignment(module: Row) -> dict[str, Any]:
    """Return one assignment and its settings."""
    settings = json.loads(module["settings"])
    asked = {
        name: int(settings[name])
        for name in ("submissiondrafts", "sendnotifications", "sendlatenotifications", "sendstudentnotifications", "duedate",
                     "allowsubmissionsfromdate", "grade")
    }  # fmt: skip
    return {
        "id": module["instance"], "cmid": module["id"], "course": module["course"], "name": escaped(module["name"]),
        "nosubmissions": int(not settings["maxfiles"] and not settings["onlinetext"]), **asked,
        "timemodified": module["timemodified"], "completionsubmit": int(settings["completionsubmit"]),
        "cutoffdate": settings["cutoffdate"], "gradingduedate": settings["gradingduedate"], "teamsubmission": 0,
        "requireallteammemberssubmit": 0, "teamsubmissiongroupingid": 0, "blindmarking": 0, "hidegrader": 0,
        "revealidentities": 0, "attemptreopenmethod": "untilpass", "maxattempts": 1, "markingworkflow": 0,
        "markingallocation": 0, "markinganonymous": 0,
        "requiresubmissionstatement": int(settings["requiresubmissionstatement"]), "preventsubmissionnotingroup": 0,
        "configs": _configs(settings), "intro": module["intro"], "introformat": 1, "introfiles": [], "introattachments": [],
        "timelimit": 0, "submissionattachments": 0,
    }  # fmt: skip


def _configs(settings: dict[str, Any]) -> list[dict[str, str]]:
    """Return the settings of the submission and feedback plugins."""
    files = [
        ("file", "assignsubmission", "enabled", 1), ("file", "assignsubmission", "maxfilesubmissions", settings["maxfiles"]),
        ("file", "assignsubmission", "maxsubmissionsizebytes", settings["maxbytes"] or MAX_UPLOAD),
        ("file", "assignsubmission", "filetypeslist", settings["filetypes"]),
    ] if settings["maxfiles"] else []  # fmt: skip
    text = [("onlinetext", "assignsubmission", "enabled", 1)] if settings["onlinetext"] else []
    feedback = [
        ("comments", "assignfeedback", "enabled", 1),
        ("comments", "assignfeedback", "commentinline", 0),
    ] if settings["feedbackcomments"] else []  # fmt: skip
    listed = [*text, *files, ("comments", "assignsubmission", "enabled", 1), *feedback]
    return [{"plugin": p, "subtype": s, "name": n, "value": str(v)} for p, s, n, v in listed]


@function(
    "mod_assign_get_submissions", READ,
    assignmentids=Many(INT), status=Value("alpha", ""), since=Value("int", 0), before=Value("int", 0),
)  # fmt: skip
def get_submissions(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the last submission of every enrolled person; an unknown assignment is left out without a word."""
    assignments, warnings = [], []
    for instance in parameters["assignmentids"]:
        module = call.state.one("SELECT * FROM module WHERE modname = 'assign' AND instance = ?", instance)
        if module is None or not call.is_service:
            continue
        rows = [row for row in _last_submissions(call, module) if _wanted(row, parameters)]
        if not rows:
            warnings.append(
                {"item": "module", "itemid": instance, "warningcode": "3", "message": "No submissions found"}
            )
        assignments.append({"assignmentid": instance, "submissions": [_submission(call, module, row) for row in rows]})
    return {"assignments": assignments, "warnings": warnings}


def _last_submissions(call: Call, module: Row) -> list[Row]:
    """Return the submissions of who is enrolled, one per person."""
    sql = """SELECT submission.*, max(attemptnumber) FROM submission
        JOIN enrol ON enrol.course = ? JOIN enrolment ON enrolid = enrol.id AND enrolment.userid = submission.userid
        JOIN user ON user.id = submission.userid WHERE cmid = ? AND user.deleted = 0
        GROUP BY submission.userid ORDER BY submission.id"""
    return call.state.rows(sql, module["course"], module["id"])


def _wanted(row: Row, parameters: dict[str, Any]) -> bool:
    before = parameters["before"]
    in_time = row["timemodified"] >= parameters["since"] and (not before or row["timemodified"] <= before)
    return in_time and (not parameters["status"] or row["status"] == parameters["status"])


def _submission(call: Call, module: Row, row: Row) -> dict[str, Any]:
    """Return one submission with its files."""
    settings = json.loads(module["settings"])
    context = context_id("module", module["id"])
    base = f"{call.url}/webservice/pluginfile.php/{context}/assignsubmission_file/submission_files/{row['id']}/"
    files = [_file(base, file) for file in area(call.state, "submission", row["id"])]
    plugins: list[dict[str, Any]] = []
    if settings["onlinetext"]:
        field = {"name": "onlinetext", "description": "Submission text", "text": row["text"], "format": 1}
        plugins.append({"type": "onlinetext", "name": "Online text", "fileareas": [{"area": "submissions_onlinetext", "files": []}],
                        "editorfields": [field]})  # fmt: skip
    if settings["maxfiles"]:
        plugins.append(
            {"type": "file", "name": "File submissions", "fileareas": [{"area": "submission_files", "files": files}]}
        )
    plugins.append({"type": "comments", "name": "Submission comments"})
    return {
        "id": row["id"], "userid": row["userid"], "attemptnumber": row["attemptnumber"], "timecreated": row["timecreated"],
        "timemodified": row["timemodified"], "timestarted": None, "status": row["status"], "groupid": 0, "plugins": plugins,
        "gradingstatus": "notgraded",
    }  # fmt: skip


def _file(base: str, file: Row) -> dict[str, Any]:
    """Return one file of a submission."""
    mimetype = mimetypes.guess_type(file["filename"])[0] or "document/unknown"
    icon = "f/pdf" if mimetype == "application/pdf" else "f/unknown"
    return {
        "filename": file["filename"], "filepath": "/", "filesize": file["filesize"], "fileurl": base + quote(file["filename"]),
        "timemodified": file["timemodified"], "mimetype": mimetype, "isexternalfile": False, "icon": icon,
    }  # fmt: skip
