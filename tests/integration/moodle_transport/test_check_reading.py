"""What ``check`` finds by reading one learner of an observed course."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from sync_service.adapters.moodle.check_reading import check_reading
from sync_service.adapters.moodle.polling import ObservedCourse, PollingFeed
from tests.integration.moodle_transport.conftest import Client, RefusedError, Site

PEOPLE = "core_enrol_get_enrolled_users"
SUBMISSIONS = "mod_assign_get_submissions"


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 25, 8, tzinfo=UTC)


def module(cmid: int, modname: str) -> dict[str, Any]:
    return {"id": cmid, "modname": modname, "instance": cmid * 10, "visible": 1, "completion": 2}


def people(form: dict[str, Any]) -> list[dict[str, Any]]:
    """The first person of the list is suspended: what Moodle hides of them says nothing of the account's rights."""
    return [{"id": 5}] if form["options"][0]["name"] == "onlyactive" else [{"id": 4}]


def refuse(_: dict[str, Any]) -> Any:
    raise RefusedError("nopermissions")


@pytest.fixture
def course(site: Site) -> Site:
    submissions = [{"userid": 5, "status": "draft"}]
    site.functions = {
        "core_webservice_get_site_info": lambda _: {"siteurl": site.url, "release": "4.5.6", "userid": 2, "functions": []},
        "core_course_get_courses_by_field": lambda _: {"courses": [{"id": 7}]},
        "core_course_get_contents": lambda _: [{"id": 70, "modules": [module(1, "scorm"), module(2, "assign")]}],
        PEOPLE: people,
        "core_user_get_users_by_field": lambda _: [{"id": 4, "suspended": True}, {"id": 5, "suspended": False}],
        "core_completion_get_activities_completion_status": lambda _: {"statuses": [{"cmid": 1, "state": 0}]},
        "mod_scorm_get_scorm_scoes": lambda _: {"scoes": [{"id": 99, "scormtype": "sco"}]},
        "mod_scorm_get_scorm_attempt_count": lambda _: {"attemptscount": 0},
        SUBMISSIONS: lambda _: {"assignments": [{"assignmentid": 20, "submissions": submissions}]},
    }  # fmt: skip
    return site


def found(connect: Callable[..., Client]) -> list[tuple[str, str]]:
    observed = ObservedCourse("idnumber", "cs:angers:course", {"m01": 1, "depot": 2})
    feed = PollingFeed(connect().transport, clock=FixedClock(), courses={"angers": observed}, users_per_page=1)
    return [(one.level, one.sentence) for one in check_reading(feed, "angers")]


def test_a_course_that_can_be_read_has_nothing_to_say(course: Site, connect: Callable[..., Client]) -> None:
    assert found(connect) == []


def test_what_cannot_be_read_is_named_with_the_rights(course: Site, connect: Callable[..., Client]) -> None:
    course.functions["mod_scorm_get_scorm_attempt_count"] = refuse
    ((level, sentence),) = found(connect)
    assert level == "error"
    assert "n’a pas pu lire m01" in sentence
    assert "mod/scorm:viewreport" in sentence


def test_a_roster_that_is_refused_is_an_error(course: Site, connect: Callable[..., Client]) -> None:
    course.functions[PEOPLE] = refuse
    ((level, sentence),) = found(connect)
    assert level == "error"
    assert PEOPLE in sentence


def test_a_course_that_is_not_there_yet_is_only_said(course: Site, connect: Callable[..., Client]) -> None:
    course.functions["core_course_get_courses_by_field"] = lambda _: {"courses": []}
    ((level, sentence),) = found(connect)
    assert level == "warning"
    assert "Moodle ne montre aucun cours dont idnumber est" in sentence


def test_a_course_without_any_activity_of_ours_is_not_a_good_one(course: Site, connect: Callable[..., Client]) -> None:
    course.functions["core_course_get_contents"] = lambda _: [{"id": 70, "modules": []}]
    observed = ObservedCourse("idnumber", "cs:angers:course")
    feed = PollingFeed(connect().transport, clock=FixedClock(), courses={"angers": observed}, users_per_page=1)
    (finding,) = check_reading(feed, "angers")
    assert finding.level == "error"
    assert "aucune activité n’est reconnue" in finding.sentence
