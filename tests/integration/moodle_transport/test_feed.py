"""The plugin's feed when its answers are unexpected."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from sync_service.adapters.moodle.feed import PluginFeed
from sync_service.domain.facts import FactKind, Unread
from sync_service.errors import MoodleAnswerError, MoodleError, MoodleRefusedError
from tests.integration.moodle_transport.conftest import Client, Site

CHANGES, STATE = "local_cyclesync_get_changes", "local_cyclesync_get_state"
NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
KEY = "cs:angers:m01"


class FixedClock:
    def now(self) -> datetime:
        return NOW


def row(seq: int, facts: list[dict[str, Any]], **more: object) -> dict[str, Any]:
    base = {
        "seq": seq,
        "what": "state",
        "courseid": 7,
        "promotion": "angers",
        "key": KEY,
        "userid": 4,
        "timecreated": 60,
    }
    return base | more | {"facts": json.dumps(facts)}


def changes(rows: list[dict[str, Any]], **more: object) -> dict[str, Any]:
    head = {"site_uid": "s", "epoch": "e-1", "cursor": "e-1.9.x", "more": False, "resync": False}
    return {**head, **more, "rows": rows}


def state(users: list[dict[str, Any]], **more: object) -> dict[str, Any]:
    head = {"site_uid": "s", "epoch": "e-1", "cursor": "e-1.9.x", "courseid": 7, "more": False, "nextuserid": 0}
    return {**head, **more, "users": users}


@pytest.fixture
def feed(connect: Callable[..., Client]) -> PluginFeed:
    return PluginFeed(connect().transport, ["angers"], clock=FixedClock())


SCORM = {
    "kind": "scorm",
    "key": KEY,
    "status": "completed",
    "attempts": 1,
    "score": "70",
    "timemodified": 50,
    "later": 1,
}


def test_facts_keep_their_details_and_bear_the_sealed_sequence(site: Site, feed: PluginFeed) -> None:
    site.functions[CHANGES] = lambda _: changes([row(9, [SCORM]), row(8, [SCORM], promotion="autre")])
    page = feed.changes("e-1.4.y")
    (fact,) = page.facts
    assert (fact.kind, fact.object, fact.user_id) == (FactKind.SCORM, KEY, 4)
    assert fact.fields == {"status": "completed", "attempts": 1, "score": "70", "timemodified": 50, "later": 1}
    assert (fact.read_mark.epoch, fact.read_mark.seq, fact.read_mark.at) == ("e-1", 9, NOW)
    assert site.seen[0]["cursor"] == "e-1.4.y"


def test_a_notice_is_not_a_fact(site: Site, feed: PluginFeed) -> None:
    site.functions[CHANGES] = lambda _: changes([row(9, [], what="course_reset", userid=0)])
    page = feed.changes("")
    assert page.facts == ()
    assert [(n.kind, n.object, n.at) for n in page.notices] == [
        ("course_reset", KEY, datetime(1970, 1, 1, 0, 1, tzinfo=UTC))
    ]
    assert page.users == frozenset()


def test_a_kind_of_fact_from_a_later_plugin_is_counted_as_not_read(site: Site, feed: PluginFeed) -> None:
    site.functions[CHANGES] = lambda _: changes([row(9, [{"kind": "badge", "key": KEY}, SCORM])])
    page = feed.changes("")
    assert len(page.facts) == 1
    assert page.unread == (Unread(KEY, 4, "error"),)
    assert (page.asked, page.read) == (2, 1)


@pytest.mark.parametrize("broken", [
    changes([row(9, [{"kind": "scorm", "key": KEY, "status": "terminé", "attempts": 1}])]),
    changes([row(9, [{"kind": "scorm", "key": KEY, "status": "completed"}])]),
    changes([row(9, [{"status": "completed"}])]),
    changes([row(9, []) | {"facts": "{}"}]), changes([row(9, []) | {"facts": "["}]),
    changes([], cursor="tout"), changes([], cursor="e.x.y"), changes([], site_uid=""), {"rows": []}, [],
    changes([], cursor="e-1.4.y", more=True),
])  # fmt: skip
def test_an_answer_that_breaks_the_contract_stops_the_pull(site: Site, feed: PluginFeed, broken: object) -> None:
    site.functions[CHANGES] = lambda _: broken
    with pytest.raises(MoodleAnswerError) as caught:
        feed.changes("e-1.4.y")
    assert "terminé" not in caught.value.sentence


def test_a_snapshot_goes_on_to_its_end_with_the_first_page_s_mark(site: Site, feed: PluginFeed) -> None:
    pages = iter([
        state([{"userid": 4, "facts": json.dumps([SCORM])}], more=True, nextuserid=4),
        state([{"userid": 5, "facts": "[]"}], cursor="e-1.12.z"),
    ])  # fmt: skip
    site.functions[STATE] = lambda _: next(pages)
    read = list(feed.snapshot("angers"))
    assert [(page.more, sorted(page.users), page.cursor) for page in read] == [
        (True, [4], "e-1.9.x"),
        (False, [5], "e-1.9.x"),
    ]
    assert [form["afteruserid"] for form in site.seen] == ["0", "4"]


@pytest.mark.parametrize(("second", "kind"), [
    (state([], epoch="e-2"), MoodleAnswerError), (state([], site_uid="other"), MoodleAnswerError),
    (state([], courseid=0), MoodleRefusedError), (state([], more=True, nextuserid=4), MoodleAnswerError),
])  # fmt: skip
def test_a_snapshot_that_changes_under_the_reader_is_an_error(
    site: Site,
    feed: PluginFeed,
    second: dict[str, Any],
    kind: type[MoodleError],
) -> None:
    pages = iter([state([], more=True, nextuserid=4), second])
    site.functions[STATE] = lambda _: next(pages)
    with pytest.raises(kind):
        list(feed.snapshot("angers"))
