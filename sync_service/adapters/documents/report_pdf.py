"""Draw a report as a PDF to read with any tool: PDF/UA-1 and PDF/A-2a in one file, the same bytes for the same report."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

from sync_service.adapters.documents.html import cell_text
from sync_service.adapters.documents.printable import printable
from sync_service.domain.reports.masking import MASKED
from sync_service.domain.reports.model import Cell, Report, Section, Table
from sync_service.domain.typography import french as typeset
from sync_service.domain.typography import french_title
from sync_service.errors import StoreError

BROADEST = 80
"""However long its cells, a column's share is that of this many signs: they go to the next line."""
NO_NUMBER = frozenset({"", MASKED, "sans objet"})
"""What stands where a number would."""
MEASURED = 6
"""The longest words of a column that are measured: the widest of them is not always the longest."""
_BREAKS = re.compile(r"(?<=\w-)(?=[^\W\d])(?!midi\b)")
"""Where a line may be cut inside a word: after a hyphen, unless a figure follows, and never inside « après-midi »."""


def report_pdf(report: Report) -> bytes:
    """Return ``report`` as a PDF."""
    made_at = report.stamp.made_at if report.stamp else None
    return compile_pdf(("report.typ",), {"report": as_data(report)}, made_at)


def compile_pdf(templates: Sequence[str], data: dict[str, Any], made_at: datetime | None) -> bytes:
    """Compile our templates, one after the other, with data they read as JSON; ``made_at`` is the only date in the file.

    Raises:
        StoreError: Typst cannot draw it, which only a template of ours can cause.
    """
    import typst  # noqa: PLC0415 # a large library that only documents need

    source = b"\n".join((files(__package__) / "typst" / name).read_bytes() for name in templates)
    inputs = {name: json.dumps(printable(value), ensure_ascii=False) for name, value in data.items()}
    stamp = int(made_at.timestamp()) if made_at else 0
    try:
        made = typst.compile(
            source,
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=["ua-1", "a-2a"],
            ignore_system_fonts=True,
            timestamp=stamp,
        )
    except typst.TypstError as error:
        raise StoreError(f"Le document ne peut pas être dessiné ({str(error)[:200]}) : signalez-le.") from error
    return bytes(made)


def as_data(report: Report) -> dict[str, Any]:
    """Return a report as the template reads it: texts only, in French typography."""
    return {
        "title": french_title(report.title),
        "subtitle": french_title(report.subtitle),
        "author": "Service certification",
        "notices": [typeset(text) for text in report.notices],
        "sections": [_section(section) for section in report.sections],
        "footers": [typeset(text) for text in report.footers],
        "tight": report.one_page,
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "heading": french_title(section.heading),
        "to_sign": [typeset(text) for text in section.to_sign],
        "sentences": [typeset(text) for text in section.sentences],
        "pairs": [{"label": typeset(label), "value": typeset(cell_text(value))} for label, value in section.pairs],
        "tables": [_table(table) for table in section.tables if table.on_page],
    }


def _table(table: Table) -> dict[str, Any]:
    shown = [place for place, column in enumerate(table.columns) if column.on_page]
    rows = [[typeset(cell_text(row[place])) for place in shown] for row in table.rows]
    return {
        "caption": typeset(table.caption),
        "empty": typeset(table.empty),
        "columns": [
            _column(table.columns[place].heading, [row[at] for row in rows])
            | {"number": _numeric([row[place] for row in table.rows])}
            for at, place in enumerate(shown)
        ],
        "rows": rows,
    }


def _column(heading: str, cells: list[str]) -> dict[str, Any]:
    """Return a heading, the words that must stay whole, and the share taken of what is left of the width."""
    said = typeset(heading)
    return {
        "heading": said,
        "heads": _longest(said.split(" ")),
        "words": _longest(part for text in cells for part in text.split(" ")),
        "weight": _share(cells),
    }


def _numeric(cells: Sequence[Cell]) -> bool:
    """Tell a column of numbers, some of which may be hidden or absent: it is aligned on the right."""
    return any(cell == MASKED or isinstance(cell, (int, Decimal)) for cell in cells) and all(
        cell is None or cell in NO_NUMBER or isinstance(cell, (int, Decimal)) for cell in cells
    )


def _share(cells: Sequence[str]) -> int:
    """Return a column's share: the quadratic mean of its cells' lengths, so that one long cell does not starve the others."""
    mean = math.sqrt(sum(len(text) ** 2 for text in cells) / max(1, len(cells)))
    return max(1, min(BROADEST, round(mean)))


def _longest(words: Iterable[str]) -> list[str]:
    """Return the parts of words that a line never cuts, the longest ones: the template measures them."""
    parts = {part for word in words for part in _BREAKS.split(word)}
    return sorted(parts, key=lambda part: (-len(part), part))[:MEASURED]
