"""Rules about imsmanifest.xml as XML: syntax, names, order, what Moodle does not read (S2xx)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

from lxml import etree

from sync_service.adapters.scorm.lint_items import lint_items
from sync_service.adapters.scorm.lint_metadata import lint_metadata
from sync_service.adapters.scorm.opened import EDITIONS, XML_BASE, Opened, attribute, local
from sync_service.adapters.scorm.rules import finding
from sync_service.domain.scorm import MANIFEST, Finding

_NCNAME = re.compile(r"[^\W\d][\w.\-\u00b7]*")
_RANDOM = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}|[0-9]{12,}|[0-9a-f]{32}", re.IGNORECASE)
_NAMESPACES = {
    "http://www.imsproject.org/xsd/imscp_rootv1p1p2": "1.2",
    "http://www.imsglobal.org/xsd/imscp_v1p1": "2004",
}
_CHILDREN = {
    "manifest": ("metadata", "organizations", "resources", "manifest"),
    "metadata": ("schema", "schemaversion"),
    "organizations": ("organization",),
    "organization": ("title", "item", "metadata"),
    "item": ("title", "item", "metadata"),
    "resources": ("resource",),
    "resource": ("metadata", "file", "dependency"),
}
"""IMS elements that each one may hold, in the order of the schema."""
_RULES = {"preConditionRule", "postConditionRule", "exitConditionRule", "limitConditions", "randomizationControls"}
MAX_FIELD = 255
"""Characters of an identifier in Moodle's table of SCOs."""


def lint_manifest(package: Opened) -> Iterator[Finding]:
    """Check the manifest; without one that parses, only say why."""
    if package.syntax_error:
        yield finding("S201", MANIFEST, package.syntax_error)
    if package.root is None:
        return
    if package.root.getroottree().docinfo.internalDTD is not None:
        yield finding("S206", MANIFEST)
    yield from _names(package.root)
    yield from _version(package, package.root)
    yield from _identifiers(package)
    yield from _places(package, package.root)
    yield from _moodle_traps(package, package.root)
    yield from _locations(package, package.root)
    yield from lint_metadata(package)
    yield from lint_items(package)


def at(element: etree._Element) -> str:
    """Return the place of an element: the manifest and a line."""
    return f"{MANIFEST}:{element.sourceline or 0}"


def _names(root: etree._Element) -> Iterator[Finding]:
    if root.prefix is not None:
        yield finding("S202", at(root), root.prefix)
    declared = {(prefix, uri): element for element in root.iter("{*}*") for prefix, uri in element.nsmap.items()}
    for (prefix, uri), element in declared.items():
        if prefix is not None and prefix != "adlcp" and "adlcp" in uri:
            yield finding("S203", at(element), prefix)
    for element in root.iter("{*}*"):
        uri = etree.QName(element).namespace or ""
        wanted = "imsss" if uri.endswith("/imsss") else "adlnav" if "adlnav" in uri else element.prefix
        if element.prefix != wanted:
            yield finding("S217", at(element), element.prefix)


def _version(package: Opened, root: etree._Element) -> Iterator[Finding]:
    version, uri = package.schema_version(), etree.QName(root).namespace
    expected = _NAMESPACES.get(uri or "")
    if expected is None:
        yield finding("S216", at(root), uri or "aucun")
    if version in EDITIONS:
        if expected is not None and EDITIONS[version] != expected:
            yield finding("S215", MANIFEST, version)
    elif expected == "2004" or "2004" in version:
        yield finding("S204", MANIFEST, version)
    else:
        yield finding("S214", MANIFEST, version)
    schema = next(((element.text or "").strip() for element in package.elements("schema")), "")
    if schema != "ADL SCORM" and (schema or expected != "1.2"):
        yield finding("S205", MANIFEST, schema)
    if package.edition() != "1.2":
        yield finding("S701", MANIFEST, version)


def _identifiers(package: Opened) -> Iterator[Finding]:
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for kind in ("manifest", "organization", "item", "resource"):
        elements = list(package.elements(kind))
        counts = Counter(element.get("identifier", "") for element in elements)
        for element in elements:
            identifier = element.get("identifier", "")
            kinds[identifier].add(kind)
            if counts[identifier] > 1:
                counts[identifier] = 0
                yield finding("S207", at(element), identifier)
            yield from _identifier(element, identifier)
    yield from (finding("S222", MANIFEST, name) for name, used in kinds.items() if len(used) > 1)


def _identifier(element: etree._Element, identifier: str) -> Iterator[Finding]:
    if _NCNAME.fullmatch(identifier) is None:
        yield finding("S208", at(element), identifier)
    if len(identifier) > MAX_FIELD:
        yield finding("S221", at(element), len(identifier))
    if local(element.tag) == "item" and element.get("identifierref") and _RANDOM.search(identifier):
        yield finding("S312", at(element), identifier)


def _places(package: Opened, root: etree._Element) -> Iterator[Finding]:
    uri = etree.QName(root).namespace
    for kind, order in _CHILDREN.items():
        for element in package.elements(kind):
            children = [one for one in element.iterchildren("{*}*") if etree.QName(one).namespace == uri]
            for one in children:
                if local(one.tag) not in order:
                    yield finding("S209", at(one), local(one.tag))
            known = [one for one in children if local(one.tag) in order]
            for one, following in pairwise(known):
                if order.index(local(following.tag)) < order.index(local(one.tag)):
                    yield finding("S209", at(one), local(one.tag))


def _moodle_traps(package: Opened, root: etree._Element) -> Iterator[Finding]:
    yield from (finding("S210", at(element)) for element in package.elements("mapInfo"))
    yield from (finding("S311", at(element)) for element in package.elements("prerequisites"))
    yield from (finding("S218", at(element)) for element in package.elements("sequencingCollection"))
    ignored = {local(element.tag) for element in root.iter("{*}*") if local(element.tag) in _RULES}
    for element in package.elements("controlMode"):
        ignored.update(
            f'{name}="{value}"'
            for name, value in (("choice", "false"), ("forwardOnly", "true"))
            if element.get(name) == value
        )
    yield from (finding("S211", MANIFEST, name) for name in sorted(ignored))
    for kind in ("manifest", "resources"):
        for element in package.elements(kind):
            if element.get(XML_BASE, "").strip("./"):
                yield finding("S212", at(element), kind)


def _locations(package: Opened, root: etree._Element) -> Iterator[Finding]:
    locations = str(attribute(root, "schemalocation") or "").split()
    for location in locations[1::2]:
        if "://" not in location and location not in package.files:
            yield finding("S213", MANIFEST, location)
