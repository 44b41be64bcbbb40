"""The smallest SCORM packages that Moodle takes."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="essai" version="1.2" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
 xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
<metadata><schema>ADL SCORM</schema><schemaversion>{edition}</schemaversion></metadata>
<organizations default="org"><organization identifier="org"><title>Essai</title>{items}</organization></organizations>
<resources>{resources}</resources>
</manifest>
"""
ITEM = '<item identifier="{name}" identifierref="res-{name}"><title>Partie {name}</title></item>'
RESOURCE = (
    '<resource identifier="res-{name}" type="webcontent" adlcp:scormtype="sco" href="{name}.html">'
    '<file href="{name}.html"/></resource>'
)


def write_package(path: Path, identifiers: Sequence[str], edition: str = "1.2") -> Path:
    """Write a package with one learning object per identifier; ``edition`` as a manifest writes it."""
    moment = (2026, 1, 1, 0, 0, 0)
    manifest = MANIFEST.format(
        edition=edition,
        items="".join(ITEM.format(name=name) for name in identifiers),
        resources="".join(RESOURCE.format(name=name) for name in identifiers),
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(zipfile.ZipInfo("imsmanifest.xml", moment), manifest)
        for name in identifiers:
            package.writestr(zipfile.ZipInfo(f"{name}.html", moment), f"<!doctype html><title>{name}</title><p>{name}")
    return path
