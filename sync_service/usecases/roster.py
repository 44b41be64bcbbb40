"""Import a list of trainees, the only way in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sync_service.domain.act import Filing
from sync_service.domain.candidate import Candidate, subject_from
from sync_service.domain.event import Appended
from sync_service.domain.promotion import PromotionFiles
from sync_service.domain.roster import Intake, RosterFile, RosterTable, compare, drafts, guard
from sync_service.errors import Problem, RosterError
from sync_service.ports import Ledger
from sync_service.usecases.people import known_people


@dataclass(frozen=True, slots=True)
class RosterImport:
    """What an import showed and wrote."""

    table: RosterTable
    appended: Appended


def intake_of(files: PromotionFiles) -> Intake:
    """Return what an import needs of a promotion: R01's length and the day it is counted at."""
    return Intake(files.promotion.id, files.promotion.starts_on, _months(files.cycle.rules.eligibility.seniority_max))


def _months(duration: str) -> int | None:
    if not duration:
        return None
    number, unit = int(duration[1:-1]), duration[-1]
    return number * 12 if unit == "Y" else number


def preview_roster(
    ledger: Ledger,
    file: RosterFile,
    files: PromotionFiles,
    *,
    withdraw_missing: bool = False,
    allow: frozenset[str] = frozenset(),
) -> RosterTable:
    """Return the table of what an import would do, guards applied. Raises RosterError or GuardError."""
    return _table(known_people(ledger), file, files, withdraw_missing=withdraw_missing, allow=allow)


def _table(
    people: dict[str, Candidate],
    file: RosterFile,
    files: PromotionFiles,
    *,
    withdraw_missing: bool,
    allow: frozenset[str],
) -> RosterTable:
    if not file.rows:
        raise RosterError(
            "La liste des stagiaires est vide : personne n’a été changé.",
            [Problem(file.name, "aucune ligne sous les en-têtes ; vérifiez le fichier")],
        )
    if file.promotion and file.promotion != files.promotion.id:
        raise RosterError(
            "Cette liste est celle d’une autre promotion : personne n’a été changé.",
            [Problem(file.name, f"promotion {file.promotion}, attendue {files.promotion.id}")],
        )
    table = compare(file, people, intake_of(files), withdraw=withdraw_missing)
    guard(table, people, allow=allow)
    return table


def import_roster(
    ledger: Ledger,
    file: RosterFile,
    files: PromotionFiles,
    filing: Filing,
    *,
    random: Callable[[int], bytes],
    withdraw_missing: bool = False,
    allow: frozenset[str] = frozenset(),
) -> RosterImport:
    """Record a list of trainees; ``random`` gives random bytes for new subjects.

    Raises:
        RosterError: the list is empty or is another promotion's.
        GuardError: it halves the promotion or withdraws many people; nothing was written.
    """
    people = known_people(ledger)
    table = _table(people, file, files, withdraw_missing=withdraw_missing, allow=allow)
    found = drafts(
        table, people, intake_of(files), filing, file=file.sha256, new_subject=lambda: subject_from(random(17))
    )
    return RosterImport(table, ledger.append(found, now=filing.observed_at))
