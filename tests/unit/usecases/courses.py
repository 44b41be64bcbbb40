"""A small declared course, a site to apply it to, and hands that plan, apply and fail on demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count

from sync_service.adapters.memory_lms import MemoryLms
from sync_service.adapters.memory_moodle import MemoryMoodle
from sync_service.adapters.memory_stores import FixedClock, MemoryJournal, MemoryLocks, MemoryPlans
from sync_service.domain.guards import Allow, parse_allow
from sync_service.domain.keys import make_key
from sync_service.domain.lms_state import CourseState, Fields, Json, Kind, LmsObject, MoodleUser, SiteInfo
from sync_service.domain.plan import Plan
from sync_service.errors import MoodleUnreachableError
from sync_service.ports import Write, Written
from sync_service.usecases.apply import ApplyResult, apply_plan
from sync_service.usecases.plan import PlanInput, make_plan, save_plan

PROMOTION = "angers-2026"
T0 = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


def key(name: str) -> str:
    return make_key(PROMOTION, name)


def after(name: str) -> Json:
    """Return a restriction in Moodle's form: open once an activity is completed."""
    return {"op": "&", "c": [{"type": "completion", "key": key(name), "e": 1}], "showc": [True]}


def course(**fields: Json) -> LmsObject:
    base: dict[str, Json] = {
        "fullname": "Petite enfance & coordination", "shortname": "CPE-2026", "summary": "<p>Bonjour<br>à tous</p>",
        "category": "cpe", "startdate": 1788220800, "visible": True, "enablecompletion": True, "showgrades": False,
    }  # fmt: skip
    return LmsObject(key("course"), Kind.COURSE, "", base | fields)


def instance(**fields: Json) -> LmsObject:
    base: dict[str, Json] = {"role": "student", "welcomemessage": False, "status": "active"}
    return LmsObject(key("enrol"), Kind.ENROL_INSTANCE, key("course"), base | fields)


def section(obj: str, position: int, /, **fields: Json) -> LmsObject:
    base: dict[str, Json] = {"name": obj, "summary": "", "visible": True, "position": position, "availability": None}
    return LmsObject(key(obj), Kind.SECTION, key("course"), base | fields)


def page(obj: str, parent: str, position: int, /, **fields: Json) -> LmsObject:
    base: dict[str, Json] = {
        "name": obj, "intro": "", "position": position, "visible": True, "completion": 0, "content": "<p>Texte</p>",
    }  # fmt: skip
    owns = frozenset({"completion", "completionview"})
    return LmsObject(key(obj), Kind.MODULE, key(parent), base | fields, "page", owns)


def scorm(name: str, parent: str, position: int, digest: str = "a" * 64, **fields: Json) -> LmsObject:
    base: dict[str, Json] = {
        "name": "Préparer le module", "position": position, "visible": True, "completion": 2,
        "completionstatusrequired": 4, "package_digest": digest, "maxgrade": 100,
    }  # fmt: skip
    owns = frozenset({"package_digest", "completion", "completionstatusrequired"})
    return LmsObject(key(name), Kind.MODULE, key(parent), base | fields, "scorm", owns)


def deposit(name: str, parent: str, position: int, **fields: Json) -> LmsObject:
    base: dict[str, Json] = {
        "name": f"Dépôt {name}", "position": position, "completion": 2, "completionsubmit": True, "duedate": 1810000000,
        "submissiondrafts": True, "grade": 0, "filetypes": "pdf,odt",
    }  # fmt: skip
    return LmsObject(key(name), Kind.MODULE, key(parent), base | fields, "assign", frozenset({"completionsubmit"}))


def enrolment(user: int, status: str = "active", groups: Sequence[str] = ()) -> LmsObject:
    fields: dict[str, Json] = {
        "userid": user, "status": status, "timestart": 0, "timeend": 0, "groups": [key(name) for name in groups],
    }  # fmt: skip
    return LmsObject(key(f"e-{user}"), Kind.ENROLMENT, key("course"), fields)


def group(name: str) -> LmsObject:
    return LmsObject(key(name), Kind.GROUP, key("course"), {"name": name})


def event(name: str, start: int) -> LmsObject:
    fields: dict[str, Json] = {"name": name, "description": "<p>Salle</p>", "timestart": start, "timeduration": 10800}
    return LmsObject(key(name), Kind.EVENT, key("course"), fields)


def usual(people: int = 4) -> tuple[LmsObject, ...]:
    return (
        course(), instance(), section("bienvenue", 0), section("m01", 1), group("g1"),
        page("ou-j-en-suis", "bienvenue", 0), page("contact", "bienvenue", 1), scorm("m01-prep", "m01", 0),
        deposit("depot-a", "m01", 1), event("session-1", 1790000000),
        *(enrolment(100 + number, groups=["g1"]) for number in range(people)),
    )  # fmt: skip


def changed(objects: Sequence[LmsObject], obj: str, /, **fields: Json) -> tuple[LmsObject, ...]:
    return tuple(replace(o, fields={**o.fields, **fields}) if o.key == key(obj) else o for o in objects)


def without(objects: Sequence[LmsObject], *names: str) -> tuple[LmsObject, ...]:
    gone = {key(name) for name in names}
    return tuple(item for item in objects if item.key not in gone)


class KilledError(BaseException):
    """The process dies here: nothing in the product may catch it."""


@dataclass
class FailingLms:
    """An Lms whose n-th write dies, loses its answer or never arrives; ``calls`` counts everything."""

    inner: MemoryLms
    kill_before: int = -1
    kill_after: int = -1
    lose_answer: frozenset[int] = frozenset()
    never_arrives: frozenset[int] = frozenset()
    down_after: int = 10**9
    calls: list[str] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)

    def info(self) -> SiteInfo:
        self.calls.append("info")
        return self.inner.info()

    def course_state(self, promotion: str) -> CourseState:
        self.calls.append("course_state")
        if len(self.writes) > self.down_after:
            raise MoodleUnreachableError("Moodle ne répond pas.")
        return self.inner.course_state(promotion)

    def find_users(self, field: str, values: Sequence[str]) -> tuple[MoodleUser, ...]:
        self.calls.append("find_users")
        return self.inner.find_users(field, values)

    def put_candidate_status(self, promotion: str, statuses: Mapping[int, Mapping[str, Json]]) -> int:
        return self.inner.put_candidate_status(promotion, statuses)

    def write(self, change: Write, *, run: str) -> Written:
        number = len(self.writes)
        self.writes.append(change)
        self.calls.append("write")
        if number == self.kill_before:
            raise KilledError
        if number in self.never_arrives or number >= self.down_after:
            raise MoodleUnreachableError("Moodle ne répond pas.")
        written = self.inner.write(change, run=run)
        if number == self.kill_after:
            raise KilledError
        if number in self.lose_answer:
            raise MoodleUnreachableError("La réponse s’est perdue.")
        return written


class Desk:
    """One installation with its stores, working on one site."""

    def __init__(self, site: MemoryMoodle | None = None, uid: str = "installation") -> None:
        self.site = site or MemoryMoodle(users=[_user(number) for number in range(100, 160)])
        self.lms = MemoryLms(self.site, uid=uid)
        self.plans, self.journal, self.locks = MemoryPlans(), MemoryJournal(), MemoryLocks()
        self.clock = FixedClock(T0)
        self._runs: Iterator[int] = count(1)

    def plan(self, objects: Sequence[LmsObject], *, allow: Sequence[str] = (), only: Sequence[str] = (),
             lost: Mapping[str, int] | None = None) -> Plan:  # fmt: skip
        plan = make_plan(
            self.lms, self.input(objects, lost), promotion=PROMOTION, allow=[parse_allow(a) for a in allow], only=only
        )
        save_plan(plan, self.plans, self.clock)
        return plan

    def apply(self, objects: Sequence[LmsObject], code: str, *, allow: Sequence[str] = (),
              lms: FailingLms | None = None, lost: Mapping[str, int] | None = None) -> ApplyResult:  # fmt: skip
        return apply_plan(
            lms or self.lms, lambda: self.input(objects, lost), plans=self.plans, journal=self.journal,
            locks=self.locks, clock=self.clock, promotion=PROMOTION, fingerprint=code, run=f"run-{next(self._runs)}",
            owner="moi", allow=self._allows(allow),
        )  # fmt: skip

    def do(self, objects: Sequence[LmsObject], *, allow: Sequence[str] = ()) -> ApplyResult:
        return self.apply(objects, self.plan(objects, allow=allow).code, allow=allow)

    def state(self) -> CourseState:
        return self.lms.course_state(PROMOTION)

    def fields(self, name: str) -> Fields:
        state = self.state()
        found = [o for o in (state.course, *state.objects) if o is not None and o.key == key(name)]
        return found[0].fields

    @staticmethod
    def input(objects: Sequence[LmsObject], lost: Mapping[str, int] | None = None) -> PlanInput:
        files = {item.key: b"zip" for item in objects if item.modname in {"scorm", "resource"}}
        return PlanInput(tuple(objects), files, lost=lost or {})

    @staticmethod
    def _allows(texts: Sequence[str]) -> list[Allow]:
        return [parse_allow(text) for text in texts]


def _user(number: int) -> MoodleUser:
    return MoodleUser(number, f"u{number}", f"m{number}", "Prénom", f"Nom{number}", f"u{number}@example.org")


def picture(site: MemoryMoodle, declared_now: Sequence[LmsObject] | None = None) -> dict[str, object]:
    """What the course looks like, Moodle ids aside: fields, containers, and the order of what is ours.

    The rank of what is no longer declared is nobody's business: with ``declared_now`` it is left out of the order.
    """
    kept = None if declared_now is None else {item.key for item in declared_now}
    things = {t.key: (t.kind.value, t.modname, t.parent, dict(t.fields)) for t in site.things.values()}
    order = [t.key for t in site.things.values() if t.kind in {Kind.SECTION, Kind.MODULE}]
    by_parent: dict[str, list[str]] = {}
    for name in order if kept is None else [key for key in order if key in kept]:
        by_parent.setdefault(str(things[name][2]), []).append(name)
    declared = {name: (row.declared, row.applied) for name, row in site.rows.items()}
    return {"things": things, "order": by_parent, "rows": declared}
