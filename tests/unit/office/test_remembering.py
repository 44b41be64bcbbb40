from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sync_service.usecases import record
from sync_service.usecases.remembering import RememberingLedger

if TYPE_CHECKING:
    from .conftest import Office


def test_it_answers_as_the_register_does_before_and_after_a_write(office: Office) -> None:
    inner = office.ledger
    memory = RememberingLedger(inner)
    subject = office.subject("0001")
    questions: tuple[dict[str, Any], ...] = (
        {},
        {"subject": subject},
        {"promotion": "angers-test"},
        {"types": ["enrolment.recorded"]},
        {"after": 7},
    )
    for _ in range(2):
        for question in questions:
            assert list(memory.events(**question)) == list(inner.events(**question))
        events = tuple(inner.events(subject=subject))
        assert memory.reveal(events) == inner.reveal(events)
        memory.append(
            record.send_reminder(office.desk(), "0001", on=date(2027, 2, 9), about="dépôts", token="t"),
            now=office.clock.at,
        )
    assert memory.head() == inner.head()
    assert memory.find("matricule", "0001") == subject
    assert (memory.cursor("site-1"), memory.runs(), memory.heads(site_uid="site-1")) == ("", [], {})


def test_until_is_applied_to_what_is_remembered(office: Office) -> None:
    memory = RememberingLedger(office.ledger)
    assert len(list(memory.events())) == office.ledger.head().size
    assert list(memory.events(until=office.clock.at)) == list(office.ledger.events(until=office.clock.at))
