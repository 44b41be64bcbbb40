"""The year as dated steps: who does what, when; telling it twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sync_service.cli.demo import audit, certificates, dossiers, juries, scenes
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


FIXED: tuple[tuple[str, date, int, Callable[[Story], None]], ...] = (
    ("opening", date(2026, 9, 1), 9, scenes.open_the_year),
    ("mapping", date(2026, 9, 2), 9, scenes.map_the_course),
    ("late-arrival", date(2026, 10, 8), 9, scenes.arrive_late),
    ("leave", date(2027, 2, 4), 9, scenes.suspend_and_rename),
    ("leaver", date(2027, 2, 16), 9, scenes.one_leaves),
    ("away", date(2027, 3, 5), 9, scenes.go_on_leave),
    ("reset", date(2027, 3, 16), 14, scenes.a_teacher_resets),
    ("redone", date(2027, 3, 24), 20, scenes.he_does_it_again),
    ("back", date(2027, 4, 2), 9, scenes.come_back),
    ("corrected-absences", date(2027, 4, 8), 9, scenes.justify_absences),
    ("chasing", date(2027, 4, 19), 8, dossiers.sixty_days_before),
    ("deposits", date(2027, 5, 11), 20, dossiers.hand_in_the_dossiers),
    ("by-hand", date(2027, 5, 14), 10, scenes.people_change_the_course),
    ("preview", date(2027, 5, 14), 11, scenes.show_the_plan),
    ("dashboard", date(2027, 5, 19), 8, dossiers.thirty_days_before),
    ("late", date(2027, 5, 21), 22, dossiers.late_deposits),
    ("control", date(2027, 5, 26), 10, dossiers.control_the_dossiers),
    ("completed", date(2027, 6, 2), 10, dossiers.complete_the_dossier),
    ("convening", date(2027, 6, 4), 10, juries.convene),
    ("recused", date(2027, 6, 11), 10, juries.withdraw_a_member),
    ("jury", date(2027, 6, 18), 17, juries.hold_the_jury),
    ("notification", date(2027, 6, 22), 10, certificates.notify),
    ("spoiled-number", date(2027, 6, 28), 10, certificates.spoil_a_number),
    ("certificates", date(2027, 6, 30), 15, certificates.sign_and_issue),
    ("handover", date(2027, 7, 2), 17, certificates.hand_over),
    ("backup", date(2027, 7, 5), 9, audit.back_up),
    ("appeal", date(2027, 7, 20), 9, certificates.receive_an_appeal),
    ("next-promotion", date(2027, 9, 1), 9, scenes.open_next_promotion),
    ("appeal-answered", date(2027, 9, 10), 9, certificates.reject_the_appeal),
    ("corrected", date(2027, 9, 15), 9, certificates.correct_a_certificate),
    ("catch-up", date(2027, 9, 23), 9, scenes.catch_up),
    ("second-passage", date(2027, 9, 27), 9, juries.come_again),
    ("drill", date(2027, 10, 4), 9, audit.drill),
    ("duplicate", date(2027, 10, 12), 9, certificates.give_a_duplicate),
    ("second-jury", date(2027, 10, 15), 17, juries.hold_the_second_jury),
    ("end", date(2027, 10, 29), 15, certificates.end_after_the_second_jury),
    ("proof", date(2027, 11, 3), 9, audit.prove_one_certificate),
    ("control-folders", date(2027, 11, 3), 9, audit.control_three_people),
    ("registers", date(2027, 11, 3), 10, audit.write_registers),
)
"""The steps that have a date of their own: name, day, hour, what happens."""


def year(story: Story) -> list[Step]:
    """Return every step in order of time."""
    fixed = [Step(name, story.local(day, hour), act) for name, day, hour, act in FIXED]
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
