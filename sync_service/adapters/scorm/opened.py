"""A package opened for lint: its entries as written in the zip, its manifest as Moodle will look at it."""

from __future__ import annotations

import lzma
import posixpath
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from sync_service.domain.scorm import MANIFEST

EDITIONS = {
    "1.2": "1.2",
    "CAM 1.3": "2004",
    "1.3": "2004",
    "2004 3rd Edition": "2004",
    "2004 4th Edition": "2004",
}
"""The only values of schemaversion that Moodle knows; any other is silently taken for 1.2."""
MAX_OPENED = 200_000_000
"""Bytes once opened up to which everything is read; above it, texts only."""
MAX_TEXTS = 50_000_000
"""Bytes of texts read from a package that is larger than that."""
MAX_ENTRIES = 20_000
MAX_MANIFEST = 10_000_000
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_UTF8 = 0x800
_ENCRYPTED = 0x1
_TEXTS = (".html", ".htm", ".xhtml", ".js", ".mjs", ".css", ".json", ".xml")
_OPAQUE = (
    ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".ico", ".svg", ".mp4", ".mp3", ".m4a", ".m4v", ".webm", ".ogg",
    ".wav", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".pdf", ".zip", ".glb", ".xsd", ".dtd",
)  # fmt: skip
UNREADABLE = (
    OSError, zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, ValueError,
    NotImplementedError, RuntimeError, OverflowError, IndexError, KeyError,
)  # fmt: skip
"""What zipfile was seen to raise on zips that are damaged, cut or made to harm."""


@dataclass(slots=True)
class Entry:
    """One entry of the zip."""

    name: str
    data: bytes
    utf8: bool
    readable: bool = True
    link: bool = False
    method: int = zipfile.ZIP_DEFLATED


@dataclass
class Opened:
    """A package whose zip could be read."""

    entries: list[Entry]
    size: int
    whole: bool = True
    """False when it was too large to be read whole."""
    root: etree._Element | None = None
    syntax_error: str = ""
    files: dict[str, bytes] = field(default_factory=dict)

    @cached_property
    def folded(self) -> dict[str, str]:
        """Names in lower case, with one name as written."""
        return {name.lower(): name for name in self.files}

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder of the package, without a final slash."""
        return frozenset(str(parent) for name in self.files for parent in _parents(name))

    @cached_property
    def readable_files(self) -> dict[str, bytes]:
        """What may hold words: everything but pictures, sounds, films, fonts and schemas."""
        return {name: data for name, data in self.files.items() if not name.lower().endswith(_OPAQUE)}

    @cached_property
    def launched(self) -> frozenset[str]:
        """Paths of the pages that items launch."""
        targets = {item.get("identifierref") for item in self.elements("item")} - {None, ""}
        found = [one for one in self.elements("resource") if one.get("identifier") in targets and one.get("href")]
        return frozenset(self.path_of(one, one.get("href", "")) for one in found)

    @cached_property
    def _by_name(self) -> dict[str, list[etree._Element]]:
        found: dict[str, list[etree._Element]] = {}
        for element in self.root.iter("{*}*") if self.root is not None else ():
            if not _is_lom(element):
                found.setdefault(local(element.tag), []).append(element)
        return found

    def elements(self, name: str) -> Iterator[etree._Element]:
        """Yield the manifest's elements of that local name, in order, but those of embedded LOM metadata."""
        yield from self._by_name.get(name, ())

    def schema_version(self) -> str:
        """Return schemaversion as written, empty when absent."""
        return next(((element.text or "").strip() for element in self.elements("schemaversion")), "")

    def edition(self) -> str:
        """Return 1.2 or 2004, as Moodle decides it."""
        return EDITIONS.get(self.schema_version(), "1.2")

    def launched_items(self) -> dict[str, str]:
        """Return identifier → title of the items that point at a resource: results hang on them."""
        return {
            item.get("identifier", ""): title_of(item) for item in self.elements("item") if item.get("identifierref")
        }

    def path_of(self, element: etree._Element, href: str) -> str:
        """Return the path in the zip that an href of a resource names, without query or fragment."""
        bases = [one.get(XML_BASE, "") for one in (*reversed(list(element.iterancestors())), element)]
        plain = href.partition("?")[0].partition("#")[0]
        path = posixpath.normpath("".join(bases) + plain)
        return path if path in self.files else posixpath.normpath("".join(bases) + unquote(plain))

    def missing(self, path: str) -> bool:
        """Tell whether the package has neither that file nor that folder."""
        return path not in self.files and path not in self.folders and path != "."


def _parents(name: str) -> Iterator[str]:
    while name := posixpath.dirname(name):
        yield name
        if name == "/":
            return


def _is_lom(element: etree._Element) -> bool:
    uri = str(element.tag).rpartition("}")[0].lower()
    return "imsmd" in uri or uri.endswith("/lom")


def title_of(element: etree._Element) -> str:
    """Return the title of an item or organisation, empty when it has none."""
    return next((child.text or "" for child in element.iterchildren("{*}title")), "").strip()


def local(name: object) -> str:
    """Return a name without its namespace."""
    return str(name).rpartition("}")[2]


def attribute(element: etree._Element, name: str) -> str | None:
    """Return an attribute by its local name in any namespace and any case, as scormtype is written both ways."""
    for key, value in element.attrib.items():
        if local(key).lower() == name:
            return str(value)
    return None


def open_package(path: Path) -> Opened:
    """Read a package, as much of it as is safe.

    Raises:
        one of UNREADABLE: it is not there, or not a zip.
    """
    with zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        size = sum(info.file_size for info in infos)
        whole = size <= MAX_OPENED and len(infos) <= MAX_ENTRIES
        chosen = {id(info) for info in (infos if whole else _texts(infos))}
        entries = [_entry(archive, info, wanted=id(info) in chosen) for info in infos]
    opened = Opened(entries, size, whole, files={entry.name: entry.data for entry in entries})
    if opened.files.get(MANIFEST) or (MANIFEST in opened.files and whole):
        _parse(opened)
    return opened


def _texts(infos: list[zipfile.ZipInfo]) -> Iterator[zipfile.ZipInfo]:
    """Yield what is read of a package that is too large: the manifest, then texts up to a limit."""
    left = MAX_TEXTS
    for info in sorted(infos, key=lambda one: one.filename != MANIFEST):
        limit = MAX_MANIFEST if info.filename == MANIFEST else left
        if info.filename.lower().endswith(_TEXTS) and info.file_size <= limit:
            left -= info.file_size
            yield info


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, *, wanted: bool) -> Entry:
    utf8 = bool(info.flag_bits & _UTF8)
    link = stat.S_ISLNK(info.external_attr >> 16)
    readable = not info.flag_bits & _ENCRYPTED
    data = b""
    if readable and wanted:
        try:
            data = archive.read(info)
        except UNREADABLE:
            readable = False
    return Entry(info.orig_filename, data, utf8, readable, link, info.compress_type)


def _parse(opened: Opened) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        opened.root = etree.fromstring(opened.files[MANIFEST], parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        opened.syntax_error = str(error) or "vide"
