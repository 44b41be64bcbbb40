"""The demonstration's clock: it stands where the story puts it, and ticks one second per reading."""

from __future__ import annotations

from datetime import datetime, timedelta


class ToldClock:
    """The port Clock, moved forward by the story; two readings are never the same moment."""

    def __init__(self, start: datetime) -> None:
        """Stand at ``start``, aware."""
        self._now = start

    def now(self) -> datetime:
        """Return the story's moment, one second later at each reading."""
        self._now += timedelta(seconds=1)
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Go to a later moment; an earlier one changes nothing."""
        self._now = max(self._now, moment)
