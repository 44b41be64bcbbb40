"""The two pages that a trainee sees, by address; served, or returned as text for who exports them."""

from __future__ import annotations

from typing import Any

from sync_service.sandbox.page_course import ME, course_page
from sync_service.sandbox.page_frame import framed
from sync_service.sandbox.page_me import me_page
from sync_service.sandbox.scope import Scope
from sync_service.sandbox.state import Row, State

COURSE = "/course/view.php"
PAGES = frozenset({COURSE, ME})
NOT_FOUND = framed("Page absente", "<p>Cette page n’existe pas, ou n’est pas ouverte à cette personne.</p>")


def answer(state: State, path: str, fields: dict[str, Any]) -> str | None:
    """Return the page at ``path``, or None when what it is about is not there.

    ``user`` is a user name or an id. The course page takes ``key`` (of the course) or ``id``, and ``me``, where
    « Où j’en suis » leads; the other takes ``promotion``.
    """
    with state.lock:
        user = _user(state, str(fields.get("user", "")))
        if user is None or path not in PAGES:
            return None
        if path == ME:
            scope = _scope(state, str(fields.get("promotion", "")), user)
            return me_page(scope, user) if scope is not None and scope.course is not None else None
        course = _course(state, fields)
        if course is None:
            return None
        return course_page(state, course, user, me=str(fields.get("me", "")))


def _user(state: State, text: str) -> Row | None:
    if text.isascii() and text.isdigit():
        return state.get("user", int(text[:18]))
    return state.one("SELECT * FROM user WHERE username = ? AND deleted = 0", text)


def _course(state: State, fields: dict[str, Any]) -> Row | None:
    number = str(fields.get("id", ""))
    if number.isascii() and number.isdigit():
        return state.get("course", int(number[:18]))
    row = state.one("SELECT moodleid FROM map WHERE kind = 'course' AND key = ?", str(fields.get("key", "")))
    return state.get("course", row["moodleid"]) if row else None


def _scope(state: State, promotion: str, user: Row) -> Scope | None:
    known = state.value("SELECT 1 FROM map WHERE promotion = ?", promotion)
    return Scope(state, promotion, user=user) if known else None
