"""Rules about imsmanifest.xml: syntax, organisations, items, resources (S2xx, S3xx, S4xx)."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import unquote

from lxml import etree

from sync_service.adapters.scorm.opened import EDITIONS, Opened, attribute, local
from sync_service.adapters.scorm.rules import finding
from sync_service.domain.scorm import MANIFEST, Finding

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,199}")
_RANDOM = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}|[0-9]{12,}|[0-9a-f]{32}", re.IGNORECASE)
_MEASURE = re.compile(r"-?\d+(\.\d+)?")
_TYPE_ATTRIBUTE = {"1.2": "scormtype", "2004": "scormType"}
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_ORDER = {
    "manifest": ("metadata", "organizations", "resources", "manifest"),
    "organization": ("title", "item", "metadata"),
    "item": ("title", "item", "metadata"),
    "resource": ("metadata", "file", "dependency"),
}
MAX_TITLE = 255


def lint_manifest(package: Opened) -> Iterator[Finding]:
    """Check the manifest; without one that parses, only say why."""
    if package.syntax_error:
        yield finding("S201", MANIFEST, package.syntax_error)
    if package.root is None:
        return
    if b"<!DOCTYPE" in package.files[MANIFEST]:
        yield finding("S206", MANIFEST)
    yield from _names(package.root)
    yield from _version(package)
    yield from _identifiers(package)
    yield from _order(package)
    yield from _moodle_traps(package)
    yield from _organizations(package)
    yield from _items(package)
    yield from _titles(package)
    yield from _resources(package)


def _at(element: etree._Element) -> str:
    return f"{MANIFEST}:{element.sourceline or 0}"


def _names(root: etree._Element) -> Iterator[Finding]:
    if root.prefix is not None:
        yield finding("S202", _at(root), root.prefix)
    seen: set[str] = set()
    for element in root.iter("{*}*"):
        for prefix, uri in element.nsmap.items():
            if prefix not in {None, "adlcp"} and "adlcp" in uri and prefix not in seen:
                seen.add(str(prefix))
                yield finding("S203", _at(element), prefix)


def _version(package: Opened) -> Iterator[Finding]:
    version = package.schema_version()
    if version not in EDITIONS:
        yield finding("S204", MANIFEST, version)
    schema = next(((element.text or "").strip() for element in package.elements("schema")), "")
    if schema != "ADL SCORM":
        yield finding("S205", MANIFEST, schema)
    if package.edition() != "1.2":
        yield finding("S701", MANIFEST, version)


def _identifiers(package: Opened) -> Iterator[Finding]:
    named = [element for kind in ("manifest", "organization", "item", "resource") for element in package.elements(kind)]
    counts = Counter(element.get("identifier", "") for element in named)
    for element in named:
        identifier = element.get("identifier", "")
        if counts[identifier] > 1:
            counts[identifier] = 0
            yield finding("S207", _at(element), identifier)
        if _IDENTIFIER.fullmatch(identifier) is None:
            yield finding("S208", _at(element), identifier)
        if local(element.tag) == "item" and _RANDOM.search(identifier):
            yield finding("S312", _at(element), identifier)


def _order(package: Opened) -> Iterator[Finding]:
    for kind, order in _ORDER.items():
        for element in package.elements(kind):
            children = [child for child in element.iterchildren("{*}*") if local(child.tag) in order]
            for one, following in pairwise(children):
                if order.index(local(following.tag)) < order.index(local(one.tag)):
                    yield finding("S209", _at(one), local(one.tag))


def _moodle_traps(package: Opened) -> Iterator[Finding]:
    yield from (finding("S210", _at(element)) for element in package.elements("mapInfo"))
    yield from (finding("S311", _at(element)) for element in package.elements("prerequisites"))
    if any({local(part.tag) for part in element} != {"objectives"} for element in package.elements("sequencing")):
        yield finding("S211", MANIFEST)
    for kind in ("manifest", "resources"):
        for element in package.elements(kind):
            if element.get(_XML_BASE):
                yield finding("S212", _at(element), kind)
    yield from _thresholds(package)
    root = package.root
    locations = str(attribute(root, "schemalocation") or "").split() if root is not None else []
    for location in locations[1::2]:
        if "://" not in location and location not in package.files:
            yield finding("S213", MANIFEST, location)


def _thresholds(package: Opened) -> Iterator[Finding]:
    for element in package.elements("masteryscore"):
        score = (element.text or "").strip()
        if not score.isdigit() or int(score) > 100:
            yield finding("S310", _at(element), score)
        if package.edition() == "2004":
            yield finding("S315", _at(element))
    for element in package.elements("minNormalizedMeasure"):
        measure = (element.text or "").strip()
        if _MEASURE.fullmatch(measure) is None or not -1 <= float(measure) <= 1:
            yield finding("S316", _at(element), measure)
    for element in package.elements("completionThreshold"):
        measure = element.get("minProgressMeasure", "1")
        if measure.endswith(".0"):
            yield finding("S313", _at(element), measure)


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
    launched = 0
    for item in package.elements("item"):
        reference = item.get("identifierref")
        if not reference:
            continue
        resource = resources.get(reference)
        if resource is None:
            yield finding("S303", _at(item), reference)
        elif not resource.get("href"):
            yield finding("S314", _at(item), reference)
        else:
            launched += (attribute(resource, "scormtype") or "").lower() == "sco"
    if launched == 0:
        yield finding("S304", MANIFEST)
    if launched > 1:
        yield finding("S309", MANIFEST, launched)


def _titles(package: Opened) -> Iterator[Finding]:
    for kind in ("organization", "item"):
        for element in package.elements(kind):
            title = next((child for child in element.iterchildren("{*}title")), None)
            text = (title.text or "") if title is not None else ""
            if not text.strip():
                yield finding("S305", _at(element))
            elif text.strip() == "0":
                yield finding("S307", _at(element))
            if len(text) > MAX_TITLE:
                yield finding("S306", _at(element), len(text))
            if "\n" in text.strip():
                yield finding("S308", _at(element))


def _resources(package: Opened) -> Iterator[Finding]:
    listed = {MANIFEST}
    for resource in package.elements("resource"):
        base = resource.get(_XML_BASE, "")
        yield from _resource(package, resource, base)
        for file in resource.iterchildren("{*}file"):
            path = _path(base, file.get("href", ""))
            listed.add(path)
            if path not in package.files:
                yield finding(_absent(package, path, "S403"), _at(file), path)
    for name in sorted(package.files.keys() - listed):
        if not name.endswith((".xsd", ".dtd")):
            yield finding("S404", name)


def _resource(package: Opened, resource: etree._Element, base: str) -> Iterator[Finding]:
    where = _at(resource)
    kind = attribute(resource, "scormtype") or ""
    if kind not in {"sco", "asset"}:
        yield finding("S405", where, kind)
    for key in resource.attrib:
        if local(key).lower() == "scormtype" and local(key) != _TYPE_ATTRIBUTE[package.edition()]:
            yield finding("S410", where, local(key))
    if resource.get("type") != "webcontent":
        yield finding("S406", where, resource.get("type"))
    href = resource.get("href")
    if not href:
        return
    if '"' in href or "'" in href:
        yield finding("S407", where)
    if "://" in href or href.startswith("//"):
        yield finding("S408", where, href)
        return
    path = _path(base, href)
    if path not in package.files:
        yield finding(_absent(package, path, "S401"), where, path)
    if kind == "sco" and not path.lower().endswith((".html", ".htm", ".xhtml")):
        yield finding("S409", where, path)


def _path(base: str, href: str) -> str:
    """Return the path in the zip that an href names, without query or fragment."""
    return posixpath.normpath(base + unquote(href.partition("?")[0].partition("#")[0]))


def _absent(package: Opened, path: str, code: str) -> str:
    """Return the code for a file that is not there: another case of it may be."""
    return "S402" if path.lower() in {name.lower() for name in package.files} else code
