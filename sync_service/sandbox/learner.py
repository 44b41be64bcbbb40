"""What a learner's browser or app ends in: tracks, submissions, pages opened."""

from __future__ import annotations

import json
from typing import Any

from sync_service.sandbox import completion, outbox
from sync_service.sandbox.access import enter, get_activity
from sync_service.sandbox.failures import missing_record, moodle_exception
from sync_service.sandbox.files import area
from sync_service.sandbox.registry import LEARNER, Call, function
from sync_service.sandbox.shapes import INT, RAW, Many, One, Value
from sync_service.sandbox.state import Row, State

_STATUSES = frozenset({"cmi.core.lesson_status", "cmi.completion_status", "cmi.success_status"})
_SCORES = frozenset({"cmi.core.score.raw", "cmi.score.raw"})
_START = "x.start.time"


@function(
    "mod_scorm_insert_scorm_tracks", LEARNER, scoid=INT, attempt=INT, tracks=Many(One({"element": RAW, "value": RAW}))
)
def insert_scorm_tracks(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Store tracks, as the runtime of a package does; any score that the browser says is believed."""
    sco = call.state.get("sco", parameters["scoid"])
    module = call.state.get("module", sco["cmid"]) if sco else None
    if sco is None or module is None:
        raise moodle_exception("cannotfindsco", "Could not find SCO")
    enter(call, module)
    attempt = _attempt(call.state, module["id"], call.user["id"], parameters["attempt"])
    place = (attempt, sco["id"])
    return {
        "trackids": [_track(call, module, place, t["element"], t["value"]) for t in parameters["tracks"]],
        "warnings": [],
    }


def _attempt(state: State, cmid: int, userid: int, number: int) -> int:
    """Return the id of an attempt, made when it is new."""
    found = state.value("SELECT id FROM attempt WHERE cmid = ? AND userid = ? AND attempt = ?", cmid, userid, number)
    return int(found or state.insert("attempt", cmid=cmid, userid=userid, attempt=number))


def _track(call: Call, module: Row, place: tuple[int, int], element: str, value: str) -> int:
    """Store one element; statuses and scores tell completion and the feed, « incomplete » tells nobody."""
    state = call.state
    known = state.one("SELECT * FROM track WHERE attemptid = ? AND scoid = ? AND element = ?", *place, element)
    if known is None:
        columns = {"element": element, "value": value, "timemodified": state.now()}
        track = state.insert("track", attemptid=place[0], scoid=place[1], **columns)
    else:
        track = known["id"]
        if element != _START and known["value"] != value:
            state.update("track", track, value=value, timemodified=state.now())
    if element in _SCORES or (element in _STATUSES and value in {"completed", "passed"}):
        completion.update(state, module, call.user["id"], possible=completion.COMPLETE)
    if element in _SCORES or (element in _STATUSES and value in {"completed", "passed", "failed"}):
        outbox.touch_activity(state, module["id"], call.user["id"])
    return int(track)


@function("mod_scorm_launch_sco", LEARNER, scormid=INT, scoid=Value("int", 0))
def launch_sco(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Open a package."""
    module = get_activity(call, "scorm", parameters["scormid"])
    sco = parameters["scoid"]
    if sco and call.state.value("SELECT 1 FROM sco WHERE id = ? AND cmid = ?", sco, module["id"]) is None:
        raise moodle_exception("cannotfindsco", "Could not find SCO")
    outbox.touch_activity(call.state, module["id"], call.user["id"])
    return _view(call, module)


def _view(call: Call, module: Row) -> dict[str, Any]:
    completion.viewed(call.state, module, call.user["id"])
    return {"status": True, "warnings": []}


def _register_view(modname: str, function_name: str, parameter: str) -> None:
    """Register the function that an app calls when a page of that type is opened."""

    @function(function_name, LEARNER, **{parameter: INT})
    def view(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        """Remember that the activity was opened."""
        return _view(call, get_activity(call, modname, parameters[parameter]))


for _modname, _function, _parameter in (
    ("page", "mod_page_view_page", "pageid"),
    ("url", "mod_url_view_url", "urlid"),
    ("forum", "mod_forum_view_forum", "forumid"),
    ("resource", "mod_resource_view_resource", "resourceid"),
    ("assign", "mod_assign_view_assign", "assignid"),
    ("scorm", "mod_scorm_view_scorm", "scormid"),
):
    _register_view(_modname, _function, _parameter)


@function("core_completion_update_activity_completion_status_manually", LEARNER, cmid=INT, completed=Value("bool"))
def update_completion_manually(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Tick or untick an activity that is tracked by hand."""
    module = call.state.get("module", parameters["cmid"])
    if module is None:
        raise missing_record("course_modules")
    enter(call, module)
    if module["completion"] != 1:
        raise moodle_exception("cannotmanualctrack", "Activity does not provide manual completion tracking")
    completion.store(call.state, module, call.user["id"], int(parameters["completed"]))
    return {"status": True, "warnings": []}


_EDITOR = One({"text": RAW, "format": INT, "itemid": INT}, None)
_PLUGIN_DATA = One({"onlinetext_editor": _EDITOR, "files_filemanager": Value("int", 0)})


def _warning(item: str, instance: int, code: str, message: str) -> list[dict[str, Any]]:
    return [{"item": item, "itemid": instance, "warningcode": code, "message": message}]


def _last(state: State, cmid: int, userid: int) -> Row | None:
    return state.one("SELECT * FROM submission WHERE cmid = ? AND userid = ? ORDER BY attemptnumber DESC", cmid, userid)


@function("mod_assign_save_submission", LEARNER, assignmentid=INT, plugindata=_PLUGIN_DATA)
def save_submission(call: Call, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """Save files and text; where drafts are kept, what is saved is not handed in."""
    instance, data = parameters["assignmentid"], parameters["plugindata"]
    module = get_activity(call, "assign", instance)
    settings, state, user = json.loads(module["settings"]), call.state, call.user["id"]
    row = _last(state, module["id"], user)
    late = bool(settings["cutoffdate"]) and state.now() > settings["cutoffdate"]
    if late or (row is not None and row["status"] == "submitted" and settings["submissiondrafts"]):
        what = "The due date for this assignment has now passed"
        return _warning(what, instance, "couldnotsavesubmission", "Could not save submission.")
    files = [file for file in area(state, "draft", data["files_filemanager"]) if file["userid"] == user]
    text = data["onlinetext_editor"]["text"] if data["onlinetext_editor"] and settings["onlinetext"] else ""
    if not files[: settings["maxfiles"]] and not text:
        return _warning("Nothing was submitted", instance, "couldnotsavesubmission", "Could not save submission.")
    submission = row["id"] if row else _new(state, module["id"], user)
    _replace_files(state, submission, files[: settings["maxfiles"]])
    status = "draft" if settings["submissiondrafts"] else "submitted"
    state.update("submission", submission, status=status, text=text, timemodified=state.now())
    completion.update(state, module, user, possible=completion.COMPLETE)
    outbox.touch_activity(state, module["id"], user)
    return []


def _new(state: State, cmid: int, userid: int) -> int:
    return state.insert(
        "submission", cmid=cmid, userid=userid, status="new", timecreated=state.now(), timemodified=state.now()
    )


def _replace_files(state: State, submission: int, files: list[Row]) -> None:
    """Put a draft's files in the place of those submitted before."""
    state.run("DELETE FROM file WHERE owner = 'submission' AND itemid = ?", submission)
    for file in files:
        kept = {name: file[name] for name in ("userid", "filename", "content", "filesize")}
        state.insert("file", owner="submission", itemid=submission, timemodified=state.now(), **kept)


@function("mod_assign_submit_for_grading", LEARNER, assignmentid=INT, acceptsubmissionstatement=Value("bool"))
def submit_for_grading(call: Call, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """Hand the draft in; without any draft Moodle hands in nothing, and says it is done."""
    instance = parameters["assignmentid"]
    module = get_activity(call, "assign", instance)
    settings, state, user = json.loads(module["settings"]), call.state, call.user["id"]
    row = _last(state, module["id"], user)
    refused = settings["requiresubmissionstatement"] and not parameters["acceptsubmissionstatement"]
    late = bool(settings["cutoffdate"]) and state.now() > settings["cutoffdate"]
    if refused or late or (row is not None and row["status"] == "submitted"):
        what = f"User id: {user}, Assignment id: {instance} Notices:"
        return _warning(what, instance, "couldnotsubmitforgrading", "Could not submit assignment for grading.")
    submission = row["id"] if row else _new(state, module["id"], user)
    state.update("submission", submission, status="submitted", timemodified=state.now())
    completion.update(state, module, user, possible=completion.COMPLETE)
    outbox.touch_activity(state, module["id"], user)
    return []
