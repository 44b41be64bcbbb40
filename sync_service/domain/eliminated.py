"""Eliminations as they are kept outside the register, so that an older backup put back does not bring identities back unseen.

The list names no one: bordereau, reference of the visa, day, and for each unit the random identifier and the series.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

from sync_service.domain import french
from sync_service.domain.event import Event, Series
from sync_service.domain.lms_state import Json

TYPES = ("elimination.approved", "vault.key_destroyed")
"""Types of the lines from which the list is made."""
Unit = tuple[str, Series]
"""Subject and series whose key was destroyed."""


@dataclass(frozen=True, slots=True)
class Elimination:
    """One bordereau d’élimination that was carried out."""

    list_id: str
    promotion: str
    visa: str
    on: date
    """Day of the last destruction."""
    units: frozenset[Unit]

    def only(self, units: AbstractSet[Unit]) -> Elimination:
        """Return the part of it that is about some units."""
        return replace(self, units=self.units & units)

    @property
    def command(self) -> str:
        """The command that eliminates it again, citing the same visa."""
        mark = "'" if '"' in self.visa else '"'
        promotion = f" --promotion {self.promotion}" if self.promotion else ""
        return f"cyclesync retention eliminate {self.list_id} --visa {mark}{self.visa}{mark}{promotion}"

    @property
    def came_back(self) -> str:
        """Say that it can be read again, and how to eliminate it again."""
        return (
            f"Bordereau {self.list_id} ({self.counted}), éliminé le {self.on:%d/%m/%Y} sous le visa {self.visa} : ce que la "
            "sauvegarde en gardait est revenu avec la restauration et peut de nouveau être lu ; éliminez-le de nouveau par "
            f"« {self.command} »."
        )

    @property
    def stayed(self) -> str:
        """Say that its keys were still destroyed, and that the register says so again."""
        return (
            f"Bordereau {self.list_id} ({self.counted}), éliminé le {self.on:%d/%m/%Y} sous le visa {self.visa} : rien n’en "
            "est revenu, les clés en place étant celles d’après ; le registre inscrit de nouveau leur destruction."
        )

    @property
    def counted(self) -> str:
        """How much it is about, in words."""
        people = len({subject for subject, _ in self.units if subject.startswith("cand_")})
        return f"{french.count(len(self.units), 'série')}, {french.count(people, 'personne')}"


def eliminations_of(events: Iterable[Event], zone: tzinfo) -> tuple[Elimination, ...]:
    """Return what lines of the register say was eliminated under a visa, in their order."""
    found: dict[str, Elimination] = {}
    for event in events:
        name = str(event.data.get("list") or "")
        if event.type == "elimination.approved":
            visa = str(event.data.get("visa", ""))
            found[name] = Elimination(name, event.promotion or "", visa, event.recorded_at.date(), frozenset())
        elif event.type == "vault.key_destroyed" and name in found:
            unit = (event.subject, Series(str(event.data.get("series"))))
            day = event.recorded_at.astimezone(zone).date()
            found[name] = replace(found[name], on=day, units=found[name].units | {unit})
    return tuple(item for item in found.values() if item.units)


def destroyed_in(events: Iterable[Event]) -> frozenset[tuple[str, Unit]]:
    """Return (list, unit) of each destruction that the register says."""
    return frozenset(
        (str(e.data.get("list") or ""), (e.subject, Series(str(e.data.get("series")))))
        for e in events
        if e.type == "vault.key_destroyed"
    )


def merge(*lists: Iterable[Elimination]) -> tuple[Elimination, ...]:
    """Return every elimination of several lists once, the units of each put together."""
    found: dict[tuple[str, str], Elimination] = {}
    for item in (item for one in lists for item in one):
        held = found.get((item.list_id, item.visa))
        merged = item if held is None else replace(held, units=held.units | item.units, on=max(held.on, item.on))
        found[item.list_id, item.visa] = merged
    return tuple(found[key] for key in sorted(found))


def not_said(known: Iterable[Elimination], said: AbstractSet[tuple[str, Unit]]) -> tuple[Elimination, ...]:
    """Return what of these eliminations a register does not say."""
    left = (item.only({unit for unit in item.units if (item.list_id, unit) not in said}) for item in known)
    return tuple(item for item in left if item.units)


@dataclass(frozen=True, slots=True)
class Listed:
    """The list, as of a moment."""

    at: datetime
    items: tuple[Elimination, ...]


def to_plain(items: Iterable[Elimination]) -> list[Json]:
    """Return eliminations as plain objects, in an order that does not change."""
    return [
        {
            "bordereau": item.list_id, "promotion": item.promotion, "visa": item.visa, "le": item.on.isoformat(),
            "unites": [[subject, series.value] for subject, series in sorted(item.units)],
        }
        for item in items
    ]  # fmt: skip


def from_plain(found: object) -> tuple[Elimination, ...]:
    """Read eliminations back. Raises ValueError, KeyError or TypeError when it is not such a list."""
    if not isinstance(found, Sequence) or isinstance(found, str):
        raise TypeError("a list is expected")
    return tuple(_read(item) for item in found)


def _read(item: object) -> Elimination:
    if not isinstance(item, Mapping):
        raise TypeError("an object is expected")
    units = frozenset((str(subject), Series(series)) for subject, series in item["unites"])
    name, promotion, visa = (str(item[key]) for key in ("bordereau", "promotion", "visa"))
    return Elimination(name, promotion, visa, date.fromisoformat(str(item["le"])), units)
