"""The list of trainees: the only file that names people, read whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sync_service.adapters.mapping_files.spreadsheet import Columns, Row, parse_date, read_table
from sync_service.domain.french import plain
from sync_service.domain.roster import RosterFile, RosterRow
from sync_service.errors import Problem, RosterError

MANDATORY = ("matricule", "nom de naissance", "prénom", "collectivité")
COLUMNS = Columns(
    MANDATORY,
    ("nom d’usage", "e-mail", "fonction", "date de prise de fonction", "groupe", "date d’inscription", "situation",
     "date de naissance", "lieu de naissance", "adresse", "adresse de la collectivité"),
)  # fmt: skip
_SAID_BY_COLUMN = {
    "nom d’usage": "usual_name",
    "e-mail": "email",
    "fonction": "position",
    "date de prise de fonction": "position_since",
    "groupe": "group",
}
_EMAIL = re.compile(r"[^@\s;,<>]+@[^@\s;,<>]+\.[^@\s;,<>]+")
_SITUATIONS = {"": False, "inscrit": False, "inscrite": False, "suspendu": True, "suspendue": True}


def read_roster(path: Path, promotion: str) -> RosterFile:
    """Read ``stagiaires.csv``, ``.xlsx`` or ``.ods``.

    Raises:
        RosterError: the file is empty, has only its headings, is cut, is not UTF-8, misses a mandatory cell or holds
            a matricule twice; every problem with its cell, and nobody was changed.
    """
    problems: list[Problem] = []
    table = read_table(path, COLUMNS, problems)
    rows: list[RosterRow] = []
    for row in table.rows if table else ():
        problems.extend(_mistakes(row))
        rows.append(_row(row))
    problems.extend(_doubles(path.name, rows))
    if table is None or problems:
        raise RosterError("La liste des stagiaires ne peut pas être utilisée, personne n’a été changé :", problems)
    return RosterFile(path.name, table.sha256, promotion, tuple(rows))


def _mistakes(row: Row) -> Iterator[Problem]:
    for heading in MANDATORY:
        if not row[heading]:
            yield row.problem(heading, "cette cellule est vide : la ligne est incomplète")
    if row["e-mail"] and _EMAIL.fullmatch(row["e-mail"]) is None:
        yield row.problem("e-mail", "ce n’est pas une adresse électronique")
    for heading in ("date de prise de fonction", "date d’inscription", "date de naissance"):
        if row[heading] and parse_date(row[heading]) is None:
            yield row.problem(heading, "ce n’est pas une date : écrivez 01/09/2026")
    if plain(row["situation"]) not in _SITUATIONS:
        yield row.problem("situation", "valeurs possibles : vide, inscrit, suspendu")


def _row(row: Row) -> RosterRow:
    usual = row["nom d’usage"] or row["nom de naissance"]
    return RosterRow(
        line=row.line,
        matricule=row["matricule"],
        usual_name=usual,
        birth_name=row["nom de naissance"],
        first_name=row["prénom"],
        email=row["e-mail"],
        employer=row["collectivité"],
        position=row["fonction"],
        position_since=_date(row["date de prise de fonction"]),
        group=row["groupe"],
        enrolled_on=_date(row["date d’inscription"]),
        suspended=_SITUATIONS.get(plain(row["situation"]), False),
        resumed=plain(row["situation"]) in {"inscrit", "inscrite"},
        born_on=_date(row["date de naissance"]),
        born_at=row["lieu de naissance"],
        address=row["adresse"],
        employer_address=row["adresse de la collectivité"],
        unsaid=frozenset(field for heading, field in _SAID_BY_COLUMN.items() if heading not in row.letters),
    )


def _date(text: str) -> date | None:
    return parse_date(text) if text else None


def _doubles(name: str, rows: list[RosterRow]) -> Iterator[Problem]:
    lines: dict[str, list[int]] = {}
    for row in rows:
        if row.matricule:
            lines.setdefault(row.matricule, []).append(row.line)
    for found in lines.values():
        if len(found) > 1:
            places = ", ".join(str(line) for line in found)
            yield Problem(f"{name} › lignes {places}", "le même matricule est sur plusieurs lignes : gardez-en une")
