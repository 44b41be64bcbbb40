"""A control: draw people so that the draw can be made again, and gather the file of each."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from sync_service.domain import french
from sync_service.domain.candidate import of_promotion
from sync_service.errors import UsageError
from sync_service.ports import Ledger
from sync_service.usecases.people import known_people
from sync_service.usecases.standing import subject_named

SEED_LENGTH = 40


def drawn(subjects: Sequence[str], count: int, seed: str) -> tuple[str, ...]:
    """Return ``count`` of the subjects, those whose hash with the seed is the smallest; the order given changes nothing."""
    ranked = sorted(set(subjects), key=lambda subject: (sha256(f"{seed}|{subject}".encode()).digest(), subject))
    return tuple(ranked[:count])


def people_of(ledger: Ledger, promotion: str) -> tuple[str, ...]:
    """Return the subjects of everyone who ever belonged to a promotion."""
    return tuple(c.subject for c in of_promotion(known_people(ledger), promotion))


def chosen(ledger: Ledger, promotion: str, *, count: int, seed: str, named: str = "") -> tuple[str, ...]:
    """Return the subjects to show: those named by registration number, commas between, else a draw.

    Raises:
        UsageError: nobody to draw from, a wrong count (less than one, more than there are) or seed, or a number that nobody bears.
    """
    if named:
        return tuple(dict.fromkeys(subject_named(ledger, who.strip()) for who in named.split(",") if who.strip()))
    people = people_of(ledger, promotion)
    if not people:
        raise UsageError("Personne n’est inscrit dans cette promotion : il n’y a aucun dossier à tirer.")
    if count < 1:
        raise UsageError("Tirez une personne au moins : --draw 3, par exemple.")
    if count > len(people):
        held = french.count(len(people), "personne")
        raise UsageError(f"La promotion compte {held} seulement : tirez-en {len(people)} au plus, avec --draw.")
    if not seed.isascii() or not seed.isalnum() or len(seed) > SEED_LENGTH:
        raise UsageError(f"La graine est faite de lettres et de chiffres, {SEED_LENGTH} au plus : --seed 2027.")
    return drawn(people, count, seed)
