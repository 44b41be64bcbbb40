"""Write imsmanifest.xml, with the prefixes that Moodle's parser looks for by name."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from sync_service.domain.scorm import EDITION, EDITION_2004, Manifest

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
IMSSS = "http://www.imsglobal.org/xsd/imsss"


@dataclass(frozen=True, slots=True)
class _Names:
    """Names that change with the edition."""

    imscp: str
    adlcp: str
    version: str
    type_attribute: str
    locations: tuple[tuple[str, str], ...]
    """Namespace and file of each schema that the manifest refers to."""


_EDITIONS = {
    EDITION: _Names(
        "http://www.imsproject.org/xsd/imscp_rootv1p1p2",
        "http://www.adlnet.org/xsd/adlcp_rootv1p2",
        "1.2",
        "scormtype",
        (
            ("http://www.imsproject.org/xsd/imscp_rootv1p1p2", "imscp_rootv1p1p2.xsd"),
            ("http://www.adlnet.org/xsd/adlcp_rootv1p2", "adlcp_rootv1p2.xsd"),
        ),
    ),
    EDITION_2004: _Names(
        "http://www.imsglobal.org/xsd/imscp_v1p1",
        "http://www.adlnet.org/xsd/adlcp_v1p3",
        "2004 4th Edition",
        "scormType",
        (
            ("http://www.imsglobal.org/xsd/imscp_v1p1", "imscp_v1p1.xsd"),
            ("http://www.adlnet.org/xsd/adlcp_v1p3", "adlcp_v1p3.xsd"),
            ("http://www.adlnet.org/xsd/adlseq_v1p3", "adlseq_v1p3.xsd"),
            ("http://www.adlnet.org/xsd/adlnav_v1p3", "adlnav_v1p3.xsd"),
            (IMSSS, "imsss_v1p0.xsd"),
        ),
    ),
}


def write_manifest(manifest: Manifest) -> bytes:
    """Return the manifest as UTF-8 XML; the same value always gives the same bytes.

    IMS names are unprefixed and ADL's ``adlcp:``: Moodle reads prefixes, not namespaces.
    """
    names = _EDITIONS[manifest.edition]
    prefixes: dict[str | None, str] = {None: names.imscp, "adlcp": names.adlcp}
    if manifest.mastery is not None and manifest.edition == EDITION_2004:
        prefixes["imsss"] = IMSSS
    if manifest.schemas:
        prefixes["xsi"] = _XSI
    root = etree.Element(f"{{{names.imscp}}}manifest", nsmap=prefixes)  # type: ignore[arg-type] # the stubs forget None
    root.set("identifier", f"{manifest.identifier}-paquet")
    root.set("version", "1.0")
    if manifest.schemas:
        root.set(f"{{{_XSI}}}schemaLocation", " ".join(f"{space} {file}" for space, file in names.locations))
    metadata = _child(root, "metadata")
    _child(metadata, "schema").text = "ADL SCORM"
    _child(metadata, "schemaversion").text = names.version
    _organization(root, manifest, names)
    _resource(root, manifest, names)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _organization(root: etree._Element, manifest: Manifest, names: _Names) -> None:
    name = f"{manifest.identifier}-organisation"
    organization = _child(_child(root, "organizations", default=name), "organization", identifier=name)
    _child(organization, "title").text = manifest.title
    item = _child(
        organization,
        "item",
        identifier=manifest.identifier,
        identifierref=f"{manifest.identifier}-ressource",
        isvisible="true",
    )
    _child(item, "title").text = manifest.title
    if manifest.mastery is not None:
        _mastery(item, manifest.mastery, manifest.edition, names)


def _mastery(item: etree._Element, percent: int, edition: str, names: _Names) -> None:
    """Say the pass mark where the LMS looks for it, so that it and the content agree."""
    if edition == EDITION:
        etree.SubElement(item, f"{{{names.adlcp}}}masteryscore").text = str(percent)
        return
    sequencing = etree.SubElement(item, f"{{{IMSSS}}}sequencing")
    objectives = etree.SubElement(sequencing, f"{{{IMSSS}}}objectives")
    primary = etree.SubElement(objectives, f"{{{IMSSS}}}primaryObjective")
    primary.set("objectiveID", "reussite")
    primary.set("satisfiedByMeasure", "true")
    measure = f"{percent / 100:.2f}".rstrip("0").rstrip(".")
    etree.SubElement(primary, f"{{{IMSSS}}}minNormalizedMeasure").text = measure


def _resource(root: etree._Element, manifest: Manifest, names: _Names) -> None:
    resource = _child(
        _child(root, "resources"), "resource", identifier=f"{manifest.identifier}-ressource", type="webcontent"
    )
    resource.set(f"{{{names.adlcp}}}{names.type_attribute}", "sco")
    resource.set("href", manifest.launch)
    for path in sorted(manifest.files):
        _child(resource, "file", href=path)


def _child(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{name}", attributes)
