"""Refusals that no other test raises, each with its source: certificate, dossier, jury, half-days (R12, R14, R15, R18, Q09)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from sync_service.domain.certificate import (
    SOURCE_R14,
    SOURCE_R15,
    SOURCE_R18,
    CertificateState,
    check_reservation,
    favourable,
)
from sync_service.domain.documents.certificates import certificate, duplicate
from sync_service.domain.dossier import SOURCE_R12
from sync_service.domain.jury import SOURCE_R14 as JURY_R14
from sync_service.errors import RecordRefusedError
from sync_service.usecases import second_person
from sync_service.usecases.record_batch import record_batch

from .test_certification import FEB, JURY, MAR, certify, control, hand_in, sit, standing
from .test_documents import made
from .test_hard_rules import required, row, to_sign
from .test_jury_rules import one

if TYPE_CHECKING:
    from .conftest import Office

APRIL, MAY = date(2027, 4, 2), date(2027, 5, 3)


def test_one_certificate_for_each_candidate_and_cycle_r18(office: Office) -> None:
    to_sign(office, "0001")
    assert certify(office, "0001") == []
    for act in ("Numéro réservé", "Certificat délivré"):
        assert one(office, act=act, who="0001", on=APRIL, document="9" * 64) == "already"
        said = one(office, act=act, who="0001", on=MAY, document="8" * 64)
        assert SOURCE_R18 in said
        assert "ANGERS-CPE-2027-0001" in said
    signed = {"act": "Certificat signé", "who": "0001", "value": "Quelqu’un d’autre", "capacity": "président"}
    assert one(office, **signed, on=APRIL) == "already"
    assert SOURCE_R15 in one(office, **signed, on=MAY)
    held = standing(office, "0001")
    with pytest.raises(RecordRefusedError, match="a déjà le certificat"):
        check_reservation(held.passages, office.desk().context().juries, held.certificate, on=MAY, name="X")


def test_a_number_spoiled_is_not_given_again_by_the_line_that_reserved_it_r18(office: Office) -> None:
    to_sign(office, "0001")
    reserved = {"act": "Numéro réservé", "who": "0001", "on": APRIL}
    assert one(office, **reserved) == "recorded"
    assert one(office, act="Numéro annulé", who="0001", on=APRIL, reason="erreur d’identité") == "recorded"
    assert one(office, **reserved) == "already"
    assert office.types().count("certificate.number_reserved") == 1
    assert one(office, act="Numéro réservé", who="0001", on=MAY) == "recorded"


def test_a_certificate_is_signed_once_it_has_a_number_r18(office: Office) -> None:
    to_sign(office, "0001")
    said = one(office, act="Certificat signé", who="0001", on=APRIL, value="X", capacity="président")
    assert "Aucun numéro" in said
    assert SOURCE_R18 in said


def test_papers_of_a_certificate_wait_for_it_r14_r15_r18(office: Office) -> None:
    hand_in(office, 101)
    papers = made(office)
    held = next(s for s in papers.standings if s.name.startswith("MARTIN"))
    numbered = replace(held.certificate, number="N-1", state=CertificateState.RESERVED)
    with pytest.raises(RecordRefusedError) as unnumbered:
        certificate(papers.frame, held)
    assert SOURCE_R18 in unnumbered.value.sentence
    with pytest.raises(RecordRefusedError) as unsigned:
        certificate(papers.frame, replace(held, certificate=numbered))
    assert SOURCE_R14 in unsigned.value.sentence
    with pytest.raises(RecordRefusedError) as undelivered:
        duplicate(papers.frame, held)
    assert SOURCE_R15 in undelivered.value.sentence
    assert favourable(held.passages, papers.frame.context.juries) is None


def test_a_dossier_without_a_required_document_is_not_complete_r12(office: Office) -> None:
    required(office, "Attestation employeur")
    hand_in(office, 101)
    said = one(office, act="Dossier complet", who="0001", on=FEB)
    assert "attestation-employeur" in said
    assert SOURCE_R12 in said
    assert SOURCE_R12 in one(office, act="Dérogation", who="0001", on=FEB)


def test_a_dossier_decided_on_is_not_declared_inadmissible_r12(office: Office) -> None:
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {"0001": "favorable"})
    said = one(office, act="Dossier irrecevable", who="0001", on=MAR, value="trop court")
    assert "ne peut plus être déclaré irrecevable" in said
    assert SOURCE_R12 in said


def test_what_is_written_of_a_jury_is_read_or_refused_r14(office: Office) -> None:
    made_of = {"act": "Jury constitué", "jury": JURY, "on": FEB, "value": "A. Un / B. Deux", "reference": "0"}
    assert one(office, **made_of) == "recorded"
    out = {"act": "Membre déporté", "jury": JURY, "on": FEB, "value": "A. Un"}
    assert "« extérieur » ou « interne »" in one(office, **out, capacity="ami").replace("\u00a0", " ")
    said = one(office, **out, capacity="extérieur")
    assert "aucun membre extérieur" in said
    assert JURY_R14 in said
    assert "jour du jury" in one(office, act="Jury convoqué", jury=JURY, on=FEB, value="bientôt")
    assert "présent, absent ou excusé" in one(
        office, act="Présence jury", who="0001", jury=JURY, on=FEB, value="malade"
    )
    assert "référence du procès-verbal" in one(office, act="PV établi", jury=JURY, on=MAR)


def test_half_days_are_named_and_their_corrections_have_a_reason(office: Office) -> None:
    at = {"act": "Présence", "who": "0001", "session": "m1-a", "on": date(2026, 9, 21)}
    assert "matin, après-midi" in one(office, **at, half="soir", value="présent")
    assert "Motif possible" in one(office, **at, half="matin", value="présent", reason="panne de réveil")
    sheet = {"act": "Feuille signée", "session": "m1-a", "on": date(2026, 9, 24), "document": "7" * 64}
    done = office.record({**at, "value": "presque"}, sheet)
    assert [r.outcome for r in done.rows] == ["refused", "refused"]
    assert "toute la feuille attend" in done.rows[1].sentence


def test_somebody_who_is_not_of_this_promotion_has_no_dossier_in_it(office: Office) -> None:
    other = replace(office.files, promotion=replace(office.files.promotion, id="lille", label="Lille"))
    desk = replace(office.desk(), files=other)
    with pytest.raises(RecordRefusedError, match="pas inscrite dans la promotion Lille"):
        desk.standing("0001")


def test_a_number_that_is_always_taken_is_asked_for_again_in_a_sentence(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_sign(office, "0001")
    taken = row("0001")
    monkeypatch.setattr(second_person, "_TRIES", 0)
    (refused,) = record_batch(office.desk(), [taken]).rows
    assert (refused.outcome, "relancez la même commande" in refused.sentence) == ("refused", True)
