"""A site with one course of ours, and short ways to call it."""

from __future__ import annotations

import io
import json
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync_service.sandbox import SERVICE_ACCOUNT, Sandbox

UID = "5bd0a5b0-0000-4000-8000-00000000000a"
MANIFEST = """<manifest identifier="p" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
 xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"><metadata><schemaversion>{edition}</schemaversion></metadata>
 <organizations default="o"><organization identifier="o">
 <title>T</title>{items}</organization></organizations><resources><resource identifier="r" adlcp:scormtype="sco"
 href="index.html"/></resources></manifest>"""


def flat(name: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [field for key, item in value.items() for field in flat(f"{name}[{key}]", item)]
    if isinstance(value, list):
        return [field for key, item in enumerate(value) for field in flat(f"{name}[{key}]", item)]
    return [(name, str(int(value) if isinstance(value, bool) else value))]


def package(*identifiers: str, edition: str = "1.2", target: str = "r") -> bytes:
    first = dict.fromkeys(identifiers[:-1], "r") | {identifiers[-1]: target}
    items = "".join(f'<item identifier="{i}" identifierref="{to}"><title>I</title></item>' for i, to in first.items())
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("imsmanifest.xml", MANIFEST.format(items=items, edition=edition))
        archive.writestr("index.html", "<p>x</p>")
    return content.getvalue()


class World:
    """The site, its service account and three trainees."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        sandbox.create_category("cycles", "Cycles")
        self.people = [
            sandbox.create_user(f"t{n}", f"M{n}", "Prénom", f"Nom{n}", f"t{n}@example.test") for n in (1, 2, 3)
        ]
        self.package = staticmethod(package)

    def call(
        self, function: str, *, who: str = SERVICE_ACCOUNT, service: str = "local_cyclesync", **params: Any
    ) -> Any:
        if who != SERVICE_ACCOUNT:
            service = "moodle_mobile_app"
        head = [("wstoken", self.sandbox.token(who, service)), ("wsfunction", function), ("moodlewsrestformat", "json")]
        fields = head + [field for name, value in params.items() for field in flat(name, value)]
        body = urllib.parse.urlencode(fields).encode()
        with urllib.request.urlopen(f"{self.sandbox.url}/webservice/rest/server.php", body) as answer:
            return json.loads(answer.read())

    def upload(self, data: bytes, name: str, *, who: str = SERVICE_ACCOUNT) -> int:
        token = self.sandbox.token(who, "local_cyclesync" if who == SERVICE_ACCOUNT else "moodle_mobile_app")
        body = (
            (
                f'--e\r\nContent-Disposition: form-data; name="token"\r\n\r\n{token}\r\n--e\r\n'
                f'Content-Disposition: form-data; name="f"; filename="{name}"\r\n\r\n'
            ).encode()
            + data
            + b"\r\n--e--\r\n"
        )
        headers = {"Content-Type": "multipart/form-data; boundary=e"}
        request = urllib.request.Request(f"{self.sandbox.url}/webservice/upload.php", body, headers)
        with urllib.request.urlopen(request) as answer:
            return int(json.loads(answer.read())[0]["itemid"])

    def ensure(
        self, name: str, key: str, fields: dict[str, Any], *, expect: str = "", uid: str = UID, **more: Any
    ) -> Any:
        item = {"key": f"cs:p:{key}", "fields": json.dumps(fields), "expect": expect}
        common: dict[str, Any] = {"promotion": "p", "uid": uid, "run": "r"}
        if name in {"sections", "groups", "enrolments", "events"}:
            return self.call(f"local_cyclesync_ensure_{name}", **{**common, name: [item], **more})[0]
        return self.call(f"local_cyclesync_ensure_{name}", **common, **item, **more)

    def module(self, key: str, modname: str, fields: dict[str, Any], *, section: str = "s0", **more: Any) -> Any:
        return self.ensure("module", key, fields, modname=modname, sectionkey=f"cs:p:{section}", **more)

    def state(self, uid: str = UID) -> dict[str, Any]:
        reply = self.call("local_cyclesync_get_course_state", promotion="p", uid=uid)
        return {
            item["key"].removeprefix("cs:p:"): {**item, "fields": json.loads(item["fields"])}
            for item in reply["objects"]
        }

    def facts(self, user: int) -> dict[str, dict[str, Any]]:
        reply = self.call("local_cyclesync_get_state", promotion="p")
        mine = next(item for item in reply["users"] if item["userid"] == user)
        return {f"{fact['key'].removeprefix('cs:p:')} {fact['kind']}": fact for fact in json.loads(mine["facts"])}

    def build(self) -> None:
        course = {"fullname": "Cours", "shortname": "C", "category": "cycles", "visible": True}
        self.ensure("course", "course", course)
        self.ensure("enrolment_instance", "enrol", {})
        self.ensure("sections", "s0", {"name": "Bienvenue", "position": 0})
        item = self.upload(package("i1"), "p.zip")
        tracked = {"completion": 2, "completionstatusrequired": 4, "package_digest": "d1"}
        self.module("m1", "scorm", {"name": "Préparer", "position": 0, **tracked}, draftitemid=item)
        self.module("da", "assign", {"name": "Dépôt A", "position": 1, "completion": 2, "completionsubmit": True})
        self.module(
            "pg", "page", {"name": "Lire", "position": 2, "completion": 2, "completionview": True, "content": "x"}
        )
        for number, user in enumerate(self.people[:2]):
            self.ensure("enrolments", f"e{number}", {"userid": user})

    def track(self, status: str, *, who: str = "t1", attempt: int = 1) -> Any:
        scorm = self.call("mod_scorm_get_scorms_by_courses", courseids=[1])["scorms"][0]
        tracks = [{"element": "cmi.core.lesson_status", "value": status}]
        return self.call(
            "mod_scorm_insert_scorm_tracks", who=who, scoid=scorm["launch"], attempt=attempt, tracks=tracks
        )


@pytest.fixture
def site(tmp_path: Path) -> Iterator[World]:
    with Sandbox.start(tmp_path / "moodle.sqlite") as sandbox:
        yield World(sandbox)


@pytest.fixture
def world(site: World) -> World:
    site.build()
    return site
