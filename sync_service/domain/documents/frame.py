"""What every document of a promotion shares: who makes it, when, from which state of the register."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest

from sync_service.domain import french
from sync_service.domain.candidate import Identity
from sync_service.domain.certification import Context, Standing
from sync_service.domain.entry import Entry, until
from sync_service.domain.entry import standing as standing_entries
from sync_service.domain.jury import Jury, Passage, passage
from sync_service.domain.jury_members import PostalAddress, bare_name, postal_addresses, same_member
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
    quality: str = ""
    outside: str = ""
    """« oui » or « non », empty when it was not said."""
    address: PostalAddress | None = None
    """Her own, for letters alone."""

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
    """In the order in which they pass: that of the day when it was given, else a French list of names."""

    def place(self, at: int) -> str:
        """Return the number of order of the person at a place, from 0; empty when others have one and she has none."""
        ranks = [p.rank for _, p in self.people]
        return str(ranks[at] or "") if any(ranks) else str(at + 1)


def sitting(jury: Jury, entries: tuple[Entry, ...], standings: tuple[Standing, ...]) -> Sitting:
    """Gather a session de jury from its entries and from the standings of the promotion."""
    found = [(standing, passage(standing.passages, jury.id)) for standing in standings]
    seen = sorted(((s, p) for s, p in found if p != Passage(jury.id)), key=lambda one: _order(one[1]))
    return Sitting(jury, members(entries), tuple(seen))


def _order(held: Passage) -> tuple[int, str]:
    """Order by the place given, then by the hour; those who have neither come last, as a French list does."""
    return held.rank or 10**6, held.time or "99"


def members(entries: tuple[Entry, ...]) -> tuple[Member, ...]:
    """Return the members of a jury, those who withdrew said as such; an erased name is not printed."""
    named: list[Member] = []
    gone: list[str] = []
    addresses = postal_addresses(entries)
    present: list[str] | None = None
    for entry in entries:
        if entry.type == "jury.constituted":
            named, gone = _constituted(entry), []
        elif entry.type == "jury.member_recused":
            gone.append(entry.text("name"))
        elif entry.type == "minutes.drawn_up" and _listed(entry, "names"):
            present = _listed(entry, "names")
    return tuple(
        replace(
            member,
            recused=any(same_member(member.name, name) for name in gone),
            sat=None if present is None else any(same_member(member.name, name) for name in present),
            address=next((a for a in addresses if same_member(member.name, a.name)), None),
        )
        for member in named
    )


def _constituted(entry: Entry) -> list[Member]:
    names, qualities, outside = (_listed(entry, field) for field in ("names", "qualities", "outside"))
    rows = zip_longest(names, qualities[: len(names)], outside[: len(names)], fillvalue="")
    return [Member(name, quality=quality, outside=side) for name, quality, side in rows]


def _listed(entry: Entry, field: str) -> list[str]:
    listed = entry.get(field)
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
    """Return the lines of an envelope: her own address, else function and collectivité with the latter's address.

    Raises UsageError when the identity is erased.
    """
    who = identified(standing)
    if who.address:
        return (who.full_name, *address_lines(who.address))
    lines = (who.full_name, who.position, who.employer, *address_lines(who.employer_address))
    return tuple(line for line in lines if line)


def address_of_member(member: Member) -> tuple[str, ...]:
    """Return the lines of the envelope of a member of the jury: her own address, else name, collectivité and quality."""
    if member.address is not None:
        return (bare_name(member.name), *address_lines(member.address.address))
    return (member.name, member.quality) if member.quality else (member.name,)


def address_lines(address: str) -> tuple[str, ...]:
    """Return the lines of an address, written on one line with « / » or « , » or on several."""
    separator = "/" if "/" in address else "\n" if "\n" in address else ","
    return tuple(line.strip() for line in address.split(separator) if line.strip())
