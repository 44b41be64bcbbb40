"""Core functions about the site itself: who am I, and batches."""

from __future__ import annotations

import json
from typing import Any

from sync_service.sandbox.access import fullname
from sync_service.sandbox.failures import MoodleFailure
from sync_service.sandbox.registry import FUNCTIONS, READ, Call, function, perform_inside
from sync_service.sandbox.shapes import ALPHANUMEXT, Many, One, Value

RELEASE = "4.5.6 (Build: 20250811)"
VERSION = "2024100706"
_FEATURES = {
    "usecomments": 1, "usetags": 1, "enablenotes": 1, "messaging": 1, "enableblogs": 1, "enablecompletion": 1,
    "enablebadges": 1, "messagingallusers": 0, "enablecustomreports": 1, "enableglobalsearch": 0,
    "mnet_dispatcher_mode": 0, "enablecompetencies": 1,
}  # fmt: skip


@function("core_webservice_get_site_info", READ, serviceshortnames=Many(ALPHANUMEXT, []))
def get_site_info(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Say who the token stands for, and what it may call."""
    del parameters
    user = call.user
    names = [name for name, found in FUNCTIONS.items() if call.service in found.services]
    return {
        "sitename": "Bac à sable", "username": user["username"], "firstname": user["firstname"],
        "lastname": user["lastname"], "fullname": fullname(user), "lang": user["lang"], "userid": user["id"],
        "siteurl": call.url, "userpictureurl": picture(call, 1),
        "functions": [{"name": name, "version": _version_of(name)} for name in names],
        "downloadfiles": 1, "uploadfiles": 1, "release": RELEASE, "version": VERSION, "mobilecssurl": "",
        "advancedfeatures": [{"name": name, "value": value} for name, value in _FEATURES.items()],
        "usercanmanageownfiles": True, "userquota": 104857600, "usermaxuploadfilesize": 209715200, "userhomepage": 1,
        "userprivateaccesskey": "", "siteid": 1, "sitecalendartype": "gregorian", "usercalendartype": "gregorian",
        "userissiteadmin": False, "theme": "boost", "limitconcurrentlogins": 0, "policyagreed": 1,
    }  # fmt: skip


def _version_of(name: str) -> str:
    """Return the version of the component that a function belongs to."""
    return {"core": VERSION, "local": "2026112400"}.get(name.partition("_")[0], "2024100700")


def picture(call: Call, size: int) -> str:
    """Return the address of the default picture of a person."""
    return f"{call.url}/theme/image.php/boost/core/1/u/f{size}"


_REQUEST = One({
    "function": ALPHANUMEXT, "arguments": Value("raw", "{}"), "settingraw": Value("bool", False),
    "settingfilter": Value("bool", False), "settingfileurl": Value("bool", True), "settinglang": Value("raw", ""),
})  # fmt: skip


@function("tool_mobile_call_external_functions", READ, requests=Many(_REQUEST))
def call_external_functions(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Run several requests, and stop at the first that fails: those after it are missing from the answer."""
    responses: list[dict[str, Any]] = []
    for request in parameters["requests"]:
        try:
            value = perform_inside(call, request["function"], request["arguments"])
        except MoodleFailure as failure:
            text = json.dumps(failure.inner_answer(call.url)).replace("/", "\\/")
            responses.append({"error": True, "exception": text})
            break
        text = json.dumps(value, separators=(",", ":")).replace("/", "\\/")
        responses.append({"error": False, "data": text})
    return {"responses": responses}
