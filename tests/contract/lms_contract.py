"""What every implementation of the Lms port promises: memory, the sandbox, a real Moodle.

The suite does not know its target. A target gives three fixtures: ``lms``; ``promotion``, an id that no course of the
site bears yet; ``category``, the idnumber of a course category where the account may create courses. Tests about people
need two accounts with the usernames of ``LEARNERS`` and are skipped, with the reason, where they do not exist.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from sync_service.adapters.memory_stores import FixedClock, MemoryJournal, MemoryLocks, MemoryPlans
from sync_service.domain.fields import covers, spec
from sync_service.domain.keys import make_key
from sync_service.domain.lms_state import CourseState, Fields, Json, Kind, LmsObject, Owner, SeenObject
from sync_service.ports import Lms, Write, Written
from sync_service.usecases.apply import apply_plan
from sync_service.usecases.plan import PlanInput, make_plan, save_plan
from tests.unit.usecases.courses import T0

LEARNERS = ("cyclesync-contract-1", "cyclesync-contract-2")
RUN = "contract"
_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="{package}" version="1.0" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
<organizations default="org"><organization identifier="org"><title>Essai</title>
<item identifier="item" identifierref="res"><title>Essai</title></item></organization></organizations>
<resources><resource identifier="res" type="webcontent" adlcp:scormtype="sco" href="index.html">
<file href="index.html"/></resource></resources></manifest>
"""


@dataclass(frozen=True)
class Course:
    """Short ways to write to one promotion's course."""

    lms: Lms
    promotion: str
    category: str

    def key(self, name: str) -> str:
        return make_key(self.promotion, name)

    def state(self) -> CourseState:
        return self.lms.course_state(self.promotion)

    def seen(self, name: str) -> SeenObject:
        state = self.state()
        found = [o for o in (state.course, *state.objects) if o is not None and o.key == self.key(name)]
        assert len(found) == 1, f"{name} is listed {len(found)} times"
        return found[0]

    def write(
        self, wanted: LmsObject, verb: str = "create", *, expect: str = "", package: Path | None = None
    ) -> Written:
        moodle_id = 0 if verb == "create" else self.seen(wanted.key.split(":", 2)[2]).moodle_id
        change = Write(
            key=wanted.key, kind=wanted.kind, verb=verb, parent=wanted.parent, fields=wanted.fields, expect=expect,
            modname=wanted.modname, moodle_id=moodle_id, package=package,
        )  # fmt: skip
        return self.lms.write(change, run=RUN)

    def update(self, name: str, fields: Fields, *, verb: str = "update", expect: str | None = None) -> Written:
        seen = self.seen(name)
        wanted = LmsObject(seen.key, seen.kind, seen.parent, fields, seen.modname)
        return self.write(wanted, verb, expect=seen.digest if expect is None else expect)

    def course(self, **fields: Json) -> LmsObject:
        base: dict[str, Json] = {
            "fullname": "Essai & contrat", "shortname": f"contrat-{self.promotion}", "summary": "<p>Un<br>deux</p>",
            "category": self.category, "startdate": 1788220800, "enddate": 1819756799, "visible": False,
            "enablecompletion": True, "showgrades": False, "lang": "", "newsitems": 0,
        }  # fmt: skip
        return LmsObject(self.key("course"), Kind.COURSE, "", base | fields)

    def instance(self) -> LmsObject:
        fields: dict[str, Json] = {"role": "student", "welcomemessage": False, "status": "active"}
        return LmsObject(self.key("enrol"), Kind.ENROL_INSTANCE, self.key("course"), fields)

    def section(self, name: str, position: int) -> LmsObject:
        fields: dict[str, Json] = {
            "name": f"Section {name}", "summary": "<p>Texte</p>", "visible": True, "position": position,
            "availability": None,
        }  # fmt: skip
        return LmsObject(self.key(name), Kind.SECTION, self.key("course"), fields)

    def module(self, name: str, modname: str, position: int = 0, **fields: Json) -> LmsObject:
        base: dict[str, Json] = {
            "name": f"Activité {name} & suite", "intro": "<p>Consigne</p>", "showdescription": False, "visible": True,
            "position": position, "completion": 0, "completionview": False, "availability": None,
        }  # fmt: skip
        return LmsObject(self.key(name), Kind.MODULE, self.key("s0"), base | _MODULES[modname] | fields, modname)

    def group(self) -> LmsObject:
        return LmsObject(self.key("g1"), Kind.GROUP, self.key("course"), {"name": "Groupe 1"})

    def event(self, name: str = "ev") -> LmsObject:
        fields: dict[str, Json] = {
            "name": "Session", "description": "<p>Salle 1</p>", "location": "Angers", "timestart": 1790000000,
            "timeduration": 10800, "visible": True,
        }  # fmt: skip
        return LmsObject(self.key(name), Kind.EVENT, self.key("course"), fields)

    def enrolment(self, user: int, status: str = "active", groups: Sequence[str] = ()) -> LmsObject:
        fields: dict[str, Json] = {
            "userid": user, "status": status, "timestart": 0, "timeend": 0, "groups": [self.key(g) for g in groups],
        }  # fmt: skip
        return LmsObject(self.key(f"e-{user}"), Kind.ENROLMENT, self.key("course"), fields)


_MODULES: dict[str, dict[str, Json]] = {
    "page": {"content": "<h3>Titre</h3><p>Un <strong>mot</strong></p>"},
    "label": {},
    "url": {"externalurl": "https://example.org/a?b=c&d=e"},
    "forum": {"type": "general", "forcesubscribe": 0},
    "assign": {
        "completion": 2, "completionsubmit": True, "duedate": 1810000000, "cutoffdate": 0, "allowsubmissionsfromdate": 0,
        "gradingduedate": 0, "grade": 0, "submissiondrafts": True, "requiresubmissionstatement": False,
        "sendnotifications": False, "sendlatenotifications": False, "sendstudentnotifications": False, "maxfiles": 3,
        "maxbytes": 0, "filetypes": ".pdf,.odt", "onlinetext": False, "feedbackcomments": True,
    },
    "scorm": {
        "completion": 2, "completionstatusrequired": 4, "maxgrade": 100, "grademethod": 1, "maxattempt": 0,
        "forcenewattempt": 0, "whatgrade": 0, "lastattemptlock": False, "displayattemptstatus": 0, "hidetoc": 3,
        "nav": 0, "skipview": 2, "hidebrowse": True, "popup": 0, "masteryoverride": False, "autocommit": False,
        "updatefreq": 0,
    },
    "resource": {"filename": "modele.odt"},
}  # fmt: skip


def package(folder: Path, text: str) -> tuple[Path, str]:
    """Make a small SCORM 1.2 package; return it with the digest that stands for its contents."""
    path = folder / f"{text}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("imsmanifest.xml", _MANIFEST.format(package="contrat"))
        archive.writestr("index.html", f"<!DOCTYPE html><title>{text}</title><p>{text}</p>")
    return path, hashlib.sha256(text.encode()).hexdigest()


def _after(key: str) -> Json:
    """Return a restriction in Moodle's form: open once an activity is completed."""
    return {"op": "&", "c": [{"type": "completion", "key": key, "e": 1}], "showc": [True]}


def _same(wanted: PlanInput) -> PlanInput:
    return wanted


class LmsContract:
    """Tests that a target inherits."""

    @pytest.fixture
    def category(self) -> str:
        return ""

    @pytest.fixture
    def course(self, lms: Lms, promotion: str, category: str) -> Course:
        return Course(lms, promotion, category)

    @pytest.fixture
    def made(self, course: Course) -> Course:
        """A hidden course with its enrolment method, two sections and a page in the first."""
        objects = (
            course.course(), course.instance(), course.section("s0", 0), course.section("s1", 1),
            course.module("pa", "page", 0),
        )  # fmt: skip
        for wanted in objects:
            assert course.write(wanted).action == "created", wanted.key
        return course

    @pytest.fixture
    def learners(self, lms: Lms) -> list[int]:
        found = lms.find_users("username", LEARNERS)
        if len(found) != len(LEARNERS):
            pytest.skip(f"the site has no accounts {' and '.join(LEARNERS)}")
        return sorted(user.id for user in found)

    def test_an_absent_course_is_absent_and_not_an_error(self, course: Course) -> None:
        state = course.state()
        assert (state.course, state.objects, state.enrolled) == (None, (), 0)
        assert state.site_uid == course.lms.info().site_uid != ""

    def test_what_is_created_is_listed_once_with_its_base(self, made: Course) -> None:
        for wanted in (made.course(), made.instance(), made.section("s1", 1), made.module("pa", "page", 0)):
            seen = made.seen(wanted.key.split(":", 2)[2])
            assert (seen.owner, seen.kind, seen.parent) == (Owner.OURS, wanted.kind, wanted.parent)
            assert seen.moodle_id > 0
            assert seen.base is not None
            for name, value in wanted.fields.items():
                assert seen.base.declared[name] == value
                assert seen.base.applied.get(name) == seen.fields.get(name)

    def test_what_is_shown_is_what_was_declared_once_normalised(self, made: Course) -> None:
        for wanted in (made.course(), made.instance(), made.section("s1", 1), made.module("pa", "page", 0)):
            seen = made.seen(wanted.key.split(":", 2)[2])
            for name, value in wanted.fields.items():
                assert covers(spec(wanted.kind, wanted.modname, name), seen.fields[name], value), name

    def test_the_digest_of_a_write_is_the_digest_of_the_next_read(self, course: Course) -> None:
        for wanted in (course.course(), course.section("s0", 0), course.module("pa", "page")):
            written = course.write(wanted)
            assert written.digest == course.seen(wanted.key.split(":", 2)[2]).digest != ""

    def test_making_the_same_object_twice_makes_one(self, made: Course) -> None:
        for wanted in (made.course(), made.section("s1", 1), made.module("pa", "page", 0), made.event(), made.event()):
            answer = made.write(wanted)
            assert (answer.action, answer.code) in {("unchanged", ""), ("refused", "exists"), ("created", "")}
            assert made.seen(wanted.key.split(":", 2)[2]).base is not None

    def test_a_patch_changes_its_fields_and_keeps_the_rest_and_its_base(self, made: Course) -> None:
        before = made.seen("pa")
        assert made.update("pa", {"content": "<p>Nouveau</p>"}).action == "updated"
        after = made.seen("pa")
        assert after.base is not None
        assert before.base is not None
        assert after.base.declared == {**before.base.declared, "content": "<p>Nouveau</p>"}
        assert {n for n in after.fields if after.fields[n] != before.fields[n]} == {"content"}

    def test_a_stale_digest_is_refused_and_writes_nothing(self, made: Course) -> None:
        stale = made.seen("pa").digest
        made.update("pa", {"content": "<p>Un</p>"})
        answer = made.update("pa", {"content": "<p>Deux</p>"}, expect=stale)
        assert (answer.action, answer.code) == ("refused", "changed_since")
        assert made.seen("pa").fields["content"] != "<p>Deux</p>"

    def test_an_unknown_field_is_refused_and_makes_nothing(self, made: Course) -> None:
        answer = made.write(made.module("pz", "page", 1, colour="red"))
        assert (answer.action, answer.code) == ("refused", "invalid")
        assert made.key("pz") not in {item.key for item in made.state().objects}

    def test_an_activity_of_an_absent_section_is_refused(self, course: Course) -> None:
        course.write(course.course())
        answer = course.write(course.module("pa", "page"))
        assert (answer.action, answer.code) == ("refused", "missing")

    def test_a_record_moves_the_base_and_nothing_else(self, made: Course) -> None:
        before = made.seen("s1")
        answer = made.update("s1", {"name": "Autre façon de le dire"}, verb="record")
        assert answer.action in {"recorded", "adopted"}
        after = made.seen("s1")
        assert after.fields == before.fields
        assert after.base is not None
        assert after.base.declared["name"] == "Autre façon de le dire"
        assert after.base.applied["name"] == before.fields["name"]

    def test_an_object_put_between_two_moves_neither(self, made: Course) -> None:
        made.write(made.module("pb", "page", 1))
        made.write(made.module("pm", "page", 1))
        assert [made.seen(name).fields["position"] for name in ("pa", "pm", "pb")] == [0, 1, 1]
        assert made.update("pb", {"position": 2}).action in {"updated", "recorded"}
        assert [made.seen(name).fields["position"] for name in ("pa", "pm", "pb")] == [0, 1, 2]

    def test_an_object_moves_to_its_declared_rank(self, made: Course) -> None:
        made.write(made.section("s2", 2))
        made.write(made.section("s3", 3))
        for name, position in (("s3", 1), ("s1", 2), ("s2", 3)):
            made.update(name, {"position": position})
        assert [made.seen(name).fields["position"] for name in ("s0", "s3", "s1", "s2")] == [0, 1, 2, 3]

    @pytest.mark.parametrize("modname", ["label", "url", "forum", "assign"])
    def test_each_kind_of_activity(self, made: Course, modname: str) -> None:
        wanted = made.module("x", modname, 1)
        assert made.write(wanted).action == "created"
        seen = made.seen("x")
        assert seen.modname == modname
        for name, value in wanted.fields.items():
            known = spec(Kind.MODULE, modname, name)
            assert known.derived or covers(known, seen.fields[name], value), name

    def test_a_package_is_sent_and_replaced(self, made: Course, tmp_path: Path) -> None:
        path, digest = package(tmp_path, "un")
        assert made.write(made.module("sc", "scorm", 1, package_digest=digest), package=path).action == "created"
        assert made.seen("sc").fields["package_digest"] == digest
        other, wanted = package(tmp_path, "deux")
        seen = made.seen("sc")
        patch = LmsObject(seen.key, seen.kind, seen.parent, {"package_digest": wanted}, "scorm")
        assert made.write(patch, "update", expect=seen.digest, package=other).action == "updated"
        assert made.seen("sc").fields["package_digest"] == wanted

    def test_a_file_is_sent(self, made: Course, tmp_path: Path) -> None:
        path = tmp_path / "modele.odt"
        path.write_bytes(b"modele")
        digest = hashlib.sha256(b"modele").hexdigest()
        assert made.write(made.module("f", "resource", 1, file_digest=digest), package=path).action == "created"
        assert made.seen("f").fields["file_digest"] == digest

    def test_a_restriction_names_a_key(self, made: Course) -> None:
        made.write(made.module("pc", "page", 1, completion=1))
        access: Json = _after(made.key("pc"))
        assert made.update("s1", {"availability": access}).action == "updated"
        assert covers(spec(Kind.SECTION, "", "availability"), made.seen("s1").fields["availability"], access)
        absent: Json = _after(made.key("nulle-part"))
        assert made.update("s1", {"availability": absent}).action == "refused"

    def test_a_dry_run_answers_and_writes_nothing(self, made: Course) -> None:
        seen = made.seen("pa")
        ask = Write(
            key=seen.key, kind=seen.kind, verb="update", parent=seen.parent, fields={"content": "<p>Essai</p>"},
            expect=seen.digest, modname="page", moodle_id=seen.moodle_id, dry_run=True,
        )  # fmt: skip
        assert made.lms.write(ask, run=RUN).action == "updated"
        assert made.seen("pa") == seen

    def test_people_are_found_by_exact_value_only(self, course: Course, learners: list[int]) -> None:
        (found,) = course.lms.find_users("username", [LEARNERS[0]])
        assert found.id in learners
        assert course.lms.find_users("username", [LEARNERS[0][:-1], "personne-de-ce-nom"]) == ()

    def test_people_are_enrolled_suspended_and_reactivated(self, made: Course, learners: list[int]) -> None:
        made.write(made.group())
        wanted = made.enrolment(learners[0], groups=["g1"])
        assert made.write(wanted).action == "created"
        assert made.state().enrolled == 1
        name = f"e-{learners[0]}"
        for status, active in (("suspended", 0), ("active", 1)):
            assert made.update(name, {"status": status}).action == "updated"
            seen = made.seen(name)
            assert (seen.fields["status"], seen.fields["groups"]) == (status, [made.key("g1")])
            assert made.state().enrolled == active
        assert made.state().foreign_members == ()

    def test_an_account_that_does_not_exist_is_refused(self, made: Course) -> None:
        answer = made.write(made.enrolment(987654321))
        assert (answer.action, answer.code) == ("refused", "user")

    def test_a_rank_beyond_the_end_is_the_end(self, made: Course) -> None:
        assert made.write(made.module("last", "page", 50)).action == "created"
        assert made.write(made.module("pb", "page", 1)).action == "created"
        assert [made.seen(name).fields["position"] for name in ("pa", "pb", "last")] == [0, 1, 50]

    def test_after_an_apply_the_plan_is_empty_and_a_change_is_one_change(self, course: Course, tmp_path: Path) -> None:
        path, digest = package(tmp_path, "un")
        objects = [
            course.course(visible=True), course.instance(), course.section("s0", 0), course.section("s1", 1),
            course.module("pa", "page", 0), course.module("de", "assign", 1),
            course.module("sc", "scorm", 2, package_digest=digest), course.group(), course.event(),
        ]  # fmt: skip
        plans, clock = MemoryPlans(), FixedClock(T0)
        for fullname in ("Essai & contrat", "Essai, suite"):
            objects[0] = course.course(visible=True, fullname=fullname)
            wanted = PlanInput(tuple(objects), {course.key("sc"): path})
            plan = make_plan(course.lms, wanted, promotion=course.promotion)
            save_plan(plan, plans, clock)
            result = apply_plan(
                course.lms, partial(_same, wanted), plans=plans, journal=MemoryJournal(), locks=MemoryLocks(),
                clock=clock, promotion=course.promotion, fingerprint=plan.code, run=RUN, owner="contract",
            )  # fmt: skip
            assert not result.partial, result.messages
            again = make_plan(course.lms, wanted, promotion=course.promotion)
            assert ([c.title for c in again.changes], again.observations) == ([], ())
        assert [change.verb.value for change in plan.changes] == ["update"]
        assert course.seen("course").fields["visible"] is True
