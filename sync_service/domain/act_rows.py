"""A file of acts, as read: one line, one thing that the office, a jury or the president did."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sync_service.domain import french


@dataclass(frozen=True, slots=True)
class ActRow:
    """One line of a file of acts; texts are trimmed, ``act`` and codes are as typed."""

    line: int
    act: str
    who: str = ""
    """Matricule."""
    session: str = ""
    jury: str = ""
    on: date | None = None
    half: str = ""
    """matin, après-midi, or empty for the whole day."""
    value: str = ""
    reference: str = ""
    capacity: str = ""
    document: str = ""
    """SHA-256 of the document that was filed."""
    reason: str = ""


def row_tokens(rows: Sequence[ActRow]) -> dict[int, str]:
    """Name each line by what it says and by its rank among the lines that say the same; its place does not matter."""
    seen: Counter[str] = Counter()
    found: dict[int, str] = {}
    for row in rows:
        content = "\x1f".join(str(value) for value in _values(row))
        seen[content] += 1
        found[row.line] = hashlib.sha256(f"{content}\x1f{seen[content]}".encode()).hexdigest()
    return found


def _values(row: ActRow) -> tuple[object, ...]:
    return (
        french.code_of(row.act), row.who, row.session, row.jury, row.on, french.plain(row.half), row.value, row.reference,
        row.capacity, row.document, row.reason,
    )  # fmt: skip
