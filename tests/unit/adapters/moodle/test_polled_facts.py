from __future__ import annotations

import pytest

from sync_service.adapters.moodle.decode import code_error
from sync_service.adapters.moodle.polled_facts import (
    activity_fields,
    attempt_status,
    latest,
    part_status,
    reason,
    scorm_fields,
    submission_fields,
)
from sync_service.adapters.moodle.wire import (
    CompletionStatus,
    FileArea,
    Submission,
    SubmissionPlugin,
    SubmittedFile,
    Track,
)
from sync_service.errors import MoodleAnswerError, MoodleUnreachableError


def part(**elements: str | int) -> list[Track]:
    names = {"status": "cmi.core.lesson_status", "success": "cmi.success_status", "completion": "cmi.completion_status"}
    return [Track(element=names.get(name, name), value=value) for name, value in elements.items()]


@pytest.mark.parametrize(("state", "word"), [(0, "incomplete"), (1, "complete"), (2, "pass"), (3, "fail"), (4, "fail")])
def test_states_of_completion(state: int, word: str) -> None:
    status = CompletionStatus(cmid=1, state=state, timecompleted=7, overrideby=None)
    assert activity_fields(status) == {"state": word, "override": False, "timemodified": 7}


def test_a_state_set_by_hand_and_one_never_seen() -> None:
    done = activity_fields(CompletionStatus(cmid=1, state=1, overrideby=2))
    assert done is not None
    assert done["override"] is True
    assert activity_fields(CompletionStatus(cmid=1, state=9)) is None


@pytest.mark.parametrize(
    ("elements", "word"),
    [
        ({"status": "passed"}, "passed"), ({"status": "completed"}, "completed"), ({"status": "failed"}, "failed"),
        ({"status": "incomplete"}, "incomplete"), ({"status": "browsed"}, "incomplete"), ({}, "incomplete"),
        ({"success": "failed", "completion": "completed"}, "failed"),
        ({"success": "unknown", "completion": "completed"}, "completed"),
    ],
)  # fmt: skip
def test_what_a_learning_object_says(elements: dict[str, str], word: str) -> None:
    assert part_status(part(**elements)) == word


@pytest.mark.parametrize(
    ("statuses", "word"),
    [
        (["completed", "completed"], "completed"), (["completed", "passed"], "passed"),
        (["passed", "incomplete"], "incomplete"), (["incomplete", "failed"], "failed"), ([], "incomplete"),
    ],
)  # fmt: skip
def test_an_attempt_is_its_parts_together(statuses: list[str], word: str) -> None:
    assert attempt_status([part(status=status) for status in statuses]) == word


def test_a_package_shows_the_best_of_its_attempts_and_the_latest_score() -> None:
    fields = scorm_fields(2, {
        1: [part(status="completed", score_raw=70, timemodified=100)],
        2: [part(status="incomplete", score_raw="40", timemodified="200")],
    })  # fmt: skip
    assert fields == {"status": "completed", "attempts": 2, "score": "40", "timemodified": 200}
    assert scorm_fields(0, {})["status"] == "not_attempted"


def test_a_draft_is_not_handed_in() -> None:
    draft = Submission(userid=4, attemptnumber=1, timemodified=50, status="draft")
    fields = submission_fields(draft)
    assert fields is not None
    assert (fields["status"], fields["attempt"], fields["submitted_at"]) == ("draft", 1, 0)


def test_what_was_handed_in_with_its_files_and_only_those() -> None:
    file = SubmittedFile(filename="dossier.pdf", filesize=12)
    comment = SubmissionPlugin(type="comments", fileareas=[FileArea(files=[SubmittedFile(filename="x")])])
    plugins = [SubmissionPlugin(type="file", fileareas=[FileArea(files=[file])]), comment]
    fields = submission_fields(Submission(userid=4, timemodified=50, status="submitted", plugins=plugins))
    assert fields is not None
    assert fields["submitted_at"] == 50
    assert fields["files"] == [{"name": "dossier.pdf", "size": 12}]


def test_nothing_handed_in_is_a_fact_and_an_unheard_of_status_is_not() -> None:
    none, new = submission_fields(None), submission_fields(Submission(userid=4, status="new"))
    assert none is not None
    assert new is not None
    assert none["status"] == new["status"] == "none"
    assert submission_fields(Submission(userid=4, status="lost")) is None


def test_the_latest_attempt_counts_and_a_group_is_nobody() -> None:
    rows = [
        Submission(userid=4, attemptnumber=1, status="draft"), Submission(userid=4, attemptnumber=0, status="submitted"),
        Submission(userid=0, attemptnumber=0, status="submitted"),
    ]  # fmt: skip
    assert {user: row.status for user, row in latest(rows).items()} == {4: "draft"}


def test_each_error_has_its_reason() -> None:
    codes = ["nopermissions", "userdeleted", "suspended", "anything"]
    assert [reason(code_error("f", code)) for code in codes] == ["no_access", "account_deleted", "no_access", "error"]
    assert reason(MoodleUnreachableError("x")) == "timeout"
    assert reason(MoodleAnswerError("x")) == "error"
