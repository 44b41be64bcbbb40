"""Descriptions of parameters, and Moodle's way of checking what was sent against them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sync_service.sandbox.failures import MoodleFailure, invalid_parameter


class _Required:
    """The type of ``REQUIRED``."""


REQUIRED = _Required()
"""Default of a value that has none."""


@dataclass(frozen=True, slots=True)
class Value:
    """One scalar: int, bool, raw, alpha, alphanum or alphanumext."""

    type: str
    default: Any = REQUIRED


@dataclass(frozen=True, slots=True)
class Many:
    """A list."""

    item: Node
    default: Any = REQUIRED


@dataclass(frozen=True, slots=True)
class One:
    """An object; keys that it does not name are refused."""

    fields: Mapping[str, Node] = field(default_factory=dict)
    default: Any = REQUIRED


Node: TypeAlias = "Value | Many | One"
INT, BOOL, RAW, ALPHA, ALPHANUMEXT = Value("int"), Value("bool"), Value("raw"), Value("alpha"), Value("alphanumext")
_PATTERNS = {
    "alpha": re.compile(r"[A-Za-z]*"),
    "alphanum": re.compile(r"[A-Za-z0-9]*"),
    "alphanumext": re.compile(r"[A-Za-z0-9_-]*"),
}
_INT = re.compile(r"-?(0|[1-9][0-9]{0,18})")


def validate(node: Node, value: Any) -> Any:
    """Return ``value`` with Moodle's types, defaults filled in. Raises MoodleFailure."""
    if isinstance(node, One):
        return _validate_one(node, value)
    if isinstance(node, Many):
        return _validate_many(node, value)
    return _scalar(node, value)


def _validate_one(node: One, value: Any) -> dict[str, Any]:
    """Check an object: missing keys first, then the keys that it should not have."""
    if not isinstance(value, Mapping):
        if not isinstance(value, list) or value:
            raise invalid_parameter("Only arrays accepted.")
        value = {}
    clean: dict[str, Any] = {}
    for name, inner in node.fields.items():
        if name not in value:
            if isinstance(inner.default, _Required):
                raise invalid_parameter(f"Missing required key in single structure: {name}")
            clean[name] = inner.default
            continue
        try:
            clean[name] = validate(inner, value[name])
        except MoodleFailure as failure:
            raise invalid_parameter(f"{name} => {failure.message}: {failure.debuginfo}") from failure
    extra = [str(name) for name in value if name not in node.fields]
    if extra:
        raise invalid_parameter(f"Unexpected keys ({', '.join(extra)}) detected in parameter array.")
    return clean


def _validate_many(node: Many, value: Any) -> list[Any]:
    """Check a list; PHP reads any bracketed keys as one, in the order in which they came."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if not isinstance(value, list):
        raise invalid_parameter("Only arrays accepted.")
    return [validate(node.item, item) for item in value]


def _scalar(node: Value, value: Any) -> Any:
    """Check one scalar."""
    if isinstance(value, Mapping | list):
        raise invalid_parameter("Scalar type expected, array or object received.")
    if value is None:
        return {"int": 0, "bool": False}.get(node.type, "")
    text = ("1" if value else "0") if isinstance(value, bool) else str(value)
    if node.type == "bool" and text in {"0", "1"}:
        return text == "1"
    if node.type == "int" and _INT.fullmatch(text):
        return int(text)
    if node.type == "raw" or (node.type in _PATTERNS and _PATTERNS[node.type].fullmatch(text)):
        return text
    raise invalid_parameter(
        f'Invalid external api parameter: the value is "{text[:80]}", the server was expecting "{node.type}" type',
    )
