"""What a real Moodle answered, asked again of the sandbox: the same shape, the same codes, the same results.

A transcript is a list of exchanges (who, function, parameters, reply). Parameters name earlier replies by
``{"$ref": "12/digest"}`` (exchange, then path; ``name=value`` picks an item of a list) and JSON texts by
``{"$json": …}``, so that each site is asked about its own ids. Ids, times, addresses and digests are compared by type only.
"""

from __future__ import annotations

import base64
import json
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync_service.sandbox import SERVICE_ACCOUNT, Sandbox

TRANSCRIPTS_FOLDER = Path(__file__).parents[1] / "transcripts"
TRANSCRIPTS = sorted(TRANSCRIPTS_FOLDER.glob("*/**/*.json"))
ACCOUNTS = {"service": (SERVICE_ACCOUNT, "local_cyclesync"), "observe": (SERVICE_ACCOUNT, "observe")}
PEOPLE = (
    ("stagiaire1", "M0001", "Élodie", "Lefèvre"),
    ("stagiaire2", "M0002", "Jérôme", "Dupont-Garnier"),
    ("stagiaire3", "M0003", "Anaïs", "D'Hœuvre"),
)

VOLATILE = {
    "id", "userid", "courseid", "course", "cmid", "instance", "contextid", "coursemodule", "moodleid", "itemid", "section",
    "scorm", "scoid", "launch", "assignmentid", "categoryid", "category", "roleid", "module", "gradecat", "nextuserid",
    "seq", "cursor", "digest", "site_uid", "epoch", "version", "sortorder", "trackids", "siteid",
    "timecreated", "timemodified", "timecompleted", "submitted_at", "added", "cacherev", "lastmodified",
    "courseimage", "oldest", "waiting", "fileurl", "modicon", "url", "packageurl", "userpictureurl", "profileimageurl", "profileimageurlsmall",
    "siteurl", "link", "foreignmembers", "cm", "firstaccess", "lastaccess", "sitename", "displayoptions",
}  # fmt: skip
"""Names of values that no two sites share; ``cm`` and ``itemid`` also stand inside texts."""
TEXTS = {"fields", "declared", "applied", "facts", "data", "exception", "customdata", "availability"}
"""Names of values that are JSON texts."""
SAMPLES = {"functions", "advancedfeatures", "filters", "roles", "excess", "missing", "features", "enrolledcourses"}
"""Lists that depend on how a site is set up: only the shape of an item counts."""
IGNORED = {"debuginfo", "backtrace", "stacktrace", "reproductionlink"}
LATER = {
    "5.1.6": {
        "release", "moreinfourl",  # each release names itself
        "candisplay", "advancedgrading",  # answered since 5.0
        "showactivitydates",  # on by default for new courses since 5.0
    },
}  # fmt: skip
"""Names that a later release answers otherwise, or answers at all; nothing of ours reads them, but ``release``."""


class Site:
    """The sandbox as the transcripts' accounts see it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.replies: list[Any] = []

    def ask(self, exchange: dict[str, Any]) -> Any:
        params = self.resolve(exchange["params"])
        token = self.token(exchange["as"])
        reply = (
            self.upload(token, params)
            if exchange["function"] == "upload"
            else self.call(token, exchange["function"], params)
        )
        self.replies.append(reply)
        return reply

    def token(self, account: str) -> str:
        if account == "nobody":
            return "0" * 32
        return self.sandbox.token(*ACCOUNTS.get(account, (account, "moodle_mobile_app")))

    def call(self, token: str, function: str, params: dict[str, Any]) -> Any:
        head = [("wstoken", token), ("wsfunction", function), ("moodlewsrestformat", "json")]
        fields = head + [field for name, value in params.items() for field in flat(name, value)]
        address = f"{self.sandbox.url}/webservice/rest/server.php"
        with urllib.request.urlopen(address, urllib.parse.urlencode(fields).encode()) as answer:
            return json.loads(answer.read())

    def upload(self, token: str, params: dict[str, Any]) -> Any:
        parts = [f'--edge\r\nContent-Disposition: form-data; name="token"\r\n\r\n{token}\r\n'.encode()]
        if "itemid" in params:
            parts.append(
                f'--edge\r\nContent-Disposition: form-data; name="itemid"\r\n\r\n{params["itemid"]}\r\n'.encode()
            )
        for number, file in enumerate([params, *params.get("more", [])], 1):
            name = f'name="file_{number}"; filename="{file["filename"]}"'
            header = f"--edge\r\nContent-Disposition: form-data; {name}\r\n\r\n"
            parts.append(header.encode() + base64.b64decode(file["content"]) + b"\r\n")
        parts.append(b"--edge--\r\n")
        request = urllib.request.Request(
            f"{self.sandbox.url}/webservice/upload.php",
            b"".join(parts),
            {"Content-Type": "multipart/form-data; boundary=edge"},
        )
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read())

    def resolve(self, value: Any) -> Any:
        if isinstance(value, dict) and set(value) == {"$ref"}:
            number, _, path = value["$ref"].partition("/")
            return pick(self.replies[int(number)], path.split("/"))
        if isinstance(value, dict) and set(value) == {"$json"}:
            return json.dumps(self.resolve(value["$json"]))
        if isinstance(value, dict):
            return {name: self.resolve(item) for name, item in value.items()}
        return [self.resolve(item) for item in value] if isinstance(value, list) else value


def pick(reply: Any, path: list[str]) -> Any:
    for step in path:
        if isinstance(reply, list) and "=" in step:
            name, _, wanted = step.partition("=")
            reply = next(item for item in reply if str(item[name]) == wanted)
        else:
            reply = reply[int(step)] if isinstance(reply, list) else reply[step]
    return reply


def flat(name: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [field for key, item in value.items() for field in flat(f"{name}[{key}]", item)]
    if isinstance(value, list):
        return [field for key, item in enumerate(value) for field in flat(f"{name}[{key}]", item)]
    return [(name, str(int(value) if isinstance(value, bool) else value))]


def differences(real: Any, ours: Any, where: str = "", name: str = "") -> Iterator[str]:
    """Yield what is not the same, a line each."""
    if name in TEXTS and isinstance(real, str) and isinstance(ours, str) and real[:1] in {"{", "["}:
        real, ours = json.loads(real), json.loads(ours)
    if isinstance(real, dict) and isinstance(ours, dict):
        yield from _objects(real, ours, where)
    elif isinstance(real, list) and isinstance(ours, list):
        yield from _lists(real, ours, where, name)
    elif type(real) is not type(ours):
        yield f"{where}: {real!r} is not of the type of {ours!r}"
    elif name not in VOLATILE and steady(real) != steady(ours):
        yield f"{where}: {real!r} was answered, {ours!r} is"


def steady(value: Any) -> Any:
    """Return a text without what no two sites share: addresses, ids of a link, temporary files."""
    if not isinstance(value, str):
        return value
    text = re.sub(r"(http://127\.0\.0\.1:[0-9]+|\{wwwroot\})", "{wwwroot}", value)
    return re.sub(r"(\bid[=:] ?|-for=\"|course id:|/tmp/php)[-0-9A-Za-z]+", r"\1*", text)


def _objects(real: dict[str, Any], ours: dict[str, Any], where: str) -> Iterator[str]:
    names = {*real, *ours} - IGNORED
    if real.get("element") in VOLATILE:
        real, ours = {**real, "value": 0}, {**ours, "value": 0}
    for name in sorted(names):
        if name not in real or name not in ours:
            yield f"{where}/{name}: only in the {'recording' if name in real else 'sandbox'}"
        else:
            yield from differences(real[name], ours[name], f"{where}/{name}", name)


def _lists(real: list[Any], ours: list[Any], where: str, name: str) -> Iterator[str]:
    if name in SAMPLES:
        yield from _shapes(real[:1], ours[:1], where)
        return
    if real and isinstance(real[0], dict) and "element" in real[0]:
        real, ours = [sorted(side, key=lambda item: str(item["element"])) for side in (real, ours)]
    if len(real) != len(ours):
        yield f"{where}: {len(real)} items were answered, {len(ours)} are"
    for index, (left, right) in enumerate(zip(real, ours, strict=False)):
        yield from differences(left, right, f"{where}/{index}", name if not isinstance(left, dict | list) else "")


def ours_only(reply: Any, promotions: set[str]) -> Any:
    """Leave out rows of the feed about other promotions: a recorded site serves many."""
    if not isinstance(reply, dict) or not any("promotion" in row for row in reply.get("rows", ())):
        return reply
    return {**reply, "rows": [row for row in reply["rows"] if row["promotion"] in promotions]}


def _shapes(real: list[Any], ours: list[Any], where: str) -> Iterator[str]:
    """Compare the names and types of an item, not its values."""
    for left, right in zip(real, ours, strict=False):
        if isinstance(left, dict) and {k: type(v) for k, v in left.items()} != {k: type(v) for k, v in right.items()}:
            yield f"{where}: {left!r} has not the shape of {right!r}"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Sandbox.start(tmp_path / "moodle.sqlite") as sandbox:
        sandbox.create_category("cycles", "Cycles")
        for username, idnumber, firstname, lastname in PEOPLE:
            sandbox.create_user(username, idnumber, firstname, lastname, f"{username}@example.test")
        yield Site(sandbox)


def test_there_are_transcripts() -> None:
    assert TRANSCRIPTS


@pytest.mark.parametrize(
    "path", TRANSCRIPTS, ids=lambda path: "-".join(path.relative_to(TRANSCRIPTS_FOLDER).with_suffix("").parts)
)
def test_the_sandbox_answers_as_the_real_site_did(path: Path, site: Site) -> None:
    found: list[str] = []
    exchanges = json.loads(path.read_text(encoding="utf-8"))["exchanges"]
    promotions = {exchange["params"].get("promotion") for exchange in exchanges}
    for number, exchange in enumerate(exchanges):
        reply = site.ask(exchange)
        real = ours_only(exchange["reply"], promotions)
        place = f"{number} {exchange['function']}"
        found += differences(real, reply, place, "")
    later = LATER.get(path.relative_to(TRANSCRIPTS_FOLDER).parts[0], set())
    found = [line for line in found if line.split(":")[0].rpartition("/")[2] not in later]
    assert not found, "\n".join(found)
