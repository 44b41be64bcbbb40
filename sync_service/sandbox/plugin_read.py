"""Functions of local_cyclesync that read: the site, the map, a course, the feed, a snapshot."""

from __future__ import annotations

from typing import Any

from sync_service.sandbox import course_state, facts, outbox
from sync_service.sandbox.access import ROLES
from sync_service.sandbox.core_site import RELEASE
from sync_service.sandbox.plugin_write import no_course
from sync_service.sandbox.registry import PLUGIN, Call, function
from sync_service.sandbox.scope import Scope
from sync_service.sandbox.shapes import ALPHANUMEXT, Value
from sync_service.sandbox.state import Row, State

API = 1
PLUGIN_VERSION = 2026112400
FEATURES = (
    "map", "course_state", "course", "enrolment_instance", "sections", "groups", "enrolments", "events", "adopt",
    "scorm", "assign", "page", "label", "url", "resource", "folder", "forum", "feed", "snapshot",
    "candidate_status", "course_criteria",
)  # fmt: skip


def _identity(state: State) -> dict[str, Any]:
    return {"site_uid": state.setting("site_uid"), "epoch": state.setting("epoch")}


@function("local_cyclesync_get_info", PLUGIN, categoryidnumber=Value("raw", ""), mode=Value("alpha", "manage"))
def get_info(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Say what this site is; the sandbox's account has exactly the rights that it needs."""
    idnumber = parameters["categoryidnumber"]
    found = call.state.rows("SELECT id FROM category WHERE idnumber = ?", idnumber) if idnumber else []
    known = len(found) == 1 or not idnumber
    return {
        "api": API, "features": list(FEATURES), **_identity(call.state), "release": RELEASE, "version": PLUGIN_VERSION,
        "roles": [{"shortname": name, "id": number} for name, number in ROLES.items()],
        "categoryid": found[0]["id"] if len(found) == 1 else 0, "missing": [], "excess": [],
        **_administration(call.state, known=known),
    }  # fmt: skip


def _administration(state: State, *, known: bool) -> dict[str, Any]:
    """Return what the plugin says of its service, its account and its roles: as they should be, in a known category."""
    waiting = state.rows("SELECT timecreated FROM outbox WHERE seq IS NULL ORDER BY timecreated")
    roles = {"cyclesync_site": True, "cyclesync_category": known}
    return {
        "service": {"enabled": True, "restrictedusers": True, "uploadfiles": True},
        "account": {"auth": "webservice", "validuntil": 0, "tokenuntil": 0, "otherroles": []},
        "serviceroles": [
            {"shortname": role, "exists": True, "assigned": held, "missing": [], "excess": []} for role, held in roles.items()
        ],
        "feed": {
            "waiting": len(waiting), "oldest": waiting[0]["timecreated"] if waiting else 0, "failures": 0, "lastfailure": 0,
        },
    }  # fmt: skip


@function("local_cyclesync_get_map", PLUGIN, promotion=Value("alphanumext", ""))
def get_map(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """List the rows of the map."""
    wanted = parameters["promotion"]
    rows = call.state.rows("SELECT * FROM map WHERE promotion = ? OR ? = '' ORDER BY id", wanted, wanted)
    scopes = {row["promotion"]: Scope(call.state, row["promotion"], user=call.user) for row in rows}
    names = ("key", "kind", "moodleid", "courseid", "uid", "digest", "run", "timemodified")
    found = []
    for row in rows:
        state = course_state.KINDS[row["kind"]].read(scopes[row["promotion"]], row["moodleid"], row)
        found.append({**{name: row[name] for name in names}, "exists": state is not None})
    return {"rows": found}


@function("local_cyclesync_get_course_state", PLUGIN, promotion=ALPHANUMEXT, uid=ALPHANUMEXT)
def get_course_state(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Read everything that a plan needs of one promotion."""
    scope = Scope(call.state, parameters["promotion"], user=call.user, uid=parameters["uid"])
    return {**_identity(call.state), **course_state.read(scope)}


@function("local_cyclesync_get_changes", PLUGIN, cursor=Value("raw", ""), limit=Value("int", 1000))
def get_changes(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Read what has changed since a cursor."""
    limit = max(1, min(5000, parameters["limit"]))
    page, rows = outbox.page(call.state, parameters["cursor"], limit)
    return {**_identity(call.state), **page, "rows": _with_facts(call, rows)}


def _with_facts(call: Call, rows: list[Row]) -> list[dict[str, Any]]:
    """Return the rows, each key only where it stands last, with the facts as they are now."""
    last = {(row["what"], row["key"], row["userid"]): row["seq"] for row in rows}
    people: dict[str, list[int]] = {}
    for row in rows:
        if row["what"] == "state" and row["userid"] not in people.setdefault(row["promotion"], []):
            people[row["promotion"]].append(row["userid"])
    found: dict[str, facts.Facts] = {}
    for promotion, users in people.items():
        scope = Scope(call.state, promotion, user=call.user)
        found[promotion] = facts.read(scope, users) if scope.course else {}
    given = []
    for row in rows:
        if last[row["what"], row["key"], row["userid"]] == row["seq"]:
            mine = found.get(row["promotion"], {}).get(row["userid"], {}) if row["what"] == "state" else {}
            names = ("seq", "what", "courseid", "promotion", "key", "userid", "timecreated")
            given.append({**{name: row[name] for name in names}, "facts": facts.encoded(mine.get(row["key"], []))})
    return given


@function(
    "local_cyclesync_get_state", PLUGIN, promotion=ALPHANUMEXT, afteruserid=Value("int", 0), limit=Value("int", 200)
)
def get_state(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Read the present state of every learner, page by page."""
    scope = Scope(call.state, parameters["promotion"], user=call.user)
    if scope.course is None:
        raise no_course(parameters["promotion"])
    limit, after = max(1, min(1000, parameters["limit"])), parameters["afteruserid"]
    users = facts.learners(scope, after=after, limit=limit + 1)
    shown = users[:limit]
    found = facts.read(scope, shown)
    return {
        **_identity(call.state), "cursor": outbox.present(call.state), "courseid": scope.course["id"],
        "more": len(users) > limit, "nextuserid": shown[-1] if shown else after,
        "users": [{"userid": user, "facts": facts.encoded([f for part in found[user].values() for f in part])} for user in shown],
    }  # fmt: skip
