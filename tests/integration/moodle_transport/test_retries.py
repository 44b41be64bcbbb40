"""What is sent again, and above all what is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sync_service.adapters.moodle.functions import MANAGE, READS
from sync_service.errors import MoodleUnreachableError
from tests.integration.moodle_transport.conftest import Client, Reply, Site, of_json

READ = "core_course_get_contents"
BUSY = [429, 502, 503, 504]


def busy(status: int, retry_after: str | None = None) -> Reply:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Reply(b"<h1>busy</h1>", status=status, content_type="text/html", headers=headers)


@pytest.mark.parametrize("failure", [*map(busy, BUSY), Reply(drop=True), Reply(b"[1", declared=90)])
def test_a_read_is_sent_again_until_it_is_answered(
    site: Site,
    connect: Callable[..., Client],
    failure: Reply,
) -> None:
    site.replies += [failure, failure, of_json([1])]
    client = connect(retries=2)
    assert client.transport.call(READ, {}) == [1]
    assert len(site.seen) == 3
    assert client.pauses == [0.5, 1.0]


@pytest.mark.parametrize("function", sorted(MANAGE - READS))
@pytest.mark.parametrize("failure", [busy(503), Reply(drop=True)])
def test_what_is_not_a_declared_read_is_sent_once(
    site: Site,
    connect: Callable[..., Client],
    function: str,
    failure: Reply,
) -> None:
    site.replies += [failure, of_json([1])]
    with pytest.raises(MoodleUnreachableError):
        connect().transport.call(function, {})
    assert len(site.seen) == 1


def test_a_name_with_get_is_not_enough(site: Site, connect: Callable[..., Client]) -> None:
    site.replies += [busy(503), of_json([1])]
    with pytest.raises(MoodleUnreachableError):
        connect().transport.call("local_other_get_and_delete", {})
    assert len(site.seen) == 1


def test_the_caller_may_declare_a_call_idempotent_or_not(site: Site, connect: Callable[..., Client]) -> None:
    site.replies += [busy(503), of_json({"stored": 1}), busy(503)]
    client = connect()
    client.transport.call("local_cyclesync_put_candidate_status", {}, idempotent=True)
    with pytest.raises(MoodleUnreachableError):
        client.transport.call(READ, {}, idempotent=False)
    assert len(site.seen) == 3


@pytest.mark.parametrize("reply", [
    of_json({"exception": "x", "errorcode": "invalidtoken"}), Reply(b"<p>", content_type="text/html"), Reply(b"{"),
    Reply(b"", status=500), Reply(b"", status=404), Reply(b"", status=303),
])  # fmt: skip
def test_a_refusal_or_a_wrong_page_is_not_asked_again(
    site: Site,
    connect: Callable[..., Client],
    reply: Reply,
) -> None:
    site.replies += [reply, of_json([1])]
    with pytest.raises(Exception):  # noqa: B017 # each kind has its own test; here only the count matters
        connect().transport.call(READ, {})
    assert len(site.seen) == 1


def test_the_site_says_how_long_to_wait(site: Site, connect: Callable[..., Client]) -> None:
    site.replies += [busy(503, "7"), busy(429, "Wed, 21 Oct 2026 07:28:00 GMT"), of_json([1])]
    client = connect()
    client.transport.call(READ, {})
    assert client.pauses == [7.0, 1.0]


def test_a_wait_beyond_the_bound_is_reported_instead_of_waited(site: Site, connect: Callable[..., Client]) -> None:
    site.replies += [busy(503, "300"), of_json([1])]
    client = connect()
    with pytest.raises(MoodleUnreachableError, match="300"):
        client.transport.call(READ, {})
    assert client.pauses == []
    assert len(site.seen) == 1


def test_patience_has_an_end(site: Site, connect: Callable[..., Client]) -> None:
    site.replies += [busy(502)] * 9
    client = connect(retries=3)
    with pytest.raises(MoodleUnreachableError):
        client.transport.call(READ, {})
    assert len(site.seen) == 4
    assert [outcome for _, outcome, _ in client.counted] == ["unreachable"] * 4


def test_reads_share_a_connection_and_a_write_opens_its_own(site: Site, connect: Callable[..., Client]) -> None:
    site.replies += [Reply(b"[]", keep=True) for _ in range(3)]
    client = connect()
    client.transport.call(READ, {})
    client.transport.call(READ, {})
    client.transport.call("local_cyclesync_adopt", {})
    assert site.ports[0] == site.ports[1]
    assert site.ports[1] != site.ports[2]
