"""What a workbook is made of: lists with known and typed columns, and a grid of half-days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

Value: TypeAlias = "str | int | date | None"

MATRICULE = "Matricule"
NAME = "Nom"
RESULT = "Résultat"
READ_ME, SHEETS, GRID, DOSSIERS = "Lisez-moi", "Feuilles", "Émargement", "Dossiers"
JURY_SESSIONS, JURY, CERTIFICATES, OTHERS = "Sessions de jury", "Jury", "Certificats", "Autres"

SHOWN = "Connu"
"""Hidden sheet: the half-days as the register held them when the workbook was made. What still reads so was not typed."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list: known ones are grey and locked, the others are typed."""

    heading: str
    kind: str = "known"
    """known, text, date or choice."""
    choices: tuple[str, ...] = ()
    width: int = 14

    @property
    def typed(self) -> bool:
        """Whether the office fills it."""
        return self.kind != "known"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One list: what it is for, its columns, its rows by heading."""

    name: str
    intro: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Value], ...]
    key: str
    """Heading of the column that names a row, whatever its place."""
    blank: int = 0
    """Rows left empty at the end, for what is not known yet."""


@dataclass(frozen=True, slots=True)
class HalfDayColumn:
    """One half-day of the grid."""

    session: str
    day: date
    half: str
    """matin or apres_midi."""
    title: str

    @property
    def heading(self) -> str:
        """Return what stands above the column, which also names it."""
        return f"{self.session}\n{self.day:%d/%m/%Y}\n{'matin' if self.half == 'matin' else 'après-midi'}"


@dataclass(frozen=True, slots=True)
class Grid:
    """Who was there: a row a person, a column a half-day."""

    people: tuple[tuple[str, str], ...]
    """(matricule, name)."""
    halfdays: tuple[HalfDayColumn, ...]
    known: Mapping[tuple[str, str], str]
    """(matricule, heading of the half-day) → what the register holds, in words."""
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Workbook:
    """The whole of it."""

    title: str
    promotion: str
    read_me: tuple[str, ...]
    lists: tuple[Sheet, ...]
    grid: Grid
    results: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(sheet, key of the row) → « Enregistré », or why not."""
    typed: Mapping[tuple[str, str], Mapping[str, Value]] = field(default_factory=dict)
    """(sheet, key of the row) → cells to keep as they were typed."""

    def sheet(self, name: str) -> Sheet:
        """Return a list. Raises StopIteration for another name."""
        return next(sheet for sheet in self.lists if sheet.name == name)


@dataclass(frozen=True, slots=True)
class TypedRow:
    """One row of a workbook as it was read: its sheet, its key, its line, the cells by heading."""

    sheet: str
    key: str
    line: int
    cells: Mapping[str, str]

    def get(self, heading: str) -> str:
        """Return a cell as text, empty when it is."""
        return self.cells.get(heading, "").strip()
