"""Write the rows of a mail merge: a CSV for the word processors of an office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sync_service.adapters.documents.table_csv import BOM, text_csv


def merge_csv(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Write one line for each letter, headings first; a line break inside a cell becomes a space.

    A word processor prints a cell as it is: nothing is written around what a spreadsheet alone would take for a number.
    """
    headings = list(rows[0]) if rows else []
    lines = [headings, *([text_csv(" ".join(row[name].splitlines())) for name in headings] for row in rows)]
    return (BOM + "".join(f"{';'.join(line)}\r\n" for line in lines if line)).encode()
