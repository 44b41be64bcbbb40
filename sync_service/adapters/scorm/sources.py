"""Read the sources of a module: module.toml, Markdown pages, quiz.toml, assets; every problem at once."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sync_service.domain import scorm
from sync_service.errors import PackageError, Problem

ASSET_TYPES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".svg", ".pdf"})
MAX_ASSET = 5_000_000
"""Bytes; a trainee may open the module on a phone, in a train."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)


class _ModuleFile(_Strict):
    identifier: str
    title: str = Field(min_length=1, max_length=scorm.MAX_TITLE)
    language: str = Field(default="fr", pattern=r"^[a-z]{2}$")
    minutes: int = Field(ge=1, le=240)
    source: str = Field(min_length=1)
    pages: list[str] = Field(min_length=1, max_length=30)


class _StatementTable(_Strict):
    id: str
    text: str = Field(min_length=1)


class _QuizFile(_Strict):
    title: str = Field(min_length=1)
    intro: str = Field(min_length=1)
    scale: list[str] = Field(min_length=2, max_length=6)
    statement: list[_StatementTable] = Field(min_length=1, max_length=20)
    closing: str = Field(min_length=1)


_Model = TypeVar("_Model", bound=_Strict)

_REASONS = {
    "missing": "la clé « {key} » manque",
    "extra_forbidden": "la clé « {key} » n’existe pas ici",
    "string_type": "« {key} » doit être un texte entre guillemets",
    "int_type": "« {key} » doit être un nombre entier",
    "list_type": "« {key} » doit être une liste",
    "string_too_short": "« {key} » est vide",
    "string_too_long": "« {key} » est trop long ({max_length} caractères au plus)",
    "too_short": "« {key} » doit avoir {min_length} élément(s) au moins",
    "too_long": "« {key} » doit avoir {max_length} éléments au plus",
    "greater_than_equal": "« {key} » doit être au moins {ge}",
    "less_than_equal": "« {key} » doit être au plus {le}",
    "string_pattern_mismatch": "« {key} » doit être un code de langue à deux lettres, comme fr",
}


@dataclass(slots=True)
class _Reading:
    """A folder being read, and what is wrong in it so far."""

    folder: Path
    problems: list[Problem] = field(default_factory=list)

    def blame(self, name: str, line: int, reason: str) -> None:
        """Note a problem at ``folder/name:line``; line 0 stands for the whole file."""
        where = f"{self.folder.name}/{name}" + (f":{line}" if line else "")
        self.problems.append(Problem(where, reason))

    def text(self, name: str) -> str | None:
        """Return a file's text, or None after noting why it cannot be read."""
        try:
            return (self.folder / name).read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            self.blame(name, 0, "ce fichier manque : créez-le ou retirez-le de « pages » dans module.toml")
        except UnicodeDecodeError:
            self.blame(name, 0, "ce fichier n’est pas en UTF-8 : enregistrez-le de nouveau en UTF-8")
        except OSError as error:
            self.blame(name, 0, f"ce fichier ne peut pas être lu ({error.strerror})")
        return None


def read_module(folder: Path) -> scorm.Module:
    """Read the module in ``folder``.

    Raises:
        PackageError: naming every problem found, each with its file and line.
    """
    reading = _Reading(folder)
    declared = _table(reading, "module.toml", _ModuleFile)
    pages = _pages(reading, declared) if declared is not None else ()
    assets = _assets(reading)
    if declared is None or reading.problems:
        raise PackageError(f"Le module {folder.name} ne peut pas être construit :", reading.problems)
    return scorm.Module(
        declared.identifier, declared.title, declared.language, declared.minutes, declared.source, pages, assets
    )


def _table(reading: _Reading, name: str, model: type[_Model]) -> _Model | None:
    text = reading.text(name)
    if text is None:
        return None
    try:
        return model.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        reading.blame(name, int(line[1]) if line else text.count("\n") + 1, "ce n’est pas du TOML : vérifiez la ligne")
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            context = {"key": _key(detail["loc"]), **detail.get("ctx", {})}
            reason = _REASONS.get(detail["type"], "« {key} » n’a pas une valeur permise").format(**context)
            reading.blame(name, _line(text, detail["loc"]), reason)
    return None


def _key(location: tuple[int | str, ...]) -> str:
    return next((str(part) for part in reversed(location) if isinstance(part, str)), "")


def _line(text: str, location: tuple[int | str, ...]) -> int:
    """Find the line of a TOML key, below the n-th table of an array when the location says so."""
    lines = text.splitlines()
    start = 0
    if len(location) > 1 and isinstance(location[1], int):
        headers = [number for number, line in enumerate(lines) if line.strip() == f"[[{location[0]}]]"]
        start = headers[location[1]] if location[1] < len(headers) else 0
    wanted = re.compile(rf"\s*{re.escape(_key(location))}\s*=")
    return next((n + 1 for n, line in enumerate(lines[start:], start) if wanted.match(line)), start + 1)


def _pages(reading: _Reading, declared: _ModuleFile) -> tuple[scorm.Page, ...]:
    text = reading.text("module.toml") or ""
    if not scorm.is_identifier(declared.identifier):
        reading.blame(
            "module.toml", _line(text, ("identifier",)),
            "« identifier » doit être en lettres sans accent, chiffres, « - », « _ » ou « . », une lettre d’abord",
        )
    if "\n" in declared.title:
        reading.blame("module.toml", _line(text, ("title",)), "« title » doit tenir sur une ligne")
    line = _line(text, ("pages",))
    for name, count in Counter(declared.pages).items():
        if count > 1:
            reading.blame("module.toml", line, f"la page « {name} » est citée {count} fois")
    pages = [page for name in dict.fromkeys(declared.pages) if (page := _page(reading, name, line)) is not None]
    _check_page_set(reading, pages, line)
    return tuple(pages)


def _check_page_set(reading: _Reading, pages: list[scorm.Page], line: int) -> None:
    for page_id, count in Counter(page.id for page in pages).items():
        if count > 1:
            reading.blame("module.toml", line, f"{count} pages portent le nom « {page_id} » : renommez un fichier")
    if sum(page.assessment is not None for page in pages) > 1:
        reading.blame("module.toml", line, "un module a un autopositionnement au plus")
    if scorm.longest_suspend_data(page.id for page in pages) >= scorm.MAX_SUSPEND_DATA:
        reading.blame("module.toml", line, "trop de pages : leur liste ne tient plus dans le suivi de Moodle")


def _page(reading: _Reading, name: str, line: int) -> scorm.Page | None:
    stem, _, suffix = name.rpartition(".")
    if not scorm.is_page_id(stem) or suffix not in {"md", "toml"}:
        reading.blame(
            "module.toml", line,
            f"« {name} » : nommez les pages en minuscules sans accent, comme etude-de-cas.md ou quiz.toml",
        )
        return None
    if suffix == "toml":
        return _quiz(reading, name, stem)
    markdown = reading.text(name)
    return None if markdown is None else scorm.Page(stem, markdown, where=f"{reading.folder.name}/{name}")


def _quiz(reading: _Reading, name: str, page_id: str) -> scorm.Page | None:
    declared = _table(reading, name, _QuizFile)
    if declared is None:
        return None
    text = reading.text(name) or ""
    seen: set[str] = set()
    for number, statement in enumerate(declared.statement):
        line = _line(text, ("statement", number, "id"))
        if not scorm.is_page_id(statement.id):
            reading.blame(name, line, f"« {statement.id} » : un énoncé se nomme en minuscules sans accent, comme e1")
        if statement.id in seen:
            reading.blame(name, line, f"deux énoncés portent le nom « {statement.id} »")
        seen.add(statement.id)
    statements = tuple(scorm.Statement(one.id, one.text) for one in declared.statement)
    assessment = scorm.SelfAssessment(
        declared.title, declared.intro, tuple(declared.scale), statements, declared.closing
    )
    return scorm.Page(page_id, assessment=assessment, where=f"{reading.folder.name}/{name}")


def _assets(reading: _Reading) -> dict[str, bytes]:
    root = reading.folder / "assets"
    found: dict[str, bytes] = {}
    for path in sorted(root.rglob("*")) if root.is_dir() else ():
        name = path.relative_to(reading.folder).as_posix()
        if path.is_dir():
            continue
        if path.suffix not in ASSET_TYPES:
            reading.blame(name, 0, f"type de fichier non accepté ; acceptés : {', '.join(sorted(ASSET_TYPES))}")
        elif not scorm.is_package_path(name):
            reading.blame(name, 0, "renommez ce fichier en minuscules, sans accent ni espace")
        elif path.stat().st_size > MAX_ASSET:
            reading.blame(name, 0, f"fichier trop lourd ({MAX_ASSET // 1_000_000} Mo au plus)")
        else:
            found[name] = path.read_bytes()
    return found
