from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sync_service.domain import attendance
from sync_service.usecases.standing import load

if TYPE_CHECKING:
    from sync_service.domain.attendance import Tally

    from .conftest import Office

DAY = date(2026, 9, 21)
SHEET = {"act": "Feuille signée", "session": "m1-a", "on": date(2026, 9, 23), "document": "5" * 64}
ABSENCE = {
    "act": "Présence",
    "who": "0002",
    "session": "m1-a",
    "on": DAY,
    "half": "après-midi",
    "value": "absent justifié",
}


def tally(office: Office, number: str, as_of: date = date(2026, 12, 1)) -> Tally:
    return load(office.ledger, office.files, as_of=as_of, only=office.subject(number)).standings[0].tally


def test_sheet_makes_everyone_present_but_the_exceptions(office: Office) -> None:
    done = office.record(ABSENCE, SHEET)
    assert [r.outcome for r in done.rows] == ["recorded", "recorded"]
    assert tally(office, "0001").attended == 4
    absent = tally(office, "0002")
    assert (absent.attended, absent.excused, absent.not_keyed, absent.upcoming) == (3, 1, 2, 2)
    assert office.types().count("signin_sheet.filed") == 1


def test_sheet_first_then_exceptions_ends_in_the_same_state(office: Office) -> None:
    office.record(SHEET, ABSENCE)
    assert (tally(office, "0002").attended, tally(office, "0002").excused) == (3, 1)
    assert "halfday.corrected" not in office.types()


def test_an_absence_recorded_before_its_sheet_stands_and_the_sheet_proves_it(office: Office) -> None:
    office.record(ABSENCE)
    office.record(SHEET)
    absent = tally(office, "0002")
    assert (absent.attended, absent.excused) == (3, 1)
    found = attendance.recorded(office.desk().standing("0002").entries)
    assert {(held.status, held.grade) for held in found.values()} == {("present", "E4"), ("absent_justifie", "E4")}


def test_a_sheet_given_again_for_a_late_arrival_leaves_corrections_alone(office: Office) -> None:
    office.record(SHEET)
    office.record({**ABSENCE, "reason": "justificatif reçu"})
    before = office.ledger.head().size
    office.record({**SHEET, "on": date(2026, 9, 30)})
    assert (tally(office, "0002").attended, tally(office, "0002").excused) == (3, 1)
    assert office.ledger.head().size - before <= 1


def test_same_file_twice_changes_nothing_even_with_lines_added(office: Office) -> None:
    office.record(ABSENCE, SHEET)
    before = office.ledger.head()
    again = office.record(ABSENCE, SHEET)
    assert [r.outcome for r in again.rows] == ["already", "already"]
    assert office.ledger.head() == before
    late = {
        "act": "Présence",
        "who": "0003",
        "session": "m1-a",
        "on": DAY,
        "value": "absent injustifié",
        "reason": "erreur de saisie",
    }
    more = office.record(ABSENCE, SHEET, late)
    assert [r.outcome for r in more.rows] == ["already", "already", "recorded"]
    assert office.types(office.subject("0003")).count("halfday.corrected") == 2
    assert tally(office, "0003").unexcused == 2


def test_correction_replaces_and_the_old_value_stays_in_the_register(office: Office) -> None:
    office.record(SHEET)
    subject = office.subject("0004")
    done = office.record(
        {"act": "Présence", "who": "0004", "session": "m1-a", "on": DAY, "half": "matin", "value": "partiel"}
    )
    assert done.rows[0].events == 1
    events = [e for e in office.ledger.events(subject=subject) if e.type.startswith("halfday.")]
    assert events[-1].replaces == (events[0].id,)
    assert len(events) == 5
    assert (tally(office, "0004").attended, tally(office, "0004").partial) == (3, 1)


def test_half_days_that_do_not_exist_are_refused(office: Office) -> None:
    done = office.record(
        {"act": "Présence", "who": "0001", "session": "m1-a", "on": date(2026, 12, 25), "value": "présent"}
    )
    assert "25/12/2026" in done.rows[0].sentence


def test_late_arrival_owes_nothing_before_her_enrolment(office: Office) -> None:
    from dataclasses import replace

    from .conftest import roster

    file = roster(digest="4" * 64)
    late = replace(file.rows[0], matricule="0006", birth_name="Zola", usual_name="Zola", enrolled_on=date(2026, 10, 1))
    office.enrol(replace(file, rows=(*file.rows, late)))
    office.record(SHEET)
    counts = tally(office, "0006")
    assert (counts.before_enrolment, counts.not_keyed, counts.attended) == (4, 2, 0)


def test_nobody_has_to_key_half_days_after_someone_left(office: Office) -> None:
    from dataclasses import replace

    from .conftest import roster

    before = tally(office, "0005")
    whole = roster(digest="4" * 64)
    office.clock.at = datetime(2026, 10, 1, 9, tzinfo=UTC)
    office.enrol(replace(whole, rows=tuple(r for r in whole.rows if r.matricule != "0005")), withdraw_missing=True)
    counts = tally(office, "0005")
    assert (before.out_of_enrolment, before.not_keyed) == (0, 6)
    assert (counts.out_of_enrolment, counts.not_keyed, counts.planned) == (4, 4, before.planned)


def test_cancelled_session_is_not_planned(office: Office) -> None:
    assert tally(office, "0001").planned == 8


def test_words_say_days_first_and_count_the_rest_apart(office: Office) -> None:
    office.record(ABSENCE, SHEET)
    assert attendance.words(tally(office, "0002"), 39) == (
        "1,5 jour sur environ 39",
        "1 demi-journée d’absence justifiée",
        "2 demi-journées non encore saisies",
    )


def test_as_of_and_known_at_are_two_questions(office: Office) -> None:
    office.clock.at = datetime(2026, 9, 23, 9, tzinfo=UTC)
    office.record(SHEET)
    known = office.clock.at
    office.clock.at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    office.record({"act": "Présence", "who": "0001", "session": "m1-a", "on": DAY, "value": "absent justifié"})
    subject = office.subject("0001")
    then = load(office.ledger, office.files, as_of=date(2026, 12, 1), known_at=known, only=subject).standings[0]
    now = load(office.ledger, office.files, as_of=date(2026, 12, 1), only=subject).standings[0]
    early = load(office.ledger, office.files, as_of=DAY, only=subject).standings[0]
    assert (then.tally.attended, now.tally.attended, early.tally.attended) == (4, 2, 0)
    assert (then.tally.excused, now.tally.excused, early.tally.excused) == (0, 2, 2)
