"""In which order objects are made, and what each change waits for (design.md §4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from sync_service.domain.changes import Change, Verb
from sync_service.domain.fields import CRITERIA, known_fields
from sync_service.domain.keys import split_key
from sync_service.domain.lms_state import Json, Kind, LmsObject, Owner, SeenObject

_RANKS: Mapping[Kind, int] = {kind: index for index, kind in enumerate(Kind)}
MAKING = frozenset({Verb.CREATE, Verb.ADOPT, Verb.RENAME})
"""Changes after which an object is there under its key: whatever else concerns it waits for them."""
_BUILT = frozenset({Kind.COURSE, Kind.ENROL_INSTANCE, Kind.SECTION, Kind.MODULE})
"""Kinds without which the course is not whole, and is not shown."""


class Ordering:
    """The declared objects in the order of an apply: it depends on the mapping alone, never on what exists."""

    def __init__(self, objects: Sequence[LmsObject]) -> None:
        """Sort by kind, then by place in the course."""
        self.by_key: Mapping[str, LmsObject] = {item.key: item for item in objects}
        self.objects: tuple[LmsObject, ...] = tuple(sorted(objects, key=self._natural))
        self.rank: Mapping[str, int] = {item.key: index for index, item in enumerate(self.objects)}
        self.instances = frozenset(item.key for item in objects if item.kind is Kind.ENROL_INSTANCE)
        self.course = next((item.key for item in objects if item.kind is Kind.COURSE), "")

    def _natural(self, item: LmsObject) -> tuple[int, int, int, str]:
        parent = self.by_key.get(item.parent)
        above = _position(parent) if parent is not None and parent.kind is Kind.SECTION else 0
        return _RANKS[item.kind], above, _position(item), item.key

    def place(self, change: Change) -> tuple[int, int, int]:
        """Return where a change stands: updates before creations, so that a rank is free before it is taken."""
        if change.verb is Verb.SHOW:
            return len(_RANKS), 0, 0
        if change.verb is Verb.RENAME:
            return -1, 0, self.rank[change.key]
        if change.after_all:
            return _RANKS[Kind.GROUP], 9, self.rank[change.key]
        stage = {Verb.ADOPT: 0, Verb.CREATE: 2}.get(change.verb, 1)
        return _RANKS[change.kind], stage, self.rank[change.key]

    def deferred(self, wanted: LmsObject) -> Mapping[str, Json]:
        """Return the fields that a creation leaves for later, each with the value it is created with."""
        late: dict[str, Json] = {}
        if wanted.kind is Kind.COURSE and wanted.fields.get("visible") is True:
            late["visible"] = False
        if wanted.fields.get(CRITERIA):
            late[CRITERIA] = []
        own = self.rank[wanted.key]
        if any(self.rank.get(key, -1) >= own for key in references(wanted.fields.get("availability"))):
            late["availability"] = None
        return late

    def refers(self, name: str, value: Json) -> bool:
        """Tell whether a field names other declared objects."""
        named = references(value) if name == "availability" else _texts(value) if name == CRITERIA else ()
        return any(key in self.rank for key in named)

    def needs(self, change: Change, changes: Sequence[Change]) -> tuple[str, ...]:
        """Return the keys that a change waits for."""
        wanted = self.by_key[change.key]
        if change.verb is Verb.SHOW:
            return tuple(dict.fromkeys(c.key for c in changes if c.kind in _BUILT and c.verb is not Verb.SHOW))
        needs = {self.course, wanted.parent, *references(change.wanted.get("availability"))}
        needs.update(_texts(change.wanted.get(CRITERIA)))
        if change.kind is Kind.ENROLMENT:
            needs |= self.instances | set(_texts(wanted.fields.get("groups")))
        if change.verb is not Verb.CREATE:
            needs |= {c.key for c in changes if c.key == change.key and c.verb in MAKING}
        if change.verb is Verb.RENAME:
            return (self.course,)
        if change.verb in MAKING:
            needs -= {change.key}
        return tuple(sorted(needs - {""}))


def check_declared(promotion: str, objects: Sequence[LmsObject]) -> None:
    """Refuse objects that contradict each other. Raises ValueError: the mapping's own checks come before this."""
    known = Counter(item.key for item in objects)
    twice = [key for key, times in known.items() if times > 1]
    if twice:
        raise ValueError(f"declared twice: {twice[0]}")
    for item in objects:
        parts = split_key(item.key)
        if parts is None or parts[0] != promotion:
            raise ValueError(f"not a key of {promotion}: {item.key}")
        if item.parent and item.parent not in known:
            raise ValueError(f"{item.key} is in {item.parent}, which is not declared")
        strange = set(item.fields) - known_fields(item.kind, item.modname)
        if strange:
            raise ValueError(f"{item.key} has no field {min(strange)}")


def is_moved(wanted: LmsObject, seen: SeenObject) -> bool:
    """Tell whether the mapping moved a module; one that people moved stays where they put it."""
    here = wanted.kind is Kind.MODULE and seen.owner is Owner.OURS and seen.parent == seen.base_parent
    return here and seen.parent not in {"", wanted.parent}


def references(availability: Json) -> Iterator[str]:
    """Yield the keys that an access restriction names."""
    if isinstance(availability, Mapping):
        key = availability.get("key")
        if isinstance(key, str):
            yield key
        for child in availability.values():
            yield from references(child)
    elif isinstance(availability, Sequence) and not isinstance(availability, str):
        for child in availability:
            yield from references(child)


def _position(item: LmsObject) -> int:
    value = item.fields.get("position", item.fields.get("timestart"))
    return value if isinstance(value, int) else 0


def _texts(value: Json) -> list[str]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [str(item) for item in value]
    return []
