"""Where members of a jury receive their letters: noted apart from the composition, on the envelope, destroyed with the dossiers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from sync_service.domain.documents.model import Document
from sync_service.domain.event import Series
from sync_service.domain.jury_members import ADDRESSES
from sync_service.domain.payload_words import payload_words
from sync_service.domain.person_file import hers
from sync_service.domain.workbook.model import JURY_SESSIONS
from sync_service.usecases import retention
from sync_service.usecases.papers import KINDS, Asked
from sync_service.usecases.standing import SHARED_TYPES, entries_of

from .test_certification import FEB, JURY
from .test_documents import made
from .test_jury_rules import one
from .test_order_of_the_day import MEMBERS, convened
from .test_workbook import Desk, desk

if TYPE_CHECKING:
    from .conftest import Office

__all__ = ["desk"]
HOME = "12 rue des Lilas, 49000 Angers"
NOTED = {"act": "Adresses du jury", "jury": JURY, "on": FEB}
HEADING = "Adresses des membres (Nom : adresse, séparées par /)"


def envelopes(office: Office) -> list[tuple[str, ...]]:
    wanted, _ = made(office).wanted(Asked(KINDS["jury-convening"], jury=JURY))
    drawn = [one.build() for one in wanted]
    return [paper.addressee for paper in drawn if isinstance(paper, Document)]


def ranks(office: Office) -> list[str]:
    return [one.rank for one in made(office).wanted(Asked(KINDS["jury-convening"], jury=JURY))[0]]


def test_the_letter_goes_to_the_address_of_the_member(office: Office) -> None:
    convened(office)
    before = ranks(office)
    assert one(office, **NOTED, value=f"a. un : {HOME}") == "recorded"
    assert one(office, **NOTED, value=f"A. Un : {HOME}") == "already"
    assert envelopes(office) == [
        ("A. Un", "12 rue des Lilas", "49000 Angers"),
        ("B. Deux", "conseiller formation"),
    ]
    first, second = ranks(office)
    assert (first != before[0], second) == (True, before[1])  # only her letter is drawn again
    rows = made(office).merge(Asked(KINDS["jury-convening"], jury=JURY))
    assert [row["membre.adresse"] for row in rows] == [HOME, ""]


def test_the_latest_address_holds_and_outlives_a_new_composition(office: Office) -> None:
    convened(office)
    assert one(office, **NOTED, value=f"A. Un : {HOME} / B. Deux : 3 quai Neuf\n44000 Nantes") == "recorded"
    assert one(office, **NOTED, value="A. Un (Ville d’Ailleurs) : 1 place Haute, 49100 Angers") == "recorded"
    office.record({"act": "Jury constitué", "jury": JURY, "on": date(2027, 2, 20), "value": f"{MEMBERS} / C. Trois"})
    assert envelopes(office) == [
        ("A. Un", "1 place Haute", "49100 Angers"),
        ("B. Deux", "3 quai Neuf", "44000 Nantes"),
        ("C. Trois",),
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "12 rue des Lilas"),
        ("A. Un", "12 rue des Lilas"),
        ("A. Un : 12 / 14 rue des Lilas", "ne s’écrit pas dans une adresse"),
        (f"D. Quatre : {HOME}", "n’est pas un membre de ce jury"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_written(office: Office, value: str, said: str) -> None:
    convened(office)
    size = office.ledger.head().size
    assert said in one(office, **NOTED, value=value)
    assert office.ledger.head().size == size
    assert "composition" in one(office, **{**NOTED, "jury": "autre"}, value=f"A. Un : {HOME}")


def test_it_is_in_no_line_and_in_nobody_else_s_file(office: Office) -> None:
    convened(office)
    one(office, **NOTED, value=f"A. Un : {HOME}")
    (event,) = office.ledger.events(types=[ADDRESSES])
    assert dict(event.data) == {"jury": JURY}
    assert ADDRESSES not in SHARED_TYPES
    loaded = office.desk()
    shared = entries_of(office.ledger, f"jury:{JURY}")
    assert ADDRESSES in {entry.type for entry in shared}
    kept = hers(loaded.standing("0001"), shared, loaded.context())
    assert "jury.constituted" in {entry.type for entry in kept}
    assert not [entry for entry in kept if HOME in payload_words(entry, loaded.context().programme.zone)]


def test_it_goes_with_the_dossiers_at_the_end_of_their_time(office: Office) -> None:
    convened(office)
    one(office, **NOTED, value=f"A. Un : {HOME}")
    (unit,) = [u for u in retention.look(office.desk()) if u.subject == f"jury:{JURY}"]
    assert (unit.series, unit.until) == (Series.DOSSIER, date(2032, 6, 30))
    proposal = retention.propose(office.desk(), on=date(2040, 1, 1), series=[Series.DOSSIER])
    assert proposal is not None
    assert f"jury:{JURY}" in {u.subject for u in proposal.units}


def test_the_workbook_notes_them_beside_the_composition(desk: Desk) -> None:
    desk.fill({
        (JURY_SESSIONS, "jury-2027", "Constitué le"): date(2027, 2, 1),
        (JURY_SESSIONS, "jury-2027", "Membres (séparés par /)"): "A. Un / B. Deux",
        (JURY_SESSIONS, "jury-2027", "Dont extérieurs"): "1",
        (JURY_SESSIONS, "jury-2027", "Adresses notées le"): date(2027, 2, 1),
        (JURY_SESSIONS, "jury-2027", HEADING): f"B. Deux : {HOME}",
    })  # fmt: skip
    assert desk.give_back() == {(JURY_SESSIONS, "jury-2027"): "Enregistré"}
    assert "1 adresse notée" in str(desk.shown(JURY_SESSIONS, "jury-2027", "Au registre"))
    desk.fill({
        (JURY_SESSIONS, "jury-2027", "Adresses notées le"): date(2027, 2, 2),
        (JURY_SESSIONS, "jury-2027", HEADING): f"A. Un : {HOME} / C. Trois : {HOME}",
    })  # fmt: skip
    (said,) = desk.give_back().values()
    assert "C. Trois" in said
    assert desk.shown(JURY_SESSIONS, "jury-2027", HEADING) == f"A. Un : {HOME} / C. Trois : {HOME}"
