"""Read the sources of a module: module.toml, its pages, its assets; every problem at once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Literal

from pydantic import Field

from sync_service.adapters.scorm.assets import TYPES, AssetError, clean_asset
from sync_service.adapters.scorm.quizzes import read_table_page
from sync_service.adapters.scorm.tables import Reading, Strict, line_of, table
from sync_service.domain import scorm
from sync_service.errors import PackageError


class _ModuleFile(Strict):
    identifier: str
    title: str = Field(min_length=1, max_length=scorm.MAX_TITLE)
    language: Literal["fr", "en"] = "fr"
    minutes: int = Field(ge=1, le=240)
    source: str = Field(min_length=1)
    pages: list[str] = Field(min_length=1, max_length=30)


def read_module(folder: Path) -> scorm.Module:
    """Read the module in ``folder``.

    Raises:
        PackageError: naming every problem found, each with its file and line.
    """
    reading = Reading(folder)
    text = reading.text("module.toml")
    declared = None if text is None else table(reading, "module.toml", text, _ModuleFile)
    pages = _pages(reading, declared, text or "") if declared is not None else ()
    assets = _assets(reading)
    if declared is None or reading.problems:
        raise PackageError(f"Le module {folder.name} ne peut pas être construit :", reading.problems)
    return scorm.Module(
        declared.identifier, declared.title, declared.language, declared.minutes, declared.source, pages, assets
    )


def _pages(reading: Reading, declared: _ModuleFile, text: str) -> tuple[scorm.Page, ...]:
    if not scorm.is_identifier(declared.identifier):
        reading.blame(
            "module.toml",
            line_of(text, ("identifier",)),
            "« identifier » doit être en lettres sans accent, chiffres, « - », « _ » ou « . », une lettre d’abord",
        )
    if "\n" in declared.title:
        reading.blame("module.toml", line_of(text, ("title",)), "« title » doit tenir sur une ligne")
    line = line_of(text, ("pages",))
    for name, count in Counter(declared.pages).items():
        if count > 1:
            reading.blame("module.toml", line, f"la page « {name} » est citée {count} fois")
    pages = [page for name in dict.fromkeys(declared.pages) if (page := _page(reading, name, line)) is not None]
    _check_page_set(reading, pages, line)
    return tuple(pages)


def _check_page_set(reading: Reading, pages: list[scorm.Page], line: int) -> None:
    for page_id, count in Counter(page.id for page in pages).items():
        if count > 1:
            reading.blame("module.toml", line, f"{count} pages portent le nom « {page_id} » : renommez un fichier")
    if sum(page.assessment is not None for page in pages) > 1:
        reading.blame("module.toml", line, "un module a un autopositionnement au plus")
    if sum(page.quiz is not None and page.quiz.scored for page in pages) > 1:
        reading.blame("module.toml", line, "un module a un quiz qui compte (scored = true) au plus")
    quizzes = [{question.id for question in page.quiz.questions} for page in pages if page.quiz is not None]
    questions = Counter(identifier for quiz in quizzes for identifier in quiz)
    for identifier, count in questions.items():
        if count > 1:
            reading.blame("module.toml", line, f"la question « {identifier} » est dans deux quiz : renommez l’une")
    if scorm.longest_suspend_data(pages) >= scorm.MAX_SUSPEND_DATA:
        reading.blame(
            "module.toml", line, "trop de pages ou de questions : elles ne tiennent plus dans le suivi de Moodle"
        )


def _page(reading: Reading, name: str, line: int) -> scorm.Page | None:
    stem, _, suffix = name.rpartition(".")
    if not scorm.is_page_id(stem) or suffix not in {"md", "toml"}:
        reading.blame(
            "module.toml",
            line,
            f"« {name} » : nommez les pages en minuscules sans accent, comme etude-de-cas.md ou quiz.toml",
        )
        return None
    if suffix == "toml":
        return read_table_page(reading, name, stem)
    markdown = reading.text(name)
    return None if markdown is None else scorm.Page(stem, markdown, where=f"{reading.folder.name}/{name}")


def _assets(reading: Reading) -> dict[str, bytes]:
    root = reading.folder / "assets"
    found: dict[str, bytes] = {}
    for path in sorted(root.rglob("*")) if root.is_dir() else ():
        name = path.relative_to(reading.folder).as_posix()
        if path.is_dir():
            continue
        if path.suffix.lower() not in TYPES:
            reading.blame(name, 0, f"type de fichier non accepté ; acceptés : {', '.join(sorted(TYPES))}")
        elif not scorm.is_package_path(name):
            reading.blame(name, 0, "renommez ce fichier en minuscules, sans accent ni espace")
        else:
            _asset(reading, path, name, found)
    return found


def _asset(reading: Reading, path: Path, name: str, found: dict[str, bytes]) -> None:
    try:
        found[name] = clean_asset(path.suffix, path.read_bytes())
    except AssetError as error:
        reading.blame(name, 0, str(error))
    except OSError as error:
        reading.blame(name, 0, f"ce fichier ne peut pas être lu ({error.strerror})")
