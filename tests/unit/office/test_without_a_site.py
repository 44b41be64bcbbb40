"""An office that has no Moodle site yet: what it lacks is on paper, and no account is asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sync_service.domain.attendance import Presence, record_draft
from sync_service.domain.person_file import chapters
from sync_service.usecases.report import report

from .test_certification import standing
from .test_second_attempt import alerts, missing

if TYPE_CHECKING:
    from .conftest import Office

JANUARY = date(2027, 1, 20)
NOW = datetime(2027, 1, 20, 9, tzinfo=UTC)


def test_the_dossier_is_asked_of_the_person_and_no_account_of_the_office(empty_office: Office) -> None:
    empty_office.open()
    empty_office.enrol()
    text = str(missing(empty_office, JANUARY))
    assert "la remise du dossier pour le jury" in text
    assert "stagiaire" in text
    assert "Moodle" not in text
    assert "Moodle" not in alerts(empty_office, JANUARY)
    made = report("promotion", empty_office.ledger, empty_office.files, now=NOW, as_of=JANUARY)
    assert "Présences en salle, module par module" in str(made.sections)
    assert "préparation" not in str([table.rows for section in made.sections for table in section.tables])


def test_the_jury_s_sheet_says_nothing_of_moodle(empty_office: Office) -> None:
    empty_office.open()
    empty_office.enrol()
    made = report("candidate", empty_office.ledger, empty_office.files, now=NOW, as_of=JANUARY, candidate="0001")
    shown = str(made.sections[:-2])
    assert "0/" in shown
    assert "Moodle" not in shown
    assert "préparation" not in shown


def test_a_presence_after_leaving_is_pointed_out(empty_office: Office) -> None:
    empty_office.open()
    empty_office.enrol()
    left = date(2026, 9, 22)
    done = empty_office.record(
        {"act": "Feuille signée", "session": "m1-a", "on": date(2026, 9, 24), "document": "7" * 64},
        {"act": "Sortie", "who": "0001", "on": left, "reason": "abandon"},
    )
    assert done.count("recorded") == 2
    assert "présences enregistrées pendant une suspension ou après un départ" in alerts(empty_office, JANUARY)
    before = standing(empty_office, "0001", JANUARY).tally
    out: dict[str, object] = {"act": "Présence", "who": "0001", "session": "m1-a", "value": "hors inscription"}
    corrected = empty_office.record({**out, "on": left, "reason": "autre"})
    assert corrected.count("recorded") == 1
    held = standing(empty_office, "0001", JANUARY).tally
    assert (before.attended, before.contradictory, before.out_of_enrolment) == (2, 2, 6)
    assert (held.attended, held.contradictory, held.out_of_enrolment) == (2, 0, 6)
    assert "présences enregistrées" not in alerts(empty_office, JANUARY)
    again = empty_office.record({**out, "session": "m2-b", "on": date(2027, 1, 28)})
    assert again.count("already") == 1
    (refused,) = empty_office.record({**out, "who": "0002", "session": "m2-b", "on": date(2027, 1, 28)}).rows
    assert "enregistrez sa sortie" in refused.sentence


def test_the_dashboard_and_the_folder_say_nothing_of_moodle(empty_office: Office) -> None:
    empty_office.open()
    empty_office.enrol()
    made = report("promotion", empty_office.ledger, empty_office.files, now=NOW, as_of=JANUARY)
    (main,) = [table for table in made.tables() if table.code == "people"]
    place = [column.code for column in main.columns].index("dossier")
    assert {row[place] for row in main.rows} == {"Non transmis"}
    context = empty_office.desk().context()
    lacking = chapters(standing(empty_office, "0001", JANUARY), (), context, {})
    assert "Moodle" not in str([chapter.missing for chapter in lacking])


def test_presences_in_the_promotion_she_went_to_are_no_mistake(empty_office: Office) -> None:
    empty_office.open()
    empty_office.enrol()
    empty_office.record({"act": "Transfert", "who": "0001", "on": date(2026, 9, 21), "value": "lille"})
    desk = empty_office.desk()
    held = desk.session("m1-a")
    key = replace(held.halfdays[0], session="l1-a")
    there = replace(held, id="l1-a", halfdays=(key,))
    filing = replace(desk.filing, promotion="lille")
    draft = record_draft(filing, empty_office.subject("0001"), there, key, Presence.PRESENT, token="t")
    assert draft is not None
    desk.write((draft,))
    assert "présence" not in alerts(empty_office, JANUARY)
