"""Rules about LOM metadata, within the manifest or beside it (S219, S220)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from lxml import etree

from sync_service.adapters.scorm.opened import Opened, local
from sync_service.adapters.scorm.rules import finding
from sync_service.domain.scorm import MANIFEST, Finding

_ORDER_1_2 = (
    "general", "lifecycle", "metametadata", "technical", "educational", "rights", "relation", "annotation",
    "classification",
)  # fmt: skip
_NAMES_2004 = frozenset(
    {
        "general", "lifeCycle", "metaMetadata", "technical", "educational", "rights", "relation", "annotation",
        "classification",
    }
)  # fmt: skip


def lint_metadata(package: Opened) -> Iterator[Finding]:
    """Check that named metadata files are there and parse, and the first level of each LOM."""
    for element in package.root.iter("{*}lom") if package.root is not None else ():
        yield from _categories(element, MANIFEST)
    for location in package.elements("location"):
        name = (location.text or "").strip()
        root = _root(package.files.get(name, b""))
        if root is None:
            yield finding("S219", f"{MANIFEST}:{location.sourceline or 0}", name)
        elif local(root.tag) == "lom":
            yield from _categories(root, name)


def _root(data: bytes) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _categories(lom: etree._Element, where: str) -> Iterator[Finding]:
    """Check names and order: IEEE LOM (2004) writes lifeCycle and sets no order, IMS's (1.2) writes lifecycle."""
    uri = etree.QName(lom).namespace or ""
    names = [local(child.tag) for child in lom.iterchildren("{*}*") if etree.QName(child).namespace == uri]
    known = _ORDER_1_2 if "imsmd" in uri else _NAMES_2004
    wrong = {name for name in names if name not in known}
    if "imsmd" in uri:
        ranked = [name for name in names if name in _ORDER_1_2]
        wrong.update(one for one, other in pairwise(ranked) if _ORDER_1_2.index(other) < _ORDER_1_2.index(one))
    yield from (finding("S220", where, name) for name in sorted(wrong))
