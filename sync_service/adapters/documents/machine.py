"""Write a report as JSON: stable codes, ISO dates, the same words."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from sync_service.domain.envelope import utc_text
from sync_service.domain.reports.model import Cell, Report, Section, Table


def to_json(report: Report) -> str:
    """Write a report as indented JSON, ending with a newline; keys keep the order of the report."""
    return json.dumps(as_dict(report), ensure_ascii=False, indent=1) + "\n"


def as_dict(report: Report) -> dict[str, Any]:
    """Return a report as plain objects."""
    stamp = report.stamp
    return {
        "report": report.code,
        "name": report.name,
        "title": report.title,
        "subtitle": report.subtitle,
        "notices": list(report.notices),
        "as_of": stamp.as_of.isoformat() if stamp else None,
        "known_at": utc_text(stamp.known_at) if stamp else None,
        "made_at": utc_text(stamp.made_at) if stamp else None,
        "referential": stamp.referential if stamp else None,
        "register": {"size": stamp.size, "reference": stamp.reference, "root": stamp.root} if stamp else None,
        "sections": [_section(section) for section in report.sections],
        "footers": list(report.footers),
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "heading": section.heading,
        "sentences": list(section.said),
        "pairs": [{"label": label, "value": _cell(value)} for label, value in section.pairs],
        "tables": [_table(table) for table in section.tables],
    }


def _table(table: Table) -> dict[str, Any]:
    codes = [column.code for column in table.columns]
    return {
        "code": table.code,
        "caption": table.caption,
        "columns": [{"code": column.code, "heading": column.heading} for column in table.columns],
        "rows": [dict(zip(codes, map(_cell, row), strict=True)) for row in table.rows],
    }


def _cell(cell: Cell) -> str | int | float | None:
    if isinstance(cell, Decimal):
        return float(cell)
    return cell.isoformat() if isinstance(cell, date) else cell
