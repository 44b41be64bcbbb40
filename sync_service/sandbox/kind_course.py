"""The course of a promotion."""

from __future__ import annotations

from typing import Any

from sync_service.sandbox import course_completion
from sync_service.sandbox.kind import Kind, clean_name, other_idnumber
from sync_service.sandbox.scope import Scope, course_key
from sync_service.sandbox.spec import Fields, Order, Refusal, Snapshot, Spec
from sync_service.sandbox.state import Row

_TYPES = {
    "fullname": "text", "shortname": "text", "summary": "html", "category": "text", "startdate": "int", "enddate": "int",
    "visible": "bool", "enablecompletion": "bool", "showgrades": "bool", "lang": "text", "newsitems": "int",
    "criteria": "keys", "idnumber": "key",
}  # fmt: skip
_DEFAULTS = {
    "summary": "", "startdate": 0, "enddate": 0, "visible": False, "enablecompletion": True, "showgrades": False,
    "lang": "", "newsitems": 0, "criteria": [],
}  # fmt: skip
_BOOLS = ("visible", "enablecompletion", "showgrades")
LANGUAGES = frozenset({"", "en", "fr"})
"""Language packs of the site."""


class CourseKind(Kind):
    """A course in the category that the mapping names."""

    name = "course"

    def spec(self, modname: str) -> Spec:
        """Return the fields."""
        del modname
        return Spec(_TYPES, _DEFAULTS)

    def read(self, scope: Scope, moodle_id: int, row: Row | None) -> Snapshot | None:
        """Return the course as it is now."""
        course = scope.state.get("course", moodle_id)
        if course is None:
            return None
        fields: Fields = {
            name: bool(course[name]) if name in _BOOLS else course[name]
            for name in _TYPES
            if name not in {"category", "criteria", "idnumber"}
        }
        fields["criteria"] = course_completion.criteria(scope, moodle_id)
        fields["category"] = scope.state.value("SELECT idnumber FROM category WHERE id = ?", course["category"])
        return Snapshot(moodle_id, "", fields | other_idnumber(row, course["idnumber"]))

    def same(self, name: str, wanted: Any, seen: Any) -> bool:
        """Criteria are a set."""
        return sorted(set(wanted)) == sorted(seen) if name == "criteria" else super().same(name, wanted, seen)

    def bearer(self, scope: Scope, key: str) -> int:
        """Return the course with that idnumber."""
        return int(scope.state.value("SELECT id FROM course WHERE idnumber = ? ORDER BY id", key) or 0)

    def check_create(self, scope: Scope, fields: Fields, order: Order) -> None:
        """Refuse a wrong key, an absent category, a short name that is taken."""
        if order.key != course_key(scope.promotion):
            raise Refusal("invalid", f"the key of the course is {course_key(scope.promotion)}")
        if (
            len(scope.state.rows("SELECT id FROM category WHERE idnumber = ? AND idnumber <> ''", fields["category"]))
            != 1
        ):
            raise Refusal("missing", f"no category, or more than one, has the idnumber {fields['category']}")
        self._check(scope, fields, 0)
        course_completion.check(scope, fields["criteria"], [], enabled=fields["enablecompletion"])

    def check_update(self, scope: Scope, changes: Fields, current: Snapshot, order: Order) -> None:
        """Refuse a move to another category, or a short name that is taken."""
        del order
        if "category" in changes:
            raise Refusal("invalid", "category is set at creation only")
        after = {**current.fields, **changes}
        self._check(scope, after, current.id)
        if "criteria" in changes:
            seen = current.fields["criteria"]
            course_completion.check(scope, changes["criteria"], seen, enabled=after["enablecompletion"])

    @staticmethod
    def _check(scope: Scope, fields: Fields, own: int) -> None:
        if scope.state.value("SELECT 1 FROM course WHERE shortname = ? AND id <> ?", fields["shortname"], own):
            raise Refusal("exists", f"another course has the short name {fields['shortname']}")
        clean_name(fields["fullname"])
        clean_name(fields["shortname"])
        if fields["lang"] not in LANGUAGES:
            raise Refusal("invalid", f"language not installed: {fields['lang']}")
        if fields["enddate"] and not fields["startdate"]:
            raise Refusal("invalid", "dates of the course: nostartdatenoenddate")
        if fields["enddate"] and fields["enddate"] < fields["startdate"]:
            raise Refusal("invalid", "dates of the course: enddatebeforestartdate")

    def create(self, scope: Scope, fields: Fields, order: Order) -> int:
        """Create the course with section 0 and a manual enrolment method that welcomes people, as Moodle does."""
        state, now = scope.state, scope.state.now()
        category = state.value("SELECT id FROM category WHERE idnumber = ?", fields["category"])
        columns = {name: value for name, value in fields.items() if name not in {"category", "criteria", "idnumber"}}
        course = state.insert(
            "course", category=category, idnumber=order.key, timecreated=now, timemodified=now, **columns
        )
        state.insert("section", course=course, rank=0)
        state.insert("enrol", course=course)
        return course

    def update(self, scope: Scope, current: Snapshot, changes: Fields, order: Order) -> None:
        """Change the course."""
        del order
        columns = {name: value for name, value in changes.items() if name != "criteria"}
        scope.state.update("course", current.id, timemodified=scope.state.now(), **columns)
        if "criteria" in changes:
            course_completion.write(scope, changes["criteria"])
