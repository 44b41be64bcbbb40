"""What stands at each address of the site: web services, upload, download, two pages."""

from __future__ import annotations

import json
import mimetypes
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape, quoteattr

from sync_service.sandbox import pages
from sync_service.sandbox.access import context_id, fullname
from sync_service.sandbox.failures import MoodleFailure, invalid_parameter, invalid_token
from sync_service.sandbox.files import store_file
from sync_service.sandbox.forms import Form
from sync_service.sandbox.registry import Call, perform
from sync_service.sandbox.state import Row, State

JSON_TYPE = "application/json"
_XML = "application/xml; charset=utf-8"
_SETTINGS = ("raw", "fileurl", "filter", "lang", "timezone")
MAX_ITEM = 2**31 - 1
TEMPORARY = "/tmp/phpupload"  # noqa: S108 # only said, as PHP does; nothing is written there


@dataclass(frozen=True, slots=True)
class Request:
    """One request, decoded."""

    state: State
    url: str
    path: str
    fields: dict[str, Any]
    files: tuple[tuple[str, bytes], ...] = ()


Answer = tuple[int, str, bytes]


def answer(request: Request) -> Answer:
    """Return status, content type and body for any request."""
    if request.path == "/webservice/rest/server.php":
        return _rest(request)
    if request.path == "/webservice/upload.php":
        return _upload(request)
    if request.path.startswith(("/webservice/pluginfile.php/", "/pluginfile.php/")):
        return _download(request)
    if request.path in pages.PAGES:
        page = pages.answer(request.state, request.path, request.fields)
        return (200 if page is not None else 404), "text/html; charset=utf-8", (page or pages.NOT_FOUND).encode()
    return 404, "text/html; charset=utf-8", pages.NOT_FOUND.encode()


def _json(value: Any) -> bytes:
    """Encode as PHP does: ASCII, slashes escaped."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/").encode("ascii")


def _rest(request: Request) -> Answer:
    """Answer a call of a web service, errors with HTTP 200; XML when JSON was not asked for."""
    form = Form(dict(request.fields))
    token, name, wanted = form.take("wstoken"), form.take("wsfunction"), form.take("moodlewsrestformat")
    raw = form.fields.get("moodlewssettingraw") in {"1", "true"}
    for setting in _SETTINGS:
        form.fields.pop(f"moodlewssetting{setting}", None)
    as_json = wanted == "json"
    try:
        user, service = _authenticate(request.state, token)
        if not name:
            raise invalid_parameter("Missing function name")
        value = perform(Call(request.state, user, service, request.url, raw), name, form.fields)
    except MoodleFailure as failure:
        return 200, JSON_TYPE if as_json else _XML, _json(failure.answer()) if as_json else _xml_error(failure)
    return 200, JSON_TYPE if as_json else _XML, _json(value) if as_json else _xml_value(value)


def _authenticate(state: State, token: str) -> tuple[Row, str]:
    """Return the account and service of a token. Raises MoodleFailure."""
    with state.lock:
        found = state.one("SELECT userid, service FROM token WHERE token = ?", token) if token else None
        user = state.get("user", found["userid"]) if found else None
    if found is None or user is None or user["deleted"] or user["suspended"]:
        raise invalid_token()
    return user, found["service"]


def _xml_error(failure: MoodleFailure) -> bytes:
    """Write an exception in XML."""
    body = (
        f"<EXCEPTION class={quoteattr(failure.exception)}>\n<ERRORCODE>{escape(failure.errorcode)}</ERRORCODE>\n"
        f"<MESSAGE>{escape(failure.message)}</MESSAGE>\n</EXCEPTION>"
    )
    return f'<?xml version="1.0" encoding="UTF-8" ?>\n{body}\n'.encode()


def _xml_value(value: Any) -> bytes:
    """Write a value in XML."""
    return f'<?xml version="1.0" encoding="UTF-8" ?>\n<RESPONSE>\n{_xml(value)}</RESPONSE>\n'.encode()


def _xml(value: Any) -> str:
    """Write one node."""
    if isinstance(value, dict):
        return (
            "<SINGLE>\n"
            + "".join(f"<KEY name={quoteattr(k)}>{_xml(v)}</KEY>\n" for k, v in value.items())
            + "</SINGLE>\n"
        )
    if isinstance(value, list):
        return "<MULTIPLE>\n" + "".join(_xml(item) for item in value) + "</MULTIPLE>\n"
    if value is None:
        return '<VALUE null="null"/>\n'
    return f"<VALUE>{int(value) if isinstance(value, bool) else escape(str(value))}</VALUE>\n"


def _upload(request: Request) -> Answer:
    """Put files into a draft area of the token's account."""
    token, item = str(request.fields.get("token", "")), str(request.fields.get("itemid", "0"))
    try:
        user, _ = _authenticate(request.state, token)
    except MoodleFailure as failure:
        return 200, "text/plain; charset=utf-8", _json(failure.file_answer())
    if not request.files:
        return 200, "application/json; charset=utf-8", b"[]"
    itemid = int(item) if item.isascii() and item.isdigit() and 0 < int(item) <= MAX_ITEM else 0
    with request.state.transaction():
        itemid = itemid or secrets.randbelow(MAX_ITEM - 1) + 1
        results = [_store_draft(request.state, user, itemid, name, data) for name, data in request.files]
    return 200, "text/plain; charset=utf-8", _json(results)


def _store_draft(state: State, user: Row, itemid: int, sent_name: str, data: bytes) -> dict[str, Any]:
    """Store one file; the same name twice in one area is an error of its own, inside the list."""
    name = sent_name.replace("\\", "/").rpartition("/")[2] or "file"
    taken = state.one(
        "SELECT id FROM file WHERE owner = 'draft' AND itemid = ? AND filename = ? AND userid = ?",
        itemid,
        name,
        user["id"],
    )
    if taken is not None:
        return {"filename": name, "filepath": TEMPORARY, "size": len(data), "errortype": "filenameexist",
                "error": f"File name already exists: {name}"}  # fmt: skip
    store_file(state, owner="draft", itemid=itemid, userid=user["id"], filename=name, data=data)
    return {
        "component": "user", "contextid": context_id("user", user["id"]), "userid": str(user["id"]), "filearea": "draft",
        "filename": name, "filepath": "/", "itemid": itemid, "license": "unknown", "author": fullname(user),
        "source": f'O:8:"stdClass":1:{{s:6:"source";s:{len(name.encode())}:"{name}";}}', "filesize": len(data),
    }  # fmt: skip


def _download(request: Request) -> Answer:
    """Send a learner's submitted file back, with a token."""
    parts = [unquote(part) for part in request.path.split("/")]
    try:
        _authenticate(request.state, str(request.fields.get("token", "")))
    except MoodleFailure as failure:
        return 200, JSON_TYPE, _json(failure.file_answer())
    with request.state.lock:
        known = len(parts) == 8 and parts[4:6] == ["assignsubmission_file", "submission_files"] and parts[6].isdigit()
        found = request.state.one(
            "SELECT bytes FROM file JOIN content ON sha256 = content WHERE owner = 'submission' AND itemid = ? AND filename = ?",
            int(parts[6]), parts[7],
        ) if known else None  # fmt: skip
    if found is None:
        missing = MoodleFailure(
            "core\\exception\\moodle_exception", "filenotfound", "Sorry, the requested file could not be found"
        )
        return 404, JSON_TYPE, _json(missing.file_answer())
    return 200, mimetypes.guess_type(parts[7])[0] or "application/octet-stream", bytes(found["bytes"])
