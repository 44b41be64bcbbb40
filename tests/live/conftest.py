"""A real Moodle, named by the environment; without it these tests are skipped and say so.

``CYCLESYNC_LIVE_URL``, ``CYCLESYNC_LIVE_TOKEN`` (service of the plugin), ``CYCLESYNC_LIVE_OBSERVE_TOKEN``,
``CYCLESYNC_LIVE_STUDENTS`` (JSON: ``[{"userid": 4, "token": "…"}, …]``, three people with a token of the mobile app),
``CYCLESYNC_LIVE_CATEGORY`` (idnumber of a category where courses may be made). Tests that open packages in Chromium also
need ``CYCLESYNC_LIVE_BROWSER`` (JSON: ``[{"username": "…", "password": "…"}, …]``, two of the three people). Each test
makes its own promotion; its course stays. ``CYCLESYNC_LIVE_RECORD=1`` writes each test's exchanges.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync_service.adapters.moodle.lms import MoodleLms, find_users
from tests.live.recorder import Book, RecordingTransport

TRANSCRIPTS = Path(__file__).parents[1] / "contract" / "transcripts"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.live)


def setting(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        pytest.skip(f"the live layer needs {name} (a real Moodle: see docs/moodle-contract.md)")
    return value


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 # a live test is about the present


@dataclass
class Student:
    userid: int
    username: str
    transport: RecordingTransport


@dataclass
class Live:
    """The site, with an account for each part that is played."""

    url: str
    category: str
    book: Book
    promotion: str
    uid: str
    counted: list[tuple[str, str, int]] = field(default_factory=list)
    opened: list[RecordingTransport] = field(default_factory=list)

    def open(self, token: str, account: str, *, url: str = "", record: bool = True) -> RecordingTransport:
        transport = RecordingTransport(
            url or self.url,
            token,
            account=account,
            book=self.book if record else None,
            user_agent="cyclesync-live",
            on_call=lambda function, _seconds, outcome, inner: self.counted.append((function, outcome, inner)),
        )
        self.opened.append(transport)
        return transport

    def service(self) -> RecordingTransport:
        return self.open(setting("CYCLESYNC_LIVE_TOKEN"), "service")

    def observer(self) -> RecordingTransport:
        return self.open(setting("CYCLESYNC_LIVE_OBSERVE_TOKEN"), "observe")

    def lms(self) -> MoodleLms:
        return MoodleLms(self.service(), installation_uid=self.uid, category=self.category)

    def students(self) -> list[Student]:
        """The three people, found by name so that a recording can find its own."""
        service = self.service()
        found = []
        for number, one in enumerate(json.loads(setting("CYCLESYNC_LIVE_STUDENTS")), start=1):
            info = self.open(one["token"], "nobody", record=False).call("core_webservice_get_site_info", {})
            assert isinstance(info, dict)
            assert info["userid"] == one["userid"]
            accounts = find_users(service, "username", [str(info["username"])])
            found.append(Student(accounts[0].id, accounts[0].username, self.open(one["token"], f"stagiaire{number}")))
        return found


@pytest.fixture
def live(request: pytest.FixtureRequest) -> Iterator[Live]:
    url = setting("CYCLESYNC_LIVE_URL").rstrip("/")
    people = {int(one["userid"]): number for number, one in
              enumerate(json.loads(os.environ.get("CYCLESYNC_LIVE_STUDENTS", "[]")), start=1)}  # fmt: skip
    found = Live(
        url,
        os.environ.get("CYCLESYNC_LIVE_CATEGORY", "cycles"),
        Book(url, people=people),
        f"live-{secrets.token_hex(4)}",
        str(uuid.uuid4()),
    )
    found.book.promotion = found.promotion
    found.book.aliases |= {found.promotion: "live-essai", found.uid: "22222222-2222-4222-8222-222222222222"}
    yield found
    for transport in found.opened:
        transport.close()
    if os.environ.get("CYCLESYNC_LIVE_RECORD") == "1" and found.book.exchanges:
        found.book.write(TRANSCRIPTS / release_of(found) / "live" / f"{file_name(request.node)}.json")


def file_name(node: pytest.Item) -> str:
    """Return a test's name as the name of its recording."""
    parts = [node.parent.name] if isinstance(node.parent, pytest.Class) else []
    return re.sub(r"\W+", "_", "_".join([*parts, node.name])).strip("_")


def release_of(live: Live) -> str:
    """Return the site's release, ``4.5.6``, without recording the question."""
    for account in ("CYCLESYNC_LIVE_TOKEN", "CYCLESYNC_LIVE_OBSERVE_TOKEN"):
        if token := os.environ.get(account):
            transport = live.open(token, "service", record=False)
            info = transport.call("core_webservice_get_site_info", {})
            transport.close()
            assert isinstance(info, dict)
            return str(info["release"]).split()[0]
    return "unknown"


@pytest.fixture
def make_zip(tmp_path: Path) -> Callable[..., Path]:
    from tests.live.small_package import write_package

    def make(name: str, *identifiers: str, edition: str = "1.2") -> Path:
        return write_package(tmp_path / name, identifiers or ("m01",), edition)

    return make
