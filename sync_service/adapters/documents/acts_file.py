"""Read a file of acts: CSV, XLSX or ODS, whole or not at all (docs/fr/enregistrements.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sync_service.adapters.mapping_files.spreadsheet import Columns, Row, read_table
from sync_service.domain import french
from sync_service.domain.act_rows import ActRow
from sync_service.errors import MappingError, Problem

COLUMNS = Columns(
    ("acte", "date"),
    ("stagiaire", "session", "jury", "demi-journée", "valeur", "référence", "qualité", "fichier", "empreinte", "motif"),
)


@dataclass(frozen=True, slots=True)
class Filed:
    """A document named in « fichier », as it was when it was hashed."""

    row: ActRow
    content: bytes


def read_acts(path: Path, keep: Callable[[ActRow, bytes], object] | None = None) -> tuple[ActRow, ...]:
    """Read acts; a document named in « fichier » is hashed, beside the file of acts.

    ``keep`` is then given each of these documents with its line; it is called only when the whole file can be used.

    Raises:
        MappingError: every cell that cannot be used; nothing was recorded.
    """
    problems: list[Problem] = []
    table = read_table(path, COLUMNS, problems)
    filed: list[Filed] = []
    rows = tuple(_row(row, path.parent, problems, filed) for row in table.rows) if table else ()
    if problems:
        raise MappingError("Le fichier d’enregistrements ne peut pas être utilisé, rien n’a été enregistré :", problems)
    if keep is not None:
        for document in filed:
            keep(document.row, document.content)
    return rows


def _row(row: Row, folder: Path, problems: list[Problem], filed: list[Filed]) -> ActRow:
    content = read_document(row, folder, problems)
    made = _act_row(row, problems, hashlib.sha256(content).hexdigest() if content else "")
    filed += [Filed(made, content)] if content else []
    return made


def _act_row(row: Row, problems: list[Problem], digest: str) -> ActRow:
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
        document=row["empreinte"] or digest,
        reason=row["motif"],
    )


def read_document(row: Row, folder: Path, problems: list[Problem]) -> bytes:
    """Return the document that a line names in « fichier », empty when it names none or gives its digest."""
    name = row["fichier"]
    if not name or row["empreinte"]:
        return b""
    try:
        content = (folder / name).read_bytes()
    except (OSError, ValueError):
        problems.append(
            row.problem("fichier", "ce document n’est pas à côté du fichier : copiez-le ou corrigez son nom")
        )
        return b""
    if not content:
        problems.append(row.problem("fichier", "ce document est vide : numérisez-le de nouveau"))
    return content
