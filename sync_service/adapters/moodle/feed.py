"""The FactFeed port on the plugin: its sealed sequence of changes, and its snapshot of a course."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sync_service.adapters.moodle.decode import invalid_reply
from sync_service.adapters.moodle.functions import PLUGIN_PREFIX
from sync_service.adapters.moodle.lms import plugin_info, site_info
from sync_service.adapters.moodle.params import Params
from sync_service.adapters.moodle.plugin_wire import (
    AccountFact,
    ActivityFact,
    ChangeRow,
    ChangesReply,
    EnrolmentFact,
    RawFact,
    ScormFact,
    StateReply,
    SubmissionFact,
)
from sync_service.adapters.moodle.transport import Caller
from sync_service.adapters.moodle.wire import read
from sync_service.domain.facts import Fact, FactKind, FactPage, Notice, ReadMark, Route, Unread
from sync_service.domain.lms_state import SiteInfo
from sync_service.errors import MoodleAnswerError, MoodleRefusedError
from sync_service.ports import Clock

CHANGES = PLUGIN_PREFIX + "get_changes"
STATE = PLUGIN_PREFIX + "get_state"
ROWS_PER_PAGE = 1000
USERS_PER_PAGE = 200

_KINDS: Mapping[
    str, tuple[FactKind, type[RawFact | ActivityFact | ScormFact | SubmissionFact | EnrolmentFact | AccountFact]]
] = {
    "activity": (FactKind.ACTIVITY, ActivityFact),
    "scorm": (FactKind.SCORM, ScormFact),
    "submission": (FactKind.SUBMISSION, SubmissionFact),
    "enrolment": (FactKind.ENROLMENT, EnrolmentFact),
    "account": (FactKind.ACCOUNT, AccountFact),
}


class PluginFeed:
    """A Moodle site with the plugin, as the thing that facts come from."""

    def __init__(
        self,
        transport: Caller,
        promotions: Sequence[str],
        *,
        clock: Clock,
        rows_per_page: int = ROWS_PER_PAGE,
        users_per_page: int = USERS_PER_PAGE,
    ) -> None:
        """Keep what is about ``promotions``; the site's only feed serves them all."""
        self._transport = transport
        self._promotions = frozenset(promotions)
        self._clock = clock
        self._rows, self._users = rows_per_page, users_per_page

    def site(self) -> SiteInfo:
        """Return what the site and the plugin say of themselves."""
        return site_info(plugin_info(self._transport))

    def changes(self, cursor: str) -> FactPage:
        """Return the next page of the sealed sequence; facts are as Moodle shows them at the reading."""
        now = self._clock.now()
        reply = read(
            ChangesReply,
            self._transport.call(CHANGES, {"cursor": cursor, "limit": self._rows}),
            function=CHANGES,
        )
        if reply.more and not reply.resync and reply.cursor == cursor:
            raise invalid_reply(CHANGES, "cursor")
        mark = _mark(reply.cursor, reply.epoch, now, CHANGES)
        rows = [row for row in reply.rows if row.promotion in self._promotions]
        facts, unread = _collect(((row.userid, row.facts) for row in rows), mark, Route.FEED, CHANGES)
        return FactPage(
            site_uid=reply.site_uid,
            facts=facts,
            cursor=reply.cursor,
            more=reply.more and not reply.resync,
            resync=reply.resync,
            unread=unread,
            notices=tuple(_notice(row) for row in rows if row.what != "state"),
            asked=len(facts) + len(unread),
            read=len(facts),
            users=frozenset(row.userid for row in rows if row.userid),
        )

    def snapshot(self, promotion: str) -> Iterator[FactPage]:
        """Yield the present state of everyone in the course, page by page; every page has the first one's mark."""
        after = 0
        first: StateReply | None = None
        mark: ReadMark | None = None
        while True:
            params: Params = {"promotion": promotion, "afteruserid": after, "limit": self._users}
            now = self._clock.now()
            reply = read(StateReply, self._transport.call(STATE, params), function=STATE)
            first = first or reply
            _same_course(first, reply, promotion)
            mark = mark or _mark(reply.cursor, reply.epoch, now, STATE)
            facts, unread = _collect(((u.userid, u.facts) for u in reply.users), mark, Route.SNAPSHOT, STATE)
            yield FactPage(
                site_uid=reply.site_uid,
                facts=facts,
                cursor=first.cursor,
                more=reply.more,
                unread=unread,
                asked=len(facts) + len(unread),
                read=len(facts),
                users=frozenset(u.userid for u in reply.users),
            )
            if not reply.more:
                return
            if reply.nextuserid <= after:
                raise invalid_reply(STATE, "nextuserid")
            after = reply.nextuserid


def _same_course(first: StateReply, reply: StateReply, promotion: str) -> None:
    """Refuse a course that is absent, or a site that became another between two pages."""
    if not reply.courseid:
        raise MoodleRefusedError(
            f"Ce Moodle n’a pas de cours pour la promotion « {promotion} » : lancez « cyclesync plan {promotion} ».",
            code="missing",
            function=STATE,
        )
    if (reply.site_uid, reply.epoch, reply.courseid) != (first.site_uid, first.epoch, first.courseid):
        raise MoodleAnswerError("Le site a été restauré ou remplacé pendant la lecture : relancez « cyclesync pull ».")


def _mark(cursor: str, epoch: str, now: datetime, function: str) -> ReadMark:
    """Return the read mark of a page: the cursor is ``epoch.seq.tag``, only its seq is looked at."""
    parts = cursor.rsplit(".", 2)
    if len(parts) != 3 or not parts[1].isdigit():
        raise invalid_reply(function, "cursor")
    return ReadMark(epoch=epoch, seq=int(parts[1]), at=now)


def _notice(row: ChangeRow) -> Notice:
    return Notice(kind=row.what, object=row.key, at=datetime.fromtimestamp(row.timecreated, UTC))


def _collect(
    rows: Iterable[tuple[int, Sequence[Mapping[str, Any]]]],
    mark: ReadMark,
    route: Route,
    function: str,
) -> tuple[tuple[Fact, ...], tuple[Unread, ...]]:
    """Return the facts of all rows; a kind that this version does not know is counted as not read."""
    facts: list[Fact] = []
    unread: list[Unread] = []
    for user, items in rows:
        for item in items:
            raw = read(RawFact, item, function=function)
            if raw.kind not in _KINDS:
                unread.append(Unread(object=raw.key, user_id=user, reason="error"))
                continue
            kind, model = _KINDS[raw.kind]
            decisive = read(model, item, function=function).model_dump(exclude={"kind", "key"})
            detail = {name: value for name, value in item.items() if name not in {"kind", "key"}}
            facts.append(Fact(kind, raw.key, user, {**detail, **decisive}, mark, route))
    return tuple(facts), tuple(unread)
