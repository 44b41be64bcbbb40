"""A person asks what is held about her: the request, its due date, what she is given, and that she was (domain.md §1.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo

from sync_service.domain import periods
from sync_service.domain.act import Filing, What, act
from sync_service.domain.entry import Entry
from sync_service.domain.envelope import utc_text
from sync_service.domain.french import in_zone
from sync_service.domain.lms_state import Json
from sync_service.errors import UsageError
from sync_service.ports import Ledger
from sync_service.usecases.standing import entries_of

WITHIN = "P1M"
"""RGPD, article 12: one month from the request."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request for access, and by when it must be answered."""

    received_on: date
    due_on: date
    served_on: date | None = None


def requests_of(entries: tuple[Entry, ...]) -> tuple[Request, ...]:
    """Project one person’s requests, in order; one that is served answers the oldest that waits."""
    found: list[Request] = []
    for entry in entries:
        if entry.type == "access.requested":
            found.append(Request(entry.day(), date.fromisoformat(entry.text("due_on"))))
        elif entry.type == "access.served":
            waiting = next((place for place, item in enumerate(found) if item.served_on is None), None)
            if waiting is not None:
                found[waiting] = Request(found[waiting].received_on, found[waiting].due_on, entry.day())
    return tuple(found)


def request_access(ledger: Ledger, filing: Filing, subject: str, *, on: date, today: date) -> Request:
    """Record that a person asked for her file, unless a request of hers waits already; return the one that waits.

    Raises:
        UsageError: the request would be dated in the future.
    """
    if on > today:
        raise UsageError("La demande ne peut pas être datée dans l’avenir : corrigez --received.")
    waiting = [item for item in requests_of(entries_of(ledger, subject)) if item.served_on is None]
    if waiting:
        return waiting[0]
    due = periods.after(on, WITHIN) or on
    what = What(on, {"due_on": due.isoformat()})
    ledger.append(
        [act(filing, "access.requested", subject, "access", what, token=f"{on}|{filing.run}")], now=filing.observed_at
    )
    return Request(on, due)


def serve_access(ledger: Ledger, filing: Filing, subject: str, digest: str, *, zone: tzinfo) -> None:
    """Record that her file was given to a person; ``digest`` is that of the list of its files."""
    data: dict[str, Json] = {"document": "access-folder", "sha256": digest}
    what = What(in_zone(filing.observed_at, zone).date(), data)
    ledger.append(
        [act(filing, "access.served", subject, "access", what, token=f"{digest}|{filing.run}")], now=filing.observed_at
    )


def lines_of(entries: tuple[Entry, ...]) -> list[dict[str, Json]]:
    """Return every line about one person, as plain objects: what it says, what the vault reveals of it, its hash."""
    return [_line(entry) for entry in entries]


def _line(entry: Entry) -> dict[str, Json]:
    event = entry.event
    return {
        "seq": event.seq, "id": event.id, "type": event.type, "recorded_at": utc_text(event.recorded_at),
        "observed_at": utc_text(event.observed_at), "valid_from": event.valid_from, "promotion": event.promotion,
        "source": dict(event.source), "actor": dict(event.actor), "evidence": dict(event.evidence),
        "replaces": list(event.replaces), "reason": event.reason, "data": dict(event.data),
        "protected": None if entry.private is None else dict(entry.private),
        "destroyed": bool(event.vault) and entry.private is None, "leaf": event.leaf,
    }  # fmt: skip
