"""Small numbers masked: what a count of fewer than five people would tell about each of them (domain.md §4.1 R12)."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sync_service.domain.reports.model import Cell

SMALLEST = 5
MASKED = "masqué"
EXPLAINED = (
    f"Un nombre qui concerne de 1 à {SMALLEST - 1} personnes est masqué ; quand un seul le serait, le plus petit des "
    "autres l’est aussi, pour qu’il ne se retrouve pas par soustraction."
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a whole: what is counted, and how many people it concerns."""

    value: int
    people: int


def mask(parts: Sequence[Part], total: int, *, also: AbstractSet[int] = frozenset()) -> tuple[Cell, ...]:
    """Return the parts of a whole of ``total`` people, those that would single somebody out being masked.

    The whole is shown beside its parts: one masked part alone could be computed, so a second one is masked with it. ``also`` are the places of parts
    masked elsewhere, which a sum over the rows would give away.
    """
    if total < SMALLEST:
        return tuple(MASKED for _ in parts)
    hidden = {place for place, part in enumerate(parts) if 0 < part.people < SMALLEST or place in also}
    others = [place for place, part in enumerate(parts) if place not in hidden and part.value]
    if len(hidden) == 1 and others:
        hidden.add(min(others, key=lambda place: (parts[place].people, parts[place].value)))
    return tuple(MASKED if place in hidden else part.value for place, part in enumerate(parts))
