"""docs/fr/regles.md, line by line: each rule has its signal or its refusal, with the words and the source of the table."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sync_service.domain.certificate import check_wording
from sync_service.domain.event import Actor
from sync_service.domain.facts import FactKind
from sync_service.domain.jury import Jury, Passage, check_decision
from sync_service.domain.reports.promotion import promotion_report
from sync_service.errors import RecordRefusedError
from sync_service.usecases.report import ending_of, report
from sync_service.usecases.standing import load

from .test_certification import FEB, JURY, MAR, certify, control, hand_in, minutes, sit

if TYPE_CHECKING:
    from sync_service.domain.reports.model import Report

    from .conftest import Office

TABLE = Path(__file__).parents[3] / "docs" / "fr" / "regles.md"
NOW = datetime(2027, 2, 20, 9, tzinfo=UTC)
LATER = datetime(2027, 6, 1, 9, tzinfo=UTC)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def lines() -> dict[str, tuple[str, str]]:
    """Return rule → (source, sentence) of the table."""
    found = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        if re.fullmatch(r"R\d\d", cells[0]):
            found[cells[0]] = (plain(cells[1]), plain(cells[4]))
    return found


def words(made: Report) -> str:
    said = [*made.notices, *(s for section in made.sections for s in section.sentences)]
    said += [f"{label} = {value}" for section in made.sections for label, value in section.pairs]
    said += [str(cell) for table in made.tables() for row in table.rows for cell in row]
    return plain("\n".join(said))


def shown(office: Office, name: str, now: datetime = NOW) -> str:
    return words(report(name, office.ledger, office.files, now=now))


def refused(office: Office, **row: object) -> str:
    found = office.record(row).rows[0]
    assert found.outcome == "refused"
    return plain(found.sentence)


def judged(office: Office, decision: str = "favorable") -> None:
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {"0001": decision})


def without_support(office: Office) -> str:
    loaded = load(office.ledger, office.files, as_of=NOW.date())
    ending = ending_of(office.ledger, office.files, loaded.pull, now=NOW, day=NOW.date())
    sessions = tuple(s for s in loaded.context.sessions if s.module is not None)
    return words(promotion_report(loaded.standings, replace(loaded.context, sessions=sessions), ending))


def under_the_threshold(office: Office) -> str:
    rules = office.files.cycle.rules
    office.files = replace(
        office.files,
        cycle=replace(office.files.cycle, rules=replace(rules, attendance=replace(rules.attendance, threshold=0.8))),
    )
    office.record(
        {"act": "Présence", "who": "0001", "session": "m1-a", "on": date(2026, 9, 21), "value": "absent injustifié"}
    )
    return shown(office, "promotion") + shown(office, "missing")


def workplace_wanted(office: Office) -> str:
    rules = office.files.cycle.rules
    office.files = replace(
        office.files,
        cycle=replace(
            office.files.cycle, rules=replace(rules, alternation=replace(rules.alternation, trace="obligatoire"))
        ),
    )
    return shown(office, "missing")


def handed_in(office: Office) -> str:
    hand_in(office, 101)
    return shown(office, "missing")


def not_sealed(office: Office) -> str:
    hand_in(office, 101)
    return refused(office, act="Dossier remis au jury", who="0001", jury=JURY, on=FEB)


def no_decision(office: Office) -> str:
    return refused(office, act="Numéro réservé", who="0001", on=MAR)


def no_minutes(office: Office) -> str:
    judged(office)
    return refused(office, act="Numéro réservé", who="0001", on=MAR)


def no_capacity(office: Office) -> str:
    judged(office)
    minutes(office)
    office.record({"act": "Numéro réservé", "who": "0001", "on": date(2027, 3, 15)})
    return refused(office, act="Certificat signé", who="0001", on=date(2027, 3, 20), value="Quelqu’un")


def second_decision(office: Office) -> str:
    judged(office)
    return refused(office, act="Décision", who="0001", jury=JURY, on=MAR, value="ajourné")


def titre(_: Office) -> str:
    with pytest.raises(RecordRefusedError) as error:
        check_wording("Titre professionnel", "certificat_cnfpt")
    return plain(error.value.sentence)


def spoiled_after_issue(office: Office) -> str:
    judged(office)
    minutes(office)
    assert certify(office, "0001") == []
    return refused(office, act="Numéro annulé", who="0001", on=date(2027, 4, 1), reason="erreur d’identité")


def by_software(_: Office) -> str:
    jury = Jury(JURY, MAR, 2, 1, FEB, None, None, "")
    with pytest.raises(RecordRefusedError) as error:
        check_decision(Actor("system", "daemon", "daemon"), jury, Passage(JURY), "favorable", "X")
    return plain(error.value.sentence)


def not_frozen(office: Office) -> str:
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {})
    return refused(office, act="Décision", who="0001", jury=JURY, on=MAR, value="favorable")


def a_stranger_in_moodle(office: Office) -> str:
    before = len(list(office.ledger.events(types=["candidate.created", "enrolment.recorded"])))
    office.site.put(FactKind.ENROLMENT, "course", 999, status="active")
    office.pull(full=True)
    assert len(list(office.ledger.events(types=["candidate.created", "enrolment.recorded"]))) == before
    return shown(office, "differences")


def changed_after_the_minutes(office: Office) -> str:
    judged(office)
    minutes(office)
    office.clock.at = datetime(2027, 4, 1, 9, tzinfo=UTC)
    office.site.put(FactKind.ACTIVITY, "m01-prep", 101, state="incomplete", override=False)
    office.pull(full=True)
    return shown(office, "promotion", LATER)


SCENES: dict[str, Callable[[Office], str]] = {
    "R01": lambda office: shown(office, "missing"), "R02": lambda office: shown(office, "promotion"), "R03": without_support,
    "R04": lambda office: shown(office, "promotion"), "R05": under_the_threshold, "R06": workplace_wanted,
    "R07": lambda office: shown(office, "missing"), "R08": handed_in, "R09": handed_in, "R10": handed_in,
    "R11": lambda office: shown(office, "promotion"), "R12": not_sealed, "R13": no_decision, "R14": no_minutes,
    "R15": no_capacity, "R16": second_decision, "R17": titre, "R18": spoiled_after_issue, "R19": by_software,
    "R20": not_frozen, "R21": a_stranger_in_moodle, "R22": changed_after_the_minutes,
}  # fmt: skip
OF_THE_CODE = frozenset({"R18", "R20", "R21", "R22"})
"""Rules on which the brochure is silent: their sentence names them, the table says on what they rest."""


def test_the_table_has_every_rule_once() -> None:
    assert list(lines()) == [f"R{n:02d}" for n in range(1, 23)] == list(SCENES)


@pytest.mark.parametrize("rule", SCENES)
def test_each_rule_is_said_with_its_source(office: Office, rule: str) -> None:
    source, sentence = lines()[rule]
    said = SCENES[rule](office)
    pattern = ".*?".join(re.escape(part.strip()) for part in sentence.split("…"))
    assert re.search(pattern, said, re.DOTALL), f"{sentence}\n{said}"
    assert rule in said
    if rule not in OF_THE_CODE:
        assert source in said or f"{rule} = brochure, ligne 30 : « source de {rule} »" in said, said
