"""Columns of a report on paper: what is measured so that no word leaves its cell."""

from __future__ import annotations

from sync_service.adapters.documents.report_pdf import as_data
from sync_service.domain.reports.model import Column, Report, Section, Table


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


def test_an_empty_table_and_an_empty_cell_still_have_a_width() -> None:
    assert _drawn("N°")["weight"] == 1
    assert _drawn("N°", "")["weight"] == 1


def test_one_long_cell_does_not_starve_the_other_columns() -> None:
    everyone, one = _drawn("Il manque", *["a b " * 10] * 9), _drawn("À regarder", *["–"] * 8, "a b " * 10)
    assert everyone["weight"] == 40
    assert one["weight"] == 13
    assert _drawn("Motif", "mot " * 200)["weight"] == 80
