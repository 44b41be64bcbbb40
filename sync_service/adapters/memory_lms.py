"""One installation of cyclesync speaking to a Moodle in memory: it keeps a map, it refuses, it cleans.

It passes the contract suite of the Lms port like the real adapter does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from sync_service.adapters.memory_moodle import MemoryMoodle, Row, Thing, clean, promotion_of
from sync_service.domain.canonical import normalised
from sync_service.domain.fields import CONTENT, CRITERIA, covers, known_fields, same, spec
from sync_service.domain.lms_state import (
    Base,
    CourseState,
    Fields,
    Json,
    Kind,
    MoodleUser,
    Owner,
    SeenObject,
    SiteInfo,
)
from sync_service.domain.normalise import MISSING
from sync_service.domain.ordering import references
from sync_service.ports import Write, Written

_ORDERED = frozenset({Kind.SECTION, Kind.MODULE})
_NEEDED: Mapping[Kind, tuple[str, ...]] = {
    Kind.COURSE: ("fullname", "shortname"), Kind.ENROL_INSTANCE: ("role",), Kind.SECTION: ("name",), Kind.MODULE: (),
    Kind.GROUP: ("name",), Kind.ENROLMENT: ("userid", "status"), Kind.EVENT: ("name", "timestart"),
}  # fmt: skip


class RefusalError(Exception):
    """A write that is not done, with its code of the contract; it never leaves this module."""

    def __init__(self, code: str, message: str = "", affected: int = 0) -> None:
        """Keep why, and how many people the write would have touched."""
        super().__init__(message)
        self.code, self.message, self.affected = code, message, affected


class MemoryLms:
    """One installation of cyclesync on a site in memory: implements the Lms port."""

    def __init__(self, site: MemoryMoodle, *, uid: str = "installation") -> None:
        """Write under ``uid``."""
        self.site = site
        self.uid = uid
        self.statuses: dict[str, dict[int, Mapping[str, Json]]] = {}

    def info(self) -> SiteInfo:
        """Return what the site is."""
        return SiteInfo(site_uid=self.site.site_uid, release="4.5 (memory)", functions=frozenset(), api=1, epoch="e1")

    def course_state(self, promotion: str) -> CourseState:
        """Read the whole course."""
        keys = [key for key in self.site.rows if promotion_of(key) == promotion]
        bearers = [t.key for t in self.site.things.values() if promotion_of(t.key) == promotion and t.key not in keys]
        seen = [self._seen(key) for key in dict.fromkeys([*keys, *bearers])]
        by_hand = self.site.by_hand.get(promotion, {})
        people = [item for item in seen if item.kind is Kind.ENROLMENT and item.fields.get("status") == "active"]
        return CourseState(
            site_uid=self.site.site_uid,
            course=next((item for item in seen if item.kind is Kind.COURSE), None),
            objects=tuple(item for item in seen if item.kind is not Kind.COURSE),
            enrolled=len(people) + sum(by_hand.values()),
            foreign_members=tuple(sorted(by_hand)),
        )

    def find_users(self, field: str, values: Sequence[str]) -> tuple[MoodleUser, ...]:
        """Return the accounts that bear one of ``values``."""
        return tuple(user for user in self.site.users.values() if getattr(user, field) in set(values))

    def put_candidate_status(self, promotion: str, statuses: Mapping[int, Mapping[str, Json]]) -> int:
        """Keep each person's status."""
        self.statuses.setdefault(promotion, {}).update(statuses)
        return len(statuses)

    def write(self, change: Write, *, run: str) -> Written:  # noqa: ARG002 (the map of a real site keeps the run)
        """Perform one write, or refuse it and change nothing."""
        try:
            if change.verb == "rename":
                return self._rename(change)
            return self._adopt(change) if change.verb in {"adopt", "record"} else self._ensure(change)
        except RefusalError as no:
            return Written(change.key, "refused", 0, "", no.code, no.message, no.affected)

    def _ensure(self, change: Write) -> Written:
        if set(change.fields) - known_fields(change.kind, change.modname):
            raise RefusalError("invalid", "unknown field")
        row = self.site.rows.get(change.key)
        if row is not None and row.uid != self.uid:
            raise RefusalError("foreign", "the object belongs to another installation")
        thing = self.site.mapped(change.key)
        if thing is None:
            return self._create(change)
        return self._update(change, thing, self.site.rows[change.key])

    def _create(self, change: Write) -> Written:
        if self.site.bearer(change.key) is not None:
            raise RefusalError("foreign", "an object bears this key: adopt it first")
        if change.expect:
            raise RefusalError("missing", "the object is not there any more")
        self._check_create(change)
        if change.dry_run:
            return Written(change.key, "created", 0, "")
        at = change.fields.get("position")
        fields = _cleaned(change, change.fields)
        rank = at if isinstance(at, int) and change.kind in _ORDERED else None
        thing = self.site.add(change.key, change.kind, change.modname, change.parent, fields, at=rank)
        return self._store(change, thing, "created")

    def _check_create(self, change: Write) -> None:
        if any(name not in change.fields for name in _NEEDED[change.kind]):
            raise RefusalError("invalid", "missing field")
        if change.kind is not Kind.COURSE and self.site.mapped(change.parent) is None:
            raise RefusalError("missing", f"{change.parent} is not there")
        if change.kind is Kind.ENROLMENT:
            self._check_person(change)
        self._check_references(change.fields)
        self._check_file(change)

    def _check_person(self, change: Write) -> None:
        promotion = promotion_of(change.key)
        user = change.fields["userid"]
        ours = [t for t in self.site.things.values() if promotion_of(t.key) == promotion]
        if not any(t.kind is Kind.ENROL_INSTANCE for t in ours):
            raise RefusalError("missing", "no enrolment method")
        if user not in self.site.users:
            raise RefusalError("user", "no such account")
        if user in self.site.by_hand.get(promotion, {}) or any(
            t.kind is Kind.ENROLMENT and t.fields["userid"] == user for t in ours
        ):
            raise RefusalError("exists", "already enrolled")

    def _check_references(self, fields: Fields) -> None:
        access = fields.get("availability")
        if access is not None and not (isinstance(access, Mapping) and "op" in access and "c" in access):
            raise RefusalError("invalid", "availability is not a tree")
        for key in [
            *references(fields.get("availability")),
            *_texts(fields.get("groups")),
            *_texts(fields.get(CRITERIA)),
        ]:
            if self.site.mapped(str(key)) is None:
                raise RefusalError("missing", f"{key} is not there")

    @staticmethod
    def _check_file(change: Write) -> None:
        if CONTENT & set(change.fields) and change.package is None:
            raise RefusalError("invalid", "no file was sent")

    def _update(self, change: Write, thing: Thing, row: Row) -> Written:
        shown = self._shown(thing)
        kept = {name for name in change.fields if self._kept(change, name, row, shown)}
        changed = [name for name, value in change.fields.items() if name not in kept
                   and not covers(spec(thing.kind, thing.modname, name), shown.get(name, MISSING), value)]  # fmt: skip
        digest = self._digest(thing)
        moves = change.kind is Kind.MODULE and bool(change.parent) and row.parent != change.parent != thing.parent
        if len(kept) == len(change.fields) and not moves and change.expect in {"", digest}:
            return Written(change.key, "unchanged", thing.id, digest)
        if not change.expect:
            raise RefusalError("exists", "the object is already there")
        if change.expect != digest:
            raise RefusalError("changed_since", "the object has changed since it was read")
        action = "updated" if changed or moves else "recorded"
        if changed:
            self._check_update(change, thing, changed)
        if change.dry_run:
            return Written(change.key, action, thing.id, digest)
        if moves:
            if self.site.mapped(change.parent) is None:
                raise RefusalError("missing", f"{change.parent} is not there")
            thing.parent = row.parent = change.parent
            self.site.put(thing, int(str(change.fields.get("position", shown["position"]))))
        self._patch(change, thing, changed)
        return self._store(change, thing, action)

    @staticmethod
    def _kept(change: Write, name: str, row: Row, shown: Fields) -> bool:
        known = spec(change.kind, change.modname, name)
        declared = row.declared.get(name, MISSING)
        return same(known, declared, change.fields[name]) and same(
            known, row.applied.get(name, MISSING), shown.get(name, MISSING)
        )

    def _check_update(self, change: Write, thing: Thing, changed: Sequence[str]) -> None:
        if "userid" in changed:
            raise RefusalError("invalid", "userid is set at creation only")
        if thing.learners and any(spec(thing.kind, thing.modname, name).unlock for name in changed):
            raise RefusalError("completion_unlock", "learners have data", thing.learners)
        if "package_digest" in changed and thing.would_lose and "attempt-loss" not in change.allow:
            raise RefusalError("attempt_loss", "results would vanish", thing.would_lose)
        self._check_references({name: change.fields[name] for name in changed})
        if CONTENT & set(changed):
            self._check_file(change)

    def _patch(self, change: Write, thing: Thing, changed: Sequence[str]) -> None:
        patch = _cleaned(change, {name: change.fields[name] for name in changed if name != "position"})
        groups = patch.pop("groups", None)
        thing.fields.update(patch)
        if groups is not None:
            thing.fields["groups"] = sorted({*_texts(thing.fields.get("groups")), *_texts(groups)})
        if "position" in changed:
            self.site.put(thing, int(str(change.fields["position"])))

    def _adopt(self, change: Write) -> Written:
        row = self.site.rows.get(change.key)
        take_over = "take-over" in change.allow
        if row is not None and row.uid != self.uid and not take_over:
            raise RefusalError("foreign", "the object belongs to another installation")
        thing = self.site.things.get(change.moodle_id) or self.site.mapped(change.key) or self.site.bearer(change.key)
        if thing is None:
            raise RefusalError("missing", "the object is not there")
        if change.expect != self._digest(thing):
            raise RefusalError("changed_since", "the object has changed since it was read")
        ours = row is not None and row.uid == self.uid and row.moodle_id == thing.id
        action = "recorded" if ours else "adopted"
        return (
            Written(change.key, action, thing.id, change.expect)
            if change.dry_run
            else self._store(change, thing, action)
        )

    def _rename(self, change: Write) -> Written:
        """Give an object of ours another key, everywhere the old one stands."""
        row = self.site.rows.get(change.was)
        if row is not None and row.uid != self.uid:
            raise RefusalError("foreign", "the object belongs to another installation")
        thing = self.site.mapped(change.was)
        if row is None or thing is None:
            raise RefusalError("missing", "the object is not there")
        if change.key in self.site.rows or self.site.bearer(change.key) is not None:
            raise RefusalError("exists", "another object has this key")
        if change.expect != self._digest(thing):
            raise RefusalError("changed_since", "the object has changed since it was read")
        if not change.dry_run:
            self.site.rename(change.was, change.key)
        return Written(change.key, "updated", thing.id, self._digest(thing))

    def _store(self, change: Write, thing: Thing, action: str) -> Written:
        row = self.site.rows.setdefault(change.key, Row(self.uid, thing.kind, thing.id, change.parent))
        row.uid, row.moodle_id = self.uid, thing.id
        row.declared |= change.fields
        shown = self._shown(thing)
        row.applied |= {name: shown[name] for name in change.fields if name in shown}
        return Written(change.key, action, thing.id, self._digest(thing))

    def _seen(self, key: str) -> SeenObject:
        row, thing = self.site.rows.get(key), self.site.mapped(key)
        owner = Owner.NONE if row is None else Owner.OURS if row.uid == self.uid else Owner.OTHER
        if thing is None:
            thing = self.site.bearer(key)
            if owner is Owner.OURS:
                owner = Owner.GONE if thing is None else Owner.RESTORED
        base = None if row is None else Base(dict(row.declared), dict(row.applied))
        if thing is None and row is not None:
            return SeenObject(key, row.kind, row.parent, {}, owner, 0, "", base=base)
        if thing is None:
            raise KeyError(key)
        return SeenObject(
            key, thing.kind, thing.parent, self._shown(thing), owner, thing.id, self._digest(thing), thing.modname, base,
            thing.learners, "" if row is None else row.parent,
        )  # fmt: skip

    def _shown(self, thing: Thing) -> dict[str, Json]:
        if thing.kind is Kind.COURSE:
            return {CRITERIA: [], **thing.fields}
        if thing.kind not in _ORDERED:
            return dict(thing.fields)
        return {**thing.fields, "position": self.site.position(thing)}

    def _digest(self, thing: Thing) -> str:
        state = {"id": thing.id, "parent": thing.parent, "fields": self._shown(thing)}
        return hashlib.sha256(normalised(state)[1]).hexdigest()


def _cleaned(change: Write, fields: Fields) -> dict[str, Json]:
    return {
        name: clean(change.kind, change.modname, name, value) for name, value in fields.items() if name != "position"
    }


def _texts(value: Json) -> list[str]:
    return [str(item) for item in value] if isinstance(value, Sequence) and not isinstance(value, str) else []
