"""What a report is made of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias
from zoneinfo import ZoneInfo

from sync_service.domain import french
from sync_service.domain.gaps import french_points
from sync_service.domain.seen import REASONS

Cell: TypeAlias = "str | int | Decimal | date | None"
"""A Decimal is a number of days, said with one decimal, or a Percent."""


class Percent(Decimal):
    """A rate, in percent: « 87,5 % » is 87.5."""


def rate(part: int, total: int) -> Cell:
    """Return what ``part`` is of ``total``, rounded to a tenth, or « sans objet » when there is nothing to divide by."""
    return Percent(Decimal((part * 2000 + total) // (2 * total)) / 10) if total else "sans objet"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a stable code for machines, a heading for people."""

    code: str
    heading: str
    head: bool = False
    """Whether its cells are the headings of their rows."""
    on_page: bool = True
    """False for what only a spreadsheet or a machine needs."""
    for_machines: bool = False
    """Whether its cells are codes, which no person is to read, in a spreadsheet either."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows and columns under a caption; ``empty`` is said when there is no row."""

    code: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = "Rien à signaler."
    on_page: bool = True
    """False for the flat list that only a spreadsheet or a machine needs, when the page says it otherwise."""

    def for_people(self) -> Table:
        """Return the table without the columns of codes."""
        kept = [place for place, column in enumerate(self.columns) if not column.for_machines]
        rows = tuple(tuple(row[place] for place in kept) for row in self.rows)
        return replace(self, columns=tuple(self.columns[place] for place in kept), rows=rows)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report: sentences, pairs of label and value, tables."""

    heading: str
    sentences: tuple[str, ...] = ()
    pairs: tuple[tuple[str, Cell], ...] = ()
    tables: tuple[Table, ...] = ()
    to_sign: tuple[str, ...] = ()
    """Who signs here: a frame each on paper, a sentence elsewhere."""

    @property
    def said(self) -> tuple[str, ...]:
        """All that the part says in sentences, who signs included."""
        return (*self.to_sign, *self.sentences)

    @property
    def numbered(self) -> bool:
        """Whether its sentences bear their own numbers, and want no bullet besides."""
        return bool(self.said) and self.said[0].startswith("1. ")


@dataclass(frozen=True, slots=True)
class Stamp:
    """As of when, known when, from which register: the last line of every report."""

    made_at: datetime
    as_of: date
    known_at: datetime
    referential: str
    size: int
    root: str
    """Root of the register at that size, 64 digits."""
    zone: ZoneInfo

    @property
    def reference(self) -> str:
        """First 16 digits of the root."""
        return self.root[:16]

    def line(self, *, whole: bool = False) -> str:
        """Write « Établi le … · données connues au … · … »; ``whole`` prints the root instead of its beginning."""
        version, _, digest = self.referential.partition(" ")
        groups = "-".join(self.reference[i : i + 4] for i in range(0, len(self.reference), 4))
        tree = f"racine {self.root}" if whole else f"référence {groups}"
        return french_points(
            f"Établi le {french.long_moment(self.made_at, self.zone)} · situation au {french.long_date(self.as_of)} · "
            f"données connues au {french.long_moment(self.known_at, self.zone)} · référentiel {version} ({digest[:8]}) · "
            f"registre : taille {french.whole(self.size)}, {tree} · E0 à E4 = niveau de preuve"
        )


@dataclass(frozen=True, slots=True)
class LastPull:
    """What the last pulls covered."""

    finished_at: datetime | None
    """End of the newest one."""
    outcome: str
    changes_only: bool = False
    last_good_at: datetime | None = None
    whole_at: datetime | None = None
    """End of the newest one that read everything, as far as it could."""
    unread: tuple[tuple[str, int], ...] = ()
    """What that one could not read: (reason code, how many things), most frequent first."""

    @property
    def complete(self) -> bool:
        """Whether the newest pull succeeded and the newest whole reading left nothing out."""
        return self.outcome in {"done", "partial"} and self.whole_at is not None and not self.unread

    def line(self, zone: ZoneInfo) -> str:
        """Say it in one sentence."""
        if self.finished_at is None:
            return "Moodle n’a encore jamais été relevé pour cette promotion."
        said = f"Dernier relevé Moodle : {french.long_moment(self.finished_at, zone)}, {self._how(zone)}."
        return french_points(said)

    def _how(self, zone: ZoneInfo) -> str:
        if self.outcome not in {"done", "partial"}:
            good = self.last_good_at
            since = f" ; dernier relevé réussi le {french.long_moment(good, zone)}" if good else ""
            return f"interrompu, rien n’a été enregistré après l’interruption{since}"
        if not self.changes_only:
            return self._whole()
        if self.whole_at is None:
            return "changements seuls ; aucune lecture complète récente"
        return f"changements seuls ; le {french.long_moment(self.whole_at, zone)}, {self._whole()}"

    def _whole(self) -> str:
        if not self.unread:
            return "lecture complète"
        listed = ", ".join(
            f"{french.count(n, 'non lu', 'non lus')} : {REASONS.get(code, code)}" for code, n in self.unread
        )
        return f"lecture partielle ({listed})"


@dataclass(frozen=True, slots=True)
class Report:
    """A report, ready to be drawn."""

    code: str
    """R1, R2, R3 …"""
    name: str
    title: str
    subtitle: str
    sections: tuple[Section, ...]
    footers: tuple[str, ...]
    notices: tuple[str, ...] = ()
    """Said before anything else: an example, a list not published yet, a reading that failed."""
    stamp: Stamp | None = None
    main: str = ""
    """Code of the table that a spreadsheet shows; empty for all of them."""
    meta: tuple[tuple[str, str], ...] = field(default=())
    marks: tuple[str, ...] = ()
    """Those of the notices that a machine must be told too: a specimen, a register found altered."""

    one_page: bool = False
    """Whether it is set small and tight on paper, so that it holds on one page."""

    def tables(self) -> tuple[Table, ...]:
        """Return every table, in order."""
        return tuple(table for section in self.sections for table in section.tables)


@dataclass(frozen=True, slots=True)
class Ending:
    """What all reports of one moment share: their stamp, the last pull, the notices."""

    stamp: Stamp
    pull: LastPull
    notices: tuple[str, ...] = ()

    def footers(self, *, whole: bool = False) -> tuple[str, ...]:
        """Return the last lines; ``whole`` prints the whole root, for registers and minutes kept on paper."""
        return (self.pull.line(self.stamp.zone), self.stamp.line(whole=whole))
