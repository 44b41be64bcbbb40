from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from sync_service.domain.changes import Finding, Verb
from sync_service.domain.guards import GuardName
from sync_service.domain.lms_state import Json, Kind, LmsObject
from sync_service.domain.plan import Plan
from sync_service.domain.planner import COMPLETES, REMINDERS
from sync_service.errors import GuardError, SiteChangedError, UsageError
from sync_service.usecases.plan import load_reviewed, make_plan, plan_from
from tests.unit.usecases.courses import (
    PROMOTION,
    Desk,
    FailingLms,
    after,
    changed,
    course,
    enrolment,
    instance,
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


def findings(plan: Plan) -> set[tuple[str, str]]:
    return {(o.finding.value, o.key.rsplit(":", 1)[1]) for o in plan.observations}


def verbs(plan: Plan) -> list[tuple[str, str]]:
    return [(c.verb.value, c.key.rsplit(":", 1)[1]) for c in plan.changes]


def test_the_first_plan_makes_everything_in_order_and_shows_the_course_last() -> None:
    plan = Desk().plan(usual(people=2))
    assert verbs(plan) == [
        ("create", "course"), ("create", "enrol"), ("create", "bienvenue"), ("create", "m01"),
        ("create", "ou-j-en-suis"), ("create", "contact"), ("create", "m01-prep"), ("create", "depot-a"),
        ("create", "g1"), ("create", "e-100"), ("create", "e-101"), ("create", "session-1"), ("show", "course"),
    ]  # fmt: skip
    assert plan.changes[0].wanted["visible"] is False
    assert (plan.counts.created, plan.counts.changed, plan.counts.people) == (12, 0, 2)
    assert (plan.counts.results_lost, plan.counts.messages) == (0, 0)
    assert REMINDERS in plan.notes
    assert plan.exit_code == 2


def test_an_unchanged_plan_makes_two_reads_and_no_write(desk: Desk) -> None:
    watched = FailingLms(desk.lms)
    plan = make_plan(watched, desk.input(usual()), promotion=PROMOTION)
    assert watched.calls == ["info", "course_state"]
    assert plan.empty
    assert not plan.observations
    assert (plan.exit_code, plan.command) == (0, "")


def test_a_declared_change_is_one_update_of_that_field(desk: Desk) -> None:
    plan = desk.plan(changed(usual(), "session-1", timestart=1790086400))
    (change,) = plan.changes
    assert (change.verb, change.seen, change.wanted) == (
        Verb.UPDATE, {"timestart": 1790000000}, {"timestart": 1790086400},
    )  # fmt: skip


EDITS: list[tuple[str, str, Json]] = [
    ("course", "fullname", "Autre"), ("course", "shortname", "autre"), ("course", "summary", "<p>Autre</p>"),
    ("course", "category", "ailleurs"), ("course", "startdate", 5), ("course", "visible", False),
    ("course", "enablecompletion", False), ("course", "showgrades", True), ("enrol", "welcomemessage", True),
    ("enrol", "status", "suspended"), ("bienvenue", "name", "Accueil"), ("bienvenue", "summary", "<p>Autre</p>"),
    ("bienvenue", "visible", False), ("bienvenue", "availability", {"type": "date", "d": ">=", "t": 9}),
    ("contact", "content", "<p>Autre</p>"), ("contact", "visible", False), ("m01-prep", "maxgrade", 20),
    ("depot-a", "duedate", 0), ("depot-a", "submissiondrafts", False), ("depot-a", "filetypes", "pdf"),
    ("g1", "name", "Autre"), ("e-100", "status", "suspended"), ("e-100", "timeend", 1_900_000_000), ("e-100", "groups", []),
    ("session-1", "timestart", 4), ("session-1", "description", "<p>Autre</p>"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "field", "value"), EDITS)
def test_a_create_only_field_edited_by_hand_is_named_and_left_alone(
    desk: Desk, name: str, field: str, value: Json
) -> None:
    desk.site.edit(key(name), **{field: value})
    plan = desk.plan(usual())
    assert plan.empty
    (told,) = plan.observations
    assert (told.finding, told.key, set(told.declared)) == (Finding.DRIFT, key(name), {field})


@pytest.mark.parametrize(
    ("name", "field", "value"), [("m01-prep", "package_digest", "b" * 64), ("contact", "completion", 1),
                                 ("depot-a", "completionsubmit", False)]
)  # fmt: skip
def test_an_owned_field_edited_by_hand_is_restored(name: str, field: str, value: Json) -> None:
    desk = Desk()
    desk.do(without(usual(), "e-100", "e-101", "e-102", "e-103"))
    desk.site.edit(key(name), **{field: value})
    plan = desk.plan(without(usual(), "e-100", "e-101", "e-102", "e-103"))
    (change,) = plan.changes
    assert (change.verb, set(change.wanted)) == (Verb.RESTORE, {field})
    assert "modifié dans Moodle" in change.title


def test_a_dragged_activity_is_told_alone_and_stays(desk: Desk) -> None:
    objects = (*usual(), page("p3", "bienvenue", 2), page("p4", "bienvenue", 3))
    desk.do(objects)
    desk.site.drag(key("p4"), 0)
    plan = desk.plan(objects)
    assert plan.empty
    assert findings(plan) == {("drift", "p4")}


def test_an_activity_put_between_two_others_moves_neither_nor_what_people_added(desk: Desk) -> None:
    desk.site.add("", Kind.MODULE, "page", key("bienvenue"), {"name": "Document de l’intervenante"})
    objects = changed((*usual(), page("entre", "bienvenue", 1)), "contact", position=2)
    desk.do(objects)
    order = [str(t.fields["name"]) for t in desk.site.things.values() if t.parent == key("bienvenue")]
    assert order == ["ou-j-en-suis", "entre", "contact", "Document de l’intervenante"]
    assert desk.plan(objects).empty


def test_both_moved_differently_is_a_conflict_until_it_is_allowed(desk: Desk) -> None:
    desk.site.edit(key("contact"), name="À la main")
    objects = changed(usual(), "contact", name="Qui contacter")
    plan = desk.plan(objects)
    assert plan.empty
    assert findings(plan) == {("conflict", "contact")}
    lifted = desk.plan(objects, allow=["conflict:contact"])
    assert verbs(lifted) == [("update", "contact")]
    assert lifted.command.endswith("--allow conflict:contact")


def test_an_idnumber_changed_by_hand_is_restored_to_the_key(desk: Desk) -> None:
    objects = usual()
    state = desk.state()
    lost = key("m01-prep")
    changed_by_hand = tuple(
        replace(item, fields={**item.fields, "idnumber": "à moi"}) if item.key == lost else item
        for item in state.objects
    )
    plan = plan_from(replace(state, objects=changed_by_hand), desk.input(objects), promotion=PROMOTION)
    assert [(c.verb, c.key, c.seen, c.wanted, c.write) for c in plan.changes] == [
        (Verb.RESTORE, lost, {"idnumber": "à moi"}, {"idnumber": lost}, "update")
    ]


def test_both_moved_alike_is_only_recorded(desk: Desk) -> None:
    desk.site.edit(key("contact"), name="Qui contacter")
    objects = changed(usual(), "contact", name="Qui contacter")
    plan = desk.plan(objects)
    assert [(c.verb, c.write) for c in plan.changes] == [(Verb.RECORD, "record")]
    assert plan.counts.changed == 0
    desk.do(objects)
    assert desk.plan(objects).empty


def test_what_another_installation_owns_is_told_with_what_it_contains() -> None:
    desk = Desk()
    desk.do(usual())
    other = Desk(desk.site, uid="autre")
    plan = other.plan(usual())
    assert plan.empty
    assert findings(plan) == {("foreign", "course")}


def test_a_copy_without_a_row_is_foreign_until_it_is_taken_over(desk: Desk) -> None:
    desk.site.forget(key("contact"))
    assert findings(desk.plan(usual())) == {("foreign", "contact")}
    desk.do(usual(), allow=["take-over:contact"])
    assert desk.plan(usual()).empty


def test_a_restored_object_is_adopted_and_its_differences_are_settled_at_once(desk: Desk) -> None:
    desk.site.restore(key("contact"))
    objects = changed(usual(), "contact", content="<p>Nouveau</p>")
    plan = desk.plan(objects)
    assert verbs(plan) == [("adopt", "contact"), ("update", "contact")]
    desk.do(objects)
    assert desk.plan(objects).empty
    assert desk.fields("contact")["content"] == "<p>Nouveau</p>"


def test_what_was_deleted_in_moodle_is_told_and_made_again_only_when_asked(desk: Desk) -> None:
    desk.site.delete(key("m01"))
    plan = desk.plan(usual())
    assert plan.empty
    assert ("gone", "m01") in findings(plan)
    again = desk.plan(usual(), allow=["recreate:m01", "recreate:m01-prep", "recreate:depot-a"])
    assert verbs(again) == [("create", "m01"), ("create", "m01-prep"), ("create", "depot-a")]


def test_what_is_no_longer_declared_stays(desk: Desk) -> None:
    plan = desk.plan(without(usual(), "contact", "e-103"))
    assert plan.empty
    assert findings(plan) == {("undeclared", "contact"), ("undeclared", "e-103")}


def test_someone_enrolled_by_hand_is_told_and_not_touched(desk: Desk) -> None:
    desk.site.enrol_by_hand(PROMOTION, 120)
    plan = desk.plan((*usual(), enrolment(120)))
    assert plan.empty
    assert findings(plan) == {("foreign", "e-120")}


def test_completion_rules_are_not_changed_once_people_are_enrolled(desk: Desk) -> None:
    objects = changed(usual(), "depot-a", completionsubmit=False, name="Dépôt A")
    plan = desk.plan(objects)
    (change,) = plan.changes
    assert set(change.wanted) == {"name"}
    (guard,) = plan.guards
    assert (guard.name, guard.key, guard.advice) == (GuardName.COMPLETION_UNLOCK, key("depot-a"), "")


def test_a_package_whose_replacement_loses_results_waits_for_a_reason(desk: Desk) -> None:
    desk.site.study(key("m01-prep"), 14, would_lose=14)
    objects = changed(usual(), "m01-prep", package_digest="b" * 64)
    lost = {key("m01-prep"): 14}
    plan = desk.plan(objects, lost=lost)
    assert plan.empty
    assert plan.exit_code == 3
    (guard,) = plan.guards
    assert "14 stagiaires perdraient" in guard.sentence
    assert guard.advice == "--allow attempt-loss:m01-prep=MOTIF"
    allowed = desk.plan(objects, lost=lost, allow=["attempt-loss:m01-prep=contenu faux"])
    assert verbs(allowed) == [("update", "m01-prep")]
    assert allowed.counts.results_lost == 14
    assert allowed.command.endswith("--allow 'attempt-loss:m01-prep=contenu faux'")


def test_when_nobody_knows_what_a_replacement_loses_the_plan_says_that_moodle_will_tell(desk: Desk) -> None:
    desk.site.study(key("m01-prep"), 3)
    (change,) = desk.plan(changed(usual(), "m01-prep", package_digest="b" * 64)).changes
    assert "à vérifier par Moodle" in change.caution


def test_new_enrolments_with_a_welcome_message_are_counted_as_messages(desk: Desk) -> None:
    desk.site.edit(key("enrol"), welcomemessage=True)
    assert desk.plan((*usual(), enrolment(140), enrolment(141))).counts.messages == 2


@pytest.mark.parametrize(
    ("objects", "name"),
    [
        (without(usual(), "e-100", "e-101", "e-102", "e-103"), GuardName.EMPTY_ROSTER),
        (without(usual(), "e-100", "e-101", "e-102"), GuardName.HALVED_ROSTER),
    ],
)
def test_an_empty_or_halved_list_stops_everything(desk: Desk, objects: tuple[LmsObject, ...], name: GuardName) -> None:
    plan = desk.plan(changed(objects, "contact", name="Autre"))
    assert plan.blocked
    assert (plan.exit_code, plan.command) == (3, "")
    with pytest.raises(GuardError) as caught:
        plan.refuse()
    assert caught.value.exit_code == 3
    assert f"--allow {name.value}:course=" in caught.value.sentence
    assert not desk.plan(objects, allow=[f"{name.value}:course=fin de cycle"]).blocked


def test_only_keeps_what_is_named_and_what_it_needs() -> None:
    plan = Desk().plan(usual(), only=["depot-a"])
    assert verbs(plan) == [("create", "course"), ("create", "m01"), ("create", "depot-a")]
    with pytest.raises(UsageError):
        Desk().plan(usual(), only=["rien"])


def test_a_restriction_that_names_a_later_activity_is_written_after_it() -> None:
    access: Json = after("p")
    objects = (course(), instance(), section("s0", 0, availability=access), page("p", "s0", 0, completion=1))
    desk = Desk()
    plan = desk.plan(objects)
    assert verbs(plan)[-3:] == [("create", "p"), ("update", "s0"), ("show", "course")]
    desk.do(objects)
    assert desk.fields("s0")["availability"] == access
    assert desk.plan(objects).empty


def completed(*objects: LmsObject, by: Sequence[str] = ("m01-prep", "depot-a")) -> tuple[LmsObject, ...]:
    """Return the objects with a course that some activities complete."""
    return changed(objects, "course", criteria=[key(name) for name in by])


def test_what_completes_the_course_is_written_once_its_activities_are_there() -> None:
    desk = Desk()
    plan = desk.plan(completed(*usual(people=2)))
    assert [name for verb, name in verbs(plan) if verb == "update"] == ["course"]
    assert verbs(plan).index(("update", "course")) > verbs(plan).index(("create", "depot-a"))
    assert verbs(plan)[-1] == ("show", "course")
    assert plan.changes[0].wanted["criteria"] == []
    assert plan.counts.messages == 2
    assert COMPLETES in plan.notes
    desk.do(completed(*usual(people=2)))
    assert desk.fields("course")["criteria"] == [key("m01-prep"), key("depot-a")]
    assert desk.plan(completed(*usual(people=2))).empty


def test_one_more_person_in_a_course_that_moodle_completes_is_one_more_message() -> None:
    desk = Desk()
    desk.do(completed(*usual(people=2)))
    assert desk.plan((*completed(*usual(people=2)), enrolment(140))).counts.messages == 1


def test_a_course_without_criteria_gets_them_late_and_they_never_change_afterwards(desk: Desk) -> None:
    plan = desk.plan(completed(*usual()))
    assert verbs(plan) == [("update", "course")]
    desk.do(completed(*usual()))
    again = desk.plan(completed(*usual(), by=("depot-a",)))
    assert again.empty
    (guard,) = again.guards
    assert (guard.name, guard.key, guard.advice) == (GuardName.COMPLETION_UNLOCK, key("course"), "")
    assert "Achèvement de cours" in guard.sentence
    assert "activité nouvelle" not in guard.sentence


def test_observe_mode_refuses_in_one_sentence() -> None:
    with pytest.raises(GuardError, match="observe"):
        make_plan(Desk().lms, Desk.input(usual()), promotion=PROMOTION, mode="observe")


def test_another_site_under_the_same_key_stops_everything() -> None:
    with pytest.raises(SiteChangedError):
        make_plan(Desk().lms, Desk.input(usual()), promotion=PROMOTION, site_uid="un-autre")


def test_a_plan_is_found_by_any_long_enough_part_of_its_code_for_seven_days(desk: Desk) -> None:
    plan = desk.plan(changed(usual(), "contact", name="Autre"))
    for code in (plan.fingerprint, plan.code, plan.fingerprint[:12], f" {plan.code.upper()} "):
        assert load_reviewed(desk.plans, desk.clock, promotion=PROMOTION, code=code).fingerprint == plan.fingerprint
    with pytest.raises(UsageError):
        load_reviewed(desk.plans, desk.clock, promotion=PROMOTION, code=plan.fingerprint[:11])
    for promotion, code in ((PROMOTION, plan.fingerprint[:12] + "zz"), (PROMOTION, "0" * 16), ("autre", plan.code)):
        with pytest.raises(GuardError):
            load_reviewed(desk.plans, desk.clock, promotion=promotion, code=code)
    desk.clock.move(timedelta(days=7))
    with pytest.raises(GuardError):
        load_reviewed(desk.plans, desk.clock, promotion=PROMOTION, code=plan.code)


def test_declared_objects_that_contradict_each_other_are_refused() -> None:
    for objects in ((*usual(), course()), (page("p", "nulle-part", 0),), (course(inconnu=1),)):
        with pytest.raises(ValueError):
            Desk().plan(objects)


def test_a_plan_as_json_holds_what_a_program_needs_and_names_nobody(desk: Desk) -> None:
    plan = desk.plan(changed((*usual(), enrolment(130)), "contact", name="Autre"))
    told = json.loads(json.dumps(plan.to_json()))
    assert (told["fingerprint"], told["code"]) == (plan.fingerprint, plan.fingerprint[:16])
    assert told["apply"] == plan.command
    assert [(c["id"], c["verb"], c["key"]) for c in told["changes"]] == [
        (c.id, c.verb.value, c.key) for c in plan.changes
    ]
    assert told["counts"] == {"created": 1, "changed": 1, "people": 1, "results_lost": 0, "messages": 0}
    assert "Nom130" not in json.dumps(told)


def test_ids_do_not_depend_on_the_order_in_which_objects_are_declared() -> None:
    objects = usual()
    assert Desk().plan(objects).fingerprint == Desk().plan(tuple(reversed(objects))).fingerprint
    assert Desk().plan(objects).fingerprint != Desk().plan(changed(objects, "m01", name="Autre")).fingerprint
