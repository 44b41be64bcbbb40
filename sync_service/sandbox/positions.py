"""Order of our objects among what people add: declared positions are kept while the order is as declared."""

from __future__ import annotations

from collections.abc import Mapping


def reported(declared: Mapping[int, int | None]) -> dict[int, int]:
    """Return id → position to show: the declared one for the longest run in order, the rank for what was moved."""
    kept = set(_longest_run(declared))
    return {
        item: position if item in kept and position is not None else rank
        for rank, (item, position) in enumerate(declared.items())
    }


def fits(positions: Mapping[int, int], item: int, wanted: int) -> bool:
    """Tell whether ``item`` stands where ``wanted`` puts it among the others."""
    seen = False
    for other, position in positions.items():
        if other == item:
            seen = True
        elif (seen and position < wanted) or (not seen and position > wanted):
            return False
    return seen


def predecessor(positions: Mapping[int, int], item: int, wanted: int) -> int | None:
    """Return the nearest sibling that ``wanted`` puts before ``item``, or None when it comes first."""
    best: int | None = None
    for other, position in positions.items():
        if other != item and position < wanted and (best is None or position >= positions[best]):
            best = other
    return best


def _longest_run(declared: Mapping[int, int | None]) -> list[int]:
    """Return the ids of the longest run whose declared positions do not decrease."""
    runs: dict[int, list[int]] = {}
    for item, position in declared.items():
        if position is None:
            continue
        before = [run for last, run in runs.items() if (declared[last] or 0) <= position]
        runs[item] = [*max(before, key=len, default=[]), item]
    return max(runs.values(), key=len, default=[])
