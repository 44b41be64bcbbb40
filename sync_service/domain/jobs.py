"""When the daemon's jobs are due: a pure function of the time and of their last successful runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Every:
    """A job that runs again ``minutes`` after its last success."""

    name: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Daily:
    """A job that runs once a day at ``at``, local time of ``zone``; a missed night is caught up once."""

    name: str
    at: time
    zone: str


Job = Every | Daily


def _latest_moment(job: Daily, now: datetime) -> datetime:
    """Return the last moment, not after ``now``, at which a daily job should have started."""
    zone = ZoneInfo(job.zone)

    def moment(day: date) -> datetime:
        # fold=0: an hour that exists twice runs at its first; one that does not exist runs just after the gap.
        return datetime.combine(day, job.at, tzinfo=zone).astimezone(now.tzinfo)

    today = now.astimezone(zone).date()
    return moment(today) if moment(today) <= now else moment(today - timedelta(days=1))


def is_due(job: Job, now: datetime, last_run: datetime | None) -> bool:
    """Tell whether a job should run now. A last run in the future (clock gone back) counts as now."""
    if last_run is None:
        return True
    last = min(last_run, now)
    if isinstance(job, Every):
        return now - last >= timedelta(minutes=job.minutes) or last_run > now
    return last < _latest_moment(job, now)


def due(jobs: Sequence[Job], now: datetime, last_runs: Mapping[str, datetime]) -> tuple[Job, ...]:
    """Return the jobs to run now, in the order given."""
    return tuple(job for job in jobs if is_due(job, now, last_runs.get(job.name)))


def in_window(now: datetime, start: time, end: time, zone: str) -> bool:
    """Tell whether ``now`` is between two local times; a window may pass midnight."""
    local = now.astimezone(ZoneInfo(zone)).time()
    return start <= local < end if start <= end else local >= start or local < end
