"""R10, R14 and R16: the register itself, as the president, a controller and everyone read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from sync_service.adapters.documents.rendering import render
from sync_service.domain.documents.letters import person
from sync_service.domain.proof import verification_code
from sync_service.domain.reports.integrity import Integrity, integrity_report
from sync_service.errors import UsageError
from sync_service.usecases.report import report

from .test_after_the_certificate import one
from .test_certification import certify, control, hand_in, minutes, sit, standing
from .test_roster import the_list

if TYPE_CHECKING:
    from sync_service.domain.reports.model import Report

    from .conftest import Office

NOW = datetime(2027, 6, 1, 9, tzinfo=UTC)


def rows(made: Report) -> list[dict[str, object]]:
    (table,) = [t for t in made.tables() if t.code == made.main]
    return [dict(zip([c.code for c in table.columns], row, strict=True)) for row in table.rows]


def test_every_number_has_its_line_spoiled_ones_too(office: Office) -> None:
    hand_in(office, 101, 102)
    control(office, "0001", "0002")
    sit(office, {"0001": "favorable", "0002": "favorable"})
    minutes(office)
    one(office, act="Numéro réservé", who="0002", on=date(2027, 4, 1))
    one(office, act="Numéro annulé", who="0002", on=date(2027, 4, 2), reason="erreur d’identité")
    assert certify(office, "0001") == []
    one(office, act="Duplicata", on=date(2027, 5, 3), document="a" * 64)
    one(office, act="Certificat rectifié", on=date(2027, 5, 4), reason="erreur d’identité", document="b" * 64)
    found = rows(report("certificates", office.ledger, office.files, now=NOW))
    assert [(r["number"], r["state"], r["copies"]) for r in found] == [
        ("ANGERS-CPE-2027-0001", "Numéro annulé avant délivrance", 0),
        ("ANGERS-CPE-2027-0002", "Valide, rectifié", 1),
    ]
    line = found[1]
    assert (line["minutes"], line["signatory"], line["capacity"]) == ("PV-2027-01", "Signataire", "président")
    assert line["sha256"] == "9" * 64
    reserved = list(office.ledger.events(types=["certificate.number_reserved"]))[1]
    assert line["code"] == verification_code(bytes.fromhex(reserved.leaf))
    assert line["line"] == reserved.seq


def test_a_spoiled_number_keeps_the_name_it_was_spoiled_under(office: Office) -> None:
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {"0001": "favorable"})
    minutes(office)
    one(office, act="Numéro réservé", on=date(2027, 4, 1))
    one(office, act="Numéro annulé", on=date(2027, 4, 2), reason="erreur d’identité")
    before = rows(report("certificates", office.ledger, office.files, now=NOW))[0]["birth_name"]
    file = the_list()
    office.enrol(replace(file, rows=(replace(file.rows[0], birth_name="Corrigée"), *file.rows[1:]), sha256="1" * 64))
    one(office, act="Numéro réservé", on=date(2027, 4, 3))
    found = rows(report("certificates", office.ledger, office.files, now=NOW))
    assert [r["birth_name"] for r in found] == [before, "CORRIGÉE"] == ["LEFÈVRE", "CORRIGÉE"]


def test_a_spoiled_number_keeps_the_name_of_its_paper_when_the_list_is_corrected_first(office: Office) -> None:
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {"0001": "favorable"})
    minutes(office)
    one(office, act="Numéro réservé", on=date(2027, 4, 1))
    file = the_list()
    office.enrol(replace(file, rows=(replace(file.rows[0], birth_name="Corrigée"), *file.rows[1:]), sha256="1" * 64))
    one(office, act="Numéro annulé", on=date(2027, 4, 2), reason="erreur d’identité")
    one(office, act="Numéro réservé", on=date(2027, 4, 3))
    found = rows(report("certificates", office.ledger, office.files, now=NOW))
    assert [r["birth_name"] for r in found] == ["LEFÈVRE", "CORRIGÉE"]


def test_a_birth_name_is_written_alike_in_every_report_and_letter(office: Office) -> None:
    """NOM in capitals with its accents, as domain.md §4.2 says: R1, R10, the fiche, the values of a letter."""
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {"0001": "favorable"})
    minutes(office)
    one(office, act="Numéro réservé", on=date(2027, 4, 1))
    board = rows(report("promotion", office.ledger, office.files, now=NOW))
    register = rows(report("certificates", office.ledger, office.files, now=NOW))
    own = report("candidate", office.ledger, office.files, now=NOW, candidate=office.subject("0001"))
    pairs = {label: value for section in own.sections for label, value in section.pairs}
    values = person(standing(office, "0001"))
    shown = [
        next(r["birth_name"] for r in board if r["matricule"] == "0001"), register[0]["birth_name"],
        pairs["Nom de naissance"], values["personne.nom_naissance"],
    ]  # fmt: skip
    assert shown == ["LEFÈVRE"] * 4
    assert values["personne.nom_usage"] == pairs["Nom d’usage"] == "MARTIN"


def test_a_late_dossier_a_derogation_and_an_appeal_are_shown(office: Office) -> None:
    hand_in(office, 101)
    office.record({"act": "Dossier transmis", "who": "0001", "on": date(2027, 2, 15)})
    office.record({"act": "Dérogation", "who": "0001", "on": date(2027, 2, 16), "value": "délai", "reason": "autre"})
    control(office, "0001")
    sit(office, {"0001": "défavorable"})
    minutes(office)
    office.record({"act": "Décision notifiée", "who": "0001", "jury": "jury-2027", "on": date(2027, 3, 20)})
    one(office, act="Recours reçu", jury="jury-2027", value="gracieux")
    own = next(r for r in rows(report("promotion", office.ledger, office.files, now=NOW)) if r["matricule"] == "0001")
    assert str(own["dossier"]).endswith(", hors délai, dérogation")
    made = report("candidate", office.ledger, office.files, now=NOW, candidate="0001")
    pairs = {label: value for section in made.sections for label, value in section.pairs}
    assert [pairs[f"{what} le"] for what in ("Transmis", "Déclaré recevable", "Remis au jury")] == [
        date(2027, 2, 15), date(2027, 2, 20), date(2027, 2, 20),
    ]  # fmt: skip
    (appeals,) = [table for table in made.tables() if table.code == "appeals"]
    assert [(row[1], row[2], row[5]) for row in appeals.rows] == [
        ("Recours gracieux", date(2027, 5, 3), "En attente de réponse")
    ]


def test_the_journal_names_people_of_the_promotion_and_links_corrections(office: Office) -> None:
    row = {"act": "Présence", "session": "m1-a", "on": date(2026, 9, 21), "half": "matin"}
    one(office, **row, value="présent")
    one(office, **row, value="absent justifié", reason="justificatif reçu")
    made = report("journal", office.ledger, office.files, now=NOW)
    found = rows(made)
    assert len(found) == sum(e.promotion == "angers-test" for e in office.ledger.events())
    corrected = found[-1]
    assert corrected["label"] == "Demi-journée rectifiée"
    assert corrected["who"] == "MARTIN Anne"
    assert corrected["replaces"] == str(found[-2]["seq"])
    assert corrected["reason"] == "proof_received"
    known = report("journal", office.ledger, office.files, now=NOW, known_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert rows(known) == []
    assert "absent" not in render(made, "csv").decode("utf-8-sig")


@pytest.mark.parametrize("findings", [(), ("Ligne 4 : son empreinte n’est pas celle de son contenu.",)])
def test_integrity_says_the_result_and_what_to_do(findings: tuple[str, ...]) -> None:
    found = Integrity("demo/x", 12, "c" * 64, NOW, 0.24, findings, False, "d" * 64, [(12, "2027-06-01T09:00:00.000Z")])
    text = render(integrity_report(found, ZoneInfo("Europe/Paris")), "html").decode()
    assert ("1 anomalie" if findings else "En ordre") in text.replace("\u202f", " ").replace("\u00a0", " ")
    assert "N’écrivez plus rien au registre" in text
    assert "rien ne prouve l’absence de coupe" in text


def test_an_unknown_report_lists_those_that_exist(office: Office) -> None:
    with pytest.raises(
        UsageError, match=r"attendance, candidate, certificates, .* inspection, integrity, .* outcome et promotion"
    ):
        report("palmares", office.ledger, office.files, now=NOW)
