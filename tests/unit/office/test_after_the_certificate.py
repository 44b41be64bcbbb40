"""What may befall a certificate after its number, and the appeals against a decision (domain.md §2.1 F and G)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from sync_service.domain.appeal import appeals_of
from sync_service.domain.certificate import CertificateState

from .test_certification import JURY, certify, control, hand_in, minutes, sit, standing

if TYPE_CHECKING:
    from .conftest import Office

APRIL, MAY = date(2027, 4, 2), date(2027, 5, 3)
FIRST, SECOND = "ANGERS-CPE-2027-0001", "ANGERS-CPE-2027-0002"


@pytest.fixture
def proposed(office: Office) -> Office:
    hand_in(office, 101, 102)
    control(office, "0001", "0002")
    sit(office, {"0001": "favorable", "0002": "ajourné"})
    minutes(office)
    return office


@pytest.fixture
def issued(proposed: Office) -> Office:
    assert certify(proposed, "0001") == []
    return proposed


def one(office: Office, **row: object) -> str:
    """Record one line; return « recorded », or why it was refused."""
    found = office.record({"on": MAY, "who": "0001", **row}).rows[0]
    return found.sentence if found.outcome == "refused" else found.outcome


def test_a_spoiled_number_is_never_used_again(proposed: Office) -> None:
    assert one(proposed, act="Numéro réservé", on=APRIL) == "recorded"
    assert "motif" in one(proposed, act="Numéro annulé")
    assert "Motif possible" in one(proposed, act="Numéro annulé", reason="par erreur")
    assert one(proposed, act="Numéro annulé", reason="erreur d’identité") == "recorded"
    assert standing(proposed, "0001").certificate.state is CertificateState.PROPOSED
    assert one(proposed, act="Numéro annulé", reason="erreur d’identité") == "already"
    assert "R18" in one(proposed, act="Numéro annulé", reason="autre", on=date(2027, 5, 4))
    assert one(proposed, act="Numéro réservé") == "recorded"
    assert standing(proposed, "0001").certificate.number == SECOND
    spoiled = list(proposed.ledger.events(types=["certificate.number_spoiled"]))
    assert [(e.data["number"], e.reason) for e in spoiled] == [(FIRST, "identity_error")]


def test_a_certificate_signed_under_a_wrong_name_is_spoiled_before_delivery(proposed: Office) -> None:
    one(proposed, act="Numéro réservé", on=APRIL)
    one(proposed, act="Certificat signé", value="Le président", capacity="président")
    assert "est signé" in one(proposed, act="Certificat non délivré", value="erreur")
    assert one(proposed, act="Numéro annulé", reason="renvoyé par la présidence") == "recorded"
    assert standing(proposed, "0001").certificate.signed_on is None


def test_no_certificate_and_why(proposed: Office) -> None:
    assert "Dites pourquoi" in one(proposed, act="Certificat non délivré", who="0002")
    assert one(proposed, act="Certificat non délivré", who="0002", value="ajournement") == "recorded"
    assert standing(proposed, "0002").certificate.words == "Non délivré"


def test_duplicates_have_a_rank_and_corrections_keep_the_number(issued: Office) -> None:
    for _ in range(2):
        assert one(issued, act="Duplicata", on=date(2037, 1, 8), document="a" * 64, value=str(_)) == "recorded"
    assert one(issued, act="Certificat rectifié", reason="erreur d’identité", document="b" * 64) == "recorded"
    held = standing(issued, "0001", date(2038, 1, 1)).certificate
    assert (held.number, held.copies, held.corrected_on) == (FIRST, 2, MAY)
    assert held.words == f"Remis – n° {FIRST}, rectifié le 03/05/2027"
    copies = [e.data["copy"] for e in issued.ledger.events(types=["certificate.duplicate"])]
    assert copies == [1, 2]


@pytest.mark.parametrize("act", ["Duplicata", "Certificat rectifié", "Certificat retiré", "Certificat annulé"])
def test_nothing_befalls_a_certificate_that_was_not_issued(proposed: Office, act: str) -> None:
    said = one(proposed, act=act, reason="autre", capacity="président", reference="D-1")
    assert "n’est pas délivré" in said or "rien à annuler" in said


def test_a_withdrawal_needs_the_power_and_its_reference(issued: Office) -> None:
    row = {"act": "Certificat retiré", "reason": "fraude"}
    assert "R15" in one(issued, **row, reference="D-2028-4")
    assert "référence de la décision" in one(issued, **row, capacity="président")
    assert one(issued, **row, capacity="délégataire", reference="D-2028-4") == "recorded"
    assert standing(issued, "0001").certificate.words == f"Retiré – n° {FIRST}"


def test_a_judge_annuls(issued: Office) -> None:
    assert "référence du jugement" in one(issued, act="Certificat annulé")
    assert one(issued, act="Certificat annulé", reference="TA Nantes n° 2701234") == "recorded"
    assert standing(issued, "0001").certificate.state is CertificateState.ANNULLED


def test_after_a_withdrawal_a_new_number_may_be_given(issued: Office) -> None:
    one(issued, act="Certificat retiré", reason="illégalité", capacity="président", reference="D-1")
    assert one(issued, act="Numéro réservé", on=date(2027, 6, 1)) == "recorded"
    assert standing(issued, "0001").certificate.number == SECOND


def test_an_appeal_has_its_day_of_answer_and_its_outcome(issued: Office) -> None:
    assert "Nature du recours" in one(issued, act="Recours reçu", who="0002", jury=JURY, value="amiable")
    assert "Aucune décision" in one(issued, act="Recours reçu", who="0003", jury=JURY, value="gracieux")
    assert "Aucun recours" in one(issued, act="Recours décidé", who="0002", jury=JURY, value="rejeté")
    assert one(issued, act="Recours reçu", who="0002", jury=JURY, value="gracieux") == "recorded"
    (held,) = appeals_of(standing(issued, "0002").entries)
    assert (held.words, held.due_on, held.open) == ("Recours gracieux reçu le 03/05/2027", date(2027, 7, 3), True)
    said = one(issued, act="Recours décidé", who="0002", jury=JURY, value="classé")
    assert "Suite du recours" in said
    assert "accueilli, désistement et rejeté" in said
    decided = {"act": "Recours décidé", "who": "0002", "jury": JURY, "value": "rejeté", "on": date(2027, 6, 20)}
    assert one(issued, **decided) == "recorded"
    assert one(issued, **decided) == "already"
    (held,) = appeals_of(standing(issued, "0002").entries)
    assert (held.words, held.open) == ("Recours gracieux rejeté le 20/06/2027", False)


def test_a_material_error_is_recorded_without_changing_the_decision(issued: Office) -> None:
    assert "quelle erreur" in one(issued, act="Erreur matérielle", jury=JURY)
    assert one(issued, act="Erreur matérielle", jury=JURY, value="prénom mal orthographié au PV") == "recorded"
    (event,) = issued.ledger.events(types=["material_error.found"])
    assert event.data == {"jury": JURY, "number": FIRST}
    assert standing(issued, "0001").certificate.state is CertificateState.HANDED_OVER
