"""People who have no business with the service: their tokens, their sessions, and what they send.

``CYCLESYNC_LIVE_STRANGERS`` (JSON: ``[{"who": "…", "token": "…"}, …]``) names them, besides a trainee of the course. On a
real site: a teacher of another course, an editing teacher of the category of the courses, an account with the
plugin's site role and not that of the category, one whose account is suspended, one whose token has expired; each
with a token of the plugin's own service, so that nothing but the plugin stands between them and the data. Those who
can log in have ``username`` and ``password`` too: they try the pages.
"""

from __future__ import annotations

import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.live.conftest import Live, setting

DEFINITIONS = Path(__file__).parents[2] / "moodle_plugins" / "local_cyclesync" / "tests" / "definitions.json"
MEGABYTE = 1_000_000
POISON = (
    "p1' OR '1'='1", "p1'; DELETE FROM mdl_user; --", "<script>alert(1)</script>", "../../../config.php", "p1\x00", "%",
    "[" * 10_000 + "]" * 10_000, '{"a":' * 5_000 + "1" + "}" * 5_000, '{"name":{"$ne":null}}',
)  # fmt: skip
"""What somebody who means harm puts where a text is expected."""
HUGE = '{"fullname":"' + "x" * (10 * MEGABYTE) + '"}'


@dataclass(frozen=True)
class Stranger:
    """One of them."""

    who: str
    token: str
    username: str = ""
    password: str = ""


def strangers() -> list[Stranger]:
    """Return those of the environment."""
    return [Stranger(**one) for one in json.loads(setting("CYCLESYNC_LIVE_STRANGERS"))]


def functions() -> Mapping[str, Any]:
    """Return the definition of every function of the plugin, by its whole name."""
    found: Mapping[str, Any] = json.loads(DEFINITIONS.read_text(encoding="utf-8"))["functions"]
    return found


def flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield the form fields that REST wants for nested parameters."""
    if isinstance(value, Mapping):
        for key, inside in value.items():
            yield from flat(inside, f"{name}[{key}]" if name else str(key))
    elif isinstance(value, list):
        for rank, inside in enumerate(value):
            yield from flat(inside, f"{name}[{rank}]")
    else:
        yield name, str(int(value) if isinstance(value, bool) else value)


def ask(live: Live, token: str, function: str, params: Mapping[str, Any]) -> str:
    """Call a function as anybody can; returns the text of the answer, whatever it is."""
    form = [("wstoken", token), ("wsfunction", function), ("moodlewsrestformat", "json"), *flat(params)]
    return fetch(urllib.request.build_opener(), f"{live.url}/webservice/rest/server.php", form)[1]


def fetch(
    opener: urllib.request.OpenerDirector, url: str, form: list[tuple[str, str]] | None = None
) -> tuple[int, str]:
    """Return the status and the text of an answer; an error is an answer."""
    data = None if form is None else urllib.parse.urlencode(form).encode()
    try:
        with opener.open(url, data, timeout=120) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")


def log_in(live: Live, stranger: Stranger) -> tuple[urllib.request.OpenerDirector, str]:
    """Log in with the form; returns the session and its key, with which pages take actions."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    page = fetch(opener, f"{live.url}/login/index.php")[1]
    (token,) = re.findall(r'name="logintoken" value="([^"]+)"', page)[:1]
    form = [("logintoken", token), ("username", stranger.username), ("password", stranger.password)]
    fetch(opener, f"{live.url}/login/index.php", form)
    found = re.search(r'"sesskey":"([^"]+)"', fetch(opener, f"{live.url}/my/")[1])
    assert found is not None, stranger.who
    return opener, found[1]
