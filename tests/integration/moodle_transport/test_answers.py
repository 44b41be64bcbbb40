"""Every shape of answer, over a real socket."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from sync_service.errors import (
    MoodleAccessError,
    MoodleAnswerError,
    MoodleError,
    MoodleRefusedError,
    MoodleUnreachableError,
)
from tests.integration.moodle_transport.conftest import TOKEN, Client, Reply, Site, of_json

WRITE = "local_cyclesync_ensure_course"
READ = "core_course_get_contents"
HTML = "text/html; charset=utf-8"


def refusal(connect: Callable[..., Client], site: Site, reply: Reply, **options: object) -> MoodleError:
    site.replies.append(reply)
    with pytest.raises(MoodleError) as caught:
        connect(**options).transport.call(WRITE, {"promotion": "p"})
    return caught.value


def test_a_call_is_a_post_of_a_form_that_begins_with_the_token(site: Site, connect: Callable[..., Client]) -> None:
    site.replies.append(of_json([{"id": 3}]))
    value = connect(user_agent="cyclesync/9").transport.call(READ, {"courseid": 3, "deep": [{"on": True}]})
    assert value == [{"id": 3}]
    assert site.paths == ["/webservice/rest/server.php"]
    assert site.order == [["wstoken", "wsfunction", "moodlewsrestformat", "courseid", "deep[0][on]"]]
    assert site.seen[0]["deep[0][on]"] == "1"
    assert site.agents == ["cyclesync/9"]


@pytest.mark.parametrize("value", [None, [], {}, 0, False, "", {"warnings": []}, {"error": False}])
def test_every_json_value_without_an_exception_is_a_success(
    site: Site,
    connect: Callable[..., Client],
    value: object,
) -> None:
    site.replies.append(of_json(value))
    assert connect().transport.call(READ, {}) == value


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ({"exception": "core\\exception\\moodle_exception", "errorcode": "invalidtoken", "message": "x"}, MoodleAccessError, "invalidtoken"),
        ({"exception": "webservice_access_exception", "errorcode": "accessexception", "message": "x"}, MoodleAccessError, "accessexception"),
        ({"exception": "core\\exception\\required_capability_exception", "errorcode": "nopermissions", "message": "x"}, MoodleAccessError, "nopermissions"),
        ({"exception": "core\\exception\\require_login_exception", "errorcode": "new_code", "message": "x"}, MoodleAccessError, "new_code"),
        ({"exception": "core\\exception\\moodle_exception", "errorcode": "errorcoursecontextnotvalid", "message": "x"}, MoodleAccessError, "errorcoursecontextnotvalid"),
        ({"exception": "core\\exception\\invalid_parameter_exception", "errorcode": "invalidparameter", "debuginfo": "Marie Curie"}, MoodleRefusedError, "invalidparameter"),
        ({"exception": "dml_missing_record_exception", "errorcode": "invalidrecord", "message": "x"}, MoodleRefusedError, "invalidrecord"),
        ({"exception": "Error", "message": "Attempt to assign property on null"}, MoodleRefusedError, "php"),
        ({"error": "Invalid token", "errorcode": "invalidtoken", "stacktrace": None}, MoodleAccessError, "invalidtoken"),
    ],
)  # fmt: skip
def test_moodle_s_own_errors_have_a_class_a_code_and_no_quotation(
    site: Site,
    connect: Callable[..., Client],
    answer: dict[str, str],
    kind: type[MoodleError],
    code: str,
) -> None:
    error = refusal(connect, site, of_json(answer))
    assert type(error) is kind
    assert isinstance(error, MoodleRefusedError)
    assert (error.code, error.function) == (code, WRITE)
    assert "Marie" not in error.sentence


def test_a_code_that_is_a_blob_of_html_is_cut_and_never_shown(site: Site, connect: Callable[..., Client]) -> None:
    blob = "<div>Passwords must be at least 8 characters long</div>" * 3
    error = refusal(connect, site, of_json({"exception": "moodle_exception", "errorcode": blob, "message": "x"}))
    assert isinstance(error, MoodleRefusedError)
    assert error.code == blob[:64]
    assert "<div>" not in error.sentence


def test_interface_maintenance_is_not_a_refusal(site: Site, connect: Callable[..., Client]) -> None:
    answer = {"exception": "core\\exception\\moodle_exception", "errorcode": "sitemaintenance", "message": "x"}
    assert isinstance(refusal(connect, site, of_json(answer)), MoodleUnreachableError)


@pytest.mark.parametrize(
    ("reply", "word"),
    [
        (Reply(b"", content_type=HTML), "sans rien dire"),
        (Reply(b"", content_type="application/json"), "JSON lisible"),
        (Reply(b"<html>Log in</html>", content_type=HTML), "page au lieu de données"),
        (Reply(b"<?xml version='1.0'?><EXCEPTION/>", content_type="application/xml"), "max_input_vars"),
        (Reply(b'{"a": "\xe9"}'), "JSON lisible"),
        (Reply(b"Notice: undefined index\n{}"), "JSON lisible"),
        (Reply(b'{"a": NaN}'), "JSON lisible"),
        (Reply(b"[" * 200_000), "JSON lisible"),
        (Reply(b'{"id": 1}', content_type="text/plain"), "page au lieu de données"),
        (Reply(b"<h1>Not found</h1>", status=404, content_type=HTML), "HTTP 404"),
        (Reply(b"", status=403, content_type=HTML), "protocole REST"),
        (Reply(b"<h1>Fatal</h1>", status=500, content_type=HTML), "HTTP 500"),
        (Reply(b"<h1>big</h1>", status=413, content_type=HTML), "taille"),
        (Reply(b"<h1>Maintenance</h1>", status=503, content_type=HTML, headers={"Retry-After": "300"}), "300 s"),
        (Reply(b"", status=303, headers={"Location": "https://moodle.example.org/webservice/rest/server.php"}), "https://moodle.example.org"),
        (Reply(b"", status=301, headers={"Location": "/ailleurs"}), "redirige"),
    ],
)  # fmt: skip
def test_what_is_not_an_answer_says_what_to_do(
    site: Site,
    connect: Callable[..., Client],
    reply: Reply,
    word: str,
) -> None:
    error = refusal(connect, site, reply)
    assert word in error.sentence
    assert error.sentence.endswith(".")
    assert len(site.seen) == 1


def test_a_redirection_is_never_followed_with_the_token(site: Site, connect: Callable[..., Client]) -> None:
    refusal(connect, site, Reply(b"", status=307, headers={"Location": f"{site.url}/other?wstoken={TOKEN}"}))
    assert site.paths == ["/webservice/rest/server.php"]


def test_a_body_cut_short_is_no_answer(site: Site, connect: Callable[..., Client]) -> None:
    error = refusal(connect, site, Reply(b'[{"id": 1}]', declared=500))
    assert isinstance(error, MoodleUnreachableError)


def test_a_body_without_end_is_given_up(site: Site, connect: Callable[..., Client]) -> None:
    error = refusal(connect, site, Reply(json.dumps(["x" * 200_000]).encode()), max_bytes=100_000)
    assert isinstance(error, MoodleAnswerError)
    assert "dépasse" in error.sentence


def test_a_body_that_trickles_is_given_up(site: Site, connect: Callable[..., Client]) -> None:
    error = refusal(connect, site, Reply(b"[" + b" " * 400 + b"]", drip=0.01), deadline=0.2)
    assert "n’en finit pas" in error.sentence


def test_silence_is_given_up_after_the_time_limit(site: Site, connect: Callable[..., Client]) -> None:
    site.replies.append(Reply(pause=0.6))
    with pytest.raises(MoodleUnreachableError, match="timeout"):
        connect(timeout=0.2).transport.call(WRITE, {})


def test_nobody_listening_is_one_sentence(site: Site, connect: Callable[..., Client]) -> None:
    client = connect(retries=0)
    client.transport.base_url = "http://127.0.0.1:9"
    with pytest.raises(MoodleUnreachableError, match=r"http://127\.0\.0\.1:9"):
        client.transport.call(READ, {})
    assert client.counted == [(READ, "unreachable", 0)]


def test_a_proxy_that_does_not_answer_is_named(connect: Callable[..., Client]) -> None:
    client = connect(proxies={"http": "http://user:motdepasse@127.0.0.1:9"})
    with pytest.raises(MoodleUnreachableError, match="proxy") as caught:
        client.transport.call(READ, {})
    assert "motdepasse" not in str(caught.value)


def test_calls_are_counted_with_their_outcome_and_never_their_values(
    site: Site,
    connect: Callable[..., Client],
) -> None:
    client = connect()
    site.replies += [of_json([]), of_json({"exception": "x", "errorcode": "invalidtoken"})]
    client.transport.call(READ, {"courseid": 4}, inner=7)
    with pytest.raises(MoodleAccessError):
        client.transport.call(READ, {})
    assert client.counted == [(READ, "ok", 7), (READ, "access", 0)]
