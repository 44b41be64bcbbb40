"""Build one module, or every module of a cycle, into zip and JSON files."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sync_service.adapters.scorm.archive import digest_on_disk, pack
from sync_service.adapters.scorm.content import LAUNCH, render
from sync_service.adapters.scorm.manifest import write_manifest
from sync_service.adapters.scorm.notes import french
from sync_service.adapters.scorm.schemas import read_schemas
from sync_service.adapters.scorm.sources import read_module
from sync_service.domain.scorm import (
    EDITION,
    EDITIONS,
    MANIFEST,
    BuiltPackage,
    Manifest,
    PackageResult,
    content_digest,
    moodle_settings,
)
from sync_service.errors import PackageError, Problem, UsageError


def build_module(source: Path, *, edition: str = EDITION, schemas: Path | None = None) -> BuiltPackage:
    """Build the package of the module in folder ``source``; nothing is written.

    With ``schemas``, a folder that holds the edition's XSD files, the package carries them: ADL's strict profile.

    Raises:
        UsageError: an edition that is not built.
        PackageError: every problem of the sources, each with its file and line, or the schemas that are missing.
    """
    _check_edition(edition)
    module = read_module(source)
    content = render(module, edition)
    carried = read_schemas(schemas, edition) if schemas is not None else {}
    title = french(module.title) if module.language == "fr" else module.title
    quiz = module.scored_quiz
    manifest = Manifest(
        module.identifier,
        title,
        LAUNCH,
        tuple(content),
        edition,
        quiz.pass_mark if quiz else None,
        tuple(sorted(carried)),
    )
    files = {MANIFEST: write_manifest(manifest), **content, **carried}
    digest = content_digest(files.items())
    settings = moodle_settings(digest, scored=quiz is not None)
    return BuiltPackage(module.identifier, title, pack(files), digest, settings)


def _check_edition(edition: str) -> None:
    if edition not in EDITIONS:
        raise UsageError(f"L’édition « {edition} » de SCORM n’est pas construite : employez {' ou '.join(EDITIONS)}.")


def build_cycle(source_root: Path, out: Path, edition: str = EDITION) -> list[PackageResult]:
    """Build every module of ``source_root`` into ``out``: ``<module>.zip`` and ``<module>.moodle.json``.

    Everything is built before the first file is written; files that already say the same are left untouched.

    Raises:
        PackageError: every problem of every module.
    """
    return list(FolderPackages(source_root, out, edition).build())


class FolderPackages:
    """The packages of a cycle, from a folder of sources into a folder of zips (port ``PackageStore``)."""

    def __init__(self, source_root: Path, out: Path, edition: str = EDITION, *, schemas: Path | None = None) -> None:
        """Read modules below ``source_root``, write below ``out``, which is made when absent."""
        self._sources = source_root
        self._out = out
        self._edition = edition
        self._schemas = schemas

    def modules(self) -> Sequence[str]:
        """Return the names of the folders that hold a module.toml, sorted."""
        return sorted(path.parent.name for path in self._sources.glob("*/module.toml"))

    def build(self, names: Sequence[str] = ()) -> Sequence[PackageResult]:
        """Build the named modules, all of them by default; write only what changed."""
        _check_edition(self._edition)
        if self._schemas is not None:
            read_schemas(self._schemas, self._edition)  # said once, not once per module
        built = self._build_all(names or self.modules())
        self._out.mkdir(parents=True, exist_ok=True)
        return [self._save(name, package) for name, package in built]

    def _build_all(self, names: Sequence[str]) -> list[tuple[str, BuiltPackage]]:
        built: list[tuple[str, BuiltPackage]] = []
        problems: list[Problem] = []
        owners: dict[str, str] = {}
        for name in names:
            try:
                package = build_module(self._sources / name, edition=self._edition, schemas=self._schemas)
            except PackageError as error:
                problems.extend(error.problems)
                continue
            other = owners.setdefault(package.identifier, name)
            if other != name:
                reason = f"« identifier » est déjà celui de {other} : chaque module a le sien"
                problems.append(Problem(f"{name}/module.toml", reason))
            built.append((name, package))
        if problems:
            raise PackageError("Les paquets ne peuvent pas être construits :", problems)
        return built

    def _save(self, name: str, package: BuiltPackage) -> PackageResult:
        zip_path, json_path = self._out / f"{name}.zip", self._out / f"{name}.moodle.json"
        settings = json.dumps(package.moodle, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"
        new_zip = digest_on_disk(zip_path) != package.content_digest
        new_json = not json_path.is_file() or json_path.read_bytes() != settings
        if new_zip:
            _write(zip_path, package.zip_bytes)
        if new_json:
            _write(json_path, settings)
        return PackageResult(name, zip_path, json_path, package.content_digest, new_zip or new_json)


def _write(path: Path, data: bytes) -> None:
    """Write beside, then put in place: a reader sees the old file or the new one, never a part."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
