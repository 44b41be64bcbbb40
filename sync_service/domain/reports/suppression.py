"""Small numbers hidden in a table with totals, so that none can be found again by subtraction (domain.md §4.1 R12, R13).

Cells are bound by sums: a total and its parts. A cell of 1 to 4 people is hidden; then others are, the smallest first, until
no sum of the table, nor any combination of them, gives a hidden one away.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from sync_service.domain.reports.masking import SMALLEST

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Sum(Generic[Key]):
    """One sum that a reader can do: the total and the parts it is made of."""

    total: Key
    parts: tuple[Key, ...]

    @property
    def keys(self) -> tuple[Key, ...]:
        """Every cell of the sum."""
        return (self.total, *self.parts)


def hidden_cells(values: Mapping[Key, int], sums: Sequence[Sum[Key]], also: Iterable[Key] = ()) -> frozenset[Key]:
    """Return the cells to hide; ``also`` are hidden whatever they hold, for another reason than their number."""
    hidden = {key for key, value in values.items() if 0 < value < SMALLEST} | {key for key in also if values[key]}
    while True:
        weak = next((found for found in sums if _weak(found, values, hidden)), None)
        if weak is None:
            given = _given_away(hidden, sums)
            if given is None:
                return frozenset(hidden)
            weak = next((s for s in sums if given in s.keys and _others(s, values, hidden)), None)
            if weak is None:  # nothing is left to hide beside it
                return frozenset(hidden)
        hidden.add(_best(weak, values, hidden, sums))


def _best(weak: Sum[Key], values: Mapping[Key, int], hidden: set[Key], sums: Sequence[Sum[Key]]) -> Key:
    """Return the cell to hide beside those of a sum: one that opens no other sum, then a part, then the smallest."""

    def cost(key: Key) -> tuple[int, bool, int]:
        opened = sum(key in s.keys and not hidden.intersection(s.keys) for s in sums)
        return opened, key == weak.total, values[key]

    return min(_others(weak, values, hidden), key=cost)


def _others(found: Sum[Key], values: Mapping[Key, int], hidden: set[Key]) -> list[Key]:
    return [key for key in found.keys if key not in hidden and values[key]]


def _weak(found: Sum[Key], values: Mapping[Key, int], hidden: set[Key]) -> bool:
    """Tell whether a sum gives its hidden cells away: one alone, or several that are so few that bounds tell each."""
    covered = [key for key in found.keys if key in hidden]
    if not covered or not _others(found, values, hidden):
        return False
    parts = [key for key in covered if key != found.total]
    few = found.total not in covered and sum(values[key] for key in parts) < SMALLEST
    return len(covered) == 1 or few


def _given_away(hidden: set[Key], sums: Sequence[Sum[Key]]) -> Key | None:
    """Return a hidden cell that the sums together determine, None when there is none (Gauss elimination)."""
    order = sorted(hidden, key=repr)
    rows = [[Fraction((key == s.total) - (key in s.parts)) for key in order] for s in sums]
    rows = [row for row in rows if any(row)]
    lead = 0
    for column in range(len(order)):
        pivot = next((r for r in range(lead, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[lead], rows[pivot] = rows[pivot], rows[lead]
        rows[lead] = [value / rows[lead][column] for value in rows[lead]]
        for at, row in enumerate(rows):
            if at != lead and row[column]:
                factor = row[column]
                rows[at] = [a - factor * b for a, b in zip(row, rows[lead], strict=True)]
        lead += 1
    for row in rows:
        known = [place for place, value in enumerate(row) if value]
        if len(known) == 1:
            return order[known[0]]
    return None
