"""What a line of the register protects, in words: no code of ours, no number of seconds, reaches a person."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from sync_service.domain import payload_words as words
from sync_service.domain.event_types import TYPES
from sync_service.usecases.papers import KINDS
from sync_service.usecases.standing import entries_of

from .test_certification import certify, control, hand_in, minutes, sit

if TYPE_CHECKING:
    from .conftest import Office

PARIS = ZoneInfo("Europe/Paris")
FACTS = ("state", "override", "timemodified", "status", "attempts", "score", "attempt", "submitted_at", "files")
"""What Moodle showed, as the readings keep it."""


@pytest.mark.parametrize("code", TYPES)
def test_every_field_of_every_type_has_a_french_label_or_is_not_shown(code: str) -> None:
    bare = sorted(key for key in TYPES[code].keys if key not in words.LABELS and key not in words._HIDDEN)
    assert bare == []


def test_what_moodle_showed_has_french_labels() -> None:
    assert [name for name in FACTS if name not in words.LABELS] == []


def test_every_kind_of_document_is_named_as_the_papers_name_it() -> None:
    assert {code: kind.label for code, kind in KINDS.items()}.items() <= words.DOCUMENTS.items()


def test_a_moment_of_moodle_is_a_day_and_an_hour() -> None:
    said = words.value_words("timemodified", 1789668001, PARIS)
    assert said == "17/09/2026 à 20\u00a0h\u00a000"
    assert words.LABELS["timemodified"] == "modifié dans Moodle le"
    assert words.value_words("submitted_at", 0, PARIS) == "non remis"


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("document", "certificate", "certificat"),
        ("act", "jury.decision", "Décision du jury"),
        ("kind", "submission.observed", "Relevé Moodle : dépôt"),
        ("kind", "gracieux", "recours gracieux"),
        ("outcome", "rejete", "rejeté"),
        ("series", "traces", "relevés de Moodle"),
        ("report", "access", "dossier remis à la personne"),
        ("report", "reminder", "relance"),
        ("as_of", "2027-04-27", "27/04/2027"),
        ("format", "folder", "dossier"),
        ("time", "13:30", "13\u00a0h\u00a030"),
    ],
)
def test_a_code_is_said_in_words(name: str, code: str, said: str) -> None:
    assert words.value_words(name, code, PARIS) == said


def test_an_empty_item_of_a_list_is_a_dash() -> None:
    assert words.value_words("qualities", ["présidente", ""], PARIS) == "présidente, –"


def test_no_line_of_a_whole_year_shows_a_code_or_seconds(office: Office) -> None:
    office.clock.at = datetime(2026, 10, 6, 9, tzinfo=UTC)
    sheet = sha256(b"%PDF").hexdigest()
    office.record({"act": "Feuille signée", "session": "m1-a", "on": date(2026, 9, 23), "document": sheet})
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {"0001": "favorable"})
    minutes(office)
    assert certify(office, "0001") == []
    subjects = dict.fromkeys(event.subject for event in office.ledger.events())
    entries = [entry for subject in subjects for entry in entries_of(office.ledger, subject)]
    known = {name for e in entries for name in (*e.event.data, *(e.private or {}))}
    assert sorted(known - set(words.LABELS) - words._HIDDEN) == []
    assert any("submitted_at" in (e.private or {}) for e in entries)
    said = " ; ".join(words.payload_words(e, PARIS) for e in entries)
    assert "modifié dans Moodle" in said or "remis le" in said
    assert re.findall(r"\b1[5-9]\d{8}\b", said) == []
    assert "tentative : 0" not in said
    assert "modifié dans Moodle le : 01/01/1970" not in said
