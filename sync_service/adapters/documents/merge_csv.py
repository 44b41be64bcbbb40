"""Write the rows of a mail merge: a CSV for the word processors of an office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sync_service.adapters.documents.table_csv import BOM, KEPT_AS_TEXT, text_csv


def merge_csv(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Write one line for each letter, headings first; a line break inside a cell becomes a space."""
    headings = list(rows[0]) if rows else []
    lines = [headings, *([_cell(" ".join(row[name].splitlines())) for name in headings] for row in rows)]
    return (BOM + "".join(f"{';'.join(line)}\r\n" for line in lines if line)).encode()


def _cell(text: str) -> str:
    """Write a cell: a number keeps its zeros in quotes; a word processor would print a spreadsheet's « ="…" » as it is."""
    return f'"{text}"' if KEPT_AS_TEXT.fullmatch(text) else text_csv(text)
