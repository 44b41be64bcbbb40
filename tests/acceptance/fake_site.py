"""A site that answers each web service function with what a test wants, to be wrong in ways the sandbox never is."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

Answer = tuple[int, str, bytes]
Answers = Callable[[dict[str, str], bytes], Answer]


def as_json(value: object) -> Answer:
    return 200, "application/json; charset=utf-8", json.dumps(value).encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    answers: Answers

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that give up are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fields = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
        fields["host"] = self.headers["Host"]
        status, content_type, answer = self.server.answers(fields, body)
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments: object) -> None:
        """Write nothing."""


@contextmanager
def fake_site(answers: Answers) -> Iterator[str]:
    """Serve until the end of the block; gives the address."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.answers = answers
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def site_info(functions: Sequence[str], url: str, **changes: object) -> dict[str, object]:
    """Return the answer of core_webservice_get_site_info for a service that holds these functions."""
    return {
        "sitename": "Faux", "username": "cyclesync_ws", "firstname": "Service", "lastname": "Cyclesync",
        "fullname": "Service Cyclesync", "lang": "en", "userid": 3, "siteurl": url, "userpictureurl": "",
        "functions": [{"name": name, "version": "2024100700"} for name in functions], "downloadfiles": 1,
        "uploadfiles": 1, "release": "4.5.6 (Build: 20250811)", "version": "2024100706", "mobilecssurl": "",
        "userissiteadmin": False, **changes,
    }  # fmt: skip
