"""Fields of the plugin's writes: names, types, defaults; and the refusals that a write may meet."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Fields: TypeAlias = "dict[str, Any]"


class Refusal(Exception):  # noqa: N818 # the contract's word
    """A write that is not done: its code in the contract, why, and how many people it would touch."""

    def __init__(self, code: str, message: str, affected: int = 0) -> None:
        """Keep code, message and the number of people."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.affected = affected


@dataclass(frozen=True, slots=True)
class Spec:
    """Types (bool, int, text, html, json, keys, ignored, key, or the list of values allowed) and defaults of a creation."""

    types: Mapping[str, str | tuple[Any, ...]]
    defaults: Mapping[str, Any] = field(default_factory=dict)

    def normalise(self, fields: Mapping[str, Any]) -> Fields:
        """Return the fields sent with their exact types. Raises Refusal."""
        for name in fields:
            if name not in self.types:
                raise Refusal("invalid", f"unknown field: {name}")
        kept = {name: kind for name, kind in self.types.items() if kind != "ignored"}
        return {name: _cast(name, kept[name], value) for name, value in fields.items() if name in kept}

    def complete(self, fields: Mapping[str, Any]) -> Fields:
        """Return every field of a creation. Raises Refusal when a required one is missing."""
        everything = {**self.defaults, **fields}
        absent = [n for n, kind in self.types.items() if n not in everything and kind not in {"ignored", "key"}]
        if absent:
            raise Refusal("invalid", f"missing field: {', '.join(absent)}")
        return everything


def _cast(name: str, kind: str | tuple[Any, ...], value: Any) -> Any:
    """Give one value its type. Raises Refusal."""
    if isinstance(kind, tuple):
        number = int(value) if isinstance(value, bool) else value
        if any(type(number) is type(choice) and number == choice for choice in kind):
            return number
    elif kind == "bool" and (isinstance(value, bool) or (isinstance(value, int) and value in {0, 1})):
        return bool(value)
    elif kind == "int" and isinstance(value, int):
        return int(value)
    elif kind == "text" and isinstance(value, str) and len(value) <= 255:
        return value.strip()
    elif (
        (kind in {"html", "key"} and isinstance(value, str))
        or (kind == "json" and (value is None or isinstance(value, dict)))
        or (kind == "keys" and isinstance(value, list))
    ):
        return value
    raise Refusal("invalid", f"wrong value for field: {name}")


def decode(text: str) -> Fields:
    """Decode the JSON of a ``fields`` parameter. Raises Refusal when it is not one object."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Refusal("invalid", "fields is not a JSON object")
    return value


def canonical(value: Any) -> str:
    """Return the canonical JSON of a value: sorted keys, no spaces."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def same(left: Any, right: Any) -> bool:
    """Tell whether two values have the same canonical text."""
    return canonical(left) == canonical(right)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One object as the site shows it now."""

    id: int
    parent: str
    fields: Fields
    modname: str = ""
    learners: int = 0

    @property
    def digest(self) -> str:
        """Proof of the state."""
        text = canonical({"fields": self.fields, "id": self.id, "parent": self.parent})
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Order:
    """One write asked for."""

    key: str
    sent: Fields
    expect: str
    dryrun: bool = False
    modname: str = ""
    sectionkey: str = ""
    draftitemid: int = 0
    allow: tuple[str, ...] = ()
