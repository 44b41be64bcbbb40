"""Events of the course calendar; Moodle has no key for them, only the map knows which are ours."""

from __future__ import annotations

from sync_service.sandbox.kind import Kind, clean_name
from sync_service.sandbox.scope import Scope, course_key
from sync_service.sandbox.spec import Fields, Order, Refusal, Snapshot, Spec
from sync_service.sandbox.state import Row

_NAMES = ("name", "description", "location", "timestart", "timeduration", "visible")


class EventKind(Kind):
    """A calendar event."""

    name = "event"

    def spec(self, modname: str) -> Spec:
        """Return the fields."""
        del modname
        types = {
            "name": "text", "description": "html", "location": "html", "timestart": "int", "timeduration": "int",
            "visible": "bool",
        }  # fmt: skip
        return Spec(types, {"description": "", "location": "", "timeduration": 0, "visible": True})

    def read(self, scope: Scope, moodle_id: int, row: Row | None) -> Snapshot | None:
        """Return the event as it is now."""
        del row
        event = scope.state.get("event", moodle_id)
        if event is None or scope.course is None or event["course"] != scope.course["id"]:
            return None
        fields: Fields = {name: event[name] for name in _NAMES}
        fields["visible"] = bool(event["visible"])
        return Snapshot(moodle_id, course_key(scope.promotion), fields)

    def check_create(self, scope: Scope, fields: Fields, order: Order) -> None:
        """Refuse an empty name or a time that makes no sense."""
        del order
        scope.require_course()
        self._check(fields)

    def check_update(self, scope: Scope, changes: Fields, current: Snapshot, order: Order) -> None:
        """Refuse an empty name or a time that makes no sense."""
        del scope, order
        self._check({**current.fields, **changes})

    @staticmethod
    def _check(fields: Fields) -> None:
        clean_name(fields["name"])
        if fields["timestart"] <= 0 or fields["timeduration"] < 0:
            raise Refusal("invalid", "wrong time of an event")

    def create(self, scope: Scope, fields: Fields, order: Order) -> int:
        """Create the event."""
        del order
        return scope.state.insert("event", course=scope.require_course()["id"], **self._clean(fields))

    def update(self, scope: Scope, current: Snapshot, changes: Fields, order: Order) -> None:
        """Change the event."""
        del order
        scope.state.update("event", current.id, **self._clean(changes))

    @staticmethod
    def _clean(fields: Fields) -> Fields:
        return {**fields, "name": clean_name(fields["name"])} if "name" in fields else fields
