"""Attendance by half-day: what was planned, what was recorded, what is not keyed yet (domain.md §2.1 C)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sync_service.domain import french
from sync_service.domain.act import Filing, What, act
from sync_service.domain.candidate import Enrolment
from sync_service.domain.entry import Entry
from sync_service.domain.event import Draft
from sync_service.errors import RecordRefusedError


class Presence(StrEnum):
    """What a half-day can be for one person."""

    PRESENT = "present"
    EXCUSED = "absent_justifie"
    UNEXCUSED = "absent_injustifie"
    PARTIAL = "partiel"
    REMOTE = "distanciel_atteste"
    EXEMPT = "dispense"
    OUT = "hors_inscription"
    """Typed only to correct a half-day recorded by mistake for someone who had left or was suspended."""


WORDS: Mapping[str, str] = {
    Presence.PRESENT: "Présent",
    Presence.EXCUSED: "Absent justifié",
    Presence.UNEXCUSED: "Absent injustifié",
    Presence.PARTIAL: "Présence partielle",
    Presence.REMOTE: "À distance, attesté",
    Presence.EXEMPT: "Dispensé",
    "non_saisi": "Non encore saisi",
    "a_venir": "À venir",
    "avant_inscription": "Avant l’inscription",
    Presence.OUT: "Hors inscription",
}
ATTENDED = frozenset({Presence.PRESENT, Presence.REMOTE})
"""What counts as a half-day done; a partial one is counted apart."""
CAME = ATTENDED | {Presence.PARTIAL}
"""What says that somebody was there: after a departure, a contradiction."""
HALVES: Mapping[str, str] = {"matin": "matin", "apres_midi": "après-midi"}


@dataclass(frozen=True, slots=True, order=True)
class HalfDayKey:
    """One half-day of one session; morning sorts before afternoon."""

    day: date
    afternoon: bool
    session: str

    @property
    def half(self) -> str:
        """Return matin or apres_midi."""
        return "apres_midi" if self.afternoon else "matin"

    @property
    def name(self) -> str:
        """Return the name under which the register knows it."""
        return f"{self.session}/{self.day.isoformat()}/{self.half}"


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """A session as the register knows it."""

    id: str
    module: int | None
    halfdays: tuple[HalfDayKey, ...]
    place: str
    state: str
    """prevue, tenue, annulee or reportee."""
    hours: Mapping[str, str]
    """Name of the half-day → « 09:00-12:30 »."""

    @property
    def counts(self) -> bool:
        """Whether its half-days are part of the cycle's length."""
        return self.state in {"prevue", "tenue"}


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the register holds of one half-day of one person."""

    key: HalfDayKey
    module: int | None
    status: str
    grade: str
    event: str
    corrected_on: date | None
    sheet: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of half-days of one person; those not keyed yet are counted apart."""

    planned: int = 0
    """Half-days neither cancelled nor postponed, past and to come."""
    attended: int = 0
    partial: int = 0
    excused: int = 0
    unexcused: int = 0
    exempt: int = 0
    not_keyed: int = 0
    upcoming: int = 0
    before_enrolment: int = 0
    out_of_enrolment: int = 0
    """While the person was gone or suspended: nobody has to key them, and what was keyed does not count."""
    contradictory: int = 0
    """Among those, the ones that the register shows as attended all the same."""


def sessions(entries: Iterable[Entry]) -> tuple[PlannedSession, ...]:
    """Project the calendar as declared to the register, in order of time."""
    found: dict[str, PlannedSession] = {}
    for entry in entries:
        if entry.type.startswith("session."):
            found[entry.object] = _session(entry)
    return tuple(sorted(found.values(), key=lambda s: (s.halfdays[:1], s.id)))


def _session(entry: Entry) -> PlannedSession:
    keys, hours = [], {}
    listed = entry.get("halfdays")
    for item in listed if isinstance(listed, Sequence) and not isinstance(listed, str) else ():
        if isinstance(item, Mapping):
            key = HalfDayKey(date.fromisoformat(str(item["date"])), item["half"] == "apres_midi", entry.object)
            keys.append(key)
            hours[key.name] = str(item.get("hours", ""))
    module = entry.get("module")
    return PlannedSession(
        entry.object, module if isinstance(module, int) else None, tuple(sorted(keys)), entry.text("place"),
        entry.text("state"), hours,
    )  # fmt: skip


def recorded(entries: Sequence[Entry]) -> dict[HalfDayKey, Recorded]:
    """Project one person's half-days from her standing entries: a signed sheet wins, then the latest entry."""
    found: dict[HalfDayKey, Recorded] = {}
    for entry in entries:
        if entry.type in {"halfday.recorded", "halfday.corrected"} and entry.private is not None:
            seen = _recorded(entry)
            before = found.get(seen.key)
            if before is None or entry.type == "halfday.corrected" or seen.grade >= before.grade:
                found[seen.key] = seen
    return found


def _recorded(entry: Entry) -> Recorded:
    key = HalfDayKey(date.fromisoformat(entry.text("date")), entry.text("half") == "apres_midi", entry.text("session"))
    module = entry.get("module")
    corrected = entry.event.recorded_at.date() if entry.type == "halfday.corrected" else None
    grade = str(entry.event.evidence.get("grade", "E0"))
    return Recorded(
        key, module if isinstance(module, int) else None, entry.text("status"), grade, entry.event.id, corrected,
        sheet=grade == "E4",
    )  # fmt: skip


def status_of(
    key: HalfDayKey,
    found: Mapping[HalfDayKey, Recorded],
    enrolment: Enrolment,
    as_of: date,
    exempt: AbstractSet[HalfDayKey] = frozenset(),
) -> str:
    """Return the status of one planned half-day: out of her enrolment whatever was recorded, else what was, else why not."""
    if enrolment.is_out(key.day):
        return Presence.OUT
    if key in found:
        return found[key].status
    if key in exempt:
        return Presence.EXEMPT
    if key.day < enrolment.first:
        return "avant_inscription"
    return "a_venir" if key.day > as_of else "non_saisi"


def outside_words(status: str) -> str:
    """Say a half-day recorded outside her enrolment: what is recorded stays said, a presence as contradictory."""
    said, recorded_as = WORDS[Presence.OUT], WORDS[status].lower()
    if status in CAME:
        return f"{said}, contradictoire : « {recorded_as} » enregistré"
    return said if status == Presence.OUT else f"{said} (« {recorded_as} » enregistré)"


def status_words(
    key: HalfDayKey,
    found: Mapping[HalfDayKey, Recorded],
    enrolment: Enrolment,
    as_of: date,
    exempt: AbstractSet[HalfDayKey] = frozenset(),
) -> str:
    """Say the status of one planned half-day; what is recorded outside her enrolment stays said, a presence as contradictory."""
    held = found.get(key)
    if held is not None and enrolment.is_out(key.day):
        return outside_words(held.status)
    return WORDS[status_of(key, found, enrolment, as_of, exempt)]


def contradictions(
    planned: Iterable[PlannedSession], found: Mapping[HalfDayKey, Recorded], enrolment: Enrolment
) -> tuple[Recorded, ...]:
    """Return the presences recorded in the sessions given while the person was gone or suspended, in order of time."""
    keys = sorted({key for session in planned for key in session.halfdays if enrolment.is_out(key.day)})
    return tuple(found[key] for key in keys if key in found and found[key].status in CAME)


def tally(
    planned: Iterable[PlannedSession],
    found: Mapping[HalfDayKey, Recorded],
    enrolment: Enrolment,
    as_of: date,
    exempt: AbstractSet[HalfDayKey] = frozenset(),
) -> Tally:
    """Count the half-days of one person among the sessions given; ``exempt`` are those of exempted modules."""
    counted = [session for session in planned if session.counts]
    keys = {key for session in counted for key in session.halfdays}
    statuses = [status_of(key, found, enrolment, as_of, exempt) for key in sorted(keys)]
    return _count(statuses, len(keys), len(contradictions(counted, found, enrolment)))


def _count(statuses: Sequence[str], planned: int, contradictory: int) -> Tally:
    return Tally(
        planned=planned,
        attended=sum(status in ATTENDED for status in statuses),
        partial=statuses.count(Presence.PARTIAL),
        excused=statuses.count(Presence.EXCUSED),
        unexcused=statuses.count(Presence.UNEXCUSED),
        exempt=statuses.count(Presence.EXEMPT),
        not_keyed=statuses.count("non_saisi"),
        upcoming=statuses.count("a_venir"),
        before_enrolment=statuses.count("avant_inscription"),
        out_of_enrolment=statuses.count(Presence.OUT),
        contradictory=contradictory,
    )


def elsewhere(planned: Iterable[PlannedSession], found: Mapping[HalfDayKey, Recorded]) -> tuple[Recorded, ...]:
    """Return the half-days recorded in sessions that are not among those given: in another promotion, whatever its turn there."""
    keys = {key for session in planned for key in session.halfdays}
    return tuple(item for key, item in sorted(found.items()) if key not in keys and item.status != Presence.OUT)


def record_draft(
    filing: Filing,
    subject: str,
    session: PlannedSession,
    key: HalfDayKey,
    status: Presence,
    *,
    token: str,
    grade: str = "E3",
    files: tuple[str, ...] = (),
    before: Recorded | None = None,
    reason: str | None = None,
) -> Draft | None:
    """Draft one half-day of one person; a correction when something else stands, None when the same stands."""
    if before is not None and before.status == status and before.grade >= grade:
        return None
    if key not in session.halfdays:
        raise RecordRefusedError(
            f"La session {session.id} n’a pas de demi-journée le {key.day:%d/%m/%Y} ({HALVES[key.half]}) : "
            "vérifiez la date dans le calendrier de la promotion."
        )
    if status is Presence.OUT and before is None:
        raise RecordRefusedError(
            "« Hors inscription » corrige une présence déjà enregistrée, et ici rien ne l’est : si la personne est partie, "
            "enregistrez sa sortie, sa suspension ou son transfert, ses demi-journées suivent."
        )
    what = What(
        on=key.day,
        data={"session": session.id, "date": key.day.isoformat(), "half": key.half, "module": session.module},
        private={"status": status.value},
        grade=grade,
        files=files,
        replaces=(before.event,) if before else (),
        reason=reason,
    )
    return act(filing, "halfday.corrected" if before else "halfday.recorded", subject, key.name, what, token=token)


def sheet_draft(filing: Filing, session: PlannedSession, *, sheet: str, received_on: date, token: str) -> Draft:
    """Draft the filing of a signed sheet: its hash is the evidence of every half-day it proves."""
    what = What(
        on=received_on,
        data={"session": session.id, "halfdays": len(session.halfdays)},
        grade="E4",
        files=(sheet,),
    )
    return act(filing, "signin_sheet.filed", f"sess:{filing.promotion}/{session.id}", session.id, what, token=token)


@dataclass(frozen=True, slots=True)
class FiledSheet:
    """A signed sheet that the office received: the digest of what was scanned."""

    session: str
    received_on: date
    digest: str


def filed_sheets(entries: Iterable[Entry]) -> dict[str, FiledSheet]:
    """Project the signed sheets, the latest of each session."""
    found: dict[str, FiledSheet] = {}
    for entry in entries:
        files = entry.event.evidence.get("files")
        if entry.type == "signin_sheet.filed" and isinstance(files, list | tuple) and files:
            found[entry.object] = FiledSheet(entry.object, entry.day(), str(files[0]))
    return found


def words(counts: Tally, total_days: int | None) -> tuple[str, ...]:
    """Say a tally in sentences of the office: days done first, then each thing counted apart."""
    parts = [french.days_out_of(counts.attended, total_days)]
    labelled = (
        (counts.excused, "d’absence justifiée"),
        (counts.unexcused, "d’absence injustifiée"),
        (counts.partial, "de présence partielle"),
        (counts.exempt, "de dispense"),
        (counts.before_enrolment, "avant l’inscription"),
        (counts.out_of_enrolment, f"hors inscription{_despite(counts.contradictory)}"),
    )
    parts += [f"{french.count(n, 'demi-journée')} {what}" for n, what in labelled if n]
    if counts.not_keyed:
        keyed = "saisie" if counts.not_keyed == 1 else "saisies"
        parts.append(f"{french.count(counts.not_keyed, 'demi-journée')} non encore {keyed}")
    return tuple(parts)


def _despite(contradictory: int) -> str:
    """Say that presences are recorded where there is no enrolment."""
    if not contradictory:
        return ""
    recorded_as = french.count(contradictory, "présence enregistrée", "présences enregistrées")
    return f", dont {recorded_as} malgré le départ ou la suspension"


def misplaced_words(count: int) -> str:
    """Say how many presences were recorded in a promotion that the person had left."""
    said = french.count(count, "présence enregistrée", "présences enregistrées")
    end = "contradictoire, non comptée" if count == 1 else "contradictoires, non comptées"
    return f"{said} dans une promotion après l’avoir quittée\u00a0: {end}"
