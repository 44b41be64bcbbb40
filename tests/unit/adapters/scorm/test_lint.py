"""Every rule of lint on a package made to break it, and the same package without the fault."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from sync_service.adapters.scorm import lint_zip
from sync_service.adapters.scorm.rules import PROFILES, RULES
from sync_service.errors import UsageError

Files: TypeAlias = dict[str, bytes]

MANIFEST = """\
<?xml version="1.0" encoding="UTF-8"?>
<manifest xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2" identifier="m" version="1.0">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
  <organizations default="o"><organization identifier="o"><title>Cycle</title>
    <item identifier="i" identifierref="r"><title>Module</title></item>
  </organization></organizations>
  <resources>
    <resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="index.html"><file href="index.html"/><file href="a.js"/></resource>
  </resources>
</manifest>
"""
PAGE = '<!doctype html><html lang="fr"><head><title>T</title></head><body><p>x</p><script src="a.js"></script></body></html>'
SCRIPT = "API.LMSSetValue('cmi.core.lesson_status', 'incomplete');"


def _good() -> Files:
    return {"imsmanifest.xml": MANIFEST.encode(), "index.html": PAGE.encode(), "a.js": SCRIPT.encode()}


def _manifest(old: str, new: str) -> Callable[[], Files]:
    assert old in MANIFEST
    return lambda: {**_good(), "imsmanifest.xml": MANIFEST.replace(old, new).encode()}


def _page(old: str, new: str) -> Callable[[], Files]:
    assert old in PAGE
    return lambda: {**_good(), "index.html": PAGE.replace(old, new).encode()}


def _with(*names: str) -> Callable[[], Files]:
    return lambda: {**_good(), **dict.fromkeys(names, b"x")}


def _moved(name: str) -> Callable[[], Files]:
    return lambda: {name if old == "imsmanifest.xml" else old: data for old, data in _good().items()}


def _without(name: str) -> Callable[[], Files]:
    return lambda: {old: data for old, data in _good().items() if old != name}


_ITEM = '<item identifier="i" identifierref="r"><title>Module</title></item>'
_FILE_A = '<file href="a.js"/>'
_RESOURCE = 'adlcp:scormtype="sco" href="index.html"'
_CAM13 = ">CAM 1.3<"

FAULTS: list[tuple[str, Callable[[], Files]]] = [
    ("S102", _without("imsmanifest.xml")),
    ("S103", _moved("dossier/imsmanifest.xml")),
    ("S104", _moved("IMSmanifest.xml")),
    ("S105", _moved("./imsmanifest.xml")),
    ("S106", _with("a'b.html")),
    ("S106", _with("x/../y.txt")),
    ("S106", _with("x\\y.txt")),
    ("S107", _with("ab.txt", "a&b.txt")),
    ("S107", _with("INDEX.html")),
    ("S107", _with("e\u0301.txt", "\u00e9.txt")),
    ("S109", _with("été.txt")),
    ("S112", _with("__MACOSX/a")),
    ("S112", _with(".DS_Store")),
    ("S113", _with("a.mjs")),
    ("S114", _with("a.woff2")),
    ("S201", _manifest("</manifest>", "")),
    ("S202", lambda: {**_good(), "imsmanifest.xml": (
        MANIFEST.replace("<", "<imscp:").replace("<imscp:/", "</imscp:").replace("<imscp:?", "<?")
        .replace("xmlns=", "xmlns:imscp=")
    ).encode()}),
    ("S203", lambda: {**_good(), "imsmanifest.xml": MANIFEST.replace("adlcp:", "ns0:").replace(":adlcp", ":ns0").encode()}),
    ("S204", _manifest("<schemaversion>1.2</schemaversion>", "")),
    ("S204", _manifest(">1.2<", ">2004 4th edition<")),
    ("S205", _manifest("ADL SCORM", "SCORM")),
    ("S206", _manifest("<manifest xmlns", "<!DOCTYPE manifest>\n<manifest xmlns")),
    ("S207", _manifest('identifier="r"', 'identifier="i"')),
    ("S208", _manifest('identifier="i"', 'identifier="1 é"')),
    ("S209", _manifest(_ITEM, f"<metadata/>{_ITEM}")),
    ("S210", _manifest(_ITEM, f'{_ITEM}<s:sequencing xmlns:s="http://www.imsglobal.org/xsd/imsss"><s:mapInfo/></s:sequencing>')),
    ("S211", _manifest(_ITEM, f'{_ITEM}<s:sequencing xmlns:s="http://www.imsglobal.org/xsd/imsss"/>')),
    ("S212", _manifest("<resources>", '<resources xml:base="x/">')),
    ("S213", _manifest(' identifier="m"', ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="u absent.xsd" identifier="m"')),
    ("S301", _manifest(_ITEM, "")),
    ("S302", _manifest('default="o"', 'default="NOPE"')),
    ("S303", _manifest('identifierref="r"', 'identifierref="NOPE"')),
    ("S304", _manifest('scormtype="sco"', 'scormtype="asset"')),
    ("S305", _manifest("<title>Module</title>", "<title> </title>")),
    ("S305", _manifest("<title>Module</title>", "")),
    ("S306", _manifest(">Module<", f">{'x' * 256}<")),
    ("S307", _manifest(">Module<", ">0<")),
    ("S308", _manifest(">Module<", ">Mod\nule<")),
    ("S309", _manifest(_ITEM, _ITEM + _ITEM.replace('"i"', '"j"'))),
    ("S310", _manifest("<title>Module</title>", "<title>Module</title><adlcp:masteryscore>0.8</adlcp:masteryscore>")),
    ("S311", _manifest("<title>Module</title>", '<title>Module</title><adlcp:prerequisites type="aicc_script">a</adlcp:prerequisites>')),
    ("S312", _manifest('identifier="i"', 'identifier="i-9b2e6c1e-4b3a-4b5e-9a52-0c6a2f1d7e88"')),
    ("S313", _manifest("<title>Module</title>", '<title>Module</title><adlcp:completionThreshold minProgressMeasure="1.0"/>')),
    ("S314", _manifest(_RESOURCE, 'adlcp:scormtype="sco"')),
    ("S315", lambda: {**_good(), "imsmanifest.xml": MANIFEST.replace(">1.2<", _CAM13).replace(
        "<title>Module</title>", "<title>Module</title><adlcp:masteryscore>80</adlcp:masteryscore>").encode()}),
    ("S316", _manifest("<title>Module</title>", '<title>Module</title><s:minNormalizedMeasure xmlns:s="u">60</s:minNormalizedMeasure>')),
    ("S410", _manifest("adlcp:scormtype", "adlcp:scormType")),
    ("S410", _manifest(">1.2<", _CAM13)),
    ("S511", _manifest(">1.2<", _CAM13)),
    ("S511", lambda: {**_good(), "a.js": b"API.LMSSetValue('cmi.completion_status', 'incomplete');"}),
    ("S401", _manifest(_RESOURCE, 'adlcp:scormtype="sco" href="absent.html"')),
    ("S402", _manifest(_RESOURCE, 'adlcp:scormtype="sco" href="Index.html"')),
    ("S403", _manifest(_FILE_A, f'{_FILE_A}<file href="absent.css"/>')),
    ("S404", _with("orphan.txt")),
    ("S405", _manifest('scormtype="sco"', 'scormtype="SCO"')),
    ("S406", _manifest('type="webcontent"', 'type="web"')),
    ("S407", _manifest('href="index.html"><file', 'href="index.html?a=\'b\'"><file')),
    ("S408", _manifest('href="index.html"><file', 'href="https://example.org/"><file')),
    ("S409", _manifest('href="index.html"><file', 'href="a.js"><file')),
    ("S501", _page("<p>x</p>", "<script>let a;</script>")),
    ("S502", _page("<p>x</p>", '<p onclick="a()">x</p>')),
    ("S502", _page("<p>x</p>", '<a href="javascript:a()">x</a>')),
    ("S503", lambda: {**_good(), "a.js": f"{SCRIPT} eval ('1')".encode()}),
    ("S504", _page("<p>x</p>", '<img alt="" src="https://example.org/a.png">')),
    ("S504", lambda: {**_good(), "a.css": b"p { background: url(//example.org/a.png) }"}),
    ("S505", _page("<p>x</p>", '<img alt="" src="absent.png">')),
    ("S505", _page("<p>x</p>", '<a href="Index.html">x</a>')),
    ("S506", lambda: {**_good(), "a.js": f"{SCRIPT} addEventListener('unload', f)".encode()}),
    ("S507", _page(' lang="fr"', "")),
    ("S508", _page("<title>T</title>", "")),
    ("S509", lambda: {**_good(), "a.js": b"let nothing;"}),
    ("S510", _page("<p>x</p>", '<img src="index.html">')),
    ("S701", _manifest(">1.2<", _CAM13)),
]  # fmt: skip


def _write(path: Path, files: Files) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return path


def _codes(path: Path, previous: Path | None = None) -> set[str]:
    return {found.code for profile in PROFILES for found in lint_zip(path, profile=profile, previous=previous)}


def test_the_good_package_is_good(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.zip", _good())
    assert _codes(path, previous=path) == set()


@pytest.mark.parametrize(("code", "files"), FAULTS, ids=[f"{code}-{n}" for n, (code, _) in enumerate(FAULTS)])
def test_each_fault_is_found_in_its_profiles_only(code: str, files: Callable[[], Files], tmp_path: Path) -> None:
    path = _write(tmp_path / "a.zip", files())
    for profile in PROFILES:
        found = {one.code for one in lint_zip(path, profile=profile)}
        assert (code in found) == (profile in RULES[code].profiles)


def test_what_is_not_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    assert _codes(path) == {"S101"}
    path.write_bytes(b"not a zip")
    assert _codes(path) == {"S101"}


def test_an_accented_name_without_the_utf8_flag(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.zip", {**_good(), "ZZ1.txt": b"x"})
    path.write_bytes(path.read_bytes().replace(b"ZZ1.txt", b"\x82\x821.txt"))
    assert "S108" in _codes(path)


def test_a_damaged_entry(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.zip", _good())
    path.write_bytes(path.read_bytes().replace(SCRIPT.encode(), SCRIPT.upper().encode()))
    assert "S111" in _codes(path)


def test_an_encrypted_entry(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.zip", {"z.txt": b"x", **_good()})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    assert "S111" in _codes(path)


def test_a_package_too_heavy_for_a_phone(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**_good(), "film.mp4": bytes(51_000_000)}.items():
            archive.writestr(name, data)
    assert "S110" in _codes(path)


def test_a_replacement_that_would_erase_results(tmp_path: Path) -> None:
    before = _write(tmp_path / "before.zip", _good())
    after = _write(tmp_path / "after.zip", _manifest('identifier="i"', 'identifier="other"')())
    found = lint_zip(after, profile="moodle", previous=before)
    assert [(one.code, one.where) for one in found] == [("S801", "i")]


def test_a_replacement_in_another_edition(tmp_path: Path) -> None:
    before = _write(tmp_path / "before.zip", _manifest(">1.2<", _CAM13)())
    after = _write(tmp_path / "after.zip", _good())
    assert _codes(after, previous=before) == {"S802"}


def test_a_replacement_of_something_unreadable(tmp_path: Path) -> None:
    after = _write(tmp_path / "after.zip", _good())
    assert _codes(after, previous=tmp_path / "absent.zip") == {"S803"}
    assert _codes(after, previous=_write(tmp_path / "empty.zip", {"a.txt": b"x"})) == {"S803"}


def test_other_title_order_and_page_are_no_loss(tmp_path: Path) -> None:
    before = _write(tmp_path / "before.zip", _good())
    after = _write(tmp_path / "after.zip", _manifest(">Module<", ">Un autre titre<")())
    assert _codes(after, previous=before) == set()


def test_an_unknown_profile(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="adl, moodle, app"):
        lint_zip(tmp_path / "a.zip", profile="ims")


def test_every_rule_has_a_test_here_and_both_languages() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert [code for code in RULES if f'"{code}"' not in source] == []
    assert all(rule.french and rule.english and rule.french != rule.english for rule in RULES.values())
