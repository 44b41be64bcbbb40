"""Read a file of acts: CSV, XLSX or ODS, whole or not at all (docs/fr/enregistrements.md)."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sync_service.adapters.mapping_files.spreadsheet import Columns, Row, read_table
from sync_service.domain import french
from sync_service.domain.act_rows import ActRow
from sync_service.errors import MappingError, Problem

COLUMNS = Columns(
    ("acte", "date"),
    ("stagiaire", "session", "jury", "demi-journée", "valeur", "référence", "qualité", "fichier", "empreinte", "motif"),
)


def read_acts(path: Path) -> tuple[ActRow, ...]:
    """Read acts; a document named in « fichier » is hashed, beside the file of acts.

    Raises:
        MappingError: every cell that cannot be used; nothing was recorded.
    """
    problems: list[Problem] = []
    table = read_table(path, COLUMNS, problems)
    rows = tuple(_row(row, path.parent, problems) for row in table.rows) if table else ()
    if problems:
        raise MappingError("Le fichier d’enregistrements ne peut pas être utilisé, rien n’a été enregistré :", problems)
    return rows


def _row(row: Row, folder: Path, problems: list[Problem]) -> ActRow:
    on = french.read_date(row["date"])
    if on is None:
        problems.append(row.problem("date", "ce n’est pas une date : écrivez 17/03/2027"))
    return ActRow(
        line=row.line,
        act=row["acte"],
        who=row["stagiaire"],
        session=row["session"],
        jury=row["jury"],
        on=on,
        half=row["demi-journée"],
        value=row["valeur"],
        reference=row["référence"],
        capacity=row["qualité"],
        document=row["empreinte"] or _hash(row, folder, problems),
        reason=row["motif"],
    )


def _hash(row: Row, folder: Path, problems: list[Problem]) -> str:
    name = row["fichier"]
    if not name:
        return ""
    try:
        return hashlib.sha256((folder / name).read_bytes()).hexdigest()
    except OSError:
        problems.append(
            row.problem("fichier", "ce document n’est pas à côté du fichier : copiez-le ou corrigez son nom")
        )
        return ""
