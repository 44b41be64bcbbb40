"""Who the trainees are: identity (vault only) and enrolments, projected from the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from enum import StrEnum

from sync_service.domain import french
from sync_service.domain.entry import Entry
from sync_service.domain.lms_state import Json

TYPES = (
    "candidate.created", "identity.linked", "identity.corrected", "enrolment.recorded", "enrolment.suspended",
    "enrolment.resumed", "enrolment.withdrawn", "enrolment.transferred", "enrolment.completed",
)  # fmt: skip
"""Types that make a candidate; everything else only speaks about one."""

BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


def subject_from(random: bytes) -> str:
    """Make ``cand_`` and 26 base32 characters of at least 17 random bytes. Raises ValueError when too few."""
    if len(random) < 17:
        raise ValueError("17 random bytes are needed")
    number = int.from_bytes(random[:17], "big") >> 6
    return "cand_" + "".join(BASE32[(number >> (5 * i)) & 31] for i in range(26))


OPTIONAL = frozenset({"born_on", "born_at", "address", "employer_address"})
"""Fields that the list need not have, left out of a payload when they are not known."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What the list of trainees says of one person; every field but the number may be empty."""

    matricule: str
    usual_name: str
    birth_name: str
    first_name: str
    email: str
    employer: str
    position: str
    position_since: date | None
    """Date de prise de fonction, for R01."""
    group: str
    born_on: date | None = None
    born_at: str = ""
    """Place of birth; both are printed on the certificate and nowhere else."""
    address: str = ""
    """Her own postal address, for letters alone."""
    employer_address: str = ""
    """That of the collectivité."""

    def payload(self) -> dict[str, Json]:
        """Return it as a payload for the vault; a birth or an address that is not known is left out."""
        values = asdict(self)
        values["position_since"] = self.position_since.isoformat() if self.position_since else ""
        values["born_on"] = self.born_on.isoformat() if self.born_on else ""
        return {name: value for name, value in values.items() if value or name not in OPTIONAL}

    @property
    def full_name(self) -> str:
        """Write « LEFÈVRE Anne »."""
        return f"{french.capitals(self.usual_name or self.birth_name)} {self.first_name}".strip()

    def sort_key(self) -> tuple[tuple[str, str], ...]:
        """Order as a French list does, by usual name, first name, then number."""
        return french.sort_key(self.usual_name or self.birth_name, self.first_name, self.matricule)


def identity_of(payload: Mapping[str, Json]) -> Identity:
    """Read an identity back from its payload; a field that is missing is empty."""
    days = {name: _day(payload.get(name)) for name in ("position_since", "born_on")}
    texts = {f.name: str(payload.get(f.name) or "") for f in fields(Identity) if f.name not in days}
    return Identity(position_since=days["position_since"], born_on=days["born_on"], **texts)


def _day(value: Json) -> date | None:
    return date.fromisoformat(str(value)) if value else None


class EnrolmentState(StrEnum):
    """Region A of domain.md §2.1, as far as the register can say it."""

    ENROLLED = "inscrit"
    SUSPENDED = "suspendu"
    WITHDRAWN = "abandon"
    TRANSFERRED = "transfere"
    COMPLETED = "formation_terminee"


ENROLMENT_WORDS: Mapping[EnrolmentState, str] = {
    EnrolmentState.ENROLLED: "Inscription validée",
    EnrolmentState.SUSPENDED: "Inscription suspendue",
    EnrolmentState.WITHDRAWN: "Sorti(e) du cycle",
    EnrolmentState.TRANSFERRED: "Transféré(e) ailleurs",
    EnrolmentState.COMPLETED: "Formation terminée",
}
_STATE_OF_TYPE = {
    "enrolment.recorded": EnrolmentState.ENROLLED,
    "enrolment.resumed": EnrolmentState.ENROLLED,
    "enrolment.suspended": EnrolmentState.SUSPENDED,
    "enrolment.withdrawn": EnrolmentState.WITHDRAWN,
    "enrolment.transferred": EnrolmentState.TRANSFERRED,
    "enrolment.completed": EnrolmentState.COMPLETED,
}


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Where one person stands in one promotion, and since when."""

    promotion: str
    state: EnrolmentState
    since: date
    first: date
    """Day of the first enrolment: half-days before it are not hers."""
    out: tuple[tuple[date, date | None], ...] = ()
    """From when, and until which day not included, she was suspended, gone or elsewhere; None: still."""

    @property
    def active(self) -> bool:
        """Whether the person belongs to the promotion now."""
        return self.state in {EnrolmentState.ENROLLED, EnrolmentState.COMPLETED}

    def is_out(self, day: date) -> bool:
        """Whether she was suspended, gone or elsewhere on that day."""
        return any(start <= day and (end is None or day < end) for start, end in self.out)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person: a random subject, an identity (None when erased), enrolments, accounts linked."""

    subject: str
    identity: Identity | None = None
    enrolments: Mapping[str, Enrolment] = field(default_factory=dict)
    accounts: Mapping[str, int] = field(default_factory=dict)
    """site_uid → Moodle user id; from the vault, never printed."""
    identity_event: str = ""
    """Id of the event that holds the present identity."""
    versions: int = 0
    """How many events concern identity and enrolment: names the next change."""

    @property
    def name(self) -> str:
        """Write the name, or say that it was erased."""
        return self.identity.full_name if self.identity else "Identité effacée"

    def sort_key(self) -> tuple[tuple[str, str], ...]:
        """Order as a French list does; erased identities come last, by subject."""
        return self.identity.sort_key() if self.identity else (("\uffff", self.subject),)


def candidates(entries: Iterable[Entry]) -> dict[str, Candidate]:
    """Project the people of the register, by subject."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.type in TYPES and entry.subject.startswith("cand_"):
            found.setdefault(entry.subject, []).append(entry)
    return {subject: _candidate(subject, own) for subject, own in found.items()}


def _candidate(subject: str, entries: Sequence[Entry]) -> Candidate:
    identity: Identity | None = None
    identity_event = ""
    enrolments: dict[str, Enrolment] = {}
    accounts: dict[str, int] = {}
    for entry in entries:
        if entry.type in {"candidate.created", "identity.corrected"}:
            identity = identity_of(entry.private) if entry.private is not None else None
            identity_event = entry.event.id
        elif entry.type == "identity.linked" and entry.private is not None:
            accounts[entry.text("site_uid")] = entry.number("user_id")
        elif entry.type in _STATE_OF_TYPE and entry.event.promotion:
            enrolments[entry.event.promotion] = _enrolment(entry, enrolments.get(entry.event.promotion))
    return Candidate(subject, identity, enrolments, accounts, identity_event, len(entries))


def _enrolment(entry: Entry, before: Enrolment | None) -> Enrolment:
    day, state = entry.day(), _STATE_OF_TYPE[entry.type]
    started = before.first if before else day
    out = _out(before.out if before else (), state, day)
    return Enrolment(entry.event.promotion or "", state, day, min(started, day), out)


def _out(
    before: tuple[tuple[date, date | None], ...], state: EnrolmentState, day: date
) -> tuple[tuple[date, date | None], ...]:
    still = bool(before) and before[-1][1] is None
    if state in {EnrolmentState.ENROLLED, EnrolmentState.COMPLETED}:
        return (*before[:-1], (before[-1][0], day)) if still else before
    return before if still else (*before, (day, None))


def of_promotion(people: Mapping[str, Candidate], promotion: str) -> tuple[Candidate, ...]:
    """Return everyone who ever belonged to a promotion, in the order of a French list."""
    return tuple(sorted((c for c in people.values() if promotion in c.enrolments), key=Candidate.sort_key))


def active_in(people: Mapping[str, Candidate], promotion: str) -> tuple[Candidate, ...]:
    """Return those who belong to the promotion now, in the order of a French list."""
    return tuple(c for c in of_promotion(people, promotion) if c.enrolments[promotion].active)
