"""What the office types in one workbook: the white cells of each sheet, as a person fills them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sync_service.domain.workbook.model import (
    CERTIFICATES,
    DOSSIERS,
    GRID,
    JURY,
    JURY_SESSIONS,
    OTHERS,
    SHEETS,
    HalfDayColumn,
    Value,
)

SESSION_KEY = "Session de jury"


@dataclass(slots=True)
class Typed:
    """Cells by (sheet, key of the row), each by its heading."""

    cells: dict[tuple[str, str], dict[str, Value]] = field(default_factory=dict)

    def _put(self, sheet: str, key: str, cells: Mapping[str, Value]) -> None:
        self.cells.setdefault((sheet, key), {}).update(cells)

    def sheet(self, session: str, received: date, scan: str) -> None:
        """Say that the signed sheet of a session came in."""
        self._put(SHEETS, session, {"Feuille reçue le": received, "Fichier du scan": scan})

    def presence(self, who: str, session: str, day: date, half: str, status: str) -> None:
        """Choose what one person's half-day was; ``half`` is matin or apres_midi."""
        self._put(GRID, who, {HalfDayColumn(session, day, half, "").heading: status})

    def dossier(self, who: str, cells: Mapping[str, Value]) -> None:
        """Fill one person's row of « Dossiers »."""
        self._put(DOSSIERS, who, cells)

    def jury_session(self, jury: str, cells: Mapping[str, Value]) -> None:
        """Fill the row of one session de jury."""
        self._put(JURY_SESSIONS, jury, {SESSION_KEY: jury, **cells})

    def before_jury(self, who: str, jury: str, cells: Mapping[str, Value]) -> None:
        """Fill one candidate's row of « Jury »."""
        self._put(JURY, who, {SESSION_KEY: jury, **cells})

    def certificate(self, who: str, cells: Mapping[str, Value]) -> None:
        """Fill one person's row of « Certificats »."""
        self._put(CERTIFICATES, who, cells)

    def other(self, act: str, on: date, cells: Mapping[str, Value]) -> None:
        """Write one line of « Autres »."""
        rank = 1 + sum(sheet == OTHERS for sheet, _ in self.cells)
        self._put(OTHERS, str(rank), {"Acte": act, "Date": on, **cells})
