"""Reports as XLSX and PDF: typed, accessible, the same bytes twice, nothing of a cell executed."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from sync_service.adapters.documents.rendering import render
from sync_service.adapters.documents.table_csv import to_machine_csv
from sync_service.domain.reports.model import Column, Report, Section, Stamp, Table, rate
from sync_service.usecases.report import report

if TYPE_CHECKING:
    from .conftest import Office

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
STAMP = Stamp(NOW, date(2027, 3, 1), NOW, f"2026.1 {'a' * 64}", 12, "b" * 16, ZoneInfo("Europe/Paris"))
COLUMNS = (Column("name", "Nom", head=True), Column("day", "Le"), Column("count", "Jours"), Column("twin", "nom"))
ROWS = (
    ('=HYPERLINK("http://x")', date(2027, 3, 1), 12, "007"),
    ("@SUM(A1)", None, 0, "#let x = 1"),
    ("D’Hervé <b>", date(2026, 12, 31), -3, "*gras* $x$ \\ `code`"),
)  # fmt: skip
HOSTILE = Report(
    code="R0", name="essai", title="Essai [1]*? / liste", subtitle="Sous-titre",
    sections=(
        Section("Partie", ("Une phrase : deux points.",), (("Depuis le", date(2027, 3, 1)), ("Rien", None)),
                (Table("a", "Liste: des [choses]/autres très très longue", COLUMNS, ROWS),
                 Table("b", "liste des choses autres très très longue", COLUMNS, (), "Rien."))),
    ),
    footers=("Pied de page.",), stamp=STAMP,
)  # fmt: skip


def cells(content: bytes) -> dict[str, Any]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_cells_are_typed_and_never_formulas() -> None:
    content = render(HOSTILE, "xlsx")
    read = cells(content)
    assert list(read) == ["Lisez-moi", "Liste des choses autres très", "liste des choses autres très 2"]
    head, first, second, third = next(list(rows) for name, rows in read.items() if name.startswith("Liste"))
    assert head == ["Nom", "Le", "Jours", "nom (2)"]
    assert first == [ROWS[0][0], date(2027, 3, 1), 12.0, "007"]
    assert second[0:2] == ["@SUM(A1)", ""]
    assert third[2] == -3.0
    with ZipFile(io.BytesIO(content)) as archive:
        assert not [n for n in archive.namelist() if b"<f>" in archive.read(n)]


def printed(content: bytes) -> list[tuple[int, str]]:
    """Return, of each sheet, the pages it takes across, and the names of the book that a print repeats."""
    with ZipFile(io.BytesIO(content)) as archive:
        names = re.findall(r"Print_Titles[^>]*>([^<]*)<", archive.read("xl/workbook.xml").decode())
        sheets = sorted(n for n in archive.namelist() if n.startswith("xl/worksheets/sheet"))[1:]
        found = [re.search(r"<pageSetup([^>]*)>", archive.read(n).decode()) for n in sheets]
    across = [re.search(r'fitToWidth="(\d+)"', one[1]) for one in found if one]
    return [(int(one[1]) if one else 1, name) for one, name in zip(across, names, strict=True)]


def test_a_wide_table_is_printed_on_several_pages_with_its_names_and_a_narrow_one_on_one() -> None:
    columns = tuple(Column(f"c{n}", f"Colonne {n}", head=n == 1) for n in range(20))
    wide = Table("w", "Large", columns, (("x" * 30,) * 20,))
    content = render(replace(HOSTILE, sections=(Section("Partie", tables=(wide, HOSTILE.tables()[0])),)), "xlsx")
    (across, titles), (narrow, _) = printed(content)
    assert (across, narrow) == (4, 1)
    assert titles == "Large!$A:$B,Large!$1:$1"


def test_a_number_does_not_touch_the_text_at_its_right() -> None:
    with ZipFile(io.BytesIO(render(HOSTILE, "xlsx"))) as archive:
        styles = archive.read("xl/styles.xml").decode()
    codes = dict(re.findall(r'numFmtId="(\d+)" formatCode="([^"]+)"', styles))
    right = re.findall(r'<xf numFmtId="(\d+)"[^>]*><alignment horizontal="right"', styles)
    assert len(right) == styles.count('horizontal="right"') > 0
    assert all(codes[number].endswith("_-") for number in right), "an indent is not kept by every program"


def test_a_rate_is_a_number_in_a_sheet_and_codes_are_for_machines_only() -> None:
    columns = (Column("who", "Qui", head=True), Column("rate", "Taux"), Column("code", "Code", for_machines=True))
    table = Table("r", "Taux", columns, (("x", rate(5, 6), "account_gone"), ("y", rate(0, 0), "absent")))
    report = replace(HOSTILE, sections=(Section("Partie", tables=(table,)),))
    sheet = cells(render(report, "xlsx"))["Taux"]
    assert sheet == [["Qui", "Taux"], ["x", 0.833], ["y", "sans objet"]]
    assert b"Qui;Taux\r\nx;83,3 %\r\n" in render(report, "csv")
    assert b"who,rate,code\nx,83.3,account_gone\n" in to_machine_csv(report)
    assert "83,3\u00a0%" in render(report, "html").decode()


def test_a_workbook_says_its_title_and_its_language() -> None:
    with ZipFile(io.BytesIO(render(HOSTILE, "xlsx"))) as archive:
        properties = archive.read("docProps/core.xml").decode()
    assert "<dc:title>Essai [1]*? / liste</dc:title>" in properties.replace("\u00a0", " ").replace("\u202f", " ")
    assert properties.count("<dc:language>fr-FR</dc:language>") == 1


def test_the_first_sheet_is_as_tall_as_its_longest_column() -> None:
    heading = "L’animation du collectif des responsables des modes d’accueil petite enfance sur un territoire"
    with ZipFile(io.BytesIO(render(replace(HOSTILE, sections=(Section(heading, ("Court.",)),)), "xlsx"))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert re.findall(r' ht="(\d+)"', sheet) == ["45"], "three lines of 15 points for the heading"


def test_who_signs_has_room_on_paper_and_is_said_elsewhere() -> None:
    label = "Proposé par (nom, qualité, date, signature)"
    report = replace(HOSTILE, sections=(Section("Visa", sentences=("Suite.",), to_sign=(label,)),))
    assert report.sections[0].said == (label, "Suite.")
    for form in ("html", "json", "xlsx"):
        content = render(report, form)
        if form == "xlsx":
            with ZipFile(io.BytesIO(content)) as archive:
                content = archive.read("xl/sharedStrings.xml")
        assert label in content.decode(), form
    text = PdfReader(io.BytesIO(render(report, "pdf"))).pages[0].extract_text()
    assert text.index(label) < text.index("Suite.")


def test_pdf_is_tagged_titled_french_and_says_the_text_as_it_is() -> None:
    reader = PdfReader(io.BytesIO(render(HOSTILE, "pdf")))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "fr-FR"
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata is not None
    assert reader.metadata.title == HOSTILE.title
    text = "\n".join(page.extract_text() for page in reader.pages)
    for said in ("#let x = 1", "*gras*", "=HYPERLINK", "Pied de page.", "page 1 / 1", "01/03/2027"):
        assert said in text
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert "<pdfaid:part>2</pdfaid:part>" in xmp


def test_a_half_day_is_never_cut_in_two_lines() -> None:
    columns = (
        Column("who", "Nom", head=True),
        *(Column(f"c{day}", f"{day:02}/11/2026 après-midi") for day in range(1, 9)),
    )
    table = Table("d", "Présences", columns, (("DE LA TOUR Guénaëlle", *["Présent (E4)"] * 8),))
    found = render(replace(HOSTILE, sections=(Section("Partie", tables=(table,)),)), "pdf")
    assert PdfReader(io.BytesIO(found)).pages[0].extract_text().count("après-midi") == 8


@pytest.mark.parametrize("form", ["xlsx", "pdf"])
def test_the_same_report_is_the_same_file(form: str) -> None:
    assert render(HOSTILE, form) == render(HOSTILE, form)
    assert render(replace(HOSTILE, title="Autre"), form) != render(HOSTILE, form)


@pytest.mark.parametrize("form", ["xlsx", "pdf"])
@pytest.mark.parametrize("name", ["promotion", "candidate", "missing"])
def test_every_report_is_written(office: Office, name: str, form: str) -> None:
    made = report(name, office.ledger, office.files, now=NOW, candidate="0001" if name == "candidate" else None)
    assert len(render(made, form)) > 3000
