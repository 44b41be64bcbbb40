"""The workbook as people treat it: sorted, a row added, dates as they are typed, saved as ODS, last month's copy given back."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.acceptance.installation import PROMOTION, Installation
from tests.acceptance.test_workbook import type_in

Book = dict[str, list[list[Any]]]
TABLE = 'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
OFFICE = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
TEXT = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
MIME = "application/vnd.oasis.opendocument.spreadsheet"
FIRST, SECOND = "m1-a", "acc-1"


def opened(path: Path) -> Book:
    book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def saved_as_ods(path: Path, book: Book) -> None:
    """Write the least that makes an ODS: one table a sheet, dates as dates, the rest as text."""
    tables = "".join(
        f'<table:table table:name="{name}">{"".join(map(_row, lines))}</table:table>' for name, lines in book.items()
    )
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", MIME)
        file.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIME}"/></manifest:manifest>',
        )
        head = '<?xml version="1.0" encoding="UTF-8"?>'
        file.writestr(
            "content.xml", f"{head}<office:document-content {OFFICE} {TABLE} {TEXT}>{body}</office:document-content>"
        )


def _row(cells: list[Any]) -> str:
    return f"<table:table-row>{''.join(map(_cell, cells))}</table:table-row>"


def _cell(value: Any) -> str:
    if value in {"", None}:
        return "<table:table-cell/>"
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).splitlines())
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


def row_of(lines: list[list[Any]], key: str) -> list[Any]:
    return next(line for line in lines if line and line[0] == key)


def column_of(lines: list[list[Any]], *parts: str) -> int:
    head = next(line for line in lines if "Matricule" in line)
    return next(at for at, heading in enumerate(head) if all(part in str(heading) for part in parts))


@pytest.fixture
def workbook(ready: Installation) -> Path:
    assert ready("workbook", "make").code == 0
    (ready.root / "exports" / "Scan M1.PDF").write_bytes(b"%PDF-1.4 feuille")
    return ready.root / "exports" / f"classeur-{PROMOTION}.xlsx"


def said(text: str) -> Iterator[str]:
    return (line for line in text.replace("\u00a0", " ").splitlines() if line.startswith("- "))


def test_sorted_with_a_row_added_and_dates_as_people_type_them_from_an_ods(ready: Installation, workbook: Path) -> None:
    book = opened(workbook)
    sheets, grid = book["Feuilles"], book["Émargement"]
    for session, day in ((FIRST, "24.9.26 "), (SECOND, "25 sept. 2026")):
        row_of(sheets, session)[5:7] = [day, "scan m1.pdf "]
    head, listed = sheets[:3], sorted(sheets[3:], key=lambda line: str(line[0]), reverse=True)
    book["Feuilles"] = [*head[:2], ["à finir lundi"], head[2], *listed[:2], ["", "ne pas oublier !"], *listed[2:]]
    absent = next(line for line in grid if str(line[0]).startswith("0"))
    absent[column_of(grid, FIRST, "21/09/2026", "matin")] = "ABSENT  JUSTIFIE "
    saved_as_ods(workbook.with_suffix(".ods"), book)
    done = ready("workbook", "read", str(workbook.with_suffix(".ods")), "--yes")
    assert done.code == 0, done.said
    assert [line.partition(" · ")[2] for line in said(done.out) if "Feuille" in line] == [
        f"{FIRST} · le 24/09/2026", f"{SECOND} · le 25/09/2026",
    ]  # fmt: skip
    assert "refusé" not in done.out, done.said
    shown = row_of(opened(workbook.with_name(f"{workbook.stem}-lu.xlsx"))["Émargement"], absent[0])
    kept = [shown[column_of(grid, FIRST, "21/09/2026", half)] for half in ("matin", "après-midi")]
    assert kept == ["Absent justifié", "Présent"]


@pytest.mark.slow
def test_last_month_s_copy_undoes_nothing(ready: Installation, workbook: Path) -> None:
    type_in(workbook, "Émargement", 2, 2, "Absent injustifié")
    assert ready("workbook", "read", str(workbook), "--yes").code == 0
    assert ready("workbook", "make").code == 0
    last_month = workbook.read_bytes()
    type_in(workbook, "Émargement", 2, 2, "Absent justifié")
    assert ready("workbook", "read", str(workbook), "--yes").code == 0
    size = ready.size()
    workbook.write_bytes(last_month)
    again = ready("workbook", "read", str(workbook), "--yes")
    assert "ne demande rien" in again.out, again.said
    assert ready.size() == size


def test_a_day_to_come_is_pointed_out_before_anything_is_recorded(ready: Installation, workbook: Path) -> None:
    type_in(workbook, "Dossiers", 3, 4, "1/12/2099")
    size = ready.size()
    asked = ready("workbook", "read", str(workbook), answer="n\n")
    assert "à vérifier : ce jour est à venir" in asked.out.replace("\u00a0", " "), asked.said
    assert ready.size() == size


def test_a_workbook_is_read_for_its_own_promotion_and_no_other(ready: Installation, workbook: Path) -> None:
    folder = next(ready.root.rglob(f"promotions/{PROMOTION}.toml")).parent
    shutil.copytree(folder / PROMOTION, folder / "autre-2026")
    (folder / "autre-2026.toml").write_text((folder / f"{PROMOTION}.toml").read_text("utf-8"), "utf-8")
    type_in(workbook, "Émargement", 2, 2, "Absent injustifié")
    size = ready.size()
    other = ready("workbook", "read", str(workbook), "--promotion", "autre-2026", "--yes")
    assert other.code != 0, other.said
    assert f"celui de la promotion {PROMOTION}" in other.err
    assert ready.size() == size
    assert ready("workbook", "read", str(workbook), "--yes").code == 0
