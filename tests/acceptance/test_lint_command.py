"""``lint``: codes of exit, what a person reads, what a program reads, what a replacement would erase."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest

from sync_service.adapters.scorm import build_module
from tests.acceptance.installation import ROOT, Ran, run_cyclesync

MODULE = ROOT / "scorm_packages" / "coordonnateur_petite_enfance" / "m01"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    path = tmp_path / "m01.zip"
    path.write_bytes(build_module(MODULE).zip_bytes)
    return path


def _changed(
    package: Path, name: str, manifest: tuple[str, str] = ("", ""), more: dict[str, str] | None = None
) -> Path:
    """Write the package again beside itself, with another word in its manifest and more files."""
    path = package.with_name(name)
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.namelist():
            data = old.read(entry)
            if entry == "imsmanifest.xml":
                data = data.decode().replace(*manifest).encode()
            new.writestr(entry, data)
        for entry, text in (more or {}).items():
            new.writestr(entry, text)
    return path


def _lint(*arguments: object) -> Ran:
    return run_cyclesync(["lint", *map(str, arguments)], cwd=ROOT)


def _said(done: Ran) -> str:
    return re.sub("[\u00a0\u202f]", " ", done.out + done.err)


def test_a_sound_package(package: Path) -> None:
    done = _lint(package, "--previous", package)
    assert done.code == 0
    assert _said(done) == "m01.zip : rien à signaler (profil moodle).\n"


def test_a_fault_is_named_and_the_code_is_one(package: Path) -> None:
    done = _lint(_changed(package, "faux.zip", ('href="index.html"', 'href="Index.html"')))
    assert done.code == 1
    assert "S402 erreur · imsmanifest.xml:" in _said(done)
    assert "« Index.html » n’existe qu’avec d’autres majuscules" in _said(done)


def test_a_warning_or_an_information_alone_is_no_failure(package: Path) -> None:
    more = {f"{number}.woff2": "x" for number in range(9)}
    done = _lint(_changed(package, "polices.zip", more={**more, "a.zip": "x"}))
    assert done.code == 0
    lines = _said(done).splitlines()
    assert [line[:4] for line in lines[:-1]] == ["S117", "S114", "S114", "S114", "S114"]
    assert "et 6 autres" in lines[4]
    assert lines[-1] == "polices.zip : 1 avertissement, 9 informations (profil moodle)."


def test_what_a_replacement_would_erase_is_named(package: Path) -> None:
    item = re.search(r'item identifier="([^"]+)"', zipfile.ZipFile(package).read("imsmanifest.xml").decode())
    assert item is not None
    done = _lint(_changed(package, "nouveau.zip", (item[1], "autre-nom")), "--previous", package)
    assert done.code == 1
    assert f"S801 erreur · {item[1]}" in _said(done)
    other = package.with_name("2004.zip")
    other.write_bytes(build_module(MODULE, edition="2004-4").zip_bytes)
    for new, old, edition in ((other, package, "1.2"), (package, other, "2004 4th Edition")):
        done = _lint(new, "--previous", old)
        assert done.code == 1
        assert f"L’ancien paquet était en SCORM {edition}" in _said(done)
        assert "S801" not in done.out


def test_the_answer_for_a_program(package: Path) -> None:
    broken = _changed(package, "faux.zip", ('href="index.html"', 'href="Index.html"'), more={"a.woff2": "x"})
    done = run_cyclesync(["--json", "lint", str(broken)], cwd=ROOT)
    assert done.code == 1
    answer = json.loads(done.out)
    assert [list(one) for one in answer] == [["code", "en", "fr", "severity", "where"]] * len(answer)
    assert {one["code"]: one["severity"] for one in answer}.items() >= {("S114", "information"), ("S402", "error")}
    assert answer == sorted(answer, key=lambda one: (one["code"], one["where"], one["en"]))
    sound = run_cyclesync(["--json", "lint", str(package)], cwd=ROOT)
    assert (sound.code, json.loads(sound.out)) == (0, [])


def test_a_folder_and_a_file_that_is_not_there(package: Path, tmp_path: Path) -> None:
    for arguments, sentence in (
        ([tmp_path], "est un dossier"),
        ([tmp_path / "absent.zip"], "n’existe pas"),
        ([package, "--previous", tmp_path / "absent.zip"], "n’existe pas"),
    ):
        done = _lint(*arguments)
        assert done.code == 64
        assert sentence in _said(done)
        assert done.out == ""


def test_a_file_that_is_no_zip(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_text("rien", encoding="utf-8")
    done = _lint(path)
    assert done.code == 1
    assert "S101 erreur · a.zip : Ce fichier n’est pas un zip lisible" in _said(done)
    assert "Traceback" not in done.err
