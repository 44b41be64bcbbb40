"""Two persons where they are wanted: proposed by one, recorded by another from her own account, the same never both."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sync_service.adapters.mapping_files.models_certification import CertificationModel, SecondPerson
from sync_service.domain.act_rows import ActRow
from sync_service.domain.event import Actor, Series
from sync_service.domain.second_person import ACTS, NAMES, PROPOSED
from sync_service.domain.workbook.model import DOSSIERS
from sync_service.errors import RecordRefusedError
from sync_service.usecases import retention
from sync_service.usecases.desk import Desk
from sync_service.usecases.record_batch import RowResult, record_batch
from sync_service.usecases.report import report

from .test_certification import FEB, JURY, MAR, certify, control, hand_in, minutes, sit
from .test_workbook import Desk as Workbook

if TYPE_CHECKING:
    from .conftest import Office

FIRST, SECOND = "agent-1", "agent-2"


def want(office: Office, *names: str) -> None:
    office.files = replace(office.files, promotion=replace(office.files.promotion, second_person=names))


def desk_of(office: Office, who: str, *, in_person: bool = True) -> Desk:
    filing = replace(office.filing(), actor=Actor("officer", who, "cli"), in_person=in_person)
    return replace(office.desk(), filing=filing)


def give(office: Office, by: str, row: dict[str, object], *, in_person: bool = True) -> RowResult:
    made = ActRow(1, **row)  # type: ignore[arg-type]
    return record_batch(desk_of(office, by, in_person=in_person), [made]).rows[0]


def types(office: Office) -> list[str]:
    return [e.type for e in office.ledger.events(subject=office.subject("0001"))][-2:]


ADMISSIBLE: dict[str, object] = {"act": "Dossier recevable", "who": "0001", "on": FEB}


@pytest.fixture
def complete(office: Office) -> Office:
    want(office, "recevabilite")
    hand_in(office, 101)
    office.record({"act": "Dossier complet", "who": "0001", "on": FEB})
    return office


def test_one_proposes_another_records_and_the_register_names_both(complete: Office) -> None:
    first = give(complete, FIRST, ADMISSIBLE)
    assert first.outcome == "pending"
    assert first.sentence == "En attente d’une seconde personne : dossier déclaré recevable, proposé par agent-1."
    assert give(complete, SECOND, ADMISSIBLE).outcome == "recorded"
    assert types(complete) == [PROPOSED, "dossier.declared_admissible"]
    proposal, done = list(complete.ledger.events(subject=complete.subject("0001")))[-2:]
    assert (proposal.actor["ref"], done.actor["ref"]) == (FIRST, SECOND)
    assert done.replaces == (proposal.id,)
    assert give(complete, FIRST, ADMISSIBLE).outcome == give(complete, SECOND, ADMISSIBLE).outcome == "already"


def test_the_same_person_never_does_both(complete: Office) -> None:
    give(complete, FIRST, ADMISSIBLE)
    again = give(complete, FIRST, ADMISSIBLE)
    assert again.outcome == "refused"
    assert "la même ne fait pas les deux" in again.sentence
    assert types(complete)[-1] == PROPOSED
    borrowed = give(complete, SECOND, ADMISSIBLE, in_person=False)
    assert borrowed.outcome == "refused"
    assert "depuis son propre compte" in borrowed.sentence


def test_two_who_do_not_say_the_same_are_told_so_and_the_first_may_correct(complete: Office) -> None:
    give(complete, FIRST, ADMISSIBLE)
    other: dict[str, object] = {**ADMISSIBLE, "on": date(2027, 2, 25)}
    assert "autrement (date, valeur ou document)" in give(complete, SECOND, other).sentence
    assert give(complete, FIRST, other).outcome == "pending"
    assert give(complete, SECOND, other).outcome == "recorded"


def test_what_waits_is_shown_to_the_office(complete: Office) -> None:
    give(complete, FIRST, ADMISSIBLE)
    now = datetime(2027, 3, 1, 9, tzinfo=UTC)
    dashboard = report("promotion", complete.ledger, complete.files, now=now)
    shown = " ".join(str(cell) for t in dashboard.tables() for r in t.rows for cell in r).replace("\u00a0", " ")
    assert "en attente d’une seconde personne : dossier déclaré recevable" in shown
    lacking = str([t.rows for t in report("missing", complete.ledger, complete.files, now=now).tables()])
    assert "une seconde personne : dossier déclaré recevable, proposé le" in lacking
    give(complete, SECOND, ADMISSIBLE)
    after = report("promotion", complete.ledger, complete.files, now=now)
    assert "seconde personne" not in str([t.rows for t in after.tables()])


def told(office: Office, name: str, day: date) -> str:
    made = report(name, office.ledger, office.files, now=datetime(2029, 1, 1, tzinfo=UTC), as_of=day)
    return " ".join(str(cell) for t in made.tables() for r in t.rows for cell in r).replace("\u00a0", " ")


@pytest.mark.parametrize(("days", "age"), [(29, ""), (30, "depuis 30 jours"), (42, "depuis 42 jours")])
def test_what_waits_for_a_month_says_since_when_and_nothing_expires(complete: Office, days: int, age: str) -> None:
    complete.clock.at = datetime(2027, 2, 23, 23, 30, tzinfo=UTC)  # the 24th in Angers
    give(complete, FIRST, ADMISSIBLE)
    size, day = complete.ledger.head().size, date(2027, 2, 24) + timedelta(days=days)
    waits, lacking = told(complete, "promotion", day), told(complete, "missing", day)
    assert "en attente d’une seconde personne : dossier déclaré recevable" in waits
    assert "dossier déclaré recevable, proposé le 24/02/2027 par agent-1" in lacking
    for text in (waits, lacking):
        assert (age in text, "depuis" in text.replace("en fonction depuis", "")) == (True, bool(age))
    assert complete.ledger.head().size == size
    complete.clock.at = datetime(2027, 6, 1, tzinfo=UTC)
    assert give(complete, SECOND, ADMISSIBLE).outcome == "recorded"


def test_a_correction_by_its_author_counts_from_then(complete: Office) -> None:
    complete.clock.at = datetime(2027, 2, 24, 9, tzinfo=UTC)
    give(complete, FIRST, ADMISSIBLE)
    complete.clock.at = datetime(2027, 3, 20, 9, tzinfo=UTC)
    give(complete, FIRST, {**ADMISSIBLE, "on": date(2027, 2, 25)})
    lacking = told(complete, "missing", date(2027, 4, 1))
    assert "proposé le 20/03/2027" in lacking
    assert "jours" not in lacking.partition("par agent-1")[2][:20]


def test_a_withdrawal_that_waits_is_listed_once_the_certificate_is_handed_over(office: Office) -> None:
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {"0001": "favorable"})
    minutes(office)
    assert certify(office, "0001") == []
    assert "MARTIN Anne" not in told(office, "missing", date(2027, 9, 1))
    want(office, "retrait")
    office.clock.at = datetime(2027, 6, 1, 9, tzinfo=UTC)
    row = {
        "act": "Certificat retiré",
        "who": "0001",
        "on": date(2027, 6, 1),
        "capacity": "président",
        "reference": "D-1",
    }
    assert give(office, FIRST, {**row, "reason": "fraude"}).outcome == "pending"
    lacking = told(office, "missing", date(2027, 9, 1))
    assert (
        "MARTIN Anne une seconde personne : certificat retiré, proposé le 01/06/2027 par agent-1, depuis 92 jours"
        in lacking
    )


def test_the_content_of_a_proposal_is_in_the_vault_alone(office: Office) -> None:
    want(office, "derogation")
    row: dict[str, object] = {"act": "Dérogation", "who": "0001", "on": FEB, "value": "motif particulier"}
    assert give(office, FIRST, row).outcome == "pending"
    (event,) = office.ledger.events(types=[PROPOSED])
    assert event.data == {"act": "dossier.derogation"}
    assert office.ledger.reveal([event])[event.id]["content"]["private"] == {"reason": "motif particulier"}  # type: ignore[index, call-overload]
    assert give(office, SECOND, row).outcome == "recorded"


def test_the_whole_way_of_a_certificate_with_two_persons_at_each_act(office: Office) -> None:
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {})
    want(office, *NAMES)
    office.record(
        {"act": "Présence jury", "who": "0001", "jury": JURY, "on": MAR, "value": "présent"},
        {"act": "État figé", "who": "0001", "jury": JURY, "on": MAR, "document": "7" * 64},
    )
    who = {"who": "0001"}
    steps: list[dict[str, object]] = [{"act": "Décision", **who, "jury": JURY, "on": MAR, "value": "favorable"}]
    both(office, *steps)
    minutes(office)
    days = [date(2027, 3, day) for day in (15, 16, 17, 18, 19)]
    both(
        office,
        {"act": "Numéro réservé", **who, "on": days[0]},
        {"act": "Certificat signé", **who, "on": days[1], "value": "P. Président", "capacity": "président"},
        {"act": "Certificat délivré", **who, "on": days[2], "document": "9" * 64},
        {
            "act": "Certificat retiré",
            **who,
            "on": days[3],
            "capacity": "président",
            "reference": "D-1",
            "reason": "fraude",
        },
        {"act": "Certificat annulé", **who, "on": days[4], "reference": "TA Nantes 1"},
    )
    made = {e.type for e in office.ledger.events(subject=office.subject("0001"))}
    assert {"jury.decision", "certificate.issued", "certificate.annulled"} <= made


def both(office: Office, *rows: dict[str, object]) -> None:
    for row in rows:
        assert give(office, FIRST, row).outcome == "pending", row["act"]
        done = give(office, SECOND, row)
        assert done.outcome == "recorded", done.sentence


def test_the_workbook_waits_for_another_person_and_keeps_what_was_typed(
    complete: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, day = Workbook(complete, tmp_path), date(2027, 2, 24)
    book.make()
    book.fill({(DOSSIERS, "0001", "Recevable le"): day})
    key = (DOSSIERS, "0001")
    assert book.give_back()[key].startswith("En attente d’une seconde personne : dossier déclaré recevable")
    assert book.shown(DOSSIERS, "0001", "Recevable le") == day
    assert "la même ne fait pas les deux" in book.give_back()[key]
    second = desk_of(complete, SECOND)
    monkeypatch.setattr(complete, "desk", lambda: second)
    assert book.give_back()[key] == "Enregistré"
    assert types(complete) == [PROPOSED, "dossier.declared_admissible"]


def test_an_elimination_wants_another_person_for_its_visa(office: Office) -> None:
    want(office, "elimination")
    day = date(2040, 1, 1)
    office.ledger.keep(office.subject("0001"), Series.TRACES)
    made = retention.propose(desk_of(office, FIRST), on=day)
    assert made is not None
    with pytest.raises(RecordRefusedError, match="seconde personne"):
        retention.approve(desk_of(office, FIRST), made.id, on=day, visa="V-1")
    assert retention.approve(desk_of(office, SECOND), made.id, on=day, visa="V-1")


def test_without_the_setting_nothing_changes(office: Office) -> None:
    hand_in(office, 101)
    office.record({"act": "Dossier complet", "who": "0001", "on": FEB})
    assert give(office, FIRST, ADMISSIBLE).outcome == "recorded"


def test_the_names_of_the_settings_are_those_of_the_code() -> None:
    assert set(SecondPerson.__args__) == set(NAMES)  # type: ignore[attr-defined]
    assert CertificationModel.model_fields["second_person"].default == []
    assert set(ACTS.values()) < set(NAMES)
