"""Guards: what a plan refuses by itself, and how a person lifts one refusal, by name and by object.

There is no general force. What learners did feeds guards only: it never changes what is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sync_service.domain.changes import object_name
from sync_service.domain.fields import CRITERIA
from sync_service.errors import UsageError

ROSTER_OBJECT = "course"
"""Guards about the whole list of people are lifted on the promotion's course."""
_ALLOW = re.compile(r"(?P<guard>[a-z-]+):(?P<object>[a-z0-9_:-]+)(?:=(?P<reason>.*))?", re.DOTALL)


class GuardName(StrEnum):
    """Names used after ``--allow``."""

    EMPTY_ROSTER = "empty-roster"
    HALVED_ROSTER = "halved-roster"
    MASS_SUSPENSION = "mass-suspension"
    ATTEMPT_LOSS = "attempt-loss"
    COMPLETION_UNLOCK = "completion-unlock"
    CONFLICT = "conflict"
    TAKE_OVER = "take-over"
    RECREATE = "recreate"


WHOLE = frozenset({GuardName.EMPTY_ROSTER, GuardName.HALVED_ROSTER, GuardName.MASS_SUSPENSION})
"""Guards that stop the whole plan; the others hold back one object."""
LIFTABLE = frozenset(GuardName) - {GuardName.COMPLETION_UNLOCK}
NEEDS_REASON = WHOLE | {GuardName.ATTEMPT_LOSS}


@dataclass(frozen=True, slots=True)
class Allow:
    """One lifted guard: ``NAME:OBJECT=REASON`` of the command line; the reason goes into the journal."""

    guard: GuardName
    object: str
    reason: str = ""

    def __str__(self) -> str:
        """Write it as it is typed."""
        return f"{self.guard}:{self.object}" + (f"={self.reason}" if self.reason else "")


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard that spoke: about which object, what it says, how many people it concerns, and whether it was lifted."""

    name: GuardName
    key: str
    sentence: str
    affected: int = 0
    lifted: Allow | None = None
    fields: frozenset[str] = frozenset()
    """Fields that it holds back; empty for a guard about people."""

    @property
    def stops_all(self) -> bool:
        """Tell whether nothing at all may be written."""
        return self.name in WHOLE and self.lifted is None

    @property
    def advice(self) -> str:
        """Return the option that lifts it, or nothing when none does."""
        if self.lifted is not None or self.name not in LIFTABLE:
            return ""
        return f"--allow {self.name}:{object_name(self.key)}=MOTIF"


def parse_allow(text: str) -> Allow:
    """Read ``NAME:OBJECT=REASON``; the object is a key or its part after the promotion. Raises UsageError."""
    found = _ALLOW.fullmatch(text.strip())
    names = ", ".join(sorted(LIFTABLE))
    if found is None:
        raise UsageError(f"--allow s’écrit NOM:OBJET=MOTIF, où NOM est l’un de\u00a0: {names}.")
    name, reason = found["guard"], (found["reason"] or "").strip()
    if name not in LIFTABLE:
        raise UsageError(
            f"--allow {name} n’existe pas\u00a0; les noms possibles sont\u00a0: {names}.".replace("\u00a0;", "\u202f;")
        )
    guard = GuardName(name)
    if guard in NEEDS_REASON and not reason:
        raise UsageError(
            f"Ajoutez le motif\u00a0: --allow {name}:{found['object']}=MOTIF\u00a0; il sera gardé au journal.".replace(
                "\u00a0;", "\u202f;"
            )
        )
    return Allow(guard, object_name(found["object"]), reason)


@dataclass(frozen=True, slots=True)
class Lifts:
    """The guards lifted for one plan."""

    allows: tuple[Allow, ...] = ()

    def find(self, guard: GuardName, key: str) -> Allow | None:
        """Return the lift of a guard for an object, or None."""
        name = object_name(key)
        return next((a for a in self.allows if a.guard is guard and a.object == name), None)

    def useless(self, used: Iterable[Allow]) -> Sequence[Allow]:
        """Return the lifts that no object needed."""
        taken = set(used)
        return [a for a in self.allows if a not in taken]


def roster_guards(*, key: str, wanted: int, active: int, suspended: int, lifts: Lifts) -> list[Guard]:
    """Judge the list of people: wanted active enrolments, those active now, and suspensions in the plan."""
    guards: list[Guard] = []
    if active and not wanted:
        sentence = f"La liste des stagiaires est vide alors que {active} inscriptions sont actives dans Moodle."
        guards.append(_guard(GuardName.EMPTY_ROSTER, key, sentence, active, lifts))
    elif wanted * 2 < active:
        sentence = f"La liste des stagiaires n’a que {wanted} inscriptions actives, contre {active} dans Moodle."
        guards.append(_guard(GuardName.HALVED_ROSTER, key, sentence, active - wanted, lifts))
    if suspended > mass_limit(active):
        sentence = f"{suspended} inscriptions seraient suspendues d’un coup, sur {active} actives."
        guards.append(_guard(GuardName.MASS_SUSPENSION, key, sentence, suspended, lifts))
    return guards


def mass_limit(active: int) -> float:
    """Return how many suspensions pass without a word: 3 people or 10 % of those active."""
    return max(3.0, active / 10)


def attempt_loss(key: str, name: str, lost: int, lifts: Lifts) -> Guard:
    """Refuse a package whose replacement would erase results."""
    people = "1 stagiaire perdrait" if lost == 1 else f"{lost} stagiaires perdraient"
    sentence = f"Le paquetage «\u00a0{name}\u00a0» n’est pas remplacé\u00a0: {people} leur résultat."
    if lost == 1:
        sentence = sentence.replace("leur résultat", "son résultat")
    return replace(_guard(GuardName.ATTEMPT_LOSS, key, sentence, lost, lifts), fields=frozenset({"package_digest"}))


def completion_unlock(key: str, title: str, fields: Mapping[str, str], learners: int) -> Guard:
    """Refuse to change completion rules once people are enrolled: Moodle would wipe what they completed.

    ``fields`` is name → Moodle's words.
    """
    named = " et ".join(f"«\u00a0{label}\u00a0»" for label in fields.values())
    instead = "" if CRITERIA in fields else " Créez plutôt une activité nouvelle."
    sentence = (
        f"{named} reste tel quel pour {title}\u00a0: des stagiaires sont inscrits, et Moodle effacerait ce qu’ils ont "
        f"achevé.{instead}"
    )
    return Guard(GuardName.COMPLETION_UNLOCK, key, sentence, learners, fields=frozenset(fields))


def _guard(name: GuardName, key: str, sentence: str, affected: int, lifts: Lifts) -> Guard:
    return Guard(name, key, sentence, affected, lifts.find(name, key))
