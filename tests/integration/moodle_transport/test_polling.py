"""Reading a course by core's functions when Moodle hides, refuses or half answers: a gap is never an empty fact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from sync_service.adapters.moodle.polling import ObservedCourse, PollingFeed
from sync_service.domain.facts import FactKind, FactPage, Route
from sync_service.errors import MoodleError, MoodleRefusedError, UsageError
from tests.integration.moodle_transport.conftest import Client, RefusedError, Site

COURSE = "cs:angers:course"
M01, DEPOT = "cs:angers:m01", "cs:angers:depot"
NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
COMPLETION = "core_completion_get_activities_completion_status"
PEOPLE = "core_enrol_get_enrolled_users"


class FixedClock:
    def now(self) -> datetime:
        return NOW


def module(cmid: int, modname: str, **more: int) -> dict[str, Any]:
    return {"id": cmid, "modname": modname, "instance": cmid * 10, "visible": 1, "completion": 2} | more


def people(form: dict[str, Any]) -> list[dict[str, Any]]:
    active = form["options"][0]["name"] == "onlyactive"
    learners = [{"id": 4, "roles": [{"shortname": "student"}]}, {"id": 9, "roles": [{"shortname": "teacher"}]}]
    return learners if active else [{"id": 5}]


def completion(form: dict[str, Any]) -> dict[str, Any]:
    return {"statuses": [{"cmid": 1, "state": 1, "timecompleted": 50}, {"cmid": 2, "state": 0}]}


def tracks(form: dict[str, Any]) -> dict[str, Any]:
    status = {0: "incomplete", 1: "completed"}.get(form["attempt"], "incomplete")
    number = form["attempt"] or 2
    return {"data": {"attempt": number, "tracks": [{"element": "cmi.core.lesson_status", "value": status}]}}


@pytest.fixture
def course(site: Site) -> Site:
    site.functions = {
        "core_webservice_get_site_info": lambda _: {
            "siteurl": site.url,
            "release": "4.5.6",
            "userid": 2,
            "functions": [],
        },
        "core_course_get_courses_by_field": lambda _: {"courses": [{"id": 7}]},
        "core_course_get_contents": lambda _: [{"id": 70, "modules": [module(1, "scorm"), module(2, "assign")]}],
        PEOPLE: people,
        "core_user_get_users_by_field": lambda _: [{"id": 4, "suspended": False}, {"id": 5, "suspended": True}],
        COMPLETION: completion,
        "mod_scorm_get_scorm_scoes": lambda _: {"scoes": [{"id": 99, "scormtype": "sco"}, {"id": 98, "scormtype": ""}]},
        "mod_scorm_get_scorm_attempt_count": lambda form: {"attemptscount": 2 if form["userid"] == 4 else 0},
        "mod_scorm_get_scorm_sco_tracks": tracks,
        "mod_assign_get_submissions": lambda _: {
            "assignments": [{"assignmentid": 20, "submissions": [{"userid": 4, "status": "draft"}]}],
        },
    }
    return site


def refuse(code: str) -> Callable[[dict[str, Any]], Any]:
    def answer(_: dict[str, Any]) -> Any:
        raise RefusedError(code)

    return answer


def read(connect: Callable[..., Client], **activities: int) -> list[FactPage]:
    observed = ObservedCourse("idnumber", COURSE, activities or {"m01": 1, "depot": 2})
    feed = PollingFeed(connect().transport, clock=FixedClock(), courses={"angers": observed}, users_per_page=1)
    return list(feed.snapshot("angers"))


def told(pages: list[FactPage]) -> dict[tuple[FactKind, str, int], Any]:
    return {
        (f.kind, f.object, f.user_id): f.fields.get("status", f.fields.get("state")) for p in pages for f in p.facts
    }


def gaps(pages: list[FactPage]) -> set[tuple[str, int | None, str]]:
    return {(gap.object, gap.user_id, gap.reason) for page in pages for gap in page.unread}


def test_a_whole_course(course: Site, connect: Callable[..., Client]) -> None:
    pages = read(connect)
    assert [sorted(page.users) for page in pages] == [[4], [5]]
    assert [page.more for page in pages] == [True, False]
    assert told(pages) == {
        (FactKind.ENROLMENT, COURSE, 4): "active", (FactKind.ENROLMENT, COURSE, 5): "suspended",
        (FactKind.ACCOUNT, COURSE, 4): "active", (FactKind.ACCOUNT, COURSE, 5): "suspended",
        (FactKind.ACTIVITY, M01, 4): "complete", (FactKind.ACTIVITY, M01, 5): "complete",
        (FactKind.ACTIVITY, DEPOT, 4): "incomplete", (FactKind.ACTIVITY, DEPOT, 5): "incomplete",
        (FactKind.SCORM, M01, 4): "completed", (FactKind.SCORM, M01, 5): "not_attempted",
        (FactKind.SUBMISSION, DEPOT, 4): "draft",
    }  # fmt: skip
    assert gaps(pages) == {(DEPOT, 5, "no_access")}  # Moodle hides the submission of a suspended person
    assert {(fact.route, fact.read_mark.seq) for page in pages for fact in page.facts} == {
        (Route.POLLING, int(NOW.timestamp() * 1000)),
    }  # fmt: skip
    assert [page.asked - page.read for page in pages] == [0, 1]


@pytest.mark.parametrize("only", ["onlyactive", "onlysuspended"])
def test_a_roster_that_cannot_be_read_stops_the_run(course: Site, connect: Callable[..., Client], only: str) -> None:
    def half(form: dict[str, Any]) -> Any:
        if form["options"][0]["name"] == only:
            raise RefusedError("nopermissions")
        return people(form)

    course.functions[PEOPLE] = half
    with pytest.raises(MoodleError):
        read(connect)


def test_an_empty_roster_that_was_read_is_an_empty_page(course: Site, connect: Callable[..., Client]) -> None:
    course.functions[PEOPLE] = lambda _: []
    (page,) = read(connect)
    assert (page.users, page.facts, page.more) == (frozenset(), (), False)


def test_one_person_that_cannot_be_read_is_a_gap_about_that_person(
    course: Site,
    connect: Callable[..., Client],
) -> None:
    def some(form: dict[str, Any]) -> Any:
        if form["userid"] == 5:
            raise RefusedError("accessdenied")
        return completion(form)

    course.functions[COMPLETION] = some
    pages = read(connect)
    assert {(M01, 5, "no_access"), (DEPOT, 5, "no_access")} <= gaps(pages)
    assert (FactKind.ACTIVITY, M01, 4) in told(pages)
    assert (FactKind.ACTIVITY, M01, 5) not in told(pages)


@pytest.mark.parametrize("function", [
    "mod_scorm_get_scorm_scoes", "mod_scorm_get_scorm_attempt_count", "mod_scorm_get_scorm_sco_tracks",
])  # fmt: skip
def test_tracks_that_cannot_be_read_are_gaps(course: Site, connect: Callable[..., Client], function: str) -> None:
    course.functions[function] = refuse("nopermissions")
    pages = read(connect)
    assert (M01, 4, "no_access") in gaps(pages)
    assert (FactKind.SCORM, M01, 4) not in told(pages)


def test_deposits_that_moodle_leaves_out_of_its_answer_are_gaps(course: Site, connect: Callable[..., Client]) -> None:
    def nothing(_: dict[str, Any]) -> Any:
        return {"assignments": [], "warnings": []}

    for answer in (nothing, refuse("nopermissions")):
        course.functions["mod_assign_get_submissions"] = answer
        pages = read(connect)
        assert {(DEPOT, 4, "no_access"), (DEPOT, 5, "no_access")} <= gaps(pages)
        assert not [kind for kind, _, _ in told(pages) if kind is FactKind.SUBMISSION]


def test_hidden_and_absent_activities_are_gaps_about_nobody(course: Site, connect: Callable[..., Client]) -> None:
    course.functions["core_course_get_contents"] = lambda _: [
        {"id": 70, "modules": [module(1, "scorm", visible=0)]},
        {"id": 71, "visible": 0, "modules": [module(2, "assign")]},
    ]
    pages = read(connect, m01=1, depot=2, m09=55)
    assert gaps(pages) == {(M01, None, "hidden"), (DEPOT, None, "hidden"), ("cs:angers:m09", None, "not_mapped")}


def test_an_activity_missing_from_the_answer_is_a_gap(course: Site, connect: Callable[..., Client]) -> None:
    course.functions[COMPLETION] = lambda _: {"statuses": [{"cmid": 1, "state": 7}]}
    assert {(M01, 4, "error"), (DEPOT, 4, "hidden")} <= gaps(read(connect))


def test_an_account_whose_state_is_hidden_is_a_gap(course: Site, connect: Callable[..., Client]) -> None:
    course.functions["core_user_get_users_by_field"] = lambda _: [{"id": 4}]
    pages = read(connect)
    assert {(COURSE, 4, "no_access"), (COURSE, 5, "no_access")} <= gaps(pages)
    assert (FactKind.ACCOUNT, COURSE, 4) not in told(pages)


@pytest.mark.parametrize("courses", [[], [{"id": 7}, {"id": 8}]])
def test_a_course_that_is_absent_or_double_stops_the_run(
    course: Site,
    connect: Callable[..., Client],
    courses: list[dict[str, int]],
) -> None:
    course.functions["core_course_get_courses_by_field"] = lambda _: {"courses": courses}
    with pytest.raises(MoodleRefusedError, match="Pour la promotion"):
        read(connect)


def test_our_keys_are_found_as_idnumbers(course: Site, connect: Callable[..., Client]) -> None:
    names = {1: M01, 2: "cs:autre:depot"}
    course.functions["core_course_get_course_module"] = lambda form: {
        "cm": {"id": form["cmid"], "idnumber": names[form["cmid"]]}
    }
    feed = PollingFeed(
        connect().transport,
        clock=FixedClock(),
        courses={"angers": ObservedCourse("idnumber", COURSE)},
    )
    pages = list(feed.snapshot("angers"))
    assert {key for _, key, _ in told(pages)} == {COURSE, M01}


def test_changes_always_ask_for_a_reconciliation(course: Site, connect: Callable[..., Client]) -> None:
    feed = PollingFeed(connect().transport, clock=FixedClock(), courses={})
    page = feed.changes("whatever")
    assert (page.resync, page.facts, page.cursor) == (True, (), "")
    assert page.site_uid == feed.site().site_uid != ""
    with pytest.raises(UsageError):
        list(feed.snapshot("angers"))
