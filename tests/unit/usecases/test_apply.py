from __future__ import annotations

from functools import partial

import pytest

from sync_service.errors import GuardError, LockedError, PartialError
from sync_service.ports import Write, Written
from sync_service.usecases.apply import apply_plan
from sync_service.usecases.plan import PlanInput
from tests.unit.usecases.courses import (
    PROMOTION,
    Desk,
    FailingLms,
    changed,
    enrolment,
    key,
    page,
    section,
    usual,
    without,
)


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.do(usual())
    return desk


def test_a_second_apply_does_nothing_and_says_so(desk: Desk) -> None:
    objects = changed(usual(), "contact", name="Autre")
    code = desk.plan(objects).code
    assert [o.outcome for o in desk.apply(objects, code).outcomes] == ["done"]
    watched = FailingLms(desk.lms)
    again = desk.apply(objects, code, lms=watched)
    assert [o.outcome for o in again.outcomes] == ["skipped"]
    assert not again.partial
    assert "write" not in watched.calls


def test_a_change_outside_the_reviewed_plan_stops_before_the_first_write(desk: Desk) -> None:
    objects = changed(usual(), "contact", name="Autre")
    code = desk.plan(objects).code
    watched = FailingLms(desk.lms)
    with pytest.raises(GuardError) as caught:
        desk.apply((*objects, page("de-plus", "bienvenue", 2)), code, lms=watched)
    assert "« de-plus »".replace(" ", "\u00a0") in caught.value.sentence
    assert "relisez" in caught.value.sentence
    assert "write" not in watched.calls
    assert desk.locks.holder(f"promotion:{PROMOTION}") is None


def test_a_plan_that_refuses_itself_at_apply_writes_nothing(desk: Desk) -> None:
    objects = changed(usual(), "contact", name="Autre")
    code = desk.plan(objects).code
    with pytest.raises(GuardError, match="vide"):
        desk.apply(without(objects, "e-100", "e-101", "e-102", "e-103"), code)
    assert desk.fields("contact")["name"] == "contact"


def test_what_depends_on_a_failed_creation_is_not_tried_and_the_rest_goes_on() -> None:
    desk = Desk()
    code = desk.plan(usual(people=1)).code
    lms = FailingLms(desk.lms, never_arrives=frozenset({3}))  # the section m01
    result = desk.apply(usual(people=1), code, lms=lms)
    outcomes = {(o.key.rsplit(":", 1)[1], o.outcome) for o in result.outcomes if o.outcome != "done"}
    assert outcomes == {("m01", "failed"), ("m01-prep", "not_tried"), ("depot-a", "not_tried"), ("course", "not_tried")}
    assert desk.fields("course")["visible"] is False
    with pytest.raises(PartialError) as caught:
        result.raise_if_partial()
    assert caught.value.exit_code == 4
    assert not desk.apply(usual(people=1), code).partial
    assert desk.fields("course")["visible"] is True


def test_nobody_is_enrolled_when_the_enrolment_method_could_not_be_set(desk: Desk) -> None:
    objects = changed((*usual(), enrolment(130)), "enrol", role="cyclestudent")
    lms = FailingLms(desk.lms, never_arrives=frozenset({0}))
    result = desk.apply(objects, desk.plan(objects).code, lms=lms)
    assert [(o.key, o.outcome) for o in result.outcomes] == [(key("enrol"), "failed"), (key("e-130"), "not_tried")]


def test_an_account_that_does_not_exist_is_refused_and_the_course_is_shown_to_the_others() -> None:
    desk = Desk()
    objects = (*usual(people=1), enrolment(999))
    result = desk.do(objects)
    assert [(o.key, o.code) for o in result.of("refused")] == [(key("e-999"), "user")]
    assert desk.fields("course")["visible"] is True


def test_moodle_that_stops_answering_ends_the_run_without_hammering_it() -> None:
    desk = Desk()
    lms = FailingLms(desk.lms, down_after=2)
    result = desk.apply(usual(), desk.plan(usual()).code, lms=lms)
    assert [len(result.of(outcome)) for outcome in ("done", "failed")] == [2, 1]
    assert len(lms.writes) == 3


def test_an_object_changed_meanwhile_elsewhere_is_written_when_the_approved_change_still_holds(desk: Desk) -> None:
    objects = changed(usual(), "contact", name="Autre")
    code = desk.plan(objects).code
    lms = _MeddlingLms(desk, "contact", "intro", "<p>entre-temps</p>")
    assert not desk.apply(objects, code, lms=lms).partial
    assert desk.fields("contact")["name"] == "Autre"
    assert desk.fields("contact")["intro"] == "<p>entre-temps</p>"


def test_an_object_changed_meanwhile_in_the_same_field_is_left_alone(desk: Desk) -> None:
    objects = changed(usual(), "contact", name="Autre")
    code = desk.plan(objects).code
    lms = _MeddlingLms(desk, "contact", "name", "Entre-temps")
    result = desk.apply(objects, code, lms=lms)
    assert [(o.outcome, o.code) for o in result.outcomes] == [("refused", "changed_since")]
    assert desk.fields("contact")["name"] == "Entre-temps"


class _MeddlingLms(FailingLms):
    """Someone edits an object between the plan's read and the first write."""

    def __init__(self, desk: Desk, name: str, field: str, value: str) -> None:
        super().__init__(desk.lms)
        self._edit = partial(desk.site.edit, key(name), **{field: value})

    def write(self, change: Write, *, run: str) -> Written:
        if not self.writes:
            self._edit()
        return super().write(change, run=run)


def test_a_replacement_that_moodle_refuses_is_told_with_the_people_it_would_hurt(desk: Desk) -> None:
    desk.site.study(key("m01-prep"), 14, would_lose=14)
    objects = changed(usual(), "m01-prep", package_digest="b" * 64)
    result = desk.do(objects)
    assert [(o.outcome, o.code, o.affected) for o in result.outcomes] == [("refused", "attempt_loss", 14)]
    assert "14 stagiaires" in result.messages[0]
    lifted = desk.do(objects, allow=["attempt-loss:m01-prep=contenu faux"])
    assert not lifted.partial
    assert desk.fields("m01-prep")["package_digest"] == "b" * 64


def test_a_loss_known_when_the_plan_was_shown_still_holds_at_apply(desk: Desk) -> None:
    desk.site.study(key("m01-prep"), 14, would_lose=14)
    objects = changed(changed(usual(), "m01-prep", package_digest="b" * 64), "contact", name="Autre")
    code = desk.plan(objects, lost={key("m01-prep"): 14}).code
    result = desk.apply(objects, code)
    assert [(o.key, o.outcome) for o in result.outcomes] == [(key("contact"), "done")]


def test_an_approved_change_that_a_guard_holds_back_since_is_told(desk: Desk) -> None:
    desk = Desk()
    nobody = without(usual(), "e-100", "e-101", "e-102", "e-103")
    desk.do(nobody)
    objects = changed(nobody, "depot-a", completionsubmit=False)
    code = desk.plan(objects).code
    desk.site.enrol_by_hand(PROMOTION, 150)
    result = desk.apply(objects, code)
    assert [(o.outcome, o.code) for o in result.outcomes] == [("refused", "completion-unlock")]


def test_only_of_the_plan_holds_at_apply() -> None:
    desk = Desk()
    code = desk.plan(usual(), only=["depot-a"]).code
    result = desk.apply(usual(), code)
    assert [o.key.rsplit(":", 1)[1] for o in result.of("done")] == ["course", "m01", "depot-a"]


def test_the_journal_says_what_started_what_ended_and_what_was_lifted(desk: Desk) -> None:
    desk.site.edit(key("contact"), name="À la main")
    desk.do(changed(usual(), "contact", name="Autre"), allow=["conflict:contact=vu avec l’équipe"])
    lines = [(e.key, e.verb, e.outcome, e.code) for e in reversed(desk.journal.entries(limit=3))]
    assert lines == [
        (key("contact"), "allow", "done", "conflict=vu avec l’équipe"),
        (key("contact"), "update", "started", ""),
        (key("contact"), "update", "done", ""),
    ]


def test_someone_else_at_work_is_waited_for(desk: Desk) -> None:
    objects = changed(usual(), "contact", name="Autre")
    code = desk.plan(objects).code
    desk.locks.acquire(f"promotion:{PROMOTION}", owner="nocturne@serveur", now=desk.clock.now())
    with pytest.raises(LockedError, match="nocturne@serveur"):
        desk.apply(objects, code)
    assert desk.locks.holder(f"promotion:{PROMOTION}") == "nocturne@serveur"


def test_a_missing_file_stops_before_the_first_write() -> None:
    desk = Desk()
    watched = FailingLms(desk.lms)
    with pytest.raises(GuardError, match="fichier manque"):
        apply_plan(
            watched, lambda: PlanInput(usual()), plans=desk.plans, journal=desk.journal, locks=desk.locks,
            clock=desk.clock, promotion=PROMOTION, fingerprint=desk.plan(usual()).code, run="r", owner="moi",
        )  # fmt: skip
    assert "write" not in watched.calls


def test_bytes_of_a_file_are_sent_and_leave_nothing_behind(desk: Desk) -> None:
    objects = changed(usual(), "m01-prep", package_digest="b" * 64)
    watched = FailingLms(desk.lms)
    desk.apply(objects, desk.plan(objects).code, lms=watched)
    (write,) = watched.writes
    assert write.package is not None
    assert not write.package.exists()
    assert not write.package.parent.exists()


def test_suspending_and_reactivating_goes_through_updates_only(desk: Desk) -> None:
    for status in ("suspended", "active"):
        objects = changed(usual(), "e-100", status=status)
        watched = FailingLms(desk.lms)
        desk.apply(objects, desk.plan(objects).code, lms=watched)
        assert [(w.verb, dict(w.fields)) for w in watched.writes] == [("update", {"status": status})]
        assert desk.fields("e-100")["status"] == status


def test_a_module_that_stands_in_another_section_stays_there_when_it_is_updated(desk: Desk) -> None:
    desk.do((*usual(), section("m02", 2)))
    thing = desk.site.mapped(key("contact"))
    assert thing is not None
    thing.parent = key("m02")
    objects = changed((*usual(), section("m02", 2)), "contact", name="Autre")
    watched = FailingLms(desk.lms)
    desk.apply(objects, desk.plan(objects).code, lms=watched)
    assert [w.parent for w in watched.writes] == [""]
    assert thing.parent == key("m02")
