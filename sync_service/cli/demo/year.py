"""The year as dated steps: who does what, when; telling it twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sync_service.cli.demo import scenes
from sync_service.cli.demo.story import Story
from sync_service.domain.calendar import Session

PREPARATION_DAYS = 4
"""Trainees prepare a module a few days before its first session."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens, at a moment, once."""

    name: str
    moment: datetime
    act: Callable[[Story], None]


def year(story: Story) -> list[Step]:
    """Return every step in order of time."""
    fixed = [
        Step("opening", story.local(date(2026, 9, 1), 9), scenes.open_the_year),
        Step("mapping", story.local(date(2026, 9, 2), 9), scenes.map_the_course),
        Step("leave", story.local(date(2027, 2, 4), 9), scenes.suspend_and_rename),
        Step("leaver", story.local(date(2027, 2, 16), 9), scenes.one_leaves),
        Step("reset", story.local(date(2027, 3, 16), 14), scenes.a_teacher_resets),
        Step("redone", story.local(date(2027, 3, 24), 20), scenes.he_does_it_again),
        Step("deposits", story.local(date(2027, 5, 11), 20), scenes.hand_in_the_dossiers),
        Step("by-hand", story.local(date(2027, 5, 14), 10), scenes.people_change_the_course),
        Step("preview", story.local(date(2027, 5, 14), 11), scenes.show_the_plan),
        Step("dashboard", story.local(date(2027, 5, 19), 8), scenes.thirty_days_before),
        Step("late", story.local(date(2027, 5, 21), 22), scenes.late_deposits),
        Step("control", story.local(date(2027, 5, 26), 10), scenes.control_the_dossiers),
        Step("completed", story.local(date(2027, 6, 2), 10), scenes.complete_the_dossier),
        Step("convening", story.local(date(2027, 6, 4), 10), scenes.convene),
        Step("jury", story.local(date(2027, 6, 18), 17), scenes.hold_the_jury),
        Step("notification", story.local(date(2027, 6, 22), 10), scenes.notify),
        Step("certificates", story.local(date(2027, 6, 30), 15), scenes.sign_and_issue),
        Step("end", story.local(date(2027, 7, 2), 17), scenes.end_the_year),
    ]
    return sorted([*fixed, *_preparations(story), *_sheets(story)], key=lambda step: step.moment)


def _held(story: Story) -> list[Session]:
    return [session for session in story.files().calendar.sessions if session.counts]


def _preparations(story: Story) -> Iterator[Step]:
    """Each module is prepared before its first session."""
    first: dict[int, Session] = {}
    for session in _held(story):
        if session.module is not None:
            first.setdefault(session.module, session)
    for module, session in first.items():
        day = session.dates[0] - timedelta(days=PREPARATION_DAYS)
        yield Step(f"prepare-{module}", story.local(day, 20), _prepare(module))


def _prepare(module: int) -> Callable[[Story], None]:
    return lambda story: scenes.prepare_module(story, module)


def _sheets(story: Story) -> Iterator[Step]:
    """Each signed sheet reaches the office on the next day; the last ones take a week."""
    for session in _held(story):
        late = session.dates[-1] >= date(2027, 5, 10)
        day = session.dates[-1] + timedelta(days=7 if late else 1)
        yield Step(f"sheet-{session.id}", story.local(day, 9), _sheet(session))


def _sheet(session: Session) -> Callable[[Story], None]:
    return lambda story: scenes.file_the_sheet(story, session)
