"""Write a report as XLSX: typed cells, a sheet a table, a « Lisez-moi » first; the same bytes for the same report."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from textwrap import wrap
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from sync_service.domain.reports.model import Cell, Percent, Report, Table
from sync_service.domain.typography import french as typeset

SHEET_NAME = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LITTLE = frozenset(
    {"", "à", "au", "aux", "dans", "de", "des", "du", "en", "et", "la", "le", "les", "ou", "par", "pour", "sur"}
)
"""Words that a name does not end with once it is cut."""
_WIDEST = 34
_LABEL, _TEXT = 34, 90
"""Widths of the two columns of « Lisez-moi »."""
_READABLE = 200
"""Signs across a printed page: a wider table goes on several, with whom or what a row is about on each, rather than too small to read."""
_HEADER = 250
"""Signs that the header of a printed sheet may have, in Excel."""
_END_OF_PROPERTIES = b"</cp:coreProperties>"
_LINE = 15
"""Height of a line of text, in points: not every program adjusts rows by itself when it opens a file."""


def to_xlsx(report: Report) -> bytes:
    """Return ``report`` as a workbook."""
    import xlsxwriter  # noqa: PLC0415 # only spreadsheets need it

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        made_at = report.stamp.made_at if report.stamp else datetime(2026, 1, 1, tzinfo=UTC)
        book.set_properties(
            {"title": typeset(report.title), "subject": typeset(report.subtitle), "author": "Service certification",
             "created": made_at.replace(tzinfo=None)}
        )  # fmt: skip
        styles = _styles(book)
        _read_me(book, styles, report)
        names: set[str] = {"lisez-moi"}
        for number, table in enumerate((table.for_people() for table in report.tables()), 1):
            _sheet(book, styles, table, (_name(table.caption, names), number), report.marks)
    return _in_french(out.getvalue())


def _in_french(content: bytes) -> bytes:
    """Say in which language a workbook is: its library has no word for it."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as made, ZipFile(out, "w", ZIP_DEFLATED) as told:
        for part in made.infolist():
            data = made.read(part)
            if part.filename == "docProps/core.xml":
                data = data.replace(_END_OF_PROPERTIES, b"<dc:language>fr-FR</dc:language>" + _END_OF_PROPERTIES)
            told.writestr(part, data)
    return out.getvalue()


def _styles(book: Any) -> dict[str, Any]:
    base = {"text_wrap": True, "valign": "top"}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({**base, "bold": True, "border": 1}),
        "text": book.add_format({**base, "num_format": "@"}),
        "date": book.add_format({**base, "num_format": "dd/mm/yyyy", "align": "left"}),
        "number": book.add_format({"valign": "top", "num_format": "0_-", "align": "right"}),
        "beside": book.add_format({**base, "num_format": "0", "align": "left"}),
        "decimal": book.add_format({"valign": "top", "num_format": "0.0_-", "align": "right"}),
        "percent": book.add_format({"valign": "top", "num_format": "0.0 %_-", "align": "right"}),
        "wrap": book.add_format(base),
    }


def _read_me(book: Any, styles: dict[str, Any], report: Report) -> None:
    sheet = book.add_worksheet("Lisez-moi")
    sheet.set_column(0, 0, _LABEL)
    sheet.set_column(1, 1, _TEXT)
    sheet.write_string(0, 0, typeset(report.title), styles["title"])
    sheet.write_string(1, 0, typeset(report.subtitle))
    row = 3
    for line in report.notices:
        sheet.write_string(row, 1, typeset(line), styles["head"])
        sheet.set_row(row, _LINE * _lines(line, _TEXT))
        row += 1
    for section in report.sections:
        for label, value in section.pairs:
            sheet.write_string(row, 0, typeset(label), styles["wrap"])
            _write(sheet, {**styles, "number": styles["beside"]}, row, 1, value)
            sheet.set_row(row, _LINE * max(_lines(label, _LABEL), _lines(str(value or ""), _TEXT)))
            row += 1
        for sentence in section.said:
            sheet.write_string(row, 0, typeset(section.heading), styles["wrap"])
            sheet.write_string(row, 1, typeset(sentence), styles["wrap"])
            sheet.set_row(row, _LINE * max(_lines(section.heading, _LABEL), _lines(sentence, _TEXT)))
            row += 1
    for line in report.footers:
        sheet.write_string(row + 1, 1, typeset(line), styles["wrap"])
        sheet.set_row(row + 1, _LINE * _lines(line, _TEXT))
        row += 1
    _print_setup(sheet)


def _sheet(book: Any, styles: dict[str, Any], table: Table, place: tuple[str, int], marks: tuple[str, ...]) -> None:
    name, number = place
    sheet = book.add_worksheet(name)
    if marks:
        sheet.set_header("&C" + " ".join(marks).replace("&", "&&")[:_HEADER])
    widths = [max(map(len, column.heading.split(" "))) for column in table.columns]
    for at, row in enumerate(table.rows, 1):
        for column, cell in enumerate(row):
            _write(sheet, styles, at, column, cell)
            widths[column] = max(widths[column], len(str(cell or "")))
    shown = [min(_WIDEST, max(10, width + 2)) for width in widths]
    sheet.set_row(
        0, _LINE * max(_lines(column.heading, width) for column, width in zip(table.columns, shown, strict=True))
    )
    for at, row in enumerate(table.rows, 1):
        sheet.set_row(at, _LINE * max(_lines(str(cell or ""), width) for cell, width in zip(row, shown, strict=True)))
    last = len(table.columns) - 1
    if table.rows:
        headings = [{"header": heading, "header_format": styles["head"]} for heading in _unique(table)]
        options = {"columns": headings, "name": f"tableau_{number}", "style": "Table Style Light 1"}
        sheet.add_table(0, 0, len(table.rows), last, options)
    else:
        for column, heading in enumerate(_unique(table)):
            sheet.write_string(0, column, heading, styles["head"])
        sheet.write_string(1, 0, typeset(table.empty), styles["wrap"])
    for column, width in enumerate(shown):
        sheet.set_column(column, column, width)
    named = next((place for place, column in enumerate(table.columns[:3]) if column.head), 0)
    sheet.freeze_panes(1, named + 1)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0, named)
    _print_setup(sheet, across=-(-sum(shown) // _READABLE))


def _lines(text: str, width: int) -> int:
    """Count the lines that a text takes in a column, words kept whole."""
    return sum(1 if len(line) < width else len(wrap(line, width - 1)) for line in text.split("\n"))


def _write(sheet: Any, styles: dict[str, Any], row: int, column: int, cell: Cell) -> None:
    if cell is None or cell == "":
        sheet.write_blank(row, column, None, styles["text"])
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), styles["date"])  # noqa: DTZ001 # a spreadsheet's dates have no zone
    elif isinstance(cell, Percent):
        sheet.write_number(row, column, float(cell / 100), styles["percent"])
    elif isinstance(cell, Decimal):
        sheet.write_number(row, column, float(cell), styles["decimal"])
    elif isinstance(cell, int):
        sheet.write_number(row, column, cell, styles["number"])
    else:
        sheet.write_string(row, column, cell, styles["text"])


def _print_setup(sheet: Any, across: int = 1) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(across, 0)
    sheet.set_footer("&L&A&Rpage &P / &N")


def _unique(table: Table) -> list[str]:
    """Return the headings, made different from one another: a filtered table needs it."""
    found: list[str] = []
    for column in table.columns:
        heading, rank = typeset(column.heading), 2
        while heading.casefold() in {other.casefold() for other in found}:
            heading, rank = f"{typeset(column.heading)} ({rank})", rank + 1
        found.append(heading)
    return found


def _name(caption: str, taken: set[str]) -> str:
    """Return a sheet's name: whole words, 31 signs at most, none that Excel refuses, unlike the others."""
    base = _cut(" ".join(_FORBIDDEN.sub(" ", caption).split()), SHEET_NAME) or "Tableau"
    name, rank = base, 2
    while name.casefold() in taken:
        name, rank = f"{_cut(base, SHEET_NAME - 3)} {rank}", rank + 1
    taken.add(name.casefold())
    return name


def _cut(text: str, size: int) -> str:
    """Return the first words of ``text``, ``size`` signs at most, no preposition last; a word longer than that is cut."""
    if len(text) <= size:
        return text
    words = text[: size + 1].split(" ")[:-1]
    while words and words[-1].casefold().strip(",:–-") in _LITTLE:
        words.pop()
    return " ".join(words).rstrip(" ,:–-") or text[:size]
