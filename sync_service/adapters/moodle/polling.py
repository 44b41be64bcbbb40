"""The FactFeed port by core's functions alone, for a site in observe mode: nothing is written, no plugin is needed.

There is no sequence of changes in core, so ``changes`` always asks for a reconciliation, and ``snapshot`` reads all.
What cannot be read of one person is counted as not read; a roster that cannot be read stops the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from sync_service.adapters.moodle.batch import Call, call_many
from sync_service.adapters.moodle.functions import SITE_INFO
from sync_service.adapters.moodle.observed import ObservedCourse, Watched, find_course, roster, watch
from sync_service.adapters.moodle.polled_facts import latest, reason
from sync_service.adapters.moodle.polled_page import Page, PageReader, Shared
from sync_service.adapters.moodle.transport import Caller
from sync_service.adapters.moodle.wire import CoreSiteInfo, ScoReply, Submission, SubmissionsReply, read
from sync_service.domain.facts import FactPage, ReadMark
from sync_service.domain.lms_state import SiteInfo
from sync_service.errors import MoodleError, UsageError
from sync_service.ports import Clock

__all__ = ["ObservedCourse", "PollingFeed", "core_site_info"]

USERS_PER_PAGE = 25
SCOES = "mod_scorm_get_scorm_scoes"
SUBMISSIONS = "mod_assign_get_submissions"


class PollingFeed:
    """A Moodle site without the plugin, as the thing that facts come from."""

    def __init__(
        self,
        transport: Caller,
        *,
        clock: Clock,
        courses: Mapping[str, ObservedCourse],
        users_per_page: int = USERS_PER_PAGE,
    ) -> None:
        """Watch ``courses`` (promotion id → where it is)."""
        self._transport = transport
        self._clock = clock
        self._courses = dict(courses)
        self._users = users_per_page
        self._site: SiteInfo | None = None

    def site(self) -> SiteInfo:
        """Return what core says of the site; its uid is made from its address."""
        self._site = core_site_info(self._transport)
        return self._site

    def changes(self, cursor: str) -> FactPage:
        """Ask for a reconciliation: core keeps no sequence of changes."""
        del cursor
        return FactPage(site_uid=self._uid(), facts=(), cursor="", more=False, resync=True)

    def snapshot(self, promotion: str) -> Iterator[FactPage]:
        """Yield what everyone enrolled has done, some people at a time, all marked with the start of the run.

        Raises:
            MoodleError: the course, its tree or its roster cannot be read, or a whole request got no answer.
        """
        observed = self._courses.get(promotion)
        if observed is None:
            raise UsageError(
                f"Aucun cours observé n’est déclaré pour la promotion « {promotion} » : "
                "ajoutez sa correspondance dans la configuration du site.",
            )
        mark = _start(self._clock.now())
        course = find_course(self._transport, promotion, observed)
        watched = watch(self._transport, promotion, course, observed)
        people = roster(self._transport, course)
        reader = PageReader(self._transport, promotion, watched, _shared(self._transport, watched))
        ids = sorted(people)
        for start in range(0, max(len(ids), 1), self._users):
            page = Page(mark, unread=list(watched.unread) if start == 0 else [])
            part = {user: people[user] for user in ids[start : start + self._users]}
            if part:
                reader.read(part, page)
            yield self._page(page, part, more=start + self._users < len(ids))

    def _page(self, page: Page, people: Mapping[int, str], *, more: bool) -> FactPage:
        return FactPage(
            site_uid=self._uid(),
            facts=tuple(page.facts),
            cursor="",
            more=more,
            unread=tuple(page.unread),
            asked=len(page.facts) + len(page.unread),
            read=len(page.facts),
            users=frozenset(people),
        )

    def _uid(self) -> str:
        return (self._site or self.site()).site_uid


def core_site_info(transport: Caller) -> SiteInfo:
    """Ask core what the site is. Without the plugin the address is all that tells one site from another."""
    info = read(CoreSiteInfo, transport.call(SITE_INFO, {}), function=SITE_INFO)
    return SiteInfo(
        site_uid=str(uuid5(NAMESPACE_URL, info.siteurl.rstrip("/").lower())),
        release=info.release,
        functions=frozenset(function.name for function in info.functions),
        username=info.username,
    )


def _start(now: datetime) -> ReadMark:
    """Return the mark of a polling run: its start, in milliseconds."""
    return ReadMark(epoch="", seq=int(now.timestamp() * 1000), at=now)


def _shared(transport: Caller, watched: Watched) -> Shared:
    """Read what is read once for everyone: learning objects of the packages, submissions of the deposits."""
    packages = [activity for activity in watched.activities if activity.modname == "scorm"]
    scoes: dict[str, tuple[int, ...] | str] = {}
    calls = [Call(SCOES, {"scormid": activity.instance}) for activity in packages]
    for activity, item in zip(packages, call_many(transport, calls), strict=True):
        try:
            found = read(ScoReply, item.get(), function=SCOES).scoes
            scoes[activity.key] = tuple(sco.id for sco in found if sco.scormtype == "sco")
        except MoodleError as error:
            scoes[activity.key] = reason(error)
    return Shared(scoes, _submissions(transport, watched))


def _submissions(transport: Caller, watched: Watched) -> dict[str, Mapping[int, Submission] | str]:
    """Read all deposits in one call; one that Moodle leaves out of its answer was not read."""
    deposits = {activity.instance: activity.key for activity in watched.activities if activity.modname == "assign"}
    if not deposits:
        return {}
    result: dict[str, Mapping[int, Submission] | str] = dict.fromkeys(deposits.values(), "no_access")
    try:
        answer = transport.call(SUBMISSIONS, {"assignmentids": sorted(deposits)})
        reply = read(SubmissionsReply, answer, function=SUBMISSIONS)
    except MoodleError as error:
        return dict.fromkeys(deposits.values(), reason(error))
    for assignment in reply.assignments:
        if assignment.assignmentid in deposits:
            result[deposits[assignment.assignmentid]] = latest(assignment.submissions)
    return result
