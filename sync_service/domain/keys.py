"""Stable keys of the objects that cyclesync manages in Moodle.

A key is ``cs:<promotion id>:<object>``. It is declared in the mapping, never derived from a title, and Moodle keeps it
as an idnumber. Moodle fails opaquely above 100 characters, hence the limit of 96 (design.md §4).
"""

from __future__ import annotations

import re

PREFIX = "cs"
MAX_KEY = 96
MAX_PROMOTION = 24
_PROMOTION = re.compile(r"[a-z0-9][a-z0-9_-]{0,23}")
_OBJECT = re.compile(r"[a-z0-9][a-z0-9_:-]*")


def is_promotion_id(text: str) -> bool:
    """Tell whether ``text`` may name a promotion: ``[a-z0-9_-]``, 1 to 24 characters."""
    return _PROMOTION.fullmatch(text) is not None


def make_key(promotion: str, name: str) -> str:
    """Build the key of object ``name`` of ``promotion``.

    Raises:
        ValueError: the promotion id or the object name breaks the grammar, or the whole exceeds 96 characters.
    """
    key = f"{PREFIX}:{promotion}:{name}"
    if not is_promotion_id(promotion) or _OBJECT.fullmatch(name) is None or len(key) > MAX_KEY:
        raise ValueError(f"not a key: {key!r}")
    return key


def split_key(key: str) -> tuple[str, str] | None:
    """Return (promotion, object name) of a key, or None when ``key`` is not one of ours."""
    parts = key.split(":", 2)
    if len(parts) != 3 or parts[0] != PREFIX or len(key) > MAX_KEY:
        return None
    promotion, name = parts[1], parts[2]
    if not is_promotion_id(promotion) or _OBJECT.fullmatch(name) is None:
        return None
    return promotion, name
