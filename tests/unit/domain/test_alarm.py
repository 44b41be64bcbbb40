"""When an alarm is raised, kept, lifted or accepted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sync_service.domain.alarm import PROCEDURE, Alarm, next_alarm

AT = datetime(2027, 3, 1, 9, tzinfo=UTC)
LATER = AT + timedelta(days=1)
PARIS = ZoneInfo("Europe/Paris")
LINE = "Ligne 12 : son empreinte n’est pas celle de son contenu."
TOTAL = "La fin du registre gardée à part (20 lignes) n’est pas celle des 19 lignes lues."


def sound(*, outside: int = 0, documents: bool = False) -> Alarm:
    return Alarm(LATER, 20, (), outside=outside, documents=documents)


def test_nothing_found_raises_nothing_and_something_does() -> None:
    assert next_alarm(None, sound()) is None
    raised = next_alarm(None, Alarm(AT, 20, (LINE,)))
    assert raised is not None
    assert raised.blocking
    assert PROCEDURE in raised.refusal(PARIS)
    assert raised.line(PARIS).startswith(
        "La dernière vérification du registre, le 1er mars 2027 à 10\u00a0h\u00a000, a trouvé "
    )


def test_only_a_verification_that_looked_at_as_much_lifts_it() -> None:
    before = Alarm(AT, 20, (LINE,), outside=20, documents=True)
    for lighter in (sound(), sound(outside=19, documents=True), sound(outside=20)):
        assert next_alarm(before, lighter) == before
    assert next_alarm(before, sound(outside=20, documents=True)) is None
    assert next_alarm(before, sound(outside=25, documents=True)) is None


def test_a_lighter_verification_that_finds_something_else_adds_it() -> None:
    before = Alarm(AT, 20, (LINE,), outside=20)
    after = next_alarm(before, Alarm(LATER, 21, (TOTAL,)))
    assert after is not None
    assert after.findings == (TOTAL, LINE)
    assert (after.at, after.outside) == (LATER, 20)


def test_what_was_accepted_is_still_said_and_stops_nothing_until_something_else_is_found() -> None:
    before = Alarm(AT, 20, (LINE, TOTAL), accepted=(LINE, TOTAL))
    assert not before.blocking
    assert "a décidé de continuer" in before.line(PARIS)
    grown = TOTAL.replace("20", "31").replace("19", "30")
    same = next_alarm(before, Alarm(LATER, 31, (LINE, grown)))
    assert same is not None
    assert not same.blocking
    other = next_alarm(before, Alarm(LATER, 31, (LINE, LINE.replace("12", "13"))))
    assert other is not None
    assert other.blocking
