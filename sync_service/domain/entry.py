"""An entry: one event of the register with its payload from the vault, as the projections read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

from sync_service.domain.event import Event
from sync_service.domain.lms_state import Json

REPLACING = frozenset({"correction", "halfday.corrected", "identity.corrected"})
"""Types whose ``replaces`` takes earlier entries out of the standing ones."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event and what the vault says of it; ``private`` is None when there is none or its key was destroyed."""

    event: Event
    private: Mapping[str, Json] | None = None

    @property
    def type(self) -> str:
        """Type of the event."""
        return self.event.type

    @property
    def subject(self) -> str:
        """Subject of the event."""
        return self.event.subject

    @property
    def kind(self) -> str:
        """Kind of the source key, which survives a vanishing and a reappearance."""
        return str(self.event.source.get("kind", ""))

    @property
    def object(self) -> str:
        """Object of the source key: the activity, the session's half-day, the piece."""
        return str(self.event.source.get("object", ""))

    def get(self, name: str) -> Json:
        """Return a field of the payload, else of the event's data, else None."""
        if self.private is not None and name in self.private:
            return self.private[name]
        return self.event.data.get(name)

    def text(self, name: str) -> str:
        """Return a field as text, empty when absent."""
        value = self.get(name)
        return "" if value is None else str(value)

    def jury_in(self, promotion: str) -> str:
        """Return the jury that it names; that of another promotion bears its promotion, as names are given in each."""
        named, other = self.text("jury"), self.event.promotion
        return named if not named or not promotion or other in {None, "", promotion} else f"{other}/{named}"

    def number(self, name: str) -> int:
        """Return a field as a whole number, 0 when absent or not one."""
        value = self.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else 0

    def day(self, zone: tzinfo = UTC) -> date:
        """Return the day it takes effect: its valid time, else the day it was seen."""
        start = self.event.valid_from
        return day_of(start, zone) if start else self.event.observed_at.astimezone(zone).date()


def day_of(moment: str, zone: tzinfo = UTC) -> date:
    """Return the day of an ISO date or of an RFC 3339 moment, in ``zone``. Raises ValueError."""
    if len(moment) == len("2027-01-14"):
        return date.fromisoformat(moment)
    return datetime.fromisoformat(moment).astimezone(zone).date()


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """Return the last instant of ``day`` in ``zone``, as UTC."""
    return datetime.combine(day, time(23, 59, 59, 999000), tzinfo=zone).astimezone(UTC)


def pair(events: Iterable[Event], payloads: Mapping[str, Mapping[str, Json]]) -> tuple[Entry, ...]:
    """Join events with what the vault revealed of them."""
    return tuple(Entry(event, payloads.get(event.id)) for event in events)


def standing(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the entries that no later one takes the place of, without the bare corrections."""
    gone = {identifier for entry in entries if entry.type in REPLACING for identifier in entry.event.replaces}
    return tuple(e for e in entries if e.event.id not in gone and e.type != "correction")


def until(entries: Sequence[Entry], as_of: date, zone: tzinfo) -> tuple[Entry, ...]:
    """Return the entries whose effect begins on ``as_of`` or before."""
    return tuple(e for e in entries if e.day(zone) <= as_of)


def stands(entries: Iterable[Entry], type_: str, on: date, zone: tzinfo, **values: str) -> bool:
    """Tell whether an act of this type, day and values is recorded already: the same line given again says nothing new."""
    return any(
        e.type == type_ and e.day(zone) == on and all(e.text(name) == value for name, value in values.items())
        for e in entries
    )


def first(entries: Iterable[Entry], type_: str) -> Entry | None:
    """Return the first entry of a type, or None."""
    return next((e for e in entries if e.type == type_), None)


def last(entries: Sequence[Entry], *types: str) -> Entry | None:
    """Return the last entry of one of these types, or None."""
    return next((e for e in reversed(entries) if e.type in types), None)
