"""Rules about organisations, items, resources and the files they name (S3xx, S4xx)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from sync_service.adapters.scorm.opened import Opened, attribute, local
from sync_service.adapters.scorm.rules import finding
from sync_service.domain.scorm import MANIFEST, Finding

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_TYPE_ATTRIBUTE = {"1.2": "scormtype", "2004": "scormType"}
_PAGES = (".html", ".htm", ".xhtml", ".xht")
_CONTROL = (".xsd", ".dtd")
_TIME_LIMIT = {f"{action},{said}" for action in ("exit", "continue") for said in ("message", "no message")}
MAX_TITLE = 255


def lint_items(package: Opened) -> Iterator[Finding]:
    """Check what the learner will open, and that it is there."""
    yield from _organizations(package)
    yield from _items(package)
    yield from _titles(package)
    yield from _thresholds(package)
    yield from _time_limits(package)
    yield from _resources(package)


def _at(element: etree._Element) -> str:
    return f"{MANIFEST}:{element.sourceline or 0}"


def _organizations(package: Opened) -> Iterator[Finding]:
    known = {element.get("identifier") for element in package.elements("organization")}
    if next(package.elements("item"), None) is None:
        yield finding("S301", MANIFEST)
    for element in package.elements("organizations"):
        default = element.get("default")
        if default is not None and default not in known:
            yield finding("S302", _at(element), default)


def _items(package: Opened) -> Iterator[Finding]:
    resources = {element.get("identifier"): element for element in package.elements("resource")}
    kinds: list[str] = []
    for item in package.elements("item"):
        if {"'", '"'} & set(item.get("parameters", "")):
            yield finding("S407", _at(item))
        reference = item.get("identifierref")
        resource = resources.get(reference)
        if not reference:
            continue
        if resource is None:
            yield finding("S303", _at(item), reference)
        elif not resource.get("href"):
            yield finding("S314", _at(item), reference)
        else:
            kinds.append((attribute(resource, "scormtype") or "").lower())
            if not kinds[-1]:
                yield finding("S405", _at(resource), "")
    scos = kinds.count("sco")
    if not kinds:
        yield finding("S304", MANIFEST)
    elif not scos:
        yield finding("S319", MANIFEST)
    if scos > 1:
        yield finding("S309", MANIFEST, scos)


def _titles(package: Opened) -> Iterator[Finding]:
    for kind in ("organization", "item"):
        for element in package.elements(kind):
            title = next((child for child in element.iterchildren("{*}title")), None)
            text = (title.text or "") if title is not None else ""
            if not text.strip():
                yield finding("S305", _at(element))
            elif _loses_a_zero(text):
                yield finding("S307", _at(element), text.strip())
            if len(text) > MAX_TITLE:
                yield finding("S306", _at(element), len(text))
            if "\n" in text.strip():
                yield finding("S308", _at(element))


def _loses_a_zero(text: str) -> bool:
    """Tell whether PHP's parser, which gives text by pieces around &, < and >, will give one that is « 0 »."""
    return any(piece.strip() == "0" for piece in re.split(r"[&<>\n]", text))


def _thresholds(package: Opened) -> Iterator[Finding]:
    for element in package.elements("masteryscore"):
        score = (element.text or "").strip()
        if not _is_percent(score):
            yield finding("S310", _at(element), score)
        elif score == "0":
            yield finding("S307", _at(element), "masteryscore")
        if package.edition() == "2004":
            yield finding("S315", _at(element))
    for element in package.elements("minNormalizedMeasure"):
        measure = (element.text or "").strip()
        if _NUMBER.fullmatch(measure) is None or not -1 <= float(measure) <= 1:
            yield finding("S316", _at(element), measure)
    for element in package.elements("completionThreshold"):
        measure = element.get("minProgressMeasure", "1.0")  # what Moodle supposes
        if measure.endswith(".0"):
            yield finding("S313", _at(element), measure)


def _time_limits(package: Opened) -> Iterator[Finding]:
    for element in package.elements("timelimitaction") if package.edition() == "1.2" else ():
        if (element.text or "").strip() not in _TIME_LIMIT:
            yield finding("S321", _at(element), (element.text or "").strip())


def _is_percent(score: str) -> bool:
    """Tell whether a score is 0 to 100; 0.8 is taken for somebody's 80 %."""
    if _NUMBER.fullmatch(score) is None or not 0 <= float(score) <= 100:
        return False
    return float(score) >= 1 or float(score) == 0


def _resources(package: Opened) -> Iterator[Finding]:
    listed = {MANIFEST, *((element.text or "").strip() for element in package.elements("location"))}
    for resource in package.elements("resource"):
        yield from _resource(package, resource)
        for file in resource.iterchildren("{*}file"):
            href = file.get("href", "")
            if "://" in href:
                continue
            path = package.path_of(resource, href)
            listed.add(path)
            yield from _file(package, file, path, href)
    for name in sorted(package.files.keys() - listed):
        if not name.lower().endswith(_CONTROL):
            yield finding("S404", name)


def _file(package: Opened, file: etree._Element, path: str, href: str) -> Iterator[Finding]:
    if "\\" in href:
        yield finding("S412", _at(file), href)
    elif path not in package.files:
        yield finding("S402" if path.lower() in package.folded else "S403", _at(file), path)


def _resource(package: Opened, resource: etree._Element) -> Iterator[Finding]:
    where = _at(resource)
    kind = attribute(resource, "scormtype")
    if kind is not None and kind not in {"sco", "asset"}:
        yield finding("S405", where, kind)
    for key in resource.attrib:
        if local(key).lower() == "scormtype" and local(key) != _TYPE_ATTRIBUTE[package.edition()]:
            yield finding("S410", where, local(key))
    if resource.get("type") != "webcontent":
        yield finding("S406", where, resource.get("type"))
    if resource.get("href"):
        yield from _launch(package, resource, resource.get("href", ""), (kind or "").lower())


def _launch(package: Opened, resource: etree._Element, href: str, kind: str) -> Iterator[Finding]:
    where = _at(resource)
    if '"' in href or "'" in href:
        yield finding("S407", where)
    if "://" in href or href.startswith("//"):
        yield finding("S408", where, href)
        return
    if "\\" in href:
        yield finding("S412", where, href)
        return
    path = package.path_of(resource, href)
    if path not in package.files:
        yield finding("S402" if path.lower() in package.folded else "S401", where, path)
    if kind == "sco" and not path.lower().endswith(_PAGES):
        yield finding("S409", where, path)
