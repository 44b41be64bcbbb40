"""Write a report as CSV: for a French Excel, or for a machine."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal

from sync_service.domain import french
from sync_service.domain.reports.model import Cell, Percent, Report, Table

BOM = "\ufeff"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
KEPT_AS_TEXT = re.compile(r"0\d+|\d{1,2}/\d{1,2}|\d{1,4}-\d{1,2}(-\d{1,4})?")
"""Texts of which a spreadsheet would make something else: « 049001 » a number, « 5/7 » or « 2027-06 » a date."""


def to_csv(report: Report) -> bytes:
    """Write the main table of a report, or all of them one under the other, then its last lines.

    What only a machine needs is left out. UTF-8 with BOM, semicolons, CRLF, decimal commas, dates as 17/03/2026; formulas neutralised.
    """
    tables = _tables(report)
    lines: list[list[str]] = []
    for table in (table.for_people() for table in tables):
        lines += [[text_csv(table.caption)]] if len(tables) > 1 else []
        lines += _rows(table)
        lines.append([])
    lines += [[text_csv(line)] for line in (*report.notices, *report.footers)]
    return (BOM + "".join(";".join(line) + "\r\n" for line in lines)).encode()


def to_machine_csv(report: Report) -> bytes:
    """Write the main table of a report, headings being its stable codes: no BOM, commas, ISO dates, decimal points.

    A report of several tables, without a main one, is written one cell a line: table, row, column, value. Nothing is
    neutralised: a machine reads what is there. A last column says what the report is marked with, if anything.
    """
    tables, marks = _tables(report), " ".join(report.marks)
    head, tail = (["notice"], [marks]) if marks else ([], [])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if len(tables) == 1:
        writer.writerow([*(column.code for column in tables[0].columns), *head])
        writer.writerows([*(_plain(cell) for cell in row), *tail] for row in tables[0].rows)
    else:
        writer.writerow(["table", "row", "column", "value", *head])
        writer.writerows([*line, *tail] for table in tables for line in _cells(table))
    return out.getvalue().encode()


def _tables(report: Report) -> list[Table]:
    return [t for t in report.tables() if not report.main or t.code == report.main]


def _cells(table: Table) -> list[list[str | int]]:
    return [
        [table.code, number, column.code, _plain(cell)]
        for number, row in enumerate(table.rows, 1)
        for column, cell in zip(table.columns, row, strict=True)
    ]


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _rows(table: Table) -> list[list[str]]:
    return [[text_csv(c.heading) for c in table.columns], *([cell_csv(cell) for cell in row] for row in table.rows)]


def cell_csv(cell: Cell) -> str:
    """Write one cell: dates as 17/03/2026, texts that look like numbers or dates kept as texts, formulas neutralised."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return french.short_date(cell)
    if isinstance(cell, Percent):
        return french.percentage(cell, space=" ")
    if isinstance(cell, Decimal):
        return french.one_decimal(cell).replace("\u202f", "")
    if isinstance(cell, int):
        return str(cell)
    return f'="{cell}"' if KEPT_AS_TEXT.fullmatch(cell) else text_csv(cell)


def text_csv(text: str) -> str:
    """Write a text as it is, formulas neutralised."""
    safe = f"'{text}" if text.startswith(_DANGEROUS) else text
    if any(c in safe for c in ';"\r\n'):
        return '"' + safe.replace('"', '""') + '"'
    return safe
