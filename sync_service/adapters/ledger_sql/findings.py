"""Findings of a verification: each broken thing once, in French, and not a million of them."""

from __future__ import annotations

LIMIT = 100


class Findings:
    """Keeps the first findings and counts the others."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: dict[str, bool] = {}
        self._more = 0

    def add(self, sentence: str, *, grave: bool = True) -> None:
        """Add one sentence, unless it was said already; ``grave`` is False when it accuses a seal's place, not the register."""
        if sentence in self._kept:
            return
        if len(self._kept) < LIMIT:
            self._kept[sentence] = grave
        else:
            self._more += 1

    def extend(self, others: Findings) -> None:
        """Add those of lines that follow, in their order."""
        for sentence, grave in others._kept.items():
            self.add(sentence, grave=grave)
        self._more += others._more

    def listed(self) -> tuple[str, ...]:
        """Return the sentences, the last of which counts those that were not kept."""
        rest = (f"Et {self._more} autres anomalies.",) if self._more else ()
        return (*self._kept, *rest)

    def grave(self) -> tuple[str, ...]:
        """Return the sentences that accuse the register itself."""
        return tuple(said for said in self.listed() if self._kept.get(said, True))
