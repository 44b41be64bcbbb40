"""The two pages that a trainee sees, by address."""

from __future__ import annotations

from typing import Any

from sync_service.sandbox.state import State

PAGES = frozenset({"/course/view.php", "/local/cyclesync/me.php"})
NOT_FOUND = '<!DOCTYPE html><html lang="fr"><meta charset="utf-8"><title>Page absente</title><p>Cette page n’existe pas.</p></html>'


def answer(state: State, path: str, fields: dict[str, Any]) -> str | None:
    """Return the page at ``path``, or None when what it is about is not there."""
    del state, path, fields
    return None
