"""Every line of the register about one person, in words, for herself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from sync_service.domain import french
from sync_service.domain.entry import Entry
from sync_service.domain.reports.model import Report, Section, Table
from sync_service.domain.reports.person_file import COLUMNS, line_row

_MEANING = (
    "Ce tableau contient toutes les lignes du registre dont vous êtes le sujet, dans l’ordre où elles ont été écrites, avec "
    "leur contenu en clair. lignes.json dit la même chose, pour une machine."
)


def lines_report(
    name: str, entries: Sequence[Entry], zone: ZoneInfo, *, made_on: str, activities: Mapping[str, str]
) -> Report:
    """Make the list of one person’s lines; ``made_on`` is the moment, in words, ``activities`` names those of her courses by key."""
    columns = tuple(column for column in COLUMNS if column.code != "documents")
    rows = tuple(line_row(entry, {}, zone, activities)[: len(columns)] for entry in entries)
    table = Table("lines", "Lignes du registre", columns, rows, "Aucune ligne.")
    return Report(
        code="",
        name="lines",
        title=f"Ce que le registre contient sur {name}",
        subtitle=french.count(len(rows), "ligne"),
        sections=(Section("Lignes", sentences=(_MEANING,), tables=(table,)),),
        footers=(f"Établi le {made_on}.",),
        main="lines",
    )
