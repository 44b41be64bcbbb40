"""The manual enrolment method, groups, and enrolments in it."""

from __future__ import annotations

import json
from typing import Any

from sync_service.sandbox import outbox
from sync_service.sandbox.kind import Kind, clean_name, other_idnumber
from sync_service.sandbox.scope import Scope, course_key, decoded
from sync_service.sandbox.spec import Fields, Order, Refusal, Snapshot, Spec, same
from sync_service.sandbox.state import Row, State

STATES = ("active", "suspended")
_LEARNER_ROLES = frozenset({"student"})


class EnrolInstanceKind(Kind):
    """The manual enrolment method of the course."""

    name = "enrol_instance"

    def spec(self, modname: str) -> Spec:
        """Return the fields."""
        del modname
        types: dict[str, str | tuple[Any, ...]] = {"role": "text", "welcomemessage": "bool", "status": STATES}
        return Spec(types, {"role": "student", "welcomemessage": False, "status": "active"})

    def read(self, scope: Scope, moodle_id: int, row: Row | None) -> Snapshot | None:
        """Return the method as it is now."""
        del row
        found = scope.state.get("enrol", moodle_id)
        if found is None or scope.course is None or found["course"] != scope.course["id"]:
            return None
        fields = {
            "role": found["role"],
            "welcomemessage": bool(found["welcome"]),
            "status": STATES[bool(found["status"])],
        }
        return Snapshot(moodle_id, course_key(scope.promotion), fields)

    def check_create(self, scope: Scope, fields: Fields, order: Order) -> None:
        """Refuse a second key for the method, or a role that is not a learner's."""
        del order
        method = scope.state.value("SELECT id FROM enrol WHERE course = ?", scope.require_course()["id"])
        if method and scope.state.value("SELECT 1 FROM map WHERE kind = ? AND moodleid = ?", self.name, method):
            raise Refusal("exists", "the manual enrolment method already has another key")
        self._check_role(fields)

    def check_update(self, scope: Scope, changes: Fields, current: Snapshot, order: Order) -> None:
        """Refuse a role that is not a learner's."""
        del scope, current, order
        self._check_role(changes)

    @staticmethod
    def _check_role(fields: Fields) -> None:
        if fields.get("role", "student") not in _LEARNER_ROLES:
            raise Refusal("invalid", f"not a role for learners: {fields['role']}")

    def create(self, scope: Scope, fields: Fields, order: Order) -> int:
        """Set the method that every course is born with, or make one."""
        del order
        course = scope.require_course()["id"]
        method = scope.state.value("SELECT id FROM enrol WHERE course = ?", course)
        method = int(method or scope.state.insert("enrol", course=course))
        self._write(scope, method, fields)
        return method

    def update(self, scope: Scope, current: Snapshot, changes: Fields, order: Order) -> None:
        """Change the method."""
        del order
        self._write(scope, current.id, changes)

    @staticmethod
    def _write(scope: Scope, method: int, fields: Fields) -> None:
        columns: dict[str, Any] = {"role": fields["role"]} if "role" in fields else {}
        if "welcomemessage" in fields:
            columns["welcome"] = fields["welcomemessage"]
        if "status" in fields:
            columns["status"] = STATES.index(fields["status"])
        scope.state.update("enrol", method, **columns)


class GroupKind(Kind):
    """A group of the course."""

    name = "group"

    def spec(self, modname: str) -> Spec:
        """Return the fields."""
        del modname
        return Spec({"name": "text", "idnumber": "key"})

    def read(self, scope: Scope, moodle_id: int, row: Row | None) -> Snapshot | None:
        """Return the group as it is now."""
        group = scope.state.get("group", moodle_id)
        if group is None or scope.course is None or group["course"] != scope.course["id"]:
            return None
        fields: Fields = {"name": group["name"], **other_idnumber(row, group["idnumber"])}
        return Snapshot(moodle_id, course_key(scope.promotion), fields)

    def bearer(self, scope: Scope, key: str) -> int:
        """Return the group of the course with that idnumber."""
        if scope.course is None:
            return 0
        sql = 'SELECT id FROM "group" WHERE course = ? AND idnumber = ? ORDER BY id'
        return int(scope.state.value(sql, scope.course["id"], key) or 0)

    def check_create(self, scope: Scope, fields: Fields, order: Order) -> None:
        """Refuse a name that another group has."""
        self.check_update(scope, fields, Snapshot(0, "", {}), order)

    def check_update(self, scope: Scope, changes: Fields, current: Snapshot, order: Order) -> None:
        """Refuse a name that another group has."""
        del order
        name = clean_name(str({**current.fields, **changes}["name"]))
        sql = 'SELECT 1 FROM "group" WHERE course = ? AND name = ? AND id <> ?'
        if scope.state.value(sql, scope.require_course()["id"], name, current.id):
            raise Refusal("exists", f"another group of the course is named {name}")

    def create(self, scope: Scope, fields: Fields, order: Order) -> int:
        """Create the group."""
        course = scope.require_course()["id"]
        return scope.state.insert("group", course=course, idnumber=order.key, name=clean_name(fields["name"]))

    def update(self, scope: Scope, current: Snapshot, changes: Fields, order: Order) -> None:
        """Rename the group, or give it its idnumber back."""
        del order
        columns = {**changes, "name": clean_name(str({**current.fields, **changes}["name"]))}
        scope.state.update("group", current.id, **columns)


class EnrolmentKind(Kind):
    """Somebody's enrolment by the manual method."""

    name = "enrolment"

    def spec(self, modname: str) -> Spec:
        """Return the fields."""
        del modname
        types: dict[str, str | tuple[Any, ...]] = {
            "userid": "int", "status": STATES, "timestart": "int", "timeend": "int", "groups": "keys",
        }  # fmt: skip
        return Spec(types, {"status": "active", "timestart": 0, "timeend": 0, "groups": []})

    def read(self, scope: Scope, moodle_id: int, row: Row | None) -> Snapshot | None:
        """Return the enrolment as it is now."""
        del row
        sql = "SELECT enrolment.* FROM enrolment JOIN enrol ON enrol.id = enrolid WHERE enrolment.id = ? AND course = ?"
        found = scope.state.one(sql, moodle_id, scope.course["id"]) if scope.course else None
        if found is None:
            return None
        return Snapshot(moodle_id, course_key(scope.promotion), {
            "userid": found["userid"], "status": STATES[bool(found["status"])], "timestart": found["timestart"],
            "timeend": found["timeend"], "groups": self._group_keys(scope, found["userid"]),
        })  # fmt: skip

    @staticmethod
    def _group_keys(scope: Scope, userid: int) -> list[str]:
        """Return the keys of our groups that somebody is in."""
        sql = 'SELECT groupid FROM member JOIN "group" ON "group".id = groupid WHERE userid = ? AND course = ?'
        found = (
            scope.key_of("group", row["groupid"]) for row in scope.state.rows(sql, userid, scope.require_course()["id"])
        )
        return sorted(key for key in found if key is not None)

    def same(self, name: str, wanted: Any, seen: Any) -> bool:
        """Tell whether a wanted value is the one seen; people are added to groups, never removed."""
        return set(wanted) <= set(seen or ()) if name == "groups" else same(wanted, seen)

    def check_create(self, scope: Scope, fields: Fields, order: Order) -> None:
        """Refuse an absent method, account or group, a double enrolment, an undeclared welcome message."""
        del order
        method = self._method(scope)
        user = scope.state.get("user", fields["userid"])
        if user is None or user["deleted"]:
            raise Refusal("user", f"no such account: {fields['userid']}")
        if scope.state.value(
            "SELECT 1 FROM enrolment WHERE enrolid = ? AND userid = ?", method["id"], fields["userid"]
        ):
            raise Refusal("exists", "this person is already enrolled by the manual method: adopt the enrolment")
        row = scope.state.one("SELECT * FROM map WHERE kind = 'enrol_instance' AND moodleid = ?", method["id"])
        if method["welcome"] and not decoded(row, "declared").get("welcomemessage"):
            raise Refusal("invalid", "the enrolment method sends a welcome message that is not declared")
        self._check(scope, fields)

    def check_update(self, scope: Scope, changes: Fields, current: Snapshot, order: Order) -> None:
        """Refuse another person, an absent group, dates that make no sense."""
        del order
        self._method(scope)
        if "userid" in changes:
            raise Refusal("invalid", "userid is set at creation only")
        self._check(scope, {**current.fields, "groups": [], **changes})

    @staticmethod
    def _check(scope: Scope, fields: Fields) -> None:
        for key in fields["groups"]:
            row = scope.row(key, "group") if isinstance(key, str) else None
            if row is None or scope.state.get("group", row["moodleid"]) is None:
                raise Refusal("missing", f"the group is not there: {json.dumps(key)}")
        if 0 < fields["timeend"] < fields["timestart"]:
            raise Refusal("invalid", "the enrolment would end before it starts")

    def _method(self, scope: Scope) -> Row:
        method = scope.state.one("SELECT * FROM enrol WHERE course = ?", scope.require_course()["id"])
        if method is None or scope.key_of("enrol_instance", method["id"]) is None:
            raise Refusal("missing", "the enrolment method of this promotion does not exist")
        return method

    def create(self, scope: Scope, fields: Fields, order: Order) -> int:
        """Enrol somebody."""
        del order
        method = self._method(scope)
        status = STATES.index(fields["status"])
        found = enrol(scope.state, method, fields["userid"], status, (fields["timestart"], fields["timeend"]))
        self._join(scope, fields["userid"], fields["groups"])
        return found

    def update(self, scope: Scope, current: Snapshot, changes: Fields, order: Order) -> None:
        """Change the enrolment without writing to anybody."""
        del order
        columns: dict[str, Any] = {name: changes[name] for name in ("timestart", "timeend") if name in changes}
        if "status" in changes:
            columns["status"] = STATES.index(changes["status"])
        scope.state.update("enrolment", current.id, **columns)
        if columns:
            outbox.touch_course(scope.state, scope.require_course()["id"], current.fields["userid"])
        self._join(scope, current.fields["userid"], changes.get("groups", []))

    @staticmethod
    def _join(scope: Scope, userid: int, keys: list[str]) -> None:
        for key in keys:
            row = scope.row(key, "group")
            if row is not None:
                scope.state.run("INSERT OR IGNORE INTO member (groupid, userid) VALUES (?, ?)", row["moodleid"], userid)


def enrol(state: State, method: Row, userid: int, status: int, dates: tuple[int, int]) -> int:
    """Enrol somebody by the manual method, which writes to them when it is set to."""
    columns = {"role": method["role"], "status": status, "timestart": dates[0], "timeend": dates[1]}
    found = state.insert("enrolment", enrolid=method["id"], userid=userid, **columns)
    if method["welcome"]:
        state.insert("message", userid=userid, kind="welcome", timecreated=state.now())
    outbox.touch_course(state, method["course"], userid)
    return found
