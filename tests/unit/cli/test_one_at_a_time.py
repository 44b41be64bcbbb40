"""Two who record at the same moment: one waits for the other, and says so when it takes too long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sync_service.cli.one_at_a_time import LOCK, TRIES, one_at_a_time
from sync_service.errors import LockedError


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2027, 1, 14, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


class Locks:
    """Locks in memory, with their expiry."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[str, datetime]] = {}

    def acquire(self, name: str, *, owner: str, now: datetime, ttl_seconds: int = 300) -> bool:
        holder, until = self.held.get(name, ("", now))
        if holder not in {"", owner} and until > now:
            return False
        self.held[name] = (owner, now + timedelta(seconds=ttl_seconds))
        return True

    def release(self, name: str, *, owner: str) -> None:
        if self.held.get(name, ("",))[0] == owner:
            del self.held[name]

    def holder(self, name: str) -> str | None:
        return self.held[name][0] if name in self.held else None


def test_the_second_waits_until_the_first_is_done() -> None:
    locks, clock, waited = Locks(), Clock(), list[float]()
    locks.acquire(LOCK, owner="pc-1/12", now=clock.now())

    def pause(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            locks.release(LOCK, owner="pc-1/12")

    with one_at_a_time(locks, clock, "pc-2/7", pause):
        assert locks.holder(LOCK) == "pc-2/7"
    assert len(waited) == 3
    assert locks.holder(LOCK) is None


def test_too_long_is_said_and_the_lock_of_the_other_stays() -> None:
    locks, clock, waited = Locks(), Clock(), list[float]()
    locks.acquire(LOCK, owner="pc-1/12", now=clock.now())
    done = []
    with (
        pytest.raises(LockedError, match=r"^pc-1/12 enregistre déjà .* relancez la même commande\.$"),
        one_at_a_time(locks, clock, "pc-2/7", waited.append),
    ):
        done.append(1)
    assert (len(waited), done, locks.holder(LOCK)) == (TRIES, [], "pc-1/12")


def test_the_right_is_given_back_when_recording_breaks() -> None:
    locks, clock = Locks(), Clock()
    with pytest.raises(ZeroDivisionError), one_at_a_time(locks, clock, "pc-2/7"):
        _ = 1 // 0
    assert locks.holder(LOCK) is None


def test_who_died_is_waited_for_no_longer_than_the_lock_lasts() -> None:
    locks, clock = Locks(), Clock()
    locks.acquire(LOCK, owner="pc-1/12", now=clock.now())

    def pause(_: float) -> None:
        clock.at += timedelta(minutes=6)

    with one_at_a_time(locks, clock, "pc-2/7", pause):
        assert locks.holder(LOCK) == "pc-2/7"
