from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_service.adapters.mapping_files.calendar_file import read_calendar
from sync_service.adapters.mapping_files.roster import read_roster
from sync_service.adapters.mapping_files.spreadsheet import Columns, parse_date, parse_time, read_table
from sync_service.domain.calendar import Half
from sync_service.errors import Problem, RosterError

COLUMNS = Columns(("matricule", "nom d’usage"), ("état",))
ROSTER: tuple[str, ...] = (
    "matricule",
    "nom de naissance",
    "nom d'usage",
    "prénom",
    "e-mail",
    "collectivité",
    "fonction",
)
ROSTER += ("date de prise de fonction", "groupe")


@pytest.mark.parametrize(
    "raw",
    [
        "matricule;nom d'usage\r\n007;Le Goff\r\n".encode("utf-8-sig"),
        "Matricule,Nom d’usage\n007,Le Goff\n".encode(),
        'NOM D’USAGE;MATRICULE;Etat\r\n"Le Goff";007;\r\n;;\r\n'.encode(),
        b"matricule\tnom d usage\n007\tLe Goff\n",
    ],
)
def test_a_table_is_read_whatever_its_separator_mark_and_order(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "liste.csv"
    path.write_bytes(raw)
    problems: list[Problem] = []
    table = read_table(path, COLUMNS, problems)
    assert problems == []
    assert table is not None
    assert [(row["matricule"], row["nom d’usage"], row["état"]) for row in table.rows] == [("007", "Le Goff", "")]


def test_a_cell_is_named_as_a_spreadsheet_names_it(tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text("état;matricule;nom d'usage\n;1;a\n\n;2;b\n", encoding="utf-8")
    table = read_table(path, COLUMNS, [])
    assert table is not None
    assert table.rows[1].problem("matricule", "r").where == "liste.csv › B4 (matricule)"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("matricule;nom d'usage;matricule\n1;2;3\n", "deux fois"),
        ("matricule;nom d'usage\n1;2;3\n", "plus de cellules que de titres"),
        ("matricule;nom d'usage\n1\n", "la ligne est coupée"),
        ("matricule;nom d'usage\n1;\0\n", "abîmés"),
        ("\n", "le fichier est vide"),
        ("nom d'usage\n1\n", "colonnes manquantes : matricule"),
    ],
)
def test_a_doubtful_table_is_never_read_in_part(tmp_path: Path, raw: str, reason: str) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(raw, encoding="utf-8")
    problems: list[Problem] = []
    assert read_table(path, COLUMNS, problems) is None
    assert any(reason in problem.reason for problem in problems), problems


def test_a_title_above_the_table_is_not_its_headings(tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text("Inscrits au 15 septembre;\n;\nmatricule;nom d'usage\n1;a\n", encoding="utf-8")
    problems: list[Problem] = []
    table = read_table(path, COLUMNS, problems)
    assert problems == []
    assert table is not None
    assert [(row.line, row["nom d’usage"]) for row in table.rows] == [(4, "a")]


def test_headings_that_are_not_understood_are_the_only_thing_said(tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text("nom d'usage;téléphone\n1;2;3\n1;2;3\n", encoding="utf-8")
    problems: list[Problem] = []
    assert read_table(path, COLUMNS, problems) is None
    assert [problem.where for problem in problems] == ["liste.csv › B1", "liste.csv › ligne 1"]
    assert "renommez-la ou supprimez-la" in problems[0].reason


def test_a_file_that_is_not_there_is_said_with_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    problems: list[Problem] = []
    assert read_table(Path("liste.csv"), COLUMNS, problems) is None
    assert f"dans le dossier {tmp_path.name}," in problems[0].reason


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    for name in ("liste.csv", "liste.xlsx"):
        path = tmp_path_factory.mktemp("any") / name
        path.write_bytes(raw)
        with pytest.raises(RosterError):
            read_roster(path, "p")


@pytest.mark.parametrize(
    ("text", "value"),
    [("14/01/2027", date(2027, 1, 14)), ("2027-01-14", date(2027, 1, 14)), ("14/13/2027", None), ("demain", None)],
)
def test_dates(text: str, value: date | None) -> None:
    assert parse_date(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("09:00", time(9)),
        ("9 h 30", time(9, 30)),
        ("9h", time(9)),
        ("13\u00a0h\u00a030", time(13, 30)),
        ("24:00", None),
    ],
)
def test_times(text: str, value: time | None) -> None:
    assert parse_time(text) == value


def test_a_workbook_with_true_dates_and_hours(tmp_path: Path) -> None:
    path = tmp_path / "calendrier.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    day, hour = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "hh:mm"})
    heads = [
        "session",
        "module",
        "date",
        "demi-journée",
        "début",
        "fin",
        "lieu",
        "adresse",
        "intervenants",
        "méthodes",
        "état",
    ]
    sheet.write_row(0, 0, heads)
    sheet.write_row(1, 0, ["m1-a", 1])
    sheet.write_datetime(1, 2, datetime(2027, 1, 14), day)  # noqa: DTZ001 (a workbook has no zone)
    sheet.write(1, 3, "Après-midi")
    sheet.write_datetime(1, 4, time(13, 30), hour)
    sheet.write_datetime(1, 5, time(17), hour)
    sheet.write_row(1, 6, ["Salle", "", "A. Vasseur / B. Théry", "étude de cas", "PREVUE"])
    book.close()
    problems: list[Problem] = []
    calendar = read_calendar(path, "Europe/Paris", problems)
    assert problems == []
    assert calendar is not None
    session = calendar.sessions[0]
    assert (session.module, session.intervenants) == (1, ("A. Vasseur", "B. Théry"))
    assert (session.halfdays[0].date, session.halfdays[0].half) == (date(2027, 1, 14), Half.AFTERNOON)
    assert (session.halfdays[0].start, session.halfdays[0].end) == (time(13, 30), time(17))


def test_a_list_of_trainees_in_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "stagiaires.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ROSTER)
    sheet.write_row(1, 0, [49001, "D'Hervé", "", "Élodie", "", "Saint-Exemple"])
    book.close()
    roster = read_roster(path, "angers-2026-2027")
    assert (roster.promotion, len(roster.sha256)) == ("angers-2026-2027", 64)
    row = roster.rows[0]
    assert (row.line, row.matricule, row.usual_name, row.position_since) == (2, "49001", "D'Hervé", None)


def test_a_list_may_have_only_the_four_columns_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "stagiaires.csv"
    path.write_text("matricule;nom de naissance;prénom;collectivité\n1;A;B;C\n", encoding="utf-8")
    row = read_roster(path, "p").rows[0]
    assert (row.usual_name, row.group) == ("A", "")
    assert row.unsaid == {"usual_name", "email", "position", "position_since", "group"}


@pytest.mark.parametrize(("word", "suspended"), [("", False), ("inscrite", False), ("Suspendu", True)])
def test_situation(tmp_path: Path, word: str, suspended: bool) -> None:
    path = tmp_path / "stagiaires.csv"
    path.write_text(f"{';'.join(ROSTER)};situation\n1;A;;B;;C;;;;{word}\n", encoding="utf-8")
    assert read_roster(path, "p").rows[0].suspended is suspended


def test_every_mistake_of_a_list_is_named(tmp_path: Path) -> None:
    path = tmp_path / "stagiaires.csv"
    path.write_text(f"{';'.join(ROSTER)};situation\n1;A;;;pas-une-adresse;C;;hier;;parti\n", encoding="utf-8")
    with pytest.raises(RosterError) as caught:
        read_roster(path, "p")
    assert [problem.where.split("› ")[1] for problem in caught.value.problems] == [
        "D2 (prénom)", "E2 (e-mail)", "H2 (date de prise de fonction)", "J2 (situation)",
    ]  # fmt: skip
