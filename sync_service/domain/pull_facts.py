"""From a fact seen in Moodle to a draft for the register; a fact about someone unmapped is only counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sync_service.domain.act import series_of
from sync_service.domain.event import Actor, Draft, Evidence, SourceRef
from sync_service.domain.facts import DECISIVE, Fact, FactKind, ReadMark, Route, Unread
from sync_service.domain.keys import split_key
from sync_service.domain.lms_state import Json
from sync_service.errors import MoodleAnswerError

SYSTEM = Actor(kind="system", ref="cyclesync", channel="daemon")
GRADES: Mapping[FactKind, str] = {
    FactKind.ACTIVITY: "E1",
    FactKind.SCORM: "E1",
    FactKind.SUBMISSION: "E2",
    FactKind.ENROLMENT: "E2",
    FactKind.ACCOUNT: "E2",
}
"""Evidence grades of domain.md §2.3: what a browser declares is E1, what Moodle itself holds is E2."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The circumstances of one pull: which site, which run, which promotions are watched, seen when."""

    site_uid: str
    run: str
    observed_at: datetime
    promotions: Mapping[str, tuple[str, str | None]]
    """Watched promotion id → (cycle id, referential)."""
    vanished: frozenset[tuple[str, str, str]] = frozenset()
    """Source keys (kind, object, subject) whose last event says that they vanished."""
    eliminated: frozenset[tuple[str, str]] = frozenset()
    """(subject, promotion) whose traces were eliminated under a visa: they are not read again."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """Drafts made of facts, and the Moodle users whom no candidate is linked to."""

    drafts: tuple[Draft, ...]
    unmapped: frozenset[int] = field(default_factory=frozenset)
    ignored: int = 0
    """Facts of promotions that are not watched, or of objects that are not ours."""
    eliminated: int = 0
    """Facts of people whose traces were eliminated."""


def drafts_of(facts: Iterable[Fact], reading: Reading, subject_of: Callable[[int], str | None]) -> Drafted:
    """Turn facts into drafts, one for each fact of a linked person in a watched promotion."""
    drafts: list[Draft] = []
    unmapped: set[int] = set()
    ignored = eliminated = 0
    for fact in facts:
        key = split_key(fact.object)
        if key is None or key[0] not in reading.promotions:
            ignored += 1
            continue
        subject = subject_of(fact.user_id)
        if subject is None:
            unmapped.add(fact.user_id)
        elif (subject, key[0]) in reading.eliminated:
            eliminated += 1
        else:
            drafts.append(draft_of(fact, subject, key[0], reading))
    return Drafted(tuple(drafts), frozenset(unmapped), ignored, eliminated)


def draft_of(fact: Fact, subject: str, promotion: str, reading: Reading) -> Draft:
    """Turn one fact into a draft. Raises MoodleAnswerError when a decisive field is missing."""
    again = (fact.kind.value, fact.object, subject) in reading.vanished
    cycle, referential = reading.promotions[promotion]
    return Draft(
        type="source.reappeared" if again else fact.kind.value,
        subject=subject,
        source=_source(reading, fact.kind.value, fact.object, fact.route),
        actor=SYSTEM,
        evidence=Evidence(GRADES[fact.kind]),
        observed_at=fact.read_mark.at,
        data={"kind": fact.kind.value} if again else {},
        private=dict(fact.fields),
        series=series_of(fact.kind.value),
        cycle=cycle,
        referential=referential,
        promotion=promotion,
        decisive=_decisive(fact),
        read_mark=fact.read_mark,
    )


def _decisive(fact: Fact) -> dict[str, Json]:
    missing = [name for name in DECISIVE[fact.kind] if name not in fact.fields]
    if missing:
        raise MoodleAnswerError(
            f"Moodle a répondu sans « {missing[0]} » pour un relevé {fact.kind.value} : "
            "vérifiez la version du greffon local_cyclesync."
        )
    return {name: fact.fields[name] for name in DECISIVE[fact.kind]}


def _source(reading: Reading, kind: str, name: str, route: Route) -> SourceRef:
    return SourceRef("moodle", reading.site_uid, kind, name, route.value, reading.run)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole present state of one promotion's course, every page joined; only made when none failed."""

    promotion: str
    facts: tuple[Fact, ...]
    unread: tuple[Unread, ...]
    users: frozenset[int]
    cursor: str
    asked: int
    read: int
    read_mark: ReadMark | None


def vanished_drafts(
    snapshot: Snapshot, held: Iterable[tuple[str, str, str]], reading: Reading, subject_of: Callable[[int], str | None]
) -> tuple[Draft, ...]:
    """Draft what the register holds and a complete snapshot by the plugin no longer shows (design.md §4).

    Only for an object that the snapshot shows for someone: otherwise it is the activity that is gone or hidden.
    """
    if snapshot.read_mark is None:
        return ()
    seen = {(f.kind.value, f.object, subject_of(f.user_id)) for f in snapshot.facts}
    visible = {f.object for f in snapshot.facts}
    unread = {(u.object, None if u.user_id is None else subject_of(u.user_id)) for u in snapshot.unread}
    return tuple(
        _vanished(key, snapshot, reading)
        for key in sorted(held)
        if key not in seen
        and key not in reading.vanished
        and key[1] in visible
        and (split_key(key[1]) or ("",))[0] == snapshot.promotion
        and (key[1], None) not in unread
        and (key[1], key[2]) not in unread
    )


def _vanished(key: tuple[str, str, str], snapshot: Snapshot, reading: Reading) -> Draft:
    kind, name, subject = key
    cycle, referential = reading.promotions[snapshot.promotion]
    mark = snapshot.read_mark
    return Draft(
        type="source.vanished",
        subject=subject,
        source=_source(reading, kind, name, Route.SNAPSHOT),
        actor=SYSTEM,
        evidence=Evidence("E2"),
        observed_at=mark.at if mark else reading.observed_at,
        data={"kind": kind},
        cycle=cycle,
        referential=referential,
        promotion=snapshot.promotion,
        decisive={"vanished": True},
        read_mark=mark,
    )


def too_many_vanish(drafts: Sequence[Draft], people: int) -> int:
    """Return how many people vanish when that is more than max(3, 10 %) of ``people``, else 0."""
    gone = len({d.subject for d in drafts})
    return gone if gone > max(3, people // 10) else 0


def coverage(unread: Iterable[Unread], subject_of: Callable[[int], str | None]) -> tuple[Unread, ...]:
    """Rewrite coverage so that it names candidates, never Moodle users: « object cand_… »."""
    found: list[Unread] = []
    for item in unread:
        subject = None if item.user_id is None else subject_of(item.user_id)
        if item.user_id is None:
            found.append(item)
        elif subject is None:
            found.append(Unread(item.object, None, "not_mapped"))
        else:
            found.append(Unread(f"{item.object} {subject}", None, item.reason))
    return tuple(dict.fromkeys(found))
