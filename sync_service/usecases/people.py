"""Who the register knows: the people of a promotion, their accounts, the enrolments that Moodle should have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from sync_service.domain.act import Filing
from sync_service.domain.candidate import TYPES, Candidate, EnrolmentState, candidates, of_promotion
from sync_service.domain.desired import WantedEnrolment
from sync_service.domain.entry import pair
from sync_service.domain.event import Series
from sync_service.domain.lms_state import MoodleUser
from sync_service.domain.matching import Matched, link_drafts, match, value_of
from sync_service.domain.promotion import Promotion
from sync_service.ports import Ledger

FindUsers = Callable[[str, Sequence[str]], Sequence[MoodleUser]]
"""``Lms.find_users``: field and values → accounts."""


def known_people(ledger: Ledger, *, until: datetime | None = None) -> dict[str, Candidate]:
    """Return everyone the register knows, by subject."""
    events = tuple(ledger.events(types=TYPES, until=until))
    return candidates(pair(events, ledger.reveal(events)))


def eliminated_traces(ledger: Ledger) -> frozenset[tuple[str, str]]:
    """Return (subject, promotion) whose Moodle facts were eliminated on a list: they must not be read again from Moodle.

    A promotion that the person joined since is another matter: its facts are new.
    """
    gone: dict[str, date] = {}
    for event in ledger.events(types=["vault.key_destroyed"]):
        if event.data.get("list") and event.data.get("series") == Series.TRACES.value:
            gone[event.subject] = event.recorded_at.date()
    known = known_people(ledger) if gone else {}
    return frozenset(
        (subject, held.promotion)
        for subject, day in gone.items()
        if subject in known
        for held in known[subject].enrolments.values()
        if held.first <= day
    )


def link_people(
    ledger: Ledger,
    find_users: FindUsers,
    promotion: Promotion,
    site_uid: str,
    filing: Filing,
    *,
    everyone: bool = False,
) -> Matched:
    """Find the accounts of a promotion's people and record the links that are new.

    Only those without a link are looked for, so that a pull where nothing changed costs no call; ``everyone`` looks
    again for all, when accounts were made anew. An account linked to somebody else is nobody's.
    """
    known = known_people(ledger)
    taken = {c.accounts[site_uid]: c.subject for c in known.values() if site_uid in c.accounts}
    sought = [c for c in of_promotion(known, promotion.id) if everyone or site_uid not in c.accounts]
    field = promotion.people.field
    values = sorted({value_of(c.identity, field) for c in sought if c.identity is not None} - {""})
    users = tuple(find_users(field, values)) if values else ()
    matched = match(sought, [u for u in users if everyone or u.id not in taken], field)
    drafts = link_drafts(matched, filing, site_uid)
    if drafts:
        ledger.append(drafts, now=filing.observed_at)
    return matched


def wanted_enrolments(ledger: Ledger, promotion: Promotion, site_uid: str) -> tuple[WantedEnrolment, ...]:
    """Return the enrolments that the register wants in Moodle, for the people whose account is known."""
    return tuple(
        _wanted(person, promotion, person.accounts[site_uid])
        for person in of_promotion(known_people(ledger), promotion.id)
        if site_uid in person.accounts
    )


def _wanted(person: Candidate, promotion: Promotion, user_id: int) -> WantedEnrolment:
    # No start date: the course is for preparing the first session too, and its visibility says when it opens.
    state = person.enrolments[promotion.id].state
    active = state in {EnrolmentState.ENROLLED, EnrolmentState.COMPLETED}
    group = promotion.group(person.identity.group) if person.identity and person.identity.group else None
    return WantedEnrolment(
        candidate=person.subject,
        user_id=user_id,
        status="active" if active else "suspended",
        groups=(group.key,) if group else (),
    )
