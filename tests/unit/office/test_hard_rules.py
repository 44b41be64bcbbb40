"""Ways round the hard rules that the office could take without seeing it, each refused with its source (R12 to R18, R20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from sync_service.domain.act import What, act
from sync_service.domain.act_rows import ActRow
from sync_service.domain.certificate import CertificateState
from sync_service.domain.dossier import SOURCE_R12 as _SOURCE_R12
from sync_service.usecases.record_batch import record_batch

from .test_certification import FEB, JURY, MAR, certify, control, hand_in, minutes, sit, standing
from .test_jury_rules import one

if TYPE_CHECKING:
    import pytest

    from sync_service.domain.lms_state import Json

    from .conftest import Office

APRIL = date(2027, 4, 2)
OTHER = "jury-2028"

SOURCE_R12 = _SOURCE_R12.replace("\u00a0", " ")
LINE_105 = "brochure ligne 105"


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def required(office: Office, *pieces: str) -> None:
    rules = office.files.cycle.rules
    asked = replace(rules, dossier=replace(rules.dossier, required_documents=pieces))
    office.files = replace(office.files, cycle=replace(office.files.cycle, rules=asked))


def to_sign(office: Office, *favourable: str) -> None:
    hand_in(office, *(100 + int(who) for who in favourable))
    control(office, *favourable)
    sit(office, dict.fromkeys(favourable, "favorable"))
    minutes(office)


def test_a_required_document_taken_back_blocks_what_comes_next_r12(office: Office) -> None:
    required(office, "Attestation employeur")
    hand_in(office, 101)
    row = {"who": "0001", "on": FEB}
    assert one(office, act="Pièce reçue", value="Attestation employeur", **row) == "recorded"
    assert one(office, act="Dossier complet", **row) == "recorded"
    assert one(office, act="Pièce retirée", value="Attestation employeur", **row) == "recorded"
    for refused in ({"act": "Dossier recevable"}, {"act": "Dossier remis au jury", "jury": JURY}):
        said = plain(one(office, **refused, **row))
        assert "attestation-employeur" in said or "il est « complet »" in said
        assert SOURCE_R12 in said
    assert one(office, act="Dérogation", value="la collectivité a fermé", **row) == "recorded"
    assert one(office, act="Dossier recevable", **row) == "recorded"
    assert one(office, act="Dossier remis au jury", jury=JURY, **row) == "recorded"


def test_a_required_document_taken_back_after_the_admissibility_blocks_the_jury_r12(office: Office) -> None:
    required(office, "Attestation employeur")
    hand_in(office, 101)
    row = {"who": "0001", "on": FEB}
    for done in (
        {"act": "Pièce reçue", "value": "Attestation employeur"}, {"act": "Dossier complet"}, {"act": "Dossier recevable"},
        {"act": "Pièce retirée", "value": "Attestation employeur"},
    ):  # fmt: skip
        assert one(office, **done, **row) == "recorded"
    assert SOURCE_R12 in plain(one(office, act="Dossier remis au jury", jury=JURY, **row))


def test_a_dossier_that_waits_for_its_jury_is_locked_r12(office: Office) -> None:
    hand_in(office, 101)
    control(office, "0001")
    before = office.ledger.head()
    for row in (
        {"act": "Dossier transmis"}, {"act": "Dossier contrôlé", "value": "l’analyse"}, {"act": "Dossier complet"},
        {"act": "Dossier incomplet", "value": "l’analyse"}, {"act": "Dossier recevable"}, {"act": "Dossier ouvert"},
        {"act": "Pièce reçue", "value": "Attestation"}, {"act": "Pièce retirée", "value": "Attestation"},
        {"act": "Dossier irrecevable", "value": "trop court"}, {"act": "Dossier remis au jury", "jury": OTHER},
    ):  # fmt: skip
        said = plain(one(office, who="0001", on=MAR, **row))
        assert "attend sa décision" in said, row
        assert SOURCE_R12 in said
    assert office.ledger.head() == before
    for row in (
        {"act": "Dossier complet"},
        {"act": "Dossier recevable"},
        {"act": "Dossier remis au jury", "jury": JURY},
    ):
        assert one(office, who="0001", on=FEB, **row) == "already"  # the same lines again say nothing new


def test_a_second_version_is_locked_too_while_its_jury_has_not_decided_r12(office: Office) -> None:
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {"0001": "ajourné"})
    minutes(office)
    row = {"who": "0001", "on": APRIL}
    for done in ("Dossier ouvert", "Dossier transmis", "Dossier complet", "Dossier recevable"):
        assert one(office, act=done, **row) == "recorded"
    assert one(office, act="Dossier remis au jury", jury=OTHER, **row) == "recorded"
    assert "attend sa décision" in plain(one(office, act="Dossier ouvert", who="0001", on=date(2027, 4, 9)))


def test_who_was_excused_may_be_handed_to_another_jury(office: Office) -> None:
    hand_in(office, 101)
    control(office, "0001")
    one(office, act="Présence jury", who="0001", jury=JURY, on=MAR, value="excusé")
    assert one(office, act="Dossier recevable", who="0001", on=APRIL) == "recorded"
    assert one(office, act="Dossier remis au jury", who="0001", jury=OTHER, on=APRIL) == "recorded"


def test_what_a_jury_saw_is_frozen_for_the_jury_that_has_the_dossier_r12(office: Office) -> None:
    hand_in(office, 101)
    control(office, "0001")
    said = plain(one(office, act="État figé", who="0001", jury=OTHER, on=MAR, document="7" * 64))
    assert OTHER in said
    assert SOURCE_R12 in said


def test_a_decision_keeps_the_view_it_was_taken_on_r20(office: Office) -> None:
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {"0001": "favorable"})
    row = {"act": "État figé", "who": "0001", "jury": JURY, "on": MAR}
    assert one(office, **row, document="7" * 64) == "already"
    assert "R20 : les faits vus par le jury" in plain(one(office, **row, document="6" * 64))


def test_a_jury_has_members_r14(office: Office) -> None:
    said = one(office, act="Jury constitué", jury=JURY, on=FEB, value=" / ")
    assert "R14" in said
    assert LINE_105 in said
    assert "jury.constituted" not in office.types()


def test_refusals_of_r14_bear_their_source(office: Office) -> None:
    hand_in(office, 101)
    control(office, "0001")
    row = {"who": "0001", "jury": JURY, "on": MAR}
    assert LINE_105 in one(office, act="Décision notifiée", **row)
    assert LINE_105 in one(office, act="Membre déporté", jury=JURY, on=MAR, value="A. Un")
    sit(office, {"0001": "favorable"})
    assert LINE_105 in one(office, act="Décision notifiée", **row)
    assert LINE_105 in one(office, act="Certificat signé", who="0001", on=APRIL, capacity="président")


def test_minutes_are_signed_then_told_never_before_r14(office: Office) -> None:
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {"0001": "favorable"})
    early = date(2027, 3, 11)
    drawn = {"act": "PV établi", "jury": JURY, "on": MAR, "reference": "PV-1"}
    assert one(office, **drawn) == "recorded"
    for row in ({"act": "PV signé", "jury": JURY}, {"act": "Décision notifiée", "who": "0001", "jury": JURY}):
        said = plain(one(office, on=early, **row))
        assert "12/03/2027" in said
        assert LINE_105 in said
        assert one(office, on=MAR, **row) == "recorded"


def test_each_act_of_a_certificate_comes_after_the_one_before_r14_r15(office: Office) -> None:
    to_sign(office, "0001")
    march = date(2027, 3, 1)
    early = plain(one(office, act="Numéro réservé", who="0001", on=march))
    assert "12/03/2027" in early
    assert "R14" in early
    assert one(office, act="Numéro réservé", who="0001", on=MAR) == "recorded"
    signed = {"act": "Certificat signé", "who": "0001", "on": APRIL, "value": "Signataire", "capacity": "président"}
    assert one(office, **signed) == "recorded"
    for act_, day in (("Certificat délivré", "02/04/2027"), ("Certificat remis", "05/04/2027")):
        said = plain(one(office, act=act_, who="0001", on=march))
        assert day in said
        assert "R15" in said
        assert LINE_105 in said
        assert one(office, act=act_, who="0001", on=date(2027, 4, 5)) == "recorded"


def elsewhere(office: Office, type_: str, on: date, **data: Json) -> None:
    filing = replace(office.filing(), promotion="autre-2024", cycle="autre_cycle")
    name = str(data.get("jury") or data.get("number") or "x")
    private: dict[str, Json] | None = {"decision": "favorable"} if type_ == "jury.decision" else None
    made = act(filing, type_, office.subject("0001"), name, What(on, data, private), token=type_)
    office.desk().write((made,))


def test_another_cycle_s_decision_and_certificate_are_not_this_one_s_r13_r18(office: Office) -> None:
    elsewhere(office, "dossier.sealed_for_jury", date(2024, 3, 1), jury="j24")
    elsewhere(office, "jury.decision", date(2024, 4, 1), jury="j24", attempt=1)
    assert "R13" in one(office, act="Numéro réservé", who="0001", on=MAR)
    for type_ in ("certificate.number_reserved", "certificate.signed", "certificate.issued"):
        elsewhere(office, type_, date(2024, 5, 1), number="ANGERS-AUTRE-2024-0001")
    held = standing(office, "0001")
    assert (held.certificate.state, held.passages, held.dossier.sealed_for) == (CertificateState.NONE, (), "")
    to_sign(office, "0001")
    assert certify(office, "0001") == []
    assert standing(office, "0001").certificate.number == "ANGERS-CPE-2027-0001"


def test_two_offices_at_once_never_give_one_number_r18(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process reserves between the reading of the numbers and the writing of the next one."""
    to_sign(office, "0001", "0002")
    append = type(office.ledger).append
    raced: list[str] = []

    def late(self: object, drafts: object, **given: object) -> object:
        if not raced:
            raced.append("0002")
            done = record_batch(office.desk(), [row("0002")])
            assert done.count("recorded") == 1
        return append(self, drafts, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(type(office.ledger), "append", late)
    done = record_batch(office.desk(), [row("0001")])
    assert [r.outcome for r in done.rows] == ["recorded"]
    numbers = [str(e.data["number"]) for e in office.ledger.events(types=["certificate.number_reserved"])]
    assert numbers == ["ANGERS-CPE-2027-0001", "ANGERS-CPE-2027-0002"]


def row(who: str) -> ActRow:
    return ActRow(2, "Numéro réservé", who=who, on=APRIL)


def test_a_decision_taken_in_another_promotion_is_not_that_of_a_jury_of_the_same_name_r14(office: Office) -> None:
    """She was proposed in Nancy by « jury-2027 », whose minutes are not signed; another jury of that name sat here."""
    filing = replace(office.filing(), promotion="nancy-2026")
    for type_, private in (("dossier.sealed_for_jury", {}), ("jury.decision", {"decision": "favorable"})):
        what = What(FEB, {"jury": JURY}, dict(private))
        office.desk().write((act(filing, type_, office.subject("0001"), JURY, what, token=type_),))
    to_sign(office, "0002")
    held = standing(office, "0001")
    assert [(p.jury, p.decision) for p in held.passages] == [(f"nancy-2026/{JURY}", "favorable")]
    assert (held.dossier.sealed_for, held.locked) == (f"nancy-2026/{JURY}", False)
    said = one(office, act="Numéro réservé", who="0001", on=APRIL)
    assert "R14" in said
    assert LINE_105 in said
