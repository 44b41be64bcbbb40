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


def test_the_series_of_a_document_is_that_of_its_subject() -> None:
    document = replace(ACT, type="document.issued", source=replace(ACT.source, kind="document"), data={})
    check_draft(replace(document, series=Series.DOSSIER))
    assert series_for(replace(document, series=Series.DOSSIER)) is Series.DOSSIER
    assert series_for(document) is Series.REGISTER
