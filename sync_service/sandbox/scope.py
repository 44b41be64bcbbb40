"""One promotion being read or written: its course, its rows of the map, the order of its objects."""

from __future__ import annotations

import json
import re
from typing import Any

from sync_service.sandbox import positions
from sync_service.sandbox.failures import invalid_parameter
from sync_service.sandbox.spec import Refusal
from sync_service.sandbox.state import Row, State

_PROMOTION = re.compile(r"[a-z0-9][a-z0-9_-]{0,23}")
_KEY = re.compile(r"cs:([a-z0-9][a-z0-9_-]{0,23}):[a-z0-9][a-z0-9_:-]*")


def course_key(promotion: str) -> str:
    """Return the key of a promotion's course."""
    return f"cs:{promotion}:course"


class Scope:
    """A promotion, for the length of one call."""

    def __init__(self, state: State, promotion: str, *, user: Row, uid: str = "", run: str = "") -> None:
        """Open a promotion. Raises MoodleFailure when its id is not one."""
        if _PROMOTION.fullmatch(promotion) is None:
            raise invalid_parameter("promotion")
        if len(uid) > 36 or len(run) > 64:
            raise invalid_parameter("uid or run is too long")
        self.state = state
        self.promotion = promotion
        self.user = user
        self.uid = uid
        self.run = run
        self._rows: dict[str, Row] | None = None
        self._orders: dict[str, dict[int, int]] = {}
        row = self.rows.get(course_key(promotion))
        self.course: Row | None = state.get("course", row["moodleid"]) if row else None

    @property
    def rows(self) -> dict[str, Row]:
        """Return the promotion's rows of the map by key, in the order of their creation."""
        if self._rows is None:
            found = self.state.rows("SELECT * FROM map WHERE promotion = ? ORDER BY id", self.promotion)
            self._rows = {row["key"]: row for row in found}
        return self._rows

    def refresh(self) -> None:
        """Forget what was read."""
        self._rows = None
        self._orders = {}
        row = self.rows.get(course_key(self.promotion))
        self.course = self.state.get("course", row["moodleid"]) if row else None

    def require_course(self) -> Row:
        """Return the course. Raises Refusal when there is none."""
        if self.course is None:
            raise Refusal("missing", "the course of this promotion does not exist")
        return self.course

    def check_key(self, key: str) -> None:
        """Refuse what is not a key of this promotion. Raises Refusal."""
        match = _KEY.fullmatch(key)
        if len(key) > 96 or match is None or match[1] != self.promotion:
            raise Refusal("invalid", f"not a key of promotion {self.promotion}: {key}")

    def row(self, key: str, kind: str) -> Row | None:
        """Return the row of a key when it is of that kind."""
        row = self.rows.get(key)
        return row if row is not None and row["kind"] == kind else None

    def key_of(self, kind: str, moodle_id: int) -> str | None:
        """Return the key of an object of the site, or None."""
        return next((r["key"] for r in self.rows.values() if r["kind"] == kind and r["moodleid"] == moodle_id), None)

    def section_positions(self) -> dict[int, int]:
        """Return the positions of our sections, in the course's order."""
        return self._positions(
            "section", "SELECT id FROM section WHERE course = ? ORDER BY rank, id", self.require_course()["id"]
        )

    def module_positions(self, section_id: int) -> dict[int, int]:
        """Return the positions of our activities of a section, in its order; one that people brought does not count."""
        sql = "SELECT id FROM module WHERE section = ? ORDER BY rank, id"
        return self._positions("module", sql, section_id, parent=self.key_of("section", section_id) or "")

    def _positions(self, kind: str, sql: str, owner: int, *, parent: str = "") -> dict[int, int]:
        """Return reported positions of one list of objects."""
        name = f"{kind}:{owner}"
        if name not in self._orders:
            ours = {
                r["moodleid"]: decoded(r, "declared").get("position")
                for r in self.rows.values()
                if r["kind"] == kind and (kind != "module" or r["parent"] in {"", parent})
            }
            order = [row["id"] for row in self.state.rows(sql, owner)]
            declared = {item: ours[item] if isinstance(ours[item], int) else None for item in order if item in ours}
            self._orders[name] = positions.reported(declared)
        return self._orders[name]


def decoded(row: Row | None, name: str) -> dict[str, Any]:
    """Return one JSON column of a row of the map."""
    value: dict[str, Any] = json.loads(row[name]) if row else {}
    return value
