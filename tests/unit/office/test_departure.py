"""A departure learned after its sheets: its half-days are out of the enrolment by themselves, and what was recorded stays said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from sync_service.domain.act import What, act
from sync_service.domain.attendance import HalfDayKey, PlannedSession, Presence, record_draft
from sync_service.domain.facts import FactKind
from sync_service.domain.workbook.model import GRID, OTHERS, SHEETS
from sync_service.usecases.report import report
from sync_service.usecases.standing import load

from .test_certification import standing
from .test_documents import document, said
from .test_second_attempt import alerts, plain
from .test_workbook import TODAY, Desk, desk

if TYPE_CHECKING:
    from pathlib import Path

    from sync_service.domain.certification import Standing
    from sync_service.domain.reports.model import Report

    from .conftest import Office

__all__ = ["desk"]
LEFT = date(2026, 9, 22)
LATER = date(2027, 2, 1)
SHEET = {"act": "Feuille signée", "session": "m1-a", "on": date(2026, 9, 24), "document": "7" * 64}
ABSENT = {"act": "Présence", "who": "0001", "session": "m1-a", "on": LEFT, "half": "après-midi"}
LEAVING = {"act": "Sortie", "who": "0001", "on": LEFT, "reason": "abandon"}
MORNING, AFTERNOON = (f"m1-a\n22/09/2026\n{half}" for half in ("matin", "après-midi"))


@pytest.fixture
def gone(office: Office) -> Office:
    """One present on the sheet of the 21st and the morning of the 22nd, absent that afternoon; gone since the 22nd, it is learned."""
    done = office.record({**ABSENT, "value": "absent injustifié"}, SHEET, LEAVING)
    assert done.count("recorded") == 3
    return office


def attendance(office: Office, who: str | None = None) -> Report:
    return report(
        "attendance", office.ledger, office.files, now=datetime(2029, 1, 1, tzinfo=UTC), as_of=LATER, candidate=who
    )


def statuses(made: Report) -> dict[tuple[object, object], tuple[str, object]]:
    (table,) = [t for t in made.tables() if t.code == "halfdays"]
    at = [c.code for c in table.columns].index
    return {(r[at("date")], r[at("half")]): (plain(str(r[at("status")])), r[at("evidence")]) for r in table.rows}


def test_the_half_days_after_it_are_out_and_every_fact_stays(gone: Office) -> None:
    types = gone.types(gone.subject("0001"))
    assert (types.count("halfday.recorded"), types[-1]) == (4, "enrolment.withdrawn")
    found = statuses(attendance(gone, "0001"))
    assert found[date(2026, 9, 21), "matin"] == ("Présent", "E4, feuille signée")
    contradictory = "Hors inscription, contradictoire : « présent » enregistré"
    assert found[LEFT, "matin"] == (contradictory, "E4, feuille signée")
    assert found[LEFT, "après-midi"][0] == "Hors inscription (« absent injustifié » enregistré)"
    assert found[date(2026, 10, 5), "matin"] == ("Hors inscription", None)


def test_totals_and_the_dashboard_follow(gone: Office) -> None:
    held = standing(gone, "0001", LATER)
    assert (held.tally.attended, held.tally.unexcused, held.tally.not_keyed) == (2, 0, 0)
    assert (held.tally.out_of_enrolment, held.tally.contradictory, held.tally.planned) == (6, 1, 8)
    (first,) = [m.tally for m in held.modules if m.module.number == 1]
    assert (first.attended, first.out_of_enrolment, first.contradictory) == (2, 2, 1)
    assert "1 présence enregistrée pendant une suspension ou après un départ : contradictoire, non comptée" in alerts(
        gone, LATER
    )
    brief = plain(" ".join(s for section in attendance(gone, "0001").sections for s in section.sentences))
    assert "6 demi-journées hors inscription, dont 1 présence enregistrée malgré le départ ou la suspension" in brief


def test_papers_show_the_contradiction_and_attest_nothing_of_it(gone: Office) -> None:
    summary = said(document(gone, "attendance-summary", LATER, session="m1-a"))
    assert "Hors inscription, contradictoire : « présent » enregistré, feuille signée" in summary
    attested = said(document(gone, "attendance-statement", LATER, candidate="0001"))
    assert "21/09/2026" in attested
    assert "22/09/2026" not in attested


def test_a_resumption_on_the_same_day_undoes_a_departure_recorded_by_mistake(gone: Office) -> None:
    gone.record({"act": "Reprise", "who": "0001", "on": LEFT})
    held = standing(gone, "0001", LATER).tally
    assert (held.attended, held.unexcused, held.out_of_enrolment, held.contradictory) == (3, 1, 0, 0)


def test_a_suspension_is_out_until_the_resumption_alone(office: Office) -> None:
    office.record(
        SHEET,
        {"act": "Suspension", "who": "0001", "on": date(2026, 9, 21)},
        {"act": "Reprise", "who": "0001", "on": LEFT},
    )
    held = standing(office, "0001", LATER).tally
    assert (held.attended, held.out_of_enrolment, held.contradictory) == (2, 2, 2)


def test_the_grid_shows_it_and_corrects_the_presence(gone: Office, tmp_path: Path) -> None:
    office = Desk(gone, tmp_path)
    office.make()
    assert office.shown(GRID, "0001", MORNING) == "Présent"
    assert office.shown(GRID, "0001", "acc-1\n05/10/2026\nmatin") == "Hors inscription"
    assert office.give_back() == {}
    office.fill({(GRID, "0001", MORNING): "Hors inscription"})
    assert office.give_back() == {(GRID, "0001"): "Enregistré"}
    assert standing(gone, "0001", LATER).tally.contradictory == 0
    assert "présence" not in alerts(gone, LATER)
    assert office.shown(GRID, "0001", MORNING) == "Hors inscription"


def test_a_departure_and_its_half_days_typed_with_the_sheet_are_all_taken(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"%PDF scan")
    left = {"Acte": "Sortie", "Date": "22.9.26", "Stagiaire (matricule)": "0001", "Motif": "Abandon"}
    desk.fill({
        (SHEETS, "m1-a", "Feuille reçue le"): date(2026, 9, 24),
        (SHEETS, "m1-a", "Fichier du scan"): "scan.pdf",
        **{(OTHERS, "1", heading): value for heading, value in left.items()},
        (GRID, "0001", MORNING): "Hors inscription",
    })  # fmt: skip
    assert set(desk.give_back().values()) == {"Enregistré"}
    held = standing(desk.office, "0001", TODAY).tally
    assert (held.attended, held.contradictory, held.out_of_enrolment) == (2, 0, 6)


def test_after_a_transfer_what_is_followed_elsewhere_is_attested(office: Office) -> None:
    office.record(SHEET, {"act": "Transfert", "who": "0001", "on": date(2026, 10, 1), "value": "lille"})
    held = office.desk().session("acc-1")
    key = replace(held.halfdays[0], session="l1-a")
    there = replace(held, id="l1-a", halfdays=(key,))
    filing = replace(office.desk().filing, promotion="lille")
    draft = record_draft(filing, office.subject("0001"), there, key, Presence.PRESENT, token="t")
    assert draft is not None
    office.desk().write((draft,))
    attested = said(document(office, "attendance-statement", LATER, candidate="0001"))
    assert "05/10/2026" in attested
    assert standing(office, "0001", LATER).tally.contradictory == 0


FORMER = "nancy-2025"
"""Where she was enrolled before, and transferred from on the 10th of October."""


def in_nancy(office: Office, day: date, status: Presence, token: str, *, grade: str = "E3") -> None:
    key = HalfDayKey(day, False, "n1-a")
    session = PlannedSession("n1-a", 1, (key,), "INSET de Nancy", "tenue", {})
    filing = replace(office.filing(), promotion=FORMER)
    before = standing(office, "0001", LATER).halfdays.get(key)
    draft = record_draft(filing, office.subject("0001"), session, key, status, token=token, grade=grade, before=before)
    assert draft is not None
    office.desk().write((draft,))


@pytest.fixture
def arrived(office: Office) -> Office:
    """She followed two half-days in Nancy, missed one, was transferred, then was made present there twice by mistake."""
    filing = replace(office.filing(), promotion=FORMER)
    moves = (("enrolment.recorded", date(2026, 9, 1)), ("enrolment.transferred", date(2026, 10, 10)))
    for type_, on in moves:
        what = What(on, {"to_promotion": "angers-test"} if type_.endswith("transferred") else {})
        office.desk().write((act(filing, type_, office.subject("0001"), f"prom:{FORMER}", what, token=type_),))
    for day, status in ((5, Presence.PRESENT), (6, Presence.REMOTE), (7, Presence.UNEXCUSED), (12, Presence.PRESENT)):
        in_nancy(office, date(2026, 10, day), status, f"d{day}", grade="E4" if day == 12 else "E3")
    in_nancy(office, date(2026, 10, 13), Presence.PARTIAL, "d13")
    in_nancy(office, date(2026, 10, 14), Presence.UNEXCUSED, "d14")
    return office


def test_half_days_follow_the_person_until_she_leaves_and_those_after_it_are_said(arrived: Office) -> None:
    held = standing(arrived, "0001", LATER)
    assert [(r.key.day.day, r.status) for r in held.elsewhere] == [
        (5, "present"), (6, "distanciel_atteste"), (7, "absent_injustifie"),
    ]  # fmt: skip
    assert [r.key.day.day for r in held.misplaced] == [12, 13, 14]
    assert held.attended_elsewhere == 2
    alert = "2 présences enregistrées dans une promotion après l’avoir quittée : contradictoires, non comptées"
    assert alert in alerts(arrived, LATER)


def test_reports_count_what_was_followed_and_show_the_rest_apart(arrived: Office) -> None:
    brief = plain(" ".join(s for section in attendance(arrived, "0001").sections for s in section.sentences))
    assert "2 demi-journées suivies dans une autre promotion, en plus." in brief
    assert "2 présences enregistrées dans une promotion après l’avoir quittée : contradictoires, non comptées." in brief
    now = datetime(2029, 1, 1, tzinfo=UTC)
    sheet = report("candidate", arrived.ledger, arrived.files, now=now, as_of=LATER, candidate="0001")
    said = plain(" ".join(sentence for section in sheet.sections for sentence in section.sentences))
    assert "2 demi-journées suivies dans une autre promotion, en plus." in said, "the fiche de suivi says it too"
    found = statuses(attendance(arrived, "0001"))
    assert found[date(2026, 10, 5), "matin"][0] == "Présent"
    contradictory = ("Hors inscription, contradictoire : « présent » enregistré", "E4, feuille signée")
    assert found[date(2026, 10, 12), "matin"] == contradictory
    assert found[date(2026, 10, 14), "matin"][0] == "Hors inscription (« absent injustifié » enregistré)"
    whole = attendance(arrived)
    (totals,) = [t for t in whole.tables() if t.code == "totals"]
    at = [c.code for c in totals.columns].index
    assert [r[at("elsewhere")] for r in totals.rows if r[at("matricule")] == "0001"] == [2]
    (away,), (wrong,) = ([t for t in whole.tables() if t.code == code] for code in ("elsewhere", "misplaced"))
    assert (len(away.rows), len(wrong.rows)) == (3, 3)
    fiche = report("candidate", arrived.ledger, arrived.files, now=datetime(2029, 1, 1, tzinfo=UTC), as_of=LATER,
                   candidate=arrived.subject("0001"))  # fmt: skip
    (own,) = [t for t in fiche.tables() if t.code == "attendance"]
    assert [plain(str(r[4])) for r in own.rows if r[0] == date(2026, 10, 12)] == [contradictory[0]]


def test_papers_attest_nothing_of_what_was_recorded_after_she_left(arrived: Office) -> None:
    attested = said(document(arrived, "attendance-statement", LATER, candidate="0001"))
    assert "05/10/2026" in attested
    assert "07/10/2026" in attested
    assert not [day for day in ("12/10/2026", "13/10/2026", "14/10/2026") if day in attested]


def test_a_misplaced_presence_is_corrected_where_it_was_recorded(arrived: Office) -> None:
    in_nancy(arrived, date(2026, 10, 12), Presence.OUT, "fix")
    held = standing(arrived, "0001", LATER)
    assert [r.key.day.day for r in held.misplaced] == [13, 14]
    assert "1 présence enregistrée dans une promotion après l’avoir quittée : contradictoire" in alerts(arrived, LATER)


def at_lille(office: Office) -> Standing:
    """Return where she stands in the promotion that she went to, with its own course."""
    office.record({"act": "Transfert", "who": "0001", "on": date(2027, 2, 1), "value": "lille"})
    filing = replace(office.filing(), promotion="lille")
    what = What(date(2027, 2, 1), {})
    office.desk().write((act(filing, "enrolment.recorded", office.subject("0001"), "prom:lille", what, token="in"),))
    return standing_there(office)


def standing_there(office: Office) -> Standing:
    files = replace(office.files, promotion=replace(office.files.promotion, id="lille"))
    return load(office.ledger, files, as_of=date(2027, 12, 1), only=office.subject("0001")).standings[0]


def deposit(office: Office, key: str, on: datetime, status: str = "submitted") -> None:
    office.site.put(
        FactKind.SUBMISSION, key, 101, status=status, attempt=0, submitted_at=int(on.timestamp()),
        files=[{"name": f"{key}.pdf", "size": 1800000}],
    )  # fmt: skip
    office.pull(full=True)


def test_a_deposit_follows_the_person_to_the_promotion_she_goes_to(office: Office) -> None:
    deposit(office, "depot-a", datetime(2027, 1, 10, 9, tzinfo=UTC))
    deposit(office, "depot-b", datetime(2027, 1, 31, 22, 30, tzinfo=UTC))
    held = at_lille(office)
    assert [(d.key, d.status, d.files) for d in held.dossier.deposits] == [
        ("cs:lille:depot-a", "submitted", ("depot-a.pdf",)), ("cs:lille:depot-b", "submitted", ("depot-b.pdf",)),
    ]  # fmt: skip
    assert held.dossier.handed_in
    assert "promotion angers-test" in held.dossier.deposits[0].label
    assert held.misplaced_deposits == ()


def test_a_deposit_made_there_after_she_left_is_signalled_and_not_counted(office: Office) -> None:
    deposit(office, "depot-a", datetime(2027, 1, 10, 9, tzinfo=UTC))
    deposit(
        office, "depot-b", datetime(2027, 1, 31, 23, 30, tzinfo=UTC)
    )  # 1 February in Paris: the day of the transfer
    held = at_lille(office)
    assert [d.status for d in held.dossier.deposits] == ["submitted", "unread"]
    assert not held.dossier.handed_in
    assert held.misplaced_deposits == ("cs:angers-test:depot-b",)
    files = replace(office.files, promotion=replace(office.files.promotion, id="lille"))
    made = report("promotion", office.ledger, files, now=datetime(2029, 1, 1, tzinfo=UTC), as_of=date(2027, 12, 1))
    (main,) = [t for t in made.tables() if t.code == "people"]
    assert "1 dépôt remis dans une promotion après l’avoir quittée : non compté" in plain(str(main.rows[0][-1]))
