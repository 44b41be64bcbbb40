"""Acts that want two persons, where the referential or the promotion says so: proposed by one, recorded by another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sync_service.domain import french
from sync_service.domain.canonical import canonical_bytes
from sync_service.domain.entry import Entry
from sync_service.domain.event import Draft
from sync_service.domain.event_types import label_of
from sync_service.domain.lms_state import Json

PROPOSED = "act.proposed"
ELIMINATION = "elimination"
ACTS: Mapping[str, str] = {
    "dossier.declared_admissible": "recevabilite", "dossier.declared_inadmissible": "recevabilite",
    "dossier.derogation": "derogation", "dossier.sealed_for_jury": "remise-au-jury", "jury.decision": "decision",
    "certificate.number_reserved": "numero-reserve", "certificate.signed": "signature", "certificate.issued": "delivrance",
    "certificate.withdrawn": "retrait", "certificate.annulled": "annulation",
}  # fmt: skip
"""Type of event → the name under which a referential or a promotion asks for two persons."""
NAMES = (*dict.fromkeys(ACTS.values()), ELIMINATION)
"""What ``second_person`` may hold."""
LONG = 30
"""Days after which the age of what waits is said."""
_VOLATILE = frozenset({"number", "size", "root", "known_at", "attempt", "copy", "year"})
"""Fields of ``data`` that depend on the moment of writing: two persons who say the same may differ in them."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An act that one person proposed, and that waits for another."""

    id: str
    act: str
    """Type of the event to come."""
    jury: str
    by: str
    """Pseudonym of who proposed."""
    on: date
    """Day of the act to come."""
    content: bytes
    made_at: datetime | None = None
    """When it was proposed; None while it is not recorded."""

    def proposed_on(self, zone: tzinfo) -> date:
        """Return the day on which it was proposed, in a zone."""
        return french.in_zone(self.made_at, zone).date() if self.made_at else self.on

    def waits_words(self, today: date, zone: tzinfo) -> str:
        """Say « depuis 42 jours » of one that waits for a month or more, nothing before; it never expires by itself."""
        days = (today - self.proposed_on(zone)).days
        return f"depuis {french.count(days, 'jour')}" if days >= LONG else ""

    @property
    def words(self) -> str:
        """Name the act, and the jury it is about."""
        named = label_of(self.act)
        said = named[:1].lower() + named[1:]
        return f"{said} ({self.jury})" if self.jury and self.act == "jury.decision" else said


def wants_two(type_: str, asked: Iterable[str]) -> bool:
    """Tell whether an act of this type wants two persons, ``asked`` being the names that the rules hold."""
    return ACTS.get(type_, "") in set(asked)


def content_of(draft: Draft) -> dict[str, Json]:
    """Return what two persons must say alike of an act."""
    day = draft.valid_from.isoformat() if isinstance(draft.valid_from, date) else str(draft.valid_from or "")
    return _content(day, draft.data, draft.private, draft.evidence.files, draft.reason)


def recorded_alike(entries: Sequence[Entry], draft: Draft) -> bool:
    """Tell whether the register holds this very act already."""
    wanted = canonical_bytes(content_of(draft))
    return any(canonical_bytes(_of_entry(e)) == wanted for e in entries if e.type == draft.type)


def _of_entry(entry: Entry) -> dict[str, Json]:
    files = entry.event.evidence.get("files")
    listed = [str(f) for f in files] if isinstance(files, list | tuple) else []
    return _content(entry.event.valid_from or "", entry.event.data, entry.private, listed, entry.event.reason)


def _content(
    on: str, data: Mapping[str, Json], private: Mapping[str, Json] | None, files: Sequence[str], reason: str | None
) -> dict[str, Json]:
    return {
        "on": on,
        "data": {name: value for name, value in data.items() if name not in _VOLATILE},
        "private": dict(private or {}),
        "files": list(files),
        "reason": reason or "",
    }


def place_of(type_: str, data: Mapping[str, Json]) -> tuple[str, str]:
    """Return what makes one waiting act another than the next: its type, the jury it is about."""
    return type_, str(data.get("jury") or "")


def waiting(entries: Iterable[Entry], until: date | None = None) -> dict[tuple[str, str], Proposal]:
    """Return the acts of one person's entries that wait for a second person, by type and jury, on a day."""
    found: dict[tuple[str, str], Proposal] = {}
    for entry in entries:
        if until is not None and entry.day() > until:
            continue
        if entry.type == PROPOSED:
            made = _proposal(entry)
            found[made.act, made.jury] = made
        else:
            found.pop(place_of(entry.type, entry.event.data), None)
    return found


def _proposal(entry: Entry) -> Proposal:
    content = entry.private.get("content") if entry.private is not None else None
    return Proposal(
        id=entry.event.id,
        act=str(entry.event.data.get("act", "")),
        jury=str(entry.event.data.get("jury") or ""),
        by=str(entry.event.actor.get("ref", "")),
        on=entry.day(),
        content=canonical_bytes(dict(content)) if isinstance(content, Mapping) else b"",
        made_at=entry.event.recorded_at,
    )
