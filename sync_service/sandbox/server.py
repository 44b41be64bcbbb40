"""The site over HTTP: bodies in, answers out, on the loopback only."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from sync_service.sandbox.endpoints import Request, answer
from sync_service.sandbox.forms import Form, decode_body, decode_pairs, nest
from sync_service.sandbox.state import State

MAX_BODY = 256 * 1024 * 1024
"""Largest body read, in bytes."""


class SiteServer(ThreadingHTTPServer):
    """One thread per request; they queue for the state's lock."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port: int, state: State) -> None:
        """Bind a loopback port, 0 for a free one."""
        self.state = state
        super().__init__(("127.0.0.1", port), SiteHandler)

    @property
    def url(self) -> str:
        """Address of the site, without a slash at its end."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent about a client that went away; anything else is a fault of the sandbox and is shown."""
        del request, client_address


class SiteHandler(BaseHTTPRequestHandler):
    """Reads one request, answers it."""

    protocol_version = "HTTP/1.1"
    server_version = "sandbox"
    sys_version = ""
    timeout = 30
    server: SiteServer

    def do_GET(self) -> None:
        """Answer a request without a body."""
        self._respond(Form())

    def do_POST(self) -> None:
        """Answer a request with a body; one that is cut short gets no answer."""
        body = self._body()
        if body is None:
            self.close_connection = True
            return
        self._respond(decode_body(self.headers.get("Content-Type", ""), body))

    def _body(self) -> bytes | None:
        """Read the announced length, or None when less comes or the announcement makes no sense."""
        announced = self.headers.get("Content-Length", "0").strip()
        if not announced.isascii() or not announced.isdigit() or int(announced) > MAX_BODY:
            return None
        length = int(announced)
        try:
            body = self.rfile.read(length)
        except OSError:
            return None
        return body if len(body) == length else None

    def _respond(self, form: Form) -> None:
        """Build the answer and send it."""
        parts = urlsplit(self.path)
        query = nest(decode_pairs(parts.query))
        request = Request(self.server.state, self.server.url, parts.path, {**query, **form.fields}, tuple(form.files))
        status, content_type, body = answer(request)
        try:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 # the name in the standard library
        """Write nothing: the call log is in the state, and a token may be in the address."""
