"""Findings of a verification: each broken thing once, in French, and not a million of them."""

from __future__ import annotations

LIMIT = 100


class Findings:
    """Keeps the first findings and counts the others."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: dict[str, None] = {}
        self._more = 0

    def add(self, sentence: str) -> None:
        """Add one sentence, unless it was said already."""
        if sentence in self._kept:
            return
        if len(self._kept) < LIMIT:
            self._kept[sentence] = None
        else:
            self._more += 1

    def listed(self) -> tuple[str, ...]:
        """Return the sentences, the last of which counts those that were not kept."""
        rest = (f"Et {self._more} autres anomalies.",) if self._more else ()
        return (*self._kept, *rest)
