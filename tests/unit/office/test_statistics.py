"""R4, R12, R13 and R15: attendance, statistics by module, outcome, differences with Moodle."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from python_calamine import CalamineWorkbook

from sync_service.adapters.documents.html import to_html
from sync_service.adapters.documents.machine import to_json
from sync_service.adapters.documents.rendering import render
from sync_service.adapters.documents.table_csv import to_csv, to_machine_csv
from sync_service.domain.act import What, act
from sync_service.domain.attendance import HalfDayKey, PlannedSession, Presence, record_draft
from sync_service.domain.facts import FactKind
from sync_service.domain.reports.masking import MASKED, Part, mask
from sync_service.errors import UsageError
from sync_service.usecases.report import report

from .conftest import roster
from .test_certification import certify, control, hand_in, minutes, sit
from .test_path import one
from .test_reports import check, winter

if TYPE_CHECKING:
    from sync_service.domain.reports.model import Report

    from .conftest import Office

__all__ = ["winter"]
NOW = datetime(2027, 2, 10, 7, 30, tzinfo=UTC)
LATER = datetime(2027, 6, 1, 9, tzinfo=UTC)
MATRICULES = ("0001", "0002", "0003", "0004", "0005")


def made(office: Office, name: str, who: str | None = None, now: datetime = NOW) -> Report:
    return report(name, office.ledger, office.files, now=now, candidate=who)


def rows(found: Report, code: str = "") -> list[dict[str, object]]:
    (table,) = [t for t in found.tables() if t.code == (code or found.main)]
    return [dict(zip([c.code for c in table.columns], row, strict=True)) for row in table.rows]


@pytest.mark.parametrize(
    ("name", "who"),
    [("attendance", None), ("attendance", "0001"), ("modules", None), ("outcome", None), ("differences", None)],
)
def test_reports_are_those_that_were_read_and_approved(winter: Office, name: str, who: str | None) -> None:
    found = made(winter, name, who)
    base = f"report-{name}{'-one' if who else ''}"
    check(f"{base}.html", to_html(found).encode())
    check(f"{base}.csv", to_csv(found))
    check(f"{base}.machine.csv", to_machine_csv(found))
    check(f"{base}.json", to_json(found).encode())


def test_attendance_totals_say_days_with_one_decimal_and_what_they_are_out_of(winter: Office) -> None:
    found = rows(made(winter, "attendance"), "totals")
    (hers,) = [r for r in found if r["name"] == "D'HERVÉ Élodie"]
    assert (hers["planned"], hers["attended"], hers["excused"], hers["not_keyed"]) == (8, 5, 1, 2)
    assert (hers["days"], hers["rate"]) == (Decimal("2.5"), Decimal("83.3"))
    assert [r["name"] for r in found][-2:] == ["ÉTIENNE Jérôme", "MARTIN Anne"]


def test_attendance_says_of_each_half_day_its_status_and_its_proof(winter: Office) -> None:
    found = made(winter, "attendance")
    (hers,) = [r for r in rows(found, "m1_1") if r["name"] == "MARTIN Anne"]
    assert hers["m1-a_20260921_matin"] == "Présence partielle (E3, rectifié)"
    assert hers["m1-a_20260922_apres_midi"] == "Présent (E4)"
    flat = rows(found)
    assert len(flat) == 5 * 8
    assert {r["status_code"] for r in flat} == {
        "present",
        "partiel",
        "absent_justifie",
        "absent_injustifie",
        "non_saisi",
    }
    sentences = [s for section in found.sections for s in section.sentences]
    assert any(s.startswith("Session m1-a, 21 et 22 septembre 2026") and "reçue le 23/09/2026" in s for s in sentences)
    assert any(s.endswith("aucune feuille signée reçue.") for s in sentences)
    assert any("m2-a" in s and s.endswith("annulée.") for s in sentences)


def test_a_catch_up_elsewhere_is_in_her_attendance_and_counted_apart(office: Office) -> None:
    elsewhere = "demi-journée suivie dans une autre promotion, en plus."
    other = office.desk()
    key = HalfDayKey(date(2026, 11, 3), False, "n1-a")
    session = PlannedSession("n1-a", 1, (key,), "INSET de Nancy", "tenue", {})
    filing = replace(other.filing, promotion="nancy-2026")
    draft = record_draft(filing, office.subject("0001"), session, key, Presence.PRESENT, token="t")
    assert draft is not None
    other.write([draft])
    hers = made(office, "attendance", "0001")
    assert f"1 {elsewhere}" in hers.sections[0].sentences
    (row,) = [r for r in rows(hers) if r["session"] == "n1-a"]
    assert (row["place"], row["status"], row["evidence"]) == (
        "rattrapage, promotion nancy-2026",
        "Présent",
        "E3, saisie du service",
    )
    (total,) = [r for r in rows(made(office, "attendance"), "totals") if r["matricule"] == "0001"]
    assert (total["elsewhere"], total["attended"]) == (1, 0)


def test_nobody_is_recognised_in_the_statistics(winter: Office) -> None:
    found = made(winter, "modules")
    module, whole = rows(found, "halfdays")[0], rows(found, "halfdays")[-1]
    assert (module["enrolled"], module["planned"], module["due"]) == (5, 4, 20)
    assert (module["attended"], module["partial"], module["excused"], module["unexcused"]) == (
        16,
        MASKED,
        MASKED,
        MASKED,
    )
    assert (whole["attended"], whole["excused"], whole["not_keyed"]) == (26, MASKED, 10)
    assert [r["done"] for r in rows(found, "preparations")] == [MASKED, 0]
    text = to_html(found)
    assert "Dubois" not in text
    assert "Taux" not in text


@pytest.mark.parametrize(
    ("parts", "total", "shown"),
    [
        ([(20, 6), (0, 0), (0, 0)], 6, (20, 0, 0)),
        ([(20, 6), (3, 2), (0, 0)], 6, (MASKED, MASKED, 0)),
        ([(20, 9), (7, 5), (1, 1)], 9, (20, MASKED, MASKED)),
        ([(20, 9), (2, 2), (1, 1)], 9, (20, MASKED, MASKED)),
        ([(8, 4), (0, 0)], 4, (MASKED, MASKED)),
        ([(0, 0)], 0, (MASKED,)),
    ],
)
def test_what_would_be_found_by_subtraction_is_masked_too(
    parts: list[tuple[int, int]], total: int, shown: tuple[object, ...]
) -> None:
    assert mask([Part(*part) for part in parts], total) == shown


def test_a_sum_over_the_modules_gives_nothing_away() -> None:
    parts = [Part(20, 9), Part(8, 6), Part(0, 0)]
    assert mask(parts, 9) == (20, 8, 0)
    assert mask(parts, 9, also={1}) == (MASKED, MASKED, 0)


@pytest.fixture
def judged(office: Office) -> Office:
    hand_in(office, 101, 102, 103)
    control(office, "0001", "0002", "0003")
    sit(office, {"0001": "favorable", "0002": "ajourné", "0003": "favorable"})
    minutes(office)
    assert certify(office, "0001") == []
    assert one(office, who="0005", act="Sortie", on=date(2026, 12, 1), reason="mobilité") == "recorded"
    return office


def test_the_outcome_has_both_denominators_and_every_count(judged: Office) -> None:
    found = made(judged, "outcome", now=LATER)
    counts = {str(r["what"]): (r["people"], r["detail"]) for r in rows(found, "counts")}
    assert counts["Inscrits, un jour au moins"] == (5, None)
    assert counts["Sorties du cycle"] == (1, "mobilité : 1")
    assert counts["Présentés devant un jury"] == (3, None)
    assert counts["Dernière décision : Certification proposée"] == (2, None)
    assert counts["Certificats délivrés et valides"] == (1, "dont 1 remis")
    assert [(r["part"], r["whole"], r["percent"]) for r in rows(found, "rates")] == [
        (2, 5, Decimal(40)), (2, 3, Decimal("66.7")),
    ]  # fmt: skip
    delays = [(r["people"], r["median"]) for r in rows(found, "delays")]
    assert delays == [(3, Decimal(37)), (1, Decimal(21)), (1, Decimal(58))]


def test_a_jury_of_another_promotion_is_counted_there(judged: Office) -> None:
    desk = judged.desk()
    elsewhere = replace(desk.filing, promotion="nancy-2026")
    what = What(date(2027, 5, 1), {"jury": "nancy-j1"}, {"presence": "present"})
    draft = act(elsewhere, "candidate.jury_presence", judged.subject("0004"), "nancy-j1", what, token="t")
    desk.write([draft])
    counts = {str(r["what"]): r["people"] for r in rows(made(judged, "outcome", now=LATER), "counts")}
    assert counts["Présentés devant un jury"] == 3


def test_a_decision_whose_minutes_are_not_signed_counts_apart(office: Office) -> None:
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {"0001": "favorable"})
    counts = {str(r["what"]): r["people"] for r in rows(made(office, "outcome", now=LATER), "counts")}
    assert counts["Dernière décision : Certification proposée"] == 0
    assert counts["Décision prise, procès-verbal non signé"] == 1


def test_differences_name_who_is_not_in_the_course_and_what_changed_after_the_minutes(judged: Office) -> None:
    judged.clock.at = LATER - timedelta(days=3)
    for user, status in ((101, "active"), (104, "absent"), (105, "active")):
        judged.site.put(FactKind.ENROLMENT, "course", user, status=status)
    judged.site.put(FactKind.ACCOUNT, "course", 103, status="deleted")
    judged.site.put(FactKind.ACTIVITY, "m01-prep", 101, state="complete", override=False)
    judged.pull(full=True)
    found = rows(made(judged, "differences", now=LATER))
    assert sorted((str(r["code"]), str(r["matricule"])) for r in found if r["code"] != "unread") == [
        ("absent_from_course", "0004"), ("account_gone", "0003"), ("after_minutes", "0001"), ("after_minutes", "0001"),
        ("after_minutes", "0003"), ("still_in_course", "0005"),
    ]  # fmt: skip
    assert all(r["to_do"] for r in found)


def test_differences_say_what_vanished_and_what_was_not_read(winter: Office) -> None:
    winter.site.drop(FactKind.ACTIVITY, "m01-prep", 102)
    winter.clock.at += timedelta(hours=1)
    winter.pull(full=True)
    found = rows(made(winter, "differences"))
    (gone,) = [r for r in found if r["code"] == "vanished"]
    assert (gone["name"], gone["moodle"]) == ("D'HERVÉ Élodie", "n’est plus visible")
    assert str(gone["register"]).startswith("fait, constaté le")
    assert [r["name"] for r in found if r["code"] == "absent_from_course"] == [
        "DUBOIS Marie (0004)",
        "DUBOIS Marie (0005)",
    ]
    (hidden,) = [r for r in found if r["code"] == "unread"]
    assert (hidden["name"], hidden["moodle"]) == ("3 personnes", "activité cachée dans Moodle")


def test_people_without_account_are_listed(empty_office: Office) -> None:
    empty_office.open()
    empty_office.enrol()
    found = rows(made(empty_office, "differences"))
    assert [(r["code"], r["matricule"]) for r in found] == [
        ("no_account", n) for n in ("0002", "0004", "0005", "0003", "0001")
    ]


@pytest.mark.parametrize("name", ["attendance", "modules", "outcome", "differences"])
def test_a_promotion_without_anyone_has_its_reports(empty_office: Office, name: str) -> None:
    empty_office.open()
    found = made(empty_office, name)
    for form in ("html", "csv", "xlsx", "pdf", "json"):
        assert render(found, form)
    assert "Traceback" not in to_html(found)


@pytest.mark.parametrize("name", ["attendance", "differences"])
def test_an_erased_identity_is_said_and_nothing_else_is_lost(winter: Office, name: str) -> None:
    before = len(rows(made(winter, name)))
    winter.ledger.forget(winter.subject("0001"))
    found = made(winter, name)
    assert name == "attendance" or len(rows(found)) <= before
    assert "MARTIN" not in to_html(found)
    if name == "attendance":
        assert rows(found, "totals")[-1]["name"] == "Identité effacée"


def test_the_machine_profile_has_codes_commas_and_iso_dates(winter: Office) -> None:
    content = render(made(winter, "attendance"), "csv", profile="machine").decode()
    assert not content.startswith("\ufeff")
    read = list(csv.DictReader(io.StringIO(content)))
    assert read[0]["date"] == "2026-09-21"
    assert {"name", "matricule", "status_code"} <= set(read[0])
    long = list(
        csv.DictReader(io.StringIO(render(made(winter, "candidate", "0001"), "csv", profile="machine").decode()))
    )
    assert set(long[0]) == {"table", "row", "column", "value"}
    assert {line["table"] for line in long} >= {"modules", "attendance", "deposits"}


@pytest.mark.parametrize(
    ("form", "profile", "said"), [("html", "machine", "que pour le CSV"), ("csv", "mac", "excel ou machine")]
)
def test_a_wrong_profile_is_one_sentence(winter: Office, form: str, profile: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        render(made(winter, "modules"), form, profile=profile)


HOSTILE = (
    '=HYPERLINK("http://x")',
    "<script>alert(1)</script>",
    "#let x = 1",
    "*gras* ; virgule, point",
    "D'Œuvre\u2028Étienne",
)


@pytest.mark.parametrize("name", ["attendance", "differences"])
def test_a_hostile_name_is_shown_and_never_acts(empty_office: Office, name: str) -> None:
    people = [
        replace(row, usual_name=hostile, birth_name=hostile)
        for row, hostile in zip(roster().rows, HOSTILE, strict=True)
    ]
    empty_office.open()
    empty_office.enrol(roster(people))
    found = made(empty_office, name)
    assert "<script" not in to_html(found).casefold()
    said = to_csv(found).decode("utf-8-sig")
    assert not [
        cell for line in csv.reader(io.StringIO(said), delimiter=";") for cell in line if cell.startswith("=HYP")
    ]
    book = CalamineWorkbook.from_filelike(io.BytesIO(render(found, "xlsx")))
    cells = [
        str(cell) for sheet in book.sheet_names for row in book.get_sheet_by_name(sheet).to_python() for cell in row
    ]
    assert any(cell.startswith("=HYPERLINK") for cell in cells)
    assert len(render(found, "pdf")) > 3000


def test_days_are_numbers_with_one_decimal_in_a_spreadsheet(winter: Office) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(render(made(winter, "attendance"), "xlsx")))
    (name,) = [n for n in book.sheet_names if n.startswith("Totaux")]
    head, first, *_ = book.get_sheet_by_name(name).to_python()
    assert first[head.index("Total jours")] == 2.5
    assert ";2,5;" in render(replace(made(winter, "attendance"), main="totals"), "csv").decode("utf-8-sig")
