"""From the folder of sources to zips on disk: reproducible, untouched when unchanged, clean for lint."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from sync_service.adapters.scorm import build_cycle, build_module, lint_zip
from sync_service.adapters.scorm.archive import pack
from sync_service.domain.scorm import content_digest
from sync_service.errors import PackageError

ROOT = Path(__file__).parents[2]
CYCLE = ROOT / "scorm_packages" / "coordonnateur_petite_enfance"
MODULES = [f"m{number:02d}" for number in range(1, 8)]


def test_the_seven_described_modules_have_a_package_and_no_other(tmp_path: Path) -> None:
    results = build_cycle(CYCLE, tmp_path)
    assert [result.module for result in results] == MODULES
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        f"{module}{suffix}" for module in MODULES for suffix in (".zip", ".moodle.json")
    )
    for result in results:
        settings = json.loads(result.json_path.read_text(encoding="utf-8"))
        assert settings["package_digest"] == result.content_digest
        with zipfile.ZipFile(result.zip_path) as archive:
            assert content_digest((name, archive.read(name)) for name in archive.namelist()) == result.content_digest


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("profile", ["adl", "moodle", "app"])
def test_lint_has_nothing_to_say_of_our_own_packages(module: str, profile: str, tmp_path: Path) -> None:
    path = tmp_path / "module.zip"
    path.write_bytes(build_module(CYCLE / module).zip_bytes)
    assert lint_zip(path, profile=profile, previous=path) == ()


def test_a_second_build_writes_nothing(tmp_path: Path) -> None:
    first = build_cycle(CYCLE, tmp_path)
    assert all(result.changed for result in first)
    for path in tmp_path.iterdir():
        os.utime(path, ns=(1, 1))
    second = build_cycle(CYCLE, tmp_path)
    assert not any(result.changed for result in second)
    assert {path.stat().st_mtime_ns for path in tmp_path.iterdir()} == {1}


def test_a_damaged_zip_is_built_again(tmp_path: Path) -> None:
    build_cycle(CYCLE, tmp_path)
    (tmp_path / "m02.zip").write_bytes(b"PK half")
    changed = [result.module for result in build_cycle(CYCLE, tmp_path) if result.changed]
    assert changed == ["m02"]


def test_one_wrong_module_writes_none(tmp_path: Path) -> None:
    for name, identifier in (("m01", "cs-same"), ("m02", "cs-same"), ("m03", "cs-other")):
        folder = tmp_path / "sources" / name
        folder.mkdir(parents=True)
        text = f'identifier = "{identifier}"\ntitle = "T"\nminutes = 5\nsource = "S"\npages = ["debut.md"]\n'
        (folder / "module.toml").write_text(text, encoding="utf-8")
        (folder / "debut.md").write_text("# Début\n" if name != "m03" else "rien\n", encoding="utf-8")
    with pytest.raises(PackageError) as caught:
        build_cycle(tmp_path / "sources", tmp_path / "out")
    assert [problem.where for problem in caught.value.problems] == ["m02/module.toml", "m03/debut.md:1"]
    assert not (tmp_path / "out").exists()


def test_the_same_sources_give_the_same_bytes_in_another_process() -> None:
    program = (
        "import hashlib, pathlib, sys; from sync_service.adapters.scorm import build_module; "
        "print(hashlib.sha256(build_module(pathlib.Path(sys.argv[1])).zip_bytes).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program, str(CYCLE / "m01")],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}, check=True, capture_output=True, text=True, cwd=ROOT,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Pacific/Noumea"))
    }  # fmt: skip
    assert len(digests) == 1


def test_the_zip_says_nothing_of_when_and_where_it_was_made() -> None:
    data = pack({"b/photo.png": b"\x89PNG", "a.html": b"<html>"})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
    assert [info.filename for info in infos] == ["a.html", "b/photo.png"]
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {info.create_system for info in infos} == {3}
    assert [info.compress_type for info in infos] == [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED]


@pytest.mark.parametrize("edition", ["1.2", "2004-4"])
def test_the_runtime_is_light_and_keeps_to_its_rules(edition: str) -> None:
    package = build_module(CYCLE / "m01", edition=edition)
    with zipfile.ZipFile(io.BytesIO(package.zip_bytes)) as archive:
        script, style = archive.read("runtime/runtime.js"), archive.read("runtime/style.css")
    assert len(script) <= 8 * 1024
    assert len(style) <= 6 * 1024
    assert re.findall(r"""eval|new Function|["'](?:before)?unload["']|innerHTML""", script.decode()) == []
    assert (b"lesson_status" in script) == (edition == "1.2")


@pytest.mark.parametrize("module", MODULES)
def test_each_module_quotes_the_brochure_and_says_that_it_is_a_starting_point(module: str) -> None:
    with zipfile.ZipFile(io.BytesIO(build_module(CYCLE / module).zip_bytes)) as archive:
        page = archive.read("index.html").decode()
    assert f"INSET d’Angers, module {int(module[1:])}</figcaption>" in page
    assert "Point de départ" in page
    assert "À compléter par l’intervenant(e)" in page
    assert "Situation fictive" in page
    assert "Vos réponses restent dans ce navigateur ; nous savons seulement que vous l’avez fait." in page.replace(
        "\u00a0", " "
    )
    assert page.count("<fieldset>") in {5, 6}
