from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from sync_service.adapters.mapping_files import load_cycle
from sync_service.domain.calendar import Calendar, Half, HalfDay, Session, SessionKind, SessionState
from sync_service.domain.cycle import Cycle
from sync_service.domain.ics import calendar_file
from sync_service.domain.session_text import (
    event_description,
    session_hours,
    session_state,
    session_when,
    when_block,
)

NB = "\u00a0"
STAMP = datetime(2026, 11, 16, tzinfo=UTC)


@pytest.fixture(scope="module")
def cycle() -> Cycle:
    return load_cycle(Path(__file__).parents[3] / "lms_mappings", "coordonnateur_petite_enfance")


def run(*days: date, start: time = time(9), state: SessionState = SessionState.PLANNED) -> Session:
    halves = tuple(HalfDay(day, Half.MORNING, start, time(12, 30), "Europe/Paris") for day in days)
    return Session("s1", 3, SessionKind.MODULE, halves, "Salle A ; B", "", ("L'une",), ("étude de cas",), state)


def lines_of(data: bytes) -> list[str]:
    return data.decode("utf-8").replace("\r\n ", "").split("\r\n")


def test_one_entry_per_day_in_utc_across_the_change_of_clocks(cycle: Cycle) -> None:
    data = calendar_file(cycle, "p", Calendar((run(date(2027, 3, 26), date(2027, 3, 29)),)), STAMP)
    lines = lines_of(data)
    assert [line for line in lines if line.startswith("DTSTART")] == [
        "DTSTART:20270326T080000Z",
        "DTSTART:20270329T070000Z",
    ]
    assert [line for line in lines if line.startswith("UID")] == [
        "UID:p.s1.1@cyclesync.invalid",
        "UID:p.s1.2@cyclesync.invalid",
    ]
    assert "LOCATION:Salle A\u202f\\; B" in lines
    assert lines.count("STATUS:CONFIRMED") == 2
    assert lines[-2:] == ["END:VCALENDAR", ""]


def test_lines_are_cut_below_76_bytes_without_breaking_a_character(cycle: Cycle) -> None:
    data = calendar_file(cycle, "p", Calendar((run(date(2027, 1, 13)),)), STAMP)
    cut = data.split(b"\r\n")
    assert max(len(line) for line in cut) <= 75
    assert any(line.startswith(b" ") for line in cut)
    assert all(line.decode("utf-8") is not None for line in cut)


def test_a_cancelled_session_says_so_in_words_too(cycle: Cycle) -> None:
    lines = lines_of(
        calendar_file(cycle, "p", Calendar((run(date(2027, 1, 13), state=SessionState.CANCELLED),)), STAMP)
    )
    assert "STATUS:CANCELLED" in lines
    assert any(line.startswith("SUMMARY:Module 3 – ") and line.endswith("(annulée)") for line in lines)


def test_states_in_words() -> None:
    moved = replace(run(date(2027, 1, 13), state=SessionState.POSTPONED), replaced_by="s2")
    new = replace(run(date(2027, 2, 1)), id="s2")
    both = Calendar((moved, new))
    assert session_state(moved, both) == "reportée au 1er février 2027"
    assert session_state(replace(moved, replaced_by=None), both) == "reportée, nouvelle date non fixée"
    assert session_state(new, both) == ""
    assert session_when(moved, both, "Europe/Paris") == f"13 janvier 2027{NB}: session reportée au 1er février 2027"


def test_hours_differ_from_day_to_day_or_from_the_promotions_zone() -> None:
    one, two = run(date(2027, 1, 13)), run(date(2027, 1, 14), start=time(10))
    both = replace(one, halfdays=(*one.halfdays, *two.halfdays))
    words = session_hours(both, "Europe/Paris")
    assert words.startswith(f"13 janvier 2027, 9{NB}h{NB}00 – 12{NB}h{NB}30")
    assert f"14 janvier 2027, 10{NB}h{NB}00" in words
    assert session_hours(one, "Indian/Reunion").endswith("(heure de Paris)")


def test_blocks_for_none_one_and_several_sessions() -> None:
    one = run(date(2027, 1, 13))
    calendar = Calendar((one,))
    assert when_block((), calendar, "Europe/Paris") == ""
    assert when_block((one,), calendar, "Europe/Paris").startswith("<p>13 janvier 2027, 9")
    assert when_block((one, one), calendar, "Europe/Paris").count("<li>") == 2
    description = event_description(one, calendar, "Europe/Paris")
    assert f"<p>Intervenant(e)(s){NB}: L’une</p>" in description
