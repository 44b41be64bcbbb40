"""The sandbox's functions take what Moodle's own definitions say: core's from a live site, the plugin's from its classes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync_service.sandbox import FUNCTION_MODULES
from sync_service.sandbox.registry import FUNCTIONS
from sync_service.sandbox.shapes import REQUIRED, Many, One, Value

ROOT = Path(__file__).parents[3]
CORE = ROOT / "tests" / "contract" / "moodle-ws-contract-4.5.json"
LEARNER = Path(__file__).parent / "learner-functions-4.5.json"
PLUGIN = ROOT / "moodle_plugins" / "local_cyclesync" / "tests" / "definitions.json"
LOOSER = {"capability": "raw", "lang": "raw", "raw_trimmed": "raw"}
"""Types of Moodle that the sandbox only takes as texts."""


def load(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    functions: dict[str, Any] = found.get("functions", found)
    return functions


def differences(ours: One | Many | Value, theirs: dict[str, Any], where: str) -> Iterator[str]:
    """Yield what is not the same, a line each."""
    if type(ours).__name__ != {"value": "Value", "list": "Many", "object": "One"}[theirs["type"]]:
        yield f"{where}: is a {theirs['type']}"
        return
    if "/" in where:
        yield from _presence(ours.default, theirs, where)
    if isinstance(ours, Value) and ours.type != LOOSER.get(theirs["paramtype"], theirs["paramtype"]):
        yield f"{where}: {theirs['paramtype']}, not {ours.type}"
    if isinstance(ours, Many):
        yield from differences(ours.item, theirs["children"], f"{where}[]")
    if isinstance(ours, One):
        for name in sorted({*ours.fields, *theirs["children"]}):
            if name not in ours.fields or name not in theirs["children"]:
                yield f"{where}/{name}: only in one of the two"
            else:
                yield from differences(ours.fields[name], theirs["children"][name], f"{where}/{name}")


def _presence(default: Any, theirs: dict[str, Any], where: str) -> Iterator[str]:
    if (default is REQUIRED) != (theirs["presence"] == "required") and not where.endswith("[]"):
        yield f"{where}: {theirs['presence']}, not with the default {default!r}"
    elif theirs["presence"] == "default" and default != theirs["default"]:
        yield f"{where}: the default is {theirs['default']!r}, not {default!r}"


@pytest.mark.parametrize("path", [CORE, LEARNER, PLUGIN], ids=["core", "learner", "plugin"])
def test_parameters_are_those_of_moodle(path: Path) -> None:
    definitions = load(path)
    shared = FUNCTIONS.keys() & definitions.keys()
    found = [
        line
        for name in sorted(shared)
        for line in differences(FUNCTIONS[name].parameters, definitions[name]["parameters"], name)
    ]
    assert shared
    assert not found, "\n".join(found)


def test_every_function_of_the_plugin_is_there_and_no_other() -> None:
    assert FUNCTION_MODULES
    ours = {name for name in FUNCTIONS if name.startswith("local_cyclesync_")}
    assert ours == load(PLUGIN).keys()
