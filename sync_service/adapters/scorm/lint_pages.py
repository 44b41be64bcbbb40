"""Rules about HTML pages and style sheets: what they load, and what every page owes its reader (S501 to S512)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import SplitResult, unquote, urlsplit

from lxml import etree

from sync_service.adapters.scorm.opened import Opened
from sync_service.adapters.scorm.rules import finding
from sync_service.domain.scorm import Finding

_LOADED = {
    "img": "src", "script": "src", "iframe": "src", "frame": "src", "source": "src", "audio": "src", "video": "src",
    "embed": "src", "track": "src", "input": "src", "object": "data",
}  # fmt: skip
_VITAL = {"script", "link", "iframe", "frame", "object", "embed"}
"""What a launch page cannot do without; a picture that is missing is a lesser fault."""
_CSS_URL = re.compile(
    r"""url\(\s{0,20}(?:"([^"]{0,2000})"|'([^']{0,2000})'|([^'"()\s]{1,2000}))\s{0,20}\)"""
    r"""|@import\s{1,20}["']([^"']{1,2000})"""
)
"""Lengths are bounded, so that a hostile sheet is read in a time that grows with its size only."""
_SCRIPTS = {"", "text/javascript", "application/javascript", "application/x-javascript", "text/ecmascript", "module"}
_TEMPLATE = re.compile(r"[{}<>$\"']")
"""Signs of an address that a script will fill in."""
_HIDDEN_ROLES = {"presentation", "none"}


def lint_pages(package: Opened) -> Iterator[Finding]:
    """Check every page and style sheet of the package."""
    for name, data in package.files.items():
        lower = name.lower()
        if lower.endswith((".html", ".htm", ".xhtml")) and data:
            yield from _page(package, name, _parse(data))
        elif lower.endswith(".css"):
            yield from _style(package, name, data.decode("utf-8", "replace"))


def _style(package: Opened, name: str, text: str) -> Iterator[Finding]:
    """Name a sheet once for all it lacks and once for all it takes elsewhere: fonts are listed in every format."""
    matches = _CSS_URL.finditer(_without_comments(text))
    addresses = dict.fromkeys("".join(part or "" for part in match.groups()) for match in matches)
    seen: set[str] = set()
    for address in addresses:
        for one in _reference(package, name, address, name, "S512"):
            if one.code not in seen:
                seen.add(one.code)
                yield one


def _without_comments(text: str) -> str:
    """Return a style sheet without what stands between /* and */."""
    first, *rest = text.split("/*")
    return first + " ".join(part.partition("*/")[2] for part in rest)


def _parse(data: bytes) -> etree._Element:
    try:
        page = etree.fromstring(data, etree.HTMLParser(no_network=True))
    except (etree.LxmlError, ValueError):
        page = None
    return etree.Element("html") if page is None else page  # nothing that a browser would show


def _page(package: Opened, name: str, page: etree._Element) -> Iterator[Finding]:
    if not page.get("lang") and not page.get("{http://www.w3.org/XML/1998/namespace}lang"):
        yield finding("S507", name)
    if not (page.findtext(".//title") or "").strip():
        yield finding("S508", name)
    elements = _worth_reading(page)
    yield from _inline(name, elements)
    base = next((one.get("href", "") for one in page.iter("base") if one.get("href")), "")
    from_here = posixpath.join(posixpath.dirname(name), base, "x") if base else name
    for element in elements:
        absent = "S505" if element.tag in _VITAL and name in package.launched else "S512"
        if element.tag == "img" and _has_no_alternative(element):
            yield finding("S510", name)
        for address in _loads(element):
            yield from _reference(package, name, address, from_here, absent)
        yield from _links(package, name, element, from_here)


def _worth_reading(page: etree._Element) -> list[etree._Element]:
    """Return the elements that have an attribute, and the scripts: paragraphs of text say nothing to lint."""
    found = page.xpath("//*[@*] | //script")
    return [one for one in found if etree.iselement(one)] if isinstance(found, list) else []


def _inline(name: str, elements: list[etree._Element]) -> Iterator[Finding]:
    """Name each page once for its scripts and once for each kind of handler: the first place of it."""
    seen: set[str] = set()
    for element in elements:
        for code, detail in _inline_of(element):
            if detail not in seen:
                seen.add(detail)
                yield finding(code, f"{name}:{element.sourceline or 0}", detail)


def _inline_of(element: etree._Element) -> Iterator[tuple[str, str]]:
    tag = str(element.tag)
    if tag == "script" and not element.get("src") and (element.text or "").strip():
        if element.get("type", "").strip().lower() in _SCRIPTS:
            yield "S501", ""
        return
    for attribute, value in element.attrib.items():
        named = str(attribute)
        if (named.startswith("on") and "-" not in tag) or (
            named in {"href", "src", "action"} and str(value).strip().lower().startswith("javascript:")
        ):
            yield "S502", named


def _has_no_alternative(element: etree._Element) -> bool:
    if element.get("alt") is not None or element.get("aria-label") or element.get("aria-labelledby"):
        return False
    return element.get("role") not in _HIDDEN_ROLES and element.get("aria-hidden") != "true"


def _loads(element: etree._Element) -> Iterator[str]:
    """Yield the addresses that a browser asks for by itself."""
    address = element.get(_LOADED[element.tag]) if element.tag in _LOADED else None
    if element.tag == "link" and "stylesheet" in element.get("rel", "").lower().split():
        address = element.get("href")
    if address:
        yield address
    for candidate in element.get("srcset", "").split(", "):
        if candidate.strip() and not candidate.strip().startswith("data:"):
            yield candidate.split()[0]


def _links(package: Opened, name: str, element: etree._Element, base: str) -> Iterator[Finding]:
    """Check what a click or a tab's icon would open; another site is then the reader's own choice."""
    icon = element.tag == "link" and "icon" in element.get("rel", "").lower().split()
    address = element.get("href", "") if icon or element.tag in {"a", "area"} else ""
    if address and not _split(address).scheme and not address.strip().startswith("//"):
        yield from _reference(package, name, address, base, "S512")


def _reference(package: Opened, name: str, address: str, base: str, absent: str) -> Iterator[Finding]:
    parts = _split(address)
    if _TEMPLATE.search(address) or _split(base).scheme:
        return
    if parts.scheme in {"http", "https"} or address.strip().startswith("//"):
        if parts.netloc and parts.netloc != "www.w3.org":
            yield finding("S504", name, address)
    elif not parts.scheme and parts.path:
        place = posixpath.dirname(base)
        plain, decoded = (
            posixpath.normpath(posixpath.join(place, path.replace("\\", "/")))
            for path in (parts.path, unquote(parts.path))
        )
        if package.missing(plain) and package.missing(decoded):
            yield finding(absent, name, decoded)


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address.strip())
    except ValueError:
        return SplitResult("", "", "", "", "")  # what cannot be read names no file
