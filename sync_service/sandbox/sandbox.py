"""The embedded Moodle look-alike: a saved state, served on the loopback for as long as someone needs it."""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sync_service.errors import UsageError
from sync_service.sandbox import pages
from sync_service.sandbox.hand import ByHand
from sync_service.sandbox.registry import SERVICES
from sync_service.sandbox.server import SiteServer
from sync_service.sandbox.state import State

SERVICE_ACCOUNT = "cyclesync_ws"


class Sandbox(ByHand):
    """One site. ``start`` opens its state and serves it, ``stop`` ends that and keeps the state."""

    def __init__(self, state: State, server: SiteServer) -> None:
        """Keep state and server; use ``start``."""
        super().__init__(state)
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @classmethod
    def start(cls, path: Path, *, port: int = 0) -> Sandbox:
        """Create or reopen the state at ``path`` and serve it on a loopback port. Raises StoreError, UsageError.

        Without ``port``, the one that this state was last served on is taken when it is free, else any free one.
        """
        state = State(path)
        with state.transaction():
            if state.value("SELECT 1 FROM user WHERE username = ?", SERVICE_ACCOUNT) is None:
                names = {"firstname": "Service", "lastname": "Cyclesync", "email": "cyclesync@example.test"}
                state.insert("user", username=SERVICE_ACCOUNT, auth="webservice", lang="en", **names)
        server = _listen(state, port)
        return cls(state, server)

    @property
    def url(self) -> str:
        """Address of the site, without a slash at its end; the same from one start to the next unless its port was taken."""
        return self._server.url

    def stop(self) -> None:
        """Stop serving and close the state; a second call does nothing."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._state.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def token(self, username: str, service: str) -> str:
        """Return the account's token for a service (local_cyclesync, observe or moodle_mobile_app), made when absent."""
        if service not in SERVICES:
            raise UsageError(f"Ce service n’existe pas : {service} ; il y a {', '.join(sorted(SERVICES))}.")
        with self._state.transaction():
            userid = self._user(username)
            found = self._state.value("SELECT token FROM token WHERE userid = ? AND service = ?", userid, service)
            if found is None:
                found = secrets.token_hex(16)
                self._state.insert("token", token=found, userid=userid, service=service)
        return str(found)

    def calls(self, *, inside: bool = False) -> Counter[str]:
        """Count calls by function since the last reset: outer ones, or those inside batches."""
        with self._state.lock:
            rows = self._state.rows("SELECT function, count(*) AS n FROM call WHERE inside = ? GROUP BY 1", int(inside))
        return Counter({row["function"]: row["n"] for row in rows})

    def call_log(self) -> list[dict[str, Any]]:
        """Return the calls since the last reset in order: function, inside, outcome (ok or Moodle's code), timecreated."""
        with self._state.lock:
            return self._state.rows("SELECT function, inside, outcome, timecreated FROM call ORDER BY id")

    def reset_calls(self) -> None:
        """Forget the calls made so far."""
        with self._state.transaction():
            self._state.run("DELETE FROM call")

    def messages(self) -> int:
        """Count the messages that the site has sent to people."""
        with self._state.lock:
            return int(self._state.value("SELECT count(*) FROM message"))

    def page(self, path: str, **fields: str) -> str:
        """Return the HTML of ``/course/view.php`` (key, user, me) or ``/local/cyclesync/me.php`` (promotion, user)."""
        shown = pages.answer(self._state, path, dict(fields))
        if shown is None:
            raise UsageError(f"Cette page n’existe pas dans le bac à sable : {path}.")
        return shown


def _listen(state: State, port: int) -> SiteServer:
    """Bind the port asked for, or else the last one, or else any. Raises UsageError when the one asked for is taken."""
    last = int(state.setting("port", "0"))
    for number in (port,) if port else (last, 0):
        try:
            server = SiteServer(number, state)
        except OSError:
            continue
        with state.transaction():
            state.set_setting("port", str(server.server_address[1]))
        return server
    state.close()
    raise UsageError(f"Le port {port} n’est pas libre : n’en indiquez aucun, ou arrêtez ce qui l’occupe.")
