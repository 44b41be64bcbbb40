"""The only place that talks HTTP to Moodle: POST, time limits, retries of reads, decoding, redaction.

Nothing that leaves this module holds the token: an error is built here from words of our own, never chained to the
library's exception, whose request carries the form that was sent.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import requests
import tenacity
import urllib3

from sync_service.adapters.moodle.decode import TRANSIENT_STATUS, Answer, Redact, decode
from sync_service.adapters.moodle.functions import is_read
from sync_service.adapters.moodle.params import Params, form_fields
from sync_service.adapters.moodle.redaction import Redactor
from sync_service.adapters.moodle.trust import open_session, proxy_secrets
from sync_service.errors import (
    MoodleAccessError,
    MoodleAnswerError,
    MoodleError,
    MoodleRefusedError,
    MoodleUnreachableError,
)

REST = "/webservice/rest/server.php"
UPLOAD = "/webservice/upload.php"
MAX_BYTES = 64 * 1024 * 1024
"""No answer of a site of this size is near it: 500 trainees' state is about one megabyte."""
MAX_WAIT = 30.0
"""Seconds; a site that asks to wait longer is reported instead of waited for."""

OnCall = Callable[[str, float, str, int], None]
"""Told of each request: function, seconds, outcome (ok, access, refused, answer, unreachable), calls inside a batch."""

OnAnswer = Callable[[str, bytes], None]
"""Told of each answer, as it came: function, body. Only a recorder of a test site has a use for it."""


@dataclass(frozen=True, slots=True)
class FilePart:
    """One file of an upload."""

    name: str
    content: bytes


class Caller(Protocol):
    """What the rest of this package needs of a transport."""

    @property
    def base_url(self) -> str:
        """Address of the site's home page, without its last slash."""
        ...

    @property
    def redact(self) -> Redact:
        """Take the token out of a text, whatever its encoding."""
        ...

    def call(self, function: str, params: Params, *, idempotent: bool | None = None, inner: int = 0) -> object:
        """Call one web service function and return its value. Raises MoodleError."""
        ...

    def send_files(self, files: Sequence[FilePart], *, item: int = 0) -> object:
        """Post files to the account's draft area and return upload.php's list. Raises MoodleError."""
        ...


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one request came to: a value, or an error and whether the same request may be sent again."""

    value: object = None
    error: MoodleError | None = None
    again: bool = False
    wait: float | None = None


class MoodleTransport:
    """A site and a token, as one function ``call``."""

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        timeout: float = 30.0,
        user_agent: str = "cyclesync",
        ca_bundle: Path | None = None,
        proxies: Mapping[str, str] | None = None,
        retries: int = 3,
        sleep: Callable[[float], None] = time.sleep,
        on_call: OnCall | None = None,
        max_bytes: int = MAX_BYTES,
        deadline: float = 300.0,
        on_answer: OnAnswer | None = None,
    ) -> None:
        """Open nothing yet.

        ``timeout`` is the longest silence in seconds, ``deadline`` the longest answer; ``retries`` counts the further
        tries of a read; ``proxies`` None takes the environment's.

        Raises:
            MoodleUnreachableError: ``base_url`` is not the address of a site.
            MoodleAccessError: the token is empty.
        """
        self.base_url = _site_address(base_url)
        self._token = token.strip()
        if not self._token:
            raise MoodleAccessError(
                "Le jeton de Moodle est vide : vérifiez sa référence dans la configuration.",
                code="",
                function="",
            )
        self._session = open_session(
            self.base_url,
            user_agent=user_agent,
            ca_bundle=ca_bundle,
            proxies=proxies,
        )
        self.redact = Redactor({self._token} | proxy_secrets(self._session))
        self._timeout, self._deadline, self._max_bytes = timeout, deadline, max_bytes
        self._retries, self._sleep, self._on_call, self._on_answer = retries, sleep, on_call, on_answer

    def __repr__(self) -> str:
        """Show the site, never the token."""
        return f"MoodleTransport({self.base_url!r})"

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._session.close()

    def call(self, function: str, params: Params, *, idempotent: bool | None = None, inner: int = 0) -> object:
        """Call one web service function by POST and return its decoded value.

        A declared read, or a call that its caller says is ``idempotent``, is sent again after a lost connection and
        after 429, 502, 503 or 504; anything else is sent once.

        Raises:
            MoodleError: no answer, a refusal, or an answer that cannot be read; the sentence says which.
        """
        head = [("wsfunction", function), ("moodlewsrestformat", "json")]
        fields = head + form_fields(params)
        again = is_read(function) if idempotent is None else idempotent

        if not again:
            # An idle connection may be closed by the site just as it is used: a write would then end unknown.
            self._session.close()

        def once() -> _Outcome:
            return self._request(function, REST, inner, data=[("wstoken", self._token), *fields])

        return self._settle(once, again=again)

    def send_files(self, files: Sequence[FilePart], *, item: int = 0) -> object:
        """Post files to the account's draft area ``item`` (0 makes a new one), and return upload.php's list.

        It is sent again like a read: a second copy in another draft area is purged by Moodle.
        """
        parts = [(f"file_{i}", (part.name, part.content)) for i, part in enumerate(files)]
        again = item == 0

        def once() -> _Outcome:
            form = [("token", self._token), ("itemid", str(item)), ("filepath", "/")]
            return self._request("upload", UPLOAD, 0, data=form, files=parts)

        return self._settle(once, again=again)

    def _settle(self, once: Callable[[], _Outcome], *, again: bool) -> object:
        """Send, and send again while that is allowed and useful; return the value or raise the last error."""
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(1 + self._retries if again else 1),
            wait=_pause,
            sleep=self._sleep,
            retry=tenacity.retry_if_result(lambda outcome: outcome.again),
            retry_error_callback=lambda state: state.outcome.result() if state.outcome is not None else None,
        )
        outcome = retrying(once)
        if outcome.error is not None:
            raise outcome.error
        return outcome.value

    def _request(
        self,
        function: str,
        path: str,
        inner: int,
        *,
        data: list[tuple[str, str]],
        files: list[tuple[str, tuple[str, bytes]]] | None = None,
    ) -> _Outcome:
        """Send one request and classify what came back; raise nothing of the network's."""
        started = time.monotonic()
        answer = self._exchange(path, data, files, started)
        outcome = self._judge(function, answer, plain_text=path == UPLOAD)
        if self._on_call is not None:
            self._on_call(function, time.monotonic() - started, _name(outcome.error), inner)
        return outcome

    def _judge(self, function: str, answer: Answer | _Outcome, *, plain_text: bool) -> _Outcome:
        """Decode an answer; a failure of the network is already an outcome."""
        if isinstance(answer, _Outcome):
            return answer
        if self._on_answer is not None:
            self._on_answer(function, answer.body)
        try:
            return _Outcome(value=decode(function, answer, plain_text=plain_text, redact=self.redact))
        except MoodleError as error:
            wait = answer.retry_after
            again = answer.status in TRANSIENT_STATUS and (wait is None or wait <= MAX_WAIT)
            return _Outcome(error=error, again=again, wait=wait)

    def _exchange(
        self,
        path: str,
        data: list[tuple[str, str]],
        files: list[tuple[str, tuple[str, bytes]]] | None,
        started: float,
    ) -> Answer | _Outcome:
        """Post one form and read the answer whole, within the limits."""
        try:
            with self._session.post(
                self.base_url + path,
                data=data,
                files=files,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                return self._read(response, started)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            return self._network(error)

    def _read(self, response: requests.Response, started: float) -> Answer | _Outcome:
        """Read the body piece by piece, so that neither its size nor its slowness is without limit."""
        body = bytearray()
        while piece := response.raw.read1(65536, decode_content=True):
            body += piece
            if len(body) > self._max_bytes:
                return _Outcome(
                    error=MoodleAnswerError(
                        f"La réponse du site dépasse {self._max_bytes // 1024} Kio : vérifiez l’adresse configurée, "
                        "puis relancez sur moins de promotions.",
                    )
                )
            if time.monotonic() - started > self._deadline:
                return _Outcome(error=_too_slow(), again=True)
        headers = response.headers
        return Answer(
            status=response.status_code,
            content_type=headers.get("Content-Type", ""),
            body=bytes(body),
            location=self.redact(headers.get("Location", "")),
            retry_after=_seconds(headers.get("Retry-After")),
        )

    def _network(self, error: Exception) -> _Outcome:
        """Return what a failure of the network means; the library's exception is dropped, since it holds the form."""
        for kinds, sentence, again in _FAILURES:
            if isinstance(error, kinds):
                reason = self.redact(type(error).__name__)
                return _Outcome(
                    error=MoodleUnreachableError(sentence.format(reason=reason, site=self.base_url)), again=again
                )
        return _Outcome(
            error=MoodleUnreachableError(
                f"La demande à {self.base_url} n’a pas pu partir ({type(error).__name__}) : "
                "vérifiez l’adresse et le proxy de la configuration.",
            )
        )


_BAD_CERTIFICATE = (
    "Le certificat de {site} n’est pas reconnu : installez l’autorité de votre organisation dans le système, "
    "ou donnez son fichier dans « ca_bundle »."
)
_BAD_PROXY = "Le proxy ne laisse pas atteindre {site} : vérifiez son adresse et ses accès dans la configuration."
_TOO_LATE = "{site} n’a pas répondu à temps ({reason}) : relancez ; si cela dure, augmentez « timeout »."
_CUT = (
    "Pas de réponse complète de {site} ({reason}) : vérifiez l’adresse, le réseau et que le site tourne, puis relancez."
)
_FAILURES: tuple[tuple[tuple[type[Exception], ...], str, bool], ...] = (
    ((requests.exceptions.SSLError, urllib3.exceptions.SSLError), _BAD_CERTIFICATE, False),
    ((requests.exceptions.ProxyError, urllib3.exceptions.ProxyError), _BAD_PROXY, False),
    ((requests.exceptions.Timeout, urllib3.exceptions.TimeoutError, TimeoutError), _TOO_LATE, True),
    ((requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError), _CUT, True),
    ((urllib3.exceptions.ProtocolError, ConnectionError), _CUT, True),
)
"""Kinds of failure, the sentence, and whether a read may be sent again; the first that fits is taken."""


def _too_slow() -> MoodleUnreachableError:
    return MoodleUnreachableError("La réponse du site n’en finit pas d’arriver : relancez quand il sera moins chargé.")


def _pause(state: tenacity.RetryCallState) -> float:
    """Return the seconds to wait: what the site asks for, else 0.5, 1, 2 and so on."""
    outcome = state.outcome.result() if state.outcome is not None else None
    if isinstance(outcome, _Outcome) and outcome.wait is not None:
        return outcome.wait
    return min(MAX_WAIT, 0.5 * 2.0 ** (state.attempt_number - 1))


def _seconds(header: str | None) -> float | None:
    """Return the seconds of a Retry-After header; a date or nonsense counts as absent."""
    return float(header) if header is not None and header.strip().isdigit() else None


def _name(error: MoodleError | None) -> str:
    """Return the word that tells an outcome in a count of calls."""
    if error is None:
        return "ok"
    if isinstance(error, MoodleAccessError):
        return "access"
    if isinstance(error, MoodleRefusedError):
        return "refused"
    return "answer" if isinstance(error, MoodleAnswerError) else "unreachable"


def _site_address(text: str) -> str:
    """Return the address of the site's home page without its last slash."""
    address = text.strip().rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise MoodleUnreachableError(
            "L’adresse de Moodle n’est pas celle d’un site : écrivez celle de sa page d’accueil, "
            "par exemple https://moodle.example.org, sans identifiant ni paramètre.",
        )
    return address
