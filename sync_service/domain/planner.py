"""Build a plan: a pure function from the declared course, the seen course and the guards that a person lifted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sync_service.domain import guards as g
from sync_service.domain.changes import (
    Change,
    Finding,
    Observation,
    Verb,
    make_change,
    make_move,
    make_rename,
    object_name,
    observe,
)
from sync_service.domain.diff import Verdict, compare
from sync_service.domain.fields import CRITERIA, IDNUMBER, spec
from sync_service.domain.guards import Allow, Guard, GuardName, Lifts
from sync_service.domain.keys import make_key
from sync_service.domain.lms_state import CourseState, Fields, Json, Kind, LmsObject, Owner, SeenObject
from sync_service.domain.ordering import MAKING, Ordering, check_declared, is_moved
from sync_service.domain.plan import Counts, Heading, Plan
from sync_service.domain.renaming import possible_renames, renamed

_VERBS: Mapping[Verdict, Verb] = {
    Verdict.UPDATE: Verb.UPDATE,
    Verdict.RESTORE: Verb.RESTORE,
    Verdict.RECORD: Verb.RECORD,
}
REMINDERS = (
    "Rappels d’échéance\u00a0: Moodle écrira lui-même aux stagiaires 7\u00a0jours puis 48\u00a0heures avant l’échéance "
    "de chaque dépôt daté, et une fois l’échéance passée à qui n’a pas remis."
)
COMPLETES = (
    "Achèvement de cours\u00a0: Moodle écrira lui-même à chaque stagiaire le jour où toutes ses activités "
    "«\u00a0À faire\u00a0» seront achevées\u202f; ce message n’est ni la décision du jury ni le certificat."
)
CAUTION_PACKAGE = "des stagiaires l’ont déjà ouvert\u00a0: à vérifier par Moodle au moment d’appliquer"


@dataclass(slots=True)
class _Draft:
    """What is gathered while the objects are read one by one."""

    changes: list[Change] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    guards: list[Guard] = field(default_factory=list)
    blocked: set[str] = field(default_factory=set)
    used: list[Allow] = field(default_factory=list)


def build_plan(
    promotion: str,
    objects: Sequence[LmsObject],
    state: CourseState,
    *,
    renames: Mapping[str, str] | None = None,
    allow: Sequence[Allow] = (),
    only: Sequence[str] = (),
    lost: Mapping[str, int] | None = None,
    people_notes: Sequence[str] = (),
) -> Plan:
    """Compare and return the plan; nothing is read, nothing is written.

    ``renames`` is new key → old key; ``only`` names kinds or objects; ``lost`` is key of a package → people whose result
    its replacement would erase, 0 when the caller knows that nobody would lose one.

    Raises:
        ValueError: the declared objects contradict each other (twice the same key, a parent that is not declared).
    """
    planner = _Planner(promotion, objects, state, Lifts(tuple(allow)), lost or {}, renames or {})
    return planner.plan(tuple(only), tuple(people_notes))


class _Planner:
    """One comparison; it lives for one call of build_plan."""

    def __init__(  # noqa: PLR0917 (see build_plan)
        self,
        promotion: str,
        objects: Sequence[LmsObject],
        state: CourseState,
        lifts: Lifts,
        lost: Mapping[str, int],
        renames: Mapping[str, str],
    ) -> None:
        self.moved = possible_renames(objects, state, renames)
        state = renamed(state, self.moved)
        self.promotion, self.state, self.lifts, self.lost, self.renames = promotion, state, lifts, lost, renames
        self.course_key = make_key(promotion, "course")
        check_declared(promotion, objects)
        self.order = Ordering(objects)
        self.seen = {item.key: item for item in (*([state.course] if state.course else []), *state.objects)}
        self.foreign = frozenset(state.foreign_members)
        self.out = _Draft()

    def plan(self, only: tuple[str, ...], people_notes: tuple[str, ...]) -> Plan:
        """Compare every object, keep what is asked for, guard it, count it."""
        for wanted in self.order.objects:
            self._object(wanted)
        self._undeclared()
        chosen = self._guarded(self._chosen(only))
        changes = tuple(sorted(self._with_needs(chosen), key=self.order.place))
        self._roster(changes, only)
        return Plan(
            promotion=self.promotion, site_uid=self.state.site_uid, changes=changes,
            observations=tuple(self.out.observations), guards=tuple(self.out.guards), counts=self._counts(changes),
            headings=self._headings(), notes=self._notes(changes), people_notes=people_notes, only=only,
            allows=self.lifts.allows, held=frozenset(self.out.blocked),
        )  # fmt: skip

    # one object -----------------------------------------------------------------------------------------------

    def _object(self, wanted: LmsObject) -> None:
        """Decide what one declared object needs; what it contains is held back with it."""
        if wanted.key in self.moved:
            self.out.changes.append(make_rename(self.state.site_uid, wanted, self.moved[wanted.key]))
        seen = self.seen.get(wanted.key)
        if self._container_blocked(wanted):
            self.out.blocked.add(wanted.key)
        elif (seen is None or seen.owner is Owner.GONE) and _is_out(wanted):
            return
        elif seen is None:
            self._absent(wanted)
        elif seen.owner is Owner.GONE:
            self._lifted_or_blocked(wanted, seen, Finding.GONE, GuardName.RECREATE)
        elif seen.owner in {Owner.OTHER, Owner.NONE}:
            self._lifted_or_blocked(wanted, seen, Finding.FOREIGN, GuardName.TAKE_OVER)
        else:
            self._present(wanted, seen)

    def _container_blocked(self, wanted: LmsObject) -> bool:
        holders = {wanted.parent, self.course_key} - {wanted.key}
        if wanted.kind is Kind.ENROLMENT:
            holders |= self.order.instances
        return bool(holders & self.out.blocked)

    def _absent(self, wanted: LmsObject) -> None:
        old = self.renames.get(wanted.key)
        if old is not None and old in self.seen:
            self.out.observations.append(observe(Finding.RENAMED, self.seen[old]))
            self.out.blocked.add(wanted.key)
        elif wanted.kind is Kind.ENROLMENT and wanted.fields.get("userid") in self.foreign:
            self.out.observations.append(observe(Finding.FOREIGN, wanted))
            self.out.blocked.add(wanted.key)
        else:
            self._create(wanted)

    def _lifted_or_blocked(self, wanted: LmsObject, seen: SeenObject, finding: Finding, guard: GuardName) -> None:
        lift = self._lift(guard, wanted.key)
        if lift is None:
            self.out.observations.append(observe(finding, seen if seen.fields else wanted))
            self.out.blocked.add(wanted.key)
        elif finding is Finding.GONE:
            self._create(wanted)
        else:
            self._present(wanted, replace(seen, base=None), allow=(guard.value,))

    def _lift(self, guard: GuardName, key: str) -> Allow | None:
        lift = self.lifts.find(guard, key)
        if lift is not None:
            self.out.used.append(lift)
        return lift

    def _create(self, wanted: LmsObject) -> None:
        late = self.order.deferred(wanted)
        now = {name: late.get(name, value) for name, value in wanted.fields.items()}
        self._add(wanted, None, Verb.CREATE, now, write="create")
        for name in late:
            verb = Verb.SHOW if name == "visible" else Verb.UPDATE
            change = make_change(self.state.site_uid, wanted, None, verb, {name: wanted.fields[name]}, write="update")
            self.out.changes.append(replace(change, seen={name: late[name]}, after_all=verb is Verb.UPDATE))

    def _present(self, wanted: LmsObject, seen: SeenObject, *, allow: tuple[str, ...] = ()) -> None:
        """Compare with what is there: an object without a base, or restored, is adopted for what already agrees."""
        groups: dict[Verdict, dict[str, Json]] = {}
        held = {"visible"} if self._shows(wanted, seen) else {"position"} if is_moved(wanted, seen) else set()
        for name, verdict in compare(wanted, seen).items():
            if name not in held:
                groups.setdefault(verdict, {})[name] = wanted.fields[name]
        if seen.owner is Owner.OURS and IDNUMBER in seen.fields:
            groups.setdefault(Verdict.RESTORE, {})[IDNUMBER] = wanted.key
        self._place(wanted, seen)
        if seen.base is None or seen.owner is not Owner.OURS:
            agreed = groups.pop(Verdict.RECORD, {}) | groups.pop(Verdict.NOTHING, {})
            self._add(wanted, seen, Verb.ADOPT, agreed, write="adopt", allow=allow)
        for verdict, verb in _VERBS.items():
            self._change_fields(wanted, seen, verb, groups.get(verdict, {}))
        if Verdict.CONFLICT in groups:
            self._conflict(wanted, seen, groups[Verdict.CONFLICT])
        if Verdict.DRIFT in groups:
            self._tell(Finding.DRIFT, wanted, seen, groups[Verdict.DRIFT])
        if self._shows(wanted, seen):
            write = "record" if seen.fields.get("visible") else "update"
            self._add(wanted, seen, Verb.SHOW, {"visible": True}, write=write)

    def _place(self, wanted: LmsObject, seen: SeenObject) -> None:
        if is_moved(wanted, seen):
            self.out.changes.append(make_move(self.state.site_uid, wanted, seen))
        elif wanted.kind is Kind.MODULE and seen.parent != wanted.parent:
            self.out.observations.append(observe(Finding.ELSEWHERE, wanted))

    def _shows(self, wanted: LmsObject, seen: SeenObject) -> bool:
        """Tell whether the course was made hidden by us and is to be shown now that it is whole."""
        base = seen.base
        hidden = wanted.kind is Kind.COURSE and base is not None and base.declared.get("visible") is False
        return hidden and wanted.fields.get("visible") is True

    def _change_fields(self, wanted: LmsObject, seen: SeenObject, verb: Verb, fields: Fields) -> None:
        """Plan fields of one verb; an access restriction that names other objects is a change of its own."""
        write = "record" if verb is Verb.RECORD else "update"
        late = {name: value for name, value in fields.items() if write == "update" and self.order.refers(name, value)}
        now = {name: value for name, value in fields.items() if name not in late}
        if now:
            self._add(wanted, seen, verb, now, write=write)
        if late:
            self._add(wanted, seen, verb, late, write=write, after_all=True)

    def _conflict(self, wanted: LmsObject, seen: SeenObject, fields: Fields) -> None:
        lift = self._lift(GuardName.CONFLICT, wanted.key)
        kept = {n: v for n, v in fields.items() if lift is None or spec(wanted.kind, wanted.modname, n).born}
        if kept:
            self._tell(Finding.CONFLICT, wanted, seen, kept)
        self._change_fields(wanted, seen, Verb.UPDATE, {n: v for n, v in fields.items() if n not in kept})

    def _tell(self, finding: Finding, wanted: LmsObject, seen: SeenObject, fields: Fields) -> None:
        shown = {name: seen.fields.get(name) for name in fields}
        self.out.observations.append(observe(finding, wanted, declared=fields, seen=shown))

    def _add(
        self,
        wanted: LmsObject,
        seen: SeenObject | None,
        verb: Verb,
        fields: Fields,
        *,
        write: str,
        allow: tuple[str, ...] = (),
        after_all: bool = False,
    ) -> None:
        change = make_change(self.state.site_uid, wanted, seen, verb, fields, write=write)
        self.out.changes.append(replace(change, allow=allow, after_all=after_all))

    def _undeclared(self) -> None:
        declared = {item.key for item in self.order.objects} | set(self.renames.values())
        for item in self.seen.values():
            if item.key not in declared and item.owner is Owner.OURS:
                self.out.observations.append(observe(Finding.UNDECLARED, item))

    # the whole ------------------------------------------------------------------------------------------------

    def _chosen(self, only: tuple[str, ...]) -> list[Change]:
        """Keep what ``--only`` names, and what that cannot exist without."""
        changes = self.out.changes
        if not only:
            return changes
        kept = {c.id for c in changes if c.verb is not Verb.SHOW and self._named(c, only)}
        making = {c.key: c for c in changes if c.verb in MAKING}
        waiting = [c for c in changes if c.id in kept]
        while waiting:
            needs = self.order.needs(waiting.pop(), changes)
            found = [making[key] for key in needs if key in making and making[key].id not in kept]
            kept |= {c.id for c in found}
            waiting.extend(found)
        whole = all(c.id in kept for c in changes if c.verb is Verb.CREATE)
        return [c for c in changes if c.id in kept or (c.verb is Verb.SHOW and whole and self._named(c, only))]

    def _named(self, change: Change, only: tuple[str, ...]) -> bool:
        names = {change.kind.value, change.key, object_name(change.key), change.parent, object_name(change.parent)}
        return bool(
            (names - {self.course_key, "course"} | ({"course"} if change.kind is Kind.COURSE else set())) & set(only)
        )

    def _guarded(self, changes: Iterable[Change]) -> list[Change]:
        kept: list[Change] = []
        for change in changes:
            fields = dict(change.wanted)
            allow = change.allow
            if change.write == "update" and change.verb is not Verb.SHOW:
                self._guard_completion(change, fields)
                allow += self._guard_attempts(change, fields)
            if fields == change.wanted:
                kept.append(replace(change, allow=allow, caution=self._caution(change)))
            elif fields:
                kept.append(replace(self._narrowed(change, fields), allow=allow))
        return kept

    def _narrowed(self, change: Change, fields: Fields) -> Change:
        wanted = self.order.by_key[change.key]
        again = make_change(
            self.state.site_uid, wanted, self.seen.get(change.key), change.verb, fields, write=change.write
        )
        return replace(again, after_all=change.after_all)

    def _guard_completion(self, change: Change, fields: dict[str, Json]) -> None:
        learners = max(change.learners, self.state.enrolled)
        known = {name: spec(change.kind, change.modname, name) for name in fields}
        locked = {name: found.label for name, found in known.items() if found.unlock and self._set(change, name)}
        if locked and learners:
            for name in locked:
                del fields[name]
            named = observe(Finding.DRIFT, self.order.by_key[change.key])
            self.out.guards.append(g.completion_unlock(change.key, named.title, locked, learners))

    def _set(self, change: Change, name: str) -> bool:
        """Tell whether a rule of completion is there already: the first criteria of a course erase nothing."""
        return name != CRITERIA or bool(change.seen.get(name))

    def _guard_attempts(self, change: Change, fields: dict[str, Json]) -> tuple[str, ...]:
        lost = self.lost.get(change.key, 0)
        if "package_digest" not in fields or not change.learners or not lost:
            allow = self.lifts.find(GuardName.ATTEMPT_LOSS, change.key)
            return (GuardName.ATTEMPT_LOSS.value,) if allow and "package_digest" in fields else ()
        guard = g.attempt_loss(change.key, change.name, lost, self.lifts)
        self.out.guards.append(guard)
        if guard.lifted is not None:
            return (GuardName.ATTEMPT_LOSS.value,)
        del fields["package_digest"]
        return ()

    def _caution(self, change: Change) -> str:
        unsure = "package_digest" in change.wanted and change.write == "update" and change.learners
        return CAUTION_PACKAGE if unsure and change.key not in self.lost else ""

    def _with_needs(self, changes: Sequence[Change]) -> list[Change]:
        return [replace(change, needs=self.order.needs(change, changes)) for change in changes]

    def _roster(self, changes: Sequence[Change], only: tuple[str, ...]) -> None:
        people = [item for item in self.order.objects if item.kind is Kind.ENROLMENT]
        active = {
            item.key for item in self.state.objects
            if item.kind is Kind.ENROLMENT and item.owner is Owner.OURS and item.fields.get("status") == "active"
        }  # fmt: skip
        if only and not {Kind.ENROLMENT.value, *(object_name(item.key) for item in people)} & set(only):
            return
        wanted = sum(1 for item in people if item.fields.get("status") == "active")
        suspended = sum(
            1 for c in changes
            if c.key in active and c.write == "update" and c.wanted.get("status") == "suspended"
        )  # fmt: skip
        self.out.guards.extend(
            g.roster_guards(
                key=self.course_key, wanted=wanted, active=len(active), suspended=suspended, lifts=self.lifts
            )
        )

    def _counts(self, changes: Sequence[Change]) -> Counts:
        created = {c.key for c in changes if c.verb is Verb.CREATE}
        changed = {c.key for c in changes if c.write in {"update", "rename", "move"}} - created
        people = {c.key for c in changes if c.kind is Kind.ENROLMENT and c.write in {"create", "update"}}
        lost = sum(guard.affected for guard in self.out.guards
                   if guard.name is GuardName.ATTEMPT_LOSS and guard.lifted is not None)  # fmt: skip
        return Counts(len(created), len(changed), len(people), lost, self._messages(changes))

    def _messages(self, changes: Sequence[Change]) -> int:
        """Count what Moodle will write to people: a welcome now if it is on, and one line when they end the course."""
        welcoming = False
        for key in self.order.instances:
            planned = [c.wanted["welcomemessage"] for c in changes if c.key == key and "welcomemessage" in c.wanted]
            seen = self.seen.get(key)
            welcoming = welcoming or bool(planned[-1] if planned else seen and seen.fields.get("welcomemessage"))
        new = sum(1 for c in changes if c.kind is Kind.ENROLMENT and c.verb is Verb.CREATE)
        if any(CRITERIA in c.wanted and c.write == "update" for c in changes):
            active = sum(1 for o in self.order.objects
                         if o.kind is Kind.ENROLMENT and o.fields.get("status") == "active")  # fmt: skip
            return active + (new if welcoming else 0)
        return new * (int(welcoming) + int(self._completes()))

    def _completes(self) -> bool:
        """Tell whether Moodle completes the course, and so writes to whoever does all of it."""
        course = self.seen.get(self.course_key)
        return course is not None and bool(course.fields.get(CRITERIA))

    def _headings(self) -> tuple[Heading, ...]:
        names = [
            (item.key, observe(Finding.DRIFT, item).name) for item in self.order.objects if item.kind is Kind.SECTION
        ]
        return tuple(Heading(key, name) for key, name in names)

    def _notes(self, changes: Sequence[Change]) -> tuple[str, ...]:
        notes: list[str] = []
        dated = {item.key for item in self.order.objects if item.modname == "assign" and item.fields.get("duedate")}
        touched = any(c.kind is Kind.ENROLMENT or (c.key in dated and "duedate" in c.wanted) for c in changes)
        if dated and touched:
            notes.append(REMINDERS)
        if any(CRITERIA in c.wanted and c.write == "update" for c in changes):
            notes.append(COMPLETES)
        used = [*self.out.used, *(guard.lifted for guard in self.out.guards if guard.lifted is not None)]
        notes.extend(f"«\u00a0--allow {allow}\u00a0» n’a servi à rien." for allow in self.lifts.useless(used))
        return tuple(notes)


def _is_out(wanted: LmsObject) -> bool:
    """Tell whether someone who left, or is on leave, needs nothing in a course where no enrolment of hers exists."""
    return wanted.kind is Kind.ENROLMENT and wanted.fields.get("status") == "suspended"
