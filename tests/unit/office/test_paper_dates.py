"""A document asked for a day before the facts it speaks of: the first possible day, and the day taken when none is said."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from sync_service.domain.documents.model import Document
from sync_service.errors import RecordRefusedError, UsageError
from sync_service.usecases.documents import Paper
from sync_service.usecases.paper_dates import earliest
from sync_service.usecases.papers import KINDS, Asked
from sync_service.usecases.report import report
from sync_service.usecases.standing import current_day

from .test_certification import JURY, certify, control, hand_in, minutes, sit
from .test_documents import letters, made

if TYPE_CHECKING:
    from .conftest import Office

EARLY = date(2026, 9, 2)
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def issued(office: Office) -> Office:
    """One certificate issued after a jury."""
    hand_in(office, 101)
    control(office, "0001")
    sit(office, {"0001": "favorable"})
    minutes(office)
    assert certify(office, "0001") == []
    return office


def drawn(office: Office, asked: Asked, on: date) -> Paper:
    found, _ = made(office, on).wanted(asked)
    return found[0].build()


@pytest.mark.parametrize("kind", ["convening", "minutes", "certificate", "duplicate", "notification"])
def test_the_first_possible_day_is_found_and_the_day_before_is_refused(issued: Office, kind: str) -> None:
    who = "0001" if KINDS[kind].about == "person" else ""
    asked = Asked(KINDS[kind], jury=JURY, candidate=who)
    day = earliest(issued.desk(), letters, asked, after=EARLY)
    assert day is not None
    assert day > EARLY
    assert isinstance(drawn(issued, asked, day), Document)
    with pytest.raises((RecordRefusedError, UsageError)):
        drawn(issued, asked, date.fromordinal(day.toordinal() - 1))


def test_what_no_day_will_allow_has_no_first_day(issued: Office) -> None:
    assert earliest(issued.desk(), letters, Asked(KINDS["certificate"], candidate="0002"), after=EARLY) is None
    assert earliest(issued.desk(), letters, Asked(KINDS["minutes"], jury="jury-ailleurs"), after=EARLY) is None


def test_a_jury_that_is_not_known_yet_is_said_so_and_one_person_brings_her_own(issued: Office) -> None:
    with pytest.raises(RecordRefusedError, match="pas encore au registre"):
        made(issued, EARLY).wanted(Asked(KINDS["minutes"], jury=JURY))
    (wanted,), _ = made(issued).wanted(Asked(KINDS["convening"], candidate="0001"))
    assert wanted.jury == JURY


def test_without_a_date_the_day_is_today_or_that_of_the_newest_line(issued: Office) -> None:
    newest = issued.ledger.head().last_recorded_at
    assert newest is not None
    day = newest.astimezone(PARIS).date()
    assert current_day(issued.ledger, datetime(2026, 1, 1, 9, tzinfo=UTC), PARIS) == day
    assert current_day(issued.ledger, datetime(2031, 5, 1, 9, tzinfo=UTC), PARIS) == date(2031, 5, 1)
    seen = report("promotion", issued.ledger, issued.files, now=datetime(2026, 1, 1, 9, tzinfo=UTC))
    assert seen.stamp is not None
    assert seen.stamp.as_of == day
