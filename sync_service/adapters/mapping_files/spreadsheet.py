"""Tables that the office keeps in a spreadsheet: CSV (UTF-8, « ; » or « , ») or XLSX and ODS, all cells as text."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from sync_service.domain.french import plain
from sync_service.errors import Problem

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_DAMAGED = re.compile("[\u00c2\u00c3][\u0080-\u00bf]|\ufffd")
_TITLE_LINES = 10
_SAVE_AS = "dans le tableur, enregistrez-le en « CSV UTF-8 », ou donnez le fichier .xlsx"


@dataclass(frozen=True, slots=True)
class Columns:
    """Headings a table must or may have, on its first line or under a title; accents, capitals and apostrophes do not matter."""

    mandatory: tuple[str, ...]
    optional: tuple[str, ...] = ()

    def match(self, heading: str) -> str | None:
        """Return the declared heading that a cell of the first line names."""
        wanted = _fold(heading)
        return next((name for name in (*self.mandatory, *self.optional) if _fold(name) == wanted), None)


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its number in the file and its cells by heading; an absent column is an empty text."""

    file: str
    line: int
    cells: Mapping[str, str]
    letters: Mapping[str, str]

    def __getitem__(self, heading: str) -> str:
        """Return a cell, empty when the column is absent."""
        return self.cells.get(heading, "")

    def problem(self, heading: str, reason: str) -> Problem:
        """Name the cell: « calendrier.csv › B12 (date) »."""
        return Problem(f"{self.file} › {self.letters.get(heading, '')}{self.line} ({heading})", reason)


@dataclass(frozen=True, slots=True)
class Table:
    """A table read whole: SHA-256 of its bytes, and its rows."""

    name: str
    sha256: str
    rows: tuple[Row, ...]


def read_table(path: Path, columns: Columns, problems: list[Problem]) -> Table | None:
    """Read one table, or note why it cannot be used: never a part of it."""
    before = len(problems)
    raw = _bytes(path, problems)
    if raw is None:
        return None
    lines = _csv_lines(path.name, raw, problems) if path.suffix.lower() == ".csv" else _sheet(path.name, raw, problems)
    if lines is None or len(problems) > before:
        return None
    rows = _rows(path.name, lines, columns, problems)
    if not rows and len(problems) == before:
        problems.append(Problem(path.name, "le fichier ne contient que la ligne de titres, aucune ligne à lire"))
    return Table(path.name, hashlib.sha256(raw).hexdigest(), tuple(rows)) if len(problems) == before else None


def parse_date(text: str) -> date | None:
    """Read « 14/01/2027 » or « 2027-01-14 »; None when it is neither."""
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    return None


def parse_time(text: str) -> time | None:
    """Read « 09:00 », « 9 h 00 », « 9h » or « 9h30 »; None when it is none of them."""
    found = re.fullmatch(r"(\d{1,2})\s*(?::|h)\s*(\d{2})?(?::00)?", text.replace("\u00a0", " ").strip())
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    return time(int(found[1]), int(found[2] or 0))


def _bytes(path: Path, problems: list[Problem]) -> bytes | None:
    try:
        raw = path.read_bytes()
    except OSError:
        folder = path.resolve().parent.name
        problems.append(Problem(path.name, f"ce fichier n’est pas dans le dossier {folder}, ou ne peut pas être lu"))
        return None
    if not raw.strip(b" \t\r\n\xef\xbb\xbf\0"):
        problems.append(Problem(path.name, "le fichier est vide : enregistrez-le de nouveau depuis le tableur"))
        return None
    return raw


def _csv_lines(name: str, raw: bytes, problems: list[Problem]) -> list[tuple[int, list[str]]] | None:
    text = _decode(name, raw, problems)
    if text is None:
        return None
    if not text.endswith(("\n", "\r")):
        problems.append(
            Problem(name, "la dernière ligne n’est pas terminée : le fichier est peut-être coupé ; réenregistrez-le")
        )
        return None
    first = text.splitlines()[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        problems.append(Problem(f"{name} › ligne {reader.line_num}", f"les guillemets ne sont pas fermés ({error})"))
        return None


def _decode(name: str, raw: bytes, problems: list[Problem]) -> str | None:
    if raw.startswith(_UTF16):
        problems.append(Problem(name, f"le fichier est en UTF-16 (« texte Unicode ») : {_SAVE_AS}"))
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        problems.append(Problem(name, f"le fichier n’est pas en UTF-8 (sans doute « Windows 1252 ») : {_SAVE_AS}"))
        return None
    damaged = _DAMAGED.search(text)
    if damaged or "\0" in text:
        line = text.count("\n", 0, damaged.start() if damaged else text.index("\0")) + 1
        problems.append(
            Problem(f"{name} › ligne {line}", f"des accents sont abîmés (« Ã© » au lieu de « é ») : {_SAVE_AS}")
        )
        return None
    return text


def _sheet(name: str, raw: bytes, problems: list[Problem]) -> list[tuple[int, list[str]]] | None:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        values = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError):
        problems.append(
            Problem(
                name, "ce n’est pas un classeur lisible : le fichier est abîmé, coupé ou protégé ; réenregistrez-le"
            )
        )
        return None
    return [(number, [_cell(value) for value in row]) for number, row in enumerate(values, 1)]


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}" if value.time() == time() else f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _rows(name: str, lines: Sequence[tuple[int, list[str]]], columns: Columns, problems: list[Problem]) -> list[Row]:
    if not lines:
        return []
    before = len(problems)
    start = _heading_line([cells for _, cells in lines], columns)
    order = _headings(name, lines[start], columns, problems)
    if len(problems) > before:
        return []  # what stands under headings that are not understood would only add noise
    letters = {heading: _letter(position) for position, heading in enumerate(order) if heading}
    rows = []
    for line, cells in lines[start + 1 :]:
        if not any(cells):
            continue
        trouble = _width(cells, order, csv_file=name.lower().endswith(".csv"))
        if trouble:
            problems.append(Problem(f"{name} › ligne {line}", trouble))
            continue
        named = {heading: cell for heading, cell in zip(order, cells, strict=False) if heading}
        rows.append(Row(name, line, named, letters))
    return rows


def _heading_line(lines: Sequence[Sequence[str]], columns: Columns) -> int:
    """Find the line of headings: people write a title above their table. The first line when none looks like one."""
    for position, cells in enumerate(lines[:_TITLE_LINES]):
        if sum(bool(cell) and columns.match(cell) is not None for cell in cells) >= min(2, len(columns.mandatory)):
            return position
    return 0


def _width(cells: Sequence[str], order: Sequence[str], *, csv_file: bool) -> str:
    if len(cells) < len(order):
        return f"la ligne est coupée ({len(cells)} cellules au lieu de {len(order)}) : le fichier est incomplet"
    beyond = next((position for position in range(len(order), len(cells)) if cells[position]), None)
    if beyond is None:
        return ""
    if csv_file:
        return "il y a plus de cellules que de titres : un séparateur est en trop"
    return f"la cellule de la colonne {_letter(beyond)} n’a pas de titre : effacez-la, ou donnez un titre à la colonne"


def _headings(name: str, line: tuple[int, list[str]], columns: Columns, problems: list[Problem]) -> list[str]:
    order: list[str] = []
    number, cells = line
    for position, cell in enumerate(cells):
        heading = columns.match(cell) if cell else ""
        place = f"{name} › {_letter(position)}{number}"
        if heading is None:
            known = ", ".join((*columns.mandatory, *columns.optional))
            problems.append(
                Problem(
                    place,
                    f"colonne « {cell[:40]} » non prévue : renommez-la ou supprimez-la ; colonnes possibles : {known}",
                )
            )
        elif heading and heading in order:
            problems.append(Problem(place, f"la colonne « {heading} » est deux fois : gardez-en une"))
        order.append(heading or "")
    while order and not order[-1]:
        order.pop()
    missing = [heading for heading in columns.mandatory if heading not in order]
    if missing:
        problems.append(Problem(f"{name} › ligne {number}", f"colonnes manquantes : {', '.join(missing)}"))
    return order


def _letter(position: int) -> str:
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _fold(text: str) -> str:
    return re.sub(r"[\s'’_-]+", " ", plain(text)).strip()
