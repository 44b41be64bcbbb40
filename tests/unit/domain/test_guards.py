from __future__ import annotations

import pytest

from sync_service.domain.guards import Allow, GuardName, Lifts, parse_allow, roster_guards
from sync_service.errors import UsageError

COURSE = "cs:p:course"


@pytest.mark.parametrize(
    ("text", "allow"),
    [
        ("attempt-loss:m03-prep=contenu faux", Allow(GuardName.ATTEMPT_LOSS, "m03-prep", "contenu faux")),
        ("conflict:cs:p:m03-prep", Allow(GuardName.CONFLICT, "m03-prep")),
        ("take-over:course=copie voulue = oui", Allow(GuardName.TAKE_OVER, "course", "copie voulue = oui")),
    ],
)
def test_allow_is_read(text: str, allow: Allow) -> None:
    assert parse_allow(text) == allow


@pytest.mark.parametrize(
    "text",
    ["", "force", "attempt-loss:m03", "attempt-loss:m03= ", "all:m03=x", "completion-unlock:m03=x", "conflict:é"],
)
def test_allow_that_says_nothing_usable_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_allow(text)
    assert "\n" not in caught.value.sentence


@pytest.mark.parametrize(
    ("wanted", "active", "suspended", "names"),
    [
        (0, 0, 0, []),
        (15, 0, 0, []),
        (0, 15, 0, ["empty-roster"]),
        (7, 15, 0, ["halved-roster"]),
        (8, 15, 0, []),
        (14, 15, 3, []),
        (14, 15, 4, ["mass-suspension"]),
        (90, 100, 10, []),
        (90, 100, 11, ["mass-suspension"]),
    ],
)
def test_roster_guards(wanted: int, active: int, suspended: int, names: list[str]) -> None:
    guards = roster_guards(key=COURSE, wanted=wanted, active=active, suspended=suspended, lifts=Lifts())
    assert [guard.name.value for guard in guards] == names
    assert all(guard.stops_all and guard.advice for guard in guards)


def test_a_guard_is_lifted_for_its_object_only() -> None:
    lifts = Lifts((Allow(GuardName.EMPTY_ROSTER, "course", "fin de promotion"),))
    (guard,) = roster_guards(key=COURSE, wanted=0, active=2, suspended=0, lifts=lifts)
    assert not guard.stops_all
    assert lifts.find(GuardName.EMPTY_ROSTER, "cs:p:m01") is None
    assert lifts.find(GuardName.HALVED_ROSTER, COURSE) is None
