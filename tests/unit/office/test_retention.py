"""Elimination by the tableau de gestion: proposed when due, carried out only on a visa, never by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from sync_service.adapters.documents.rendering import render
from sync_service.domain.act import What, act
from sync_service.domain.event import Series
from sync_service.domain.facts import FactKind
from sync_service.domain.programme import programme_of
from sync_service.domain.reports.elimination import elimination_slip
from sync_service.domain.retention import ELIMINABLE, counted, final_on
from sync_service.errors import RecordRefusedError
from sync_service.usecases import retention
from sync_service.usecases.papers import Asked, kind_named, papers
from sync_service.usecases.people import eliminated_traces
from sync_service.usecases.report import report
from sync_service.usecases.status import statuses

from .conftest import SITE
from .test_certification import JURY, control, hand_in, minutes, sit, standing

if TYPE_CHECKING:
    from .conftest import Office

NOTIFIED = date(2027, 4, 2)
FAR = date(2040, 1, 1)


@pytest.fixture
def ended(office: Office) -> Office:
    """One favourable and one adjourned, both notified; the others went no further."""
    hand_in(office, 101, 102)
    control(office, "0001", "0002")
    sit(office, {"0001": "favorable", "0002": "ajourné"})
    minutes(office)
    for who in ("0001", "0002"):
        office.record({"act": "Décision notifiée", "who": who, "jury": JURY, "on": NOTIFIED})
    return fill(office)


def fill(office: Office) -> Office:
    """Let something be kept in each series of each person."""
    for found in office.desk().standings():
        for series in ELIMINABLE:
            office.ledger.keep(found.candidate.subject, series)
    return office


def at(office: Office, day: date) -> None:
    office.clock.at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def due(office: Office, day: date) -> set[tuple[str, str]]:
    return {(u.name, u.series.value) for u in retention.look(office.desk()) if u.due(day)}


def test_each_series_is_counted_from_its_own_trigger(ended: Office) -> None:
    terms = retention.terms_of(ended.desk())
    assert final_on(standing(ended, "0001"), terms) == date(2027, 6, 2)  # two months to appeal
    assert final_on(standing(ended, "0002"), terms) == date(2028, 4, 2)  # a year to come again
    assert final_on(standing(ended, "0003"), terms) == ended.files.promotion.ends_on
    anne = standing(ended, "0001").name
    assert (anne, "traces") not in due(ended, date(2028, 6, 1))
    assert (anne, "traces") in due(ended, date(2028, 6, 2))
    assert (anne, "dossier") not in due(ended, date(2032, 6, 1))
    assert {series for name, series in due(ended, FAR) if name == anne} == {"dossier", "attendance", "traces"}


def test_nothing_goes_while_a_decision_is_not_notified_or_an_appeal_is_open(office: Office) -> None:
    hand_in(fill(office), 101)
    control(office, "0001")
    sit(office, {"0001": "défavorable"})
    minutes(office)
    name = standing(office, "0001").name
    assert name not in {n for n, s in due(office, FAR) if s == "dossier"}
    office.record({"act": "Décision notifiée", "who": "0001", "jury": JURY, "on": NOTIFIED})
    assert name in {n for n, _ in due(office, FAR)}
    office.record({"act": "Recours reçu", "who": "0001", "jury": JURY, "on": NOTIFIED, "value": "contentieux"})
    assert name not in {n for n, _ in due(office, FAR)}
    said = [u.obstacles for u in retention.look(office.desk()) if u.name == name]
    assert said == [("un recours attend sa réponse",)] * 3


def test_a_limited_treatment_stays(ended: Office) -> None:
    row = {"act": "Limitation", "who": "0001", "on": NOTIFIED}
    assert "« oui » ou « non »" in ended.record({**row, "value": "peut-être"}).rows[0].sentence
    assert ended.record({**row, "value": "oui"}).count("recorded") == 1
    name = standing(ended, "0001").name
    assert name not in {n for n, _ in due(ended, FAR)}
    assert ended.record({**row, "value": "oui", "on": FAR}).count("already") == 1
    assert ended.record({**row, "value": "non", "on": FAR}).count("recorded") == 1
    assert name in {n for n, _ in due(ended, FAR)}
    assert ended.types().count("restriction.set") == 2


def test_proposed_approved_eliminated(ended: Office) -> None:
    at(ended, FAR)
    made = retention.propose(ended.desk(), on=FAR)
    assert made is not None
    assert (made.id, len(made.units)) == ("angers-test-01", 15)
    assert retention.propose(ended.desk(), on=FAR) is None
    with pytest.raises(RecordRefusedError, match="n’a pas le visa des archives"):
        retention.eliminate(ended.desk(), ended.ledger, made.id, on=FAR)
    with pytest.raises(RecordRefusedError, match="référence du visa"):
        retention.approve(ended.desk(), made.id, on=FAR, visa=" ")
    assert retention.approve(ended.desk(), made.id, on=FAR, visa="AD49-2040-12")
    assert not retention.approve(ended.desk(), made.id, on=FAR, visa="AD49-2040-12")
    with pytest.raises(RecordRefusedError, match="a déjà un visa"):
        retention.approve(ended.desk(), made.id, on=FAR, visa="AD49-2040-13")
    done = retention.eliminate(ended.desk(), ended.ledger, made.id, on=FAR)
    assert (done.destroyed, done.empty, done.kept) == (15, 0, ())
    again = retention.eliminate(ended.desk(), ended.ledger, made.id, on=FAR)
    assert (again.destroyed, retention.look(ended.desk())) == (0, ())
    held = standing(ended, "0001")
    assert held.name != "Identité effacée"
    assert held.passages[0].decision == "favorable"
    assert held.facts == {}


def test_only_series_in_which_something_is_kept_are_proposed_and_counted(ended: Office) -> None:
    at(ended, FAR)
    whole = {(u.subject, u.series) for u in retention.units_of(ended.desk())}
    one = (ended.subject("0003"), Series.DOSSIER)
    ended.ledger.drop(*one)
    assert {(u.subject, u.series) for u in retention.look(ended.desk())} == whole - {one}
    made = retention.propose(ended.desk(), on=FAR)
    assert made is not None
    assert len(made.units) == 14
    retention.approve(ended.desk(), made.id, on=FAR, visa="V")
    ended.ledger.drop(ended.subject("0003"), Series.TRACES)
    done = retention.eliminate(ended.desk(), ended.ledger, made.id, on=FAR)
    assert (done.destroyed, done.empty) == (13, 1)
    assert ended.types().count("vault.key_destroyed") == 13
    (held,) = retention.known_lists(ended.desk()).values()
    assert retention.left_of(ended.desk(), held) == 0


def test_what_is_recorded_after_an_elimination_may_be_proposed_again(ended: Office) -> None:
    at(ended, FAR)
    made = retention.propose(ended.desk(), on=FAR)
    assert made is not None
    retention.approve(ended.desk(), made.id, on=FAR, visa="V")
    retention.eliminate(ended.desk(), ended.ledger, made.id, on=FAR)
    ended.ledger.keep(ended.subject("0003"), Series.TRACES)
    again = retention.propose(ended.desk(), on=FAR)
    assert again is not None
    assert [(u.subject, u.series) for u in again.units] == [(ended.subject("0003"), Series.TRACES)]


def enrol(office: Office, who: str, promotion: str, on: date) -> str:
    """Enrol someone in another promotion, as its own list of trainees does."""
    desk, subject = office.desk(), office.subject(who)
    filing = replace(desk.filing, promotion=promotion)
    desk.write([act(filing, "enrolment.recorded", subject, f"prom:{promotion}", What(on, {}), token=promotion)])
    return subject


def test_what_is_printed_says_what_was_eliminated_instead_of_nothing(ended: Office) -> None:
    at(ended, FAR)
    made = retention.propose(ended.desk(), on=FAR)
    assert made is not None
    retention.approve(ended.desk(), made.id, on=FAR, visa="V")
    said = "iminé le 01/01/2040 : "

    def printed(name: str) -> str:
        now = ended.clock.at
        who = "0001" if name == "candidate" else None
        text = render(report(name, ended.ledger, ended.files, now=now, candidate=who), "csv").decode("utf-8-sig")
        return text.replace("\u202f", " ").replace("\u00a0", " ")

    assert all(said not in printed(name) for name in ("promotion", "candidate"))
    assert "ont été éliminées" not in printed("attendance")
    assert "la saisie de" in printed("missing")
    retention.eliminate(ended.desk(), ended.ledger, made.id, on=FAR)
    assert printed("promotion").count(said) == 5
    assert "préparation" not in printed("promotion").split("À regarder", 1)[1].split("\n")[1]
    assert printed("candidate").count(said) == 1
    assert "Éliminé le 01/01/2040 : " in printed("candidate")
    assert "Les présences de 5 personnes ont été éliminées le 01/01/2040 : « Non encore saisi »" in printed(
        "attendance"
    )
    assert "la saisie de" not in printed("missing")
    with pytest.raises(RecordRefusedError, match="il ne peut plus être dressé"):
        papers(ended.desk(), pytest.fail, on=FAR).wanted(Asked(kind_named("attendance-summary"), session="m1-a"))
    asked = Asked(kind_named("attendance-statement"), candidate="0001")
    with pytest.raises(RecordRefusedError, match="ses présences ont été éliminées le 01/01/2040"):
        papers(ended.desk(), pytest.fail, on=FAR).wanted(asked)
    ended.record({"act": "Feuille signée", "session": "m1-a", "on": date(2026, 9, 23), "document": "5" * 64})
    assert "2040 : dossier pour le jury et grilles et détail des relevés Moodle ;" in printed("candidate")


def test_what_was_eliminated_is_not_read_from_moodle_again(ended: Office) -> None:
    subject = ended.subject("0002")
    ended.site.put(FactKind.ACTIVITY, "m01-prep", 102, state="complete", override=False)
    assert ended.pull(full=True).written == 1
    at(ended, FAR)
    shown = statuses(ended.ledger, ended.files, SITE, now=ended.clock.at)
    made = retention.propose(ended.desk(), on=FAR, series=[Series.TRACES])
    assert made is not None
    retention.approve(ended.desk(), made.id, on=FAR, visa="V")
    retention.eliminate(ended.desk(), ended.ledger, made.id, on=FAR)
    ended.site.put(FactKind.ACTIVITY, "m01-prep", 102, state="incomplete", override=False)
    for full in (False, True):
        read = ended.pull(full=full)
        assert (read.written, read.vanished) == (0, 0)
        assert read.eliminated > 0
    assert not ended.ledger.held([(subject, Series.TRACES)])
    assert shown
    assert not statuses(
        ended.ledger, ended.files, SITE, now=ended.clock.at
    )  # « Où j’en suis » is not turned into nothing done
    assert eliminated_traces(ended.ledger) >= {(subject, "angers-test")}
    enrol(ended, "0002", "angers-autre", date(2040, 9, 1))
    assert (subject, "angers-autre") not in eliminated_traces(ended.ledger)


def test_a_person_who_went_on_in_another_promotion_is_proposed_from_there(ended: Office) -> None:
    """One key protects a series of hers in both: the first may not take what the second still has to keep."""
    name = standing(ended, "0002").name
    assert (name, "dossier") in due(ended, FAR)
    enrol(ended, "0002", "angers-suivante", date(2027, 9, 1))
    assert name not in {n for n, _ in due(ended, FAR)}
    (said,) = {u.obstacles for u in retention.look(ended.desk()) if u.name == name}
    assert said == ("la même clé protège sa promotion suivante, angers-suivante, d’où il se propose",)


def test_a_list_is_carried_out_at_the_desk_of_its_own_promotion(ended: Office) -> None:
    """At another, nothing would say of an appeal that it stands in the way."""
    made = retention.propose(ended.desk(), on=FAR)
    assert made is not None
    desk = ended.desk()
    other = replace(desk, files=replace(desk.files, promotion=replace(desk.files.promotion, id="angers-autre")))
    for refused in (
        lambda: retention.approve(other, made.id, on=FAR, visa="V"),
        lambda: retention.eliminate(other, ended.ledger, made.id, on=FAR),
    ):
        with pytest.raises(RecordRefusedError, match="est celle de la promotion angers-test"):
            refused()


@pytest.mark.parametrize(
    ("destroyed", "empty", "said"),
    [
        (15, 0, "15 clés détruites."),
        (1, 1, "1 clé détruite ; 1 série de la liste n’en avait pas : rien n’y était gardé, ou plus rien."),
        (0, 14, "0 clé détruite ; 14 séries de la liste n’en avaient pas : rien n’y était gardé, ou plus rien."),
    ],
)
def test_keys_are_counted_and_not_series(destroyed: int, empty: int, said: str) -> None:
    assert counted(destroyed, empty).replace("\u202f", " ").replace("\u00a0", " ") == said


def test_the_signed_sheets_of_a_session_go_with_the_presences_unless_one_person_limits_it(ended: Office) -> None:
    ended.record({"act": "Feuille signée", "session": "m1-a", "on": date(2026, 9, 23), "document": "5" * 64})
    sheet = ("Session de formation m1-a (21/09/2026 au 22/09/2026)", "attendance")
    assert sheet not in due(ended, FAR)  # only its digest was filed: there is nothing here to eliminate
    ended.ledger.keep("sess:angers-test/m1-a", Series.ATTENDANCE)
    assert sheet not in due(ended, date(2032, 6, 29))
    assert sheet in due(ended, date(2032, 6, 30))
    ended.record({"act": "Limitation", "who": "0003", "on": NOTIFIED, "value": "oui"})
    assert sheet not in due(ended, FAR)
    ended.record({"act": "Recours reçu", "who": "0002", "jury": JURY, "on": NOTIFIED, "value": "contentieux"})
    (held,) = [u.obstacles for u in retention.look(ended.desk()) if u.name == sheet[0]]
    assert held == (
        "le recours d’une personne attend sa réponse", "un traitement est limité à la demande d’une personne",
    )  # fmt: skip
    ended.record({"act": "Recours décidé", "who": "0002", "jury": JURY, "on": date(2027, 6, 20), "value": "rejeté"})
    ended.record({"act": "Limitation", "who": "0003", "on": FAR, "value": "non"})
    at(ended, FAR)
    made = retention.propose(ended.desk(), on=FAR, series=[Series.ATTENDANCE])
    assert made is not None
    assert len(made.units) == 5 + 1
    retention.approve(ended.desk(), made.id, on=FAR, visa="V")
    assert retention.eliminate(ended.desk(), ended.ledger, made.id, on=FAR).destroyed == 6
    gone = [e.subject for e in ended.ledger.events(types=["vault.key_destroyed"])]
    assert gone.count("sess:angers-test/m1-a") == 1
    (proposed,) = ended.ledger.events(types=["elimination.proposed"])
    assert proposed.data["candidates"] == 5


def test_what_may_no_longer_go_is_kept_and_said(ended: Office) -> None:
    at(ended, FAR)
    made = retention.propose(ended.desk(), on=FAR, series=[Series.DOSSIER])
    assert made is not None
    retention.approve(ended.desk(), made.id, on=FAR, visa="V")
    ended.record({"act": "Recours reçu", "who": "0002", "jury": JURY, "on": FAR, "value": "contentieux"})
    done = retention.eliminate(ended.desk(), ended.ledger, made.id, on=FAR)
    assert done.destroyed == 4
    (kept,) = done.kept
    assert kept.endswith("Dossier pour le jury et grilles : conservé, un recours attend sa réponse.")


def test_a_bordereau_is_drawn_again_until_something_of_it_was_eliminated(ended: Office) -> None:
    made = retention.propose(ended.desk(), on=FAR)
    assert made is not None
    assert retention.proposed(ended.desk(), made.id) == made
    retention.approve(ended.desk(), made.id, on=FAR, visa="V")
    retention.eliminate(ended.desk(), ended.ledger, made.id, on=FAR)
    with pytest.raises(RecordRefusedError, match="son bordereau visé est le seul"):
        retention.proposed(ended.desk(), made.id)


def test_lists_that_do_not_exist(office: Office) -> None:
    assert retention.propose(office.desk(), on=date(2027, 1, 1)) is None
    with pytest.raises(RecordRefusedError, match="proposez-la d’abord"):
        retention.approve(office.desk(), "x-01", on=FAR, visa="V")
    with pytest.raises(RecordRefusedError, match="proposez-la d’abord"):
        retention.eliminate(office.desk(), office.ledger, "x-01", on=FAR)


def test_the_slip_says_series_people_and_what_it_means(ended: Office) -> None:
    made = retention.propose(ended.desk(), on=FAR)
    assert made is not None
    terms = retention.terms_of(ended.desk())
    producer = ended.files.cycle.organiser.producer
    slip = elimination_slip(made.id, made.units, programme_of(ended.files), terms, producer=producer, on=FAR)
    text = render(slip, "csv").decode("utf-8-sig").replace("\u202f", " ").replace("\u00a0", " ")
    (dossiers,) = (line for line in text.splitlines() if line.startswith("1;"))
    days = sorted(day for u in made.units if u.series is Series.DOSSIER and u.between for day in u.between)
    assert dossiers == (
        f"1;Dossier pour le jury et grilles;5 personnes;{days[0]:%d/%m/%Y};{days[-1]:%d/%m/%Y};5 ans;"
        "tri ou élimination, après visa;02/04/2033"
    )
    (anne,) = (line for line in text.splitlines() if line.startswith(standing(ended, "0001").name))
    assert anne.count(";") == 3
    assert "deviennent illisibles" in render(slip, "html").decode()
