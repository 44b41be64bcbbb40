"""Core's reading of a course page: sections, activities, what is in them, what the caller may see."""

from __future__ import annotations

import json
import mimetypes
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from sync_service.sandbox import completion
from sync_service.sandbox.access import context_id, escaped, fullname, is_active
from sync_service.sandbox.activity_types import ACTIVITY_TYPES
from sync_service.sandbox.failures import closed_course, missing_record
from sync_service.sandbox.files import area
from sync_service.sandbox.registry import READ, Call, function
from sync_service.sandbox.restrictions import explained, is_used, may_enter
from sync_service.sandbox.shapes import INT, Many, One, Value
from sync_service.sandbox.state import Row

_OPTIONS = Many(One({"name": Value("alphanum"), "value": Value("raw")}), [])
_OPEN = 5
"""Moodle's display mode « open » of a resource or an address."""


@function("core_course_get_contents", READ, courseid=INT, options=_OPTIONS)
def get_contents(call: Call, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """Return sections and activities; a learner does not get what is hidden."""
    course = call.state.get("course", parameters["courseid"])
    if course is None:
        raise missing_record("course")
    entered = call.is_service or (course["visible"] and is_active(call.state, course["id"], call.user["id"]))
    if not entered:
        raise closed_course(course["id"])
    sections = call.state.rows("SELECT * FROM section WHERE course = ? ORDER BY rank, id", course["id"])
    return [_section(call, section) for section in sections if section["visible"] or call.is_service]


def _section(call: Call, section: Row) -> dict[str, Any]:
    """Return one section; its summary is not cleaned, which is Moodle's habit for sections."""
    name = section["name"] or ("General" if section["rank"] == 0 else "New section")
    entered = call.is_service or may_enter(call.state, section["availability"], call.user["id"])
    found: dict[str, Any] = {
        "id": section["id"], "name": escaped(name), "visible": section["visible"], "summary": section["summary"],
        "summaryformat": 1, "section": section["rank"], "hiddenbynumsections": 0, "uservisible": entered,
    }  # fmt: skip
    if section["availability"] and (call.is_service or not entered):
        found["availabilityinfo"] = explained(call.state, call.url, section["availability"])
    modules = call.state.rows("SELECT * FROM module WHERE section = ? ORDER BY rank, id", section["id"])
    shown = [module for module in modules if call.is_service or (entered and module["visible"])]
    return {**found, "component": None, "itemid": None, "modules": [_module(call, section, module) for module in shown]}


def _module(call: Call, section: Row, module: Row) -> dict[str, Any]:
    """Return one activity; who may not enter it yet gets its name and why."""
    kind = ACTIVITY_TYPES[module["modname"]]
    entered = call.is_service or may_enter(call.state, module["availability"], call.user["id"])
    found: dict[str, Any] = {"id": module["id"]}
    if module["modname"] != "label" and entered and not _is_inline(module):
        found["url"] = f"{call.url}/mod/{module['modname']}/view.php?id={module['id']}"
    found.update(
        name=escaped(module["name"]), instance=module["instance"], contextid=context_id("module", module["id"])
    )
    if module["showdescription"]:
        found["description"] = f'<div class="no-overflow">{module["intro"]}</div>'
    found.update({
        "visible": int(module["visible"] and section["visible"]), "uservisible": entered, "visibleoncoursepage": 1,
        "modicon": f"{call.url}/theme/image.php/boost/{module['modname']}/1/monologo?filtericon=1",
        "modname": module["modname"], "purpose": kind.purpose, "branded": False, "modplural": kind.plural,
        "indent": 0, "onclick": "", "afterlink": None, "customdata": _custom_data(module),
        "noviewlink": module["modname"] == "label", "completion": module["completion"],
    })  # fmt: skip
    if call.is_service:
        found["availability"] = module["availability"]
    if module["availability"] and (call.is_service or not entered):
        found["availabilityinfo"] = explained(call.state, call.url, module["availability"])
    if module["completion"]:
        details = completion.details(call.state, module, call.user["id"])
        used = is_used(call.state, module["course"], module["id"])
        found["completiondata"] = {
            **details,
            "valueused": used,
            "istrackeduser": not call.is_service,
            "uservisible": entered,
        }
    return {**found, "downloadcontent": 1, "dates": _dates(module), "groupmode": 0, **_contents(call, module)}


def _custom_data(module: Row) -> str:
    """Return the JSON text that Moodle keeps for a course page."""
    settings = json.loads(module["settings"])
    modname, rule = module["modname"], ACTIVITY_TYPES[module["modname"]].rule
    value: object = ""
    if modname == "scorm":
        required = settings.get(rule) or None
        rules = {
            rule: str(required) if required else None,
            "completionscorerequired": None,
            "completionstatusallscos": "0",
        }
        value = {"customcompletionrules": rules}
    elif modname == "assign":
        due = {"duedate": settings["duedate"]} if settings.get("duedate") else {}
        value = {"customcompletionrules": {rule: str(int(bool(settings.get(rule))))}, **due}
    elif modname == "url":
        value = {"display": str(_OPEN), "filtericon": True}
    elif modname == "forum":
        value = {"trackingtype": "1"}
    elif _is_inline(module):
        shown = bool(module["showdescription"] and module["intro"].strip())
        value = {
            "showexpanded": "1", "showdownloadfolder": "1", "forcedownload": "1", "id": module["instance"],
            "course": module["course"], "display": 1, "name": module["name"], "intro": module["intro"] if shown else "",
            "introformat": "1" if shown else "0",
        }  # fmt: skip
    elif modname == "resource":
        value = {"filtericon": True, "displayoptions": "", "display": _OPEN}
    return json.dumps(value)


def _is_inline(module: Row) -> bool:
    """Tell whether a folder lists its files in the course page: it has no page of its own."""
    return bool(module["modname"] == "folder" and json.loads(module["settings"]).get("display") == 1)


def _dates(module: Row) -> list[dict[str, Any]]:
    due = json.loads(module["settings"]).get("duedate")
    return [{"label": "Due:", "timestamp": due, "dataid": "duedate"}] if due else []


def _contents(call: Call, module: Row) -> dict[str, Any]:
    """Return what an app can download of an activity."""
    context = f"{call.url}/webservice/pluginfile.php/{context_id('module', module['id'])}"
    nobody = {"userid": None, "author": None, "license": None}
    if module["modname"] == "page":
        return _listed(module, [{
            "type": "file", "filename": "index.html", "filepath": "/", "filesize": 0,
            "fileurl": f"{context}/mod_page/content/index.html?forcedownload=1", "timecreated": None,
            "timemodified": module["timemodified"], "sortorder": 1, **nobody,
        }], [])  # fmt: skip
    if module["modname"] == "url":
        address = json.loads(module["settings"])["externalurl"].replace("{wwwroot}", call.url)
        return _listed(module, [{
            "type": "url", "filename": module["name"], "filepath": None, "filesize": 0, "fileurl": address,
            "timecreated": None, "timemodified": module["timemodified"], "sortorder": None, **nobody,
        }], [])  # fmt: skip
    if module["modname"] == "folder":
        return _folder(call, module, context)
    if module["modname"] == "resource":
        return _file(call, module, context)
    return {"activitybadge": []} if module["modname"] == "forum" else {}


def _file(call: Call, module: Row, context: str) -> dict[str, Any]:
    """Return the file of a resource, and what Moodle writes beside its name."""
    count = call.state.value("SELECT length(bytes) FROM content WHERE sha256 = ?", module["file"]) or 0
    mimetype = mimetypes.guess_type(module["filename"])[0] or "document/unknown"
    author = call.state.one("SELECT * FROM user WHERE auth = 'webservice' ORDER BY id") or call.user
    listed = _listed(module, [{
        "type": "file", "filename": module["filename"], "filepath": "/", "filesize": count,
        "fileurl": f"{context}/mod_resource/content/1/{quote(module['filename'])}?forcedownload=1",
        "timecreated": module["added"], "timemodified": module["timemodified"], "sortorder": 1, "mimetype": mimetype,
        "isexternalfile": False, "userid": author["id"], "author": fullname(author), "license": "unknown",
    }], [mimetype])  # fmt: skip
    badge = {"badgecontent": PurePath(module["filename"]).suffix.lstrip(".").upper(), "badgestyle": "badge-none"}
    return {
        **listed,
        "activitybadge": badge,
        "afterlink": f' <span class="resourcelinkdetails">{count}\u00a0bytes</span>',
    }


def _folder(call: Call, module: Row, context: str) -> dict[str, Any]:
    """Return the files of a folder."""
    contents = []
    for file in area(call.state, "folder", module["id"]):
        author = call.state.get("user", file["userid"]) or call.user
        contents.append({
            "type": "file", "filename": file["filename"], "filepath": "/", "filesize": file["filesize"],
            "fileurl": f"{context}/mod_folder/content/1/{quote(file['filename'])}?forcedownload=1",
            "timecreated": file["timemodified"], "timemodified": file["timemodified"], "sortorder": 0,
            "mimetype": mimetypes.guess_type(file["filename"])[0] or "document/unknown", "isexternalfile": False,
            "userid": author["id"], "author": fullname(author), "license": "unknown",
        })  # fmt: skip
    return _listed(module, contents, sorted({item["mimetype"] for item in contents}))


def _listed(module: Row, contents: list[dict[str, Any]], mimetypes_found: list[str]) -> dict[str, Any]:
    """Return a list of contents with its summary."""
    info = {
        "filescount": len(contents), "filessize": sum(item["filesize"] for item in contents),
        "lastmodified": module["timemodified"], "mimetypes": mimetypes_found, "repositorytype": "",
    }  # fmt: skip
    return {"contents": contents, "contentsinfo": info}
