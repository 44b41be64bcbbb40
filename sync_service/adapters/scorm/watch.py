"""Preview of a module on loopback: built again when its sources change, beside what an LMS would receive."""

from __future__ import annotations

import io
import json
import mimetypes
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path

from sync_service.adapters.scorm.builder import build_module
from sync_service.domain.scorm import EDITION
from sync_service.errors import PackageError

_POLICY = "default-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'self'"
_PAGES = {"/": "preview.html", "/preview.js": "preview.js", "/preview.css": "preview.css"}


class Preview:
    """One module being written; ``refresh`` builds it again if a file of its folder moved."""

    def __init__(self, source: Path, edition: str = EDITION) -> None:
        """Watch ``source``; nothing is built before the first look."""
        self._source = source
        self._edition = edition
        self._seen: tuple[tuple[str, int, int], ...] | None = None
        self._lock = threading.Lock()
        self.digest = ""
        self.problems = ""
        self.files: dict[str, bytes] = {}

    def refresh(self) -> None:
        """Build when something changed; a module that cannot be built keeps its last pages, and says why."""
        with self._lock:
            seen = tuple(sorted(_marks(self._source)))
            if seen == self._seen:
                return
            self._seen = seen
            try:
                package = build_module(self._source, edition=self._edition)
            except PackageError as error:
                self.problems = str(error)
                return
            with zipfile.ZipFile(io.BytesIO(package.zip_bytes)) as archive:
                self.files = {name: archive.read(name) for name in archive.namelist()}
            self.digest, self.problems = package.content_digest, ""

    def answer(self, path: str) -> tuple[str, bytes] | None:
        """Return the type and the bytes behind an address, None when there is nothing."""
        if path == "/state":
            self.refresh()
            return "application/json", json.dumps({"digest": self.digest, "problems": self.problems}).encode()
        if path in _PAGES:
            data = (files(__package__) / "preview" / _PAGES[path]).read_bytes()
            return _type(_PAGES[path]), data
        name = path.removeprefix("/module/")
        return (_type(name), self.files[name]) if path.startswith("/module/") and name in self.files else None


def _marks(folder: Path) -> list[tuple[str, int, int]]:
    found = []
    for path in folder.rglob("*"):
        try:
            state = path.stat()
        except FileNotFoundError:  # an editor replaced it meanwhile
            continue
        found.append((str(path), state.st_mtime_ns, state.st_size))
    return found


def _type(name: str) -> str:
    kind = {".js": "text/javascript", ".vtt": "text/vtt"}.get(Path(name).suffix) or mimetypes.guess_type(name)[0]
    text = kind is not None and (kind.startswith("text/") or kind == "image/svg+xml")
    return f"{kind}; charset=utf-8" if text else kind or "application/octet-stream"


def preview_server(preview: Preview) -> ThreadingHTTPServer:
    """Return a server on a free port of loopback, not yet started; it answers to loopback's names only."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # http.server's name
            host = self.headers.get("Host", "").rpartition(":")[0]
            found = preview.answer(self.path.partition("?")[0]) if host in {"127.0.0.1", "localhost"} else None
            kind, data = found or ("text/plain; charset=utf-8", "Rien à cette adresse.".encode())
            self.send_response(200 if found else 404)
            for name, value in (
                ("Content-Type", kind), ("Content-Length", str(len(data))), ("Cache-Control", "no-store"),
                ("Content-Security-Policy", _POLICY), ("X-Content-Type-Options", "nosniff"),
            ):  # fmt: skip
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # http.server's name
            """Say nothing: the terminal is the author's."""

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)
