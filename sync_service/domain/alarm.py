"""What a verification found against the register, until one as thorough finds nothing (ADR 0011).

While an alarm holds, nothing is added to the register; what the office accepted with a named act no longer stops it, and
is still said on everything that is printed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from sync_service.domain import french

PROCEDURE = "docs/fr/verification-echoue.md"
"""The written procedure that every refusal names."""
WAY_OUT = frozenset({"integrity.broken", "register.restored"})
"""Types that may be written whatever was found: they say that it was."""
SIGNING_KEY = "La clé de scellement n’est pas celle qu’annonce le registre"
"""Beginning of the finding that config.toml still names a key that was replaced; what follows says how to correct it."""
KEY_LEFT = "la clé qu’elle dit détruite existe encore"
"""Finding that a process died between a line that says a key destroyed and its destruction; it names the command to run."""
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Alarm:
    """Findings of the newest verifications, and which of them the office decided to go on with."""

    at: datetime
    size: int
    findings: tuple[str, ...]
    """Sentences that accuse the register; none for a verification that found it sound."""
    accepted: tuple[str, ...] = ()
    outside: int = 0
    """Lines covered by the checkpoint kept elsewhere that was compared, 0 for none."""
    documents: bool = False
    """Whether the documents were read back."""

    @property
    def blocking(self) -> bool:
        """Whether something was found that nobody accepted."""
        known = set(map(_signature, self.accepted))
        return any(_signature(said) not in known for said in self.findings)

    @property
    def only_keys_left(self) -> bool:
        """Whether all that was found is keys that an interrupted elimination left: it is ended, nothing is restored."""
        return bool(self.findings) and all(KEY_LEFT in said for said in self.findings)

    def covers(self, other: Alarm) -> bool:
        """Tell whether this verification looked at least at what the other did."""
        return self.outside >= other.outside and self.documents >= other.documents

    def line(self, zone: tzinfo) -> str:
        """Say it in one sentence, for the foot of whatever is printed."""
        found = french.count(len(self.findings), "anomalie")
        said = f"La dernière vérification du registre, le {french.long_moment(self.at, zone)}, a trouvé {found} ; "
        if self.blocking:
            return f"{said}ce qui en est tiré est à confirmer par les pièces signées."
        return f"{said}le service a décidé de continuer, et l’a inscrit au registre."

    def refusal(self, zone: tzinfo) -> str:
        """Say why nothing is added, and which procedure to follow."""
        found = french.count(len(self.findings), "anomalie")
        refused = f"La dernière vérification du registre, le {french.long_moment(self.at, zone)}, a trouvé {found} : rien n’y est ajouté."
        follow = f"suivez « Si la vérification échoue » ({PROCEDURE})."
        if len(self.findings) == 1 and self.findings[0].startswith(SIGNING_KEY):
            return f"{refused} {self.findings[0]} Si personne ici n’a remplacé cette clé, ne corrigez rien et {follow}"
        if self.only_keys_left:
            return f"{refused} {self.findings[0]}"
        return f"{refused} S{follow[1:]}"


def next_alarm(before: Alarm | None, found: Alarm) -> Alarm | None:
    """Return the alarm after a verification: raised, kept, or lifted by one that looked at as much and found nothing."""
    if before is None:
        return found if found.findings else None
    if found.covers(before):
        return replace(found, accepted=before.accepted) if found.findings else None
    kept = tuple(dict.fromkeys((*found.findings, *before.findings)))
    at, size = (found.at, found.size) if found.findings else (before.at, before.size)
    outside, documents = max(found.outside, before.outside), found.documents or before.documents
    return Alarm(at, size, kept, before.accepted, outside, documents)


def _signature(sentence: str) -> str:
    """Return what makes a finding the same one later: the numbers of lines count, those of totals move as it grows."""
    if sentence.startswith(SIGNING_KEY):
        return SIGNING_KEY
    return sentence if sentence.startswith("Ligne ") else _DIGITS.sub("", sentence)
