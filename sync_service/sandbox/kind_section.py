"""Sections of the course; the first of ours is Moodle's section 0."""

from __future__ import annotations

from typing import Any

from sync_service.sandbox import positions
from sync_service.sandbox.availability import availability_read, availability_stored
from sync_service.sandbox.kind import Kind, clean_name
from sync_service.sandbox.scope import Scope, course_key
from sync_service.sandbox.spec import Fields, Order, Refusal, Snapshot, Spec
from sync_service.sandbox.state import Row


class SectionKind(Kind):
    """A section."""

    name = "section"

    def spec(self, modname: str) -> Spec:
        """Return the fields."""
        del modname
        types = {"name": "text", "summary": "html", "visible": "bool", "position": "int", "availability": "json"}
        return Spec(types, {"summary": "", "visible": True, "availability": None})

    def read(self, scope: Scope, moodle_id: int, row: Row | None) -> Snapshot | None:
        """Return the section as it is now."""
        del row
        section = scope.state.get("section", moodle_id)
        if section is None or scope.course is None or section["course"] != scope.course["id"]:
            return None
        return Snapshot(moodle_id, course_key(scope.promotion), {
            "name": section["name"], "summary": section["summary"], "visible": bool(section["visible"]),
            "position": scope.section_positions().get(moodle_id, -1),
            "availability": availability_read(scope, section["availability"]),
        })  # fmt: skip

    def check_create(self, scope: Scope, fields: Fields, order: Order) -> None:
        """Refuse a second section 0, or a wrong position."""
        del order
        scope.require_course()
        if fields["position"] == 0 and self._zero(scope) is None:
            raise Refusal("exists", "Moodle's section 0 already has a key")
        self.check_update(scope, fields, Snapshot(0, "", {}), Order("", {}, ""))

    def check_update(self, scope: Scope, changes: Fields, current: Snapshot, order: Order) -> None:
        """Refuse a wrong position, name or restriction."""
        del current, order
        if changes.get("position", 0) < 0:
            raise Refusal("invalid", "wrong value for field: position")
        availability_stored(scope, changes.get("availability"))

    @staticmethod
    def _zero(scope: Scope) -> int | None:
        """Return the id of section 0 when nobody has it yet."""
        sql = """SELECT id FROM section WHERE course = ? AND rank = 0
            AND id NOT IN (SELECT moodleid FROM map WHERE kind = 'section')"""
        found: int | None = scope.state.value(sql, scope.require_course()["id"])
        return found

    def create(self, scope: Scope, fields: Fields, order: Order) -> int:
        """Create the section at its place, or take section 0."""
        del order
        zero = self._zero(scope) if fields["position"] == 0 else None
        section = zero or self._insert(scope, fields["position"])
        self._write(scope, section, fields)
        return section

    def _insert(self, scope: Scope, wanted: int) -> int:
        """Add an empty section after the nearest of ours that comes before it."""
        course = scope.require_course()["id"]
        order = [
            row["id"] for row in scope.state.rows("SELECT id FROM section WHERE course = ? ORDER BY rank, id", course)
        ]
        section = scope.state.insert("section", course=course, rank=len(order))
        self._renumber(scope, self._placed(scope, order, section, wanted))
        return section

    @staticmethod
    def _placed(scope: Scope, others: list[int], section: int, wanted: int) -> list[int]:
        """Return the order with ``section`` at its place, never before section 0."""
        ours = scope.section_positions()
        previous = positions.predecessor(ours, section, wanted)
        if previous is not None:
            place = others.index(previous) + 1
        else:
            place = next(
                (others.index(item) for item in ours if item != section and others.index(item) > 0), len(others)
            )
        return [*others[:place], section, *others[place:]]

    @staticmethod
    def _renumber(scope: Scope, order: list[int]) -> None:
        for rank, section in enumerate(order):
            scope.state.update("section", section, rank=rank)

    def update(self, scope: Scope, current: Snapshot, changes: Fields, order: Order) -> None:
        """Change the section, and move it among ours when its position says so."""
        del order
        self._write(scope, current.id, changes)
        wanted = changes.get("position")
        if wanted is None or positions.fits(scope.section_positions(), current.id, wanted):
            return
        course = scope.require_course()["id"]
        found = [
            row["id"] for row in scope.state.rows("SELECT id FROM section WHERE course = ? ORDER BY rank, id", course)
        ]
        if found.index(current.id) > 0:
            self._renumber(
                scope, self._placed(scope, [item for item in found if item != current.id], current.id, wanted)
            )

    @staticmethod
    def _write(scope: Scope, section: int, fields: Fields) -> None:
        columns: dict[str, Any] = {name: fields[name] for name in ("summary", "visible") if name in fields}
        if "name" in fields:
            columns["name"] = clean_name(fields["name"])
        if "availability" in fields:
            columns["availability"] = availability_stored(scope, fields["availability"])
        scope.state.update("section", section, **columns)
