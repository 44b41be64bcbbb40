"""A key that the mapping changes (``was``), and a section that it changes: one change, and nothing else moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from sync_service.domain.changes import Finding
from sync_service.domain.lms_state import Json, Kind, LmsObject
from sync_service.domain.plan import Plan
from sync_service.ports import Lms
from sync_service.usecases.apply import ApplyResult, apply_plan
from sync_service.usecases.plan import PlanInput, make_plan, save_plan
from tests.unit.usecases.courses import PROMOTION, Desk, FailingLms, KilledError, after, changed, key, section, usual

NEW = {"m-un": "m01", "prep": "m01-prep"}


def before() -> tuple[LmsObject, ...]:
    """The usual course, with an access and a completion that name the package."""
    objects = changed(usual(), "contact", availability=after("m01-prep"))
    return changed(objects, "course", criteria=[key("m01-prep"), key("depot-a")])


def declared(names: Mapping[str, str], **fields: Json) -> tuple[LmsObject, ...]:
    """Return the same course under new keys; ``fields`` change the page « contact »."""
    words = {key(old): key(new) for new, old in names.items()}
    made = []
    for item in changed(before(), "contact", **fields) if fields else before():
        own = dict(item.fields)
        if own.get("availability") and "m01-prep" in names.values():
            own["availability"] = after(next(new for new, old in names.items() if old == "m01-prep"))
        criteria = own.get("criteria")
        if isinstance(criteria, list):
            own["criteria"] = [words.get(str(name), name) for name in criteria]
        key_, parent = words.get(item.key, item.key), words.get(item.parent, item.parent)
        made.append(replace(item, key=key_, parent=parent, fields=own))
    return tuple(made)


def wanted(desk: Desk, names: Mapping[str, str], **fields: Json) -> PlanInput:
    renames = {key(new): key(old) for new, old in names.items()}
    return replace(desk.input(declared(names, **fields)), renames=renames)


def plan_of(desk: Desk, what: PlanInput) -> Plan:
    plan = make_plan(desk.lms, what, promotion=PROMOTION)
    save_plan(plan, desk.plans, desk.clock)
    return plan


def apply(desk: Desk, what: PlanInput, code: str, lms: Lms | None = None) -> ApplyResult:
    return apply_plan(
        lms or desk.lms, lambda: what, plans=desk.plans, journal=desk.journal, locks=desk.locks, clock=desk.clock,
        promotion=PROMOTION, fingerprint=code, run="r", owner="moi",
    )  # fmt: skip


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.do(before())
    return desk


def test_a_rename_is_one_change_and_nothing_else_moves(desk: Desk) -> None:
    prep = desk.site.mapped(key("m01-prep"))
    what = wanted(desk, NEW)
    plan = plan_of(desk, what)
    assert [(c.verb.value, c.key, c.seen) for c in plan.changes] == [
        ("rename", key("m-un"), {"key": key("m01")}), ("rename", key("prep"), {"key": key("m01-prep")}),
    ]  # fmt: skip
    assert plan.counts.changed == 2
    assert plan.changes[1].title == "Rattacher à sa nouvelle clé le paquetage SCORM «\u00a0Préparer le module\u00a0»"
    assert not plan.observations
    assert not apply(desk, what, plan.code).partial
    assert desk.site.mapped(key("prep")) is prep
    assert prep is not None
    assert prep.parent == key("m-un")
    again = plan_of(desk, what)
    assert (again.empty, again.observations) == (True, ())


def test_what_else_changes_waits_for_the_new_key(desk: Desk) -> None:
    what = wanted(desk, NEW, name="Qui contacter")
    plan = plan_of(desk, what)
    assert [c.verb.value for c in plan.changes] == ["rename", "rename", "update"]
    assert not apply(desk, what, plan.code).partial
    assert desk.fields("contact")["name"] == "Qui contacter"
    assert plan_of(desk, what).empty


@pytest.mark.parametrize("at", range(3))
def test_the_same_command_finishes_a_run_that_was_killed(desk: Desk, at: int) -> None:
    what = wanted(desk, NEW, name="Qui contacter")
    code = plan_of(desk, what).code
    with pytest.raises(KilledError):
        apply(desk, what, code, FailingLms(desk.lms, kill_after=at))
    desk.locks.release(f"promotion:{PROMOTION}", owner="moi")
    assert not apply(desk, what, code).partial
    assert plan_of(desk, what).empty


def test_a_key_that_is_taken_or_not_ours_is_told_and_nothing_is_made(desk: Desk) -> None:
    desk.site.rows[key("m01-prep")].uid = "someone-else"
    plan = plan_of(desk, wanted(desk, {"prep": "m01-prep"}))
    assert not [c for c in plan.changes if c.key == key("prep") or c.verb.value == "rename"]
    assert (Finding.RENAMED, key("m01-prep")) in {(o.finding, o.key) for o in plan.observations}


def test_an_old_key_that_another_object_took_is_left_to_it(desk: Desk) -> None:
    objects = (*declared({"prep": "m01-prep"}), next(o for o in before() if o.key == key("m01-prep")))
    what = replace(desk.input(objects), renames={key("prep"): key("m01-prep")})
    plan = plan_of(desk, what)
    assert not [c for c in plan.changes if c.verb.value == "rename"]
    assert {c.kind for c in plan.changes if c.key == key("prep")} <= {Kind.MODULE}


def moved() -> tuple[LmsObject, ...]:
    """Return the usual course with the page « contact » in the section of the module."""
    return tuple(
        replace(o, parent=key("m01"), fields={**o.fields, "position": 2}) if o.key == key("contact") else o
        for o in usual()
    )


def test_an_activity_that_the_mapping_moves_is_moved_once() -> None:
    desk = Desk()
    desk.do(usual())
    thing = desk.site.mapped(key("contact"))
    assert thing is not None
    plan = desk.plan(moved())
    assert [(c.verb.value, c.key) for c in plan.changes][:1] == [("move", key("contact"))]
    assert plan.changes[0].seen == {"section": key("bienvenue")}
    assert plan.changes[0].title.startswith("Déplacer dans sa section la page")
    assert not plan.observations
    assert not desk.apply(moved(), plan.code).partial
    assert thing.parent == key("m01")
    again = desk.plan(moved())
    assert (again.empty, again.observations) == (True, ())


def test_an_activity_that_people_moved_too_is_told_and_stays() -> None:
    desk = Desk()
    objects = (*usual(), section("m02", 2))
    desk.do(objects)
    thing = desk.site.mapped(key("contact"))
    assert thing is not None
    thing.parent = key("m02")
    plan = desk.plan((*moved(), section("m02", 2)))
    assert not [c for c in plan.changes if c.verb.value == "move"]
    assert (Finding.ELSEWHERE, key("contact")) in {(o.finding, o.key) for o in plan.observations}


@pytest.mark.parametrize("at", range(2))
def test_a_move_that_was_killed_is_finished_by_the_same_command(at: int) -> None:
    desk = Desk()
    desk.do(usual())
    objects = changed(moved(), "contact", name="Qui contacter")
    code = desk.plan(objects).code
    with pytest.raises(KilledError):
        desk.apply(objects, code, lms=FailingLms(desk.lms, kill_after=at))
    desk.locks.release(f"promotion:{PROMOTION}", owner="moi")
    assert not desk.apply(objects, code).partial
    assert desk.plan(objects).empty
