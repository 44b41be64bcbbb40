"""Who the fifteen people of the demonstration are, and what happens to each in the year."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

ABSENCES = 0.16
"""Share of half-days missed (domain.md §5.4)."""


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the list of trainees."""

    matricule: str
    birth_name: str
    usual_name: str
    first_name: str
    email: str
    username: str

    @property
    def name(self) -> str:
        """Name shown in Moodle."""
        return f"{self.first_name} {self.usual_name or self.birth_name}"


EXEMPTED = "049001"
"""She followed module 2 elsewhere."""
RETURNED = "049002"
"""On leave for four weeks, then back; her certificate is corrected afterwards."""
INCOMPLETE = "049003"
"""Her dossier is incomplete, then completed."""
RENAMED = "049004"
"""She takes another usual name in the year; her certificate comes back from signature with the wrong name."""
DRAFT = "049005"
"""Her second deposit stays a draft until after the dashboard."""
LOSER = "049006"
"""She loses her certificate and asks for a duplicate."""
RESET = "049008"
"""A teacher resets his result in module 2; he does it again."""
REFUSED = "049009"
"""The jury does not certify her; her appeal is rejected."""
SUSPENDED = "049010"
"""Maternity leave from February; she goes on with the next promotion."""
ARRIVED_LATE = "049011"
"""She arrives in October, catches up the first module with the next promotion, and comes before the second jury."""
POSTPONED = "049012"
"""The jury asks her to come back; the second jury certifies her."""
LEAVER = "049014"
"""He leaves his job; his Moodle account is deleted."""
LATE = "049015"
"""Nothing handed in thirty days before the jury."""


def read_people(roster: Path) -> tuple[Person, ...]:
    """Read the example's list of trainees."""
    text = roster.read_text(encoding="utf-8-sig")
    return tuple(
        Person(
            row["matricule"], row["nom de naissance"], row["nom d'usage"], row["prénom"], row["e-mail"],
            row["e-mail"].partition("@")[0],
        )
        for row in csv.DictReader(io.StringIO(text), delimiter=";")
    )  # fmt: skip


ADDED = ("date d'inscription", "situation")
"""Columns that the office adds when someone arrives late or goes on leave."""


def edited_roster(
    roster: Path, *, without: Sequence[str] = (), cells: dict[str, dict[str, str]] | None = None
) -> bytes:
    """Return the list as the office edits it: people taken out, cells changed, columns added."""
    rows = list(csv.DictReader(io.StringIO(roster.read_text(encoding="utf-8-sig")), delimiter=";"))
    headings = list(rows[0])
    headings += [heading for heading in ADDED if heading not in headings]
    kept = [row | (cells or {}).get(row["matricule"], {}) for row in rows if row["matricule"] not in without]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, headings, delimiter=";", lineterminator="\r\n", restval="")
    writer.writeheader()
    writer.writerows(kept)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def extended_roster(roster: Path, trainees: int) -> bytes:
    """Return the list with ``trainees`` people: the first ones of the example, then others made up."""
    rows = list(csv.DictReader(io.StringIO(roster.read_text(encoding="utf-8-sig")), delimiter=";"))
    wanted = rows[:trainees]
    for number in range(len(rows) + 1, trainees + 1):
        model = rows[number % len(rows)]
        wanted.append(
            model
            | {
                "matricule": f"049{number:03d}",
                "nom de naissance": f"Exemple{number}",
                "nom d'usage": "",
                "e-mail": f"stagiaire{number:02d}@collectivite.exemple.invalid",
            }
        )
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(wanted)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def chance(*parts: str) -> float:
    """Return a number in [0, 1[ that is always the same for the same parts: the year is told the same way each time."""
    return int.from_bytes(sha256("|".join(parts).encode()).digest()[:4]) / 2**32


def missed(person: Person, session: str, half: str) -> str:
    """Return how a person missed a half-day, empty when she was there."""
    if chance(person.matricule, session, half) >= ABSENCES:
        return ""
    return "Absent justifié" if chance("why", person.matricule, session, half) < 0.75 else "Absent injustifié"
