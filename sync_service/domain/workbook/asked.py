"""What a filled workbook asks to record: one act a typed date, one a changed half-day, in an order that can be recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sync_service.domain import french, typography
from sync_service.domain.act_rows import ActRow
from sync_service.domain.workbook.columns import ASKS, PIECE_SUFFIX, POINT_SUFFIX, POINTS, Ask, Filed
from sync_service.domain.workbook.model import DOSSIERS, GRID, JURY_SESSIONS, OTHERS, SHEETS, SHOWN, Grid, TypedRow

PATH_RANK, SHEET_RANK, PRESENCE_RANK, PIECE_RANK, OTHER_RANK = 9, 10, 11, 19, 50
OTHER_RANKS: Mapping[str, int] = {
    "suspension": PATH_RANK, "reprise": PATH_RANK, "sortie": PATH_RANK, "transfert": PATH_RANK,
    "dossier-ouvert": 18, "piece-recue": PIECE_RANK, "membre-deporte": 31, "numero-annule": 39,
}  # fmt: skip
"""Acts of « Autres » that open the way to acts of the other lists, and so come before them: a sheet of the same workbook
makes nobody present who had left."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One act that a row asks for."""

    row: TypedRow
    act: ActRow
    rank: int
    heading: str
    """Heading of the cell that asks for it."""
    dated: str = ""
    """Heading of the cell that holds the day, when it is another one."""
    note: str = ""
    """What to look at before recording it."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Column of the file of acts → heading of the cell that stands for it here, where they differ."""
    over: bool = False
    """Whether the workbook showed something else there, which was typed over."""


def asked(rows: Sequence[TypedRow], grid: Grid, filed: Filed) -> tuple[Asked, ...]:
    """Return every act, in the order they can be recorded; their ``line`` is their rank in it, from 1.

    ``filed`` hashes the files that cells name; it gives nothing for one that is not there, and keeps it in mind.
    """
    found: list[Asked] = []
    shown = {row.key: row for row in rows if row.sheet == SHOWN}
    for row in rows:
        found += _of_row(row, grid, filed, shown)
    ordered = sorted(found, key=lambda item: (item.rank, _day_of_path(item)))
    return tuple(replace(item, act=replace(item.act, line=line)) for line, item in enumerate(ordered, 1))


def _day_of_path(item: Asked) -> date:
    """Order suspensions and resumptions by their day; other acts keep their order."""
    return item.act.on if item.rank == PATH_RANK and item.act.on else date.min


def _of_row(row: TypedRow, grid: Grid, filed: Filed, shown: Mapping[str, TypedRow]) -> Iterator[Asked]:
    if row.sheet == SHEETS:
        yield from _sheet(row, filed)
    elif row.sheet == SHOWN:
        return
    elif row.sheet == GRID:
        yield from _presences(row, grid, shown.get(row.key))
    elif row.sheet == OTHERS:
        yield from _other(row, filed)
    else:
        if row.sheet == DOSSIERS:
            yield from _pieces(row)
        yield from (_asked(row, ask, filed) for ask in ASKS if ask.sheet == row.sheet and row.get(ask.when))


def _sheet(row: TypedRow, filed: Filed) -> Iterator[Asked]:
    heading = "Feuille reçue le"
    if row.get(heading):
        act = ActRow(
            0, "feuille signée", session=row.key, on=french.read_date(row.get(heading)),
            document=filed(row, "Fichier du scan"),
        )  # fmt: skip
        yield Asked(row, act, SHEET_RANK, heading, columns={"empreinte": "Fichier du scan"})


def _presences(row: TypedRow, grid: Grid, shown: TypedRow | None) -> Iterator[Asked]:
    """Ask for the half-days that were typed: neither what this workbook showed, nor what the register holds by now."""
    for column in grid.halfdays:
        typed, known = row.get(column.heading), grid.known.get((row.key, column.heading), "")
        before = shown.get(column.heading) if shown else ""
        if typed and french.code_of(typed) not in {french.code_of(before or "-"), french.code_of(known or "-")}:
            act = ActRow(
                0, "présence", who=row.key, session=column.session, on=column.day, half=column.half.replace("_", "-"),
                value=typed,
            )  # fmt: skip
            since = f"à vérifier : « {known} » a été enregistré depuis" if known and known != before else ""
            yield Asked(row, act, PRESENCE_RANK, column.heading, note=since, over=bool(known) and known == before)


def _pieces(row: TypedRow) -> Iterator[Asked]:
    for heading, text in row.cells.items():
        if heading.endswith(PIECE_SUFFIX) and text.strip():
            act = ActRow(
                0,
                "pièce reçue",
                who=row.key,
                on=french.read_date(text.strip()),
                value=heading.removesuffix(PIECE_SUFFIX),
            )
            yield Asked(row, act, PIECE_RANK, heading)


def _asked(row: TypedRow, ask: Ask, filed: Filed) -> Asked:
    of_jury = row.sheet == JURY_SESSIONS
    act = ActRow(
        line=0,
        act=ask.act,
        who="" if of_jury else row.key,
        jury=row.key if of_jury else row.get(ask.jury) if ask.jury else "",
        on=french.read_date(row.get(ask.on or ask.when)),
        value=_value(row, ask),
        reference=_points(row) if ask.reference == POINTS else row.get(ask.reference) if ask.reference else "",
        capacity=row.get(ask.capacity) if ask.capacity else "",
        document=filed(row, ask.document) if ask.document else "",
    )
    named = {
        "valeur": ask.value, "référence": ask.reference, "qualité": ask.capacity, "empreinte": ask.document,
        "fichier": ask.document, "jury": ask.jury,
    }  # fmt: skip
    return Asked(row, act, ask.rank, ask.when, ask.on, columns={name: cell for name, cell in named.items() if cell})


def _points(row: TypedRow) -> str:
    """Write the points of the grid that were ticked as a file of acts does: « libellé : oui / libellé : non »."""
    return " / ".join(
        f"{heading.removesuffix(POINT_SUFFIX)} : {text.strip()}"
        for heading, text in row.cells.items()
        if heading.endswith(POINT_SUFFIX) and text.strip()
    )


def _value(row: TypedRow, ask: Ask) -> str:
    return row.get(ask.value) if ask.value else ""


def _other(row: TypedRow, filed: Filed) -> Iterator[Asked]:
    if row.get("Acte"):
        act = ActRow(
            0, row.get("Acte"), who=row.get("Stagiaire (matricule)"), session=row.get("Session"), jury=row.get("Jury"),
            on=french.read_date(row.get("Date")), half=row.get("Demi-journée"), value=row.get("Valeur"),
            reference=row.get("Référence"), capacity=row.get("Qualité"), document=filed(row, "Fichier"),
            reason=row.get("Motif"),
        )  # fmt: skip
        yield Asked(row, act, OTHER_RANKS.get(french.code_of(act.act), OTHER_RANK), "Acte", "Date", columns=_OF_OTHERS)


_OF_OTHERS: Mapping[str, str] = {"empreinte": "Fichier", "stagiaire": "Stagiaire (matricule)"}


def in_its_cells(item: Asked, said: str) -> str:
    """Name the cells of the workbook in a refusal that names the columns of a file of acts."""
    for column, cell in item.columns.items():
        said = re.sub(f"«\\s{column}\\s»", typography.french(f"« {cell} »"), said)
    return said


def without_covered(found: Sequence[Asked]) -> tuple[Asked, ...]:
    """Leave out the half-days typed « Présent » of a session whose signed sheet is recorded with them: it says so.

    Not one typed over what the workbook showed, and which the sheet alone would leave as it is; a « Présent » that
    came by itself, in an older copy, undoes nothing recorded since.
    """
    covered = {item.act.session for item in found if item.rank == SHEET_RANK}
    kept = [
        item
        for item in found
        if not (
            item.rank == PRESENCE_RANK
            and item.act.session in covered
            and french.code_of(item.act.value) == "present"
            and not item.over
        )
    ]
    return tuple(replace(item, act=replace(item.act, line=line)) for line, item in enumerate(kept, 1))


def sentence(item: Asked, names: Mapping[str, str], today: date) -> str:
    """Say in French what one act will record, for the person who is asked; a day to come is pointed out."""
    act = item.act
    who = names.get(act.who, act.who)
    to_come = "à vérifier : ce jour est à venir" if act.on and act.on > today else ""
    parts = [
        act.act[:1].upper() + act.act[1:],
        who,
        act.session or act.jury,
        _half(act),
        act.value,
        _day(act.on),
        to_come,
        item.note,
    ]
    return " · ".join(part for part in parts if part)


def heading_words(item: Asked) -> str:
    """Return the heading of a cell on one line: « m1-a, 21/09/2026, matin »."""
    return ", ".join(item.heading.splitlines())


def _half(act: ActRow) -> str:
    return {"matin": "matin", "apres-midi": "après-midi"}.get(act.half, act.half)


def _day(day: date | None) -> str:
    return f"le {day:%d/%m/%Y}" if day else "date illisible"
