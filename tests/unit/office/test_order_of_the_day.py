"""Hour, place and accommodation of each candidate; quality and side of each member; postal addresses (R5, R6, R7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from sync_service.domain.documents.model import Document, Grid
from sync_service.domain.jury_members import read_members, read_time, time_words
from sync_service.errors import RecordRefusedError
from sync_service.usecases.papers import KINDS, Asked

from .conftest import roster
from .test_certification import FEB, JURY, control, hand_in
from .test_documents import document, made, said
from .test_jury_rules import one

if TYPE_CHECKING:
    from .conftest import Office

MEMBERS = "A. Un, directrice de crèche (Ville d’Ailleurs) : extérieure / B. Deux, conseiller formation : interne"


def grid(paper: Document, caption: str) -> Grid:
    return next(b for b in paper.blocks if isinstance(b, Grid) and b.caption == caption)


def convened(office: Office) -> None:
    hand_in(office, 101, 102)
    control(office, "0001", "0002")
    office.record(
        {"act": "Jury constitué", "jury": JURY, "on": FEB, "value": MEMBERS},
        {"act": "Jury convoqué", "jury": JURY, "on": FEB, "value": "12/03/2027"},
        {"act": "Candidat convoqué", "who": "0001", "jury": JURY, "on": FEB, "value": "9 h 30", "reference": "1",
         "capacity": "oui"},
        {"act": "Candidat convoqué", "who": "0002", "jury": JURY, "on": FEB, "value": "10:15", "reference": "2",
         "capacity": "non"},
    )  # fmt: skip


def test_the_list_of_candidates_bears_order_hour_and_accommodation(office: Office) -> None:
    convened(office)
    rows = [
        (r[0], r[1], r[6], r[7]) for r in grid(document(office, "jury-list", jury=JURY), "Candidats présentés").rows
    ]
    hours = [(n, who, hour.replace("\u00a0", " ").replace("\u202f", " "), arranged) for n, who, hour, arranged in rows]
    assert hours == [("1", "MARTIN Anne", "9 h 30", "oui"), ("2", "D'HERVÉ Élodie", "10 h 15", "non")]
    letter = said(document(office, "convening", candidate="0001"))
    assert "Heure de passage : 9 h 30" in letter
    assert "Ordre de passage : 1" in letter
    row = made(office).merge(Asked(KINDS["convening"], candidate="0002"))[0]
    assert (row["jury.heure"].replace("\u00a0", " "), row["jury.ordre"]) == ("10 h 15", "2")


def test_nothing_of_it_is_readable_in_the_register(office: Office) -> None:
    convened(office)
    for event in office.ledger.events(types=["candidate.convened", "jury.constituted"]):
        assert set(event.data) <= {"jury", "members", "externals"}


def test_a_later_convocation_says_it_all_again(office: Office) -> None:
    convened(office)
    office.record({"act": "Candidat convoqué", "who": "0001", "jury": JURY, "on": date(2027, 2, 25), "value": "14 h"})
    rows = grid(document(office, "jury-list", jury=JURY), "Candidats présentés").rows
    assert [(r[0], r[1], r[6].replace("\u00a0", " "), r[7]) for r in rows] == [
        ("2", "D'HERVÉ Élodie", "10 h 15", "non"), ("", "MARTIN Anne", "14 h 00", ""),
    ]  # fmt: skip


def test_members_have_their_quality_and_side_on_sheet_minutes_and_letter(office: Office) -> None:
    convened(office)
    (event,) = office.ledger.events(types=["jury.constituted"])
    assert (event.data["members"], event.data["externals"]) == (2, 1)
    for kind, caption in (("jury-sheet", "Membres du jury"), ("minutes-blank", "Composition du jury")):
        rows = grid(document(office, kind, jury=JURY), caption).rows
        assert [r[:3] for r in rows[:2]] == [
            ("A. Un (Ville d’Ailleurs)", "directrice de crèche", "oui"), ("B. Deux", "conseiller formation", "non"),
        ]  # fmt: skip
    letters, _ = made(office).wanted(Asked(KINDS["jury-convening"], jury=JURY))
    drawn = letters[0].build()
    assert isinstance(drawn, Document)
    assert drawn.addressee == ("A. Un (Ville d’Ailleurs)", "directrice de crèche")
    recused = one(office, act="Membre déporté", jury=JURY, on=FEB, value="A. Un", capacity="extérieur")
    assert recused == "recorded"
    assert [m.recused for m in made(office).sitting(JURY).members] == [True, False]


def test_what_cannot_be_read_is_refused_in_a_sentence(office: Office) -> None:
    convened(office)
    row = {"act": "Candidat convoqué", "who": "0001", "jury": JURY, "on": date(2027, 2, 26)}
    assert "9 h 30 ou 09:30" in one(office, **row, value="25 h")
    assert "numéro d’ordre" in one(office, **row, reference="premier")
    assert "oui ou non" in one(office, **row, capacity="fauteuil")
    made_of = {"act": "Jury constitué", "jury": "autre", "on": FEB}
    assert "extérieur" in one(office, **made_of, value="A. Un : ami")
    assert "corrigez l’un des deux" in one(
        office, **made_of, value="A. Un : extérieur / B. Deux : interne", reference="2"
    )


@pytest.mark.parametrize(("text", "code"), [("9 h 30", "09:30"), ("9h", "09:00"), ("14:05", "14:05"), ("", "")])
def test_hours_as_people_write_them(text: str, code: str) -> None:
    assert read_time(text) == code
    assert bool(time_words(code)) == bool(text)


def test_hours_that_are_none() -> None:
    for wrong in ("midi", "9", "9 h 75", "24:00"):
        with pytest.raises(RecordRefusedError):
            read_time(wrong)
    assert [m.name for m in read_members(["C. Trois"])] == ["C. Trois"]


def test_the_envelope_bears_her_address_else_that_of_her_collectivite(office: Office) -> None:
    convened(office)
    rows = [
        replace(row, employer_address="1 place de la Mairie / 49000 Valfleury",
                address="3 rue des Lilas / 49100 Angers" if row.matricule == "0002" else "")
        for row in roster().rows
    ]  # fmt: skip
    office.enrol(roster(rows, digest="a" * 64))
    assert document(office, "convening", candidate="0001").addressee == (
        "MARTIN Anne", "Coordonnatrice", "Commune de Valfleury", "1 place de la Mairie", "49000 Valfleury",
    )  # fmt: skip
    assert document(office, "convening", candidate="0002").addressee == (
        "D'HERVÉ Élodie", "3 rue des Lilas", "49100 Angers",
    )  # fmt: skip
    office.enrol(roster(digest="e" * 64))
    assert "49100 Angers" in document(office, "convening", candidate="0002").addressee
    row = made(office).merge(Asked(KINDS["convening"], candidate="0001"))[0]
    assert row["personne.adresse_collectivite"] == "1 place de la Mairie, 49000 Valfleury"
    assert not any("Mairie" in str(event.data) for event in office.ledger.events())
