"""The change feed: what to read again, numbered when the reader comes, so that nothing late is missed."""

from __future__ import annotations

import re
import secrets
from typing import Any

from sync_service.sandbox.state import Row, State

_CURSOR = re.compile(r"([0-9a-f-]{36})\.([0-9]{1,15})\.([0-9a-f]{1,16})")


def add(state: State, what: str, course: int, promotion: str, key: str, *, userid: int = 0) -> None:
    """Write one row, in the transaction of the change itself."""
    state.insert(
        "outbox", what=what, courseid=course, promotion=promotion, key=key, userid=userid, timecreated=state.now()
    )


def touch_activity(state: State, cmid: int, userid: int) -> None:
    """Say that somebody's facts in an activity of ours may have changed."""
    row = state.one("SELECT * FROM map WHERE kind = 'module' AND moodleid = ?", cmid)
    if row is not None:
        add(state, "state", row["courseid"], row["promotion"], row["key"], userid=userid)


def touch_course(state: State, course: int, userid: int) -> None:
    """Say that somebody's enrolment or account, as seen by a course of ours, may have changed."""
    row = state.one("SELECT * FROM map WHERE kind = 'course' AND moodleid = ?", course)
    if row is not None:
        add(state, "state", course, row["promotion"], row["key"], userid=userid)


def touch_account(state: State, userid: int) -> None:
    """Say that an account may have changed, in every course of ours that knows it."""
    sql = """SELECT moodleid FROM map WHERE kind = 'course' AND (
        EXISTS (SELECT 1 FROM enrolment JOIN enrol ON enrol.id = enrolid WHERE course = moodleid AND userid = ?)
        OR EXISTS (SELECT 1 FROM outbox WHERE courseid = moodleid AND userid = ?))"""
    for row in state.rows(sql, userid, userid):
        touch_course(state, row["moodleid"], userid)


def notice(state: State, what: str, course: int, key: str = "") -> None:
    """Say that something happened to a course or one of its activities."""
    row = state.one("SELECT * FROM map WHERE kind = 'course' AND moodleid = ?", course)
    if row is not None:
        add(state, what, course, row["promotion"], key or row["key"])


def seal(state: State) -> None:
    """Number the rows that have no number yet, as one batch with a random tag."""
    rows = state.rows("SELECT id FROM outbox WHERE seq IS NULL ORDER BY id")
    if not rows:
        return
    first = _last(state) + 1
    for seq, row in enumerate(rows, start=first):
        state.update("outbox", row["id"], seq=seq)
    state.insert("batch", firstseq=first, lastseq=first + len(rows) - 1, tag=secrets.token_hex(8))


def _last(state: State) -> int:
    return int(state.value("SELECT max(lastseq) FROM batch") or 0)


def _pruned(state: State) -> int:
    return int(state.setting("prunedseq", "0"))


def _tag(state: State, seq: int) -> str:
    return str(state.value("SELECT tag FROM batch WHERE firstseq <= ? AND lastseq >= ?", seq, seq) or "")


def _cursor_of(state: State, seq: int) -> str:
    return f"{state.setting('epoch')}.{seq}.{_tag(state, seq) if seq else '0'}"


def present(state: State) -> str:
    """Return the cursor of the end of what is numbered."""
    return _cursor_of(state, _last(state))


def _seq_of(state: State, cursor: str) -> int | None:
    """Return the number that a cursor stands for, None when the site does not hold it."""
    pruned = _pruned(state)
    if not cursor:
        return pruned
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        return None
    seq = int(match[2])
    known = match[3] == (_tag(state, seq) if seq else "0")
    return seq if match[1] == state.setting("epoch") and seq >= pruned and known else None


def page(state: State, cursor: str, limit: int) -> tuple[dict[str, Any], list[Row]]:
    """Return cursor, more and resync, and the next rows after ``cursor``."""
    seal(state)
    after = _seq_of(state, cursor)
    if after is None:
        return {"cursor": present(state), "more": False, "resync": True}, []
    rows = state.rows("SELECT * FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?", after, limit)
    last = rows[-1]["seq"] if rows else after
    return {"cursor": _cursor_of(state, last), "more": last < _last(state), "resync": False}, rows


def prune(state: State, before: int) -> None:
    """Forget rows older than a moment, as the plugin's nightly task does."""
    seq = state.value("SELECT max(seq) FROM outbox WHERE timecreated < ? AND seq IS NOT NULL", before) or 0
    if seq > _pruned(state):
        state.set_setting("prunedseq", str(seq))
        state.run("DELETE FROM outbox WHERE seq <= ?", seq)
        state.run("DELETE FROM batch WHERE lastseq < ?", seq)
