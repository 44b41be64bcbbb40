"""Laws of plan and apply on drawn courses: nothing left to do afterwards, and a killed run converges."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_service.domain.changes import Finding
from sync_service.domain.lms_state import Json, LmsObject
from tests.unit.usecases.courses import (
    Desk,
    FailingLms,
    KilledError,
    after,
    course,
    deposit,
    enrolment,
    event,
    group,
    instance,
    key,
    page,
    picture,
    scorm,
    section,
)

NAMES = ("pa", "pb", "pc", "pd", "pe")
TEXTS = st.sampled_from(["Un", "Deux & trois", "Quatre <b>cinq</b>", "L’été", "A  b"])
HTML = st.sampled_from(
    ["", "<p>Un</p>", "<p>Deux<br>lignes</p><script>x</script>", '<a href="x" target="_blank">y</a>']
)


@st.composite
def courses(draw: st.DrawFn) -> tuple[LmsObject, ...]:
    """A course whose pages are any of five, in any order, with any names, restrictions, people and events."""
    chosen = draw(st.permutations(NAMES))[: draw(st.integers(1, len(NAMES)))]
    sections = draw(st.permutations(["s1", "s2", "s3"]))[: draw(st.integers(0, 3))]
    access: Json = after(chosen[-1]) if draw(st.booleans()) else None
    objects = [
        course(fullname=draw(TEXTS), summary=draw(HTML), visible=draw(st.booleans())), instance(),
        section("s0", 0, summary=draw(HTML), availability=access), group("g1"), scorm("sc", "s0", 0),
        *(section(name, rank, name=draw(TEXTS)) for rank, name in enumerate(sections, 1)),
        *(page(name, "s0", rank, content=draw(HTML)) for rank, name in enumerate(chosen, 1)),
    ]  # fmt: skip
    if sections:
        objects.append(deposit("da", sections[0] if draw(st.booleans()) else "s0", 9, filetypes=draw(TEXTS)))
    people = draw(st.lists(st.integers(100, 109), unique=True, min_size=1, max_size=4))
    objects += [enrolment(user, draw(st.sampled_from(["active", "active", "suspended"]))) for user in people]
    objects += [event(f"ev{number}", draw(st.integers(1, 9))) for number in range(draw(st.integers(0, 2)))]
    return tuple(objects)


ALLOWED = (
    "empty-roster:course=essai", "halved-roster:course=essai", "mass-suspension:course=essai",
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(courses(), courses())
def test_after_an_apply_nothing_is_left_to_do(first: tuple[LmsObject, ...], second: tuple[LmsObject, ...]) -> None:
    desk = Desk()
    for objects in (first, second, first):
        result = desk.do(objects, allow=ALLOWED)
        assert not result.partial, result.messages
        again = desk.plan(objects, allow=ALLOWED)
        assert [c.title for c in again.changes] == []
        told = {o.finding for o in again.observations} - {Finding.UNDECLARED, Finding.ELSEWHERE}
        assert told == set()


@settings(max_examples=100, deadline=None)
@given(st.none() | courses(), courses(), st.integers(0, 24), st.booleans())
def test_a_killed_run_converges_with_the_same_command(
    first: tuple[LmsObject, ...] | None, second: tuple[LmsObject, ...], write: int, before: bool
) -> None:
    whole, killed = Desk(), Desk()
    for desk in (whole, killed):
        if first is not None:
            desk.do(first, allow=ALLOWED)
    whole.do(second, allow=ALLOWED)
    code = killed.plan(second, allow=ALLOWED).code
    dying = FailingLms(killed.lms, kill_before=write if before else -1, kill_after=-1 if before else write)
    try:
        killed.apply(second, code, allow=ALLOWED, lms=dying)
    except KilledError:
        assert len(dying.writes) == write + 1
    result = killed.apply(second, code, allow=ALLOWED)
    assert not result.partial, result.messages
    assert picture(killed.site, second) == picture(whole.site, second)
    assert killed.plan(second, allow=ALLOWED).empty


@settings(max_examples=25, deadline=None)
@given(courses(), courses(), st.frozensets(st.integers(0, 20)), st.frozensets(st.integers(0, 20)))
def test_lost_answers_make_no_duplicate_and_lost_calls_are_done_by_the_next_run(
    first: tuple[LmsObject, ...], second: tuple[LmsObject, ...], lost: frozenset[int], never: frozenset[int]
) -> None:
    whole, shaky = Desk(), Desk()
    for desk in (whole, shaky):
        desk.do(first, allow=ALLOWED)
    whole.do(second, allow=ALLOWED)
    code = shaky.plan(second, allow=ALLOWED).code
    failing = FailingLms(shaky.lms, lose_answer=lost - never, never_arrives=never)
    first_try = shaky.apply(second, code, allow=ALLOWED, lms=failing)
    assert first_try.partial == bool(never & set(range(len(failing.writes))))
    assert not shaky.apply(second, code, allow=ALLOWED).partial
    assert picture(shaky.site, second) == picture(whole.site, second)


@pytest.mark.parametrize("name", ["pa", "s1", "sc"])
@settings(max_examples=15, deadline=None)
@given(objects=courses(), rank=st.integers(0, 6), text=TEXTS)
def test_what_people_changed_is_told_and_survives_a_second_apply(
    name: str, objects: tuple[LmsObject, ...], rank: int, text: str
) -> None:
    desk = Desk()
    desk.do(objects, allow=ALLOWED)
    if desk.site.mapped(key(name)) is None:
        return
    desk.site.drag(key(name), rank)
    desk.site.edit(key(name), name=f"À la main {text}")
    seen = picture(desk.site)
    plan = desk.plan(objects, allow=ALLOWED)
    assert plan.empty
    assert any(o.finding is Finding.DRIFT and o.key == key(name) and "name" in o.declared for o in plan.observations)
    other = tuple(replace(o, fields={**o.fields, "fullname": "Autre"}) if o.kind == "course" else o for o in objects)
    desk.do(other, allow=ALLOWED)
    after = picture(desk.site)
    assert after["order"] == seen["order"]
    assert desk.fields(name)["name"] != text
