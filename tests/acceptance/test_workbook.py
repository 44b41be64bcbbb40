"""The workbook at the command line: made, given back untouched, given back with one thing typed."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from tests.acceptance.installation import PROMOTION, Installation


def type_in(path: Path, sheet: str, line: int, column: int, value: str) -> None:
    """Type one cell and save as another program would: values only."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    content: dict[str, list[list[Any]]] = {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
    }
    content[sheet][line][column] = value
    with xlsxwriter.Workbook(str(path)) as file:
        for name, lines in content.items():
            page = file.add_worksheet(name)
            for at, cells in enumerate(lines):
                for place, cell in enumerate(cells):
                    page.write(at, place, cell)


def test_made_filled_and_given_back(ready: Installation) -> None:
    made = ready("workbook", "make")
    assert made.code == 0, made.said
    path = ready.root / "exports" / f"classeur-{PROMOTION}.xlsx"
    assert path.stat().st_mode & 0o777 == 0o600
    untouched = ready("workbook", "read", str(path))
    assert untouched.code == 0, untouched.said
    assert "ne demande rien" in untouched.out

    type_in(path, "Émargement", 2, 2, "Absent justifié")
    size = ready.size()
    declined = ready("workbook", "read", str(path), answer="n\n")
    assert declined.code == 0, declined.said
    assert "Absent justifié" in declined.out
    assert ready.size() == size
    done = ready("workbook", "read", str(path), answer="oui\n")
    assert done.code == 0, done.said
    assert "1 enregistrement fait" in done.out.replace("\u00a0", " ").replace("\u202f", " ")
    assert ready.size() == size + 2, "the absence, and the annotated workbook that names people"
    annotated = path.with_name(f"classeur-{PROMOTION}-lu.xlsx")
    again = ready("workbook", "read", str(annotated))
    assert "ne demande rien" in again.out


def test_the_scan_named_in_a_cell_is_kept(ready: Installation) -> None:
    assert ready("workbook", "make").code == 0
    path = ready.root / "exports" / f"classeur-{PROMOTION}.xlsx"
    path.with_name("scan.pdf").write_bytes(b"%PDF-1.4 feuille")
    type_in(path, "Feuilles", 3, 5, "24/09/2026")
    type_in(path, "Feuilles", 3, 6, "scan.pdf")
    before = documents(ready.root)
    done = ready("workbook", "read", str(path), "--yes")
    assert done.code == 0, done.said
    assert len(documents(ready.root) - before) == 1
    again = ready("workbook", "read", str(path), "--yes")
    assert again.code == 0, again.said
    assert len(documents(ready.root) - before) == 1


def documents(root: Path) -> set[Path]:
    return {path for path in (root / "blobs").rglob("*") if path.is_file()}


def test_what_is_not_a_workbook_is_said(ready: Installation) -> None:
    (ready.root / "note.xlsx").write_bytes(b"bonjour")
    for name in ("note.xlsx", "absent.xlsx"):
        done = ready("workbook", "read", name)
        assert done.code == 1, done.said
        assert "rien n’a été enregistré" in done.err
