"""Read a filled workbook, XLSX or ODS, whole or not at all: every cell as text, by sheet, key and heading."""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from sync_service.domain.workbook.columns import KEYS
from sync_service.domain.workbook.model import GRID, MATRICULE, OTHERS, READ_ME, SHOWN, TypedRow
from sync_service.errors import MappingError, Problem

LARGEST = 20 * 1024 * 1024
_MADE_FOR = re.compile(r"Classeur de la promotion ([a-z0-9_-]+), fait le")
_SEARCHED = 10
"""Rows among which the headings are looked for: someone may have added a line above."""


def read_typed(path: Path) -> tuple[TypedRow, ...]:
    """Return the filled rows of every sheet of ours, in the order of the file.

    Raises:
        MappingError: every reason why the file cannot be used; nothing was recorded.
    """
    problems: list[Problem] = []
    book = _open(path, problems)
    rows: list[TypedRow] = []
    if book is not None:
        for name, key in (*KEYS.items(), (GRID, MATRICULE)):
            rows += _rows(book, path.name, name, key, problems)
        if SHOWN in book.sheet_names:
            rows += _rows(book, path.name, SHOWN, MATRICULE, problems)
    if problems:
        raise MappingError("Le classeur ne peut pas être utilisé, rien n’a été enregistré :", problems)
    return tuple(rows)


def promotion_of(path: Path) -> str:
    """Return the promotion that a workbook was made for, empty when its first sheet does not say it any more."""
    book = _open(path, [])
    if book is None or READ_ME not in book.sheet_names:
        return ""
    lines = book.get_sheet_by_name(READ_ME).to_python(skip_empty_area=False)[:_SEARCHED]
    found = (_MADE_FOR.search(_text(cell)) for line in lines for cell in line)
    return next((match[1] for match in found if match), "")


def _open(path: Path, problems: list[Problem]) -> Any:
    try:
        if path.stat().st_size > LARGEST:
            problems.append(Problem(path.name, "le fichier dépasse 20 Mo : enlevez-en les images"))
            return None
        return CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    except OSError:
        problems.append(Problem(path.name, "le fichier n’existe pas ou ne peut pas être lu : vérifiez son nom"))
    except (CalamineError, ValueError):
        problems.append(Problem(path.name, "ce n’est pas un classeur XLSX ou ODS lisible : réenregistrez-le"))
    return None


def _rows(book: Any, file: str, name: str, key: str, problems: list[Problem]) -> list[TypedRow]:
    if name not in book.sheet_names:
        problems.append(Problem(file, f"l’onglet « {name} » manque : repartez d’un classeur neuf (workbook make)"))
        return []
    lines: list[list[Any]] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    head = next((at for at, line in enumerate(lines[:_SEARCHED]) if key in map(_text, line)), None)
    if head is None:
        problems.append(Problem(f"{file} › {name}", f"la colonne « {key} » manque : ne renommez pas les titres"))
        return []
    headings = [_text(cell) for cell in lines[head]]
    found = [_row(name, headings, line, at) for at, line in enumerate(lines[head + 1 :], head + 2)]
    kept = [
        row for row in (TypedRow(n, cells.get(key, ""), at, cells) for n, cells, at in found) if _is_filled(row, key)
    ]
    problems += _doubles(kept, file, name)
    return kept


def _row(name: str, headings: Sequence[str], line: Sequence[Any], at: int) -> tuple[str, Mapping[str, str], int]:
    return name, {heading: _text(cell) for heading, cell in zip(headings, line, strict=False) if heading}, at


def _is_filled(row: TypedRow, key: str) -> bool:
    return bool(row.key) and any(value for heading, value in row.cells.items() if heading != key)


def _doubles(rows: Sequence[TypedRow], file: str, name: str) -> list[Problem]:
    seen: dict[str, int] = {}
    found = []
    for row in rows:
        if row.key in seen and name != OTHERS:
            found.append(
                Problem(
                    f"{file} › {name}", f"lignes {seen[row.key]} et {row.line} : « {row.key[:40]} » y est deux fois"
                )
            )
        seen.setdefault(row.key, row.line)
    return found


def _text(cell: Any) -> str:
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip() if cell is not None else ""


@dataclass(slots=True)
class FiledBeside:
    """Hashes the documents named in cells, which stand beside the workbook, and remembers what it read."""

    path: Path
    contents: dict[str, bytes] = field(default_factory=dict)
    """SHA-256 of each document read so far → its bytes."""
    problems: list[Problem] = field(default_factory=list)
    """Every document named that is not there, or is empty."""

    def __call__(self, row: TypedRow, heading: str) -> str:
        """Return the SHA-256 of the document that a cell names; empty when it names none, or one that cannot be read."""
        name = row.get(heading)
        if not name:
            return ""
        content = self._read(row, heading, name)
        if content is None:
            return ""
        if not content:
            self._refuse(row, heading, f"« {name[:60]} » est vide : numérisez-le de nouveau")
            return ""
        digest = hashlib.sha256(content).hexdigest()
        self.contents[digest] = content
        return digest

    def require_all(self) -> None:
        """Check that every document named so far was read.

        Raises:
            MappingError: all those that are not there, or are empty; nothing was recorded.
        """
        if self.problems:
            found = list(dict.fromkeys(self.problems))
            raise MappingError("Le classeur ne peut pas être utilisé, rien n’a été enregistré :", found)

    def _read(self, row: TypedRow, heading: str, name: str) -> bytes | None:
        try:
            return (self.path.parent / _as_stored(self.path.parent, name)).read_bytes()
        except (OSError, ValueError):
            what = f"« {name[:60]} » n’est pas à côté du classeur : copiez-le ou corrigez son nom"
            self._refuse(row, heading, what)
            return None

    def _refuse(self, row: TypedRow, heading: str, what: str) -> None:
        self.problems.append(Problem(f"{self.path.name} › {row.sheet}, ligne {row.line} ({heading})", what))


def _as_stored(folder: Path, name: str) -> str:
    """Return the one file that a person means: capitals and the way accents are stored do not count, when only one fits."""
    if (folder / name).is_file():
        return name
    wanted = unicodedata.normalize("NFC", name).casefold()
    found = [p.name for p in folder.iterdir() if unicodedata.normalize("NFC", p.name).casefold() == wanted]
    return found[0] if len(found) == 1 else name


def filing(path: Path) -> FiledBeside:
    """Return what hashes the documents named in the cells of the workbook at ``path``."""
    return FiledBeside(path)
