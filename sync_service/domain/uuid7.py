"""UUID version 7 (RFC 9562): the millisecond first, then chance."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from uuid import UUID

RANDOM_BYTES = 10


def uuid7(at: datetime, random: bytes) -> str:
    """Make the UUIDv7 of an aware moment from 10 random bytes (74 bits of them are used). Raises ValueError."""
    if len(random) != RANDOM_BYTES or at.tzinfo is None:
        raise ValueError("an aware moment and 10 random bytes are needed")
    chance = int.from_bytes(random, "big")
    tail = f"{0x7 << 76 | (chance >> 62 & 0xFFF) << 64 | 0b10 << 62 | chance & (1 << 62) - 1:020x}"
    return f"{_time_text(at)}-{tail[:4]}-{tail[4:8]}-{tail[8:]}"


@lru_cache(maxsize=16)
def _time_text(at: datetime) -> str:
    text = f"{milliseconds(at):012x}"
    return f"{text[:8]}-{text[8:]}"


def milliseconds(at: datetime) -> int:
    """Return the whole milliseconds from 1970 to ``at``, cut and not rounded."""
    return int(at.timestamp()) * 1000 + at.microsecond // 1000


def is_uuid(text: str) -> bool:
    """Tell whether ``text`` is a UUID in its usual lower-case form."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
