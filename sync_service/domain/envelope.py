"""The envelope of the register: a draft and its place become canonical bytes; bytes become an event (§1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sync_service.domain.canonical import normalised, trusted_bytes
from sync_service.domain.event import Draft, Event, Moment
from sync_service.domain.event_types import TYPES, source_kind
from sync_service.domain.lms_state import Json
from sync_service.domain.merkle import leaf_hash

VERSION = 1
FIELDS = frozenset({
    "v", "id", "register", "seq", "prev", "type", "type_v", "subject", "cycle", "referential", "promotion",
    "valid_from", "valid_to", "observed_at", "recorded_at", "source", "actor", "evidence", "idem", "replaces", "reason",
    "data", "vault",
})  # fmt: skip
NO_LEAF = "0" * 64
"""``prev`` of the first event."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event stands in the register, given to it under the write lock."""

    register: str
    seq: int
    prev: str
    id: str
    recorded_at: datetime
    n: int
    """Version of its source key; 0 for an act."""
    idem: str
    vault: tuple[Mapping[str, Json], ...] = ()


def body_of(draft: Draft, place: Place) -> dict[str, Any]:
    """Lay out a draft, which draft_rules checked, at its place as the envelope of format v1. Raises CanonicalError."""
    source, actor = draft.source, draft.actor
    return {
        "v": VERSION,
        "id": place.id,
        "register": place.register,
        "seq": place.seq,
        "prev": place.prev,
        "type": draft.type,
        "type_v": TYPES[draft.type].type_v,
        "subject": draft.subject,
        "cycle": draft.cycle,
        "referential": draft.referential,
        "promotion": draft.promotion,
        "valid_from": moment_text(draft.valid_from),
        "valid_to": moment_text(draft.valid_to),
        "observed_at": utc_text(draft.observed_at),
        "recorded_at": utc_text(place.recorded_at),
        "source": {
            "system": source.system,
            "site_uid": source.site_uid,
            "object": source.object,
            "n": place.n,
            "route": source.route,
            "run": source.run,
        },
        "actor": {
            "kind": actor.kind,
            "ref": actor.ref,
            "capacity": actor.capacity,
            "delegation": actor.delegation,
            "channel": actor.channel,
        },
        "evidence": {"grade": draft.evidence.grade, "files": list(draft.evidence.files)},
        "idem": place.idem,
        "replaces": list(draft.replaces),
        "reason": draft.reason,
        "data": normalised(draft.data)[0],
        "vault": list(place.vault),
    }


def encode(draft: Draft, place: Place) -> tuple[bytes, Event]:
    """Return the canonical bytes of a draft at its place, and the event they are. Raises CanonicalError."""
    body = body_of(draft, place)
    content = trusted_bytes(body)
    return content, event_of(body, leaf_hash(content).hex())


def decode(content: bytes) -> Event:
    """Read an event from its canonical bytes.

    Its ``source`` also gets ``kind``, which is not in the bytes but follows from the type (event_types.source_kind).

    Raises:
        ValueError: the bytes are not an envelope of a version that is known here.
    """
    return event_of(json.loads(content), leaf_hash(content).hex())


def event_of(body: Mapping[str, Any], leaf: str) -> Event:
    """Read an event from its parsed envelope and its leaf hash. Raises ValueError."""
    if not isinstance(body, Mapping) or body.get("v") != VERSION or body.keys() != FIELDS:
        raise ValueError("not an envelope of format v1")
    return Event(
        seq=body["seq"],
        id=body["id"],
        type=body["type"],
        type_v=body["type_v"],
        subject=body["subject"],
        recorded_at=datetime.fromisoformat(body["recorded_at"]),
        observed_at=datetime.fromisoformat(body["observed_at"]),
        valid_from=body["valid_from"],
        valid_to=body["valid_to"],
        cycle=body["cycle"],
        referential=body["referential"],
        promotion=body["promotion"],
        source={**body["source"], "kind": source_kind(body["type"], body["data"])},
        actor=body["actor"],
        evidence=body["evidence"],
        replaces=tuple(body["replaces"]),
        reason=body["reason"],
        data=body["data"],
        vault=tuple(body["vault"]),
        leaf=leaf,
    )


@lru_cache(maxsize=256)
def utc_text(at: datetime) -> str:
    """Write an aware moment as RFC 3339 in UTC, to the millisecond, cut and not rounded. Raises ValueError."""
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def moment_text(value: Moment | None) -> str | None:
    """Write a date as it is, a moment as RFC 3339 with its own offset. Raises ValueError for a moment without zone."""
    if value is None:
        return None
    if not isinstance(value, datetime):
        return value.isoformat() if isinstance(value, date) else str(value)
    if value.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")
