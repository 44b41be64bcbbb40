"""Write imsmanifest.xml (SCORM 1.2), with the prefixes that Moodle's parser looks for by name."""

from __future__ import annotations

from lxml import etree

from sync_service.domain.scorm import EDITION, Manifest

IMSCP = "http://www.imsproject.org/xsd/imscp_rootv1p1p2"
ADLCP = "http://www.adlnet.org/xsd/adlcp_rootv1p2"
_NAMESPACES: dict[str | None, str] = {None: IMSCP, "adlcp": ADLCP}
"""IMS names unprefixed and ``adlcp:`` prefixed: Moodle reads prefixes, not namespaces."""


def write_manifest(manifest: Manifest) -> bytes:
    """Return the manifest as UTF-8 XML; the same value always gives the same bytes."""
    root = etree.Element(f"{{{IMSCP}}}manifest", nsmap=_NAMESPACES)  # type: ignore[arg-type] # the stubs forget None
    root.set("identifier", f"{manifest.identifier}-paquet")
    root.set("version", "1.0")
    metadata = _child(root, "metadata")
    _child(metadata, "schema").text = "ADL SCORM"
    _child(metadata, "schemaversion").text = EDITION
    _organization(root, manifest)
    _resource(root, manifest)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _organization(root: etree._Element, manifest: Manifest) -> None:
    name = f"{manifest.identifier}-organisation"
    organization = _child(_child(root, "organizations", default=name), "organization", identifier=name)
    _child(organization, "title").text = manifest.title
    item = _child(
        organization, "item", identifier=manifest.identifier, identifierref=f"{manifest.identifier}-ressource",
        isvisible="true",
    )
    _child(item, "title").text = manifest.title


def _resource(root: etree._Element, manifest: Manifest) -> None:
    resource = _child(
        _child(root, "resources"), "resource", identifier=f"{manifest.identifier}-ressource", type="webcontent"
    )
    resource.set(f"{{{ADLCP}}}scormtype", "sco")
    resource.set("href", manifest.launch)
    for path in sorted(manifest.files):
        _child(resource, "file", href=path)


def _child(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{IMSCP}}}{name}", attributes)
