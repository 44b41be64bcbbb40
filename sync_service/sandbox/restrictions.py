"""Restricted access: who may enter now, what is said to those who may not, and which completions a restriction uses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sync_service.sandbox import completion
from sync_service.sandbox.access import escaped
from sync_service.sandbox.state import State


def conditions(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield every condition of a restriction, at any depth."""
    if isinstance(tree, dict) and isinstance(tree.get("c"), list):
        for child in tree["c"]:
            yield from conditions(child)
    elif isinstance(tree, dict):
        yield tree


def is_used(state: State, course: int, cmid: int) -> bool:
    """Tell whether a restriction of the course depends on the completion of an activity."""
    texts = state.rows(
        """SELECT availability FROM section WHERE course = ? AND availability IS NOT NULL
        UNION ALL SELECT availability FROM module WHERE course = ? AND availability IS NOT NULL""",
        course,
        course,
    )
    found = (condition for row in texts for condition in conditions(json.loads(row["availability"])))
    return any(condition.get("type") == "completion" and condition.get("cm") == cmid for condition in found)


def may_enter(state: State, text: str | None, userid: int) -> bool:
    """Tell whether a restriction lets somebody in now."""
    return not text or _met(state, json.loads(text), userid)


def _met(state: State, node: dict[str, Any], userid: int) -> bool:
    """Tell whether a tree or a condition is met; a kind of condition that is not known lets nobody in."""
    if isinstance(node.get("c"), list):
        op = str(node.get("op", "&"))
        results = [_met(state, child, userid) for child in node["c"]]
        met = all(results) if op.endswith("&") else any(results)
        return met != op.startswith("!")
    if node.get("type") == "completion":
        return bool(completion.current(state, int(node["cm"]), userid)["state"] in {1, 2}) == (node.get("e") != 0)
    if node.get("type") == "date":
        later = state.now() >= int(node["t"])
        return later == (node.get("d") == ">=")
    if node.get("type") == "group":
        return state.value("SELECT 1 FROM member WHERE groupid = ? AND userid = ?", node.get("id"), userid) is not None
    return False


def explained(state: State, url: str, text: str) -> str:
    """Return what Moodle says in front of a restriction."""
    return f"Not available unless: {' and '.join(_said(state, url, item) for item in conditions(json.loads(text)))}"


def _said(state: State, url: str, condition: dict[str, Any]) -> str:
    if condition.get("type") == "completion":
        module = state.get("module", int(condition["cm"])) or {"modname": "page", "name": "(Missing activity)"}
        address = f"{url}/mod/{module['modname']}/view.php?id={condition['cm']}"
        link = f'<a data-cm-name-for="{condition["cm"]}" href="{address}">{escaped(module["name"])}</a>'
        return f"The activity <strong>{link}</strong> is marked {'complete' if condition.get('e') != 0 else 'not complete'}"
    if condition.get("type") == "group":
        name = state.value('SELECT name FROM "group" WHERE id = ?', condition.get("id")) or "(Missing group)"
        return f"You belong to <strong>{escaped(name)}</strong>"
    return "It is a certain date"
