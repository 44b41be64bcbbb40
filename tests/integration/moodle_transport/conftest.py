"""A web server on loopback that answers what a test tells it to, one reply per request."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import pytest

from sync_service.adapters.moodle.functions import BATCH
from sync_service.adapters.moodle.transport import MoodleTransport

TOKEN = "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True)
class Reply:
    body: bytes = b"null"
    status: int = 200
    content_type: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    keep: bool = False
    """Leave the connection open."""
    declared: int | None = None
    """Content-Length to announce when it is not the body's."""
    drop: bool = False
    """Close the connection without an answer."""
    pause: float = 0.0
    """Seconds before the answer."""
    drip: float = 0.0
    """Seconds between two bytes of the body."""


class RefusedError(Exception):
    """A function's refusal, with Moodle's code."""


def of_json(value: object) -> Reply:
    return Reply(json.dumps(value).encode())


@dataclass
class Site:
    """The server, what it will answer and what it was asked."""

    url: str = ""
    replies: list[Reply] = field(default_factory=list)
    functions: dict[str, Callable[[dict[str, Any]], Any]] = field(default_factory=dict)
    """Functions that answer by themselves, also inside batches; their arguments come flat from a form."""
    seen: list[dict[str, str]] = field(default_factory=list)
    order: list[list[str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)


def _size(form: dict[str, str]) -> int:
    return sum(name.endswith("[arguments]") for name in form)


def _responses(site: Site, calls: list[tuple[str, dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """Answer a batch as Moodle does: nothing after the first failure."""
    for function, arguments in calls:
        try:
            yield {"error": False, "data": json.dumps(site.functions[function](arguments))}
        except RefusedError as error:
            yield {"error": True, "exception": json.dumps({"errorcode": str(error), "message": "x"})}
            return


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Site


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        site = self.server.site
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True)
        site.raw.append(body)
        site.seen.append(dict(pairs))
        site.order.append([name for name, _ in pairs])
        site.paths.append(self.path)
        site.ports.append(self.client_address[1])
        site.agents.append(self.headers.get("User-Agent", ""))
        self._answer(self._reply(site, dict(pairs)))

    def _reply(self, site: Site, form: dict[str, str]) -> Reply:
        name = form.get("wsfunction", "")
        if name == BATCH and site.functions:
            inner = [
                (form[f"requests[{i}][function]"], json.loads(form[f"requests[{i}][arguments]"]))
                for i in range(_size(form))
            ]
            return of_json({"responses": list(_responses(site, inner))})
        if name in site.functions:
            try:
                return of_json(site.functions[name](form))
            except RefusedError as error:
                return of_json({"exception": "moodle_exception", "errorcode": str(error), "message": "x"})
        return site.replies.pop(0)

    def _answer(self, reply: Reply) -> None:
        if reply.drop:
            self.close_connection = True
            return
        time.sleep(reply.pause)
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body) if reply.declared is None else reply.declared))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if not reply.keep:
            self.send_header("Connection", "close")
        try:
            self.end_headers()
            self._write(reply)
        except (BrokenPipeError, ConnectionResetError):
            return  # the client had enough

    def _write(self, reply: Reply) -> None:
        if not reply.drip:
            self.wfile.write(reply.body)
            return
        for byte in reply.body:
            self.wfile.write(bytes([byte]))
            time.sleep(reply.drip)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        return


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    server = _Server(("127.0.0.1", 0), _Handler)
    server.site = site
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Client:
    """A transport on the site, the pauses it took and the calls it counted."""

    transport: MoodleTransport
    pauses: list[float]
    counted: list[tuple[str, str, int]]


@pytest.fixture
def connect(site: Site) -> Iterator[Callable[..., Client]]:
    opened: list[MoodleTransport] = []

    def make(**options: object) -> Client:
        pauses: list[float] = []
        counted: list[tuple[str, str, int]] = []

        def on_call(function: str, seconds: float, outcome: str, inner: int) -> None:
            assert seconds >= 0
            counted.append((function, outcome, inner))

        settings: dict[str, object] = {"proxies": {}, "timeout": 5.0, "sleep": pauses.append, "on_call": on_call}
        transport = MoodleTransport(site.url, TOKEN, **(settings | options))  # type: ignore[arg-type]
        opened.append(transport)
        return Client(transport, pauses, counted)

    yield make
    for transport in opened:
        transport.close()
