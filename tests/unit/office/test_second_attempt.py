"""A second presentation and its last day, absence before the jury: signalled everywhere, never a refusal (Q15, Q16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from sync_service.domain.candidate_status import candidate_status
from sync_service.errors import UsageError
from sync_service.usecases.papers import KINDS, Asked, papers
from sync_service.usecases.report import report
from sync_service.usecases.standing import load

from .test_certification import FEB, JURY, MAR, control, hand_in, minutes, sit
from .test_documents import letters

if TYPE_CHECKING:
    from .conftest import Office

TOLD = date(2027, 3, 20)


def told(office: Office, number: str = "0001") -> None:
    """One person put off by a signed jury, and told so."""
    hand_in(office, 101)
    control(office, number)
    sit(office, {number: "ajourné"})
    minutes(office)
    office.record({"act": "Décision notifiée", "who": number, "jury": JURY, "on": TOLD})


def alerts(office: Office, on: date) -> str:
    made = report("promotion", office.ledger, office.files, now=datetime(2029, 1, 1, tzinfo=UTC), as_of=on)
    (main,) = [t for t in made.tables() if t.code == "people"]
    (row,) = [r for r in main.rows if str(r[1]).startswith("MARTIN")]
    return plain(str(row[-1] or ""))


def missing(office: Office, on: date) -> list[tuple[object, ...]]:
    made = report("missing", office.ledger, office.files, now=datetime(2029, 1, 1, tzinfo=UTC), as_of=on)
    return [row for table in made.tables() for row in table.rows if "MARTIN Anne" in row]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def sheet(office: Office, on: date) -> str:
    made = report(
        "candidate", office.ledger, office.files, now=datetime(2029, 1, 1, tzinfo=UTC), as_of=on, candidate="0001"
    )
    return plain(" ".join(s for section in made.sections for s in section.sentences))


def second_jury(office: Office, held: str, number: str = "0001", decision: str = "") -> None:
    day = date.fromisoformat(held)
    row = {"who": number, "jury": "jury-2", "on": day}
    done = office.record(
        {"act": "Dossier ouvert", "who": number, "on": date(2027, 4, 1)},
        {"act": "Dossier transmis", "who": number, "on": date(2027, 4, 2)},
        {"act": "Dossier complet", "who": number, "on": date(2027, 4, 3)},
        {"act": "Dossier recevable", "who": number, "on": date(2027, 4, 3)},
        {
            "act": "Jury constitué",
            "jury": "jury-2",
            "on": date(2027, 4, 4),
            "value": "A. Un / B. Deux",
            "reference": "1",
        },
        {"act": "Jury convoqué", "jury": "jury-2", "on": date(2027, 4, 4), "value": f"{day:%d/%m/%Y}"},
        {"act": "Dossier remis au jury", **row, "on": date(2027, 4, 5)},
        {"act": "Candidat convoqué", **row, "on": date(2027, 4, 5)},
    )
    assert [r.sentence for r in done.rows if r.outcome == "refused"] == []
    if decision:
        office.record(
            {"act": "Présence jury", **row, "value": "présent"}, {"act": "État figé", **row},
            {"act": "Décision", **row, "value": decision}, {"act": "PV établi", "jury": "jury-2", "on": day, "reference": "PV-2"},
            {"act": "PV signé", "jury": "jury-2", "on": day}, {"act": "Décision notifiée", **row},
        )  # fmt: skip


def test_who_was_put_off_reads_what_to_redo_and_until_when(office: Office) -> None:
    told(office)
    on = date(2027, 6, 1)
    assert "Il manque la seconde présentation devant le jury (nouvelle version du dossier)" in sheet(office, on)
    assert "avant le 20 mars 2028" in sheet(office, on)
    (row,) = [r for r in missing(office, on) if "seconde présentation" in str(r)]
    assert date(2028, 3, 20) in row
    assert "Q15" in str(row)


def test_nobody_learns_a_decision_from_it_before_being_told(office: Office) -> None:
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {"0001": "ajourné"})
    minutes(office)
    loaded = load(office.ledger, office.files, as_of=date(2027, 4, 1), only=office.subject("0001"))
    shown = candidate_status(
        loaded.standings[0], loaded.context, read_at=datetime(2027, 4, 1, tzinfo=UTC), complete=True
    )
    assert "présentation" not in str(shown["todo"])


def test_a_limit_that_has_passed_and_a_jury_after_it_are_signalled(office: Office) -> None:
    told(office)
    assert "Q15" not in alerts(office, date(2028, 3, 20))
    assert "seconde présentation possible jusqu’au 20/03/2028 : délai dépassé (Q15)" in alerts(
        office, date(2028, 3, 21)
    )
    second_jury(office, "2028-05-12")
    assert "session de jury du 12/05/2028, après la limite de la seconde présentation : 20/03/2028 (Q15)" in alerts(
        office, date(2027, 6, 1)
    )


def test_put_off_twice_and_a_third_presentation_are_signalled_never_refused(office: Office) -> None:
    told(office)
    second_jury(office, "2027-05-12", decision="ajourné")
    assert "ajourné(e) après 2 présentations, autant que le référentiel en prévoit (Q15)" in alerts(
        office, date(2027, 6, 1)
    )
    assert "seconde présentation devant" not in sheet(office, date(2027, 6, 1))
    done = office.record(
        {"act": "Dossier ouvert", "who": "0001", "on": date(2027, 9, 1)},
        {
            "act": "Jury constitué",
            "jury": "jury-3",
            "on": date(2027, 9, 1),
            "value": "A. Un / B. Deux",
            "reference": "1",
        },
        {"act": "Candidat convoqué", "who": "0001", "jury": "jury-3", "on": date(2027, 9, 2)},
    )
    assert {r.outcome for r in done.rows} == {"recorded"}
    assert "présentation n° 3, le référentiel en prévoit 2 (Q15)" in alerts(office, date(2027, 9, 3))


def absent(office: Office, presence: str) -> None:
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {})
    office.record(
        {"act": "Candidat convoqué", "who": "0001", "jury": JURY, "on": FEB},
        {"act": "Présence jury", "who": "0001", "jury": JURY, "on": MAR, "value": presence},
    )


def test_a_justified_absence_goes_to_the_next_session(office: Office) -> None:
    absent(office, "excusé")
    assert "absence justifiée devant le jury : à la session de jury suivante (Q16)" in alerts(office, date(2027, 4, 1))
    assert "la convocation à une nouvelle session de jury (absence justifiée)" in sheet(office, date(2027, 4, 1))
    assert any("Q16" in str(row) for row in missing(office, date(2027, 4, 1)))


def test_presence_is_read_in_the_feminine_and_nothing_is_notified_without_a_decision(office: Office) -> None:
    absent(office, "Excusée")
    assert "absence justifiée" in alerts(office, date(2027, 4, 1))
    refused = office.record({"act": "Décision notifiée", "who": "0001", "jury": JURY, "on": date(2027, 4, 1)}).rows[0]
    assert "Aucune décision de ce jury" in refused.sentence


def test_an_unjustified_absence_counts_only_where_the_referential_says_so(office: Office) -> None:
    absent(office, "absent")
    assert "elle ne compte pas comme une présentation (Q16)" in alerts(office, date(2027, 4, 1))
    rules = office.files.cycle.rules
    strict = replace(rules, jury=replace(rules.jury, unjustified_absence_counts=True))
    office.files = replace(office.files, cycle=replace(office.files.cycle, rules=strict))
    assert "elle compte comme une présentation (Q16)" in alerts(office, date(2027, 4, 1))
    assert "nouvelle session de jury" not in sheet(office, date(2027, 4, 1))


def test_two_juries_of_one_person_have_each_their_letter_and_must_be_named(office: Office) -> None:
    told(office)
    second_jury(office, "2027-06-18")
    drawn = papers(office.desk(), letters, on=date(2027, 6, 1))
    with pytest.raises(UsageError, match=rf"nommez celle de la convocation avec --jury .*{JURY}.*jury-2"):
        drawn.wanted(Asked(KINDS["convening"], candidate="0001"))
    named = [drawn.wanted(Asked(KINDS["convening"], candidate="0001", jury=jury))[0] for jury in (JURY, "jury-2")]
    assert [one.name.rpartition("0001-")[2] for (one,) in named] == [JURY, "jury-2"]
    (only,), _ = drawn.wanted(Asked(KINDS["notification"], candidate="0001"))
    assert only.jury == JURY


def test_a_second_presentation_has_its_own_days_not_those_of_the_first(empty_office: Office) -> None:
    office = empty_office
    office.open()
    office.enrol()
    office.record({"act": "Dossier transmis", "who": "0001", "on": FEB})
    control(office, "0001")
    sit(office, {"0001": "ajourné"})
    minutes(office)
    office.record({"act": "Décision notifiée", "who": "0001", "jury": JURY, "on": TOLD})
    office.record({"act": "Dossier ouvert", "who": "0001", "on": date(2027, 6, 1)})
    asked = {str(row[1]): row for row in missing(office, date(2027, 6, 2))}
    first = office.files.promotion.deadlines
    assert any("remise du dossier" in what for what in asked)
    for row in asked.values():
        assert first.dossier_due_day not in row
        assert first.jury_date not in row
    office.record(
        {
            "act": "Jury constitué",
            "jury": "jury-2",
            "on": date(2027, 9, 1),
            "value": "A. Un / B. Deux",
            "reference": "2",
        },
        {"act": "Jury convoqué", "jury": "jury-2", "on": date(2027, 9, 1), "value": "15/10/2027"},
        {"act": "Candidat convoqué", "who": "0001", "jury": "jury-2", "on": date(2027, 9, 1)},
    )
    assert first.jury_date is not None
    assert first.dossier_due_day is not None
    due = date(2027, 10, 15) - (first.jury_date - first.dossier_due_day)
    assert due in {cell for row in missing(office, date(2027, 9, 2)) for cell in row}


def test_who_was_excused_lacks_another_session_not_a_decision(office: Office) -> None:
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {})
    office.record(
        {"act": "Candidat convoqué", "who": "0001", "jury": JURY, "on": FEB},
        {"act": "Présence jury", "who": "0001", "jury": JURY, "on": MAR, "value": "excusé"},
    )
    asked = str(missing(office, date(2027, 4, 1)))
    assert "nouvelle session de jury" in asked
    assert "la décision du jury" not in asked
