"""Appeals against a decision (domain.md §2.1 G): received, decided; the software never judges them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sync_service.domain.entry import Entry
from sync_service.errors import RecordRefusedError

KINDS: Mapping[str, str] = {"gracieux": "Recours gracieux", "contentieux": "Recours contentieux"}
OUTCOMES: Mapping[str, str] = {"rejete": "Rejeté", "accueilli": "Accueilli", "desistement": "Désistement"}


@dataclass(frozen=True, slots=True)
class Appeal:
    """One appeal of one person."""

    id: str
    jury: str
    kind: str
    """gracieux or contentieux; empty when its key was destroyed."""
    received_on: date
    due_on: date | None
    """Day by which the administration must have answered, silence being a refusal."""
    decided_on: date | None = None
    outcome: str = ""

    @property
    def open(self) -> bool:
        """Whether no answer is recorded yet."""
        return self.decided_on is None

    @property
    def words(self) -> str:
        """Say it in French."""
        kind = KINDS.get(self.kind, "Recours")
        if self.decided_on is None:
            return f"{kind} reçu le {self.received_on:%d/%m/%Y}"
        said = OUTCOMES.get(self.outcome, "décidé").lower()
        return f"{kind} {said} le {self.decided_on:%d/%m/%Y}"


def appeals_of(entries: Sequence[Entry]) -> tuple[Appeal, ...]:
    """Project one person's appeals, in the order they were received."""
    found: dict[str, Appeal] = {}
    for entry in entries:
        name = entry.text("appeal")
        if entry.type == "appeal.received":
            due = entry.text("due_on")
            found[name] = Appeal(
                name, entry.text("jury"), entry.text("kind"), entry.day(), date.fromisoformat(due) if due else None
            )
        elif entry.type == "appeal.decided" and name in found:
            before = found[name]
            found[name] = Appeal(
                name, before.jury, before.kind, before.received_on, before.due_on, entry.day(), entry.text("outcome")
            )
    return tuple(found.values())


def pending(found: Sequence[Appeal], jury: str, name: str) -> Appeal:
    """Return the appeal of a jury that waits for an answer. Raises RecordRefusedError."""
    for appeal in found:
        if appeal.jury == jury and appeal.open:
            return appeal
    raise RecordRefusedError(
        f"Aucun recours de {name} n’attend de réponse pour le jury {jury} : enregistrez sa réception."
    )
