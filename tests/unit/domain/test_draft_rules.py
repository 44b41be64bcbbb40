from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from sync_service.domain.draft_rules import check_draft, series_for
from sync_service.domain.event import Actor, Draft, Evidence, Series, SourceRef
from sync_service.errors import LedgerError

ACT = Draft(
    type="halfday.recorded",
    subject="cand_" + "b" * 26,
    source=SourceRef("office", "", "halfday", "angers:2027-01-14:am", "act", "run"),
    actor=Actor("officer", "o.martin", "cli", capacity="gestionnaire", delegation="arrêté 12"),
    evidence=Evidence("E4", ("0" * 64,)),
    observed_at=datetime(2027, 1, 14, tzinfo=UTC),
    data={"session": "s1", "date": "2027-01-14", "half": "am"},
    private={"status": "present"},
    token="sheet|1",
)


def test_a_fit_draft_passes() -> None:
    check_draft(ACT)
    assert series_for(ACT) is Series.ATTENDANCE


@pytest.mark.parametrize(
    "subject", ["register", "prom:angers-2026", "sess:angers/s1", "jury:2027-06", "cand_" + "z" * 26]
)
def test_subjects_of_the_format(subject: str) -> None:
    check_draft(replace(ACT, subject=subject))


@pytest.mark.parametrize(
    "change",
    [
        {"type": "module.recognised"},
        {"subject": "cand_anne.lefevre"},
        {"subject": "Anne Lefèvre"},
        {"token": None},
        {"token": ""},
        {"decisive": {"a": 1}},
        {"series": Series.TRACES},
        {"source": replace(ACT.source, system="excel")},
        {"source": replace(ACT.source, route="pigeon")},
        {"source": replace(ACT.source, kind="other")},
        {"source": replace(ACT.source, object="anne@example.org")},
        {"source": replace(ACT.source, object="Lefèvre")},
        {"actor": replace(ACT.actor, kind="robot")},
        {"actor": replace(ACT.actor, channel="mail")},
        {"actor": replace(ACT.actor, ref="")},
        {"actor": replace(ACT.actor, ref="anne@example.org")},
        {"actor": replace(ACT.actor, capacity="a@b")},
        {"evidence": Evidence("E9")},
        {"evidence": Evidence("E4", ("feuille.pdf",))},
        {"promotion": "a@b"},
        {"reason": "Parce que Anne est malade"},
        {"replaces": ("line 3",)},
        {"data": {"name": "x"}},
        {"data": {"session": "Anne LEFÈVRE"}},
        {"data": {"session": "two words"}},
        {"data": {"session": 1.5}},
        {"data": {"session": ["ok", "not ok"]}},
        {"data": {"session": {"a": "a@b"}}},
        {"observed_at": datetime(2027, 1, 14)},  # noqa: DTZ001 # what is refused
    ],
)
def test_what_the_register_must_not_hold_is_refused_in_one_sentence(change: dict[str, Any]) -> None:
    with pytest.raises(LedgerError) as caught:
        check_draft(replace(ACT, **change))
    assert "\n" not in caught.value.sentence
    assert "Anne" not in caught.value.sentence
    assert "@" not in caught.value.sentence


MOODLE = replace(ACT.source, system="moodle", site_uid="site-1", route="feed")


@pytest.mark.parametrize(
    "type_",
    ["enrolment.recorded", "enrolment.withdrawn", "candidate.created", "jury.decision", "minutes.signed", "certificate.issued",
     "dossier.submitted", "halfday.recorded"],
)  # fmt: skip
def test_moodle_creates_no_enrolment_no_decision_no_certificate_r21(type_: str) -> None:
    kind = type_.split(".", maxsplit=1)[0]
    with pytest.raises(LedgerError, match="R21"):
        check_draft(replace(ACT, type=type_, source=replace(MOODLE, kind=kind), data={}, private=None))
    check_draft(replace(ACT, type=type_, source=replace(ACT.source, kind=kind), data={}, private=None))


def test_moodle_is_the_source_of_what_was_seen() -> None:
    for type_ in ("submission.observed", "enrolment.observed"):
        check_draft(replace(ACT, type=type_, source=replace(MOODLE, kind=type_), data={}))
    gone = {"kind": "grade.observed"}
    check_draft(replace(ACT, type="source.vanished", source=replace(MOODLE, kind="grade.observed"), data=gone))


def test_no_decision_is_written_by_software_r19() -> None:
    decision = replace(ACT, type="jury.decision", source=replace(ACT.source, kind="jury"), data={"jury": "j1"})
    check_draft(decision)
    with pytest.raises(LedgerError, match="R19, RGPD article 22"):
        check_draft(replace(decision, actor=Actor("system", "cyclesync", "daemon")))


def test_the_series_of_a_document_is_that_of_its_subject() -> None:
    document = replace(ACT, type="document.issued", source=replace(ACT.source, kind="document"), data={})
    check_draft(replace(document, series=Series.DOSSIER))
    assert series_for(replace(document, series=Series.DOSSIER)) is Series.DOSSIER
    assert series_for(document) is Series.REGISTER
