"""A Moodle site in memory: its objects in order, the plugin's map, and what people do by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape, unescape

from sync_service.domain.fields import spec
from sync_service.domain.keys import split_key
from sync_service.domain.lms_state import Fields, Json, Kind, MoodleUser
from sync_service.domain.renaming import with_keys

_SCRIPT = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BLANK_TARGET = re.compile(r'(<a\b[^>]*target="_blank")(?![^>]*\brel=)', re.IGNORECASE)


@dataclass(slots=True)
class Thing:
    """An object of the course; ``key`` is what Moodle keeps as an idnumber."""

    id: int
    key: str
    kind: Kind
    modname: str
    parent: str
    fields: dict[str, Json]
    learners: int = 0
    would_lose: int = 0
    """People whose results the next replacement of the package would erase."""


@dataclass(slots=True)
class Row:
    """A row of the plugin's map."""

    uid: str
    kind: Kind
    moodle_id: int
    parent: str
    declared: dict[str, Json] = field(default_factory=dict)
    applied: dict[str, Json] = field(default_factory=dict)


class MemoryMoodle:
    """The site: objects in their present order, the map, the accounts, and what people do by hand."""

    def __init__(self, *, site_uid: str = "site-memory", users: Sequence[MoodleUser] = ()) -> None:
        """Start empty, with some accounts."""
        self.site_uid = site_uid
        self.users = {user.id: user for user in users}
        self.things: dict[int, Thing] = {}
        self.rows: dict[str, Row] = {}
        self.by_hand: dict[str, dict[int, bool]] = {}
        """Promotion → user id enrolled by people → active."""
        self._last = 0

    def bearer(self, key: str) -> Thing | None:
        """Return the object that bears a key."""
        return next((thing for thing in self.things.values() if thing.key == key), None)

    def mapped(self, key: str) -> Thing | None:
        """Return the object of a row of the map."""
        row = self.rows.get(key)
        return self.things.get(row.moodle_id) if row is not None else None

    def add(self, key: str, kind: Kind, modname: str, parent: str, fields: Fields, *, at: int | None = None) -> Thing:
        """Add an object, at a place of the present order when one is given."""
        self._last += 1
        thing = Thing(self._last, key, kind, modname, parent, dict(fields))
        self.things[thing.id] = thing
        if at is not None:
            self._place(thing, at)
        return thing

    # what people do by hand ---------------------------------------------------------------------------------

    def edit(self, key: str, /, **fields: Json) -> None:
        """Change fields of an object in Moodle's own forms."""
        thing = self._there(key)
        thing.fields.update({name: clean(thing.kind, thing.modname, name, value) for name, value in fields.items()})

    def drag(self, key: str, rank: int) -> None:
        """Move a section or an activity to a rank among ours."""
        thing = self._there(key)
        others = [item.id for item in self.neighbours(thing) if item is not thing]
        self._before(thing, others[rank] if rank < len(others) else None)

    def delete(self, key: str) -> None:
        """Delete an object and what it contains."""
        thing = self._there(key)
        inside = [item for item in self.things.values() if item.key != key and self._is_in(item, key)]
        for item in [thing, *inside]:
            self.things.pop(item.id, None)

    def restore(self, key: str) -> None:
        """Replace an object by a restored copy that bears its key, as a course restore does."""
        thing = self._there(key)
        del self.things[thing.id]
        self.add(key, thing.kind, thing.modname, thing.parent, thing.fields)

    def forget(self, key: str) -> None:
        """Drop the row of an object, as in a copy of the course on another site."""
        del self.rows[key]

    def study(self, key: str, learners: int, *, would_lose: int = 0) -> None:
        """Let people have results in an activity."""
        thing = self._there(key)
        thing.learners, thing.would_lose = learners, would_lose

    def enrol_by_hand(self, promotion: str, user_id: int, *, active: bool = True) -> None:
        """Enrol someone without cyclesync."""
        self.by_hand.setdefault(promotion, {})[user_id] = active

    def rename(self, was: str, key: str) -> None:
        """Give an object another key wherever the old one stands, as the plugin does."""
        words = {was: key}
        for thing in self.things.values():
            thing.key, thing.parent = words.get(thing.key, thing.key), words.get(thing.parent, thing.parent)
            thing.fields = with_keys(thing.fields, words)
        self.rows = {words.get(name, name): row for name, row in self.rows.items()}
        for row in self.rows.values():
            row.parent = words.get(row.parent, row.parent)
            row.declared, row.applied = with_keys(row.declared, words), with_keys(row.applied, words)

    # order -----------------------------------------------------------------------------------------------------

    def neighbours(self, thing: Thing) -> list[Thing]:
        """Return the mapped objects of the same kind and container, in their present order."""
        known = {row.moodle_id for row in self.rows.values()} | {thing.id}
        return [t for t in self.things.values() if t.kind is thing.kind and t.parent == thing.parent and t.id in known]

    def position(self, thing: Thing) -> int:
        """Return the declared rank while the order is as declared, else the present rank (the plugin's rule)."""
        around = self.neighbours(thing)
        declared = [self._declared_rank(item) for item in around]
        index = next(i for i, item in enumerate(around) if item is thing)
        rank = declared[index]
        return rank if rank is not None and index in _longest_run(declared) else index

    def put(self, thing: Thing, wanted: int) -> None:
        """Move an object behind the last neighbour that is declared before ``wanted``, unless it stands right."""
        around = [(item, self.position(item)) for item in self.neighbours(thing)]
        index = next(i for i, (item, _) in enumerate(around) if item is thing)
        wrong = any(rank > wanted for _, rank in around[:index]) or any(
            rank < wanted for _, rank in around[index + 1 :]
        )
        if wrong:
            self._place(thing, wanted)

    def _place(self, thing: Thing, wanted: int) -> None:
        others = [(item, self.position(item)) for item in self.neighbours(thing) if item is not thing]
        best = -1
        for index, (_, rank) in enumerate(others):
            if rank < wanted and (best < 0 or rank >= others[best][1]):
                best = index
        self._before(thing, others[best + 1][0].id if best + 1 < len(others) else None)

    def _before(self, thing: Thing, other: int | None) -> None:
        order = [item_id for item_id in self.things if item_id != thing.id]
        order.insert(order.index(other) if other is not None else len(order), thing.id)
        self.things = {item_id: self.things[item_id] for item_id in order}

    def _declared_rank(self, thing: Thing) -> int | None:
        row = self.rows.get(thing.key)
        rank = row.declared.get("position") if row is not None and row.moodle_id == thing.id else None
        return rank if isinstance(rank, int) else None

    def _there(self, key: str) -> Thing:
        thing = self.mapped(key) or self.bearer(key)
        if thing is None:
            raise KeyError(key)
        return thing

    def _is_in(self, thing: Thing, key: str) -> bool:
        return thing.parent == key or (key.endswith(":course") and promotion_of(thing.key) == promotion_of(key))


def clean(kind: Kind, modname: str, name: str, value: Json) -> Json:
    """Return a value as Moodle would show it after storing it: scripts gone, names without tags and escaped."""
    if not isinstance(value, str):
        return value
    form = spec(kind, modname, name).form.__name__
    if form == "html":
        return _BLANK_TARGET.sub(r'\1 rel="noreferrer"', _BREAK.sub("<br />", _SCRIPT.sub("", value)))
    return escape(unescape(_TAG.sub("", value)), quote=False) if form == "text" else value


def promotion_of(key: str) -> str:
    """Return the promotion that a key names, or nothing."""
    parts = split_key(key)
    return "" if parts is None else parts[0]


def _longest_run(ranks: Sequence[int | None]) -> frozenset[int]:
    """Return the indexes of the longest run of ranks that do not decrease."""
    best: frozenset[int] = frozenset()
    runs: dict[int, frozenset[int]] = {}
    for index, rank in enumerate(ranks):
        if rank is not None:
            before = [run for last, run in runs.items() if (ranks[last] or 0) <= rank]
            runs[index] = max(before, key=len, default=frozenset[int]()) | {index}
            best = max(best, runs[index], key=len)
    return best
