"""Columns of a report on paper: what is measured so that no word leaves its cell."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from sync_service.adapters.documents.report_pdf import as_data
from sync_service.adapters.documents.report_xlsx import to_xlsx
from sync_service.domain.reports.model import Cell, Column, Percent, Report, Section, Table


def _drawn(heading: str, *cells: str) -> dict[str, object]:
    table = Table("t", "Légende", (Column("a", heading),), tuple((cell,) for cell in cells))
    section = Section("h", tables=(table,))
    made = as_data(Report(code="R1", name="x", title="t", subtitle="s", sections=(section,), footers=()))
    column = made["sections"][0]["tables"][0]["columns"][0]
    assert isinstance(column, dict)
    return column


def test_the_longest_words_are_measured_and_cut_only_where_a_line_is() -> None:
    column = _drawn("Demi-journées non saisies", "Remis – n° ANGERS-CPE-2027-0007", "VANDENBROUCKE")
    assert column["heads"] == ["journées", "saisies", "Demi-", "non"]
    assert list(column["words"])[:2] == ["CPE-2027-0007", "VANDENBROUCKE"]  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("cells", "number"),
    [
        ((1, None, "masqué"), True), (("masqué",), True), ((Percent("83.3"), "sans objet"), True), ((), False),
        ((None, None), False), ((date(2027, 3, 1),), False), (("7/7", "5/7"), False), ((1, "un"), False),
    ],
)  # fmt: skip
def test_a_column_of_numbers_is_known(cells: tuple[Cell, ...], number: bool) -> None:
    table = Table("t", "Légende", (Column("a", "Titre"),), tuple((cell,) for cell in cells))
    made = as_data(
        Report(code="R1", name="x", title="t", subtitle="s", sections=(Section("h", tables=(table,)),), footers=())
    )
    assert made["sections"][0]["tables"][0]["columns"][0]["number"] is number


def test_an_empty_table_and_an_empty_cell_still_have_a_width() -> None:
    assert _drawn("N°")["weight"] == 1
    assert _drawn("N°", "")["weight"] == 1


def test_one_long_cell_does_not_starve_the_other_columns() -> None:
    everyone, one = _drawn("Il manque", *["a b " * 10] * 9), _drawn("À regarder", *["–"] * 8, "a b " * 10)
    assert everyone["weight"] == 40
    assert one["weight"] == 13
    assert _drawn("Motif", "mot " * 200)["weight"] == 80


@pytest.mark.parametrize(
    ("caption", "name"),
    [
        ("Stagiaires et candidats de la promotion Angers", "Stagiaires et candidats"),
        ("Ce que sont devenues les personnes inscrites", "Ce que sont devenues"),
        ("Demi-journées de formation, toutes personnes", "Demi-journées de formation"),
        ("Présences en salle et préparation en ligne", "Présences en salle"),
        ("E" * 40, "E" * 31),
    ],
)
def test_a_sheet_is_never_named_up_to_a_preposition(caption: str, name: str) -> None:
    assert CalamineWorkbook.from_filelike(io.BytesIO(_book(caption))).sheet_names == ["Lisez-moi", name]


def test_rows_of_a_sheet_are_as_tall_as_their_text_and_numbers_stand_apart() -> None:
    with zipfile.ZipFile(io.BytesIO(_book("c", "mot " * 40, "court", 7))) as book:
        sheet, styles = book.read("xl/worksheets/sheet2.xml").decode(), book.read("xl/styles.xml").decode()
    heights = [part.split('"')[0] for part in sheet.split(' ht="')[1:]]
    assert heights == ["75"], "five lines of 15 points; the others keep the height of one line"
    assert "0_-" in styles


def _book(caption: str, *cells: str | int) -> bytes:
    table = Table("t", caption, (Column("a", "Titre"),), tuple((cell,) for cell in cells), "vide")
    section = Section("h", tables=(table,))
    return to_xlsx(Report(code="R1", name="x", title="t", subtitle="s", sections=(section,), footers=()))
