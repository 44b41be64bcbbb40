"""Replies of the plugin's functions (docs/moodle-contract.md §1), tolerant of keys added later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from sync_service.adapters.moodle.decode import NOT_JSON, parse_json
from sync_service.adapters.moodle.wire import Reply
from sync_service.domain.lms_state import Kind, Owner


def _object(value: Any) -> Any:
    """Read a json string that holds an object; PHP writes an empty object as a list."""
    parsed = parse_json(value) if isinstance(value, str) else value
    if parsed == []:
        return {}
    if parsed is NOT_JSON or not isinstance(parsed, Mapping):
        raise ValueError("not a JSON object")
    return parsed


def _object_or_none(value: Any) -> Any:
    """Read a json string that holds an object, or is empty."""
    return None if value in {"", None} else _object(value)


def _list(value: Any) -> Any:
    """Read a json string that holds a list."""
    parsed = parse_json(value) if isinstance(value, str) else value
    if not isinstance(parsed, list):
        raise ValueError("not a JSON list")  # noqa: TRY004  pydantic turns a ValueError into a problem of its own
    return parsed


JsonObject = Annotated[dict[str, Any], BeforeValidator(_object)]
JsonObjectOrNone = Annotated[dict[str, Any] | None, BeforeValidator(_object_or_none)]


class Role(Reply):
    """A role of the site."""

    shortname: str
    id: int


class ServiceState(Reply):
    """The plugin's external service as the site has it."""

    enabled: bool = True
    restrictedusers: bool = True
    uploadfiles: bool = True


class AccountState(Reply):
    """The calling account; times are seconds since 1970, 0 for none."""

    auth: str = ""
    validuntil: int = 0
    tokenuntil: int = 0
    otherroles: list[str] = Field(default_factory=list)


class ServiceRole(Reply):
    """A role that the plugin makes, compared with its definition."""

    shortname: str
    exists: bool
    assigned: bool
    missing: list[str] = Field(default_factory=list)
    excess: list[str] = Field(default_factory=list)


class FeedState(Reply):
    """The change feed: what waits for us, what could not be written."""

    waiting: int = 0
    oldest: int = 0
    failures: int = 0
    lastfailure: int = 0


class PluginInfo(Reply):
    """get_info; the last four are given by later versions of the plugin, to an account of its service."""

    api: int
    features: list[str] = Field(default_factory=list)
    site_uid: str = Field(min_length=1)
    epoch: str
    release: str
    version: str | int = ""
    roles: list[Role] = Field(default_factory=list)
    missing: list[str] = Field(default_factory=list)
    excess: list[str] = Field(default_factory=list)
    categoryid: int = 0
    service: ServiceState | None = None
    account: AccountState | None = None
    serviceroles: list[ServiceRole] = Field(default_factory=list)
    feed: FeedState | None = None


class SeenReply(Reply):
    """One object of get_course_state."""

    key: str
    kind: Kind
    modname: str = ""
    parent: str = ""
    id: int = 0
    owner: Owner
    fields: JsonObject
    declared: JsonObjectOrNone = None
    applied: JsonObjectOrNone = None
    digest: str
    learners: int = 0
    baseparent: str = ""


class CourseStateReply(Reply):
    """get_course_state."""

    site_uid: str = Field(min_length=1)
    epoch: str
    courseid: int
    enrolled: int = 0
    foreignmembers: list[int] = Field(default_factory=list)
    objects: list[SeenReply]


class Result(Reply):
    """What one ensure_* or adopt did."""

    key: str
    action: str
    id: int = 0
    digest: str = ""
    code: str = ""
    message: str = ""
    affected: int = 0


class Stored(Reply):
    """put_candidate_status."""

    stored: int


class _Known(Reply):
    """Base of a fact: what the plugin says besides is kept by the caller."""

    kind: str
    key: str


class RawFact(_Known):
    """A fact before its kind is known."""


class ActivityFact(_Known):
    """Completion of one activity."""

    state: Annotated[str, Field(pattern="^(incomplete|complete|pass|fail)$")]
    override: bool


class ScormFact(_Known):
    """Tracks of one package."""

    status: Annotated[str, Field(pattern="^(not_attempted|incomplete|completed|passed|failed)$")]
    attempts: int


class SubmissionFact(_Known):
    """What was handed in."""

    status: Annotated[str, Field(pattern="^(none|draft|submitted|reopened)$")]
    attempt: int
    submitted_at: int


class EnrolmentFact(_Known):
    """A person's enrolment in the course."""

    status: Annotated[str, Field(pattern="^(active|suspended|absent)$")]


class AccountFact(_Known):
    """A person's account."""

    status: Annotated[str, Field(pattern="^(active|suspended|deleted)$")]


FactList = Annotated[list[dict[str, Any]], BeforeValidator(_list)]


class ChangeRow(Reply):
    """One row of get_changes."""

    seq: int
    what: str
    courseid: int = 0
    promotion: str = ""
    key: str = ""
    userid: int = 0
    timecreated: int = 0
    facts: FactList = Field(default_factory=list)


class ChangesReply(Reply):
    """get_changes."""

    site_uid: str = Field(min_length=1)
    epoch: str
    cursor: str
    more: bool
    resync: bool
    rows: list[ChangeRow]


class StateUser(Reply):
    """One person of get_state."""

    userid: int
    facts: FactList


class StateReply(Reply):
    """get_state."""

    site_uid: str = Field(min_length=1)
    epoch: str
    cursor: str
    courseid: int
    more: bool
    nextuserid: int = 0
    users: list[StateUser]
