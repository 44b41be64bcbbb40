"""The workbook: made from the register, filled as the office fills it, read, recorded, given back."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from sync_service.adapters.documents.workbook_reading import filing, read_typed
from sync_service.adapters.documents.workbook_xlsx import to_workbook
from sync_service.domain.act_words import ACT_WORDS, RARE_ACTS, RARE_NEEDS
from sync_service.domain.french import code_of
from sync_service.domain.workbook.asked import sentence
from sync_service.domain.workbook.model import CERTIFICATES, DOSSIERS, GRID, JURY, JURY_SESSIONS, OTHERS, RESULT, SHEETS
from sync_service.errors import MappingError
from sync_service.usecases.record_batch import acts
from sync_service.usecases.workbook import make_workbook, read_workbook, record_workbook

from .test_certification import hand_in, standing

if TYPE_CHECKING:
    from .conftest import Office

TODAY = date(2027, 3, 1)
NOW = datetime(2027, 7, 1, 9, tzinfo=UTC)
Cells = Mapping[tuple[str, str, str], object]


class Desk:
    """An office at its spreadsheet: makes the file, types in it, gives it back."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.path = office, folder / "classeur.xlsx"

    def make(self) -> None:
        made = make_workbook(self.office.desk(), today=TODAY)
        self.path.write_bytes(to_workbook(made, NOW))

    def fill(self, cells: Cells) -> None:
        """Type cells, named by (sheet, key of the row, heading), and save as a spreadsheet program does."""
        book = CalamineWorkbook.from_filelike(io.BytesIO(self.path.read_bytes()))
        content: dict[str, list[list[Any]]] = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
        }
        for (sheet, key, heading), value in cells.items():
            lines = content[sheet]
            head = next(at for at, line in enumerate(lines) if "Résultat" in line)
            column = lines[head].index(heading)
            found = [line for line in lines[head + 1 :] if self.key(line, lines[head], sheet) == key]
            row = found[0] if found else next(line for line in lines[head + 1 :] if not line[0])
            if not found:
                row[0] = key
            row[column] = value
        with xlsxwriter.Workbook(str(self.path), {"default_date_format": "dd/mm/yyyy"}) as file:
            for name, lines in content.items():
                page = file.add_worksheet(name)
                for at, line in enumerate(lines):
                    for place, cell in enumerate(line):
                        if cell not in {"", None}:
                            page.write(at, place, cell)

    @staticmethod
    def key(line: list[Any], head: list[Any], sheet: str) -> str:
        name = {SHEETS: "Session", JURY_SESSIONS: "Session de jury", OTHERS: "N°"}.get(sheet, "Matricule")
        value = line[head.index(name)]
        return str(int(value)) if isinstance(value, float) else str(value)

    def give_back(self) -> dict[tuple[str, str], str]:
        """Read, record, and return (sheet, key) → result; the annotated file takes the place of the first."""
        filed = filing(self.path)
        reading = read_workbook(self.office.desk(), read_typed(self.path), filed, today=TODAY)
        filed.require_all()
        made, _ = record_workbook(self.office.desk(), reading, now=NOW)
        self.path.write_bytes(to_workbook(made, NOW))
        return dict(made.results)

    def shown(self, sheet: str, key: str, heading: str) -> object:
        book = CalamineWorkbook.from_filelike(io.BytesIO(self.path.read_bytes()))
        lines = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        head = next(at for at, line in enumerate(lines) if RESULT in line)
        row = next(line for line in lines[head + 1 :] if self.key(line, lines[head], sheet) == key)
        return row[lines[head].index(heading)]


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    made = Desk(office, tmp_path)
    made.make()
    return made


MORNING, AFTERNOON = "m1-a\n21/09/2026\nmatin", "m1-a\n21/09/2026\naprès-midi"


def test_the_grid_is_printed_six_half_days_a_page_with_names_on_each(desk: Desk) -> None:
    with zipfile.ZipFile(desk.path) as file:
        grid = next(n for n in file.namelist() if n.endswith("sheet3.xml"))
        setup, names = file.read(grid).decode(), file.read("xl/workbook.xml").decode()
    assert 'scale="70" orientation="landscape"' in setup
    assert "Émargement!$A:$B,Émargement!$2:$2" in names.replace("'", "")


def test_an_untouched_workbook_asks_for_nothing(desk: Desk) -> None:
    before = desk.office.ledger.head()
    assert desk.give_back() == {}
    assert desk.office.ledger.head() == before


def test_a_received_sheet_makes_everyone_present_but_the_exceptions(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "scan-m1a.pdf").write_bytes(b"%PDF scan")
    desk.fill({
        (SHEETS, "m1-a", "Feuille reçue le"): date(2026, 9, 24),
        (SHEETS, "m1-a", "Fichier du scan"): "scan-m1a.pdf",
        (GRID, "0002", MORNING): "Absent justifié",
        (GRID, "0002", AFTERNOON): "Présent",
    })  # fmt: skip
    assert desk.give_back() == {(SHEETS, "m1-a"): "Enregistré", (GRID, "0002"): "Enregistré"}
    assert (
        standing(desk.office, "0001", TODAY).tally.attended,
        standing(desk.office, "0002", TODAY).tally.excused,
    ) == (4, 1)
    assert desk.shown(SHEETS, "m1-a", "Au registre") == "feuille enregistrée"
    assert desk.shown(GRID, "0002", MORNING) == "Absent justifié"
    size = desk.office.ledger.head().size
    assert desk.give_back() == {}
    assert desk.office.ledger.head().size == size


def test_a_sheet_makes_nobody_present_who_had_left_by_the_same_workbook(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"%PDF scan")
    left = {"Acte": "Sortie", "Date": "21.9.26", "Stagiaire (matricule)": "0001", "Motif": "Abandon"}
    away = {"Acte": "suspension", "Date": "21 sept. 2026", "Stagiaire (matricule)": "0002"}
    desk.fill({
        (SHEETS, "m1-a", "Feuille reçue le"): date(2026, 9, 24),
        (SHEETS, "m1-a", "Fichier du scan"): "scan.pdf",
        **{(OTHERS, "1", heading): value for heading, value in left.items()},
        **{(OTHERS, "2", heading): value for heading, value in away.items()},
    })  # fmt: skip
    assert set(desk.give_back().values()) == {"Enregistré"}
    attended = [standing(desk.office, who, TODAY).tally.attended for who in ("0001", "0002", "0003")]
    assert attended == [0, 0, 4]


def test_an_absence_typed_before_its_sheet_is_undone_only_by_typing_over_it(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"%PDF scan")
    sheet = {(SHEETS, "m1-a", "Feuille reçue le"): date(2026, 9, 24), (SHEETS, "m1-a", "Fichier du scan"): "scan.pdf"}
    older = desk.path.read_bytes()
    desk.fill({(GRID, "0001", MORNING): "Absent injustifié", (GRID, "0002", MORNING): "Absent injustifié"})
    desk.give_back()
    shown = desk.path.read_bytes()
    desk.path.write_bytes(older)
    desk.fill({**sheet, (GRID, "0001", MORNING): "Présent"})  # as the older copy's own formula makes it
    reading = read_workbook(desk.office.desk(), read_typed(desk.path), filing(desk.path), today=TODAY)
    assert [item.act.act for item in reading.asked] == ["feuille signée"]
    desk.path.write_bytes(shown)
    desk.fill({**sheet, (GRID, "0002", MORNING): "Présent"})
    desk.give_back()
    tallies = [standing(desk.office, who, TODAY).tally for who in ("0001", "0002")]
    assert [(counts.attended, counts.unexcused) for counts in tallies] == [(3, 1), (4, 0)]


def test_a_colleague_s_older_copy_undoes_nothing(desk: Desk) -> None:
    desk.fill({(GRID, "0001", MORNING): "Absent injustifié"})
    desk.give_back()
    older = desk.path.read_bytes()
    desk.fill({(GRID, "0001", MORNING): "Absent justifié"})
    desk.give_back()
    desk.path.write_bytes(older)
    desk.fill({(GRID, "0001", AFTERNOON): "Partiel"})
    reading = read_workbook(desk.office.desk(), read_typed(desk.path), filing(desk.path), today=TODAY)
    assert [item.act.value for item in reading.asked] == ["Partiel"]
    desk.path.write_bytes(older)
    desk.fill({(GRID, "0001", MORNING): "Présent"})
    reading = read_workbook(desk.office.desk(), read_typed(desk.path), filing(desk.path), today=TODAY)
    (said,) = [sentence(item, reading.names, TODAY) for item in reading.asked]
    assert said.endswith("« Absent justifié » a été enregistré depuis")


def test_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    desk.fill({(GRID, "0001", MORNING): "Absent injustifié", (DOSSIERS, "0001", "Relancé(e) le"): date(2027, 2, 1)})
    kept = desk.path.read_bytes()
    desk.give_back()
    size = desk.office.ledger.head().size
    desk.path.write_bytes(kept)
    assert set(desk.give_back().values()) == {"Déjà enregistré"}
    assert desk.office.ledger.head().size == size


def test_the_year_of_one_candidate_on_one_workbook(desk: Desk, tmp_path: Path) -> None:
    hand_in(desk.office, 101)
    for name in ("fiche.pdf", "pv.pdf", "certificat.pdf"):
        (tmp_path / name).write_bytes(name.encode())
    day = date(2027, 3, 12)
    desk.fill({
        (DOSSIERS, "0001", "Complet le"): date(2027, 2, 20),
        (DOSSIERS, "0001", "Recevable le"): date(2027, 2, 20),
        (DOSSIERS, "0001", "Remis au jury le"): date(2027, 2, 21),
        (DOSSIERS, "0001", "Session de jury"): "jury-2027",
        (JURY_SESSIONS, "jury-2027", "Constitué le"): date(2027, 2, 1),
        (JURY_SESSIONS, "jury-2027", "Membres (séparés par /)"): "A. Un / B. Deux",
        (JURY_SESSIONS, "jury-2027", "Dont extérieurs"): "1",
        (JURY_SESSIONS, "jury-2027", "Convoqué le"): date(2027, 2, 2),
        (JURY_SESSIONS, "jury-2027", "Jour du jury"): day,
        (JURY_SESSIONS, "jury-2027", "PV établi le"): day,
        (JURY_SESSIONS, "jury-2027", "Référence du PV"): "PV-2027-01",
        (JURY_SESSIONS, "jury-2027", "Ont siégé (séparés par /)"): "A. Un",
        (JURY_SESSIONS, "jury-2027", "PV signé le"): day,
        (JURY_SESSIONS, "jury-2027", "Fichier du PV signé"): "pv.pdf",
        (JURY, "0001", "Session de jury"): "jury-2027",
        (JURY, "0001", "Convoqué(e) le"): date(2027, 2, 22),
        (JURY, "0001", "Présence"): "présent",
        (JURY, "0001", "Fiche remise au jury (fichier)"): "fiche.pdf",
        (JURY, "0001", "Décision"): "favorable",
        (JURY, "0001", "Avis par critère (séparés par /)"): "pratique : acquis",
        (JURY, "0001", "Jour du jury"): day,
        (JURY, "0001", "Notifiée le"): date(2027, 3, 20),
        (CERTIFICATES, "0001", "Numéro réservé le"): date(2027, 4, 1),
        (CERTIFICATES, "0001", "Signé le"): date(2027, 4, 2),
        (CERTIFICATES, "0001", "Signataire"): "La présidente",
        (CERTIFICATES, "0001", "Qualité"): "président",
        (CERTIFICATES, "0001", "Délivré le"): date(2027, 4, 5),
        (CERTIFICATES, "0001", "Fichier du certificat signé"): "certificat.pdf",
        (CERTIFICATES, "0001", "Remis le"): date(2027, 4, 9),
        (CERTIFICATES, "0001", "Remis comment"): "en main propre",
        (OTHERS, "1", "Acte"): "duplicata",
        (OTHERS, "1", "Date"): date(2027, 6, 1),
        (OTHERS, "1", "Stagiaire (matricule)"): "0001",
        (OTHERS, "2", "Acte"): "membre déporté",
        (OTHERS, "2", "Date"): date(2027, 3, 11),
        (OTHERS, "2", "Jury"): "jury-2027",
        (OTHERS, "2", "Valeur"): "B. Deux",
    })  # fmt: skip
    assert set(desk.give_back().values()) == {"Enregistré"}
    jury = desk.office.desk().jury("jury-2027")
    assert jury is not None
    assert (jury.names, jury.members, jury.present) == (("A. Un",), 1, 1)
    held = standing(desk.office, "0001", date(2028, 1, 1)).certificate
    assert held.words == "Remis – n° ANGERS-CPE-2027-0001"
    assert held.copies == 1
    assert desk.shown(CERTIFICATES, "0001", "Où en est le certificat") == held.words
    assert "signé" in str(desk.shown(JURY_SESSIONS, "jury-2027", "Au registre"))


def test_what_opens_the_way_comes_first_whatever_its_sheet(desk: Desk) -> None:
    desk.fill({
        (CERTIFICATES, "0001", "Numéro réservé le"): date(2027, 4, 3),
        (DOSSIERS, "0001", "Transmis le (papier)"): date(2027, 4, 2),
        (OTHERS, "1", "Acte"): "Numéro annulé",
        (OTHERS, "1", "Date"): date(2027, 4, 3),
        (OTHERS, "2", "Acte"): "dossier ouvert",
        (OTHERS, "2", "Date"): date(2027, 4, 1),
        (OTHERS, "3", "Acte"): "duplicata",
        (OTHERS, "3", "Date"): date(2027, 4, 1),
    })  # fmt: skip
    reading = read_workbook(desk.office.desk(), read_typed(desk.path), filing(desk.path), today=TODAY)
    assert [item.act.act for item in reading.asked] == [
        "dossier ouvert", "dossier transmis", "Numéro annulé", "numéro réservé", "duplicata",
    ]  # fmt: skip


def test_a_refused_row_says_why_and_keeps_what_was_typed(desk: Desk) -> None:
    desk.fill({
        (DOSSIERS, "0003", "Recevable le"): date(2027, 2, 20),
        (JURY_SESSIONS, "jury-x", "PV signé le"): date(2027, 2, 20),
        (OTHERS, "1", "Acte"): "médaille",
        (OTHERS, "1", "Date"): date(2027, 6, 1),
        (GRID, "0001", MORNING): "Malade",
    })  # fmt: skip
    results = desk.give_back()
    assert "R12" in results[DOSSIERS, "0003"]
    assert "R14" in results[JURY_SESSIONS, "jury-x"]
    assert "n’existe pas" in results[OTHERS, "1"]
    assert "n’est pas le statut d’une demi-journée" in results[GRID, "0001"]
    assert desk.shown(DOSSIERS, "0003", "Recevable le") == date(2027, 2, 20)
    assert desk.shown(OTHERS, "1", "Acte") == "médaille"
    assert desk.shown(GRID, "0001", MORNING) == "Malade"
    assert desk.shown(JURY_SESSIONS, "jury-x", "PV signé le") == date(2027, 2, 20)
    assert desk.give_back() == results


def test_a_refusal_names_the_cells_of_its_sheet(desk: Desk) -> None:
    desk.fill({
        (DOSSIERS, "0003", "Irrecevable le"): date(2027, 2, 20),
        (SHEETS, "m1-a", "Feuille reçue le"): date(2026, 9, 24),
        (JURY, "0003", "Convoqué(e) le"): date(2027, 2, 20),
        (OTHERS, "1", "Acte"): "transfert",
        (OTHERS, "1", "Date"): date(2027, 2, 20),
        (OTHERS, "1", "Stagiaire (matricule)"): "0003",
    })  # fmt: skip
    results = {key: said.replace("\u00a0", " ") for key, said in desk.give_back().items()}
    assert "« Pourquoi irrecevable »" in results[DOSSIERS, "0003"]
    assert "« Fichier du scan »" in results[SHEETS, "m1-a"]
    assert "« Session de jury »" in results[JURY, "0003"]
    assert "« valeur »" in results[OTHERS, "1"]


def test_a_missing_day_is_named_by_its_cell(desk: Desk) -> None:
    desk.fill({
        (JURY, "0001", "Session de jury"): "jury-x",
        (JURY, "0001", "Présence"): "présent",
        (DOSSIERS, "0002", "Relancé(e) le"): "12/3",
    })  # fmt: skip
    results = desk.give_back()
    assert results[JURY, "0001"].startswith("«\u00a0Jour du jury\u00a0»")
    assert results[DOSSIERS, "0002"].startswith("«\u00a0Relancé(e) le\u00a0»")


def test_it_is_said_before_it_is_recorded(desk: Desk) -> None:
    desk.fill({(GRID, "0001", MORNING): "Absent justifié", (DOSSIERS, "0001", "Relancé(e) le"): date(2027, 2, 1)})
    reading = read_workbook(desk.office.desk(), read_typed(desk.path), filing(desk.path), today=TODAY)
    assert [sentence(item, reading.names, date(2027, 1, 15)) for item in reading.asked] == [
        "Présence · MARTIN Anne · m1-a · matin · Absent justifié · le 21/09/2026",
        "Relance · MARTIN Anne · le 01/02/2027 · à vérifier : ce jour est à venir",
    ]


def test_a_missing_scan_stops_everything(desk: Desk) -> None:
    desk.fill(
        {(SHEETS, "m1-a", "Feuille reçue le"): date(2026, 9, 24), (SHEETS, "m1-a", "Fichier du scan"): "absent.pdf"}
    )
    with pytest.raises(MappingError, match="n’est pas à côté du classeur"):
        desk.give_back()


def test_every_missing_scan_is_said_at_once(desk: Desk) -> None:
    desk.fill({
        (sheet, key, heading): value
        for key in ("m1-a", "acc-1")
        for sheet, heading, value in (
            (SHEETS, "Feuille reçue le", date(2027, 2, 24)), (SHEETS, "Fichier du scan", f"absent-{key}.pdf"),
        )
    })  # fmt: skip
    before = desk.office.ledger.head()
    with pytest.raises(MappingError) as refused:
        desk.give_back()
    assert len(refused.value.problems) == 2
    assert desk.office.ledger.head() == before


def test_an_empty_scan_stops_everything(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "vide.pdf").write_bytes(b"")
    desk.fill(
        {(SHEETS, "m1-a", "Feuille reçue le"): date(2026, 9, 24), (SHEETS, "m1-a", "Fichier du scan"): "vide.pdf"}
    )
    with pytest.raises(MappingError, match="est vide"):
        desk.give_back()


def _without_a_sheet(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as file:
        file.add_worksheet("Dossiers").write(0, 0, "Matricule")


def _not_a_workbook(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04 no")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _gone(path: Path) -> None:
    path.unlink()


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:4000])


@pytest.mark.parametrize("spoil", [_without_a_sheet, _not_a_workbook, _empty, _gone, _cut])
def test_what_is_not_a_workbook_is_refused_whole(desk: Desk, spoil: Callable[[Path], None]) -> None:
    spoil(desk.path)
    with pytest.raises(MappingError, match="rien n’a été enregistré"):
        read_typed(desk.path)


def test_a_person_written_twice_is_refused(desk: Desk) -> None:
    made = make_workbook(desk.office.desk(), today=TODAY)
    sheet = made.sheet(DOSSIERS)
    doubled = replace(sheet, rows=(*sheet.rows, sheet.rows[0]))
    twice = replace(made, lists=tuple(doubled if s.name == DOSSIERS else s for s in made.lists))
    desk.path.write_bytes(to_workbook(twice, NOW))
    with pytest.raises(MappingError, match="y est deux fois"):
        read_typed(desk.path)


def test_the_same_moment_gives_the_same_bytes(desk: Desk) -> None:
    made = make_workbook(desk.office.desk(), today=TODAY)
    assert to_workbook(made, NOW) == to_workbook(made, NOW)


def test_presences_follow_the_name_of_their_session_however_the_list_is_sorted(desk: Desk) -> None:
    with zipfile.ZipFile(desk.path) as made:
        sheets = [made.read(name).decode() for name in made.namelist() if "worksheets/sheet" in name]
    formulas = re.findall(r"<f>(.*?)</f>", "".join(sheets))
    assert formulas
    sessions = {column.session for column in make_workbook(desk.office.desk(), today=TODAY).grid.halfdays}
    assert {name for found in formulas for name in re.findall(r'="([^"]+)"\)', unescape(found))} == sessions


def test_every_act_has_its_words_and_every_rare_act_is_one() -> None:
    assert set(ACT_WORDS) == set(acts())
    assert {code_of(words) for words in RARE_ACTS} <= set(acts())


def test_every_act_of_the_workbook_exists() -> None:
    from sync_service.domain.workbook.columns import ASKS

    known = set(acts())
    assert {code_of(ask.act) for ask in ASKS} <= known


def test_the_read_me_says_what_each_rare_act_needs(desk: Desk) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(desk.path.read_bytes()))
    lines = book.get_sheet_by_name("Lisez-moi").to_python()
    assert {str(line[0]): str(line[1]) for line in lines if line[0] in RARE_ACTS} == dict(RARE_NEEDS)


def test_a_word_that_people_use_leads_to_its_act(desk: Desk) -> None:
    desk.fill({(OTHERS, "1", "Acte"): "Congé de maternité", (OTHERS, "1", "Date"): "21.9.26"})
    assert "écrivez « suspension »" in desk.give_back()[OTHERS, "1"].replace("\u202f", " ").replace("\u00a0", " ")
