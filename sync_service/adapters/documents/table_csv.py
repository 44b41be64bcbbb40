"""Write a report as CSV for a French Excel: UTF-8 with BOM, semicolons, CRLF; formulas neutralised."""

from __future__ import annotations

from datetime import date

from sync_service.domain import french
from sync_service.domain.reports.model import Cell, Report, Table

BOM = "\ufeff"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def to_csv(report: Report) -> bytes:
    """Write the main table of a report, or all of them one under the other, then its last lines."""
    tables = [t for t in report.tables() if not report.main or t.code == report.main]
    lines: list[list[str]] = []
    for table in tables:
        lines += [[_text(table.caption)]] if len(tables) > 1 else []
        lines += _rows(table)
        lines.append([])
    lines += [[_text(line)] for line in (*report.notices, *report.footers)]
    return (BOM + "".join(";".join(line) + "\r\n" for line in lines)).encode()


def _rows(table: Table) -> list[list[str]]:
    return [[_text(c.heading) for c in table.columns], *([cell_csv(cell) for cell in row] for row in table.rows)]


def cell_csv(cell: Cell) -> str:
    """Write one cell: dates as 17/03/2026, codes with leading zeros kept as text, formulas neutralised."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return french.short_date(cell)
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
