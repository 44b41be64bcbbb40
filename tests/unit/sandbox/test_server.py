"""The server under hostile input, and the state that outlives it."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sync_service.errors import StoreError, UsageError
from sync_service.sandbox import SERVICE_ACCOUNT, Sandbox
from sync_service.sandbox.forms import MAX_FIELDS, decode_pairs, nest

REST = "/webservice/rest/server.php"


def post(url: str, body: bytes, content_type: str = "application/x-www-form-urlencoded") -> tuple[str, bytes]:
    with urllib.request.urlopen(urllib.request.Request(url, body, {"Content-Type": content_type})) as answer:
        return answer.headers["Content-Type"], answer.read()


def test_brackets_are_read_as_php_reads_them() -> None:
    pairs = decode_pairs("a[0][b]=1&a[0][c]=2&a[1][b]=3&d[]=x&d[]=y&e=1&e=2&f.g=z&[x]=bad&h[a=odd")
    assert nest(pairs)["a"] == {"0": {"b": "1", "c": "2"}, "1": {"b": "3"}}
    assert nest(pairs)["d"] == {"0": "x", "1": "y"}
    assert nest(pairs)["e"] == "2"
    assert nest(pairs)["f_g"] == "z"


def test_fields_above_the_limit_are_dropped_without_a_word() -> None:
    assert len(nest([(f"v[{n}]", "1") for n in range(MAX_FIELDS + 500)])["v"]) == MAX_FIELDS


def test_a_token_after_too_many_fields_is_lost_and_the_error_is_xml(site: Any) -> None:
    fields = [(f"values[{n}]", "x") for n in range(6000)] + [("wstoken", "t"), ("moodlewsrestformat", "json")]
    kind, body = post(site.sandbox.url + REST, urllib.parse.urlencode(fields).encode())
    assert kind.startswith("application/xml")
    assert b"<ERRORCODE>invalidtoken</ERRORCODE>" in body


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
        (b"nothing at all", "multipart/form-data"),
        (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x"),
        (b"\xff\xfe%zz=%", "application/x-www-form-urlencoded"),
        (b'{"wstoken": 1}', "application/json"),
        (b"wstoken[a][b]=1&wsfunction[]=2&moodlewsrestformat=json", "application/x-www-form-urlencoded"),
        (b"a" + b"[a]" * 5000 + b"=1", "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_that_makes_no_sense_gets_moodles_error(site: Any, body: bytes, content_type: str) -> None:
    for path in (REST, "/webservice/upload.php"):
        assert b"invalidtoken" in post(site.sandbox.url + path, body, content_type)[1]
    assert site.call("core_webservice_get_site_info")["username"] == SERVICE_ACCOUNT


def test_a_cut_body_gets_no_answer_and_the_server_goes_on(site: Any) -> None:
    address = urllib.parse.urlsplit(site.sandbox.url)
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(b"POST " + REST.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\nwstoken=")
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100) == b""
    assert site.call("core_webservice_get_site_info")["userid"] == 1


@pytest.mark.parametrize("length", ["-5", "many", "99999999999999", "²"])
def test_a_length_that_makes_no_sense_gets_no_answer(site: Any, length: str) -> None:
    address = urllib.parse.urlsplit(site.sandbox.url)
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(f"POST {REST} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode())
        assert connection.recv(100) == b""


@pytest.mark.parametrize(
    ("function", "params", "code"),
    [
        ("nope", {}, "invalidrecord"),
        ("mod_page_view_page", {"pageid": 1}, "accessexception"),
        ("core_course_get_contents", {"courseid": "1 OR 1=1"}, "invalidparameter"),
        ("core_course_get_contents", {"courseid": "9" * 40}, "invalidparameter"),
        ("core_course_get_contents", {"courseid": 1, "wat": 1}, "invalidparameter"),
        ("core_enrol_get_enrolled_users", {"courseid": {"a": 1}}, "invalidparameter"),
        ("local_cyclesync_get_state", {"promotion": "../etc"}, "invalidparameter"),
        ("local_cyclesync_get_state", {"promotion": "absent"}, "nocourse"),
        ("tool_mobile_call_external_functions", {"requests": "x"}, "invalidparameter"),
    ],
)
def test_wrong_calls_have_moodles_codes(site: Any, function: str, params: dict[str, Any], code: str) -> None:
    assert site.call(function, **params)["errorcode"] == code
    assert site.sandbox.call_log()[-1]["outcome"] == code


@pytest.mark.parametrize("fields", ["", "[]", "null", "{", '{"zz": 1}', '{"name": 5, "position": 0}', "[" * 90_000])
def test_fields_that_cannot_be_read_are_refused(world: Any, fields: str) -> None:
    item = {"key": "cs:p:s5", "fields": fields, "expect": ""}
    common = {"promotion": "p", "uid": "u", "run": "r"}
    assert world.call("local_cyclesync_ensure_sections", **common, sections=[item])[0]["code"] == "invalid"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04broken", b"x" * 1000])
def test_a_file_that_is_no_package_is_refused(world: Any, data: bytes) -> None:
    item = world.upload(data, "p.zip")
    refused = world.module("m2", "scorm", {"name": "x", "position": 5, "package_digest": "d"}, draftitemid=item)
    assert (refused["code"], refused["message"][:8]) == ("invalid", "package:")


def test_the_state_outlives_the_server(tmp_path: Path) -> None:
    path = tmp_path / "m.sqlite"
    with Sandbox.start(path) as sandbox:
        user = sandbox.create_user("t1", "M1", "P", "N", "t1@example.test")
        token, url = sandbox.token("t1", "moodle_mobile_app"), sandbox.url
    sandbox.stop()
    with Sandbox.start(path) as sandbox:
        assert sandbox.create_user("t1", "M1", "P", "N", "t1@example.test") == user
        assert sandbox.token("t1", "moodle_mobile_app") == token
        assert sandbox.url == url


def test_another_file_is_not_a_state(tmp_path: Path) -> None:
    path = tmp_path / "m.sqlite"
    path.write_text("not a database, and longer than nothing" * 40)
    with pytest.raises(StoreError, match=r"m\.sqlite"):
        Sandbox.start(path)


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    path = tmp_path / "m.sqlite"
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with pytest.raises(UsageError, match="port"):
            Sandbox.start(path, port=taken)
        with Sandbox.start(path) as sandbox:
            assert sandbox.url != f"http://127.0.0.1:{taken}"


def test_a_submitted_file_comes_back_with_a_token_only(world: Any) -> None:
    item = world.upload(b"%PDF hello", "d p.pdf", who="t1")
    world.call("mod_assign_save_submission", who="t1", assignmentid=1, plugindata={"files_filemanager": item})
    reply = world.call("mod_assign_get_submissions", assignmentids=[1])
    address = reply["assignments"][0]["submissions"][0]["plugins"][0]["fileareas"][0]["files"][0]["fileurl"]
    token = world.sandbox.token(SERVICE_ACCOUNT, "local_cyclesync")
    with urllib.request.urlopen(f"{address}?token={token}") as answer:
        assert answer.read() == b"%PDF hello"
    with urllib.request.urlopen(address) as answer:
        assert json.loads(answer.read())["errorcode"] == "invalidtoken"
    with pytest.raises(urllib.error.HTTPError, match="404") as error:
        urllib.request.urlopen(f"{address}x?token={token}")
    error.value.close()


def test_calls_are_counted_outside_and_inside(site: Any) -> None:
    site.sandbox.reset_calls()
    requests = [{"function": "core_webservice_get_site_info", "arguments": "{}"}] * 3
    site.call("tool_mobile_call_external_functions", requests=requests)
    assert site.sandbox.calls() == {"tool_mobile_call_external_functions": 1}
    assert site.sandbox.calls(inside=True) == {"core_webservice_get_site_info": 3}


def test_many_people_at_once_lose_nothing(world: Any) -> None:
    def work(number: int) -> None:
        world.track("completed", who="t1" if number % 2 else "t2", attempt=number + 1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(24)))
    counts = [world.facts(user)["m1 scorm"]["attempts"] for user in world.people[:2]]
    assert counts == [12, 12]
