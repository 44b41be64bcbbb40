"""A promotion's course as the contract suite writes it: short ways to ask for each kind of object, and files to send."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sync_service.domain.keys import make_key
from sync_service.domain.lms_state import CourseState, Fields, Json, Kind, LmsObject, SeenObject
from sync_service.domain.module_fields import listing_digest
from sync_service.ports import Lms, Write, Written

RUN = "contract"
_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="{package}" version="1.0" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
<organizations default="org"><organization identifier="org"><title>Essai</title>
<item identifier="item" identifierref="res"><title>Essai</title></item></organization></organizations>
<resources><resource identifier="res" type="webcontent" adlcp:scormtype="sco" href="index.html">
<file href="index.html"/></resource></resources></manifest>
"""


@dataclass(frozen=True)
class Course:
    """Short ways to write to one promotion's course."""

    lms: Lms
    promotion: str
    category: str

    def key(self, name: str) -> str:
        return make_key(self.promotion, name)

    def state(self) -> CourseState:
        return self.lms.course_state(self.promotion)

    def seen(self, name: str) -> SeenObject:
        state = self.state()
        found = [o for o in (state.course, *state.objects) if o is not None and o.key == self.key(name)]
        assert len(found) == 1, f"{name} is listed {len(found)} times"
        return found[0]

    def write(
        self, wanted: LmsObject, verb: str = "create", *, expect: str = "", package: Path | None = None
    ) -> Written:
        moodle_id = 0 if verb == "create" else self.seen(wanted.key.split(":", 2)[2]).moodle_id
        change = Write(
            key=wanted.key, kind=wanted.kind, verb=verb, parent=wanted.parent, fields=wanted.fields, expect=expect,
            modname=wanted.modname, moodle_id=moodle_id, package=package,
        )  # fmt: skip
        return self.lms.write(change, run=RUN)

    def update(self, name: str, fields: Fields, *, verb: str = "update", expect: str | None = None) -> Written:
        seen = self.seen(name)
        wanted = LmsObject(seen.key, seen.kind, seen.parent, fields, seen.modname)
        return self.write(wanted, verb, expect=seen.digest if expect is None else expect)

    def course(self, **fields: Json) -> LmsObject:
        base: dict[str, Json] = {
            "fullname": "Essai & contrat", "shortname": f"contrat-{self.promotion}", "summary": "<p>Un<br>deux</p>",
            "category": self.category, "startdate": 1788220800, "enddate": 1819756799, "visible": False,
            "enablecompletion": True, "showgrades": False, "lang": "", "newsitems": 0,
        }  # fmt: skip
        return LmsObject(self.key("course"), Kind.COURSE, "", base | fields)

    def instance(self) -> LmsObject:
        fields: dict[str, Json] = {"role": "student", "welcomemessage": False, "status": "active"}
        return LmsObject(self.key("enrol"), Kind.ENROL_INSTANCE, self.key("course"), fields)

    def section(self, name: str, position: int) -> LmsObject:
        fields: dict[str, Json] = {
            "name": f"Section {name}", "summary": "<p>Texte</p>", "visible": True, "position": position,
            "availability": None,
        }  # fmt: skip
        return LmsObject(self.key(name), Kind.SECTION, self.key("course"), fields)

    def module(self, name: str, modname: str, position: int = 0, **fields: Json) -> LmsObject:
        base: dict[str, Json] = {
            "name": f"Activité {name} & suite", "intro": "<p>Consigne</p>", "showdescription": False, "visible": True,
            "position": position, "completion": 0, "completionview": False, "availability": None,
        }  # fmt: skip
        return LmsObject(self.key(name), Kind.MODULE, self.key("s0"), base | _MODULES[modname] | fields, modname)

    def group(self) -> LmsObject:
        return LmsObject(self.key("g1"), Kind.GROUP, self.key("course"), {"name": "Groupe 1"})

    def event(self, name: str = "ev") -> LmsObject:
        fields: dict[str, Json] = {
            "name": "Session", "description": "<p>Salle 1</p>", "location": "Angers", "timestart": 1790000000,
            "timeduration": 10800, "visible": True,
        }  # fmt: skip
        return LmsObject(self.key(name), Kind.EVENT, self.key("course"), fields)

    def enrolment(self, user: int, status: str = "active", groups: Sequence[str] = ()) -> LmsObject:
        fields: dict[str, Json] = {
            "userid": user, "status": status, "timestart": 0, "timeend": 0, "groups": [self.key(g) for g in groups],
        }  # fmt: skip
        return LmsObject(self.key(f"e-{user}"), Kind.ENROLMENT, self.key("course"), fields)


_MODULES: dict[str, dict[str, Json]] = {
    "page": {"content": "<h3>Titre</h3><p>Un <strong>mot</strong></p>"},
    "label": {},
    "url": {"externalurl": "https://example.org/a?b=c&d=e"},
    "forum": {"type": "general", "forcesubscribe": 0},
    "assign": {
        "completion": 2, "completionsubmit": True, "duedate": 1810000000, "cutoffdate": 0, "allowsubmissionsfromdate": 0,
        "gradingduedate": 0, "grade": 0, "submissiondrafts": True, "requiresubmissionstatement": False,
        "sendnotifications": False, "sendlatenotifications": False, "sendstudentnotifications": False, "maxfiles": 3,
        "maxbytes": 0, "filetypes": ".pdf,.odt", "onlinetext": False, "feedbackcomments": True,
    },
    "scorm": {
        "completion": 2, "completionstatusrequired": 4, "maxgrade": 100, "grademethod": 1, "maxattempt": 0,
        "forcenewattempt": 0, "whatgrade": 0, "lastattemptlock": False, "displayattemptstatus": 0, "hidetoc": 3,
        "nav": 0, "skipview": 2, "hidebrowse": True, "popup": 0, "masteryoverride": False, "autocommit": False,
        "updatefreq": 0,
    },
    "resource": {"filename": "modele.odt"},
    "folder": {"display": 1},
}  # fmt: skip


def package(folder: Path, text: str) -> tuple[Path, str]:
    """Make a small SCORM 1.2 package; return it with the digest that stands for its contents."""
    path = folder / f"{text}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("imsmanifest.xml", _MANIFEST.format(package="contrat"))
        archive.writestr("index.html", f"<!DOCTYPE html><title>{text}</title><p>{text}</p>")
    return path, hashlib.sha256(text.encode()).hexdigest()


def files(folder: Path, texts: Mapping[str, str]) -> tuple[Path, str]:
    """Make a folder of files; return it with the digest that stands for them all."""
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder, listing_digest({name: text.encode() for name, text in texts.items()})
