"""What every implementation of the Lms port promises: memory, the sandbox, a real Moodle.

The suite does not know its target. A target gives three fixtures: ``lms``; ``promotion``, an id that no course of the
site bears yet; ``category``, the idnumber of a course category where the account may create courses. Tests about people
need two accounts with the usernames of ``LEARNERS`` and are skipped, with the reason, where they do not exist.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from sync_service.adapters.memory_stores import FixedClock, MemoryJournal, MemoryLocks, MemoryPlans
from sync_service.domain.fields import covers, spec
from sync_service.domain.lms_state import Json, Kind, LmsObject, Owner
from sync_service.domain.module_fields import listing_digest
from sync_service.domain.ordering import references
from sync_service.ports import Lms, Write
from sync_service.usecases.apply import apply_plan
from sync_service.usecases.plan import PlanInput, make_plan, save_plan
from tests.contract.contract_course import RUN, Course, files, package
from tests.unit.usecases.courses import T0

LEARNERS = ("cyclesync-contract-1", "cyclesync-contract-2")


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

    def test_the_files_of_a_folder_are_sent_and_replaced_together(self, made: Course, tmp_path: Path) -> None:
        first, digest = files(tmp_path / "un", {"a.txt": "un", "b é.txt": "deux"})
        assert made.write(made.module("d", "folder", 1, file_digest=digest), package=first).action == "created"
        seen = made.seen("d")
        assert (seen.fields["file_digest"], seen.fields["display"]) == (digest, 1)
        second, wanted = files(tmp_path / "deux", {"a.txt": "un bis", "c.txt": "trois"})
        patch = LmsObject(seen.key, seen.kind, seen.parent, {"file_digest": wanted}, "folder")
        assert made.write(patch, "update", expect=seen.digest, package=second).action == "updated"
        assert made.seen("d").fields["file_digest"] == wanted
        assert made.update("d", {"display": 0}).action == "updated"
        assert (made.seen("d").fields["file_digest"], made.seen("d").fields["display"]) == (wanted, 0)

    def test_what_completes_the_course_is_named_by_keys(self, made: Course) -> None:
        for rank, name in enumerate(("q1", "q2"), 1):
            made.write(made.module(name, "page", rank, completion=2, completionview=True))
        wanted: list[Json] = [made.key("q2"), made.key("q1")]
        assert made.seen("course").fields["criteria"] == []
        assert made.update("course", {"criteria": wanted}).action == "updated"
        known = spec(Kind.COURSE, "", "criteria")
        assert covers(known, made.seen("course").fields["criteria"], wanted)
        assert made.update("course", {"criteria": wanted}).action == "unchanged"
        assert made.update("course", {"criteria": [made.key("nulle-part")]}).code == "missing"
        assert made.update("course", {"fullname": "Autre"}).action == "updated"
        assert covers(known, made.seen("course").fields["criteria"], wanted)

    def test_a_restriction_names_a_key(self, made: Course) -> None:
        made.write(made.module("pc", "page", 1, completion=1))
        access: Json = _after(made.key("pc"))
        assert made.update("s1", {"availability": access}).action == "updated"
        assert covers(spec(Kind.SECTION, "", "availability"), made.seen("s1").fields["availability"], access)
        absent: Json = _after(made.key("nulle-part"))
        assert made.update("s1", {"availability": absent}).action == "refused"

    def test_a_key_changes_with_all_that_names_it(self, made: Course) -> None:
        made.write(made.module("pc", "page", 1, completion=1))
        made.update("s1", {"availability": _after(made.key("pc"))})
        before = made.seen("pc")
        ask = Write(
            made.key("pd"), Kind.MODULE, "rename", "", {}, before.digest, moodle_id=before.moodle_id, was=before.key
        )
        assert made.lms.write(replace(ask, expect="0" * 64), run=RUN).code == "changed_since"
        assert made.lms.write(replace(ask, key=made.key("pa")), run=RUN).code == "exists"
        assert made.lms.write(ask, run=RUN).action == "updated"
        after = made.seen("pd")
        assert replace(after, key=before.key, digest=before.digest) == before
        section = made.seen("s1")
        assert section.base is not None
        for tree in (section.fields, section.base.declared, section.base.applied):
            assert list(references(tree["availability"])) == [made.key("pd")]
        assert made.key("pc") not in {item.key for item in made.state().objects}
        assert made.update("pd", {"content": "<p>Suite</p>"}).action == "updated"

    def test_an_activity_goes_into_the_section_that_the_mapping_moved_it_to(self, made: Course) -> None:
        seen = made.seen("pa")
        assert (seen.parent, seen.base_parent) == (made.key("s0"), made.key("s0"))
        ask = Write(
            seen.key,
            Kind.MODULE,
            "update",
            made.key("s1"),
            {"position": 0},
            seen.digest,
            "page",
            moodle_id=seen.moodle_id,
        )
        assert made.lms.write(ask, run=RUN).action == "updated"
        after = made.seen("pa")
        assert (after.parent, after.base_parent, after.moodle_id) == (made.key("s1"), made.key("s1"), seen.moodle_id)
        assert after.fields == seen.fields

    def test_a_renamed_section_keeps_what_is_in_it(self, made: Course) -> None:
        seen = made.seen("s0")
        ask = Write(made.key("debut"), Kind.SECTION, "rename", "", {}, seen.digest, was=seen.key)
        assert made.lms.write(ask, run=RUN).action == "updated"
        assert made.seen("pa").parent == made.key("debut")
        assert made.seen("pa").owner is Owner.OURS

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
        models: dict[str, bytes] = {"a.txt": b"un", "b.txt": b"deux"}
        closed: dict[str, Json] = {**course.section("s1", 1).fields, "availability": _after(course.key("de"))}
        ended: list[Json] = [course.key("de"), course.key("sc")]
        later: Json = {"op": "&", "c": [{"type": "date", "d": ">=", "t": 1790000000}], "showc": [True]}
        objects = [
            course.course(visible=True), course.instance(), course.section("s0", 0),
            LmsObject(course.key("s1"), Kind.SECTION, course.key("course"), closed),
            course.module("pa", "page", 0, availability=_after(course.key("sc"))), course.module("de", "assign", 1),
            course.module("sc", "scorm", 2, package_digest=digest),
            course.module("d", "folder", 3, file_digest=listing_digest(models), availability=later), course.group(),
            course.event(),
        ]  # fmt: skip
        plans, clock = MemoryPlans(), FixedClock(T0)
        for fullname in ("Essai & contrat", "Essai, suite"):
            objects[0] = course.course(visible=True, fullname=fullname, criteria=ended)
            wanted = PlanInput(tuple(objects), {course.key("sc"): path, course.key("d"): models})
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
