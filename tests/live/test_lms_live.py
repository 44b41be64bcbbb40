"""The Lms port and both feeds on a real site: one small promotion from nothing to a trainee's result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sync_service.adapters.moodle.feed import PluginFeed
from sync_service.adapters.moodle.lms import MoodleLms
from sync_service.adapters.moodle.polling import ObservedCourse, PollingFeed
from sync_service.domain.facts import DECISIVE, FactKind, FactPage
from sync_service.domain.keys import make_key
from sync_service.domain.lms_state import Fields, Kind, Owner
from sync_service.errors import MoodleError, MoodleRefusedError
from sync_service.ports import Write, Written
from tests.live.conftest import Live, WallClock

START, END = 1_800_000_000, 1_830_000_000
SCORM: Fields = {
    "name": "Préparer le module 1 & commencer", "intro": "<p>À faire</p>", "showdescription": False, "visible": True,
    "position": 0, "completion": 2, "completionview": False, "availability": None, "package_digest": "a" * 64,
    "completionstatusrequired": 4, "maxgrade": 100, "grademethod": 1, "maxattempt": 0, "forcenewattempt": 0,
    "whatgrade": 0, "lastattemptlock": False, "displayattemptstatus": 0, "hidetoc": 3, "nav": 0, "skipview": 2,
    "hidebrowse": True, "popup": 0, "masteryoverride": False, "autocommit": False, "updatefreq": 0,
}  # fmt: skip
ASSIGN: Fields = {
    "name": "Dossier A", "intro": "", "showdescription": False, "visible": True, "position": 1, "completion": 2,
    "completionview": False, "availability": None, "completionsubmit": True, "duedate": END, "cutoffdate": 0,
    "allowsubmissionsfromdate": 0, "gradingduedate": 0, "grade": 0, "submissiondrafts": True,
    "requiresubmissionstatement": False, "sendnotifications": False, "sendlatenotifications": False,
    "sendstudentnotifications": False, "maxfiles": 5, "maxbytes": 0, "filetypes": "", "onlinetext": False,
    "feedbackcomments": True,
}  # fmt: skip


class Course:
    """A promotion's course being made on the real site."""

    def __init__(self, live: Live, lms: MoodleLms) -> None:
        self.live, self.lms = live, lms

    def key(self, name: str) -> str:
        return make_key(self.live.promotion, name)

    def write(self, name: str, kind: Kind, fields: Fields, **more: object) -> Written:
        parent = self.key(str(more.pop("inside", ""))) if "inside" in more else ""
        verb = str(more.pop("verb", "create"))
        expect = str(more.pop("expect", ""))
        change = Write(self.key(name), kind, verb, parent, fields, expect, **more)  # type: ignore[arg-type]
        return self.lms.write(change, run="run-live")

    def build(self, package: Path, users: list[int]) -> dict[str, Written]:
        done = {
            "course": self.write("course", Kind.COURSE, {
                "fullname": f"Essai {self.live.promotion}", "shortname": self.live.promotion, "summary": "<p>Essai</p>",
                "category": self.live.category, "startdate": START, "enddate": END, "visible": True,
                "enablecompletion": True, "showgrades": False, "lang": "", "newsitems": 0,
            }),
            "enrol": self.write("enrol", Kind.ENROL_INSTANCE, {
                "role": "student", "welcomemessage": False, "status": "active",
            }, inside="course"),
            "s1": self.write("s1", Kind.SECTION, {
                "name": "Module 1", "summary": "", "visible": True, "position": 1, "availability": None,
            }, inside="course"),
            "m01": self.write("m01", Kind.MODULE, SCORM, inside="s1", modname="scorm", package=package),
            "depot": self.write("depot", Kind.MODULE, ASSIGN, inside="s1", modname="assign"),
            "g1": self.write("g1", Kind.GROUP, {"name": "Groupe 1"}, inside="course"),
        }  # fmt: skip
        for rank, user in enumerate(users, start=1):
            done[f"p{rank}"] = self.write(f"p{rank}", Kind.ENROLMENT, {
                "userid": user, "status": "active", "timestart": 0, "timeend": 0, "groups": [self.key("g1")],
            }, inside="course")  # fmt: skip
        done["e1"] = self.write("e1", Kind.EVENT, {
            "name": "Session 1", "description": "<p>Matin</p>", "location": "INSET Angers", "timestart": START,
            "timeduration": 10_800, "visible": True,
        }, inside="course")  # fmt: skip
        return done


@pytest.fixture
def course(live: Live) -> Course:
    return Course(live, live.lms())


def facts(pages: list[FactPage]) -> dict[tuple[FactKind, str, int], dict[str, object]]:
    return {
        (fact.kind, fact.object, fact.user_id): {name: fact.fields[name] for name in DECISIVE[fact.kind]}
        for page in pages for fact in page.facts
    }  # fmt: skip


def test_info_is_one_call_that_names_the_plugin(live: Live) -> None:
    info = live.lms().info()
    assert info.api == 1
    assert info.site_uid
    assert "student" in info.roles
    assert [function for function, _, _ in live.counted] == ["local_cyclesync_get_info"]


def test_a_promotion_is_built_read_back_in_one_call_and_stays(
    live: Live,
    course: Course,
    make_zip: Callable[..., Path],
) -> None:
    users = [student.userid for student in live.students()[:2]]
    assert course.lms.course_state(live.promotion).course is None
    done = course.build(make_zip("m01.zip"), users)
    assert {name: (written.action, written.code) for name, written in done.items()} == dict.fromkeys(
        done, ("created", "")
    )
    live.counted.clear()
    state = course.lms.course_state(live.promotion)
    assert live.counted == [("local_cyclesync_get_course_state", "ok", 0)]
    assert state.course is not None
    seen = {item.key: item for item in (state.course, *state.objects)}
    assert set(seen) == {course.key(name) for name in done}
    assert {item.owner for item in seen.values()} == {Owner.OURS}
    assert {key: item.digest for key, item in seen.items()} == {course.key(n): w.digest for n, w in done.items()}
    assert state.enrolled == len(users)
    assert seen[course.key("m01")].fields["name"] == SCORM["name"]
    assert seen[course.key("m01")].parent == course.key("s1")
    base = seen[course.key("m01")].base
    assert base is not None
    assert base.declared["package_digest"] == "a" * 64


def test_a_write_on_another_state_is_refused_and_the_same_write_changes_nothing(
    live: Live,
    course: Course,
    make_zip: Callable[..., Path],
) -> None:
    done = course.build(make_zip("m01.zip"), [])
    title: Fields = {"name": "Groupe un"}
    stale = course.write("g1", Kind.GROUP, title, verb="update", expect="f" * 64, inside="course")
    assert (stale.action, stale.code) == ("refused", "changed_since")
    first = course.write("g1", Kind.GROUP, title, verb="update", expect=done["g1"].digest, inside="course")
    again = course.write("g1", Kind.GROUP, title, verb="update", expect=first.digest, inside="course")
    assert (first.action, again.action) == ("updated", "unchanged")
    other = MoodleLms(live.service(), installation_uid="11111111-1111-4111-8111-111111111111")
    change = Write(course.key("g1"), Kind.GROUP, "update", course.key("course"), title, again.digest)
    foreign = other.write(change, run="run-live")
    assert (foreign.action, foreign.code) == ("refused", "foreign")


def test_a_package_whose_parts_vanish_is_refused_once_learners_have_results(
    live: Live,
    course: Course,
    make_zip: Callable[..., Path],
) -> None:
    student = live.students()[0]
    done = course.build(make_zip("m01.zip", "part-a", "part-b"), [student.userid])
    study(live, course, student.transport, "completed")
    change: Fields = {"package_digest": "b" * 64}
    less = make_zip("less.zip", "part-b")
    digest = next(o.digest for o in course.lms.course_state(live.promotion).objects if o.key == course.key("m01"))
    assert digest == done["m01"].digest
    refused = course.write(
        "m01",
        Kind.MODULE,
        change,
        verb="update",
        expect=digest,
        inside="s1",
        modname="scorm",
        package=less,
    )
    assert (refused.action, refused.code, refused.affected) == ("refused", "attempt_loss", 1)
    same = course.write(
        "m01", Kind.MODULE, change, verb="update", expect=digest, inside="s1", modname="scorm",
        package=make_zip("same.zip", "part-a", "part-b", "part-c"),
    )  # fmt: skip
    assert same.action == "updated"


@pytest.mark.parametrize(("before", "after"), [("1.2", "2004 4th Edition"), ("2004 4th Edition", "1.2")])
def test_a_package_of_the_other_edition_is_refused_once_learners_have_results(
    live: Live, course: Course, make_zip: Callable[..., Path], before: str, after: str
) -> None:
    student = live.students()[0]

    def replace(package: Path, digest: str) -> Written:
        state = course.lms.course_state(live.promotion)
        seen = next(o.digest for o in state.objects if o.key == course.key("m01"))
        return course.write(
            "m01", Kind.MODULE, {"package_digest": digest * 64}, verb="update", expect=seen, inside="s1",
            modname="scorm", package=package,
        )  # fmt: skip

    course.build(make_zip("m01.zip", "part-a", edition=before), [student.userid])
    other = make_zip("other.zip", "part-a", edition=after)
    assert replace(other, "b").action == "updated"
    assert replace(make_zip("back.zip", "part-a", edition=before), "c").action == "updated"
    element = "cmi.core.lesson_status" if before == "1.2" else "cmi.success_status"
    study(live, course, student.transport, "passed", element=element)
    refused = replace(other, "d")
    assert (refused.action, refused.code, refused.affected) == ("refused", "attempt_loss", 1)


def study(
    live: Live, course: Course, transport: object, status: str, *, element: str = "cmi.core.lesson_status"
) -> None:
    """Do in a trainee's name what the player does: track every learning object of the package."""
    observer = live.observer()
    cm = {o.key: o.moodle_id for o in course.lms.course_state(live.promotion).objects}[course.key("m01")]
    detail = observer.call("core_course_get_course_module", {"cmid": cm})
    assert isinstance(detail, dict)
    scoes = observer.call("mod_scorm_get_scorm_scoes", {"scormid": detail["cm"]["instance"]})
    assert isinstance(scoes, dict)
    for sco in scoes["scoes"]:
        if sco["scormtype"] == "sco":
            transport.call("mod_scorm_insert_scorm_tracks", {  # type: ignore[attr-defined]
                "scoid": sco["id"], "attempt": 1,
                "tracks": [{"element": element, "value": status}],
            })  # fmt: skip


def test_both_feeds_tell_a_trainee_s_work_in_the_same_words(
    live: Live,
    course: Course,
    make_zip: Callable[..., Path],
) -> None:
    first, second = live.students()[:2]
    course.build(make_zip("m01.zip"), [first.userid, second.userid])
    clock = WallClock()
    feed = PluginFeed(live.service(), [live.promotion], clock=clock, users_per_page=1)
    polling = PollingFeed(
        live.observer(), clock=clock,
        courses={live.promotion: ObservedCourse("idnumber", course.key("course"), {"m01": course.key("m01"), "depot": course.key("depot")})},
    )  # fmt: skip
    before = list(feed.snapshot(live.promotion))
    assert [sorted(page.users) for page in before] == [[first.userid], [second.userid]]
    assert [page.more for page in before] == [True, False]
    start = feed.changes(before[-1].cursor).cursor
    study(live, course, first.transport, "completed")
    live.counted.clear()
    changed = feed.changes(start)
    assert [function for function, _, _ in live.counted] == ["local_cyclesync_get_changes"]
    told = facts([changed])
    assert told[FactKind.SCORM, course.key("m01"), first.userid] == {"status": "completed", "attempts": 1}
    assert told[FactKind.ACTIVITY, course.key("m01"), first.userid] == {"state": "complete", "override": False}
    assert {user for _, _, user in told} == {first.userid}
    after = facts(list(feed.snapshot(live.promotion)))
    assert facts(list(polling.snapshot(live.promotion))) == after
    assert after[FactKind.SUBMISSION, course.key("depot"), second.userid]["status"] == "none"
    quiet = feed.changes(changed.cursor)
    assert (quiet.facts, quiet.more, quiet.resync) == ((), False, False)


def test_a_cursor_of_another_site_asks_for_a_reconciliation(live: Live) -> None:
    feed = PluginFeed(live.service(), [live.promotion], clock=WallClock())
    page = feed.changes("00000000-0000-4000-8000-000000000000.7.abcdef")
    assert page.resync
    assert page.facts == ()
    assert page.cursor


def test_a_promotion_without_a_course_is_an_error_and_not_an_empty_snapshot(live: Live) -> None:
    feed = PluginFeed(live.service(), [live.promotion], clock=WallClock())
    with pytest.raises(MoodleRefusedError, match="pas encore de cours"):
        list(feed.snapshot(live.promotion))
    polling = PollingFeed(
        live.observer(), clock=WallClock(),
        courses={live.promotion: ObservedCourse("idnumber", make_key(live.promotion, "course"))},
    )  # fmt: skip
    with pytest.raises(MoodleError):
        list(polling.snapshot(live.promotion))


def test_adopting_takes_over_only_when_it_is_allowed(live: Live, course: Course) -> None:
    made = course.write("course", Kind.COURSE, {
        "fullname": "Essai", "shortname": live.promotion, "summary": "", "category": live.category, "startdate": START,
        "enddate": END, "visible": False, "enablecompletion": True, "showgrades": False, "lang": "", "newsitems": 0,
    })  # fmt: skip
    other = Course(live, MoodleLms(live.service(), installation_uid="11111111-1111-4111-8111-111111111111"))
    fields: Fields = {"fullname": "Essai"}
    plain = other.write("course", Kind.COURSE, fields, verb="adopt", expect=made.digest, moodle_id=made.moodle_id)
    assert (plain.action, plain.code) == ("refused", "foreign")
    taken = other.write(
        "course",
        Kind.COURSE,
        fields,
        verb="adopt",
        expect=made.digest,
        moodle_id=made.moodle_id,
        allow=("take-over",),
    )
    assert taken.action == "adopted"
    state = other.lms.course_state(live.promotion)
    assert state.course is not None
    assert state.course.owner is Owner.OURS


def test_a_status_is_stored_for_those_who_are_in_the_course(
    live: Live, course: Course, make_zip: Callable[..., Path]
) -> None:
    user = live.students()[0].userid
    course.build(make_zip("m01.zip"), [user])
    status: Fields = {"v": 1, "as_of": "2027-03-01T08:00:00Z", "phase": "formation"}
    assert course.lms.put_candidate_status(live.promotion, {user: status}) == 1
    assert course.lms.put_candidate_status(live.promotion, {user: status}) == 1
    with pytest.raises(MoodleRefusedError):
        course.lms.put_candidate_status(live.promotion, {user: {"v": 2}})


def test_people_are_found_by_number_and_by_name(live: Live) -> None:
    lms = live.lms()
    user = live.students()[0].transport.call("core_webservice_get_site_info", {})
    assert isinstance(user, dict)
    found = lms.find_users("username", [str(user["username"]).upper(), " ", "personne-de-ce-nom"])
    assert [one.id for one in found] == [user["userid"]]
    assert lms.find_users("idnumber", [found[0].idnumber]) == found
    assert lms.find_users("email", [found[0].email]) == found
