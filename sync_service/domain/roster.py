"""The list of trainees: what a file would change among the people already known, and the drafts it becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sync_service.domain.act import Filing, What, act
from sync_service.domain.candidate import Candidate, EnrolmentState, Identity, of_promotion
from sync_service.domain.event import Draft
from sync_service.errors import GuardError


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One line of the list; texts are cleaned, dates read."""

    line: int
    matricule: str
    usual_name: str
    birth_name: str
    first_name: str
    email: str
    employer: str
    position: str
    position_since: date | None
    group: str = ""
    enrolled_on: date | None = None
    """Date d'inscription; the promotion's first day when empty."""
    suspended: bool = False
    """Colonne « situation » : « suspendu »."""
    resumed: bool = False
    """Colonne « situation » : « inscrit », in so many words; an empty cell brings nobody back."""
    born_on: date | None = None
    born_at: str = ""
    address: str = ""
    employer_address: str = ""
    unsaid: frozenset[str] = frozenset()
    """Fields of the identity of which the list has no column: they change nothing."""

    def identity(self) -> Identity:
        """Return what it says of the person."""
        return Identity(
            self.matricule, self.usual_name, self.birth_name, self.first_name, self.email, self.employer, self.position,
            self.position_since, self.group, self.born_on, self.born_at, self.address, self.employer_address,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class RosterFile:
    """A list as read, whole and valid; ``sha256`` is the digest of the file's bytes."""

    name: str
    sha256: str
    promotion: str
    rows: tuple[RosterRow, ...]


class Change(StrEnum):
    """What a line does."""

    NEW = "new"
    ENROLLED = "enrolled"
    CORRECTED = "corrected"
    RESUMED = "resumed"
    SUSPENDED = "suspended"
    UNCHANGED = "unchanged"
    ABSENT = "absent"
    WITHDRAWN = "withdrawn"


WORDS: Mapping[Change, str] = {
    Change.NEW: "Nouveau stagiaire",
    Change.ENROLLED: "Inscription dans cette promotion",
    Change.CORRECTED: "Identité modifiée",
    Change.RESUMED: "Reprise",
    Change.SUSPENDED: "Suspension",
    Change.UNCHANGED: "Sans changement",
    Change.ABSENT: "Absent du fichier",
    Change.WITHDRAWN: "Sortie du cycle",
}
FIELD_WORDS: Mapping[str, str] = {
    "usual_name": "nom d’usage",
    "birth_name": "nom de naissance",
    "first_name": "prénom",
    "email": "adresse électronique",
    "employer": "collectivité",
    "position": "fonction",
    "position_since": "date de prise de fonction",
    "group": "groupe",
    "born_on": "date de naissance",
    "born_at": "lieu de naissance",
    "address": "adresse",
    "employer_address": "adresse de la collectivité",
}


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One line of the table of what will happen."""

    line: int
    """Line of the file; 0 for someone who is not in it."""
    subject: str
    """Empty for someone new, until the import gives one."""
    identity: Identity | None
    changes: tuple[Change, ...]
    cells: tuple[str, ...] = ()
    """Names of the cells that changed, in French."""
    suspended: bool = False
    enrolled_on: date | None = None
    signals: tuple[str, ...] = ()
    """What the office should look at, never a refusal."""

    @property
    def name(self) -> str:
        """Name of the person, for the table."""
        return self.identity.full_name if self.identity else "Identité effacée"

    @property
    def words(self) -> str:
        """Say the changes in French."""
        said = [WORDS[change] for change in self.changes]
        if Change.CORRECTED in self.changes:
            said[self.changes.index(Change.CORRECTED)] += f" ({', '.join(self.cells)})"
        return ", ".join(said)


@dataclass(frozen=True, slots=True)
class RosterTable:
    """What an import will do, line by line, and nothing else."""

    promotion: str
    lines: tuple[RosterLine, ...]

    def count(self, change: Change) -> int:
        """Count the lines that do ``change``."""
        return sum(change in line.changes for line in self.lines)

    @property
    def nothing(self) -> bool:
        """Whether the import would write nothing."""
        return all(set(line.changes) <= {Change.UNCHANGED, Change.ABSENT} for line in self.lines)


@dataclass(frozen=True, slots=True)
class Intake:
    """What the import needs to know of the promotion and its rules."""

    promotion: str
    starts_on: date
    seniority_months: int | None
    """R01: « depuis moins de trois ans » is 36; None when the rule is off."""


def compare(file: RosterFile, people: Mapping[str, Candidate], intake: Intake, *, withdraw: bool) -> RosterTable:
    """Compare a list with the people known, by registration number."""
    known = {c.identity.matricule: c for c in people.values() if c.identity is not None}
    lines = [_line(row, known.get(row.matricule), intake) for row in file.rows]
    listed = {row.matricule for row in file.rows}
    gone = Change.WITHDRAWN if withdraw else Change.ABSENT
    for person in of_promotion(people, intake.promotion):
        present = person.enrolments[intake.promotion].state in {EnrolmentState.ENROLLED, EnrolmentState.SUSPENDED}
        if present and person.identity is not None and person.identity.matricule not in listed:
            lines.append(RosterLine(0, person.subject, person.identity, (gone,)))
    return RosterTable(intake.promotion, tuple(lines))


def _line(row: RosterRow, known: Candidate | None, intake: Intake) -> RosterLine:
    identity = _kept(row.identity(), known, row.unsaid)
    line = RosterLine(
        row.line,
        known.subject if known else "",
        identity,
        (),
        (),
        row.suspended,
        row.enrolled_on,
        _signals(identity.position_since, intake),
    )
    if known is None or known.identity is None:
        return replace(line, changes=(Change.NEW, *((Change.SUSPENDED,) if row.suspended else ())))
    cells = tuple(
        word for name, word in FIELD_WORDS.items() if getattr(identity, name) != getattr(known.identity, name)
    )
    changes = [Change.CORRECTED] if cells else []
    changes += _enrolment_changes(row, known, intake.promotion)
    signals = (*line.signals, *_still_out(row, known, intake.promotion))
    return replace(line, changes=tuple(changes) or (Change.UNCHANGED,), cells=cells, signals=signals)


def _kept(identity: Identity, known: Candidate | None, unsaid: frozenset[str]) -> Identity:
    """Keep what is already known when the list, which need not have these columns, says nothing of it."""
    if known is None or known.identity is None:
        return identity
    before = known.identity
    moved = identity.employer != before.employer
    has_usual = before.usual_name != before.birth_name
    return replace(
        identity,
        usual_name=before.usual_name if "usual_name" in unsaid and has_usual else identity.usual_name,
        email=before.email if "email" in unsaid else identity.email,
        position=before.position if "position" in unsaid else identity.position,
        position_since=before.position_since if "position_since" in unsaid else identity.position_since,
        group=before.group if "group" in unsaid else identity.group,
        born_on=identity.born_on or before.born_on,
        born_at=identity.born_at or before.born_at,
        address=identity.address or before.address,
        employer_address=identity.employer_address or ("" if moved else before.employer_address),
    )


def _enrolment_changes(row: RosterRow, known: Candidate, promotion: str) -> list[Change]:
    held = known.enrolments.get(promotion)
    if held is None:
        return [Change.ENROLLED, *([Change.SUSPENDED] if row.suspended else [])]
    if row.suspended:
        return [] if held.state is EnrolmentState.SUSPENDED else [Change.SUSPENDED]
    return [Change.RESUMED] if row.resumed and not held.active else []


def _still_out(row: RosterRow, known: Candidate, promotion: str) -> tuple[str, ...]:
    """Point out who is suspended, gone or elsewhere: a list that says nothing of her brings nobody back."""
    held = known.enrolments.get(promotion)
    if held is None or held.active or row.suspended or row.resumed:
        return ()
    said = _OUT_WORDS[held.state]
    return (f"{said} au registre, et le reste ; pour une reprise, écrivez « inscrit » dans « situation »",)


_OUT_WORDS: Mapping[EnrolmentState, str] = {
    EnrolmentState.SUSPENDED: "suspension",
    EnrolmentState.WITHDRAWN: "sortie",
    EnrolmentState.TRANSFERRED: "transfert",
}


def _signals(position_since: date | None, intake: Intake) -> tuple[str, ...]:
    if intake.seniority_months is None:
        return ()
    if position_since is None:
        return ("date de prise de fonction absente : l’ancienneté ne peut pas être vérifiée (R01)",)
    if _months_after(position_since, intake.seniority_months) <= intake.starts_on:
        years = intake.seniority_months // 12
        return (f"en fonction depuis plus de {years} ans au début du cycle (R01) : à décider par le service",)
    return ()


def _months_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    last = 28 if day.day > 28 and month + 1 == 2 else min(day.day, 30 if month + 1 in {4, 6, 9, 11} else 31)
    return date(day.year + years, month + 1, last)


def guard(table: RosterTable, people: Mapping[str, Candidate], *, allow: frozenset[str]) -> None:
    """Refuse a list that halves the promotion or withdraws many people, unless allowed by name.

    Raises:
        GuardError: ``halved-roster`` (half or more of the people known are missing, two at least) or
            ``mass-withdrawal`` (more than max(3, 10 %) would be withdrawn).
    """
    known = sum(
        c.enrolments[table.promotion].state in {EnrolmentState.ENROLLED, EnrolmentState.SUSPENDED}
        for c in of_promotion(people, table.promotion)
    )
    missing = table.count(Change.ABSENT) + table.count(Change.WITHDRAWN)
    if missing >= 2 and missing * 2 >= known and "halved-roster" not in allow:
        raise GuardError(
            f"La liste ne contient plus {missing} des {known} stagiaires de la promotion : rien n’a été changé. Vérifiez "
            f"que le fichier est complet, et que c’est celui de {table.promotion} (une autre se nomme par --promotion) ; sinon ajoutez --allow halved-roster:{table.promotion}=MOTIF."
        )
    leaving = table.count(Change.WITHDRAWN)
    if leaving > max(3, known // 10) and "mass-withdrawal" not in allow:
        raise GuardError(
            f"{leaving} stagiaires sur {known} sortiraient de la promotion : rien n’a été changé. Vérifiez la liste ; "
            f"si c’est voulu, ajoutez --allow mass-withdrawal:{table.promotion}=MOTIF."
        )


def drafts(
    table: RosterTable,
    people: Mapping[str, Candidate],
    intake: Intake,
    filing: Filing,
    *,
    file: str,
    new_subject: Callable[[], str],
) -> tuple[Draft, ...]:
    """Turn the table into drafts; ``file`` is the digest of the list, ``new_subject`` gives random subjects."""
    found: list[Draft] = []
    for line in table.lines:
        subject = line.subject or new_subject()
        known = people.get(subject)
        token = f"{file}|{line.line}|{known.versions if known else 0}"
        found += _line_drafts(line, subject, known, _On(filing, intake, token))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _On:
    filing: Filing
    intake: Intake
    token: str

    @property
    def today(self) -> date:
        return self.filing.observed_at.date()

    def draft(self, type_: str, subject: str, name: str, what: What) -> Draft:
        return act(self.filing, type_, subject, name, what, token=self.token)


_ENROLMENT_TYPE = {
    Change.NEW: "enrolment.recorded",
    Change.ENROLLED: "enrolment.recorded",
    Change.RESUMED: "enrolment.resumed",
    Change.SUSPENDED: "enrolment.suspended",
    Change.WITHDRAWN: "enrolment.withdrawn",
}


def _line_drafts(line: RosterLine, subject: str, known: Candidate | None, on: _On) -> Iterator[Draft]:
    payload = line.identity.payload() if line.identity else None
    if Change.NEW in line.changes:
        yield on.draft("candidate.created", subject, subject, What(on.today, {}, payload))
    if Change.CORRECTED in line.changes and known is not None:
        replaced = (known.identity_event,) if known.identity_event else ()
        what = What(on.today, {"cells": len(line.cells)}, payload, replaces=replaced)
        yield on.draft("identity.corrected", subject, subject, what)
    for change in line.changes:
        if change in _ENROLMENT_TYPE:
            starting = change in {Change.NEW, Change.ENROLLED}
            day = (line.enrolled_on or on.intake.starts_on) if starting else on.today
            yield on.draft(_ENROLMENT_TYPE[change], subject, f"prom:{on.intake.promotion}", What(day, {}))
    if line.signals and {Change.NEW, Change.ENROLLED} & set(line.changes):
        what = What(on.today, {"rule": "R01"}, {"signals": list(line.signals)})
        yield on.draft("eligibility.signalled", subject, "R01", what)
