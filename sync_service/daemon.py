"""The loop of ``cyclesync run``: one instance, jobs when they are due, a clean stop on the first signal."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

import schedule
import structlog

from sync_service.domain.jobs import Job, due
from sync_service.errors import CyclesyncError, LockedError
from sync_service.ports import Clock, JobStore, Locks

LOCK = "daemon"
LOCK_SECONDS = 180
HEARTBEAT_SECONDS = 60
TICK_SECONDS = 30

Action = Callable[[], None]


def owner_name() -> str:
    """Return who holds our locks: host and process."""
    return f"{socket.gethostname()}/{os.getpid()}"


@contextmanager
def stopping_on_signals(stop: threading.Event) -> Iterator[None]:
    """Set ``stop`` at the first SIGINT or SIGTERM; give the old handlers back, so that a second signal kills."""
    watched = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in watched}

    def give_back() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def on_signal(number: int, _frame: FrameType | None) -> None:
        structlog.get_logger().info("stopping", signal=number)
        stop.set()
        give_back()

    for number in watched:
        signal.signal(number, on_signal)
    try:
        yield
    finally:
        give_back()


@contextmanager
def single_instance(locks: Locks, clock: Clock, owner: str, stop: threading.Event) -> Iterator[None]:
    """Hold the daemon's lock, renewed by a thread; stop when it is lost.

    Raises:
        LockedError: another daemon is at work on this installation.
    """

    def renew() -> bool:
        return locks.acquire(LOCK, owner=owner, now=clock.now(), ttl_seconds=LOCK_SECONDS)

    if not renew():
        raise LockedError(f"Un autre démon travaille déjà ({locks.holder(LOCK)}) : arrêtez-le d’abord.")
    ended = threading.Event()

    def heartbeat() -> None:
        while not ended.wait(HEARTBEAT_SECONDS):
            if not renew():
                structlog.get_logger().error("lock_lost", lock=LOCK)
                stop.set()

    thread = threading.Thread(target=heartbeat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        locks.release(LOCK, owner=owner)


def run_due(
    jobs: Sequence[Job], actions: Mapping[str, Action], *, store: JobStore, clock: Clock, stop: threading.Event
) -> int:
    """Run every job that is due; one that fails is logged and tried again at the next tick. Return how many failed."""
    log = structlog.get_logger()
    failed = 0
    for job in due(jobs, clock.now(), store.last_runs()):
        if stop.is_set():
            break
        try:
            actions[job.name]()
        except CyclesyncError as error:
            failed += 1
            log.error("job_failed", job=job.name, error=type(error).__name__, sentence=error.sentence)  # noqa: TRY400
        except Exception as error:  # noqa: BLE001 # a daemon outlives the fault of one job
            failed += 1
            log.error("job_broke", job=job.name, error=type(error).__name__)  # noqa: TRY400 # no values in the log
        else:
            store.ran(job.name, at=clock.now())
            log.info("job_done", job=job.name)
    return failed


def run(
    jobs: Sequence[Job],
    actions: Mapping[str, Action],
    *,
    store: JobStore,
    locks: Locks,
    clock: Clock,
    stop: threading.Event | None = None,
    tick_seconds: int = TICK_SECONDS,
) -> None:
    """Run until a signal: ``schedule`` is only the tick, what is due is decided by ``domain.jobs``."""
    stop = stop or threading.Event()

    def tick() -> None:
        run_due(jobs, actions, store=store, clock=clock, stop=stop)

    scheduler = schedule.Scheduler()
    scheduler.every(tick_seconds).seconds.do(tick)
    with stopping_on_signals(stop), single_instance(locks, clock, owner_name(), stop):
        structlog.get_logger().info("started", jobs=[job.name for job in jobs])
        tick()
        while not stop.wait(0.5):
            scheduler.run_pending()
        structlog.get_logger().info("stopped")
