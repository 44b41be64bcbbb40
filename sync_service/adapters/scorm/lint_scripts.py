"""Rules about what scripts ask of the API: the edition they speak, and values that an LMS refuses (S503 to S535)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sync_service.adapters.scorm.opened import Opened
from sync_service.adapters.scorm.rules import finding
from sync_service.domain.scorm import Finding

_EVAL = (re.compile(rb"eval(?<![\w$.]eval)\s*\("), re.compile(rb"new(?<![\w$]new)\s+Function\s*\("))
"""Literal letters first: a search over megabytes of minified script is then ten times faster."""
_UNLOAD = re.compile(rb"""['"]unload['"]|\bonunload\b""")
_OTHER_ENDS = (b"beforeunload", b"visibilitychange")
_TRACKING = (b"LMSFinish", b"LMSCommit", b"Terminate", b"doUnload", b"scorm", b"SCORM", b"LMS")
_SUSPEND = (b'"suspend"', b"'suspend'", b"`suspend`")
_OPENS_2004 = re.compile(rb"\.Initialize\s*\(")
_ISO_STAMP = re.compile(
    r"""timestamp["'`\])]+\s*,[^;\n]{0,80}toISOString\(\)(?!\s*\.\s*(?:slice|substr|substring|replace|split))"""
)
_CALL = re.compile(
    r"""[sS]et\w{0,30}\(\s*(["'])((?:cmi|adl)\.[\w.]+)\1\s*,\s*(["'])([^"'\n\\]{0,400})\3\s*\)"""
)  # fmt: skip
"""A value written as it is in a call: setValue("cmi.core.exit", "normal")."""
_COMPILED = (".swf", ".wasm", ".unityweb", ".data", ".gz", ".br")
_STATUS_1_2 = {"passed", "completed", "failed", "incomplete", "browsed", "not attempted"}
_STATUS_2004 = {"completed", "incomplete", "not attempted", "unknown", "passed", "failed"}
_EXIT_1_2 = {"", "suspend", "logout", "time-out"}
_TYPES_1_2 = {"true-false", "choice", "fill-in", "matching", "performance", "sequencing", "likert", "numeric"}
_RESULT = {"1.2": "incorrect", "2004": "wrong"}
"""The word of the other edition."""
_SCORE = re.compile(r"-?\d{1,5}(\.\d{1,7})?")
_TIME_1_2 = re.compile(r"\d{2,4}:\d\d:\d\d(\.\d{1,2})?")
_TIME_2004 = re.compile(r"PT(?=\d)(\d+H)?(\d+M)?(\d+(\.\d{1,2})?S)?")
_ID = re.compile(r"[!-~]{1,255}")
MAX_DESCRIPTION = 250


def lint_scripts(package: Opened) -> Iterator[Finding]:
    """Check scripts one by one, then what they say together. Only what is written word for word is judged."""
    scripts = {name: data for name, data in package.files.items() if name.lower().endswith((".js", ".html", ".htm"))}
    for name, data in scripts.items():
        if name.lower().endswith(".js") and any(pattern.search(data) for pattern in _EVAL):
            yield finding("S503", name)
        if b"timestamp" in data and _ISO_STAMP.search(data.decode("utf-8", "replace")):
            yield finding("S526", name)
    if package.root is not None:
        yield from _together(package, scripts)
        yield from _ends(scripts)


def _ends(scripts: dict[str, bytes]) -> Iterator[Finding]:
    """Name the scripts that wait for unload, when nothing in the package knows a safer moment."""
    tracking = {name: data for name, data in scripts.items() if _says((data,), *_TRACKING)}
    if not _says(scripts.values(), b"pagehide") and not _says(tracking.values(), *_OTHER_ENDS):
        yield from (
            finding("S506", name) for name, data in tracking.items() if b"unload" in data and _UNLOAD.search(data)
        )


def _together(package: Opened, scripts: dict[str, bytes]) -> Iterator[Finding]:
    edition = package.edition()
    words = package.readable_files.values()
    old, new = (any(word in data for data in words) for word in (b"lesson_status", b"completion_status"))
    if not (old or new):
        progress = any(b"progress_measure" in data for data in words)
        if not progress and not any(name.lower().endswith(_COMPILED) for name in package.files):
            yield finding("S509", "zip")
        return
    if (old, new) == ((False, True) if edition == "1.2" else (True, False)):
        yield finding("S511", "zip", package.schema_version() or "1.2")
        return
    yield from _habits_1_2(words) if edition == "1.2" else _habits_2004(package, words)
    suspends = _says(words, *_SUSPEND)
    for name, data in scripts.items():
        if b"cmi." in data or b"adl.data" in data:
            found = _calls(name, data.decode("utf-8", "replace"), edition, both=old and new)
            # a learner may be asked whether to stop or to come back: then suspend is written somewhere
            yield from (one for one in found if not (suspends and one.code == "S521"))


def _says(words: Iterable[bytes], *searched: bytes) -> bool:
    return any(word in data for data in words for word in searched)


def _habits_1_2(words: Iterable[bytes]) -> Iterator[Finding]:
    if not _says(words, b"lesson_mode"):
        yield finding("S531", "zip", "cmi.core.lesson_mode")
    if not _says(words, b"incomplete"):
        yield finding("S532", "zip")
    if _says(words, b"LMSInitialize") and not _says(words, b"LMSFinish"):
        yield finding("S534", "zip", "LMSFinish")


def _habits_2004(package: Opened, words: Iterable[bytes]) -> Iterator[Finding]:
    if not _says(words, b"cmi.mode"):
        yield finding("S531", "zip", "cmi.mode")
    if not _says(words, *_SUSPEND):
        yield finding("S533", "zip")
    if any(_OPENS_2004.search(data) for data in words) and not _says(words, b"Terminate"):
        yield finding("S534", "zip", "Terminate")
    if next(package.elements("minNormalizedMeasure"), None) is not None and not _says(words, b"success_status"):
        yield finding("S530", "zip")


def _calls(name: str, text: str, edition: str, *, both: bool) -> Iterator[Finding]:
    for match in _CALL.finditer(text):
        element, value = match[2], match[4]
        where = f"{name}:{text.count(chr(10), 0, match.start()) + 1}"
        if element.startswith("adl.data"):
            if edition == "2004":
                yield finding("S523", where)
        elif element.startswith("cmi.core."):
            if edition == "1.2":
                yield from _core(where, element, value)
        elif element.startswith("cmi.interactions.") and not both:
            yield from _interaction(where, element.rpartition(".")[2], value, edition)
        elif edition == "2004" and not both:
            yield from _data_2004(where, element, value)


def _core(where: str, element: str, value: str) -> Iterator[Finding]:
    last = element.removeprefix("cmi.core.")
    if last == "exit" and value not in _EXIT_1_2:
        yield finding("S520", where, value)
    if last == "lesson_status" and value not in _STATUS_1_2:
        yield finding("S527", where, value)
    if last == "session_time" and _TIME_1_2.fullmatch(value) is None:
        yield finding("S525", where, value)
    if last.startswith("score.") and _SCORE.fullmatch(value) is None:
        yield finding("S524", where, value)


def _data_2004(where: str, element: str, value: str) -> Iterator[Finding]:
    last = element.removeprefix("cmi.")
    if last == "exit" and value != "suspend":
        yield finding("S521", where, value)
    if last in {"completion_status", "success_status"} and value not in _STATUS_2004:
        yield finding("S527", where, value)
    if last == "session_time" and _TIME_2004.fullmatch(value) is None:
        yield finding("S525", where, value)
    if last.startswith("score.") and _SCORE.fullmatch(value) is None:
        yield finding("S524", where, value)


def _interaction(where: str, last: str, value: str, edition: str) -> Iterator[Finding]:
    if last == "result" and value == _RESULT[edition]:
        yield finding("S522", where, value)
    if last == "type" and edition == "1.2" and value not in _TYPES_1_2:
        yield finding("S528", where, value)
    if last == "id" and _ID.fullmatch(value) is None:
        yield finding("S529", where, value)
    if last == "description" and len(value) > MAX_DESCRIPTION:
        yield finding("S535", where, len(value))
