"""Write a report as CSV: for a French Excel, or for a machine."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

from sync_service.domain import french
from sync_service.domain.reports.model import Cell, Report, Table

BOM = "\ufeff"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def to_csv(report: Report) -> bytes:
    """Write the main table of a report, or all of them one under the other, then its last lines.

    UTF-8 with BOM, semicolons, CRLF, decimal commas, dates as 17/03/2026; formulas neutralised.
    """
    tables = _tables(report)
    lines: list[list[str]] = []
    for table in tables:
        lines += [[_text(table.caption)]] if len(tables) > 1 else []
        lines += _rows(table)
        lines.append([])
    lines += [[_text(line)] for line in (*report.notices, *report.footers)]
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
    return [[_text(c.heading) for c in table.columns], *([cell_csv(cell) for cell in row] for row in table.rows)]


def cell_csv(cell: Cell) -> str:
    """Write one cell: dates as 17/03/2026, codes with leading zeros kept as text, formulas neutralised."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return french.short_date(cell)
    if isinstance(cell, Decimal):
        return french.one_decimal(cell).replace("\u202f", "")
    if isinstance(cell, int):
        return str(cell)
    if cell.isdigit() and cell.startswith("0") and len(cell) > 1:
        return f'="{cell}"'
    return _text(cell)


def _text(text: str) -> str:
    safe = f"'{text}" if text.startswith(_DANGEROUS) else text
    if any(c in safe for c in ';"\r\n'):
        return '"' + safe.replace('"', '""') + '"'
    return safe
