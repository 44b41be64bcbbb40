"""A jury's composition changed: a recusal is of its own composition (R14); nothing changes once minutes are signed (R20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from sync_service.domain.act_rows import ActRow
from sync_service.domain.jury import SOURCE_R14, SOURCE_R20
from sync_service.usecases.papers import papers
from sync_service.usecases.record_batch import record_batch

from .test_certification import FEB, JURY, MAR, control, hand_in, minutes, sit
from .test_documents import made
from .test_jury_rules import one

if TYPE_CHECKING:
    from sync_service.domain.jury import Jury

    from .conftest import Office

LATER = date(2027, 4, 20)
MADE = {"act": "Jury constitué", "jury": JURY, "on": FEB}
WITHDRAWN = {"act": "Membre déporté", "jury": JURY, "on": MAR}


def held(office: Office) -> Jury:
    found = office.desk().jury(JURY)
    assert found is not None
    return found


def test_a_new_composition_replaces_the_former_one_and_its_recusals(office: Office) -> None:
    assert one(office, **MADE, value="A. Un / B. Deux / C. Trois", reference="3") == "recorded"
    assert one(office, **WITHDRAWN, value="B. Deux", capacity="extérieur") == "recorded"
    assert (held(office).members, held(office).externals) == (2, 2)
    assert one(office, **MADE, value="A. Un / D. Quatre / E. Cinq / F. Six", reference="1") == "recorded"
    assert (held(office).members, held(office).externals) == (4, 1)
    assert held(office).names == ("A. Un", "D. Quatre", "E. Cinq", "F. Six")
    assert one(office, **WITHDRAWN, value="F. Six") == "recorded"
    assert (held(office).members, held(office).externals) == (3, 1)


def test_a_recusal_is_of_a_member_who_sits(office: Office) -> None:
    one(office, **MADE, value="A. Un (Ville d’Ailleurs) : extérieur / B. Deux : interne / C. Trois : interne")
    nobody = one(office, **WITHDRAWN, value="Z. Absent")
    assert "Z. Absent" in nobody
    assert "R14, brochure ligne 105" in nobody
    assert one(office, **WITHDRAWN, value="a. un", capacity="extérieur") == "recorded"
    assert one(office, **WITHDRAWN, value="A. Un", capacity="extérieur") == "already"
    assert (held(office).members, held(office).externals) == (2, 0)
    inside = one(office, **WITHDRAWN, value="B. Deux", capacity="extérieur")
    assert "interne" in inside
    assert "R14, brochure ligne 105" in inside


@pytest.fixture
def signed(office: Office) -> Office:
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {"0001": "favorable"})
    minutes(office)
    return office


CHANGES: tuple[dict[str, object], ...] = (
    {"act": "Jury constitué", "value": "A. Un / B. Deux", "reference": "2"},
    {"act": "Membre déporté", "value": "C. Trois", "capacity": "extérieur"},
    {"act": "Jury convoqué", "value": "19/03/2027"},
    {"act": "Candidat convoqué", "who": "0002"},
    {"act": "Candidat convoqué", "who": "0001", "value": "9 h 30"},
    {"act": "Présence jury", "who": "0001", "value": "absent"},
    {"act": "État figé", "who": "0002", "document": "6" * 64},
    {"act": "PV établi", "reference": "PV-2027-02"},
    {"act": "PV signé", "document": "4" * 64},
)


@pytest.mark.parametrize("row", CHANGES, ids=lambda row: f"{row['act']} {row.get('who', '')}".strip())
def test_nothing_about_a_jury_changes_once_its_minutes_are_signed(signed: Office, row: dict[str, object]) -> None:
    before = signed.ledger.head()
    said = one(signed, jury=JURY, on=LATER, **row)
    assert SOURCE_R20 in said
    assert JURY in said
    assert signed.ledger.head() == before


def test_a_dossier_is_not_handed_to_a_jury_whose_minutes_are_signed(signed: Office) -> None:
    hand_in(signed, 102)
    done = signed.record(
        {"act": "Dossier complet", "who": "0002", "on": LATER},
        {"act": "Dossier recevable", "who": "0002", "on": LATER},
        {"act": "Dossier remis au jury", "who": "0002", "jury": JURY, "on": LATER},
    )
    assert [r.outcome for r in done.rows] == ["recorded", "recorded", "refused"]
    assert SOURCE_R20 in done.rows[2].sentence


def test_what_was_recorded_before_the_signature_is_no_refusal_when_given_again(signed: Office) -> None:
    """The same file, or the same act typed elsewhere, says nothing new: « déjà enregistré »."""
    before = signed.ledger.head()
    for row in (
        {"act": "Jury constitué", "on": FEB, "value": "A. Un / B. Deux / C. Trois", "reference": "2"},
        {"act": "Jury convoqué", "on": FEB, "value": "12/03/2027"},
        {"act": "Candidat convoqué", "who": "0001", "on": FEB},
        {"act": "Présence jury", "who": "0001", "on": MAR, "value": "présent"},
        {"act": "PV établi", "on": MAR, "reference": "PV-2027-01"},
        {"act": "PV signé", "on": MAR, "document": "8" * 64},
    ):
        assert one(signed, jury=JURY, **row) == "already", row
    assert signed.ledger.head() == before


def test_where_members_receive_letters_may_be_noted_after_the_signature(signed: Office) -> None:
    row = {"act": "Adresses du jury", "value": "A. Un : 1 rue des Lilas, 49000 Angers"}
    assert one(signed, jury=JURY, on=LATER, **row) == "recorded"


def test_two_promotions_that_name_their_jury_alike_have_each_their_own_r14_r20(signed: Office) -> None:
    """Neither the composition nor the signature of one is read in the minutes of the other."""
    there = replace(signed.files, promotion=replace(signed.files.promotion, id="lille", label="Lille"))
    desk = replace(signed.desk(), files=there, filing=replace(signed.filing(), promotion="lille"))
    rows = [
        ActRow(2, "Jury constitué", jury=JURY, on=FEB, value="D. Quatre : extérieur / E. Cinq : interne"),
        ActRow(3, "Adresses du jury", jury=JURY, on=FEB, value="E. Cinq : 1 rue des Lilas, 59000 Lille"),
        ActRow(4, "Membre déporté", jury=JURY, on=FEB, value="A. Un"),
        ActRow(5, "Membre déporté", jury=JURY, on=FEB, value="D. Quatre"),
    ]
    done = record_batch(desk, rows).rows
    assert [r.outcome for r in done] == ["recorded", "recorded", "refused", "recorded"]
    assert SOURCE_R14 in done[2].sentence
    here = made(signed).sitting(JURY)
    assert [(m.name, m.recused) for m in here.members] == [("A. Un", False), ("B. Deux", False), ("C. Trois", False)]
    assert held(signed).names == ("A. Un", "B. Deux", "C. Trois")
    theirs = papers(desk, lambda _: pytest.fail("no letter"), on=LATER).sitting(JURY)
    assert [(m.name, m.recused) for m in theirs.members] == [("D. Quatre", True), ("E. Cinq", False)]
