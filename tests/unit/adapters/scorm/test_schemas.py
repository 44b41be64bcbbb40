from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from sync_service.adapters.scorm import build_module, lint_zip
from sync_service.adapters.scorm.schemas import NAMES
from sync_service.errors import PackageError

MODULE = 'identifier = "cs-x"\ntitle = "T"\nminutes = 5\nsource = "S"\npages = ["debut.md"]\n'


@pytest.mark.parametrize("edition", ["1.2", "2004-4"])
def test_a_strict_package_carries_the_schemas_that_its_manifest_names(tmp_path: Path, edition: str) -> None:
    source, schemas = tmp_path / "m", tmp_path / "xsd"
    source.mkdir()
    schemas.mkdir()
    (source / "module.toml").write_text(MODULE, encoding="utf-8")
    (source / "debut.md").write_text("# Début\n", encoding="utf-8")
    with pytest.raises(PackageError) as caught:
        build_module(source, edition=edition, schemas=schemas)
    assert len(caught.value.problems) == len(NAMES[edition])
    for name in NAMES[edition]:
        (schemas / name).write_text("<schema/>", encoding="utf-8")
    package = build_module(source, edition=edition, schemas=schemas)
    path = tmp_path / "m.zip"
    path.write_bytes(package.zip_bytes)
    with zipfile.ZipFile(io.BytesIO(package.zip_bytes)) as archive:
        assert set(NAMES[edition]) <= set(archive.namelist())
        assert b"xsi:schemaLocation=" in archive.read("imsmanifest.xml")
    assert lint_zip(path, profile="adl") == ()
    assert package.content_digest != build_module(source, edition=edition).content_digest
