from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from sync_service.domain.candidate import subject_from
from sync_service.domain.lms_state import MoodleUser
from sync_service.domain.matching import match
from sync_service.domain.roster import Change, RosterFile
from sync_service.errors import GuardError, RecordRefusedError, RosterError
from sync_service.usecases.people import known_people, wanted_enrolments
from sync_service.usecases.roster import preview_roster

if TYPE_CHECKING:
    from .conftest import Office


def the_list(digest: str = "d" * 64) -> RosterFile:
    from .conftest import roster

    return roster(digest=digest)


def without(file: RosterFile, *numbers: str, digest: str = "e" * 64) -> RosterFile:
    return replace(file, rows=tuple(r for r in file.rows if r.matricule not in numbers), sha256=digest)


def test_import_creates_people_and_enrolments_with_nothing_of_them_in_clear(empty_office: Office) -> None:
    empty_office.open()
    done = empty_office.enrol()
    assert done.table.count(Change.NEW) == 5
    assert empty_office.types().count("candidate.created") == 5
    assert empty_office.types().count("enrolment.recorded") == 5
    shown = "".join(f"{e.subject}{e.data}{e.source}{e.actor}" for e in empty_office.ledger.events())
    for secret in ("Lefèvre", "0001", "Valfleury", "exemple.invalid"):
        assert secret not in shown


def test_same_file_twice_changes_nothing(office: Office) -> None:
    before = office.ledger.head()
    again = office.enrol()
    assert again.table.nothing
    assert again.appended.written == 0
    assert office.ledger.head() == before


def test_seniority_is_a_signal_never_a_refusal(office: Office) -> None:
    subject = office.subject("0003")
    assert office.types(subject)[:3] == ["candidate.created", "enrolment.recorded", "eligibility.signalled"]
    assert "eligibility.signalled" not in office.types(office.subject("0001"))


def test_changed_cells_are_named_and_corrected_back_and_forth(office: Office) -> None:
    file = the_list()
    married = replace(file, rows=(replace(file.rows[0], usual_name="Garnier"), *file.rows[1:]), sha256="1" * 64)
    table = preview_roster(office.ledger, married, office.files)
    assert table.lines[0].words == "Identité modifiée (nom d’usage)"
    office.enrol(married)
    office.enrol(file)
    office.enrol(married)
    assert office.types(office.subject("0001")).count("identity.corrected") == 3
    assert known_people(office.ledger)[office.subject("0001")].name == "GARNIER Anne"


def test_absence_from_the_file_is_only_listed(office: Office) -> None:
    before = office.ledger.head()
    done = office.enrol(without(the_list(), "0005"))
    assert [line.words for line in done.table.lines if line.line == 0] == ["Absent du fichier"]
    assert office.ledger.head() == before


def test_withdrawal_is_asked_for_and_can_be_resumed(office: Office) -> None:
    office.enrol(without(the_list(), "0005"), withdraw_missing=True)
    subject = office.subject("0005")
    assert office.types(subject)[-1] == "enrolment.withdrawn"
    file = the_list("2" * 64)
    silent = office.enrol(file)
    assert office.types(subject)[-1] == "enrolment.withdrawn", "a list that says nothing brings nobody back"
    assert [line.signals[-1] for line in silent.table.lines if line.subject == subject] == [
        "sortie au registre, et le reste ; pour une reprise, écrivez « inscrit » dans « situation »"
    ]
    said = tuple(replace(row, resumed=row.matricule == "0005") for row in file.rows)
    office.enrol(replace(file, rows=said, sha256="3" * 64))
    assert office.types(subject)[-1] == "enrolment.resumed"


def test_half_a_list_changes_nobody(office: Office) -> None:
    before = office.ledger.head()
    with pytest.raises(GuardError, match="halved-roster") as refused:
        office.enrol(without(the_list(), "0001", "0002", "0003"))
    assert refused.value.exit_code == 3
    assert office.ledger.head() == before


def test_mass_withdrawal_needs_its_own_leave(office: Office) -> None:
    small = without(the_list(), "0001", "0002", "0003", "0004")
    with pytest.raises(GuardError, match="mass-withdrawal"):
        office.enrol(small, withdraw_missing=True, allow=frozenset({"halved-roster"}))
    office.enrol(small, withdraw_missing=True, allow=frozenset({"halved-roster", "mass-withdrawal"}))
    assert office.types().count("enrolment.withdrawn") == 4


def test_empty_list_and_list_of_another_promotion_change_nobody(office: Office) -> None:
    before = office.ledger.head()
    with pytest.raises(RosterError, match="vide") as refused:
        office.enrol(replace(the_list(), rows=()))
    assert refused.value.exit_code == 3
    with pytest.raises(RosterError, match="autre promotion"):
        office.enrol(replace(the_list(), promotion="nantes"))
    assert office.ledger.head() == before


def test_suspension_reaches_the_wanted_enrolments(office: Office) -> None:
    file = the_list()
    office.enrol(replace(file, rows=(replace(file.rows[0], suspended=True), *file.rows[1:]), sha256="3" * 64))
    wanted = {w.user_id: w.status for w in wanted_enrolments(office.ledger, office.files.promotion, "site-1")}
    assert wanted == {101: "suspended", 102: "active", 103: "active", 104: "active", 105: "active"}


def test_links_are_recorded_once_and_hold_no_clear_number(office: Office) -> None:
    before = office.ledger.head()
    assert office.link().links == ()
    assert len(office.link(everyone=True).links) == 5
    assert office.ledger.head() == before
    assert office.ledger.find("moodle", "site-1/101") == office.subject("0001")


def test_none_or_several_accounts_are_for_a_person_to_decide(office: Office) -> None:
    people = tuple(known_people(office.ledger).values())
    users = [
        MoodleUser(1, "a", "0001", "", "", ""),
        MoodleUser(2, "b", "0002", "", "", ""),
        MoodleUser(3, "c", "0002", "", "", ""),
    ]
    matched = match(people, users, "idnumber")
    assert [link.user.id for link in matched.links] == [1]
    hits = {u.candidate.identity.matricule: u.hits for u in matched.undecided if u.candidate.identity}
    assert hits == {"0002": 2, "0003": 0, "0004": 0, "0005": 0}
    assert all(u.sentence.endswith("relancez.") for u in matched.undecided)


def test_opening_twice_changes_nothing_and_a_moved_session_is_one_line(empty_office: Office) -> None:
    assert empty_office.open() == 6
    assert empty_office.open() == 0
    files = empty_office.files
    moved = replace(files.calendar.sessions[3], place="Ailleurs")
    calendar = replace(files.calendar, sessions=(*files.calendar.sessions[:3], moved))
    empty_office.files = replace(files, calendar=calendar)
    assert empty_office.open() == 1
    assert empty_office.types()[-1] == "session.changed"
    empty_office.files = replace(files, calendar=replace(calendar, sessions=calendar.sessions[:3]))
    assert empty_office.open() == 1
    assert empty_office.types()[-1] == "session.cancelled"
    assert empty_office.open() == 0


def test_published_referential_never_changes(empty_office: Office) -> None:
    empty_office.open()
    cycle = empty_office.files.cycle
    changed = replace(cycle, referential=replace(cycle.referential, sha256="cd" * 32))
    empty_office.files = replace(empty_office.files, cycle=changed)
    with pytest.raises(RecordRefusedError, match="déjà publié"):
        empty_office.open()


def test_seniority_is_counted_to_the_day(office: Office) -> None:
    def signals(since: date | None) -> int:
        row = replace(the_list().rows[0], matricule="0099", position_since=since)
        file = replace(the_list(), rows=(*the_list().rows, row))
        return len(preview_roster(office.ledger, file, office.files).lines[-1].signals)

    assert [signals(date(2023, 9, 21)), signals(date(2023, 9, 22)), signals(None)] == [1, 0, 1]


def test_random_subjects_use_every_bit_they_keep() -> None:
    assert subject_from(bytes(17)) == "cand_" + "a" * 26
    assert subject_from(b"\xff" * 17) == "cand_" + "7" * 26
    with pytest.raises(ValueError, match="17"):
        subject_from(b"short")


def test_the_birth_is_kept_when_a_later_list_does_not_say_it(office: Office) -> None:
    rows = the_list().rows
    born = replace(rows[0], born_on=date(1988, 2, 29), born_at="Saint-Exemple")
    office.enrol(replace(the_list("e" * 64), rows=(born, *rows[1:])))
    office.enrol(the_list("f" * 64))
    person = office.desk().standing("0001").candidate
    assert person.identity is not None
    assert (person.identity.born_on, person.identity.born_at) == (date(1988, 2, 29), "Saint-Exemple")
    assert office.types(person.subject).count("identity.corrected") == 1


def test_a_column_that_a_later_list_has_not_changes_nothing(office: Office) -> None:
    file = the_list()
    married = replace(file.rows[0], usual_name="Garnier", position="Coordonnatrice", group="Groupe A")
    office.enrol(replace(file, rows=(married, *file.rows[1:]), sha256="e" * 64))
    unsaid = frozenset({"usual_name", "email", "position", "position_since", "group"})
    short = replace(
        married, usual_name=married.birth_name, email="", position="", position_since=None, group="", unsaid=unsaid
    )
    table = preview_roster(office.ledger, replace(file, rows=(short, *file.rows[1:]), sha256="f" * 64), office.files)
    assert table.lines[0].changes == (Change.UNCHANGED,)
    assert table.lines[0].signals == ()


def test_a_usual_name_that_was_only_the_birth_name_follows_it(office: Office) -> None:
    file = the_list()
    row = replace(file.rows[0], usual_name=file.rows[0].birth_name)
    office.enrol(replace(file, rows=(row, *file.rows[1:]), sha256="e" * 64))
    fixed = replace(row, birth_name="Martel", usual_name="Martel", unsaid=frozenset({"usual_name"}))
    table = preview_roster(office.ledger, replace(file, rows=(fixed, *file.rows[1:]), sha256="f" * 64), office.files)
    assert table.lines[0].identity is not None
    assert table.lines[0].identity.usual_name == "Martel"
