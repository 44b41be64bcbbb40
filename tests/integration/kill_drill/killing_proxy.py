"""A proxy between cyclesync and the site that kills the process which calls it, with no warning, at one call."""

from __future__ import annotations

import http.client
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class KillingProxy(ThreadingHTTPServer):
    """Forwards to ``target``; when ``victim`` has made ``at`` calls it is killed, before or after the site answers."""

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = urlsplit(target).netloc
        self.calls = 0
        self.at = 0
        self.answered = False
        self.victim: int | None = None
        self.known = threading.Event()
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def aim(self, at: int, *, answered: bool) -> None:
        """Kill at call ``at``: before it is sent, or once the site has ``answered``."""
        self.calls, self.at, self.answered, self.victim = 0, at, answered, None
        self.known.clear()

    def tell(self, victim: int) -> None:
        """Name the process to kill."""
        self.victim = victim
        self.known.set()

    def forward(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection(self.target, timeout=30)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Content-Type", ""), answer.read()
        finally:
            connection.close()

    def kill(self) -> None:
        assert self.known.wait(10)
        assert self.victim is not None
        os.kill(self.victim, signal.SIGKILL)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that is killed leaves its connection open."""


class _Handler(BaseHTTPRequestHandler):
    server: KillingProxy

    def do_POST(self) -> None:
        proxy = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with proxy.lock:
            proxy.calls += 1
            aimed = proxy.calls == proxy.at
        if aimed and not proxy.answered:
            proxy.kill()
            return
        kept = {"Content-Type": self.headers["Content-Type"]}
        status, content_type, answer = proxy.forward(self.path, kept, body)
        if aimed:
            proxy.kill()
            return
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments: object) -> None:
        """Write nothing."""


@contextmanager
def killing_proxy(target: str) -> Iterator[KillingProxy]:
    """Run the proxy in front of ``target``."""
    proxy = KillingProxy(target)
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        thread.join()
        proxy.server_close()
