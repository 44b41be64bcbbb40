"""Acts are recorded by one process at a time: what a rule allowed is still true when it is written (design.md §4)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sync_service.daemon import owner_name
from sync_service.errors import LockedError
from sync_service.ports import Clock, Locks

LOCK = "acts"
"""Of the whole register and not of a promotion: certificate numbers and juries are shared by several."""
TRIES = 150
PAUSE_SECONDS = 0.2


@contextmanager
def one_at_a_time(
    locks: Locks, clock: Clock, owner: str = "", pause: Callable[[float], None] = time.sleep
) -> Iterator[None]:
    """Hold the right to record acts, once whoever has it is done.

    Raises:
        LockedError: they are not done after half a minute; nothing was recorded.
    """
    owner = owner or owner_name()
    for _ in range(TRIES):
        if locks.acquire(LOCK, owner=owner, now=clock.now()):
            break
        pause(PAUSE_SECONDS)
    else:
        raise LockedError(
            f"{locks.holder(LOCK) or 'Quelqu’un'} enregistre déjà dans ce registre : attendez la fin, puis relancez la même "
            "commande."
        )
    try:
        yield
    finally:
        locks.release(LOCK, owner=owner)
