"""The dossier pour le jury: its pieces, its controls, where it stands (domain.md §2.1 D, R07 to R12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum

from sync_service.domain import french
from sync_service.domain.checklist import Point, points_of
from sync_service.domain.entry import Entry
from sync_service.errors import RecordRefusedError

SOURCE_R12 = "R12, brochure ligne 101 : « ces documents devront être obligatoirement transmis avec le dossier »"


class DossierState(StrEnum):
    """Region D of domain.md §2.1."""

    NOT_OPENED = "non_ouvert"
    UNREAD = "non_lu"
    """Moodle could not be read about any deposit; nothing is concluded."""
    IN_PROGRESS = "en_constitution"
    DRAFT = "brouillon"
    PARTLY = "partiel"
    HANDED_IN = "depose"
    IN_REVIEW = "en_controle"
    INCOMPLETE = "incomplet"
    COMPLETE = "complet"
    ADMISSIBLE = "recevable"
    INADMISSIBLE = "irrecevable"
    SEALED = "transmis_au_jury"


WORDS: Mapping[DossierState, str] = {
    DossierState.NOT_OPENED: "Aucun dépôt",
    DossierState.UNREAD: "Non lu",
    DossierState.IN_PROGRESS: "En constitution",
    DossierState.DRAFT: "Brouillon non remis",
    DossierState.PARTLY: "Un dépôt sur deux remis",
    DossierState.HANDED_IN: "Transmis",
    DossierState.IN_REVIEW: "En cours de contrôle",
    DossierState.INCOMPLETE: "Incomplet",
    DossierState.COMPLETE: "Complet",
    DossierState.ADMISSIBLE: "Recevable",
    DossierState.INADMISSIBLE: "Irrecevable",
    DossierState.SEALED: "Remis au jury, verrouillé",
}
HANDED = frozenset(DossierState) - {
    DossierState.NOT_OPENED, DossierState.UNREAD, DossierState.IN_PROGRESS, DossierState.DRAFT, DossierState.PARTLY,
}  # fmt: skip
"""States in which a stagiaire has become a candidat(e)."""


@dataclass(frozen=True, slots=True)
class Deposit:
    """One deposit as Moodle last showed it."""

    key: str
    label: str
    status: str
    """none, draft, submitted, reopened, or unread."""
    attempt: int = 0
    submitted_at: int = 0
    files: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """Return « dépôt A » of « Dépôt A – Dossier de présentation des acquis »."""
        short = self.label.split(" – ", maxsplit=1)[0]
        return short[:1].lower() + short[1:]

    @property
    def submitted(self) -> bool:
        """Whether it is handed in now."""
        return self.status == "submitted"

    def submitted_on(self) -> date:
        """Return the day, in UTC, it was handed in; the first of all days when it is not known."""
        return datetime.fromtimestamp(self.submitted_at, UTC).date()


DEPOSIT_WORDS: Mapping[str, str] = {
    "none": "non remis",
    "draft": "brouillon non remis",
    "submitted": "remis",
    "reopened": "rouvert, à remettre de nouveau",
    "unread": "non lu",
}


@dataclass(frozen=True, slots=True)
class Dossier:
    """Where one dossier stands, with the dates that say since when."""

    state: DossierState
    since: date | None
    deposits: tuple[Deposit, ...] = ()
    pieces: Mapping[str, date] = field(default_factory=dict)
    """Code of a required document → day it was received."""
    missing: tuple[str, ...] = ()
    """What the last review found missing, in the office's words."""
    grid: tuple[Point, ...] = ()
    """Points that the controls of this version ticked (R08)."""
    notified_on: date | None = None
    reminded_on: date | None = None
    derogation: bool = False
    handed_in: bool = False
    sealed_for: str = ""

    @property
    def words(self) -> str:
        """Say the state in French."""
        return WORDS[self.state]


_STATE_OF_TYPE = {
    "dossier.opened": DossierState.IN_PROGRESS,
    "dossier.submitted": DossierState.HANDED_IN,
    "dossier.reviewed": DossierState.IN_REVIEW,
    "dossier.incomplete_notified": DossierState.INCOMPLETE,
    "dossier.declared_complete": DossierState.COMPLETE,
    "dossier.declared_admissible": DossierState.ADMISSIBLE,
    "dossier.declared_inadmissible": DossierState.INADMISSIBLE,
    "dossier.sealed_for_jury": DossierState.SEALED,
}


def dossier_of(entries: Sequence[Entry], deposits: tuple[Deposit, ...], promotion: str = "") -> Dossier:
    """Project one person's dossier, as seen from a promotion, from her standing entries and what Moodle shows of the deposits."""
    version = _since_opened(entries)
    own = [e for e in version if e.type in _STATE_OF_TYPE]
    state, since = _state(own, deposits)
    pieces = {e.object: e.day() for e in entries if e.type == "piece.received"}
    for entry in entries:
        if entry.type == "piece.withdrawn":
            pieces.pop(entry.object, None)
    reviews = [e for e in entries if e.type in {"dossier.reviewed", "dossier.incomplete_notified"}]
    return Dossier(
        state=state,
        since=since,
        deposits=deposits,
        pieces=pieces,
        missing=_missing(reviews[-1]) if reviews and state in _OPEN else (),
        grid=points_of([e for e in version if e.type == "dossier.reviewed"]),
        notified_on=_last_day(entries, "dossier.incomplete_notified"),
        reminded_on=_last_day(entries, "reminder.sent"),
        derogation=any(e.type == "dossier.derogation" for e in version),
        handed_in=state in HANDED or any(e.type == "dossier.submitted" for e in own),
        sealed_for=next((e.jury_in(promotion) for e in reversed(own) if e.type == "dossier.sealed_for_jury"), ""),
    )


CONTROLLED = frozenset({DossierState.COMPLETE, DossierState.ADMISSIBLE, DossierState.SEALED})
"""States that somebody declared after a control."""
_OPEN = frozenset({DossierState.IN_REVIEW, DossierState.INCOMPLETE})


def _since_opened(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Return the entries of the last version of the dossier: what was decided on an earlier one stays with it."""
    opened = [place for place, entry in enumerate(entries) if entry.type == "dossier.opened"]
    return entries[opened[-1] :] if opened else entries


def _state(own: Sequence[Entry], deposits: Sequence[Deposit]) -> tuple[DossierState, date | None]:
    if not own:
        return moodle_state(deposits), None
    since = own[-1].day()
    if own[-1].type != "dossier.opened":
        return _STATE_OF_TYPE[own[-1].type], since
    shown = moodle_state([d for d in deposits if not d.submitted or d.submitted_on() >= since])
    return (DossierState.IN_PROGRESS if shown in _NOTHING else shown), since


_NOTHING = frozenset({DossierState.NOT_OPENED, DossierState.UNREAD})


def moodle_state(deposits: Sequence[Deposit]) -> DossierState:
    """Say what the deposits alone tell: « transmis » only when every one is handed in."""
    if deposits and all(d.submitted for d in deposits):
        return DossierState.HANDED_IN
    if any(d.submitted for d in deposits):
        return DossierState.PARTLY
    if deposits and all(d.status == "unread" for d in deposits):
        return DossierState.UNREAD
    if any(d.status == "draft" for d in deposits):
        return DossierState.DRAFT
    return DossierState.IN_PROGRESS if any(d.status == "reopened" for d in deposits) else DossierState.NOT_OPENED


def _missing(entry: Entry) -> tuple[str, ...]:
    listed = entry.get("missing")
    return tuple(str(item) for item in listed) if isinstance(listed, list | tuple) else ()


def _last_day(entries: Sequence[Entry], type_: str) -> date | None:
    return next((e.day() for e in reversed(entries) if e.type == type_), None)


def check_complete(dossier: Dossier, required: Sequence[str], name: str) -> None:
    """Refuse to declare complete what lacks a required document, unless a derogation was recorded (R12)."""
    lacking = [piece for piece in required if piece not in dossier.pieces]
    if not dossier.handed_in:
        raise RecordRefusedError(
            f"Le dossier de {name} n’est pas transmis : enregistrez d’abord sa remise ({SOURCE_R12})."
        )
    if lacking and not dossier.derogation:
        raise RecordRefusedError(
            f"Le dossier de {name} ne peut pas être déclaré complet : il manque {french.listing(lacking)}. "
            f"Enregistrez ces pièces ou une dérogation ({SOURCE_R12})."
        )


def check_required(dossier: Dossier, required: Sequence[str], name: str) -> None:
    """Refuse to go on with a dossier that lacks a required document, taken back since for instance, unless by derogation (R12)."""
    lacking = [piece for piece in required if piece not in dossier.pieces]
    if lacking and not dossier.derogation:
        raise RecordRefusedError(
            f"Au dossier de {name}, il manque {french.listing(lacking)} : il ne peut être ni recevable ni remis au jury. "
            f"Enregistrez ces pièces ou une dérogation ({SOURCE_R12})."
        )


def check_sealing(dossier: Dossier, required: Sequence[str], name: str) -> None:
    """Refuse to hand to the jury a dossier that is neither admissible and whole, nor under derogation (R12)."""
    if dossier.state is not DossierState.ADMISSIBLE and not dossier.derogation:
        raise RecordRefusedError(
            f"Le dossier de {name} ne peut pas être remis au jury : il est « {dossier.words.lower()} ». "
            f"Déclarez-le complet puis recevable, ou enregistrez une dérogation ({SOURCE_R12})."
        )
    check_required(dossier, required, name)


def locked_error(dossier: Dossier, name: str) -> RecordRefusedError:
    """Return the refusal to change a dossier that was handed to a jury, which has it as it is (R12)."""
    return RecordRefusedError(
        f"Le dossier de {name} est remis au jury {dossier.sealed_for} et attend sa décision : il est verrouillé ({SOURCE_R12})."
    )


def handed_in_on(entries: Sequence[Entry], deposits: Sequence[Deposit], zone: tzinfo) -> date | None:
    """Return the day on which the present version was handed in: what the office recorded, else the last deposit of all."""
    typed = [e.day(zone) for e in _since_opened(entries) if e.type == "dossier.submitted"]
    if typed:
        return typed[0]
    if not deposits or not all(d.submitted and d.submitted_at for d in deposits):
        return None
    return datetime.fromtimestamp(max(d.submitted_at for d in deposits), UTC).astimezone(zone).date()


def admissible_on(entries: Sequence[Entry], jury: str) -> date | None:
    """Return the day on which the version handed to a jury was declared admissible, else the present version; None when none was."""
    day = None
    for entry in entries:
        if entry.type == "dossier.declared_admissible":
            day = entry.day()
        elif entry.type == "dossier.opened":
            day = None
        elif entry.type == "dossier.sealed_for_jury" and entry.text("jury") == jury:
            return day
    return day
