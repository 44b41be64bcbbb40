"""SCORM packages: what a zip's manifest holds, and what replacing one does to learners' tracks."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from sync_service.sandbox.spec import Refusal
from sync_service.sandbox.state import State

MAX_MANIFEST = 5_000_000
"""Largest manifest that is read, in bytes."""

_SECOND = re.compile(r"((CAM )?1\.3|2004 (3rd|4th) Edition)$")


@dataclass(frozen=True, slots=True)
class Item:
    """One row of Moodle's table of SCOs: an organisation or an item of the manifest."""

    organization: str
    parent: str
    identifier: str
    title: str
    launch: str
    scormtype: str


@dataclass(frozen=True, slots=True)
class Package:
    """What a manifest says."""

    manifest: str
    items: tuple[Item, ...]
    edition: str
    """``SCORM_1.2`` or ``SCORM_1.3`` (2004), as Moodle writes it in its table of packages."""

    @property
    def identifiers(self) -> frozenset[str]:
        """Identifiers that Moodle keeps tracks by."""
        return frozenset(item.identifier for item in self.items)


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _attribute(element: ET.Element, name: str) -> str:
    """Return an attribute whatever its namespace."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2].lower() == name), "").strip()


def read_package(data: bytes) -> Package:
    """Check a zip and read its manifest. Raises Refusal (invalid) saying what is wrong."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = frozenset(archive.namelist())
            _check_names(names)
            text = _manifest_text(archive)
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError) as error:
        raise Refusal("invalid", "package: not a zip file") from error
    return _read_manifest(text, names)


def _check_names(names: frozenset[str]) -> None:
    """Refuse entries that could leave their folder."""
    for name in names:
        parts = name.replace("\\", "/").split("/")
        if parts[0] == "" or ".." in parts or re.match(r"[A-Za-z]:", name):
            raise Refusal("invalid", f"package: entry outside the package: {name}")


def _manifest_text(archive: zipfile.ZipFile) -> bytes:
    """Return imsmanifest.xml, which stands at the top."""
    try:
        info = archive.getinfo("imsmanifest.xml")
    except KeyError as error:
        raise Refusal("invalid", "package: no imsmanifest.xml at its top") from error
    if info.file_size > MAX_MANIFEST:
        raise Refusal("invalid", "package: imsmanifest.xml is too large")
    return archive.read(info)


def _read_manifest(text: bytes, names: frozenset[str]) -> Package:
    """Parse a manifest."""
    if b"<!DOCTYPE" in text.upper() or b"<!ENTITY" in text.upper():
        raise Refusal("invalid", "package: imsmanifest.xml declares a document type")
    try:
        root = ET.fromstring(text)  # noqa: S314 # document types are refused above
    except (ET.ParseError, ValueError, LookupError) as error:
        raise Refusal("invalid", "package: imsmanifest.xml is not well-formed") from error
    if _local(root) != "manifest":
        raise Refusal("invalid", "package: imsmanifest.xml is not well-formed")
    launchable = _resources(root, names)
    items: list[Item] = []
    for organization in (element for element in root.iter() if _local(element) == "organization"):
        items += _organization(organization, launchable)
    identifiers = [item.identifier for item in items]
    if "" in identifiers or len(set(identifiers)) != len(identifiers):
        raise Refusal("invalid", "package: an identifier is missing or used twice")
    if not any(item.launch for item in items):
        raise Refusal("invalid", "package: no item of the manifest leads to a resource")
    return Package(_attribute(root, "identifier"), tuple(items), _edition(root))


def _edition(root: ET.Element) -> str:
    """Return the edition that Moodle takes a package for: it knows a few values by the letter, the rest is 1.2."""
    written = next((element.text or "" for element in root.iter() if _local(element) == "schemaversion"), "")
    return "SCORM_1.3" if _SECOND.match(written) else "SCORM_1.2"


def _resources(root: ET.Element, names: frozenset[str]) -> dict[str, tuple[str, str]]:
    """Return identifier → (address, sco or asset) of what can be launched."""
    found: dict[str, tuple[str, str]] = {}
    for resource in (element for element in root.iter() if _local(element) == "resource"):
        href = _attribute(resource, "href")
        path = _attribute(resource, "base") + unquote(re.split(r"[?#]", href)[0])
        if href and not re.match(r"https?://", href) and path not in names:
            raise Refusal("invalid", f"package: file of a resource is missing: {path}")
        if href:
            found[_attribute(resource, "identifier")] = (href, _attribute(resource, "scormtype").lower() or "asset")
    return found


def _organization(element: ET.Element, launchable: dict[str, tuple[str, str]]) -> list[Item]:
    """Return an organisation and its items, parents first."""
    identifier = _attribute(element, "identifier")
    items = [Item("", "/", identifier, _title(element), "", "")]
    waiting = [(child, identifier) for child in element if _local(child) == "item"]
    while waiting:
        item, parent = waiting.pop(0)
        own = _attribute(item, "identifier")
        target = _attribute(item, "identifierref")
        if target and target not in launchable:
            raise Refusal("invalid", f"package: an item leads to a resource that is not there or has no page: {target}")
        launch, kind = launchable.get(target, ("", ""))
        items.append(Item(identifier, parent, own, _title(item), launch, kind))
        waiting = [(child, own) for child in item if _local(child) == "item"] + waiting
    return items


def _title(element: ET.Element) -> str:
    return next(((child.text or "").strip() for child in element if _local(child) == "title"), "")


def vanishing(state: State, cmid: int, package: Package) -> tuple[str, int]:
    """Return why tracks would be lost with a package, and of how many learners.

    They go with the identifiers that it lacks. In another edition all of them stay, and its player reads none.
    """
    present = state.rows("SELECT id, identifier, edition FROM sco WHERE cmid = ?", cmid)
    editions = {row["edition"] for row in present} - {package.edition}
    gone = [row for row in present if editions or row["identifier"] not in package.identifiers]
    people: set[int] = set()
    for row in gone:
        sql = "SELECT DISTINCT userid FROM attempt JOIN track ON attemptid = attempt.id WHERE cmid = ? AND scoid = ?"
        people |= {found["userid"] for found in state.rows(sql, cmid, row["id"])}
    if editions:
        return f"results would be unreadable: the edition changes from {max(editions)} to {package.edition}", len(
            people
        )
    return f"results would be erased with: {', '.join(row['identifier'] for row in gone)}", len(people)


def install(state: State, cmid: int, package: Package) -> None:
    """Parse a package into SCOs: known identifiers keep their row, the others lose it and every track under it."""
    known = {row["identifier"]: row["id"] for row in state.rows("SELECT id, identifier FROM sco WHERE cmid = ?", cmid)}
    for order, item in enumerate(package.items, start=1):
        columns = {
            "manifest": package.manifest, "organization": item.organization, "parent": item.parent,
            "launch": item.launch, "scormtype": item.scormtype, "title": item.title, "sortorder": order,
            "edition": package.edition,
        }  # fmt: skip
        found = known.pop(item.identifier, None)
        if found is None:
            state.insert("sco", cmid=cmid, identifier=item.identifier, **columns)
        else:
            state.update("sco", found, **columns)
    for sco in known.values():
        state.run("DELETE FROM track WHERE scoid = ?", sco)
        state.run("DELETE FROM sco WHERE id = ?", sco)
    state.run("UPDATE module SET revision = revision + 1 WHERE id = ?", cmid)
