"""A package opened for lint: its entries as written in the zip, its manifest as Moodle will look at it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

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
"""Bytes read from one zip; above it nothing more is read (a zip can hide gigabytes)."""
_UTF8 = 0x800
_ENCRYPTED = 0x1


@dataclass(slots=True)
class Entry:
    """One entry of the zip."""

    name: str
    data: bytes
    utf8: bool
    readable: bool = True


@dataclass(slots=True)
class Opened:
    """A package whose zip could be read."""

    entries: list[Entry]
    size: int
    root: etree._Element | None = None
    syntax_error: str = ""
    files: dict[str, bytes] = field(default_factory=dict)

    def elements(self, name: str) -> Iterator[etree._Element]:
        """Yield the manifest's elements of that local name, in order."""
        for element in self.root.iter() if self.root is not None else ():
            if isinstance(element.tag, str) and local(element.tag) == name:
                yield element

    def schema_version(self) -> str:
        """Return schemaversion as written, empty when absent."""
        return next(((element.text or "").strip() for element in self.elements("schemaversion")), "")

    def edition(self) -> str:
        """Return 1.2 or 2004, as Moodle decides it."""
        return EDITIONS.get(self.schema_version(), "1.2")

    def launched_items(self) -> list[str]:
        """Return the identifiers of the items that point at a resource: results hang on them."""
        return [item.get("identifier", "") for item in self.elements("item") if item.get("identifierref")]


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
    """Read a package.

    Raises:
        OSError, zipfile.BadZipFile: it is not there, or not a zip.
    """
    with zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        size = sum(info.file_size for info in infos)
        entries = [_entry(archive, info, wanted=size <= MAX_OPENED) for info in infos]
    opened = Opened(entries, size, files={entry.name: entry.data for entry in entries})
    if MANIFEST in opened.files:
        _parse(opened)
    return opened


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, *, wanted: bool) -> Entry:
    utf8 = bool(info.flag_bits & _UTF8)
    if info.flag_bits & _ENCRYPTED:
        return Entry(info.orig_filename, b"", utf8, readable=False)
    try:
        return Entry(info.orig_filename, archive.read(info) if wanted else b"", utf8)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError):
        return Entry(info.orig_filename, b"", utf8, readable=False)


def _parse(opened: Opened) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        opened.root = etree.fromstring(opened.files[MANIFEST], parser)
    except etree.XMLSyntaxError as error:
        opened.syntax_error = str(error)
