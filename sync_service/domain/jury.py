"""The jury: who sits, what it saw, what it decided, its minutes (domain.md §2.1 E, R13, R14, R16, R19, R20)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sync_service.domain import french
from sync_service.domain.entry import Entry, last
from sync_service.domain.event import Actor
from sync_service.domain.jury_members import same_member
from sync_service.errors import RecordRefusedError

FAVOURABLE = "favorable"
OUTCOMES: Mapping[str, str] = {
    FAVOURABLE: "Certification proposée",
    "defavorable": "Non certifié",
    "ajourne": "Ajourné : peut se représenter",
    "complement": "Décision différée : complément demandé",
    "absent": "Absent",
}
"""Default labels; the referential's own labels win."""
PRESENCES: Mapping[str, str] = {"present": "Présent", "absent": "Absent", "excuse": "Excusé"}
SOURCE_R14 = "R14, brochure ligne 105 : « par un jury professionnel »"
SOURCE_R16 = "R16, brochure ligne 105 : l’évaluation porte sur « les acquis du candidat »"
SOURCE_R19 = "R19, RGPD article 22 : une décision de jury vient de personnes"
SOURCE_R20 = "R20 : les faits vus par le jury sont figés au jour de la délibération"


@dataclass(frozen=True, slots=True)
class Jury:
    """One session de jury."""

    id: str
    held_on: date | None
    members: int
    externals: int
    convened_on: date | None
    drawn_up_on: date | None
    signed_on: date | None
    minutes: str
    """Reference of the minutes."""
    names: tuple[str, ...] = ()
    """Who was named to sit, recused members left out; from the vault."""
    present: int | None = None
    """How many sat, as the minutes say; None when they do not."""

    @property
    def signed(self) -> bool:
        """Whether its minutes are signed."""
        return self.signed_on is not None


@dataclass(frozen=True, slots=True)
class Passage:
    """One person before one jury."""

    jury: str
    convened_on: date | None = None
    presence: str = ""
    frozen_on: date | None = None
    frozen_seq: int = -1
    """Position in the register up to which the jury's view was frozen."""
    decision: str = ""
    decided_on: date | None = None
    time: str = ""
    """Hour at which she passes, « 09:30 »; empty when it was not given."""
    rank: int = 0
    """Her place in the order of the day, 0 when it was not given."""
    accommodation: bool | None = None
    """Whether something is arranged for her; never why. None when nothing was said."""
    notified_on: date | None = None


def juries(entries: Sequence[Entry]) -> dict[str, Jury]:
    """Project the sessions de jury, by id."""
    own: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.subject.startswith("jury:"):
            own.setdefault(entry.subject.removeprefix("jury:"), []).append(entry)
    return {identifier: _jury(identifier, found) for identifier, found in own.items()}


def _jury(identifier: str, entries: Sequence[Entry]) -> Jury:
    """Project one jury: a new composition takes the place of the former one, the recusals of its members included."""
    by_type = {entry.type: entry for entry in entries}
    made, convened = last(entries, "jury.constituted", "jury.member_recused"), by_type.get("jury.convened")
    drawn, signed = by_type.get("minutes.drawn_up"), by_type.get("minutes.signed")
    held = convened.text("held_on") if convened else ""
    minutes = signed or drawn
    return Jury(
        id=identifier,
        held_on=date.fromisoformat(held) if held else None,
        members=made.number("members") if made else 0,
        externals=made.number("externals") if made else 0,
        convened_on=convened.day() if convened else None,
        drawn_up_on=drawn.day() if drawn else None,
        signed_on=signed.day() if signed else None,
        minutes=minutes.text("reference") if minutes else "",
        names=_names(entries),
        present=drawn.number("present") if drawn and drawn.get("present") is not None else None,
    )


def _names(entries: Sequence[Entry]) -> tuple[str, ...]:
    named: list[str] = []
    for entry in entries:
        listed = entry.get("names")
        if entry.type == "jury.constituted" and isinstance(listed, list | tuple):
            named = [str(name) for name in listed]
        elif entry.type == "jury.member_recused":
            named = [name for name in named if not same_member(name, entry.text("name"))]
    return tuple(named)


def conflicts(jury: Jury, trainers: Iterable[str], employers: Iterable[str]) -> tuple[str, ...]:
    """Say which members also teach the cycle, or share the employer of a candidate; people decide (R14)."""
    taught = {french.plain(name) for name in trainers}
    employed = {french.plain(name): name for name in employers if name}
    found = []
    for member in jury.names:
        name, _, home = member.partition("(")
        if french.plain(name.strip()) in taught:
            found.append(
                f"Jury {jury.id} : {name.strip()} est aussi intervenant(e) du cycle (R14, brochure ligne 105)."
            )
        employer = employed.get(french.plain(home.rstrip(") ")))
        if home and employer:
            found.append(
                f"Jury {jury.id} : {name.strip()}, même collectivité qu’un(e) candidat(e) : {employer} (R14, brochure ligne 105)."
            )
    return tuple(found)


def read_criteria(text: str, allowed: Sequence[str]) -> dict[str, str]:
    """Read « pratique : acquis / analyse : en cours »; empty when nothing is said.

    Raises RecordRefusedError for an opinion that the referential does not have (Q11).
    """
    found: dict[str, str] = {}
    for part in filter(None, (piece.strip() for piece in text.split("/"))):
        name, _, opinion = part.rpartition(":")
        code = french.code_of(opinion).replace("-", "_")
        if not name.strip() or code not in allowed:
            said = french.listing([word.replace("_", " ") for word in allowed])
            raise RecordRefusedError(f"Un critère s’écrit « libellé : avis », l’avis étant {said} (Q11).")
        found[name.strip()] = code
    return found


def passages(entries: Sequence[Entry], promotion: str = "") -> tuple[Passage, ...]:
    """Project one person's passages, in the order of the first event of each, as seen from a promotion."""
    own: dict[str, dict[str, Entry]] = {}
    for entry in entries:
        if entry.type in _PASSAGE_TYPES:
            own.setdefault(entry.jury_in(promotion), {})[entry.type] = entry
    return tuple(_passage(identifier, found) for identifier, found in own.items())


_PASSAGE_TYPES = frozenset(
    {"candidate.convened", "candidate.jury_presence", "jury.view_frozen", "jury.decision", "decision.notified"}
)


def _passage(identifier: str, found: Mapping[str, Entry]) -> Passage:
    decision, presence, frozen, convened = (
        found.get("jury.decision"), found.get("candidate.jury_presence"), found.get("jury.view_frozen"),
        found.get("candidate.convened"),
    )  # fmt: skip
    return Passage(
        jury=identifier,
        convened_on=convened.day() if convened else None,
        presence=presence.text("presence") if presence else "",
        frozen_on=frozen.day() if frozen else None,
        frozen_seq=frozen.number("size") - 1 if frozen else -1,
        decision=decision.text("decision") if decision else "",
        decided_on=decision.day() if decision else None,
        time=convened.text("time") if convened else "",
        rank=convened.number("rank") if convened else 0,
        accommodation=_accommodation(convened),
        notified_on=found["decision.notified"].day() if "decision.notified" in found else None,
    )


def _accommodation(convened: Entry | None) -> bool | None:
    said = convened.get("accommodation") if convened else None
    return said if isinstance(said, bool) else None


def passage(found: Sequence[Passage], jury: str) -> Passage:
    """Return one person's passage before a jury, an empty one when there is none."""
    return next((p for p in found if p.jury == jury), Passage(jury))


def check_decision(actor: Actor, jury: Jury | None, before: Passage, decision: str, name: str) -> bool:
    """Check one decision; return False when the same one is already recorded.

    Raises RecordRefusedError: no such jury (R14), decided by software (R19), another decision stands (R16), nothing was
    frozen or the minutes are signed (R20).
    """
    if actor.kind == "system":
        raise RecordRefusedError(f"Aucune décision n’est automatique : une personne doit l’enregistrer ({SOURCE_R19}).")
    if jury is None or jury.members == 0:
        raise RecordRefusedError(
            f"Aucun jury constitué sous cet identifiant : enregistrez d’abord sa composition ({SOURCE_R14})."
        )
    if before.decision == decision:
        return False
    if before.decision:
        raise RecordRefusedError(
            f"Une décision est déjà enregistrée pour {name} devant le jury {jury.id} : une seule par session de jury "
            f"({SOURCE_R16})."
        )
    check_open(jury)
    if before.frozen_on is None:
        raise RecordRefusedError(
            f"L’état du dossier de {name} vu par le jury n’est pas figé : enregistrez-le avant la décision ({SOURCE_R20})."
        )
    return True


def check_open(jury: Jury) -> None:
    """Refuse to change anything about a jury whose minutes are signed (R20)."""
    if jury.signed:
        raise RecordRefusedError(f"Le procès-verbal du jury {jury.id} est signé : rien ne s’y ajoute ({SOURCE_R20}).")


def check_freezing(jury: Jury | None, before: Passage, name: str) -> None:
    """Refuse to freeze again, or after the minutes were signed, what the jury saw of one person (R20)."""
    if jury is not None:
        check_open(jury)
    if before.decision:
        raise RecordRefusedError(f"La décision concernant {name} est déjà enregistrée ({SOURCE_R20}).")


def check_minutes_signing(jury: Jury | None, undecided: Sequence[str], *, on: date) -> None:
    """Refuse to sign minutes that were not drawn up by then, or that leave someone present without a decision (R13, R14)."""
    if jury is None or jury.drawn_up_on is None:
        raise RecordRefusedError(
            f"Le procès-verbal n’est pas établi : enregistrez-le avant sa signature ({SOURCE_R14})."
        )
    if on < jury.drawn_up_on:
        raise RecordRefusedError(
            f"Le procès-verbal du jury {jury.id} ne peut pas être signé avant d’être établi, le {jury.drawn_up_on:%d/%m/%Y} "
            f"({SOURCE_R14})."
        )
    if undecided:
        raise RecordRefusedError(
            f"Il manque la décision du jury {jury.id} pour {french.listing(undecided)} : enregistrez-la, ou l’absence de "
            f"la personne, avant la signature du procès-verbal ({SOURCE_R16})."
        )
