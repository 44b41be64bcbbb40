from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from sync_service.domain import certificate, jury
from sync_service.domain.certificate import CertificateState, check_wording
from sync_service.domain.event import Actor, Draft, Evidence, SourceRef
from sync_service.domain.facts import FactKind
from sync_service.domain.gaps import gaps
from sync_service.errors import RecordRefusedError
from sync_service.usecases import record_certificate
from sync_service.usecases.standing import load

if TYPE_CHECKING:
    from sync_service.domain.certification import Standing

    from .conftest import Office

JURY = "jury-2027"
FEB, MAR = date(2027, 2, 20), date(2027, 3, 12)


def hand_in(office: Office, *users: int) -> None:
    for user in users:
        for key in ("depot-a", "depot-b"):
            office.site.put(
                FactKind.SUBMISSION, key, user, status="submitted", attempt=0, submitted_at=1801692840,
                files=[{"name": f"{key}.pdf", "size": 1800000}],
            )  # fmt: skip
    office.pull(full=True)


def standing(office: Office, number: str, as_of: date = date(2028, 1, 1)) -> Standing:
    return load(office.ledger, office.files, as_of=as_of, only=office.subject(number)).standings[0]


def control(office: Office, *numbers: str, jury: str = JURY) -> None:
    for who in numbers:
        done = office.record(
            {"act": "Dossier complet", "who": who, "on": FEB},
            {"act": "Dossier recevable", "who": who, "on": FEB},
            {"act": "Dossier remis au jury", "who": who, "jury": jury, "on": FEB},
        )
        assert done.count("recorded") == 3


def test_declaring_a_dossier_admissible_answers_the_signal_of_seniority(office: Office) -> None:
    def asked() -> list[str]:
        found = office.desk().standing("0003")
        return [gap.rule for gap in gaps(found, office.desk().context())]

    assert "R01" in asked()
    office.record({"act": "Dossier transmis", "who": "0003", "on": FEB})
    control(office, "0003")
    assert "R01" not in asked()


def sit(office: Office, decisions: dict[str, str]) -> None:
    office.clock.at = datetime(2027, 3, 12, 16, tzinfo=UTC)
    rows: list[dict[str, object]] = [
        {"act": "Jury constitué", "jury": JURY, "on": FEB, "value": "A. Un / B. Deux / C. Trois", "reference": "2"},
        {"act": "Jury convoqué", "jury": JURY, "on": FEB, "value": "12/03/2027"},
    ]
    for who, decision in decisions.items():
        rows += [
            {"act": "Candidat convoqué", "who": who, "jury": JURY, "on": FEB},
            {"act": "Présence jury", "who": who, "jury": JURY, "on": MAR, "value": "présent"},
            {"act": "État figé", "who": who, "jury": JURY, "on": MAR, "document": "7" * 64},
            {"act": "Décision", "who": who, "jury": JURY, "on": MAR, "value": decision},
        ]
    done = office.record(*rows)
    assert [r.sentence for r in done.rows if r.outcome != "recorded"] == []


def minutes(office: Office) -> None:
    done = office.record(
        {"act": "PV établi", "jury": JURY, "on": MAR, "reference": "PV-2027-01"},
        {"act": "PV signé", "jury": JURY, "on": MAR, "document": "8" * 64},
    )
    assert done.count("recorded") == 2


def certify(office: Office, who: str) -> list[str]:
    april = date(2027, 4, 2)
    done = office.record(
        {"act": "Numéro réservé", "who": who, "on": april},
        {"act": "Certificat signé", "who": who, "on": april, "value": "Signataire", "capacity": "président"},
        {"act": "Certificat délivré", "who": who, "on": april, "document": "9" * 64},
        {"act": "Certificat remis", "who": who, "on": april, "value": "remise en main propre"},
    )
    return [f"{r.outcome}: {r.sentence}" for r in done.rows if r.outcome != "recorded"]


@pytest.fixture
def judged(office: Office) -> Office:
    """Two dossiers went through the jury: one favourable, one adjourned; minutes are not drawn up yet."""
    hand_in(office, 101, 102)
    control(office, "0001", "0002")
    sit(office, {"0001": "favorable", "0002": "ajourné"})
    return office


def test_stagiaire_becomes_candidate_when_both_deposits_are_in(office: Office) -> None:
    office.site.put(FactKind.SUBMISSION, "depot-a", 101, status="submitted", attempt=0, submitted_at=1)
    office.site.put(FactKind.SUBMISSION, "depot-b", 101, status="draft", attempt=0, submitted_at=0)
    office.pull()
    before = standing(office, "0001")
    assert (before.role, before.dossier.words) == ("stagiaire", "Un dépôt sur deux remis")
    office.site.put(FactKind.SUBMISSION, "depot-b", 101, status="submitted", attempt=0, submitted_at=2)
    office.pull(full=True)
    after = standing(office, "0001")
    assert (after.role, after.dossier.words) == ("candidat(e)", "Transmis")


def test_draft_alone_is_a_state_of_its_own(office: Office) -> None:
    for key in ("depot-a", "depot-b"):
        office.site.put(FactKind.SUBMISSION, key, 101, status="draft", attempt=0, submitted_at=0)
    office.pull()
    assert standing(office, "0001").dossier.words == "Brouillon non remis"
    assert standing(office, "0002").dossier.words == "Non lu"


def test_the_whole_way_to_the_certificate(judged: Office) -> None:
    minutes(judged)
    assert standing(judged, "0001").certificate.state is CertificateState.PROPOSED
    assert certify(judged, "0001") == []
    held = standing(judged, "0001").certificate
    assert (held.state, held.number) == (CertificateState.HANDED_OVER, "ANGERS-CPE-2027-0001")
    before = judged.ledger.head()
    assert all(line.startswith("already") for line in certify(judged, "0001"))
    assert judged.ledger.head() == before


def test_no_certificate_without_decision_r13(office: Office) -> None:
    assert "R13" in certify(office, "0003")[0]


def test_no_certificate_before_signed_minutes_r14(judged: Office) -> None:
    refused = certify(judged, "0001")
    assert "R14" in refused[0]
    assert "certificate.number_reserved" not in judged.types()


def test_no_certificate_for_an_adjourned_candidate_r14(judged: Office) -> None:
    minutes(judged)
    assert "R14" in certify(judged, "0002")[0]


@pytest.mark.parametrize(
    ("capacity", "delegation", "said"),
    [("", "", "président ou par son délégataire"), ("délégataire", "", "délégation"), ("directeur", "x", "qualité")],
)
def test_signature_is_the_presidents_or_the_delegates_r15(
    judged: Office, capacity: str, delegation: str, said: str
) -> None:
    minutes(judged)
    done = judged.record(
        {"act": "Numéro réservé", "who": "0001", "on": date(2027, 4, 2)},
        {
            "act": "Certificat signé",
            "who": "0001",
            "on": date(2027, 4, 2),
            "capacity": capacity,
            "reference": delegation,
        },
    )
    assert done.rows[1].outcome == "refused"
    assert said in done.rows[1].sentence
    assert "R15" in done.rows[1].sentence


def test_signature_never_precedes_the_minutes_r15(judged: Office) -> None:
    minutes(judged)
    done = judged.record(
        {"act": "Numéro réservé", "who": "0001", "on": MAR},
        {"act": "Certificat signé", "who": "0001", "on": date(2027, 3, 1), "capacity": "président"},
        {"act": "Certificat délivré", "who": "0001", "on": MAR},
        {"act": "Certificat remis", "who": "0001", "on": MAR},
    )
    assert [r.outcome for r in done.rows] == ["recorded", "refused", "refused", "refused"]
    assert all("R15" in r.sentence for r in done.rows[1:])


def test_one_decision_for_each_candidate_and_jury_r16(judged: Office) -> None:
    done = judged.record({"act": "Décision", "who": "0002", "jury": JURY, "on": MAR, "value": "favorable"})
    assert "R16" in done.rows[0].sentence
    again = judged.record({"act": "Décision", "who": "0002", "jury": JURY, "on": MAR, "value": "ajourne"})
    assert again.rows[0].outcome == "already"


def test_decision_needs_a_jury_r14_and_a_frozen_view_r20(office: Office) -> None:
    hand_in(office, 101)
    control(office, "0001")
    nobody = office.record({"act": "Décision", "who": "0001", "jury": JURY, "on": MAR, "value": "favorable"})
    assert "R14" in nobody.rows[0].sentence
    office.record({"act": "Jury constitué", "jury": JURY, "on": FEB, "value": "A / B"})
    unseen = office.record({"act": "Décision", "who": "0001", "jury": JURY, "on": MAR, "value": "favorable"})
    assert "R20" in unseen.rows[0].sentence


def test_no_decision_by_software_r19() -> None:
    system = Actor("system", "cyclesync", "daemon")
    with pytest.raises(RecordRefusedError, match="R19"):
        jury.check_decision(system, None, jury.Passage(JURY), "favorable", "X")


def test_nothing_is_added_after_signature_r20(judged: Office) -> None:
    minutes(judged)
    hand_in(judged, 103)
    control(judged, "0003", jury="jury-2028")
    late = judged.record(
        {"act": "État figé", "who": "0003", "jury": JURY, "on": MAR},
        {"act": "Décision", "who": "0003", "jury": JURY, "on": MAR, "value": "favorable"},
    )
    assert [r.outcome for r in late.rows] == ["refused", "refused"]
    assert all("R20" in r.sentence for r in late.rows)


def test_minutes_name_everyone_who_was_there_r16(office: Office) -> None:
    hand_in(office, 101, 102)
    control(office, "0001", "0002")
    sit(office, {"0001": "favorable"})
    office.record({"act": "Candidat convoqué", "who": "0002", "jury": JURY, "on": FEB})
    unsigned = office.record({"act": "PV signé", "jury": JURY, "on": MAR})
    assert "R14" in unsigned.rows[0].sentence
    office.record({"act": "PV établi", "jury": JURY, "on": MAR, "reference": "PV"})
    refused = office.record({"act": "PV signé", "jury": JURY, "on": MAR})
    assert "R16" in refused.rows[0].sentence


def test_dossier_is_sealed_only_when_admissible_or_by_derogation_r12(office: Office) -> None:
    early = office.record(
        {"act": "Dossier complet", "who": "0001", "on": FEB},
        {"act": "Dossier recevable", "who": "0001", "on": FEB},
        {"act": "Dossier remis au jury", "who": "0001", "jury": JURY, "on": FEB},
    )
    assert [r.outcome for r in early.rows] == ["refused"] * 3
    assert all("R12" in r.sentence for r in early.rows)
    derogation = office.record(
        {"act": "Dérogation", "who": "0001", "on": FEB, "value": "dossier papier reçu le jour même"},
        {"act": "Dossier remis au jury", "who": "0001", "jury": JURY, "on": FEB},
    )
    assert derogation.count("recorded") == 2


def test_numbers_have_no_gap_and_restart_each_year_r18(office: Office) -> None:
    hand_in(office, 101, 102, 103)
    control(office, "0001", "0002", "0003")
    sit(office, {"0001": "favorable", "0002": "favorable", "0003": "favorable"})
    minutes(office)
    for who, on in (("0002", date(2027, 4, 2)), ("0001", date(2027, 4, 3)), ("0003", date(2028, 1, 5))):
        office.desk().write(record_certificate.reserve_number(office.desk(), who, on=on, token=who))
    numbers = [str(e.data["number"]) for e in office.ledger.events(types=["certificate.number_reserved"])]
    assert numbers == ["ANGERS-CPE-2027-0001", "ANGERS-CPE-2027-0002", "ANGERS-CPE-2028-0001"]


def test_numbering_resumes_above_what_an_outside_checkpoint_knows(judged: Office) -> None:
    minutes(judged)
    restored = Draft(
        type="register.restored", subject="register", source=SourceRef("cyclesync", "", "register", "register", "act", "r"),
        actor=judged.desk().filing.actor, evidence=Evidence("E3"), observed_at=judged.clock.at,
        data={"size": 9, "root": "0" * 64, "certificate": "ANGERS-CPE-2027-0041", "backup": "1" * 64}, token="restored",
    )  # fmt: skip
    judged.ledger.append([restored], now=judged.clock.at)
    drafts = record_certificate.reserve_number(judged.desk(), "0001", on=date(2027, 4, 2), token="t")
    assert drafts[0].data["number"] == "ANGERS-CPE-2027-0042"
    assert certificate.rank_of("sans numéro") == 0


def test_no_titre_on_the_certificate_r17() -> None:
    check_wording("Certificat de formation professionnelle", "certificat_cnfpt")
    check_wording("Titre professionnel", "rncp")
    with pytest.raises(RecordRefusedError, match="R17"):
        check_wording("Titre professionnel de coordonnateur", "certificat_cnfpt")


def test_unknown_acts_people_and_values_are_refused_in_one_sentence(office: Office) -> None:
    done = office.record(
        {"act": "Médaille", "who": "0001", "on": MAR},
        {"act": "Dossier complet", "who": "9999", "on": MAR},
        {"act": "Dossier complet", "on": MAR},
        {"act": "Dossier complet", "who": "0001"},
        {"act": "Décision", "who": "0001", "jury": JURY, "on": MAR, "value": "peut-être"},
        {"act": "Présence", "who": "0001", "session": "m9", "on": MAR, "value": "présent"},
    )
    assert done.count("refused") == 6
    assert all(r.sentence and "\n" not in r.sentence for r in done.rows)
