import os
import signal
import threading
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from sync_service.daemon import LOCK, run, run_due, single_instance
from sync_service.domain.jobs import Every
from sync_service.errors import LockedError, MoodleUnreachableError

NOW = datetime(2027, 1, 10, 10, tzinfo=UTC)
PULL, PLAN = Every("pull", 5), Every("plan", 60)


class StillClock:
    def now(self) -> datetime:
        return NOW


class Jobs:
    def __init__(self) -> None:
        self.done: dict[str, datetime] = {}

    def last_runs(self) -> Mapping[str, datetime]:
        return self.done

    def ran(self, job: str, *, at: datetime) -> None:
        self.done[job] = at


class OneLock:
    def __init__(self) -> None:
        self.owner: str | None = None

    def acquire(self, name: str, *, owner: str, now: datetime, ttl_seconds: int = 300) -> bool:
        if self.owner not in {None, owner}:
            return False
        self.owner = owner
        return True

    def release(self, name: str, *, owner: str) -> None:
        if self.owner == owner:
            self.owner = None

    def holder(self, name: str) -> str | None:
        return self.owner


def refuse() -> None:
    raise MoodleUnreachableError("Moodle ne répond pas.")


def break_down() -> None:
    raise ZeroDivisionError


def test_a_failing_job_stays_due_and_does_not_stop_the_others() -> None:
    store, ran = Jobs(), []
    actions = {"pull": refuse, "plan": lambda: ran.append("plan")}
    failed = run_due([PULL, PLAN], actions, store=store, clock=StillClock(), stop=threading.Event())
    assert (failed, ran, dict(store.done)) == (1, ["plan"], {"plan": NOW})


def test_a_broken_job_does_not_end_the_daemon() -> None:
    store = Jobs()
    assert run_due([PULL], {"pull": break_down}, store=store, clock=StillClock(), stop=threading.Event()) == 1
    assert store.done == {}


def test_a_second_daemon_is_refused() -> None:
    lock, stop = OneLock(), threading.Event()
    with single_instance(lock, StillClock(), "host/1", stop):
        with pytest.raises(LockedError, match="host/1"), single_instance(lock, StillClock(), "host/2", stop):
            raise AssertionError("the second daemon must not start")
        assert lock.holder(LOCK) == "host/1"
    assert lock.holder(LOCK) is None


def test_a_signal_stops_cleanly_after_the_job_at_hand() -> None:
    store, lock = Jobs(), OneLock()
    before = signal.getsignal(signal.SIGTERM)

    def pull() -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    run([PULL, PLAN], {"pull": pull, "plan": break_down}, store=store, locks=lock, clock=StillClock(), tick_seconds=1)
    assert store.done == {"pull": NOW}
    assert lock.owner is None
    assert signal.getsignal(signal.SIGTERM) is before
