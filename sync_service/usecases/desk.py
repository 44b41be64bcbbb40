"""The office's desk: what every record needs to know before it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sync_service.domain.act import Filing
from sync_service.domain.attendance import PlannedSession
from sync_service.domain.candidate import Candidate, of_promotion
from sync_service.domain.certification import Context, Standing
from sync_service.domain.entry import stands
from sync_service.domain.event import Appended, Draft
from sync_service.domain.jury import Jury
from sync_service.domain.promotion import PromotionFiles
from sync_service.errors import RecordRefusedError
from sync_service.ports import Ledger
from sync_service.usecases.people import known_people
from sync_service.usecases.standing import load, load_context, subject_named


@dataclass(frozen=True, slots=True)
class Desk:
    """A promotion, its register, and the circumstances of the records to come."""

    ledger: Ledger
    files: PromotionFiles
    filing: Filing

    def write(self, drafts: Sequence[Draft]) -> Appended:
        """Write records at the moment of the filing."""
        return self.ledger.append(drafts, now=self.filing.observed_at)

    def context(self) -> Context:
        """Return sessions and juries, dates to come included."""
        return load_context(self.ledger, self.files, as_of=date.max)

    def standing(self, who: str) -> Standing:
        """Return where one person stands, everything recorded included. Raises UsageError, RecordRefusedError."""
        subject = subject_named(self.ledger, who)
        found = load(self.ledger, self.files, as_of=date.max, only=subject).standings
        if not found:
            raise RecordRefusedError(
                f"Cette personne n’est pas inscrite dans la promotion {self.files.promotion.label} : vérifiez le matricule."
            )
        return found[0]

    def standings(self) -> tuple[Standing, ...]:
        """Return where everyone stands."""
        return load(self.ledger, self.files, as_of=date.max).standings

    def already(self, found: Standing, type_: str, on: date, **values: str) -> bool:
        """Tell whether an act of this type, day and values is recorded for one person."""
        return stands(found.entries, type_, on, ZoneInfo(self.files.promotion.zone), **values)

    def session(self, name: str) -> PlannedSession:
        """Return a session of the register. Raises RecordRefusedError."""
        for session in self.context().sessions:
            if session.id == name:
                return session
        raise RecordRefusedError(
            "Cette session de formation n’est pas dans le registre : vérifiez son nom dans le calendrier de la promotion."
        )

    def jury(self, name: str) -> Jury | None:
        """Return a session de jury, or None."""
        return self.context().juries.get(name)

    def people_on(self, day: date) -> tuple[Candidate, ...]:
        """Return those who belonged to the promotion on a day."""
        promotion = self.files.promotion.id
        return tuple(c for c in of_promotion(known_people(self.ledger), promotion) if _belonged(c, promotion, day))


def _belonged(person: Candidate, promotion: str, day: date) -> bool:
    held = person.enrolments[promotion]
    return held.first <= day and not held.is_out(day)
