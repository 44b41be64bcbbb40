"""Restricted access in Moodle's own form, keys standing where Moodle has ids (docs/moodle-contract.md §2)."""

from __future__ import annotations

from datetime import date, time, timedelta

from sync_service.domain.calendar import to_utc
from sync_service.domain.keys import make_key
from sync_service.domain.layout import Access
from sync_service.domain.lms_state import Json


def access_tree(promotion: str, access: Access, zone: str) -> Json:
    """Return Moodle's tree of conditions, all required, or None when anybody may enter at any time."""
    conditions: list[Json] = [{"type": "completion", "key": make_key(promotion, name), "e": 1} for name in access.after]
    if access.opens is not None:
        conditions.append({"type": "date", "d": ">=", "t": _midnight(access.opens, zone)})
    if access.closes is not None:
        conditions.append({"type": "date", "d": "<", "t": _midnight(access.closes + timedelta(days=1), zone)})
    if not conditions:
        return None
    return {"op": "&", "c": conditions, "showc": [True] * len(conditions)}


def _midnight(day: date, zone: str) -> int:
    return int(to_utc(day, time(), zone).timestamp())
