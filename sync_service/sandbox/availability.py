"""Restricted access as the plugin writes it: keys where ids stand, and Moodle's own check of the tree."""

from __future__ import annotations

import json
from typing import Any

from sync_service.sandbox.scope import Scope
from sync_service.sandbox.spec import Refusal

_CODING = "Coding error detected, it must be fixed by a programmer"
_TYPES = frozenset({"completion", "date", "grade", "group", "grouping", "profile"})
"""Kinds of condition of a site without further plugins."""
_HOLDERS = {"completion": ("cm", "module"), "group": ("id", "group")}


def availability_read(scope: Scope, text: str | None) -> Any:
    """Return a stored restriction with keys where ids stand."""
    return None if not text else _to_keys(scope, json.loads(text))


def availability_stored(scope: Scope, tree: Any) -> str | None:
    """Return a restriction as the site stores it. Raises Refusal when it is not one."""
    if tree is None:
        return None
    if not isinstance(tree, dict):
        raise _wrong("not object")
    ids = _to_ids(scope, tree)
    _check(ids, root=True)
    return json.dumps(ids) if ids["c"] else None


def _check(tree: dict[str, Any], *, root: bool) -> None:
    """Refuse what is not a tree, at any depth; a condition is taken as it is when its type is known. Raises Refusal."""
    op, children = tree.get("op"), tree.get("c")
    if op is None:
        raise _wrong("missing ->op")
    if op not in {"&", "|", "!&", "!|"}:
        raise _wrong("unknown ->op")
    if root:
        _check_shown(tree, "showc" if op in {"&", "!|"} else "show")
    if children is None:
        raise _wrong("missing ->c")
    if not isinstance(children, list):
        raise _wrong("->c not array")
    if root and "showc" in tree and op in {"&", "!|"} and len(tree["showc"]) != len(children):
        raise _wrong("->c, ->showc mismatch")
    for child in children:
        if "type" not in child:
            _check(child, root=False)
        elif child["type"] not in _TYPES:
            raise Refusal("invalid", f"availability: {_CODING}: Unknown condition type: {child['type']}")


def _check_shown(tree: dict[str, Any], name: str) -> None:
    """Refuse a tree that does not say what those who may not enter see: per condition (showc), or once (show)."""
    value = tree.get(name)
    if value is None:
        raise _wrong(f"missing ->{name}")
    if name == "show" and not isinstance(value, bool):
        raise _wrong("->show not bool")
    if name == "showc" and not isinstance(value, list):
        raise _wrong("->showc not array")
    if name == "showc" and not all(isinstance(item, bool) for item in value):
        raise _wrong("->showc value not bool")


def _wrong(why: str) -> Refusal:
    return Refusal("invalid", f"availability: {_CODING}: Invalid availability structure ({why})")


def _to_keys(scope: Scope, node: dict[str, Any]) -> dict[str, Any]:
    if isinstance(node.get("c"), list):
        return {**node, "c": [_to_keys(scope, child) for child in node["c"]]}
    holder, kind = _HOLDERS.get(str(node.get("type")), ("", ""))
    key = scope.key_of(kind, int(node[holder])) if holder and holder in node else None
    if key is None:
        return node
    return {**{name: value for name, value in node.items() if name != holder}, "key": key}


def _to_ids(scope: Scope, node: Any) -> dict[str, Any]:
    if not isinstance(node, dict):
        raise _wrong("child not object")
    if isinstance(node.get("c"), list):
        return {**node, "c": [_to_ids(scope, child) for child in node["c"]]}
    holder, kind = _HOLDERS.get(str(node.get("type")), ("", ""))
    if not holder or "key" not in node:
        return node
    row = scope.row(str(node["key"]), kind)
    if row is None:
        raise Refusal("missing", f"availability names an object that is not there: {node['key']}")
    return {**{name: value for name, value in node.items() if name != "key"}, holder: row["moodleid"]}
