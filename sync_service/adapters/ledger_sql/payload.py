"""What of a draft goes to the vault: what is about a person, and what the head needs to be rebuilt one day (§3, §4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sync_service.adapters.ledger_sql.heads import mark_text
from sync_service.adapters.ledger_sql.register import moment_of
from sync_service.domain.event import Draft
from sync_service.domain.facts import ReadMark
from sync_service.domain.lms_state import Json
from sync_service.errors import LedgerError

HEAD = "_head"
"""Field of a payload that holds the decisive fields and the read mark; never shown to a reader."""


def payload_of(draft: Draft) -> dict[str, Any] | None:
    """Return what is to be encrypted for a draft, None when nothing is.

    A declared thing whose decisive fields are its public data needs nothing: its head can be rebuilt from the event.
    """
    if draft.private is not None and HEAD in draft.private:
        raise LedgerError(f"Le champ « {HEAD} » est réservé au registre : renommez-le.")
    payload: dict[str, Any] = dict(draft.private or {})
    if draft.decisive is not None and not _is_public(draft):
        payload[HEAD] = {"decisive": draft.decisive, "mark": _mark(draft.read_mark)}
    return payload if payload or draft.private is not None else None


def _is_public(draft: Draft) -> bool:
    return draft.private is None and draft.read_mark is None and draft.decisive == draft.data


def _mark(mark: ReadMark | None) -> list[Json] | None:
    return None if mark is None else [mark.epoch, mark.seq, mark_text(mark.at)]


def private_part(payload: Mapping[str, Json]) -> dict[str, Json] | None:
    """Return what a reader may see of a payload; None when it only served the head."""
    shown = {name: value for name, value in payload.items() if name != HEAD}
    return None if not shown and HEAD in payload else shown


def head_part(payload: Mapping[str, Json]) -> tuple[Mapping[str, Json], ReadMark | None] | None:
    """Return the decisive fields and the read mark kept in a payload, None when there are none."""
    kept = payload.get(HEAD)
    if not isinstance(kept, Mapping):
        return None
    decisive, mark = kept["decisive"], kept["mark"]
    if not isinstance(decisive, Mapping):
        return None
    if not isinstance(mark, list):
        return decisive, None
    epoch, seq, at = mark
    return decisive, ReadMark(str(epoch), int(str(seq)), moment_of(str(at)))
