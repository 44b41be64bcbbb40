"""A key that the mapping changes (``was``): the seen course as it will be once the renames are done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sync_service.domain.lms_state import Base, CourseState, Fields, Json, LmsObject, Owner, SeenObject


def possible_renames(
    objects: Sequence[LmsObject], state: CourseState, renames: Mapping[str, str]
) -> dict[str, SeenObject]:
    """Return new key → object of ours that still has the old one; the new key must be free and the kind the same."""
    seen = {item.key: item for item in state.objects}
    kinds = {item.key: (item.kind, item.modname) for item in objects}
    found: dict[str, SeenObject] = {}
    for new, old in renames.items():
        item = seen.get(old)
        if item is None or new in seen or old in kinds or item.owner is not Owner.OURS:
            continue
        if kinds.get(new) == (item.kind, item.modname):
            found[new] = item
    return found


def renamed(state: CourseState, found: Mapping[str, SeenObject]) -> CourseState:
    """Return the state with the new keys wherever the old ones stand: keys, parents, fields and bases."""
    if not found:
        return state
    words = {item.key: new for new, item in found.items()}
    course = None if state.course is None else _renamed(state.course, words)
    return replace(state, course=course, objects=tuple(_renamed(item, words) for item in state.objects))


def _renamed(item: SeenObject, words: Mapping[str, str]) -> SeenObject:
    base = item.base
    return replace(
        item,
        key=words.get(item.key, item.key),
        parent=words.get(item.parent, item.parent),
        base_parent=words.get(item.base_parent, item.base_parent),
        fields=with_keys(item.fields, words),
        base=None if base is None else Base(with_keys(base.declared, words), with_keys(base.applied, words)),
    )


def with_keys(fields: Fields, words: Mapping[str, str]) -> dict[str, Json]:
    """Return fields with the new keys wherever an old one stands (``words`` is old → new)."""
    return {name: _with_keys(value, words) for name, value in fields.items()}


def _with_keys(value: Json, words: Mapping[str, str]) -> Json:
    """Replace texts that are a key, at any depth; a text that only contains one stays."""
    if isinstance(value, str):
        return words.get(value, value)
    if isinstance(value, Mapping):
        return {name: _with_keys(child, words) for name, child in value.items()}
    if isinstance(value, Sequence):
        return [_with_keys(child, words) for child in value]
    return value
