"""Completion of the course on a real site: written while nothing is at stake, and never at the price of a result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sync_service.domain.lms_state import Fields, Kind
from sync_service.ports import Written
from tests.live.conftest import Live
from tests.live.test_lms_live import Course, study


def digest(course: Course, name: str) -> str:
    state = course.lms.course_state(course.live.promotion)
    assert state.course is not None
    return next(item.digest for item in (state.course, *state.objects) if item.key == course.key(name))


def criteria(course: Course, *names: str, dry_run: bool = False) -> Written:
    fields: Fields = {"criteria": [course.key(name) for name in names]}
    seen = digest(course, "course")
    return course.write("course", Kind.COURSE, fields, verb="update", expect=seen, dry_run=dry_run)


def test_criteria_are_written_once_and_nobody_s_completion_is_erased_for_them(
    live: Live,
    make_zip: Callable[..., Path],
) -> None:
    student = live.students()[0]
    course = Course(live, live.lms())
    course.build(make_zip("m01.zip", "part-a"), [student.userid])
    assert criteria(course, "m01", dry_run=True).action == "updated"
    assert criteria(course, "m01").action == "updated"
    assert criteria(course, "m01").action == "unchanged"
    assert criteria(course, "m01", "depot").action == "updated"
    study(live, course, student.transport, "completed")
    for dry_run in (True, False):
        refused = criteria(course, "m01", dry_run=dry_run)
        assert (refused.action, refused.code, refused.affected) == ("refused", "completion_unlock", 1)
    rule: Fields = {"completionstatusrequired": 6}
    seen = digest(course, "m01")
    locked = course.write(
        "m01", Kind.MODULE, rule, verb="update", expect=seen, inside="s1", modname="scorm", allow=("completion-unlock",)
    )
    assert (locked.action, locked.code, locked.affected) == ("refused", "completion_unlock", 1)
    state = live.lms().course_state(live.promotion).course
    assert state is not None
    assert state.fields["criteria"] == [course.key("depot"), course.key("m01")]
