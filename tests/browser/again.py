"""npm scorm-again as an LMS with a server: it commits to it as it does by default, the server keeps what it receives.

scorm-again writes a commit by a synchronous request and the last word by a beacon; the server below only stores them,
gives them back at the next launch, and, once the learner is signed out, answers as a site does: its sign-in page
instead of a file, a refusal instead of a commit.
"""

from __future__ import annotations

import io
import json
import os
import re
import threading
import time
import zipfile
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from sync_service.adapters.scorm import build_module
from tests.browser.sitting import MODULE, Outcome

NAMES = {"1.2": ("Scorm12API", "LMS", "API", "scorm12"), "2004-4": ("Scorm2004API", "", "API_1484_11", "scorm2004")}
_HOST = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>LMS</title>
<script src="/FILE.min.js"></script><script>
const api = new LIBRARY({ autocommit: false, logLevel: 5, lmsCommitUrl: "/commit?learner=LEARNER" });
const kept = KEPT;
if (kept) { api.loadFromJSON(kept, "cmi"); }
api.cmi.ID = "LEARNER";
window.refused = [];
const setValue = api.VERBSetValue.bind(api);
api.VERBSetValue = (name, value) => {
  const answer = setValue(name, value);
  if (String(answer) !== "true") { refused.push([name, value]); }
  return answer;
};
window.NAME = api;
</script></head><body><p><a href="/blank.html">Exit</a></p>
<iframe id="sco" title="SCO" src="/EDITION/index.html" width="100%" height="600"></iframe></body></html>"""


class _Handler(SimpleHTTPRequestHandler):
    server: AgainServer

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(path.query).items()}
        if path.path == "/blank.html" or not self.server.signed_in:
            self._answer("<!doctype html><title>Sign in</title>", "text/html")
        elif path.path == "/lms.html":
            self._answer(self.server.host_page(asked["edition"], asked["learner"]), "text/html")
        else:
            super().do_GET()

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"]))
        learner = parse_qs(urlsplit(self.path).query)["learner"][0]
        if self.server.signed_in:
            self.server.commits[learner] = json.loads(text)["cmi"]
            self._answer('{"result": true, "errorCode": 0}', "application/json")
        else:
            self._answer('{"result": false, "errorCode": 101}', "application/json", HTTPStatus.FORBIDDEN)

    def _answer(self, text: str, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: pytest shows what matters."""


class AgainServer(ThreadingHTTPServer):
    """The complete test module in both editions, and what scorm-again committed for each learner."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        modules = Path(os.environ.get("CYCLESYNC_NODE_MODULES", Path(__file__).parents[2] / "node_modules"))
        for edition, (_, _, _, file) in NAMES.items():
            script = modules / "scorm-again" / "dist" / f"{file}.min.js"
            if not script.is_file():
                pytest.skip("scorm-again is not here: npm install scorm-again (CYCLESYNC_NODE_MODULES)")
            (folder / script.name).write_bytes(script.read_bytes())
            with zipfile.ZipFile(io.BytesIO(build_module(MODULE, edition=edition).zip_bytes)) as archive:
                archive.extractall(folder / edition)
        self.commits: dict[str, dict[str, Any]] = {}
        self.signed_in = True
        super().__init__(("127.0.0.1", 0), lambda *parts: _Handler(*parts, directory=str(folder)))
        self.address = f"http://127.0.0.1:{self.server_port}"
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()

    def launch(self, edition: str, learner: str) -> str:
        return f"{self.address}/lms.html?edition={edition}&learner={learner}"

    def host_page(self, edition: str, learner: str) -> str:
        library, verb, name, file = NAMES[edition]
        kept = json.loads(json.dumps(self.commits.get(learner)))
        if kept:
            (kept.get("core") or kept).pop("session_time", None)
        page = _HOST.replace("LIBRARY", library).replace("VERB", verb).replace("NAME", name).replace("FILE", file)
        page = page.replace("cmi.ID", "cmi.core.student_id" if edition == "1.2" else "cmi.learner_id")
        return page.replace("EDITION", edition).replace("LEARNER", learner).replace("KEPT", json.dumps(kept))

    def core(self, learner: str) -> dict[str, Any]:
        values = self.commits[learner]
        core: dict[str, Any] = values.get("core") or values
        return core

    def records(self, learner: str) -> list[dict[str, Any]]:
        """The journal of answers."""
        journal = self.commits[learner]["interactions"]
        records = journal if isinstance(journal, list) else [one for one in journal.values() if isinstance(one, dict)]
        return [record for record in records if record.get("id")]

    def outcome(self, learner: str, after: float = 0) -> Outcome:
        """Return what was committed, once the time is more than ``after``: a beacon comes a moment later."""
        for _ in range(50):
            if in_seconds(str(self.core(learner).get("total_time") or "")) > after:
                break
            time.sleep(0.1)
        core = self.core(learner)
        old = "lesson_status" in core
        status = (core["lesson_status"],) if old else (core["completion_status"], core["success_status"])
        place = str(core["lesson_location" if old else "location"])
        raw = (core.get("score") or {}).get("raw") or 0
        return Outcome(tuple(status), float(raw), place, in_seconds(str(core.get("total_time") or "")))


def in_seconds(text: str) -> float:
    """Return a duration of SCORM 1.2 (``0000:05:12.50``) or 2004 (``PT5M12.5S``) in seconds."""
    if text.startswith("P"):
        units = {"D": 86_400, "H": 3600, "M": 60, "S": 1}
        return sum(float(number) * units[unit] for number, unit in re.findall(r"([\d.]+)([DHMS])", text))
    return sum(float(part) * 60.0**power for power, part in enumerate(reversed(text.split(":"))) if part)
