from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sync_service.domain.canonical import canonical_bytes
from sync_service.domain.facts import FactKind
from sync_service.usecases.status import publish_statuses, statuses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync_service.domain.lms_state import Json

    from .conftest import Office

NOON = datetime(2027, 1, 20, 11, tzinfo=UTC)


def shown(office: Office, user: int, now: datetime = NOON) -> Mapping[str, Json]:
    return statuses(office.ledger, office.files, "site-1", now=now)[user]


def deposit(office: Office, key: str, status: str, at: int = 0) -> None:
    office.site.put(FactKind.SUBMISSION, key, 101, status=status, attempt=0, submitted_at=at)


def test_nothing_is_shown_before_the_first_pull(office: Office) -> None:
    assert statuses(office.ledger, office.files, "site-1", now=NOON) == {}


def test_what_a_trainee_is_shown(office: Office) -> None:
    deposit(office, "depot-a", "submitted", 5)
    deposit(office, "depot-b", "draft")
    office.clock.at = datetime(2027, 1, 20, 5, tzinfo=UTC)
    office.pull()
    office.record({"act": "Feuille signée", "session": "m1-a", "on": date(2026, 9, 23), "document": "5" * 64})
    status = shown(office, 101)
    assert status["v"] == 1
    assert (status["as_of"], status["complete"], status["role"]) == ("2027-01-20T05:01:00.000Z", True, "stagiaire")
    assert status["next"] == {
        "when": "28 janvier 2027, 9\u00a0h\u00a000",
        "place": "INSET d’Angers, salle Loire",
        "what": "Module 2",
    }
    assert status["todo"] == [
        {
            "text": "La remise définitive du dépôt B (brouillon non remis)",
            "by": "10 février 2027",
            "keys": ["cs:angers-test:depot-b"],
        },
    ]
    assert status["attendance"] == {
        "text": "2 jours sur environ 39", "excused": "", "pending": "2 demi-journées non encore saisies",
    }  # fmt: skip
    dossier = status["dossier"]
    assert isinstance(dossier, list)
    assert [(d["text"], d["office"]) for d in dossier if isinstance(d, dict)] == [
        ("remis", False), ("brouillon non remis", False),
    ]  # fmt: skip
    modules = status["modules"]
    assert isinstance(modules, list)
    assert len(modules) == 7
    assert modules[0] == {
        "title": "Module 1 – La fonction de coordonnateur petite enfance", "key": "cs:angers-test:m01-prep",
        "text": "4/4 demi-journées, préparation non lue", "halfdays": "4/4 demi-journées",
    }  # fmt: skip
    assert (status["jury"], status["decision"]) == ("12 mars 2027", "")
    assert canonical_bytes(status)


def test_the_last_word_on_each_activity_is_told_and_what_was_not_read_too(office: Office) -> None:
    office.site.put(FactKind.ACTIVITY, "m01-prep", 101, state="complete", override=False)
    office.site.put(FactKind.ACTIVITY, "m02-prep", 101, state="incomplete", override=False)
    office.clock.at = datetime(2027, 1, 20, 5, tzinfo=UTC)
    office.pull()
    status = shown(office, 101)
    activities = status["activities"]
    assert isinstance(activities, list)
    states = {str(a["key"]).rpartition(":")[2]: a["state"] for a in activities if isinstance(a, dict)}
    assert states.pop("m01-prep") == "complete"
    assert states.pop("m02-prep") == "incomplete"
    assert states == {"depot-a": "unread", "depot-b": "unread"}
    todo = status["todo"]
    assert isinstance(todo, list)
    assert [t["keys"] for t in todo if isinstance(t, dict)] == [["cs:angers-test:m02-prep"]]


def test_decision_is_hidden_until_it_is_notified(office: Office) -> None:
    deposit(office, "depot-a", "submitted", 5)
    deposit(office, "depot-b", "submitted", 5)
    office.pull()
    march = date(2027, 3, 12)
    rows: list[dict[str, object]] = [
        {"act": "Dossier complet", "who": "0001", "on": march},
        {"act": "Dossier recevable", "who": "0001", "on": march},
        {"act": "Dossier remis au jury", "who": "0001", "jury": "j", "on": march},
        {"act": "Jury constitué", "jury": "j", "on": march, "value": "A / B"},
        {"act": "Jury convoqué", "jury": "j", "on": march, "value": "12/03/2027"},
        {"act": "Candidat convoqué", "who": "0001", "jury": "j", "on": march},
        {"act": "Présence jury", "who": "0001", "jury": "j", "on": march, "value": "présent"},
        {"act": "État figé", "who": "0001", "jury": "j", "on": march},
        {"act": "Décision", "who": "0001", "jury": "j", "on": march, "value": "favorable"},
        {"act": "PV établi", "jury": "j", "on": march, "reference": "PV-1"},
        {"act": "Décision notifiée", "who": "0001", "jury": "j", "on": march},
        {"act": "PV signé", "jury": "j", "on": march},
    ]
    done = office.record(*rows)
    assert [r.outcome for r in done.rows] == [*["recorded"] * 10, "refused", "recorded"]
    later = datetime(2027, 3, 20, tzinfo=UTC)
    assert shown(office, 101, later)["decision"] == ""
    office.record({"act": "Décision notifiée", "who": "0001", "jury": "j", "on": date(2027, 3, 15)})
    assert shown(office, 101, later)["decision"] == "Certification proposée (notifiée le 15 mars 2027)"


def test_suspended_people_get_no_page_and_the_rest_are_sent(office: Office) -> None:
    from dataclasses import replace

    from .conftest import roster

    file = roster()
    office.enrol(replace(file, rows=(replace(file.rows[0], suspended=True), *file.rows[1:]), sha256="7" * 64))
    deposit(office, "depot-a", "none")
    office.pull()
    assert sorted(statuses(office.ledger, office.files, "site-1", now=NOON)) == [102, 103, 104, 105]


class Board:
    """The one function of Lms that is used here, keeping what it was given."""

    def __init__(self) -> None:
        self.kept: dict[int, Mapping[str, Json]] = {}

    def put_candidate_status(self, promotion: str, statuses: Mapping[int, Mapping[str, Json]]) -> int:
        assert promotion == "angers-test"
        self.kept.update(statuses)
        return len(statuses)


def test_publishing_sends_everyone_once(office: Office) -> None:
    board = Board()
    office.site.put(FactKind.ENROLMENT, "course", 101, status="active")
    assert publish_statuses(office.ledger, board, office.files, "site-1", now=NOON) == 0  # type: ignore[arg-type]
    office.pull()
    assert publish_statuses(office.ledger, board, office.files, "site-1", now=NOON) == 5  # type: ignore[arg-type]
    assert sorted(board.kept) == [101, 102, 103, 104, 105]
