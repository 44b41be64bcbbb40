"""Rules about the zip and its names (S1xx)."""

from __future__ import annotations

import posixpath
import re
import unicodedata
import zipfile
from collections.abc import Iterator

from sync_service.adapters.scorm.opened import Entry, Opened
from sync_service.adapters.scorm.rules import finding
from sync_service.domain.scorm import MANIFEST, Finding

HEAVY = 50_000_000
"""Bytes once opened, above which a phone will suffer."""
_REMOVED = re.compile(r"[\x00-\x1f\x7f'&<>:|\"`\\]")
_UNKNOWN_TYPES = {".wasm", ".webp", ".avif", ".woff2", ".ttf", ".opus"}
_SYSTEM_FILES = {"thumbs.db", "desktop.ini", "__macosx"}
_PLAIN_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_METHODS = {9: "deflate64", zipfile.ZIP_BZIP2: "bzip2", zipfile.ZIP_LZMA: "lzma", 93: "zstd", 95: "xz"}


def lint_zip_entries(package: Opened) -> Iterator[Finding]:
    """Check where the manifest is, what each name becomes in Moodle, types and weight."""
    if not package.whole:
        yield finding("S118", "zip", f"{len(package.entries)} fichiers, {package.size // 1_000_000} Mo")
    elif package.size > HEAVY:
        yield finding("S110", "zip", package.size // 1_000_000)
    yield from _manifest_place(package)
    yield from _collisions(package)
    for entry in package.entries:
        yield from _name(entry.name, utf8=entry.utf8)
        yield from _type(package, entry.name)
        yield from _storage(entry)


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
        nfc = unicodedata.is_normalized("NFC", name)
        yield finding("S108" if not utf8 else "S109" if nfc else "S121", name)
    parts = name.lower().split("/")
    if _SYSTEM_FILES.intersection(parts) or any(part.startswith(".") and part.strip(".") for part in parts):
        yield finding("S112", name)


def _type(package: Opened, name: str) -> Iterator[Finding]:
    suffix = posixpath.splitext(name.lower())[1]
    if suffix == ".mjs" and _is_named(package, name):
        yield finding("S113", name, suffix)
    elif suffix in _UNKNOWN_TYPES:
        yield finding("S114", name, suffix)
    elif suffix in {".zip", ".pif"}:
        yield finding("S117", name)


def _is_named(package: Opened, name: str) -> bool:
    """Tell whether another file names that one: a library ships modules that nothing loads."""
    base = name.rpartition("/")[2].encode()
    return any(base in data for other, data in package.readable_files.items() if other not in {name, MANIFEST})


def _storage(entry: Entry) -> Iterator[Finding]:
    if not entry.readable:
        yield finding("S111", entry.name)
    if entry.link:
        yield finding("S116", entry.name, entry.data.decode("utf-8", "replace"))
    if entry.method not in _PLAIN_METHODS:
        yield finding("S119", entry.name, _METHODS.get(entry.method, entry.method))


def _cleaned(name: str) -> str:
    """Return the name once Moodle has cleaned it."""
    flat = posixpath.normpath(name.replace("\\", "/"))
    return unicodedata.normalize("NFC", _REMOVED.sub("", flat))


def _collisions(package: Opened) -> Iterator[Finding]:
    exact: dict[str, str] = {}
    folded: dict[str, str] = {}
    for entry in package.entries:
        name = _cleaned(entry.name)
        same, alike = exact.setdefault(name, entry.name), folded.setdefault(name.casefold(), entry.name)
        if same is not entry.name:
            yield finding("S107", entry.name, same)
        elif alike is not entry.name:
            yield finding("S120", entry.name, alike)
