"""Leaving, coming back, being exempted: what it does to half-days and to the dossier (domain.md §2.1 A, C, D)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from sync_service.domain.act_rows import ActRow
from sync_service.domain.dossier import DossierState
from sync_service.domain.facts import FactKind
from sync_service.usecases.record_batch import record_batch

from .test_certification import JURY, control, hand_in, minutes, sit, standing

if TYPE_CHECKING:
    from .conftest import Office

LATER = date(2028, 1, 1)


def one(office: Office, **row: object) -> str:
    found = office.record({"who": "0001", **row}).rows[0]
    return found.sentence if found.outcome == "refused" else found.outcome


def test_half_days_of_a_suspension_are_not_to_be_keyed(office: Office) -> None:
    before = standing(office, "0001", LATER).tally
    assert one(office, act="Suspension", on=date(2026, 10, 1)) == "recorded"
    assert one(office, act="Suspension", on=date(2026, 10, 1)) == "already"
    assert one(office, act="Reprise", on=date(2027, 1, 4)) == "recorded"
    after = standing(office, "0001", LATER).tally
    assert (before.not_keyed, before.out_of_enrolment) == (8, 0)
    assert (after.not_keyed, after.out_of_enrolment) == (6, 2)
    assert [p.subject for p in office.desk().people_on(date(2026, 11, 1))].count(office.subject("0001")) == 0
    assert [p.subject for p in office.desk().people_on(date(2027, 1, 4))].count(office.subject("0001")) == 1


@pytest.mark.parametrize("reason", ["abandon", "mobilité", "santé", "autre"])
def test_a_departure_has_a_coded_reason(office: Office, reason: str) -> None:
    assert "colonne « motif »" in one(office, act="Sortie", on=LATER)
    said = one(office, act="Sortie", on=LATER, reason="maladie grave")
    assert "Motif d’une sortie" in said
    assert "sante" not in said
    assert one(office, act="Sortie", on=LATER, reason=reason) == "recorded"
    (event,) = office.ledger.events(types=["enrolment.withdrawn"])
    assert event.reason in {"abandon", "moved", "unavailable", "other"}


def test_after_a_transfer_the_other_promotion_records(office: Office) -> None:
    assert "vers quelle autre promotion" in one(office, act="Transfert", on=LATER)
    assert one(office, act="Transfert", on=LATER, value="angers-2027-2028") == "recorded"
    assert "transféré" in one(office, act="Reprise", on=LATER)
    (event,) = office.ledger.events(types=["enrolment.transferred"])
    assert event.data == {"to_promotion": "angers-2027-2028"}


def test_an_exemption_counts_the_half_days_of_its_module_apart(office: Office) -> None:
    assert "numéro du module" in one(office, act="Dispense accordée", on=LATER, value="douze", reason="équivalence")
    assert "Motif d’une dispense" in one(office, act="Dispense accordée", on=LATER, value="1", reason="faveur")
    assert one(office, act="Dispense accordée", on=LATER, value="Module 1", reason="équivalence") == "recorded"
    held = standing(office, "0001", LATER)
    assert (held.tally.exempt, held.tally.not_keyed) == (4, 4)
    assert [m.tally.exempt for m in held.modules if m.module.number == 1] == [4]


def test_a_second_presentation_has_a_new_version_of_the_dossier(office: Office) -> None:
    hand_in(office, 102)
    control(office, "0002")
    assert "verrouillé" in one(office, act="Dossier ouvert", who="0002", on=LATER)
    sit(office, {"0002": "ajourné"})
    minutes(office)
    assert one(office, act="Dossier ouvert", who="0002", on=date(2027, 5, 3)) == "recorded"
    assert standing(office, "0002", LATER).dossier.state is DossierState.IN_PROGRESS
    for key in ("depot-a", "depot-b"):
        office.site.put(FactKind.SUBMISSION, key, 102, status="submitted", attempt=1, submitted_at=1810000000, files=[])
    office.pull(full=True)
    held = standing(office, "0002", LATER)
    assert (held.dossier.state, held.dossier.sealed_for) == (DossierState.HANDED_IN, "")
    done = office.record(
        {"act": "Dossier complet", "who": "0002", "on": LATER},
        {"act": "Dossier recevable", "who": "0002", "on": LATER},
        {"act": "Dossier remis au jury", "who": "0002", "jury": "jury-2028", "on": LATER},
    )
    assert done.count("recorded") == 3
    assert standing(office, "0002", LATER).dossier.sealed_for == "jury-2028"


def test_an_inadmissible_dossier_has_a_reason_and_a_sealed_one_stays(office: Office) -> None:
    hand_in(office, 101)
    assert "pourquoi" in one(office, act="Dossier irrecevable", on=LATER)
    assert one(office, act="Dossier irrecevable", on=LATER, value="aucune analyse personnelle") == "recorded"
    assert standing(office, "0001", LATER).dossier.words == "Irrecevable"
    hand_in(office, 102)
    control(office, "0002")
    assert "remis au jury" in one(office, act="Dossier irrecevable", who="0002", on=LATER, value="tardif")


def test_a_piece_taken_back_is_missing_again(office: Office) -> None:
    one(office, act="Pièce reçue", on=LATER, value="Attestation employeur")
    assert list(standing(office, "0001", LATER).dossier.pieces) == ["attestation-employeur"]
    assert one(office, act="Pièce retirée", on=LATER, value="Attestation employeur") == "recorded"
    assert standing(office, "0001", LATER).dossier.pieces == {}


def test_a_recused_member_leaves_a_smaller_jury(office: Office) -> None:
    row = {"act": "Membre déporté", "jury": JURY, "on": LATER, "value": "B. Deux", "capacity": "extérieur"}
    assert "R14" in one(office, **row)
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {"0001": "favorable"})
    assert "nom du membre" in one(office, **{**row, "value": ""})
    assert one(office, **row) == "recorded"
    held = office.desk().jury(JURY)
    assert held is not None
    assert (held.members, held.externals) == (2, 1)
    minutes(office)
    assert "R20" in one(office, **{**row, "value": "C. Trois"})


def test_the_same_words_are_two_acts_in_two_promotions(office: Office) -> None:
    """One jury sits for Angers and for Lille: what Angers recorded of it is not « déjà enregistré » for Lille."""
    rows = (
        ActRow(1, "Jury constitué", jury="jury-1", on=LATER, value="A. Un / B. Deux", reference="2"),
        ActRow(2, "Jury convoqué", jury="jury-1", on=LATER, value="15/10/2027"),
    )
    assert record_batch(office.desk(), rows).count("recorded") == 2
    assert record_batch(office.desk(), rows).count("already") == 2
    other = replace(office.files, promotion=replace(office.files.promotion, id="lille-test"))
    desk = office.desk()
    elsewhere = replace(desk, files=other, filing=replace(desk.filing, promotion="lille-test"))
    assert record_batch(elsewhere, rows).count("recorded") == 2
