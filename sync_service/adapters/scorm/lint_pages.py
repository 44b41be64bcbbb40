"""Rules about HTML pages, scripts and style sheets (S5xx)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import SplitResult, unquote, urlsplit

from lxml import etree, html

from sync_service.adapters.scorm.opened import Opened
from sync_service.adapters.scorm.rules import finding
from sync_service.domain.scorm import Finding

_LOADED = {
    "img": "src", "script": "src", "iframe": "src", "source": "src", "audio": "src", "video": "src", "embed": "src",
    "track": "src", "input": "src", "object": "data",
}  # fmt: skip
_EVAL = re.compile(rb"\beval\s*\(|\bnew\s+Function\s*\(")
_UNLOAD = re.compile(rb"""['"]unload['"]|\bonunload\b""")
_STATUS = re.compile(rb"lesson_status|completion_status|progress_measure")
_CSS_URL = re.compile(r"""url\(\s*['"]?([^'")]+)""")
_DATA_SCRIPTS = {"application/json", "application/ld+json", "text/template"}


def lint_pages(package: Opened) -> Iterator[Finding]:
    """Check every page, script and style sheet of the package."""
    for name, data in package.files.items():
        lower = name.lower()
        if lower.endswith((".html", ".htm")):
            yield from _page(package, name, _parse(data))
        elif lower.endswith(".js"):
            yield from _script(name, data)
        elif lower.endswith(".css"):
            yield from _references(package, name, _CSS_URL.findall(data.decode("utf-8", "replace")))
    if package.files and not any(_STATUS.search(data) for data in package.files.values()):
        yield finding("S509", "zip")
    elif package.root is not None:
        old, new = (
            any(name in data for data in package.files.values()) for name in (b"lesson_status", b"completion_status")
        )
        if (new, old) == ((True, False) if package.edition() == "1.2" else (False, True)):
            yield finding("S511", "zip", package.schema_version() or "1.2")


def _parse(data: bytes) -> etree._Element:
    try:
        return html.document_fromstring(data)
    except etree.LxmlError:
        return etree.Element("html")  # nothing that a browser would show


def _script(name: str, data: bytes) -> Iterator[Finding]:
    if _EVAL.search(data):
        yield finding("S503", name)
    if _UNLOAD.search(data):
        yield finding("S506", name)


def _page(package: Opened, name: str, page: etree._Element) -> Iterator[Finding]:
    if not page.get("lang"):
        yield finding("S507", name)
    if not (page.findtext(".//title") or "").strip():
        yield finding("S508", name)
    loaded: list[str] = []
    links: list[str] = []
    for element in page.iter("*"):
        yield from _inline(name, element)
        loaded.extend(_loads(element))
        if element.tag == "img" and element.get("alt") is None:
            yield finding("S510", name)
        if element.tag == "a" and element.get("href"):
            links.append(element.get("href", ""))
    yield from _references(package, name, loaded)
    yield from _references(package, name, [link for link in links if not _split(link).scheme])


def _inline(name: str, element: etree._Element) -> Iterator[Finding]:
    where = f"{name}:{element.sourceline or 0}"
    if element.tag == "script" and not element.get("src") and element.get("type") not in _DATA_SCRIPTS:
        yield finding("S501", where)
    for attribute, value in element.attrib.items():
        if str(attribute).startswith("on") or str(value).strip().lower().startswith("javascript:"):
            yield finding("S502", where, attribute)


def _loads(element: etree._Element) -> Iterator[str]:
    address = element.get(_LOADED[element.tag]) if element.tag in _LOADED else None
    if element.tag == "link" and {"stylesheet", "icon"}.intersection(element.get("rel", "").split()):
        address = element.get("href")
    if address:
        yield address
    for candidate in element.get("srcset", "").split(","):
        if candidate.strip():
            yield candidate.split()[0]


def _references(package: Opened, name: str, addresses: list[str]) -> Iterator[Finding]:
    for address in addresses:
        parts = _split(address)
        if parts.scheme in {"http", "https"} or address.startswith("//"):
            yield finding("S504", name, address)
        elif not parts.scheme and parts.path:
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
            if path not in package.files:
                yield finding("S505", name, path)


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address.strip())
    except ValueError:
        return SplitResult("", "", address, "", "")  # what cannot be read names no file either
