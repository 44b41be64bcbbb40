"""The token leaves the process in the body of a request to the site, and in no other way."""

from __future__ import annotations

import base64
import logging
import traceback
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest

from sync_service.adapters.moodle.transport import FilePart
from sync_service.errors import MoodleError
from tests.integration.moodle_transport.conftest import TOKEN, Client, Reply, Site, of_json

READ = "core_course_get_contents"


def forms(secret: str) -> Iterator[str]:
    yield secret
    yield quote(secret)
    yield secret.encode().hex()
    for lead in ("", "x", "xy"):
        yield base64.b64encode((lead + secret).encode()).decode()[4:-4]


def everything_said(error: BaseException) -> str:
    said: list[str] = []
    seen: set[int] = set()
    chain: list[BaseException | None] = [error]
    while chain:
        one = chain.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        said += [str(one), repr(one), repr(one.args), repr(vars(one)), *traceback.format_exception(one)]
        chain += [one.__cause__, one.__context__]
    return "\n".join(said)


ECHO = [
    Reply(f"<p>you sent wstoken={TOKEN}</p>".encode(), content_type="text/html"),
    Reply(f'["{TOKEN}"'.encode()),
    Reply(b"", status=302, headers={"Location": f"http://127.0.0.1/login?wstoken={TOKEN}"}),
    Reply(b"", status=302, headers={"Location": f"http://{TOKEN}.example.org/"}),
    Reply(TOKEN.encode(), status=500, content_type="text/html"),
    Reply(drop=True),
    Reply(b"{", declared=99),
    of_json({"exception": TOKEN, "errorcode": TOKEN, "message": TOKEN, "debuginfo": TOKEN}),
    of_json({"exception": "x", "errorcode": base64.b64encode(TOKEN.encode()).decode(), "message": TOKEN}),
]


@pytest.mark.parametrize("reply", ECHO)
def test_no_error_repeats_the_token(
    site: Site,
    connect: Callable[..., Client],
    reply: Reply,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    site.replies.append(reply)
    with pytest.raises(MoodleError) as caught:
        connect(retries=0).transport.call(READ, {"courseid": 1})
    said = everything_said(caught.value) + caplog.text
    assert [form for form in forms(TOKEN) if form in said] == []


def test_neither_an_unreachable_site_nor_an_upload_repeats_it(
    site: Site,
    connect: Callable[..., Client],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    client = connect(retries=0)
    site.replies.append(Reply(TOKEN.encode(), status=500))
    with pytest.raises(MoodleError) as upload:
        client.transport.send_files([FilePart("m01.zip", b"PK")])
    client.transport.base_url = "http://127.0.0.1:9"
    with pytest.raises(MoodleError) as network:
        client.transport.call(READ, {})
    said = everything_said(upload.value) + everything_said(network.value) + caplog.text + repr(client.transport)
    assert [form for form in forms(TOKEN) if form in said] == []
    assert upload.value.__context__ is None
    assert network.value.__context__ is None


def test_the_token_is_in_the_body_and_not_in_the_address(site: Site, connect: Callable[..., Client]) -> None:
    site.replies.append(of_json([]))
    connect().transport.call(READ, {})
    assert TOKEN not in site.paths[0]
    assert site.seen[0]["wstoken"] == TOKEN
