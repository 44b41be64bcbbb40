from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sync_service.domain.jobs import Daily, Every, due, in_window, is_due

NIGHT = Daily("plan", time(2, 30), "Europe/Paris")
PULL = Every("pull", 5)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_job_that_never_ran_is_due() -> None:
    assert due([PULL, NIGHT], at("2027-01-10T10:00:00"), {}) == (PULL, NIGHT)


def test_a_job_waits_its_minutes() -> None:
    now = at("2027-01-10T10:00:00")
    assert not is_due(PULL, now, now - timedelta(minutes=4))
    assert is_due(PULL, now, now - timedelta(minutes=5))


def test_a_missed_night_is_caught_up_once() -> None:
    now = at("2027-01-10T10:00:00")
    assert is_due(NIGHT, now, at("2027-01-07T01:31:00"))
    assert not is_due(NIGHT, now, now - timedelta(minutes=1))


def test_a_night_follows_the_zone_over_a_change_of_hour() -> None:
    # 28 March 2027: 2 h 30 does not exist in Paris; the job runs at 3 h 30 summer time, which is 1 h 30 UTC.
    last = at("2027-03-27T01:31:00")
    assert not is_due(NIGHT, at("2027-03-28T01:29:00"), last)
    assert is_due(NIGHT, at("2027-03-28T01:30:00"), last)


def test_a_clock_that_went_back_does_not_stop_the_daemon() -> None:
    now = at("2027-01-10T10:00:00")
    assert is_due(PULL, now, now + timedelta(days=400))


def test_a_window_may_pass_midnight() -> None:
    assert in_window(at("2027-01-10T23:30:00"), time(22), time(5), "Europe/Paris")
    assert not in_window(at("2027-01-10T12:00:00"), time(22), time(5), "Europe/Paris")
    assert in_window(at("2027-07-10T00:30:00"), time(1), time(5), "Europe/Paris")


@given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2028, 1, 1)))  # noqa: DTZ001 # made aware below
def test_a_job_just_run_is_not_due_again(moment: datetime) -> None:
    now = moment.replace(tzinfo=UTC)
    assert due([PULL, NIGHT], now, {"pull": now, "plan": now}) == ()
