"""Batches resumed after a call that failed, and files sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sync_service.adapters.moodle.batch import Call, call_many
from sync_service.adapters.moodle.functions import BATCH
from sync_service.adapters.moodle.upload import upload
from sync_service.errors import MoodleAccessError, MoodleAnswerError, MoodleError, MoodleRefusedError, PackageError
from tests.integration.moodle_transport.conftest import TOKEN, Client, Reply, Site, of_json

COMPLETION = "core_completion_get_activities_completion_status"


def ok(value: object) -> dict[str, object]:
    return {"error": False, "data": json.dumps(value)}


def failed(code: str) -> dict[str, object]:
    return {"error": True, "exception": json.dumps({"errorcode": code, "message": "x"})}


def batch(*responses: dict[str, object]) -> Reply:
    return of_json({"responses": list(responses)})


def asked(site: Site) -> list[list[int]]:
    return [
        [json.loads(value)["userid"] for name, value in form.items() if name.endswith("[arguments]")]
        for form in site.seen
    ]


def calls(count: int) -> list[Call]:
    return [Call(COMPLETION, {"courseid": 2, "userid": user}) for user in range(count)]


def test_a_batch_goes_on_after_the_call_that_failed(site: Site, connect: Callable[..., Client]) -> None:
    site.replies += [batch(ok("a"), failed("invaliduser")), batch(ok("c"), ok("d"))]
    client = connect()
    items = call_many(client.transport, calls(4))
    assert [item.value for item in items] == ["a", None, "c", "d"]
    assert isinstance(items[1].error, MoodleRefusedError)
    assert asked(site) == [[0, 1, 2, 3], [2, 3]]
    assert client.counted == [(BATCH, "ok", 4), (BATCH, "ok", 2)]


def test_each_item_may_fail_and_all_are_asked_for(site: Site, connect: Callable[..., Client]) -> None:
    site.replies += [batch(failed("a")), batch(failed("b")), batch(failed("c"))]
    items = call_many(connect().transport, calls(3))
    assert [getattr(item.error, "code", "") for item in items] == ["a", "b", "c"]
    with pytest.raises(MoodleError):
        items[0].get()


def test_a_function_that_the_service_does_not_hold_is_asked_once(site: Site, connect: Callable[..., Client]) -> None:
    site.replies += [batch(ok(0), failed("accessexception")), batch(ok("other"))]
    asked_for = [*calls(2), Call("core_course_get_contents", {"courseid": 2, "userid": 9}), *calls(2)]
    items = call_many(connect().transport, asked_for)
    assert [type(item.error) for item in items] == [
        type(None), MoodleAccessError, type(None), MoodleAccessError, MoodleAccessError,
    ]  # fmt: skip
    assert asked(site)[1] == [9]


def test_long_lists_are_cut(site: Site, connect: Callable[..., Client]) -> None:
    site.replies += [batch(ok(0), ok(1)), batch(ok(2), ok(3)), batch(ok(4))]
    items = call_many(connect().transport, calls(5), size=2)
    assert [item.value for item in items] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "reply", [batch(ok(0)), batch(), batch(ok(0), ok(1), ok(2)), of_json([]), of_json({"responses": [{}]})]
)
def test_a_batch_that_answers_something_else_is_an_error(
    site: Site,
    connect: Callable[..., Client],
    reply: Reply,
) -> None:
    site.replies.append(reply)
    with pytest.raises(MoodleAnswerError):
        call_many(connect().transport, calls(2))


def test_a_function_without_a_value_answers_nothing(site: Site, connect: Callable[..., Client]) -> None:
    site.replies.append(batch({"error": False}, {"error": False, "data": "{broken"}))
    items = call_many(connect().transport, calls(2))
    assert (items[0].value, items[0].error) == (None, None)
    assert isinstance(items[1].error, MoodleAnswerError)


def test_a_batch_of_reads_is_a_read_and_one_write_makes_it_a_write(
    site: Site,
    connect: Callable[..., Client],
) -> None:
    site.replies += [Reply(b"", status=503), batch(ok(0))]
    assert call_many(connect().transport, calls(1))[0].value == 0
    site.replies += [Reply(b"", status=503), batch(ok(0))]
    with pytest.raises(MoodleError):
        call_many(connect().transport, [Call("core_user_update_users", {"userid": 1})])


def test_no_call_is_no_request(site: Site, connect: Callable[..., Client]) -> None:
    assert call_many(connect().transport, []) == []
    assert site.seen == []


def stored(**fields: object) -> Reply:
    return Reply(json.dumps([fields]).encode(), content_type="text/plain; charset=utf-8")


def test_a_file_is_sent_and_its_draft_area_told(site: Site, connect: Callable[..., Client], tmp_path: Path) -> None:
    zip_path = tmp_path / "m01.zip"
    zip_path.write_bytes(b"PK\x03\x04 package")
    site.replies.append(stored(itemid=77, filename="m01.zip", filesize=14))
    assert upload(connect().transport, zip_path) == 77
    assert site.paths == ["/webservice/upload.php"]
    assert b"PK\x03\x04 package" in site.raw[0]
    assert b'filename="m01.zip"' in site.raw[0]
    assert TOKEN.encode() in site.raw[0]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (stored(errortype="fileoversized", error="x", filename="m01.zip"), "fileoversized"),
        (stored(errortype="filenameexist", error="x", filename="m01.zip"), "filenameexist"),
        (stored(errortype="virus", error="x", filename="m01.zip"), "virus"),
        (Reply(b"[]", content_type="text/plain"), "nofile"),
        (Reply(b'{"error": "x", "errorcode": "invalidtoken"}', content_type="text/plain"), "invalidtoken"),
    ],
)
def test_a_file_refused_inside_a_successful_answer_is_an_error(
    site: Site,
    connect: Callable[..., Client],
    tmp_path: Path,
    reply: Reply,
    code: str,
) -> None:
    zip_path = tmp_path / "m01.zip"
    zip_path.write_bytes(b"PK")
    site.replies.append(reply)
    with pytest.raises(MoodleRefusedError) as caught:
        upload(connect().transport, zip_path)
    assert caught.value.code == code


def test_an_absent_file_is_said_before_anything_is_sent(
    site: Site,
    connect: Callable[..., Client],
    tmp_path: Path,
) -> None:
    with pytest.raises(PackageError, match=r"m09\.zip"):
        upload(connect().transport, tmp_path / "m09.zip")
    assert site.seen == []
