from sync_service.bootstrap import quiet, welcoming
from sync_service.domain.desired import DesiredCourse
from sync_service.domain.lms_state import Kind, LmsObject


def test_a_site_that_notifies_welcomes_and_nothing_else_changes() -> None:
    course = LmsObject("cs:p:course", Kind.COURSE, "", {"visible": True})
    method = LmsObject("cs:p:enrol", Kind.ENROL_INSTANCE, "cs:p:course", {"role": "student", "welcomemessage": False})
    made = welcoming(DesiredCourse((course, method), {}))
    assert made.objects[0] == course
    assert made.objects[1].fields == {"role": "student", "welcomemessage": True}
    assert method.fields["welcomemessage"] is False


def test_a_site_that_does_not_notify_never_completes_the_course() -> None:
    course = LmsObject("cs:p:course", Kind.COURSE, "", {"visible": True, "criteria": ["cs:p:a"]})
    page = LmsObject("cs:p:a", Kind.MODULE, "cs:p:s", {"completion": 2}, "page")
    made = quiet(DesiredCourse((course, page), {}))
    assert made.objects[0].fields == {"visible": True}
    assert made.objects[1] == page
    assert welcoming(DesiredCourse((course, page), {})).objects == (course, page)
