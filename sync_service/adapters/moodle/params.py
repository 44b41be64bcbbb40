"""Nested values as the bracketed form fields that Moodle's REST server reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

MAX_FIELDS = 800
"""PHP drops fields above max_input_vars (1000 by default) without a word; an answer would then look like "none"."""

Param: TypeAlias = "str | int | bool | Sequence[Param] | Mapping[str, Param]"
Params: TypeAlias = Mapping[str, Param]


def form_fields(params: Params) -> list[tuple[str, str]]:
    """Return the form fields of ``params``, truth values as 1 and 0.

    Raises:
        ValueError: more than ``MAX_FIELDS`` fields; the caller has to cut its list.
        TypeError: a value that a form cannot express, such as None or a float.
    """
    fields = [field for name, value in params.items() for field in _flatten(name, value)]
    if len(fields) > MAX_FIELDS:
        raise ValueError(f"{len(fields)} form fields, at most {MAX_FIELDS}: send the list in parts")
    return fields


def _flatten(name: str, value: Param) -> Iterator[tuple[str, str]]:
    """Yield the fields of one value; an empty list or object has none, as PHP reads it."""
    if isinstance(value, bool):
        yield name, "1" if value else "0"
    elif isinstance(value, str | int):
        yield name, str(value)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _flatten(f"{name}[{key}]", item)
    elif isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        for index, item in enumerate(value):
            yield from _flatten(f"{name}[{index}]", item)
    else:
        raise TypeError(f"{name}: {type(value).__name__} cannot be sent to Moodle")


def cut(values: Sequence[Param], size: int) -> Iterator[Sequence[Param]]:
    """Yield ``values`` in parts of at most ``size``."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
