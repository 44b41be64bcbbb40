"""The one way a keyed object is written: row, state, refusals, write, row again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from sync_service.sandbox.kind import Kind
from sync_service.sandbox.scope import Scope, decoded
from sync_service.sandbox.spec import Fields, Order, Refusal, Snapshot, Spec, same
from sync_service.sandbox.state import Row


def apply_all(scope: Scope, kind: Kind, orders: Mapping[str, Order | Refusal]) -> list[dict[str, Any]]:
    """Perform orders one by one, each in a transaction of its own."""
    return [_apply(scope, kind, key, order) for key, order in orders.items()]


def _apply(scope: Scope, kind: Kind, key: str, order: Order | Refusal) -> dict[str, Any]:
    """Perform one order; a refusal has written nothing."""
    try:
        if isinstance(order, Refusal):
            raise order
        scope.check_key(key)
        row = owned_row(scope, kind, key)
        current = kind.read(scope, row["moodleid"], row) if row else None
        if row is None or current is None:
            return _create(scope, kind, order, row)
        return _update(scope, kind, order, row, current)
    except Refusal as refusal:
        return refused(key, refusal)


def owned_row(scope: Scope, kind: Kind, key: str) -> Row | None:
    """Return the row of a key. Raises Refusal when it is another installation's, or of another kind."""
    row = scope.state.one("SELECT * FROM map WHERE key = ?", key)
    if row is not None and row["uid"] != scope.uid:
        raise Refusal("foreign", "the object belongs to another installation")
    if row is not None and row["kind"] != kind.name:
        raise Refusal("invalid", f"the key already names an object of kind {row['kind']}")
    return row


def _normalised(spec: Spec, order: Order) -> Fields:
    """Return the fields sent with their exact types; an idnumber can only be the key. Raises Refusal."""
    fields = spec.normalise(order.sent)
    if fields.get("idnumber", order.key) != order.key:
        raise Refusal("invalid", "the idnumber of an object is its key")
    return fields


def _create(scope: Scope, kind: Kind, order: Order, row: Row | None) -> dict[str, Any]:
    """Create an object."""
    if kind.bearer(scope, order.key):
        raise Refusal("foreign", "an object bears this key and has no row of ours: adopt it first")
    if order.expect:
        raise Refusal("missing", "the object is not there any more")
    spec = kind.spec(order.modname)
    fields = spec.complete(_normalised(spec, order))
    kind.check_create(scope, fields, order)
    if order.dryrun:
        return result(order.key, "created")

    def work() -> dict[str, Any]:
        moodle_id = kind.create(scope, fields, order)
        beside = kind.beside(scope, moodle_id, fields, order, {})
        return _store(scope, kind, order, row, written=(moodle_id, fields, beside), action="created")

    return write(scope, work)


def _update(scope: Scope, kind: Kind, order: Order, row: Row, current: Snapshot) -> dict[str, Any]:
    """Change an object, or only its base."""
    patch = _normalised(kind.spec(current.modname), order)
    changes, rebased = _compare(kind, order, row, current, patch)
    moves = kind.moves(scope, row, current, order)
    if not rebased and not moves and order.expect in {"", current.digest}:
        return result(row["key"], "unchanged", current)
    if not order.expect:
        raise Refusal("exists", "the object is already there")
    if order.expect != current.digest:
        raise Refusal("changed_since", "the object has changed since it was read")
    action = "updated" if changes or moves else "recorded"
    if action == "updated":
        kind.check_update(scope, changes, current, order)
    if order.dryrun:
        return result(row["key"], action, current)

    def work() -> dict[str, Any]:
        if action == "updated":
            kind.update(scope, current, changes, order)
        beside = kind.beside(scope, current.id, changes, order, decoded(row, "extra"))
        return _store(scope, kind, order, row, written=(current.id, patch, beside), action=action)

    return write(scope, work)


def _compare(kind: Kind, order: Order, row: Row, current: Snapshot, patch: Fields) -> tuple[Fields, bool]:
    """Return what must change in the site, and whether the base moves at all."""
    base, declared = decoded(row, "applied"), decoded(row, "declared")
    changes: Fields = {}
    rebased = False
    for name, wanted in patch.items():
        seen = current.fields.get(name)
        known = name in declared and same(declared[name], order.sent[name])
        kept = known and name in base and same(base[name], seen)
        if not kept and not kind.same(name, wanted, seen):
            changes[name] = wanted
        rebased = rebased or not kept
    return changes, rebased


def adopt(scope: Scope, kind: Kind, order: Order, moodle_id: int, *, takeover: bool) -> dict[str, Any]:
    """Take an object into the map, or record its present state."""
    try:
        return _adopt(scope, kind, order, moodle_id, takeover=takeover)
    except Refusal as refusal:
        return refused(order.key, refusal)


def _adopt(scope: Scope, kind: Kind, order: Order, moodle_id: int, *, takeover: bool) -> dict[str, Any]:
    """Write the row of the map. Raises Refusal."""
    scope.check_key(order.key)
    row = scope.state.one("SELECT * FROM map WHERE key = ?", order.key)
    if row is not None and row["uid"] != scope.uid and not takeover:
        raise Refusal("foreign", "the object belongs to another installation")
    found = moodle_id or (row["moodleid"] if row else 0) or kind.bearer(scope, order.key)
    other = scope.state.one("SELECT key FROM map WHERE kind = ? AND moodleid = ?", kind.name, found)
    if other is not None and other["key"] != order.key:
        raise Refusal("exists", f"the object already has the key {other['key']}")
    current = kind.read(scope, found, row) if found else None
    if current is None:
        raise Refusal("missing", "the object is not there")
    if order.expect != current.digest:
        raise Refusal("changed_since", "the object has changed since it was read")
    fields = _normalised(kind.spec(current.modname), order)
    ours = row is not None and row["uid"] == scope.uid and row["moodleid"] == found
    action = "recorded" if ours else "adopted"
    if order.dryrun:
        return result(order.key, action, current)
    store = (found, fields, decoded(row, "extra"))
    return write(scope, lambda: _store(scope, kind, order, row, written=store, action=action))


def write(scope: Scope, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Run a write whole or not at all. Raises Refusal."""
    try:
        with scope.state.transaction():
            return work()
    finally:
        scope.refresh()


def _store(
    scope: Scope, kind: Kind, order: Order, row: Row | None, *, written: tuple[int, Fields, Fields], action: str
) -> dict[str, Any]:
    """Write the row of the map with what was declared and what the site shows right after."""
    moodle_id, fields, beside = written
    columns: dict[str, Any] = {
        "key": order.key,
        "kind": kind.name,
        "modname": order.modname or (row["modname"] if row else ""),
        "promotion": scope.promotion,
        "moodleid": moodle_id,
        "courseid": moodle_id if kind.name == "course" else scope.require_course()["id"],
        "parent": order.sectionkey or (row["parent"] if row else ""),
        "uid": scope.uid,
        "declared": json.dumps({**decoded(row, "declared"), **fields, **order.sent}),
        "applied": row["applied"] if row else "{}",
        "extra": json.dumps(beside),
        "digest": row["digest"] if row else "",
        "run": scope.run,
        "timemodified": scope.state.now(),
    }
    row_id = row["id"] if row else scope.state.insert("map", **columns)
    scope.state.update("map", row_id, **columns)
    scope.refresh()
    stored = scope.state.get("map", row_id)
    after = kind.read(scope, moodle_id, stored)
    if after is None:
        raise Refusal("missing", "the object is not there after the write")
    seen = {name: after.fields[name] for name in fields if name in after.fields}
    applied = json.dumps({**decoded(stored, "applied"), **seen})
    scope.state.update("map", row_id, applied=applied, digest=after.digest, modname=after.modname)
    scope.refresh()
    return result(order.key, action, after)


def result(key: str, action: str, state: Snapshot | None = None) -> dict[str, Any]:
    """Return a result of the contract."""
    return {
        "key": key, "action": action, "id": state.id if state else 0, "digest": state.digest if state else "",
        "code": "", "message": "", "affected": 0,
    }  # fmt: skip


def refused(key: str, refusal: Refusal) -> dict[str, Any]:
    """Return the result of a refusal."""
    return {
        "key": key, "action": "refused", "id": 0, "digest": "",
        "code": refusal.code, "message": refusal.message, "affected": refusal.affected,
    }  # fmt: skip
