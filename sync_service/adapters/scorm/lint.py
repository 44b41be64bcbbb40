"""Check a package, ours or anybody's, against the specification and against what Moodle really does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sync_service.adapters.scorm.lint_manifest import lint_manifest
from sync_service.adapters.scorm.lint_pages import lint_pages
from sync_service.adapters.scorm.lint_scripts import lint_scripts
from sync_service.adapters.scorm.lint_zip import lint_zip_entries
from sync_service.adapters.scorm.opened import UNREADABLE, Opened, open_package
from sync_service.adapters.scorm.rules import PROFILES, finding, for_profile
from sync_service.domain.scorm import Finding
from sync_service.errors import UsageError


def lint_zip(path: Path, *, profile: str, previous: Path | None = None) -> tuple[Finding, ...]:
    """Return what is wrong with the package at ``path``, sorted by code and place.

    ``profile`` is adl, moodle or app. With ``previous``, the package that is in Moodle now, also tell whether replacing
    it would erase results. Nothing of the package is run, followed or fetched.

    Raises:
        UsageError: an unknown profile.
    """
    if profile not in PROFILES:
        raise UsageError(f"Profil « {profile} » : choisissez parmi {', '.join(PROFILES)}.")
    asked = {for_profile(one, profile) for one in _lint(path, previous)} - {None}
    return tuple(sorted((one for one in asked if one), key=lambda one: (one.code, one.where, one.message_en)))


def _lint(path: Path, previous: Path | None) -> Iterator[Finding]:
    try:
        package = open_package(path)
    except UNREADABLE:
        yield finding("S101", path.name)
        return
    yield from lint_zip_entries(package)
    yield from lint_manifest(package)
    yield from lint_pages(package)
    yield from lint_scripts(package)
    if previous is not None:
        yield from _lint_replacement(package, previous)


def _lint_replacement(package: Opened, previous: Path) -> Iterator[Finding]:
    try:
        before = open_package(previous)
    except UNREADABLE:
        yield finding("S803", previous.name, "ce n’est pas un zip lisible")
        return
    if before.root is None:
        yield finding("S803", previous.name, before.syntax_error or "sans imsmanifest.xml")
        return
    kept = package.launched_items()
    for identifier, title in before.launched_items().items():
        if identifier not in kept:
            yield finding("S801", identifier, f"« {identifier} » ({title})" if title else f"« {identifier} »")
    if before.edition() != package.edition():
        yield finding("S802", previous.name, before.schema_version() or before.edition())
