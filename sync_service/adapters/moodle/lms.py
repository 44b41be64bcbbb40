"""The Lms port on the plugin local_cyclesync: one call to read a course, one call per write."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from sync_service.adapters.moodle.decode import invalid_reply
from sync_service.adapters.moodle.functions import PLUGIN_PREFIX
from sync_service.adapters.moodle.params import Param, Params, cut
from sync_service.adapters.moodle.plugin_wire import (
    CourseStateReply,
    PluginInfo,
    Result,
    SeenReply,
    Stored,
)
from sync_service.adapters.moodle.transport import Caller
from sync_service.adapters.moodle.upload import upload
from sync_service.adapters.moodle.wire import Account, read, read_list
from sync_service.domain.keys import split_key
from sync_service.domain.lms_state import Base, CourseState, Fields, Json, Kind, MoodleUser, SeenObject, SiteInfo
from sync_service.errors import UsageError
from sync_service.ports import Write, Written

USERS_PER_CALL = 400
STATUSES_PER_CALL = 300
USER_FIELDS = frozenset({"idnumber", "username", "email"})

_LISTS: Mapping[Kind, tuple[str, str]] = {
    Kind.SECTION: ("ensure_sections", "sections"),
    Kind.GROUP: ("ensure_groups", "groups"),
    Kind.ENROLMENT: ("ensure_enrolments", "enrolments"),
    Kind.EVENT: ("ensure_events", "events"),
}
"""Kinds that the plugin takes as lists; one object is sent at a time, so that a refusal is about it alone."""


class MoodleLms:
    """A Moodle site with the plugin, as the thing that a cycle is mapped into."""

    def __init__(self, transport: Caller, *, installation_uid: str, category: str = "") -> None:
        """Write under ``installation_uid``; ``category`` is the idnumber where rights are looked at."""
        self._transport = transport
        self._uid = installation_uid
        self._category = category

    def info(self) -> SiteInfo:
        """Return what the site and the plugin say of themselves, in one call; ``functions`` is left to ``check``."""
        return site_info(plugin_info(self._transport, self._category))

    def course_state(self, promotion: str) -> CourseState:
        """Read the whole course in one call."""
        params = {"promotion": promotion, "uid": self._uid}
        reply = read(CourseStateReply, self._plugin("get_course_state", params), function="get_course_state")
        seen = tuple(_seen(item) for item in reply.objects)
        courses = [item for item in seen if item.kind is Kind.COURSE]
        if len(courses) > 1 or (reply.courseid and not courses):
            raise invalid_reply("get_course_state", "objects")
        return CourseState(
            site_uid=reply.site_uid,
            course=courses[0] if courses else None,
            objects=tuple(item for item in seen if item.kind is not Kind.COURSE),
            enrolled=reply.enrolled,
            foreign_members=tuple(reply.foreignmembers),
        )

    def find_users(self, field: str, values: Sequence[str]) -> tuple[MoodleUser, ...]:
        """Return the accounts that bear one of ``values``; several accounts may bear the same idnumber."""
        return find_users(self._transport, field, values)

    def write(self, change: Write, *, run: str) -> Written:
        """Perform one write; it is sent once, since only a new reading can tell what a lost answer did."""
        if change.verb in {"adopt", "record", "rename"}:
            return self._adopt(change, run)
        if change.kind in _LISTS:
            return self._write_listed(change, run)
        if change.kind is Kind.MODULE:
            return self._write_module(change, run)
        name = "ensure_course" if change.kind is Kind.COURSE else "ensure_enrolment_instance"
        return self._result(name, change, self._common(change, run) | _one(change))

    def put_candidate_status(self, promotion: str, statuses: Mapping[int, Mapping[str, Json]]) -> int:
        """Store each person's status; sending the same twice changes nothing, so a lost answer is asked again."""
        rows: list[Param] = [{"userid": user, "status": compact(status)} for user, status in sorted(statuses.items())]
        total = 0
        for part in cut(rows, STATUSES_PER_CALL):
            reply = self._transport.call(
                PLUGIN_PREFIX + "put_candidate_status",
                {"promotion": promotion, "statuses": part},
                idempotent=True,
            )
            total += read(Stored, reply, function="put_candidate_status").stored
        return total

    def _plugin(self, name: str, params: Params) -> object:
        return self._transport.call(PLUGIN_PREFIX + name, params)

    def _common(self, change: Write, run: str) -> dict[str, Param]:
        dry = {"dryrun": True} if change.dry_run else {}
        return {"promotion": _promotion(change.key), "uid": self._uid, "run": run, **dry}

    def _write_listed(self, change: Write, run: str) -> Written:
        """Write one object of a kind that the plugin takes as a list."""
        name, parameter = _LISTS[change.kind]
        item: Param = _one(change)
        return self._result(name, change, self._common(change, run) | {parameter: [item]})

    def _write_module(self, change: Write, run: str) -> Written:
        """Write an activity, after its package or file was sent to the draft area."""
        draft = upload(self._transport, change.package) if change.package is not None else 0
        params: dict[str, Param] = {
            "sectionkey": change.parent,
            "modname": change.modname,
            "draftitemid": draft,
            "allow": list(change.allow),
        }
        return self._result("ensure_module", change, self._common(change, run) | _one(change) | params)

    def _adopt(self, change: Write, run: str) -> Written:
        """Write only the plugin's map: the object is ours from now on, or its base moves."""
        params: dict[str, Param] = {
            "kind": change.kind.value,
            "moodleid": change.moodle_id,
            "takeover": "take-over" in change.allow,
        }
        if change.was:
            params["was"] = change.was
        return self._result("adopt", change, self._common(change, run) | _one(change) | params)

    def _result(self, name: str, change: Write, params: Params) -> Written:
        """Call and read the one result, which must be about the object that was sent."""
        reply = self._plugin(name, params)
        function = PLUGIN_PREFIX + name
        results = read_list(Result, reply if isinstance(reply, list) else [reply], function=function)
        if len(results) != 1 or results[0].key != change.key:
            raise invalid_reply(function, "key")
        found = results[0]
        return Written(
            key=found.key,
            action=found.action,
            moodle_id=found.id,
            digest=found.digest,
            code=found.code,
            message=found.message,
            affected=found.affected,
        )


def plugin_info(transport: Caller, category: str = "", *, mode: str = "manage") -> PluginInfo:
    """Ask the plugin what it is and what the account may do in ``category``, compared with what ``mode`` needs."""
    params = {"categoryidnumber": category}
    if mode != "manage":
        params["mode"] = mode
    reply = transport.call(PLUGIN_PREFIX + "get_info", params)
    return read(PluginInfo, reply, function=PLUGIN_PREFIX + "get_info")


def site_info(info: PluginInfo) -> SiteInfo:
    """Return the plugin's answer in the core's words."""
    return SiteInfo(
        site_uid=info.site_uid,
        release=info.release,
        functions=frozenset(),
        api=info.api,
        epoch=info.epoch,
        features=frozenset(info.features),
        roles={role.shortname: role.id for role in info.roles},
        missing_rights=tuple(info.missing),
        excess_rights=tuple(info.excess),
    )


def find_users(transport: Caller, field: str, values: Sequence[str]) -> tuple[MoodleUser, ...]:
    """Return the accounts whose ``field`` is one of ``values``, by a core function; blank values find nobody.

    Raises:
        UsageError: Moodle cannot look accounts up by this field.
    """
    if field not in USER_FIELDS:
        known = ", ".join(sorted(USER_FIELDS))
        raise UsageError(f"Moodle ne cherche pas une personne par « {field} » : choisissez {known}.")
    fold: Callable[[str], str] = str.lower if field == "username" else str
    wanted = sorted({fold(value.strip()) for value in values if value.strip()})
    if field == "email":
        wanted = sorted({*wanted, *(value.lower() for value in wanted)})
    function = "core_user_get_users_by_field"
    found: dict[int, Account] = {}
    for part in cut(wanted, USERS_PER_CALL):
        reply = transport.call(function, {"field": field, "values": part})
        found |= {account.id: account for account in read_list(Account, reply, function=function)}
    return tuple(_user(account) for _, account in sorted(found.items()))


def _user(account: Account) -> MoodleUser:
    return MoodleUser(
        id=account.id,
        username=account.username,
        idnumber=account.idnumber,
        firstname=account.firstname,
        lastname=account.lastname,
        email=account.email,
        suspended=bool(account.suspended),
    )


def _seen(item: SeenReply) -> SeenObject:
    """Return one object in the core's words; a base exists when both of its halves do."""
    base = None
    if item.declared is not None and item.applied is not None:
        base = Base(declared=item.declared, applied=item.applied)
    return SeenObject(
        key=item.key,
        kind=item.kind,
        parent=item.parent,
        fields=item.fields,
        owner=item.owner,
        moodle_id=item.id,
        digest=item.digest,
        modname=item.modname,
        base=base,
        learners=item.learners,
        base_parent=item.baseparent,
    )


def _one(change: Write) -> dict[str, Param]:
    return {"key": change.key, "fields": compact(change.fields), "expect": change.expect}


def compact(fields: Fields) -> str:
    """Return the JSON text of ``fields``, as the plugin reads it."""
    return json.dumps(_plain(fields), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _plain(value: Json) -> object:
    """Return ``value`` in the types that json knows: any mapping as dict, any sequence as list."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value


def _promotion(key: str) -> str:
    """Return the promotion that a key names."""
    parts = split_key(key)
    if parts is None:
        raise ValueError(f"not a key: {key!r}")
    return parts[0]
