"""A key that changes: the row, the idnumber and every place that names it, at once."""

from __future__ import annotations

from typing import Any

from sync_service.sandbox.applier import owned_row, refused, result, write
from sync_service.sandbox.kind import Kind
from sync_service.sandbox.scope import Scope
from sync_service.sandbox.spec import Order, Refusal, Snapshot
from sync_service.sandbox.state import Row

_KINDS = frozenset({"section", "module", "group"})


def rename(scope: Scope, kind: Kind, was: str, order: Order) -> dict[str, Any]:
    """Give an object of ours another key, or say why not."""
    try:
        return _checked(scope, kind, was, order)
    except Refusal as refusal:
        return refused(order.key, refusal)


def _checked(scope: Scope, kind: Kind, was: str, order: Order) -> dict[str, Any]:
    """Rename once the new key is known to be free. Raises Refusal."""
    scope.check_key(was)
    scope.check_key(order.key)
    if kind.name not in _KINDS:
        raise Refusal("invalid", f"a {kind.name} keeps its key")
    new, row = owned_row(scope, kind, order.key), owned_row(scope, kind, was)
    if new is not None and row is None:
        return result(order.key, "unchanged", kind.read(scope, new["moodleid"], new))
    current = kind.read(scope, row["moodleid"], row) if row else None
    if new is not None or kind.bearer(scope, order.key):
        raise Refusal("exists", f"another object has the key {order.key}")
    if row is None or current is None:
        raise Refusal("missing", "the object is not there")
    if order.expect != current.digest:
        raise Refusal("changed_since", "the object has changed since it was read")
    if order.dryrun:
        return result(order.key, "updated", current)
    return write(scope, lambda: _rename(scope, kind, row, current, order.key))


def _rename(scope: Scope, kind: Kind, row: Row, current: Snapshot, key: str) -> dict[str, Any]:
    """Write the new key everywhere the old one stands. Raises Refusal."""
    state, was, promotion = scope.state, row["key"], scope.promotion
    if kind.name in {"module", "group"}:
        table = "module" if kind.name == "module" else '"group"'
        state.run(f"UPDATE {table} SET idnumber = ? WHERE id = ? AND idnumber = ?", key, current.id, was)
    state.update("map", row["id"], key=key, run=scope.run, timemodified=state.now())
    state.run("UPDATE map SET parent = ? WHERE promotion = ? AND parent = ?", key, promotion, was)
    state.run("UPDATE outbox SET key = ? WHERE promotion = ? AND key = ?", key, promotion, was)
    for other in state.rows("SELECT id, declared, applied FROM map WHERE promotion = ?", promotion):
        texts = {name: other[name].replace(f'"{was}"', f'"{key}"') for name in ("declared", "applied")}
        state.update("map", other["id"], **texts)
    scope.refresh()
    stored = state.get("map", row["id"])
    after = kind.read(scope, current.id, stored)
    if after is None:
        raise Refusal("missing", "the object is not there after the write")
    state.update("map", row["id"], digest=after.digest)
    return result(key, "updated", after)
