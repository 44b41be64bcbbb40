"""The deposits of a dossier as Moodle showed them: in the course of a promotion, or followed from the one she came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo

from sync_service.domain import french
from sync_service.domain.candidate import Candidate
from sync_service.domain.dossier import Deposit
from sync_service.domain.facts import FactKind
from sync_service.domain.keys import split_key
from sync_service.domain.seen import Seen

Facts = Mapping[tuple[str, str], Seen]
_DONE_HERE = frozenset({"submitted", "draft", "reopened"})
"""What was begun in this promotion's own course counts, whatever was handed in before."""


def deposits_of(
    wanted: Sequence[tuple[str, str]], facts: Facts, candidate: Candidate, zone: tzinfo
) -> tuple[Deposit, ...]:
    """Return each deposit, (key, label): done here, else as it was handed in where she was before she left."""
    found = (_deposit(key, label, facts.get((FactKind.SUBMISSION.value, key))) for key, label in wanted)
    return tuple(one if one.status in _DONE_HERE else _followed(one, facts, candidate, zone) for one in found)


def _deposit(key: str, label: str, found: Seen | None) -> Deposit:
    if found is None:
        return Deposit(key, label, "unread")
    listed = found.fields.get("files")
    files = listed if isinstance(listed, list | tuple) else ()
    names = tuple(str(f.get("name", "")) for f in files if isinstance(f, Mapping))
    return Deposit(key, label, found.text("status"), found.number("attempt"), found.number("submitted_at"), names)


def _followed(here: Deposit, facts: Facts, candidate: Candidate, zone: tzinfo) -> Deposit:
    """Return the deposit that she handed in elsewhere while she belonged there, the latest; ``here`` when there is none."""
    before = [
        (promotion, found)
        for promotion, found in _elsewhere(here.key, facts, candidate)
        if found.submitted and not candidate.enrolments[promotion].is_out(_day(found, zone))
    ]
    if not before:
        return here
    promotion, found = max(before, key=lambda one: one[1].submitted_at)
    return replace(found, key=here.key, label=f"{here.label} (promotion {promotion})")


def misplaced_deposits(
    wanted: Sequence[tuple[str, str]], facts: Facts, candidate: Candidate, zone: tzinfo
) -> tuple[str, ...]:
    """Return the keys of what was handed in in a promotion that she had left by then: signalled, never counted."""
    return tuple(
        found.key
        for key, _ in wanted
        for promotion, found in _elsewhere(key, facts, candidate)
        if found.submitted and candidate.enrolments[promotion].is_out(_day(found, zone))
    )


def _elsewhere(key: str, facts: Facts, candidate: Candidate) -> Iterator[tuple[str, Deposit]]:
    """Yield what Moodle showed of the same deposit in the other promotions of this person."""
    own = split_key(key)
    for (kind, other), found in sorted(facts.items()):
        there = split_key(other)
        if kind != FactKind.SUBMISSION.value or own is None or there is None:
            continue
        if there[0] != own[0] and there[1] == own[1] and there[0] in candidate.enrolments:
            yield there[0], _deposit(other, "", found)


def _day(found: Deposit, zone: tzinfo) -> date:
    return datetime.fromtimestamp(found.submitted_at, UTC).astimezone(zone).date()


def misplaced_deposit_words(count: int) -> str:
    """Say how many deposits were made in a promotion that the person had left."""
    said = french.count(count, "dépôt remis", "dépôts remis")
    return f"{said} dans une promotion après l’avoir quittée\u00a0: non compté{'s' if count > 1 else ''}"
