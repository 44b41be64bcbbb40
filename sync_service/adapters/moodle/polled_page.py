"""One page of polling: what core's functions say of a few people in a watched course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from sync_service.adapters.moodle.batch import Call, Item, call_many
from sync_service.adapters.moodle.observed import Activity, Watched
from sync_service.adapters.moodle.polled_facts import (
    activity_fields,
    attempt_status,
    reason,
    scorm_fields,
    submission_fields,
)
from sync_service.adapters.moodle.transport import Caller
from sync_service.adapters.moodle.wire import (
    Account,
    AttemptCount,
    CompletionReply,
    Reply,
    Submission,
    Track,
    TracksReply,
    read,
    read_list,
)
from sync_service.domain.facts import Fact, FactKind, ReadMark, Route, Unread
from sync_service.domain.keys import make_key
from sync_service.domain.lms_state import Json
from sync_service.errors import MoodleError

COMPLETION = "core_completion_get_activities_completion_status"
COUNT = "mod_scorm_get_scorm_attempt_count"
TRACKS = "mod_scorm_get_scorm_sco_tracks"
ACCOUNTS = "core_user_get_users_by_field"

MOST_ATTEMPTS = 30
"""Attempts looked at before the last one; core only tells how many there are, not their numbers."""

Pair: TypeAlias = tuple[Activity, int]
R = TypeVar("R", bound=Reply)


@dataclass(frozen=True, slots=True)
class Shared:
    """What one reading of the course gives for everyone: each value is the data, or why it was not read."""

    scoes: Mapping[str, tuple[int, ...] | str]
    """Key of a package → ids of its learning objects."""
    submissions: Mapping[str, Mapping[int, Submission] | str]
    """Key of a deposit → person → latest submission."""


@dataclass(slots=True)
class Page:
    """Facts and gaps of one page, as they are found."""

    mark: ReadMark
    facts: list[Fact] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    def add(self, kind: FactKind, key: str, user: int, fields: Mapping[str, Json] | None) -> None:
        """Keep a fact; None counts as a value that could not be understood."""
        if fields is None:
            self.gap(key, user, "error")
        else:
            self.facts.append(Fact(kind, key, user, fields, self.mark, Route.POLLING))

    def gap(self, key: str, user: int | None, why: str) -> None:
        """Keep what was asked and not read, once."""
        unread = Unread(object=key, user_id=user, reason=why)
        if unread not in self.unread:
            self.unread.append(unread)


@dataclass(slots=True)
class _Attempts:
    """Tracks per person and package, by attempt number, and the reads that failed."""

    tracks: dict[Pair, dict[int, list[list[Track]]]]
    failed: dict[Pair, str] = field(default_factory=dict)

    def earlier(self, pair: Pair, last: int) -> range:
        """Return the attempt numbers before the last that can still change the best status."""
        parts = self.tracks[pair].get(last)
        done = pair in self.failed or parts is None or attempt_status(parts) == "passed"
        return range(0) if done else range(max(1, last - MOST_ATTEMPTS), last)


@dataclass(frozen=True, slots=True)
class PageReader:
    """Reads a few people of one course."""

    caller: Caller
    promotion: str
    watched: Watched
    shared: Shared

    def read(self, people: Mapping[int, str], page: Page) -> None:
        """Put into ``page`` all that is known of ``people`` (user id → active or suspended)."""
        self._accounts(people, page)
        self._completions(sorted(people), page)
        self._packages(sorted(people), page)
        self._deposits(people, page)

    def _accounts(self, people: Mapping[int, str], page: Page) -> None:
        """Read enrolment and account; an account that is not shown is a gap, not a deleted one."""
        course = make_key(self.promotion, "course")
        reply = self.caller.call(ACCOUNTS, {"field": "id", "values": [str(user) for user in sorted(people)]})
        shown = {account.id: account.suspended for account in read_list(Account, reply, function=ACCOUNTS)}
        for user, status in sorted(people.items()):
            page.add(FactKind.ENROLMENT, course, user, {"status": status})
            suspended = shown.get(user)
            if suspended is None:
                page.gap(course, user, "no_access")
            else:
                page.add(FactKind.ACCOUNT, course, user, {"status": "suspended" if suspended else "active"})

    def _completions(self, people: Sequence[int], page: Page) -> None:
        """Read completion, one call per person for all activities."""
        tracked = [activity for activity in self.watched.activities if activity.tracked]
        if not tracked:
            return
        calls = [Call(COMPLETION, {"courseid": self.watched.course_id, "userid": user}) for user in people]
        for user, item in zip(people, call_many(self.caller, calls), strict=True):
            reply = _parsed(item, CompletionReply, COMPLETION)
            found = {} if isinstance(reply, MoodleError) else {status.cmid: status for status in reply.statuses}
            why = reason(reply) if isinstance(reply, MoodleError) else "hidden"
            for activity in tracked:
                if activity.cmid in found:
                    page.add(FactKind.ACTIVITY, activity.key, user, activity_fields(found[activity.cmid]))
                else:
                    page.gap(activity.key, user, why)

    def _packages(self, people: Sequence[int], page: Page) -> None:
        """Read attempts of each package, then tracks of those who have attempts."""
        pairs: list[Pair] = []
        for activity in self.watched.activities:
            if activity.modname == "scorm":
                why = self.shared.scoes[activity.key]
                if isinstance(why, str):
                    for user in people:
                        page.gap(activity.key, user, why)
                else:
                    pairs += [(activity, user) for user in people]
        counts = call_many(
            self.caller,
            [Call(COUNT, {"scormid": activity.instance, "userid": user}) for activity, user in pairs],
        )
        attempts: dict[Pair, int] = {}
        for pair, item in zip(pairs, counts, strict=True):
            reply = _parsed(item, AttemptCount, COUNT)
            if isinstance(reply, MoodleError):
                page.gap(pair[0].key, pair[1], reason(reply))
            else:
                attempts[pair] = reply.attemptscount
        self._tracks(attempts, page)

    def _tracks(self, counts: Mapping[Pair, int], page: Page) -> None:
        """Read the last attempt of those who have one, then the earlier ones where they could be better."""
        seen = _Attempts({pair: {} for pair in counts})
        last = self._attempts([(pair, 0) for pair, count in counts.items() if count], seen)
        self._attempts([(pair, number) for pair in counts for number in seen.earlier(pair, last.get(pair, 0))], seen)
        for (activity, user), count in counts.items():
            if (activity, user) in seen.failed:
                page.gap(activity.key, user, seen.failed[activity, user])
            else:
                page.add(FactKind.SCORM, activity.key, user, scorm_fields(count, seen.tracks[activity, user]))

    def _attempts(self, asked: Sequence[tuple[Pair, int]], seen: _Attempts) -> dict[Pair, int]:
        """Read attempts (0 is the last one) of each learning object; return the highest number met per pair."""
        wanted = [(pair, number, int(sco)) for pair, number in asked for sco in self.shared.scoes[pair[0].key]]
        calls = [Call(TRACKS, {"scoid": sco, "userid": pair[1], "attempt": number}) for pair, number, sco in wanted]
        highest: dict[Pair, int] = {}
        for (pair, _, _), item in zip(wanted, call_many(self.caller, calls), strict=True):
            reply = _parsed(item, TracksReply, TRACKS)
            if isinstance(reply, MoodleError):
                seen.failed[pair] = reason(reply)
            else:
                seen.tracks[pair].setdefault(reply.data.attempt, []).append(reply.data.tracks)
                highest[pair] = max(highest.get(pair, 0), reply.data.attempt)
        return highest

    def _deposits(self, people: Mapping[int, str], page: Page) -> None:
        """Tell what each person handed in; Moodle hides a suspended person's submission without a word."""
        for activity in self.watched.activities:
            if activity.modname != "assign":
                continue
            found = self.shared.submissions[activity.key]
            for user, status in sorted(people.items()):
                if isinstance(found, str):
                    page.gap(activity.key, user, found)
                elif user not in found and status != "active":
                    page.gap(activity.key, user, "no_access")
                else:
                    page.add(FactKind.SUBMISSION, activity.key, user, submission_fields(found.get(user)))


def _parsed(item: Item, model: type[R], function: str) -> R | MoodleError:
    """Return the reply of one call, or why it cannot be used."""
    if item.error is not None:
        return item.error
    try:
        return read(model, item.value, function=function)
    except MoodleError as error:
        return error
