"""Finding, by core's functions only, the activities of a course that a promotion's objects stand for."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from sync_service.adapters.moodle.batch import Call, call_many
from sync_service.adapters.moodle.transport import Caller
from sync_service.adapters.moodle.wire import (
    CourseModule,
    Courses,
    Enrolled,
    ModuleReply,
    Section,
    read,
    read_list,
)
from sync_service.domain.facts import Unread
from sync_service.domain.keys import make_key, split_key
from sync_service.errors import MoodleRefusedError

BY_FIELD = "core_course_get_courses_by_field"
CONTENTS = "core_course_get_contents"
MODULE = "core_course_get_course_module"
PEOPLE = "core_enrol_get_enrolled_users"

_STAFF = {"manager", "coursecreator", "editingteacher", "teacher"}


@dataclass(frozen=True, slots=True)
class ObservedCourse:
    """Where a promotion is in a Moodle that cyclesync does not manage."""

    field: str
    """What ``value`` is: id, shortname or idnumber."""
    value: str
    activities: Mapping[str, int | str] = dataclasses.field(default_factory=dict)
    """Object name (``m01``) → id of the course module, or its idnumber; empty when idnumbers are our keys."""


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity that is watched, and the key that its facts bear."""

    key: str
    cmid: int
    modname: str
    instance: int
    tracked: bool


@dataclass(frozen=True, slots=True)
class Watched:
    """A course as far as it is read."""

    course_id: int
    activities: tuple[Activity, ...]
    unread: tuple[Unread, ...]
    """Objects that no one's facts can be read of: not in the course, or hidden."""


def find_course(caller: Caller, promotion: str, observed: ObservedCourse) -> int:
    """Return the id of the one course that ``observed`` names.

    Raises:
        MoodleRefusedError: there is none, or several.
    """
    params = {"field": observed.field, "value": observed.value}
    courses = read(Courses, caller.call(BY_FIELD, params), function=BY_FIELD).courses
    if len(courses) != 1:
        found = "ne montre aucun cours" if not courses else f"montre {len(courses)} cours"
        raise MoodleRefusedError(
            f"Pour la promotion « {promotion} », Moodle {found} dont {observed.field} est « {observed.value} » : "
            "corrigez la correspondance, ou donnez au compte du service l’accès à ce cours.",
            code="course",
            function=BY_FIELD,
        )
    return courses[0].id


def watch(caller: Caller, promotion: str, course_id: int, observed: ObservedCourse) -> Watched:
    """Match the promotion's objects with the course's activities. Raises MoodleError when the course is unreadable."""
    reply = caller.call(CONTENTS, {"courseid": course_id, "options": [{"name": "excludecontents", "value": "1"}]})
    sections = read_list(Section, reply, function=CONTENTS)
    modules = {module.id: module for section in sections for module in section.modules}
    shown = {module.id for section in sections if section.visible for module in section.modules if module.visible}
    wanted = _resolve(caller, promotion, observed, modules)
    activities: list[Activity] = []
    unread: list[Unread] = []
    for key, cmid in wanted.items():
        module = modules.get(cmid)
        if module is None:
            unread.append(Unread(object=key, user_id=None, reason="not_mapped"))
        elif cmid not in shown:
            if not (observed.activities or module.completion):
                continue  # nobody asked for it by name, and it is not followed
            unread.append(Unread(object=key, user_id=None, reason="hidden"))
        else:
            activities.append(Activity(key, cmid, module.modname, module.instance, tracked=module.completion > 0))
    return Watched(course_id, tuple(activities), tuple(unread))


def _resolve(
    caller: Caller,
    promotion: str,
    observed: ObservedCourse,
    modules: Mapping[int, CourseModule],
) -> dict[str, int]:
    """Return key → id of the course module, 0 when there is none."""
    named = {make_key(promotion, name): ref for name, ref in observed.activities.items()}
    if named and all(isinstance(ref, int) for ref in named.values()):
        return {key: int(ref) for key, ref in named.items()}
    by_idnumber = _idnumbers(caller, modules)
    if not named:
        ours = ((idnumber, cmid) for idnumber, cmid in by_idnumber.items() if split_key(idnumber) is not None)
        return {key: cmid for key, cmid in ours if key.startswith(f"cs:{promotion}:")}
    return {key: ref if isinstance(ref, int) else by_idnumber.get(ref, 0) for key, ref in named.items()}


def _idnumbers(caller: Caller, modules: Mapping[int, CourseModule]) -> dict[str, int]:
    """Return idnumber → course module; the course tree does not tell idnumbers, each module is asked for its own."""
    items = call_many(caller, [Call(MODULE, {"cmid": cmid}) for cmid in modules])
    details = [read(ModuleReply, item.get(), function=MODULE).cm for item in items]
    return {detail.idnumber: detail.id for detail in details if detail.idnumber}


def roster(caller: Caller, course_id: int) -> dict[int, str]:
    """Return Moodle user id → active or suspended, for everyone enrolled but those who only teach or manage.

    Raises:
        MoodleError: either list cannot be read; an unreadable roster is never an empty one.
    """
    calls = [Call(PEOPLE, {"courseid": course_id, "options": _only(name)}) for name in ("onlysuspended", "onlyactive")]
    suspended, active = (read_list(Enrolled, item.get(), function=PEOPLE) for item in call_many(caller, calls))
    status = {person.id: "suspended" for person in suspended} | {person.id: "active" for person in active}
    return {person.id: status[person.id] for person in (*suspended, *active) if _learns(person)}


def _learns(person: Enrolled) -> bool:
    """Tell whether someone may be a learner: core does not tell which roles count in the gradebook."""
    held = {role.shortname for role in person.roles}
    return not held or not held <= _STAFF


def _only(name: str) -> list[dict[str, str]]:
    """Return the options that ask for ids and roles alone of one kind of enrolment."""
    return [{"name": name, "value": "1"}, {"name": "userfields", "value": "id,roles"}]
