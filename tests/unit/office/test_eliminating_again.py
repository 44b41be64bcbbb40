"""What an older backup brought back is eliminated again under its visa, in a register that lost the bordereau or not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from sync_service.domain.eliminated import Elimination
from sync_service.domain.event import Series
from sync_service.errors import RecordRefusedError
from sync_service.usecases import retention
from sync_service.usecases.eliminating_again import eliminate_again, to_do_again
from sync_service.usecases.retention import Eliminated

from .test_retention import fill

if TYPE_CHECKING:
    from .conftest import Office

FAR = date(2040, 1, 1)
NAME, VISA = "angers-test-01", "AD49-2040-12"


def back(office: Office, *, on: date = FAR) -> Elimination:
    units = {(standing.candidate.subject, Series.TRACES) for standing in office.desk().standings()[:2]}
    return Elimination(NAME, "angers-test", VISA, on, frozenset(units))


def again(office: Office, item: Elimination) -> Eliminated:
    desk = office.desk()
    return eliminate_again(desk, office.ledger, item, retention.known_lists(desk))


def at(office: Office, day: date) -> None:
    office.clock.at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def test_a_register_that_lost_it_gets_the_bordereau_its_visa_and_the_destructions(office: Office) -> None:
    item = back(office)
    again(office, item)
    held = retention.known_lists(office.desk())[NAME]
    assert (held.visa, set(held.units), held.left, held.proposed_on) == (VISA, set(item.units), (), FAR)
    assert office.types().count("vault.key_destroyed") == 2
    size = office.ledger.head().size
    again(office, item)  # killed and run again: the bordereau and its visa are there once
    assert office.ledger.head().size == size


def test_dates_that_the_restored_register_does_not_reach_keep_nothing(office: Office) -> None:
    """The office destroyed it in 2040; the restored register may not even know the end of the promotion."""
    assert not any(unit.due(date(2027, 1, 1)) for unit in retention.look(office.desk()))
    item = back(office)
    again(office, item)
    assert not {(u.subject, u.series) for u in retention.look(office.desk())} & item.units


def test_a_bordereau_that_was_proposed_before_the_backup_gets_its_visa(office: Office) -> None:
    at(fill(office), FAR)
    made = retention.propose(office.desk(), on=FAR)
    assert made is not None
    again(office, back(office))
    held = retention.known_lists(office.desk())[NAME]
    assert held.visa == VISA
    assert len(held.left) == len(made.units) - 2


def test_another_list_of_that_name_is_not_given_this_visa(office: Office) -> None:
    at(fill(office), FAR)
    assert retention.propose(office.desk(), on=FAR) is not None
    with pytest.raises(RecordRefusedError, match="une autre liste angers-test-01 a été proposée"):
        again(office, back(office, on=date(2039, 12, 31)))
    retention.approve(office.desk(), NAME, on=FAR, visa="AUTRE")
    with pytest.raises(RecordRefusedError, match="une autre liste"):
        again(office, back(office))
    assert "vault.key_destroyed" not in office.types()


def test_what_came_back_is_on_no_new_list_and_keeps_its_name(office: Office) -> None:
    at(fill(office), FAR)
    item = back(office)
    made = retention.propose(office.desk(), on=FAR, back=[item])
    assert made is not None
    assert made.id == "angers-test-02"
    assert not {(u.subject, u.series) for u in made.units} & item.units


def test_the_visa_must_be_the_one_that_was_given(office: Office) -> None:
    item = back(office)
    assert to_do_again([item], NAME, VISA) == item
    assert to_do_again([item], "angers-test-02", VISA) is None
    with pytest.raises(RecordRefusedError, match="AD49-2040-12 : citez celui-là"):
        to_do_again([item], NAME, "AUTRE")
