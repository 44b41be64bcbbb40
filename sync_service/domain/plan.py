"""A plan: the ordered changes of one promotion, what is only told, and what it refuses by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sync_service.domain.changes import Change, Finding, Observation, Verb, fingerprint_of
from sync_service.domain.guards import Allow, Guard
from sync_service.domain.lms_state import Json
from sync_service.errors import GuardError

SHORTEST_CODE = 12
"""Characters of a fingerprint that are enough to name a plan."""
SHOWN_CODE = 16


@dataclass(frozen=True, slots=True)
class Counts:
    """The five numbers that a preview begins with, and what Moodle writes by itself."""

    created: int = 0
    changed: int = 0
    people: int = 0
    results_lost: int = 0
    messages: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """A group of the preview: a section of the course, or what belongs to the course as a whole."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What ``apply`` would do. ``changes`` are in the order of an apply."""

    promotion: str
    site_uid: str
    changes: tuple[Change, ...] = ()
    observations: tuple[Observation, ...] = ()
    guards: tuple[Guard, ...] = ()
    counts: Counts = field(default_factory=Counts)
    headings: tuple[Heading, ...] = ()
    notes: tuple[str, ...] = ()
    """French sentences: what Moodle writes by itself, lifts that served nothing."""
    people_notes: tuple[str, ...] = ()
    """French sentences of the caller about people that were not found; they may name them."""
    only: tuple[str, ...] = ()
    allows: tuple[Allow, ...] = ()
    held: frozenset[str] = frozenset()
    """Keys of objects that are held back whole: foreign, gone, or in something that is."""

    @property
    def fingerprint(self) -> str:
        """Return the code of the preview, 64 hexadecimal characters."""
        return fingerprint_of(change.id for change in self.changes)

    @property
    def code(self) -> str:
        """Return the part of the fingerprint that people copy."""
        return self.fingerprint[:SHOWN_CODE]

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to write."""
        return not self.changes

    @property
    def blocked(self) -> bool:
        """Tell whether a guard stops the whole plan."""
        return any(guard.stops_all for guard in self.guards)

    @property
    def exit_code(self) -> int:
        """Return 3 when a guard refuses, 2 when changes are pending, else 0."""
        if self.blocked:
            return 3
        if self.changes:
            return 2
        return 3 if any(guard.lifted is None for guard in self.guards) else 0

    def refuse(self) -> None:
        """Raise GuardError when a guard stops the whole plan; nothing was written yet."""
        stops = [guard for guard in self.guards if guard.stops_all]
        if stops:
            first = stops[0]
            raise GuardError(f"{first.sentence} Rien n’a été écrit. Si c’est voulu, ajoutez {first.advice}.")

    def find(self, change_id: str) -> Change | None:
        """Return the change with this id, or None."""
        return next((change for change in self.changes if change.id == change_id), None)

    def holds_back(self, key: str, verb: Verb, fields: Iterable[str]) -> str:
        """Return why something approved is neither planned any more nor done: a guard's name or changed_since, or "".

        A drift holds nothing back: what was approved was done, and someone changed it afterwards.
        """
        if key in self.held:
            return "changed_since"
        if verb in {Verb.CREATE, Verb.ADOPT}:
            made = any(c.key == key and c.verb in {Verb.CREATE, Verb.ADOPT} for c in self.changes)
            return "changed_since" if made else ""
        concerned = set(fields)
        for guard in self.guards:
            if guard.key == key and guard.lifted is None and guard.fields & concerned:
                return guard.name.value
        conflicts = [o.declared for o in self.observations if o.key == key and o.finding is Finding.CONFLICT]
        planned = [c.wanted for c in self.changes if c.key == key]
        return "changed_since" if any(concerned & set(found) for found in [*conflicts, *planned]) else ""

    def to_json(self) -> dict[str, Json]:
        """Return the whole plan as plain JSON, people's notes included."""
        return {
            "promotion": self.promotion, "site_uid": self.site_uid, "fingerprint": self.fingerprint, "code": self.code,
            "counts": _counts_json(self.counts), "only": list(self.only), "allow": [str(a) for a in self.allows],
            "changes": [change_json(change) for change in self.changes],
            "observations": [_observation_json(item) for item in self.observations],
            "guards": [_guard_json(guard) for guard in self.guards],
            "notes": list(self.notes), "people": list(self.people_notes), "apply": self.command,
        }  # fmt: skip

    @property
    def command(self) -> str:
        """Return the exact line that applies this plan, or nothing when there is nothing to apply."""
        if self.empty or self.blocked:
            return ""
        allows = "".join(f" --allow {_quoted(str(allow))}" for allow in self.allows)
        return f"cyclesync apply {self.promotion} --fingerprint {self.code}{allows}"


def change_json(change: Change) -> dict[str, Json]:
    """Return one change as plain JSON; no one is named in it."""
    return {
        "id": change.id, "key": change.key, "kind": change.kind.value, "modname": change.modname,
        "verb": change.verb.value, "title": change.title, "seen": dict(change.seen), "wanted": dict(change.wanted),
        "caution": change.caution,
    }  # fmt: skip


def _counts_json(counts: Counts) -> dict[str, Json]:
    return {
        "created": counts.created, "changed": counts.changed, "people": counts.people,
        "results_lost": counts.results_lost, "messages": counts.messages,
    }  # fmt: skip


def _observation_json(item: Observation) -> dict[str, Json]:
    return {
        "finding": item.finding.value, "key": item.key, "kind": item.kind.value, "title": item.title,
        "declared": dict(item.declared), "seen": dict(item.seen),
    }  # fmt: skip


def _guard_json(guard: Guard) -> Mapping[str, Json]:
    return {
        "name": guard.name.value, "key": guard.key, "sentence": guard.sentence, "affected": guard.affected,
        "lifted": None if guard.lifted is None else guard.lifted.reason, "advice": guard.advice,
    }  # fmt: skip


def _quoted(text: str) -> str:
    """Quote an argument for a POSIX shell when it needs it."""
    if all(c.isalnum() or c in "_-:=.," for c in text):
        return text
    return "'" + text.replace("'", "'\"'\"'") + "'"
