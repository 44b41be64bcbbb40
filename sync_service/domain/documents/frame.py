"""What every document of a promotion shares: who makes it, when, from which state of the register."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sync_service.domain import french
from sync_service.domain.candidate import Identity
from sync_service.domain.certification import Context, Standing
from sync_service.domain.entry import Entry, until
from sync_service.domain.entry import standing as standing_entries
from sync_service.domain.jury import Jury, Passage, passage
from sync_service.domain.programme import Programme
from sync_service.domain.promotion import PromotionFiles
from sync_service.errors import UsageError

UNKNOWN = "…………………………"
"""Left to be filled in by hand."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a jury."""

    name: str
    recused: bool = False
    sat: bool | None = None
    """Whether the minutes say that she sat; None when they do not say who did."""

    @property
    def words(self) -> str:
        """Say it for the minutes, nothing when it is to be filled in."""
        if self.recused:
            return "Déporté(e)"
        return "" if self.sat is None else "Présent(e)" if self.sat else "Absent(e) ou excusé(e)"


@dataclass(frozen=True, slots=True)
class Frame:
    """The circumstances of a document."""

    files: PromotionFiles
    context: Context
    on: date
    size: int
    root: str

    @property
    def programme(self) -> Programme:
        """The programme of the promotion."""
        return self.context.programme

    @property
    def city(self) -> str:
        """City of the organiser, without what only the post reads: « Angers Cedex 1 » → « Angers »."""
        return re.split(r"\s+cedex\b", self.files.cycle.organiser.city, flags=re.IGNORECASE)[0]

    @property
    def sender(self) -> tuple[str, ...]:
        """Lines of the organiser, as the source document gives them."""
        who = self.files.cycle.organiser
        return (who.name, who.institute, who.street, f"{who.postcode} {who.city}", f"Tél. : {who.phone}")

    @property
    def dated(self) -> str:
        """Place and date."""
        return f"{self.city}, le {french.long_date(self.on)}"

    @property
    def short_line(self) -> str:
        """Return the one line that letters and sheets bear: size and eight digits of the root."""
        return f"Registre de certification : {french.whole(self.size)} lignes, réf. {self.root[:4]}-{self.root[4:8]}"

    @property
    def whole_line(self) -> str:
        """Return size and whole root, for minutes and registers."""
        return f"Registre de certification : taille {french.whole(self.size)}, racine {self.root}"

    def entries(self, standing: Standing) -> tuple[Entry, ...]:
        """Return what stands of one person on the day of the document, corrections applied."""
        return until(standing_entries(standing.entries), self.on, self.programme.zone)

    def cycle_line(self) -> str:
        """Name cycle and promotion."""
        return f"Cycle « {self.programme.title} », promotion {self.programme.label}"


@dataclass(frozen=True, slots=True)
class Sitting:
    """One session de jury with those it sees."""

    jury: Jury
    members: tuple[Member, ...]
    people: tuple[tuple[Standing, Passage], ...]
    """In the order in which they pass: a French list of names."""


def sitting(jury: Jury, entries: tuple[Entry, ...], standings: tuple[Standing, ...]) -> Sitting:
    """Gather a session de jury from its entries and from the standings of the promotion."""
    found = ((standing, passage(standing.passages, jury.id)) for standing in standings)
    return Sitting(jury, members(entries), tuple((s, p) for s, p in found if p != Passage(jury.id)))


def members(entries: tuple[Entry, ...]) -> tuple[Member, ...]:
    """Return the members of a jury, those who withdrew said as such; an erased name is not printed."""
    names: list[str] = []
    gone: set[str] = set()
    present: set[str] | None = None
    for entry in entries:
        if entry.type == "jury.constituted":
            names, gone = _names(entry), set()
        elif entry.type == "jury.member_recused":
            gone.add(french.plain(entry.text("name")))
        elif entry.type == "minutes.drawn_up" and _names(entry):
            present = set(map(french.plain, _names(entry)))
    return tuple(
        Member(name, french.plain(name) in gone, None if present is None else french.plain(name) in present)
        for name in names
    )


def _names(entry: Entry) -> list[str]:
    listed = entry.get("names")
    return [str(name) for name in listed] if isinstance(listed, list | tuple) else []


def jury_day(held: Jury, programme: Programme) -> date | None:
    """Return the day of a jury: that of its convocation, else of its minutes, else the one planned."""
    return held.held_on or held.drawn_up_on or programme.jury_on


def identified(standing: Standing) -> Identity:
    """Return the identity of a person. Raises UsageError when it was erased: such a document would name nobody."""
    if standing.candidate.identity is None:
        raise UsageError(
            "L’identité de cette personne est effacée : aucun document à son nom ne peut plus être établi. "
            "Ceux qui l’ont été avant sont au registre."
        )
    return standing.candidate.identity


def address_of(standing: Standing) -> tuple[str, ...]:
    """Return name, function and collectivité, a line each. Raises UsageError when the identity is erased."""
    who = identified(standing)
    return tuple(line for line in (who.full_name, who.position, who.employer) if line)
