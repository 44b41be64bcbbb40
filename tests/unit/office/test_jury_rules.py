"""The jury beyond its decision: criteria, who sat, conflicts of interest, a second reader (R14, Q09, Q11, Q12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sync_service.domain.event import Actor
from sync_service.usecases.record_batch import record_batch
from sync_service.usecases.report import report

from .test_certification import FEB, JURY, MAR, control, hand_in, minutes, sit

if TYPE_CHECKING:
    from .conftest import Office

NOW = datetime(2027, 6, 1, 9, tzinfo=UTC)


def one(office: Office, **row: object) -> str:
    found = office.record(row).rows[0]
    return found.sentence if found.outcome == "refused" else found.outcome


def notices(office: Office) -> tuple[str, ...]:
    return tuple(n for n in report("promotion", office.ledger, office.files, now=NOW).notices if n.startswith("Jury"))


def ready_to_decide(office: Office) -> None:
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {})
    office.record(
        {"act": "Présence jury", "who": "0001", "jury": JURY, "on": MAR, "value": "présent"},
        {"act": "État figé", "who": "0001", "jury": JURY, "on": MAR, "document": "7" * 64},
    )


def test_a_decision_may_carry_the_opinion_on_each_criterion(office: Office) -> None:
    ready_to_decide(office)
    row = {"act": "Décision", "who": "0001", "jury": JURY, "on": MAR, "value": "favorable"}
    for wrong in ("pratique", "pratique : excellent", ": acquis"):
        assert "Un critère s’écrit" in one(office, **row, reference=wrong)
    assert one(office, **row, reference="Pratique : acquis / Analyse : en cours") == "recorded"
    (event,) = office.ledger.events(types=["jury.decision"])
    assert office.ledger.reveal([event])[event.id]["criteria"] == {"Pratique": "acquis", "Analyse": "en_cours"}
    assert "criteria" not in event.data


def test_conflicts_of_interest_are_signalled_and_refuse_nothing(office: Office) -> None:
    members = "Aurélie VASSEUR / B. Deux (commune de Valfleury) / C. Trois (Ville d’Ailleurs)"
    assert one(office, act="Jury constitué", jury=JURY, on=FEB, value=members, reference="2") == "recorded"
    said = notices(office)
    assert [n.replace("\u00a0", " ") for n in said] == [
        f"Jury {JURY} : Aurélie VASSEUR est aussi intervenant(e) du cycle (R14, brochure ligne 105).",
        f"Jury {JURY} : B. Deux, même collectivité qu’un(e) candidat(e) : Commune de Valfleury (R14, brochure ligne 105).",
    ]
    row = {"act": "Membre déporté", "jury": JURY, "on": FEB, "capacity": "interne"}
    assert one(office, **row, value="Aurélie Vasseur") == "recorded"
    assert [n for n in notices(office) if "intervenant" in n] == []


def test_a_jury_that_was_not_whole_is_said(office: Office) -> None:
    ready_to_decide(office)
    one(office, act="Décision", who="0001", jury=JURY, on=MAR, value="favorable")
    assert one(office, act="PV établi", jury=JURY, on=MAR, reference="PV-1", value="A. Un / B. Deux") == "recorded"
    assert any("2 sur 3 membres ont siégé" in n.replace("\u00a0", " ") for n in notices(office))


def test_where_two_readers_are_asked_the_same_person_is_refused(office: Office) -> None:
    rules = office.files.cycle.rules
    twice = replace(rules, dossier=replace(rules.dossier, second_reader=True))
    office.files = replace(office.files, cycle=replace(office.files.cycle, rules=twice))
    hand_in(office, 101)
    assert one(office, act="Dossier complet", who="0001", on=FEB) == "recorded"
    assert "Q09" in one(office, act="Dossier recevable", who="0001", on=FEB)
    other = replace(office.desk(), filing=replace(office.filing(), actor=Actor("officer", "agent-2", "cli")))
    from sync_service.domain.act_rows import ActRow

    done = record_batch(other, [ActRow(2, "Dossier recevable", who="0001", on=date(2027, 2, 21))])
    assert [r.outcome for r in done.rows] == ["recorded"]


def test_an_inadmissible_dossier_is_not_convened_unless_derogated(office: Office) -> None:
    sit(office, {})
    office.record(
        {"act": "Dossier transmis", "who": "0001", "on": FEB},
        {"act": "Dossier irrecevable", "who": "0001", "on": FEB, "value": "aucun document d’action"},
    )
    convened = {"act": "Candidat convoqué", "who": "0001", "jury": JURY, "on": FEB}
    assert "irrecevable : pas de convocation" in one(office, **convened).replace("\u00a0", " ")
    one(office, act="Dérogation", who="0001", on=FEB, value="documents acceptés")
    assert one(office, **convened) == "recorded"


def test_decisions_are_offered_with_their_accents(office: Office) -> None:
    ready_to_decide(office)
    said = one(office, act="Décision", who="0001", jury=JURY, on=MAR, value="certifié")
    assert "ajourné, complément, défavorable et favorable" in said


def test_who_was_put_off_is_refused_a_number_for_what_the_jury_decided(office: Office) -> None:
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {"0001": "ajourné"})
    minutes(office)
    assert "n’a pas proposé la certification" in one(office, act="Numéro réservé", who="0001", on=date(2027, 4, 2))


def test_nobody_is_convened_before_a_jury_that_is_not_in_the_register(office: Office) -> None:
    sit(office, {})
    said = one(office, act="Candidat convoqué", who="0001", jury="jury-2072", on=FEB).replace("\u00a0", " ")
    assert "« jury-2072 » n’est pas au registre" in said
    assert JURY in said


def test_the_number_of_outside_members_is_a_number(office: Office) -> None:
    row = {"act": "Jury constitué", "jury": JURY, "on": FEB, "value": "A. Un / B. Deux"}
    assert "n’est pas un nombre" in one(office, **row, reference="deux")
