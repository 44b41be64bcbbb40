"""Rules about the zip and its names (S1xx)."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterator

from sync_service.adapters.scorm.opened import Opened
from sync_service.adapters.scorm.rules import finding
from sync_service.domain.scorm import MANIFEST, Finding

HEAVY = 50_000_000
"""Bytes once opened, above which a phone will suffer."""
_REMOVED = re.compile(r"[\x00-\x1f'&<>:|\"`\\]")
_UNKNOWN_TYPES = {".wasm", ".webp", ".avif", ".woff2", ".ttf", ".opus", ".map"}
_SYSTEM_FILES = {"thumbs.db", "desktop.ini", "__macosx"}


def lint_zip_entries(package: Opened) -> Iterator[Finding]:
    """Check where the manifest is, what each name becomes in Moodle, types and weight."""
    yield from _manifest_place(package)
    yield from _collisions(package)
    for entry in package.entries:
        yield from _name(entry.name, utf8=entry.utf8)
        if not entry.readable:
            yield finding("S111", entry.name)
    if package.size > HEAVY:
        yield finding("S110", "zip", package.size // 1_000_000)


def _manifest_place(package: Opened) -> Iterator[Finding]:
    if MANIFEST in package.files:
        return
    same = [entry.name for entry in package.entries if entry.name.rpartition("/")[2].lower() == MANIFEST]
    if not same:
        yield finding("S102", "zip")
    elif any(name.lower() == MANIFEST for name in same):
        yield finding("S104", same[0])
    elif any(posixpath.normpath(name).lower() == MANIFEST for name in same):
        yield finding("S105", same[0])
    else:
        yield finding("S103", same[0])


def _name(name: str, *, utf8: bool) -> Iterator[Finding]:
    if _REMOVED.search(name) or name.startswith("/") or ".." in name.split("/"):
        yield finding("S106", name)
    if not name.isascii():
        yield finding("S109" if utf8 else "S108", name)
    parts = name.lower().split("/")
    if _SYSTEM_FILES.intersection(parts) or any(part.startswith(".") and part.strip(".") for part in parts):
        yield finding("S112", name)
    suffix = posixpath.splitext(name.lower())[1]
    if suffix == ".mjs":
        yield finding("S113", name, suffix)
    elif suffix in _UNKNOWN_TYPES:
        yield finding("S114", name, suffix)


def _cleaned(name: str) -> str:
    """Return the name once Moodle has cleaned it; case is folded, since other systems fold it."""
    flat = posixpath.normpath(name.replace("\\", "/"))
    return unicodedata.normalize("NFC", _REMOVED.sub("", flat)).casefold()


def _collisions(package: Opened) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for entry in package.entries:
        other = first.setdefault(_cleaned(entry.name), entry.name)
        if other is not entry.name:
            yield finding("S107", entry.name, other)
