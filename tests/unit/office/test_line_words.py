"""No code of the register reaches who is not technical: activities, half-days, reasons, models and rules are said in French."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from sync_service.adapters.documents.rendering import render
from sync_service.domain import line_words
from sync_service.domain.exemption import REASONS as EXEMPTIONS
from sync_service.domain.facts import FactKind
from sync_service.domain.object_words import object_words
from sync_service.domain.payload_words import value_words
from sync_service.domain.programme import programme_of
from sync_service.domain.reports.lines import lines_report
from sync_service.usecases import documents, record_batch, record_path
from sync_service.usecases.report import report
from sync_service.usecases.standing import entries_of

from .test_certification import hand_in
from .test_path import one

if TYPE_CHECKING:
    from .conftest import Office

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2027, 2, 10, 9, tzinfo=UTC)
CODE = re.compile(r"\bcs:|apres_midi|[0-9a-f]{8}-[0-9a-f]{4}-|\bsite-1\b|proof_received|module_elsewhere")


@pytest.fixture
def busy(office: Office) -> Office:
    """Readings of Moodle, a correction and an exemption of one person."""
    office.site.put(FactKind.ACTIVITY, "m01-prep", 101, state="complete", override=False, timemodified=1789668001)
    hand_in(office, 101)
    presence = {"act": "Présence", "session": "m1-a", "on": date(2026, 9, 21), "half": "après-midi"}
    assert one(office, **presence, value="présent") == "recorded"
    assert one(office, **presence, value="absent justifié", reason="justificatif reçu") == "recorded"
    assert one(office, act="Dispense accordée", on=NOW.date(), value="2", reason="suivi ailleurs") == "recorded"
    return office


def test_her_lines_name_each_activity_and_hold_no_code(busy: Office) -> None:
    entries = entries_of(busy.ledger, busy.subject("0001"))
    names = programme_of(busy.files).activities
    made = lines_report("MARTIN Anne", entries, PARIS, made_on="10 février 2027", activities=names)
    (table,) = made.tables()
    at = [c.code for c in table.columns].index
    labels = {str(row[at("label")]) for row in table.rows}
    assert "Relevé Moodle : activité « Préparer le module »" in labels
    assert "Relevé Moodle : dépôt « Dépôt A – Dossier de présentation des acquis »" in labels
    contents = " ; ".join(str(row[at("content")]) for row in table.rows)
    assert "site : le Moodle de la formation" in contents
    assert "règle : équivalence ou dispense de modules (Q05)" in contents
    assert not CODE.search(" ".join([*labels, contents]))


def test_an_activity_that_the_course_no_longer_has_is_said_as_before(busy: Office) -> None:
    entries = entries_of(busy.ledger, busy.subject("0001"))
    made = lines_report("MARTIN Anne", entries, PARIS, made_on="10 février 2027", activities={})
    assert "Relevé Moodle : activité" in {row[3] for table in made.tables() for row in table.rows}


def test_the_journal_is_in_words_on_the_page_and_keeps_its_codes_for_a_machine(busy: Office) -> None:
    made = report("journal", busy.ledger, busy.files, now=NOW)
    (table,) = made.tables()
    shown = [place for place, column in enumerate(table.columns) if column.on_page]
    page = " ".join(str(row[place]) for row in table.rows for place in shown)
    assert not CODE.search(page)
    for said in ("m1-a, 21/09/2026, après-midi", "Préparer le module", "justificatif reçu", "suivi ailleurs"):
        assert said in page
    machine = render(made, "csv", profile="machine").decode()
    for code in ("m1-a/2026-09-21/apres_midi", "cs:angers-test:m01-prep", "proof_received", "module_elsewhere"):
        assert code in machine


@pytest.mark.parametrize(
    "codes",
    [
        [*record_path.LEAVING_REASONS.values()], [*record_batch.CERTIFICATE_REASONS.values()],
        [*record_batch.REASONS.values()], [*record_batch.EXEMPTION_REASONS.values()], [*documents.REASONS.values()],
        [*EXEMPTIONS],
    ],
)  # fmt: skip
def test_every_reason_that_may_be_recorded_is_said_in_french(codes: list[str]) -> None:
    assert any(codes)
    assert [code for code in codes if code and code not in line_words.REASONS] == []


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("template", "letter/1", "lettre, version 1"),
        ("template", "certificate/2", "certificat, version 2"),
        ("template", "plan", "plan"),
        ("rule", "R12", "documents exigés avec le dossier (R12)"),
        ("rule", "R99", "R99"),
        ("site_uid", "7c17c65e-f836-4205-8674-6a7a0113287c", "le Moodle de la formation"),
    ],
)
def test_what_a_line_holds_is_said_in_words(name: str, code: str, said: str) -> None:
    assert value_words(name, code, PARIS) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("m1-a/2026-09-21/apres_midi", "m1-a, 21/09/2026, après-midi"),
        ("module-2", "module 2"),
        ("reminder", "relance"),
        ("inspection", "dossier de contrôle"),
        ("R01", "ancienneté dans la fonction (R01)"),
        ("cand_aaaaaaaaaaaaaaaaaaaaaaaaaa", ""),
        ("prom:angers-2026-2027", "promotion angers-2026-2027"),
        ("sess:angers-2026-2027/m1-a", "session de formation m1-a"),
        ("jury:2027-06", "session de jury 2027-06"),
        ("register", "registre"),
        ("convening/jury-2027-06", "convocation d’un(e) candidat(e), jury-2027-06"),
        ("jury-convening/jury-2027-06/1238-1-1239", "convocation d’un membre du jury, jury-2027-06"),
        ("certificate/ANGERS-CPE-2027-0001", "certificat, ANGERS-CPE-2027-0001"),
    ],
)
def test_what_a_line_is_about_is_said_in_words(name: str, said: str) -> None:
    assert object_words(name, {}) == said


def test_other_objects_keep_their_name() -> None:
    for name in ("PV-2027-01", "m1-a/2026-09-21/soir", "2027-06"):
        assert object_words(name, {}) == name
    assert line_words.reason_words(None) == ""
