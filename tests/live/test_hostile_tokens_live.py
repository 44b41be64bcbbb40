"""Tokens and sessions of people who have no business with the service: they try everything and get nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from sync_service.domain.lms_state import Fields
from tests.live.conftest import Live
from tests.live.strangers import HUGE, POISON, Stranger, ask, fetch, functions, log_in, strangers
from tests.live.test_lms_live import Course, study

WORD = "salle-du-secret"
REFUSALS = {"capability", "missing", "invalid", "foreign"}
ENROLMENT = 'id="page-enrol-index"'
"""Where Moodle sends somebody who is not in a course."""
LISTS = ("rows", "users", "objects", "foreignmembers")


@dataclass
class Prey:
    """A promotion with a trainee at work, and what nobody else may learn."""

    live: Live
    course: Course
    users: list[int]
    ids: Mapping[str, int]
    digests: Mapping[str, str]
    secrets: tuple[str, ...]

    def snapshot(self) -> list[str]:
        """Return all that could have been written, as the service account and Moodle itself show it."""
        service, observer, promotion = self.live.service(), self.live.observer(), self.live.promotion
        answers: list[Any] = [
            service.call("local_cyclesync_get_map", {"promotion": promotion}),
            service.call("local_cyclesync_get_course_state", {"promotion": promotion, "uid": self.live.uid}),
            service.call("local_cyclesync_get_state", {"promotion": promotion}),
            observer.call("core_course_get_contents", {"courseid": self.ids["course"]}),
            observer.call("core_enrol_get_enrolled_users", {"courseid": self.ids["course"]}),
        ]
        for answer in answers:
            if isinstance(answer, dict):
                answer.pop("cursor", None)
        people = [{key: one[key] for key in ("id", "username", "email") if key in one} for one in answers.pop()]
        return [json.dumps(answer, sort_keys=True) for answer in (*answers, people)]

    def parameters(self) -> dict[str, dict[str, Any]]:
        """Return what the service account would send to each function, about this promotion and its people."""
        key, promotion = self.course.key, self.live.promotion
        write = {"promotion": promotion, "uid": self.live.uid, "run": "r"}

        def item(name: str, fields: Fields) -> dict[str, Any]:
            return {"key": key(name), "fields": json.dumps(fields), "expect": self.digests.get(name, "")}

        status = {"v": 1, "as_of": "2027-03-01T08:00:00Z", "jury": "demain"}
        asked: dict[str, dict[str, Any]] = {
            "get_info": {"categoryidnumber": self.live.category},
            "get_map": {"promotion": ""},
            "get_course_state": {"promotion": promotion, "uid": self.live.uid},
            "get_changes": {"cursor": "", "limit": 5000},
            "get_state": {"promotion": promotion, "afteruserid": 0, "limit": 1000},
            "put_candidate_status": {
                "promotion": promotion, "statuses": [{"userid": one, "status": json.dumps(status)} for one in self.users],
            },
            "ensure_course": {**write, **item("course", {"fullname": "X"})},
            "ensure_enrolment_instance": {**write, **item("enrol", {"status": "suspended"})},
            "ensure_sections": {**write, "sections": [item("s1", {"name": "X"})]},
            "ensure_groups": {**write, "groups": [item("g1", {"name": "X"})]},
            "ensure_enrolments": {**write, "enrolments": [item("p1", {"status": "suspended"})]},
            "ensure_events": {**write, "events": [item("e1", {"name": "X"})]},
            "ensure_module": {**write, **item("depot", {"name": "X"}), "sectionkey": key("s1"), "modname": "assign"},
            "adopt": {
                **write, **item("depot", {"name": "X"}), "kind": "module", "moodleid": self.ids["depot"], "takeover": 1,
            },
        }  # fmt: skip
        assert {f"local_cyclesync_{name}" for name in asked} == set(functions())
        return asked


@pytest.fixture
def prey(live: Live, make_zip: Callable[..., Path]) -> Iterator[Prey]:
    victim, other = live.students()[:2]
    course = Course(live, live.lms())
    course.build(make_zip("m01.zip"), [victim.userid, other.userid])
    study(live, course, victim.transport, "completed")
    contact: Fields = {
        "v": 1,
        "as_of": "2027-03-01T08:00:00Z",
        "next": {"when": "demain", "place": WORD, "what": ""},
        "contact": WORD,
    }
    course.lms.put_candidate_status(live.promotion, {victim.userid: contact})
    state = course.lms.course_state(live.promotion)
    assert state.course is not None
    seen = {one.key.split(":", 2)[2]: one for one in (state.course, *state.objects)}
    (person,) = course.lms.find_users("username", [victim.username])
    yield Prey(
        live,
        course,
        [victim.userid, other.userid],
        {name: one.moodle_id or 0 for name, one in seen.items()},
        {name: one.digest for name, one in seen.items()},
        (WORD, person.email, person.lastname.split("'")[-1]),
    )
    live.book.exchanges.clear()  # what strangers are told teaches the sandbox nothing: no recording


def poisoned(params: Mapping[str, Any], poisons: Iterator[str]) -> Iterator[dict[str, Any]]:
    """Yield the parameters with poison in one text, each text in turn; another poison each time."""
    for name, value in params.items():
        if isinstance(value, list):
            yield from ({**params, name: [inside]} for inside in poisoned(value[0], poisons))
        else:
            yield {**params, name: next(poisons) if isinstance(value, str) else -1}


def check_nothing(prey: Prey, function: str, text: str) -> None:
    """An error, refusals, or lists without a row; never a word of anybody."""
    for secret in prey.secrets:
        assert secret not in text, function
    answer = json.loads(text)
    if isinstance(answer, dict) and "exception" in answer:
        return
    results = answer if isinstance(answer, list) else [answer] if "action" in answer else []
    assert {result["action"] for result in results} <= {"refused"}, function
    assert {result["code"] for result in results} <= REFUSALS, function
    if isinstance(answer, dict):
        assert [name for name in LISTS if answer.get(name)] == [], function
        assert "stored" not in answer, function


def test_every_function_gives_nothing_to_a_stranger(live: Live, prey: Prey) -> None:
    trainee = Stranger("a trainee of the course", live.students()[1].transport._token)
    found = [trainee, *strangers()]
    before, poisons = prey.snapshot(), cycle(POISON)
    for stranger in found:
        for name, params in prey.parameters().items():
            function = f"local_cyclesync_{name}"
            for asked in (params, *poisoned(params, poisons)):
                check_nothing(prey, f"{stranger.who}: {name}", ask(live, stranger.token, function, asked))
    assert prey.snapshot() == before


def test_ten_megabytes_are_refused_like_the_rest(live: Live, prey: Prey) -> None:
    before = prey.snapshot()
    asked = {**prey.parameters()["ensure_course"], "fields": HUGE}
    for stranger in strangers():
        check_nothing(prey, stranger.who, ask(live, stranger.token, "local_cyclesync_ensure_course", asked))
    answer = json.loads(ask(live, live.service()._token, "local_cyclesync_ensure_course", asked))
    assert (answer["action"], answer["code"]) == ("refused", "invalid")
    assert len(answer["message"]) < 1000
    assert prey.snapshot() == before


@pytest.mark.pages
def test_pages_of_the_plugins_show_nothing_to_a_stranger(live: Live, prey: Prey) -> None:
    people = [stranger for stranger in strangers() if stranger.password]
    assert people
    before = prey.snapshot()
    for stranger in people:
        opener, sesskey = log_in(live, stranger)
        victim = prey.users[0]
        for path, query in (
            ("local/cyclesync/me.php", {"promotion": live.promotion}),
            ("local/cyclesync/me.php", {"promotion": live.promotion, "user": victim, "userid": victim, "id": victim}),
            ("local/cyclesync/me.php", {"promotion": live.promotion, "receipt": prey.ids["depot"]}),
            ("local/cyclesync/me.php", {"promotion": f"{live.promotion}' OR 1=1"}),
            ("report/cyclesync/index.php", {"id": prey.ids["course"]}),
            ("report/cyclesync/index.php", {"id": prey.ids["course"], "group": 0, "page": -1}),
            ("local/cyclesync/setup.php", {}),
            ("local/cyclesync/setup.php", {"repair": "cyclesync_site", "sesskey": sesskey}),
            ("local/cyclesync/setup.php", {"renew": 1, "sesskey": sesskey}),
        ):
            status, text = fetch(opener, f"{live.url}/{path}?{urlencode(query)}")
            assert status in {403, 404} or ENROLMENT in text, (stranger.who, path, query, status)
            assert [secret for secret in prey.secrets if secret in text] == [], (stranger.who, path, query)
    assert prey.snapshot() == before
