from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from sync_service.domain.calendar import (
    Calendar,
    Half,
    HalfDay,
    LocalTimeError,
    Session,
    SessionKind,
    SessionState,
    to_utc,
)

PARIS = "Europe/Paris"


def session(name: str, state: SessionState, *halves: HalfDay, module: int | None = 1) -> Session:
    kind = SessionKind.SUPPORT if module is None else SessionKind.MODULE
    return Session(name, module, kind, halves, "ici", "", (), (), state)


def half(day: date, moment: Half = Half.MORNING) -> HalfDay:
    hours = (time(9), time(12, 30)) if moment is Half.MORNING else (time(13, 30), time(17))
    return HalfDay(day, moment, *hours, PARIS)


@pytest.mark.parametrize(
    ("day", "moment", "utc"),
    [
        (date(2027, 3, 27), time(9), datetime(2027, 3, 27, 8, tzinfo=UTC)),
        (date(2027, 3, 28), time(9), datetime(2027, 3, 28, 7, tzinfo=UTC)),
        (date(2026, 10, 25), time(1, 59), datetime(2026, 10, 24, 23, 59, tzinfo=UTC)),
        (date(2027, 5, 19), time(23, 59, 59), datetime(2027, 5, 19, 21, 59, 59, tzinfo=UTC)),
    ],
)
def test_local_times_follow_the_season(day: date, moment: time, utc: datetime) -> None:
    assert to_utc(day, moment, PARIS) == utc


@pytest.mark.parametrize(("day", "moment"), [(date(2027, 3, 28), time(2, 30)), (date(2026, 10, 25), time(2, 30))])
def test_times_that_do_not_exist_or_exist_twice_are_errors(day: date, moment: time) -> None:
    with pytest.raises(LocalTimeError, match=r"02:30 \(Europe/Paris\)"):
        to_utc(day, moment, PARIS)


def test_a_session_over_the_change_of_clocks_lasts_what_it_lasts() -> None:
    run = session("m1-a", SessionState.PLANNED, half(date(2027, 3, 26)), half(date(2027, 3, 29), Half.AFTERNOON))
    assert (run.ends_at - run.starts_at).total_seconds() == 3 * 86400 + 8 * 3600 - 3600
    assert run.dates == (date(2027, 3, 26), date(2027, 3, 29))


def test_cancelled_and_postponed_half_days_do_not_count() -> None:
    day = date(2027, 1, 13)
    calendar = Calendar(
        (
            session("a", SessionState.HELD, half(day), half(day, Half.AFTERNOON)),
            session("b", SessionState.CANCELLED, half(day)),
            session("c", SessionState.POSTPONED, half(day)),
            session("d", SessionState.PLANNED, half(day), module=None),
        )
    )
    assert calendar.halfdays() == 3
    assert [found.id for found in calendar.of_module(1)] == ["a", "b", "c"]
    assert [found.id for found in calendar.support()] == ["d"]
    assert calendar.session("d").kind is SessionKind.SUPPORT
    with pytest.raises(KeyError):
        calendar.session("z")
