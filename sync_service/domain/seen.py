"""What Moodle last showed of each thing, how fresh that is, and in which words (design.md §4 Pull)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from sync_service.domain import french
from sync_service.domain.entry import Entry
from sync_service.domain.facts import FactKind
from sync_service.domain.lms_state import Json

REASONS: Mapping[str, str] = {
    "hidden": "activité cachée dans Moodle",
    "no_access": "accès refusé par Moodle",
    "error": "erreur de Moodle",
    "timeout": "Moodle n’a pas répondu",
    "account_deleted": "compte Moodle supprimé",
    "not_mapped": "compte Moodle non rattaché",
    "failed": "le dernier relevé a échoué",
    "never": "aucun relevé",
    "absent": "absent du cours Moodle au dernier relevé",
    "missing": "pas encore de cours dans Moodle",
}
"""Why something was not read; « non lu » always comes with one of these."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing as it was last seen for one person."""

    kind: str
    key: str
    fields: Mapping[str, Json]
    at: datetime
    seq: int
    vanished_at: datetime | None = None

    def text(self, name: str) -> str:
        """Return a field as text, empty when absent."""
        value = self.fields.get(name)
        return "" if value is None else str(value)

    def number(self, name: str) -> int:
        """Return a field as a whole number, 0 when absent."""
        value = self.fields.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else 0


def seen(entries: Iterable[Entry]) -> dict[tuple[str, str], Seen]:
    """Project what Moodle showed of one person, by (kind, key); what vanished keeps its last value."""
    found: dict[tuple[str, str], Seen] = {}
    for entry in entries:
        if entry.event.source.get("system") != "moodle":
            continue
        place = (entry.kind, entry.object)
        if entry.type == "source.vanished":
            if place in found:
                found[place] = replace(found[place], vanished_at=entry.event.observed_at)
        elif entry.private is not None:
            found[place] = Seen(*place, entry.private, entry.event.observed_at, entry.event.seq)
    return found


@dataclass(frozen=True, slots=True)
class ReadRun:
    """One pull, as far as freshness is concerned."""

    finished_at: datetime
    read: bool
    """False when it failed or was refused before the end."""
    unread: Mapping[str, str] = field(default_factory=dict)
    """« object » or « object cand_… » → reason."""
    changes_only: bool = False
    """Whether it only followed the feed: it confirms what a whole reading saw, it reads nothing that one could not."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """When something was last read, and why not since, when that is so."""

    read_at: datetime | None
    reason: str = ""
    """Code of the reason why the newest pull did not read it; empty when it did."""


def freshness(runs: Sequence[ReadRun], key: str, subject: str) -> Freshness:
    """Say how fresh the reading of one thing is; ``runs`` are the newest first."""
    reason = ""
    confirmed: datetime | None = None
    for run in runs:
        why = "failed" if not run.read else run.unread.get(f"{key} {subject}") or run.unread.get(key, "")
        if why and (run.read or confirmed is None):
            reason, confirmed = reason or why, None
        elif not why and run.changes_only:
            confirmed = confirmed or run.finished_at
        elif not why:
            return Freshness(confirmed or run.finished_at, reason)
    return Freshness(confirmed, reason or ("" if confirmed else "never"))


def state_words(found: Seen | None) -> str:
    """Say « fait », « non fait » of an activity or a package that was read."""
    if found is None:
        return "non lu"
    if found.kind == FactKind.ACTIVITY:
        done = found.text("state") in {"complete", "pass"}
    else:
        done = found.text("status") in {"completed", "passed", "submitted"}
    return "fait" if done else "non fait"


def is_done(found: Seen | None) -> bool:
    """Whether the last value seen is « fait »."""
    return state_words(found) == "fait"


def words(found: Seen | None, fresh: Freshness, zone: tzinfo) -> str:
    """Say a thing with when it was seen: « fait, constaté le 3 février 2027 », « non lu (raison) »."""
    if found is None:
        return f"non lu ({why_unread(fresh)})"
    said = f"{state_words(found)}, constaté le {_day(found.at, zone)}"
    if found.vanished_at is not None:
        return f"{said} ; n’est plus visible dans Moodle depuis le {_day(found.vanished_at, zone)}"
    return f"{said}{stale_words(fresh, zone)}"


def why_unread(fresh: Freshness) -> str:
    """Say why there is no value at all: not read, or read and absent."""
    code = fresh.reason or "absent"
    return REASONS.get(code, code)


def stale_words(fresh: Freshness, zone: tzinfo) -> str:
    """Say « ; non relu depuis le … (raison) » when the newest pull did not read it, else nothing."""
    if not fresh.reason:
        return ""
    reason = REASONS.get(fresh.reason, fresh.reason)
    since = f" depuis le {_day(fresh.read_at, zone)}" if fresh.read_at else ""
    return f" ; non relu{since} ({reason})"


def _day(moment: datetime, zone: tzinfo) -> str:
    return french.long_date(french.in_zone(moment, zone).date())
